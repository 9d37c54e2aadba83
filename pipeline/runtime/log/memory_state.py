"""What the broker in memory knows: the records of its partitions, and the transactions of its coordinator."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

from pipeline.records import Out
from pipeline.runtime.log.port import Outcome, TopicPartition


@dataclass(eq=False)
class Transaction:
    """A transaction as its coordinator knows it, and the partitions that have no marker of it yet."""

    writer: str
    outcome: Outcome = Outcome.OPEN
    without_marker: dict[TopicPartition, None] = field(default_factory=dict)


@dataclass(eq=False)
class WrittenRecord:
    """A record in its partition, its writer, and the outcome of its transaction as the partition knows it."""

    writer: str
    out: Out
    outcome: Outcome = Outcome.OPEN


class View(NamedTuple):
    """A partition as a broker shows it: the first offset, the stable end, and the end of what is written."""

    start: int
    stable_end: int
    end: int


@dataclass
class Partition:
    """One slot for each offset that was ever taken: a record, or a transaction marker (None)."""

    start: int = 0
    slots: list[WrittenRecord | None] = field(default_factory=list)
    open: dict[str, int] = field(default_factory=dict)  # writer -> its first offset without a marker
    past: list[View] = field(default_factory=list)  # what a broker may show that was cut off then, oldest first

    @property
    def view(self) -> View:
        return View(self.start, self.stable_end, len(self.slots))

    @property
    def stable_end(self) -> int:
        return min(self.open.values(), default=len(self.slots))

    def append(self, writer: str, out: Out) -> int:
        """Store a record; its offset."""
        self.past.append(self.view)
        self.open.setdefault(writer, len(self.slots))
        self.slots.append(WrittenRecord(writer, out))
        return len(self.slots) - 1

    def end(self, writer: str, outcome: Outcome) -> None:
        """Write a marker: it ends all that the writer has open here."""
        self.past.append(self.view)
        for slot in self.slots[self.open.pop(writer, len(self.slots)) :]:
            if slot and slot.writer == writer:
                slot.outcome = outcome
        self.slots.append(None)

    def delete_below(self, offset: int) -> None:
        """Forget the records below `offset`."""
        self.past.append(self.view)
        self.start = max(self.start, min(offset, len(self.slots)))


@dataclass
class Coordinator:
    """What the broker knows of a transactional id."""

    epoch: int = -1
    transaction: Transaction | None = None
    last: Outcome | None = None  # of the last transaction, until a new writer acquires the id

    @property
    def outcome(self) -> Outcome | None:
        """Of the last transaction, as the next writer will find it."""
        if self.transaction is None:
            return self.last
        return Outcome.COMMITTED if self.transaction.outcome is Outcome.COMMITTED else Outcome.ABORTED

    @property
    def is_decided(self) -> bool:
        """Whether its transaction has an outcome, and only waits for its markers."""
        return self.transaction is not None and self.transaction.outcome is not Outcome.OPEN
