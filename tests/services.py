"""Servers that are not ours, for a test: Dovecot, OpenSSH, S3Proxy, nginx, stunnel.  A machine may lack them.

None of them says which port it was given, so each gets one that is free, and another if it ends at once: somebody
else may have taken it meanwhile.
"""

from __future__ import annotations

import grp
import json
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import trustme

from pipeline.runtime.embedded.node import free_ports
from tests.feed_server import Asked, FeedServer, Reply
from tests.needs import Need, needs
from tests.waiting import eventually

HOST = "127.0.0.1"
PORTS = free_ports(HOST)
TRIES = 5
SBIN = "/usr/sbin"
MAIL_TOKEN = "a-token-of-oauth"
MAIL_USER, MAIL_PASSWORD = "desk@paper.example", "päss-word"
S3_KEY_ID, S3_SECRET = "desk", "a-secret-of-s3"


def command(name: str, need: Need) -> str:
    """Where a command is; the test is skipped if it is nowhere."""
    found = shutil.which(name, path=os.pathsep.join((os.environ.get("PATH", ""), SBIN)))
    needs(need, found)
    return str(found)


class Served(NamedTuple):
    """A server that runs."""

    port: int
    process: subprocess.Popen[bytes]


@contextmanager
def running(folder: Path, start: Callable[[int], list[str]], greets: bytes = b"") -> Iterator[Served]:
    """A process that listens at a free port; `start` writes what it needs and says how it is called.

    `greets`: what it says first, where its protocol has it speak first.
    """
    log = folder / "service.log"
    for _ in range(TRIES):
        port = next(PORTS)
        arguments = start(port)
        with log.open("ab") as out:
            process = subprocess.Popen(arguments, stdin=subprocess.DEVNULL, stdout=out, stderr=out)
        try:
            if eventually(lambda: _state(process, port, greets)) == "answers":  # noqa: B023 - called at once
                yield Served(port, process)
                return
        finally:
            process.terminate()
            process.wait(60)
    raise AssertionError(f"it does not start: {log.read_text('utf-8', 'replace')[-2_000:]}")


def _state(process: subprocess.Popen[bytes], port: int, greets: bytes) -> str:
    if process.poll() is not None:
        return "ended"
    try:
        with socket.create_connection((HOST, port), timeout=10) as connection:
            is_it = not greets or connection.recv(len(greets)) == greets
    except OSError:
        return ""
    return "answers" if is_it and process.poll() is None else ""


@contextmanager
def open_folder() -> Iterator[Path]:
    """A folder that a server's own user can reach, unlike those of pytest."""
    folder = Path(tempfile.mkdtemp(prefix="wiredesk-service-"))
    folder.chmod(0o755)
    try:
        yield folder
    finally:
        shutil.rmtree(folder)


class Certificates(NamedTuple):
    """An authority, and a certificate of this machine and of a client."""

    ca: Path
    certificate: Path
    key: Path
    client: Path  # certificate and key in one file


def certificates(folder: Path) -> Certificates:
    """Made anew, in files."""
    authority = trustme.CA()
    found = Certificates(*(folder / f"{name}.pem" for name in Certificates._fields))
    made = authority.issue_cert(HOST, "localhost")
    authority.cert_pem.write_to_path(found.ca)
    found.certificate.write_bytes(b"".join(part.bytes() for part in made.cert_chain_pems))
    made.private_key_pem.write_to_path(found.key)
    authority.issue_cert("desk@paper.example").private_key_and_cert_chain_pem.write_to_path(found.client)
    return found


DOVECOT = """
base_dir = {folder}/run
state_dir = {folder}/run
log_path = /dev/stderr
protocols = imap
listen = 127.0.0.1
ssl = yes
ssl_cert = <{certificate}
ssl_key = <{key}
disable_plaintext_auth = yes
auth_mechanisms = plain xoauth2
mail_location = maildir:{folder}/mail
mail_uid = {user}
mail_gid = {group}
first_valid_uid = 1
imap_idle_notify_interval = 2 mins
service imap-login {{
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = {tls}
    ssl = yes
  }}
}}
passdb {{
  driver = oauth2
  mechanisms = xoauth2
  args = {folder}/oauth2.conf
}}
passdb {{
  driver = static
  args = password={password}
}}
userdb {{
  driver = static
  args = uid={user} gid={group} home={folder}/home
}}
namespace inbox {{
  inbox = yes
  separator = /
  mailbox Taken {{
    auto = create
  }}
}}
"""


OAUTH2 = """
introspection_mode = auth
introspection_url = {url}
username_attribute = user
active_attribute = active
active_value = true
"""


class MailServer(NamedTuple):
    """A Dovecot: its port in the clear, which knows STARTTLS, and its port with TLS; its process; its mail."""

    port: int
    tls: int
    process: subprocess.Popen[bytes]
    inbox: Path  # a Maildir

    def deliver(self, name: str, value: bytes) -> None:
        """A message that arrives, as mail servers deliver: written, then renamed."""
        half = self.inbox / "tmp" / name
        half.write_bytes(value)
        shutil.chown(half, *MAIL_OWNER)
        half.rename(self.inbox / "new" / name)

    @property
    def left(self) -> int:
        """Messages in the inbox."""
        return sum(1 for where in ("new", "cur") for _ in (self.inbox / where).iterdir())


MAIL_OWNER = ("mail", "mail")


@contextmanager
def dovecot(made: Certificates, introspection: FeedServer) -> Iterator[MailServer]:
    """A mailbox of MAIL_USER; the other server says whether a token is good, as RFC 7662 has it."""
    program = command("dovecot", Need.DOVECOT)
    needs(Need.ROOT, not os.geteuid())
    with open_folder() as folder:
        inbox = folder / "mail"
        for each in (inbox, folder / "home", *(inbox / name for name in ("cur", "new", "tmp"))):
            each.mkdir()
            shutil.chown(each, *MAIL_OWNER)
        introspection.pages["/introspect"] = _judged
        (folder / "oauth2.conf").write_text(OAUTH2.format(url=introspection.url("/introspect")))
        tls_port = 0

        def start(port: int) -> list[str]:
            nonlocal tls_port
            tls_port = next(PORTS)
            text = DOVECOT.format(
                folder=folder,
                certificate=made.certificate,
                key=made.key,
                user=pwd.getpwnam(MAIL_OWNER[0]).pw_uid,
                group=grp.getgrnam(MAIL_OWNER[1]).gr_gid,
                port=port,
                tls=tls_port,
                password=MAIL_PASSWORD,
            )
            (folder / "dovecot.conf").write_text(text)
            return [program, "-F", "-c", str(folder / "dovecot.conf")]

        with running(folder, start, b"* OK") as served:
            yield MailServer(served.port, tls_port, served.process, inbox)


def _judged(asked: Asked) -> Reply:
    """What an authority of OAuth says of the token that it is asked with."""
    is_good = asked.headers.get("authorization") == f"Bearer {MAIL_TOKEN}"
    body = json.dumps({"active": is_good, "user": MAIL_USER}).encode()
    return Reply(body=body, headers={"Content-Type": "application/json"})


SSHD = """
Port {port}
ListenAddress 127.0.0.1
HostKey {folder}/host
AuthorizedKeysFile {folder}/authorized
PidFile none
StrictModes no
UsePAM no
PasswordAuthentication no
Subsystem sftp internal-sftp
"""


class FarServer(NamedTuple):
    """An OpenSSH server: its port, the line of known_hosts, its process."""

    port: int
    known_host: str
    process: subprocess.Popen[bytes]


@contextmanager
def openssh(folder: Path, public_key: str) -> Iterator[FarServer]:
    """It lets in this user, with this key."""
    program = command("sshd", Need.SSHD)
    make = [command("ssh-keygen", Need.SSHD), "-q", "-t", "ed25519", "-N", "", "-f", str(folder / "host")]
    subprocess.run(make, check=True, capture_output=True)
    (folder / "authorized").write_text(public_key)
    if not os.geteuid():
        Path("/run/sshd").mkdir(exist_ok=True)  # where it keeps a child without rights; the package makes it

    def start(port: int) -> list[str]:
        (folder / "sshd.conf").write_text(SSHD.format(folder=folder, port=port))
        return [program, "-D", "-e", "-f", str(folder / "sshd.conf")]

    with running(folder, start, b"SSH-2.0-OpenSSH") as served:
        host_key = (folder / "host.pub").read_text().strip()
        yield FarServer(served.port, f"[{HOST}]:{served.port} {host_key}", served.process)


S3PROXY = """
s3proxy.authorization=aws-v2-or-v4
s3proxy.endpoint=http://127.0.0.1:{port}
s3proxy.identity={key_id}
s3proxy.credential={secret}
jclouds.provider=filesystem-nio2
jclouds.identity=local
jclouds.credential=local
jclouds.filesystem.basedir={folder}/objects
"""
S3PROXY_JARS = ".m2/repository/org/gaul/s3proxy"  # where Maven keeps what it fetched


@contextmanager
def s3proxy(folder: Path) -> Iterator[str]:
    """Its address."""
    jars = sorted((Path.home() / S3PROXY_JARS).glob("*/*-jar-with-dependencies.jar"))
    needs(Need.S3PROXY, jars and shutil.which("java"))
    (folder / "objects").mkdir()

    def start(port: int) -> list[str]:
        text = S3PROXY.format(folder=folder, port=port, key_id=S3_KEY_ID, secret=S3_SECRET)
        (folder / "s3proxy.conf").write_text(text)
        return ["java", "-jar", str(jars[-1]), "--properties", str(folder / "s3proxy.conf")]

    with running(folder, start) as served:
        yield f"http://{HOST}:{served.port}"


NGINX = """
daemon off;
error_log stderr warn;
pid {folder}/nginx.pid;
events {{}}
http {{
  access_log {folder}/access.log;
  client_body_temp_path {folder}/body;
  proxy_temp_path {folder}/proxy;
  fastcgi_temp_path {folder}/fastcgi;
  uwsgi_temp_path {folder}/uwsgi;
  scgi_temp_path {folder}/scgi;
  types {{ application/rss+xml rss; }}
  gzip on;
  gzip_types application/rss+xml;
  gzip_min_length 1;
  server {{
    listen 127.0.0.1:{port} ssl;
    ssl_certificate {certificate};
    ssl_certificate_key {key};
    root {folder}/pages;
    location = /moved.rss {{ return 301 /all.rss; }}
  }}
}}
"""


class WebServer(NamedTuple):
    """An nginx: its address, its pages, and what it was asked."""

    address: str
    pages: Path
    log: Path


@contextmanager
def nginx(made: Certificates) -> Iterator[WebServer]:
    """It serves the files of a folder over TLS, packed."""
    program = command("nginx", Need.NGINX)
    with open_folder() as folder:
        (folder / "pages").mkdir()

        def start(port: int) -> list[str]:
            text = NGINX.format(folder=folder, port=port, certificate=made.certificate, key=made.key)
            (folder / "nginx.conf").write_text(text)
            return [program, "-e", "stderr", "-p", str(folder), "-c", str(folder / "nginx.conf")]

        with running(folder, start) as served:
            yield WebServer(f"https://localhost:{served.port}", folder / "pages", folder / "access.log")


STUNNEL = """
foreground = yes
pid =
[wire]
client = {client}
accept = 127.0.0.1:{port}
connect = 127.0.0.1:{to}
{lines}
"""


@contextmanager
def stunnel(folder: Path, to: int, lines: str, *, is_client: bool) -> Iterator[int]:
    """The port of a stunnel that leads to another: as a client it speaks TLS there, else here."""
    program = command("stunnel", Need.STUNNEL)

    def start(port: int) -> list[str]:
        client = "yes" if is_client else "no"
        (folder / "stunnel.conf").write_text(STUNNEL.format(client=client, port=port, to=to, lines=lines))
        return [program, str(folder / "stunnel.conf")]

    with running(folder, start) as served:
        yield served.port
