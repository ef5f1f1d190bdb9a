"""`handset` at a shell: profile list, show, check and keys; wrong usage; what cannot be written."""
import json
import pathlib
import subprocess
import tempfile

from ours import HANDSET, check_status, run
from runner import case, check, check_equal, main

GOOD_SERVER = """name: x
based-on: lenient
forgets: {authentication: [reset]}
evidence: [{test: here, shows: [forgets]}]
"""
BAD_CLIENT = """name: x
based-on: nokia-e6i
flow.befor-first: [reset]
breaks: [needless-rset]
"""


def check_profile(text):
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder, "mine.yaml")
        path.write_text(text, encoding="utf-8")
        return run([HANDSET, "profile", "check", str(path)])


@case
def a_file_is_of_the_kind_that_fits():
    done = check_profile(GOOD_SERVER)
    check_status(done, 0, "a server profile in a folder of any name")
    check("good (server" in done.out, done.out)


@case
def what_is_wrong_has_line_column_caret_and_a_suggestion():
    done = check_profile(BAD_CLIENT)
    check_status(done, 2, "a wrong profile")
    for sentence in (
        'mine.yaml:2:11: error: there is no client profile "nokia-e6i" (did you mean "nokia-e61i"?)',
        'mine.yaml:3:1: error: unknown key "flow.befor-first" (did you mean "flow.before-first"?)',
        'mine.yaml:4:10: error: unknown rule "needless-rset" (did you mean "needless-reset"?)',
        "\n  ^~~~~",
    ):
        check(sentence in done.err, "%r is not in:\n%s" % (sentence, done.err))


@case
def the_catalogue_for_programs():
    done = run([HANDSET, "profile", "list", "--json"])
    check_status(done, 0, "profile list")
    names = {(one["kind"], one["name"]) for one in json.loads(done.out)}
    for one in (("client", "nokia-e61i"), ("client", "correct"), ("server", "s-qmail-forgetting"), ("server", "correct")):
        check(one in names, "%s is not in the list" % (one,))
    done = run([HANDSET, "profile", "show", "nokia-e61i", "--json"])
    check_status(done, 0, "profile show")
    paths = {one["path"] for one in json.loads(done.out)["differences"]}
    check("flow.before-first" in paths, "the founding difference is not shown")
    sentences = {one["sentence"] for one in json.loads(done.out)["sentences"]}
    check("After 535 to AUTH it goes on without a login." in sentences, "no sentence of the refused login")
    done = run([HANDSET, "profile", "show", "nokia-e61i", "--keys"])
    check("\nflow.before-first: [reset]\n" in done.out, "--keys shows no keys")
    done = run([HANDSET, "profile", "show", "nokia-e61i"])
    check("\n  - It says RSET before the first message" in done.out and "[trace " in done.out, "no sentences")
    done = run([HANDSET, "profile", "keys", "--json", "--kind", "client"])
    check_status(done, 0, "profile keys")
    check(any(one["path"] == "flow.PLACE" for one in json.loads(done.out)), "flow.PLACE is no key")


@case
def two_profiles_are_compared():
    done = run([HANDSET, "profile", "diff", "symbian-9.1", "symbian-9.5"])
    check_status(done, 1, "profiles that differ")
    check("\n  symbian-9.1: not written; timeouts.else counts: none\n" in done.out, "the dot is not compared:\n" + done.out)
    done = run([HANDSET, "profile", "diff", "symbian-9.5", "symbian-3", "--json"])
    check_status(done, 0, "profiles that are the same")
    check_equal(json.loads(done.out)["differences"], [], "differences of the same")
    for names in (["symbian-9.1"], ["symbian-9.1", "lenient"], ["symbian-9.1", "no-such"]):
        check_status(run([HANDSET, "profile", "diff"] + names), 2, "diff of %s" % names)


@case
def wrong_usage_is_2_and_says_what_to_do():
    for arguments in (["nonsense"], ["profile"], ["play", "nokia-e61i"], ["play", "no-such-client", "--server", "smtp://127.0.0.1", "--to", "a@b.c"],
                      ["serve", "no-such-server"], ["serve", "--listen", "0.0.0.0:0"], ["serve", "--cert", "x", "--key", "y"],
                      ["serve", "--password-file", "/etc/hostname"], ["play", "correct", "--server", "http://x", "--to", "a@b.c"],
                      ["profile", "show", "nokia-e61"], ["demo", "more"]):
        done = run([HANDSET, *arguments])
        check_status(done, 2, " ".join(arguments))
        check(done.err.strip() != "", "%s says nothing" % arguments)


TO = ["play", "correct", "--server", "smtp://127.0.0.1:9", "--to", "a@b.c"]


@case
def options_that_do_not_fit_are_named():
    with tempfile.TemporaryDirectory() as folder:
        mail, secret = pathlib.Path(folder, "m.eml"), pathlib.Path(folder, "secret")
        mail.write_text("From: a@b.c\n\nx\n", encoding="utf-8")
        secret.write_text("secret\n", encoding="utf-8")
        for arguments, sentences in (
            ([*TO, "--message", mail, "--subject", "x"], ["--message", "--subject"]),
            ([*TO, "--message", mail, "--body-file", mail], ["--message", "--body-file"]),
            ([*TO, "--message", mail, "--attach", mail], ["--message", "--attach"]),
            ([*TO, "-u", "u", "--password-file", secret, "--passwordeval", "echo x"], ["--password-file and --passwordeval"]),
            ([*TO, "--local-address", "foo"], ["--local-address takes an IP address"]),
            ([*TO, "--local-address", "192.0.2.1%eth0"], ["--local-address takes an IP address"]),
            ([*TO, "--trust-file", folder + "/nope"], ["--trust-file: cannot read"]),
            ([*TO, "--trust-file", secret], ["--trust-file: ", "there are none in it"]),
            ([*TO, "-t", ""], ["an address is empty: --to"]),
            ([*TO, "--body-file", folder + "/nope"], ["--body-file: cannot open", "/nope"]),
            ([*TO, "--date", "2007-02-30T10:00:00Z"], ["there is no such day"]),
            ([*TO, "--subjct", "x"], ['did you mean "--subject"?']),
            (["profile", "list", "--profiles", folder + "/nope"], ["--profiles", "/nope"]),
        ):
            done = run([HANDSET, *arguments])
            check_status(done, 2, " ".join(map(str, arguments)))
            for sentence in sentences:
                check(sentence in done.err, "%r is not in:\n%s" % (sentence, done.err))


@case
def what_is_sent_as_typed_is_warned_of():
    with tempfile.TemporaryDirectory() as folder:
        mail = pathlib.Path(folder, "m.eml")
        mail.write_text("no header\n", encoding="utf-8")
        done = run([HANDSET, *TO, "--message", mail, "--local-address", "fe80::1%eth0"])
        check_status(done, 3, "nobody listens")
        check("has no header" in done.err, done.err)
        done = run([HANDSET, *TO, "-t", "a@x,b@y"])
        check_status(done, 3, "nobody listens")
        check('"a@x,b@y" is one recipient, as typed' in done.err, done.err)


@case
def a_result_that_cannot_be_written_is_none():
    with open("/dev/full", "w", encoding="utf-8") as full:
        done = subprocess.run([HANDSET, "profile", "list"], stdout=full, stderr=subprocess.PIPE, timeout=60, check=False)
    check_equal(done.returncode, 4, "profile list to a full disk")


main()
