"""The situations of curl's and swaks' own test suites, played to msub (peer_suites.py)."""
import subprocess

from ours import MSUB, SECONDS, Done, check_printable, check_sane, check_status, environment
from peer_suites import CURL, OK, SWAKS, TEXT
from runner import case, check, check_equal, main, side_by_side
from table_server import Server

LEAST = 40
# A header that is as it is: nothing is added to what a row sends.
AS_IT_IS = ["--set-from-header=off", "--set-date-header=off", "--set-msgid-header=off"]


def send(port, row):
    words = [MSUB, "--host=127.0.0.1", "--port=%d" % port, "--domain=user", "--timeout=5"]
    words += (
        []
        if any(word.startswith("--from") for word in row.words)
        else ["--from=sender@example.com"]
    )
    done = subprocess.run(
        words + AS_IT_IS + row.words, input=(TEXT if row.stdin is None else row.stdin).encode(),
        env=environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=SECONDS)  # fmt: skip
    done = Done(done.returncode, done.stdout.decode(), done.stderr.decode())
    check_sane("msub", done.status, done.err)
    return done


def play(row):
    greeting = {} if row.greeting is None else {"greeting": row.greeting}
    with Server(row.replies, **greeting) as server:
        done = send(server.port, row)
    check_status(done, row.status, row.name)
    check_printable(done, row.name)
    said = [line.encode("latin-1").decode("utf-8") for line in server.said]
    check_equal(said, row.said, row.name + ": said")
    check_equal(server.mails, [] if row.mail is None else [row.mail], row.name + ": mails")
    check(done.status == OK or done.err, row.name + ": a failure without a word")


@case
def as_in_curls_suite():
    side_by_side(play, [(row,) for row in CURL])


@case
def as_in_swaks_suite():
    side_by_side(play, [(row,) for row in SWAKS])


@case
def the_tables_hold_what_they_should():
    rows = CURL + SWAKS
    check(len(rows) >= LEAST, "only %d situations" % len(rows))
    names = [row.name for row in rows]
    check_equal(len(set(names)), len(names), "names that are said once")


main()
