"""libmsub installed to a folder of its own: a program is built with it through pkg-config and through
CMake's find_package(), and runs.
"""
import os
import pathlib
import subprocess
import tempfile

from ours import environment
from runner import Failed, case, check_equal, main
from table_server import Server

BUILD, SANITIZE = os.environ.get("HANDSET_BUILD", "build"), os.environ.get("HANDSET_SANITIZE", "")
PROGRAM = """\
#include <msub.h>
#include <stdio.h>

int main(void)
{
	struct msub_settings settings;
	msub_settings_init(&settings);
	puts(msub_error_name(msub_settings_check(&settings, NULL)));
	return 0;
}
"""
LISTS = """\
cmake_minimum_required(VERSION 3.18)
project(customer C)
find_package(msub %s REQUIRED)
add_executable(customer customer.c)
target_link_libraries(customer PRIVATE msub::msub)
"""
FLAGS = ["-fsanitize=" + SANITIZE] if SANITIZE else []


def run(words, **more):
    done = subprocess.run(
        [str(word) for word in words], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=120, **more)  # fmt: skip
    said = done.stdout.decode(errors="replace")
    if done.returncode != 0:
        raise Failed("%s: %s" % (" ".join(map(str, words))[:80], said[-1500:]))
    return said


class Installed:
    """libmsub in a temporary folder, with a program beside it that wants to use it."""

    def __init__(self):
        self.folder = tempfile.TemporaryDirectory(prefix="handset-package-")
        self.path = pathlib.Path(self.folder.name)
        self.prefix = self.path / "prefix"
        run(["cmake", "--install", BUILD, "--prefix", self.prefix])
        (self.path / "customer.c").write_text(PROGRAM)
        self.library = next(self.prefix.glob("lib*/**/libmsub.so")).parent

    def run_it(self, program):
        surroundings = dict(environment(), LD_LIBRARY_PATH=str(self.library))
        return run([program], env=surroundings)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.folder.cleanup()


@case
def pkg_config_finds_it():
    with Installed() as at:
        surroundings = dict(os.environ, PKG_CONFIG_PATH=str(at.library / "pkgconfig"))
        flags = run(["pkg-config", "--cflags", "--libs", "msub"], env=surroundings).split()
        program = at.path / "customer"
        run(["cc", *FLAGS, "-Wall", "-Werror", "-o", program, at.path / "customer.c", *flags])
        check_equal(at.run_it(program), "OK\n", "what it prints")


@case
def cmake_finds_it():
    with Installed() as at:
        version = run(
            ["pkg-config", "--modversion", "msub"],
            env=dict(os.environ, PKG_CONFIG_PATH=str(at.library / "pkgconfig")),
        ).strip()
        (at.path / "CMakeLists.txt").write_text(LISTS % version)
        build = at.path / "build"
        flags = " ".join(FLAGS)
        run(["cmake", "-S", at.path, "-B", build, "-DCMAKE_PREFIX_PATH=%s" % at.prefix, "-DCMAKE_C_FLAGS=" + flags])
        run(["cmake", "--build", build])
        check_equal(at.run_it(build / "customer"), "OK\n", "what it prints")


@case
def sendmail_and_its_kin_are_links():
    """By the component: the option HANDSET_SENDMAIL_LINKS only says whether it is there by default."""
    with Installed() as at:
        binaries, names = at.prefix / "bin", ["mailq", "newaliases", "sendmail"]
        wanted = "HANDSET_SENDMAIL_LINKS:BOOL=ON" in pathlib.Path(BUILD, "CMakeCache.txt").read_text()
        there = [name for name in names if (binaries / name).is_symlink()]
        check_equal(there, names if wanted else [], "links that are there by default")
        run(["cmake", "--install", BUILD, "--prefix", at.prefix, "--component", "sendmail-links"])
        check_equal([os.readlink(binaries / name) for name in names], ["msub"] * 3, "where links lead")
        surroundings = dict(environment(), HOME=str(at.path))
        with Server() as server:
            (at.path / ".msubrc").write_text(
                "account default\nhost 127.0.0.1\nport %d\nfrom me@example.org\n" % server.port)  # fmt: skip
            subprocess.run([binaries / "sendmail", "-oi", "you@example.net"], input=b"Subject: s\n\nx\n",
                           env=surroundings, check=True, timeout=60)  # fmt: skip
        check_equal(server.envelope(), ["MAIL FROM:<me@example.org>", "RCPT TO:<you@example.net>"], "sent")
        check_equal(run([binaries / "mailq"], env=surroundings), "Mail queue is empty\n", "mailq")
        check_equal(run([binaries / "newaliases"], env=surroundings), "", "newaliases")


main()
