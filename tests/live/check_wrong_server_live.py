"""handset check of a server that is addressed wrongly, or is none: nothing is concluded (3), and what it says names
the mistake and what to write instead."""
import contextlib
import hashlib
import os
import pathlib
import pty
import socket
import ssl
import subprocess
import tempfile
import threading
import time

import certificates
from opponents import USER
from ours import DESK, HANDSET, SENDER, Serve, check_status, environment, run
from runner import case, check, check_equal, main

TLS_ONLY = """\
name: takes a login inside TLS only, and offers it in clear
based-on: lenient
evidence:
  - {assumption: "made for the tests, after smtp-server with allowInsecureAuth: false", shows: [refuses]}
refuses: {auth: {no-tls: "538 Error: Must issue a STARTTLS command first"}}
"""
SMALL = """\
name: takes next to nothing
based-on: lenient
evidence:
  - {assumption: "made for the tests", shows: [offers]}
offers: [SIZE 100, "AUTH LOGIN PLAIN CRAM-MD5"]
"""
OAUTH = SMALL.replace('SIZE 100, "AUTH LOGIN PLAIN CRAM-MD5"', '"AUTH XOAUTH2"')


def check_says(url, words, *more):
    command = [HANDSET, "check", "--server", url, "--user", USER, "--password-file", DESK.password]
    command += ["--from", SENDER, "--to", "ann@example.net", "--rate", "unlimited", "--patience", "1s"]
    done = run(command + ["--client", "nokia-e61i", *more], seconds=60)
    check_status(done, 3, url)
    said = " ".join(done.out.split())
    check(said.startswith("? Nothing can be concluded: "), said)
    for word in words:
        check(word in said, "%r is not in %s" % (word, said))


@contextlib.contextmanager
def greets_with(octets):
    """The port of a server that says this and nothing more."""
    listener = socket.create_server(("127.0.0.1", 0))

    def serve():
        with contextlib.suppress(OSError):
            while True:
                connection, _ = listener.accept()
                with connection:
                    connection.sendall(octets)
                    while connection.recv(4096):
                        pass

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield listener.getsockname()[1]
    finally:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        thread.join(10)


@case
def a_login_that_wants_tls_is_no_wrong_password():
    with Serve(profile=DESK.file("tls-only.yaml", TLS_ONLY)) as server:
        check_says("smtp://127.0.0.1:%d" % server.port, ["inside TLS only", "smtp+starttls://"])


@case
def a_scheme_that_is_not_the_servers_is_named():
    with tempfile.TemporaryDirectory(prefix="handset-certificates-") as folder:
        made = certificates.make(folder)
        trust = ["--trust-file", str(made.authority)]
        with Serve(profile="lenient", certificates=made, tls="implicit") as server:
            for scheme in ("smtp", "smtp+starttls"):
                check_says("%s://localhost:%d" % (scheme, server.port), ["smtps://", "says nothing"], *trust)
        with Serve(profile="lenient") as server:
            check_says("smtps://localhost:%d" % server.port, ["does not begin at once", "smtp+starttls://"], *trust)
            check_says("smtp+starttls://localhost:%d" % server.port, ["offers no STARTTLS"], *trust)


@case
def who_is_not_there_is_not_waited_for():
    """At the usual pace, a second between connections: nobody listens, and no such host."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    for url, words, seconds in (
        ("smtp://127.0.0.1:%d" % port, "nothing listens there", 2.0),
        ("smtp://no-such-host.invalid", "no such host", 1.0),
    ):
        began = time.monotonic()
        done = run([HANDSET, "check", "--server", url, "--from", SENDER, "--client", "correct"], seconds=60)
        took = time.monotonic() - began
        check_status(done, 3, url)
        check_equal(" ".join(done.out.split("\n\n")[0].split()).count(words), 1, "how often it is told: %s" % done.out)
        check(took < seconds, "%s took %.1f s" % (url, took))


@case
def what_is_waited_for_is_told_on_a_terminal():
    with greets_with(b"") as port:
        for command in (["check", "--client", "correct"], ["explain", "correct"]):
            words = [HANDSET, *command, "--server", "smtp://127.0.0.1:%d" % port, "--from", SENDER, "--patience", "1s"]
            shown = on_a_terminal([*words, "--rate", "unlimited"])
            check("waiting for 127.0.0.1 port %d: control 1, at most 1 s" % port in shown, repr(shown))
            check(shown.endswith("\r\x1b[K"), "the line stays: %r" % shown[-80:])
            check("waiting" not in on_a_terminal([*words, "--quiet"]), "with --quiet")


def on_a_terminal(words):
    """What stderr shows where that is a terminal."""
    shown = b""
    ours, theirs = pty.openpty()
    command = [str(word) for word in words]
    with subprocess.Popen(
        command, stdout=subprocess.DEVNULL, stderr=theirs, env=dict(environment(), TERM="xterm")
    ) as checking:
        os.close(theirs)
        try:
            while piece := os.read(ours, 65536):
                shown += piece
        except OSError:  # so a terminal ends
            pass
    os.close(ours)
    check_equal(checking.returncode, 3, "the status on a terminal")
    return shown.decode()


@case
def one_certificate_is_trusted_by_its_fingerprint():
    with tempfile.TemporaryDirectory(prefix="handset-certificates-") as folder:
        made = certificates.make(folder)
        pem = pathlib.Path(made.certificate).read_text()
        end = pem.index("-----END CERTIFICATE-----")
        pin = hashlib.sha256(ssl.PEM_cert_to_DER_cert(pem[: end + 25] + "\n")).hexdigest()
        wrong = ("1" if pin[0] == "0" else "0") + pin[1:]
        with Serve(profile="lenient", certificates=made, tls="starttls") as server:
            url = "smtp+starttls://127.0.0.1:%d" % server.port
            check_says(url, ["--trust-file", "--fingerprint", "msub --serverinfo", "trust its authority or its fingerprint"])
            check_says(url, ["fingerprint is", "not " + ":".join(wrong[i : i + 2] for i in range(0, 12, 2)).upper()],
                       "--fingerprint", wrong)
            account = ["--server", url, "--user", USER, "--password-file", DESK.password, "--from", SENDER]
            account += ["--to", "ann@example.net"]
            quick = ["--rate", "unlimited"]
            for command in (["check", "--client", "correct", "--fact", "starttls-*", *quick], ["explain", "correct", *quick], ["play", "correct"]):
                done = run([HANDSET, *command, *account, "--fingerprint", pin], seconds=60)
                check_status(done, 0, "%s with the fingerprint" % command[0])
                check_status(run([HANDSET, *command, *account], seconds=60), 3, command[0] + " without")
                for more, said in ((["half"], "SHA-256"), ([pin, "--insecure"], "say one of them")):
                    done = run([HANDSET, *command, *account, "--fingerprint", *more])
                    check_status(done, 2, "%s %s" % (command[0], more))
                    check(said in done.err, done.err)
            listed = DESK.file("targets.txt", "%s fingerprint=%s\n" % (url, pin))
            words = [HANDSET, "check", "--targets", listed, *account[2:], *quick, "--client", "correct"]
            check_status(run(words, seconds=60), 0, "in a list of servers")


@case
def who_said_helo_is_not_told_of_offers():
    with tempfile.TemporaryDirectory(prefix="handset-certificates-") as folder:
        made = certificates.make(folder)
        with Serve(profile="lenient", certificates=made, tls="starttls") as server:
            words = [HANDSET, "play", "printer-helo", "--server", "smtp+starttls://localhost:%d" % server.port]
            done = run([*words, "--trust-file", made.authority, "--from", SENDER, "--to", "ann@example.net"])
            check("offers no STARTTLS" not in done.out, done.out)
            check("said HELO" in done.out, done.out)


@case
def what_is_no_mail_server_is_told():
    for octets in (b"* OK IMAP4rev1 ready\r\n", b"+OK ready\r\n", b"SSH-2.0-OpenSSH_9.2\r\n"):
        with greets_with(octets) as port:
            check_says("smtp://127.0.0.1:%d" % port, ["does not speak SMTP", "587", "465"])
    with greets_with(b"") as port:
        check_says("smtp://127.0.0.1:%d" % port, ["no mail server", "--patience"])


@case
def limits_of_the_account_are_told():
    with Serve(profile=DESK.file("small.yaml", SMALL)) as server:
        check_says("smtp://127.0.0.1:%d" % server.port, ["SIZE", "raise its limit"])
    with Serve(profile=DESK.file("oauth.yaml", OAUTH)) as server:
        check_says("smtp://127.0.0.1:%d" % server.port, ["no login that this control knows", "PLAIN, LOGIN"])


main()
