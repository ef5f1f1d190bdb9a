"""Servers that forget the login (written here, not played by Handset): msub delivers everything,
once, and logs in seldom.
"""
from forgetting_server import ForgettingServer, Rules
from ours import DESK, check_status, message_text, msub, play
from runner import case, check, check_equal, main, side_by_side

# Every way to say it that RFC 4954, the catalogue of servers and their authors have found.
WAYS = [
    ("mail", "530 5.7.0 Authentication required"),
    ("mail", "535 authentication required (#5.7.1)"),
    ("mail", "550 This server requires authentication before MAIL FROM"),
    ("mail", "502 5.7.0 Please authenticate first"),
    ("mail", "503 5.5.4 Login first"),
    ("recipient", "535 authentication required (#5.7.1)"),
    ("recipient", "530 5.7.1 Authentication required"),
    ("recipient", "550 5.7.1 Relaying denied"),
    ("recipient", "554 5.7.1 <ann@example.net>: Relay access denied"),
]
EVENTS = [("reset",), ("hello",), ("end",), ("reset", "hello", "end")]
MANY = 12


def three(prefix, second="bob@example.net"):
    return [
        (prefix + " 1", "ann@example.net"),
        (prefix + " 2", second),
        (prefix + " 3", "cid@example.net"),
    ]


def check_counts(server, logins, what):
    check(
        server.counted("logins") <= logins,
        "%s: %d logins, %d are enough" % (what, server.counted("logins"), logins),
    )
    check(
        server.counted("connections") <= logins,
        "%s: %d connections" % (what, server.counted("connections")),
    )
    for never in ("resets", "nested", "unknown"):
        check_equal(server.counted(never), 0, "%s: %s" % (what, never))


def each_server(**more):
    for forgets in EVENTS:
        for asks_at, no_login in WAYS:
            for pipelining in (True, False):
                what = "forgets on %s, %s at %s, %spipelining" % (
                    " ".join(forgets),
                    no_login,
                    asks_at,
                    "" if pipelining else "no ",
                )
                yield what, forgets, Rules(
                    forgets, asks_at, no_login, pipelining=pipelining, **more
                )


def msub_sends_three(second, wanted, what, forgets, rules):
    """Sends to ann, to `second`, to cid; those of `wanted` must arrive, once."""
    with ForgettingServer(rules) as server:
        done = msub(server.port, "--batch", *DESK.three("m", second=second))
        check_status(done, 0 if len(wanted) == 3 else 65, what)
        check_equal(server.delivered(), wanted, what + ": delivered")
        # Only what happens after the login can make a server forget it, and the first loss
        # teaches; an envelope that was given up costs a connection too.
        check_counts(server, 1 if len(wanted) == 3 and "end" not in forgets else 3, what)


@case
def msub_delivers_three_messages_once_each():
    second = "bob@example.net"
    side_by_side(msub_sends_three, [(second, three("m"), *row) for row in each_server()])


@case
def msub_delivers_the_two_that_can_be():
    second, wanted = "nobody@example.net", [three("m")[0], three("m")[2]]
    side_by_side(msub_sends_three, [(second, wanted, *row) for row in each_server()])


def phone_sends(what, forgets, rules):
    with ForgettingServer(rules) as server:
        done = play("nokia-e61i", server.port, subject="phone")
        fails = "reset" in forgets
        check_status(done, 1 if fails else 0, what)
        check_equal(server.delivered(), [] if fails else [("phone", "bob@example.net")], what)
        check(server.counted("resets") >= 1, what + ": the phone said no RSET")


@case
def the_phone_fails_where_reset_forgets_and_only_there():
    side_by_side(phone_sends, each_server())


def msub_is_refused(files, refuses, no):
    with ForgettingServer(Rules(refuses=refuses, no=no)) as server:
        done = msub(server.port, "--batch", *files)
        what = "%s refused with %s" % (refuses, no)
        check_status(done, (65, 69, 77), what)
        check_equal(server.delivered(), [], what)
        check_counts(server, MANY + 1, what)


@case
def a_refusal_of_everything_makes_no_storm():
    files = [DESK.message("m %d" % n, "bob@example.net") for n in range(MANY)]
    replies = (
        "550 5.1.1 No such user",
        "530 5.7.0 Authentication required",
        "535 5.7.8 Not you",
        "553 sorry",
    )
    rows = [(files, refuses, no) for refuses in ("recipients", "mail") for no in replies]
    side_by_side(msub_is_refused, rows)


def msub_sends_many(files, asks_at, no_login):
    with ForgettingServer(Rules(("end",), asks_at, no_login)) as server:
        check_status(msub(server.port, "--batch", *files), 0, no_login)
        wanted = [("m %02d" % n, "bob@example.net") for n in range(MANY)]
        check_equal(server.delivered(), wanted, no_login)
        check_counts(server, MANY, no_login)


@case
def many_messages_where_the_end_forgets():
    files = [DESK.message("m %02d" % n, "bob@example.net") for n in range(MANY)]
    side_by_side(msub_sends_many, [(files, *way) for way in WAYS])


def msub_sends_to_many(people, wanted, what, _forgets, rules):
    with ForgettingServer(rules) as server:
        done = msub(server.port, *people, stdin=message_text("one", *people))
        check_status(done, 0 if wanted else 65, what)
        check_equal(server.delivered(), [("one", person) for person in wanted], what)
        check_counts(server, 1, what)


@case
def one_message_to_many_recipients():
    """All or nothing, as with msmtp: one recipient refused, and nobody gets it."""
    people = ["ann@example.net", "bob@example.net", "cid@example.net"]
    refused = ["ann@example.net", "nobody@example.net", "cid@example.net"]
    side_by_side(msub_sends_to_many, [(people, people, *row) for row in each_server()])
    side_by_side(msub_sends_to_many, [(refused, [], *row) for row in each_server()])


main()
