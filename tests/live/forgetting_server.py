"""forgetting_server: a small strict submission server that forgets the login on events that a test
names.

It shares no code with Handset, so that msub and the phone meet a server that nobody wrote for them.
It counts everything that a client can overdo: connections, logins, resets, messages.
"""
import base64
import re
import socketserver
import threading

from opponents import PASSWORD, USER

LINE_LIMIT = 4096


class Rules:
    """What a server forgets and refuses.

    forgets: of "reset", "hello", "end": the login is gone after it.
    asks_at: "mail" or "recipient": where a login is asked for, with the reply `no_login`.
    refuses: "recipients" or "mail": everything is refused there with the reply `no`, login or not.
    pipelining: offered or not.
    """

    def __init__(
        self,
        forgets=(),
        asks_at="mail",
        no_login="530 5.7.0 Authentication required",
        refuses=None,
        no="550 5.1.1 No such user",
        pipelining=True,
    ):
        self.forgets, self.asks_at, self.no_login = forgets, asks_at, no_login
        self.refuses, self.no, self.pipelining = refuses, no, pipelining


class _Session(socketserver.StreamRequestHandler):
    timeout = 20

    def say(self, *lines):
        for line in lines:
            self.wfile.write(line.encode("latin-1") + b"\r\n")

    def forget(self, event):
        if event in self.server.rules.forgets:
            self.login = False

    def count(self, what):
        with self.server.lock:
            self.server.counts[what] = self.server.counts.get(what, 0) + 1

    def handle(self):
        self.login, self.sender, self.recipients, self.greeted = False, None, [], False
        self.count("connections")
        self.say("220 mx.example.net ESMTP")
        for line in iter(lambda: self.rfile.readline(LINE_LIMIT), b""):
            text = line.decode("latin-1")
            if not text.endswith("\r\n"):
                return
            verb = re.match(r"[A-Za-z]*", text).group().upper()
            if verb == "QUIT":
                self.say("221 mx.example.net")
                return
            known = getattr(self, "on_" + verb.lower(), None)
            if known:
                known(text[len(verb) :].strip())
            else:
                self.count("unknown")
                self.say("500 5.5.1 Unknown command")

    def on_ehlo(self, _name):
        self.count("hello")
        self.sender, self.recipients, self.greeted = None, [], True
        self.forget("hello")
        offers = ["mx.example.net", "8BITMIME", "SIZE 10000000", "AUTH PLAIN LOGIN"]
        offers += ["PIPELINING"] if self.server.rules.pipelining else []
        self.say(*["250-" + offer for offer in offers[:-1]], "250 " + offers[-1])

    def on_helo(self, _name):
        self.on_ehlo(_name)

    def ask(self, prompt):
        self.say("334 " + prompt)
        return base64.b64decode(self.rfile.readline(LINE_LIMIT))

    def on_auth(self, words):
        if self.login or self.sender is not None or not self.greeted:
            return self.say("503 5.5.1 Not now")
        self.count("logins")
        mechanism, _, initial = words.partition(" ")
        if mechanism.upper() == "PLAIN":
            answer = base64.b64decode(initial) if initial else self.ask("")
            right = answer.split(b"\0")[1:] == [USER.encode(), PASSWORD.encode()]
        else:
            user = base64.b64decode(initial) if initial else self.ask("VXNlcm5hbWU6")
            right = (user, self.ask("UGFzc3dvcmQ6")) == (USER.encode(), PASSWORD.encode())
        self.login = right
        self.say("235 2.7.0 Welcome" if right else "535 5.7.8 Wrong user or password")

    def on_mail(self, words):
        rules = self.server.rules
        if self.sender is not None:
            self.count("nested")
            return self.say("503 5.5.1 Nested MAIL command")
        if rules.asks_at == "mail" and not self.login:
            self.count("refused for the login")
            return self.say(rules.no_login)
        if rules.refuses == "mail":
            return self.say(rules.no)
        self.sender = words
        self.say("250 2.1.0 Ok")

    def on_rcpt(self, words):
        rules = self.server.rules
        address = re.match(r"TO:<([^>]*)>", words, re.IGNORECASE)
        if self.sender is None or not address:
            return self.say("503 5.5.1 MAIL first")
        if rules.asks_at == "recipient" and not self.login:
            self.count("refused for the login")
            return self.say(rules.no_login)
        if rules.refuses == "recipients" or address.group(1).startswith("nobody@"):
            return self.say(rules.no)
        self.recipients.append(address.group(1))
        self.say("250 2.1.5 Ok")

    def on_data(self, _words):
        if not self.recipients:
            return self.say("554 5.5.1 No valid recipients")
        self.say("354 Go ahead")
        lines = []
        for line in self.rfile:
            if line == b".\r\n":
                break
            lines.append(line.decode("latin-1"))
        else:
            return
        subject = re.search(r"^Subject: (.*?)\r$", "".join(lines), re.MULTILINE)
        with self.server.lock:
            self.server.stored += [
                (subject.group(1) if subject else "", to) for to in self.recipients
            ]
        self.sender, self.recipients = None, []
        self.forget("end")
        self.say("250 2.0.0 Stored")

    def on_rset(self, _words):
        self.count("resets")
        self.sender, self.recipients = None, []
        self.forget("reset")
        self.say("250 2.0.0 Flushed")

    def on_noop(self, _words):
        self.say("250 2.0.0 Ok")


class ForgettingServer(socketserver.ThreadingTCPServer):
    """Serves while it is entered; .port, .counts (a dictionary by name), .delivered()."""

    daemon_threads = True
    allow_reuse_address = True
    request_queue_size = 50

    def __init__(self, rules):
        super().__init__(("127.0.0.1", 0), _Session)
        self.rules, self.lock, self.counts, self.stored = rules, threading.Lock(), {}, []
        self.port = self.server_address[1]

    def __enter__(self):
        threading.Thread(target=self.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def __exit__(self, *_):
        self.shutdown()
        self.server_close()

    def handle_error(self, request, client_address):
        """A client that goes away in the middle is nothing to talk about."""

    def delivered(self):
        with self.lock:
            return sorted(self.stored)

    def counted(self, what):
        with self.lock:
            return self.counts.get(what, 0)
