"""handset check against Twisted's ESMTP server, which no profile was made after.

What is true of it stands in twisted/mail/smtp.py (22.4.0): there is no do_NOOP, so that NOOP draws
500; do_RSET ignores its argument and do_MAIL what stands behind the path; lines that came behind
STARTTLS in clear are answered inside TLS (ext_STARTTLS leaves the buffer as it is); the list of
extensions ends with STARTTLS; LOGIN asks with "User Name" and a NUL (LOGINCredentials). Lines end
in CR LF alone, so that no message ends at a bare LF.
"""
import real_server as real
from checks import check_server, keys_of
from opponents import Twisted
from ours import DESK
from runner import case, check_equal, main

BROKEN = ["login-prompts", "noop-taken", "reset-with-argument", "unknown-parameter"]
BEFORE_TLS = ["starttls-injection", "starttls-not-last"]
# That fail in clear and without a second recipient: by what.
FAILING = {
    "legacy-scanner": ["auth.mechanisms", "hello.verb"],
    "outlook-express-6": ["auth.mechanisms", "auth.prompts", "offers.auth-equals"],
    "palm-versamail": ["auth.mechanisms", "hello.verb"],
    "printer-helo": ["hello.verb"],
    "qbittorrent": ["reactions.hello.250-"],
    "symbian-epoc-2000": ["auth.mechanisms"],
}
twisted = real.Once(Twisted)


def named(found, *verdicts):
    return sorted(name for name, fact in found.facts.items() if fact["verdict"] in verdicts)


@case
def the_facts_are_what_its_source_says():
    server = twisted()
    for tls, port, more in (
        ("off", server.port, BEFORE_TLS),
        ("starttls", server.port, BEFORE_TLS),
        ("implicit", server.tls_port, []),
    ):
        trust = None if tls == "off" else server.certificates.authority
        found = check_server(
            port, "--facts-only", "--deliver", tls=tls, trust=trust, patience=1
        )
        check_equal(named(found, "broken"), sorted(BROKEN + more), "what is broken, " + tls)
        check_equal(named(found, "inconclusive", "not-tried"), [], "what was left open, " + tls)
        # 500 to NOOP is no word about what stood in the message, nor a limit
        check_equal(found.facts["no-smuggling"]["verdict"], "holds", "smuggling, " + tls)
        check_equal(found.facts["noops-taken"]["verdict"], "not-applicable", "NOOPs, " + tls)


@case
def who_says_no_login_fails_and_the_phones_send():
    found = check_server(twisted().port, "--no-facts", patience=2)
    failing = {}
    for name, record in found.clients.items():
        if record["verdict"] not in ("sends", "not-applicable"):
            keys, masked = keys_of(record.get("cause"))
            failing[name] = sorted(keys + masked)
    check_equal(failing, FAILING, "who fails, and by what")


@case
def a_wrong_password_concludes_nothing():
    wrong = DESK.path / "wrong-password"
    wrong.write_text("guessed\n")
    found = check_server(twisted().port, "--password-file", wrong)
    check_equal((found.status, found.clients), (3, {}), "the status, clients that were examined")


main(twisted.stop)
