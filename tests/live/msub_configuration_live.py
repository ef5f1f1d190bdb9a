"""msub's configuration: msmtp's files and command lines, unchanged, with both; where passwords come
from; what is printed and logged; errors that say what to do next."""
import fcntl
import os
import pty
import re
import select
import shutil
import signal
import subprocess
import time

from ours import DESK, MSUB, check_one_sentence, check_status, environment, run
from runner import Skip, case, check, check_equal, main
from table_server import Server

OK, USAGE, DATA, LATER, CONFIG = 0, 64, 65, 75, 78
NOBODY = 1  # a port that nobody listens on
TEXT = "To: ann@example.net\nCc: Bob <bob@example.net>\nBcc: cid@example.net\nSubject: s\n\n.text\n"
HELLO = {"EHLO": "250-mx\n250-DSN\n250-8BITMIME\n250 AUTH PLAIN LOGIN", "AUTH": "235 ok"}


def go(words, text=TEXT, home=None, tool=MSUB, seconds=30, **variables):
    """Runs msub, or msmtp, at a home of its own."""
    home = home or DESK.path / "home"
    home.mkdir(exist_ok=True)
    surroundings = dict(environment(), HOME=str(home), USER="tester", **variables)
    for name in ("XDG_CONFIG_HOME", "EMAIL", "SMTPSERVER"):
        if name not in variables:
            surroundings.pop(name, None)
    done = subprocess.run(
        [str(tool)] + [str(word) for word in words], input=text.encode(), env=surroundings,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=seconds, start_new_session=True,
    )  # fmt: skip
    return Result(done)


class Result:
    def __init__(self, done):
        self.status = done.returncode
        self.out, self.err = done.stdout.decode(), done.stderr.decode()


def rc(text, name="rc", mode=0o600):
    file = DESK.file(name, text)
    file.chmod(mode)
    return file


def without_chance(mail):
    """A mail without what each program makes of its own: the order of new fields stays."""
    mail = re.sub(r"Date: \w{3}, [ \d]\d \w{3} \d{4} [\d:]{8} [-+]\d{4}\r\n", "Date: D\r\n", mail)
    return re.sub(r"Message-ID: <[^>]+>\r\n", "Message-ID: M\r\n", mail)


def what_came(server):
    """Logins, envelopes and mails; the rest of the talk is each program's own."""
    said = [line for line in server.said if line.split(" ")[0] in ("MAIL", "RCPT", "AUTH")]
    # msub declares what it knows of the message besides
    said = [re.sub(r" (SIZE=\d+|BODY=\w+)", "", line) for line in said]
    return said, [without_chance(mail) for mail in server.mails]


@case
def msmtps_command_lines_do_the_same():
    msmtp = shutil.which("msmtp")
    if not msmtp:
        raise Skip("there is no msmtp here")
    aliases = DESK.file("aliases", "root: ann@example.net  # and no more\n")
    accounts = """
# accounts as msmtp has them
defaults
host 127.0.0.1
port {port}
tls off
logfile {log}

account work
from me@work.example
auth plain
user ann
passwordeval "printf '%s\\n' secret"

account home : work
from *@home.example
user "ho me"

account aliased
from me@example.org
aliases {aliases}
set_from_header on
undisclosed_recipients

account quiet
from q@example.org
eval echo auth off
set_date_header off
set_msgid_header off
add_missing_from_header off

account forced : quiet
allow_from_override off
account default : work
"""
    for words in (
        ["a@example.net"],
        ["-t"],
        ["-t", "x@example.net"],
        ["-a", "work", "--", "a@example.net", "b@example.net"],
        ["-a", "home", "-f", "you@home.example", "a@example.net"],
        ["-f", "you@home.example", "a@example.net"],
        ["-f", "me+tag@work.example", "a@example.net"],
        ["--from=nobody@nowhere.example", "a@example.net"],
        ["--account=aliased", "root", "c@example.net"],
        ["-a", "quiet", "-t"],
        ["-a", "quiet", "--remove-bcc-headers=off", "-t"],
        ["-a", "quiet", "--set-from-header=auto", "--undisclosed-recipients=on", "-t"],
        ["-a", "forced", "-f", "other@example.org", "a@example.net"],
        ["-a", "quiet", "--auth=plain", "--user=x", "--passwordeval=echo y", "a@example.net"],
        ["-oi", "-i", "-m", "-n", "-G", "-B8BITMIME", "-h5", "-O", "x=y", "-F", "Tester", "-t"],
        ["-a", "quiet", "-N", "failure,delay", "-R", "hdrs", "a@example.net"],
        ["-a", "quiet", "--dsn-notify=never", "--dsn-return=full", "a@example.net"],
        ["-a", "quiet", "--timeout=5", "--domain=client.example", "-t"],
    ):
        seen = []
        for tool in (msmtp, MSUB):
            log = DESK.path / ("log-of-" + os.path.basename(str(tool)))
            log.unlink(missing_ok=True)
            with Server(HELLO) as server:
                file = rc(accounts.format(port=server.port, log=log, aliases=aliases))
                done = go(["-C", file] + words, tool=tool)
                check_equal(done.status, OK, "%s %s (%s)" % (tool, words, done.err))
            logged = re.sub(r"^\w{3} \d\d [\d:]{8} ", "TIME ", log.read_text())
            # msub's Message-ID is of another length
            seen.append(what_came(server) + (re.sub(r"mailsize=\d+", "mailsize=N", logged),))
        check_equal(seen[1], seen[0], " ".join(words))


@case
def files_are_found_as_msmtp_and_msub_name_them():
    for folder, name in [
        (".config/msmtp", "config"), (".", ".msmtprc"), (".config/msub", "config"),
        (".", ".msubrc"),
    ]:  # fmt: skip
        home = DESK.path / "found"
        (home / folder).mkdir(parents=True, exist_ok=True)
        file = home / folder / name
        file.write_text("account default\nhost host-of-%s\n" % name.strip("."))
        done = go(["--pretend"], home=home)
        check_status(done, OK, str(file))
        # each goes before those that were written before it
        check(str(file.resolve()) in done.out.replace("/./", "/"), "%s: %r" % (file, done.out))
    done = go(["--pretend"], SMTPSERVER="mail.example.org", EMAIL="me@example.org")
    check("host = mail.example.org" in done.out and "from = me@example.org" in done.out, done.out)


@case
def passwords_come_from_where_they_are_kept():
    import base64

    home = DESK.path / "keeper"
    tools = DESK.path / "tools"
    for folder in (home, tools):
        folder.mkdir(exist_ok=True)
    tool = tools / "secret-tool"
    tool.write_text('#!/bin/sh\n[ "$*" = "lookup host 127.0.0.1 service smtp user ann" ] && echo ring\n')
    tool.chmod(0o755)
    netrc = home / ".netrc"
    netrc.write_text("machine 127.0.0.1 login ann password net\n")
    netrc.chmod(0o600)
    path = "%s:%s" % (tools, os.environ["PATH"])
    base = "account default\nhost 127.0.0.1\nport %d\nauth plain\nuser ann\nfrom me@example.org\n"
    for what, more, have_netrc, want in [
        ("passwordeval first", "passwordeval echo eval\npassword file\n", True, "eval"),
        ("then the file", "password file\n", True, "file"),
        ("then netrc", "", True, "net"),
        ("then the key ring", "", False, "ring"),
    ]:
        if not have_netrc and netrc.exists():
            netrc.unlink()
        with Server(HELLO) as server:
            done = go(["-C", rc(base % server.port + more), "a@x.example"], home=home, PATH=path)
            check_status(done, OK, what)
        login = [line for line in server.said if line.startswith("AUTH PLAIN ")][0].split()[2]
        check_equal(base64.b64decode(login).split(b"\0")[-1].decode(), want, what)
    with Server(HELLO) as server:
        done = go(["-C", rc(base % server.port), "a@x.example"], home=DESK.path / "home")
        check_status(done, CONFIG, "nowhere")
        check("--passwordeval" in done.err and ".netrc" in done.err, done.err)
        netrc.write_text("machine 127.0.0.1 login ann password net\n")
        netrc.chmod(0o644)
        done = go(["-C", rc(base % server.port), "a@x.example"], home=home)
        check_status(done, CONFIG, "a netrc that others may read")
        check("chmod 600" in done.err and "net\n" not in done.err, done.err)


def read_until(terminal, words):
    """What a terminal shows, up to the words, its end, or the end of patience."""
    shown = b""
    while words is None or words not in shown:
        if not select.select([terminal], [], [], 20)[0]:
            break
        try:
            more = os.read(terminal, 1000)
        except OSError:
            break  # it is gone with its last user
        if not more:
            break
        shown += more
    return shown


@case
def a_password_is_asked_for_without_echo():
    with Server(HELLO) as server:
        base = "account default\nhost 127.0.0.1\nport %d\nauth plain\nuser ann\nfrom me@x.example\n"
        words = [MSUB, "-C", str(rc(base % server.port)), "a@x.example"]
        read, write = os.pipe()
        number, terminal = pty.fork()
        if number == 0:
            os.dup2(read, 0)
            os.close(write)
            os.environ.update(dict(environment(), HOME=str(DESK.path / "home")))
            try:
                os.execv(words[0], words)
            finally:
                os._exit(127)
        os.close(read)
        os.write(write, TEXT.encode())
        os.close(write)
        shown = read_until(terminal, b"Password for ann at 127.0.0.1: ")
        os.write(terminal, b"typed secret\n")
        shown += read_until(terminal, None)
        os.kill(number, signal.SIGKILL)  # nothing happens where it has ended
        _, status = os.waitpid(number, 0)
        os.close(terminal)
    check_equal(os.waitstatus_to_exitcode(status), OK, "status (%r)" % shown)
    check(b"typed" not in shown, "shown: %r" % shown)
    check(any(line.startswith("AUTH PLAIN ") for line in server.said), "said %r" % server.said)


@case
def what_is_wrong_is_told_with_its_place_and_what_to_do():
    host = "account default\nhost 127.0.0.1\n"
    for text, mode, words, status, said in [
        (host + "prot 25\n", 0o600, [], CONFIG, ':3:1: unknown command "prot" (did you mean "port"?)'),
        (host + "tls maybe\n", 0o600, [], CONFIG, ':3:5: tls takes on or off, not "maybe"'),
        (host + "password x\n", 0o644, [], CONFIG, "chmod 600"),
        (host, 0o644, ["-a", "defualt"], CONFIG, 'did you mean "default"?'),
        ("account default\n", 0o600, [], CONFIG, "has no host"),
        ("account other\nhost h\n", 0o600, [], CONFIG, "--host"),
        (host + "from *@example.org\n", 0o600, [], CONFIG, "is a pattern"),
        (host + "tls\ntls_trust_file\n", 0o600, [], CONFIG, "--tls-trust-file"),
        (host, 0o600, ["--port=0"], USAGE, "--port takes a number from 1 to 65535"),
        (host, 0o600, ["--protocol=http"], USAGE, "--protocol takes smtp or lmtp"),
        (host, 0o600, ["-a", "default", "--host=x"], USAGE, "only one of them"),
        (host, 0o600, ["--auth=plain"], CONFIG, "--user"),
    ]:
        done = go(["-C", rc(text, mode=mode)] + words + ["a@x.example"])
        check_status(done, status, said)
        check_one_sentence(done, said)
        check(said in done.err, "wanted %r, said %r" % (said, done.err))
    done = go(["-C", "/nonexistent/rc", "a@x.example"])
    check_status(done, CONFIG, "no file")
    check("/nonexistent/rc cannot be read" in done.err, done.err)


@case
def a_sender_with_a_name_chooses_its_account():
    file = rc("account default\nhost d\naccount ann\nhost a\nfrom ann@x.example\n")
    for sender, host in [("ann@x.example", "a"), ("Ann <ann@x.example>", "a"), ("bob@x.example", "d")]:
        done = go(["-C", file, "--pretend", "-f", sender])
        check("host = %s\n" % host in done.out, "%s: %s" % (sender, done.out))


@case
def pretend_prints_and_sends_nothing():
    with Server() as server:
        file = rc("account default\nhost 127.0.0.1\nport %d\nuser u\npassword s3cret\n" % server.port)
        done = go(["-C", file, "--pretend", "--tls", "--timeout=9s", "a@x.example"])
        check_status(done, OK, "pretend")
    check_equal(server.connections, 0, "connections")
    for line in ("password = *", "tls = on", "timeout = 9s", "port = %d" % server.port, "user = u"):
        check(line + "\n" in done.out, "no %r in %s" % (line, done.out))
    check("s3cret" not in done.out + done.err, "the password is shown")


@case
def serverinfo_looks_and_sends_nothing():
    with Server(HELLO) as server:
        done = go(["--host=127.0.0.1", "--port=%d" % server.port, "-S", "--auth", "--user=x"])
        check_status(done, OK, "serverinfo")
    check_equal([line for line in server.said if line[:4] in ("AUTH", "MAIL")], [], "said")
    for words in ("mx.example.net ESMTP", "DSN", "AUTH PLAIN LOGIN"):
        check(words in done.out, "no %r in %s" % (words, done.out))
    done = go(["--host=127.0.0.1", "--port=1", "--serverinfo"])
    check(done.status != OK and "no connection" in done.err, done.err)


@case
def a_nul_in_a_file_is_an_error_of_its_line():
    rc = DESK.file("nul-rc", "account default\nhost h\n# a\0b\nport 1\n")
    done = go(["-C", rc, "a@x.example"])
    check_status(done, CONFIG, "NUL")
    check_one_sentence(done, "NUL")
    check("%s:3: a NUL" % rc in done.err, "said %r" % done.err)


@case
def what_cannot_be_done_is_told_as_usage():
    for word, reason in [("--rmqs=mx.example.net", "ETRN"), ("--connections=10001", "1 to 10000")]:
        done = go(["--host=127.0.0.1", "--port=%d" % NOBODY, word, "a@x.example"])
        check_status(done, USAGE, word)
        check_one_sentence(done, word)
        check(reason in done.err, "said %r" % done.err)


@case
def a_log_line_tells_of_each_mail():
    log = DESK.path / "log"
    for replies, words, status, wanted in [
        ({}, [], OK, r"mailsize=\d+ smtpstatus=250 smtpmsg='250 ok' exitcode=EX_OK"),
        ({"RCPT": "550 5.1.1 no 'body'"}, [], DATA,
         r"smtpstatus=550 smtpmsg='550 5.1.1 no \"body\"' "
         r"errormsg='the server refused for a@x.example' "
         r"exitcode=EX_DATAERR"),
        ({"RCPT": "450 later"}, ["--queue=%s" % (DESK.path / "log-queue")], OK,
         r"smtpstatus=450 smtpmsg='450 later' errormsg='the server refused for a@x.example' queued=[-\d]+ "
         r"exitcode=EX_OK"),
        # the one that was refused, and not who shares its fate
        ({"RCPT TO:<B@": "550 nobody"}, [], DATA,
         r"smtpstatus=550 smtpmsg='550 nobody' errormsg='the server refused for b@x.example' "
         r"exitcode=EX_DATAERR"),
    ]:  # fmt: skip
        log.unlink(missing_ok=True)
        with Server(replies) as server:
            done = go(["--host=127.0.0.1", "--port=%d" % server.port, "-f", "me@x.example", "-X",
                       log, "--logfile-time-format=%Y"] + words + ["a@x.example", "b@x.example"])
            check_status(done, status, wanted)
        line = log.read_text()
        front = (r"\d{4} host=127\.0\.0\.1 tls=off auth=off from=me@x\.example "
                 r"recipients=a@x\.example,b@x\.example ")  # fmt: skip
        check(re.fullmatch(front + wanted + "\n", line), "line %r" % line)
        check_equal(os.stat(log).st_mode & 0o777, 0o600, "mode")


@case
def a_log_line_says_why_nothing_was_sent():
    log = DESK.path / "log-why"
    for words, status, wanted in [
        (["--port=%d" % NOBODY], LATER, r"errormsg='no connection[^']*refused[^']*' "),
        (["--port=%d" % NOBODY, "--user=ann", "--passwordeval=exit 3"], CONFIG,
         r"errormsg='[^']*status 3[^']*' "),
        (["--auth=plain"], CONFIG, r"errormsg='a login needs a user[^']*' "),
    ]:  # fmt: skip
        log.unlink(missing_ok=True)
        done = go(["--host=127.0.0.1", "-f", "me@x.example", "-X", log] + words + ["a@x.example"])
        check_status(done, status, wanted)
        check(re.search(wanted + "exitcode=EX_", log.read_text()), "line %r" % log.read_text())
        check_equal(log.read_text().count("\n"), 1, "lines")


@case
def a_log_that_others_lock_or_that_is_no_file_stops_nobody():
    log, pipe = DESK.file("locked-log", ""), DESK.path / "log-pipe"
    os.mkfifo(pipe)
    for path, said, lines in [(log, "is locked by somebody else", 2), (pipe, "the log", 0)]:
        with Server() as server, open(log) as reader:
            fcntl.flock(reader, fcntl.LOCK_SH)
            front = ["--host=127.0.0.1", "--port=%d" % server.port, "-f", "me@x.example"]
            mails = [DESK.file("log-mail-%d" % n, "To: a@x.example\n\nx\n") for n in range(2)]
            began = time.monotonic()
            done = go(front + ["-X", path, "--batch"] + mails)
            check(time.monotonic() - began < 15, "it took too long")
        check_status(done, OK, said)
        check(said in done.err, "said %r" % done.err)
        check_equal(len(server.mails), 2, "mails")
        check_equal(log.read_text().count("\n") if path == log else 0, lines, "lines")


if __name__ == "__main__":
    main()
