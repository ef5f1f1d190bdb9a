"""checks: runs `handset check` and `handset explain` against a server of a test, and reads what they
found.
"""
import collections
import json

from opponents import PASSWORD, USER
from ours import DESK, HANDSET, PATIENT, SENDER, run
from runner import Failed, check

FAILURES = ("cannot-send", "closed", "hung", "sends-with-loss")
Found = collections.namedtuple("Found", "status clients facts controls end said")


def url(port, tls="off"):
    scheme = {"off": "smtp", "starttls": "smtp+starttls", "implicit": "smtps"}[tls]
    return "%s://localhost:%d" % (scheme, port)


def _account(port, tls, trust, patience):
    words = ["--server", url(port, tls), "--user", USER, "--password-file", DESK.password]
    words += ["--from", SENDER, "--to", "bob@example.net", "--rate", "unlimited"]
    words += ["--seed", "1", "--patience", "%ds" % patience]
    return words + (["--trust-file", trust] if trust else [])


def check_server(port, *more, tls="off", trust=None, patience=PATIENT, seconds=280):
    """`handset check`; the records by kind, each by its name."""
    file = DESK.path / ("records-%d.jsonl" % next(DESK.numbers))
    words = [HANDSET, "check", *_account(port, tls, trust, patience), "--jsonl", file, *more]
    done = run(words, seconds=seconds)
    kinds = collections.defaultdict(dict)
    for line in file.read_text().splitlines() if file.exists() else []:
        record = json.loads(line)
        name = record.get(record["record"], len(kinds[record["record"]]))
        kinds[record["record"]][name] = record
    check(done.status != 2, "handset check: " + done.err[-1000:])
    return Found(
        done.status,
        kinds["client"],
        kinds["fact"],
        list(kinds["control"].values()),
        next(iter(kinds["end"].values()), None),
        done.out + done.err,
    )


def explain(profile, port, *more, tls="off", trust=None, patience=PATIENT, seconds=280):
    """`handset explain --json`: its status and what it printed."""
    words = [HANDSET, "explain", profile, *_account(port, tls, trust, patience), "--json", *more]
    done = run(words, seconds=seconds)
    try:
        return done.status, json.loads(done.out)
    except ValueError:
        raise Failed("handset explain --json printed %r, %r" % (done.out[:500], done.err[-500:]))


def keys_of(cause):
    """The profile keys of a record's cause, sorted; those that it masked."""
    cause = cause or {}
    masked = [one["key"] for several in cause.get("masked", []) for one in several]
    return sorted(one["key"] for one in cause.get("keys", [])), sorted(masked)
