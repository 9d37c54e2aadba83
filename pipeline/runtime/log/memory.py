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
from pipeline.runtime.log.port import PAGE_RECORDS_MAX, Bounds, Fate, Fenced, Gone, NoPlace, Place, Stored
from pipeline.topology import TOPICS


@dataclass(eq=False)
class Transaction:
    """One transaction as its coordinator knows it, and the partitions that it has still to mark."""

    writer: str
    fate: Fate = Fate.OPEN
    unmarked: dict[Place, None] = field(default_factory=dict)


@dataclass(eq=False)
class Cell:
    """A record in its partition, who wrote it, and what the partition knows of its transaction's end."""

    writer: str
    out: Out
    fate: Fate = Fate.OPEN


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

    def mark(self, writer: str, fate: Fate) -> None:
        """End all that the writer has open here."""
        for cell in self.cells[self.open.pop(writer, len(self.cells)) :]:
            if cell and cell.writer == writer:
                cell.fate = fate
        self.cells.append(None)


@dataclass
class Coordinator:
    """What the broker knows of a transactional id."""

    epoch: int = -1
    transaction: Transaction | None = None
    last: Fate | None = None  # of the last transaction, until a new writer comes


async def _on(name: str) -> None:
    """Nothing happens."""


@dataclass
class MemoryLog:
    """The model.  `partitions` gives each topic's count, as on a cluster."""

    step: Callable[[str], Awaitable[None]] = _on
    counts: Mapping[str, int] = field(default_factory=lambda: {name: t.partitions for name, t in TOPICS.items()})
    page_records: int = PAGE_RECORDS_MAX
    partitions: dict[Place, Partition] = field(default_factory=dict)
    coordinators: dict[str, Coordinator] = field(default_factory=dict)
    groups: dict[tuple[str, Place], int] = field(default_factory=dict)
    loses: Callable[[Place], bool] = lambda place: False
    shakes: int = 0  # how often the broker went away under its clients

    # ---- the port ----

    async def fate(self, transactional_id: str) -> Fate | None:
        await self.step("fate")
        coordinator = self.coordinators.get(transactional_id, Coordinator())
        if coordinator.transaction is None:
            return coordinator.last
        return Fate.COMMITTED if coordinator.transaction.fate is Fate.COMMITTED else Fate.ABORTED

    async def become(self, transactional_id: str) -> MemoryWriter:
        await self.step("become")
        coordinator = self.coordinators.setdefault(transactional_id, Coordinator())
        self.settle(transactional_id)
        coordinator.epoch, coordinator.last = coordinator.epoch + 1, None
        writer = MemoryWriter(self, transactional_id, coordinator.epoch, self.shakes)
        await self.step("became")
        return writer

    async def bounds(self, *places: Place) -> list[Bounds]:
        await self.step("bounds")
        return [Bounds(self.partition(place).start, self.end(place)) for place in places]

    async def hanging(self, *places: Place) -> list[Place]:
        await self.step("hanging")
        return [place for place in places if self.end(place) < len(self.partition(place).cells)]

    async def read(self, place: Place, start: int, end: int) -> AsyncGenerator[Sequence[Stored], None]:
        partition, at = self.partition(place), start
        while at < end:
            await self.step("read")
            if at < partition.start or at > len(partition.cells):
                raise Gone(f"{place}@{at}: the partition begins at {partition.start}")
            page = list(self._committed(place, at, min(end, at + self.page_records)))
            at += self.page_records
            if page:
                yield [Stored(offset, out.value) for offset, out in page]

    async def delete_below(self, place: Place, offset: int) -> None:
        await self.step("delete")
        partition = self.partition(place)
        partition.start = max(partition.start, min(offset, len(partition.cells)))
        await self.step("deleted")

    async def group_offset(self, group: str, place: Place) -> int | None:
        await self.step("group offset")
        return self.groups.get((group, place))

    # ---- the broker's own side ----

    def partition(self, place: Place) -> Partition:
        """The partition; NoPlace if the cluster has none such."""
        if not 0 <= place.partition < self.counts.get(place.topic, 0):
            raise NoPlace(f"{place.topic} has no partition {place.partition}")
        return self.partitions.setdefault(place, Partition())

    def committed(self, topic: str) -> dict[int, list[Out]]:
        """What a reader of committed records sees, partition by partition."""
        places = sorted(place for place in self.partitions if place.topic == topic)
        return {
            place.partition: [
                out for _, out in self._committed(place, self.partitions[place].start, self.end(place))
            ]
            for place in places
        }

    def end(self, place: Place) -> int:
        """The stable end."""
        return self.partition(place).stable_end

    def time_out(self, transactional_id: str) -> None:
        """A transaction that stayed open too long: aborted, and its writer fenced."""
        coordinator = self.coordinators[transactional_id]
        if coordinator.transaction and coordinator.transaction.fate is Fate.OPEN:
            self.settle(transactional_id)
            coordinator.epoch += 1

    def settle(self, transactional_id: str) -> None:
        """Abort what is open, mark what is decided."""
        coordinator = self.coordinators[transactional_id]
        transaction, coordinator.transaction = coordinator.transaction, None
        if transaction is None:
            return
        if transaction.fate is Fate.OPEN:
            transaction.fate = Fate.ABORTED
        coordinator.last = transaction.fate
        for place in list(transaction.unmarked):
            self.mark(transaction, place)

    def mark(self, transaction: Transaction, place: Place) -> None:
        """Write the mark of a decided transaction, and readers of the partition may pass; or lose it."""
        del transaction.unmarked[place]
        if self.loses(place):
            self.shakes += 1
        else:
            self.partition(place).mark(transaction.writer, transaction.fate)

    def _committed(self, place: Place, start: int, end: int) -> Iterator[tuple[int, Out]]:
        for offset, cell in enumerate(self.partition(place).cells[start:end], start):
            if cell and cell.fate is Fate.COMMITTED:
                yield offset, cell.out


@dataclass
class MemoryWriter:
    """The client's side of a transactional id, with the epoch that it was given."""

    log: MemoryLog
    transactional_id: str
    epoch: int
    shakes: int
    _in_transaction: bool = False

    @property
    def shaken(self) -> bool:
        return self.shakes < self.log.shakes

    async def begin(self) -> None:
        assert not self._in_transaction
        await self.log.step("begin")
        self._in_transaction = True  # the broker learns of it with the first record

    async def produce(self, outputs: Sequence[Out]) -> list[int]:
        assert self._in_transaction
        return [await self._append(out) for out in outputs]

    async def settle(self, places: Sequence[Place], fate: Fate) -> None:
        await self.begin()
        await self.log.step("settle")
        transaction = self._transaction()
        transaction.unmarked.update(dict.fromkeys(places))
        await self._end(fate)

    async def commit(self) -> None:
        await self._end(Fate.COMMITTED)

    async def _end(self, fate: Fate) -> None:
        await self.log.step("commit")
        coordinator = self._coordinator()
        transaction = coordinator.transaction
        self._in_transaction = False
        if transaction is None:
            return  # nothing was produced
        assert transaction.fate is Fate.OPEN
        transaction.fate = fate
        await self.log.step("prepared")
        while transaction.unmarked:  # if we sleep here, the id's next writer has them marked
            self.log.mark(transaction, next(iter(transaction.unmarked)))
            await self.log.step("marked")
        if coordinator.transaction is transaction:
            coordinator.transaction, coordinator.last = None, fate

    async def close(self) -> None:
        await self.log.step("close")

    async def _append(self, out: Out) -> int:
        await self.log.step("produce")
        assert out.partition is not None
        place = Place(out.topic, out.partition)
        partition = self.log.partition(place)
        self._transaction().unmarked[place] = None
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
