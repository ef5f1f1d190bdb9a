"""msub and the DNS: an account made of SRV records, and hosts that are looked up, with a name server of
the test's own. Nothing here asks the system's."""
import time

from name_server import NameServer
from ours import MSUB, check_one_sentence, check_status, run
from runner import case, check, check_equal, main
from table_server import Server

OK, USAGE, NO_HOST, LATER, CONFIG = 0, 64, 68, 75, 78
SUBMISSIONS, SUBMISSION = "_submissions._tcp.example.org", "_submission._tcp.example.org"
HOST = "mail.example.org"


def configure(rows, *more, address="ann@example.org"):
    with NameServer(rows) as names:
        done = run([MSUB, "--configure=" + address, "--name-servers=" + names.address, *more])
    return done, names


def lines(done):
    return [line for line in done.out.splitlines() if not line.startswith("#")]


def account(host, port, starttls):
    return ["account ann@example.org", "host " + host, "port %d" % port, "tls on", "tls_starttls " + starttls,
            "auth on", "user ann@example.org", "from ann@example.org"]  # fmt: skip


@case
def an_account_is_made_of_what_a_domain_announces():
    for what, rows, host, port, starttls in [
        ("TLS from the first octet before STARTTLS",
         {(SUBMISSIONS, "SRV"): ["20 0 465 " + HOST], (SUBMISSION, "SRV"): ["0 0 587 sub.example.org"]},
         HOST, 465, "off"),
        ("STARTTLS alone", {(SUBMISSION, "SRV"): ["0 0 587 " + HOST]}, HOST, 587, "on"),
        ("by priority", {(SUBMISSIONS, "SRV"): ["20 0 465 b.example.org", "10 0 4650 " + HOST]}, HOST, 4650, "off"),
        ("one service is refused", {(SUBMISSIONS, "SRV"): ["0 0 0 ."], (SUBMISSION, "SRV"): ["0 0 587 " + HOST]},
         HOST, 587, "on"),
        ("one question fails", {(SUBMISSIONS, "SRV"): "servfail", (SUBMISSION, "SRV"): ["0 0 587 " + HOST]},
         HOST, 587, "on"),
    ]:  # fmt: skip
        done, names = configure(rows)
        check_status(done, OK, what)
        check_equal(lines(done), account(host, port, starttls), what)
        check_equal(sorted(set(names.asked)), [(SUBMISSION, "SRV"), (SUBMISSIONS, "SRV")], what + ": asked")
        check("Not of the domain" not in done.out, what + ": %r" % done.out)


@case
def a_server_of_another_domain_is_for_a_person_to_confirm():
    done, _ = configure({(SUBMISSIONS, "SRV"): ["0 0 465 mx.example.net"]})
    check_status(done, OK, "another domain's")
    check_equal(lines(done), account("mx.example.net", 465, "off"), "account")
    check("Not of the domain: mx.example.net" in done.out, "said %r" % done.out)


@case
def what_a_domain_does_not_announce():
    both = [(SUBMISSIONS, "SRV"), (SUBMISSION, "SRV")]
    for what, rows, status in [
        ("no such domain", {}, NO_HOST),
        ("no such records", {(name, "A"): ["192.0.2.1"] for name, _ in both}, NO_HOST),
        ("neither of the two", {row: ["0 0 0 ."] for row in both}, NO_HOST),
        ("a name server that fails", {row: "servfail" for row in both}, LATER),
        ("garbage", {row: "garbage" for row in both}, LATER),
        ("silence", {row: "silent" for row in both}, LATER),
    ]:
        begun = time.monotonic()
        done, _ = configure(rows, "--timeout=1")
        check_status(done, status, what)
        check_one_sentence(done, what)
        check_equal(done.out, "", what)
        check(time.monotonic() - begun < 8, what + ": took too long")
    done, names = configure({}, address="ann@")
    check_status(done, USAGE, "no domain")
    check_equal(names.asked, [], "no domain: asked")


@case
def a_host_is_looked_up_and_gets_the_mail():
    with Server() as server, NameServer({(HOST, "A"): ["127.0.0.1"]}) as names:
        done = send(names.address, server.port)
    check_status(done, OK, "a host")
    check_equal(len(server.mails), 1, "mails")
    check_equal(sorted(set(names.asked)), [(HOST, "A"), (HOST, "AAAA")], "asked")


def send(address, port):
    words = [MSUB, "--host=" + HOST, "--port=%d" % port, "--timeout=1", "--from=me@example.org",
             "--name-servers=" + address, "you@example.net"]  # fmt: skip
    return run(words, stdin="Subject: s\n\ntext\n")


@case
def a_host_that_is_not_found_is_told():
    both = [(HOST, "A"), (HOST, "AAAA")]
    for what, rows, status in [
        ("no such host", {}, NO_HOST),
        ("a name server that fails", {row: "servfail" for row in both}, LATER),
        ("silence", {row: "silent" for row in both}, LATER),
        ("an address that nobody has", {(HOST, "A"): ["127.0.0.1"]}, LATER),
    ]:
        with NameServer(rows) as names:
            done = send(names.address, 1)
        check_status(done, status, what)
        check_one_sentence(done, what)
        check(HOST in done.err or "127.0.0.1" in done.err, "%s: said %r" % (what, done.err))


@case
def name_servers_that_are_none():
    for text in ("dns.example.org", ",", "127.0.0.1, 127.0.0.2"):
        done = run([MSUB, "--configure=ann@example.org", "--name-servers=" + text])
        check_status(done, (CONFIG, USAGE), repr(text))
        check("--name-servers" in done.err, "%r: said %r" % (text, done.err))


main()
