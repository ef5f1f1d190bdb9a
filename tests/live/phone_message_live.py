"""Messages that the clients of the catalogue compose, read by Python's email package: what was typed
comes out, whatever the client's own way to write a header. A phone keeps what its user typed, with
its quotes; what its way loses is said where it is."""
import email
import email.header
import email.policy
import email.utils
import re
import subprocess

from ours import HANDSET, check_sane, environment
from recording_server import Recording
from runner import Failed, case, check, check_equal, main

PHONE, PLAIN = "symbian-9.1", "correct"
DATE = "2007-08-16T14:04:16+02:00"
GREEK, SMILE = "\u03ba\u03b1\u03bb\u03b7\u03bc\u03ad\u03c1\u03b1", "\U0001f600"
NAMES = [
    ("Ann", "ann@example.net"),
    ("Doe, John", "john@example.net"),
    ('The "Boss"', "boss@example.net"),
    ("back\\slash", "slash@example.net"),
    ("R&D (home) <x@y>; [1]:/", "odd@example.net"),
    ("J\u00f6rg M\u00fcller", "joerg@example.net"),
    ("M\u00fcller, J\u00f6rg", "mueller@example.net"),
    ("\u674e\u5c0f\u9f99", "li@example.net"),
    (GREEK + " " + GREEK + " the third of that name, " + GREEK, "greek@example.net"),
    (SMILE + " smile", "smile@example.net"),
]


def quoted(name):
    return '"' + name.replace("\\", "\\\\").replace('"', '\\"') + '"'


def typed(name, address):
    return "%s <%s>" % (quoted(name), address)


def send(profile, *words):
    """All that a server got: (sender, recipients, content) for each transaction."""
    with Recording() as server:
        command = [HANDSET, "play", profile, "--server", "smtp://127.0.0.1:%d" % server.port,
                   "--seed", "7", "--date", DATE]
        done = subprocess.run(command + list(words), env=environment(), stdin=subprocess.DEVNULL,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=60)
    check_sane("handset play", done.returncode, done.stderr.decode(errors="replace"))
    if done.returncode != 0:
        raise Failed("status %d: %s" % (done.returncode, (done.stdout + done.stderr).decode()))
    return server.mails


def header_of(content):
    return content.split(b"\r\n\r\n")[0] + b"\r\n"


def check_header(content):
    """ASCII, no line that a server refuses, each encoded word whole by itself."""
    for line in header_of(content).split(b"\r\n"):
        check(all(octet < 0x80 for octet in line), "8-bit octets in %r" % line)
        check(len(line) <= 998, "a line is too long: %r" % line)
        for word in re.findall(rb"=\?[^? ]+\?[BbQq]\?[^? ]*\?=", line):
            check(len(word) <= 75, "an encoded word is too long: %r" % line)
            email.header.decode_header(word.decode())[0][0].decode("utf-8")


def parse(content):
    check_header(content)
    return email.message_from_bytes(content, policy=email.policy.default)


def raw(got, field):
    """Unfolded, as it was written."""
    return "".join(dict(got.raw_items())[field].splitlines())


def decode(text):
    return str(email.header.make_header(email.header.decode_header(text)))


def people(got, field):
    """Decoded after parsing (RFC 2047 6.2); between quotes as well, where the phones put them."""
    return [(decode(name), address) for name, address in email.utils.getaddresses([raw(got, field)])]


@case
def every_name_arrives():
    for profile in (PHONE, PLAIN):
        for name, address in NAMES:
            what = "%s, %s" % (profile, name)
            mails = send(profile, "--from", typed(name, address), "--to", typed(name, address),
                         "--cc", typed(name, address), "--reply-to", typed(name, address))
            check_equal(mails[0][0], b"<%s>" % address.encode(), "sender of " + what)
            check_equal(mails[0][1], [b"<%s>" % address.encode()] * len(mails[0][1]), what)
            got = parse(mails[0][2])
            reply_to = "Reply-to" if profile == PHONE else "Reply-To"
            for field in ("From", "To", "Cc", reply_to):
                check_equal(people(got, field), [(name, address)], "%s of %s" % (field, what))


@case
def the_phones_put_encoded_words_between_quotes_and_the_plain_client_does_not():
    words = ["--from", typed("J\u00f6rg", "j@example.org"), "--to", "ann@example.net"]
    check(b'\r\nFrom: "=?UTF-8?B?SsO2cmc=?=" <j@example.org>\r\n' in b"\r\n" + send(PHONE, *words)[0][2],
          "the phone's From")
    check(b"\r\nFrom: =?UTF-8?Q?J=C3=B6rg?= <j@example.org>\r\n" in send(PLAIN, *words)[0][2],
          "the plain client's From")


SUBJECTS = [
    "hello",
    "Gr\u00fc\u00dfe",
    "a few plain words, then \u00fc, then plain words again",
    "\u674e\u5c0f\u9f99" * 30,
    GREEK * 12,
    "word " * 40 + "end",
    "\u00fc" * 200,
    "a colon: and =signs= and ?marks?",
    SMILE + " and " + SMILE,
    "caf\u00e9 " * 30 + "end",
]


@case
def every_subject_arrives():
    for profile in (PHONE, PLAIN):
        for subject in SUBJECTS:
            got = parse(send(profile, "--to", "ann@example.net", "--subject", subject)[0][2])
            check_equal(decode(raw(got, "Subject")), subject, "Subject by " + profile)


@case
def a_plain_client_keeps_within_its_lines():
    """RFC 5322 2.1.1 and RFC 2047 2; the phones do not (77 and more)."""
    for subject in SUBJECTS:
        content = send(PLAIN, "--to", "ann@example.net", "--subject", subject,
                       *[word for one in NAMES for word in ("--to", typed(*one))])[0][2]
        for line in header_of(content).split(b"\r\n"):
            check(len(line) <= 76 or b" " not in line.strip(b" "), "too long: %r" % line)


@case
def what_looks_like_an_encoded_word_arrives_from_a_plain_client():
    subject = "about =?UTF-8?Q?x?= and =?y"
    got = parse(send(PLAIN, "--to", "ann@example.net", "--subject", subject)[0][2])
    check_equal(decode(raw(got, "Subject")), subject, "Subject")


@case
def a_phone_cuts_a_character_in_two():
    """Halved by UTF-16 units: of 13 characters beyond the first plane the middle one is lost."""
    got = parse(send(PHONE, "--to", "ann@example.net", "--subject", SMILE * 13)[0][2])
    check_equal(decode(raw(got, "Subject")), SMILE * 6 + "??" + SMILE * 6, "Subject")


@case
def twenty_recipients_arrive():
    everybody = [(name + " %d" % number, "n%d@example.net" % number)
                 for number, (name, _) in enumerate(NAMES + NAMES)]
    words = [word for one in everybody for word in ("--to", typed(*one))]
    for profile, blanks in ((PHONE, b"  "), (PLAIN, b" ")):
        sender, recipients, content = send(profile, *words)[0]
        check_equal(recipients, [b"<%s>" % address.encode() for _, address in everybody], profile)
        check_equal(people(parse(content), "To"), everybody, "To by " + profile)
        folded = [line for line in header_of(content).split(b"\r\n") if line.startswith(b" ")]
        check(len(folded) >= 10, "folds of %s: %r" % (profile, folded))
        for line in folded:
            check(line.startswith(blanks) and not line.startswith(blanks + b" "), "%r" % line)


@case
def priority_receipt_and_the_rest_of_a_phones_header():
    content = send(PHONE, "--to", "ann@example.net", "--priority", "high", "--receipt",
                   "Me <me@example.org>", "--reply-to", "Me <me@example.org>", "--subject", "")[0][2]
    fields = [line.split(b":")[0].decode() for line in header_of(content).split(b"\r\n")[:-1]
              if not line.startswith(b" ")]
    check_equal(fields, ["From", "Reply-to", "To", "Subject", "Date", "Disposition-Notification-To",
                         "X-Priority", "Importance", "Message-ID", "X-Mailer", "MIME-Version",
                         "Content-Language", "Content-Type", "Content-Transfer-Encoding"], "fields")
    for line in (b"Subject: ", b"X-Priority: 1 (Highest)", b"Importance: high",
                 b'Disposition-Notification-To: "Me" <me@example.org>',
                 b"X-Mailer: EPOC Email Version 2.10"):
        check(b"\r\n" + line + b"\r\n" in content, "no %r" % line)
    check(re.search(rb"\r\nDate: Thu, 16 Aug 2007 14:0[4-6]:\d\d \+0200\r\n", content), "Date")
    check(re.search(rb"\r\nMessage-ID: <[b-df-hj-np-tv-zB-DF-HJ-NP-TV-Z0-9]{12}\."
                    rb"[b-df-hj-np-tv-zB-DF-HJ-NP-TV-Z0-9]{8}@127\.0\.0\.1>\r\n", content), "id")
    low = send(PHONE, "--to", "ann@example.net", "--priority", "low")[0][2]
    check(b"\r\nX-Priority: 5 (Lowest)\r\nImportance: low\r\n" in low, "low")
    normal = send(PHONE, "--to", "ann@example.net", "--priority", "normal")[0][2]
    check(b"Priority" not in normal and b"Importance" not in normal, "normal")


@case
def copies_of_a_phone_have_a_message_id_each_and_those_of_a_plain_client_one():
    words = ["--to", "ann@example.net", "--bcc", "Bob <bob@example.net>", "--bcc", "cid@example.net"]
    mails = send(PHONE, *words)
    check_equal([one[1] for one in mails],
                [[b"<ann@example.net>"], [b"<bob@example.net>"], [b"<cid@example.net>"]], "recipients")
    parsed = [parse(one[2]) for one in mails]
    check_equal(len({got["Message-ID"] for got in parsed}), 3, "Message-IDs")
    check_equal([got["Bcc"] and people(got, "Bcc") for got in parsed],
                [None, [("Bob", "bob@example.net")], [("", "cid@example.net")]], "Bcc")
    check_equal([people(got, "To") for got in parsed], [[("", "ann@example.net")]] * 3, "To")
    mails = send(PLAIN, *words)
    check_equal(len(mails), 1, "transactions of a plain client")
    check(b"Bcc" not in mails[0][2] and b"bob" not in mails[0][2], "a blind copy is told")


@case
def a_seed_and_a_date_make_the_same_octets():
    words = ["--to", "ann@example.net", "--subject", "Gr\u00fc\u00dfe"]
    first, second = (send(PLAIN, *words) for _ in range(2))
    check_equal(first, second, "two runs")


@case
def a_date_is_shown_as_it_was_written():
    for typed_date, plain, phone in (
        ("2007-08-16T14:04:16+02:00", "Thu, 16 Aug 2007 14:04:16 +0200", "Thu, 16 Aug 2007 14:04:1"),
        ("1996-12-02 23:59:59-0830", "Mon, 02 Dec 1996 23:59:59 -0830", "Mon,  2 Dec 1996 23:59:59"),
        ("2000-02-29T00:00:00Z", "Tue, 29 Feb 2000 00:00:00 +0000", "Tue, 29 Feb 2000 00:00:0"),
        ("2007-08-16T14:04:16", "Thu, 16 Aug 2007 14:04:16 +0000", "Thu, 16 Aug 2007 14:04:1"),
        ("1187265856", "Thu, 16 Aug 2007 12:04:16 +0000", "Thu, 16 Aug 2007 12:04:1"),
    ):
        for profile, wanted in ((PLAIN, plain), (PHONE, phone)):
            content = send(profile, "--to", "ann@example.net", "--date", typed_date)[0][2]
            check(b"\r\nDate: " + wanted.encode() in b"\r\n" + content, "%s by %s" % (typed_date, profile))


@case
def without_mime_the_header_is_raw():
    words = ["--mime=off", "--charset", "ISO-8859-1", "--to", "ann@example.net", "--subject",
             "Gr\u00fc\u00dfe", "--from", "J\u00f6rg <j@example.org>"]
    content = send(PHONE, *words)[0][2]
    check(b"\r\nSubject: Gr\xfc\xdfe\r\n" in content, "%r" % content)
    check(content.startswith(b'From: "J\xf6rg" <j@example.org>\r\n'), "%r" % content)
    check(b"MIME" not in content and b"\r\nContent-" not in header_of(content), "%r" % content)


def refused(*words):
    done = subprocess.run([HANDSET, "play", PLAIN, "--server", "smtp://127.0.0.1:1", "--to", "a@b"] +
                          list(words), env=environment(), stdin=subprocess.DEVNULL,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=60)
    check_sane("handset play", done.returncode, done.stderr.decode())
    check_equal(done.returncode, 2, "status of %s" % (words,))
    return done.stderr.decode()


@case
def what_cannot_be_composed_is_told_before_anything_is_sent():
    check("no such charset: KLINGON-8" in refused("--charset", "KLINGON-8"), "charset")
    for date in ("yesterday", "2007-08-16T14:04:16+2", "1969-12-31T23:59:59Z",
                 "2007-08-16X14:04:16"):
        check("--date takes" in refused("--date", date), date)
    check("there is no such day" in refused("--date", "2007-02-29T10:00:00"), "a day that is not")
    check("no-such-file" in refused("--attach", "/no-such-file"), "attach")
    check("takes --attach" in refused("--attach", "/dev/null", "--message", "/dev/null"), "both")
    check("line break" in refused("--subject", "a\nX: y"), "a line break")
    check("--priority" in refused("--priority", "urgent"), "priority")


main()
