"""Both players against the npm package smtp-server."""
import real_server as real
from opponents import SmtpServer
from ours import check_status, play
from runner import case, check_equal, main

smtp_server = real.Once(SmtpServer)
real.usual_cases(smtp_server, ["PLAIN", "LOGIN", "CRAM-MD5"])
real.batch_cases(smtp_server)
real.kept_login_cases(smtp_server)


@case
def the_phone_and_a_server_of_today_agree_on_no_tls():
    server = smtp_server()
    for tls, port in (("starttls", server.port), ("implicit", server.tls_port)):
        done = play(
            "nokia-e61i", port, subject="phone tls", tls=tls, trust=server.certificates.authority
        )
        check_status(done, 3, "the phone, whose newest TLS is 1.0, " + tls)
    check_equal(real.of(server, "phone tls"), [], "delivered")


main(smtp_server.stop)
