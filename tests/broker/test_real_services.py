"""`wiredesk ingest` on a real broker and servers that are not ours, killed again and again: each payload once.

A test is skipped where its server is not installed; docs/feeds.md#what-it-was-tried-with has the versions.
"""

from __future__ import annotations

import random
import threading
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import asyncssh
import pytest
from feed_documents import Story, document, read

from pipeline.runtime.embedded.broker import Broker
from tests import services
from tests.feed_server import feed_server
from tests.ingest_lab import TELEGRAM, IngestLab, Line, payloads
from tests.services import Certificates, certificates
from tests.waiting import arrived, eventually, pause

pytestmark = [pytest.mark.broker, pytest.mark.slow]

EACH, KILLS = 300, 4  # payloads of a feed, of which each test has its own


@pytest.fixture
def made(tmp_path: Path) -> Certificates:
    """Certificates of this machine."""
    return certificates(tmp_path)


@dataclass
class Trial:
    """One feed of one server, and what was sent to it."""

    broker: Broker
    folder: Path
    feed: str
    secrets: dict[str, str] = field(default_factory=dict)

    def found(self) -> Counter[bytes]:
        """What is in wire.raw of the feed, by an independent reader."""
        all_of_them = payloads(self.broker.connection).items()
        return Counter({value: count for (name, value), count in all_of_them if name == self.feed})

    def run(self, row: str, send: Callable[[int], bytes], is_through: Callable[[int], bool]) -> list[bytes]:
        """Have `send` send all payloads while ingest is killed; what was sent.  Ends when it `is_through`."""
        dice, sent = random.Random(7), list[bytes]()
        with IngestLab(self.broker.bootstrap, self.folder) as ingest, pytest.MonkeyPatch.context() as patch:
            ingest.file.write_text(f"feeds:\n  {self.feed}: {{{row}}}\n")
            for name, value in self.secrets.items():
                patch.setenv(name, value)

            def work() -> None:
                for number in range(EACH):
                    sent.append(send(number))
                    pause(0.02)

            ingest.start()
            ingest.await_ready()
            sending = threading.Thread(target=work, daemon=True)
            sending.start()
            ingest.kill_again_and_again(KILLS, dice, (0.3, 2))
            sending.join(300)
            assert len(sent) == EACH
            arrived(lambda: len(self.found()), EACH, every=1)
            eventually(lambda: is_through(EACH))
            assert ingest.end() == 0
        return sent


LOGINS = {  # how the mailbox is reached
    "TLS": 'imap: "imaps://localhost:{tls}", password: env:MAIL_PASSWORD',
    "STARTTLS": 'imap: "imap://localhost:{port}", starttls: true, password: env:MAIL_PASSWORD',
    "XOAUTH2": 'imap: "imaps://localhost:{tls}", token: "file:{token}"',
}


@pytest.mark.parametrize("how", LOGINS)
def test_a_mailbox_of_dovecot(own: Broker, made: Certificates, tmp_path: Path, how: str) -> None:
    """Each message once, and all of them moved; what comes between two kills is told of by the server (IDLE)."""
    with feed_server() as introspection, services.dovecot(made, introspection) as server:
        trial = Trial(own, tmp_path, f"desk-{how}", {"MAIL_PASSWORD": services.MAIL_PASSWORD})
        token = tmp_path / "token"
        token.write_text(services.MAIL_TOKEN)

        def send(number: int) -> bytes:
            head = f"From: a@agency.example\r\nMessage-ID: <{number}@{how}.example>\r\nSubject: Ferry {number}"
            value = f"{head}\r\n\r\nThe ferry came {number} hours late.\r\n".encode()
            server.deliver(f"{number}.test", value)
            return value

        place = LOGINS[how].format(tls=server.tls, port=server.port, token=token)
        row = f"{place}, user: {services.MAIL_USER}, ca: {made.ca}, every: 1h, after: move, move_to: Taken"
        sent = trial.run(row, send, lambda _: not server.left)
        assert trial.found() == Counter(sent)


def test_a_folder_of_openssh(own: Broker, tmp_path: Path) -> None:
    """Each file once, and all of them moved."""
    key = asyncssh.generate_private_key("ssh-ed25519")
    wires = tmp_path / "far"
    wires.mkdir()
    with services.openssh(tmp_path, key.export_public_key().decode()) as server:
        sealed = key.export_private_key(passphrase="open it").decode()
        secrets = {"SFTP_KEY": sealed, "PHRASE": "open it\n", "HOSTS": server.known_host}
        trial = Trial(own, tmp_path, "far", secrets)

        def send(number: int) -> bytes:
            value = f"<nitf><!-- {number} --></nitf>".encode()
            half = wires / f"{number:04}.part"
            half.write_bytes(value)
            half.rename(wires / f"{number:04}.xml")
            return value

        user = Path.home().owner()
        row = (
            f'sftp: "sftp://{user}@localhost:{server.port}{wires}", known_hosts: env:HOSTS, key: env:SFTP_KEY, '
            "key_passphrase: env:PHRASE, settle: 0s, look_every: 1s, after: move"
        )
        sent = trial.run(row, send, lambda _: not list(wires.glob("*.xml")))
        assert trial.found() == Counter(sent)


def test_a_bucket_of_s3proxy(own: Broker, tmp_path: Path) -> None:
    """Each object once, and all of them deleted."""
    from botocore.config import Config
    from botocore.session import Session

    with services.s3proxy(tmp_path) as address:
        keys = {"aws_access_key_id": services.S3_KEY_ID, "aws_secret_access_key": services.S3_SECRET}
        client = Session().create_client(
            "s3",
            region_name="us-east-1",
            endpoint_url=address,
            config=Config(request_checksum_calculation="when_required"),
            **keys,
        )
        client.create_bucket(Bucket="wire")
        trial = Trial(own, tmp_path, "archive", {"S3_ID": services.S3_KEY_ID, "S3_KEY": services.S3_SECRET})

        def send(number: int) -> bytes:
            value = f"<nitf><!-- object {number} --></nitf>".encode()
            client.put_object(Bucket="wire", Key=f"in/{number:04}.xml", Body=value)
            return value

        row = (
            f's3: "s3://wire/in/", endpoint: "{address}", key_id: env:S3_ID, secret: env:S3_KEY, every: 5s, '
            "after: move, move_to: taken/"
        )
        sent = trial.run(row, send, lambda _: not _objects(client, "in/"))
        assert trial.found() == Counter(sent)
        assert _objects(client, "taken/") == EACH
        client.close()


def _objects(client: Any, prefix: str) -> int:
    count: int = client.list_objects_v2(Bucket="wire", Prefix=prefix)["KeyCount"]
    return count


def test_a_feed_of_nginx(own: Broker, made: Certificates, tmp_path: Path) -> None:
    """Over TLS, packed, behind a redirect: each entry once; nginx's ETag is understood."""
    stories = [Story("first")]  # before ingest starts: it is patient with what is missing
    with services.nginx(made) as server:
        (server.pages / "all.rss").write_bytes(document(stories, "rss"))
        # Its authority is the only one that the process believes.
        trial = Trial(own, tmp_path, "norden", {"SSL_CERT_FILE": str(made.ca)})

        def send(number: int) -> bytes:
            stories.insert(0, Story(str(number), f"Title {number}"))
            half = server.pages / "half"
            half.write_bytes(document(stories, "rss"))
            half.rename(server.pages / "all.rss")
            return str(number).encode()

        def entries() -> Counter[bytes]:
            return Counter(
                id_.encode() for value, count in found().items() for id_, _ in read(value) for _ in range(count)
            )

        found = trial.found
        trial.found = entries  # type: ignore[method-assign] # entries, not documents
        row = f'rss: "{server.address}/moved.rss", allow_private: true, every: 10s'
        said = server.log
        sent = trial.run(row, send, lambda _: '" 304 ' in said.read_text("utf-8"))
        assert entries() == Counter([b"first", *sent])


def test_a_line_through_stunnel(own: Broker, made: Certificates, tmp_path: Path) -> None:
    """An agency's stunnel speaks TLS with us and shows its certificate: what was acknowledged is there, once."""
    trial = Trial(own, tmp_path, "line", {"KEY": made.key.read_text()})
    port = next(services.PORTS)
    lines = f"CAfile = {made.ca}\nverifyChain = yes\ncert = {made.client}\nkey = {made.client}"
    with services.stunnel(tmp_path, port, lines, is_client=True) as near:
        sender = Line(near, waits=True)

        def send(number: int) -> bytes:
            value = TELEGRAM % (number, number)
            sender.send(value)
            return value

        row = (
            f'tcp: "127.0.0.1:{port}", tls: true, certificate: {made.certificate}, key: env:KEY, ca: {made.ca}, '
            "acknowledge: true"
        )
        sent = trial.run(row, send, lambda _: True)
        sender.close()
    found, expected = trial.found(), Counter(sent)
    assert expected - found == Counter(), "acknowledged, and lost"
    assert (found - expected).total() <= sender.repeated
