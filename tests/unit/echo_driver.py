"""The Echo room and its driver: for tests of a partition task over either log."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Coroutine, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Any, TypeVar

import msgspec

from pipeline import topology
from pipeline.envelope import TYPE, RecordType
from pipeline.records import JOURNAL_BYTES_MAX, Decision, Out, Position, Reason, Record, Rejected, Room
from pipeline.runtime.log.partition_task import PartitionTask
from pipeline.runtime.log.port import Log, TopicPartition
from pipeline.topology import Topic, journal_topic

PARTITIONS = 2
T = TypeVar("T")


class EchoChange(msgspec.Struct, frozen=True, array_like=True):
    """The word that Echo remembers."""

    word: str


@dataclass
class EchoState:
    """All words so far, and those that are never forgotten."""

    words: list[tuple[int, str]] = field(default_factory=list)


class Echo(Room[EchoState, EchoChange]):
    """Writes offset, word and known words; it rejects `bad`, and writes too much for `big`.

    It needs its last `window` words; a word in capitals outlives the window.
    """

    change_type = EchoChange

    def __init__(self, name: str, window: int = 3) -> None:
        self.name = name  # type: ignore[misc]  # of the class in a room's contract; here one a test
        self.source, self.target = f"{name}.in", f"{name}.out"
        self.window = window

    def open(self) -> EchoState:
        return EchoState()

    def on_item(self, state: EchoState, record: Record) -> Decision[EchoChange]:
        word = record.value.decode()
        if word == "bad":
            raise Rejected(Reason.MALFORMED, "it is bad")
        value = f"{record.position.offset} {word} {known(state)}".encode()
        return Decision(
            EchoChange(word), (Out(self.target, b"k", value * (2_000_000 if word == "big" else 1), (), 1),)
        )

    def apply(self, state: EchoState, change: EchoChange, offset: int) -> None:
        lasting = [(at, word) for at, word in state.words if lasts(word) and word != change.word.lstrip("-")]
        passing = [(at, word) for at, word in state.words if not lasts(word)]
        state.words = sorted([*lasting, *passing[-self.window + 1 :], (offset, change.word)])

    def floor(self, state: EchoState, offset: int) -> int:
        return next((at for at, word in state.words if not lasts(word)), offset + 1)

    def carry(self, state: EchoState, before: int) -> Iterator[EchoChange]:
        return iter([EchoChange(word) for at, word in state.words if lasts(word) and at < before])


def lasts(word: str) -> bool:
    """Whether a word outlives the window: in capitals; the same with a dash before it ends that."""
    return word.isalpha() and word.isupper()


def known(state: EchoState) -> str:
    """The words that a state knows, sorted: a carry gives them another offset."""
    return " ".join(sorted(word for _, word in state.words))


@dataclass
class EchoDriver:
    """A room on a log, with its topics; `read` sees what an independent reader sees."""

    log: Log
    room: Echo
    read: Callable[[str], list[Record]]
    send: Callable[[str, Sequence[str]], None]  # words into partition 1 of a topic
    hint: Callable[[str, TopicPartition, int], None]  # a group commits an offset, as Faust does
    hasty: Log  # the same, but a transaction that stays open is aborted soon
    pass_timeout: Callable[[str], None]  # let so much time pass that the id's open transaction is aborted
    # a context in which the task's transactions get no marker in these partitions; then the connection breaks
    losing: Callable[[PartitionTask, Collection[TopicPartition]], AbstractContextManager[None]]

    sent: tuple[str, ...] = ()
    tasks: list[PartitionTask] = field(default_factory=list)

    def new_task(self, seconds: float = 20) -> PartitionTask:
        """A worker's task of partition 1; `run` closes it at the end."""
        self.tasks.append(PartitionTask(self.room, 1, self.log, "conformance", seconds))
        return self.tasks[-1]

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        """Do the work in a loop of its own."""

        async def whole() -> T:
            try:
                return await work
            finally:
                for task in self.tasks:
                    await task.close()

        return asyncio.run(whole())

    @property
    def transactional_id(self) -> str:
        return f"conformance.{self.room.name}-1"

    @property
    def journal(self) -> TopicPartition:
        return TopicPartition(journal_topic(self.room.name), 1)

    def input(self, *words: str) -> list[Record]:
        """The words, sent to partition 1 of the room's input, as records."""
        self.send(self.room.source, words)
        self.sent += words
        first = len(self.sent) - len(words)
        return records(self.room.source, words, first)

    def out(self) -> list[str]:
        """What was published: offset and word."""
        return [" ".join(record.value.decode().split()[:2]) for record in self.read(self.room.target)]


def records(topic: str, words: Sequence[str], first: int) -> list[Record]:
    """Records of partition 1 with these words, from offset `first` on."""
    return [
        Record(Position(topic, 1, offset), b"k", word.encode(), ((TYPE, RecordType.ITEM.encode()),), 0)
        for offset, word in enumerate(words, first)
    ]


async def opened_task(driver: EchoDriver, seconds: float = 20) -> PartitionTask:
    """A task that owns the partition."""
    task = driver.new_task(seconds)
    await task.open()
    return task


def topics_of(name: str) -> list[Topic]:
    """The topics of an Echo of that name."""
    rows = ((f"{name}.in", 1_048_576), (f"{name}.out", 1_048_576), (journal_topic(name), JOURNAL_BYTES_MAX))
    return [Topic(topic, "a test", -1, PARTITIONS, max_message_bytes=size) for topic, size in rows]


def spec_of(name: str) -> topology.RoomSpec:
    """An Echo's row in ROOMS."""
    return topology.RoomSpec(
        name, "how many words?", f"{name}.in", (f"{name}.out",), lambda options: Echo(name), 0, 0, "its window"
    )
