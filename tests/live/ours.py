"""ours: runs the built commands msub and handset (their paths are in MSUB and HANDSET) as a person
would.

Every run is bounded in time, and a sanitizer's report, a signal or a run that does not end is a
failure wherever it is seen.
"""
import collections
import email
import itertools
import json
import os
import pathlib
import queue
import re
import subprocess
import tempfile
import threading

from opponents import PASSWORD, USER
from runner import Failed, check, check_equal

MSUB, HANDSET = os.environ.get("MSUB", "msub"), os.environ.get("HANDSET", "handset")
SENDER = "phone@example.org"
# What a command is told to wait for a server; IMPATIENT where a test is about silence.
PATIENT, IMPATIENT = 20, 2
SECONDS = 40
SANITIZER_STATUS = 99

Done = collections.namedtuple("Done", "status out err")


def in_time(patience):
    """A command may wait so long for each of a few things, and takes some time to start."""
    return 4 * patience + 5


def environment():
    marks = "exitcode=%d:halt_on_error=1" % SANITIZER_STATUS
    return dict(
        os.environ,
        ASAN_OPTIONS=marks,
        TMPDIR=str(DESK.path),
        UBSAN_OPTIONS=marks + ":print_stacktrace=1",
        LSAN_OPTIONS=marks,
        LC_ALL="C.UTF-8",
        NO_COLOR="1",
    )


def check_sane(command, status, err):
    """Nothing crashed, and no sanitizer has anything to say."""
    check(
        status >= 0
        and status != SANITIZER_STATUS
        and "Sanitizer" not in err
        and "runtime error:" not in err,
        "%s ended with status %d: %s" % (command, status, err[-2000:]),
    )


def run(words, stdin="", seconds=SECONDS):
    """Runs one command to its end."""
    command = pathlib.Path(words[0]).name
    try:
        done = subprocess.run(
            [str(word) for word in words],
            input=stdin.encode(),
            env=environment(),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            timeout=seconds,
        )
    except FileNotFoundError:
        raise Failed("%s is not built" % words[0])
    except subprocess.TimeoutExpired as late:
        raise Failed(
            "%s did not end within %d s; it had said: %s"
            % (
                command,
                seconds,
                ((late.stdout or b"") + (late.stderr or b"")).decode(errors="replace")[-1000:],
            )
        )
    result = Done(
        done.returncode, done.stdout.decode(errors="replace"), done.stderr.decode(errors="replace")
    )
    check_sane(command, result.status, result.err)
    return result


def check_status(done, wanted, what):
    wanted = wanted if isinstance(wanted, (tuple, set)) else (wanted,)
    check(
        done.status in wanted,
        "%s: status %d, wanted %s; said: %s %s"
        % (
            what,
            done.status,
            " or ".join(map(str, sorted(wanted))),
            done.out[-800:].strip(),
            done.err[-800:].strip(),
        ),
    )


def check_one_sentence(done, what):
    """The talk is one line that a terminal can show."""
    lines = done.err.splitlines()
    check_equal(len(lines), 1, "%s: lines of talk in %r" % (what, done.err[:1000]))
    check_printable(done, what)


def check_printable(done, what):
    """What a server sent reaches no terminal raw."""
    raw = re.search(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", done.out + done.err)
    check(raw is None, "%s: raw control character %r" % (what, raw.group() if raw else ""))


class Desk:
    """A folder with what a person would have at hand: a password file and messages."""

    def __init__(self):
        self.folder = tempfile.TemporaryDirectory(prefix="handset-desk-")
        self.path = pathlib.Path(self.folder.name)
        self.numbers = itertools.count(1)
        self.password = self.file("password", PASSWORD + "\n")
        self.wrong_password = self.file("wrong-password", "not the secret\n")

    def file(self, name, text):
        path = self.path / name
        path.write_text(text)
        path.chmod(0o600)
        return path

    def message(self, subject, *recipients):
        """A message file; its envelope is in its headers."""
        number = next(self.numbers)
        return self.file("message-%d.eml" % number, message_text(subject, *recipients))

    def three(self, prefix, second="bob@example.net"):
        """Three messages, to ann, to `second`, to cid."""
        return [
            self.message(prefix + " 1", "ann@example.net"),
            self.message(prefix + " 2", second),
            self.message(prefix + " 3", "cid@example.net"),
        ]


def message_text(subject, *recipients):
    return (
        "From: <%s>\nTo: %s\nSubject: %s\n\n"
        "The text of %s.\n.\n..and a line that begins with dots\n"
        % (SENDER, ", ".join("<%s>" % one for one in recipients), subject, subject)
    )


DESK = Desk()


def msub(
    port, *more, stdin="", auth="plain", tls="off", trust=None, password=None, patience=PATIENT
):
    """msub against localhost; `tls` is off, starttls or implicit; no auth, no login."""
    words = [
        MSUB,
        "--host=localhost",
        "--port=%d" % port,
        "--timeout=%d" % patience,
        "--from=" + SENDER,
    ]
    words += (
        ["--tls=off"]
        if tls == "off"
        else ["--tls=on", "--tls-starttls=" + ("on" if tls == "starttls" else "off")]
    )
    words += ["--tls-trust-file=%s" % trust] if trust else []
    if auth:
        words += [
            "--auth=" + auth,
            "--user=" + USER,
            "--passwordeval=cat '%s'" % (password or DESK.password),
        ]
    return run(words + list(more), stdin, in_time(patience))


def play(
    profile,
    port,
    *more,
    tls="off",
    trust=None,
    subject=None,
    to=("bob@example.net",),
    password=None,
    patience=PATIENT
):
    """handset play against localhost; the reports, which --json printed, are checked to be JSON."""
    scheme = {"off": "smtp", "starttls": "smtp+starttls", "implicit": "smtps"}[tls]
    words = [
        HANDSET,
        "play",
        profile,
        "--server",
        "%s://localhost:%d" % (scheme, port),
        "--user",
        USER,
        "--password-file",
        password or DESK.password,
        "--from",
        SENDER,
        "--json",
        "--patience",
        "%ds" % patience,
    ]
    for recipient in to:
        words += ["--to", recipient]
    words += ["--subject", subject] if subject else []
    words += ["--trust-file", trust] if trust else []
    done = run(words + list(more), seconds=in_time(patience))
    if done.status in (0, 1):
        try:
            json.loads(done.out)
        except ValueError as wrong:
            raise Failed(
                "handset play --json printed what is not JSON (%s): %r" % (wrong, done.out[:500])
            )
    return done


class Serve:
    """A `handset serve` that runs; the address is what it prints. Ended with SIGTERM, which it must
    answer with 0."""

    def __init__(self, *words, profile=None, certificates=None, tls="none"):
        self.folder = tempfile.TemporaryDirectory(prefix="handset-serve-")
        self.maildir = pathlib.Path(self.folder.name) / "mail"
        command = [HANDSET, "serve"] + ([str(profile)] if profile else [])
        command += [
            "--listen",
            "127.0.0.1:0",
            "--user",
            USER,
            "--password-file",
            DESK.password,
            "--maildir",
            self.maildir,
            "--tls",
            tls,
        ]
        if certificates:
            command += ["--cert", certificates.certificate, "--key", certificates.key]
        self.errors = open(pathlib.Path(self.folder.name) / "stderr", "a")
        try:
            self.process = subprocess.Popen(
                [str(word) for word in command + list(words)],
                env=environment(),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=self.errors,
                text=True,
            )
        except FileNotFoundError:
            raise Failed("%s is not built" % HANDSET)
        self.lines, self.printed = queue.Queue(), ""
        threading.Thread(target=self._read, daemon=True).start()
        self.port = self._port()

    def _read(self):
        for line in self.process.stdout:
            self.lines.put(line)
        self.lines.put("")

    def _port(self):
        """From the line that says where it listens."""
        while True:
            try:
                line = self.lines.get(timeout=20)
            except queue.Empty:
                line = ""
            self.printed += line
            found = re.search(r"listening on 127\.0\.0\.1:(\d+)", line)
            if found:
                return int(found.group(1))
            if not line:
                self.process.kill()
                self.process.wait()
                raise Failed("handset serve did not say where it listens: " + self.said())

    def said(self):
        return pathlib.Path(self.errors.name).read_text()[-2000:]

    def delivered(self):
        """Sorted (subject, recipient), as the opponents' delivered()."""
        found = []
        for file in (self.maildir / "new").glob("*"):
            message = email.message_from_bytes(file.read_bytes())
            found += [
                (str(message["Subject"]), to.strip("<>"))
                for to in message.get_all("Delivered-To", [])
            ]
        return sorted(found)

    def __enter__(self):
        return self

    def __exit__(self, kind, value, trace):
        if self.process.poll() is None:
            self.process.terminate()
        try:
            status = self.process.wait(15)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            status = None
        said = self.said()
        self.errors.close()
        self.folder.cleanup()
        if kind is None:
            check(status is not None, "handset serve did not end on SIGTERM: " + said)
            check_sane("handset serve", status, said)
            check_equal(status, 0, "handset serve's status after SIGTERM (%s)" % said)
