"""Both players against EventMachine's SmtpServer, which forgets the login on RSET, on EHLO and at
the end of data.
"""
import real_server as real
from opponents import PASSWORD, USER, EventMachine
from ours import DESK, SENDER, check_status, message_text, play
from runner import case, check, check_equal, main

eventmachine = real.Once(EventMachine)


@case
def the_server_itself():
    real.check_server_itself(eventmachine(), ["PLAIN"])


@case
def it_really_forgets():
    def reset(client):
        client.rset()

    def hello(client):
        client.ehlo("[127.0.0.1]")

    def end(client):
        client.sendmail(SENDER, ["bob@example.net"], message_text("forgets", "bob@example.net"))

    for event in (reset, hello, end):
        with real.speaker(eventmachine()) as client:
            client.user, client.password = USER, PASSWORD
            client.auth("PLAIN", client.auth_plain)
            event(client)
            check_equal(
                client.docmd("MAIL FROM:<%s>" % SENDER)[0], 550, "MAIL after " + event.__name__
            )


@case
def the_phone_is_refused_after_its_reset():
    done = play("nokia-e61i", eventmachine().port, subject="phone")
    check_status(done, 1, "the phone")
    check("550" in done.out, "the refusal's code is not in the report: %s" % done.out)
    check_equal(real.of(eventmachine(), "phone"), [], "delivered")


@case
def the_phone_delivers_none_of_three():
    words = [word for file in DESK.three("phone batch") for word in ("--message", file)]
    check_status(
        play("nokia-e61i", eventmachine().port, *words), 1, "the phone with three messages"
    )
    check_equal(real.of(eventmachine(), "phone batch"), [], "delivered")


@case
def msub_delivers_one():
    real.check_msub(eventmachine(), "msub one")


@case
def msub_delivers_three_in_one_run():
    real.check_msub_three(eventmachine(), "msub batch")


@case
def msub_goes_on_after_a_refused_recipient():
    real.check_msub_second_refused(eventmachine(), "msub refused")


main(eventmachine.stop)
