"""The broker as a model: offsets, transactions, fencing, read_committed and retention, in memory.

As in Kafka: a record takes its offset when it is produced, committed or not; the end of a transaction is decided
once, by the coordinator, and then marked in each partition, one after the other, each mark taking an offset; an
open transaction holds back the readers of every partition it wrote to; a new writer of a transactional id raises
its epoch, aborts what the former one left open and finishes what it had decided.  A mark ends all that its writer
has open in the partition, of this transaction or an earlier one.

`step` is awaited between any two effects with the name of the next or the last one.  What it raises is a crash of
the client there (a crash is an input value); while it waits, the client sleeps: a zombie, once it wakes.  Where
`loses` says so a mark is not written, and the transaction is taken for complete: a broker that is told to stop
does that (docs/chaos.md).
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Awaitable, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from pipeline.records import Out
from pipeline.runtime.log.port import (
    PAGE_RECORDS_MAX,
    Bounds,
    Fenced,
    NoPartition,
    Outcome,
    RecordsDeleted,
    Stored,
    TopicPartition,
)
from pipeline.topology import TOPICS


@dataclass(eq=False)
class Transaction:
    """One transaction as its coordinator knows it, and the partitions that it has still to mark."""

    writer: str
    outcome: Outcome = Outcome.OPEN
    without_marker: dict[TopicPartition, None] = field(default_factory=dict)


@dataclass(eq=False)
class Cell:
    """A record in its partition, who wrote it, and what the partition knows of its transaction's end."""

    writer: str
    out: Out
    outcome: Outcome = Outcome.OPEN


@dataclass
class Partition:
    """Every offset ever taken: a record, or a mark (None)."""

    start: int = 0
    cells: list[Cell | None] = field(default_factory=list)
    open: dict[str, int] = field(default_factory=dict)  # writer -> its first offset without a mark

    @property
    def stable_end(self) -> int:
        return min(self.open.values(), default=len(self.cells))

    def append(self, writer: str, out: Out) -> int:
        """The record's offset."""
        self.open.setdefault(writer, len(self.cells))
        self.cells.append(Cell(writer, out))
        return len(self.cells) - 1

    def end(self, writer: str, outcome: Outcome) -> None:
        """End all that the writer has open here."""
        for cell in self.cells[self.open.pop(writer, len(self.cells)) :]:
            if cell and cell.writer == writer:
                cell.outcome = outcome
        self.cells.append(None)


@dataclass
class Coordinator:
    """What the broker knows of a transactional id."""

    epoch: int = -1
    transaction: Transaction | None = None
    last: Outcome | None = None  # of the last transaction, until a new writer comes


async def _on(name: str) -> None:
    """Nothing happens."""


@dataclass
class MemoryLog:
    """The model.  `partitions` gives each topic's count, as on a cluster."""

    step: Callable[[str], Awaitable[None]] = _on
    counts: Mapping[str, int] = field(default_factory=lambda: {name: t.partitions for name, t in TOPICS.items()})
    page_records: int = PAGE_RECORDS_MAX
    partitions: dict[TopicPartition, Partition] = field(default_factory=dict)
    coordinators: dict[str, Coordinator] = field(default_factory=dict)
    groups: dict[tuple[str, TopicPartition], int] = field(default_factory=dict)
    loses: Callable[[TopicPartition], bool] = lambda tp: False
    connections_lost: int = 0  # how often the broker went away under its clients

    # ---- the port ----

    async def last_outcome(self, transactional_id: str) -> Outcome | None:
        await self.step("last outcome")
        coordinator = self.coordinators.get(transactional_id, Coordinator())
        if coordinator.transaction is None:
            return coordinator.last
        return Outcome.COMMITTED if coordinator.transaction.outcome is Outcome.COMMITTED else Outcome.ABORTED

    async def acquire(self, transactional_id: str) -> MemoryWriter:
        await self.step("acquire")
        coordinator = self.coordinators.setdefault(transactional_id, Coordinator())
        self.settle(transactional_id)
        coordinator.epoch, coordinator.last = coordinator.epoch + 1, None
        writer = MemoryWriter(self, transactional_id, coordinator.epoch, self.connections_lost)
        await self.step("acquired")
        return writer

    async def bounds(self, *tps: TopicPartition) -> list[Bounds]:
        await self.step("bounds")
        return [Bounds(self.partition(tp).start, self.end(tp)) for tp in tps]

    async def hanging(self, *tps: TopicPartition) -> list[TopicPartition]:
        await self.step("hanging")
        return [tp for tp in tps if self.end(tp) < len(self.partition(tp).cells)]

    async def read(self, tp: TopicPartition, start: int, end: int) -> AsyncGenerator[Sequence[Stored], None]:
        partition, at = self.partition(tp), start
        while at < end:
            await self.step("read")
            if at < partition.start or at > len(partition.cells):
                raise RecordsDeleted(f"{tp}@{at}: the partition begins at {partition.start}")
            page = list(self._committed(tp, at, min(end, at + self.page_records)))
            at += self.page_records
            if page:
                yield [Stored(offset, out.value) for offset, out in page]

    async def delete_below(self, tp: TopicPartition, offset: int) -> None:
        await self.step("delete")
        partition = self.partition(tp)
        partition.start = max(partition.start, min(offset, len(partition.cells)))
        await self.step("deleted")

    async def group_offset(self, group: str, tp: TopicPartition) -> int | None:
        await self.step("group offset")
        return self.groups.get((group, tp))

    # ---- the broker's own side ----

    def partition(self, tp: TopicPartition) -> Partition:
        """The partition; NoPartition if the cluster has none such."""
        if not 0 <= tp.partition < self.counts.get(tp.topic, 0):
            raise NoPartition(f"{tp.topic} has no partition {tp.partition}")
        return self.partitions.setdefault(tp, Partition())

    def committed(self, topic: str) -> dict[int, list[Out]]:
        """What a reader of committed records sees, partition by partition."""
        tps = sorted(tp for tp in self.partitions if tp.topic == topic)
        return {
            tp.partition: [out for _, out in self._committed(tp, self.partitions[tp].start, self.end(tp))]
            for tp in tps
        }

    def end(self, tp: TopicPartition) -> int:
        """The stable end."""
        return self.partition(tp).stable_end

    def time_out(self, transactional_id: str) -> None:
        """A transaction that stayed open too long: aborted, and its writer fenced."""
        coordinator = self.coordinators[transactional_id]
        if coordinator.transaction and coordinator.transaction.outcome is Outcome.OPEN:
            self.settle(transactional_id)
            coordinator.epoch += 1

    def settle(self, transactional_id: str) -> None:
        """Abort what is open, mark what is decided."""
        coordinator = self.coordinators[transactional_id]
        transaction, coordinator.transaction = coordinator.transaction, None
        if transaction is None:
            return
        if transaction.outcome is Outcome.OPEN:
            transaction.outcome = Outcome.ABORTED
        coordinator.last = transaction.outcome
        for tp in list(transaction.without_marker):
            self.write_marker(transaction, tp)

    def write_marker(self, transaction: Transaction, tp: TopicPartition) -> None:
        """Write the mark of a decided transaction, and readers of the partition may pass; or lose it."""
        del transaction.without_marker[tp]
        if self.loses(tp):
            self.connections_lost += 1
        else:
            self.partition(tp).end(transaction.writer, transaction.outcome)

    def _committed(self, tp: TopicPartition, start: int, end: int) -> Iterator[tuple[int, Out]]:
        for offset, cell in enumerate(self.partition(tp).cells[start:end], start):
            if cell and cell.outcome is Outcome.COMMITTED:
                yield offset, cell.out


@dataclass
class MemoryWriter:
    """The client's side of a transactional id, with the epoch that it was given."""

    log: MemoryLog
    transactional_id: str
    epoch: int
    connections_lost: int
    _in_transaction: bool = False

    @property
    def connection_lost(self) -> bool:
        return self.connections_lost < self.log.connections_lost

    async def begin(self) -> None:
        assert not self._in_transaction
        await self.log.step("begin")
        self._in_transaction = True  # the broker learns of it with the first record

    async def produce(self, outputs: Sequence[Out]) -> list[int]:
        assert self._in_transaction
        return [await self._append(out) for out in outputs]

    async def settle(self, tps: Sequence[TopicPartition], outcome: Outcome) -> None:
        await self.begin()
        await self.log.step("settle")
        transaction = self._transaction()
        transaction.without_marker.update(dict.fromkeys(tps))
        await self._end(outcome)

    async def commit(self) -> None:
        await self._end(Outcome.COMMITTED)

    async def _end(self, outcome: Outcome) -> None:
        await self.log.step("commit")
        coordinator = self._coordinator()
        transaction = coordinator.transaction
        self._in_transaction = False
        if transaction is None:
            return  # nothing was produced
        assert transaction.outcome is Outcome.OPEN
        transaction.outcome = outcome
        await self.log.step("prepared")
        while transaction.without_marker:  # if we sleep here, the id's next writer has them marked
            self.log.write_marker(transaction, next(iter(transaction.without_marker)))
            await self.log.step("marker written")
        if coordinator.transaction is transaction:
            coordinator.transaction, coordinator.last = None, outcome

    async def close(self) -> None:
        await self.log.step("close")

    async def _append(self, out: Out) -> int:
        await self.log.step("produce")
        assert out.partition is not None
        tp = TopicPartition(out.topic, out.partition)
        partition = self.log.partition(tp)
        self._transaction().without_marker[tp] = None
        offset = partition.append(self.transactional_id, out)
        await self.log.step("produced")
        return offset

    def _transaction(self) -> Transaction:
        coordinator = self._coordinator()
        coordinator.transaction = coordinator.transaction or Transaction(self.transactional_id)
        return coordinator.transaction

    def _coordinator(self) -> Coordinator:
        coordinator = self.log.coordinators[self.transactional_id]
        if coordinator.epoch != self.epoch:
            raise Fenced(f"{self.transactional_id}: epoch {self.epoch}, but {coordinator.epoch} is the owner's")
        return coordinator
