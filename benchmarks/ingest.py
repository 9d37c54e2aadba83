"""What `wiredesk ingest` takes: files and requests a second, how soon a file is in wire.raw, and a restart.

    python -m benchmarks ingest [--full]

A real broker and the process as it runs, on one machine: broker, process, senders and reader share its cores.
Files of 1.5 kB are renamed when they are whole (`settle: 0s`); requests come over 50 connections that stay open.
"""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import quantiles

import aiohttp
import orjson
from aiokafka import AIOKafkaConsumer

from pipeline import settings as settings_
from pipeline.envelope import TYPE, RecordType
from pipeline.ingest.contract import key_of
from pipeline.records import STATUS_PARTITION, Out
from pipeline.runtime.embedded.broker import Broker
from pipeline.runtime.ingest.ledger import PLACE, record
from pipeline.runtime.kafka import topics
from pipeline.runtime.kafka.log import KafkaLog
from pipeline.schemas import examples
from tests.ingest_lab import TOKEN, IngestLab
from tests.waiting import eventually

FILES, FILES_SHORT = 20_000, 5_000
REQUESTS, REQUESTS_SHORT = 10_000, 3_000
CONNECTIONS = 50
SINGLE_FILES, SINGLE_SECONDS = 300, 0.1  # one after the other, for the time that each takes
ENTRIES, ENTRIES_SHORT = 1_000_000, 100_000
WRITTEN = 5_000  # entries of a transaction
FEEDS, DAY_STATUSES = 40, 96  # one each 15 minutes


def run(short: bool) -> dict[str, object]:
    """The figures by name."""
    files, requests = (FILES_SHORT, REQUESTS_SHORT) if short else (FILES, REQUESTS)
    with (
        tempfile.TemporaryDirectory(prefix="wiredesk-bench-") as folder,
        Broker(Path(folder, "broker"), cache=settings_.load().cache_dir) as broker,
    ):
        topics.create(broker.connection)
        with IngestLab(broker.bootstrap, Path(folder)) as lab:
            figures: dict[str, object] = {}
            for after in ("keep", "move"):
                figures[f"files a second, after: {after}"] = _files(lab, files, after)
            with _running(lab):
                figures["requests a second"] = round(asyncio.run(_requests(lab, requests)))
                figures |= asyncio.run(_single(lab, broker.bootstrap))
            entries = ENTRIES_SHORT if short else ENTRIES
            asyncio.run(_fill(broker, entries))
            return figures | _restart(lab, entries) | _listed(broker, entries)


@contextmanager
def _running(lab: IngestLab) -> Iterator[None]:
    lab.start()
    lab.await_ready()
    eventually(lambda: lab.post(b"<first/>", "first") == 202)
    yield
    assert lab.end() == 0


def _files(lab: IngestLab, count: int, after: str) -> int:
    """Files of a folder that is full when it is first looked at, a second: `--once`, without the start."""
    text = lab.file.read_text("utf-8")
    wires = lab.folder / f"full-{after}"
    wires.mkdir()
    for number in range(count):
        (wires / f"{number}.xml").write_bytes(f"<nitf><!-- {after} {number} -->{'.' * 1_500}</nitf>".encode())
    lab.file.write_text(f"feeds:\n  {after}: {{folder: {wires}, settle: 0s, after: {after}}}\n", "utf-8")
    began = time.monotonic()
    assert lab.start("--once").wait(600) == 0
    full = time.monotonic() - began
    began = time.monotonic()
    assert lab.start("--once").wait(600) == 0  # nothing to take: the start, and a look
    lab.file.write_text(text, "utf-8")
    return round(count / (full - (time.monotonic() - began)))


async def _requests(lab: IngestLab, count: int) -> float:
    numbers = iter(range(count))
    url, token = f"http://127.0.0.1:{lab.port}/feeds/polder", {"Authorization": f"Bearer {TOKEN}"}
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=CONNECTIONS)) as session:

        async def send() -> None:
            for number in numbers:
                headers = token | {"Idempotency-Key": str(number), "Content-Type": "application/xml"}
                body = b"<nitf><!-- %d -->%s</nitf>" % (number, b"." * 1_500)
                async with session.post(url, data=body, headers=headers) as answer:
                    assert answer.status == 202

        began = time.monotonic()
        await asyncio.gather(*(send() for _ in range(CONNECTIONS)))
        return count / (time.monotonic() - began)


async def _single(lab: IngestLab, bootstrap: str) -> dict[str, object]:
    """From the rename of a file to a reader of committed records, one file at a time."""
    consumer = AIOKafkaConsumer(
        "wire.raw", bootstrap_servers=bootstrap, isolation_level="read_committed", fetch_max_wait_ms=10
    )
    await consumer.start()
    waits: list[float] = []
    try:
        await consumer.seek_to_end()
        for number in range(SINGLE_FILES):
            value = await asyncio.to_thread(lab.write, 10_000_000 + number)
            began = time.monotonic()
            async with asyncio.timeout(60):
                while (await consumer.getone()).value != value:
                    pass
            waits.append(1000 * (time.monotonic() - began))
            await asyncio.sleep(SINGLE_SECONDS)
    finally:
        await consumer.stop()
    cuts = quantiles(waits, n=100)
    return {"file to wire.raw, ms p50": round(cuts[49]), "file to wire.raw, ms p99": round(cuts[98])}


async def _fill(broker: Broker, count: int) -> None:
    """Entries of a ledger, as an owner writes them."""
    writer = await KafkaLog(broker.connection).acquire("bench.ledger")
    for first in range(0, count, WRITTEN):
        await writer.begin()
        keys = (key_of("file", str(number)).hex() for number in range(first, min(first + WRITTEN, count)))
        value = b'{"met":%d}' % (time.time_ns() // 1_000_000)
        await writer.produce([record(f"meridian/seen/{key}", value, "meridian", first) for key in keys])
        await writer.commit()
    await writer.close()
    assert PLACE.partition == 0


def _listed(broker: Broker, entries: int) -> dict[str, object]:
    """`wiredesk feeds`, with the statuses that 40 feeds have written in a day beside the ledger."""
    asyncio.run(_statuses(broker))
    command = [sys.executable, "-m", "pipeline.cli", "feeds", "--json"]
    environment = {**os.environ, "WIREDESK_BOOTSTRAP": broker.bootstrap}
    began = time.monotonic()
    said = subprocess.run(command, env=environment, capture_output=True, check=True)
    assert len(said.stdout.splitlines()) == FEEDS
    return {f"`wiredesk feeds` with {entries:,} entries, s": round(time.monotonic() - began, 2)}


async def _statuses(broker: Broker) -> None:
    writer = await KafkaLog(broker.connection).acquire("bench.statuses")
    for _ in range(DAY_STATUSES):
        await writer.begin()
        await writer.produce([_status(f"feed-{number}") for number in range(FEEDS)])
        await writer.commit()
    await writer.close()


def _status(feed: str) -> Out:
    value = orjson.dumps(examples.FEED | {"feed": feed})
    return Out(PLACE.topic, f"{feed}/status".encode(), value, ((TYPE, RecordType.FEED.encode()),), STATUS_PARTITION)


def _restart(lab: IngestLab, entries: int) -> dict[str, object]:
    """From the start of the process to its first /ready, and its memory."""
    began = time.monotonic()
    lab.start()
    lab.await_ready()
    seconds = time.monotonic() - began
    pid = lab.processes[-1].pid
    said = subprocess.run(["ps", "-o", "rss=", "-p", str(pid)], capture_output=True, check=True, text=True)
    assert lab.end() == 0
    return {
        f"restart with {entries:,} entries, s": round(seconds, 1),
        f"memory with {entries:,} entries, MB": round(int(said.stdout) / 1000),
    }
