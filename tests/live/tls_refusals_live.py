"""A server that refuses the client's certificate, or TLS as a whole, is told as what it is, with what
to do next: with TLS 1.3 its alert comes only when the client's handshake is over.
"""
import socket
import ssl
import tempfile
import threading

import certificates
from ours import MSUB, check_one_sentence, check_status, run
from runner import case, check, check_equal, main

UNAVAILABLE, LATER = 69, 75
_folder = tempfile.TemporaryDirectory(prefix="handset-refusals-")
_made = []


def made():
    """The server's certificates, and the client's of an authority that nobody knows."""
    if not _made:
        _made.append(certificates.make(_folder.name + "/server"))
        _made.append(certificates.make(_folder.name + "/client"))
    return _made


class Guarded:
    """Implicit TLS; demands a certificate, greets whom it trusts. `lingers`: what was refused is
    closed in order, so that the alert is not overtaken by a RST."""

    def __init__(self, version, asks=ssl.CERT_REQUIRED):
        server = made()[0]
        self.tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.tls.load_cert_chain(server.certificate, server.key)
        self.tls.load_verify_locations(server.authority)
        self.tls.verify_mode = asks
        self.tls.minimum_version = self.tls.maximum_version = version
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.port = self.socket.getsockname()[1]
        self.connections = 0

    def __enter__(self):
        self.thread = threading.Thread(target=self._accept)
        self.thread.start()
        return self

    def __exit__(self, *ignored):
        self.socket.shutdown(socket.SHUT_RDWR)
        self.socket.close()
        self.thread.join(20)

    def _accept(self):
        while True:
            try:
                connection, _ = self.socket.accept()
            except OSError:
                return
            self.connections += 1
            connection.settimeout(10)
            with connection:
                self._guard(connection)

    def _guard(self, connection):
        try:
            with self.tls.wrap_socket(connection, server_side=True) as talk:
                talk.sendall(b"220 come in\r\n")
                while talk.recv(4096):
                    talk.sendall(b"500 nobody is here\r\n")
        except OSError:
            pass


def send(server, *more):
    words = [MSUB, "--host=localhost", "--port=%d" % server.port, "--timeout=5", "--from=me@example.org"]
    words += ["--tls=on", "--tls-starttls=off", "--tls-trust-file=%s" % made()[0].authority]
    return run([*words, *more, "ann@example.net"], stdin="Subject: s\n\ntext\n")


def check_told(done, what, *parts):
    check_status(done, UNAVAILABLE, what)
    check_one_sentence(done, what)
    for part in parts:
        check(part in done.err, "%s: no %r in %r" % (what, part, done.err))
    for misleading in ("none of the offered", "was lost", "broken off", "later"):
        check(misleading not in done.err, "%s: misleading: %r" % (what, done.err))


@case
def a_certificate_that_is_missing_is_asked_for():
    for version, alert in ((ssl.TLSVersion.TLSv1_3, 116), (ssl.TLSVersion.TLSv1_2, 40)):
        with Guarded(version) as server:
            check_told(
                send(server), version.name, "the server wants a client certificate",
                "(TLS alert %d)" % alert, "--tls-cert-file")  # fmt: skip
            check_equal(server.connections, 1, "%s: tries" % version.name)


@case
def a_certificate_that_nobody_trusts_is_told():
    client = made()[1]
    shown = ["--tls-cert-file=%s" % client.certificate, "--tls-key-file=%s" % client.key]
    for version in (ssl.TLSVersion.TLSv1_3, ssl.TLSVersion.TLSv1_2):
        with Guarded(version) as server:
            check_told(
                send(server, *shown), version.name, "does not trust our certificate's authority",
                "(TLS alert 48)", "--tls-cert-file")  # fmt: skip


@case
def a_certificate_that_is_trusted_comes_in():
    server_side = made()[0]
    shown = ["--tls-cert-file=%s" % server_side.certificate, "--tls-key-file=%s" % server_side.key]
    with Guarded(ssl.TLSVersion.TLSv1_3, ssl.CERT_OPTIONAL) as server:
        done = send(server)
        check("500 nobody is here" in done.err, "no certificate: %s" % done.err)
        check("TLS alert" not in done.err, "no certificate: %s" % done.err)
        # it is made for servers only: OpenSSL refuses the purpose, and the alert says so
        check_told(send(server, *shown), "for servers only", "TLS alert", "--tls-cert-file")


@case
def a_fingerprint_that_differs_is_no_matter_of_authorities():
    with Guarded(ssl.TLSVersion.TLSv1_3, ssl.CERT_NONE) as server:
        done = send(server, "--tls-fingerprint=" + ":".join(["AA"] * 32))
        check_told(done, "fingerprint", "SHA-256 fingerprint", "--tls-fingerprint", "--serverinfo")
        check("--tls-trust-file" not in done.err, "fingerprint: %s" % done.err)


main()
