"""A submission server of the Python package aiosmtpd, for the live tests: mail only from user phone
with password secret, each message stored as a file.

    python3 server.py PORT TLS-PORT KEY CERTIFICATE FOLDER
"""
import asyncio
import itertools
import os
import pathlib
import ssl
import sys

from aiosmtpd.smtp import SMTP, AuthResult

PORT, TLS_PORT, KEY, CERTIFICATE, FOLDER = sys.argv[1:]
numbers = itertools.count(1)


class Keeping:
    """What is asked about each recipient and each message."""

    async def handle_RCPT(self, server, session, envelope, address, options):
        if not session.authenticated:
            return "530 5.7.0 Authentication required"
        if address.startswith("nobody@"):
            return "550 5.1.1 No such user"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        name = pathlib.Path(FOLDER, "%d.%d" % (os.getpid(), next(numbers)))
        marks = "X-Recipients: %s\r\n" % " ".join(envelope.rcpt_tos)
        name.with_suffix(".part").write_bytes(marks.encode() + envelope.content)
        name.with_suffix(".part").rename(str(name) + ".eml")
        return "250 OK stored"


def who(server, session, envelope, mechanism, given):
    """Not handled: that is what makes aiosmtpd say 535 itself."""
    right = getattr(given, "login", None) == b"phone" and given.password == b"secret"
    return AuthResult(success=right, handled=False)


def trust():
    """TLS from 1.0 on, so that the phones of 2007 can use it."""
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    made.minimum_version = ssl.TLSVersion.TLSv1
    made.set_ciphers("ALL:@SECLEVEL=0")
    made.load_cert_chain(CERTIFICATE, KEY)
    return made


async def serve():
    loop, tls = asyncio.get_running_loop(), trust()

    def made(starttls):
        return SMTP(
            Keeping(),
            authenticator=who,
            auth_require_tls=False,
            hostname="mx.example.net",
            tls_context=tls if starttls else None,
        )

    await loop.create_server(lambda: made(True), "127.0.0.1", int(PORT))
    await loop.create_server(lambda: made(False), "127.0.0.1", int(TLS_PORT), ssl=tls)
    await asyncio.Event().wait()


asyncio.run(serve())
