"""msub at limits: more recipients than a server takes at once, and lines that are too long, whichever
way a message comes."""
import collections
import json

from ours import DESK, MSUB, check_status, run
from runner import case, check, check_equal, main
from table_server import Server

OK, DATA, LATER, PARTLY = 0, 65, 75, 79
MOST = 100
LONG = "a line of more than 998 octets in "


class Crowd:
    """Replies of a server that takes so many recipients for one message, and none of those in `never`."""

    def __init__(self, never=()):
        self.taken, self.sizes, self.never = 0, [], never

    def replies(self):
        table = {"RCPT TO:<%s@" % who.upper(): "550 5.1.1 nobody" for who in self.never}
        return {**table, "MAIL": self.begin, "RCPT": self.recipient, ".": self.end}

    def begin(self):
        self.taken = 0
        return "250 ok"

    def recipient(self):
        if self.taken == MOST:
            return "452 4.5.3 too many recipients"
        self.taken += 1
        return "250 ok"

    def end(self):
        self.sizes.append(self.taken)
        self.taken = 0
        return "250 ok"


def send(server, *words, stdin="Subject: s\n\ntext\n"):
    return run([MSUB, "--host=127.0.0.1", "--port=%d" % server.port, "--timeout=5", "--from=me@example.org", *words],
               stdin=stdin)  # fmt: skip


def people(count):
    return ["p%d@example.net" % number for number in range(count)]


@case
def more_recipients_than_a_server_takes_at_once():
    for count, sizes in [(100, [100]), (101, [100, 1]), (250, [100, 100, 50])]:
        crowd = Crowd()
        with Server(crowd.replies()) as server:
            done = send(server, "--partial", "--json", *people(count))
        check_status(done, OK, "%d recipients" % count)
        check_equal(crowd.sizes, sizes, "%d recipients: transactions" % count)
        (mail,) = json.loads(done.out)["messages"]
        outcomes = collections.Counter(one["outcome"] for one in mail["recipients"])
        check_equal(outcomes, {"accepted": count}, "%d recipients: outcomes" % count)
        check_equal("split" in mail["remarks"], count > MOST, "%d recipients: remarks" % count)


@case
def without_partial_nobody_gets_a_part():
    crowd = Crowd()
    with Server(crowd.replies()) as server:
        done = send(server, *people(101))
    check_status(done, (DATA, LATER), "101 recipients")
    check_equal((crowd.sizes, server.mails), ([], []), "transactions")
    check("--partial" in done.err, "said %r" % done.err)


@case
def those_who_are_refused_are_told_beside_those_who_were_too_many():
    crowd = Crowd(never=("p3", "p120"))
    with Server(crowd.replies()) as server:
        done = send(server, "--partial", "--json", *people(130))
    check_status(done, PARTLY, "130 recipients")
    (mail,) = json.loads(done.out)["messages"]
    refused = [one["recipient"] for one in mail["recipients"] if one["outcome"] == "refused"]
    check_equal(refused, ["p3@example.net", "p120@example.net"], "refused")
    check_equal(sum(crowd.sizes), 128, "accepted: %r" % crowd.sizes)


@case
def a_line_that_is_too_long_is_told_each_way():
    for octets, told in [(998, False), (999, True)]:
        text = "Subject: s\n\n%s\n" % ("x" * octets)
        file = DESK.file("long-%d.eml" % octets, "To: you@example.net\n" + text)
        smtp = "HELO me\nMAIL FROM:<me@example.org>\nRCPT TO:<you@example.net>\nDATA\n%s.\nQUIT\n"
        for what, words, stdin, name in [
            ("a pipe", ["you@example.net"], text, "standard input"),
            ("--batch", ["--batch", file], "", file.name),
            ("-bs", ["-bs"], (smtp % text).replace("\n", "\r\n"), "the message"),
        ]:
            with Server() as server:
                done = send(server, *words, stdin=stdin)
            check_status(done, OK, what)
            check_equal(len(server.mails), 1, what + ": mails")
            check_equal(
                LONG in done.err and name in done.err, told, "%s, %d octets: %r" % (what, octets, done.err)
            )
            check_equal(len(done.err.splitlines()), int(told), "%s: lines in %r" % (what, done.err))
    with Server() as server:
        done = send(server, "-bs", "--quiet", stdin=(smtp % text).replace("\n", "\r\n"))
    check_equal(done.err, "", "-bs --quiet")


main()
