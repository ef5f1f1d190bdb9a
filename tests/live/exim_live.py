"""Both players against Exim."""
import real_server as real
from rooted import Exim
from runner import case, check_equal, main

exim = real.Once(Exim)


@case
def the_server_itself():
    real.check_server_itself(exim(), ["PLAIN", "LOGIN", "CRAM-MD5"])
    real.check_tls_itself(exim())


@case
def msub_delivers_with_each_mechanism():
    for auth in ("plain", "login", "cram-md5"):
        real.check_msub(exim(), "msub " + auth, auth=auth)


@case
def msub_delivers_over_starttls_and_implicit_tls():
    for tls in ("starttls", "implicit"):
        real.check_msub(exim(), "msub " + tls, tls=tls, auth="on")


@case
def msub_verifies_the_certificate():
    for tls in ("starttls", "implicit"):
        real.check_msub_verifies(exim(), tls)


@case
def msub_delivers_three_in_one_session():
    real.check_msub_three(exim(), "msub batch")


@case
def msub_goes_on_after_a_refused_recipient():
    real.check_msub_second_refused(exim(), "msub refused")


@case
def a_wrong_password_is_said_so():
    real.check_wrong_password(exim())


@case
def the_phone_delivers_since_the_login_outlives_reset():
    real.check_play(exim(), "nokia-e61i", "phone")
    real.check_play_three(exim(), "nokia-e61i", "phone batch")


@case
def the_phone_delivers_over_tls_1_0():
    for tls in ("starttls", "implicit"):
        real.check_play(exim(), "nokia-e61i", "phone " + tls, tls=tls)


@case
def the_correct_client_delivers_every_way():
    for tls in ("off", "starttls", "implicit"):
        real.check_play(exim(), "correct", "correct " + tls, tls=tls)


@case
def it_takes_no_underscore_in_a_name():
    """Its default, helo_allow_chars, has none."""
    with real.speaker(exim()) as client:
        check_equal(client.docmd("EHLO my_phone")[0], 501, "EHLO with an underscore")


@case
def it_counts_commands_without_mail():
    """smtp_accept_max_nonmail: ten of them are enough."""
    with real.speaker(exim()) as client:
        codes = []
        while len(codes) < 30 and (not codes or codes[-1] == 250):
            codes.append(client.docmd("RSET")[0])
        check_equal(codes[-1], 554, "the end of %d times RSET" % len(codes))


main(exim.stop)
