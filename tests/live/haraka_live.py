"""Both players against the npm package Haraka."""
import real_server as real
from opponents import Haraka
from runner import case, check_equal, main

haraka = real.Once(Haraka)


@case
def the_server_itself():
    real.check_server_itself(haraka(), ["PLAIN", "LOGIN", "CRAM-MD5"])
    real.check_tls_itself(haraka())


@case
def msub_delivers_with_each_mechanism():
    for auth in ("plain", "login", "cram-md5"):
        real.check_msub(haraka(), "msub " + auth, auth=auth)


@case
def msub_delivers_over_starttls_and_implicit_tls():
    for tls in ("starttls", "implicit"):
        real.check_msub(haraka(), "msub " + tls, tls=tls, auth="on")


@case
def msub_verifies_the_certificate():
    for tls in ("starttls", "implicit"):
        real.check_msub_verifies(haraka(), tls)


@case
def msub_delivers_three_in_one_session():
    real.check_msub_three(haraka(), "msub batch")


@case
def msub_goes_on_after_a_refused_recipient():
    real.check_msub_second_refused(haraka(), "msub refused")


@case
def a_wrong_password_is_said_so():
    real.check_wrong_password(haraka())


@case
def the_phone_delivers_since_the_login_outlives_reset():
    real.check_play(haraka(), "nokia-e61i", "phone")
    real.check_play_three(haraka(), "nokia-e61i", "phone batch")


@case
def the_phone_delivers_over_tls_1_0():
    for tls in ("starttls", "implicit"):
        real.check_play(haraka(), "nokia-e61i", "phone " + tls, tls=tls)


@case
def the_correct_client_delivers_every_way():
    for tls in ("off", "starttls", "implicit"):
        real.check_play(haraka(), "correct", "correct " + tls, tls=tls)


@case
def it_takes_a_star_for_the_user_name():
    """What should end the exchange (RFC 4954 section 4) is data, and what follows is cut off."""
    with real.speaker(haraka()) as client:
        codes = [client.docmd(said)[0] for said in ("AUTH LOGIN", "*", "AUTH LOGIN")]
        check_equal(codes, [334, 334, 521], "a cancelled login and a new one")


main(haraka.stop)
