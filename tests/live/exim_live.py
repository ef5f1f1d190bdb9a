"""Both players against Exim."""
import real_server as real
from rooted import Exim
from runner import case, check_equal, main

exim = real.Once(Exim)
real.usual_cases(exim, ["PLAIN", "LOGIN", "CRAM-MD5"])
real.batch_cases(exim)
real.kept_login_cases(exim)
real.old_tls_cases(exim)


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
