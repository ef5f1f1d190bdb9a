"""`handset play --phones N`: so many phones at once, each message once, little memory, and totals that
are true."""
import collections
import json
import resource
import subprocess

from opponents import USER
from ours import DESK, HANDSET, Serve, run
from runner import case, check, check_equal, main

# Who waits for the reply to RCPT, or to the dot, waits long enough for all the others to come.
WAITING = """name: waiting
evidence:
  - {assumption: "a server that takes its time", shows: [offers, faults]}
offers: ["AUTH PLAIN LOGIN"]
faults: [{at: %s, times: 0, delay: %s}]
"""
EACH_MAX = 8 * 1024


def words(port, phones, *more, profile="nokia-e61i"):
    return [
        HANDSET, "play", profile, "--server", "smtp://127.0.0.1:%d" % port, "--user", USER,
        "--password-file", DESK.password, "--to", "ann@example.net", "--patience", "30s",
        "--phones", str(phones), *more,
    ]  # fmt: skip


def waiting(at, span="3 s"):
    return DESK.file("waiting-%s.yaml" % at, WAITING % (at, span))


def mail_of(server):
    return [path.read_bytes() for path in (server.maildir / "new").iterdir()]


def two_hundred(at, *more, **how):
    with Serve(profile=waiting(at)) as server:
        done = run(words(server.port, 200, "--json", *more, **how), seconds=60)
        check_equal(done.status, 0, "the status; it said %r" % done.err)
        told = json.loads(done.out)
        check_equal(
            told["phones"], {"delivered": 200, "failed": 0, "inconclusive": 0}, "the phones"
        )
        check_equal((told["messages"], told["delivered"]), (200, 200), "the messages")
        check_equal(told["failures"], [], "the failures")
        check_equal(told["at-once"], 200, "how many there were at once")
        check_equal(told["memory"]["phones"], 200, "of how many the memory is")
        each = told["memory"]["octets-each"]
        check(1024 < each < EACH_MAX, "a phone holds %d octets" % each)
        return mail_of(server)


@case
def two_hundred_phones_deliver_two_hundred_messages():
    messages = two_hundred("recipient")
    check_equal(len(messages), 200, "messages in the Maildir")
    numbers = collections.Counter(
        line for message in messages for line in message.split(b"\n") if b"essage-I" in line[:12]
    )
    check_equal((len(numbers), sum(numbers.values())), (200, 200), "different Message-IDs")


@case
def a_phone_that_waits_behind_its_dot_is_no_larger():
    text = DESK.file("kilobyte.txt", "sixty-three octets of a line that somebody may have typed in\n" * 17)
    messages = two_hundred("end", "--body-file", text)
    check_equal(len(messages), 200, "messages in the Maildir")
    check_equal(sum(m.count(b"sixty-three") for m in messages), 200 * 17, "lines of their bodies")


@case
def a_file_that_all_send_is_there_once():
    lines = "sixty-three octets of a line that somebody may have typed in\n" * 17 * 100
    # this client writes blocks of 4 KiB, the room of which is given back behind the last
    large = DESK.file("large.eml", "Subject: x\n\n" + lines)
    messages = two_hundred("end", "--message", large, profile="correct")
    check_equal({m.count(b"sixty-three") for m in messages}, {1700}, "lines of their bodies")


@case
def what_failed_is_told_of_each_phone():
    with Serve(profile=waiting("quit", "0 s")) as server:
        wrong = DESK.file("wrong", "wrong\n")
        line = [wrong if word == DESK.password else word for word in words(server.port, 30)]
        done = run(line, seconds=60)
        check_equal(done.status, 1, "the status; it said %r" % done.err)
        for sentence in (
            "phone 1, message 1: refused",
            "and 10 failures more\n",
            "30 phones: 0 delivered, 30 failed, 0 inconclusive\n",
            "30 messages: 0 delivered\n",
        ):
            check(sentence in done.out, "%r is not in %r" % (sentence, done.out))
        told = json.loads(run(line + ["--json"], seconds=60).out)
        check_equal(sorted(f["phone"] for f in told["failures"]), list(range(1, 31)), "the phones")
        check_equal(told["failure-count"], 30, "their number")
        check_equal(mail_of(server), [], "the mail")


@case
def some_of_the_phones_are_turned_away():
    """The server takes 20 at a time; the others hear 421."""
    with Serve("--concurrent", "20", profile=waiting("recipient")) as server:
        done = run(words(server.port, 50, "--json"), seconds=60)
        told = json.loads(done.out)
        check_equal(done.status, 1, "the status")
        check_equal(
            told["phones"], {"delivered": 20, "failed": 30, "inconclusive": 0}, "the phones"
        )
        check_equal(len(mail_of(server)), 20, "messages in the Maildir")


@case
def too_many_descriptors_are_said_before_anything_is_sent():
    limit = lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (1200, 1200))  # noqa: E731
    line = [str(word) for word in words(9, 1000)]
    done = subprocess.run(line, capture_output=True, text=True, preexec_fn=limit, timeout=60)
    check_equal(done.returncode, 2, "the status")
    check("need 2024 descriptors, and the limit is 1200" in done.stderr, done.stderr)


@case
def what_is_of_one_dialogue_is_not_for_many():
    for more in (["--transcript", "-"], ["--verbose"], ["--link", "gprs"], ["--outbox", "."], ["--phones", "0"]):
        done = run(words(9, 2, *more))
        check_equal(done.status, 2, "the status with %r" % more)
        check("phone" in done.err, "%r says %r" % (more, done.err))
    check_equal(run(words(9, 10001)).status, 2, "more than there may be")


main()
