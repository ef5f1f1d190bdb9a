"""`handset play --outbox`: what fails waits on the disk and goes along with the next send; and --next."""
import email
import json
import pathlib
import tempfile

from ours import Serve, check_status, play, run, HANDSET
from runner import case, check, check_equal, main

REFUSES = """name: once
based-on: correct
faults: [{at: recipient, nth: 1, times: 1, reply: "450 4.2.0 Mailbox busy"}]
evidence: [{assumption: for this test, shows: [faults]}]
"""
KEEPS_UNSURE = """name: keeps-unsure
based-on: correct
outbox: {keep: [4xx, lost, unsure]}
evidence: [{assumption: for this test, shows: [outbox]}]
"""


class Place:
    """A folder with an outbox and a transcript in it, and runs that use them."""

    def __init__(self, folder, port):
        self.folder, self.port = pathlib.Path(folder), port
        self.box, self.transcript = self.folder / "box", self.folder / "transcript"

    def send(self, client, *more, to=("bob@example.net",), **named):
        words = ["--outbox", str(self.box), "--transcript-json", str(self.transcript)]
        return play(client, self.port, *words, *more, to=to, **named)

    def waits(self):
        return sorted(file.name for file in self.box.glob("*.json"))

    def said(self):
        """The verbs that the client said, of the last run."""
        events = [json.loads(line) for line in self.transcript.read_text(encoding="utf-8").splitlines()]
        return [event["text"].split(" ")[0].split(":")[0].upper() for event in events if event["what"] == "client" and "text" in event]


def messages(done):
    return json.loads(done.out)["messages"]


def remarks(done):
    return " / ".join(json.loads(done.out)["remarks"])


def message_ids(server):
    files = sorted((server.maildir / "new").glob("*"))
    return [email.message_from_bytes(file.read_bytes())["Message-ID"] for file in files]


def server_that_refuses(folder):
    path = pathlib.Path(folder, "once.yaml")
    path.write_text(REFUSES, encoding="utf-8")
    return Serve(profile=path)


@case
def what_was_refused_goes_along_with_the_next():
    # faults are counted in each session anew, so the one that refuses is another server
    with tempfile.TemporaryDirectory() as folder, server_that_refuses(folder) as refuses, Serve() as server:
        place = Place(folder, refuses.port)
        done = place.send("symbian-9.1", "--cc", "cid@example.net", subject="first")
        check_status(done, 1, "refused once")
        check_equal(place.waits(), ["0000000001.json"], "what waits")
        check_equal((place.box / "0000000001.json").stat().st_mode & 0o777, 0o600, "the file's mode")
        check_equal(messages(done)[0]["outbox"], {"file": "0000000001.json", "state": "waits", "waited": False, "tries": 1}, "the message")
        kept = json.loads((place.box / "0000000001.json").read_text(encoding="utf-8"))
        check_equal((kept["to"], kept["cc"], kept["subject"], kept["sending"]), (["bob@example.net"], ["cid@example.net"], "first", False), "the draft")
        check_equal([one["reply"] for one in kept["tries"]], ["450 4.2.0 Mailbox busy"], "the tries")
        place.port = server.port
        done = place.send("symbian-9.1", subject="second")
        check_status(done, 0, "with the next")
        said = place.said()
        check_equal((said.count("RSET"), said.count("EHLO"), said.count("QUIT"), said.count("MAIL")), (2, 1, 1, 2), "one session: %s" % said)
        check_equal([one["outbox"]["waited"] for one in messages(done)], [False, True], "the new one is first")
        check_equal([one["possible_duplicate"] for one in messages(done)], [False, False], "nothing was unsure")
        check_equal(server.delivered(), [("first", "bob@example.net"), ("first", "cid@example.net"), ("second", "bob@example.net")], "what arrived")
        check_equal(len(set(message_ids(server))), 2, "Message-IDs")
        check_equal(place.waits(), [], "what waits at the end")
        done = place.send("symbian-9.1", to=())
        check_status(done, 0, "an empty outbox")
        check_equal(messages(done), [], "messages of an empty outbox")


@case
def a_bearer_lost_behind_the_dot_makes_a_duplicate_with_the_next_send():
    # client, Message-IDs that arrive, words of the report; the plainest correct client does not keep what is unsure
    rows = (("symbian-9.1", 2, "different Message-IDs"), ("keeps", 1, "the same Message-ID"), ("correct", 1, None))
    for client, ids, words in rows:
        with tempfile.TemporaryDirectory() as folder, Serve() as server:
            place = Place(folder, server.port)
            if client == "keeps":
                client = str(pathlib.Path(folder, "keeps.yaml"))
                pathlib.Path(client).write_text(KEEPS_UNSURE, encoding="utf-8")
            done = place.send(client, "--lose-bearer-at", "after-dot", subject="twice")
            check_status(done, 1, client)
            check_equal(messages(done)[0]["outcome"], "unsure", client)
            state = messages(done)[0]["outbox"]["state"]
            check_equal(state, "waits" if words else "forgotten", client)
            if not words:
                check_equal(place.waits(), [], "what %s keeps" % client)
                check("does not keep it" in remarks(done), remarks(done))
                check_equal(len(message_ids(server)), 1, "what arrived")
                continue
            done = place.send(client, to=())
            check_status(done, 0, "the next send")
            one = messages(done)[0]
            check_equal((one["outcome"], one["possible_duplicate"], one["outbox"]["tries"]), ("delivered", True, 2), client)
            check("delivered; an earlier try was lost behind the final dot, so the server may have it twice, under " + words in remarks(done), remarks(done))
            found = message_ids(server)
            check_equal((len(found), len(set(found))), (2, ids), "Message-IDs of %s" % client)


@case
def thirteen_messages_in_one_session():
    words, wanted = [], []
    for number in range(1, 14):
        words += ["--next"] if number > 1 else []
        words += ["--to", "to%d@example.net" % number, "--subject", "m%02d" % number]
        wanted.append(("m%02d" % number, "to%d@example.net" % number))
        for kind in ("cc", "bcc") if number % 3 == 0 else ("bcc",) if number % 5 == 0 else ():
            words += ["--" + kind, "%s%d@example.net" % (kind, number)]
            wanted.append(("m%02d" % number, "%s%d@example.net" % (kind, number)))
    with tempfile.TemporaryDirectory() as folder, Serve() as server:
        place = Place(folder, server.port)
        done = place.send("symbian-9.1", *words, to=())
        check_status(done, 0, "13 messages")
        said = place.said()
        # a Bcc recipient is a transaction of its own: 13 messages, and Bcc of 3, 5, 6, 9, 10, 12
        check_equal((said.count("RSET"), said.count("MAIL"), said.count("EHLO"), said.count("QUIT")), (19, 19, 1, 1), "one session")
        check_equal(server.delivered(), sorted(wanted), "what arrived")


@case
def messages_by_their_own_headers_and_copies():
    with tempfile.TemporaryDirectory() as folder, Serve() as server:
        place, files = Place(folder, server.port), []
        for name, header in (("a", "To: Ann <ann@example.net>, bob@example.net\nBcc: hidden@example.net\n"), ("b", "Cc: team: cid@example.net, dan@example.net;\n")):
            file = pathlib.Path(folder, name)
            file.write_text(header + "Subject: %s\n\ntext\n" % name, encoding="utf-8")
            files += ["--message", str(file)]
        done = place.send("correct", *files, "--next", "--to", "eve@example.net", "--count", "2", "--subject", "c", to=())
        check_status(done, 0, "by their headers")
        wanted = [("a", "ann@example.net"), ("a", "bob@example.net"), ("a", "hidden@example.net"), ("b", "cid@example.net"), ("b", "dan@example.net")]
        check_equal(server.delivered(), wanted + 2 * [("c", "eve@example.net")], "what arrived")
        for file in (server.maildir / "new").glob("*"):
            header = email.message_from_bytes(file.read_bytes())
            check(header["Bcc"] is None, "a Bcc has left: %s" % header["Bcc"])


@case
def what_is_not_ours_is_told_and_left():
    with tempfile.TemporaryDirectory() as folder, Serve() as server:
        place = Place(folder, server.port)
        # nobody listens behind a port that a server just gave back: it waits
        with Serve() as gone:
            port = gone.port
        done = Place(folder, port).send("symbian-9.1", subject="kept")
        check_status(done, 3, "no server")
        broken = place.box / "0000000007.json"
        broken.write_text("{", encoding="utf-8")
        words = [HANDSET, "play", "symbian-9.1", "-s", "smtp://127.0.0.1:%d" % server.port, "--outbox", place.box]
        done = run([*words, "--from", "other@example.org"])
        check_status(done, 0, "another sender")
        for sentence in ("0000000001.json: it is of another account", "0000000007.json: it cannot be read and is left alone", "nothing waits"):
            check(sentence in done.out + done.err, "%r is not in %s%s" % (sentence, done.out, done.err))
        check_equal(place.waits(), ["0000000001.json", "0000000007.json"], "what waits")
        done = place.send("symbian-9.1", subject="new")
        check_status(done, 0, "the right sender")
        check_equal(server.delivered(), [("kept", "bob@example.net"), ("new", "bob@example.net")], "what arrived")
        check_equal(place.waits(), ["0000000007.json"], "what waits in the end")
        check_equal(broken.read_text(encoding="utf-8"), "{", "what cannot be read")


@case
def a_run_that_was_killed_counts_as_unsure():
    with tempfile.TemporaryDirectory() as folder, server_that_refuses(folder) as refuses, Serve() as server:
        place = Place(folder, refuses.port)
        check_status(place.send("correct", subject="killed"), 1, "refused for now")
        file = place.box / "0000000001.json"
        kept = json.loads(file.read_text(encoding="utf-8"))
        file.write_text(json.dumps(dict(kept, sending=True)), encoding="utf-8")
        place.port = server.port
        done = place.send("correct", to=())
        check_status(done, 0, "the next run")
        check_equal((messages(done)[0]["possible_duplicate"], len(server.delivered())), (True, 1), "the message")


@case
def two_runs_are_kept_apart():
    import fcntl

    with tempfile.TemporaryDirectory() as folder, Serve() as server:
        place = Place(folder, server.port)
        check_status(place.send("correct", subject="first"), 0, "alone")
        with open(place.box / "lock", encoding="utf-8") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            done = place.send("correct", subject="second")
            check_status(done, 3, "beside another")
            check("another run is using the outbox" in done.err, done.err)
        check_equal(server.delivered(), [("first", "bob@example.net")], "what arrived")


main()
