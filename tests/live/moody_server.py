"""moody_server: submission servers whose answers hang on other things than what the client says: on
chance, on how often somebody has come, on how long ago that was.

Whoever takes such an answer for the effect of a client's habit is fooled. Each mood is a class of
its own; .sessions counts the connections.
"""
import random
import re
import time

from forgetting_server import ForgettingServer, Rules, _Session


class _Moody(_Session):
    """Before a command is answered its server's mood is asked: a reply instead, CLOSE, or None."""

    def handle(self):
        self.name = ""
        with self.server.lock:
            self.server.sessions += 1
            self.number = self.server.sessions
        refusal = self.server.mood.greeting(self)
        if refusal:
            self.say(refusal)
            return
        super().handle()

    def moody(self, verb, words):
        reply = self.server.mood.before(self, verb, words)
        if reply is CLOSE:
            raise ConnectionAbortedError
        if reply:
            self.count("moody")
            self.say(reply)
        return reply is not None

    def on_ehlo(self, name):
        self.name = name
        if not self.moody("hello", name):
            super().on_ehlo(name)

    def on_auth(self, words):
        if not self.moody("auth", words):
            super().on_auth(words)

    def on_mail(self, words):
        if not self.moody("mail", words):
            super().on_mail(words)

    def on_rcpt(self, words):
        if not self.moody("recipient", words):
            super().on_rcpt(words)


CLOSE = "(closes the connection)"


class Mood:
    """An even temper."""

    def greeting(self, session):
        return None

    def before(self, session, verb, words):
        return None


class AtRandom(Mood):
    """Refuses the recipient in so many of a hundred sessions, whoever it is. The draws are the
    same in each run of the test."""

    def __init__(self, percent, reply="550 5.7.1 Not today", seed=1):
        self.percent, self.reply, self.draws = percent, reply, random.Random(seed)

    def before(self, session, verb, words):
        if verb == "recipient" and self.draws.randrange(100) < self.percent:
            return self.reply
        return None


class Bans(Mood):
    """After so many sessions nobody may send any more, and it is said at the greeting or to RCPT."""

    def __init__(self, sessions, at="greeting", reply="554 5.7.1 You have been here too often"):
        self.sessions, self.at, self.reply = sessions, at, reply

    def greeting(self, session):
        banned = self.at == "greeting" and session.number > self.sessions
        return self.reply if banned else None

    def before(self, session, verb, words):
        return self.reply if verb == self.at and session.number > self.sessions else None


class OtherEachTime(Mood):
    """Every second session is refused at MAIL, the first one not."""

    def before(self, session, verb, words):
        refused = verb == "mail" and session.number % 2 == 0
        return "550 5.7.1 Sender rejected" if refused else None


class OtherTheSecondTime(Mood):
    """Who comes with a name for the first time is refused, and from then on never again: a verdict
    of the first run alone would be wrong."""

    def __init__(self):
        self.known = {}

    def before(self, session, verb, words):
        if verb != "mail":
            return None
        first = self.known.setdefault(session.name, session.number)
        return "550 5.7.1 Sender rejected" if first == session.number else None


class Greylists(Mood):
    """Whoever comes for the first time is asked to come again after so many seconds; who that is,
    is told by the name in EHLO, by the sender and by the recipient."""

    def __init__(self, seconds):
        self.seconds, self.first = seconds, {}

    def before(self, session, verb, words):
        if verb != "recipient":
            return None
        who = (session.name, session.sender, re.sub(r"\s", "", words).lower())
        since = time.monotonic() - self.first.setdefault(who, time.monotonic())
        return None if since > self.seconds else "451 4.7.1 Greylisted, try again later"


class Drops(Mood):
    """Closes the connection at MAIL in so many of a hundred sessions."""

    def __init__(self, percent, seed=1):
        self.percent, self.draws = percent, random.Random(seed)

    def before(self, session, verb, words):
        return CLOSE if verb == "mail" and self.draws.randrange(100) < self.percent else None


class Tires(Mood):
    """Each session is answered later than the one before: after a few, too late for everybody."""

    def __init__(self, seconds):
        self.seconds = seconds

    def before(self, session, verb, words):
        if verb == "mail":
            time.sleep(self.seconds * session.number)
        return None


class MoodyServer(ForgettingServer):
    """A submission server with a mood, and with what a ForgettingServer may forget as well."""

    def __init__(self, mood, **rules):
        super().__init__(Rules(pipelining=False, **rules))
        self.RequestHandlerClass = _Moody
        self.mood, self.sessions = mood, 0
