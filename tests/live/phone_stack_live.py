"""The phones' messaging stack as `handset play` speaks it over TCP: octets, writes, ends, and what is
reported. The dialogues are those of tests/unit/stack_*_test.c; here they are the truth of the command."""
import os
import re
import signal
import subprocess

from ours import DESK, HANDSET, check_sane, environment, run
from runner import Failed, case, check, check_equal, main, side_by_side
from scripted_server import Scripted

MESSAGE = DESK.file("one.eml", "Subject: x\n\nhello\n.\n")
SECRET = DESK.file("secret", "secret\n")
OPENED = "> 220 mx ESMTP ready\n< EHLO [127.0.0.1]\n> 250 mx\n"
ENHANCED = "> 220 mx\n< EHLO [127.0.0.1]\n"
MAIL = "< MAIL FROM:<a@example.net>\n> 250 ok\n"
RECIPIENT = "< RCPT TO:<b@example.org>\n> 250 ok\n"
ENVELOPE = "< RSET\n> 250 ok\n" + MAIL + RECIPIENT
SENT = "<< Subject: x\\r\\n\\r\\nhello\\r\\n..\\r\\n\\r\\n.\\r\\n\n"
TRANSACTION = ENVELOPE + "< DATA\n> 354 go\n" + SENT + "> 250 ok\n"
QUIT = "< QUIT\n> 221 bye\nX\n"


def words(profile, port, more, login, messages=1, to=True):
    line = [HANDSET, "play", profile, "--server", "smtp://127.0.0.1:%d" % port, "--patience", "15s"]
    line += ["--message", str(MESSAGE)] * messages
    line += ["--to", "b@example.org"] if to else []
    line += [] if "--from" in more else ["--from", "a@example.net"]
    line += ["--user", "user", "--password-file", str(SECRET)] if login else []
    return line + list(more)


def play(script, status, says, *more, profile="symbian-9.1", login=False, **how):
    """Plays the script; the exit status, and a sentence that has to be in what is printed."""
    done = None
    try:
        with Scripted(script) as server:
            done = run(words(profile, server.port, more, login, **how))
    except Failed as failure:
        raise Failed("%s; the command: %r" % (failure, done))
    check_equal(done.status, status, "the status; it said %r %r" % (done.out, done.err))
    check(says in done.out + done.err, "%r is not in %r %r" % (says, done.out, done.err))


LOGIN = (
    "> 250-mx\n> 250 AUTH LOGIN PLAIN\n< AUTH LOGIN\n> 334 VXNlcm5hbWU6\n< dXNlcg==\n"
    "> 334 UGFzc3dvcmQ6\n< c2VjcmV0\n"
)


@case
def the_founding_dialogue():
    play(
        ENHANCED + LOGIN + "> 235 ok, go ahead (#2.0.0)\n< RSET\n> 250 flushed\n" + MAIL
        + "< RCPT TO:<b@example.org>\n> 535 authentication required (#5.7.1)\n" + QUIT,
        1, "message 1: refused at recipient: 535 authentication required (#5.7.1)", login=True)  # fmt: skip


@case
def thirteen_messages_one_hello_one_quit():
    play(OPENED + 13 * TRANSACTION + QUIT, 0, "message 13: delivered", messages=13)


@case
def the_longest_ladder():
    rungs = ["EHLO [127.0.0.1]", "EHLO [localhost]", "HELO [127.0.0.1]", "HELO [localhost]"]
    climb = "> 501 no\n< RSET\n> 250 ok\n".join("< %s\n" % rung for rung in rungs)
    play("> 220 mx\n" + climb + "> 250 mx\n" + TRANSACTION + QUIT, 0, "delivered", login=True)
    play("> 220 mx\n" + climb + "> 501 never\n" + QUIT, 1, "refused at hello: 501 never", login=True)


@case
def replies_that_are_too_long_in_lines():
    rows = [
        (OPENED + "< RSET\n> 250 ok\n< MAIL FROM:<a@example.net>\n>> 250-a\\r\\n250 b\\r\\n\n"
         "<< RCPT TO:<b@example.org>\\r\\nDATA\\r\\n\n> 250 recipient\n< QUIT\n> 354 go\nX\n",
         1, "gave up at data: it cannot go on behind 250 recipient"),
        (OPENED + ENVELOPE + "< DATA\n> 354 go\n" + SENT + ">> 250-a\\r\\n250 b\\r\\n\n< QUIT\nX\n",
         0, "delivered"),
        ("> 220 mx\n< EHLO [127.0.0.1]\n> 500-no\n.\n> 500-no\n.\n> 500 no\nX\n", 1, "refused at"),
        ("> 554-no\n.\n> 554 go away\nX\n", 1, "refused at greeting: 554-no"),
    ]  # fmt: skip
    side_by_side(lambda script, status, says: play(script, status, says, login=script.startswith("> 220 mx\n")), rows)


@case
def a_bare_line_feed_is_waited_behind_for_ever():
    play(">> 220 mx\\n\n.\n.\nX\n", 1, "hung at greeting", "--patience", "1s")
    play(OPENED + ENVELOPE + "< DATA\n> 354 go\n" + SENT + ">> 250 ok\\n\n.\nX\n", 1, "hung at end",
         "--patience", "1s")  # fmt: skip


@case
def the_end_of_input():
    rows = [
        ("END\nX\n", 1, "closed at greeting"),
        (OPENED + "< RSET\n> 250 ok\n< MAIL FROM:<a@example.net>\nEND\nX\n", 1, "closed at mail"),
        (OPENED + ENVELOPE + "< DATA\n> 354 go\n" + SENT + "END\nX\n", 1, "unsure at end"),
        (OPENED + TRANSACTION + "< QUIT\nEND\nX\n", 0, "delivered"),
    ]
    side_by_side(play, rows)


@case
def what_becomes_of_logins():
    rows = [
        (ENHANCED + LOGIN + "> 535 no\n" + TRANSACTION + QUIT, 0, "the login was refused, and the client went on"),
        (ENHANCED + LOGIN + "> 454 later\n" + QUIT, 1, "refused for now at auth: 454 later"),
        (ENHANCED + LOGIN + "> 235-ok\nX\n", 1, "gave up at auth: it cannot go on behind 235-ok"),
        (ENHANCED + "> 250 AUTH LOGIN\n< AUTH LOGIN\n> 334 VXNlciBOYW1lAA==\nX\n", 1, "gave up at auth: it cannot go on behind 334"),
        (ENHANCED + "> 250-mx\n> 250 auth login\n" + TRANSACTION + QUIT, 0, "offers no login that the client knows"),
        (ENHANCED + "> 250 AUTH PLAIN\n" + 3 * "< AUTH PLAIN AHVzZXIAc2VjcmV0\n> 334 \n"
         + "< AUTH PLAIN AHVzZXIAc2VjcmV0\nEND\nX\n", 1, "closed at auth"),
    ]  # fmt: skip
    side_by_side(lambda script, status, says: play(script, status, says, login=True), rows)


@case
def quit_and_then_reset():
    play(ENHANCED + LOGIN + "> 454 later\n< QUIT\n> 221 bye\n< RSET\nEND\nX\n", 1, "the login was refused",
         profile="symbian-9.5", login=True)  # fmt: skip
    play(ENHANCED + LOGIN + "> 454 later\n< QUIT\nEND\nX\n", 1, "refused for now at auth: 454 later",
         profile="symbian-9.5", login=True)  # fmt: skip


@case
def bodies_that_break():
    """Line by line: what breaks is a line that was not begun, so QUIT stands on one of its own."""
    broken = OPENED + ENVELOPE + "< DATA\n> 354 go\n"
    half = broken + "<< Subject: x\\r\\n\\r\\n"
    play(half + "\nX\n", 1, "broken at body", "--break-body-at", "14")
    play(broken + "X\n", 1, "broken at body", "--break-body-at", "5")
    play(half + "QUIT\\r\\n\n.\nEND\nX\n", 1, "broken at body", "--break-body-at", "14", profile="symbian-9.5")
    play(broken + "< QUIT\n.\nEND\nX\n", 1, "broken at body", "--break-body-at", "5", profile="symbian-9.5")


@case
def a_limit_of_the_profile_goes_before_patience():
    """Its own timer acts, whatever --patience says; a step without one still ends by it."""
    limited = str(DESK.file("limited.yaml", "name: x\nabout: x\nbased-on: symbian-9.1\ntimeouts: {end: 3 s}\n"
                                            "evidence: [{assumption: made for this test, shows: [timeouts]}]\n"))  # fmt: skip
    dot = OPENED + ENVELOPE + "< DATA\n> 354 go\n" + SENT + ".\n"
    play(dot + "X\n", 1, "unsure at end", "--patience", "1s", profile=limited)
    play(dot + "X\n", 1, "hung at end", "--patience", "1s")
    play(OPENED + "< RSET\n.\nX\n", 1, "hung at reset", "--patience", "1s", profile=limited)


@case
def recipients_and_senders():
    copy = "< RSET\n> 250 ok\n" + MAIL + "< RCPT TO:<%s>\n> 250 ok\n< DATA\n> 354 go\n" + SENT + "> 250 ok\n"
    play(OPENED + "< RSET\n> 250 ok\n" + MAIL + RECIPIENT + "< RCPT TO:<me@example.net>\n> 250 ok\n"
         "< RCPT TO:<b@example.org>\n> 250 ok\n< DATA\n> 354 go\n" + SENT + "> 250 ok\n"
         + copy % "x@b" + copy % "y@b" + QUIT, 0, "delivered", "--cc", "b@example.org",
         "--copy-to-self", "me@example.net", "--bcc", "x@b", "--bcc", "\"Y\" <y@b>")  # fmt: skip
    play(OPENED + "< RSET\n> 250 ok\n" + MAIL + RECIPIENT + "< RCPT TO:<c@b>\n> 450 no\n" + QUIT,
         1, "refused for now at recipient: 450 no", "--cc", "c@b", "--cc", "d@b")  # fmt: skip
    play(OPENED + "< RSET\n> 250 ok\n" + QUIT, 1, "bad address at mail", "--from", "nobody")


@case
def starttls_that_is_not_to_be_had():
    for script, status, says in (
        (ENHANCED + "> 250 mx\n" + QUIT, 3, "offers no STARTTLS"),
        (ENHANCED + "> 250 STARTTLS\n< STARTTLS\n> 454 no\nX\n", 3, "TLS failed: 454 no"),
        (ENHANCED + "> 250 STARTTLS\n< STARTTLS\n> 250 go\nX\n", 3, "TLS failed: 250 go"),
        (ENHANCED + "> 500 no\n" + QUIT, 1, "refused at hello: 500 no"),
    ):
        with Scripted(script) as server:
            line = words("symbian-9.1", server.port, (), False)
            line[line.index("--server") + 1] = "smtp+starttls://127.0.0.1:%d" % server.port
            done = run(line)
        check(done.status == status and says in done.out, "%r in %r" % (says, done))


@case
def whoever_interrupts_hears_no_quit():
    process = []
    script = OPENED + "< RSET\n> 250 ok\n< MAIL FROM:<a@example.net>\nINTERRUPT\nX\n"
    with Scripted(script, lambda: process[0].send_signal(signal.SIGINT)) as server:
        process.append(
            subprocess.Popen(words("symbian-9.1", server.port, (), False), env=environment(),
                             stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True))  # fmt: skip
        out, err = process[0].communicate(timeout=30)
    check_sane("handset", process[0].returncode, err)
    check_equal(process[0].returncode, 3, "the status of an interrupted run: %r %r" % (out, err))
    check("interrupted" in err, err)


@case
def each_line_of_the_body_is_a_write_and_so_is_the_dot():
    trace = DESK.path / "writes"
    surroundings = dict(environment())
    surroundings["ASAN_OPTIONS"] += ":detect_leaks=0"
    with Scripted(OPENED + TRANSACTION + QUIT) as server:
        line = words("symbian-9.1", server.port, (), False)
        done = subprocess.run(
            ["strace", "-f", "-qq", "-s", "200", "-e", "trace=write,writev,sendto,sendmsg", "-o", str(trace), *line],
            env=surroundings, stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=60)  # fmt: skip
    check_sane("handset", done.returncode, done.stderr.decode(errors="replace"))
    calls = [call for call in trace.read_text().splitlines() if re.search(r"(sendto|sendmsg|writev)\(", call)]
    said = [re.findall(r'"((?:[^"\\]|\\.)*)"', call) for call in calls]
    check_equal(
        ["".join(parts) for parts in said],
        ["EHLO [127.0.0.1]\\r\\n", "RSET\\r\\n", "MAIL FROM:<a@example.net>\\r\\n", "RCPT TO:<b@example.org>\\r\\n",
         "DATA\\r\\n", "Subject: x\\r\\n", "\\r\\n", "hello\\r\\n", "..\\r\\n", "\\r\\n", ".\\r\\n", "QUIT\\r\\n"],
        "the writes")  # fmt: skip


main()
