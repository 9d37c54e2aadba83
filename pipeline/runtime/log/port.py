"""The log as a partition task needs it: a port that knows nothing of Kafka.

It has two implementations: ``kafka.log.KafkaLog``, and ``log.memory.MemoryLog``, a model of the broker for crash
tests.
tests/conformance holds both to the same behaviour: the log is replaced in tests, never its client.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Sequence
from enum import Enum
from typing import NamedTuple, Protocol

from pipeline.records import Out

PAGE_RECORDS_MAX = 2_000  # of one page of a reader, so that a recovery needs the same memory for any journal


class TopicPartition(NamedTuple):
    """A partition of a topic."""

    topic: str
    partition: int

    def __str__(self) -> str:
        return f"{self.topic}/{self.partition}"


class Stored(NamedTuple):
    """A committed record, as far as its owner needs it."""

    offset: int
    value: bytes  # empty for a tombstone
    key: bytes = b""


class Bounds(NamedTuple):
    """Offsets [start, end) of a partition.  `end` is the last stable offset: a transaction may be open there."""

    start: int
    end: int


class Outcome(Enum):
    """How a transaction ended; decided once."""

    OPEN = "open"
    COMMITTED = "committed"
    ABORTED = "aborted"


class ConnectionLost(Exception):
    """No broker answers, or none that can do it now.  A later attempt may succeed."""


class Fenced(Exception):
    """Another owner has acquired the transactional id: this writer can write nothing more."""


class RecordsDeleted(Exception):
    """The requested records have been deleted."""


class Damaged(Exception):
    """The checksum of a record does not match."""


class NoPartition(Exception):
    """There is no such topic or partition."""


class Writer(Protocol):
    """The one writer of a transactional id; one transaction at a time.

    Any error leaves the transaction unfinished, and nothing of it is ever visible.  If `commit` failed, all of it
    or nothing is visible, and the next writer of the id finds out which.
    """

    @property
    def connection_lost(self) -> bool:
        """Whether a connection to a broker broke since this writer was made.  A marker may have been lost then."""

    async def begin(self) -> None:
        """Begin a transaction."""

    async def produce(self, outputs: Sequence[Out]) -> list[int]:
        """Write the records, in order within each partition.  Returns their offsets when all are stored.

        Raises Fenced and NoPartition.
        """

    async def commit(self) -> None:
        """Make everything that was produced visible at once.  Raises Fenced."""

    async def abort(self) -> None:
        """End the transaction; nothing of it is ever visible.  Raises Fenced."""

    async def include(self, tps: Sequence[TopicPartition]) -> None:
        """Make these partitions part of the transaction: they get its marker, which ends whatever this id left
        open there.  Raises Fenced and NoPartition.
        """

    async def close(self) -> None:
        """Give up the id.  This never commits an open transaction."""


class Log(Protocol):
    """A log with transactions and retention, read as committed.

    What is written is known to all brokers of the log; an answer to a question is that of one, which may be cut off
    from the others: then it is an old one.  So an answer shows what there is, and never that there is no more.
    Every method raises ConnectionLost.
    """

    async def last_outcome(self, transactional_id: str) -> Outcome | None:
        """How the last transaction of the id ended, or will end when the next writer acquires it; None without one.

        To be asked before `acquire`, which makes the log forget it.
        """

    async def acquire(self, transactional_id: str) -> Writer:
        """Become the writer of this id: the former one is fenced, and what it left open is ended."""

    async def topic_id(self, topic: str) -> str:
        """What tells the topic from every other of its name, an earlier one or one of another cluster."""

    async def bounds(self, *tps: TopicPartition) -> list[Bounds]:
        """The bounds of each partition."""

    async def hanging(self, *tps: TopicPartition) -> list[TopicPartition]:
        """Those in which something is written that committed readers cannot see yet.  Raises NoPartition."""

    def read(self, tp: TopicPartition, start: int, end: int) -> AsyncGenerator[Sequence[Stored], None]:
        """The committed records of [start, end), in pages of at most PAGE_RECORDS_MAX; `end` was shown by `bounds`.

        Raises RecordsDeleted if `start` has been deleted, before or while reading, and Damaged.
        """

    async def delete_below(self, tp: TopicPartition, offset: int) -> None:
        """Delete every record below `offset`, at most up to the end of the partition."""

    async def group_offset(self, group: str, tp: TopicPartition) -> int | None:
        """The offset that a consumer group has committed."""
