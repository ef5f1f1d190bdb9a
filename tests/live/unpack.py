"""unpack: gets the mail servers that the live tests use, without installing anything.

    unpack.py              gets what is not there yet (a test of its own, before all others)

Debian packages are fetched with apt-get and unpacked with dpkg -x, each server into a folder of its
own below the scratch folder (HANDSET_SCRATCH), together with those of their dependencies that this
machine lacks; npm packages come as the lock file says. A server that cannot be had leaves a file
NAME.missing with the reason in one line, which its test shows.
"""
import concurrent.futures
import os
import pathlib
import platform
import re
import shutil
import subprocess
import sys

from runner import Skip

HERE = pathlib.Path(__file__).resolve().parent
SCRATCH = pathlib.Path(
    os.environ.get("HANDSET_SCRATCH", HERE.parents[1] / "build-tests" / "opponents")
)
PACKAGES = {
    "postfix": ["postfix", "sasl2-bin", "libsasl2-modules", "libsasl2-modules-db"],
    "eventmachine": ["ruby", "ruby-eventmachine"],
    "exim": ["exim4-daemon-light"],
    "dovecot": ["dovecot-submissiond"],
    "aiosmtpd": ["python3-aiosmtpd", "python3-attr", "python3-public"],
    "twisted": ["python3-twisted"],
    # They show the HTML report, and what it is on paper.
    "chromium": ["chromium-headless-shell", "fonts-dejavu-core", "poppler-utils"],
    "node": ["nodejs", "npm"],
    # Divides the work of `handset check` among processes.
    "parallel": ["parallel"],
}
DOVECOT = ("anvil", "auth", "config", "log", "stats", "submission", "submission-login")
# These name each other's files absolutely: they run in a root folder of their own (chroot), into
# which go the libraries of this machine that they need.
ROOTED = {
    "exim": ["usr/sbin/exim4"],
    "dovecot": [
        "usr/sbin/dovecot",
        "usr/bin/doveconf",
        *("usr/lib/dovecot/" + part for part in DOVECOT),
        "usr/lib/dovecot/modules/libssl_iostream_openssl.so",
    ],
}
NPM = ("smtp-server", "haraka", "simplesmtp")
# What the documentation of a package pulls in.
ADORNMENTS = r"(fonts|sphinx)-"
SECONDS = 300


class Missing(Exception):
    """The reason, in one line, why a server cannot be had."""


def _call(words, folder):
    """Runs one command; its output, or Missing with what it complained of."""
    quiet = dict(os.environ, DEBIAN_FRONTEND="noninteractive", LC_ALL="C.UTF-8")
    try:
        done = subprocess.run(
            words,
            cwd=folder,
            env=quiet,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=SECONDS,
        )
    except FileNotFoundError:
        raise Missing("there is no command %s here" % words[0])
    except subprocess.TimeoutExpired:
        raise Missing("%s took longer than %d s" % (" ".join(words[:2]), SECONDS))
    if done.returncode != 0:
        raise Missing("%s failed: %s" % (" ".join(words[:2]), _reason(done.stdout)))
    return done.stdout


def _reason(said):
    """The lines that an apt-get or npm marks as errors, else the last one."""
    lines = [line.strip() for line in said.splitlines() if line.strip()]
    errors = [line for line in lines if re.match(r"(E:|npm (ERR!|error)) ?\S", line)]
    return "; ".join((errors or lines[-1:])[:4]) or "it said nothing"


def _with_dependencies(packages, folder):
    """The packages, and what apt-get would have to install for them on this machine."""
    plan = _call(["apt-get", "-s", "--no-install-recommends", "install"] + packages, folder)
    needed = set(packages) | set(re.findall(r"^Inst (\S+)", plan, re.MULTILINE))
    return sorted(name for name in needed if not re.match(ADORNMENTS, name))


def _unpack_debian(name, folder):
    names = _with_dependencies(PACKAGES[name], folder)
    fetched = folder / "fetched"
    fetched.mkdir()
    fetched.chmod(0o777)  # apt-get's download runs as a user of its own where it can
    _call(["apt-get", "-qq", "download"] + names, fetched)
    for package in sorted(fetched.glob("*.deb")):
        _call(["dpkg", "-x", str(package), str(folder / "root")], folder)
    (folder / "root").chmod(0o755)
    shutil.rmtree(fetched)
    if name in ROOTED:
        _complete(folder / "root", ROOTED[name])


def _needed_by(root, program):
    """The shared libraries of this machine that a program in the root folder loads."""
    paths = dict(os.environ, LD_LIBRARY_PATH=libraries_of(root), LC_ALL="C.UTF-8")
    said = subprocess.run(["ldd", str(program)], env=paths, capture_output=True, text=True).stdout
    missing = re.findall(r"(\S+) => not found", said)
    if missing:
        raise Missing("%s lacks %s" % (program.name, ", ".join(missing)))
    found = map(pathlib.Path, re.findall(r"(?:=> |^\s*)(/\S+)", said, re.MULTILINE))
    return [library for library in found if root not in library.parents]


def _complete(root, patterns):
    """Makes of unpacked packages a folder that a program can have for its root."""
    shutil.rmtree(root / "usr/share", ignore_errors=True)
    programs = [one for pattern in patterns for one in root.glob(pattern) if one.is_file()]
    for library in sorted({needed for one in programs for needed in _needed_by(root, one)}):
        there = root / library.relative_to("/")
        there.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(library, there)
    for name in ("dev", "etc", "run", "tmp", "mail", "spool"):
        (root / name).mkdir(exist_ok=True)


def _unpack_npm(name, folder):
    for file in ("package.json", "package-lock.json"):
        shutil.copy(HERE / name / file, folder / file)
    _call(
        ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--no-update-notifier"], folder
    )


def _unpack(name):
    unfinished, finished = SCRATCH / (name + ".unfinished"), SCRATCH / name
    shutil.rmtree(unfinished, ignore_errors=True)
    unfinished.mkdir(mode=0o755)
    unfinished.chmod(0o755)
    if name in NPM:
        _unpack_npm(name, unfinished)
    else:
        _unpack_debian(name, unfinished)
    unfinished.rename(finished)


def _is_as_locked(name):
    """True where the npm packages that are there are those of the lock file of today."""
    there = SCRATCH / name / "package-lock.json"
    wanted = HERE / name / "package-lock.json"
    return there.exists() and there.read_bytes() == wanted.read_bytes()


def get(name):
    """Gets one server; true where it is there afterwards."""
    reason = SCRATCH / (name + ".missing")
    reason.unlink(missing_ok=True)
    if name in NPM and not _is_as_locked(name):
        shutil.rmtree(SCRATCH / name, ignore_errors=True)
    if (SCRATCH / name).is_dir():
        print("%s: is there" % name)
        return True
    try:
        _unpack(name)
    except Missing as missing:
        reason.write_text(str(missing) + "\n")
        print("%s: cannot be had: %s" % (name, missing))
        return False
    print("%s: unpacked" % name)
    return True


def folder_of(name):
    """Where a server lies; Skip with the reason where it could not be had."""
    folder, reason = SCRATCH / name, SCRATCH / (name + ".missing")
    if folder.is_dir():
        return folder
    raise Skip(reason.read_text().strip() if reason.exists() else "%s was not unpacked" % name)


def libraries_of(root):
    """The folders of unpacked shared libraries, for LD_LIBRARY_PATH."""
    triplet = "%s-linux-gnu" % platform.machine()
    parts = ["lib/" + triplet, "usr/lib/" + triplet, "usr/lib/postfix"]
    parts += ["usr/lib/dovecot", "usr/lib/dovecot/modules/old-stats"]
    parts += ["usr/lib/%s/pulseaudio" % triplet]  # of the browser
    return ":".join(str(root / part) for part in parts)


def main():
    SCRATCH.mkdir(parents=True, exist_ok=True)
    SCRATCH.chmod(0o755)
    with concurrent.futures.ThreadPoolExecutor(2) as two:  # npm waits where dpkg works
        list(two.map(get, [*NPM, *(name for name in PACKAGES if name != "node")]))


if __name__ == "__main__":
    sys.exit(main())
