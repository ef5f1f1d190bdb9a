"""rooted: real mail servers that name their own files absolutely, so that each runs in a root folder
of its own (chroot). Otherwise as in opponents.py.

The folder has what unpack.py unpacked, as hard links; nothing outside of it is seen or changed. It
takes a root user, and a machine that lets root change its root (a container does by default).
"""
import email
import os
import pathlib
import shutil
import subprocess

from opponents import DELIVERY_SECONDS, PASSWORD, USER, Opponent, SmtpServer, wait_until
from runner import Skip

PEOPLE = """\
root:x:0:0:root:/:/bin/sh
mail:x:8:8:mail:/mail:/bin/false
nobody:x:65534:65534:nobody:/:/bin/false
Debian-exim:x:8:8:the name that Debian compiled into Exim:/spool:/bin/false
"""
GROUPS = "root:x:0:\nmail:x:8:\nnogroup:x:65534:\nDebian-exim:x:8:\n"
MAIL = 8
DEVICES = {"null": (1, 3), "urandom": (1, 9)}


class Rooted(Opponent):
    """What they share: .root, made anew for each."""

    def __init__(self):
        if os.geteuid() != 0:
            raise Skip("%s can only be started by root" % self.name)
        super().__init__()

    def start(self):
        self.root = self.state / "root"
        subprocess.run(["cp", "-al", self.unpacked / "root", self.root], check=True)
        self.mail = self.root / "mail"
        for folder in ("mail", "spool"):
            os.chown(self.root / folder, MAIL, MAIL)
        (self.root / "tmp").chmod(0o1777)
        self.make_devices()
        self.write("etc/passwd", PEOPLE)
        self.write("etc/group", GROUPS)
        self.write("etc/hosts", "127.0.0.1 localhost mx.example.net\n")
        for file, made in (
            ("server.pem", self.certificates.certificate),
            ("server.key", self.certificates.key),
        ):
            self.write("etc/" + file, made.read_text())
            os.chown(self.root / "etc" / file, MAIL, MAIL)
        self.begin()

    def make_devices(self):
        for name, numbers in DEVICES.items():
            device = self.root / "dev" / name
            os.mknod(device, 0o020666, os.makedev(*numbers))
            device.chmod(0o666)

    def write(self, file, text, **facts):
        """Writes a file of the server's own, never through a hard link."""
        for name, value in facts.items():
            text = text.replace("@%s@" % name, str(value))
        path = self.root / file
        path.unlink(missing_ok=True)
        path.write_text(text)

    def within(self, words, **more):
        """Starts the process with the folder for its root."""
        self.run(["chroot", str(self.root)] + words, **more)


def recipe(folder, file):
    return (pathlib.Path(__file__).with_name(folder) / file).read_text()


class Exim(Rooted):
    """Exim: AUTH PLAIN LOGIN CRAM-MD5, STARTTLS and implicit TLS, both from TLS 1.0 on."""

    name = "exim"
    more = ""  # settings of one test

    def begin(self):
        facts = dict(port=self.port, tls_port=self.tls_port, more=self.more)
        self.write("etc/exim.conf", recipe("exim", "exim.conf.in"), **facts)
        self.within(["/usr/sbin/exim4", "-C", "/etc/exim.conf", "-bdf"])

    def messages(self):
        for file in sorted((self.mail / "new").glob("*")):
            message = email.message_from_bytes(file.read_bytes())
            yield message["Envelope-To"].split(", "), message

    def settle(self):
        wait_until(
            lambda: not any((self.root / "spool/input").glob("*")),
            DELIVERY_SECONDS,
            "Exim delivers what it has in its spool",
        )


class Dovecot(Rooted):
    """Dovecot's submission proxy before smtp-server: AUTH PLAIN LOGIN CRAM-MD5, STARTTLS and
    implicit TLS, both from TLS 1.0 on. What it took is what smtp-server has."""

    name = "dovecot"
    workarounds = ""

    def begin(self):
        self.relay = SmtpServer()
        account = "%s:{PLAIN}%s:%d:%d::/mail\n" % (USER, PASSWORD, MAIL, MAIL)
        self.write("etc/accounts", account)
        facts = dict(port=self.port, tls_port=self.tls_port, relay_port=self.relay.port)
        text = recipe("dovecot", "dovecot.conf.in")
        self.write("etc/dovecot.conf", text, workarounds=self.workarounds, **facts)
        self.within(["/usr/sbin/dovecot", "-F", "-c", "/etc/dovecot.conf"])

    def messages(self):
        return self.relay.messages()

    def log(self):
        return (self.root / "log").read_text()

    def stop(self):
        super().stop()
        if getattr(self, "relay", None):
            self.relay.stop()


class DovecotWithWorkarounds(Dovecot):
    """The same with all that Dovecot does for clients that write an address as they should not."""

    workarounds = "whitespace-before-path mailbox-for-path"
