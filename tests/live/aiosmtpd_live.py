"""Both players against the Python package aiosmtpd."""
import json

import real_server as real
from ours import SENDER, check_status, play
from opponents import PASSWORD, USER, Aiosmtpd
from runner import case, check_equal, main

aiosmtpd = real.Once(Aiosmtpd)
real.usual_cases(aiosmtpd, ["PLAIN", "LOGIN"])
real.batch_cases(aiosmtpd)


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
def it_knows_mechanisms_by_capitals_and_few_parameters():
    with real.speaker(aiosmtpd()) as client:
        check_equal(client.docmd("auth login")[0], 504, "the mechanism in small letters")
        client.login(USER, PASSWORD)
        check_equal(client.docmd("MAIL FROM:<%s> AUTH=<>" % SENDER)[0], 555, "MAIL with AUTH=")


main(aiosmtpd.stop)
