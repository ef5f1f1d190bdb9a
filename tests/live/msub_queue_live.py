"""msub --queue: mails that cannot be sent now wait, go out once, and are lost by no crash."""
import json
import os
import signal
import subprocess
import time

from mail_queue import TEXT, Queue
from ours import DESK, MSUB, check_one_sentence, check_printable, check_status, environment, run
from runner import check, check_equal, main, case
from table_server import CLOSE, Server

OK, USAGE, DATA, UNAVAILABLE, SOFTWARE, LATER, NO_LOGIN, CONFIG, PARTLY = (
    0, 64, 65, 69, 70, 75, 77, 78, 79)
NOBODY = 1  # a port that nobody listens on


@case
def what_may_pass_is_kept_and_sent_once():
    queue = Queue()
    done = run(queue.words(NOBODY, "a@example.net", "b@example.net"), stdin=TEXT)
    check_status(done, OK, "no connection")
    check("queued as " in done.err and "no connection" in done.err, "said %r" % done.err)
    check_equal(len(queue.files()), 1, "files")
    check_equal(queue.states(), [("a@example.net", "W"), ("b@example.net", "W")], "states")
    check_equal(os.stat(queue.path).st_mode & 0o777, 0o700, "mode of the folder")
    check_equal(
        os.stat(queue.path / "new" / queue.files()[0]).st_mode & 0o777, 0o600, "mode of the file"
    )
    check_status(queue.flush(), LATER, "still no connection")
    check_equal(queue.states(), [("a@example.net", "W"), ("b@example.net", "W")], "states")
    with Server() as server:
        queue.redirect(server.port)
        done = queue.flush()
        check_status(done, OK, "flush")
        check_equal(done.out + done.err, "", "said")
        check_status(queue.flush(), OK, "flush of nothing")
    check_equal(queue.files() + queue.files("failed"), [], "files")
    check_equal(len(server.mails), 1, "mails")
    check_equal(
        server.envelope(),
        ["MAIL FROM:<me@example.org>", "RCPT TO:<a@example.net>", "RCPT TO:<b@example.net>"],
        "envelope",
    )
    mail = server.mails[0]
    check("Bcc" not in mail and mail.endswith("\r\n\r\n..text\r\n"), "sent %r" % mail)
    check("Date: " in mail and "Message-ID: " in mail, "sent %r" % mail)


@case
def what_is_kept_and_what_is_not():
    hello = "250-mx\n250 AUTH PLAIN"
    login = ["--auth=plain", "--user=ann", "--passwordeval=echo s"]
    for what, replies, more, status, kept in [
        ("greylisted", {"RCPT": "450 4.2.0 later"}, [], OK, True),
        ("MAIL for now", {"MAIL": "451 later"}, [], OK, True),
        ("full", {".": "452 4.3.1 full"}, [], OK, True),
        ("closing", {"MAIL": "421 closing"}, [], OK, True),
        ("lost before the dot", {"DATA": CLOSE}, [], OK, True),
        ("no login", {}, login, OK, True),
        ("wrong password", {"EHLO": hello, "AUTH": "535 5.7.8 no"}, login, OK, True),
        ("no password", {"EHLO": hello}, login[:2] + ["--passwordeval=exit 1"], OK, True),
        ("no STARTTLS", {}, ["--tls"], OK, True),
        ("no certificates", {}, ["--tls", "--tls-trust-file=/nonexistent"], OK, True),
        ("recipient refused", {"RCPT": "550 5.1.1 nobody"}, [], DATA, False),
        ("one refused", {"RCPT": ["250 ok", "550 nobody"]}, ["b@example.net"], DATA, False),
        ("sender refused", {"MAIL": "553 5.1.8 not you"}, [], UNAVAILABLE, False),
        ("message refused", {".": "554 5.6.0 spam"}, [], UNAVAILABLE, False),
        ("unsure", {".": CLOSE}, [], SOFTWARE, False),
        ("login needed", {"MAIL": "530 5.7.0 Authentication required"}, [], NO_LOGIN, False),
        ("accepted", {}, [], OK, False),
    ]:
        queue = Queue()
        with Server(replies) as server:
            done = run(queue.words(server.port, *more, "a@example.net"), stdin=TEXT)
        check_status(done, status, what)
        check_printable(done, what)
        check_equal(len(queue.files()), 1 if kept else 0, what + ": files")
        check_equal("queued as" in done.err, kept, what + ": said %r" % done.err)
        if kept:
            check("535 5.7.8" in done.err or what != "wrong password", "said %r" % done.err)
            check("echo s\n" in queue.file() or more != login, "route %r" % queue.file())


@case
def a_flush_settles_each_recipient():
    queue = Queue()
    people = ["p%d@example.net" % n for n in range(4)]
    replies = {
        "RCPT TO:<P0": "250 ok",
        "RCPT TO:<P1": "550 5.1.1 no\x1b[31mbody",
        "RCPT TO:<P2": "450 later",
        "RCPT TO:<P3": "250 ok",
    }
    with Server(replies) as server:
        queue.put(server.port, *people)
        done = queue.flush("--json")
        check_status(done, PARTLY, "flush")
        check_printable(done, "flush")
        want = [(people[0], "D"), (people[1], "F"), (people[2], "W"), (people[3], "D")]
        check_equal(queue.states(), want, "states")
        outcomes = [
            one["outcome"] for one in json.loads(done.out)["messages"][0]["recipients"]
        ]
        check_equal(
            outcomes, ["accepted", "refused", "refused-for-now", "accepted"], "JSON outcomes"
        )
        server.said.clear()
        server.replies["RCPT TO:<P2"] = "250 ok"
        done = queue.flush()
        check_status(done, UNAVAILABLE, "second flush")
        check("failed" in done.err, "said %r" % done.err)
        check_equal(
            [line for line in server.said if line.startswith("RCPT")],
            ["RCPT TO:<%s>" % people[2]],
            "tried again",
        )
    check_equal(queue.files(), [], "waiting")
    want[2] = (people[2], "D")
    check_equal(queue.states("failed"), want, "states of the failed")
    check("p1@example.net: refused" in queue.reasons(), "reasons %r" % queue.reasons())
    check("(550 5.1.1 no" in queue.reasons(), "reasons %r" % queue.reasons())
    check("\x1b" not in queue.reasons(), "reasons %r" % queue.reasons())
    done = run([MSUB, "--show-queue", "--queue=%s" % queue.path])
    check_status(done, OK, "show")
    check("p1@example.net  refused" in done.out and "0 waiting, 1 failed" in done.out, done.out)


@case
def one_session_for_each_route_and_each_mail_settled_at_once():
    queue = Queue()
    with Server() as first, Server() as second:
        for n in range(5):
            queue.put(first.port, "a%d@example.net" % n)
            queue.put(second.port, "b%d@example.net" % n)
        left = []
        original = first._reply

        def count(line):
            if line.startswith("QUIT"):
                left.append(len(queue.files()))
            return original(line)

        first._reply = count
        check_status(queue.flush(), OK, "flush")
        check_equal((first.connections, second.connections), (1, 1), "connections")
        check_equal((len(first.mails), len(second.mails)), (5, 5), "mails")
        check(left and left[0] <= 6, "files when the first session ended: %r" % left)
    check_equal(queue.files(), [], "files")


def interrupt_at(queue, server_for, what):
    """Kills a flush when the server hears something; what was said until then."""

    heard = []

    def kill():
        heard.append(True)
        os.kill(process.pid, signal.SIGKILL)
        process.wait(20)
        return CLOSE

    with server_for(kill) as server:
        queue.redirect(server.port)
        process = subprocess.Popen(
            [MSUB, "--flush", "--queue=%s" % queue.path],
            env=environment(), stdin=subprocess.DEVNULL, stderr=subprocess.PIPE,
        )  # fmt: skip
        process.wait(20)
        process.stderr.close()
        check(heard, what + ": the server was never asked")
        return server


@case
def a_crash_while_sending_loses_nothing_and_doubles_nothing():
    for step, unsure in [
        ("EHLO", False), ("MAIL", False), ("RCPT", False), ("DATA", False), (".", True),
    ]:  # fmt: skip
        queue = Queue()
        queue.put(NOBODY, "a@example.net", "b@example.net")
        broken = interrupt_at(queue, lambda kill: Server({step: kill}), step)
        with Server() as server:
            queue.redirect(server.port)
            done = queue.flush()
            check_status(done, SOFTWARE if unsure else OK, "flush after a crash at " + step)
        came = len(broken.mails) + len(server.mails)
        if unsure:
            check_equal(len(server.mails), 0, "sent again after a crash at " + step)
            check_equal(queue.files(), [], "waiting after a crash at " + step)
            check_equal({s for _, s in queue.states("failed")}, {"U"}, "states")
            check("unsure" in queue.reasons(), "reasons %r" % queue.reasons())
        else:
            check_equal(came, 1, "mails after a crash at " + step)
            check_equal(queue.files() + queue.files("failed"), [], "files after " + step)


@case
def a_crash_in_a_later_transaction_sends_nothing_again():
    """One mail in two transactions: who was accepted in the first has it, whenever msub ends."""
    limits = "250-mx\n250 LIMITS RCPTMAX=1"
    for step, unsure in [("RCPT TO:<B", False), ("DATA", False), (".", True)]:
        queue = Queue()
        queue.put(NOBODY, "a@example.net", "b@example.net")

        def server_for(kill):
            replies = {"EHLO": limits, step: kill}
            if not step.startswith("RCPT"):
                replies[step] = ["354 go" if step == "DATA" else "250 ok", kill]
            return Server(replies)

        broken = interrupt_at(queue, server_for, step)
        check_equal(len(broken.mails), 1, "mails before the crash at " + step)
        states = [("a@example.net", "D"), ("b@example.net", "T" if unsure else "W")]
        check_equal(queue.states(), states, "states after a crash at " + step)
        with Server({"EHLO": limits}) as server:
            queue.redirect(server.port)
            done = queue.flush()
            check_status(done, SOFTWARE if unsure else OK, "flush after a crash at " + step)
        want = [] if unsure else ["RCPT TO:<b@example.net>"]
        said = [line for line in server.said if line.startswith("RCPT")]
        check_equal(said, want, "sent after a crash at " + step)
        if unsure:
            check("a@" not in queue.reasons(), "reasons %r" % queue.reasons())


@case
def what_was_accepted_is_written_down_before_the_farewell():
    queue = Queue()
    queue.put(NOBODY, "a@example.net")

    def server_for(kill):
        def kill_when_written():
            end = time.time() + 1.5
            while queue.files() and queue.states()[0][1] != "D" and time.time() < end:
                time.sleep(0.01)
            return kill()

        return Server({"EHLO": "250-mx\n250 PIPELINING", "QUIT": kill_when_written})

    interrupt_at(queue, server_for, "QUIT")
    with Server() as server:
        queue.redirect(server.port)
        check_status(queue.flush(), OK, "flush")
    check_equal(server.mails, [], "sent again")
    check_equal(queue.files() + queue.files("failed"), [], "files")


@case
def a_crash_in_the_midst_of_many_leaves_the_others():
    queue = Queue()
    for n in range(4):
        queue.put(NOBODY, "p%d@example.net" % n)
    broken = interrupt_at(queue, lambda kill: Server({"MAIL": ["250 ok"] * 2 + [kill]}), "MAIL")
    with Server() as server:
        queue.redirect(server.port)
        done = queue.flush()
    check_equal(done.status, SOFTWARE if queue.files("failed") else OK, "flush after a crash")
    check_equal(len(broken.mails), 2, "mails before the crash")
    check_equal(queue.files(), [], "waiting")
    # the last one before the crash may not have been settled yet: it is unsure then, never doubled
    doubtful = len(queue.files("failed"))
    check(doubtful <= 1, "unsure: %d" % doubtful)
    check_equal(len(server.mails), 2, "mails after the crash")


@case
def an_unsure_mail_is_not_sent_again():
    queue = Queue()
    with Server({".": CLOSE}) as server:
        queue.put(server.port, "a@example.net")
        done = queue.flush()
        check_status(done, SOFTWARE, "unsure")
        check_status(queue.flush(), OK, "again")
        check_equal(sum(line.startswith("MAIL") for line in server.said), 1, "tried")
    check_equal(queue.states("failed"), [("a@example.net", "U")], "states")


@case
def two_flushers_and_queuers_at_once():
    queue = Queue()
    with Server() as server:
        def slowly():
            time.sleep(0.05)
            return "250 ok"

        server.replies["MAIL"] = slowly
        for n in range(6):
            queue.put(server.port, "p%d@example.net" % n)
        flush = [MSUB, "--flush", "--queue=%s" % queue.path]
        put = queue.words(server.port, "--enqueue", "later@example.net")
        running = [
            subprocess.Popen(words, env=environment(), stdin=subprocess.PIPE,
                             stderr=subprocess.PIPE, text=True)
            for words in [flush, flush, put, flush, put]
        ]  # fmt: skip
        for process in running:
            _, err = process.communicate(TEXT, timeout=30)
            check_equal(process.returncode, 0, "status (%s)" % err)
        check_status(queue.flush(), OK, "the rest")
    recipients = sorted(line for line in server.said if line.startswith("RCPT"))
    check_equal(
        recipients,
        ["RCPT TO:<later@example.net>"] * 2 + ["RCPT TO:<p%d@example.net>" % n for n in range(6)],
        "each once",
    )
    check_equal(queue.files() + queue.files("failed"), [], "files")


@case
def an_account_of_a_file_is_read_again():
    queue = Queue()
    with Server({"EHLO": "250-mx\n250 AUTH PLAIN", "AUTH": "235 ok"}) as server:
        rc = DESK.file(
            "queue-rc",
            "account work\nhost 127.0.0.1\nport 1\nauth plain\nuser ann\npassword s3cret\n"
            "from me@example.org\nqueue %s\naccount other\nhost 127.0.0.1\n" % queue.path,
        )
        done = run([MSUB, "-C", rc, "-a", "work", "a@example.net"], stdin=TEXT)
        check_status(done, OK, "kept")
        check("s3cret" not in queue.file(), "the password is in the queue")
        check("account work" in queue.file(), "the route %r" % queue.file())
        rc.write_text(rc.read_text().replace("port 1\n", "port %d\n" % server.port))
        check_status(run([MSUB, "-C", rc, "-a", "work", "--flush"]), OK, "flush")
    check_equal(len(server.mails), 1, "mails")
    check(any(line.startswith("AUTH PLAIN ") for line in server.said), "said %r" % server.said)


@case
def what_can_never_be_sent_is_put_aside_with_the_reason():
    queue = Queue()
    with Server() as server:
        queue.put(server.port, "a@example.net")
        new = queue.path / "new"
        head = "msub-queue 1\nset host 127.0.0.1\nset port %d\n" % server.port
        tail = "to W b@example.net\n\nSubject: s\n\ntext\n"
        for text in [
            head + "set nosuch 5\nsender me@example.org\n" + tail,
            head + "set host\nsender me@example.org\n" + tail,
            head + "sender m e\n" + tail,
            head + "sender me@example.org\n" + tail.replace("b@", "b b@"),
        ]:
            (new / ("0000000001-1-1-%d" % len(queue.files()))).write_text(text)
        os.symlink("/etc/passwd", new / "0000000001-1-2-0")
        os.mkdir(new / "0000000001-1-2-1")
        os.mkfifo(new / "0000000001-1-2-2")
        done = queue.flush()
        check_status(done, DATA, "flush")
        check_printable(done, "flush")
        check_status(queue.flush(), OK, "flush of nothing")
    check_equal(len(server.mails), 1, "mails")
    check_equal(queue.files(), [], "waiting")
    failed = queue.files("failed")
    check_equal(len(failed), 7, "put aside: %r" % failed)
    for index, said in enumerate(["how it is to be sent"] * 2 + ["sender", "recipient"]):
        check(said in queue.reasons(index), "reason %r" % queue.reasons(index))
    for index in range(4, 7):
        check("no mail of msub's" in queue.reasons(index), "reason %r" % queue.reasons(index))


@case
def what_is_no_mail_is_put_aside_and_wrong_use_is_told():
    queue = Queue()
    with Server() as server:
        queue.put(server.port, "a@example.net")
        for name, text in [("0000000001-1-1-0", "no mail"), ("0000000001-1-1-1", "")]:
            (queue.path / "new" / name).write_text(text)
        done = queue.flush()
        check_status(done, DATA, "flush")
        check_status(queue.flush(), OK, "flush of nothing")
        check("no mail of msub's" in done.err, "said %r" % done.err)
    check_equal(len(server.mails), 1, "mails")
    check_equal(len(queue.files("failed")), 2, "put aside")
    for words, status, said in [
        ([MSUB, "--flush", "--host=127.0.0.1"], USAGE, "--queue"),
        ([MSUB, "--enqueue", "--host=127.0.0.1", "a@example.net"], USAGE, "--queue"),
        ([MSUB, "--flush", "--queue=/dev/null"], 73, "cannot be opened"),
        (queue.words(NOBODY, "--enqueue", "--queue=/dev/null", "a@example.net"), 73, "opened"),
        ([MSUB, "--flush", "--show-queue", "--queue=%s" % queue.path], USAGE, "only one"),
    ]:
        done = run(words, stdin=TEXT)
        check_status(done, status, said)
        check_one_sentence(done, said)
        check(said in done.err, "said %r" % done.err)
    queue.path.chmod(0o755)
    done = queue.flush()
    check_status(done, CONFIG, "a folder that others may read")
    check("chmod 700" in done.err, "said %r" % done.err)


@case
def the_wishes_for_reports_are_kept():
    queue = Queue()
    talk = ("EHLO me\nMAIL FROM:<a@example.org> RET=HDRS ENVID=x+2By\n"
            "RCPT TO:<b@example.net> NOTIFY=FAILURE,DELAY ORCPT=rfc822;old+2Bx@example.net\n"
            "RCPT TO:<c@example.net>\nRCPT TO:<d@example.net> NOTIFY=NEVER\nDATA\n"
            "Subject: s\n\nx\n.\nQUIT\n").replace("\n", "\r\n")
    done = run(queue.words(NOBODY, "-bs"), stdin=talk)
    check("250" in done.out and len(queue.files()) == 1, "said %r" % done.out)
    queue.put(NOBODY, "e@example.net", more=["-N", "success", "-R", "full", "-V", "other"])
    want = ["MAIL FROM:<a@example.org> RET=HDRS ENVID=x+2By",
            "RCPT TO:<b@example.net> NOTIFY=FAILURE,DELAY ORCPT=rfc822;old+2Bx@example.net",
            "RCPT TO:<c@example.net>", "RCPT TO:<d@example.net> NOTIFY=NEVER",
            "MAIL FROM:<me@example.org> RET=FULL ENVID=other",
            "RCPT TO:<e@example.net> NOTIFY=SUCCESS"]
    with Server({"EHLO": "250-mx\n250 DSN"}) as server:
        queue.redirect(server.port)
        check_status(queue.flush(), OK, "flush")
    check_equal([sorted(line.split()) for line in server.envelope()],
                [sorted(line.split()) for line in want], "wishes")


@case
def who_waits_too_long_has_failed_with_the_last_reason():
    queue = Queue()
    with Server({"RCPT": "450 4.2.0 gr\x1b[31mey"}) as server:
        check_status(run(queue.words(server.port, "a@example.net"), stdin=TEXT), OK, "put")
        shown = run([MSUB, "--show-queue", "--queue=%s" % queue.path])
        check("not yet: the server refused, at RCPT TO (450 4.2.0 gr\\x1B[31mey)" in shown.out,
              "shown %r" % shown.out)
        check_printable(shown, "--show-queue")
    with Server({"MAIL": "451 4.3.0 tired"}) as server:
        queue.redirect(server.port)
        for lifetime in ("--queue-lifetime=1h", "--queue-lifetime=off", "--quiet"):
            check_status(queue.flush(lifetime), LATER, "still young")
            check_equal(len(queue.files()), 1, "files")
        shown = run([MSUB, "--show-queue", "--queue=%s" % queue.path]).out
        check("451 4.3.0 tired" in shown and "450" not in shown, "shown %r" % shown)
        old = queue.files()[0]
        new = "%010d%s" % (int(old[:10]) - 5 * 24 * 3600, old[10:])
        for end in ("", ".reason"):
            os.rename(queue.path / "new" / (old + end), queue.path / "new" / (new + end))
        check_status(queue.flush("--queue-lifetime=6d"), LATER, "younger than six days")
        check_equal(len(queue.files()), 1, "files")
        done = queue.flush()
    check_status(done, UNAVAILABLE, "too old")
    check("in %s/failed now" % queue.path in done.err, "said %r" % done.err)
    check_equal(os.listdir(queue.path / "new"), [], "what is left")
    check_equal(queue.states("failed"), [("a@example.net", "F")], "states")
    said = queue.reasons()
    check("a@example.net: given up, since it has waited too long; at last: " in said and
          "451 4.3.0 tired" in said, "reasons %r" % said)


@case
def a_server_that_is_gone_is_a_reason():
    queue = Queue()
    queue.put(NOBODY, "a@example.net")
    for wrong in ("--queue-lifetime=soon", "--connections=some"):
        done = queue.flush(wrong)
        check_status(done, USAGE, wrong)
        check_one_sentence(done, wrong)
    check_status(queue.flush("--queue-lifetime=5min"), LATER, "young")
    shown = run([MSUB, "--show-queue", "--queue=%s" % queue.path]).out
    check("no connection to the server" in shown, "shown %r" % shown)
    time.sleep(1.1)
    check_status(queue.flush("--queue-lifetime=500ms"), UNAVAILABLE, "old")
    check("no connection to the server" in queue.reasons(), "reasons %r" % queue.reasons())


if __name__ == "__main__":
    main()
