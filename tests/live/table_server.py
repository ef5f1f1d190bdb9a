"""table_server: a server that says what a table tells it, for tests of one client's behaviour."""
import socket
import ssl
import threading

CLOSE = object()


class Server:
    """Speaks by a table: the beginning of a command -> its reply (text, a list of them to be used
    one after the other, a function that is called first, or CLOSE). With `certificates` (see
    certificates.py) a 220 to STARTTLS is followed by the handshake; what was written behind that
    220 went out in clear."""

    def __init__(self, replies=None, greeting="220 mx.example.net ESMTP", certificates=None):
        self.replies, self.greeting = dict(replies or {}), greeting
        self.tls = None
        if certificates:
            self.tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            self.tls.load_cert_chain(certificates.certificate, certificates.key)
        self.said, self.mails, self.connections = [], [], 0
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.port = self.socket.getsockname()[1]

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
            connection.settimeout(20)
            self.connections += 1
            with connection:
                try:
                    self._begin(connection)
                except OSError:
                    pass

    def _begin(self, connection):
        with connection.makefile("rwb") as talk:
            wants_tls = self._converse(talk, self.greeting)
        while wants_tls and self.tls:
            connection = self.tls.wrap_socket(connection, server_side=True)
            with connection, connection.makefile("rwb") as talk:
                wants_tls = self._converse(talk, "")

    def _say(self, talk, reply):
        for line in reply.split("\n"):
            talk.write(line.encode("latin-1") + b"\r\n")
        talk.flush()

    def _reply(self, line):
        for beginning, reply in self.replies.items():
            if line.upper().startswith(beginning):
                if isinstance(reply, list):
                    reply = reply.pop(0) if len(reply) > 1 else reply[0]
                if callable(reply):
                    reply = reply()
                return reply
        return {"DATA": "354 go ahead", "QUIT": "221 bye"}.get(line.upper(), "250 ok")

    def _converse(self, talk, greeting):
        """One talk, in clear or in TLS; True where STARTTLS was accepted."""
        if greeting is None:
            talk.readline()
            return False
        if greeting:
            self._say(talk, greeting)
        while True:
            line = talk.readline().decode("latin-1")
            if not line:
                return False
            line = line.rstrip("\r\n")
            self.said.append(line)
            reply = self._reply(line)
            if reply is CLOSE:
                return False
            self._say(talk, reply)
            if line.upper() == "DATA" and reply.startswith("354") and not self._take(talk):
                return False
            if line.upper() == "STARTTLS" and reply.startswith("220"):
                return True
            if line.upper() == "QUIT":
                return False

    def _take(self, talk):
        """A message up to its dot, and the reply to it."""
        lines = []
        while True:
            line = talk.readline()
            if not line:
                return False
            if line == b".\r\n":
                break
            lines.append(line.decode("latin-1"))
        reply = self._reply(".")
        if reply is CLOSE:
            return False
        self.mails.append("".join(lines))
        self._say(talk, reply)
        return True

    def envelope(self):
        return [line for line in self.said if line.startswith(("MAIL", "RCPT"))]
