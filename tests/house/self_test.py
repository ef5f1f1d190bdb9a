#!/usr/bin/env python3
"""The house tests can fail: each violation, planted in a copy, is found.

usage: self_test.py SOURCE BUILD
"""
import os
import shutil
import subprocess
import sys
import tempfile

SOURCE, BUILD = sys.argv[1], sys.argv[2]

# check, file, what is appended to it
PLANTS = [
    ("arrows", "client/session/session.c", '#include "tcp.h"\n'),
    ("arrows", "client/session/session.c", "#  include <tcp.h>\n"),
    ("arrows", "emulator/phone/phone.c", '#include "../../client/session/sender.h"\n'),
    ("arrows", "client/base/text.c", '#include "phone.h"\n'),
    ("arrows", "emulator/play/play.c", '#include "handset.h"\n'),
    ("arrows", "tools/msub.c", '#include "octets.h"\n'),
    ("arrows", "emulator/extra/extra.c", "int extra;\n"),
    ("names", "emulator/phone/phone.c", "/* as nokia-e61i does */\n"),
    ("names", "emulator/server/server.c", 'static const char x[] = "QMAIL_x";\n'),
    ("names", "client/session/session.c", "/* the E61i */\n"),
    ("no_reset", "client/session/command.c", 'static const char x[] = "RSET";\n'),
    ("no_reset", "client/submit.c", 'static const char x[] = "rset\\r\\n";\n'),
    ("sizes", "client/base/text.c", "static int x(void)\n{\n" + "\n" * 90 + "}\n"),
    ("sizes", "client/base/text.c", "static int x(void) {\n" + "\n" * 90 + "}\n"),
    ("sizes", "client/base/text.c", "\n" * 600),
    ("leftovers", "client/base/text.c", "/* TO" "DO: later */\n"),
    ("leftovers", "more/x.txt", "x\n"),
    ("changelog", "CMakeLists.txt", None),
]
CALLS = ["socket", "time", "open", "getenv", "malloc", "shutdown", "timespec_get", "gnutls_init"]


def run(source, build, check):
    return subprocess.run([sys.executable, os.path.join(SOURCE, "tests/house/house.py"), source, build, check],
                          capture_output=True, text=True)


def copy(into):
    for name in ("client", "emulator", "tools", "profiles", "tests", "CMakeLists.txt", "CHANGELOG.md"):
        path = os.path.join(SOURCE, name)
        if os.path.isdir(path):
            shutil.copytree(path, os.path.join(into, name), ignore=shutil.ignore_patterns("corpus", "node_modules"))
        else:
            shutil.copy(path, into)


def plant(source, path, addition):
    path = os.path.join(source, path)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    before = open(path, encoding="utf-8").read() if os.path.exists(path) else None
    with open(path, "w", encoding="utf-8") as stream:
        stream.write((before or "").replace("VERSION 0", "VERSION 9") if addition is None else (before or "") + addition)
    return path, before


def restore(path, before):
    if before is not None:
        with open(path, "w", encoding="utf-8") as stream:
            stream.write(before)
    else:
        shutil.rmtree(os.path.dirname(path))


def library_with(call, folder):
    """A build whose phone library calls what it must not."""
    for library in ("client/libbase.a", "client/libsession.a", "emulator/libprofile.a", "emulator/libphone.a",
                    "emulator/libserver.a"):
        os.makedirs(os.path.join(folder, os.path.dirname(library)), exist_ok=True)
        shutil.copy(os.path.join(BUILD, library), os.path.join(folder, library))
    with open(os.path.join(folder, "planted.c"), "w", encoding="utf-8") as stream:
        stream.write(f"void {call}(void); void planted(void); void planted(void) {{ {call}(); }}\n")
    subprocess.run(["cc", "-w", "-fno-builtin", "-c", "planted.c"], cwd=folder, check=True)
    subprocess.run(["ar", "r", os.path.join(folder, "emulator/libphone.a"), "planted.o"], cwd=folder, check=True,
                   capture_output=True)


missed = 0
with tempfile.TemporaryDirectory() as source:
    copy(source)
    for check in sorted({row[0] for row in PLANTS}):
        result = run(source, BUILD, check)
        if result.returncode != 0:
            print(f"{check} fails already without a plant:\n{result.stdout}{result.stderr}")
            missed += 1
    for check, path, addition in PLANTS:
        where, before = plant(source, path, addition)
        found = run(source, BUILD, check).returncode != 0
        restore(where, before)
        missed += not found
        print(f"{'found ' if found else 'MISSED'} {check}: {path}")
for call in CALLS:
    with tempfile.TemporaryDirectory() as build:
        library_with(call, build)
        found = run(SOURCE, build, "players").returncode != 0
        missed += not found
        print(f"{'found ' if found else 'MISSED'} players: {call}()")
print(f"{len(PLANTS) + len(CALLS)} plants, {missed} missed")
sys.exit(1 if missed else 0)
