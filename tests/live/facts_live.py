"""`handset check --facts-only`: facts about servers of ours over TCP, and the profile that is learned of one."""
import json
import pathlib
import tempfile

import certificates
from opponents import USER
from ours import DESK, HANDSET, SENDER, Serve, check_status, run
from runner import case, check, check_equal, main

# What the founding server does: RSET forgets the login; it takes an argument, MAIL twice, and any parameter.
FORGETTING = [
    "login-memory-survives-reset",
    "login-survives-abandoned-message",
    "login-survives-reset",
    "no-nested-mail",
    "reset-with-argument",
    "unknown-parameter",
]
# What a strict server does not forgive.
STRICT = [
    "blank-after-mail-colon",
    "blank-after-recipient-colon",
    "blank-behind-mail",
    "blank-behind-recipient",
    "dot-before-at",
    "hello-bad-literal",
    "hello-blank-inside",
    "hello-underscore",
    "recipient-without-brackets",
    "sender-without-brackets",
]


def facts(port, *more, scheme="smtp", seconds=120):
    """(what the run printed, its records)"""
    with tempfile.TemporaryDirectory() as folder:
        records = pathlib.Path(folder, "records.jsonl")
        words = [HANDSET, "check", "-s", "%s://localhost:%d" % (scheme, port), "-u", USER]
        words += ["--password-file", DESK.password, "-f", SENDER, "-t", "someone@example.net"]
        words += ["--facts-only", "--rate", "unlimited", "--jsonl", records]
        done = run([str(word) for word in words + list(more)], seconds=seconds)
        kept = records.read_text().splitlines() if records.exists() else []
        return done, [json.loads(line) for line in kept]


def named(records, verdict):
    return sorted(r["fact"] for r in records if r["record"] == "fact" and r["verdict"] == verdict)


def value(records, fact):
    return [r.get("value", r["verdict"]) for r in records if r.get("fact") == fact]


@case
def a_server_that_forgets_is_found_out():
    with Serve(profile="qmail-spamcontrol") as server:
        done, records = facts(server.port)
        check_status(done, 0, "facts")
        check_equal(named(records, "broken"), FORGETTING, "what is broken")
        check_equal(named(records, "inconclusive") + named(records, "not-tried"), [], "doubtful")
        check("two-messages" in named(records, "needs-deliver"), "what needs a message says so")
        check_equal(server.delivered(), [], "what arrived")
        like = [r for r in records if r["record"] == "likeness"]
        check_equal(like[0]["server"], "qmail-spamcontrol", "what it is like")
        check_equal(like[0]["agrees"], like[0]["of"], "in how many facts")
        for said in ("c2VjcmV0", "AHBob25lAHNlY3JldA=="):
            check(said not in json.dumps(records), "the password is in a record")


@case
def tls_has_facts_of_its_own():
    with tempfile.TemporaryDirectory() as folder:
        made = certificates.make(folder)
        trust = ["--trust-file", folder + "/authority.pem"]
        with Serve(certificates=made, tls="starttls", profile="correct") as server:
            done, records = facts(server.port, *trust, scheme="smtp+starttls")
            check_status(done, 0, "facts")
            check_equal(named(records, "broken"), STRICT, "what is broken")
            check_equal(named(records, "inconclusive"), [], "what is doubtful")
            check_equal(value(records, "starttls-injection"), ["refused"], "octets behind STARTTLS")
            check_equal(value(records, "hello-after-starttls"), ["refused at AUTH: 503"], "no EHLO")
        with Serve(certificates=made, tls="implicit", profile="correct") as server:
            done, records = facts(server.port, *trust, scheme="smtps")
            check_status(done, 0, "facts")
            check_equal(named(records, "broken"), STRICT, "what is broken inside TLS")
            check("starttls-works" in named(records, "not-applicable"), "there is no STARTTLS")


@case
def what_is_learned_is_served_and_behaves_alike():
    with tempfile.TemporaryDirectory() as folder:
        learned = pathlib.Path(folder, "learned.yaml")
        with Serve(profile="qmail-spamcontrol") as server:
            done, first = facts(server.port, "--deliver", "--learn-server", learned)
            check_status(done, 0, "learning")
            check(len(server.delivered()) >= 8, "messages were delivered")
        with Serve(profile=learned) as server:
            done, second = facts(server.port, "--deliver")
            check_status(done, 0, "the learned server")
        check_equal(named(second, "broken"), named(first, "broken"), "what is broken")
        check_equal(named(second, "holds"), named(first, "holds"), "what holds")


@case
def patterns_that_fit_nothing_are_usage():
    done, records = facts(1, "--fact", "no-such-fact")
    check_status(done, 2, "a pattern that fits nothing")
    check('no fact\'s name fits "no-such-fact"' in done.err, done.err)
    done, records = facts(1, "--no-facts")
    check_status(done, 2, "--facts-only --no-facts")


@case
def nobody_answers():
    done, records = facts(1)
    check_status(done, 3, "no connection")
    check_equal([r for r in records if r["record"] == "likeness"], [], "what it is like")


@case
def a_wrong_password_teaches_little():
    with tempfile.TemporaryDirectory() as folder, Serve(profile="lenient") as server:
        learned = pathlib.Path(folder, "learned.yaml")
        done, records = facts(
            server.port, "--learn-server", learned, "--password-file", DESK.wrong_password
        )
        check(done.status in (3, 4), "status %d" % done.status)
        check("reset-before-hello" in named(records, "holds"), "what needs no login is found out")
        check_equal(named(records, "broken"), [], "what is broken")
        check("too little was found out" in done.err, done.err)
        check(not learned.exists(), "a profile was written")


main()
