"""tls_wire: TLS as it passes on the wire: a server that speaks as little SMTP as a client needs, over
any TLS that OpenSSL has, and a relay in front of it that keeps the octets. Records and the
ClientHello are taken apart here by hand, as RFC 2246 6.2 and 7.4 write them.
"""
import collections
import socket
import ssl
import struct
import threading
import time
import warnings

SECONDS = 20
ALERT, HANDSHAKE, DATA = 21, 22, 23
CERTIFICATE, SERVER_HELLO_DONE = 11, 14
RESET = "reset"

Octets = collections.namedtuple("Octets", "by when octets")
Record = collections.namedtuple("Record", "by when kind version payload")
Hello = collections.namedtuple("Hello", "version session suites compressions extensions")


def context(made, oldest=ssl.TLSVersion.TLSv1, newest=ssl.TLSVersion.TLSv1_3):
    """A server's; with TLS 1.0 in it all that this OpenSSL still has of that time."""
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        if oldest == ssl.TLSVersion.TLSv1:
            tls.set_ciphers("ALL:@SECLEVEL=0")
        tls.minimum_version, tls.maximum_version = oldest, newest
    tls.load_cert_chain(made.certificate, made.key)
    return tls


class Listener:
    """Takes connections one after the other, each for one call of serve(connection)."""

    def __init__(self, serve):
        self.serve = serve
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.port = self.socket.getsockname()[1]

    def __enter__(self):
        self.thread = threading.Thread(target=self._accept)
        self.thread.start()
        return self

    def __exit__(self, *ignored):
        self.socket.shutdown(socket.SHUT_RDWR)
        self.socket.close()
        self.thread.join(SECONDS)

    def _accept(self):
        while True:
            try:
                connection, _ = self.socket.accept()
            except OSError:
                return
            connection.settimeout(SECONDS)
            with connection:
                try:
                    self.serve(connection)
                except OSError:
                    pass


class Smtp:
    """Takes every mail, and hears each client to its end. `tls`: a context; `starttls`: by STARTTLS and not at once, its reply."""

    def __init__(self, tls, starttls=None):
        self.tls, self.starttls = tls, starttls
        self.commands, self.mails, self.versions, self.resumed = [], 0, [], []

    def __call__(self, connection):
        if self.starttls is None:
            self.talk(self.shake(connection), True, b"220 here ESMTP\r\n")
        else:
            self.talk(connection, False, b"220 here ESMTP\r\n")

    def shake(self, connection):
        inside = self.tls.wrap_socket(connection, server_side=True, suppress_ragged_eofs=True)
        self.versions.append(inside.version())
        self.resumed.append(inside.session_reused)
        return inside

    def talk(self, connection, is_inside, greeting):
        connection.sendall(greeting)
        lines, in_data = connection.makefile("rb"), False
        for line in lines:
            line = line.rstrip(b"\r\n")
            if in_data:
                in_data = line != b"."
                self.mails += not in_data
                reply = b"" if in_data else b"250 taken\r\n"
            else:
                self.commands.append(line.decode())
                verb = line.split(b" ")[0].upper()
                if verb == b"STARTTLS":
                    connection.sendall(self.starttls)
                    if not self.starttls.startswith(b"220"):
                        continue
                    self.talk(self.shake(connection), True, b"")
                    return
                in_data = verb == b"DATA"
                offer = b"250-here\r\n250 STARTTLS\r\n"
                reply = offer if verb == b"EHLO" and not is_inside else b"250 here\r\n"
                reply = b"354 go on\r\n" if in_data else reply
                reply = b"221 bye\r\n" if verb == b"QUIT" else reply
            connection.sendall(reply)


class Relay:
    """Between a client and a port: .talks has the Octets of each connection, in order; an end is
    b"", one by RST is RESET."""

    def __init__(self, port):
        self.there, self.talks = port, []
        self.listener = Listener(self._join)
        self.port = self.listener.port

    def __enter__(self):
        self.listener.__enter__()
        return self

    def __exit__(self, *ignored):
        self.listener.__exit__()

    def _pass(self, by, talk, here, there):
        while True:
            try:
                octets = here.recv(65536)
            except OSError:
                octets = RESET
            talk.append(Octets(by, time.monotonic(), octets))
            try:
                if not octets or octets is RESET:
                    there.shutdown(socket.SHUT_WR)
                    return
                there.sendall(octets)
            except OSError:
                return

    def _join(self, connection):
        talk = []
        self.talks.append(talk)
        with socket.create_connection(("127.0.0.1", self.there), SECONDS) as server:
            back = threading.Thread(target=self._pass, args=("server", talk, server, connection))
            back.start()
            self._pass("client", talk, connection, server)
            back.join(SECONDS)


def records(talk, start=0):
    """The records of both sides in the order of their first octets; start: skips so many octets of
    each side's clear text."""
    found = []
    for by in ("client", "server"):
        skip = start if isinstance(start, int) else start[by]
        rest, times = b"", []
        for piece in talk:
            if piece.by == by and piece.octets and piece.octets is not RESET:
                times.append((len(rest), piece.when))
                rest += piece.octets
        at = skip
        while at + 5 <= len(rest):
            kind, version, length = struct.unpack(">BHH", rest[at : at + 5])
            when = [moment for first, moment in times if first <= at][-1]
            found.append(Record(by, when, kind, version, rest[at + 5 : at + 5 + length]))
            at += 5 + length
    return sorted(found, key=lambda record: record.when)


def handshakes(found, by):
    """(type, body) of each handshake message in clear, up to the first record of another kind."""
    stream = b""
    for record in found:
        if record.by == by:
            if record.kind != HANDSHAKE:
                break
            stream += record.payload
    messages = []
    while len(stream) >= 4:
        length = int.from_bytes(stream[1:4], "big")
        messages.append((stream[0], stream[4 : 4 + length]))
        stream = stream[4 + length :]
    return messages


def hello(found):
    """The ClientHello in the first record."""
    kind, body = handshakes(found, "client")[0]
    assert kind == 1, "no ClientHello but %d" % kind
    version, at = body[:2], 34
    session = body[at + 1 : at + 1 + body[at]]
    at += 1 + body[at]
    length = int.from_bytes(body[at : at + 2], "big")
    suites = [
        int.from_bytes(body[at + 2 + i : at + 4 + i], "big") for i in range(0, length, 2)
    ]
    at += 2 + length
    compressions = body[at + 1 : at + 1 + body[at]]
    at += 1 + body[at]
    return Hello(version, session, suites, compressions, body[at:])


def session_of(found):
    """The session id of the ServerHello."""
    for kind, body in handshakes(found, "server"):
        if kind == 2:
            return body[35 : 35 + body[34]]
    return b""
