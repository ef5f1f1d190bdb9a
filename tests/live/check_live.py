"""handset check: the verdict on every client of the catalogue is the one that each of our servers was written for;
where the control cannot send, or the server cannot be relied on, nothing is claimed; a password is not said where it
must not be; and what it takes and refuses as a command."""
import base64
import json
import pathlib
import re
import tempfile

import certificates
from moody_server import AtRandom, Bans, Drops, Greylists, Mood, MoodyServer, OtherEachTime, OtherTheSecondTime
from opponents import PASSWORD, USER
from ours import DESK, HANDSET, SENDER, Serve, check_printable, check_status, run
from runner import case, check, check_equal, main

TO = "ann@example.net"
FAILURES = ("cannot-send", "closed", "hung", "sends-with-loss")
# Clients whose only difference that a lenient server could mind is RSET before the first message.
SAY_RESET = ("nokia-9300", "nokia-e51", "nokia-e61i", "nokia-e71", "nokia-n95", "symbian-3")
REFUSING = """\
name: takes the login and no recipient
based-on: lenient
evidence:
  - {assumption: "made for the tests", shows: [faults]}
faults: [{at: recipient, times: 0, reply: "554 5.7.1 Relay access denied"}]
"""
DROPS_AT_RESET = """\
name: hangs up on RSET
based-on: lenient
evidence:
  - {assumption: "made for the tests", shows: [faults]}
faults: [{at: reset, times: 0, then: drop}]
"""


def words(port, *more, scheme="smtp", host="127.0.0.1"):
    return [
        HANDSET, "check", "--server", "%s://%s:%d" % (scheme, host, port), "--user", USER,
        "--password-file", DESK.password, "--from", SENDER, "--to", TO, "--rate", "unlimited",
        "--patience", "5",
    ] + list(more)


def clients(*names):
    return [word for name in names for word in ("--client", name)]


def examine(port, *more, status, scheme="smtp", seconds=240):
    """The records, by kind; of a client that is told of twice the later one."""
    done = run(words(port, "--format", "jsonl", "--quiet", *more, scheme=scheme), seconds=seconds)
    check_status(done, status, "check of %d %s" % (port, " ".join(map(str, more))))
    records = [json.loads(line) for line in done.out.splitlines()]
    check_no_password(done.out)
    found = {"client": {}, "control": [], "fact": {}}
    for record in records:
        kind = record["record"]
        if kind == "client":
            found["client"][record["client"]] = record
        elif kind == "control":
            found["control"].append(record)
        elif kind == "fact":
            found["fact"][record["fact"]] = record
        else:
            found[kind] = record
    return found


def check_no_password(text):
    """Neither as it is nor as PLAIN and LOGIN say it; <secret> stands where one was."""
    text = text.replace("<secret>", "")
    plain = base64.b64encode(b"\0%s\0%s" % (USER.encode(), PASSWORD.encode())).decode()
    for secret in (PASSWORD, plain, base64.b64encode(PASSWORD.encode()).decode()):
        check(secret not in text, "the password is shown")


def verdicts(found):
    return {name: record["verdict"] for name, record in found["client"].items()}


def failing(found):
    return sorted(name for name, verdict in verdicts(found).items() if verdict in FAILURES)


def check_client(found, name, verdict, step=None, code=None, keys=None):
    record = found["client"][name]
    check_equal(record["verdict"], verdict, "%s (%s)" % (name, record["sentence"]))
    if step:
        check_equal((record.get("step"), record.get("code")), (step, code), name)
    if keys is not None:
        check_equal(record["cause"]["state"], "found", "%s: its cause" % name)
        check_equal([key["key"] for key in record["cause"]["keys"]], keys, "%s: its cause" % name)


@case
def a_server_that_forgets_on_reset_and_its_cure():
    with Serve(profile="qmail-spamcontrol") as server:
        found = examine(server.port, "--no-facts", *clients("correct", *SAY_RESET), status=1)
        check_client(found, "correct", "sends")
        for name in SAY_RESET:
            check_client(found, name, "cannot-send", "recipient", 535, ["flow.before-first"])
        check_equal(found["end"]["fails"], len(SAY_RESET), "how many fail")
        check_equal(server.delivered(), [], "what was delivered")
    with Serve(profile="qmail-spamcontrol-cured") as server:
        found = examine(server.port, "--no-facts", *clients("correct", *SAY_RESET), status=0)
        check_equal(failing(found), [], "who fails")


@case
def every_client_of_the_catalogue_has_a_verdict_in_a_minute():
    with Serve(profile="lenient") as server:
        found = examine(server.port, status=(0, 1), seconds=60)
        check(len(found["client"]) >= 35, "only %d clients" % len(found["client"]))
        check(len(found["fact"]) >= 40, "only %d facts" % len(found["fact"]))
        check("inconclusive" not in verdicts(found).values(), str(verdicts(found)))
        for name in SAY_RESET + ("correct",):
            check_client(found, name, "sends")
        for name in failing(found):
            check(found["client"][name]["cause"]["state"] != "not-sought", name)
        # the clients that cannot log in here say so
        check_client(found, "symbian-epoc-2000", "cannot-send", "recipient", 530, ["auth.mechanisms"])
        check_equal(server.delivered(), [], "what was delivered")


@case
def what_is_delivered_is_counted_and_says_what_it_is():
    with Serve(profile="lenient") as server:
        found = examine(server.port, "--no-facts", "--deliver", *clients("correct", "nokia-e61i"), status=0)
        aspects = {aspect["aspect"]: aspect["result"] for aspect in found["client"]["nokia-e61i"]["aspects"]}
        check_equal(aspects, {"message": "ok", "second-message": "ok", "refused-recipient": "not-tried",
                              "duplicate": "ok"}, "the aspects")
        delivered = server.delivered()
        subjects = [subject for subject, to in delivered]
        check_equal({to for subject, to in delivered}, {TO}, "who got something")
        for name in ("Nokia E61i", "Plainest correct client"):
            check_equal(sum(name in subject for subject in subjects), 2, "messages of " + name)
        check("Test of handset check: the control" in subjects, str(subjects))
    with Serve(profile="lenient") as server:
        found = examine(server.port, "--no-facts", *clients("nokia-e61i"), status=0)
        aspects = {aspect["aspect"]: aspect["result"] for aspect in found["client"]["nokia-e61i"]["aspects"]}
        check_equal((aspects["second-message"], aspects["duplicate"]), ("needs-deliver",) * 2, "the aspects")


@case
def a_server_that_hangs_up_on_reset():
    with Serve(profile=DESK.file("drops.yaml", DROPS_AT_RESET)) as server:
        found = examine(server.port, "--no-facts", *clients("correct", "nokia-e61i"), status=1)
        check_client(found, "correct", "sends")
        check_client(found, "nokia-e61i", "closed", "reset", None, ["flow.before-first"])


@case
def a_server_that_is_silent_at_reset_has_not_hung_up():
    """Whose patience ends is told apart from who ends the connection."""
    with Serve(profile=DESK.file("silent.yaml", DROPS_AT_RESET.replace("then: drop", "then: hang"))) as server:
        found = examine(server.port, "--facts-only", "--fact", "reset-after-login", "--patience", "1", status=0)
        check_equal(found["fact"]["reset-after-login"]["came"], ["(no answer)"], "what came")


@case
def inside_tls():
    with tempfile.TemporaryDirectory(prefix="handset-certificates-") as folder:
        made = certificates.make(folder)
        trust = ["--trust-file", str(made.authority)]
        for tls, scheme in (("starttls", "smtp+starttls"), ("implicit", "smtps")):
            with Serve(profile="qmail-spamcontrol", certificates=made, tls=tls) as server:
                found = examine(server.port, "--no-facts", *trust,
                                *clients("correct", "nokia-e61i", "nokia-n95"), scheme=scheme, status=1)
                check_client(found, "correct", "sends")
                check_client(found, "nokia-e61i", "cannot-send", "recipient", 535, ["flow.before-first"])
                # nobody trusts the certificate: the control says so, and nothing else is claimed
                done = run(words(server.port, "--no-facts", *clients("nokia-e61i"), scheme=scheme))
                check_status(done, 3, "a certificate that nobody trusts")
                check("--trust-file" in " ".join(done.out.split()), done.out)
    with Serve(profile="qmail-spamcontrol") as server:
        text = DESK.file("no-certificate", "secret\n")
        done = run(words(server.port, "--no-facts", "--trust-file", text))
        check_status(done, 2, "a trust file without a certificate")
        check_equal(done.out, "", "nothing is told of the server")


@case
def a_client_without_tls_is_not_asked_and_says_no_password():
    silent = DESK.file("silent.yaml", "name: Never TLS\nevidence: [{assumption: made, shows: [tls]}]\n"
                                      "tls: {start: never}\n")
    early = DESK.file("early.yaml", "name: Logs in first\nevidence: [{assumption: made, shows: [auth]}]\n"
                                    "auth: {before-tls: true}\n")
    cuts = DESK.file("cuts.yaml", "name: Cuts passwords\nevidence: [{assumption: made, shows: [auth]}]\n"
                                  "auth: {cut: 2}\n")
    with tempfile.TemporaryDirectory(prefix="handset-certificates-") as folder:
        made = certificates.make(folder)
        seen = pathlib.Path(folder) / "seen"
        with Serve("--transcript", seen, profile="lenient", certificates=made, tls="starttls") as server:
            found = examine(server.port, "--no-facts", "--trust-file", str(made.authority),
                            *clients(silent, early, cuts), scheme="smtp+starttls", status=0)
            check_equal(set(verdicts(found).values()), {"not-applicable"}, "the verdicts")
            check_equal(len({record["sentence"] for record in found["client"].values()}), 3, "the sentences")
        talk = seen.read_text()
        check(re.search(r"^ -> AUTH", talk, re.M) is None, "a login outside of TLS:\n" + talk)
        check(re.search(r"^ ~> AUTH", talk, re.M) is not None, "the control did not log in:\n" + talk)


@case
def without_the_control_nothing_is_concluded():
    wrong = words(0, "--no-facts", *clients("nokia-e61i"))
    wrong[wrong.index("--password-file") + 1] = DESK.wrong_password
    refusing = DESK.file("refusing.yaml", REFUSING)
    for profile, command, result, step, said in (
        ("lenient", wrong, "login-refused", "auth", "user and password"),
        (refusing, words(0, "--no-facts", *clients("nokia-e61i")), "refused", "recipient", "--to"),
    ):
        with Serve(profile=profile) as server:
            command[command.index("--server") + 1] = "smtp://127.0.0.1:%d" % server.port
            done = run(command + ["--format", "jsonl", "--quiet"], seconds=60)
            check_status(done, 3, "with a control that is refused")
            records = [json.loads(line) for line in done.out.splitlines()]
            control = [record for record in records if record["record"] == "control"][0]
            check_equal((control["result"], control["step"]), (result, step), "the control")
            check(said in control["sentence"], control["sentence"])
            check_equal([record for record in records if record["record"] == "client"], [], "clients")
            check_equal(records[-1]["exit"], 3, "the status that it tells")
            check(records[-1]["verdict"].startswith("nothing can be concluded: "), records[-1]["verdict"])
    for scheme, said in (("smtp", "no connection"), ("smtps", "no connection")):
        done = run(words(server.port, *clients("nokia-e61i"), scheme=scheme))
        check_status(done, 3, "where nobody listens")
        check(said in " ".join(done.out.split()), done.out)
    done = run(words(25, *clients("nokia-e61i"), host="no-such-host.invalid"))
    check_status(done, 3, "a host that there is not")


@case
def a_server_with_moods_condemns_nobody():
    moods = [AtRandom(percent, seed=seed) for percent in (10, 30, 60) for seed in (1, 2, 3)]
    moods += [Bans(sessions) for sessions in (3, 5, 8)] + [Bans(5, at="recipient")]
    moods += [Greylists(60), OtherEachTime(), OtherTheSecondTime(), Drops(40)]
    for mood in moods:
        with MoodyServer(mood) as server:
            what = "%s %s" % (type(mood).__name__, vars(mood))
            found = examine(server.port, "--no-facts", *clients("correct", "nokia-e61i", "symbian-3"), status=(0, 3))
            check_equal(failing(found), [], "who is condemned by " + what)
            for record in found["client"].values():
                if record["verdict"] == "inconclusive":
                    check(len(record["sentence"]) > 20, "no sentence: " + what)


@case
def its_patience_has_bounds():
    with Serve(profile="qmail-spamcontrol") as server:
        found = examine(server.port, "--no-facts", "--max-connections", "7",
                        *clients("correct", "nokia-e61i"), status=3)
        check_client(found, "correct", "sends")
        check_client(found, "nokia-e61i", "inconclusive")
        check("--max-connections" in found["client"]["nokia-e61i"]["sentence"], str(found["client"]))
        check_equal(found["end"]["connections"], 7, "connections")


@case
def a_dry_run_connects_nowhere():
    done = run(words(9, "--dry-run", *clients("nokia-e61i")))
    check_status(done, 0, "a dry run")
    check(" -> RSET\n" in done.out and " -> DATA" not in done.out, done.out)
    check_no_password(done.out)
    done = run(words(9, "--dry-run"))
    check_status(done, 0, "of every client")
    check(done.out.count("=== connected") >= 30, "%d clients" % done.out.count("=== connected"))
    check_printable(done, "a dry run")


@case
def a_dry_run_needs_no_server():
    done = run([HANDSET, "check", "--dry-run", *clients("nokia-e61i")])
    check_status(done, 0, "a dry run of nobody")
    check(" -> AUTH " in done.out and "MAIL FROM:<phone@example.org>" in done.out, done.out)
    check("phone@example.org to someone@example.net" in done.err, done.err)
    done = run([HANDSET, "check", "--dry-run", "--from", "me@example.com", *clients("correct")])
    check("MAIL FROM:<me@example.com>" in done.out, done.out)
    done = run([HANDSET, "check", "--dry-run", "--user", "me@example.com", *clients("correct")])
    check_status(done, 0, "without a password")
    check("MAIL FROM:<me@example.com>" in done.out and " -> AUTH " in done.out, done.out)
    done = run([HANDSET, "check", *clients("correct")])
    check_status(done, 2, "a check of nobody")


class WantsName(Mood):
    """As some servers do that take an address in brackets for a forgery."""

    def before(self, session, verb, words):
        literal = verb == "hello" and words.startswith("[")
        return "501 5.5.4 Invalid domain name" if literal else None


@case
def a_name_for_the_clients_is_one_for_the_control():
    with MoodyServer(WantsName()) as server:
        found = examine(server.port, *clients("correct"), status=3)
        check_equal(found["control"][0]["step"], "hello", "where the control fails")
        found = examine(
            server.port, "--host", "tester.example.org", *clients("python-smtplib"), status=0
        )
        check_equal(found["control"][0]["result"], "sends", "the control with a name")
        asked = ("--host", "tester.example.org", "--fact", "reset-after-login", "--facts-only")
        found = examine(server.port, *asked, status=0)
        check_equal(found["fact"]["reset-after-login"]["verdict"], "holds", "a probe with a name")


@case
def equal_seeds_are_equal_checks():
    with Serve(profile="qmail-spamcontrol") as server:
        texts = []
        for _ in range(2):
            found = examine(server.port, "--no-facts", "--seed", "7", *clients("nokia-e61i"), status=1)
            record = found["client"]["nokia-e61i"]
            texts.append((found["run"]["run"], record["connections"], record["cause"]["runs"], record["sentence"]))
        check_equal(texts[0], texts[1], "two checks of one seed")


@case
def what_does_not_fit_is_refused():
    for more, said in (
        (["--rate", "often"], "--rate"),
        (["--rate", "0/s"], "--rate"),
        (["--from", "nobody"], "--from"),
        (["--to", "a@b>"], "--to"),
        (["--refused", "x"], "--refused"),
        (["--client", "no-such-*"], "no client fits"),
        (["--rule", "no-such-rule"], "no client fits"),
        (["--client", "./no-such.yaml"], "no-such.yaml"),
        (["left-over"], "--server"),
    ):
        done = run(words(9, *more))
        check_status(done, 2, " ".join(more))
        check(said in done.err, "%s: %s" % (more, done.err))
    check_status(run([HANDSET, "check"]), 2, "nothing")
    check_status(run([HANDSET, "check", "--server", "http://x"]), 2, "another scheme")
    check_status(run([HANDSET, "check", "--help"]), 0, "--help")


main()
