#!/usr/bin/env python3
"""The building checks itself: arrows, players, names, sizes (DESIGN.md sections 3 and 10).

usage: house.py SOURCE BUILD [CHECK...]      each check prints one line; exit 1 if any failed
"""
import os
import re
import subprocess
import sys

SOURCE, BUILD = sys.argv[1], sys.argv[2]

# A room and the rooms whose headers it may include, itself aside.
ARROWS = {
    "client/include": [],
    "client/base": [],
    "client/examples": ["client/include"],
    "client/session": ["client/base", "client/include"],
    "client/net": ["client/base"],
    "client/sasl": ["client/base"],
    "client": ["client/base", "client/include", "client/session", "client/net", "client/sasl"],
    "emulator/profile": ["client/base"],
    "emulator/referee": ["client/base"],
    "emulator/message": ["client/base", "emulator/profile"],
    "emulator/phone": ["client/base", "emulator/profile", "emulator/message"],
    "emulator/server": ["client/base", "emulator/profile"],
    "emulator/link": ["client/base", "emulator/profile"],
    "emulator/play": ["client/base", "client/net", "emulator/profile", "emulator/message", "emulator/phone",
                      "emulator/link", "emulator/referee"],
    "emulator/serve": ["client/base", "client/net", "emulator/profile", "emulator/server", "emulator/referee"],
    "emulator/check": ["client/base", "client/net", "emulator/profile", "emulator/message", "emulator/phone",
                       "emulator/link", "emulator/referee", "emulator/play", "emulator/server"],
    "emulator/report": ["client/base"],
    "tools": ["client/base", "client/include", "client/net", "emulator/profile", "emulator/referee",
              "emulator/message", "emulator/phone", "emulator/server", "emulator/link", "emulator/play",
              "emulator/serve", "emulator/check", "emulator/report"],
}
# msub is a customer of libmsub like any other program.
MSUB_TOOL = ["client/include"]

PLAYERS = {"session": "client/libsession.a", "phone": "emulator/libphone.a", "server": "emulator/libserver.a",
           "message": "emulator/libmessage.a", "link": "emulator/liblink.a"}
# What a player may use besides our own rooms: it computes, and nothing else. All that is not named is forbidden:
# sockets, clocks, files, the environment, allocators, threads, TLS.
ALLOWED = re.compile(
    r"^(mem(cpy|move|set|cmp|chr|rchr)|str(len|cmp|ncmp|chr|rchr|spn|cspn|str)|explicit_bzero|"
    r"v?snprintf|qsort|bsearch|abort|__assert_fail|__stack_chk_fail|"
    r"__(mem\w+|v?snprintf|explicit_bzero)_chk|__(asan|ubsan|sanitizer|lsan)_\w+|_GLOBAL_OFFSET_TABLE_|"
    r"nettle_\w+|idn2_\w+|iconv(_open|_close)?|__errno_location|__cpu_model)$")
OUR_LIBRARIES = ["client/libbase.a", "client/libsession.a", "emulator/libprofile.a", "emulator/libphone.a",
                 "emulator/libserver.a", "emulator/libmessage.a", "emulator/liblink.a"]

INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*([<"])([^>"]+)[>"]', re.M)

failures = []


def files(folder, endings=(".c", ".h"), deep=False):
    root = os.path.join(SOURCE, folder)
    for where, folders, names in os.walk(root):
        folders.sort()
        if not deep:
            folders[:] = []
        for name in sorted(names):
            if name.endswith(endings):
                yield os.path.relpath(os.path.join(where, name), SOURCE)


def text(path):
    with open(os.path.join(SOURCE, path), encoding="utf-8") as stream:
        return stream.read()


def fail(message):
    failures.append(message)
    print("  " + message)


def arrows():
    """includes follow the arrows"""
    homes = {}
    for top in ("client", "emulator"):
        for where, folders, found in os.walk(os.path.join(SOURCE, top)):
            room = os.path.relpath(where, SOURCE)
            if any(name.endswith((".c", ".h")) for name in found) and room not in ARROWS:
                fail(f"{room} is no room of the plan")
    for room in ARROWS:
        for path in files(room, (".h",)):
            homes.setdefault(os.path.basename(path), []).append(room)

    def target_of(include, room, allowed):
        """The room that an include means: one's own first, then one that may be included."""
        where = homes.get(os.path.basename(include), [])
        if room in where:
            return room
        within = [other for other in where if other in allowed]
        if len(within) > 1:
            fail(f"{include}: {room} could mean {' or '.join(within)}")
        return (within or where or [None])[0]

    seen = 0
    for room, allowed in ARROWS.items():
        for path in files(room):
            for quote, include in INCLUDE.findall(text(path)):
                if quote == "<" and ("/" in include or include not in homes):
                    continue  # the system's
                seen += 1
                target = target_of(include, room, allowed)
                if target is None:
                    fail(f"{path}: {include} is in no room")
                elif target != room and target not in allowed:
                    fail(f"{path}: {room} must not include {include} of {target}")
    for path in files("tools"):
        if os.path.basename(path).startswith(("msub", "options.", "progress_bar.")):
            for quote, include in INCLUDE.findall(text(path)):
                if quote == "<" and ("/" in include or include not in homes):
                    continue
                target = target_of(include, "tools", MSUB_TOOL)
                if target not in MSUB_TOOL + ["tools"]:
                    fail(f"{path}: msub stands over libmsub's public header alone, not over {include}")
    if seen < 100:
        fail(f"only {seen} includes were looked at")


def symbols(library, *options):
    out = subprocess.run(["nm", *options, os.path.join(BUILD, library)], capture_output=True, text=True, check=True).stdout
    return [line.split() for line in out.splitlines() if len(line.split()) >= 2 and not line.endswith(":")]


def players():
    """players call nothing but our own rooms and what only computes"""
    ours = set()
    for library in OUR_LIBRARIES:
        ours |= {words[-1] for words in symbols(library, "--defined-only", "-g")}
    for name, library in PLAYERS.items():
        wanted = {words[-1].split("@")[0] for words in symbols(library, "-u")}
        if len(wanted) < 10:
            fail(f"{library}: only {len(wanted)} undefined symbols: that cannot be the library")
        for symbol in sorted(wanted - ours):
            if not ALLOWED.match(symbol):
                fail(f"{library}: the {name} calls {symbol}")


def no_reset():
    """the word RSET is nowhere in libmsub's code"""
    libraries = [os.path.join(BUILD, "client", name) for name in ("libsession.a", "libsubmit.a")]
    for library in libraries:
        with open(library, "rb") as stream:
            octets = stream.read()
        if library.endswith("libsession.a") and b"MAIL FROM" not in octets:
            fail(f"{library}: MAIL FROM is not there either: that cannot be the library")
        # debug sections name no command; strings of the encoder would stand in .rodata
        sections = subprocess.run(["readelf", "-p", ".rodata", "-p", ".rodata.str1.1", "-p", ".rodata.str1.8", library],
                                  capture_output=True, text=True).stdout
        if "RSET" in sections.upper():
            fail(f"{library}: holds RSET")
    for path in files("client", deep=True):
        for number, line in enumerate(text(path).splitlines(), 1):
            if re.search(r'"[^"]*rset[^"]*"', line, re.I):
                fail(f"{path}:{number}: holds RSET in a text")


def names():
    """no profile's name occurs in the code of a player"""
    profiles = [os.path.basename(p)[:-5] for folder in ("profiles/clients", "profiles/servers")
                for p in files(folder, (".yaml",))]
    if len(profiles) < 7:
        fail("the profiles are not there")
    words = "|".join(re.escape(name) for name in profiles if name not in ("correct",))
    brands = "nokia|e61i?|symbian|qmail|postfix|exim|dovecot|sendmail|haraka|outlook|android|eventmachine|vmime"
    pattern = re.compile(rf"(?<![a-z0-9])({words}|{brands})(?![a-z0-9])", re.I)
    for folder in ("client", "emulator"):
        for path in files(folder, deep=True):
            for number, line in enumerate(text(path).splitlines(), 1):
                found = pattern.search(line)
                if found:
                    fail(f"{path}:{number}: names {found.group(0)}")


def sizes():
    """functions of at most 80 lines, files of at most 600, half of all functions within 15 lines

    The public header is one, and more prose than code: it may have 1100."""
    lengths = []
    for folder in ("client", "emulator", "tools", "tests"):
        for path in files(folder, deep=True):
            lines = text(path).splitlines()
            if len(lines) > (1100 if path == "client/include/msub.h" else 600):
                fail(f"{path}: {len(lines)} lines")
            limit = 100 if folder == "tests" else 80
            start = None
            for number, line in enumerate(lines, 1):
                if line == "{" or re.match(r"^[a-z].*\)\s*\{$", line):
                    start = number
                elif line == "}" and start is not None:
                    length = number - start + 1
                    if folder != "tests":
                        lengths.append(length)
                    if length > limit:
                        fail(f"{path}:{start}: a function of {length} lines")
                    start = None
    lengths.sort()
    median = lengths[len(lengths) // 2] if lengths else 0
    print(f"  {len(lengths)} functions, median {median} lines, longest {lengths[-1]}")
    if not 3 <= median <= 15:
        fail(f"the median function has {median} lines")


def headers():
    """the public header compiles alone, as C and as C++"""
    header = os.path.join(SOURCE, "client/include/msub.h")
    for compiler, language, standard in (("gcc", "c", "-std=c11"), ("g++", "c++", "-std=c++17"),
                                         ("clang", "c", "-std=c17")):
        run = subprocess.run([compiler, "-x", language, standard, "-Wall", "-Wextra", "-Wpedantic", "-Werror",
                              "-fsyntax-only", header], capture_output=True, text=True)
        complaints = [l for l in run.stderr.splitlines() if "pragma once" not in l and l.strip()]
        if run.returncode != 0:
            fail(f"msub.h with {compiler}: " + " / ".join(complaints[:3]))
    lines = text("client/include/msub.h").splitlines()
    inside, comment = False, 0
    for line in lines:
        begins = "/*" in line
        inside = inside or begins
        comment += inside and line.strip() != ""
        if "*/" in line:
            inside = False
    share = comment / max(1, sum(1 for line in lines if line.strip()))
    print(f"  msub.h: {share:.0%} of its lines are prose")
    if share < 0.5:
        fail("the public header is to be more prose than code")


def exports():
    """the shared library exports what msub.h declares and nothing else, and msub(3) names it all"""
    library = os.path.join(BUILD, "client", "libmsub.so")
    if not os.path.exists(library):
        return fail("libmsub.so was not built")
    out = subprocess.run(["nm", "-D", "--defined-only", library], capture_output=True, text=True, check=True).stdout
    exported = [line.split()[-1].split("@")[0] for line in out.splitlines()]
    header = re.sub(r"/\*.*?\*/", "", text("client/include/msub.h"), flags=re.S)
    declared = set(re.findall(r"\b(msub_[a-z0-9_]+)\s*\(", re.sub(r"^\s*#.*$", "", header, flags=re.M)))
    if len(declared) < 20:
        fail(f"only {len(declared)} functions are declared")
    manual = text("tools/man/msub.3.scd").replace("\\_", "_")
    for name in sorted(declared):
        if name not in exported:
            fail(f"libmsub.so does not export {name}")
        if not re.search(rf"\b{name}\b", manual):
            fail(f"msub(3) does not name {name}")
    for name in exported:
        if name.startswith("msub_") and name not in declared:
            fail(f"libmsub.so exports {name}, which msub.h does not declare")
    for name in exported:
        if not name.startswith(("msub_", "__", "_init", "_fini", "MSUB_", "LIBMSUB")):
            fail(f"libmsub.so exports {name}")


def leftovers():
    """nothing unfinished, no registry's host, no folder that is not in the plan"""
    pattern = re.compile(r"\b(TODO|FIXME|XXX)\b|not implemented|deb\.debian\.org|registry\.npmjs")
    for folder in ("client", "emulator", "tools", "tests", "profiles"):
        for path in files(folder, (".c", ".h", ".py", ".sh", ".yaml", ".json", ".txt", ".scd"), deep=True):
            if path == "tests/house/house.py":
                continue
            for number, line in enumerate(text(path).splitlines(), 1):
                # what a server says, in quotes, is not ours to choose
                if pattern.search(re.sub(r'"\d{3}[ -][^"]*"', "", line) if path.startswith("profiles/servers/") else line):
                    fail(f"{path}:{number}: {line.strip()[:60]}")
    plan = {"client", "emulator", "profiles", "tests", "tools"}
    for name in sorted(os.listdir(SOURCE)):
        if os.path.isdir(os.path.join(SOURCE, name)) and not name.startswith((".", "build")) and name not in plan:
            fail(f"the folder {name} is not in the plan")


def changelog():
    """the top of CHANGELOG.md is the project's version"""
    version = re.search(r"project\(handset VERSION ([\d.]+)", text("CMakeLists.txt")).group(1)
    top = re.search(r"^## (\S+)", text("CHANGELOG.md"), re.M)
    if top is None or top.group(1) != version:
        fail(f"CMakeLists.txt says {version}, CHANGELOG.md {top and top.group(1)}")


CHECKS = [arrows, players, no_reset, names, sizes, headers, exports, leftovers, changelog]
chosen = sys.argv[3:]
for check in CHECKS:
    if chosen and check.__name__ not in chosen:
        continue
    before = len(failures)
    print(f"{check.__name__}: {check.__doc__.splitlines()[0]}")
    check()
    print("  ok" if len(failures) == before else f"  {len(failures) - before} failures")
sys.exit(1 if failures else 0)
