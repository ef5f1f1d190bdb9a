"""qmail_smtpd: qmail's SMTP server as it was heard from outside, in five releases.

Made of dialogues alone (47 with each release on Debian 12; tests/scenarios has their codes) and not of our profiles,
so that the two can disagree. FLAVOURS tells the releases apart. It reads as qmail does: lines end in LF, a CR before
it is dropped; what stands behind ">" is not looked at; a bare LF inside DATA is the end of the connection.
"""
import base64
import binascii
import collections
import hashlib
import hmac
import socketserver
import threading

from opponents import PASSWORD, USER

HOST = "mx.example.net"
STRAY_LF = "451 See https://cr.yp.to/docs/smtplf.html."
# forgets: RSET takes the login; asks_at: where a login is asked for, and how; brackets: wanted; unknown: to what is not known
Flavour = collections.namedtuple("Flavour", "forgets asks_at reply brackets unknown offers")
AUTH = "AUTH LOGIN PLAIN CRAM-MD5"
ASKED = "535 authentication required (#5.7.1)"
FLAVOURS = {
    "s/qmail": Flavour(False, "mail", ASKED, True, "500", [AUTH, "SIZE 0"]),
    "s/qmail, the fault at MAIL": Flavour(True, "mail", ASKED, True, "500", [AUTH, "SIZE 0"]),
    "s/qmail, the fault at RCPT": Flavour(True, "recipient", ASKED, True, "500", [AUTH, "SIZE 0"]),
    "notqmail, SMTPAUTH=!+cram": Flavour(
        True, "mail", "530 Authorization required (#5.7.1) ", False, "502", [AUTH]
    ),
    "notqmail, SMTPAUTH=+cram": Flavour(
        True, "relaying", "553 sorry, that domain isn't in my list of allowed rcpthosts (#5.7.1)", False, "502", [AUTH]
    ),
}


class _Left(Exception):
    pass


class _Session(socketserver.StreamRequestHandler):
    disable_nagle_algorithm = True

    def handle(self):
        self.flavour, self.mail, self.recipients = self.server.flavour, False, 0
        self.login = self.relaying = False
        try:
            self.say("220 %s ESMTP" % HOST)
            while True:
                self.command(self.line())
        except (_Left, OSError):
            pass

    def say(self, *lines):
        self.wfile.write(b"".join(line.encode() + b"\r\n" for line in lines))

    def line(self):
        line = self.rfile.readline(65536)
        if not line.endswith(b"\n"):
            raise _Left
        return line[:-1].removesuffix(b"\r")

    def command(self, line):
        verb, _, argument = line.partition(b" ")
        known = getattr(self, "do_" + verb.decode("latin-1").lower(), None) if verb.isalpha() else None
        if known:
            known(argument.lstrip(b" "))
        else:
            self.say(self.flavour.unknown + " unimplemented (#5.5.1)")

    def do_helo(self, _):
        self.mail = False
        self.say("250 " + HOST)

    def do_ehlo(self, _):
        self.mail = False
        offers = [HOST, "PIPELINING", "8BITMIME", *self.flavour.offers]
        self.say(*("250-" + offer for offer in offers[:-1]), "250 " + offers[-1])

    def do_rset(self, _):
        self.mail = False
        self.login = self.login and not self.flavour.forgets
        self.say("250 flushed")

    def is_asked(self, where):
        return self.flavour.asks_at == where and not self.login

    def is_wrong(self, argument):
        return self.flavour.brackets and b"<" not in argument

    def do_mail(self, argument):
        if self.is_asked("mail"):
            return self.say(self.flavour.reply)
        if self.is_wrong(argument):
            return self.say("555 syntax error (#5.5.4)")
        self.mail, self.recipients = True, 0
        return self.say("250 ok")

    def do_rcpt(self, argument):
        if not self.mail:
            return self.say("503 MAIL first (#5.5.1)")
        if self.is_wrong(argument):
            return self.say("555 syntax error (#5.5.4)")
        if self.is_asked("recipient") or (self.flavour.asks_at == "relaying" and not self.relaying):
            return self.say(self.flavour.reply)
        self.recipients += 1
        return self.say("250 ok")

    def do_data(self, _):
        if not self.mail:
            return self.say("503 MAIL first (#5.5.1)")
        if not self.recipients:
            return self.say("503 RCPT first (#5.5.1)")
        self.mail = False
        self.say("354 go ahead")
        while True:
            line = self.rfile.readline(1 << 20)
            if not line.endswith(b"\r\n"):
                self.say(STRAY_LF)
                raise _Left
            if line == b".\r\n":
                return self.say("250 ok 1187258656 qp 2842")

    def do_noop(self, _):
        self.say("250 ok")

    def do_vrfy(self, _):
        self.say("252 send some mail, i'll try my best")

    def do_help(self, _):
        self.say("214 qmail home page: http://pobox.com/~djb/qmail.html")

    def do_quit(self, _):
        self.say("221 " + HOST)
        raise _Left

    def answer(self, given=None):
        """What a line of an exchange holds; None: it is refused, and that was said."""
        line = self.line() if given is None else given
        if line == b"*":
            self.say("501 auth exchange canceled (#5.0.0)")
            return None
        try:
            held = base64.b64decode(line, validate=True)
        except binascii.Error:
            held = b""
        if not held:
            self.say("501 malformed auth input (#5.5.4)")
        return held or None

    def asked(self, challenge, given=b""):
        if given:
            return self.answer(given)
        self.say("334 " + base64.b64encode(challenge).decode())
        return self.answer()

    def do_auth(self, argument):
        if self.login:
            return self.say("503 you're already authenticated (#5.5.0)")
        if self.mail:
            return self.say("503 no auth during mail transaction (#5.5.0)")
        mechanism, _, given = argument.partition(b" ")
        ways = {b"login": self.by_login, b"plain": self.by_plain, b"cram-md5": self.by_cram}
        way = ways.get(mechanism.lower())
        if way is None:
            return self.say("504 auth type unimplemented (#5.5.1)")
        known = way(given.strip(b" "))
        if known is None:
            return None
        self.login = self.relaying = known
        return self.say("235 ok, go ahead (#2.0.0)" if known else "535 authorization failed (#5.7.0)")

    def by_login(self, given):
        user = self.asked(b"Username:", given)
        password = user and self.asked(b"Password:")
        return password and (user, password) == (USER.encode(), PASSWORD.encode())

    def by_plain(self, given):
        held = self.asked(b"", given)
        return held and held.split(b"\0")[1:] == [USER.encode(), PASSWORD.encode()]

    def by_cram(self, _):
        challenge = b"<2842.1187258656@%s>" % HOST.encode()
        held = self.asked(challenge)
        proof = hmac.new(PASSWORD.encode(), challenge, hashlib.md5).hexdigest()
        return held and held == b"%s %s" % (USER.encode(), proof.encode())


class _Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = daemon_threads = True
    request_queue_size = 100


class QmailSmtpd:
    """One release at `port` of 127.0.0.1, in a with block."""

    def __init__(self, flavour):
        self.server = _Server(("127.0.0.1", 0), _Session)
        self.server.flavour = FLAVOURS[flavour]
        self.port = self.server.server_address[1]

    def __enter__(self):
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.05,))
        self.thread.start()
        return self

    def __exit__(self, *ignored):
        self.server.shutdown()
        self.thread.join(20)
        self.server.server_close()
