"""`handset check` and `handset explain` against servers whose answers hang on chance, on time and on
who has been there before (moody_server.py): a verdict is either the one that the same server
without its mood gets, or "inconclusive", and never a false cause.
"""
from checks import FAILURES, check_server, explain, keys_of
from moody_server import (
    AtRandom,
    Bans,
    Drops,
    Greylists,
    Mood,
    MoodyServer,
    OtherEachTime,
    OtherTheSecondTime,
    Tires,
)
from runner import case, check, check_equal, main, side_by_side

FORGETS = dict(forgets=("reset",))
ASKED = ("--deliver", "--refused", "nobody@example.net")
# One of each kind of trouble: needless RSET; no login; the message given up for one recipient; a
# server's doing (the correct client, who has none).
WHO = ("correct", "nokia-e61i", "nokia-n95", "symbian-epoc-2000")
truths = {}


def said(record):
    return (record["verdict"], record.get("losses", []), keys_of(record.get("cause")))


def is_true(claim, true):
    """The verdict is the true one, and the cause the true one or none."""
    return claim[:2] == true[:2] and claim[2] in (true[2], ([], []))


def look(mood, rules, clients=WHO):
    words = [word for name in clients for word in ("--client", name)]
    with MoodyServer(mood, **rules) as server:
        return check_server(server.port, *ASKED, *words, patience=1)


def truth(rules):
    """What the server is without its mood, by client."""
    key = str(rules)
    if key not in truths:
        result = look(Mood(), rules)
        check_equal(sorted(result.clients), sorted(WHO), "clients that were examined")
        truths[key] = {name: said(record) for name, record in result.clients.items()}
    return truths[key]


def check_not_fooled(name, mood, rules, statuses):
    """Each verdict is true, or none; and the exit status is of those that there are."""
    result = look(mood, rules)
    true = truth(rules)
    wrong = {
        client: said(record)
        for client, record in result.clients.items()
        if record["verdict"] != "inconclusive" and not is_true(said(record), true[client])
    }
    check(not wrong, "%s: fooled: %r" % (name, wrong))
    for client, record in result.clients.items():
        cause = record.get("cause") or {}
        open_end = record["verdict"] == "inconclusive" and cause.get("state") == "found"
        check(not open_end, "%s: %s is inconclusive, and has a cause" % (name, client))
    check(
        result.status in statuses,
        "%s: status %d, %s" % (name, result.status, result.end and result.end["verdict"]),
    )
    failed = any(record["verdict"] in FAILURES for record in result.clients.values())
    check_equal(result.status == 1, failed, name + ": status 1, and a client that fails")
    return result


@case
def the_truth_is_as_it_should_be():
    """Or nothing below would mean anything."""
    plain, forgetting = truth({}), truth(FORGETS)
    verdicts = {name: (said[0], said[1]) for name, said in plain.items()}
    loss = ("sends-with-loss", ["recipient"])
    check_equal(
        verdicts,
        {
            "correct": ("sends", []),
            "nokia-e61i": loss,
            "nokia-n95": loss,
            "symbian-epoc-2000": ("cannot-send", []),
        },
        "verdicts",
    )
    check_equal(forgetting["nokia-e61i"][0], "cannot-send", "the phone where RSET forgets")
    check_equal(forgetting["nokia-e61i"][2], (["flow.before-first"], []), "and why")


@case
def servers_that_fail_at_random():
    rows = [
        ("%d of 100, seed %d" % (percent, seed), AtRandom(percent, seed=seed), rules, (0, 1, 3))
        for percent, seed in ((5, 1), (10, 2), (30, 3), (50, 4), (90, 5))
        for rules in ({}, FORGETS)
    ]
    rows += [("drops %d" % share, Drops(share, seed=share), {}, (0, 1, 3)) for share in (10, 40)]
    side_by_side(check_not_fooled, rows)


@case
def servers_that_ban():
    """Nobody is concluded behind the ban: 3, where nobody failed before it."""
    rows = [("at once", Bans(0), {}, (3,))]
    for sessions in (4, 9):
        for at in ("greeting", "mail", "recipient"):
            rows.append(("%d, %s" % (sessions, at), Bans(sessions, at), {}, (1, 3)))
    rows.append(("421", Bans(6, reply="421 4.7.0 Too many connections"), {}, (1, 3)))
    side_by_side(check_not_fooled, rows)


@case
def servers_that_answer_differently_the_second_time():
    rows = [
        ("each time, %r" % rules, mood(), rules, (0, 1, 3))
        for mood in (OtherEachTime, OtherTheSecondTime)
        for rules in ({}, FORGETS)
    ]
    side_by_side(check_not_fooled, rows)


@case
def servers_that_greylist():
    def row(seconds, statuses):
        result = check_not_fooled("greylists %s s" % seconds, Greylists(seconds), {}, statuses)
        if seconds > 10:
            check_equal(len(result.clients), 0, "clients examined although the control failed")
            check(any(one.get("for-now") for one in result.controls), "not told as for now")

    side_by_side(row, [(60, (3,)), (0.2, (0, 1, 3)), (2, (0, 1, 3))])


@case
def servers_that_tire():
    check_not_fooled("tires", Tires(0.1), {}, (1, 3))


@case
def explain_is_not_fooled_either():
    """The cause is the true one, or none is claimed; and where the server bans at once, none."""

    def row(name, mood, rules, allowed):
        with MoodyServer(mood, **rules) as server:
            status, told = explain("nokia-e61i", server.port, "--deliver", patience=1)
        claimed = (status, told["cause"])
        check(claimed in allowed, "%s: explain said %r" % (name, claimed))

    open_end, true, sends = (3, []), (1, ["flow.before-first"]), (0, [])
    # What was found stands, where the server then failed at whether there is more.
    half = (3, true[1])
    rows = [
        ("steady", Mood(), FORGETS, [true]),
        ("steady and good", Mood(), {}, [sends]),
        ("banned", Bans(0), FORGETS, [open_end]),
        ("banned on the way", Bans(7), FORGETS, [open_end]),
        ("banned on the way, at MAIL", Bans(7, "mail"), FORGETS, [open_end]),
        ("each time", OtherEachTime(), {}, [open_end, sends]),
        ("greylists", Greylists(60), FORGETS, [open_end]),
    ]
    rows += [
        ("%d of 100" % share, AtRandom(share, seed=share), FORGETS, [open_end, true, half])
        for share in (10, 30, 60)
    ]
    rows += [
        ("%d of 100, good" % share, AtRandom(share, seed=share), {}, [open_end, sends])
        for share in (10, 30, 60)
    ]
    side_by_side(row, rows)


main()
