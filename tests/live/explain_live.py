"""handset explain: the cause that it finds is the fault that the server has; where a server cannot be relied on it
claims nothing; and what it takes and refuses as a command."""
import json
import os
import pty
import re
import subprocess
import tempfile

import certificates
from moody_server import AtRandom, Bans, Greylists, MoodyServer, OtherEachTime
from opponents import USER
from ours import DESK, HANDSET, SENDER, Serve, check_one_sentence, check_status, environment, run
from runner import case, check, check_equal, main

TO = "ann@example.net"
OLD_SERVER = """\
name: the server of the first report, with its TLS
based-on: qmail-spamcontrol
evidence:
  - {assumption: "made for the tests", shows: [tls]}
tls: {versions: [TLS1.0]}
"""


def words(client, port, *more, scheme="smtp"):
    return [
        HANDSET, "explain", client, "--server", "%s://127.0.0.1:%d" % (scheme, port),
        "--user", USER, "--password-file", DESK.password, "--from", SENDER, "--to", TO,
        "--rate", "unlimited", "--patience", "5",
    ] + list(more)


def explain(client, port, *more, status, scheme="smtp"):
    done = run(words(client, port, "--json", *more, scheme=scheme), seconds=60)
    check_status(done, status, "%s at %d" % (client, port))
    answer = json.loads(done.out)
    check_equal(answer["exit"], status, "the status that it tells")
    return answer


def keys_of(answer):
    cause = answer["experiment"]
    return [[key["key"] for key in part] for part in [cause.get("keys", [])] + cause["masked"]]


def check_cause(answer, *keys):
    check_equal(answer["experiment"]["state"], "found", "the state (%s)" % answer["sentence"])
    check_equal(keys_of(answer), list(keys), "the cause")
    check_equal(answer["cause"], keys[0], "the cause, by the names of its keys")
    check(answer["experiment"]["reproduced"] >= 2, "it was not reproduced")
    check_equal(answer["result"], "cannot-send", "the result")


@case
def a_login_that_reset_forgets_is_met_by_the_reset_before_the_first_message():
    with Serve(profile="qmail-spamcontrol") as server:
        answer = explain("nokia-e61i", server.port, status=1)
        check_cause(answer, ["flow.before-first"])
        key = answer["experiment"]["keys"][0]
        check_equal(key["telling"], "It says RSET before the first message.", "what it means")
        check_equal(key["evidence"], "trace", "how it is known")
        check_equal([rule["rule"] for rule in answer["rules"]], ["needless-reset"], "the rules")
        check(any(advice["to"] == "server" for advice in answer["advice"]), "no advice")
        check_equal(list((server.maildir / "new").iterdir()), [], "messages that arrived")


@case
def the_second_message_has_a_cause_of_its_own():
    with Serve(profile="qmail-spamcontrol") as server:
        answer = explain("nokia-e61i", server.port, "--deliver", "--messages", "2", status=1)
        check_cause(answer, ["flow.before-first"], ["flow.before-next"])


@case
def the_cure_helps_and_the_correct_client_needs_none():
    with Serve(profile="qmail-spamcontrol-cured") as server:
        answer = explain("nokia-e61i", server.port, status=0)
        check_equal(answer["result"], "sends", "the result")
        check_equal(answer["connections"], 2, "a control and a trial")
    with Serve(profile="qmail-spamcontrol") as server:
        explain("correct", server.port, status=0)


@case
def inside_tls_the_cause_is_the_same():
    with tempfile.TemporaryDirectory(prefix="handset-certificates-") as folder:
        made = certificates.make(folder)
        old = DESK.file("old.yaml", OLD_SERVER)
        for tls, scheme in (("implicit", "smtps"), ("starttls", "smtp+starttls")):
            trust = ["--trust-file", str(made.authority)]
            with Serve(profile=old, certificates=made, tls=tls) as server:
                # no control speaks TLS 1.0, so nobody vouches for this server
                explain("nokia-e61i", server.port, *trust, scheme=scheme, status=3)
            with Serve(profile="qmail-spamcontrol", certificates=made, tls=tls) as server:
                explain("correct", server.port, *trust, scheme=scheme, status=0)
                answer = explain("nokia-e61i", server.port, *trust, scheme=scheme, status=1)
                check_cause(answer, ["flow.before-first"])


@case
def a_prompt_that_is_not_known_is_two_settings_together():
    with Serve(profile="aiosmtpd-1.4") as server:
        answer = explain("nokia-e61i", server.port, status=1)
        check_equal([sorted(part) for part in keys_of(answer)],
                    [["auth.mechanisms", "auth.prompts"]], "the cause")


@case
def what_no_client_can_do_is_the_servers():
    with Serve(profile="eventmachine") as server:
        answer = explain("correct", server.port, "--deliver", "--messages", "2", status=1)
        check_equal(answer["experiment"]["state"], "server", "the state")


@case
def the_text_shows_the_work_and_ends_with_the_sentence():
    with Serve(profile="qmail-spamcontrol") as server:
        done = run(words("nokia-e61i", server.port), seconds=60)
        check_status(done, 1, "as text")
        check_equal(done.err, "", "the talk")
        last = " ".join(done.out.split("\n\n")[-1].split())
        check_equal(last, "nokia-e61i cannot send through this server because it says RSET before "
                          "the first message (flow.before-first).", "the last sentence")
        for part in ("the control", "the plain correct client", "only flow.before-first, once more",
                     "all but flow.before-first", "What helps", "needless-reset"):
            check(part in done.out, "%r is not shown:\n%s" % (part, done.out))
        quiet = run(words("nokia-e61i", server.port, "--quiet"), seconds=60)
        check_status(quiet, 1, "quietly")
        check_equal(quiet.out + quiet.err, "", "what it said quietly")


@case
def a_server_with_moods_proves_nothing():
    moods = [AtRandom(50, seed=seed) for seed in (1, 2, 3)]
    moods += [Bans(3), Bans(6), Bans(5, at="recipient"), OtherEachTime(), Greylists(60)]
    for mood in moods:
        with MoodyServer(mood) as server:
            done = run(words("nokia-e61i", server.port, "--json"), seconds=60)
            what = "%s %s" % (type(mood).__name__, vars(mood))
            check_status(done, (0, 3), what)
            answer = json.loads(done.out)
            check_equal(answer["experiment"]["masked"] + answer["cause"], [],
                        "what is claimed by " + what)
            check(len(answer["sentence"]) > 40 or done.status == 0, "no sentence: " + what)


@case
def a_control_that_fails_ends_it():
    with Serve(profile="qmail-spamcontrol") as server:
        wrong = words("nokia-e61i", server.port, "--json")
        wrong[wrong.index("--password-file") + 1] = DESK.wrong_password
        done = run(wrong, seconds=60)
        check_status(done, 3, "with a wrong password")
        answer = json.loads(done.out)
        check_equal(answer["connections"], 1, "connections")
        check("correct" in answer["sentence"], answer["sentence"])
    port = server.port
    done = run(words("nokia-e61i", port, "--json"), seconds=60)
    check_status(done, 3, "where nobody listens")


def on_a_terminal(*more):
    """What stderr shows where that is a terminal; stdout is a pipe."""
    shown = b""
    with Serve(profile="qmail-spamcontrol") as server:
        ours, theirs = pty.openpty()
        command = [str(word) for word in words("nokia-e61i", server.port, *more)]
        with subprocess.Popen(
            command, stdout=subprocess.DEVNULL, stderr=theirs, env=dict(environment(), TERM="xterm")
        ) as explaining:
            os.close(theirs)
            try:
                while piece := os.read(ours, 65536):
                    shown += piece
            except OSError:  # so a terminal ends
                pass
        os.close(ours)
    check_equal(explaining.returncode, 1, "explain on a terminal")
    return shown.decode()


@case
def progress_is_for_terminals():
    shown = on_a_terminal()
    check(re.search(r"\[#*-*\].* 3 of 40 sessions at most", shown), repr(shown))
    check(shown.endswith("\r\x1b[K"), "the line stays: %r" % shown[-80:])
    for quiet in ("--json", "--quiet"):
        check_equal(on_a_terminal(quiet), "", "on a terminal, with " + quiet)
    with Serve(profile="qmail-spamcontrol") as server:
        check_equal(run(words("nokia-e61i", server.port), seconds=60).err, "", "without one")


@case
def the_reports_of_check_tell_it_as_well():
    made = {form: DESK.path / ("why." + form) for form in ("json", "jsonl", "html", "text", "junit")}
    outputs = [word for form, file in made.items() for word in ("--format", "%s=%s" % (form, file))]
    with Serve(profile="qmail-spamcontrol") as server:
        done = run(words("nokia-e61i", server.port, *outputs), seconds=60)
        check_status(done, 1, "with reports")
        check("the plain correct client, once more" in done.out, "what goes on is not shown: %s" % done.out)
        alone = run(words("nokia-e61i", server.port, "--format", "jsonl"), seconds=60)
        check_status(alone, 1, "a report in the place of the text")
        check_equal(alone.err, "", "the talk")
    records = [json.loads(line) for line in made["jsonl"].read_text().splitlines()]
    check_equal([record["record"] for record in records], ["run", "control", "client", "end"], "the records")
    check_equal([json.loads(line)["record"] for line in alone.out.splitlines()], ["run", "control", "client", "end"], "alone")
    client = records[2]
    found = (client["verdict"], client["step"], client["code"], client["reply"], client["sentence"])
    check_equal(found, ("cannot-send", "recipient", 535, "535 authentication required (#5.7.1)",
                        "cannot send: refused at recipient: 535 authentication required (#5.7.1)"), "what is found")
    check_equal([key["key"] for key in client["cause"]["keys"]], ["flow.before-first"], "the cause")
    check(len(client["cause"]["trials"]) >= 8 and client["advice"], "the experiment, and what helps")
    check_equal([rule["rule"] for rule in client["rules"]], ["needless-reset"], "the rules")
    check_equal((records[1]["result"], records[3]["exit"]), ("sends", 1), "the control, and the status")
    check_equal(json.loads(made["json"].read_text())["status"], 1, "the document")
    for form, parts in (("html", ("What was tried", "all but flow.before-first", "seenauth")), ("text", ("Tried", "1 of 1 client"))):
        for part in parts:
            check(part in made[form].read_text(), "%r is not in %s" % (part, form))
    again = run([HANDSET, "report", made["jsonl"], "--format", "text"])
    check_equal((again.status, again.out), (1, made["text"].read_text()), "rendered later")
    with Serve(profile="qmail-spamcontrol-cured") as server:
        done = run(words("nokia-e61i", server.port, "--format", "text"), seconds=60)
        check_status(done, 0, "who can send")
        check("The one client can send" in done.out, done.out)
    done = run(words("nokia-e61i", server.port, "--format", "jsonl"), seconds=60)
    check_status(done, 3, "where nobody listens")
    told = {record["record"]: record for record in map(json.loads, done.out.splitlines())}
    check_equal((told["control"]["result"], told["client"]["verdict"]), ("no-connection", "inconclusive"), "nothing")
    for wrong, said in ((["--json", "--format", "text"], "standard output"), (["--format", "pdf"], "--format: say")):
        done = run(words("nokia-e61i", server.port, *wrong))
        check_status(done, 2, " ".join(wrong))
        check(said in done.err, done.err)


@case
def a_mechanism_that_cannot_succeed_is_named_although_logins_are_refused():
    with Serve(profile="cram-unusable") as server:
        answer = explain("nokia-e61i", server.port, status=1)
        check_cause(answer, ["auth.mechanisms"])
        for bound in (["--rate", "1ms"], ["--max-refused-logins", "3"]):
            answer = explain("nokia-e61i", server.port, *bound, status=3)
            check("--max-refused-logins" in answer["sentence"], answer["sentence"])
            check_equal(answer["cause"], [], "a cause before enough was tried")


@case
def few_connections_are_few():
    with Serve(profile="qmail-spamcontrol") as server:
        answer = explain("nokia-e61i", server.port, "--max-connections", "6", status=3)
        check_equal(answer["connections"], 6, "connections")
        check("--max-connections" in answer["sentence"], answer["sentence"])


@case
def what_does_not_fit_is_refused():
    for more, said in (
        (["--messages", "2"], "--deliver"),
        (["--messages", "0"], "--messages"),
        (["--messages", "2", "--deliver", "--refused", "x@example.net"], "one at a time"),
        (["--rate", "often"], "--rate"),
        (["--from", "nobody"], "--from"),
    ):
        done = run(words("nokia-e61i", 9, *more))
        check_status(done, 2, " ".join(more))
        check(said in done.err, done.err)
    check_status(run(words("nokia-e61", 9)), 2, "a client that there is not")
    check_status(run([HANDSET, "explain"]), 2, "nothing")
    check_status(run([HANDSET, "explain", "nokia-e61i", "correct"]), 2, "two clients")


main()
