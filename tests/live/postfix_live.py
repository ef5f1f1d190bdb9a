"""Both players against Postfix: six mechanisms of Cyrus SASL, both ways into TLS, and a phone of 2007 over TLS
1.0.
"""
import json
import re

import real_server as real
from opponents import Postfix, PostfixOf2007
from ours import DESK, play
from runner import case, check, check_equal, main

postfix, postfix_of_2007 = real.Once(Postfix), real.Once(PostfixOf2007)
TLS_LINE = r"TLS connection established from \S+ (TLSv[\d.]+) with cipher (\S+)"
TWICE = """name: two connections
based-on: nokia-e61i
evidence: [{assumption: "a test's own", shows: [flow.per-connection]}]
flow: {per-connection: 1}
"""
real.usual_cases(postfix, ["PLAIN", "LOGIN", "CRAM-MD5"])
real.batch_cases(postfix)
real.kept_login_cases(postfix)


@case
def the_server_knows_the_mechanism_by_its_name():
    for auth in ("plain", "login", "cram-md5", "digest-md5", "scram-sha-1", "scram-sha-256"):
        real.check_msub(postfix(), "named " + auth, auth=auth)
        said = re.findall(r"sasl_method=(\S+),", postfix().log())
        check(said[-1] == auth.upper(), "the server took it for %r" % said[-1:])


@case
def msub_takes_the_strongest():
    real.check_msub(postfix(), "msub strongest", auth="on")
    said = re.findall(r"sasl_method=(\S+),", postfix().log())
    check(said[-1] == "SCRAM-SHA-256", "the server took it for %r" % said[-1:])


@case
def the_phone_delivers_over_tls_1_0_with_rsa():
    server = postfix()
    for tls in ("starttls", "implicit"):
        before = len(server.log())
        real.check_play(server, "nokia-e61i", "phone " + tls, tls=tls)
        said = re.findall(TLS_LINE, server.log()[before:])
        check(
            len(said) == 1
            and said[0][0] == "TLSv1"
            and said[0][1].startswith("AES")
            and "DHE" not in said[0][1],
            "over %s the phone did not use TLS 1.0 with RSA: %r" % (tls, said),
        )


@case
def the_phone_takes_a_certificate_of_its_time():
    """1024 bits and SHA-1: it holds for the phone, and for nobody of today."""
    server = postfix_of_2007()
    for tls in ("starttls", "implicit"):
        before = len(server.log())
        real.check_play(server, "nokia-e61i", "of its time " + tls, tls=tls)
        said = re.findall(TLS_LINE, server.log()[before:])
        check_equal([one[0] for one in said], ["TLSv1"], "versions over " + tls)
        port = server.tls_port if tls == "implicit" else server.port
        trust = server.certificates.authority
        told = json.loads(play("nokia-e61i", port, tls=tls, trust=trust).out)
        check_equal((told["tls"]["prompt"], told["tls"]["outcome"]), (None, "agreed"), tls)
        done = play("correct", port, tls=tls, trust=trust)
        check_equal(done.status, 3, "a client of today takes it: " + done.out)


@case
def the_phone_takes_up_its_session():
    server, client = postfix_of_2007(), DESK.file("twice.yaml", TWICE)
    words = [word for file in DESK.three("again") for word in ("--message", file)]
    done = play(client, server.tls_port, *words, tls="implicit", trust=server.certificates.authority)
    told = json.loads(done.out)
    check_equal((done.status, told["tls"]["resumed"]), (0, True), "status, resumed")
    check_equal(len(real.of(server, "again")), 3, "messages")


def stop():
    postfix.stop()
    postfix_of_2007.stop()


main(stop)
