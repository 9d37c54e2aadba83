"""The log, as a task of a partition needs it: a port that knows nothing of Kafka.

It has two implementations: ``kafka.log.KafkaLog``, and ``log.memory.MemoryLog``, a model of the broker for crash
tests.
tests/conformance holds both to the same behaviour: the log is replaced in tests, never its client.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Sequence
from enum import Enum
from typing import NamedTuple, Protocol

from pipeline.records import Out

PAGE_RECORDS_MAX = 2_000  # of one page of a reader: reading back is flat in memory


class TopicPartition(NamedTuple):
    """A partition of a topic."""

    topic: str
    partition: int

    def __str__(self) -> str:
        return f"{self.topic}/{self.partition}"


class Stored(NamedTuple):
    """A committed record, as far as a journal's reader wants it."""

    offset: int
    value: bytes


class Bounds(NamedTuple):
    """Offsets [start, end) of a partition.  `end` is the first that is not stable: a transaction is open there."""

    start: int
    end: int


class Outcome(Enum):
    """What becomes of a transaction; decided once."""

    OPEN = "open"
    COMMITTED = "committed"
    ABORTED = "aborted"


class ConnectionLost(Exception):
    """No broker answers; later one may."""


class Fenced(Exception):
    """Another owner has taken the transactional id: nothing more can be written under the old one."""


class RecordsDeleted(Exception):
    """The records asked for have been deleted."""


class Damaged(Exception):
    """A record is not as it was written: its checksum says so."""


class NoPartition(Exception):
    """There is no such topic or partition."""


class Writer(Protocol):
    """The one writer of a transactional id; one transaction at a time.

    Any error leaves the transaction unfinished: none of it is ever visible, unless it was `commit` that failed;
    then all of it or nothing is, and the next writer of the id finds it decided.
    """

    @property
    def connection_lost(self) -> bool:
        """Whether the way to a broker broke since this writer came to be: then a mark may have been lost."""

    async def begin(self) -> None:
        """Begin a transaction."""

    async def produce(self, outputs: Sequence[Out]) -> list[int]:
        """Write the records, in order within each partition; their offsets, once all are stored.

        Raises Fenced and NoPartition.
        """

    async def commit(self) -> None:
        """Make all that was produced visible at once.  Raises Fenced."""

    async def settle(self, tps: Sequence[TopicPartition], outcome: Outcome) -> None:
        """End what this id left without a marker in these partitions, by a transaction of markers alone.

        Raises Fenced.
        """

    async def close(self) -> None:
        """Let go.  An open transaction is never committed by this."""


class Log(Protocol):
    """A log with transactions and retention, read as committed."""

    async def last_outcome(self, transactional_id: str) -> Outcome | None:
        """What became of the id's last transaction, or will when the next writer comes; None: there was none.

        `acquire` forgets it, so it is to be asked before.  Raises ConnectionLost.
        """

    async def acquire(self, transactional_id: str) -> Writer:
        """The writer of this id from now on: the former one is fenced, and what it left open is settled.

        Raises ConnectionLost.
        """

    async def bounds(self, *tps: TopicPartition) -> list[Bounds]:
        """Where each partition begins and ends."""

    async def hanging(self, *tps: TopicPartition) -> list[TopicPartition]:
        """Those in which something is written that readers may not see yet.  Raises NoPartition."""

    def read(self, tp: TopicPartition, start: int, end: int) -> AsyncGenerator[Sequence[Stored], None]:
        """The committed records of [start, end), in pages of at most PAGE_RECORDS_MAX.

        Raises RecordsDeleted if `start` has been deleted, before or while reading, and Damaged.
        """

    async def delete_below(self, tp: TopicPartition, offset: int) -> None:
        """Delete every record below `offset`; at most up to the partition's end."""

    async def group_offset(self, group: str, tp: TopicPartition) -> int | None:
        """The offset that a consumer group has committed."""
