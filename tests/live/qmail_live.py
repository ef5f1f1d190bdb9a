"""handset check and explain against qmail as it answers: the phone of the first report fails where RSET takes the
login and by that alone, the facts are those that were heard, and the likeness is the release that it is."""
import json

from checks import check_server, explain, keys_of
from ours import DESK
from qmail_smtpd import QmailSmtpd
from runner import case, check, check_equal, main

# release: the profile that it is like; where and with which reply the phone fails
RELEASES = {
    "s/qmail": ("s-qmail", None),
    "s/qmail, the fault at MAIL": ("s-qmail-forgetting-at-mail", ("mail", 535)),
    "s/qmail, the fault at RCPT": ("s-qmail-forgetting", ("recipient", 535)),
    "notqmail, SMTPAUTH=!+cram": ("notqmail-smtp-auth", ("mail", 530)),
    "notqmail, SMTPAUTH=+cram": ("notqmail-smtp-auth-optional", None),
}
ALL = ["no-nested-mail", "reset-with-argument", "unknown-parameter"]
STRICT = ["recipient-without-brackets", "sender-without-brackets"]
FORGETS = [
    "login-memory-survives-reset", "login-survives-abandoned-message", "login-survives-message-and-reset",
    "login-survives-reset", "message-after-reset",
]
BROKEN = {
    "s/qmail": ALL + STRICT,
    "s/qmail, the fault at MAIL": ALL + STRICT + FORGETS,
    "s/qmail, the fault at RCPT": ALL + STRICT + FORGETS,
    "notqmail, SMTPAUTH=!+cram": ALL + FORGETS,
    "notqmail, SMTPAUTH=+cram": ALL + ["login-memory-survives-reset"],
}


def likenesses():
    """Of the run before, best first: (profile, facts that differ)."""
    file = max(DESK.path.glob("records-*.jsonl"), key=lambda path: path.stat().st_mtime)
    records = map(json.loads, file.read_text().splitlines())
    return [(r["server"], r["of"] - r["agrees"]) for r in records if r["record"] == "likeness"]


@case
def each_release_is_known_and_its_facts_are_those_that_were_heard():
    for release, (like, _) in RELEASES.items():
        with QmailSmtpd(release) as server:
            found = check_server(server.port, "--facts-only", "--deliver")
            broken = sorted(name for name, fact in found.facts.items() if fact["verdict"] == "broken")
            check_equal(broken, sorted(BROKEN[release]), "what is broken at " + release)
            check_equal(likenesses()[0], (like, 0), "what %s is like" % release)
            doubtful = [name for name, fact in found.facts.items() if fact["verdict"] == "inconclusive"]
            check_equal(doubtful, [], "what is doubtful at " + release)


@case
def the_phone_fails_by_its_reset_alone():
    for release, (_, fails) in RELEASES.items():
        for more in ([], ["--deliver"]):
            with QmailSmtpd(release) as server:
                status, answer = explain("nokia-e61i", server.port, *more)
                check_equal(status, 1 if fails else 0, "the status at " + release)
                wanted = (["flow.before-first"], []) if fails else ([], [])
                check_equal(keys_of(answer["experiment"]), wanted, "the cause at " + release)
                if fails:
                    advice = answer["advice"][0]
                    check("seenauth" in advice["do"], "what helps first at %s: %r" % (release, advice))


@case
def clients_that_say_no_reset_send_and_the_others_fail_alike():
    for release, (_, fails) in RELEASES.items():
        with QmailSmtpd(release) as server:
            names = ["nokia-e61i", "symbian-9.2", "k9-2010", "hp-ilo", "python-smtplib", "iphone"]
            found = check_server(server.port, "--no-facts", *[w for n in names for w in ("--client", n)])
            verdicts = {name: (record["verdict"], record.get("step"), record.get("code"))
                        for name, record in found.clients.items()}
            failed = {"nokia-e61i", "symbian-9.2"} if fails else set()
            for name in names:
                wanted = ("cannot-send", *fails) if name in failed else ("sends", None, None)
                got = verdicts[name] if name in failed else (verdicts[name][0], None, None)
                check_equal(got, wanted, "%s at %s" % (name, release))


main()
