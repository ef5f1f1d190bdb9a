"""msub --batch and --mbox: many messages from files, folders and boxes against handset serve, with
the results of each; over one connection or several, with room for a few of them."""
import json
import mailbox
import os
import re
import select
import socket
import subprocess
import threading

from opponents import PASSWORD, USER
from ours import DESK, MSUB, Serve, check_one_sentence, check_status, environment, msub, run
from runner import case, check, check_equal, main

OK, USAGE, DATA, NO_INPUT = 0, 64, 65, 66


def letter(number, to="ann@example.net", body="text\n"):
    return "From: <sender@example.org>\nTo: %s\nSubject: letter %d\n\n%s" % (to, number, body)


def folder(name):
    path = DESK.path / name
    path.mkdir()
    return path


def bodies(server):
    """Subject -> body of what was delivered, without what the server put in front."""
    found = {}
    for file in (server.maildir / "new").glob("*"):
        header, _, body = file.read_bytes().decode().replace("\r\n", "\n").partition("\n\n")
        subject = [line for line in header.split("\n") if line.startswith("Subject: ")][0]
        found[subject[len("Subject: "):]] = body
    return found


@case
def a_folder_is_sent_in_the_order_of_its_names():
    path = folder("outgoing")
    for number in (3, 1, 2):
        (path / ("%d.eml" % number)).write_text(letter(number))
    (path / ".hidden").write_text("not yet a message")
    (path / "deeper").mkdir()
    (path / "deeper" / "4.eml").write_text(letter(4))
    with Serve() as server:
        done = msub(server.port, "--batch", "--json", path)
        check_status(done, OK, "folder")
        report = json.loads(done.out)
        check_equal([one["source"] for one in report["messages"]],
                    [str(path / ("%d.eml" % n)) for n in (1, 2, 3)], "order")
        check_equal(sorted(bodies(server)), ["letter 1", "letter 2", "letter 3"], "delivered")


@case
def a_maildir_is_its_new_and_cur():
    box = mailbox.Maildir(DESK.path / "Maildir")
    for number in (1, 2):
        box.add(letter(number))
    read = mailbox.MaildirMessage(letter(3))
    read.set_subdir("cur")
    box.add(read)
    (DESK.path / "Maildir" / "tmp" / "half").write_text("From: half")
    with Serve() as server:
        check_status(msub(server.port, "--batch", DESK.path / "Maildir"), OK, "Maildir")
        check_equal(sorted(bodies(server)), ["letter 1", "letter 2", "letter 3"], "delivered")


@case
def an_empty_folder_is_nothing_to_send():
    with Serve() as server:
        done = msub(server.port, "--batch", folder("empty"))
        check_status(done, OK, "empty folder")
        check_equal(done.out + done.err, "", "said")


@case
def a_box_that_python_wrote_arrives_as_it_was():
    texts = {
        1: "text\n",
        2: "From me to you\nFrom here\n\nFrom there\n",
        3: ">From quoted before\n.\n..dots\n",
        4: "ends without a line end",
    }
    path = DESK.path / "python.mbox"
    box = mailbox.mbox(path)
    for number, text in texts.items():
        box.add(letter(number, body=text))
    box.close()
    with Serve() as server:
        check_status(msub(server.port, "--mbox", path), OK, "mboxo")
        got = bodies(server)
        check_equal(got["letter 1"], texts[1], "text")
        check_equal(got["letter 2"], texts[2].replace("From ", ">From ", 1)
                    .replace("\nFrom ", "\n>From "), "mboxo stays quoted")
        check_equal(got["letter 3"], texts[3], "dots")
        check_equal(got["letter 4"], texts[4] + "\n", "last line")


@case
def an_mboxrd_is_unquoted_also_through_a_pipe():
    box = "From a@example.org Thu Jan  1 00:00:00 1970\n" + letter(
        1, body=">From me\n>>From you\n> From us\n" + ("x" * 97 + "\n>From x\n") * 400 + "\n>From the end\n")
    path = DESK.file("rd.mbox", box + "\nFrom b\n" + letter(2) + "\n")
    want = "From me\n>From you\n> From us\n" + ("x" * 97 + "\nFrom x\n") * 400 + "\nFrom the end\n"
    for words, stdin in [(["--mbox", path], ""), (["--mbox"], path.read_text()),
                         (["--mbox", "-"], path.read_text())]:
        with Serve() as server:
            done = msub(server.port, "--mbox-format=mboxrd", *words, stdin=stdin)
            check_status(done, OK, "mboxrd")
            got = bodies(server)
            check_equal(got["letter 1"], want, "unquoted")
            check_equal(got["letter 2"], "text\n", "the other")


@case
def an_mboxcl_is_measured():
    text = "one\n\nFrom inside\n"
    box = "From a\n" + letter(1, body=text).replace(
        "Subject", "Content-Length: %d\nSubject" % len(text)) + "\nFrom b\n" + letter(2) + "\n"
    with Serve() as server:
        done = msub(server.port, "--mbox", "--mbox-format=mboxcl", DESK.file("cl.mbox", box))
        check_status(done, OK, "mboxcl")
        check_equal(bodies(server), {"letter 1": text, "letter 2": "text\n"}, "delivered")


@case
def the_sender_is_the_headers_or_the_from_lines():
    box = "From return@example.com Thu\n%s\nFrom MAILER-DAEMON Thu\n%s\n" % (letter(1), letter(2))
    path = DESK.file("senders.mbox", box)
    for options, want in [([], {"sender@example.org"}),
                          (["--read-from-line"], {"return@example.com", ""})]:
        with Serve() as server:
            done = run([MSUB, "--host=127.0.0.1", "--port=%d" % server.port, "--tls=off",
                        "--auth=plain", "--user=" + USER,
                        "--password-file=%s" % DESK.password, "--mbox", path] + options)
            check_status(done, OK, "senders")
            got = set()
            for file in (server.maildir / "new").glob("*"):
                for line in file.read_text().splitlines():
                    if line.startswith("Return-Path:"):
                        got.add(line.partition(":")[2].strip().strip("<>"))
            check_equal(got, want, "return paths with %s" % options)


@case
def what_cannot_be_sent_is_named_with_its_line():
    box = "From a\n%s\nFrom b\nTo: nobody at all@\n\n.\n\nFrom c\n%s\n" % (letter(1), letter(3))
    path = DESK.file("bad.mbox", box)
    with Serve() as server:
        done = msub(server.port, "--mbox", path)
        check_status(done, DATA, "bad message in a box")
        check_one_sentence(done, "bad message in a box")
        check(done.err.startswith("msub: %s:8: " % path), "said %r" % done.err)
        check_equal(sorted(bodies(server)), ["letter 1", "letter 3"], "delivered")
        done = msub(server.port, "--json", "--mbox", path)
        check_equal([one.get("line") for one in json.loads(done.out)["messages"]], [1, 8, 13],
                    "lines")
    for name, text, status, reason in [
        ("none.mbox", letter(1), DATA, "is no mbox"),
        ("folder.mbox", None, NO_INPUT, "is a directory"),
        ("missing.mbox", False, NO_INPUT, "cannot be opened"),
    ]:
        path = DESK.path / name
        if text is None:
            path.mkdir()
        elif text:
            path.write_text(text)
        with Serve() as server:
            done = msub(server.port, "--mbox", path)
            check_status(done, status, reason)
            check_one_sentence(done, reason)
            check(reason in done.err, "%s: said %r" % (reason, done.err))


@case
def a_large_box_takes_little_memory():
    """Only heads of lines and one header at a time are held: 60 MB of box, far less of memory."""
    path = DESK.path / "large.mbox"
    line = "0123456789" * 7 + "\n"
    with open(path, "w") as box:
        for number in range(30):
            box.write("From a\n" + letter(number, body=line * 28000) + "\n")
    with Serve() as server:
        words = [MSUB, "--host=127.0.0.1", "--port=%d" % server.port, "--tls=off",
                 "--auth=plain", "--user=" + USER, "--password-file=%s" % DESK.password,
                 "--mbox", str(path)]
        child = subprocess.Popen(words, env=environment(), stderr=subprocess.PIPE)
        _, status, usage = os.wait4(child.pid, 0)
        said = child.stderr.read().decode()
        child.returncode = os.waitstatus_to_exitcode(status)
        check_equal((child.returncode, said), (OK, ""), "large box")
        check_equal(len(bodies(server)), 30, "delivered")
        check(usage.ru_maxrss < 50 * 1024, "%d KiB were used" % usage.ru_maxrss)


class Taker:
    """Takes every message and keeps none. With a gate, a message is answered when it opens."""

    def __init__(self, gate=None):
        self.gate, self.taken, self.sessions = gate, 0, 0
        self.lock = threading.Lock()
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.port = self.socket.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self):
        while True:
            try:
                client, _ = self.socket.accept()
            except OSError:
                return
            self.sessions += 1
            threading.Thread(target=self._talk, args=(client,), daemon=True).start()

    def _talk(self, client):
        client.sendall(b"220 x\r\n")
        lines, inside, replies = client.makefile("rb", 1 << 16), False, b""
        for line in lines:
            if inside and line != b".\r\n":
                continue
            if inside:
                if self.gate:
                    self.gate.acquire()
                with self.lock:
                    self.taken += 1
                inside, reply = False, b"250 taken\r\n"
            else:
                inside = line == b"DATA\r\n"
                reply = b"354 go\r\n" if inside else b"250 ok\r\n"
            try:
                client.sendall(reply)
            except OSError:
                return

    def __enter__(self):
        return self

    def __exit__(self, *ignored):
        self.socket.close()


def box_of(count):
    return DESK.file("%d.mbox" % count, "".join(
        "From a\n%s\n" % letter(number) for number in range(count)))


def words(server, *more):
    return [MSUB, "--host=127.0.0.1", "--port=%d" % server.port, "--tls=off",
            *[str(word) for word in more]]


@case
def several_connections_bring_each_message_once():
    count = 300
    for connections in (1, 4):
        with Serve() as server:
            done = msub(server.port, "--connections=%d" % connections, "--debug", "--mbox",
                        box_of(count))
            check_status(done, OK, "%d connections" % connections)
            greetings = len(re.findall(r"^ -> EHLO ", done.err, re.M))
            check(greetings == 1 if connections == 1 else 1 < greetings <= connections,
                  "%d sessions of %d" % (greetings, connections))
            check_equal(sorted(bodies(server)),
                        sorted("letter %d" % number for number in range(count)), "delivered")
            check_equal(len(server.delivered()), count, "messages")
    done = run([MSUB, "--host=localhost", "--connections=10001", "x@example.net"], stdin="x\n")
    check_status(done, 64, "too many connections")
    check("--connections" in done.err, "said %r" % done.err)


@case
def results_are_told_while_others_are_sent():
    gate = threading.Semaphore(0)
    with Taker(gate) as server:
        child = subprocess.Popen(words(server, "--json-lines", "--mbox", box_of(3)),
                                 env=environment(), stdout=subprocess.PIPE)
        for number, line in enumerate((1, 8, 15)):
            check(not select.select([child.stdout], [], [], 0.2)[0], "told before it is known")
            check_equal((child.poll(), server.taken), (None, number), "under way")
            gate.release()
            check(select.select([child.stdout], [], [], 20)[0], "nothing was told in time")
            told = json.loads(os.read(child.stdout.fileno(), 65536))
            check_equal((told["line"], told["status"]), (line, 0), "told")
        check_equal(child.wait(20), OK, "status")
        child.stdout.close()


@case
def memory_does_not_grow_with_the_messages():
    used = {}
    for count in (200, 8000):
        with Taker() as server:
            child = subprocess.Popen(
                words(server, "--mbox", box_of(count)),
                env=dict(environment(), ASAN_OPTIONS="quarantine_size_mb=1:exitcode=99"))
            _, status, usage = os.wait4(child.pid, 0)
            child.returncode = os.waitstatus_to_exitcode(status)
            check_equal((child.returncode, server.taken, server.sessions), (OK, count, 1), "sent")
            used[count] = usage.ru_maxrss
    check(used[8000] - used[200] < 3072, "KiB used: %r" % used)


@case
def a_server_that_is_not_there_is_asked_once():
    """However many messages wait: all of them get what the first learned."""
    gate = socket.create_server(("127.0.0.1", 0))
    port, asked = gate.getsockname()[1], []

    def refuse():
        while True:
            try:
                client, _ = gate.accept()
            except OSError:
                return
            asked.append(1)
            client.sendall(b"554 no service here\r\n")
            client.close()

    threading.Thread(target=refuse, daemon=True).start()
    done = run([MSUB, "--host=127.0.0.1", "--port=%d" % port, "--tls=off", "--json-lines",
                "--mbox", box_of(200)])
    gate.close()
    check_status(done, 69, "refused")
    told = [json.loads(line) for line in done.out.splitlines()]
    check_equal({(one["status"], one["recipients"][0]["reply"]["code"]) for one in told},
                {(69, 554)}, "told")
    check_equal((len(told), len(asked)), (200, 1), "messages and connections")


@case
def wrong_words_are_told_before_connecting():
    for words, reason in [
        (["--batch", "--mbox", "x"], "only one of them"),
        (["--batch"], "name the files"),
        (["--mbox", "-t", "x"], "leave out -t"),
        (["--read-from-line", "x@example.net"], "use --mbox"),
        (["--mbox-format=mboxrd", "x@example.net"], "use --mbox"),
        (["--mbox-format=mmdf", "--mbox", "x"], "mboxo, mboxrd, mboxcl"),
    ]:
        done = run([MSUB, "--host=127.0.0.1", "--port=1"] + words)
        check_status(done, USAGE, " ".join(words))
        check(reason in done.err, "%s: said %r" % (words, done.err))


main()
