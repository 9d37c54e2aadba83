"""Memory and journal of a partition: a failed write leaves no trace in memory, a trim deletes nothing too early."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

import pytest
from echo_driver import PARTITIONS, Echo, records, spec_of, topics_of

from pipeline.records import Out
from pipeline.runtime.log import journal, partition_task
from pipeline.runtime.log.memory import MemoryLog
from pipeline.runtime.log.memory_state import Transaction, WrittenRecord
from pipeline.runtime.log.partition_task import PartitionTask
from pipeline.runtime.log.port import Outcome, TopicPartition
from pipeline.shard import BARRIER, Shard
from pipeline.topology import ROOMS, TOPICS, journal_topic
from tests.logged import logged_by
from tests.waiting import eventually_async

NAME = "echo-durability"
SOURCE, JOURNAL = TopicPartition(f"{NAME}.in", 1), TopicPartition(journal_topic(NAME), 1)
WORDS = ["one", "TWO", "bad", "four", "five", "SIX", "seven", "eight", "nine", "ten"]
RECORDS = records(SOURCE.topic, WORDS, 0)
DONE = 8  # records that are committed before the write that fails
OWN_RECORDS = 3  # of the journal: two barriers, and what says that it is complete
PAGES = ["recovering"] * (DONE + OWN_RECORDS)  # each a record and its marker; the last one a barrier alone
LATE_SECONDS = 0.02
LONG_SECONDS = 3_600.0  # no recovery here takes so long, however slow the machine is


class WriteFailed(Exception):
    """The broker does not answer."""


@pytest.fixture(autouse=True)
def _echo_with_a_small_journal(monkeypatch: pytest.MonkeyPatch) -> None:
    for topic in topics_of(NAME):
        monkeypatch.setitem(TOPICS, topic.name, topic)
    monkeypatch.setitem(ROOMS, NAME, spec_of(NAME))
    for name, value in (("CHECKPOINT_RECORDS", 1), ("TRIM_RECORDS_MIN", 4), ("KEPT_RECORDS_MIN", 1)):
        monkeypatch.setattr(journal, name, value)


def partition_counts() -> dict[str, int]:
    return {topic.name: PARTITIONS for topic in topics_of(NAME)} | {"wire.dead": 4}


@dataclass
class EchoLog(MemoryLog):
    """A log that holds the room's input, and reads a journal back two records at a time."""

    counts: dict[str, int] = field(default_factory=partition_counts)
    page_records: int = 2

    def __post_init__(self) -> None:
        sent = WrittenRecord("publisher", Out("", b"", b""), Outcome.COMMITTED)
        self.partition(SOURCE).slots.extend([sent] * len(RECORDS))

    def fail_at(self, step: str, count: int) -> None:
        """Fail at the count-th step of that name from now on, and at no other."""
        left = count

        async def on_step(name: str) -> None:
            nonlocal left
            left -= name == step
            if name == step and left == 0:
                raise WriteFailed

        self.step = on_step


def new_task(log: MemoryLog) -> PartitionTask:
    return PartitionTask(Echo(NAME), 1, log, "durability", transaction_seconds=20)


async def opened(log: MemoryLog) -> PartitionTask:
    task = new_task(log)
    await task.open()
    return task


async def worked(log: MemoryLog) -> PartitionTask:
    """A task that owns the partition and has done the first records, one by one."""
    task = await opened(log)
    for record in RECORDS[:DONE]:
        await task.commit([record])
    return task


def known(shard: Shard) -> tuple[object, ...]:
    """All that a shard knows."""
    return shard.position, shard.applied, shard.complete_from, list(shard.recent), shard.state


WRITES: dict[str, tuple[Callable[[PartitionTask], Awaitable[object]], str, int]] = {  # what fails, at which step
    "a batch at its first record": (lambda task: task.commit(RECORDS[DONE:]), "produced", 1),
    "a batch at its commit": (lambda task: task.commit(RECORDS[DONE:]), "commit", 1),
    "a trim at what it copies": (lambda task: task.trim(), "produce", 1),
    "a trim at its own record": (lambda task: task.trim(), "produce", 2),
    "a reset of the breaker": (lambda task: task.reset_breaker(), "produce", 1),
}


@pytest.mark.parametrize("write", WRITES)
def test_memory_that_is_ahead_of_the_journal_is_rebuilt(write: str) -> None:
    """A task whose write failed, opened again, knows what its journal says; what was not written is done then."""
    operation, step, count = WRITES[write]
    log = EchoLog()

    async def run() -> None:
        task = await worked(log)
        log.fail_at(step, count)
        with pytest.raises(WriteFailed):
            await operation(task)
        await task.open()
        successor = await opened(log)
        assert known(task.shard) == known(successor.shard)
        await successor.commit(RECORDS)

    asyncio.run(run())
    written = [out.value.split()[1] for outs in log.committed(f"{NAME}.out").values() for out in outs]
    assert written == [record.value for record in RECORDS if record.value != b"bad"]


def test_a_recovery_that_failed_half_way_starts_over() -> None:
    """What it had read of the journal is not applied a second time."""

    async def run() -> None:
        log = EchoLog()
        await worked(log)
        task = new_task(log)
        log.fail_at("read", 5)
        with pytest.raises(WriteFailed):
            await task.open()
        assert task.shard.position > 0
        await task.open()
        assert known(task.shard) == known((await opened(log)).shard)

    asyncio.run(run())


def test_a_new_journal_begins_once() -> None:
    """Guard: who opens a room that has not worked yet says that its journal is whole, and no successor does."""

    async def run() -> None:
        log = EchoLog()
        for _ in range(2):
            await opened(log)
        written = [out.value for out in log.committed(JOURNAL.topic)[1]]
        assert written == [BARRIER, Shard(Echo(NAME), 1).completeness_record(0), BARRIER]

    asyncio.run(run())


def test_a_recovery_knows_the_same_cuts() -> None:
    """Guard: a successor can trim where its predecessor could."""

    async def run() -> None:
        log = EchoLog()
        task = await worked(log)
        assert len(task.journal.checkpoints) == DONE
        assert (await opened(log)).journal.checkpoints == task.journal.checkpoints

    asyncio.run(run())


def test_a_partition_that_comes_back_is_not_read_anew() -> None:
    """Guard: memory that has all that the journal has is kept."""

    async def run() -> None:
        task = await worked(EchoLog())
        shard = task.shard
        await task.close()
        await task.open()
        assert task.shard is shard

    asyncio.run(run())


def test_a_task_does_not_read_what_it_wrote() -> None:
    """Guard: where the journal ends behind a batch.  A record that is read again would be applied twice."""

    async def run() -> None:
        log = EchoLog()
        task = await opened(log)
        await task.commit(RECORDS[:2])
        await task.close()
        await task.open()
        assert known(task.shard) == known((await opened(log)).shard)

    asyncio.run(run())


@pytest.mark.parametrize(
    ("records_min", "seconds", "lines"),
    [(len(PAGES) - 1, LONG_SECONDS, ["recovered"]), (len(PAGES), LONG_SECONDS, []), (len(PAGES), -1.0, PAGES)],
)
def test_a_long_recovery_is_reported(
    records_min: int, seconds: float, lines: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A line whenever so many seconds have passed; one at its end, if it has read more than so many records."""
    monkeypatch.setattr(partition_task, "REPORTED_RECORDS_MIN", records_min)
    monkeypatch.setattr(partition_task, "PROGRESS_SECONDS", seconds)

    async def run() -> None:
        log = EchoLog()
        await worked(log)
        with logged_by(partition_task) as captured:
            await opened(log)
        assert [line["event"] for line in captured] == lines
        assert all(0 <= line["seconds"] < LONG_SECONDS for line in captured if line["event"] == "recovered")

    asyncio.run(run())


@dataclass
class LateMarkers(EchoLog):
    """Answers a commit before the markers of the journal are written, as Kafka does."""

    late: int = 0  # markers that are still to be written

    def write_marker(self, transaction: Transaction, tp: TopicPartition) -> None:
        if tp != JOURNAL:
            super().write_marker(transaction, tp)
            return
        del transaction.without_marker[tp]
        self.late += 1
        asyncio.get_running_loop().call_later(LATE_SECONDS, self._write_late, transaction)

    async def has_all_markers(self) -> bool:
        return not self.late

    def _write_late(self, transaction: Transaction) -> None:
        self.late -= 1
        self.partition(JOURNAL).end(transaction.writer, transaction.outcome)


def test_nothing_is_deleted_before_its_copy_can_be_read() -> None:
    """Whenever a trim has deleted, a reader of committed records finds all that the room still needs."""
    log, trims = LateMarkers(), 0

    async def on_step(name: str) -> None:
        nonlocal trims
        if name == "begin":  # the coordinator takes no new transaction before
            await eventually_async(log.has_all_markers, every=LATE_SECONDS / 4)
        if name == "deleted":
            trims += 1
            reader = Shard(Echo(NAME), 1)
            for out in log.committed(JOURNAL.topic)[1]:
                reader.restore(out.value)
            assert reader.complete_from == log.partition(JOURNAL).start
            assert (reader.position, reader.state) == (task.shard.position, task.shard.state)

    log.step = on_step
    task = new_task(log)

    async def run() -> None:
        await task.open()
        for record in RECORDS:
            await task.commit([record])
            await task.trim()

    asyncio.run(run())
    assert trims
