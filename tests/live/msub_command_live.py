"""The command msub against servers that say what a table tells them: what is sent, exit statuses,
words for people and for programs. Everything else that msub can meet is in the other *_live.py.
"""
import json
import os
import subprocess

from ours import DESK, MSUB, check_one_sentence, check_printable, check_status, environment, run
from runner import Failed, case, check, check_equal, main
from table_server import CLOSE, Server

OK, USAGE, DATA, NO_INPUT, NO_HOST, UNAVAILABLE, SOFTWARE, IO, LATER, PROTOCOL, NO_LOGIN, CONFIG = (
    0,
    64,
    65,
    66,
    68,
    69,
    70,
    74,
    75,
    76,
    77,
    78,
)
TEXT = (
    "From: Me <me@example.org>\nTo: ann@example.net\nBcc: bob@example.net\nSubject: s\n"
    "Date: Thu, 16 Aug 2007 12:00:00 +0200\nMessage-ID: <1@example.org>\n\n.text\n"
)
PASSWORD = "a secret that nobody sees"


def words(server, *more, sender="me@example.org"):
    port = server.port if isinstance(server, Server) else server
    begin = [MSUB, "--host=127.0.0.1", "--port=%d" % port, "--timeout=2"]
    return begin + (["--from=" + sender] if sender is not None else []) + list(more)


def login(*more):
    return ["--user=ann", "--passwordeval=printf '%%s\\n' '%s'" % PASSWORD] + list(more)


@case
def a_message_is_sent_as_it_is_but_for_bcc():
    for options, recipients, text in [
        (["x@example.net"], ["x@example.net"], TEXT.replace("Bcc: bob@example.net\n", "")),
        (
            ["-t"],
            ["ann@example.net", "bob@example.net"],
            TEXT.replace("Bcc: bob@example.net\n", ""),
        ),
        (
            ["-t", "x@example.net"],
            ["x@example.net", "ann@example.net", "bob@example.net"],
            TEXT.replace("Bcc: bob@example.net\n", ""),
        ),
        (
            ["-oi", "-i", "-F", "Me", "-bm", "--", "Ann <x@example.net>, y@example.net"],
            ["x@example.net", "y@example.net"],
            TEXT.replace("Bcc: bob@example.net\n", ""),
        ),
        (["-t", "ann@example.net", "ann@example.net"], ["ann@example.net", "bob@example.net"],
         TEXT.replace("Bcc: bob@example.net\n", "")),
        (["--remove-bcc-headers=off", "x@example.net"], ["x@example.net"], TEXT),
        (["--keepbcc=on", "--tls-force-sslv3", "--connect-timeout=5", "--add-missing-date-header",
          "x@example.net"], ["x@example.net"], TEXT),
    ]:
        with Server() as server:
            done = run(words(server, *options), stdin=TEXT)
            check_status(done, OK, " ".join(options))
            check_equal(done.out + done.err, "", "said")
        check_equal(
            server.envelope(),
            ["MAIL FROM:<me@example.org>"] + ["RCPT TO:<%s>" % one for one in recipients],
            "envelope of " + " ".join(options),
        )
        check_equal(server.mails, [text.replace(".text", "..text").replace("\n", "\r\n")], "mail")


@case
def the_sender_is_given_read_or_made():
    for options, sender in [
        (["--from=Me <you@example.org>"], "you@example.org"),
        (["-f", "you@example.org"], "you@example.org"),
        (["--from=<>"], ""),
        (["--from="], ""),
        (["--read-envelope-from"], "me@example.org"),
        (["--maildomain=example.com"], None),
    ]:
        with Server() as server:
            check_status(
                run(words(server, *options, "x@example.net", sender=None), stdin=TEXT),
                OK,
                " ".join(options),
            )
        first = server.envelope()[0]
        if sender is None:
            check(first.endswith("@example.com>"), "the sender made of the user's name: " + first)
        else:
            check_equal(first, "MAIL FROM:<%s>" % sender, "sender with " + " ".join(options))


@case
def standard_input_may_be_a_file_that_was_read_from():
    file = DESK.file("partly-read", "a line for somebody else\n" + TEXT)
    with Server() as server, open(file, "rb") as opened:
        opened.seek(len("a line for somebody else\n"))
        done = subprocess.run(words(server, "-t"), stdin=opened, env=environment(), timeout=20)
        check_equal(done.returncode, OK, "status")
    check(server.mails[0].startswith("From: Me"), "sent: %r" % server.mails[0][:60])


@case
def a_long_message_goes_through_a_pipe():
    line = "0123456789" * 7 + "\n"
    with Server() as server:
        check_status(
            run(words(server, "x@example.net"), stdin=TEXT + line * 60000),
            OK,
            "4 MB",
        )
    check_equal(
        len(server.mails[0]),
        len(TEXT) + TEXT.count("\n") + 1 - len("Bcc: bob@example.net\r\n") + 60000 * (len(line) + 1),
        "octets",
    )


@case
def a_batch_goes_through_one_session_without_what_cannot_be_read():
    good = [
        DESK.file(
            "good-%d.eml" % n, "From: <me%d@example.org>\nTo: p%d@example.net\n\n%d\n" % (n, n, n)
        )
        for n in (1, 2)
    ]
    missing = DESK.path / "no-such-file.eml"
    bad = [
        (missing, NO_INPUT, "cannot be opened"),
        (DESK.file("empty.eml", ""), DATA, "is empty"),
        (DESK.file("lonely.eml", "From: me@example.org\n\n"), DATA, "no recipient"),
        (DESK.file("nobody.eml", "To: x@example.net\n\n"), DATA, "no sender"),
        (DESK.file("guess.eml", "From: me@example.org\nCc: ann bob@example.net\n\n"), DATA, "Cc"),
        (
            DESK.file("endless.eml", "From: me@example.org\nTo: x@example.net\nno field\n"),
            DATA,
            "has no end",
        ),
        (
            DESK.file("utf8.eml", "From: me@example.org\nTo: j\u00f6rg@example.net\n\n"),
            DATA,
            "ASCII",
        ),
    ]
    for file, status, reason in bad:
        with Server() as server:
            done = run(words(server, "--batch", good[0], file, good[1], sender=None))
            check_status(done, status, reason)
            check_one_sentence(done, reason)
            check(str(file) in done.err and reason in done.err, "%s: said %r" % (reason, done.err))
        check_equal(
            server.envelope(),
            [
                "MAIL FROM:<me1@example.org>",
                "RCPT TO:<p1@example.net>",
                "MAIL FROM:<me2@example.org>",
                "RCPT TO:<p2@example.net>",
            ],
            reason,
        )
        check_equal(server.connections, 1, "connections")


@case
def what_a_server_says_has_its_exit_status():
    hello = "250-mx\n250 AUTH PLAIN LOGIN"
    for what, replies, options, status in [
        ("recipient refused", {"RCPT": "550 5.1.1 nobody"}, [], DATA),
        ("recipient refused for now", {"RCPT": "450 4.2.1 not now"}, [], LATER),
        (
            "recipient refused without EHLO's words",
            {"EHLO": "500 what", "RCPT": "550 nobody"},
            [],
            DATA,
        ),
        ("login needed", {"RCPT": "535 authentication required (#5.7.1)"}, [], NO_LOGIN),
        ("login needed for MAIL", {"MAIL": "530 5.7.0 Authentication required"}, [], NO_LOGIN),
        ("no relay", {"RCPT": "554 5.7.1 Relay access denied"}, [], NO_LOGIN),
        ("policy", {"RCPT": "550 5.7.1 policy"}, [], UNAVAILABLE),
        (
            "no relay for a user",
            {"EHLO": hello, "AUTH": "235 ok", "RCPT": "554 5.7.1 Relay access denied"},
            login("--auth=plain"),
            DATA,
        ),
        ("sender refused", {"MAIL": "553 5.1.8 not you"}, [], UNAVAILABLE),
        ("sender refused for now", {"MAIL": "451 4.3.0 not now"}, [], LATER),
        ("message refused", {".": "554 5.6.0 spam"}, [], UNAVAILABLE),
        ("message refused for now", {".": "452 4.3.1 full"}, [], LATER),
        ("DATA refused", {"DATA": "554 no"}, [], UNAVAILABLE),
        ("closing", {"MAIL": "421 4.3.2 shutting down"}, [], LATER),
        ("closed after the dot", {".": CLOSE}, [], SOFTWARE),
        ("nonsense after the dot", {".": "what?"}, [], SOFTWARE),
        ("no login", {}, login(), UNAVAILABLE),
        ("login refused", {"EHLO": hello, "AUTH": "535 5.7.8 no"}, login("--auth=plain"), NO_LOGIN),
        (
            "login refused for now",
            {"EHLO": hello, "AUTH": "454 4.7.0 not now"},
            login("--auth=plain"),
            LATER,
        ),
        ("login in clear", {"EHLO": hello}, login("--auth=on"), CONFIG),
        ("mechanism not offered", {"EHLO": hello}, login("--auth=cram-md5"), UNAVAILABLE),
        ("no STARTTLS", {"EHLO": hello}, ["--tls"], UNAVAILABLE),
        (
            "octets behind STARTTLS",
            {"EHLO": "250-mx\n250 STARTTLS", "STARTTLS": "220 go\n250 and more"},
            ["--tls"],
            PROTOCOL,
        ),
    ]:
        with Server(replies) as server:
            done = run(words(server, *options, "ann@example.net"), stdin=TEXT)
            check_status(done, status, what)
            check_one_sentence(done, what)
            check(PASSWORD not in done.err, "the password is shown")
            if "login needed" in what or what in ("no relay", "policy"):
                check("--user" in done.err, "%s: no word of --user in %r" % (what, done.err))
    for what, greeting, status in [
        ("silence", None, LATER),
        ("never", "554 5.3.2 no service", UNAVAILABLE),
        ("not now", "421 later", LATER),
    ]:
        with Server(greeting=greeting) as server:
            done = run(words(server, "--timeout=1", "ann@example.net"), stdin=TEXT)
            check_status(done, status, what)
            check_one_sentence(done, what)


@case
def a_login_is_refused_in_clear_unless_the_mechanism_is_named():
    hello = {"EHLO": "250-mx\n250 AUTH PLAIN LOGIN"}
    with Server(hello) as server:
        check_status(run(words(server, *login(), "ann@example.net"), stdin=TEXT), CONFIG, "auth on")
    check(not any(line.startswith("AUTH") for line in server.said), "said AUTH: %r" % server.said)
    with Server(dict(hello, AUTH="235 welcome")) as server:
        done = run(words(server, *login("--auth=PLAIN", "--debug"), "ann@example.net"), stdin=TEXT)
        check_status(done, OK, "auth plain")
        check("AUTH PLAIN" in done.err and "<secret>" in done.err, "dialogue: %r" % done.err)
        for mark in (" -> EHLO", "<-  235 welcome", "=== "):
            check(mark in done.err, "no %r in %r" % (mark, done.err))
    check(any(line.startswith("AUTH PLAIN ") for line in server.said), "no login: %r" % server.said)


@case
def a_password_is_said_once_by_one_mechanism():
    for asked in ("504 5.5.4 not that", "334 ", "534 5.7.9 too weak"):
        hello = {"EHLO": "250-mx\n250 AUTH PLAIN LOGIN", "AUTH": asked, "*": "501 cancelled"}
        with Server(hello) as server:
            done = run(words(server, *login("--auth=plain"), "ann@example.net"), stdin=TEXT)
            check_status(done, NO_LOGIN, asked)
        check_equal(
            [line[:11] for line in server.said if not line.startswith(("EHLO", "QUIT"))],
            ["AUTH PLAIN "] + (["*"] if asked.startswith("334") else []),
            "said when " + asked,
        )


@case
def all_or_nothing_and_who_was_refused():
    with Server({"RCPT": ["250 ok", "550 5.1.1 nobody of\x1b[31m that name", "250 ok"]}) as server:
        done = run(words(server, "a@example.net", "b@example.net", "c@example.net"), stdin=TEXT)
        check_status(done, DATA, "one of three refused")
        check_printable(done, "one of three refused")
        lines = done.err.splitlines()
        check_equal(len(lines), 2, "lines in %r" % done.err)
        check("b@example.net" in lines[0] and "550 5.1.1" in lines[0], "refused: %r" % lines[0])
        check("2 recipients" in lines[1], "the others: %r" % lines[1])
    check_equal(server.mails, [], "sent")


@case
def three_hundred_refusals_are_one_line():
    people = ["person%d@example.net" % n for n in range(300)]
    with Server({"RCPT": "550 5.1.1 nobody"}) as server:
        done = run(words(server, *people), stdin=TEXT)
        check_status(done, DATA, "300 refused")
        check_one_sentence(done, "300 refused")
        check("all 300 recipients" in done.err, "said %r" % done.err)


@case
def json_tells_programs():
    with Server({"RCPT": ["250 ok", "550-5.1.1 nobody\n550 5.1.1 of \"that\" name"]}) as server:
        files = [DESK.message("json %d" % n, "p%d@example.net" % n) for n in (1, 2)]
        done = run(
            words(
                server, "--json", "--batch", *files, DESK.path / "missing \u00fc.eml", sender=None
            )
        )
        check_status(done, DATA, "--json")
    try:
        told = json.loads(done.out)
    except ValueError as wrong:
        raise Failed("no JSON (%s): %r" % (wrong, done.out))
    check_equal(told["status"], DATA, "status")
    check_equal([one["status"] for one in told["messages"]], [OK, DATA, NO_INPUT], "statuses")
    check_equal(told["messages"][2]["source"], str(DESK.path / "missing \u00fc.eml"), "source")
    accepted, refused = (told["messages"][n]["recipients"][0] for n in (0, 1))
    check_equal(
        (accepted["recipient"], accepted["outcome"]), ("p1@example.net", "accepted"), "first"
    )
    check_equal(
        (refused["outcome"], refused["error"], refused["phase"]),
        ("refused", "REFUSED", "RCPT TO"),
        "second",
    )
    check_equal(
        refused["reply"],
        {"code": 550, "enhanced": "5.1.1", "text": "nobody\nof \"that\" name"},
        "reply",
    )


@case
def a_file_that_changes_while_it_is_sent_is_not_sent_in_part():
    file = DESK.message("changing", "ann@example.net")

    def truncate():
        os.truncate(file, file.stat().st_size - 5)
        return "354 go ahead"

    with Server({"DATA": truncate}) as server:
        done = run(words(server, "--batch", file, sender=None))
        check_status(done, IO, "a file that changes")
        check_one_sentence(done, "a file that changes")
        check("changed" in done.err, "said %r" % done.err)
    check_equal(server.mails, [], "sent")


@case
def wrong_use_and_wrong_settings_are_told_before_connecting():
    secret, empty = DESK.file("secret", PASSWORD + "\nmore\n"), DESK.file("no-secret", "\n")
    shared = DESK.file("shared-secret", PASSWORD + "\n")
    shared.chmod(0o666)
    with Server() as server:
        for options, status in [
            (["--no-such-option"], USAGE),
            (["--\x1b[31m"], USAGE),
            (["-\x1b"], USAGE),
            (["--port=\x1b[31m", "a@example.net"], USAGE),
            (["--user=ann", "--password-file=%s" % shared, "a@example.net"], CONFIG),
            (["-z", "a@example.net"], USAGE),
            (["--tls=perhaps", "a@example.net"], USAGE),
            (["--port=0", "a@example.net"], USAGE),
            (["--port=smtp", "a@example.net"], USAGE),
            ([], USAGE),
            (["--batch"], USAGE),
            (["--batch", "-t", "file"], USAGE),
            (["--read-envelope-from", "a@example.net"], USAGE),
            (["--host=", "a@example.net"], CONFIG),
            (["--user=ann", "a@example.net"], CONFIG),
            (["--auth=plain", "a@example.net"], CONFIG),
            (login("--password-file=%s" % secret, "a@example.net"), USAGE),
            (["--user=ann", "--passwordeval=exit 3", "a@example.net"], CONFIG),
            (["--user=ann", "--passwordeval=true", "a@example.net"], CONFIG),
            (["--user=ann", "--password-file=%s" % empty, "a@example.net"], CONFIG),
            (["--user=ann", "--password-file=/nowhere/at-all", "a@example.net"], CONFIG),
            (["--tls", "--tls-trust-file=/nowhere/at-all", "a@example.net"], CONFIG),
            (["--tls", "--tls-trust-file=%s" % secret, "a@example.net"], CONFIG),
            (["--domain=me\r\nRSET", "a@example.net"], CONFIG),
            (["--host=no host", "a@example.net"], NO_HOST),
            (["a b@example.net"], DATA),
            (["a\x1b[2J\u202e@example.net"], DATA),
            (["--from=a b@example.org", "a@example.net"], DATA),
        ]:
            done = run(words(server, *options), stdin=TEXT)
            check_status(done, status, " ".join(map(str, options)))
            check(done.err and len(done.err.splitlines()) <= 2, "said %r" % done.err)
            check_printable(done, " ".join(map(str, options)))
        for text, options in [("", ["a@example.net"]), ("", ["-t"]), ("Subject: s\n\n", ["-t"])]:
            done = run(words(server, *options), stdin=text)
            check_status(done, DATA, "%r with %s" % (text, options))
            check_one_sentence(done, "%r with %s" % (text, options))
            check("; " in done.err, "no next step in %r" % done.err)
        for options, step in [
            (["foo bar"], "; write it as"),
            (["--from=foo bar", "a@example.net"], "; write it as"),
            (["--user=ann", "--passwordeval=exit 3", "a@example.net"], "status 3; try it"),
            (["--timeout=soon", "a@example.net"], "such as 10s"),
        ]:
            done = run(words(server, *options), stdin=TEXT)
            check(step in done.err, "%s: no %r in %r" % (options, step, done.err))
    check_equal(server.connections, 0, "connections")


@case
def output_that_cannot_be_written_is_an_error_where_nothing_worse_happened():
    def into_nothing(*arguments):
        with open("/dev/full", "wb") as full:
            return subprocess.run(
                arguments,
                input=TEXT.encode(),
                stdout=full,
                stderr=subprocess.PIPE,
                env=environment(),
                timeout=20,
            )

    for option in ("--help", "--version"):
        done = into_nothing(MSUB, option)
        check_equal(done.returncode, IO, option)
        check(b"cannot be written" in done.stderr, "%s: said %r" % (option, done.stderr))
    for replies, status in [
        ({}, IO),
        ({"RCPT": "550 5.1.1 nobody"}, DATA),
        ({"RCPT": "450 4.2.1 not now"}, LATER),
    ]:
        with Server(replies) as server:
            done = into_nothing(*words(server, "--json", "ann@example.net"))
        check_equal(done.returncode, status, "--json with %s" % replies)
        check(b"cannot be written" in done.stderr, "said %r" % done.stderr)


@case
def help_and_version_need_nothing():
    for option in ("--help", "--version"):
        done = run([MSUB, option])
        check_status(done, OK, option)
        check("msub" in done.out and done.err == "", "%s: %r" % (option, done))
    home = DESK.path / "home-of-version"
    home.mkdir()
    (home / ".msmtprc").write_text("# nothing\n")
    told = subprocess.run([MSUB, "--version"], stdout=subprocess.PIPE, text=True,
                          env=dict(environment(), HOME=str(home), XDG_CONFIG_HOME="/x")).stdout
    check("    %s/.msubrc\n    /x/msub/config\n    %s/.msmtprc  (read)\n    /x/msmtp/config\n"
          % (home, home) in told, "places: %r" % told)
    check("75 try later" in run([MSUB, "--help"]).out, "no exit statuses in --help")


main()
