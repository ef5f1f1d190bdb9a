"""Both players against the npm package Haraka."""
import real_server as real
from opponents import Haraka
from runner import case, check_equal, main

haraka = real.Once(Haraka)
real.usual_cases(haraka, ["PLAIN", "LOGIN", "CRAM-MD5"])
real.batch_cases(haraka)
real.kept_login_cases(haraka)
real.old_tls_cases(haraka)


@case
def it_takes_a_star_for_the_user_name():
    """What should end the exchange (RFC 4954 section 4) is data, and what follows is cut off."""
    with real.speaker(haraka()) as client:
        codes = [client.docmd(said)[0] for said in ("AUTH LOGIN", "*", "AUTH LOGIN")]
        check_equal(codes, [334, 334, 521], "a cancelled login and a new one")


main(haraka.stop)
