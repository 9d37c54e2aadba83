"""What exactly-once costs: a room with transactions against the same room without, by records a batch.

    python -m benchmarks transactions [--full]

A real broker; one partition of a room, driven by its task as a worker drives it, over the input that real
articles bring.  *Without* is the same task, outputs and journal, its producer idempotent but not transactional.
The runs alternate; the ratio is of medians.  A batch is what arrives in WIREDESK_PACE_MS, or while the last
transaction ran: at 100 records a second and 20 ms, two; behind a backlog, WIREDESK_BATCH_RECORDS (500).  There is
no linger to choose: a batch is handed to the producer whole.
"""

from __future__ import annotations

import asyncio
import tempfile
import time
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path
from statistics import median

from aiokafka import AIOKafkaProducer

from benchmarks.replay import STEP_MS, articles, sent
from pipeline import settings as settings_
from pipeline.partitioner import partition_of
from pipeline.records import Record
from pipeline.replay import EPOCH_MS, Replay
from pipeline.runtime.embedded.broker import Broker
from pipeline.runtime.kafka import topics
from pipeline.runtime.kafka.log import KafkaLog
from pipeline.runtime.kafka.writer import BATCH_BYTES, KafkaWriter
from pipeline.runtime.log.partition_task import PartitionTask
from pipeline.topology import RAW_BYTES_MAX, ROOMS, Options

MEASURED = ("resolve", "dedupe")
BATCHES = (2, 10, 50, 500, 2_000)
RECORDS, RECORDS_SHORT = 4_000, 1_000
TRANSACTIONS_MAX = 300  # of a run: small batches need no thousand records to be measured
ROUNDS, ROUNDS_SHORT = 5, 3
PARTITION = partition_of(b"en")


class Plain(KafkaWriter):
    """Writes the same, and begins and commits nothing."""

    async def begin(self) -> None:
        pass

    async def commit(self) -> None:
        pass


def run(short: bool) -> dict[str, object]:
    """Records a second with and without, and the ratio, by room and batch.  Raises Missing."""
    count, rounds = (RECORDS_SHORT, ROUNDS_SHORT) if short else (RECORDS, ROUNDS)
    inputs = read_by_rooms(count)
    figures: dict[str, object] = {}
    with (
        tempfile.TemporaryDirectory(prefix="wiredesk-bench-") as folder,
        Broker(Path(folder, "broker"), cache=settings_.load().cache_dir) as broker,
    ):
        topics.create(broker.connection)
        log = KafkaLog(broker.connection)
        for room, records in inputs.items():
            for size in BATCHES:
                chosen = records[: size * TRANSACTIONS_MAX]
                figures |= figures_of(room, size, asyncio.run(measured(log, room, chosen, size, rounds)))
    return figures


def read_by_rooms(count: int) -> dict[str, list[Record]]:
    """The input of the measured rooms' English partition."""
    replay = Replay()
    for number, data in enumerate(islice(articles("background_4000"), count)):
        time_ms = EPOCH_MS + number * STEP_MS
        replay.publish(sent(data, number, time_ms), time_ms)
    return {
        room: [record for record in replay.log[ROOMS[room].source] if record.position.partition == PARTITION]
        for room in MEASURED
    }


async def measured(log: KafkaLog, room: str, records: list[Record], size: int, rounds: int) -> dict[str, float]:
    """Records a second, by way."""
    seconds: dict[str, list[float]] = {"with": [], "without": []}
    for _ in range(rounds):
        for way, taken in seconds.items():
            writer = await log.acquire("bench") if way == "with" else await plain(log)
            taken.append(await drive(log, room, writer, batches(records, size)))
    return {way: len(records) / median(taken) for way, taken in seconds.items()}


async def plain(log: KafkaLog) -> Plain:
    producer = AIOKafkaProducer(
        **log.connection.arguments(),
        enable_idempotence=True,
        linger_ms=0,
        max_batch_size=BATCH_BYTES,
        max_request_size=RAW_BYTES_MAX,
    )
    await producer.start()
    return Plain(producer)


async def drive(log: KafkaLog, room: str, writer: KafkaWriter, work: Iterator[Sequence[Record]]) -> float:
    """Seconds for all of it."""
    task = PartitionTask(ROOMS[room].make(Options()), PARTITION, log, "bench", transaction_seconds=60)
    task.ownership.writer, task.ready = writer, True  # as if opened, with an empty journal: each run starts over
    began = time.monotonic()
    for batch in work:
        await task.commit(batch)
    seconds = time.monotonic() - began
    await task.close()
    return seconds


def batches(records: list[Record], size: int) -> Iterator[Sequence[Record]]:
    return (records[at : at + size] for at in range(0, len(records), size))


def figures_of(room: str, size: int, found: dict[str, float]) -> dict[str, object]:
    name = f"{room}, batches of {size}"
    return {
        f"{name}: records/s with transactions": round(found["with"]),
        f"{name}: records/s without": round(found["without"]),
        f"{name}: ratio": round(found["with"] / found["without"], 2),
    }
