"""Bad input of every kind: both commands end in time, with the right status and a sentence, and
nothing is lost or doubled.
"""
import pathlib

import misbehaving_server as bad
from forgetting_server import ForgettingServer, Rules
from misbehaving_server import EndingServer, MisbehavingServer
from ours import (
    DESK,
    HANDSET,
    IMPATIENT,
    check_one_sentence,
    check_printable,
    check_status,
    message_text,
    msub,
    play,
    run,
)
from runner import case, check, check_equal, main, side_by_side

LATER, REFUSED, PROTOCOL, UNSURE = 75, 69, 76, 70
# behaviour: msub's status
BEHAVIOURS = [
    (bad.garbage_in_lines, {PROTOCOL}),
    (bad.garbage_without_a_line_end, {PROTOCOL, LATER}),
    (bad.nothing, {LATER}),
    (bad.half_a_line_then_nothing, {LATER}),
    (bad.half_a_line_then_the_end, {LATER, PROTOCOL}),
    (bad.half_a_reply_then_nothing, {LATER}),
    (bad.ten_megabytes_in_one_line, {PROTOCOL}),
    (bad.ten_megabytes_in_one_line_of_the_hello, {PROTOCOL}),
    (bad.ten_megabytes_of_greeting_lines, {PROTOCOL}),
    (bad.codes_that_change_between_lines, {PROTOCOL}),
    (bad.a_code_that_is_none, {PROTOCOL}),
    (bad.a_code_beyond_all_classes, {PROTOCOL}),
    (bad.a_reply_that_draws_on_the_terminal, {REFUSED}),
    (bad.not_now, {LATER}),
    (bad.never, {REFUSED}),
]
PEOPLE = ["person%d@example.net" % n for n in range(300)]
TEXT = message_text("bad input", "ann@example.net")


def msub_against(behaviour, statuses):
    with MisbehavingServer(behaviour) as server:
        done = msub(server.port, "ann@example.net", stdin=TEXT, patience=IMPATIENT)
        what = behaviour.__name__
        check_status(done, statuses, what)
        check_one_sentence(done, what)
        check(server.connections <= 3, "%s: %d connections" % (what, server.connections))


@case
def msub_ends_on_every_misbehaviour():
    side_by_side(msub_against, BEHAVIOURS)


def play_against(profile, behaviour):
    with MisbehavingServer(behaviour) as server:
        done = play(profile, server.port, patience=IMPATIENT)
        check_status(done, {1, 3}, "%s, %s" % (profile, behaviour.__name__))
        check_printable(done, behaviour.__name__)


@case
def the_phone_and_the_correct_client_end_on_every_misbehaviour():
    profiles = ("nokia-e61i", "correct")
    side_by_side(play_against, [(one, row[0]) for one in profiles for row in BEHAVIOURS])


def ends():
    """How many octets a server sends in a whole session with one message."""
    with EndingServer(None) as server:
        check_status(
            msub(server.port, "ann@example.net", stdin=TEXT), 0, "msub with the whole session"
        )
        return server.sent


def msub_until(octets):
    with EndingServer(octets) as server:
        done = msub(server.port, "ann@example.net", stdin=TEXT)
        what = "the end after %d octets" % octets
        wanted = 0 if server.told else UNSURE if server.dot_seen else {LATER, REFUSED, PROTOCOL}
        check_status(done, wanted, what)
        check_equal(len(server.delivered()), 1 if server.dot_seen else 0, "messages, " + what)
        if done.status != 0:
            check_one_sentence(done, what)


@case
def msub_where_the_connection_ends_at_any_octet():
    side_by_side(msub_until, [(octets,) for octets in range(ends() + 1)])


def play_until(octets):
    with EndingServer(octets) as server:
        done = play("correct", server.port)
        check_status(done, 0 if server.told else {1, 3}, "the end after %d octets" % octets)
        check(len(server.delivered()) <= 1, "messages, the end after %d octets" % octets)


@case
def the_correct_client_where_the_connection_ends_at_any_octet():
    side_by_side(play_until, [(octets,) for octets in range(ends() + 1)])


@case
def three_hundred_refused_recipients():
    with ForgettingServer(Rules(refuses="recipients")) as server:
        done = msub(server.port, *PEOPLE, stdin=TEXT)
        check_status(done, {65, REFUSED}, "msub")
        check_printable(done, "msub")
        check(server.counted("logins") <= 2, "msub logged in %d times" % server.counted("logins"))
        done = play("nokia-e61i", server.port, to=PEOPLE)
        check_status(done, 1, "the phone")
        check_equal(server.delivered(), [], "delivered")


@case
def nobody_listens():
    with MisbehavingServer(bad.nothing) as server:
        port = server.port
    done = msub(port, "ann@example.net", stdin=TEXT)
    check_status(done, LATER, "msub, no connection")
    check_one_sentence(done, "msub, no connection")
    check_status(play("nokia-e61i", port), 3, "the phone, no connection")


@case
def what_cannot_be_sent_is_refused_before_anything_is_said():
    with ForgettingServer(Rules()) as server:
        for what, words, text in [
            ("no recipient", [], TEXT),
            ("no recipient in the headers", ["-t"], "Subject: lonely\n\nnobody\n"),
            ("a line break in a recipient", ["ann@example.net\r\nRSET"], TEXT),
            ("a line feed in a recipient", ["ann@example.net\nbob@example.net"], TEXT),
            (
                "a line break in the sender",
                ["--from=a@example.org\r\nRSET", "ann@example.net"],
                TEXT,
            ),
        ]:
            done = msub(server.port, *words, stdin=text)
            check_status(done, {64, 65}, what)
            check_one_sentence(done, what)
        done = play("correct", server.port, to=["ann@example.net\r\nRSET"])
        check(done.status in (2, 4), "handset play with a line break: %d" % done.status)
        check_equal(server.delivered(), [], "delivered")
        check_equal(
            server.counted("resets") + server.counted("unknown"), 0, "commands that came through"
        )


@case
def a_wrong_profile_is_shown_where_it_is_wrong():
    wrong = DESK.file(
        "wrong.yaml",
        "name: wrong\nbased-on: correct\nflow: {befor-first: [reset]}\n"
        "evidence:\n  - {assumption: \"none\", shows: [flow]}\n",
    )
    for words in (
        [
            "play",
            wrong,
            "--server",
            "smtp://127.0.0.1:1",
            "--from",
            "a@example.org",
            "--to",
            "b@example.net",
        ],
        ["serve", wrong, "--listen", "127.0.0.1:0"],
        ["profile", "check", wrong],
    ):
        done = run([HANDSET] + words)
        check_status(done, 2, words[0])
        said = done.out + done.err
        if words[0] != "serve":
            check(
                pathlib.Path(wrong).name + ":3:" in said and "befor" in said and "^" in said,
                "%s does not show where: %r" % (words[0], said),
            )
    check_status(
        run(
            [
                HANDSET,
                "play",
                "no-such-phone",
                "--server",
                "smtp://127.0.0.1:1",
                "--from",
                "a@example.org",
                "--to",
                "b@example.net",
            ]
        ),
        2,
        "a profile that there is not",
    )


main()
