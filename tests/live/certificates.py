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


OF_2007 = dict(key=("rsa:1024",), digest="-sha1")


def make(folder, key=RSA, digest="-sha256"):
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
        digest,
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
        digest,
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


AUTHORITY = """
[ca]
default_ca = here
[here]
database = index.txt
new_certs_dir = .
serial = serial
certificate = authority.pem
private_key = authority.key
default_md = sha256
policy = any
default_crl_days = 2
[any]
commonName = supplied
[issued]
basicConstraints = critical, CA:false
keyUsage = critical, digitalSignature, keyEncipherment
extendedKeyUsage = {usage}
{names}
"""


def issue(made, name, names="DNS:localhost, IP:127.0.0.1", usage="serverAuth", end=None):
    """Another certificate of made's authority, with .key and .certificate; `end` as YYYYMMDDHHMMSSZ."""
    folder = made.authority.parent
    configuration = CONFIGURATION.format(name=name) + AUTHORITY.format(
        usage=usage, names="subjectAltName = " + names if names else ""
    )
    (folder / (name + ".cnf")).write_text(configuration)
    if not (folder / "serial").exists():
        (folder / "serial").write_text("1000\n")
        (folder / "index.txt").write_text("")
        (folder / "index.txt.attr").write_text("unique_subject = no\n")
    _openssl(folder, "req", "-new", "-newkey", *ECDSA, "-nodes", "-config", name + ".cnf",
             "-keyout", name + ".key", "-out", name + ".csr")
    days = ["-startdate", "20200101000000Z", "-enddate", end] if end else ["-days", "2"]
    _openssl(folder, "ca", "-batch", "-notext", "-config", name + ".cnf", "-extensions", "issued",
             *days, "-in", name + ".csr", "-out", name + ".pem")
    return SimpleNamespace(
        authority=made.authority, key=folder / (name + ".key"), certificate=folder / (name + ".pem")
    )


def revocations(made, *revoked):
    """The authority's list of those that it revoked; the certificates are issue()'s."""
    folder = made.authority.parent
    configuration = str(revoked[0].certificate.with_suffix(".cnf"))
    for one in revoked:
        _openssl(folder, "ca", "-config", configuration, "-revoke", str(one.certificate))
    _openssl(folder, "ca", "-config", configuration, "-gencrl", "-out", "revoked.pem")
    return folder / "revoked.pem"
