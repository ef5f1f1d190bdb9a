"""The programs of client/examples, each against handset serve: what they send arrives, once each.
"""
import os
import subprocess
import tempfile

import certificates
from opponents import PASSWORD, USER
from ours import SENDER, Serve, check_sane, environment
from runner import Failed, case, check, check_equal, main

EXAMPLES = os.environ.get("EXAMPLES", "client/examples")
TO = "ann@example.net"


def example(name, *words, stdin="", password=PASSWORD):
    program = os.path.join(EXAMPLES, "example_" + name)
    surroundings = environment()
    surroundings["MSUB_PASSWORD"] = password
    try:
        done = subprocess.run(
            [program, *map(str, words)], input=stdin.encode(), env=surroundings,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=60)  # fmt: skip
    except FileNotFoundError:
        raise Failed("%s is not built" % program)
    err = done.stderr.decode(errors="replace")
    check_sane(name, done.returncode, err)
    return done.returncode, err


def check_arrived(server, subject, count, what):
    check_equal(server.delivered(), [(subject, TO)] * count, what + ": delivered")


@case
def blocking_sends_one_message_inside_tls():
    with tempfile.TemporaryDirectory(prefix="handset-examples-") as folder:
        made = certificates.make(folder)
        text = "Subject: from standard input\n\nhello\n"
        with Serve(tls="starttls", certificates=made) as server:
            words = ["localhost", server.port, made.authority, USER, SENDER, TO]
            check_equal(example("blocking", *words, stdin=text), (0, ""), "blocking")
            status, err = example("blocking", *words, stdin=text, password="wrong")
            check_equal(status, 1, "blocking with a wrong password")
            check("535" in err, "it says why: " + err)
            check_arrived(server, "from standard input", 1, "blocking")


@case
def poll_loop_sends_many_in_one_session():
    with Serve() as server:
        words = ["127.0.0.1", server.port, USER, SENDER, TO, 25]
        check_equal(example("poll_loop", *words), (0, ""), "poll_loop")
        check_arrived(server, "from a poll loop", 25, "poll_loop")
        check_equal(example("poll_loop", *words, password="wrong")[0], 1, "with a wrong password")


@case
def libuv_sends_many_over_several_connections():
    with Serve() as server:
        words = ["127.0.0.1", server.port, USER, SENDER, TO, 60, 6]
        check_equal(example("libuv", *words), (0, ""), "libuv")
        check_arrived(server, "from libuv", 60, "libuv")
        check_equal(example("libuv", *words, password="wrong")[0], 1, "with a wrong password")


@case
def nobody_listens_and_the_examples_say_so():
    with Serve() as server:
        port = server.port
    check_equal(example("poll_loop", "127.0.0.1", port, USER, SENDER, TO, 2)[0], 1, "poll_loop")
    check_equal(example("libuv", "127.0.0.1", port, USER, SENDER, TO, 2, 2)[0], 1, "libuv")
    check_equal(example("one_line", "127.0.0.1", port, USER, SENDER, TO)[0], 1, "one_line")


@case
def one_line_sends_a_message_per_line_of_cpp():
    with Serve() as server:
        words = ["127.0.0.1", server.port, USER, SENDER, TO]
        check_equal(example("one_line", *words), (0, ""), "one_line")
        wanted = [("another line", TO), ("one line", TO)]
        check_equal(server.delivered(), wanted, "one_line: delivered")
        status, err = example("one_line", *words, password="wrong")
        check_equal(status, 1, "one_line with a wrong password")
        check("login" in err, "it says why: " + err)


main()
