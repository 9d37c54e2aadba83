"""How long a room needs to have its state back, and what it costs in memory, against the records of its journal.

    python -m benchmarks recovery [--full]

A real broker holds the journal of one partition; a process of its own, with models loaded and kernels compiled as
in a worker, becomes the owner: fence, read, apply.  The journals are those of real articles on their walk, repeated
under other ids, times and fingerprints until there are enough.  A room whose window is smaller than its journal
(dedupe and tag hold 100,000 items a partition) forgets on the way: its memory stays, its time goes on; its owner
would have trimmed such a journal long before.
"""

from __future__ import annotations

import asyncio
import json
import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import msgspec
import numpy as np

from benchmarks.replay import STEP_MS, articles, sent
from pipeline import settings as settings_
from pipeline.connection import Connection
from pipeline.partitioner import partition_of
from pipeline.records import Out, Record, Room
from pipeline.replay import EPOCH_MS, Replay
from pipeline.runtime.embedded.broker import Broker
from pipeline.runtime.kafka import topics
from pipeline.runtime.kafka.log import KafkaLog
from pipeline.runtime.log.partition_task import PartitionTask
from pipeline.runtime.worker.warm import warm
from pipeline.shard import JOURNAL_VERSION, JournalEntry, JournalKind, Shard, Step
from pipeline.topology import ROOMS, Options, journal_topic

MEASURED = ("resolve", "dedupe", "tag")
SIZES_SHORT, SIZES = (1_000, 10_000), (10_000, 100_000, 1_000_000)
UNIQUE_SHORT, UNIQUE = 500, 10_000
PARTITION = partition_of(b"en")
BATCH_RECORDS = 2_000
APP = "bench"
ID = re.compile(r"[0-9a-f]{24}")
MS = range(1_000_000_000_000, 3_000_000_000_000)  # an integer of these is a time


class Kept(Replay):
    """A replay that keeps what the measured rooms write into their journals, and forgets the log."""

    def __post_init__(self) -> None:
        super().__post_init__()
        self.changes: dict[str, list[Any]] = {room: [] for room in MEASURED}

    def _step(self, room: Room[Any, Any], record: Record) -> Step:
        step = super()._step(room, record)
        if room.name in self.changes and record.position.partition == PARTITION and not step.died:
            entry = msgspec.msgpack.decode(step.journal[1:], type=JournalEntry)
            self.changes[room.name].append(msgspec.msgpack.decode(entry.change))
        self.log.clear()
        return step


def run(short: bool) -> dict[str, object]:
    """Seconds, records a second and megabytes, by room and records.  Raises Missing."""
    unique, sizes = (UNIQUE_SHORT, SIZES_SHORT) if short else (UNIQUE, SIZES)
    replay, figures = Kept(), dict[str, object]()
    for number, data in enumerate(islice(articles("reuters21578"), unique)):
        time_ms = EPOCH_MS + number * STEP_MS
        replay.publish(sent(data, number, time_ms), time_ms)
    for size in sizes:
        with (
            tempfile.TemporaryDirectory(prefix="wiredesk-bench-") as folder,
            Broker(Path(folder, "broker"), cache=settings_.load().cache_dir) as broker,
        ):
            topics.create(broker.connection)
            for room in MEASURED:
                asyncio.run(fill(broker.connection, room, replay.changes[room], size))
                figures |= figures_of(room, size, recovered(broker.connection, room))
    return figures


async def fill(connection: Connection, room: str, changes: list[Any], size: int) -> None:
    """A journal of so many records, and an input that is as long."""
    writer = await KafkaLog(connection).acquire(f"{APP}.fill")
    source, topic = ROOMS[room].source, journal_topic(room)
    entries = journal(room, changes, size)
    while batch := list(islice(entries, BATCH_RECORDS)):
        await writer.begin()
        await writer.produce([Out(source, b"", b"", partition=PARTITION) for _ in batch])
        await writer.produce([Out(topic, b"", value, partition=PARTITION) for value in batch])
        await writer.commit()
    await writer.close()


def journal(room: str, changes: list[Any], size: int) -> Iterator[bytes]:
    """The values of a journal."""
    yield Shard(ROOMS[room].make(Options()), PARTITION).completeness_record(0)
    for number in range(size):
        turn, at = divmod(number, len(changes))
        change = msgspec.msgpack.encode(varied(changes[at], turn, len(changes) * STEP_MS, room == "dedupe"))
        entry = JournalEntry(JournalKind.DECIDED, number, change)
        yield bytes([JOURNAL_VERSION]) + msgspec.msgpack.encode(entry)


def varied(value: Any, turn: int, span_ms: int, prints: bool) -> Any:
    """The change of another item: later, under other ids, and (dedupe) with other fingerprints."""
    match value:
        case list():
            return [varied(each, turn, span_ms, prints) for each in value]
        case str() if ID.fullmatch(value):
            return f"{(int(value, 16) + turn) % 16**24:024x}"
        case int() if value in MS:
            return value + turn * span_ms
        case bytes() if prints and len(value) % 4 == 0:
            return (np.frombuffer(value, np.uint32) ^ np.uint32(turn * 2_654_435 & 0xFFFFFFFF)).tobytes()
    return value


def recovered(connection: Connection, room: str) -> dict[str, Any]:
    """The figures that the owner's process prints."""
    command = [sys.executable, "-m", "benchmarks.recovery", room, connection.bootstrap]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def figures_of(room: str, size: int, found: dict[str, Any]) -> dict[str, object]:
    name = f"{room}, {size:,} records"
    return {
        f"{name}: s": round(found["seconds"], 2),
        f"{name}: records/s": round(size / found["seconds"]),
        f"{name}: MB of state": found["after"] - found["before"],
        f"{name}: MB more while it read": found["peak"] - found["after"],
    }


async def acquire(room: str, bootstrap: str) -> dict[str, Any]:
    """The owner's side: a task opens."""
    made = ROOMS[room].make(Options())
    warm(made)
    task = PartitionTask(made, PARTITION, KafkaLog(Connection(bootstrap)), APP, transaction_seconds=60)
    reset_peak()
    before, began = megabytes(), time.monotonic()
    await task.open()
    seconds = time.monotonic() - began
    found = {"seconds": seconds, "before": before, "after": megabytes(), "peak": megabytes("VmHWM")}
    await task.close()
    return found


def megabytes(what: str = "VmRSS") -> int:
    """Resident now; or VmHWM, the most since the count began."""
    (line,) = [line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith(what)]
    return int(line.split()[1]) >> 10


def reset_peak() -> None:
    """The peak begins here: proc(5), clear_refs."""
    Path("/proc/self/clear_refs").write_text("5")


if __name__ == "__main__":
    print(json.dumps(asyncio.run(acquire(*sys.argv[1:]))), flush=True)
    os._exit(0)  # taking a window of a million apart is nobody's time
