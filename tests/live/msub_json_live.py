"""msub --json where no message is sent: the queue and a server as JSON, valid whatever they hold."""
import json
import tempfile

import certificates
from mail_queue import TEXT, Queue
from ours import MSUB, check_status, run
from runner import case, check, check_equal, main
from table_server import Server

OK, USAGE, UNAVAILABLE, LATER, PROTOCOL = 0, 64, 69, 75, 76
MEMBERS = ["host", "port", "greeting", "clear", "inside", "mechanisms", "tls", "certificate", "error",
           "phase", "trouble"]  # fmt: skip


def parsed(done, what):
    try:
        return json.loads(done.out)
    except ValueError as wrong:
        raise AssertionError("%s: no JSON (%s): %r" % (what, wrong, done.out[:800]))


def show(queue, *more):
    return run([MSUB, "--show-queue", "--json", "--queue=%s" % queue.path, *more])


@case
def a_queue_is_shown():
    queue = Queue()
    queue.put(1, "a@example.net", "b@example.net")
    done = show(queue)
    check_status(done, OK, "shown")
    told = parsed(done, "shown")
    check_equal(sorted(told), ["queues", "status"], "members")
    check_equal(told["status"], 0, "status")
    (shown,) = told["queues"]
    check_equal(
        (shown["queue"], shown["failed"], shown["trouble"]), (str(queue.path), [], ""), "queue"
    )
    (mail,) = shown["waiting"]
    name = queue.files()[0]
    size = len(queue.file().split("\n\n", 1)[1].encode())
    want = {
        "id": name, "trouble": "", "since": int(name.split("-")[0]), "octets": size,
        "sender": "me@example.org", "reasons": [],
        "recipients": [{"recipient": "a@example.net", "state": "waiting"},
                       {"recipient": "b@example.net", "state": "waiting"}],
    }  # fmt: skip
    check_equal(mail, want, "mail")


@case
def what_failed_and_what_waits_has_its_reasons():
    queue = Queue()
    rude = '550 5.1.1 \x1b[31m"no\\body" \xff\x9b\x00'
    with Server({"RCPT TO:<A": rude, "RCPT TO:<B": "450 4.2.0 later\x07\xfe"}) as server:
        queue.put(server.port, "a@example.net")
        queue.put(server.port, "b@example.net")
        queue.flush()
    done = show(queue)
    check_status(done, OK, "shown")
    check("\x1b" not in done.out and "\x07" not in done.out, "raw octets in %r" % done.out)
    (shown,) = parsed(done, "shown")["queues"]
    (failed,), (waits,) = shown["failed"], shown["waiting"]
    check_equal(
        failed["recipients"], [{"recipient": "a@example.net", "state": "refused"}], "failed"
    )
    check_equal(len(failed["reasons"]), 1, "reasons of %r" % failed)
    check("550 5.1.1" in failed["reasons"][0], "reasons %r" % failed)
    check_equal(waits["recipients"], [{"recipient": "b@example.net", "state": "waiting"}], "waits")
    check("450 4.2.0 later" in waits["reasons"][0], "reasons %r" % waits)


@case
def octets_that_are_no_text_are_still_json():
    queue = Queue()
    queue.put(1, "a@example.net")
    name = queue.files()[0]
    file = queue.path / "new" / name
    spoiled = file.read_bytes().replace(b"a@example.net", b'a\xff"\\\x1b\xc3@example.net', 1)
    file.write_bytes(spoiled)
    (queue.path / "new" / (name + ".reason")).write_bytes(b'\xfe\x01"\\ why\n')
    (queue.path / "new" / "17-1").write_bytes(b"no mail \xff\n\n")
    (shown,) = parsed(show(queue), "spoiled")["queues"]
    wrong, mail = sorted(shown["waiting"], key=lambda one: one["id"] != "17-1")
    check_equal(sorted(wrong), ["id", "reasons", "trouble"], "members of what is no mail")
    check("17-1" in wrong["trouble"], "trouble %r" % wrong)
    check_equal(mail["recipients"][0]["recipient"], 'a�"\\\x1b�@example.net', "address")
    check_equal(mail["reasons"], ['�\x01"\\ why'], "reasons")


@case
def no_queue_and_several():
    with tempfile.TemporaryDirectory() as folder:
        file = folder + "/rc"
        with open(file, "w") as rc:
            rc.write(
                "account a\nhost h\nqueue %s/q1\naccount b\nhost h\nqueue %s/q2\n"
                % (folder, folder)
            )
        with open(folder + "/none", "w") as rc:
            rc.write("account a\nhost h\n")
        rows = [
            ("two", ["--file=" + file, "--show-queue"], OK, 2),
            ("two as mailq", ["--file=" + file, "-bp"], OK, 2),
            ("none", ["--file=%s/none" % folder, "--show-queue"], USAGE, 0),
            ("none as mailq", ["--file=%s/none" % folder, "-bp"], OK, 0),
            ("a file", ["--show-queue", "--queue=" + file], {73, 74, 78}, 1),
        ]
        for what, words, status, count in rows:
            for option in ("--json", "--json-lines"):
                done = run([MSUB, option, *words])
                check_status(done, status, what)
                told = parsed(done, what)
                check_equal(len(told["queues"]), count, what)
                check_equal(told["status"], done.status, what + ": status")
                check_equal(len(done.out.splitlines()) > 1, count > 1, what + ": lines")
        check("q1" in told["queues"][0]["trouble"] or "rc" in told["queues"][0]["trouble"],
              "trouble of a file: %r" % told)  # fmt: skip


def look(port, *more):
    words = [MSUB, "--serverinfo", "--json", "--host=127.0.0.1", "--port=%d" % port, "--timeout=3"]
    return run(words + list(more))


@case
def a_server_is_shown():
    with tempfile.TemporaryDirectory() as folder:
        made = certificates.make(folder)
        hello = ["250-mx.example.net\n250-SIZE 1000\n250 STARTTLS",
                 "250-inside.example.net\n250 AUTH LOGIN PLAIN"]  # fmt: skip
        replies = {"EHLO": hello, "STARTTLS": "220 go"}
        with Server(replies, certificates=made) as server:
            done = look(server.port, "--tls", "--tls-trust-file=%s" % made.authority)
        check_status(done, OK, "looked")
        told = parsed(done, "looked")
        check_equal(sorted(told), ["server", "status"], "members")
        shown = told["server"]
        check_equal(list(shown), MEMBERS, "members of the server")
        check_equal((shown["host"], shown["port"]), ("127.0.0.1", server.port), "where")
        check_equal(shown["greeting"], {"code": 220, "text": "mx.example.net ESMTP"}, "greeting")
        check_equal(shown["clear"], ["mx.example.net", "SIZE 1000", "STARTTLS"], "clear")
        check_equal(shown["inside"], ["inside.example.net", "AUTH LOGIN PLAIN"], "inside")
        check_equal(shown["mechanisms"], ["LOGIN", "PLAIN"], "mechanisms")
        check_equal(shown["tls"]["version"], "TLS1.3", "TLS")
        check_equal(shown["certificate"]["verified"], True, "verified")
        check("127.0.0.1" in shown["certificate"]["names"], "names %r" % shown)
        check_equal((shown["error"], shown["phase"], shown["trouble"]), ("OK", None, ""), "outcome")


@case
def whatever_a_server_says_it_is_json():
    rows = [
        ("rude", "220 \x1b[2J\"\\\xff\x80 \xe2\x80\xae\x01", {"EHLO": "250-\xc3\"\\\n250 AUTH \x7f\xff\" P"},
         OK, "OK"),
        ("refused", "554 5.3.2 \"go\" \\away\xfe", {}, UNAVAILABLE, "REFUSED"),
        ("no greeting", None, {}, LATER, "TIMEOUT"),
        ("no reply", "hello\x00\xff", {}, PROTOCOL, "PROTOCOL"),
    ]  # fmt: skip
    for what, greeting, replies, status, error in rows:
        with Server(replies, greeting=greeting) as server:
            done = look(server.port)
        check_status(done, status, what)
        check("\x1b" not in done.out, what + ": raw octets")
        told = parsed(done, what)
        check_equal(told["status"], status, what)
        check_equal(told["server"]["error"], error, what)
        check_equal(told["server"]["trouble"] == "", status == OK, what + ": trouble")
    done = run([MSUB, "--serverinfo", "--json", "--file=/nonexistent/rc"])
    check(done.status != OK, "no account: status 0")
    check_equal(parsed(done, "no account"), {"server": None, "status": done.status}, "no account")


@case
def what_has_no_json_says_so():
    for words in (["--pretend", "--host=h", "a@example.net"], ["-bs", "--host=h"],
                  ["--configure=a@example.net"]):  # fmt: skip
        done = run([MSUB, "--json", *words])
        check_status(done, USAGE, words[0])
        check_equal(parsed(done, words[0]), {"messages": [], "status": USAGE}, words[0])
        check("--json: not with" in done.err, "%s: said %r" % (words[0], done.err))


main()
