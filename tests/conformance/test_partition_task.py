"""How a partition task behaves on a log, Kafka's or the model's: the promises that a worker relies on."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import Any

import pytest
from echo_driver import EchoDriver, EchoState, opened_task

from pipeline.records import Out, Record
from pipeline.runtime.log import journal
from pipeline.runtime.log.journal import JournalLost
from pipeline.runtime.log.memory import MemoryLog
from pipeline.runtime.log.partition_task import PartitionTask
from pipeline.runtime.log.port import Bounds, Log, NoPartition, TopicPartition, Writer
from pipeline.shard import BARRIER, JOURNAL_VERSION, UnknownJournal
from pipeline.topology import TOPICS
from tests.waiting import SECONDS


@pytest.fixture
def _tiny(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in (("CHECKPOINT_RECORDS", 1), ("TRIM_RECORDS_MIN", 4), ("KEPT_RECORDS_MIN", 1)):
        monkeypatch.setattr(journal, name, value)


async def raw_journal(driver: EchoDriver, value: bytes) -> None:
    """Write a value into the journal, past the task."""
    writer = await driver.log.acquire(driver.transactional_id)
    await writer.begin()
    await writer.produce([Out(driver.journal.topic, b"", value, (), driver.journal.partition)])
    await writer.commit()
    await writer.close()


def test_written_when_commit_returns(driver: EchoDriver) -> None:
    """After a commit every reader sees the outputs, and a successor goes on after it with the same state."""

    async def run(batch: list[Record]) -> tuple[PartitionTask, PartitionTask]:
        task = await opened_task(driver)
        assert await task.commit(batch) == 0
        successor = await opened_task(driver)
        await task.close()
        return task, successor

    task, successor = driver.run(run(driver.input("one", "two", "three")))
    assert driver.out() == ["0 one", "1 two", "2 three"]
    assert (successor.shard.position, successor.shard.state) == (2, task.shard.state)


def test_done_before_is_not_done_again(driver: EchoDriver) -> None:
    """Redelivered records, whole batches or the head of one, leave no trace."""

    async def run(batch: list[Record]) -> None:
        task = await opened_task(driver)
        for part in (batch[:2], batch[:2], batch):
            await task.commit(part)

    driver.run(run(driver.input("one", "two", "three")))
    assert driver.out() == ["0 one", "1 two", "2 three"]


def test_a_zombie_is_fenced(driver: EchoDriver) -> None:
    """A task that lost its partition unawares writes nothing, gives it up and asks the group; the owner writes."""

    async def run(batch: list[Record]) -> None:
        zombie, asked = await opened_task(driver), list[bool]()
        zombie.on_fenced = lambda: asked.append(zombie.ready)
        await zombie.commit(batch[:1])
        owner = await opened_task(driver)
        assert await zombie.commit(batch[1:]) is None
        assert asked == [False]
        await zombie.reacquire_if_lost()
        assert await zombie.commit(batch[1:]) is None
        assert await owner.commit(batch[1:]) == 0
        await zombie.close()

    driver.run(run(driver.input("one", "two")))
    assert driver.out() == ["0 one", "1 two"]


def test_fenced_by_nobody_else(driver: EchoDriver) -> None:
    """A task that is fenced, and has its partition still, goes on once it is opened again; nothing twice."""

    async def run(batch: list[Record]) -> None:
        task = await opened_task(driver)
        await task.commit(batch[:1])
        await (await driver.log.acquire(driver.transactional_id)).close()
        assert await task.commit(batch) is None
        await task.open()
        assert await task.commit(batch) == 0
        await task.close()

    driver.run(run(driver.input("one", "two")))
    assert driver.out() == ["0 one", "1 two"]


@dataclass
class Overtaken:
    """A log in which another takes the id after each acquisition, once it `overtakes`."""

    log: Log
    overtakes: bool = False

    def __getattr__(self, name: str) -> Any:
        return getattr(self.log, name)

    async def acquire(self, transactional_id: str) -> Writer:
        writer = await self.log.acquire(transactional_id)
        if self.overtakes:
            await (await self.log.acquire(transactional_id)).close()
        return writer


@pytest.mark.usefixtures("_tiny")
@pytest.mark.parametrize("what", ["trim", "reset_breaker", "reacquire_if_lost", "open"])
def test_fenced_in_whatever_it_writes(driver: EchoDriver, what: str) -> None:
    """None of its writes ends a fenced task: it gives the partition up, and asks the group once."""

    async def run(batch: list[Record]) -> None:
        driver.log = log = Overtaken(driver.log)
        task, asked = await opened_task(driver), list[bool]()
        task.on_fenced = lambda: asked.append(task.ready)
        for one in batch:
            await task.commit([one])
        log.overtakes = True
        if what == "reacquire_if_lost":
            await task.ownership.release()
        else:
            await (await driver.log.acquire(driver.transactional_id)).close()
        await getattr(task, what)()
        assert (asked, task.ready) == ([False], False)

    driver.run(run(driver.input(*"abcdefgh")))


@pytest.mark.parametrize(("word", "reason"), [("bad", b"malformed"), ("big", b"too-large")])
def test_dead_letters(driver: EchoDriver, word: str, reason: bytes) -> None:
    """A poison record, or one whose output is too large, goes to wire.dead with the rest of its batch."""

    async def run(batch: list[Record]) -> int | None:
        task = await opened_task(driver)
        died = await task.commit(batch)
        return died

    assert driver.run(run(driver.input("one", word, "two"))) == 1
    assert driver.out() == ["0 one", "2 two"]
    letters = [dict(record.headers) for record in driver.read("wire.dead")]
    ours = [letter for letter in letters if letter["dead-topic"] == driver.room.source.encode()]
    assert [(letter["dead-reason"], letter["dead-offset"]) for letter in ours] == [(reason, b"1")]


@pytest.mark.parametrize(
    ("value", "message"),
    [
        (
            bytes([JOURNAL_VERSION + 1]) + b"new",
            f"version {JOURNAL_VERSION + 1}; this Wiredesk reads version {JOURNAL_VERSION}",
        ),
        (bytes([JOURNAL_VERSION]) + b"\xff", "is damaged"),
        (b"", "version none"),
    ],
)
def test_a_journal_that_cannot_be_read(driver: EchoDriver, value: bytes, message: str) -> None:
    """Another version's record, or a damaged one, is refused with its remedy; nothing is written over it."""

    async def run() -> None:
        await raw_journal(driver, value)
        task = driver.new_task()
        with pytest.raises(UnknownJournal, match=message):
            await task.open()
        assert not task.ready

    driver.run(run())
    # The version that wrote it can read all of it still.
    assert [record.value for record in driver.read(driver.journal.topic)] == [value, BARRIER]


def test_a_stale_batch_is_left_alone(driver: EchoDriver) -> None:
    """A batch of an older generation, or one that comes after the partition was taken, is nobody's: None."""

    async def run(batch: list[Record]) -> None:
        task = await opened_task(driver)
        assert await task.commit(batch, lambda: True) is None
        closing, late = asyncio.create_task(task.close()), asyncio.create_task(task.commit(batch))
        await closing
        assert await late is None

    driver.run(run(driver.input("one")))
    assert driver.out() == []


def test_stop_in_the_middle_of_a_batch(driver: EchoDriver) -> None:
    """A stop lets the running transaction end, and then ends."""

    async def run(batch: list[Record]) -> None:
        task = await opened_task(driver)
        running = asyncio.create_task(task.commit(batch))
        await asyncio.sleep(0)
        async with asyncio.timeout(SECONDS):
            await task.close()
        assert await running == 0

    driver.run(run(driver.input("one", "two")))
    assert driver.out() == ["0 one", "1 two"]


@pytest.mark.parametrize("lives_on", [True, False])
def test_a_write_past_its_deadline(driver: EchoDriver, lives_on: bool) -> None:
    """Nothing of a transaction that takes too long is seen; its owner does it again, or its successor."""

    async def run(batch: list[Record]) -> None:
        task, late = await opened_task(driver), asyncio.Event()
        task.on_retry = late.set
        task.transaction_seconds = 0
        if isinstance(driver.log, MemoryLog):
            driver.log.step = lambda name: asyncio.sleep(0)
        writing = asyncio.create_task(task.commit(batch))
        await late.wait()
        assert driver.out() == []
        if lives_on:
            task.transaction_seconds = 20
            await writing
        else:
            await task.close()
            assert await writing is None
            await (await opened_task(driver)).commit(batch)

    driver.run(run(driver.input("one", "two")))
    assert driver.out() == ["0 one", "1 two"]


@pytest.mark.usefixtures("_tiny")
def test_a_trim_keeps_what_recovery_needs(driver: EchoDriver) -> None:
    """The journal behind the window is deleted, what outlives it is copied; a successor has the same state."""
    words = ["one", "TWO", "three", "four", "five", "SIX", "seven", "eight", "nine", "ten", "eleven", "twelve"]

    async def run(batch: list[Record]) -> tuple[int, EchoState, EchoState]:
        task = await opened_task(driver)
        for record in batch:
            await task.commit([record])
            await task.trim()
        ((start, _),) = await driver.log.bounds(driver.journal)
        successor = await opened_task(driver)
        await task.close()
        return start, task.shard.state, successor.shard.state

    start, living, rebuilt = driver.run(run(driver.input(*words)))
    assert start > len(words)
    assert living == rebuilt
    assert {word for _, word in rebuilt.words} >= {"TWO", "SIX"}


@pytest.mark.usefixtures("_tiny")
def test_memory_of_an_earlier_assignment(driver: EchoDriver) -> None:
    """A partition that comes back, after another owner has trimmed past what we knew, is read from the start."""

    async def run(batch: list[Record]) -> None:
        first = await opened_task(driver)
        await first.commit(batch[:3])
        await first.close()
        second = await opened_task(driver)
        for record in batch[3:]:
            await second.commit([record])
            await second.trim()
        await second.close()
        ((start, _),) = await driver.log.bounds(driver.journal)
        assert start > first.journal.end
        await first.open()
        assert first.shard.state == second.shard.state

    words = ["one", "TWO", "three", "-TWO", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"]
    driver.run(run(driver.input(*words)))


def test_an_output_with_fewer_partitions(driver: EchoDriver, monkeypatch: pytest.MonkeyPatch) -> None:
    """A topic that has not the partitions it must have stops the room before anything is written."""

    class Far(type(driver.room)):  # type: ignore[misc]  # the test's own room, whose output points elsewhere
        def decide(self, state: EchoState, record: Record) -> object:
            decision = super().decide(state, record)
            (out,) = decision.outputs
            return type(decision)(decision.change, (Out(out.topic, out.key, out.value, (), 7),))

    driver.room = Far(driver.room.name)

    async def run(batch: list[Record]) -> None:
        task = await opened_task(driver)
        with pytest.raises(NoPartition, match="has no partition 7"):
            await task.commit(batch)

    driver.run(run(driver.input("one")))
    assert driver.room.target in TOPICS
    assert driver.out() == []


@dataclass
class CutOff:
    """A log behind a broker that was cut off: for a while it names the ends of then; it loses no write."""

    log: Log
    answers_left: int
    ends: dict[TopicPartition, Bounds] = field(default_factory=dict)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.log, name)

    async def bounds(self, *tps: TopicPartition) -> list[Bounds]:
        self.answers_left -= 1
        now = await self.log.bounds(*tps)
        old = [self.ends.setdefault(tp, bounds) for tp, bounds in zip(tps, now, strict=True)]
        return old if self.answers_left >= 0 else now


def test_a_deposed_leader_names_the_journals_end(driver: EchoDriver) -> None:
    """A new owner that is told an old end has read all the same what its predecessor decided since then."""

    async def run(batch: list[Record]) -> None:
        old = CutOff(driver.log, answers_left=4)
        first = await opened_task(driver)
        await old.bounds(driver.journal)
        await first.commit(batch[:2])
        driver.log = old
        successor = await opened_task(driver)
        assert (successor.shard.position, old.answers_left < 0) == (1, True)
        await successor.commit(batch)

    driver.run(run(driver.input("one", "two", "three")))
    assert driver.out() == ["0 one", "1 two", "2 three"]


@pytest.mark.parametrize("reads_again", [True, False])
def test_an_input_that_was_created_again(driver: EchoDriver, reads_again: bool) -> None:
    """Its first records look as if they were done.  A worker that lives on does not skip them: it is refused."""

    async def run(batch: list[Record]) -> None:
        task = await opened_task(driver)
        await task.commit(batch)
        task._topic_ids[driver.room.source] = "the id of the former one"
        with pytest.raises(JournalLost, match=r"in is another topic than before: it was deleted and created again"):
            await (task.commit(batch[:1]) if reads_again else task.open())

    driver.run(run(driver.input("one", "two")))


def test_another_journal_of_the_same_name(driver: EchoDriver) -> None:
    """What is written where something else was read before is not committed: the topic was created again."""

    async def run(batch: list[Record]) -> None:
        task = await opened_task(driver)
        task.journal.end += 100  # as if the topic had been longer
        with pytest.raises(JournalLost, match="created again, or another cluster answers"):
            await task.commit(batch)
        task.journal.end += 100
        with pytest.raises(JournalLost, match="created again, or another cluster answers"):
            await task.open()

    driver.run(run(driver.input("one")))
    assert driver.out() == []
