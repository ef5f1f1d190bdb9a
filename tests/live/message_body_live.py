"""Bodies that the phone's message generator writes, read by others: Python's email package, GMime,
binascii, and an encoder of quoted-printable that was written a second time from its rules."""
import binascii
import email
import email.policy
import os
import pathlib
import quopri
import random
import re
import subprocess

from runner import case, check, check_equal, main

COMPOSING = os.environ.get("COMPOSING", "composing")
GMIME_READER = os.environ.get("GMIME_READER", "gmime_reader")
PROFILES = os.environ.get("HANDSET_PROFILES", str(pathlib.Path(__file__).parents[2] / "profiles"))
# By this profile's rules lines are broken; the other is a plain, correct client.
PHONE, CORRECT = "symbian-9.1", "correct"
PLAIN = email.policy.default.clone(linesep="\r\n")
SAMPLES = {
    "US-ASCII": "plain text = plain text\n\n.dot\nFrom here ",
    "UTF-8": "gr\u00fc\u00dfe \u03ba\u03b1\u03bb\u03b7\u03bc\u03ad\u03c1\u03b1 \u4e2d\u6587 \U0001f600\n" * 9,
    "ISO-8859-1": "Sm\u00f8rrebr\u00f8d = gr\u00fc\u00dfe, " * 12 + "\n\n\u00a1hola!\n",
    "WINDOWS-1251": "\u041f\u0440\u0438\u0432\u0435\u0442, \u043c\u0438\u0440 " * 20,
    "SHIFT_JIS": "\u3053\u3093\u306b\u3061\u306f\u4e16\u754c \u30a2\u30bd\u8868 " * 15 + "\n",
    "ISO-2022-JP": "\u65e5\u672c\u8a9e\u306e\u30e1\u30fc\u30eb abc " * 15 + "\n\u4e8c\u884c\u76ee\n",
    "GB2312": "\u4f60\u597d\uff0c\u4e16\u754c\u3002" * 30,
}


class File:
    def __init__(self, name, content, kind=""):
        self.name, self.content, self.kind = name, content, kind

    def octets(self):
        name, kind = self.name.encode("utf-8"), self.kind.encode()
        return b"%d %d %d\n" % (len(name), len(kind), len(self.content)) + name + kind + self.content


class Draft:
    def __init__(self, body, charset="-", files=(), mime="mime"):
        self.body = body if isinstance(body, bytes) else body.encode("utf-8")
        self.charset, self.files, self.mime = charset, files, mime

    def octets(self):
        front = "%s %s %d %d\n" % (self.charset, self.mime, len(self.body), len(self.files))
        return front.encode() + self.body + b"".join(one.octets() for one in self.files)


def compose(profile, drafts):
    """For each draft the message and its writes; None where it could not be composed."""
    done = subprocess.run([COMPOSING, PROFILES, profile], timeout=120, capture_output=True,
                          input=b"\n".join(draft.octets() for draft in drafts))
    check(done.returncode == 0, "composing: %r" % done.stderr[-2000:])
    left, found = done.stdout, []
    while left:
        line, left = left.split(b"\n", 1)
        if line == b"failed":
            found.append(None)
            continue
        length, count = map(int, line.split())
        octets, left = left[:length], left[length:]
        line, left = left.split(b"\n", 1)
        lengths = [int(one) for one in line.split()]
        check_equal(len(lengths), count, "writes")
        check_equal(sum(lengths), length, "octets in the writes")
        writes, at = [], 0
        for one in lengths:
            writes.append(octets[at:at + one])
            at += one
        found.append((octets, writes))
    check_equal(len(found), len(drafts), "messages")
    return found


def compose_one(profile, *words, **more):
    made = compose(profile, [Draft(*words, **more)])[0]
    check(made is not None, "the message could not be composed")
    return made


def body_of(octets):
    return octets.split(b"\r\n\r\n", 1)[1]


# --- quoted-printable, once more from its rules -------------------------------------------------


def literal(octet):
    return 33 <= octet <= 60 or 62 <= octet <= 126 or octet == 32


def blank(octet):
    return octet in (9, 32)


class Window:
    """At most 79 characters of the text from here, as octets, behind what the last line left over."""

    def __init__(self, text, charset):
        self.characters = [character.encode(charset) for character in text.replace("\r\n", "\n")]
        self.characters = [b"\r\n" if one == b"\n" else one for one in self.characters]
        self.left, self.at = b"", 0

    def take(self):
        end, octets, count = self.at, self.left, 0
        while end < len(self.characters) and count < 79 and not octets.endswith(b"\r\n"):
            octets += self.characters[end]
            count += 2 if self.characters[end] == b"\r\n" else 1
            end += 1
        return octets

    def consume(self, octets, used):
        """The first `used` of the octets of the window are written."""
        while used > 0:
            if len(self.left) > 0:
                part = min(used, len(self.left))
                self.left, used = self.left[part:], used - part
            else:
                self.left, self.at = self.characters[self.at], self.at + 1

    def over(self):
        return not self.left and self.at == len(self.characters)


def line_by_rules(window):
    """One line, and how many octets of the window are in it."""
    written = b""
    for at, octet in enumerate(window):
        if len(written) >= 76:
            return written + b"=\r\n", at
        if blank(octet):
            word = re.match(rb"[^ \t]*", window[at + 1:]).group()
            weight = len(written) + 1 + len(word) + 2 * sum(not literal(one) for one in word)
            if at + 1 == len(window) or not literal(window[at + 1]):
                weight += 2
            if weight > 75:
                return written + b" =\r\n", at + 1
            if window[at + 1:at + 3] == b"\r\n":
                return written + (b"=20\r\n" if octet == 32 else b"=09\r\n"), at + 3
        if window[at:at + 2] == b"\r\n":
            return written + b"\r\n", at + 2
        written += bytes([octet]) if literal(octet) else b"=%02X" % octet
    return written + b"\r\n", len(window)


def quoted_by_rules(text, charset):
    window, out = Window(text, charset), []
    while not window.over():
        octets = window.take()
        line, used = line_by_rules(octets)
        out.append(line)
        window.consume(octets, used)
    return out


def some_text(dice, alphabet):
    words = ["".join(dice.choices(alphabet, k=dice.choice((1, 2, 3, 5, 8, 20, 75, 76, 77, 90))))
             for _ in range(dice.randrange(1, 30))]
    return "".join(word + dice.choice((" ", " ", " ", "  ", "\t", "\r\n", " \r\n", "\t\r\n", "=", ""))
                   for word in words)


ALPHABETS = {
    "UTF-8": ["abcdefghij", "ab=.", "ab\u00fc\u4e2d\U0001f600", "\u4e2d\u6587\u5b57", "a\u00e9-"],
    "ISO-8859-1": ["abcdefghij", "ab=\u00e9\u00fc", "\u00e4\u00f6\u00fc"],
    "US-ASCII": ["abc", "a=b", "~!<>"],
    "KOI8-R": ["\u0430\u0431\u0432\u0433 a"],
    "SHIFT_JIS": ["\u3042\u30a2a", "\u8868\u30bd"],
    "BIG5": ["\u4e2d\u6587a"],
}


@case
def the_phone_breaks_lines_by_the_rules():
    dice = random.Random(20070816)
    drafts, wants, count = [], [], 0
    for charset, alphabets in ALPHABETS.items():
        for alphabet in alphabets:
            for _ in range(160):
                text = some_text(dice, alphabet)
                drafts.append(Draft(text, charset))
                wants.append(quoted_by_rules(text, charset))
    for draft, made, want in zip(drafts, compose(PHONE, drafts), wants):
        check_equal(body_of(made[0]), b"".join(want), "lines of %r in %s" % (draft.body, draft.charset))
        check_equal(made[1][-len(want):], want, "writes of %r" % draft.body)
        count += len(want)
    check(len(drafts) > 2000 and count > 20000, "only %d texts, %d lines" % (len(drafts), count))


@case
def what_was_broken_is_joined_again():
    dice = random.Random(5)
    texts = [(charset, some_text(dice, alphabet)) for charset, alphabets in ALPHABETS.items()
             for alphabet in alphabets for _ in range(100)]
    for profile in (PHONE, CORRECT):
        made = compose(profile, [Draft(text, charset) for charset, text in texts])
        for (charset, text), (octets, _) in zip(texts, made):
            body, want = body_of(octets), text.encode(charset)
            if b"Content-Transfer-Encoding: quoted-printable" in octets:
                body = quopri.decodestring(body.replace(b"\r\n", b"\n")).replace(b"\n", b"\r\n")
            if not want.endswith(b"\r\n") and not (body == want and b"=\r\n" in octets[-5:]):
                want += b"\r\n"
            if profile == PHONE:  # a tab at a break becomes a blank
                body, want = body.replace(b"\t", b" "), want.replace(b"\t", b" ")
                if body + b"\r\n" == want:  # the break was the last thing, and took the blank
                    want = body
            check_equal(body, want, "%s of %r" % (profile, text))


# --- readers ------------------------------------------------------------------------------------


def normal(text):
    """As a body has it: with CR LF, the last line ended."""
    return "\r\n".join(text.splitlines()) + "\r\n"


def files():
    dice = random.Random(7)
    return [File("photo.jpg", dice.randbytes(3000)), File("notes.txt", b"line\nline two\n"),
            File("empty.bin", b""), File("Gr\u00fc\u00dfe \u4e2d.dat", dice.randbytes(675 * 3)),
            File("unknown.xyz", dice.randbytes(45))]


def parse(octets):
    found = email.message_from_bytes(octets, policy=PLAIN)
    for part in found.walk():
        check_equal(part.defects, [], "defects in %r" % octets[:2000])
    return found


def text_of(part):
    return part.get_payload(decode=True).decode(part.get_content_charset())


def file_name(part):
    raw = part.get_filename()
    if "=?" in raw:
        raw = str(email.header.make_header(email.header.decode_header(raw)))
    return raw


@case
def python_reads_the_text_in_its_charset():
    for profile in (PHONE, CORRECT):
        for charset, text in SAMPLES.items():
            octets, _ = compose_one(profile, text, charset)
            found = parse(octets)
            check_equal(found.get_content_charset(), charset.lower(), "charset")
            check_equal(normal(text_of(found)), normal(text), "%s in %s" % (profile, charset))


@case
def python_reads_the_files():
    for profile in (PHONE, CORRECT):
        sent = files()
        octets, writes = compose_one(profile, "gr\u00fc\u00dfe\n", files=sent)
        parts = list(parse(octets).iter_parts())
        check_equal(len(parts), 1 + len(sent), "parts")
        check_equal(normal(text_of(parts[0])), "gr\u00fc\u00dfe\r\n", "text")
        for part, one in zip(parts[1:], sent):
            check_equal(part.get_payload(decode=True), one.content, "content of " + one.name)
            check_equal(file_name(part), one.name, "name")
            check_equal(part.get_content_disposition(), "attachment", "disposition")
        check_equal([part.get_content_type() for part in parts[1:]],
                    ["image/jpeg", "text/plain"] + ["application/octet-stream"] * 3, "types")
        for one in writes:
            check(one.endswith(b"\r\n"), "a write that is no line: %r" % one)


@case
def python_reads_a_file_alone():
    for profile in (PHONE, CORRECT):
        octets, _ = compose_one(profile, "", files=[File("a.gif", b"GIF89a")])
        found = parse(octets)
        check_equal(found.get_content_type(), "image/gif", "type")
        check_equal(found.get_filename(), "a.gif", "name")
        check_equal(found.get_payload(decode=True), b"GIF89a", "content")


INNER = (b"From: c@example.com\r\nSubject: the inner one\r\nMIME-Version: 1.0\r\n"
         b"Content-Type: text/plain; charset=us-ascii\r\n\r\n" + b"inside, line by line\r\n" * 20)


@case
def python_reads_an_embedded_message():
    for profile in (PHONE, CORRECT):
        octets, _ = compose_one(profile, "see below", files=[File("x.eml", INNER)])
        part = list(parse(octets).iter_parts())[1]
        check_equal(part.get_content_type(), "message/rfc822", "type")
        check_equal(part.get_filename(), "the inner one.eml", "name")
        check_equal(part["Content-Transfer-Encoding"], "7bit", "encoding")
        inner = part.get_payload(0)
        check_equal(inner["Subject"], "the inner one", "inner subject")
        text = inner.get_payload().replace("\r\n", "\n")
        if profile == PHONE:  # raw slices of 675 octets, CR LF behind each
            check_equal(octets.count(INNER[:675] + b"\r\n" + INNER[675:]), 1, "slices")
            text = text.replace("\n\n", "\n") if text.count("\n\n") else text
            text = "".join(text.split("\n"))
            check_equal(text, "inside, line by line" * 20, "inner text")
        else:
            check_equal(text, "inside, line by line\n" * 20, "inner text")


@case
def without_mime_files_are_uudecoded():
    dice = random.Random(3)
    long = "word " * 60 + "x" * 200 + "\nend"
    sent = [File("one.bin", dice.randbytes(700)), File("two.bin", b""), File("three.bin", b"\0" * 90)]
    for profile in (PHONE, CORRECT):
        octets, writes = compose_one(profile, long + "\n\u00e9", "ISO-8859-1", sent, "none")
        for field in (b"MIME-Version", b"Content-"):
            check(field not in octets, "a field of MIME in %r" % octets[:500])
        lines = body_of(octets).split(b"\r\n")
        first = lines.index(b"begin 644 one.bin")
        text = lines[:first]
        check(all(len(line) <= 78 for line in text), "a long line in %r" % text)
        check_equal(b"".join(b"".join(text).split()),
                    "".join((long + "\u00e9").split()).encode("iso-8859-1"), "text")
        found, name = {}, None
        for line in lines[first:]:
            if line.startswith(b"begin 644 "):
                name = line[10:].decode()
                found[name] = b""
            elif line == b"end":
                name = None
            elif name:
                check(len(line) <= 61, "a long line: %r" % line)
                found[name] += binascii.a2b_uu(line)
        check_equal(found, {one.name: one.content for one in sent}, "files")


def gmime(octets):
    """For each leaf its type, charset, name and octets."""
    done = subprocess.run([GMIME_READER], input=octets, capture_output=True, timeout=20)
    check(done.returncode == 0, "gmime_reader: %r" % done.stderr[-500:])
    left, found = done.stdout, []
    while left:
        line, left = left.split(b"\n", 1)
        kind, charset, name, length = line.decode().split()
        name, length = int(name), int(length)
        found.append((kind, charset, left[:name].decode(), left[name:name + length]))
        left = left[name + length:]
    return found


@case
def gmime_reads_text_and_files():
    for profile in (PHONE, CORRECT):
        for charset, text in SAMPLES.items():
            sent = files()
            if profile == PHONE and charset != "UTF-8":
                sent = [one for one in sent if one.name.isascii()]
            parts = gmime(compose_one(profile, text, charset, files=sent)[0])
            check_equal(parts[0][:3], ("text/plain", charset, ""), "the text")
            check_equal(normal(parts[0][3].decode(charset)), normal(text), "text in " + charset)
            check_equal([part[2:] for part in parts[1:]], [(one.name, one.content) for one in sent],
                        "files beside text in " + charset)


@case
def gmime_reads_an_embedded_message():
    for profile in (PHONE, CORRECT):
        parts = gmime(compose_one(profile, "see below", files=[File("x.eml", INNER)])[0])
        check_equal(parts[1], ("message/rfc822", "-", "the inner one.eml", b"the inner one"), profile)


@case
def hostile_text_breaks_nothing():
    dice = random.Random(11)
    drafts = [Draft(dice.randbytes(dice.randrange(600)), charset)
              for charset in SAMPLES for _ in range(60)]
    drafts += [Draft(b"\x1b" * 400, "ISO-2022-JP"), Draft(b"\x1b$B" * 200, "ISO-2022-JP")]
    for profile in (PHONE, CORRECT):
        for draft, (octets, _) in zip(drafts, compose(profile, drafts)):
            parse(octets)
            for line in octets.split(b"\r\n"):
                check(b"\r" not in line and b"\n" not in line, "a bare line end for %r" % draft.body)
                # an escape of ISO-2022 is not broken: ESC and two octets that may be encoded
                most = 85 if draft.charset == "ISO-2022-JP" else 79
                if b"Encoding: 7bit" in octets:
                    most = 998
                check(len(line) <= most, "a line of %d octets for %r" % (len(line), draft.body))


if __name__ == "__main__":
    main()
