"""`handset check` with the whole catalogue against every real server: who can send and why not, and
what is true of the server, as expected/clients.txt and expected/facts.txt say and explain.
"""
import concurrent.futures

import expectations
import real_server as real
from checks import check_server, keys_of
from opponents import Aiosmtpd, EventMachine, Haraka, Postfix, SmtpServer
from rooted import Dovecot, DovecotWithWorkarounds, Exim
from runner import case, check, check_equal, main

# How long each takes over a connection by itself, in seconds: Exim waits at its end for the client to
# close first, smtp-server (also behind Dovecot) at its beginning for one that talks too early. Those
# that take no time are also asked with a recipient whom they refuse.
SERVERS = {
    "postfix": (Postfix, 0),
    "exim": (Exim, 0.2),
    "dovecot": (Dovecot, 0.1),
    "workarounds": (DovecotWithWorkarounds, 0.1),
    "aiosmtpd": (Aiosmtpd, 0),
    "haraka": (Haraka, 0),
    "smtp-server": (SmtpServer, 0.1),
    "eventmachine": (EventMachine, 0),
}
SECONDS = 60  # what a check of all clients may take beside that, all eight at once
PATIENCE = 5
servers = {name: real.Once(kind) for name, (kind, _) in SERVERS.items()}
clients, facts = expectations.read("clients.txt"), expectations.read("facts.txt")
found = {}


def look(name):
    """Everything about one server."""
    server, more = servers[name](), ["--deliver"]
    more += ["--refused", "nobody@example.net"] if SERVERS[name][1] == 0 else []
    trust = server.certificates.authority if server.has_tls else None
    found[name] = check_server(server.port, *more, trust=trust, patience=PATIENCE)


def all_found():
    """The checks, all at once: they mostly wait for their servers. Made when the first case asks."""
    if not found:
        with concurrent.futures.ThreadPoolExecutor(len(SERVERS)) as some:
            for done in [some.submit(look, name) for name in SERVERS]:
                done.result()
    return found


def said(record):
    """The verdict with what was lost, and the keys of all causes."""
    keys, masked = keys_of(record.get("cause"))
    return [record["verdict"], *record.get("losses", [])], sorted(keys + masked)


def wanted(cell):
    if cell == "+":
        return ["sends"], []
    note = clients.notes[cell]
    return note.says, sorted(note.members.get("cause", []))


def check_clients(name):
    wrong = []
    for client, record in all_found()[name].clients.items():
        cell = clients.rows[client][name]
        if cell != "?" and said(record) != wanted(cell):
            wrong.append("%s: %r, expected %r" % (client, said(record), wanted(cell)))
    check(not wrong, "%s: %s" % (name, "; ".join(wrong)))


def is_as_expected(fact, cell):
    """A cell of facts.txt against the record."""
    verdicts = {"+": "holds", "-": "broken", "=": "holds", ".": "not-applicable"}
    if cell == "?":
        return True
    codes = [came[:3] for came in fact.get("came", [])]
    return fact["verdict"] == verdicts[cell[0]] and (not cell[1:] or cell[1:] in codes)


def check_facts(name):
    wrong = []
    for row, cells in facts.rows.items():
        fact = all_found()[name].facts.get(row)
        if fact is None or not is_as_expected(fact, cells[name]):
            wrong.append("%s: %r, expected %s" % (row, fact and fact["sentence"], cells[name]))
    check(not wrong, "%s: %s" % (name, "; ".join(wrong)))


@case
def every_client_and_every_server_is_in_the_table():
    check_equal(list(clients.columns), list(SERVERS), "columns of the clients")
    check_equal(list(facts.columns), list(SERVERS), "columns of the facts")
    for name, result in all_found().items():
        check_equal(sorted(result.clients), sorted(clients.rows), "clients at " + name)
        check(result.end is not None, "the check of %s did not end: %s" % (name, result.said))


@case
def the_controls_send_everywhere():
    for name, result in all_found().items():
        results = {one["who"]: one["result"] for one in result.controls}
        check_equal(results, {"msub": "sends", "libesmtp": "sends"}, "controls at " + name)


@case
def the_clients_are_as_expected_at_servers_that_keep_the_login():
    for name in ("postfix", "aiosmtpd", "haraka"):
        check_clients(name)


@case
def the_clients_are_as_expected_at_exim_and_smtp_server():
    for name in ("exim", "smtp-server"):
        check_clients(name)


@case
def the_clients_are_as_expected_at_dovecot_with_and_without_workarounds():
    for name in ("dovecot", "workarounds"):
        check_clients(name)


@case
def the_clients_are_as_expected_at_a_server_that_forgets():
    check_clients("eventmachine")


@case
def the_facts_are_those_that_were_seen_by_hand():
    for name in SERVERS:
        check_facts(name)


@case
def a_check_takes_less_than_a_minute():
    for name, result in all_found().items():
        taken, connections = result.end["elapsed-ms"] / 1000, result.end["connections"]
        print("        %-13s %4d connections, %4.1f s" % (name, connections, taken))
        check(
            taken < SECONDS + SERVERS[name][1] * connections,
            "%s: the check took %.1f s" % (name, taken),
        )


def stop():
    for server in servers.values():
        server.stop()


main(stop)
