"""real_server: what both players must be able to do on any real server; each *_live.py of a server
calls what fits it.
"""
import smtplib
import ssl

from opponents import PASSWORD, USER
from ours import DESK, SENDER, check_status, msub, play, message_text
from runner import Skip, case, check, check_equal


class Once:
    """The server of one test program, started when the first case asks for it."""

    def __init__(self, kind):
        self.kind, self.server, self.reason = kind, None, None

    def __call__(self):
        if self.reason:
            raise Skip(self.reason)
        if self.server is None:
            try:
                self.server = self.kind()
            except Skip as skip:
                self.reason = str(skip)
                raise
        return self.server

    def stop(self):
        if self.server:
            self.server.stop()


TLS_WAYS = ("starttls", "implicit")


def usual_cases(once, mechanisms):
    """The cases that every server has: what it is itself, msub's, and the correct client's."""

    @case
    def the_server_itself():
        check_server_itself(once(), mechanisms)
        check_tls_itself(once())

    @case
    def msub_delivers_with_each_mechanism():
        for auth in map(str.lower, mechanisms):
            check_msub(once(), "msub " + auth, auth=auth)

    @case
    def msub_delivers_over_starttls_and_implicit_tls():
        for tls in TLS_WAYS:
            check_msub(once(), "msub " + tls, tls=tls, auth="on")

    @case
    def msub_verifies_the_certificate():
        for tls in TLS_WAYS:
            check_msub_verifies(once(), tls)

    @case
    def a_wrong_password_is_said_so():
        check_wrong_password(once())

    @case
    def the_correct_client_delivers_every_way():
        for tls in ("off",) + TLS_WAYS:
            check_play(once(), "correct", "correct " + tls, tls=tls)


def batch_cases(once):
    """Where the server survives three messages in one session."""

    @case
    def msub_delivers_three_in_one_session():
        check_msub_three(once(), "msub batch")

    @case
    def msub_goes_on_after_a_refused_recipient():
        check_msub_second_refused(once(), "msub refused")


def kept_login_cases(once):
    """Where RSET leaves the login alone, and the phone understands the prompts."""

    @case
    def the_phone_delivers_since_the_login_outlives_reset():
        check_play(once(), "nokia-e61i", "phone")
        check_play_three(once(), "nokia-e61i", "phone batch")


def old_tls_cases(once):
    @case
    def the_phone_delivers_over_tls_1_0():
        for tls in TLS_WAYS:
            check_play(once(), "nokia-e61i", "phone " + tls, tls=tls)


def of(server, prefix):
    """What was delivered of the messages whose subject begins with the prefix."""
    return [one for one in server.delivered() if one[0].startswith(prefix)]


def speaker(server, tls="off"):
    """Python's own client, greeted; so that a server that is set up wrongly is not taken for a
    fault of ours."""
    trust = server.has_tls and ssl.create_default_context(cafile=str(server.certificates.authority))
    if tls == "implicit":
        client = smtplib.SMTP_SSL("localhost", server.tls_port, timeout=20, context=trust)
    else:
        client = smtplib.SMTP("localhost", server.port, timeout=20)
    client.ehlo("[127.0.0.1]")
    if tls == "starttls":
        client.starttls(context=trust)
        client.ehlo("[127.0.0.1]")
    return client


def check_server_itself(server, mechanisms):
    """It relays for nobody who is not logged in, takes the mechanisms, and what it took is counted
    once."""
    with speaker(server) as client:
        codes = [
            client.docmd("MAIL FROM:<%s>" % SENDER)[0],
            client.docmd("RCPT TO:<bob@example.net>")[0],
        ]
        check(codes[-1] >= 500, "it relays without a login: %r" % codes)
    for mechanism in mechanisms:
        with speaker(server) as client:
            client.user, client.password = USER, PASSWORD
            client.auth(mechanism, getattr(client, "auth_" + mechanism.lower().replace("-", "_")))
            client.sendmail(
                SENDER, ["bob@example.net"], message_text("itself " + mechanism, "bob@example.net")
            )
    check_equal(
        of(server, "itself"),
        sorted(("itself " + one, "bob@example.net") for one in mechanisms),
        "counted",
    )


def check_tls_itself(server):
    """Both ways into TLS work for somebody else's client."""
    for tls in ("starttls", "implicit"):
        with speaker(server, tls) as client:
            client.login(USER, PASSWORD)
            client.sendmail(
                SENDER, ["bob@example.net"], message_text("tls itself " + tls, "bob@example.net")
            )
    check_equal(len(of(server, "tls itself")), 2, "messages over TLS")


def check_msub(server, subject, tls="off", auth="plain"):
    """msub sends one message from its standard input to two recipients."""
    port = server.tls_port if tls == "implicit" else server.port
    trust = None if tls == "off" else server.certificates.authority
    done = msub(
        port,
        "ann@example.net",
        "bob@example.net",
        stdin=message_text(subject, "ann@example.net"),
        tls=tls,
        trust=trust,
        auth=auth,
    )
    check_status(done, 0, "msub, %s, %s" % (tls, auth))
    check_equal(
        of(server, subject),
        [(subject, "ann@example.net"), (subject, "bob@example.net")],
        "delivered",
    )


def check_msub_three(server, prefix):
    """msub sends three messages in one run; each arrives once."""
    check_status(msub(server.port, "--batch", *DESK.three(prefix)), 0, "msub --batch")
    check_equal(
        of(server, prefix),
        [
            (prefix + " 1", "ann@example.net"),
            (prefix + " 2", "bob@example.net"),
            (prefix + " 3", "cid@example.net"),
        ],
        "delivered",
    )


def check_msub_second_refused(server, prefix):
    """Of three messages the server refuses the second's recipient: the other two arrive, once."""
    done = msub(server.port, "--batch", *DESK.three(prefix, second="nobody@example.net"))
    check_status(done, 65, "msub --batch with a refused recipient")
    check_equal(
        of(server, prefix),
        [(prefix + " 1", "ann@example.net"), (prefix + " 3", "cid@example.net")],
        "delivered",
    )
    check("nobody@example.net" in done.err, "msub does not say who was refused: %r" % done.err)


def check_msub_verifies(server, tls):
    """A certificate of an authority that nobody named: no login, no message."""
    port = server.tls_port if tls == "implicit" else server.port
    done = msub(
        port, "bob@example.net", stdin=message_text("unverified", "bob@example.net"), tls=tls
    )
    check(
        done.status not in (0, 65),
        "msub sent to a server whose certificate it cannot verify: %d" % done.status,
    )
    check(
        "certificate" in done.err.lower(), "msub does not speak of the certificate: %r" % done.err
    )
    check_equal(of(server, "unverified"), [], "delivered")


def check_wrong_password(server):
    done = msub(
        server.port,
        "bob@example.net",
        stdin=message_text("wrong", "bob@example.net"),
        password=DESK.wrong_password,
    )
    check_status(done, 77, "msub with a wrong password")
    done = play("correct", server.port, subject="wrong", password=DESK.wrong_password)
    check_status(done, 1, "handset play with a wrong password")
    check_equal(of(server, "wrong"), [], "delivered")


def check_play(server, profile, subject, tls="off"):
    """A client of a profile sends one message to two recipients."""
    port = server.tls_port if tls == "implicit" else server.port
    trust = None if tls == "off" else server.certificates.authority
    done = play(
        profile,
        port,
        subject=subject,
        tls=tls,
        trust=trust,
        to=("ann@example.net", "bob@example.net"),
    )
    check_status(done, 0, "handset play %s, %s" % (profile, tls))
    check_equal(
        of(server, subject),
        [(subject, "ann@example.net"), (subject, "bob@example.net")],
        "delivered",
    )


def check_play_three(server, profile, prefix):
    """A client of a profile sends three message files in one session."""
    words = [word for file in DESK.three(prefix) for word in ("--message", file)]
    check_status(
        play(profile, server.port, *words), 0, "handset play %s with three messages" % profile
    )
    check_equal(
        of(server, prefix),
        [(prefix + " %d" % n, "bob@example.net") for n in (1, 2, 3)],
        "delivered",
    )
