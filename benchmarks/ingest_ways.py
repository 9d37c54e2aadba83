"""Messages a second out of a mailbox, a bucket, a folder behind SSH and a socket.

    python -m benchmarks ingest_ways [--full]

A real broker and the process as it runs; the servers are those of the tests, in this process, so that the time
until all is taken is partly theirs.  A second of one core is one of the processor time of `wiredesk ingest`,
without that of a run that finds nothing new.
"""

from __future__ import annotations

import os
import resource
import socket
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from pipeline import settings as settings_
from pipeline.runtime.embedded.broker import Broker
from pipeline.runtime.embedded.node import free_ports
from pipeline.runtime.kafka import topics
from tests import imap_server, s3_server, sftp_server
from tests.imap_server import Mailbox, serving_mail
from tests.ingest_lab import IngestLab
from tests.s3_server import BUCKET, serving_s3
from tests.sftp_server import serving_far
from tests.waiting import arrived

COUNT, COUNT_SHORT = 10_000, 1_000
TELEGRAMS, TELEGRAMS_SHORT = 200_000, 20_000
TEXT = b"." * 1_500
SECRETS = {
    "MAIL_USER": imap_server.USER,
    "MAIL_PASSWORD": imap_server.PASSWORD,
    "S3_ID": s3_server.KEY["aws_access_key_id"],
    "S3_SECRET": s3_server.KEY["aws_secret_access_key"],
    "SFTP_PASSWORD": sftp_server.PASSWORD,
}


def run(short: bool) -> dict[str, object]:
    """The figures by name."""
    count = COUNT_SHORT if short else COUNT
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="wiredesk-bench-")))
        broker = stack.enter_context(Broker(folder / "broker", cache=settings_.load().cache_dir))
        topics.create(broker.connection)
        lab = stack.enter_context(IngestLab(broker.bootstrap, folder))
        os.environ |= SECRETS
        figures: dict[str, object] = {}
        idle_core = 0.0
        for way, serving in (("imap", _mailbox), ("s3", _bucket), ("sftp", _far)):
            with serving(folder, count) as feed:
                found, idle_core = _once(lab, way, feed, count)
                figures |= found
        return figures | _stream(lab, TELEGRAMS_SHORT if short else TELEGRAMS, idle_core)


@contextmanager
def _mailbox(_: Path, count: int) -> Iterator[str]:
    box = Mailbox()
    box.put(*(b"Message-ID: <%d@bench.example>\r\n\r\n%s\r\n" % (number, TEXT) for number in range(count)))
    with serving_mail(box) as port:
        yield f'imap: "imap://127.0.0.1:{port}", user: env:MAIL_USER, password: env:MAIL_PASSWORD'


@contextmanager
def _bucket(_: Path, count: int) -> Iterator[str]:
    with serving_s3() as (address, client):
        for number in range(count):
            client.put_object(Bucket=BUCKET, Key=f"in/{number:06}", Body=b"%d%s" % (number, TEXT))
        yield f's3: "s3://{BUCKET}/in/", endpoint: "{address}", key_id: env:S3_ID, secret: env:S3_SECRET'


@contextmanager
def _far(folder: Path, count: int) -> Iterator[str]:
    (folder / "far" / "in").mkdir(parents=True)
    for number in range(count):
        (folder / "far" / "in" / f"{number:06}").write_bytes(b"%d%s" % (number, TEXT))
    with serving_far(folder / "far") as (port, hosts):
        os.environ["HOSTS"] = hosts
        address = f"sftp://{sftp_server.USER}@127.0.0.1:{port}/in"
        yield f'sftp: "{address}", known_hosts: env:HOSTS, password: env:SFTP_PASSWORD, settle: 0s'


def _once(lab: IngestLab, way: str, feed: str, count: int) -> tuple[dict[str, object], float]:
    """A backlog with `--once`, less a second run that finds nothing new; and the processor time of that."""
    lab.file.write_text(f"feeds: {{{way}: {{{feed}}}}}\n", "utf-8")
    took: list[tuple[float, float]] = []
    for _ in range(2):
        began, used = time.monotonic(), _children_seconds()
        assert lab.start("--once").wait(900) == 0
        took.append((time.monotonic() - began, _children_seconds() - used))
    (wall, core), (idle_wall, idle_core) = took
    found: dict[str, object] = {
        f"{way}: messages a second of one core": round(count / (core - idle_core)),
        f"{way}: messages a second, its server on this machine too": round(count / (wall - idle_wall)),
    }
    return found, idle_core


def _stream(lab: IngestLab, count: int, idle_core: float) -> dict[str, object]:
    """Telegrams of one connection, as fast as they are read."""
    port = next(free_ports("127.0.0.1"))
    lab.file.write_text(f'feeds: {{tcp: {{tcp: "127.0.0.1:{port}"}}}}\n', "utf-8")
    used = _children_seconds()
    lab.start()
    lab.await_ready()
    began = time.monotonic()
    with socket.create_connection(("127.0.0.1", port)) as line:
        for number in range(count):
            head = b"\x01bnc%04d 4 wi 9\r\n\x02%d =\r\n" % (number % 9_999, number)
            line.sendall(head + TEXT + b"\r\n\x03120541 Jan 22\r\n\x04")
        arrived(lambda: int(str(lab.state().get("payloads", 0))), count, every=0.2)
    wall = time.monotonic() - began
    assert lab.end() == 0
    return {
        "tcp: messages a second of one core": round(count / (_children_seconds() - used - idle_core)),
        "tcp: messages a second, its sender on this machine too": round(count / wall),
    }


def _children_seconds() -> float:
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime
