"""What other submission clients were seen to fail at: one case for each, and msub does not.

Each was measured with a client that many people use: commands smuggled in through an address, mail
smuggled through line ends, a password in clear where TLS was asked for, replies that belong to other
commands, stalls.
"""
import os
import re
import tempfile

import certificates
from ours import DESK, MSUB, check_one_sentence, check_status, run
from runner import case, check, check_equal, main
from table_server import CLOSE, Server

OK, USAGE, DATA, UNAVAILABLE, UNSURE, LATER, PROTOCOL = 0, 64, 65, 69, 70, 75, 76
SECRET = "a secret that nobody sees"
TEXT = "From: me@example.org\nSubject: s\n\ntext\n"
PIPELINING = "250-mx.example.net\n250-PIPELINING\n250 8BITMIME"
LOGIN = "250-mx.example.net\n250-PIPELINING\n250 AUTH PLAIN"
_folder = tempfile.TemporaryDirectory(prefix="handset-peers-")
_made = []


def made():
    if not _made:
        _made.append(certificates.make(_folder.name))
    return _made[0]


def send(server, *more, stdin=TEXT, to=("ann@example.net",), timeout=5):
    words = [MSUB, "--host=localhost", "--port=%d" % server.port, "--timeout=%d" % timeout]
    return run(words + ["--from=me@example.org", *more, "--", *to], stdin=stdin)


def login(*more):
    return ["--user=ann", "--passwordeval=printf '%%s\\n' '%s'" % SECRET, *more]


def over_tls(*more):
    return login("--tls=on", "--auth=on", "--tls-trust-file=%s" % made().authority, *more)


def check_each_said_once(server, *beginnings):
    for beginning in beginnings:
        count = sum(line.upper().startswith(beginning) for line in server.said)
        check_equal(count, 1, "%s in %s" % (beginning, server.said))


@case
def a_line_break_in_an_address_is_no_command():
    for address in (
        "ann@example.net>\r\nRCPT TO:<eve@example.net",
        "ann@example.net\nDATA",
        "a\rb@example.net",
    ):
        with Server() as server:
            done = send(server, to=(address,))
            check(done.status in (USAGE, DATA), "%r: status %d" % (address, done.status))
        check_equal(server.envelope(), [], "%r: the envelope" % address)
    with Server() as server:
        done = send(server, "--from=me@example.org>\r\nMAIL FROM:<eve@example.net")
        check(done.status in (USAGE, DATA), "a sender: status %d" % done.status)
    check_equal(server.envelope(), [], "a sender: the envelope")


@case
def no_end_of_data_but_the_true_one_leaves():
    smuggled = "MAIL FROM:<eve@example.net>\r\n"
    for end in ("\n.\r\n", "\n.\n", "\r.\r", "\r\n.\n", "\r.\r\n", "\n\r.\r\n", "\r\n.\r"):
        with Server() as server:
            file = DESK.path / "smuggle.eml"
            file.write_bytes(("Subject: s\r\n\r\nfirst" + end + smuggled + "last\r\n").encode())
            with open(file, "rb") as opened:
                done = run([MSUB, "--host=localhost", "--port=%d" % server.port, "--from=me@example.org",
                            "ann@example.net"], stdin=opened.read().decode())  # fmt: skip
            check_status(done, OK, repr(end))
        check_equal(len(server.mails), 1, "%r: messages" % end)
        body = server.mails[0]
        check("MAIL FROM:<eve@example.net>" in body, "%r: the text is whole" % end)
        check(
            not re.search(r"(?<!\r)\n|\r(?!\n)", body), "%r: a bare line end left: %r" % (end, body)
        )
        check_each_said_once(server, "MAIL", "RCPT", "DATA")


@case
def replies_in_clear_behind_that_to_starttls_are_not_believed():
    injected = "220 ready\n250-mx.example.net\n250 AUTH PLAIN\n235 welcome"
    with Server(
        {"EHLO": "250-mx.example.net\n250 STARTTLS", "STARTTLS": injected}, certificates=made()
    ) as server:
        done = send(server, *over_tls())
        check(done.status in (LATER, PROTOCOL), "status %d" % done.status)
        check_one_sentence(done, "injected replies")
    check_equal(server.envelope(), [], "the envelope")
    check(
        not any(line.upper().startswith("AUTH") for line in server.said),
        "a login: %s" % server.said,
    )


@case
def tickets_of_tls_1_3_stall_nothing():
    hello = ["250-mx.example.net\n250 STARTTLS", LOGIN]
    for number in range(20):
        with Server(
            {"EHLO": list(hello), "STARTTLS": "220 ready", "AUTH": "235 welcome"},
            certificates=made(),
        ) as server:
            check_status(send(server, *over_tls()), OK, "session %d" % number)
        check_equal(len(server.mails), 1, "session %d: messages" % number)


@case
def an_authority_that_others_may_read_is_an_authority():
    os.chmod(made().authority, 0o644)
    hello = ["250-mx.example.net\n250 STARTTLS", LOGIN]
    with Server(
        {"EHLO": hello, "STARTTLS": "220 ready", "AUTH": "235 welcome"}, certificates=made()
    ) as server:
        check_status(send(server, *over_tls()), OK, "mode 0644")
    check_equal(
        [line.split()[0] for line in server.said][:4], ["EHLO", "STARTTLS", "EHLO", "AUTH"], "said"
    )


@case
def there_is_no_way_back_from_tls_to_clear_text():
    for hello, reply in (("250-mx.example.net\n250 AUTH PLAIN", "220 ready"), (
            "250-mx.example.net\n250-STARTTLS\n250 AUTH PLAIN", "454 not now"), (
            "250-mx.example.net\n250-STARTTLS\n250 AUTH PLAIN", "502 no")):  # fmt: skip
        with Server({"EHLO": hello, "STARTTLS": reply}) as server:
            done = send(server, *over_tls())
            check(done.status != OK, "%s, %s: status %d" % (hello, reply, done.status))
        said = [
            line.upper()
            for line in server.said
            if not line.upper().startswith(("EHLO", "STARTTLS", "QUIT"))
        ]
        check_equal(said, [], "said in clear")


@case
def a_second_session_with_tls_in_one_process_works():
    hello = ["250-mx.example.net\n250 STARTTLS", LOGIN] * 3
    replies = {
        "EHLO": hello,
        "STARTTLS": "220 ready",
        "AUTH": "235 welcome",
        "MAIL": ["250 ok", "421 next time"] * 3,
    }
    with Server(replies, certificates=made()) as server:
        words = [
            MSUB,
            "--host=localhost",
            "--port=%d" % server.port,
            "--timeout=5",
            *over_tls(),
            "--batch",
        ]
        done = run(words + [DESK.message("s", "ann@example.net") for _ in range(3)])
        check_status(done, OK, "three messages, a 421 after each")
    check_equal((len(server.mails), server.connections), (3, 3), "messages, connections")


@case
def a_prompt_may_be_any_text():
    for first, second in (
        ("VXNlcm5hbWU6", "UGFzc3dvcmQ6"),
        ("", ""),
        ("VXNlcgA=", "cGFzcwA="),
        ("Y29vbA==", "Y29vbA=="),
    ):
        prompts = {
            "AUTH": "334 " + first,
            "YW5U": "334 " + second,
            "QSBZ": "235 in",
            "EHLO": "250-mx\n250 AUTH LOGIN",
        }
        with Server(prompts) as server:
            check_status(send(server, *login("--auth=login")), OK, "%r %r" % (first, second))
        check_equal(len(server.mails), 1, "messages")


@case
def replies_have_many_forms():
    for form in ("250", "250 ", "250-a\n250-b\n250 c", "250-\n250", "250-2.1.0 a\n250 b"):
        with Server({"EHLO": PIPELINING, "MAIL": form, "RCPT": form, ".": form}) as server:
            check_status(send(server), OK, repr(form))
        check_equal(len(server.mails), 1, "%r: messages" % form)


@case
def a_421_is_a_farewell_wherever_it_comes():
    for place, statuses in (
        ("EHLO", LATER),
        ("AUTH", LATER),
        ("MAIL", LATER),
        ("RCPT", LATER),
        ("DATA", LATER),
        (".", LATER),
    ):
        replies = {"EHLO": LOGIN, "AUTH": "235 in", place: "421 4.3.2 going down"}
        with Server(replies) as server:
            done = send(server, *login("--auth=plain"))
            check_status(done, statuses, "421 to " + place)
            check_one_sentence(done, "421 to " + place)
        check(server.connections <= 2, "421 to %s: %d connections" % (place, server.connections))
    with Server(greeting="421 4.3.2 full") as server:
        check_status(send(server), LATER, "421 as the greeting")
    with Server({"EHLO": LOGIN, "AUTH": "235 in", "QUIT": "421 going down"}) as server:
        check_status(send(server, *login("--auth=plain")), OK, "421 to QUIT")


class OneTransaction(Server):
    """Refuses MAIL inside an open transaction, as strict servers do (RFC 5321 4.1.4)."""

    open = False

    def _reply(self, line):
        verb = line.upper()[:4]
        if verb == "MAIL" and self.open:
            return "503 5.5.1 nested MAIL"
        reply = super()._reply(line)
        if verb == "MAIL" and reply.startswith("250"):
            self.open = True
        if verb in (".", "EHLO"):
            self.open = False
        return reply


@case
def no_mail_is_said_inside_an_open_transaction():
    for hello, data in (
        (PIPELINING, ["354 go", "503 no recipients", "354 go"]),
        ("250 mx.example.net", "354 go"),
    ):
        replies = {"EHLO": hello, "RCPT": ["250 ok", "550 5.1.1 nobody", "250 ok"], "DATA": data}
        with OneTransaction(replies) as server:
            words = [MSUB, "--host=localhost", "--port=%d" % server.port, "--timeout=5", "--batch"]
            done = run(words + DESK.three("nested"))
            check(done.status in (DATA, UNAVAILABLE), "status %d: %s" % (done.status, done.err))
        check_equal(len(server.mails), 2, "messages")
        check_equal(server.said.count("RSET"), 0, "RSET")


@case
def data_after_refused_recipients_is_answered_by_a_lone_dot():
    for answer in ("354 go on", "503 no recipients", "554 no"):
        replies = {
            "EHLO": PIPELINING,
            "RCPT": ["550 nobody", "250 ok"],
            "DATA": [answer, "354 go"],
            ".": ["554 no recipients", "250 ok"],
        }
        with Server(replies) as server:
            words = [MSUB, "--host=localhost", "--port=%d" % server.port, "--timeout=5", "--batch"]
            done = run(
                words
                + [DESK.message("one", "bob@example.net"), DESK.message("two", "ann@example.net")]
            )
            check(done.status in (DATA, UNAVAILABLE), "%s: status %d" % (answer, done.status))
        bodies = [body for body in server.mails if body]
        check_equal(len(bodies), 1, "%s: messages" % answer)
        check("Subject: two" in bodies[0], "%s: %r" % (answer, bodies[0]))


@case
def a_lost_reply_behind_the_dot_is_unsure():
    with Server({"EHLO": PIPELINING, ".": CLOSE}) as server:
        done = send(server)
        check_status(done, UNSURE, "closed behind the dot")
        check_one_sentence(done, "closed behind the dot")
    check_equal(server.connections, 1, "connections")


main(_folder.cleanup)
