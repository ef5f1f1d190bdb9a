"""phones: the rows of bench.py that are about emulated phones.

A session is a connection, a login, one message of 1 KiB and QUIT. The raw client says octets that
were made beforehand, many at once too; swaks is a process for each session, and so is one phone.
"""
import json
import os
import pathlib
import re
import shutil
import subprocess
import time

PROFILE = "nokia-e61i"
CROWD = 1000
# Everybody waits for the reply to RCPT until all have come.
WAITING = """name: waiting
evidence:
  - {assumption: "a server that takes its time", shows: [offers, faults]}
offers: ["AUTH PLAIN LOGIN"]
faults: [{at: recipient, times: 0, delay: 4 s}]
"""


def message(bench):
    path = pathlib.Path(bench.scratch.name) / "kilobyte.eml"
    head = b"Subject: x\r\n\r\n"
    line = b"sixty-two octets of a line that somebody may have typed in.\r\n"
    text = (head + line * 20)[:1022] + b"\r\n"
    path.write_bytes(text)
    return path


def phone(bench, port, count, *more):
    secret = pathlib.Path(bench.scratch.name) / "secret"
    secret.write_text("secret\n")
    return [
        str(bench.folder.parent.parent / "tools" / "handset"), "play", PROFILE,
        "--server", "smtp://127.0.0.1:%d" % port, "--user", "user", "--password-file", str(secret),
        "--from", "bench@example.org", "--to", "sink@example.net", "--phones", str(count), *more,
    ]  # fmt: skip


def swaks(bench, port):
    return [
        "swaks", "--server", "127.0.0.1:%d" % port, "--from", "bench@example.org",
        "--to", "sink@example.net", "--auth", "PLAIN", "--auth-user", "user",
        "--auth-password", "secret", "--data", "@" + str(message(bench)), "--silent", "3",
    ]  # fmt: skip


def spend(words):
    """Runs it: what it printed, and what the kernel says of it."""
    process = subprocess.Popen(words, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True)
    out = process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = status
    if status != 0:
        raise SystemExit("%s failed: %s" % (" ".join(words), out[-1000:]))
    return out, usage


def sessions(bench, sink, words_of, processes, each):
    """Seconds, and seconds of processor time, per session."""
    with sink(bench) as server:
        words = words_of(server.port)
        began, processor = time.monotonic(), 0.0
        for _ in range(processes):
            _, usage = spend(words)
            processor += usage.ru_utime + usage.ru_stime
        seconds = time.monotonic() - began
    count = processes * each
    if (server.counts["sessions"], server.counts["messages"]) != (count, count):
        raise SystemExit("%r of %d sessions came: %r" % (words, count, server.counts))
    return seconds / count, processor / count


def all_sessions(bench, sink):
    """By name, the best of a few runs that take turns."""
    few = 5 if bench.quick else 20
    load = {"per-session": 1, "login": True}
    one, many = dict(load, messages=few), dict(load, messages=CROWD, connections=CROWD)
    path = str(message(bench))
    ways = {
        "raw": (lambda port: bench.words("raw", port, one), 1, few),
        "phone": (lambda port: phone(bench, port, 1, "-q", "--message", path), few, 1),
        "swaks": (lambda port: swaks(bench, port), few, 1),
        "raw-1000": (lambda port: bench.words("raw", port, many), 1, CROWD),
        "phone-1000": (lambda port: phone(bench, port, CROWD, "-q", "--message", path), 1, CROWD),
    }
    if shutil.which("swaks") is None:
        del ways["swaks"]
    found = {name: [] for name in ways}
    for _ in range(2 if bench.quick else 5):
        for name, way in ways.items():
            found[name].append(sessions(bench, sink, *way))
    return {name: tuple(min(column) for column in zip(*of)) for name, of in found.items()}


def waiting_server(bench):
    profile = pathlib.Path(bench.scratch.name) / "waiting.yaml"
    profile.write_text(WAITING)
    secret = pathlib.Path(bench.scratch.name) / "secret"
    secret.write_text("secret\n")
    return subprocess.Popen(
        [str(bench.folder.parent.parent / "tools" / "handset"), "serve", str(profile),
         "--listen", "127.0.0.1:0", "--user", "user", "--password-file", str(secret), "--quiet"],
        stdout=subprocess.PIPE, text=True)  # fmt: skip


def watched(words):
    """What it printed, and the most pages that it had, in octets. Not getrusage(): that remembers the
    pages of whoever started it."""
    process = subprocess.Popen(words, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True)
    most = 0
    while process.poll() is None:
        status = pathlib.Path("/proc/%d/status" % process.pid).read_text()
        found = re.search(r"VmHWM:\s+(\d+) kB", status)  # none in a process that has ended
        most = max(most, int(found.group(1)) * 1024) if found else most
        time.sleep(0.1)
    out = process.stdout.read()
    if process.returncode != 0:
        raise SystemExit("%s failed: %s" % (" ".join(words), out[-1000:]))
    return out, most


def memory(bench):
    """Octets for each of a thousand phones that wait behind RCPT: as the program counts what it asked
    of the heap, and as the kernel counts its pages, beside those of ten."""
    server = waiting_server(bench)
    try:
        port = int(server.stdout.readline().split(":")[-1])
        pages, told = {}, {}
        for count in (10, CROWD):
            out, pages[count] = watched(
                phone(bench, port, count, "--json", "--message", str(message(bench)))
            )
            told = json.loads(out)["memory"]
        if told["phones"] != CROWD:
            raise SystemExit("only %d phones were there at once" % told["phones"])
    finally:
        server.terminate()
        server.wait()
    return {
        "counted": told["octets-each"],
        "resident": (pages[CROWD] - pages[10]) / (CROWD - 10),
    }
