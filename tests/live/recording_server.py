"""A server that takes everything and writes down what was said, octet by octet."""
import socket
import threading


class Recording:
    """One connection at a time; `mails` are (sender, recipients, content, commands)."""

    def __init__(self, port=0):
        self.listener = socket.create_server(("127.0.0.1", port))
        self.listener.settimeout(30)
        self.port = self.listener.getsockname()[1]
        self.mails, self.commands = [], []
        self.thread = threading.Thread(target=self._serve, daemon=True)
        self.thread.start()

    def _serve(self):
        while True:
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            with connection:
                connection.settimeout(30)
                try:
                    self._talk(connection, connection.makefile("rb"))
                except OSError:
                    pass

    def _talk(self, connection, lines):
        connection.sendall(b"220 recorder ESMTP ready\r\n")
        sender, recipients = None, []
        for line in lines:
            self.commands.append(line)
            verb = line[:4].upper()
            if verb == b"MAIL":
                sender = line[line.index(b":") + 1 :].rstrip(b"\r\n")
            elif verb == b"RCPT":
                recipients.append(line[line.index(b":") + 1 :].rstrip(b"\r\n"))
            elif verb == b"DATA":
                connection.sendall(b"354 go on\r\n")
                content = self._content(lines)
                if content is None:
                    return
                self.mails.append((sender, recipients, content))
                sender, recipients = None, []
            connection.sendall(b"221 bye\r\n" if verb == b"QUIT" else b"250 ok\r\n")
            if verb == b"QUIT":
                return

    @staticmethod
    def _content(lines):
        content = b""
        for line in lines:
            if line == b".\r\n":
                return content
            content += line[1:] if line.startswith(b".") else line
        return None

    def __enter__(self):
        return self

    def __exit__(self, kind, value, trace):
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()
        self.thread.join(10)
