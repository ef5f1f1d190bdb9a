"""`handset play` on a link: its rate and delay, under TLS too; a bearer that is lost; the pace of 2007."""
import json
import pathlib
import tempfile
import time

import certificates
from ours import Serve, check_status, play
from runner import case, check, check_equal, main

SLOW = """name: slow
rate: {up: 4000 octets/s}
round-trip: 40 ms
segment: 500
evidence: [{assumption: for this test, shows: [rate, round-trip, segment]}]
"""
OCTETS = 8000
ON_TIME_MS = 120  # how late a machine with much else to do may be


def timed(*arguments, **more):
    begin = time.monotonic()
    done = play(*arguments, **more)
    return done, time.monotonic() - begin


def message(done):
    return json.loads(done.out)["messages"][0]


def remarks(done):
    return " / ".join(json.loads(done.out)["remarks"])


@case
def a_message_takes_as_long_as_the_rate_says():
    with tempfile.TemporaryDirectory() as folder, Serve() as server:
        link = pathlib.Path(folder, "slow.yaml")
        link.write_text(SLOW, encoding="utf-8")
        body = pathlib.Path(folder, "body")
        body.write_text(("x" * 69 + "\n") * (OCTETS // 70), encoding="utf-8")
        done, fast = timed("correct", server.port, "--body-file", str(body), subject="fast")
        check_status(done, 0, "without a link")
        done, slow = timed("correct", server.port, "--body-file", str(body), "--link", str(link), subject="slow")
        check_status(done, 0, "on the link")
        check_equal(sorted(subject for subject, _ in server.delivered()), ["fast", "slow"], "what arrived")
        # 8000 octets at 4000 in a second, and some ten turns of 40 ms
        check(2.3 < slow - fast < 6, "the link took %.1f s, and %.1f s without it" % (slow, fast))


@case
def every_link_of_the_catalogue_carries_tls():
    with tempfile.TemporaryDirectory() as folder, Serve(certificates=certificates.make(folder), tls="starttls") as server:
        for link in ("none", "wlan"):
            done = play("correct", server.port, "--link", link, tls="starttls", trust=folder + "/authority.pem", subject=link)
            check_status(done, 0, link)
        check_equal(sorted(subject for subject, _ in server.delivered()), ["none", "wlan"], "what arrived")


@case
def a_bearer_lost_behind_the_dot_leaves_the_phone_unsure():
    with Serve() as server:
        done = play("nokia-e61i", server.port, "--lose-bearer-at", "after-dot", subject="once")
        check_status(done, 1, "without another try")
        check_equal((message(done)["outcome"], message(done)["queued"], message(done)["duplicate"]), ("unsure", True, "no"), "the message")
        check("the server has it already" in remarks(done), remarks(done))
        check_equal([subject for subject, _ in server.delivered()], ["once"], "what arrived")


@case
def and_the_next_try_makes_a_duplicate():
    for tls, known, sentence in (
        ("off", "certain", "the phone sent it again: a duplicate"),
        ("starttls", "possible", "it may be a duplicate"),
    ):
        with Serve(tls="none" if tls == "off" else tls) as server:
            done = play(
                "nokia-e61i", server.port, "--lose-bearer-at", "after-dot", "--tries", "1", "--insecure", tls=tls, subject="twice"
            )
            check_status(done, 0, "with another try, TLS %s" % tls)
            check_equal((message(done)["outcome"], message(done)["tries"], message(done)["duplicate"]), ("delivered", 2, known), tls)
            check(sentence in remarks(done), remarks(done))
            check_equal([subject for subject, _ in server.delivered()], ["twice", "twice"], "what arrived")


@case
def a_bearer_lost_in_the_body_delivers_nothing():
    with Serve() as server:
        done = play("nokia-e61i", server.port, "--lose-bearer-at", "400", subject="never")
        check_status(done, 1, "lost in the body")
        # what has left the phone and not arrived is as good as sent to it
        check(message(done)["outcome"] in ("closed", "unsure"), done.out)
        check(message(done)["outcome"] == "closed" or "its end never came up" in remarks(done), remarks(done))
        check_equal(server.delivered(), [], "what arrived")


@case
def the_pace_is_that_of_the_report():
    wanted = [  # what the server's log of 2007 shows, without the round trip: said, behind what, from and to milliseconds
        ("EHLO", 18, 18), ("AUTH", 20, 20), ("RSET", 155, 155), ("MAIL", 5, 5), ("RCPT", 5, 85), ("QUIT", 18, 18),
    ]
    with tempfile.TemporaryDirectory() as folder, Serve() as server:
        path = pathlib.Path(folder, "transcript")
        done, seconds = timed("nokia-e61i", server.port, "--pace", "real", "--transcript-json", str(path), subject="pace")
        check_status(done, 0, "--pace real")
        check(seconds < 3, "it took %.1f s" % seconds)
        events = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
        took = {}
        for before, event in zip(events, events[1:]):
            if event["what"] == "client" and before["what"] == "server":
                took.setdefault(event.get("text", "")[:4].upper(), event["at_ms"] - before["at_ms"])
        for verb, least, most in wanted:
            check(verb in took, "%s was not said: %s" % (verb, took))
            check(least - 1 <= took[verb] <= most + ON_TIME_MS, "%s came after %d ms" % (verb, took[verb]))
        done, faster = timed("nokia-e61i", server.port, "--pace", "off", subject="off")
        check_status(done, 0, "--pace off")
        check(faster < seconds, "thinking took no time: %.2f s, %.2f s without" % (seconds, faster))


main()
