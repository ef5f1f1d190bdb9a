"""The progress bar of msub: on a terminal only, for what takes a while, and gone at the end."""
import fcntl
import json
import os
import pty
import re
import select
import struct
import subprocess
import termios
import threading
import time

from opponents import USER
from ours import DESK, MSUB, Serve, check_status, environment, msub
from runner import Failed, case, check, check_equal, main

LARGE = "Subject: large\n\n" + ("0123456789" * 7 + "\n") * 120000


def words(server, *more):
    return [MSUB, "--host=127.0.0.1", "--port=%d" % server.port, "--tls=off", "--auth=plain",
            "--user=" + USER, "--password-file=%s" % DESK.password, "--from=me@example.org",
            *map(str, more)]


class Slow:
    """Passes octets on in small pieces, so that a second goes by."""

    def __init__(self, port):
        import socket
        self.inner = port
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.port = self.socket.getsockname()[1]
        threading.Thread(target=self._run, daemon=True).start()

    def _run(self):
        import socket
        try:
            client, _ = self.socket.accept()
        except OSError:
            return
        with client, socket.create_connection(("127.0.0.1", self.inner)) as server:
            client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 65536)
            while True:
                for one in select.select([client, server], [], [])[0]:
                    piece = one.recv(131072)
                    if not piece:
                        return
                    if one is client and len(piece) > 10000:
                        time.sleep(0.015)
                    (server if one is client else client).sendall(piece)

    def __enter__(self):
        return self

    def __exit__(self, *ignored):
        self.socket.close()


def on_terminal(arguments, stdin, columns=80, term="xterm", **more):
    """The status, what the terminal saw, and what stdout had."""
    master, slave = pty.openpty()
    fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    child = subprocess.Popen(arguments, stdin=open(stdin, "rb"), stdout=subprocess.PIPE,
                             stderr=slave, env=dict(environment(), TERM=term, **more))
    os.close(slave)
    seen, end = b"", time.monotonic() + 40
    while time.monotonic() < end:
        if select.select([master], [], [], 0.5)[0]:
            try:
                piece = os.read(master, 65536)
            except OSError:
                break
            if not piece:
                break
            seen += piece
    os.close(master)
    out = child.stdout.read().decode()
    child.stdout.close()
    return child.wait(20), seen.decode(), out


def bars(seen):
    return [part.replace("\x1b[K", "") for part in seen.split("\r") if "%" in part]


@case
def a_large_message_has_a_bar_that_goes_away():
    file = DESK.file("large.eml", LARGE)
    for columns in (80, 40, 200):
        with Serve() as server, Slow(server.port) as slow:
            status, seen, out = on_terminal(words(slow, "x@example.net"), file, columns)
            check_equal((status, out), (0, ""), "status and stdout: " + seen[-300:])
            found = bars(seen)
            check(len(found) >= 2, "bars in %r" % seen[:500])
            check(all(len(bar) < columns for bar in found), "a bar is too wide: %r" % found)
            check("of 8." in found[0] and "MiB" in found[0], "bar %r" % found[0])
            percents = [int(re.search(r"(\d+) %", bar).group(1)) for bar in found]
            check_equal(percents, sorted(percents), "it goes forward")
            check(percents[-1] <= 100, "percents %r" % percents)
            check(seen.endswith("\r\x1b[K"), "the end is %r" % seen[-40:])


@case
def many_messages_are_counted():
    box = "".join("From a\nFrom: a@example.org\nTo: x@example.net\nSubject: %d\n\n%s\n" %
                  (n, ("0123456789" * 7 + "\n") * 8000) for n in range(12))
    with Serve() as server, Slow(server.port) as slow:
        status, seen, _ = on_terminal(words(slow, "--mbox", DESK.file("many.mbox", box)),
                                      os.devnull)
        check_equal(status, 0, seen[-300:])
        check(re.search(r"message \d+ of 12", seen), "no count in %r" % seen[:500])


@case
def there_is_none_where_it_is_in_the_way():
    large, small = DESK.file("large.eml", LARGE), DESK.file("small.eml", "Subject: s\n\nx\n")
    for what, file, more, term in [("small", small, [], "xterm"), ("quiet", large, ["--quiet"], "xterm"),
                                   ("dumb", large, [], "dumb"), ("none", large, [], "")]:
        with Serve() as server, Slow(server.port) as slow:
            status, seen, _ = on_terminal(words(slow, "x@example.net", *more), file, 80, term)
            check_equal((status, seen), (0, ""), what)
    with Serve() as server, Slow(server.port) as slow:
        done = msub(slow.port, "x@example.net", stdin=LARGE)
        check_equal((done.status, done.err), (0, ""), "no terminal")


@case
def json_lines_have_one_object_for_each_message():
    box = "".join("From a\nFrom: a@example.org\nTo: %s\n\nx\n\n" % to for to in
                  ("x@example.net", "bad address", "y@example.net"))
    with Serve() as server:
        done = msub(server.port, "--json-lines", "--mbox", DESK.file("lines.mbox", box))
    check_status(done, 65, "lines")
    objects = [json.loads(line) for line in done.out.splitlines()]
    check_equal([one["line"] for one in objects], [1, 7, 13], "lines")
    check_equal([one["status"] for one in objects], [0, 65, 0], "statuses")


main()
