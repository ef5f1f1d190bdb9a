"""Each system call of msub's talk with a server fails, one at a time, and the outcome is told truthfully:
0 and the message is there once, or a failure and it is not, or *unsure* and it may be.

The calls are those that a whole run made, found with strace, which makes them fail as well.
"""
import collections
import json
import os
import pathlib
import re
import subprocess
import tempfile

import certificates
from opponents import USER
from ours import DESK, MSUB, SENDER, Serve, check_sane, environment
from runner import Skip, case, check, check_equal, main, side_by_side

SENT, UNSURE, IO = 0, 70, 74
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


# ---- whole runs of the command ----

# Calls on files, from the one on that a run begins with.
ON_FILES = {
    "openat": ["EACCES", "ENFILE"],
    "newfstatat": ["EIO"],
    "read": ["EIO", "EINTR"],
    "pread64": ["EIO", "EINTR"],
    "pwrite64": ["ENOSPC", "EINTR"],
    "write": ["ENOSPC", "EINTR"],
    "lseek": ["ESPIPE"],
    "flock": ["ENOLCK", "EINTR"],
    "fsync": ["EIO"],
    "fdatasync": ["EIO"],
    "rename": ["EIO"],
    "renameat": ["EIO"],
    "unlink": ["EIO"],
    "unlinkat": ["EIO"],
    "getdents64": ["EIO"],
    "close": ["EIO"],
    "sendmsg": ["EPIPE"],
}
LINES = 400

# name; make(folder, port, subject) -> words, stdin; begins: a part of the first line of the trace that
# counts; at least so many failures must happen; judge(folder, subject, there, told) raises.
Run = collections.namedtuple("Run", "name make begins least judge")
Told = collections.namedtuple("Told", "what status out err")


def text_of(subject, recipient="ann@example.net"):
    return "To: %s\nSubject: %s\n\n%s" % (recipient, subject, "text of a line\n" * LINES)


def to_server(port):
    return [MSUB, "--host=127.0.0.1", "--port=%d" % port, "--timeout=5", "--from=" + SENDER, "--user=" + USER,
            "--auth=plain", "--password-file=%s" % DESK.password]  # fmt: skip


def make_flush(folder, port, subject):
    queue = "--queue=%s/queue" % folder
    done = subprocess.run([*to_server(port), queue, "--enqueue", "ann@example.net"],
                          input=text_of(subject).encode(), env=environment(), timeout=60,
                          stderr=subprocess.DEVNULL)  # fmt: skip
    check_equal(done.returncode, SENT, "taken into the queue")
    return [MSUB, "--flush", queue], ""


def judge_flush(folder, _, there, told):
    """The mail is delivered, or it is there: never both so that a flush would send it again."""
    kept = [(file.parent.name, file.read_text()) for name in ("new", "failed")
            for file in pathlib.Path(folder, "queue", name).glob("*") if "." not in file.name]  # fmt: skip
    check(there <= 1 and len(kept) <= 1, "%s: %d delivered, %d kept" % (told.what, there, len(kept)))
    waits = [text for place, text in kept if place == "new" and "\nto W " in text]
    check(not (there and waits), told.what + ": delivered, and it waits for another time")
    if not there:
        check_equal([text.count("text of a line") for _, text in kept], [LINES], told.what + ": kept")
    check(told.status != SENT or there == 1, told.what + ": status 0, and not delivered")


def judge_one(_, __, there, told):
    wanted = {SENT: (1,), UNSURE: (0, 1)}.get(told.status, (0,))
    check(there in wanted, "%s: status %d, %d delivered" % (told.what, told.status, there))


def make_pipe(_, port, subject):
    return [*to_server(port), "ann@example.net"], text_of(subject)


def make_logged(folder, port, subject):
    return [*to_server(port), "--logfile=%s/log" % folder, "ann@example.net"], text_of(subject)


def judge_logged(folder, subject, there, told):
    """The log is no reason to say anything else of the mail; a line that is missing is told."""
    judge_one(folder, subject, there, told)
    log = pathlib.Path(folder, "log")
    lines = log.read_text().splitlines() if log.exists() else []
    check(len(lines) == 1 or "log" in told.err, "%s: %d lines in the log" % (told.what, len(lines)))
    if lines:
        check_equal("exitcode=EX_OK" in lines[0], told.status == SENT, told.what + ": %r" % lines)


def make_batch(folder, port, subject):
    os.mkdir(folder + "/mails")
    for number in range(6):
        with open("%s/mails/%d.eml" % (folder, number), "w") as mail:
            mail.write(text_of(subject, "p%d@example.net" % number))
    return [*to_server(port), "--connections=3", "--json", "--batch", folder + "/mails"], ""


def judge_batch(_, __, there, told):
    if "the standard output cannot be written" in told.err:
        check_equal((told.status, there), (IO, 6), told.what + ": status and mails")
        return
    told_of = json.loads(told.out)
    outcomes = collections.Counter(
        recipient["outcome"] for mail in told_of["messages"] for recipient in mail["recipients"])  # fmt: skip
    check(outcomes["accepted"] <= there <= outcomes["accepted"] + outcomes["unsure"],
          "%s: %d delivered, told %r" % (told.what, there, outcomes))  # fmt: skip
    check_equal(told_of["status"], told.status, told.what + ": status")
    check_equal(told.status == SENT, there == 6, told.what + ": %d delivered, status %d; %s"
                % (there, told.status, told.err))  # fmt: skip


RUNS = [
    Run("flush", make_flush, "queue", 20, judge_flush),
    Run("a pipe", make_pipe, "msub-", 8, judge_one),
    Run("a log", make_logged, "/log\"", 4, judge_logged),
    Run("connections", make_batch, "mails", 20, judge_batch),
]


def found_calls(lines, begins):
    """[(call, number)] from the first line on that is not that of the program itself."""
    counts, calls, begun = collections.Counter(), [], False
    for line in lines:
        match = CALL.match(line)
        call = match.group(1) if match else ""
        counts[call] += 1
        begun = begun or (begins in line and call != "execve")
        if begun and call in ON_FILES:
            calls.append((call, counts[call]))
    return calls


def play_run(run, folder, port, subject, options):
    os.mkdir(folder)
    words, stdin = run.make(folder, port, subject)
    with tempfile.NamedTemporaryFile("r") as log:
        status, out, err = trace(["-o", log.name, *options], words, stdin)
        return status, out, err, log.read()


def fail_run(run, above, port, call, number, error):
    what = "%s: %s %d %s" % (run.name, call, number, error)
    folder = os.path.join(above, what.replace(" ", "-").replace(":", ""))
    inject = "inject=%s:error=%s:when=%d" % (call, error, number)
    status, out, err, log = play_run(run, folder, port, what, ["-e", inject])
    check_sane("msub", status, err)
    hit = "(INJECTED)" in log
    check(status == SENT or err.strip(), "%s: status %d without a word" % (what, status))
    check("Success" not in err, "%s: a failure by success: %s" % (what, err))
    # stdio gives its output up; but a program without signal handlers is never interrupted there
    survives = hit and error == "EINTR" and not re.search(r"write\(1, .*INJECTED", log)
    check(not survives or status == SENT, "%s: not survived: %s" % (what, err))
    return folder, what, Told(what, status, out, err), hit


def fail_all(run):
    with Serve() as serve, tempfile.TemporaryDirectory() as above:
        status, _, err, log = play_run(run, above + "/whole", serve.port, "whole", [])
        if "ptrace" in err.lower() and status != SENT:
            raise Skip("strace may not trace here: " + err.splitlines()[0], allowed=True)
        check_equal(status, SENT, "the run where nothing fails (%s)" % err)
        calls = found_calls(log.splitlines(), run.begins)
        rows = [(call, number, error) for call, number in calls for error in ON_FILES[call]]
        told = []
        side_by_side(lambda *row: told.append(fail_run(run, above, serve.port, *row)), rows)
        there = collections.Counter(subject for subject, _ in serve.delivered())
        for folder, subject, one, _ in told:
            run.judge(folder, subject, there[subject], one)
    hits = sum(hit for *_, hit in told)
    check(hits >= run.least, "%s: only %d failures happened" % (run.name, hits))
    failed = sum(one.status != SENT for _, _, one, _ in told)
    print("        %s: %d calls made to fail, %d mattered" % (run.name, hits, failed))


@case
def each_call_of_a_whole_run_fails():
    for run in RUNS:
        fail_all(run)


main()
