"""endless_server: submission servers that begin a reply and never end it, by lines, by octets, or drop by
drop.
"""
import time

from forgetting_server import ForgettingServer, Rules, _Session


def lines(say, code):
    """As many as the client takes, and fast."""
    while True:
        say(b"".join([b"%d-and so on ............................\r\n" % code] * 1000))


def one_line(say, code):
    say(b"%d " % code)
    while True:
        say(b"and so on, without an end of the line, " * 1000)


def drops(say, code):
    """An octet now and then: this is no silence."""
    say(b"%d-" % code)
    while True:
        time.sleep(0.1)
        say(b"x")


def slow_lines(say, code):
    while True:
        time.sleep(0.1)
        say(b"%d-one more line\r\n" % code)


class _Endless(_Session):
    def begin(self, verb, code):
        """True: the reply to this verb has no end; it comes back when the client has gone."""
        if verb not in self.server.verbs:
            return False
        self.count("endless")
        self.server.way(self.send, code)
        return True

    def send(self, octets):
        self.wfile.write(octets)
        self.wfile.flush()

    def handle(self):
        if not self.begin("greeting", 220):
            super().handle()

    def on_ehlo(self, name):
        if not self.begin("hello", 250):
            super().on_ehlo(name)

    def on_mail(self, words):
        if not self.begin("mail", 250):
            super().on_mail(words)

    def on_rset(self, words):
        if not self.begin("reset", 250):
            super().on_rset(words)


class EndlessServer(ForgettingServer):
    """`way` is one of the functions above; `verbs`: of greeting, hello, mail, reset."""

    def __init__(self, way, *verbs):
        super().__init__(Rules(pipelining=False))
        self.RequestHandlerClass = _Endless
        self.way, self.verbs = way, verbs
