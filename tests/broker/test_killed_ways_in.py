"""`wiredesk ingest` on a real broker, killed again and again: a mailbox, a bucket, a folder behind SSH, sockets."""

from __future__ import annotations

import random
import threading
from collections import Counter
from collections.abc import Callable
from contextlib import ExitStack
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from pipeline.runtime.embedded.node import free_ports
from tests import imap_server, s3_server, sftp_server
from tests.imap_server import Mailbox, serving_mail
from tests.ingest_lab import TELEGRAM, IngestLab, Line, payloads
from tests.own_broker import own_broker
from tests.s3_server import BUCKET, serving_s3
from tests.sftp_server import serving_far
from tests.waiting import PROCESS_SECONDS, arrived, eventually, pause

pytestmark = [pytest.mark.broker, pytest.mark.slow]

EACH, KILLS = 400, 6
FILE = """
feeds:
  desk: {{imap: "imap://127.0.0.1:{mail}", user: env:MAIL_USER, password: env:MAIL_PASSWORD, every: 5s,
         after: move, move_to: Taken}}
  archive: {{s3: "s3://wire/in/", endpoint: "{s3}", key_id: env:S3_ID, secret: env:S3_SECRET, every: 5s,
            after: delete}}
  far: {{sftp: "sftp://desk@127.0.0.1:{sftp}/in", known_hosts: env:HOSTS, password: env:SFTP_PASSWORD, settle: 0s,
        look_every: 1s, after: move}}
  sure: {{tcp: "127.0.0.1:{sure}", acknowledge: true}}
  ticker: {{tcp: "127.0.0.1:{ticker}"}}
"""
LAST = TELEGRAM % (9_999, 9_999)


def is_read(line: Line, found: Counter[tuple[str, bytes]]) -> bool:
    """Whether all that was sent and is not lost has been read: one more, behind it, is there."""
    line.send(LAST)
    return found["ticker", LAST] > 0


def test_nothing_lost_and_nothing_twice(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """kill -9 six times: of mailbox, bucket and far folder each payload once; over TCP each that was acknowledged,
    and of the rest only what was under way at a kill is missing.
    """
    box, dice = Mailbox(), random.Random(5)
    root = tmp_path / "far"
    far_files = root / "in"
    far_files.mkdir(parents=True)
    with ExitStack() as stack:
        broker = stack.enter_context(own_broker(tmp_path))
        mail = stack.enter_context(serving_mail(box))
        address, bucket = stack.enter_context(serving_s3())
        sftp, hosts = stack.enter_context(serving_far(root))
        ingest = stack.enter_context(IngestLab(broker.bootstrap, tmp_path))
        ports = free_ports("127.0.0.1")
        sure_port, ticker_port = next(ports), next(ports)
        text = FILE.format(mail=mail, s3=address, sftp=sftp, sure=sure_port, ticker=ticker_port)
        ingest.file.write_text(text)
        secrets = {"MAIL_USER": imap_server.USER, "MAIL_PASSWORD": imap_server.PASSWORD, "HOSTS": hosts}
        secrets |= {"S3_ID": "desk", "S3_SECRET": s3_server.KEY["aws_secret_access_key"]}
        for name, value in (secrets | {"SFTP_PASSWORD": sftp_server.PASSWORD}).items():
            monkeypatch.setenv(name, value)
        sure, ticker = Line(sure_port, waits=True), Line(ticker_port, waits=False)

        def write(number: int, value: bytes) -> None:
            half = far_files / f"{number:04}.part"
            half.write_bytes(value)
            half.rename(far_files / f"{number:04}")

        senders: dict[str, Callable[[int, bytes], object]] = {
            "desk": lambda _, value: box.put(value),
            "archive": lambda number, value: bucket.put_object(Bucket=BUCKET, Key=f"in/{number:04}", Body=value),
            "far": write,
            "sure": lambda _, value: sure.send(value),
            "ticker": lambda _, value: ticker.send(value),
        }
        expected: dict[str, list[bytes]] = {name: [] for name in senders}

        def send(name: str) -> None:
            for number in range(EACH):
                value = TELEGRAM % (number, number) if name in ("sure", "ticker") else _mail(name, number)
                senders[name](number, value)
                expected[name].append(value)
                pause(0.02)

        ingest.start()
        ingest.await_ready()
        threads = [threading.Thread(target=send, args=(name,), daemon=True) for name in senders]
        for thread in threads:
            thread.start()
        ingest.kill_again_and_again(KILLS, dice, (0.5, 3))
        for thread in threads:
            thread.join(PROCESS_SECONDS)
            assert not thread.is_alive()
        certain = EACH * 4
        arrived(lambda: _count(payloads(broker.connection), "desk", "archive", "far", "sure"), certain)
        eventually(lambda: is_read(ticker, payloads(broker.connection)))
        eventually(lambda: not (box.values() or any(map(Path.is_file, far_files.iterdir())) or _objects(bucket)))
        found = payloads(broker.connection)
        for line in (sure, ticker):
            line.close()
        assert ingest.end() == 0
    for name in ("desk", "archive", "far"):
        assert found_of(found, name) == Counter(expected[name]), name
    doubled = found_of(found, "sure") - Counter(expected["sure"])
    assert Counter(expected["sure"]) - found_of(found, "sure") == Counter(), "acknowledged, and lost"
    assert doubled.total() <= sure.repeated
    there = found_of(found, "ticker")
    whole = Counter({value: count for value, count in there.items() if value.endswith(b"\x04") and value != LAST})
    assert whole - Counter(expected["ticker"]) == Counter(), "twice"
    lost = [value not in there for value in expected["ticker"]]
    print(f"acknowledged and repeated: {doubled.total()}; not acknowledged and lost: {sum(lost)} of {EACH}")
    runs = sum(is_lost and not before for before, is_lost in pairwise([False, *lost]))
    assert runs <= KILLS, "a kill loses what was under way: telegrams that follow each other"


def _objects(bucket: Any) -> int:
    count: int = bucket.list_objects_v2(Bucket=BUCKET)["KeyCount"]
    return count


def _mail(name: str, number: int) -> bytes:
    head = f"From: {name}@agency.example\r\nMessage-ID: <{number}@{name}.example>\r\nSubject: Ferry {number}"
    return f"{head}\r\n\r\nThe ferry came {number} hours late.\r\n".encode()


def found_of(found: Counter[tuple[str, bytes]], name: str) -> Counter[bytes]:
    return Counter({value: count for (feed, value), count in found.items() if feed == name})


def _count(found: Counter[tuple[str, bytes]], *names: str) -> int:
    return sum(count for (feed, _), count in found.items() if feed in names)
