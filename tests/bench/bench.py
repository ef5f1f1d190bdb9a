#!/usr/bin/env python3
"""bench: libmsub beside its peers, in one run, as ratios.

usage: bench.py BUILD [--quick] [--json FILE] [--clients NAME,NAME] [ROW...]

Each row is one question of performance: turns, processor time, instructions. Clients take turns
(A B C, C B A, ...), the median counts, and every figure stands beside that of the floor ("raw",
octets made beforehand) or of the fastest peer. Only ratios of one run mean anything. A client that
is not there, or cannot do what is asked, is left out with a dash.
"""
import argparse
import json
import os
import pathlib
import re
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "live"))
import certificates  # noqa: E402

import phones  # noqa: E402

PEERS = ["esmtp", "curl", "etpan", "smtp-source"]
CLIENTS = ["raw", "msub"] + PEERS
TIMEOUT = 300
# What performance.md's peers cannot do, so that nobody waits for it.
NO_TLS = ("esmtp", "etpan", "smtp-source")


class Sink:
    """A sink of its own for every run: its counts are that run's."""

    def __init__(self, bench, *options):
        words = [str(bench.folder / "bench_sink"), *options]
        if "--starttls" in options or "--implicit" in options:
            words += ["--certificate", bench.made.certificate, "--key", bench.made.key]
        self.process = subprocess.Popen(
            words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        self.port = int(self.process.stdout.readline().split()[1])

    def __enter__(self):
        return self

    def __exit__(self, *unused):
        out, _ = self.process.communicate("", timeout=30)
        self.counts = json.loads(out)


class Bench:
    def __init__(self, build, quick, clients):
        self.clients = clients
        self.folder = pathlib.Path(build) / "tests" / "bench"
        self.quick = quick
        self.scratch = tempfile.TemporaryDirectory()
        made = certificates.make(self.scratch.name, key=certificates.ECDSA)
        self.made = argparse.Namespace(
            certificate=str(made.certificate), key=str(made.key), authority=str(made.authority)
        )

    def has(self, client):
        if client not in self.clients:
            return False
        if client == "smtp-source":
            return shutil.which(client) is not None
        return (self.folder / ("bench_" + client)).exists()

    def words(self, client, port, load):
        if client != "smtp-source":
            words = [str(self.folder / ("bench_" + client)), "--port", str(port)]
            if client == "raw":
                load = {name: value for name, value in load.items() if name != "lf"}
            for name, value in load.items():
                words += ["--" + name] + ([] if value is True else [str(value)])
            return words
        if (
            "login" in load
            or "tls" in load
            or "lf" in load
            or "file" in load
            or "per-session" in load
        ):
            return None
        return [
            "smtp-source",
            "-d",
            "-s",
            str(load.get("connections", 1)),
            "-m",
            str(load["messages"]),
            "-l",
            str(load.get("size", 1024)),
            "-f",
            "bench@example.org",
            "-t",
            "sink@example.net",
            "127.0.0.1:%d" % port,
        ]

    def run(self, client, load, *options):
        """One run: seconds of processor time and the sink's counts, or None."""
        if "tls" in load:
            if client in NO_TLS or (client == "raw" and load["tls"] == "starttls"):
                return None
            load = dict(load, authority=self.made.authority)
            options += ("--" + load["tls"],)
        with Sink(self, *options) as sink:
            words = self.words(client, sink.port, load)
            if words is None or not self.has(client):
                return None
            process = subprocess.Popen(words, stdout=subprocess.PIPE, text=True)
            out = process.stdout.read()
            _, status, usage = os.wait4(process.pid, 0)
            process.returncode = status
            if status != 0:
                raise SystemExit("%s failed: %s" % (" ".join(words), out))
            said = (
                json.loads(out)
                if out.startswith("{")
                else {"user": usage.ru_utime, "system": usage.ru_stime}
            )
        if sink.counts["messages"] != load["messages"]:
            raise SystemExit(
                "%s: %d of %d messages came" % (client, sink.counts["messages"], load["messages"])
            )
        return dict(sink.counts, cpu=said["user"] + said["system"], user=said["user"])

    def medians(self, clients, load, *options, rounds=5):
        """Processor time of each client, the clients taking turns."""
        rounds = 2 if self.quick else rounds
        times = {client: [] for client in clients}
        for number in range(rounds):
            for client in clients if number % 2 == 0 else reversed(clients):
                result = self.run(client, load, *options)
                if result is not None:
                    times[client].append(result["cpu"])
        return {client: statistics.median(of) for client, of in times.items() if of}

    def instructions(self, client, load):
        """User instructions of run_load() alone, by callgrind."""
        with Sink(self) as sink:
            words = self.words(client, sink.port, load)
            if words is None or not self.has(client):
                return None
            tool = ["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null"]
            if client != "smtp-source":
                tool.append("--toggle-collect=run_load")
            done = subprocess.run(tool + words, capture_output=True, text=True, timeout=TIMEOUT)
        found = re.search(r"Collected : (\d+)", done.stderr)
        if done.returncode != 0 or found is None:
            raise SystemExit("callgrind of %s failed: %s" % (client, done.stderr[-400:]))
        return int(found.group(1))

    def instructions_each(self, client, few, many, **load):
        counts = [self.instructions(client, dict(load, messages=n)) for n in (few, many)]
        return None if None in counts else (counts[1] - counts[0]) / (many - few)


ROWS = {}


def row(words):
    def add(function):
        ROWS[function.__name__] = (words, function)
        return function

    return add


def fastest_peer(values):
    return min((values[c] for c in PEERS if c in values), default=None)


def turns(bench, load, *options):
    values = {}
    for client in CLIENTS:
        result = bench.run(client, load, *options)
        if result is not None:
            values[client] = result["turns"]
    return values


@row("turns, 10 messages with a login, PIPELINING | goal: 14")
def turns_10(bench):
    return turns(bench, {"messages": 10, "login": True}), "%d", None


@row("turns, 10 messages with a login, without PIPELINING | goal: 44")
def turns_10_lockstep(bench):
    values = turns(bench, {"messages": 10, "login": True}, "--no-pipelining")
    values.pop("raw", None)  # it does not ask what the server offers
    return values, "%d", None


@row("turns, 1 message with a login | goal: 5")
def turns_1(bench):
    return turns(bench, {"messages": 1, "login": True}), "%d", None


@row("turns, 1 message with a login, implicit TLS | goal: 5")
def turns_1_implicit(bench):
    return turns(bench, {"messages": 1, "login": True, "tls": "implicit"}), "%d", None


@row("turns, 1 message with a login, STARTTLS | goal: 7")
def turns_1_starttls(bench):
    return turns(bench, {"messages": 1, "login": True, "tls": "starttls"}), "%d", None


def microseconds(values, count):
    return {client: value / count * 1e6 for client, value in values.items()}


@row("client CPU per 1 KiB message, 10 connections, us | goal: 1/3 of the fastest peer")
def cpu_1k(bench):
    count = 5000 if bench.quick else 40000
    values = microseconds(bench.medians(CLIENTS, {"messages": count, "connections": 10}), count)
    return values, "%.1f", ("peer / msub", fastest_peer(values), "msub")


@row("user instructions per 1 KiB message | goal: 6 000")
def instructions_1k(bench):
    values = {c: bench.instructions_each(c, 100, 600) for c in CLIENTS}
    return {c: v for c, v in values.items() if v}, "%.0f", None


@row("user instructions per 100 KiB message | goal: 100 000")
def instructions_100k(bench):
    values = {c: bench.instructions_each(c, 10, 40, size=102400) for c in CLIENTS}
    return {c: v for c, v in values.items() if v}, "%.0f", None


def large(bench, **load):
    count = 10 if bench.quick else 20
    load = dict({"messages": count, "connections": 10, "size": 10485760}, **load)
    return {c: v / count * 1e3 for c, v in bench.medians(CLIENTS, load).items()}


@row("client CPU per 10 MiB message, CRLF in memory, ms | goal: 2x raw")
def cpu_10m(bench):
    values = large(bench)
    return values, "%.2f", ("msub / raw", values["msub"], "raw")


@row("client CPU per 10 MiB message, LF in memory, ms (raw: CRLF)")
def cpu_10m_lf(bench):
    values = {c: v for c, v in large(bench, lf=True).items() if c in ("raw", "msub")}
    return values, "%.2f", ("msub / raw", values["msub"], "raw")


@row("client CPU per 10 MiB message from a file, ms (raw: from memory)")
def cpu_10m_file(bench):
    values = large(bench, file=bench.scratch.name + "/message")
    values = {c: v for c, v in values.items() if c in ("raw", "msub")}
    return values, "%.2f", ("msub / raw", values["msub"], "raw")


@row("client CPU per 10 MiB message over TLS, ms (raw: GnuTLS alone) | goal: 1.1x raw")
def cpu_10m_tls(bench):
    values = large(bench, tls="implicit", connections=1)  # GnuTLS alone blocks
    return values, "%.2f", ("msub / raw", values["msub"], "raw")


@row("client CPU per session of one message with a login, 10 connections, us")
def sessions(bench):
    count = 400 if bench.quick else 2000
    load = {"messages": count, "connections": 10, "per-session": 1, "login": True}
    values = microseconds(bench.medians(CLIENTS, load), count)
    return values, "%.0f", ("peer / msub", fastest_peer(values), "msub")


@row(
    "client CPU per TLS session, us (raw: a bare GnuTLS handshake with the same checks) | goal: 1.1x raw"
)
def tls_sessions(bench):
    count = 100 if bench.quick else 400
    load = {"messages": count, "connections": 2, "per-session": 1, "tls": "implicit"}
    values = microseconds(bench.medians(CLIENTS, load, "--no-tickets"), count)
    return values, "%.0f", ("msub / raw", values["msub"], "raw")


@row("emulated phones: sessions per second (login, 1 KiB, QUIT), by the clock; swaks and phone: a process each")
def phone_sessions(bench):
    values = {name: 1 / of[0] for name, of in phones.all_sessions(bench, Sink).items()}
    return values, "%.0f", ("phone-1000 / raw-1000", values["phone-1000"], "raw-1000")


@row("emulated phones: CPU per session, us; swaks and phone: a process each")
def phone_cpu(bench):
    values = {name: 1e6 * of[1] for name, of in phones.all_sessions(bench, Sink).items()}
    return values, "%.0f", ("phone-1000 / raw-1000", values["phone-1000"], "raw-1000")


@row("emulated phones: octets of memory each, of 1000 that wait behind RCPT | goal: 8192")
def phone_memory(bench):
    return phones.memory(bench), "%.0f", None


def show(words, values, form, ratio):
    cells = [(form % values[c]) if c in values else "-" for c in CLIENTS]
    note = ""
    if ratio is not None and ratio[1] is not None:
        note = "%s = %.2f" % (ratio[0], ratio[1] / values[ratio[2]])
    print(words)
    if not set(values) <= set(CLIENTS):  # a row with columns of its own
        cells = ["%s %s" % (name, form % value) for name, value in values.items()]
        note = ("   " + note) if note else ""
        print("   " + "   ".join(cells) + note, flush=True)
        return
    print(
        "   " + "".join("%13s" % cell for cell in cells) + ("   " + note if note else ""),
        flush=True,
    )


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("build")
    parser.add_argument("--quick", action="store_true", help="fewer and shorter runs")
    parser.add_argument("--json", help="write the figures to this file as well")
    parser.add_argument(
        "--clients", default=",".join(CLIENTS), help="only these (all: %(default)s)"
    )
    parser.add_argument("rows", nargs="*", metavar="ROW", help="of: " + ", ".join(ROWS))
    chosen = parser.parse_intermixed_args()
    unknown = [name for name in chosen.rows if name not in ROWS]
    if unknown:
        parser.error("no such row: " + ", ".join(unknown))
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))  # a thousand connections and more
    bench = Bench(chosen.build, chosen.quick, chosen.clients.split(","))
    figures = {}
    print("   " + "".join("%13s" % client for client in CLIENTS))
    for name, (words, function) in ROWS.items():
        if chosen.rows and name not in chosen.rows:
            continue
        values, form, ratio = function(bench)
        show(words, values, form, ratio)
        figures[name] = values
    if chosen.json:
        pathlib.Path(chosen.json).write_text(json.dumps(figures, indent=1) + "\n")


main()
