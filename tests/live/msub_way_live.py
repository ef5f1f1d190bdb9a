"""The way to the server: LMTP, Unix-domain sockets, SOCKS5, source addresses, logins without a
user, and addresses and headers in UTF-8."""
import os
import re
import select
import socket
import struct
import threading

from ours import DESK, MSUB, check_one_sentence, check_printable, check_status, run
from runner import case, check, check_equal, main
from table_server import CLOSE, Server

OK, DATA, NO_HOST, UNAVAILABLE, SOFTWARE, LATER, NO_LOGIN, CONFIG, PARTLY = 0, 65, 68, 69, 70, 75, 77, 78, 79
TEXT = "Subject: s\n\nx\n"


def send(port, *more, host="127.0.0.1", stdin=TEXT, to=("b@example.net",)):
    words = [MSUB, "--timeout=20", "--from=a@example.org"]
    words += ["--host=" + host, "--port=%d" % port] if port else []
    return run(words + [str(word) for word in more] + list(to), stdin=stdin)


class Unix(Server):
    """The same behind a Unix-domain socket."""

    def __init__(self, path, replies=None):
        Server.__init__(self, replies)
        self.socket.close()
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.bind(str(path))
        self.socket.listen()


LHLO = {"LHLO": "250-store\n250-PIPELINING\n250-ENHANCEDSTATUSCODES\n250 8BITMIME"}
THREE = ("ann@example.net", "bob@example.net", "cid@example.net")


@case
def lmtp_has_a_reply_for_each_recipient():
    for replies, status, words in [
        ("250 2.1.5 ann\n250 2.1.5 bob\n250 2.1.5 cid", OK, []),
        ("250 2.1.5 ann\n452 4.2.2 bob is full\n550 5.1.1 cid is gone", PARTLY,
         ["bob@example.net: the server refused, at end of data (452 4.2.2 bob is full)",
          "cid@example.net: the server refused, at end of data (550 5.1.1 cid is gone)",
          "1 of 3 recipients have it"]),
        ("452 4.2.2 full\n452 4.2.2 full\n452 4.2.2 full", LATER, ["all 3 recipients"]),
    ]:
        for unix in (False, True):
            table = dict(LHLO, **{".": replies})
            path = DESK.path / "lmtp"
            with Unix(path, table) if unix else Server(table) as server:
                way = ["--socket=%s" % path] if unix else []
                done = send(None if unix else server.port, "--protocol=lmtp", *way, to=THREE)
            if unix:
                path.unlink()
            check_printable(done, "LMTP")
            check_status(done, status, replies)
            check(all(word in done.err for word in words), "%s: said %r" % (replies, done.err))
            check_equal(bool(done.err), status != OK, "%s: said %r" % (replies, done.err))
            check_equal([line.split()[0] for line in server.said if line != "."],
                        ["LHLO", "MAIL", "RCPT", "RCPT", "RCPT", "DATA", "QUIT"], "said")
            check_equal(len(server.mails), 1, "mails")


LIMITED = {"EHLO": "250-mx\n250-PIPELINING\n250 LIMITS RCPTMAX=2"}


def refusing(who, reply):
    return {"RCPT TO:<%s" % who.upper(): reply}


@case
def partial_sends_to_those_whom_the_server_takes():
    for name, table, words, status, mails, said in [
        ("limited", LIMITED, [], DATA, 0, "send it in parts with --partial"),
        ("limited, partial", LIMITED, ["--partial"], OK, 2, None),
        ("452", refusing("cid", "452 4.5.3 too many"), [], LATER, 0, "in parts with --partial"),
        ("452, alone", refusing("cid", "452"), [], LATER, 0, "(452); try again later; where"),
        ("full", refusing("cid", "452 4.2.2 full"), [], LATER, 0, "full); try again later\n"),
        ("refused", refusing("bob", "550 5.1.1 no"), ["--partial=off"], DATA, 0,
         "nothing was sent to the other 2 recipients; take"),
        ("refused, partial", refusing("bob", "550"), ["--partial=on"], PARTLY, 1,
         "bob@example.net: the server refused, at RCPT TO (550); check the address"),
        ("all refused, partial", refusing("", "550 5.1.1 no"), ["--partial"], DATA, 0, "all 3"),
        ("later, partial", refusing("bob", "450 later"), ["--partial"], PARTLY, 1,
         "2 of 3 recipients have it"),
        ("unsure, partial", dict(refusing("bob", "550 5.1.1 no"), **{".": CLOSE}), ["--partial"],
         SOFTWARE, 0, "look before you send it again"),
    ]:
        with Server(dict(table)) as server:
            done = send(server.port, *words, to=THREE)
        check_printable(done, name)
        check_status(done, status, name)
        check_equal(len(server.mails), mails, name)
        check(said in done.err if said else not done.err, "%s: said %r" % (name, done.err))
    with Server(refusing("bob", "550 5.1.1 no")) as server:
        done = send(server.port, to=THREE[:2])
    check("nothing was sent to the other recipient; take" in done.err, "said %r" % done.err)
    rc = DESK.file("partial.rc", "account default\nhost 127.0.0.1\nfrom a@example.org\npartial on\n")
    rc.chmod(0o600)
    with Server(LIMITED) as server:
        done = run([MSUB, "--file=%s" % rc, "--port=%d" % server.port, *THREE], stdin=TEXT)
    check_status(done, OK, "partial on")
    check_equal(len(server.mails), 2, "mails")


@case
def what_others_may_not_take_is_sent_or_not_as_it_is_asked_and_told():
    long, nul, high = "x" * 999 + "\n", "a\0b\n", "\u00e4\n"
    for name, text, words, status, said in [
        ("8-bit", high, [], DATA, "--eight-bit=send"),
        ("8-bit, refuse", high, ["--eight-bit=refuse"], DATA, "--eight-bit=send"),
        ("8-bit, send", high, ["--eight-bit=send"], OK, ""),
        ("8-bit, wrong", high, ["--eight-bit=maybe"], 64, "takes refuse or send"),
        ("long", long, [], OK, "a line of more than 998 octets"),
        ("long, quiet", long, ["--quiet"], OK, ""),
        ("NUL", nul, [], OK, "a NUL octet"),
        ("998", long[1:], [], OK, ""),
    ]:
        with Server() as server:
            done = send(server.port, *words, stdin=TEXT + text)
        check_status(done, status, name)
        check(said in done.err if said else not done.err, "%s: said %r" % (name, done.err))
        check_equal(len(server.mails), int(status == OK), name)
        if done.err and status == OK:
            check_one_sentence(done, name)
    with Server({"MAIL": "550 5.7.1 no"}) as server:
        done = send(server.port, stdin=TEXT + long)
    check("998" not in done.err, "not sent, but told: %r" % done.err)


@case
def lmtp_that_is_cut_leaves_the_others_unsure():
    with Server(dict(LHLO, **{".": "250 2.1.5 ann", "QUIT": CLOSE})) as server:
        done = send(server.port, "--protocol=lmtp", "--timeout=2", "--json", to=THREE)
    check_status(done, SOFTWARE, "cut")
    check_equal(re.findall(r'"outcome": "([a-z-]+)"', done.out), ["accepted", "unsure", "unsure"], "outcomes")
    check("may have been delivered" in done.err, "said %r" % done.err)


@case
def a_socket_is_a_way_for_smtp_as_well():
    path = DESK.path / "smtp socket"
    with Unix(path) as server:
        check_status(send(None, "--socket=%s" % path), OK, "socket")
        check_equal(len(server.mails), 1, "mails")
    path.unlink()
    done = send(None, "--socket=%s" % path)
    check_status(done, LATER, "no socket")
    check_one_sentence(done, "no socket")
    check("smtp socket" in done.err, "said %r" % done.err)


class Socks:
    """A SOCKS5 proxy (RFC 1928) that leads every name to one port, or refuses with a code."""

    def __init__(self, inner, code=0):
        self.inner, self.code, self.asked = inner, code, []
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.port = self.socket.getsockname()[1]
        threading.Thread(target=self._run, daemon=True).start()

    def _run(self):
        while True:
            try:
                client, _ = self.socket.accept()
            except OSError:
                return
            with client:
                self._talk(client)

    def _talk(self, client):
        octets = client.makefile("rb", 0)
        version, count = octets.read(2)
        octets.read(count)
        client.sendall(b"\5\0")
        head = octets.read(4)
        length = {1: 4, 4: 16}.get(head[3]) or octets.read(1)[0]
        name = octets.read(length)
        self.asked.append((version, name.decode(), struct.unpack(">H", octets.read(2))[0]))
        client.sendall(b"\5" + bytes([self.code]) + b"\0\1\0\0\0\0\0\0")
        if self.code:
            return
        with socket.create_connection(("127.0.0.1", self.inner)) as server:
            while True:
                for one in select.select([client, server], [], [])[0]:
                    piece = one.recv(65536)
                    if not piece:
                        return
                    (server if one is client else client).sendall(piece)

    def __enter__(self):
        return self

    def __exit__(self, *ignored):
        self.socket.close()


@case
def a_proxy_looks_the_name_up():
    with Server() as server, Socks(server.port) as proxy:
        done = send(2525, "--proxy-host=127.0.0.1", "--proxy-port=%d" % proxy.port, host="mail.invalid")
        check_status(done, OK, "proxy")
        check_equal(proxy.asked, [(5, "mail.invalid", 2525)], "asked")
        check_equal(len(server.mails), 1, "mails")
    for code, status in [(5, LATER), (4, (LATER, NO_HOST)), (2, (LATER, UNAVAILABLE))]:
        with Socks(1, code) as proxy:
            done = send(2525, "--proxy-host=127.0.0.1", "--proxy-port=%d" % proxy.port, host="mail.invalid")
            check_status(done, status, "refused with %d" % code)
            check_one_sentence(done, "refused")
            check("proxy" in done.err, "said %r" % done.err)


@case
def a_connection_comes_from_the_address_that_is_named():
    with Server() as server:
        check_status(send(server.port, "--source-ip=127.0.0.5"), OK, "source")
        check_equal(server.said[0], "EHLO [127.0.0.5]", "source")
    for address, status in [("192.0.2.77", (LATER, CONFIG)), ("::1", (LATER, CONFIG)), ("nonsense", CONFIG)]:
        with Server() as server:
            done = send(server.port, "--source-ip=" + address)
            check_status(done, status, address)
            check_one_sentence(done, address)
            check_equal(server.said, [], address)


@case
def some_logins_need_no_user():
    for reply, status in [("235 2.7.0 ok", OK), ("535 5.7.8 who?", NO_LOGIN)]:
        for words, said in [([], "AUTH EXTERNAL ="), (["--user=ann"], "AUTH EXTERNAL YW5u"),
                            (["--user=ann", "--authorize=bob"], "AUTH EXTERNAL Ym9i")]:
            with Server({"EHLO": "250-mx\n250 AUTH EXTERNAL GSSAPI PLAIN", "AUTH": reply}) as server:
                done = send(server.port, "--auth=external", *words)
            check_status(done, status, "EXTERNAL")
            check_equal([line for line in server.said if line.startswith("AUTH")][:1], [said], str(words))
    with Server({"EHLO": "250-mx\n250 AUTH PLAIN", "AUTH": "235 ok"}) as server:
        check_status(send(server.port, "--auth=plain", "--user=ann", "--authorize=bob",
                          "--passwordeval=echo s"), OK, "PLAIN")
        check("AUTH PLAIN Ym9iAGFubgBz" in server.said, "said %r" % server.said)
    done = send(1, "--auth=plain")
    check_status(done, CONFIG, "no user")
    check("--user" in done.err, "said %r" % done.err)


# ---- UTF-8 ----

UTF8 = {"EHLO": "250-mx\n250-8BITMIME\n250 SMTPUTF8"}
EIGHT = {"EHLO": "250-mx\n250 8BITMIME"}


def latin(text):
    """As table_server shows octets."""
    return text.encode().decode("latin-1")


@case
def addresses_in_utf8_need_a_server_that_takes_them():
    composed = ["--to=J\u00f6rg <j\u00f6rg@example.net>", "--subject=Gr\u00fc\u00dfe \u2713"]
    for words, to in [([], ("j\u00f6rg@example.net",)), (composed, ())]:
        with Server(UTF8) as server:
            check_status(send(server.port, *words, to=to), OK, "SMTPUTF8")
            mail, recipient = server.envelope()
            check("SMTPUTF8" in mail, "said %r" % mail)
            check_equal(recipient, latin("RCPT TO:<j\u00f6rg@example.net>"), "RCPT")
        if words:
            header = server.mails[0].split("\r\n\r\n")[0]
            check(latin("j\u00f6rg@example.net") in header, "header %r" % header)
        for replies in (EIGHT, {}):
            with Server(replies) as server:
                done = send(server.port, *words, to=to)
                check_status(done, DATA, "no SMTPUTF8")
                check_one_sentence(done, "no SMTPUTF8")
                check("SMTPUTF8" in done.err and "j\u00f6rg@example.net" in done.err, "said %r" % done.err)
                check_equal((server.mails, server.envelope()), ([], []), "said")


@case
def a_domain_in_utf8_and_an_encoded_subject_go_everywhere():
    for words, to in [([], ("ann@b\u00fccher.example",)),
                      (["--to=\u00c4nn <ann@b\u00fccher.example>", "--subject=Gr\u00fc\u00dfe"], ())]:
        with Server() as server:
            check_status(send(server.port, *words, to=to), OK, "IDN")
            check_equal(server.envelope(), ["MAIL FROM:<a@example.org>",
                                            "RCPT TO:<ann@xn--bcher-kva.example>"], "envelope")
            check(not words or server.mails[0].isascii(), "mail %r" % server.mails[0])


@case
def a_header_in_utf8_is_declared():
    text = "From: a@example.org\nTo: b@example.net\nSubject: Gr\u00fc\u00dfe\n\nplain\n"
    for replies, status, parameters in [(UTF8, OK, {"BODY=8BITMIME", "SMTPUTF8"}),
                                        (EIGHT, OK, {"BODY=8BITMIME"}), ({}, DATA, None)]:
        with Server(replies) as server:
            done = send(server.port, stdin=text)
            check_status(done, status, "UTF-8 header with %r" % replies)
            if parameters is None:
                check_one_sentence(done, "7-bit server")
                check_equal(server.envelope(), [], "7-bit server")
                continue
            mail = server.envelope()[0].split()
            check_equal(set(mail[2:]), parameters, "parameters")
            check(latin("Subject: Gr\u00fc\u00dfe\r\n") in server.mails[0], "mail %r" % server.mails[0])


main()
