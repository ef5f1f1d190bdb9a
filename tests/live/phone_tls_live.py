"""TLS as a phone of 2007 spoke it, on the wire: its hello, its sessions taken up again, its end without
close_notify, its prompt about a certificate, and what is said where a server has nothing in common
with it.
"""
import json
import socket
import ssl
import struct
import subprocess
import tempfile
import time

import certificates
from opponents import USER, free_port, greets, wait_until
from ours import DESK, HANDSET, MSUB, Serve, run
from runner import case, check, check_equal, main
from tls_wire import (
    ALERT, CERTIFICATE, DATA, HANDSHAKE, SERVER_HELLO_DONE, Listener, RESET, Relay, Smtp, context, handshakes,
    hello, records, session_of)  # fmt: skip

PHONE = "nokia-e61i"
# RFC 2246 A.5, RFC 3268: RSA with AES-256, AES-128, 3DES, RC4-SHA, RC4-MD5
SUITES = [0x0035, 0x002F, 0x000A, 0x0005, 0x0004]
LACKS = (
    "SSL3.0, DHE-RSA-3DES-CBC-SHA, DHE-DSS-3DES-CBC-SHA, RSA-DES-CBC-SHA, DHE-DSS-DES-CBC-SHA, "
    "RSA-EXPORT-DES40-CBC-SHA, RSA-EXPORT-RC4-40-MD5, DHE-DSS-EXPORT-DES40-CBC-SHA, "
    "DHE-RSA-EXPORT-DES40-CBC-SHA"
)
OLD = (ssl.TLSVersion.TLSv1, ssl.TLSVersion.TLSv1)
_folder = tempfile.TemporaryDirectory(prefix="handset-phone-tls-")
_made = {}


def made(key=certificates.RSA):
    if key not in _made:
        _made[key] = certificates.make("%s/%d" % (_folder.name, len(_made)), key)
    return _made[key]


def profile(name, *lines):
    """A phone that differs in these lines, by the path of its profile."""
    keys = ", ".join(line.split(":")[0] for line in lines)
    front = 'name: %s\nbased-on: %s\nevidence:\n  - {assumption: "%s", shows: [%s]}\n'
    return DESK.file(name + ".yaml", front % (name, PHONE, name, keys) + "\n".join(lines) + "\n")


def phone(port, *more, client=PHONE, tls="smtps", trust=True):
    """(status, the JSON that was printed) of a run."""
    words = [HANDSET, "play", client, "--server", "%s://localhost:%d" % (tls, port), "--json"]
    words += ["--from", "p@example.org", "--to", "a@example.net", "--patience", "20s", "--seed", "7"]
    words += ["--trust-file", made().authority] if trust else []
    done = run([*words, *more])
    return done.status, json.loads(done.out)


def tls_of(port, *more, **wishes):
    """(status, outcome of the message, tls word) of a run."""
    status, told = phone(port, *more, **wishes)
    return status, told["messages"][0]["outcome"], told["tls"]["outcome"]


def after_starttls(talk):
    """How many octets of each side are clear text: all until the first record."""
    skipped = {"client": 0, "server": 0}
    for piece in talk:
        if piece.octets[:2] == b"\x16\x03":
            break
        skipped[piece.by] += len(piece.octets)
    return skipped


@case
def the_hello_is_that_of_the_phone():
    for way, starttls in (("smtps", None), ("smtp+starttls", b"220 go on\r\n")):
        with Listener(Smtp(context(made()), starttls)) as server, Relay(server.port) as relay:
            status, told = phone(relay.port, tls=way)
        talk = relay.talks[0]
        found = records(talk, after_starttls(talk))
        said = hello(found)
        check_equal(status, 0, way)
        check_equal((found[0].kind, found[0].version), (HANDSHAKE, 0x0301), "the record")
        check_equal(said.version, b"\x03\x01", "the hello's version")
        check_equal(said.session, b"", "a session id in the first hello")
        check_equal(said.suites, SUITES, "suites, without RFC 5746's and RFC 7507's signals")
        check_equal(said.compressions, b"\0", "compressions")
        check_equal(said.extensions, b"", "extensions")
        check_equal(len(found[0].payload), 4 + 2 + 32 + 1 + 2 + 2 * len(SUITES) + 2, "octets")
        check_equal(server.serve.versions, ["TLSv1"], "agreed on")
        check_equal(told["tls"]["outcome"], "agreed", "word")


@case
def what_this_build_cannot_offer_is_said_once_in_every_run():
    sentence = "TLS: this build cannot offer all that the client does"
    with Listener(Smtp(context(made()))) as server:
        status, told = phone(server.port)
        check_equal((status, told["remarks"].count(sentence)), (0, 1), repr(told["remarks"]))
        check_equal(told["tls"]["unavailable"], "this build cannot offer " + LACKS, "the list")
        words = ["--to", "a@example.net", "--trust-file", made().authority]
        done = run([HANDSET, "play", PHONE, "-s", "smtps://localhost:%d" % server.port, *words])
        check_equal((done.status, done.err), (0, "handset play: %s\n" % sentence), "as text")
        status, told = phone(server.port, client="correct")
        check_equal((status, told["remarks"]), (0, []), "a client of today")
    with Listener(Smtp(None, b"")) as server:
        status, told = phone(server.port, tls="smtp")
        check_equal((status, told["tls"], told["remarks"]), (0, None, []), "without TLS")


@case
def the_hello_of_today_is_not_touched():
    for what, words in (
        ("msub", [MSUB, "--host=localhost", "--tls=on", "--tls-starttls=off", "--timeout=10",
                  "--from=me@example.org", "--tls-trust-file=%s" % made().authority, "ann@example.net"]),
        ("correct", None),
    ):  # fmt: skip
        with Listener(Smtp(context(made()))) as server, Relay(server.port) as relay:
            if words:
                run([*words, "--port=%d" % relay.port], stdin="Subject: s\n\ntext\n")
            else:
                phone(relay.port, client="correct")
        said = hello(records(relay.talks[0]))
        check(b"\x00\x00\x00\x0e\x00\x0c\x00\x00\x09localhost" in said.extensions, what + ": no SNI")
        check(b"\x00\x2b\x00\x05\x04\x03\x04\x03\x03" in said.extensions, what + ": not 1.3 and 1.2")
        check_equal(said.version, b"\x03\x03", what)
        check(not set(said.suites) & {0x0005, 0x0004, 0x000A}, what + ": suites of old")
        check_equal(server.serve.versions, ["TLSv1.3"], what)


TWICE = "flow: {per-connection: 1}"


def two_messages():
    return ["--message", DESK.message("1", "a@example.net"), "--message", DESK.message("2", "a@example.net")]


def check_sessions(talks, resumed, what):
    """Two connections; in the second the session of the first is offered, and taken where it may."""
    first, second = (records(talk) for talk in talks)
    check_equal(hello(first).session, b"", what + ": the first hello's session")
    check(len(session_of(first)) == 32, what + ": the server issued no session id")
    offered = hello(second).session
    check_equal(offered, session_of(first) if resumed is not None else b"", what + ": offered")
    check_equal(hello(second).extensions, b"", what + ": extensions")
    shown = [kind for kind, _ in handshakes(second, "server")]
    check_equal(CERTIFICATE not in shown, bool(resumed), what + ": abbreviated")


LOGIN = ["--user", USER, "--password-file", DESK.password]
KEEPS_NONE = """name: keeps no sessions
based-on: correct
evidence: [{assumption: "a test's own", shows: [tls.session-ids]}]
tls: {session-ids: false}
"""


@case
def a_session_is_taken_up_again_in_the_next_connection():
    keeps_none = DESK.file("keeps-none.yaml", KEEPS_NONE)
    rows = [
        # name, the phone's profile, the server's, resumed (None: not even offered)
        ("resumes", [TWICE], None, True),
        ("forgets", [TWICE, "tls: {resume: false}"], None, None),
        ("the server forgets", [TWICE], keeps_none, False),
    ]
    for name, lines, kind, resumed in rows:
        client = profile(name, *lines)
        with Serve(profile=kind, certificates=made(), tls="implicit") as server:
            with Relay(server.port) as relay:
                status, told = phone(relay.port, *LOGIN, *two_messages(), client=client)
            check_equal((status, len(server.delivered())), (0, 2), name)
        check_equal(told["tls"]["resumed"], bool(resumed), name)
        check_sessions(relay.talks, resumed, name)


@case
def a_session_that_the_server_forgot_is_no_trouble():
    tls = context(made(), *OLD)
    client = profile("forgotten", TWICE)

    class Forgetful(Smtp):
        def __call__(self, connection):
            self.tls = context(made(), *OLD)
            super().__call__(connection)

    with Listener(Forgetful(tls)) as server, Relay(server.port) as relay:
        status, _ = phone(relay.port, *two_messages(), client=client)
    check_equal((status, server.serve.mails), (0, 2), "delivered")
    check_sessions(relay.talks, False, "forgotten")


@case
def the_end_has_no_close_notify():
    polite = profile("bye", "close: {tls-bye: true}")
    for name, client, last in (("none", PHONE, DATA), ("said", polite, ALERT)):
        with Listener(Smtp(context(made()))) as server, Relay(server.port) as relay:
            phone(relay.port, client=client)
        mine = [piece for piece in relay.talks[0] if piece.by == "client"]
        kinds = [one.kind for one in records(relay.talks[0]) if one.by == "client"]
        check_equal(mine[-1].octets, b"", name + ": FIN")
        check_equal(kinds[-1], last, name + ": the last record")
        check_equal(kinds.count(ALERT), int(last == ALERT), name + ": alerts")


def pause(talk):
    """(seconds between the server's flight and the client's answer to it, kinds of what followed)."""
    found = records(talk)
    check_equal(handshakes(found, "server")[-1][0], SERVER_HELLO_DONE, "end of the server's flight")
    done = max(
        one.when for one in found if one.by == "server" and one.kind == HANDSHAKE
        and one.payload[-4:] == b"\x0e\0\0\0")  # fmt: skip
    later = [one for one in found if one.by == "client"][1:]
    return (later[0].when - done if later else None), [one.kind for one in later]


@case
def the_handshake_stands_still_while_the_user_looks():
    thinks = profile("thinks", "think: {certificate: 1 s}")
    rows = [
        # name, client, options, is trusted, at least, less than
        ("a time", PHONE, ["--prompt", "1s"], False, 0.9, 5),
        ("the profile's", thinks, ["--prompt", "accept", "--pace", "real"], False, 0.9, 5),
        ("unasked for", thinks, ["--pace", "real"], False, 0.9, 5),
        ("no pace", thinks, ["--prompt", "accept"], False, 0, 0.8),
        ("no prompt", PHONE, ["--prompt", "9s"], True, 0, 5),
    ]
    for name, client, options, trusted, least, less in rows:
        with Listener(Smtp(context(made()))) as server, Relay(server.port) as relay:
            status, told = phone(relay.port, *options, client=client, trust=trusted)
        seconds, kinds = pause(relay.talks[0])
        check_equal((status, server.serve.mails), (0, 1), name)
        check(least <= seconds < less, "%s: %.2f s" % (name, seconds))
        check(kinds[-1] == DATA, "%s: %r" % (name, kinds))
        check_equal(told["tls"]["prompt"], None if trusted else "accepted", name)
        asked = [one for one in told["remarks"] if "the user was asked" in one]
        check_equal(len(asked), 0 if trusted else 1, "%s: %r" % (name, told["remarks"]))


@case
def a_certificate_that_is_rejected_ends_the_connection():
    thinks = profile("rejects", "think: {certificate: 500 ms}")
    for way, starttls in (("smtps", None), ("smtp+starttls", b"220 go on\r\n")):
        options = ["--prompt", "reject", "--pace", "real"]
        with Listener(Smtp(context(made()), starttls)) as server, Relay(server.port) as relay:
            began = time.monotonic()
            status, told = phone(relay.port, *options, client=thinks, tls=way, trust=False)
        talk = relay.talks[0]
        later = [one for one in records(talk, after_starttls(talk)) if one.by == "client"]
        check_equal(len(later), 1, way + ": records of the client, its hello among them")
        check(time.monotonic() - began >= 0.5, way + ": it did not think")
        check([piece.octets for piece in talk if piece.by == "client"][-1] in (b"", RESET), "no end")
        check_equal(server.serve.mails, 0, way)
        check_equal(status, 3, way)
        check_equal(told["tls"]["prompt"], "rejected", way)
        check_equal((told["messages"][0]["outcome"], told["tls"]["outcome"]), ("TLS failed", "rejected"), way)
        check(any("rejected by the one who was asked" in one for one in told["remarks"]), way)


@case
def a_wrong_prompt_is_refused():
    for wrong in ("perhaps", "-3", ""):
        words = ["-s", "smtps://localhost:1", "--to", "a@example.net", "--prompt", wrong]
        done = run([HANDSET, "play", PHONE, *words])
        check_equal(done.status, 2, repr(wrong))
        check("--prompt" in done.err, done.err)


def reset(connection):
    connection.recv(4096)
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.close()


def hang_up(connection):
    connection.recv(4096)


def speak_plainly(connection):
    connection.sendall(b"220 here ESMTP\r\n")
    connection.recv(4096)


def stop_in_the_middle(connection):
    """A ServerHello of TLS 1.0 with RSA_WITH_AES_128_CBC_SHA, and no more."""
    connection.recv(4096)
    body = b"\x03\x01" + bytes(32) + b"\0" + b"\0\x2f" + b"\0"
    message = b"\x02" + len(body).to_bytes(3, "big") + body
    connection.sendall(b"\x16\x03\x01" + struct.pack(">H", len(message)) + message)


def choose_ssl_3(connection):
    connection.recv(4096)
    body = b"\x03\x00" + bytes(32) + b"\0" + b"\0\x2f" + b"\0"
    message = b"\x02" + len(body).to_bytes(3, "big") + body
    connection.sendall(b"\x16\x03\x00" + struct.pack(">H", len(message)) + message)
    connection.recv(4096)


def alert(number):
    def say(connection):
        connection.recv(4096)
        connection.sendall(b"\x15\x03\x01\0\x02\x02" + bytes([number]))

    return say


@case
def what_stands_in_the_way_is_told_apart():
    modern, newest = ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3
    old = "TLS too old for this server"
    rows = [
        # what the server is, outcome, word, alert, part of the sentence
        (Smtp(context(made(), modern, modern)), old, "too-old", "protocol_version", "protocol_version"),
        (Smtp(context(made(), newest, newest)), old, "too-old", "protocol_version", "protocol_version"),
        (Smtp(context(made(certificates.ECDSA))), old, "too-old", "handshake_failure", "handshake_failure"),
        (alert(70), old, "too-old", "protocol_version", "protocol_version"),
        (alert(71), old, "too-old", "insufficient_security", "insufficient_security"),
        (reset, old, "too-old", None, "was lost during the TLS handshake, before the server had said"),
        (hang_up, old, "too-old", None, "was closed during the TLS handshake, before the server had said"),
        (speak_plainly, "TLS failed", "not-tls", None, "does not speak TLS"),
        (stop_in_the_middle, "TLS failed", "cut-short", None, "was closed during the TLS handshake"),
        (choose_ssl_3, "TLS failed", "not-playable", None, "chose a TLS version that was not offered"),
        (alert(80), "TLS failed", "alert", "internal_error", "TLS alert 80"),
    ]
    for server, outcome, word, name, part in rows:
        what = getattr(server, "__name__", word)
        with Listener(server) as listener:
            status, told = phone(listener.port)
            check_equal((status, told["messages"][0]["outcome"]), (3, outcome), what)
            check_equal((told["tls"]["outcome"], told["tls"]["alert"]), (word, name), what)
            words = ["-s", "smtps://localhost:%d" % listener.port, "--to", "a@example.net"]
            done = run([HANDSET, "play", PHONE, *words])
            check_equal(done.status, 3, what)
            check(part in done.out, "%s: %r" % (what, done.out))
            offers = "the client offered TLS1.0 with RSA-AES256-CBC-SHA, RSA-AES128-CBC-SHA, RSA-3DES-CBC-SHA"
            check((offers in done.out) == (outcome == old), "%s: %r" % (what, done.out))


def only(version):
    """A server profile that takes one version of TLS, as GnuTLS has it."""
    shows = "evidence: [{assumption: \"a test's own\", shows: [tls.versions]}]"
    text = "name: only %s\nbased-on: correct\n%s\ntls: {versions: [%s]}\n"
    return DESK.file("only-%s.yaml" % version, text % (version, shows, version))


@case
def our_own_server_plays_both_ages():
    rows = [
        # what it takes, status and word for the phone, for a client of today
        ("TLS1.0", (0, "delivered", "agreed"), (3, "TLS failed", "no-common")),
        ("TLS1.2", (3, "TLS too old for this server", "too-old"), (0, "delivered", "agreed")),
        ("TLS1.3", (3, "TLS too old for this server", "too-old"), (0, "delivered", "agreed")),
    ]
    for version, old, new in rows:
        for tls, scheme in (("implicit", "smtps"), ("starttls", "smtp+starttls")):
            what = "%s, %s" % (version, tls)
            with Serve(profile=only(version), certificates=made(), tls=tls) as server:
                check_equal(tls_of(server.port, *LOGIN, tls=scheme), old, what + ": the phone")
                got = tls_of(server.port, *LOGIN, tls=scheme, client="correct")
                check_equal(got, new, what + ": today")
                check_equal(len(server.delivered()), 1, what)


def talk(port, *lines):
    """The codes with which a server answers these lines in clear; behind EHLO its reply as well."""
    with socket.create_connection(("127.0.0.1", port), 10) as connection:
        replies, codes = connection.makefile("rb"), []
        for line in (None, *lines):
            if line:
                connection.sendall(line.encode() + b"\r\n")
            reply = [replies.readline()]
            while reply[-1][3:4] == b"-":
                reply.append(replies.readline())
            codes.append(reply[-1][:3].decode())
            if line and line.startswith("EHLO"):
                codes.append(b"AUTH" in b"".join(reply))
    return codes


@case
def our_own_server_takes_no_login_before_tls():
    lines = ["EHLO here", "AUTH PLAIN AHAAcA==", "MAIL FROM:<p@example.org>", "NOOP", "QUIT"]
    with Serve(tls="starttls", certificates=made()) as server:
        got = talk(server.port, *lines)
        check_equal(got, ["220", "250", False, "500", "530", "250", "221"], "before TLS")
        got = tls_of(server.port, *LOGIN, tls="smtp+starttls")
        check_equal(got, (0, "delivered", "agreed"), "in TLS")
    with Serve(profile="correct", tls="starttls", certificates=made()) as server:
        got = talk(server.port, *lines)
        check_equal(got, ["220", "250", True, "535", "530", "250", "221"], "as the profile says")


@case
def a_client_of_today_is_not_called_old():
    for server, word in ((alert(70), "no-common"), (hang_up, "turned-away")):
        with Listener(server) as listener:
            check_equal(tls_of(listener.port, client="correct"), (3, "TLS failed", word), word)
    with Listener(Smtp(context(made()))) as listener:
        got = tls_of(listener.port, client="correct", trust=False)
        check_equal(got, (3, "TLS failed", "certificate"), "certificate")


@case
def a_network_failure_and_a_refusal_by_smtp_are_neither():
    with socket.create_server(("127.0.0.1", 0)) as nobody:
        port = nobody.getsockname()[1]
    check_equal(tls_of(port), (3, "no connection", "not-tried"), "nobody listens")
    rows = [(b"454 not now\r\n", 3, "TLS failed", "refused")]
    for reply, status, outcome, word in rows:
        with Listener(Smtp(context(made()), reply)) as listener, Relay(listener.port) as relay:
            got = tls_of(relay.port, tls="smtp+starttls")
        check_equal(got, (status, outcome, word), repr(reply))
        said = [piece.octets for piece in relay.talks[0] if piece.by == "client"]
        check_equal(said[-2:], [b"STARTTLS\r\n", b""], "TCP is closed without QUIT")


@case
def a_server_without_session_ids_fails_the_client_that_needs_one():
    """RFC 2246 7.4.1.3: an empty session id is of a session that cannot be taken up again."""
    needs = profile("needs", "tls: {needs-session-id: true}")
    words = ["openssl", "s_server", "-quiet", "-tls1", "-no_ticket", "-cipher", "ALL:@SECLEVEL=0"]
    words += ["-cert", made().certificate, "-key", made().key, "-accept"]
    for client, more, ids, agreed in (
        (needs, [], 32, "agreed"), (needs, ["-no_cache"], 0, "no-session-id"), (PHONE, ["-no_cache"], 0, "agreed"),
    ):  # fmt: skip
        port = free_port()
        server = subprocess.Popen(
            [str(word) for word in [*words, port, *more]],
            stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)  # fmt: skip
        try:
            wait_until(lambda: greets(port), 10, "openssl s_server starts")
            with Relay(port) as relay:
                # behind the handshake it is silent, and the phone's user loses patience
                status, told = phone(relay.port, "--patience", "1s", client=client)
            check_equal(len(session_of(records(relay.talks[0]))), ids, "octets of the session id")
            check_equal(told["tls"]["outcome"], agreed, repr(more))
            check_equal(status, 3 if agreed == "no-session-id" else 1, repr(more))
        finally:
            server.kill()
            server.wait()


main(_folder.cleanup)
