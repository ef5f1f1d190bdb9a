"""`handset check --learn-server` of every real server: what is learned, served, is to every client of the
catalogue what the server was."""
import concurrent.futures
import pathlib
import tempfile

from checks import check_server
from opponents import Aiosmtpd, EventMachine, Haraka, Postfix, SmtpServer
from ours import Serve
from rooted import Dovecot, Exim
from runner import case, check, check_equal, main

PATIENCE = 5
# A time, or by a hair's breadth (as fact.h has them); and what no profile can say: whether a server
# ends its wait for a line where octets come that are none.
NOT_COMPARED = {"dot-time", "greeting-time", "early-talk", "tls-on-plain-port"}


def verdicts(done):
    return {
        name: [record["verdict"], *record.get("losses", [])]
        for name, record in done.clients.items()
    }


def facts(done):
    return {
        name: (record["verdict"], record.get("value"))
        for name, record in done.facts.items()
        if name not in NOT_COMPARED
    }


def learn(kind):
    """(the check of the server, the check of what was learned of it)"""
    with tempfile.TemporaryDirectory() as folder:
        learned = pathlib.Path(folder, "learned.yaml")
        server = kind()
        try:
            more = ["--deliver", "--no-causes"]
            trust = server.certificates.authority if server.has_tls else None
            first = check_server(
                server.port, *more, "--learn-server", learned, trust=trust, patience=PATIENCE
            )
            check(learned.exists(), "%s: %s" % (server.name, first.said))
            tls = "starttls" if server.has_tls else "none"
            with Serve(profile=learned, certificates=server.certificates, tls=tls) as played:
                second = check_server(played.port, *more, trust=trust, patience=PATIENCE)
            return first, second
        finally:
            server.stop()


def is_learned(*kinds):
    with concurrent.futures.ThreadPoolExecutor(len(kinds)) as some:
        found = list(zip(kinds, some.map(learn, kinds)))
    for kind, (first, second) in found:
        check(len(first.clients) > 40, "%s: the check did not end: %s" % (kind.name, first.said))
        check_equal(verdicts(second), verdicts(first), "clients at what was learned of " + kind.name)
        check_equal(facts(second), facts(first), "facts of what was learned of " + kind.name)


@case
def servers_that_keep_the_login_are_learned():
    is_learned(Postfix, Aiosmtpd, Haraka)


@case
def servers_that_take_their_time_are_learned():
    is_learned(Exim, Dovecot, SmtpServer)


@case
def a_server_that_forgets_is_learned():
    is_learned(EventMachine)


main()
