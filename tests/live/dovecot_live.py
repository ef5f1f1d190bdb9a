"""Both players against Dovecot's submission proxy, which refuses a blank after the colon unless it is told
otherwise.
"""
import real_server as real
from opponents import PASSWORD, USER
from ours import DESK, SENDER, check_status, msub
from rooted import Dovecot, DovecotWithWorkarounds
from runner import case, check, check_equal, main

dovecot, lenient = real.Once(Dovecot), real.Once(DovecotWithWorkarounds)
real.usual_cases(dovecot, ["PLAIN", "LOGIN", "CRAM-MD5"])
real.kept_login_cases(dovecot)
real.old_tls_cases(dovecot)


def check_msub_batch(subject, second, status, unsure, arrived):
    done = msub(dovecot().port, "--batch", *DESK.three(subject, second=second))
    check_status(done, status, subject)
    check_equal(done.err.count("unsure"), unsure, "unsure in " + done.err)
    check_equal([to for _, to in real.of(dovecot(), subject)], arrived, "delivered")


@case
def msub_delivers_three_although_the_server_dies_of_haste():
    """Dovecot 2.3 relays the first message and dies before it says so, as the second one begins in
    the same flight ("Panic: file smtp-server-transaction.c: ... pending_rcpt_cmds == 0"): that
    message is unsure, and from then on the next one waits."""
    three = ["ann@example.net", "bob@example.net", "cid@example.net"]
    check_msub_batch("msub batch", "bob@example.net", 70, 1, three)
    check("Panic: file smtp-server-transaction.c" in dovecot().log(), "it did not die")


@case
def msub_goes_on_after_a_refused_recipient():
    two = ["ann@example.net", "cid@example.net"]
    check_msub_batch("msub refused", "nobody@example.net", 70, 1, two)


def codes_of(server, *commands):
    with real.speaker(server) as client:
        client.login(USER, PASSWORD)
        return [client.docmd(command)[0] for command in commands]


@case
def what_it_refuses_and_what_its_workarounds_take():
    for commands, refused in (
        (("MAIL FROM: <%s>" % SENDER,), [501]),
        (("MAIL FROM:<%s>" % SENDER, "RCPT TO: <bob@example.net>"), [250, 501]),
        (("MAIL FROM:%s" % SENDER,), [501]),
    ):
        check_equal(codes_of(dovecot(), *commands), refused, "%r" % (commands,))
        taken = codes_of(lenient(), *commands)
        check_equal(taken, [250] * len(commands), "with workarounds %r" % (commands,))


@case
def the_phone_delivers_with_the_workarounds_too():
    real.check_play(lenient(), "nokia-e61i", "phone")


def stop():
    dovecot.stop()
    lenient.stop()


main(stop)
