"""Both players against the npm package smtp-server."""
import real_server as real
from opponents import SmtpServer
from ours import check_status, play
from runner import case, check_equal, main

smtp_server = real.Once(SmtpServer)


@case
def the_server_itself():
    real.check_server_itself(smtp_server(), ["PLAIN", "LOGIN", "CRAM-MD5"])
    real.check_tls_itself(smtp_server())


@case
def msub_delivers_with_each_mechanism():
    for auth in ("plain", "login", "cram-md5"):
        real.check_msub(smtp_server(), "msub " + auth, auth=auth)


@case
def msub_delivers_over_starttls_and_implicit_tls():
    for tls in ("starttls", "implicit"):
        real.check_msub(smtp_server(), "msub " + tls, tls=tls, auth="on")


@case
def msub_verifies_the_certificate():
    for tls in ("starttls", "implicit"):
        real.check_msub_verifies(smtp_server(), tls)


@case
def msub_delivers_three_in_one_session():
    real.check_msub_three(smtp_server(), "msub batch")


@case
def msub_goes_on_after_a_refused_recipient():
    real.check_msub_second_refused(smtp_server(), "msub refused")


@case
def a_wrong_password_is_said_so():
    real.check_wrong_password(smtp_server())


@case
def the_phone_delivers_since_the_login_outlives_reset():
    real.check_play(smtp_server(), "nokia-e61i", "phone")
    real.check_play_three(smtp_server(), "nokia-e61i", "phone batch")


@case
def the_phone_and_a_server_of_today_agree_on_no_tls():
    server = smtp_server()
    for tls, port in (("starttls", server.port), ("implicit", server.tls_port)):
        done = play(
            "nokia-e61i", port, subject="phone tls", tls=tls, trust=server.certificates.authority
        )
        check_status(done, 3, "the phone, whose newest TLS is 1.0, " + tls)
    check_equal(real.of(server, "phone tls"), [], "delivered")


@case
def the_correct_client_delivers_every_way():
    for tls in ("off", "starttls", "implicit"):
        real.check_play(smtp_server(), "correct", "correct " + tls, tls=tls)


main(smtp_server.stop)
