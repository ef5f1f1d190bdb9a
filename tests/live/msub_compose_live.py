"""Messages that msub composes, read by Python's email package: every name, text and file arrives as
it was given, in octets that any server takes."""
import email
import email.header
import email.policy
import email.utils
import json
import os
import re
import subprocess

from opponents import USER
from ours import DESK, MSUB, Serve, check_one_sentence, check_status, environment, msub, run
from runner import Failed, case, check, check_equal, main

OK, USAGE, DATA, NO_INPUT = 0, 64, 65, 66
GREEK, SMILE = "\u03ba\u03b1\u03bb\u03b7\u03bc\u03ad\u03c1\u03b1", "\U0001f600"


def send(server, *words, stdin=b"", **more):
    """The one message that is delivered: as octets behind the server's own fields, and parsed."""
    for file in (server.maildir / "new").glob("*"):
        file.unlink()
    arguments = [MSUB, "--host=127.0.0.1", "--port=%d" % server.port, "--tls=off", "--auth=plain",
                 "--user=" + USER, "--password-file=%s" % DESK.password,
                 "--from=Me Myself <me@example.org>"]
    done = subprocess.run([str(word) for word in arguments + list(words)], input=stdin,
                          env=dict(environment(), **more), stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, timeout=40)
    if done.returncode != 0:
        raise Failed("status %d: %s" % (done.returncode, done.stderr.decode()))
    check_equal(done.stderr, b"", "said")
    files = list((server.maildir / "new").glob("*"))
    check_equal(len(files), 1, "delivered")
    octets = files[0].read_bytes().replace(b"\r\n", b"\n")
    check_clean(octets)
    return email.message_from_bytes(octets, policy=email.policy.default)


def check_clean(octets):
    check(all(octet < 0x80 for octet in octets), "8-bit octets in %r" % octets)
    check(max(len(line) for line in octets.split(b"\n")) <= 998, "a line is too long")
    for line in octets.split(b"\n\n")[0].split(b"\n"):
        words = re.findall(rb"=\?[^? ]+\?[BbQq]\?[^? ]*\?=", line)
        check(all(len(word) <= 75 for word in words), "an encoded word is too long: %r" % line)
        check(not words or len(line) <= 76, "a line with an encoded word is too long: %r" % line)
        for word in words:  # each by itself: no character is cut (RFC 2047 5)
            email.header.decode_header(word.decode())[0][0].decode("utf-8")


def people(got, field):
    """As RFC 2047 5 has it; Python 3.11's own display_name keeps blanks between encoded words."""
    raw = "".join(dict(got.raw_items())[field].splitlines())
    return [(str(email.header.make_header(email.header.decode_header(name))), address)
            for name, address in email.utils.getaddresses([raw])]


def text_of(part):
    check_equal(part.defects, [], "defects")
    return part.get_content()


@case
def a_plain_message_has_all_that_it_needs():
    with Serve() as server:
        got = send(server, "--subject=hello", "--to=Ann <ann@example.net>", stdin=b"text\n.\nend\n")
    check_equal(got["From"], "Me Myself <me@example.org>", "From")
    check_equal(got["To"], "Ann <ann@example.net>", "To")
    check_equal(got["Subject"], "hello", "Subject")
    check_equal(got["MIME-Version"], "1.0", "MIME-Version")
    check(got["Date"].datetime is not None, "no Date")
    check(got["Message-ID"].endswith("@example.org>"), "Message-ID %s" % got["Message-ID"])
    check_equal(got.get_content_type(), "text/plain", "type")
    check_equal(got.get_content_charset(), "us-ascii", "charset")
    check_equal(got["Content-Transfer-Encoding"], "7bit", "encoding")
    check_equal(text_of(got), "text\n.\nend\n", "text")


@case
def subjects_and_names_of_every_script_arrive():
    for subject in [
        "a", GREEK, SMILE * 30, "J\u00f6rg sagt: " + "\u00fcber " * 40, "=?utf-8?q?no?= really",
        SMILE * 40, "plain " * 12 + SMILE * 40 + " plain" * 12, "a  b   " + SMILE + "  c \td",
        "x" * 62 + SMILE, "a" + " " * 2000 + "b", SMILE + " " * 100 + "b", "\u03b1" * 3000,
        "x" * 800, "tab\there", "word " * 300, "trailing ", "\u202eback", "\u00e9" * 500, 'quote " and \\ ',
    ]:
        with Serve() as server:
            got = send(server, "--subject=" + subject, "--to=ann@example.net", stdin=b"x\n")
        if subject == "=?utf-8?q?no?= really":
            continue  # it may be taken for what it looks like
        check_equal(str(got["Subject"]).rstrip(), subject.rstrip(), "subject")


@case
def names_and_fields_of_any_length_arrive():
    for name in ["Ann B", "B., Ann", 'Ann "the" \\ B', SMILE * 40, "\u0416" * 300, "Ann " * 60 + "B",
                 "B., " * 60 + "Ann", "x" * 300, "Ann  B", "a" * 29 + "."]:
        quoted = '"%s"' % name.replace("\\", "\\\\").replace('"', '\\"')
        with Serve() as server:
            got = send(server, "--to=%s <ann@example.net>, %s <ben@example.net>" % (quoted, quoted),
                       "--cc=%s: c@example.net, %s <d@example.net>;" % (quoted, quoted),
                       "--header=X-Field: " + name, "--header=X-%s: %s" % ("y" * 90, name),
                       stdin=b"x\n")
        check_equal(people(got, "To"),
                    [(name, "ann@example.net"), (name, "ben@example.net")], "To")
        check_equal(people(got, "Cc"), [("", "c@example.net"), (name, "d@example.net")], "Cc")
        check_equal(got["Cc"].groups[0].display_name.replace(" ", ""), name.replace(" ", ""), "group")
        check_equal(str(got["X-Field"]), name, "X-Field")
        check_equal(str(got["X-" + "y" * 90]).lstrip(), name, "X-yyy")


@case
def the_full_name_is_that_of_an_author_without_one():
    for words, name in [(["--from=me@example.org", "-F", "Ann B"], "Ann B"),
                        (["--from=me@example.org", "-F", GREEK], GREEK),
                        (["-F", "Ann B"], "Me Myself"), (["--from=me@example.org"], "")]:
        with Serve() as server:
            got = send(server, "--to=ann@example.net", *words, stdin=b"x\n")
        check_equal(got["From"].addresses[0].display_name, name, "name")


@case
def address_lists_arrive_and_bcc_does_not():
    with Serve() as server:
        got = send(
            server,
            '--to="B., Ann" <ann@example.net>, %s <greek@example.net>' % GREEK,
            "--to=\u00d6zg\u00fcr <o@example.net>",
            "--cc=team: a@example.net, B <b@example.net>;",
            "--cc=c@example.net (comment)",
            "--bcc=secret@example.net",
            "--reply-to=list@example.org",
            "also@example.net",
            stdin=b"x\n",
        )
        delivered = sorted(to for _, to in server.delivered())
    check_equal([(one.display_name, one.addr_spec) for one in got["To"].addresses],
                [("B., Ann", "ann@example.net"), (GREEK, "greek@example.net"),
                 ("\u00d6zg\u00fcr", "o@example.net")], "To")
    check_equal([one.addr_spec for one in got["Cc"].addresses],
                ["a@example.net", "b@example.net", "c@example.net"], "Cc")
    check_equal([one.display_name for one in got["Cc"].groups][:1], ["team"], "group")
    check_equal(str(got["Reply-To"]), "list@example.org", "Reply-To")
    check(got["Bcc"] is None and b"secret@" not in got.as_bytes().split(b"\n\n")[0].replace(
        b"Delivered-To: <secret@example.net>", b"").replace(
        b"Delivered-To: secret@example.net", b""), "Bcc is told")
    check_equal(delivered, sorted(["ann@example.net", "greek@example.net", "o@example.net",
                                   "a@example.net", "b@example.net", "c@example.net",
                                   "secret@example.net", "also@example.net"]), "recipients")


@case
def texts_choose_their_charset_and_encoding():
    german = "Heute war ein sch\u00f6ner Tag, sagt sie. " * 20 + "\n"
    for what, text, charset, encoding in [
        ("ascii", "plain\n", "us-ascii", "7bit"),
        ("empty", "", "us-ascii", "7bit"),
        ("no line end", "plain", "us-ascii", "7bit"),
        ("german", german, "utf-8", "quoted-printable"),
        ("greek", (GREEK + "\n") * 50, "utf-8", "base64"),
        ("smiles", SMILE * 500 + "\n", "utf-8", "base64"),
        ("long line", "word " * 400 + "\n", "us-ascii", "quoted-printable"),
        ("long word", "x" * 5000 + "\n", "us-ascii", "quoted-printable"),
        ("blanks at the end", "a \nb\t\n \n\u00e4aaaaaaaaaaaaaaaaaaaaaaaaaa \n", "utf-8",
         "quoted-printable"),
        ("dots and From", ".\n..\nFrom me\n>From\n" + german, "utf-8", "quoted-printable"),
        ("equals", "a=b =3D\n" + german, "utf-8", "quoted-printable"),
    ]:
        with Serve() as server:
            got = send(server, "--to=ann@example.net", "--subject=s", stdin=text.encode())
        check_equal(got.get_content_charset(), charset, what)
        check_equal(got["Content-Transfer-Encoding"], encoding, what)
        check_equal(text_of(got).replace("\r\n", "\n").rstrip("\n"), text.rstrip("\n"), what)
        if encoding == "base64":
            check("\n" not in text_of(got).replace("\r\n", ""), what + ": line ends of base64")


@case
def texts_of_other_charsets_and_line_ends_are_converted():
    text = "Gr\u00fc\u00dfe \u20ac\n"
    for charset, octets in [("iso-8859-15", text.encode("iso-8859-15")),
                            ("utf-16", text.encode("utf-16")), ("cp1252", text.encode("cp1252")),
                            ("UTF-8", b"\xef\xbb\xbf" + text.encode()),
                            ("utf-8", text.replace("\n", "\r\n").encode()),
                            ("utf-8", text.replace("\n", "\r").encode())]:
        for locale in ("C", "C.UTF-8", "de_DE.ISO-8859-1"):
            with Serve() as server:
                got = send(server, "--to=ann@example.net", "--charset=" + charset, stdin=octets,
                           LC_ALL=locale)
            check_equal(text_of(got).replace("\r\n", "\n"), text, charset + " in " + locale)


@case
def text_and_html_stand_side_by_side_in_front_of_files():
    text = DESK.file("body.txt", "text " + GREEK + "\n")
    html = DESK.file("body.html", "<p>html</p>\n")
    octets = bytes(range(256)) * 300
    (DESK.path / "all octets.bin").write_bytes(octets)
    with Serve() as server:
        got = send(server, "--to=ann@example.net", "--body-file=%s" % text,
                   "--html-file=%s" % html, "--attach=%s" % (DESK.path / "all octets.bin"),
                   "--attach=%s:image/png:%s.png" % (DESK.path / "all octets.bin", GREEK))
        check_equal(got.get_content_type(), "multipart/mixed", "whole")
        both, first, second = got.iter_parts()
        check_equal(both.get_content_type(), "multipart/alternative", "texts")
        check_equal([(part.get_content_type(), text_of(part).replace("\r\n", "\n"))
                     for part in both.iter_parts()],
                    [("text/plain", "text " + GREEK + "\n"), ("text/html", "<p>html</p>\n")],
                    "texts")
        check_equal((first.get_content_type(), first.get_filename(), first.get_content()),
                    ("application/octet-stream", "all octets.bin", octets), "first")
        check_equal((second.get_content_type(), second.get_filename(), second.get_content()),
                    ("image/png", GREEK + ".png", octets), "second")
        check_equal(first.get_content_disposition(), "attachment", "disposition")
        got = send(server, "--to=ann@example.net", "--html-file=%s" % html)
        check_equal((got.get_content_type(), text_of(got)), ("text/html", "<p>html</p>\n"), "html")


@case
def files_of_every_name_arrive_octet_for_octet():
    long_name = GREEK * 20 + ".txt"
    for name, kind in [
        ("plain.txt", "text/plain"), ("two words.PDF", "application/pdf"),
        ('quo"te\\.csv', "text/csv"), ("\u00fcml\u00e4ut.jpeg", "image/jpeg"),
        (SMILE + ".bin", "application/octet-stream"), ("semi;colon='x'.gz", "application/gzip"),
        ("no-ending", "application/octet-stream"), ("co:lon:text.html", "text/html"),
        ("percent%41%.txt", "text/plain"), (long_name[:100], "application/octet-stream"),
    ]:
        octets = b"line\r\nlone\rlf\n\x00\xff" + name.encode()
        (DESK.path / name).write_bytes(octets)
        with Serve() as server:
            got = send(server, "--to=ann@example.net", "--subject=" + name,
                       "--attach=%s" % (DESK.path / name), stdin=b"x\n")
        part = list(got.iter_parts())[1]
        check_equal(part.get_filename(), name, "name")
        check_equal(part.get_content_type(), kind, name)
        check_equal(part.get_payload(decode=True), octets, name)


@case
def a_message_is_attached_as_one_only_where_it_may():
    clean = DESK.file("clean.eml", "From: x@example.org\nSubject: inner\n\ninner text\n")
    dirty = DESK.file("dirty.eml", "From: x@example.org\nSubject: inner\n\n" + GREEK + "\n")
    with Serve() as server:
        got = send(server, "--to=ann@example.net", "--attach=%s:message/rfc822" % clean,
                   "--attach=%s:message/rfc822" % dirty,
                   "--attach=%s:Multipart/mixed" % clean, stdin=b"x\n")
    _, first, second, third = got.iter_parts()
    check_equal(first.get_content_type(), "message/rfc822", "clean")
    check_equal(first.get_content()["Subject"], "inner", "inner")
    check_equal(second.get_content_type(), "application/octet-stream", "dirty")
    check_equal(second.get_payload(decode=True), dirty.read_bytes(), "dirty")
    check_equal(third.get_content_type(), "application/octet-stream", "multipart")
    check_equal(third.get_payload(decode=True), clean.read_bytes(), "multipart")


@case
def header_fields_are_added_and_may_take_the_place_of_made_ones():
    with Serve() as server:
        got = send(server, "--to=ann@example.net", "--header=X-Greek: " + GREEK,
                   "--header=X-Two:  b", "--header=Message-ID: <mine@example.org>",
                   "--header=Date: Thu, 01 Jan 1970 00:00:00 +0000", stdin=b"x\n")
    check_equal((str(got["X-Greek"]), str(got["X-Two"])), (GREEK, "b"), "fields")
    check_equal(got.get_all("Message-ID"), ["<mine@example.org>"], "Message-ID")
    check_equal(got["Date"].datetime.year, 1970, "Date")
    check_equal(len(got.get_all("Date")), 1, "dates")


@case
def a_seed_and_a_time_make_the_same_octets():
    html = DESK.file("seed.html", "<p>x</p>\n")
    with Serve() as server:
        def one(seed):
            got = send(server, "--to=ann@example.net", "--seed=" + seed, "--html-file=%s" % html,
                       "--body-file=-", "--attach=%s" % html, stdin=b"x\n",
                       SOURCE_DATE_EPOCH="86400")
            return got.as_bytes()[got.as_bytes().index(b"Date: Fri, 02"):]
        first, second, other = one("a"), one("a"), one("b")
    check_equal(first, second, "the same seed")
    check(first != other, "another seed made the same")
    check(b"Date: Fri, 02 Jan 1970 00:00:00 +0000" in first, "date of %r" % first[:300])


@case
def what_cannot_be_composed_is_told_and_nothing_is_sent():
    latin = DESK.path / "latin.txt"
    latin.write_bytes("ok Gr\u00fc\u00dfe".encode("latin-1"))
    nul = DESK.path / "nul.txt"
    nul.write_bytes(b"a\0b")
    to = "--to=ann@example.net"
    for words, status, reason in [
        ([to, "--body-file=%s" % latin], DATA, "latin.txt:5: the octets here are not UTF-8"),
        ([to, "--body-file=%s" % nul], DATA, "nul.txt:1: there is a NUL"),
        ([to, "--body-file=%s" % latin, "--charset=us-ascii"], DATA, ":5: the octets here"),
        ([to, "--body-file=%s" % latin, "--charset=klingon"], USAGE, "klingon"),
        ([to, "--body-file=/no/such/file"], NO_INPUT, "cannot be opened"),
        ([to, "--attach=/no/such/file"], NO_INPUT, "cannot be opened"),
        ([to, "--attach=%s" % DESK.path], NO_INPUT, "is a directory"),
        (["--to=ann bob"], DATA, '--to: "ann bob" cannot be read'),
        (["--to=<ann@example.net"], DATA, "cannot be read"),
        (["--to=bob@example.net, ;;"], DATA, "cannot be read"),
        (["--to=bob @example.net"], DATA, "cannot be read"),
        (["--to=bob@ example.net"], DATA, "cannot be read"),
        ([to, "--cc="], DATA, "--cc"),
        ([to, "--subject=a\nBcc: x@example.net"], DATA, "line break"),
        ([to, "--subject=a\x1bb"], DATA, "control character"),
        ([to, "--subject=" + "x" * 2000], DATA, "shorten it"),
        ([to, "--header=nonsense"], USAGE, "is no field"),
        ([to, "--header=Bcc: x@example.net"], USAGE, "made of the options"),
        ([to, "--header=X: a\nY: b"], DATA, "line break"),
        (["--subject=s"], USAGE, "no recipient"),
        ([to, "-t"], USAGE, "leave out -t"),
        ([to, "--batch", "x"], USAGE, "leave out -t"),
        ([to, "--from=a@example.org, b@example.org"], USAGE, "one author"),
    ]:
        with Serve() as server:
            done = msub(server.port, *words, stdin="x\n")
            check_status(done, status, reason)
            check_one_sentence(done, reason)
            check(reason in done.err, "%s: said %r" % (reason, done.err))
            check_equal(server.delivered(), [], reason)


@case
def json_tells_of_a_composed_message():
    with Serve() as server:
        done = msub(server.port, "--json", "--to=ann@example.net", "--subject=s", stdin="x\n")
    check_status(done, OK, "json")
    check_equal(json.loads(done.out)["messages"][0]["recipients"][0]["outcome"], "accepted", "json")


main()
