"""Clients that others wrote against `handset serve`: swaks, msmtp, Python's smtplib, libESMTP; and
msub beside them.
"""
import os
import pathlib
import re
import shutil
import smtplib
import socket
import ssl
import tempfile

import certificates
from opponents import PASSWORD, USER
from ours import DESK, HANDSET, SENDER, Serve, check_status, message_text, msub, run
from runner import Skip, case, check, check_equal, main

PROFILES = pathlib.Path(__file__).with_name("profiles") / "servers"
MECHANISMS = ("PLAIN", "LOGIN", "CRAM-MD5")
SECURITY = {"off": "none", "starttls": "starttls", "implicit": "implicit"}
_folder = tempfile.TemporaryDirectory(prefix="handset-certificates-")
_made = []


def made():
    if not _made:
        _made.append(certificates.make(_folder.name))
    return _made[0]


def serving(tls="off", profile=None):
    return Serve(profile=profile, tls=SECURITY[tls], certificates=made() if tls != "off" else None)


def program(name):
    found = shutil.which(name)
    if not found:
        raise Skip("there is no %s here" % name)
    return found


def swaks(port, mechanism, tls, subject):
    words = [
        program("swaks"),
        "--server",
        "127.0.0.1:%d" % port,
        "--helo",
        "client.example.org",
        "--from",
        SENDER,
        "--to",
        "ann@example.net,bob@example.net",
        "--auth",
        mechanism,
        "--auth-user",
        USER,
        "--auth-password",
        PASSWORD,
        "--header",
        "Subject: " + subject,
        "--timeout",
        "20s",
    ]
    words += {"off": [], "starttls": ["--tls"], "implicit": ["--tls-on-connect"]}[tls]
    return run(
        words + (["--tls-verify", "--tls-ca-path", made().authority] if tls != "off" else [])
    )


def msmtp(port, mechanism, tls, subject):
    words = [
        program("msmtp"),
        "--host=localhost",
        "--port=%d" % port,
        "--from=" + SENDER,
        "--user=" + USER,
        "--auth=" + mechanism.lower(),
        "--passwordeval=cat '%s'" % DESK.password,
        "--timeout=20",
    ]
    words += (
        ["--tls=off"]
        if tls == "off"
        else [
            "--tls=on",
            "--tls-starttls=" + ("on" if tls == "starttls" else "off"),
            "--tls-trust-file=%s" % made().authority,
        ]
    )
    return run(
        words + ["ann@example.net", "bob@example.net"], message_text(subject, "ann@example.net")
    )


def check_client(client, mechanisms, security):
    """Each mechanism on each kind of connection: a message arrives once, for both recipients."""
    for tls in security:
        with serving(tls) as server:
            wanted = []
            for mechanism in mechanisms:
                subject = "%s %s %s" % (client.__name__, tls, mechanism)
                check_status(client(server.port, mechanism, tls, subject), 0, subject)
                wanted += [(subject, "ann@example.net"), (subject, "bob@example.net")]
            check_equal(server.delivered(), sorted(wanted), "delivered")


@case
def swaks_is_served():
    check_client(swaks, MECHANISMS, ("off", "starttls", "implicit"))


@case
def msmtp_is_served():
    check_client(msmtp, MECHANISMS, ("off", "starttls", "implicit"))


@case
def msub_is_served():
    def client(port, mechanism, tls, subject):
        return msub(
            port,
            "ann@example.net",
            "bob@example.net",
            stdin=message_text(subject, "ann@example.net"),
            auth=mechanism.lower(),
            tls=tls,
            trust=made().authority if tls != "off" else None,
        )

    check_client(client, MECHANISMS, ("off", "starttls", "implicit"))


@case
def nobody_sends_without_a_login_or_with_a_wrong_one():
    with serving() as server:
        with smtplib.SMTP("127.0.0.1", server.port, timeout=20) as client:
            client.ehlo("client.example.org")
            codes = (
                client.docmd("MAIL FROM:<%s>" % SENDER)[0],
                client.docmd("RCPT TO:<ann@example.net>")[0],
            )
            check(codes[-1] >= 500, "it relays without a login: %r" % (codes,))
        with smtplib.SMTP("127.0.0.1", server.port, timeout=20) as client:
            try:
                client.login(USER, "not the secret")
            except smtplib.SMTPAuthenticationError as refused:
                check_equal(refused.smtp_code, 535, "reply to a wrong password")
            else:
                check(False, "it takes a wrong password")
        check_equal(server.delivered(), [], "delivered")


@case
def octets_behind_starttls_are_refused():
    with serving("starttls") as server, socket.create_connection(
        ("127.0.0.1", server.port), 20
    ) as client:
        talk = client.makefile("rwb")
        check(talk.readline().startswith(b"220 "), "no greeting")
        client.sendall(b"EHLO client.example.org\r\n")
        while talk.readline()[3:4] == b"-":
            pass
        client.sendall(b"STARTTLS\r\nEHLO evil.example.org\r\n")
        said = talk.readline()
        check(
            not said.startswith(b"220") and said[:1] in (b"5", b"4", b""),
            "reply to STARTTLS with octets behind: %r" % said,
        )


@case
def the_message_lies_there_as_it_was_sent():
    body = "Subject: whole\r\n\r\n.\r\n..two dots\r\n" + "x" * 990 + "\r\n\u00e4\r\n\r\n.last\r\n"
    with serving() as server:
        with smtplib.SMTP("127.0.0.1", server.port, timeout=20) as client:
            client.login(USER, PASSWORD)
            client.sendmail(
                SENDER, ["ann@example.net"], body.encode(), mail_options=["BODY=8BITMIME"]
            )
        files = list((server.maildir / "new").glob("*"))
        check_equal(len(files), 1, "files in the Maildir")
        stored = files[0].read_bytes().replace(b"\r\n", b"\n")
        check(
            stored.endswith(body.encode().replace(b"\r\n", b"\n")),
            "the stored message differs: %r" % stored[-1200:],
        )


@case
def every_version_of_tls_meets_its_certificate():
    """RSA for a client of 2007, and TLS 1.2 and 1.3 for those of today, all with the certificate
    that was given."""
    with serving("implicit") as server:
        for version in (ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3):
            trust = ssl.create_default_context(cafile=str(made().authority))
            trust.minimum_version = trust.maximum_version = version
            with smtplib.SMTP_SSL("localhost", server.port, timeout=20, context=trust) as client:
                client.login(USER, PASSWORD)
                client.sendmail(
                    SENDER, ["ann@example.net"], message_text(version.name, "ann@example.net")
                )
        check_equal(
            server.delivered(),
            [("TLSv1_2", "ann@example.net"), ("TLSv1_3", "ann@example.net")],
            "delivered",
        )


@case
def certificates_are_made_where_none_are_given():
    """The authority's path is printed; a client that trusts it can verify the server."""
    with Serve(tls="starttls") as server:
        said = server.printed + server.said()
        paths = [word.strip("'\".,;:()") for word in re.findall(r"/\S+", said)]
        found = [
            path
            for path in paths
            if os.path.isfile(path) and "BEGIN CERTIFICATE" in open(path).read()
        ]
        check(found, "the path of the authority's certificate is not printed: %r" % said)
        done = msub(
            server.port,
            "ann@example.net",
            stdin=message_text("own", "ann@example.net"),
            tls="starttls",
            trust=found[0],
            auth="on",
        )
        check_status(done, 0, "msub with the printed authority")
        check_equal(server.delivered(), [("own", "ann@example.net")], "delivered")


def libesmtp(port):
    """Subjects and last codes, as libESMTP reports them for the three messages."""
    done = run([os.environ["THREE_MESSAGES"], "127.0.0.1:%d" % port, USER, PASSWORD])
    check_status(done, 0, "libESMTP's session")
    return [(line.split()[0], int(line.split()[2])) for line in done.out.splitlines()]


@case
def libesmtp_loses_its_third_message_where_reset_forgets():
    with serving(profile=PROFILES / "qmail-spamcontrol-nobody.yaml") as server:
        check_equal(
            [code // 100 for _, code in libesmtp(server.port)],
            [2, 5, 5],
            "classes of libESMTP's last replies",
        )
        check_equal(server.delivered(), [("first", "ann@example.net")], "delivered")


@case
def libesmtp_delivers_the_third_where_reset_keeps():
    """The control: the same session, the same server but for its forgetting."""
    with serving(profile=PROFILES / "qmail-spamcontrol-cured-nobody.yaml") as server:
        check_equal(
            [code // 100 for _, code in libesmtp(server.port)],
            [2, 5, 2],
            "classes of libESMTP's last replies",
        )
        check_equal(
            server.delivered(),
            [("first", "ann@example.net"), ("third", "cid@example.net")],
            "delivered",
        )


@case
def msub_delivers_that_third_message():
    with serving(profile=PROFILES / "qmail-spamcontrol-nobody.yaml") as server:
        done = msub(server.port, "--batch", *DESK.three("msub", second="nobody@example.net"))
        check_status(done, 65, "msub --batch with a refused recipient")
        check_equal(
            server.delivered(),
            [("msub 1", "ann@example.net"), ("msub 3", "cid@example.net")],
            "delivered",
        )


@case
def an_occupied_port_is_refused_with_a_sentence():
    with serving() as server:
        done = run(
            [
                HANDSET,
                "serve",
                "--listen",
                "127.0.0.1:%d" % server.port,
                "--user",
                USER,
                "--password-file",
                DESK.password,
                "--maildir",
                server.maildir,
            ]
        )
        check(
            done.status != 0 and str(server.port) in done.err,
            "status %d: %r" % (done.status, done.err),
        )


main(_folder.cleanup)
