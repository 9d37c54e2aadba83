"""Workers of one room, one after the other, over the model of the log: a new one after each crash."""

from __future__ import annotations

import logging
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import pytest
import sample_stream
import structlog
from boundaries import Boundaries, Crash, WatchedRoom

import pipeline.alert.room
import pipeline.deliver.room
import pipeline.items.item
import pipeline.route.room
from pipeline.items.model import parse
from pipeline.records import Out, Record, Room
from pipeline.runtime.log import journal, markers, retry
from pipeline.runtime.log.memory import MemoryLog
from pipeline.runtime.log.memory_state import Partition, WrittenRecord
from pipeline.runtime.log.partition_task import PartitionTask
from pipeline.runtime.log.port import ConnectionLost, Outcome, TopicPartition
from pipeline.topology import ROOMS, Options

BATCH_RECORDS = 3
PAGE_RECORDS = 4  # of a journal read back, so that a recovery has several steps
ATTEMPTS_MAX = 10
Topics = dict[str, dict[int, list[Out]]]
parse_once = cache(parse)  # an item depends on its bytes alone, and is frozen: hundreds of workers read it


@contextmanager
def tiny_journals() -> Iterator[None]:
    """Trims as soon as something can be trimmed, down to the last record; windows that the stream outlives."""
    with sample_stream.small_tables(), pytest.MonkeyPatch.context() as patch:
        for name, value in (("CHECKPOINT_RECORDS", 1), ("TRIM_RECORDS_MIN", 2), ("KEPT_RECORDS_MIN", 1)):
            patch.setattr(journal, name, value)
        patch.setattr(pipeline.alert.room, "JOURNAL_RECORDS", 6)
        patch.setattr(pipeline.route.room, "JOURNAL_RECORDS", 6)
        patch.setattr(pipeline.deliver.room, "JOURNAL_RECORDS", 6)
        patch.setattr(markers, "POLL_SECONDS", 0)
        patch.setattr(retry, "PAUSE_SECONDS_MIN", 0)
        patch.setattr(pipeline.items.item, "parse", parse_once)
        before = structlog.get_config()
        structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
        yield
        structlog.configure(**before)


@cache
def made(name: str) -> Room[Any, Any]:
    """The room; it is stateless itself, so all workers share it."""
    return ROOMS[name].make(Options())


def model(room: str, boundaries: Boundaries) -> MemoryLog:
    """A log that holds the whole input of the room."""
    log = MemoryLog(step=boundaries.step, page_records=PAGE_RECORDS)
    sent = WrittenRecord("publisher", Out("", b"", b""), Outcome.COMMITTED)
    for partition, records in sample_stream.read_by(room).items():
        slots = log.partitions.setdefault(TopicPartition(ROOMS[room].source, partition), Partition()).slots
        slots.extend([sent] * (records[-1].position.offset + 1))
    return log


@dataclass
class CrashDriver:
    """Runs workers over one partition of a room, a new one after each crash."""

    room: str
    partition: int
    deadly: Collection[int] = ()
    end: int | None = None  # of the records that are read; None: all
    crashes: int = 0
    last: PartitionTask | None = None
    boundaries: Boundaries = field(init=False)
    log: MemoryLog = field(init=False)

    def __post_init__(self) -> None:
        self.boundaries = Boundaries(self.deadly)
        self.log = model(self.room, self.boundaries)
        self.watched = WatchedRoom(made(self.room), self.boundaries)

    async def work(self) -> Topics:
        """From the first assignment to the end of the input; what a reader then finds."""
        for _ in range(ATTEMPTS_MAX):
            try:
                await self._run_worker()
                break
            except Crash:
                self.crashes += 1
        else:
            raise AssertionError(f"no end after {ATTEMPTS_MAX} workers")
        for transactional_id in self.log.coordinators:
            self.log.settle(transactional_id)
        return seen(self.log, self.room)

    async def _run_worker(self) -> None:
        """Run one worker: open, commit and trim to the end of the input, close."""
        at, task = self.boundaries.at, self.new_task()
        self.last = task
        at("assign")
        await task.open()
        at("assigned")
        while batch := after(self.records, task.shard.position):
            await task.commit(batch)
            at("ack")
            self.log.groups[task.group, self.source] = task.shard.position + 1
            at("acked")
            with suppress(ConnectionLost):  # another time, as the worker's timers do
                await task.reacquire_if_lost()
                await task.trim()
        await task.close()

    def journal_bytes(self) -> bytes:
        """All that a reader still finds in the journal."""
        stored = self.log.partitions[TopicPartition(ROOMS[self.room].journal, self.partition)]
        return b"".join(slot.out.value for slot in stored.slots[stored.start :] if slot)

    async def memories(self) -> list[tuple[object, ...]]:
        """The state of the last worker, and the state that a successor rebuilds from the journal."""
        assert self.last is not None
        self.boundaries.deadly = ()
        successor = self.new_task()
        await successor.open()
        return [
            (shard.position, shard.applied, shard.room.digest(shard.state))
            for shard in (self.last.shard, successor.shard)
        ]

    def new_task(self) -> PartitionTask:
        return PartitionTask(self.watched, self.partition, self.log, "crash", transaction_seconds=30)

    @property
    def source(self) -> TopicPartition:
        return TopicPartition(ROOMS[self.room].source, self.partition)

    @property
    def records(self) -> Sequence[Record]:
        return sample_stream.read_by(self.room)[self.partition][: self.end]


def after(records: Sequence[Record], position: int) -> list[Record]:
    """The next batch.  It begins with a record that was done: Faust's committed offset trails the journal."""
    first = next((at for at, record in enumerate(records) if record.position.offset > position), None)
    return [] if first is None else list(records[max(0, first - 1) : first + BATCH_RECORDS])


def seen(log: MemoryLog, room: str) -> Topics:
    """What readers of committed records see of all that the room writes."""
    return {topic: log.committed(topic) for topic in (*ROOMS[room].writes, "wire.dead")}
