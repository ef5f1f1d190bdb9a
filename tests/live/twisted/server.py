"""An ESMTP server of Twisted, for the live tests: mail only from user phone with password secret,
each message stored as a file; AUTH LOGIN PLAIN CRAM-MD5, STARTTLS and implicit TLS.

Usage: server.py PORT TLS-PORT KEY CERTIFICATE FOLDER
"""
import itertools
import os
import pathlib
import sys

from twisted.cred.checkers import InMemoryUsernamePasswordDatabaseDontUse
from twisted.cred.credentials import CramMD5Credentials
from twisted.cred.portal import IRealm, Portal
from twisted.internet import defer, reactor, ssl
from twisted.mail import smtp
from twisted.mail.imap4 import LOGINCredentials, PLAINCredentials
from zope.interface import implementer

PORT, TLS_PORT = int(sys.argv[1]), int(sys.argv[2])
KEY, CERTIFICATE, FOLDER = sys.argv[3:6]
numbers = itertools.count(1)


@implementer(smtp.IMessage)
class Message:
    def __init__(self, recipient):
        self.lines = [b"X-Recipients: " + bytes(recipient)]

    def lineReceived(self, line):
        self.lines.append(line)

    def eomReceived(self):
        file = pathlib.Path(FOLDER, "%d.%d.part" % (os.getpid(), next(numbers)))
        file.write_bytes(b"\r\n".join(self.lines) + b"\r\n")
        file.rename(file.with_suffix(".eml"))
        return defer.succeed(None)

    def connectionLost(self):
        pass


@implementer(smtp.IMessageDelivery)
class Delivery:
    def receivedHeader(self, hello, sender, recipients):
        return None

    def validateFrom(self, hello, sender):
        return sender

    def validateTo(self, user):
        if user.dest.local == b"nobody":
            raise smtp.SMTPBadRcpt(user)
        return lambda: Message(user.dest)


@implementer(IRealm)
class Realm:
    def requestAvatar(self, name, mind, *interfaces):
        return smtp.IMessageDelivery, Delivery(), lambda: None


class Factory(smtp.SMTPFactory):
    protocol = smtp.ESMTP
    domain = b"mx.example.net"

    def buildProtocol(self, address):
        made = super().buildProtocol(address)
        made.challengers = {
            b"LOGIN": LOGINCredentials,
            b"PLAIN": PLAINCredentials,
            b"CRAM-MD5": CramMD5Credentials,
        }
        made.ctx = tls
        return made


tls = ssl.DefaultOpenSSLContextFactory(KEY, CERTIFICATE)
factory = Factory(Portal(Realm(), [InMemoryUsernamePasswordDatabaseDontUse(phone=b"secret")]))
reactor.listenTCP(PORT, factory, interface="127.0.0.1")
reactor.listenSSL(TLS_PORT, factory, tls, interface="127.0.0.1")
reactor.run()
