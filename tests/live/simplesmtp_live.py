"""handset check and explain against the npm package simplesmtp, which no profile was made after.

What is true of it stands in its lib/server.js (0.3.35): _onCommandRSET calls init() without
keepAuthData, so that RSET takes the login, where the end of data calls init(true); AUTH LOGIN takes
each line for name or password, so that "*" is a name; MAIL wants brackets, RCPT wants a sender that
is not empty, and neither minds parameters. STARTTLS is offered and answered with 220, and calls
crypto.createCredentials, which Node.js no longer has: no handshake follows.
"""
import real_server as real
from checks import check_server, explain, keys_of
from opponents import SimpleSmtp
from runner import case, check, check_equal, main

BROKEN = [
    "cancelled-login",
    "login-after-cancelled-login",
    "login-memory-survives-reset",
    "login-survives-abandoned-message",
    "login-survives-message-and-reset",
    "login-survives-reset",
    "message-after-reset",
    "null-sender",
    "recipient-without-brackets",
    "reset-with-argument",
    "sender-without-brackets",
    "starttls-not-last",
    "starttls-works",
    "unknown-parameter",
]
IN_TLS = ["hello-after-starttls", "no-starttls-in-tls", "starttls-ends-login", "starttls-injection"]
# verdict, and the keys of the cause
CLIENTS = {
    "nokia-e61i": ("cannot-send", ["flow.before-first"]),
    "symbian-3": ("cannot-send", ["flow.before-first"]),
    "maemo-modest": ("sends-with-loss", ["flow.after-message"]),
    "postfix-connection-cache": ("sends-with-loss", ["flow.before-next"]),
    "python-smtplib": ("sends", []),
    "outlook-express-6": ("sends", []),  # AUTH= is offered, too
}
simplesmtp = real.Once(SimpleSmtp)


@case
def the_facts_are_what_its_source_says():
    found = check_server(simplesmtp().port, "--facts-only", "--deliver", patience=1)

    def named(*verdicts):
        return sorted(name for name, fact in found.facts.items() if fact["verdict"] in verdicts)

    check_equal(named("broken"), BROKEN, "what is broken")
    check_equal(named("inconclusive", "not-tried"), [], "what was left open")
    # 220 and then nothing: said once, and not waited for by every fact that needs TLS
    check("no answer" in found.facts["starttls-works"]["sentence"], "how STARTTLS fails")
    check_equal([name for name in IN_TLS if name in named("not-applicable")], IN_TLS, "in TLS")


@case
def clients_fail_by_their_reset_and_by_nothing_else():
    words = [word for name in CLIENTS for word in ("--client", name)]
    found = check_server(simplesmtp().port, "--deliver", *words, patience=2)
    told = {name: (r["verdict"], keys_of(r.get("cause"))[0]) for name, r in found.clients.items()}
    check_equal(told, CLIENTS, "clients")
    check_equal(found.status, 1, "the status")


@case
def the_phone_is_explained():
    status, answer = explain("nokia-e61i", simplesmtp().port, patience=2)
    check_equal((status, keys_of(answer["experiment"])), (1, (["flow.before-first"], [])), "the cause")
    check("outlive RSET" in answer["advice"][0]["do"], "what helps: %r" % answer["advice"][:1])


@case
def starttls_that_leads_nowhere_is_told_as_that():
    found = check_server(simplesmtp().port, tls="starttls", patience=1)
    check_equal(found.status, 3, "the status")
    check("answers no TLS behind it" in found.controls[0]["sentence"], found.controls[0]["sentence"])
    check_equal(found.clients, {}, "clients that were examined")


main(simplesmtp.stop)
