"""What the broker in memory knows: the records of its partitions, and the transactions of its coordinator."""

from __future__ import annotations

from dataclasses import dataclass, field

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


@dataclass
class Partition:
    """One slot for each offset that was ever taken: a record, or a transaction marker (None)."""

    start: int = 0
    slots: list[WrittenRecord | None] = field(default_factory=list)
    open: dict[str, int] = field(default_factory=dict)  # writer -> its first offset without a marker

    @property
    def stable_end(self) -> int:
        return min(self.open.values(), default=len(self.slots))

    def append(self, writer: str, out: Out) -> int:
        """Store a record; its offset."""
        self.open.setdefault(writer, len(self.slots))
        self.slots.append(WrittenRecord(writer, out))
        return len(self.slots) - 1

    def end(self, writer: str, outcome: Outcome) -> None:
        """Write a marker: it ends all that the writer has open here."""
        for slot in self.slots[self.open.pop(writer, len(self.slots)) :]:
            if slot and slot.writer == writer:
                slot.outcome = outcome
        self.slots.append(None)


@dataclass
class Coordinator:
    """What the broker knows of a transactional id."""

    epoch: int = -1
    transaction: Transaction | None = None
    last: Outcome | None = None  # of the last transaction, until a new writer acquires the id
