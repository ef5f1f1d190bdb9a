"""scripted_server: a server of one connection that says what a script has, and sees to it that the
client says what stands there, octet by octet, and nothing besides.

A script is a text of lines, worked from the top, in the marks of tests/support/script.h:

  > text      the server says the line and CR LF
  >> text     the server says the octets; \\r \\n \\xHH are read
  < text      the client has said this line and CR LF
  << text     the client has said these octets
  .           the client says nothing for a while
  END         the server says no more: its side of the connection is closed
  INTERRUPT   calls `interrupt`
  X           the client has closed its side, and said nothing more
"""
import re
import socket
import threading

from runner import Failed

PATIENCE, WHILE = 20, 0.3


def octets(text):
    return re.sub(
        rb"\\(r|n|\\|x[0-9A-Fa-f]{2})",
        lambda match: {b"r": b"\r", b"n": b"\n", b"\\": b"\\"}.get(match[1])
        or bytes([int(match[1][1:], 16)]),
        text.encode("latin-1"),
    )


class Scripted:
    def __init__(self, script, interrupt=None):
        self.lines = [line for line in script.split("\n") if line]
        self.interrupt, self.problem = interrupt, "nobody connected"
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.socket.settimeout(PATIENCE)
        self.port = self.socket.getsockname()[1]

    def __enter__(self):
        self.thread = threading.Thread(target=self._serve)
        self.thread.start()
        return self

    def __exit__(self, kind, *ignored):
        self.thread.join(2 * PATIENCE)
        self.socket.close()
        if kind is None and self.problem:
            raise Failed(self.problem)

    def _serve(self):
        try:
            connection, _ = self.socket.accept()
            with connection:
                self._play(connection)
        except OSError as wrong:
            self.problem = "%s (%s)" % (self.problem, wrong)

    def _play(self, connection):
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for number, line in enumerate(self.lines, 1):
            self.problem = "line %d, %s" % (number, line)
            mark, _, rest = line.partition(" ")
            wrong = self._step(connection, mark, rest)
            if wrong:
                self.problem += ": " + wrong
                return
        self.problem = None

    def _step(self, connection, mark, rest):
        """What was wrong, or nothing."""
        if mark in (">", ">>"):
            connection.sendall(octets(rest) if mark == ">>" else rest.encode("latin-1") + b"\r\n")
        elif mark in ("<", "<<"):
            return self._hear(connection, octets(rest) if mark == "<<" else rest.encode() + b"\r\n")
        elif mark == ".":
            return self._silence(connection)
        elif mark == "END":
            connection.shutdown(socket.SHUT_WR)
        elif mark == "INTERRUPT":
            self.interrupt()
        elif mark == "X":
            connection.settimeout(PATIENCE)
            said = connection.recv(4096)
            return said and "there was %r" % said
        else:
            return "no such mark"

    @staticmethod
    def _hear(connection, wanted):
        """Exactly so many octets, so that what comes too soon stays for the next line."""
        connection.settimeout(PATIENCE)
        said = b""
        while len(said) < len(wanted):
            part = connection.recv(len(wanted) - len(said))
            if not part:
                return "closed behind %r" % said
            said += part
            if not wanted.startswith(said):
                return "there was %r" % said
        return None

    @staticmethod
    def _silence(connection):
        connection.settimeout(WHILE)
        try:
            said = connection.recv(4096)
        except socket.timeout:
            return None
        return "there was %r" % said
