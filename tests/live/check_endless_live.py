"""`handset check`, `explain` and `play` against servers that never end a reply (endless_server.py): each
command ends, a control that fails for it is one that fails, and what a client fails at is told as it was.
"""
import time

from checks import check_server, explain, keys_of
from endless_server import EndlessServer, drops, lines, one_line, slow_lines
from opponents import USER
from ours import DESK, HANDSET, SENDER, run
from runner import case, check, check_equal, main, side_by_side

# The least that a connection may last (emulator/check/ground_tcp.c), and some more for the rest.
ONE_CONNECTION = 60
QUICK = 30
SAYS_RESET = """\
name: says RSET first
based-on: correct
evidence:
  - {assumption: "made for the tests", shows: [flow.before-first]}
flow: {before-first: [reset]}
"""
TOO_MUCH = "hung at reset: the server sent more than 1048576 octets"
TOO_LONG = "hung at reset: the server went on for too long"


def says_reset():
    file = DESK.path / "says-reset.yaml"
    file.write_text(SAYS_RESET)
    return str(file)


def timed(seconds, what, function):
    began = time.monotonic()
    result = function()
    took = time.monotonic() - began
    check(took < seconds, "%s took %.0f s" % (what, took))
    return result


@case
def a_control_that_meets_it_has_failed():
    def row(way, verb):
        name = "%s at %s" % (way.__name__, verb)
        with EndlessServer(way, verb) as server:
            found = timed(
                QUICK, name, lambda: check_server(server.port, "--client", "correct", patience=1)
            )
            check(server.counted("endless") > 0, name + ": it ended")
        check_equal(found.status, 3, name)
        check_equal([one["result"] for one in found.controls][:1], ["hung"], name)
        check_equal(found.clients, {}, name + ": clients that something was said of")

    side_by_side(
        row,
        [
            (way, verb)
            for way in (lines, one_line, drops, slow_lines)
            for verb in ("greeting", "hello", "mail")
        ],
    )


def hangs(name, way, sentence, seconds, *more):
    """The client's own words are the cause; the correct client meets nothing of it."""
    words = ["--client", says_reset(), "--client", "correct", *more]
    with EndlessServer(way, "reset") as server:
        found = timed(seconds, name, lambda: check_server(server.port, *words, patience=1))
    check_equal(found.clients["correct"]["verdict"], "sends", name)
    record = found.clients[says_reset()]
    check_equal((record["verdict"], record["sentence"]), ("hung", sentence), name)
    check_equal(found.status, 1, name)
    if not more:
        check_equal(keys_of(record["cause"]), (["flow.before-first"], []), name)


def explained(name, way, seconds):
    with EndlessServer(way, "reset") as server:
        status, told = timed(seconds, name, lambda: explain(says_reset(), server.port, patience=1))
    check_equal((status, told["cause"]), (1, ["flow.before-first"]), name)


def facts(name, way, verdict, words):
    """What was broken off is not told as closed, and nothing is known of what would follow."""
    asked = ["--facts-only", "--fact", "reset-after-login", "--fact", "login-survives-reset"]
    with EndlessServer(way, "reset") as server:
        found = check_server(server.port, *asked, patience=1)
    reset, login = found.facts["reset-after-login"], found.facts["login-survives-reset"]
    check_equal(reset["verdict"], verdict, "%s: %s" % (name, reset["sentence"]))
    check(words in reset["sentence"], "%s: %s" % (name, reset["sentence"]))
    check("closed" not in reset["sentence"], "%s: %s" % (name, reset["sentence"]))
    check(login["verdict"] != "broken", "%s: %s" % (name, login["sentence"]))


@case
def what_meets_it_is_told_as_it_was():
    """At once, since most of the time is spent waiting."""
    rows = [
        (hangs, "lines", lines, TOO_MUCH, QUICK),
        (hangs, "a line", one_line, TOO_MUCH, QUICK),
        (hangs, "drops", drops, TOO_LONG, 3 * ONE_CONNECTION, "--no-causes"),
        (hangs, "slow lines", slow_lines, TOO_LONG, 3 * ONE_CONNECTION, "--no-causes"),
        (explained, "explain, lines", lines, QUICK),
        (explained, "explain, drops", drops, 3 * ONE_CONNECTION),
        (facts, "facts, lines", lines, "inconclusive", "broken off"),
        (facts, "facts, drops", drops, "broken", "an answer that did not end"),
    ]
    side_by_side(lambda function, *row: function(*row), rows)


@case
def play_takes_no_more_than_enough():
    with EndlessServer(one_line, "hello") as server:
        words = [HANDSET, "play", "correct", "--server", "smtp://127.0.0.1:%d" % server.port]
        words += ["--user", USER, "--password-file", DESK.password, "--from", SENDER]
        done = timed(QUICK, "play", lambda: run(words + ["--to", "bob@example.net"]))
    check_equal(done.status, 1, "play: " + (done.out + done.err)[-300:])
    check("hung at hello: the server sent more than" in done.out + done.err, "play says no reason")


main()
