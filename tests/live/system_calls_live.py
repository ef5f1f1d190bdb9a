"""Each system call of msub's talk with a server fails, one at a time, and the outcome is told truthfully:
0 and the message is there once, or a failure and it is not, or *unsure* and it may be.

The calls are those that a whole run made, found with strace, which makes them fail as well.
"""
import collections
import os
import pathlib
import re
import subprocess
import tempfile

import certificates
from opponents import USER
from ours import DESK, MSUB, SENDER, Serve, check_sane, environment
from runner import Skip, case, check, check_equal, main, side_by_side

SENT, UNSURE = 0, 70
# What may go wrong with each of them, and what only interrupts it and must be survived.
FAILURES = {
    "socket": ["EMFILE"],
    "connect": ["ECONNREFUSED", "ENETUNREACH"],
    "setsockopt": ["ENOBUFS"],
    "getsockname": ["ENOBUFS"],
    "getsockopt": ["ENOBUFS"],
    "bind": ["EADDRINUSE"],
    "fcntl": ["EINVAL"],
    "epoll_create1": ["EMFILE"],
    "epoll_ctl": ["ENOMEM"],
    "epoll_wait": ["EINTR"],
    "epoll_pwait": ["EINTR"],
    "poll": ["ENOMEM", "EINTR"],
    "ppoll": ["ENOMEM", "EINTR"],
    "sendto": ["EPIPE", "EINTR"],
    "sendmsg": ["EPIPE", "ECONNRESET", "EINTR"],
    "writev": ["EPIPE", "EINTR"],
    "recvfrom": ["ECONNRESET", "EINTR"],
    "recvmsg": ["ECONNRESET", "EINTR"],
    "shutdown": ["ENOTCONN"],
    "close": ["EIO"],
    "eventfd2": ["EMFILE"],
    "timerfd_create": ["EMFILE"],
}
CALL = re.compile(r"^(?:\d+ +)?(\w+)\(")


def words(port, subject, tls, trust):
    more = {
        "off": ["--tls=off", "--auth=plain"],
        "starttls": ["--tls=on", "--auth=on", "--tls-trust-file=%s" % trust],
    }[tls]
    return [
        MSUB, "--host=127.0.0.1", "--port=%d" % port, "--timeout=5", "--from=" + SENDER, "--user=" + USER,
        "--passwordeval=cat '%s'" % DESK.password, *more, "ann@example.net",
    ], "Subject: %s\n\n%s\n" % (subject, "text of a line\n" * 4000)  # fmt: skip


def trace(options, words, stdin):
    """One run under strace; leak checking, which traces as well, is off."""
    surroundings = environment()
    surroundings["ASAN_OPTIONS"] += ":detect_leaks=0"
    done = subprocess.run(
        ["strace", "-f", "-qq", *options, *words], input=stdin.encode(), env=surroundings,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=60)  # fmt: skip
    return (
        done.returncode,
        done.stdout.decode(errors="replace"),
        done.stderr.decode(errors="replace"),
    )


def calls_of(port, tls, trust):
    """[(call, number)] of those that a whole run makes from its first socket on."""
    with tempfile.NamedTemporaryFile("r") as log:
        status, _, err = trace(["-o", log.name], *words(port, "whole", tls, trust))
        if "ptrace" in err.lower() and status != 0:
            raise Skip("strace may not trace here: " + err.strip().splitlines()[0], allowed=True)
        check_equal(status, SENT, "the run where nothing fails (%s)" % err)
        found = [match.group(1) for match in map(CALL.match, log) if match]
    counts, calls = collections.Counter(), []
    begun = False
    for call in found:
        counts[call] += 1
        begun = begun or call == "socket"
        if begun and call in FAILURES:
            calls.append((call, counts[call]))
    check(len(calls) > 10, "only these calls were made: %s" % calls)
    return calls


def try_one(serve, tls, trust, call, number, error):
    subject = "%s %s %d %s" % (tls, call, number, error)
    with tempfile.NamedTemporaryFile("r") as log:
        inject = "inject=%s:error=%s:when=%d" % (call, error, number)
        status, out, err = trace(
            ["-o", log.name, "-e", inject], *words(serve.port, subject, tls, trust)
        )
        hit = "(INJECTED)" in log.read()
    check_sane("msub", status, err)
    check(status == SENT or err.strip(), "%s: status %d without a word" % (subject, status))
    check(
        not (error == "EINTR" and hit and status != SENT), "%s: not survived: %s" % (subject, err)
    )
    return subject, status, hit


def all_of(tls, trust, certificates=None):
    with Serve(tls="none" if tls == "off" else tls, certificates=certificates) as serve:
        calls = calls_of(serve.port, tls, trust)
        rows = [(call, number, error) for call, number in calls for error in FAILURES[call]]
        told = []
        side_by_side(lambda *row: told.append(try_one(serve, tls, trust, *row)), rows)
        there = collections.Counter(subject for subject, _ in serve.delivered())
    failed = 0
    for subject, status, _ in told:
        wanted = {SENT: (1,), UNSURE: (0, 1)}.get(status, (0,))
        check(
            there[subject] in wanted,
            "%s: status %d, and %d messages" % (subject, status, there[subject]),
        )
        failed += status != SENT
    hits = sum(hit for _, _, hit in told)
    check(hits * 10 >= len(rows) * 8, "of %d failures only %d happened" % (len(rows), hits))
    check(failed >= 5, "of %d calls that failed only %d mattered" % (len(rows), failed))
    print("        %d calls made to fail, %d mattered" % (len(rows), failed))


@case
def each_call_fails_in_clear():
    all_of("off", None)


@case
def each_call_fails_with_tls():
    with tempfile.TemporaryDirectory() as folder:
        made = certificates.make(folder)
        all_of("starttls", made.authority, made)


# ---- the queue ----

STORING = {
    "mkdir": ["EACCES", "ENOSPC"],
    "mkdirat": ["EACCES"],
    "openat": ["EACCES", "ENFILE"],
    "newfstatat": ["EIO"],
    "fstat": ["EIO"],
    "write": ["ENOSPC", "EINTR"],
    "fsync": ["EIO"],
    "close": ["EIO"],
    "renameat": ["EIO"],
    "unlinkat": ["EIO"],
}


def enqueue(folder, options):
    words = [
        MSUB, "--host=127.0.0.1", "--port=9", "--queue=" + folder, "--enqueue", "--from=" + SENDER,
        "ann@example.net",
    ]  # fmt: skip
    return trace(options, words, "Subject: kept\n\n%s" % ("text of a line\n" * 400))


def kept(folder):
    """The whole mails that a flush would find."""
    files = [file for file in pathlib.Path(folder, "new").glob("*") if file.is_file()]
    for file in files:
        check_equal(file.read_text().count("text of a line"), 400, "lines of a mail in the queue")
    return len(files)


def try_to_keep(above, call, number, error):
    subject = "%s %d %s" % (call, number, error)
    folder = os.path.join(above, subject.replace(" ", "-"))
    with tempfile.NamedTemporaryFile("r") as log:
        inject = "inject=%s:error=%s:when=%d" % (call, error, number)
        status, _, err = enqueue(folder, ["-o", log.name, "-e", inject])
        hit = "(INJECTED)" in log.read()
    check_sane("msub", status, err)
    there = kept(folder)
    check_equal(there, int(status == SENT), "%s: status %d, mails kept; %s" % (subject, status, err))
    check(status == SENT or err.strip(), "%s: status %d without a word" % (subject, status))
    check("Success" not in err, "%s: a failure by success: %s" % (subject, err))
    return hit, status != SENT


@case
def what_is_taken_into_the_queue_is_there():
    with tempfile.TemporaryDirectory() as above:
        whole = os.path.join(above, "whole")
        with tempfile.NamedTemporaryFile("r") as log:
            status, _, err = enqueue(whole, ["-o", log.name])
            if "ptrace" in err.lower() and status != SENT:
                raise Skip("strace may not trace here: " + err.splitlines()[0], allowed=True)
            check_equal(status, SENT, "the run where nothing fails (%s)" % err)
            rows, counts, begun = [], collections.Counter(), False
            for line in log:
                match = CALL.match(line)
                call = match.group(1) if match else ""
                counts[call] += 1
                begun = begun or whole in line and call.startswith("mkdir")
                if begun:
                    rows += [(call, counts[call], error) for error in STORING.get(call, ())]
        check_equal(kept(whole), 1, "mails kept where nothing fails")
        told = []
        side_by_side(lambda *row: told.append(try_to_keep(above, *row)), rows)
    check(sum(hit for hit, _ in told) * 10 >= len(rows) * 8, "too few of %d happened" % len(rows))
    check(sum(failed for _, failed in told) >= 5, "too few of %d mattered" % len(rows))
    print("        %d calls made to fail, %d mattered" % (len(rows), sum(f for _, f in told)))


main()
