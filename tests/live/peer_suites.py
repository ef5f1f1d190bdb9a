"""peer_suites: what the test suites of curl and swaks ask of an SMTP client, as a table in our own words.

A row is a situation: what the server says, how msub is called, what is then said to the server, octet
by octet, and how msub ends. Where msub decides otherwise than the two, `why` says the reason.
"""
import collections

from table_server import CLOSE

OK, USAGE, DATA, UNAVAILABLE, SOFTWARE, LATER, PROTOCOL, NO_LOGIN, CONFIG, PARTLY = (
    0, 64, 65, 69, 70, 75, 76, 77, 78, 79)  # fmt: skip

Row = collections.namedtuple(
    "Row", "name words replies status said mail stdin greeting why", defaults=(None, None, None, ""))  # fmt: skip

TEXT = "From: different\nTo: another\n\nbody\n"
MAIL = "From: different\r\nTo: another\r\n\r\nbody\r\n"
HELLO, QUIT = "EHLO user", "QUIT"
FROM, TO = "MAIL FROM:<sender@example.com>", "RCPT TO:<recipient@example.com>"
ONE = ["recipient@example.com"]
SENT = [HELLO, FROM, TO, "DATA", QUIT]
LOGIN = ["--user=user", "--passwordeval=printf secret"]
PLAIN = "AUTH PLAIN AHVzZXIAc2VjcmV0"


def offers(*lines):
    """The reply to EHLO."""
    lines = ("server",) + lines
    return {"EHLO": "\n".join("250-" + line for line in lines[:-1]) + "\n250 " + lines[-1]}


def login(*words):
    return [*LOGIN, *words, *ONE]


CURL = [
    # ---- the talk itself ----
    Row("a mail", ONE, {}, OK, SENT, MAIL),
    Row("a greeting of several lines", ONE, {}, OK, SENT, MAIL,
        greeting="220-server\n220-says a lot\n220 before it is ready"),
    Row("a server that knows no EHLO", ONE, {"EHLO": "500 what?"}, OK,
        [HELLO, "HELO user", FROM, TO, "DATA", QUIT], MAIL),
    Row("a server that refuses EHLO for good", ONE, {"EHLO": "554 not you"}, UNAVAILABLE, [HELLO, QUIT],
        why="554 is no word for a command that is not known: HELO would be answered alike"),
    Row("a reply without text", ONE, {"EHLO": "250", "MAIL": "250"}, OK, SENT, MAIL),
    Row("a line with a dot alone", ONE, {}, OK, SENT,
        "From: different\r\n\r\n..\r\n..\r\n..two\r\n...three\r\nend\r\n",
        stdin="From: different\n\n.\n.\n.two\n..three\nend\n"),
    Row("a dot as the first octet", ONE, {}, OK, SENT, "..\r\n..\r\n", stdin=".\n."),
    Row("a body that ends in a dot line", ONE, {}, OK, SENT, "A: b\r\n\r\nx\r\n..\r\n", stdin="A: b\n\nx\n.\n"),
    Row("CR LF dot CR LF in the midst", ONE, {}, OK, SENT, "A: b\r\n\r\nx\r\n..\r\ny\r\n",
        stdin="A: b\r\n\r\nx\r\n.\r\ny\r\n"),
    Row("an empty body", ONE, {}, OK, SENT, "From: different\r\n\r\n", stdin="From: different\n\n"),
    Row("nothing at all", ONE, {}, DATA, [], stdin="",
        why="an empty input is a pipe that broke more often than a mail that was meant"),
    Row("a last line without its end", ONE, {}, OK, SENT, "A: b\r\n\r\nend\r\n", stdin="A: b\n\nend"),
    Row("a body of many lines", ONE, {}, OK, SENT, "A: b\r\n\r\n" + "a line of text\r\n" * 9000,
        stdin="A: b\n\n" + "a line of text\n" * 9000),
    # ---- SIZE ----
    Row("SIZE is said", ONE, offers("SIZE"), OK, [HELLO, FROM + " SIZE=38", TO, "DATA", QUIT], MAIL),
    Row("SIZE is too small", ONE, offers("SIZE 37"), DATA, [HELLO, QUIT],
        why="it is known before MAIL that it would be refused"),
    Row("SIZE just suffices", ONE, offers("SIZE 38"), OK, [HELLO, FROM + " SIZE=38", TO, "DATA", QUIT], MAIL),
    Row("the size is refused at MAIL", ONE, {**offers("SIZE"), "MAIL": "552 5.3.4 too large"}, UNAVAILABLE,
        [HELLO, FROM + " SIZE=38", QUIT]),
    # ---- who ----
    Row("a sender that is refused", ONE, {"MAIL": "501 5.1.7 bad"}, UNAVAILABLE, [HELLO, FROM, QUIT]),
    Row("a recipient that is refused", ONE, {"RCPT": "501 5.1.3 bad"}, DATA, [HELLO, FROM, TO, QUIT]),
    Row("three recipients", [*ONE, "b@example.com", "c@example.com"], {}, OK,
        [HELLO, FROM, TO, "RCPT TO:<b@example.com>", "RCPT TO:<c@example.com>", "DATA", QUIT], MAIL),
    Row("one of three is refused", [*ONE, "b@example.com", "c@example.com"],
        {"RCPT TO:<B@": "550 5.1.1 nobody"}, DATA,
        [HELLO, FROM, TO, "RCPT TO:<b@example.com>", "RCPT TO:<c@example.com>", QUIT]),
    Row("one of three is refused, and the others will do",
        ["--partial", *ONE, "b@example.com", "c@example.com"], {"RCPT TO:<B@": "550 5.1.1 nobody"}, PARTLY,
        [HELLO, FROM, TO, "RCPT TO:<b@example.com>", "RCPT TO:<c@example.com>", "DATA", QUIT], MAIL),
    Row("all are refused, and some would do", ["--partial", *ONE, "b@example.com"], {"RCPT": "550 no"}, DATA,
        [HELLO, FROM, TO, "RCPT TO:<b@example.com>", QUIT]),
    Row("the null sender", ["--from=<>", *ONE], {}, OK, [HELLO, "MAIL FROM:<>", TO, "DATA", QUIT], MAIL),
    Row("a line break in a recipient", ["a@example.com>\r\nRCPT TO:<b@example.com"], {}, DATA, [],
        why="it is refused before anything is connected to: a command would hide in it"),
    # ---- logins ----
    Row("PLAIN", login("--auth=plain"), offers("AUTH PLAIN"), OK, [HELLO, PLAIN, FROM, TO, "DATA", QUIT], MAIL,
        why="the initial response goes with AUTH (RFC 4954): a turn less"),
    Row("PLAIN as somebody else", ["--user=Kurt", "--passwordeval=printf xipj3plmq", "--authorize=Ursel",
        "--auth=plain", *ONE], offers("AUTH PLAIN"), OK,
        [HELLO, "AUTH PLAIN VXJzZWwAS3VydAB4aXBqM3BsbXE=", FROM, TO, "DATA", QUIT], MAIL),
    Row("LOGIN", login("--auth=login"),
        {**offers("AUTH LOGIN"), "AUTH": "334 VXNlcm5hbWU6", "DXNLCG==": "334 UGFzc3dvcmQ6",
         "C2VJCMV0": "235 ok"}, OK,
        [HELLO, "AUTH LOGIN", "dXNlcg==", "c2VjcmV0", FROM, TO, "DATA", QUIT], MAIL),
    Row("CRAM-MD5, the example of RFC 2195",
        ["--user=tim", "--passwordeval=printf tanstaaftanstaaf", "--auth=cram-md5", *ONE],
        {**offers("AUTH CRAM-MD5"), "AUTH": "334 PDE4OTYuNjk3MTcwOTUyQHBvc3RvZmZpY2UucmVzdG9uLm1jaS5uZXQ+",
         "DGLT": "235 ok"}, OK,
        [HELLO, "AUTH CRAM-MD5", "dGltIGI5MTNhNjAyYzdlZGE3YTQ5NWI0ZTZlNzMzNGQzODkw", FROM, TO, "DATA", QUIT], MAIL),
    Row("XOAUTH2", ["--user=user", "--passwordeval=printf mF_9.B5f-4.1JqM", "--auth=xoauth2", *ONE],
        offers("AUTH XOAUTH2"), OK,
        [HELLO, "AUTH XOAUTH2 dXNlcj11c2VyAWF1dGg9QmVhcmVyIG1GXzkuQjVmLTQuMUpxTQEB", FROM, TO, "DATA", QUIT], MAIL),
    Row("XOAUTH2, a token that is refused",
        ["--user=user", "--passwordeval=printf mF_9.B5f-4.1JqM", "--auth=xoauth2", *ONE],
        {**offers("AUTH XOAUTH2"), "AUTH": "334 eyJzdGF0dXMiOiI0MDEiLCJzY2hlbWVzIjoiYmVhcmVyIn0=",
         "": "535 5.7.8 no"}, NO_LOGIN,
        [HELLO, "AUTH XOAUTH2 dXNlcj11c2VyAWF1dGg9QmVhcmVyIG1GXzkuQjVmLTQuMUpxTQEB", "", QUIT]),
    Row("a wrong password", login("--auth=plain"), {**offers("AUTH PLAIN"), "AUTH": "535 5.7.8 no"}, NO_LOGIN,
        [HELLO, PLAIN, QUIT]),
    Row("no mechanism that could be used", login("--auth=on"), offers("AUTH SUPERSECRET-1"), UNAVAILABLE,
        [HELLO, QUIT]),
    Row("no AUTH at all", login("--auth=on"), offers("SIZE"), UNAVAILABLE, [HELLO, QUIT],
        why="curl goes on without a login; who names a user wants to be known"),
    Row("PLAIN and LOGIN only, in clear", login("--auth=on"), offers("AUTH PLAIN LOGIN"), CONFIG, [HELLO, QUIT],
        why="curl says the password in clear; here naming the mechanism is consent"),
    Row("CRAM-MD5, a challenge that is none", login("--auth=cram-md5"),
        {**offers("AUTH CRAM-MD5"), "AUTH": "334 Rubbish!", "*": "501 cancelled"}, NO_LOGIN,
        [HELLO, "AUTH CRAM-MD5", "*", QUIT]),
    Row("DIGEST-MD5, a challenge that is none", login("--auth=digest-md5"),
        {**offers("AUTH DIGEST-MD5"), "AUTH": "334 cnViYmlzaA==", "*": "501 cancelled"}, NO_LOGIN,
        [HELLO, "AUTH DIGEST-MD5", "*", QUIT]),
    Row("NTLM, a challenge that is none", login("--auth=ntlm"),
        {**offers("AUTH NTLM"), "AUTH": "334 NTLM supported", "TLRMTVNTUAAB": "334 Rubbish!", "*": "501 no"}, NO_LOGIN,
        [HELLO, "AUTH NTLM", "TlRMTVNTUAABAAAAB7IAAAQABAAgAAAAAAAAACQAAAB1c2Vy", "*", QUIT]),
    Row("CRAM-MD5, a challenge that is none, and PLAIN offered", login("--auth=on"),
        {**offers("AUTH CRAM-MD5 PLAIN"), "AUTH CRAM": "334 Rubbish!", "*": "501 cancelled"}, NO_LOGIN,
        [HELLO, "AUTH CRAM-MD5", "*", QUIT],
        why="curl goes on with PLAIN: whoever mangles a challenge would get the password by it"),
    # ---- addresses outside ASCII ----
    Row("a domain outside ASCII", ["--from=sender@åäö.se", *ONE], {}, OK,
        [HELLO, "MAIL FROM:<sender@xn--4cab6c.se>", TO, "DATA", QUIT], MAIL),
    Row("a local part outside ASCII, SMTPUTF8", ["Ƨŏmeŏne@example.com"], offers("SMTPUTF8", "8BITMIME"), OK,
        [HELLO, FROM + " SMTPUTF8", "RCPT TO:<Ƨŏmeŏne@example.com>", "DATA", QUIT], MAIL),
    Row("a local part outside ASCII, no SMTPUTF8", ["Ƨŏmeŏne@example.com"], {}, DATA, [HELLO, QUIT]),
    # ---- TLS ----
    Row("TLS is required and not offered", ["--tls", *ONE], offers("SIZE"), UNAVAILABLE, [HELLO, QUIT]),
    Row("TLS is required and refused", ["--tls", *ONE], {**offers("STARTTLS"), "STARTTLS": "454 4.7.0 not now"},
        LATER, [HELLO, "STARTTLS", QUIT]),
    Row("replies behind the one to STARTTLS", ["--tls", *ONE],
        {**offers("STARTTLS"), "STARTTLS": "220 go\n250 injected"}, PROTOCOL, [HELLO, "STARTTLS"]),
]

SWAKS = [
    # ---- each step is refused, for good and for now, or is the end ----
    Row("the greeting, for good", ONE, {}, UNAVAILABLE, [QUIT], greeting="554 no service"),
    Row("the greeting, for now", ONE, {}, LATER, [], greeting="421 later",
        why="behind 421 nobody listens any more (RFC 5321 3.8)"),
    Row("EHLO, for now", ONE, {"EHLO": "421 later"}, LATER, [HELLO]),
    Row("MAIL, for now", ONE, {"MAIL": "451 later"}, LATER, [HELLO, FROM, QUIT]),
    Row("RCPT, for now", ONE, {"RCPT": "450 later"}, LATER, [HELLO, FROM, TO, QUIT]),
    Row("DATA, for good", ONE, {"DATA": "554 no"}, UNAVAILABLE, [HELLO, FROM, TO, "DATA", QUIT]),
    Row("DATA, for now", ONE, {"DATA": "451 later"}, LATER, [HELLO, FROM, TO, "DATA", QUIT]),
    Row("the end of data, for good", ONE, {".": "554 spam"}, UNAVAILABLE, SENT, MAIL),
    Row("the end of data, for now", ONE, {".": "452 full"}, LATER, SENT, MAIL),
    Row("the end of the connection at EHLO", ONE, {"EHLO": CLOSE}, LATER, [HELLO]),
    Row("the end of the connection at MAIL", ONE, {"MAIL": CLOSE}, LATER, [HELLO, FROM] * 2,
        why="it is tried once more: nothing of the message had left"),
    Row("the end of the connection behind the dot", ONE, {".": CLOSE}, SOFTWARE, [HELLO, FROM, TO, "DATA"],
        why="it may have been delivered, and is not sent again"),
    Row("the end of the connection at QUIT", ONE, {"QUIT": CLOSE}, OK, SENT, MAIL),
    Row("QUIT is refused", ONE, {"QUIT": "500 no"}, OK, SENT, MAIL),
    # ---- recipients ----
    Row("recipients in one list", ["recipient@example.com,b@example.com"], {}, OK,
        [HELLO, FROM, TO, "RCPT TO:<b@example.com>", "DATA", QUIT], MAIL),
    Row("the recipients of the header", ["-t"], {}, OK, [HELLO, FROM, TO, "DATA", QUIT],
        "To: recipient@example.com\r\n\r\nx\r\n", stdin="To: recipient@example.com\n\nx\n"),
    Row("251 is as good as 250", ONE, {"RCPT": "251 will forward"}, OK, SENT, MAIL),
    # ---- protocols ----
    Row("LMTP", ["--protocol=lmtp", *ONE], {"LHLO": "250 server"}, OK, ["LHLO user", FROM, TO, "DATA", QUIT], MAIL),
    Row("LMTP to who knows no LHLO", ["--protocol=lmtp", *ONE], {"LHLO": "500 what?"}, UNAVAILABLE,
        ["LHLO user", QUIT]),
    Row("a hello of one's own", ["--domain=client.example.net", *ONE], {}, OK,
        ["EHLO client.example.net", FROM, TO, "DATA", QUIT], MAIL),
    Row("8BITMIME is said where it is needed", ONE, offers("8BITMIME"), OK,
        [HELLO, FROM + " BODY=8BITMIME", TO, "DATA", QUIT], "A: b\r\n\r\nd\xc3\xa9j\xc3\xa0\r\n", stdin="A: b\n\ndéjà\n"),
    Row("8-bit text and no 8BITMIME", ONE, {}, DATA, [HELLO, QUIT], stdin="A: b\n\ndéjà\n",
        why="swaks sends it as it is; here that is asked for with --eight-bit=send"),
    Row("reports are asked for", ["-N", "success,failure", "-R", "hdrs", *ONE], offers("DSN"), OK,
        [HELLO, FROM + " RET=HDRS", TO + " NOTIFY=SUCCESS,FAILURE", "DATA", QUIT], MAIL),
    # ---- line ends ----
    Row("LF alone", ONE, {}, OK, SENT, "A: b\r\n\r\nx\r\ny\r\n", stdin="A: b\n\nx\ny\n"),
    Row("CR LF", ONE, {}, OK, SENT, "A: b\r\n\r\nx\r\ny\r\n", stdin="A: b\r\n\r\nx\r\ny\r\n"),
    Row("CR alone", ONE, {}, OK, SENT, "A: b\r\n\r\nx\r\ny\r\n", stdin="A: b\n\nx\ry\n",
        why="swaks sends the CR: RFC 5321 2.3.8 forbids it, and servers end lines there"),
    Row("LF dot CR LF smuggles nothing", ONE, {}, OK, SENT, "A: b\r\n\r\nx\r\n..\r\nMAIL FROM:<e@x>\r\n",
        stdin="A: b\n\nx\n.\r\nMAIL FROM:<e@x>\n"),
    # ---- logins ----
    Row("a login that the server wants and nobody named", ONE,
        {**offers("AUTH PLAIN"), "MAIL": "530 5.7.0 Authentication required"}, NO_LOGIN, [HELLO, FROM, QUIT]),
    Row("the strongest is taken", login("--auth=on"),
        {**offers("AUTH PLAIN LOGIN CRAM-MD5"), "AUTH": "535 no"}, NO_LOGIN, [HELLO, "AUTH CRAM-MD5", QUIT],
        why="swaks goes through all of them: a wrong password would be said readably in the end"),
    Row("a mechanism that is not offered", login("--auth=login"), offers("AUTH CRAM-MD5"), UNAVAILABLE, [HELLO, QUIT]),
    Row("a login for now", login("--auth=plain"), {**offers("AUTH PLAIN"), "AUTH": "454 later"}, LATER,
        [HELLO, PLAIN, QUIT]),
    # ---- no mail ----
    Row("only the offers are looked at", ["--serverinfo"], offers("SIZE", "HELP"), OK, [HELLO, QUIT]),
    Row("a server that is silent", ["--timeout=1", *ONE], {}, LATER, [], greeting=""),
]  # fmt: skip
