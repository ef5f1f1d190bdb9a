"""Whom msub trusts: what each TLS option accepts, what it refuses, and what it says then."""
import hashlib
import os
import ssl

import certificates
from ours import DESK, MSUB, check_one_sentence, check_printable, check_status, run
from runner import case, check, check_equal, main
from table_server import Server

OK, USAGE, UNAVAILABLE, LATER, CONFIG = 0, 64, 69, 75, 78
REPLIES = {"EHLO": "250-mx\n250 STARTTLS", "STARTTLS": "220 go ahead"}
TEXT = "Subject: s\n\nx\n"
MADE = certificates.make(DESK.path / "authority", certificates.ECDSA)
GOOD = certificates.issue(MADE, "good")
OTHER = certificates.issue(MADE, "another")


def fingerprint(made, name="sha256"):
    der = ssl.PEM_cert_to_DER_cert(made.certificate.read_text())
    return hashlib.new(name, der).hexdigest()


def server(made=GOOD):
    return Server(REPLIES, certificates=made)


def send(at, *more, host="localhost", trust=True):
    words = [MSUB, "--host=" + host, "--port=%d" % at.port, "--timeout=20", "--tls",
             "--from=a@example.org", *map(str, more), "b@example.net"]
    if trust:
        words.append("--tls-trust-file=%s" % MADE.authority)
    return run(words, stdin=TEXT)


def check_sent(done, at, what):
    check_status(done, OK, what)
    check_equal(len(at.mails), 1, what + ": mails")


def check_refused(done, at, reason, what, status=UNAVAILABLE):
    check_status(done, status, what)
    check_one_sentence(done, what)
    check(reason in done.err, "%s: said %r" % (what, done.err))
    check_equal(at.mails, [], what + ": mails")
    check(not any(line.startswith("MAIL") for line in at.said), "%s: said %r" % (what, at.said))


@case
def an_authority_is_trusted_for_the_name():
    for host in ("localhost", "127.0.0.1"):
        with server() as at:
            check_sent(send(at, host=host), at, host)
    with server() as at:
        check_refused(send(at, trust=False), at, "certificate", "the system's authorities")
    with server() as at:
        check_sent(send(at, "--tls-certcheck=off", trust=False), at, "--tls-certcheck=off")


@case
def another_name_is_refused_unless_it_is_named():
    wrong = certificates.issue(MADE, "wrong", "DNS:mail.example.org")
    with server(wrong) as at:
        check_refused(send(at), at, "name", "another name")
    with server(wrong) as at:
        check_sent(send(at, "--tls-host-override=mail.example.org"), at, "--tls-host-override")
    with server() as at:
        check_refused(send(at, "--tls-host-override=mail.example.org"), at, "name", "the right name")


@case
def what_has_expired_is_refused():
    old = certificates.issue(MADE, "old", end="20200201000000Z")
    with server(old) as at:
        check_refused(send(at), at, "expired", "expired")


@case
def a_fingerprint_is_trusted_alone():
    digest = fingerprint(GOOD)
    colons = ":".join(digest[i:i + 2] for i in range(0, len(digest), 2)).upper()
    for text in (digest, colons, fingerprint(GOOD, "sha1")):
        with server() as at:
            check_sent(send(at, "--tls-fingerprint=" + text, trust=False), at, text)
    with server(OTHER) as at: # its authority does not count
        done = send(at, "--tls-fingerprint=" + colons)
        check_refused(done, at, "fingerprint", "another certificate")
        want = fingerprint(OTHER).upper()
        check(want in done.err.upper().replace(":", ""), "said %r" % done.err)
    for text in ("12:34", "xyz", digest + "00"):
        with server() as at:
            check_refused(send(at, "--tls-fingerprint=" + text), at, "fingerprint", text, USAGE)


@case
def a_server_is_known_from_its_first_use():
    known = DESK.path / "known"
    with server() as at:
        check_sent(send(at, "--tls-known-file=%s" % known, trust=False), at, "first use")
        check_equal(os.stat(known).st_mode & 0o777, 0o600, "mode")
        check("localhost %d sha256 " % at.port in known.read_text(), "known %r" % known.read_text())
        before = known.read_text()
        check_status(send(at, "--tls-known-file=%s" % known, trust=False), OK, "second use")
        check_equal((len(at.mails), known.read_text()), (2, before), "second use")
        at.tls.load_cert_chain(OTHER.certificate, OTHER.key)
        done = send(at, "--tls-known-file=%s" % known)
        check_status(done, UNAVAILABLE, "another key")
        check_one_sentence(done, "another key")
        check("the server's key has changed" in done.err and str(known) in done.err, done.err)
        check_equal((len(at.mails), known.read_text()), (2, before), "another key")


@case
def a_client_shows_its_certificate():
    mine = certificates.issue(MADE, "client", "", usage="clientAuth")
    for words, sent in [(["--tls-cert-file=%s" % mine.certificate, "--tls-key-file=%s" % mine.key], True),
                        ([], False)]:
        with server() as at:
            at.tls.verify_mode = ssl.CERT_REQUIRED
            at.tls.load_verify_locations(MADE.authority)
            done = send(at, *words)
            check_printable(done, "client certificate")
            check_equal((done.status == OK, len(at.mails)), (sent, int(sent)), "said %r" % done.err)
            if not sent:
                check_status(done, (UNAVAILABLE, LATER), "no client certificate")
    for words, reason in [
        (["--tls-cert-file=%s" % mine.certificate], "--tls-key-file"),
        (["--tls-key-file=%s" % mine.key], "--tls-cert-file"),
        (["--tls-cert-file=%s" % mine.certificate, "--tls-key-file=/nonexistent"], "nonexistent"),
        (["--tls-cert-file=%s" % mine.certificate, "--tls-key-file=%s" % GOOD.key], "key"),
    ]:
        with server() as at:
            check_refused(send(at, *words), at, reason, " ".join(words), CONFIG)


@case
def a_key_that_others_may_read_is_not_used():
    mine = certificates.issue(MADE, "keeper", "", usage="clientAuth")
    own = os.geteuid() != 0
    for mode, used in [(0o600, True), (0o400, True), (0o640, not own), (0o644, False), (0o604, False),
                       (0o606, False)]:
        os.chmod(mine.key, mode)
        shown = ["--tls-cert-file=%s" % mine.certificate, "--tls-key-file=%s" % mine.key]
        what = "mode %o" % mode
        with server() as at:
            done = send(at, *shown)
            if used:
                check_sent(done, at, what)
            else:
                check_refused(done, at, "private key and others may read it; say: chmod", what, CONFIG)
                check_equal(at.connections, 0, what + ": connections")


@case
def what_was_revoked_is_refused():
    gone = certificates.issue(MADE, "gone")
    revoked = certificates.revocations(MADE, gone)
    with server() as at:
        check_sent(send(at, "--tls-crl-file=%s" % revoked), at, "not revoked")
    with server(gone) as at:
        check_refused(send(at, "--tls-crl-file=%s" % revoked), at, "revoked", "revoked")
    with server(gone) as at:
        check_sent(send(at), at, "without the list")
    with server() as at:
        done = send(at, "--tls-crl-file=%s" % DESK.file("empty.pem", ""))
        check_refused(done, at, "empty.pem", "no list", CONFIG)


@case
def versions_are_chosen_by_priorities():
    for words, version, sent in [
        ("NORMAL:-VERS-ALL:+VERS-TLS1.2", ssl.TLSVersion.TLSv1_2, True),
        ("NORMAL:-VERS-ALL:+VERS-TLS1.2", ssl.TLSVersion.TLSv1_3, False),
        ("NORMAL:-VERS-ALL:+VERS-TLS1.3", ssl.TLSVersion.TLSv1_3, True),
    ]:
        with server() as at:
            at.tls.minimum_version = at.tls.maximum_version = version
            done = send(at, "--tls-priorities=" + words)
            check_equal((done.status, len(at.mails)), (OK, 1) if sent else (UNAVAILABLE, 0),
                        "%s %s: %s" % (words, version, done.err))
    with server() as at:
        check_refused(send(at, "--tls-priorities=NONSENSE"), at, "--tls-priorities", "nonsense", CONFIG)


@case
def a_missing_staple_is_refused_where_one_is_needed():
    with server() as at:
        check_refused(send(at, "--tls-need-staple"), at, "OCSP", "no staple")


main()
