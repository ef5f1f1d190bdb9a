"""Both players against the Python package aiosmtpd."""
import json

import real_server as real
from ours import SENDER, check_status, play
from opponents import PASSWORD, USER, Aiosmtpd
from runner import case, check_equal, main

aiosmtpd = real.Once(Aiosmtpd)


@case
def the_server_itself():
    real.check_server_itself(aiosmtpd(), ["PLAIN", "LOGIN"])
    real.check_tls_itself(aiosmtpd())


@case
def msub_delivers_with_each_mechanism():
    for auth in ("plain", "login"):
        real.check_msub(aiosmtpd(), "msub " + auth, auth=auth)


@case
def msub_delivers_over_starttls_and_implicit_tls():
    for tls in ("starttls", "implicit"):
        real.check_msub(aiosmtpd(), "msub " + tls, tls=tls, auth="on")


@case
def msub_verifies_the_certificate():
    for tls in ("starttls", "implicit"):
        real.check_msub_verifies(aiosmtpd(), tls)


@case
def msub_delivers_three_in_one_session():
    real.check_msub_three(aiosmtpd(), "msub batch")


@case
def msub_goes_on_after_a_refused_recipient():
    real.check_msub_second_refused(aiosmtpd(), "msub refused")


@case
def a_wrong_password_is_said_so():
    real.check_wrong_password(aiosmtpd())


@case
def the_phone_takes_its_prompt_for_none():
    """It says "User Name", where the phone waits for a word that begins with "username"."""
    server = aiosmtpd()
    for tls, port in (("off", server.port), ("implicit", server.tls_port)):
        trust = None if tls == "off" else server.certificates.authority
        done = play("nokia-e61i", port, subject="phone", tls=tls, trust=trust)
        check_status(done, 1, "the phone, " + tls)
        told = json.loads(done.out)["messages"][0]
        check_equal((told["outcome"], told["at"], told["code"]), ("closed", "auth", 334), tls)
    check_equal(real.of(server, "phone"), [], "delivered")


@case
def the_correct_client_delivers_every_way():
    for tls in ("off", "starttls", "implicit"):
        real.check_play(aiosmtpd(), "correct", "correct " + tls, tls=tls)


@case
def it_knows_mechanisms_by_capitals_and_few_parameters():
    with real.speaker(aiosmtpd()) as client:
        check_equal(client.docmd("auth login")[0], 504, "the mechanism in small letters")
        client.login(USER, PASSWORD)
        check_equal(client.docmd("MAIL FROM:<%s> AUTH=<>" % SENDER)[0], 555, "MAIL with AUTH=")


main(aiosmtpd.stop)
