"""`handset demo`, as quickstart runs it: the founding story, in clear and over TLS."""
import json
import pathlib

from ours import HANDSET, check_status, run
from runner import case, check, check_equal, main

STORY = {
    ("nokia-e61i", "qmail-spamcontrol"): "refused",
    ("nokia-e61i", "qmail-spamcontrol-cured"): "delivered",
    ("msub", "qmail-spamcontrol"): "delivered",
    ("msub", "qmail-spamcontrol-cured"): "delivered",
}


def check_runs(done, what):
    check_status(done, 0, what)
    runs = json.loads(done.out)["runs"]
    check_equal({(one["client"], one["server"]): one["outcome"] for one in runs}, STORY, what)
    folders = {one["maildir"] for one in runs if one["outcome"] == "delivered"}
    mail = [file for folder in folders for file in pathlib.Path(folder, "new").iterdir()]
    check_equal(len(mail), 3, "messages in %s" % sorted(folders))
    for one in runs:
        if one["outcome"] == "refused":
            check("535" in str(one["reply"]), "the refusal: %r" % one)


@case
def the_story_for_programs():
    check_runs(run([HANDSET, "demo", "--json"]), "demo")


@case
def the_story_over_tls():
    check_runs(run([HANDSET, "demo", "--tls", "--json"]), "demo --tls")


@case
def the_story_for_people():
    done = run([HANDSET, "demo"])
    check_status(done, 0, "demo")
    for word in ("RSET", "535", "refused", "delivered", "nokia-e61i", "msub"):
        check(word in done.out, "the demo does not show %s" % word)


main()
