"""msub called as sendmail is: by its name, with its options as programs write them, and with SMTP on
the standard input (-bs)."""
import os
import smtplib
import socket
import subprocess

from table_server import CLOSE, Server
from ours import DESK, MSUB, Serve, check_one_sentence, check_sane, check_status, environment, run
from opponents import USER
from runner import case, check, check_equal, main

OK, USAGE, DATA, UNAVAILABLE, LATER, CONFIG = 0, 64, 65, 69, 75, 78
TEXT = "From: Me <me@example.org>\nTo: ann@example.net\nBcc: bob@example.net\nSubject: s\n\ntext\n"


def link(name):
    path = DESK.path / name
    if not path.exists():
        path.symlink_to(MSUB)
    return path


def account(port, *more):
    """A configuration, since programs that call sendmail name no server."""
    text = "defaults\n%s\naccount default\nhost 127.0.0.1\nport %d\nfrom me@example.org\ntls off\n"
    return DESK.file("msubrc-%d" % port, text % ("\n".join(more), port))


def as_sendmail(server, *words, stdin=TEXT, name="sendmail"):
    return run([link(name), "-C", account(server.port), *words], stdin=stdin)


@case
def sendmail_takes_what_programs_write():
    one, two = ["x@example.net"], ["x@example.net", "y@example.net"]
    for words, recipients, sender in [
        (["-oi", "x@example.net"], one, "me@example.org"),
        (["-i", "-t"], ["ann@example.net", "bob@example.net"], "me@example.org"),
        (["-t", "-oi", "-odb", "-oem"], ["ann@example.net", "bob@example.net"], "me@example.org"),
        (["-ti"], ["ann@example.net", "bob@example.net"], "me@example.org"),
        (["-t", "x@example.net"], one + ["ann@example.net", "bob@example.net"], "me@example.org"),
        (["-FCronDaemon", "-odi", "-oem", "-oi", "-t"], ["ann@example.net", "bob@example.net"],
         "me@example.org"),
        (["-i", "-FCronDaemon", "-B8BITMIME", "-oem", "x@example.net"], one, "me@example.org"),
        (["-i", "-fyou@example.org", "--", "x@example.net", "y@example.net"], two,
         "you@example.org"),
        (["-ryou@example.org", "-bm", "x@example.net"], one, "you@example.org"),
        (["-f", "you@example.org", "-om", "-G", "-U", "-h5", "-Lcron", "x@example.net"], one,
         "you@example.org"),
        (["-f", "<>", "-Am", "-O", "DeliveryMode=b", "-pESMTP:host", "x@example.net"], one, ""),
        (["-d0.1", "-ox", "-e", "m", "-I", "-T", "-x", "-D/dev/null", "x@example.net"], one,
         "me@example.org"),
        (["-n", "-m", "-c", "-s", "-Qreason", "-M", "id", "x@example.net"], one, "me@example.org"),
        (["-B", "7bit", "x@example.net,y@example.net"], two, "me@example.org"),
    ]:
        with Server() as server:
            done = as_sendmail(server, *words)
            check_status(done, OK, " ".join(words))
            check_equal(done.out + done.err, "", " ".join(words))
        check_equal(server.envelope(),
                    ["MAIL FROM:<%s>" % sender] + ["RCPT TO:<%s>" % one for one in recipients],
                    " ".join(words))
        check("bob@" not in server.mails[0], "Bcc was sent with " + " ".join(words))


@case
def a_dot_is_text_and_a_missing_from_is_made():
    with Server() as server:
        done = as_sendmail(server, "-F", "J\u00f6rg the Daemon", "x@example.net",
                           stdin="Subject: s\n\n1\n.\n2\n")
        check_status(done, OK, "dot")
    check(server.mails[0].endswith("\r\n1\r\n..\r\n2\r\n"), "sent %r" % server.mails[0])
    check("=?" in server.mails[0] and "<me@example.org>" in server.mails[0],
          "From in %r" % server.mails[0])


@case
def wrong_words_are_usage():
    for words, reason in [([], "no recipient"), (["-bd", "x@example.net"], "m, s, p, i"),
                          (["-bt"], "m, s, p, i"), (["-B", "9BIT", "x@example.net"], "7BIT"),
                          (["-Z", "x@example.net"], "unknown option"), (["-f"], "missing")]:
        with Server() as server:
            done = as_sendmail(server, *words)
            check_status(done, USAGE, " ".join(words))
            check(reason in done.err, "%s: said %r" % (words, done.err))
            check_equal(server.connections, 0, "connections")


@case
def mailq_and_newaliases_are_polite():
    with Server() as server:
        for name, words, said in [("mailq", [], "Mail queue is empty\n"), ("newaliases", [], ""),
                                  ("sendmail", ["-bp"], "Mail queue is empty\n"),
                                  ("sendmail", ["-bi"], ""), ("sendmail", ["-q"], ""),
                                  ("sendmail", ["-q15m"], "")]:
            done = as_sendmail(server, *words, name=name)
            check_status(done, OK, name)
            check_equal((done.out, done.err), (said, ""), name)
        check_equal(server.connections, 0, "connections")


def waiting(folder):
    new = folder / "new"
    return len([f for f in os.listdir(new) if "." not in f]) if new.exists() else 0


def flushing(server, folders, words, name):
    """The queues of all accounts, of which none is the default, are meant."""
    text = "".join("account a%d\nhost 127.0.0.1\nport %d\nfrom a%d@example.org\nqueue %s\n"
                   % (n, server.port, n, folder) for n, folder in enumerate(folders + folders[:1]))
    rc = DESK.file("msubrc-queues", text)
    for number, folder in enumerate(folders):
        done = run([MSUB, "-C", rc, "-a", "a%d" % number, "--enqueue", "x@example.net"], stdin=TEXT)
        check_status(done, OK, "enqueue")
        check_equal(waiting(folder), 1, "enqueued in %s" % folder)
    return run([link(name), "-C", rc, *words])


@case
def the_queues_of_all_accounts_are_meant():
    for number, (name, words) in enumerate([("sendmail", ["-q"]), ("msub", ["--flush"])]):
        folders = [DESK.path / ("all-%d-%d" % (number, n)) for n in range(2)]
        with Server() as server:
            shown = flushing(server, folders, [], "mailq")
            check_status(shown, OK, "mailq")
            check_equal(shown.out.count("1 waiting, 0 failed"), 2, "shown %r" % shown.out)
            done = run([link(name), "-C", DESK.path / "msubrc-queues", *words])
            check_status(done, OK, name)
            check_equal(done.err, "", name)
            check_equal([waiting(folder) for folder in folders], [0, 0], name)
            check_equal(len(server.mails), 2, "sent with " + name)


@case
def what_keeps_from_finding_a_queue_is_told():
    broken = DESK.file("msubrc-broken", "account default\nqeue x\n")
    for name, words in [("mailq", []), ("sendmail", ["-bp"]), ("sendmail", ["-q"]),
                        ("msub", ["--flush"]), ("msub", ["--show-queue"])]:
        for rc, reason in [(broken, "did you mean"), (DESK.path / "none", "cannot be read")]:
            done = run([link(name), "-C", rc, *words])
            check_status(done, CONFIG, "%s %s" % (name, words))
            check_one_sentence(done, name)
            check(reason in done.err, "%s %s: said %r" % (name, words, done.err))


class Program(smtplib.SMTP):
    """Python's own client, on the standard input and output of a sendmail -bs."""

    def __init__(self, port, *more, rc=None):
        ours, theirs = socket.socketpair()
        self.process = subprocess.Popen(
            [str(link("sendmail")), "-bs", "-C", str(rc or account(port))] + list(more),
            stdin=theirs, stdout=theirs, stderr=subprocess.PIPE, env=environment())
        theirs.close()
        ours.settimeout(20)
        super().__init__()
        self.sock, self.file = ours, None
        code, self.greeting = self.getreply()
        check_equal(code, 220, "greeting")

    def end(self):
        """Its exit status and its talk."""
        self.close()
        said = self.process.stderr.read().decode()
        self.process.stderr.close()
        status = self.process.wait(20)
        check_sane("sendmail -bs", status, said)
        return status, said


@case
def a_program_submits_on_the_standard_input():
    with Serve() as server:
        rc = account(server.port, "auth plain", "user " + USER,
                     "password_file %s" % DESK.password)
        program = Program(server.port, rc=rc)
        program.ehlo("pine")
        for wanted in ("pipelining", "size", "8bitmime", "enhancedstatuscodes"):
            check(program.has_extn(wanted), "%s is not offered" % wanted)
        for number in (1, 2):
            refused = program.sendmail(
                "me@example.org", ["ann@example.net", "bob@example.net"],
                TEXT.replace("Subject: s", "Subject: %d" % number) + ".\n..x\n",
                mail_options=["BODY=8BITMIME"])
            check_equal(refused, {}, "refused")
        check_equal(server.delivered(), [(str(n), to) for n in (1, 2)
                                         for to in ("ann@example.net", "bob@example.net")],
                    "delivered when 250 was said")
        program.quit()
        check_equal(program.end(), (OK, ""), "end")
        mail = next((server.maildir / "new").glob("*")).read_bytes()
        check(mail.endswith(b"text\r\n.\r\n..x\r\n"), "sent %r" % mail[-40:])


DSN = {"EHLO": "250-mx\n250-SMTPUTF8\n250-8BITMIME\n250 DSN"}


@case
def delivery_reports_are_asked_for():
    for replies, words, mail, rcpt in [
        (DSN, ["-N", "success,failure,delay", "-R", "hdrs", "-V", "id 7"],
         "RET=HDRS ENVID=id+207", "NOTIFY=SUCCESS,FAILURE,DELAY"),
        (DSN, ["-Nnever", "-Rfull"], "RET=FULL", "NOTIFY=NEVER"),
        ({}, ["-Nnever", "-Rfull", "-Vid"], "", ""),
    ]:
        with Server(replies) as server:
            done = as_sendmail(server, *words, "x@example.net")
            check_status(done, OK, " ".join(words))
        got = [line.split("> ")[1] if "> " in line else "" for line in server.envelope()]
        got = [line.replace(" SMTPUTF8", "") for line in got]
        check_equal(sorted(got[0].split()), sorted(mail.split()), "MAIL with %s" % words)
        check_equal(got[1], rcpt, "RCPT with %s" % words)
    for words in (["-N", "sometimes"], ["-R", "some"]):
        with Server() as server:
            check_status(as_sendmail(server, *words, "x@example.net"), (USAGE, CONFIG), str(words))


@case
def a_programs_wishes_are_passed_on():
    with Server(DSN) as server:
        program = Program(server.port)
        program.ehlo("me")
        check(program.has_extn("dsn") and program.has_extn("smtputf8"), "offers")
        check_equal(program.docmd("MAIL FROM:<a@example.org> RET=HDRS ENVID=x+2By")[0], 250, "MAIL")
        check_equal(program.docmd("RCPT TO:<b@example.net> NOTIFY=FAILURE,DELAY "
                                  "ORCPT=rfc822;old+2Bx@example.net")[0], 250, "RCPT")
        check_equal(program.docmd("RCPT TO:<c@example.net> ORCPT=rfc822;bad+zz")[0], 501, "xtext")
        check_equal(program.docmd("RCPT TO:<d@example.net>")[0], 250, "RCPT")
        check_equal(program.data(TEXT)[0], 250, "sent")
        program.quit()
        program.end()
    mail, first, second = server.envelope()
    check_equal(sorted(mail.split()[2:]), ["ENVID=x+2By", "RET=HDRS"], "MAIL")
    check_equal(sorted(first.split()[2:]),
                ["NOTIFY=FAILURE,DELAY", "ORCPT=rfc822;old+2Bx@example.net"], "RCPT")
    check_equal(second, "RCPT TO:<d@example.net>", "RCPT without wishes")


@case
def several_messages_go_through_one_session():
    with Server() as server:
        program = Program(server.port)
        program.ehlo("me")
        for number in range(3):
            check_equal(program.sendmail("a@example.org", ["b%d@example.net" % number], TEXT), {}, "sent")
        program.quit()
        check_equal(program.end()[0], OK, "status")
    verbs = [line.split()[0] for line in server.said]
    check_equal((verbs.count("EHLO"), verbs.count("MAIL"), verbs[-1]), (1, 3, "QUIT"), "said %r" % verbs)
    check_equal(len(server.mails), 3, "mails")


@case
def a_refusal_is_passed_back():
    for replies, code, text in [
        ({"RCPT": "550 5.1.1 nobody of that name"}, 550, b"5.1.1 nobody of that name"),
        ({"RCPT": ["250 ok", "451 4.7.1 greylisted"]}, 451,
         b"4.7.1 b@example.net: greylisted"),
        ({"MAIL": "553 5.1.8 not you"}, 553, b"5.1.8 not you"),
        ({"DATA": "554 no"}, 554, b"5.0.0 no"),
        ({".": "552-5.3.4 too\n552 5.3.4 large"}, 552, b"5.3.4 too large"),
        ({".": "421 4.3.2 later"}, 421, b"4.3.2 later"),
        ({".": CLOSE}, 554, b"5.4.2 it may have been delivered"),
        ({"MAIL": CLOSE}, 451, b"the connection was lost"),
        ({"EHLO": "550 no", "HELO": "550 no"}, 451, b""),
        ({"RCPT": "550 5.7.1 \x1b[31m" + "x" * 600}, 550, b"5.7.1 \\x1B[31mxxx"),
    ]:
        with Server(replies) as server:
            program = Program(server.port)
            program.helo("me")
            program.mail("a@example.org")
            program.rcpt("a@example.net")
            if isinstance(replies.get("RCPT"), list):
                program.rcpt("b@example.net")
            got = program.data(TEXT)
            check_equal(got[0], code, "code of %r" % (replies,))
            check(text in got[1], "%r: said %r" % (replies, got))
            check_equal(program.noop()[0], 250, "it goes on")
            program.quit()
            check_equal(program.end()[0], OK, "status")


@case
def what_ends_in_the_midst_is_not_sent():
    for said in ["MAIL FROM:<a@example.org>\r\nRCPT TO:<b@example.net>\r\nDATA\r\nhalf\r\n",
                 "MAIL FROM:<a@example.org>\r\nRCPT TO:<b@example.net>\r\nDATA\r\nhalf\r\n.",
                 "MAIL FROM:<a@example.org>\r\nRCPT TO:<b@example.net>\r\n", "", "QUIT"]:
        with Server() as server:
            done = run([link("sendmail"), "-bs", "-C", account(server.port)], stdin=said)
            check_status(done, OK, repr(said))
            check_equal(server.connections, 0, "connections after %r" % said)


@case
def a_pipe_without_carriage_returns_is_understood():
    with Server() as server:
        done = run([link("sendmail"), "-bs", "-C", account(server.port)],
                   stdin="EHLO me\nMAIL FROM:<a@example.org>\nRCPT TO:<b@example.net>\nDATA\n"
                   "X: 1\n\n..text\n.\nQUIT\n")
        check_status(done, OK, "LF")
        check("354" in done.out and "\r\n250 2.0.0" in done.out.replace("\r\n", "\n").replace(
            "\n", "\r\n"), "said %r" % done.out)
    check(server.mails[0].endswith("X: 1\r\n\r\n..text\r\n"), "sent %r" % server.mails[0])


@case
def addresses_are_looked_at_when_they_are_said():
    with Server() as server:
        program = Program(server.port)
        program.helo("me")
        check_equal(program.docmd("MAIL FROM:<a b@example.org>")[0], 501, "blank")
        check_equal(program.docmd("MAIL FROM:<a@example.org> SIZE=999999999999")[0], 552, "size")
        program.mail("a@example.org")
        check_equal(program.docmd("RCPT TO:<b\x01@example.net>")[0], 501, "control")
        check_equal(program.docmd("DATA")[0], 554, "nobody")
        program.quit()
        program.end()


@case
def what_cannot_be_sent_now_goes_to_the_queue():
    free = socket.create_server(("127.0.0.1", 0))
    port = free.getsockname()[1]
    free.close()
    rc = account(port, "queue %s" % (DESK.path / "queue"))
    program = Program(port, rc=rc)
    program.helo("me")
    program.mail("a@example.org")
    program.rcpt("b@example.net")
    got = program.data(TEXT)
    check_equal(got[0], 250, "queued: %r" % (got,))
    check(b"queue" in got[1], "said %r" % (got,))
    program.quit()
    program.end()
    done = run([link("mailq"), "-C", rc])
    check_status(done, OK, "mailq")
    check("b@example.net" in done.out, "mailq says %r" % done.out)


@case
def without_a_server_the_talk_does_not_begin():
    done = run([link("sendmail"), "-bs", "-C", DESK.file("empty-rc", "# nothing\n")], stdin="QUIT\r\n")
    check_status(done, CONFIG, "no server")
    check_one_sentence(done, "no server")


main()
