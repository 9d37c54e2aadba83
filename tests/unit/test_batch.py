"""Deciding a batch: the event loop is never away for long, and one partition of a worker decides at a time."""

from __future__ import annotations

import asyncio
from collections import deque
from itertools import pairwise
from typing import Any

import pytest
from echo_driver import PARTITIONS, Echo, records, spec_of, topics_of

from pipeline.records import Decision, Record
from pipeline.runtime.log import batch
from pipeline.runtime.log.memory import MemoryLog
from pipeline.runtime.log.partition_task import PartitionTask
from pipeline.shard import Shard
from pipeline.topology import ROOMS, TOPICS

NAME = "echo-batch"
WORDS = ("one", "two", "three", "four")


class Watched(Echo):
    """An Echo that notes which partition it decides for."""

    def __init__(self) -> None:
        super().__init__(NAME)
        self.seen: list[object] = []

    def decide(self, state: Any, record: Record) -> Decision[Any]:
        self.seen.append(record.position.partition)
        return super().decide(state, record)


@pytest.fixture
def room(monkeypatch: pytest.MonkeyPatch) -> Watched:
    """A room of which each record takes longer than a slice."""
    for topic in topics_of(NAME):
        monkeypatch.setitem(TOPICS, topic.name, topic)
    monkeypatch.setitem(ROOMS, NAME, spec_of(NAME))
    monkeypatch.setattr(batch, "SLICE_SECONDS", -1.0)
    return Watched()


def input_of(partition: int) -> list[Record]:
    """The words, as records of the partition."""
    return [
        Record(position._replace(partition=partition), one.key, one.value, one.headers, one.timestamp_ms)
        for one in records(f"{NAME}.in", WORDS, 0)
        for position in [one.position]
    ]


def test_others_get_their_turns_between_two_records(room: Watched) -> None:
    """So that a response of the broker is not left lying until the batch is decided."""

    async def run() -> batch.DecidedBatch:
        others = asyncio.create_task(take_turns())
        found = await batch.decide(Shard(room, 1), deque(input_of(1)), lambda record, why: None)
        others.cancel()
        return found

    async def take_turns() -> None:
        while True:
            room.seen.append("turn")
            await asyncio.sleep(0)

    found = asyncio.run(run())
    assert found.source_offsets == [0, 1, 2, 3]
    decided = [index for index, what in enumerate(room.seen) if what == 1]
    between = [later - earlier - 1 for earlier, later in pairwise(decided)]
    assert between == [batch.SLICE_TURNS] * 3


@pytest.mark.parametrize(
    ("is_shared", "is_in_one_go"),
    [
        pytest.param(True, True, id="one worker: one after the other"),
        pytest.param(False, False, id="two workers: side by side"),
    ],
)
def test_one_partition_of_a_worker_decides_at_a_time(room: Watched, is_shared: bool, is_in_one_go: bool) -> None:
    """If they took turns, each would be late by the work of all, and every response by a slice of each."""
    log = MemoryLog(counts={topic.name: PARTITIONS for topic in topics_of(NAME)} | {"wire.dead": 4})
    lock = asyncio.Lock()

    async def run() -> None:
        tasks = [
            PartitionTask(room, number, log, "batch", 20, deciding=lock if is_shared else asyncio.Lock())
            for number in range(PARTITIONS)
        ]
        for task in tasks:
            await task.open()
        await asyncio.gather(*(task.commit(input_of(task.partition)) for task in tasks))
        assert [task.shard.position for task in tasks] == [3, 3]

    asyncio.run(run())
    changes = sum(before != after for before, after in pairwise(room.seen))
    assert (changes == 1) is is_in_one_go


def test_who_decides_slowly_does_not_hang(room: Watched) -> None:
    """Between two records it is told that they are decided, for each partition that decides or waits its turn."""
    log = MemoryLog(counts={topic.name: PARTITIONS for topic in topics_of(NAME)} | {"wire.dead": 4})
    lock, told = asyncio.Lock(), list[tuple[bool, ...]]()
    tasks: list[PartitionTask] = []

    def tell() -> None:
        told.append(tuple(task.is_deciding for task in tasks))

    async def run() -> None:
        tasks.extend(
            PartitionTask(room, number, log, "batch", 20, on_deciding=tell, deciding=lock)
            for number in range(PARTITIONS)
        )
        for task in tasks:
            await task.open()
        await asyncio.gather(*(task.commit(input_of(task.partition)) for task in tasks))

    asyncio.run(run())
    records_each = len(WORDS)
    assert told[1:records_each] == [(True, True)] * (records_each - 1)
    assert told[-records_each + 1 :] == [(False, True)] * (records_each - 1)
    assert not any(task.is_deciding for task in tasks)


@pytest.mark.parametrize("decided", range(1, len(WORDS)))
def test_a_batch_that_is_given_up_between_two_records_leaves_nothing(room: Watched, decided: int) -> None:
    """Neither in the log nor in memory: the batch is decided again from the journal, and written once."""
    log = MemoryLog(counts={topic.name: PARTITIONS for topic in topics_of(NAME)} | {"wire.dead": 4})

    async def run() -> None:
        task = PartitionTask(room, 1, log, "batch", 20)
        await task.open()
        commit = asyncio.create_task(task.commit(input_of(1)))
        while room.seen.count(1) < decided:
            await asyncio.sleep(0)
        commit.cancel()
        with pytest.raises(asyncio.CancelledError):
            await commit
        assert outputs() == []
        assert await task.commit(input_of(1)) == 0
        assert [word for _, word in task.shard.state.words] == list(WORDS[-3:])

    def outputs() -> list[str]:
        return [out.value.decode().split()[1] for outs in log.committed(f"{NAME}.out").values() for out in outs]

    asyncio.run(run())
    assert outputs() == list(WORDS)
