"""misbehaving_server: servers that send rubbish, nothing, too much, or end at a chosen octet."""
import random
import socketserver
import threading

from forgetting_server import ForgettingServer, Rules, _Session

MEGABYTES = 10 * 1024 * 1024
SILENCE_SECONDS = 30


def _greeted(talk):
    """Greets and takes one command."""
    talk.write(b"220 mx.example.net ESMTP\r\n")
    talk.flush()
    talk.readline(4096)


def garbage_in_lines(talk):
    octets = random.Random(1)
    for _ in range(200):
        talk.write(bytes(octets.randrange(256) for _ in range(60)) + b"\r\n")


def garbage_without_a_line_end(talk):
    octets = random.Random(2)
    talk.write(bytes(octets.choice(b"abc\x00\x1b\xff 123") for _ in range(60000)))
    _wait(talk)


def nothing(talk):
    _wait(talk)


def half_a_line_then_nothing(talk):
    talk.write(b"220 mx.exam")
    _wait(talk)


def half_a_line_then_the_end(talk):
    talk.write(b"220 mx.exam")


def half_a_reply_then_nothing(talk):
    _greeted(talk)
    talk.write(b"250-mx.example.net\r\n250-AUTH PLA")
    _wait(talk)


def ten_megabytes_in_one_line(talk):
    for _ in range(MEGABYTES // 65536):
        talk.write(b"a" * 65536)
    _wait(talk)


def ten_megabytes_in_one_line_of_the_hello(talk):
    _greeted(talk)
    talk.write(b"250-")
    for _ in range(MEGABYTES // 65536):
        talk.write(b"a" * 65536)
    _wait(talk)


def ten_megabytes_of_greeting_lines(talk):
    for _ in range(MEGABYTES // 64000):
        talk.write(b"220-and one more line of this greeting that never ends........\r\n" * 1000)
    _wait(talk)


def codes_that_change_between_lines(talk):
    _greeted(talk)
    talk.write(b"250-mx.example.net\r\n550 AUTH PLAIN\r\n")
    _wait(talk)


def a_code_that_is_none(talk):
    talk.write(b"2x0 hello\r\n")
    _wait(talk)


def a_code_beyond_all_classes(talk):
    talk.write(b"999 hello\r\n")
    _wait(talk)


def a_reply_that_draws_on_the_terminal(talk):
    talk.write("554 \x1b[2J\x1b]0;gotcha\x07 \x9b31m \u202egnihton\r\n".encode())
    _wait(talk)


def not_now(talk):
    talk.write(b"421 4.3.2 Try again later\r\n")


def never(talk):
    talk.write(b"554 5.3.2 No service here\r\n")
    talk.flush()
    talk.readline(4096)
    talk.write(b"221 bye\r\n")


def _wait(talk):
    """Says nothing until the client goes, or for so long that every client should have."""
    talk.flush()
    while talk.readline(4096):
        pass


class _Misbehaving(socketserver.StreamRequestHandler):
    timeout = SILENCE_SECONDS

    def handle(self):
        talk = self.connection.makefile("rwb")
        try:
            self.server.behaviour(talk)
            talk.flush()
        except OSError:
            pass
        with self.server.lock:
            self.server.connections += 1


class MisbehavingServer(socketserver.ThreadingTCPServer):
    """One of the behaviours above, on a port; serves while it is entered."""

    daemon_threads = True
    allow_reuse_address = True

    def __init__(self, behaviour):
        super().__init__(("127.0.0.1", 0), _Misbehaving)
        self.behaviour, self.lock, self.connections = behaviour, threading.Lock(), 0
        self.port = self.server_address[1]

    __enter__ = ForgettingServer.__enter__
    __exit__ = ForgettingServer.__exit__
    handle_error = ForgettingServer.handle_error


class _Ended(Exception):
    pass


class _Ending(_Session):
    """A right session whose connection ends after so many octets of the server's."""

    def setup(self):
        super().setup()
        self.left = self.server.octets

    def say(self, *lines):
        octets = b"".join(line.encode("latin-1") + b"\r\n" for line in lines)
        if octets.startswith(b"250 2.0.0 Stored"):
            self.server.dot_seen = True
        part = octets if self.left is None else octets[: self.left]
        self.wfile.write(part)
        self.server.sent += len(part)
        if self.left is not None:
            self.left -= len(part)
            if len(part) < len(octets):
                raise _Ended
        if octets.startswith(b"250 2.0.0 Stored"):
            self.server.told = True

    def handle(self):
        try:
            super().handle()
        except _Ended:
            # The client has to be able to read what was sent: no reset because of octets that
            # nobody read.
            self.connection.shutdown(1)
            while self.rfile.read1(65536):
                pass


class EndingServer(ForgettingServer):
    """.dot_seen: the message was taken; .told: its reply left whole; .sent: octets said."""

    def __init__(self, octets):
        super().__init__(Rules(pipelining=False))
        self.RequestHandlerClass = _Ending
        self.octets, self.dot_seen, self.told, self.sent = octets, False, False, 0
