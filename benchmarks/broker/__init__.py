"""What the whole deployment does on one machine: a real broker, a process for each room, a read_committed reader.

    python -m benchmarks broker [--full]

Throughput: all articles are published as fast as they go; the clock runs until the last is seen in wire.enriched.
Latency: RATE articles a second; from the append in wire.raw until the reader has the enriched item, in all and from
topic to topic; meanwhile processor time by process, and the transactions of each room.  Broker, publisher, rooms
and reader share the machine's cores: on a busy machine only processor time says something.
"""

from __future__ import annotations

import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path

from benchmarks.broker import processor, walk
from benchmarks.replay import FEEDS, articles
from pipeline import settings as settings_
from pipeline.connection import Connection
from pipeline.envelope import TRACE
from pipeline.items import Item
from pipeline.records import Record
from pipeline.runtime.embedded.broker import Broker
from pipeline.runtime.kafka import topics
from pipeline.runtime.kafka.reader import TopicReader
from pipeline.runtime.local.deployment import LocalDeployment
from pipeline.runtime.publish.publisher import publish
from pipeline.runtime.publish.sources import RawPayload

ITEMS, ITEMS_SHORT = 4_000, 600
RATE = 100.0
RATED_SECONDS, RATED_SECONDS_SHORT = 60, 10
PATIENCE_SECONDS = 300


def run(short: bool) -> dict[str, object]:
    """Start-up seconds, items/s, milliseconds and processor time at 100 items/s, megabytes.  Raises Missing."""
    fast, rated = (ITEMS_SHORT, RATED_SECONDS_SHORT) if short else (ITEMS, RATED_SECONDS)
    payloads = list(islice(articles("background_4000"), fast))
    with tempfile.TemporaryDirectory(prefix="wiredesk-bench-") as folder:
        found = settings_.load()
        began = time.monotonic()
        with Broker(Path(folder, "broker"), cache=found.cache_dir) as broker:
            broker_seconds = time.monotonic() - began
            found = settings_.load(bootstrap=broker.bootstrap, state_dir=Path(folder), instance="bench")
            topics.create(found.connection)
            began = time.monotonic()
            with LocalDeployment(found, verbose=-1) as deployment:
                assert deployment.wait_ready(120, threading.Event()), "the rooms do not start"
                figures: dict[str, object] = {
                    "start of the broker, s": round(broker_seconds, 1),
                    "start of the rooms, s": round(time.monotonic() - began, 1),
                }
                processes = processor.pids(deployment, broker.pid)
                figures |= throughput(found.connection, payloads)
                before, ends = processor.seconds(processes), walk.journal_ends(found.connection)
                since_ms = time.time() * 1000
                count = round(rated * RATE)
                seen_ms = latency(found.connection, payloads, count, figures)
                figures |= processor.an_item(before, processor.seconds(processes), count)
                figures |= walk.stages(walk.walks(found.connection, since_ms, seen_ms))
                figures |= walk.transactions(found.connection, ends)
                return figures | memory(deployment, broker.pid)


def throughput(connection: Connection, payloads: list[bytes]) -> dict[str, object]:
    """Items a second, from the first payload sent to the last item enriched."""
    began = time.monotonic()
    with TopicReader(connection, ["wire.enriched"], last=0) as reader:
        sender = sending(connection, sent(payloads, "fast", len(payloads)), None)
        waited(reader, len(payloads), lambda record, now_ms: None)
        sender.join()
    return {"items/s, whole machine": round(len(payloads) / (time.monotonic() - began))}


def latency(
    connection: Connection, payloads: list[bytes], count: int, figures: dict[str, object]
) -> dict[bytes, float]:
    """Percentiles from append to enriched, as the reader sees it; and when it saw the item of each trace."""
    took: list[float] = []
    seen_ms: dict[bytes, float] = {}

    def see(record: Record, now_ms: float) -> None:
        item = Item.model_validate_json(record.value)
        took.append(now_ms - item.wire.received.timestamp() * 1000)
        seen_ms[record.header(TRACE) or b""] = now_ms

    with TopicReader(connection, ["wire.enriched"], last=0) as reader:
        sender = sending(connection, sent(payloads, "rated", count), RATE)
        waited(reader, count, see)
        sender.join()
    took.sort()
    figures |= {
        f"p{share} at {RATE:g} items/s, ms": round(took[min(len(took) - 1, len(took) * share // 100)])
        for share in (50, 95, 99)
    }
    return seen_ms


def sent(payloads: list[bytes], run_name: str, count: int) -> Iterator[RawPayload]:
    """Payloads under feeds of this run's own: other dispatches than those of the run before."""
    return (
        RawPayload(
            str(number),
            f"{run_name}{number % FEEDS}",
            payloads[number % len(payloads)].replace(
                b'"urn:bench:', b'"urn:bench:%d:' % (number // len(payloads)), 1
            ),
        )
        for number in range(count)
    )


def sending(connection: Connection, payloads: Iterator[RawPayload], rate: float | None) -> threading.Thread:
    """A thread that publishes."""
    thread = threading.Thread(target=publish, args=(connection, payloads, rate), daemon=True)
    thread.start()
    return thread


def waited(reader: TopicReader, count: int, see: Callable[[Record, float], None]) -> None:
    """Read until so many items were seen."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while count > 0:
        assert time.monotonic() < deadline, f"{count} items are missing after {PATIENCE_SECONDS} s"
        records, now_ms = reader.poll(0.02), time.time() * 1000
        count -= len(records)
        for record in records:
            see(record, now_ms)


def memory(deployment: LocalDeployment, broker_pid: int) -> dict[str, object]:
    """Resident megabytes of each process."""
    pids = {room: child.process.pid for room, child in deployment.children.items() if child.process}
    return {f"memory of {name}, MB": megabytes(pid) for name, pid in {**pids, "the broker": broker_pid}.items()}


def megabytes(pid: int) -> int:
    found = subprocess.run(["ps", "-o", "rss=", "-p", str(pid)], capture_output=True, text=True, check=True)
    return round(int(found.stdout) / 1024)
