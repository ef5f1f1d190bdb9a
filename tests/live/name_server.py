"""name_server: a DNS server on loopback, over UDP, for what a command asks of it (RFC 1035, RFC 2782)."""
import socket
import struct
import threading

TYPES = {"A": 1, "AAAA": 28, "SRV": 33, "TLSA": 52}
NO_ERROR, SERVER_FAILED, NO_SUCH_NAME = 0, 2, 3


def _name(text):
    labels = [label for label in text.rstrip(".").split(".") if label]
    return b"".join(bytes([len(label)]) + label.encode() for label in labels) + b"\0"


def _data(kind, value):
    if kind == "A":
        return socket.inet_aton(value)
    if kind == "AAAA":
        return socket.inet_pton(socket.AF_INET6, value)
    if kind == "SRV":
        priority, weight, port, target = value.split()
        return struct.pack(">HHH", int(priority), int(weight), int(port)) + _name(target)
    return bytes.fromhex(value)


class NameServer:
    """Rows: (name, type) -> values, or a misdeed: "silent", "servfail", "garbage". A name of which no row
    speaks does not exist; one that has rows of other types only has no data. .asked: (name, type)."""

    def __init__(self, rows):
        self.rows, self.asked = rows, []
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind(("127.0.0.1", 0))
        self.address = "127.0.0.1:%d" % self.socket.getsockname()[1]

    def __enter__(self):
        self.thread = threading.Thread(target=self._answer, daemon=True)
        self.thread.start()
        return self

    def __exit__(self, *_):
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as ending:
            ending.sendto(b"", self.socket.getsockname())
        self.thread.join(10)
        self.socket.close()

    def _answer(self):
        while True:
            question, whom = self.socket.recvfrom(2048)
            if not question:
                return
            answer = self._reply(question)
            if answer is not None:
                self.socket.sendto(answer, whom)

    def _reply(self, question):
        at, labels = 12, []
        while question[at]:
            labels.append(question[at + 1 : at + 1 + question[at]].decode().lower())
            at += 1 + question[at]
        number = struct.unpack(">H", question[at + 1 : at + 3])[0]
        asked = question[12 : at + 5]
        name = ".".join(labels)
        kind = next((kind for kind, known in TYPES.items() if known == number), str(number))
        self.asked.append((name, kind))
        values = self.rows.get((name, kind), [])
        if values == "silent":
            return None
        if values == "garbage":
            return question[:2] + b"\xff" * 20
        if values == "servfail":
            return question[:2] + struct.pack(">HHHHH", 0x8180 | SERVER_FAILED, 1, 0, 0, 0) + asked
        exists = any(row == name for row, _ in self.rows)
        code = NO_ERROR if exists else NO_SUCH_NAME
        records = b""
        for value in values:
            data = _data(kind, value)
            records += b"\xc0\x0c" + struct.pack(">HHIH", number, 1, 60, len(data)) + data
        return question[:2] + struct.pack(">HHHHH", 0x8180 | code, 1, len(values), 0, 0) + asked + records
