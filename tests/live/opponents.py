"""opponents: real mail servers, unpacked by unpack.py, run on free ports of 127.0.0.1 for one test
program.

Each lets user phone with password secret send anywhere, lets nobody else send, refuses the
recipient nobody@example.net with 550, and keeps what it took, so that a test can count it. All
state lies in a folder of its own that goes away with it.
"""
import email
import os
import pathlib
import random
import shutil
import signal
import socket
import stat
import subprocess
import sys
import tempfile
import time

import certificates
from runner import Skip
from unpack import SCRATCH, folder_of, libraries_of

USER, PASSWORD, DOMAIN = "phone", "secret", "example.org"
START_SECONDS, STOP_SECONDS, DELIVERY_SECONDS = 20, 10, 20


def free_port():
    """A port that nobody has, below the range from which the system takes the ports of outgoing
    connections."""
    for _ in range(200):
        port = random.randrange(20000, 32000)
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
                return port
            except OSError:
                continue
    raise RuntimeError("no free port found")


def greets(port):
    """True where a server answers on the port (implicit TLS: takes the connection)."""
    try:
        socket.create_connection(("127.0.0.1", port), 1).close()
        return True
    except OSError:
        return False


def wait_until(true_now, seconds, what):
    """Asks again and again, bounded; raises with `what` where it never became true."""
    end = time.monotonic() + seconds
    while not true_now():
        if time.monotonic() > end:
            raise RuntimeError("%s: not within %d s" % (what, seconds))
        time.sleep(0.02)


def open_to_others(folder):
    """True where every user may pass through all the folders on the way."""
    return all(
        stat.S_IMODE(part.stat().st_mode) & 0o005 == 0o005 for part in [folder, *folder.parents]
    )


class Opponent:
    """What all have: .port, .tls_port (None where there is no TLS), .certificates, .delivered()."""

    name = ""
    has_tls = True
    certificate_wish = {}  # of certificates.make()

    def __init__(self):
        self.unpacked = folder_of(self.name)
        place = SCRATCH if open_to_others(SCRATCH) else None
        self.state = pathlib.Path(tempfile.mkdtemp(prefix=self.name + "-", dir=place))
        self.state.chmod(0o755)
        self.mail = self.state / "mail"
        self.mail.mkdir()
        self.process = None
        self.port, self.tls_port = free_port(), free_port() if self.has_tls else None
        try:
            self.certificates = (
                certificates.make(self.state / "certificates", **self.certificate_wish)
                if self.has_tls
                else None
            )
            self.start()
            wait_until(
                lambda: all(greets(port) for port in (self.port, self.tls_port) if port),
                START_SECONDS,
                "%s starts" % self.name,
            )
        except BaseException:
            self.stop()
            raise

    def run(self, words, **more):
        """Starts the server's process."""
        with open(self.state / "log", "w") as log:
            self.process = subprocess.Popen(
                words, cwd=self.state, stdin=subprocess.DEVNULL, stdout=log, stderr=log, **more
            )

    def stop(self):
        if self.process:
            self.process.terminate()
            try:
                self.process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        shutil.rmtree(self.state, ignore_errors=True)

    def messages(self):
        """(recipients, message) of each message that is there."""
        for file in sorted(self.mail.glob("*.eml")):
            message = email.message_from_bytes(file.read_bytes())
            yield message["X-Recipients"].split(), message

    def settle(self):
        """Waits until nothing is under way any more."""

    def delivered(self):
        """Sorted (subject, recipient) of everything delivered so far, each as often as it was
        delivered."""
        self.settle()
        return sorted(
            (str(message["Subject"]), to)
            for recipients, message in self.messages()
            for to in recipients
        )


def node():
    """Node.js as this machine has it."""
    found = shutil.which("node") or shutil.which("nodejs")
    if not found:
        raise Skip("there is no node here")
    return found


class SmtpServer(Opponent):
    """The npm package smtp-server: AUTH PLAIN LOGIN CRAM-MD5, STARTTLS and implicit TLS."""

    name = "smtp-server"

    def start(self):
        made = self.certificates
        server = pathlib.Path(__file__).with_name("smtp-server") / "server.js"
        facts = [self.port, self.tls_port, made.key, made.certificate, self.mail]
        modules = dict(os.environ, NODE_PATH=str(self.unpacked / "node_modules"))
        self.run([node(), str(server)] + [str(fact) for fact in facts], env=modules)


class Haraka(Opponent):
    """The npm package Haraka: AUTH PLAIN LOGIN CRAM-MD5, STARTTLS and implicit TLS, both from TLS
    1.0 on."""

    name = "haraka"

    def start(self):
        shipped = self.unpacked / "node_modules/Haraka"
        here = pathlib.Path(__file__).with_name("haraka")
        (self.state / "plugins").mkdir()
        shutil.copy(here / "keep.js", self.state / "plugins")
        settings = self.state / "config"
        settings.mkdir()
        shutil.copy(shipped / "config/connection.ini", settings)
        both = "127.0.0.1:%d,127.0.0.1:%d" % (self.port, self.tls_port)
        keys = "key=%s\ncert=%s\n" % (self.certificates.key, self.certificates.certificate)
        for file, text in (
            ("plugins", "tls\nauth/flat_file\nkeep\n"),
            ("smtp.ini", "listen=%s\nsmtps_port=%d\nnodes=0\n" % (both, self.tls_port)),
            ("me", "mx.example.net\n"),
            ("host_list", ""),
            ("loglevel", "INFO\n"),
            ("keep", "%s\n" % self.mail),
            (
                "auth_flat_file.ini",
                "[core]\nmethods=PLAIN,LOGIN,CRAM-MD5\nconstrain_sender=false\n"
                "[users]\n%s=%s\n" % (USER, PASSWORD),
            ),
            ("tls.ini", keys + "minVersion=TLSv1\nciphers=ALL:@SECLEVEL=0\n"),
        ):
            (settings / file).write_text(text)
        self.run([node(), str(shipped / "bin/haraka"), "-c", str(self.state)])


class Aiosmtpd(Opponent):
    """The Python package aiosmtpd: AUTH LOGIN PLAIN, STARTTLS and implicit TLS, both from TLS 1.0
    on."""

    name = "aiosmtpd"

    def start(self):
        modules = self.unpacked / "root/usr/lib/python3/dist-packages"
        server = pathlib.Path(__file__).with_name("aiosmtpd") / "server.py"
        made = self.certificates
        facts = [self.port, self.tls_port, made.key, made.certificate, self.mail]
        self.run(
            [sys.executable, str(server)] + [str(fact) for fact in facts],
            env=dict(os.environ, PYTHONPATH=str(modules)),
        )


class SimpleSmtp(Opponent):
    """The npm package simplesmtp: AUTH PLAIN LOGIN, forgets the login on RSET. Its STARTTLS wants a
    Node.js of before 2019, and leads nowhere."""

    name = "simplesmtp"
    has_tls = False

    def start(self):
        server = pathlib.Path(__file__).with_name("simplesmtp") / "server.js"
        modules = dict(os.environ, NODE_PATH=str(self.unpacked / "node_modules"))
        words = [node(), "--no-deprecation", str(server), str(self.port), str(self.mail)]
        self.run(words, env=modules)


class Twisted(Opponent):
    """Twisted's ESMTP server: AUTH LOGIN PLAIN CRAM-MD5, STARTTLS and implicit TLS; no NOOP."""

    name = "twisted"
    python = "/usr/bin/python3"  # for which Debian compiled what Twisted needs

    def start(self):
        root = self.unpacked / "root/usr/lib"
        paths = dict(os.environ, PYTHONPATH=str(root / "python3/dist-packages"))
        if not pathlib.Path(self.python).exists():
            raise Skip("there is no %s here" % self.python)
        server = pathlib.Path(__file__).with_name("twisted") / "server.py"
        made = self.certificates
        facts = [self.port, self.tls_port, made.key, made.certificate, self.mail]
        self.run([self.python, str(server)] + [str(fact) for fact in facts], env=paths)


class EventMachine(Opponent):
    """EventMachine's SmtpServer: AUTH PLAIN, forgets the login on RSET, EHLO and end of data."""

    name = "eventmachine"
    has_tls = False

    def start(self):
        root = self.unpacked / "root"
        own = root / "usr/bin/ruby3.1"
        ruby = str(own) if own.exists() else shutil.which("ruby")
        if not ruby:
            raise Skip("there is no ruby here")
        folders = [root / "usr/lib/ruby/vendor_ruby"]
        folders += root.glob("usr/lib/ruby/[0-9]*")
        folders += root.glob("usr/lib/*/ruby/[0-9]*")
        folders += root.glob("usr/lib/*/ruby/vendor_ruby/[0-9]*")
        paths = dict(
            os.environ, RUBYLIB=":".join(map(str, folders)), LD_LIBRARY_PATH=libraries_of(root)
        )
        server = pathlib.Path(__file__).with_name("eventmachine") / "server.rb"
        self.run([ruby, "--disable-gems", str(server), str(self.port), str(self.mail)], env=paths)


class Postfix(Opponent):
    """Postfix: AUTH PLAIN LOGIN CRAM-MD5 over Cyrus sasldb, STARTTLS and implicit TLS, both from
    TLS 1.0 on."""

    name = "postfix"
    # Any two users that nothing else runs as; Postfix insists on ids of its own.
    owner, group = "news", "uucp"
    queues = ("maildrop", "incoming", "active", "deferred")

    def start(self):
        if os.geteuid() != 0:
            raise Skip("Postfix can only be started by root")
        self.root = self.unpacked / "root"
        if not open_to_others(self.root):
            self.root = self.state / "root"
            shutil.copytree(self.unpacked / "root", self.root, symlinks=True)
        self.paths = dict(
            os.environ,
            LD_LIBRARY_PATH=libraries_of(self.root),
            SASL_PATH=str(next(self.root.glob("usr/lib/*/sasl2"), "")),
        )
        self.make_folders()
        self.write_settings()
        self.make_account()
        self.control("start")

    def make_folders(self):
        etc, shipped = self.state / "etc", self.root / "etc/postfix"
        for folder in (
            "etc/sasl",
            "etc/dynamicmaps.cf.d",
            "etc/postfix-files.d",
            "spool",
            "data",
            "mail/all",
        ):
            (self.state / folder).mkdir(parents=True)
        for file in ("postfix-files", "dynamicmaps.cf"):
            (etc / file).symlink_to(shipped / file)
        shutil.chown(self.state / "data", self.owner)
        shutil.chown(self.mail, self.owner)
        shutil.chown(self.mail / "all", self.owner)

    def write_settings(self):
        here = pathlib.Path(__file__).with_name("postfix")
        facts = dict(
            state=self.state,
            root=self.root,
            port=self.port,
            tls_port=self.tls_port,
            owner=self.owner,
            group=self.group,
            key=self.certificates.key,
            certificate=self.certificates.certificate,
        )
        for template, file in (
            ("main.cf", "main.cf"),
            ("master.cf", "master.cf"),
            ("smtpd.conf", "sasl/smtpd.conf"),
        ):
            text = (here / (template + ".in")).read_text()
            for name, value in facts.items():
                text = text.replace("@%s@" % name, str(value))
            (self.state / "etc" / file).write_text(text)

    def make_account(self):
        accounts = self.state / "etc/sasldb2"
        subprocess.run(
            [
                str(self.root / "usr/sbin/saslpasswd2"),
                "-p",
                "-c",
                "-f",
                str(accounts),
                "-u",
                DOMAIN,
                USER,
            ],
            input=PASSWORD + "\n",
            env=self.paths,
            text=True,
            check=True,
            stderr=subprocess.DEVNULL,
        )
        accounts.chmod(0o644)

    def control(self, verb):
        done = subprocess.run(
            [str(self.root / "usr/sbin/postfix"), "-c", str(self.state / "etc"), verb],
            env=self.paths,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        if done.returncode != 0:
            raise RuntimeError("postfix %s: %s %s" % (verb, done.stdout.strip(), self.log()))

    def log(self):
        file = self.state / "data/log"
        return file.read_text() if file.exists() else ""

    def master(self):
        """The process id of Postfix's master, None where it does not run."""
        try:
            number = int((self.state / "spool/pid/master.pid").read_text())
            os.kill(number, 0)
            return number
        except (OSError, ValueError):
            return None

    def stop(self):
        number = self.master()
        if number:
            os.kill(number, signal.SIGTERM)
            wait_until(lambda: self.master() is None, STOP_SECONDS, "Postfix ends")
        super().stop()

    def messages(self):
        for file in sorted((self.mail / "all/new").glob("*")):
            message = email.message_from_bytes(file.read_bytes())
            yield [message["X-Original-To"]], message

    def settle(self):
        def idle():
            return not any(
                files
                for queue in self.queues
                for _, _, files in os.walk(self.state / "spool" / queue)
            )

        wait_until(idle, DELIVERY_SECONDS, "Postfix delivers what it has in its queue")


WEAK_OPENSSL = """\
postfix = all
[all]
ssl_conf = for_all
[for_all]
system_default = weak
[weak]
CipherString = DEFAULT:@SECLEVEL=0
MinProtocol = TLSv1
"""


class PostfixOf2007(Postfix):
    """The same with a key of 1024 bits, signed by SHA-1, and a cache of TLS sessions."""

    certificate_wish = certificates.OF_2007

    def write_settings(self):
        super().write_settings()
        (self.state / "etc/openssl.cnf").write_text(WEAK_OPENSSL)
        settings = self.state / "etc/main.cf"
        text = settings.read_text()
        cache = "smtpd_tls_session_cache_database ="
        text = text.replace(cache, cache + " btree:%s/data/sessions" % self.state)
        weak = "tls_config_file = %s/etc/openssl.cnf\ntls_config_name = postfix" % self.state
        settings.write_text(text.replace("tls_config_file = none", weak))
