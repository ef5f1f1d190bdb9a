"""handset-esmtp-control, the independent control of `handset check`, against servers that send, refuse,
say nothing, and want TLS."""
import base64
import json
import os
import pathlib
import socket
import subprocess

from opponents import PASSWORD, USER
from ours import DESK, HANDSET, SENDER, Serve, check_sane, environment, run
from runner import Skip, case, check, check_equal, main

CONTROL = pathlib.Path(HANDSET).parent / "handset-esmtp-control"
MESSAGE = "From: <%s>\r\nSubject: control\r\n\r\nA line.\r\n.a dot\r\n" % SENDER


def ask(port, **changes):
    """What it answers, and all that it wrote."""
    if not os.access(CONTROL, os.X_OK):
        raise Skip("%s is not built: libesmtp-dev is not there" % CONTROL)
    request = {
        "host": "127.0.0.1",
        "port": port,
        "security": "none",
        "user": USER,
        "password": PASSWORD,
        "from": SENDER,
        "to": "ann@example.net",
        "message": MESSAGE,
        "patience-ms": 2000,
    }
    request.update(changes)
    request = {key: value for key, value in request.items() if value is not None}
    done = subprocess.run(
        [CONTROL],
        input=json.dumps(request).encode(),
        capture_output=True,
        timeout=40,
        env=environment(),
    )
    said = done.stdout.decode() + done.stderr.decode()
    check_sane("handset-esmtp-control", done.returncode, said)
    for secret in (PASSWORD, "\0%s\0%s" % (USER, PASSWORD)):
        encoded = base64.b64encode(secret.encode()).decode()
        check(encoded not in said, "the password is in what it says")
    return done.returncode, (json.loads(done.stdout) if done.stdout else {}), said


def check_answer(port, result, step, code, **changes):
    status, answer, said = ask(port, **changes)
    check_equal(status, 0, "the status; it said %r" % said)
    got = (answer["result"], answer["step"], answer["code"])
    check_equal(got, (result, step, code), "what came of it (%s)" % answer["sentence"])
    return answer


@case
def it_sends_with_a_login_and_the_message_arrives():
    with Serve() as server:
        answer = check_answer(server.port, "sends", "end", 250)
        texts = [event["text"] for event in answer["dialogue"]]
        check("AUTH PLAIN <secret>" in texts or "AUTH LOGIN <secret>" in texts, repr(texts))
        check("RSET" not in texts, "a RSET was said")
        messages = list((server.maildir / "new").iterdir())
        check_equal(len(messages), 1, "messages")
        check(b"\n.a dot" in messages[0].read_bytes(), "the message was not stored as it was")


@case
def it_says_the_name_that_it_is_given():
    with Serve() as server:
        answer = check_answer(server.port, "sends", "end", 250, name="tester.example.net")
        texts = [event["text"] for event in answer["dialogue"]]
        check("EHLO tester.example.net" in texts, repr(texts))
        answer = check_answer(server.port, "not-possible", "", 0, name="a\r\nRSET")


@case
def the_name_of_host_is_said_by_every_control():
    with Serve() as server:
        words = [HANDSET, "check", "--server", "smtp://127.0.0.1:%d" % server.port, "--user", USER]
        words += ["--password-file", DESK.password, "--from", SENDER, "--to", "ann@example.net", "--no-facts"]
        words += ["--rate", "unlimited", "--deliver", "--client", "correct", "--format", "jsonl"]
        done = run([*words, "--host", "tester.example.net"], seconds=60)
        controls = [json.loads(line) for line in done.out.splitlines() if '"record":"control"' in line]
        who = {}
        for control in controls:
            texts = [event["text"] for event in control["dialogue"]]
            who[control["who"]] = [text for text in texts if text.startswith("EHLO")]
        check_equal(who, {one: ["EHLO tester.example.net"] for one in ("msub", "libesmtp")}, "the names")


@case
def a_server_that_forgets_on_reset_is_no_hindrance():
    with Serve(profile="qmail-spamcontrol") as server:
        check_answer(server.port, "sends", "end", 250)


@case
def what_is_refused_is_told_with_its_step():
    with Serve() as server:
        check_answer(server.port, "login-refused", "auth", 535, password="wrong")
        answer = check_answer(server.port, "refused", "mail", 530, user=None, password=None)
        check("530" in answer["reply"], answer["reply"])


@case
def what_it_cannot_do_is_not_possible():
    with Serve() as server:
        check_answer(server.port, "not-possible", "", 0, host="::1")
        check_answer(server.port, "not-possible", "", 0, to="a@b>\r\nRSET\r\n")
        check_answer(server.port, "tls-failed", "starttls", 0, security="starttls")


@case
def nobody_there_and_nobody_speaking():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        check_answer(port, "no-connection", "connect", 0)
    check_answer(port, "no-connection", "connect", 0)


@case
def starttls_with_a_certificate_that_holds_or_does_not():
    with Serve(tls="starttls") as server:
        check_answer(server.port, "tls-failed", "tls", 0, security="starttls")
        check_answer(server.port, "sends", "end", 250, security="starttls", insecure=True)


@case
def a_request_that_is_none_is_refused():
    with Serve() as server:
        for changes in ({"password": None}, {"security": "tls"}, {"more": 1}, {"host": None}):
            check_equal(ask(server.port, **changes)[0], 2, "the status for %r" % changes)
        check_equal(ask(0)[0], 2, "the status for port 0")


main()
