"""Both players against Postfix: six mechanisms of Cyrus SASL, both ways into TLS, and a phone of 2007 over TLS
1.0.
"""
import re

import real_server as real
from opponents import Postfix
from runner import case, check, main

postfix = real.Once(Postfix)


@case
def the_server_itself():
    real.check_server_itself(postfix(), ["PLAIN", "LOGIN", "CRAM-MD5"])
    real.check_tls_itself(postfix())


@case
def msub_delivers_with_each_mechanism():
    for auth in ("plain", "login", "cram-md5", "digest-md5", "scram-sha-1", "scram-sha-256"):
        real.check_msub(postfix(), "msub " + auth, auth=auth)
        said = re.findall(r"sasl_method=(\S+),", postfix().log())
        check(said[-1] == auth.upper(), "the server took it for %r" % said[-1:])


@case
def msub_takes_the_strongest():
    real.check_msub(postfix(), "msub strongest", auth="on")
    said = re.findall(r"sasl_method=(\S+),", postfix().log())
    check(said[-1] == "SCRAM-SHA-256", "the server took it for %r" % said[-1:])


@case
def msub_delivers_over_starttls_and_implicit_tls():
    for tls in ("starttls", "implicit"):
        real.check_msub(postfix(), "msub " + tls, tls=tls, auth="on")


@case
def msub_verifies_the_certificate():
    for tls in ("starttls", "implicit"):
        real.check_msub_verifies(postfix(), tls)


@case
def msub_delivers_three_in_one_session():
    real.check_msub_three(postfix(), "msub batch")


@case
def msub_goes_on_after_a_refused_recipient():
    real.check_msub_second_refused(postfix(), "msub refused")


@case
def a_wrong_password_is_said_so():
    real.check_wrong_password(postfix())


@case
def the_phone_delivers_since_the_login_outlives_reset():
    real.check_play(postfix(), "nokia-e61i", "phone")
    real.check_play_three(postfix(), "nokia-e61i", "phone batch")


@case
def the_phone_delivers_over_tls_1_0_with_rsa():
    server = postfix()
    for tls in ("starttls", "implicit"):
        before = len(server.log())
        real.check_play(server, "nokia-e61i", "phone " + tls, tls=tls)
        said = re.findall(
            r"TLS connection established from \S+ (TLSv[\d.]+) with cipher (\S+)",
            server.log()[before:],
        )
        check(
            len(said) == 1
            and said[0][0] == "TLSv1"
            and said[0][1].startswith("AES")
            and "DHE" not in said[0][1],
            "over %s the phone did not use TLS 1.0 with RSA: %r" % (tls, said),
        )


@case
def the_correct_client_delivers_every_way():
    for tls in ("off", "starttls", "implicit"):
        real.check_play(postfix(), "correct", "correct " + tls, tls=tls)


main(postfix.stop)
