"""certificates: a certificate authority and a server certificate of one day, made where a test
needs them.

Both have RSA keys of 2048 bits, which the clients of 2007 can use as well as those of today,
unless ECDSA is asked for.
"""
import pathlib
import subprocess
from types import SimpleNamespace

from runner import Skip

CONFIGURATION = """\
[req]
distinguished_name = name
prompt = no
[name]
CN = {name}
[authority]
basicConstraints = critical, CA:true
keyUsage = critical, keyCertSign, cRLSign
subjectKeyIdentifier = hash
[server]
basicConstraints = critical, CA:false
keyUsage = critical, digitalSignature, keyEncipherment
extendedKeyUsage = serverAuth
subjectAltName = DNS:localhost, IP:127.0.0.1
authorityKeyIdentifier = keyid
"""


def _openssl(folder, *words):
    try:
        subprocess.run(
            ("openssl",) + words,
            cwd=folder,
            check=True,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        )
    except FileNotFoundError:
        raise Skip("there is no openssl here to make certificates with")
    except subprocess.CalledProcessError as failed:
        raise RuntimeError("openssl %s: %s" % (words[0], failed.stderr.strip()))


def _configure(folder, file, name):
    (folder / file).write_text(CONFIGURATION.format(name=name))


RSA = ("rsa:2048",)
ECDSA = ("ec", "-pkeyopt", "ec_paramgen_curve:prime256v1")


def make(folder, key=RSA):
    """Makes authority, key and certificate in a folder; returns their paths as .authority, .key and
    .certificate."""
    folder = pathlib.Path(folder)
    folder.mkdir(mode=0o755, parents=True, exist_ok=True)
    _configure(folder, "authority.cnf", "Handset test authority")
    _configure(folder, "server.cnf", "localhost")
    _openssl(
        folder,
        "req",
        "-x509",
        "-newkey",
        *key,
        "-nodes",
        "-sha256",
        "-days",
        "2",
        "-config",
        "authority.cnf",
        "-extensions",
        "authority",
        "-keyout",
        "authority.key",
        "-out",
        "authority.pem",
    )
    _openssl(
        folder,
        "req",
        "-new",
        "-newkey",
        *key,
        "-nodes",
        "-config",
        "server.cnf",
        "-keyout",
        "server.key",
        "-out",
        "server.csr",
    )
    _openssl(
        folder,
        "x509",
        "-req",
        "-in",
        "server.csr",
        "-CA",
        "authority.pem",
        "-CAkey",
        "authority.key",
        "-set_serial",
        "2",
        "-days",
        "2",
        "-sha256",
        "-extfile",
        "server.cnf",
        "-extensions",
        "server",
        "-out",
        "server.pem",
    )
    return SimpleNamespace(
        authority=folder / "authority.pem",
        key=folder / "server.key",
        certificate=folder / "server.pem",
    )
