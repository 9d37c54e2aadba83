"""A model of the broker in memory: offsets, transactions, fencing, read_committed and retention.

As in Kafka: a record takes its offset when it is produced, committed or not.  The coordinator decides the outcome
of a transaction once, and then writes a marker to each of its partitions, one after the other; each marker takes an
offset.  An open transaction holds back the readers of every partition that it wrote to.  A new writer of a
transactional id raises the epoch, aborts what the former one left open and finishes what had been decided.  A
marker ends all that its writer has open in the partition, of this transaction or of an earlier one.

A broker that is cut off from the others goes on answering readers, and shows partitions as they once were: what
`shows` takes of the views of a partition, from the first to the present one.  It confirms no write.

`step` is awaited between any two effects, with the name of the next or of the last one.  If it raises, the client
crashes there: a crash is an input value.  While it waits the client sleeps, and is a zombie when it wakes.  Where
`loses` is true a marker is not written although the transaction is complete: a broker that is stopped does that
(docs/chaos.md).
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Awaitable, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from pipeline.records import Out
from pipeline.runtime.log.memory_state import Coordinator, Partition, Transaction, View
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


async def _no_step(name: str) -> None:
    """No crash and no sleep."""


@dataclass
class MemoryLog:
    """The model.  `counts` gives the number of partitions of each topic."""

    step: Callable[[str], Awaitable[None]] = _no_step
    counts: Mapping[str, int] = field(default_factory=lambda: {name: t.partitions for name, t in TOPICS.items()})
    page_records: int = PAGE_RECORDS_MAX
    partitions: dict[TopicPartition, Partition] = field(default_factory=dict)
    coordinators: dict[str, Coordinator] = field(default_factory=dict)
    groups: dict[tuple[str, TopicPartition], int] = field(default_factory=dict)
    loses: Callable[[TopicPartition], bool] = lambda tp: False
    # A commit is answered before its markers are written: they come when somebody has looked, or the id goes on.
    is_late: bool = False
    connections_lost: int = 0  # how often clients lost their connection
    topic_ids: dict[str, str] = field(default_factory=dict)  # where a test says so
    shows: Callable[[Sequence[View]], View] = lambda views: views[-1]

    # ---- the port ----

    async def last_outcome(self, transactional_id: str) -> Outcome | None:
        await self.step("last outcome")
        return self.coordinators.get(transactional_id, Coordinator()).outcome

    async def acquire(self, transactional_id: str) -> MemoryWriter:
        await self.step("acquire")
        coordinator = self.coordinators.setdefault(transactional_id, Coordinator())
        self.settle(transactional_id)
        coordinator.epoch, coordinator.last = coordinator.epoch + 1, None
        writer = MemoryWriter(self, transactional_id, coordinator.epoch, self.connections_lost)
        await self.step("acquired")
        return writer

    async def topic_id(self, topic: str) -> str:
        return self.topic_ids.get(topic, "")

    async def bounds(self, *tps: TopicPartition) -> list[Bounds]:
        await self.step("bounds")
        views = [self._view(tp) for tp in tps]
        if self.is_late:
            for transactional_id, coordinator in self.coordinators.items():
                if coordinator.is_decided:
                    self.settle(transactional_id)
        return [Bounds(view.start, view.stable_end) for view in views]

    async def hanging(self, *tps: TopicPartition) -> list[TopicPartition]:
        await self.step("hanging")
        return [tp for tp in tps if self._view(tp).stable_end < self._view(tp).end]

    async def read(self, tp: TopicPartition, start: int, end: int) -> AsyncGenerator[Sequence[Stored], None]:
        at = start
        while at < end:
            await self.step("read")
            view = self._view(tp)
            if not view.start <= at <= view.end:
                raise RecordsDeleted(f"{tp}@{at}: the partition has {view.start} to {view.end}")
            until = min(end, view.stable_end, at + self.page_records)
            page = list(self._committed(tp, at, until))
            at = max(at, until)
            if page:
                yield [Stored(offset, out.value, out.key) for offset, out in page]

    async def delete_below(self, tp: TopicPartition, offset: int) -> None:
        await self.step("delete")
        self.partition(tp).delete_below(offset)
        await self.step("deleted")

    async def group_offset(self, group: str, tp: TopicPartition) -> int | None:
        await self.step("group offset")
        return self.groups.get((group, tp))

    # ---- the broker's own side ----

    def partition(self, tp: TopicPartition) -> Partition:
        """The partition.  Raises NoPartition."""
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

    def _view(self, tp: TopicPartition) -> View:
        partition = self.partition(tp)
        return self.shows([*partition.past, partition.view])

    def time_out(self, transactional_id: str) -> None:
        """Abort a transaction that stayed open too long, and fence its writer."""
        coordinator = self.coordinators[transactional_id]
        if coordinator.transaction and coordinator.transaction.outcome is Outcome.OPEN:
            self.settle(transactional_id)
            coordinator.epoch += 1

    def settle(self, transactional_id: str) -> None:
        """Abort what is open, and write the markers of what is decided."""
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
        """Write the marker of a decided transaction, so that readers of the partition get past it; or lose it."""
        del transaction.without_marker[tp]
        if self.loses(tp):
            self.connections_lost += 1
        else:
            self.partition(tp).end(transaction.writer, transaction.outcome)

    def _committed(self, tp: TopicPartition, start: int, end: int) -> Iterator[tuple[int, Out]]:
        for offset, slot in enumerate(self.partition(tp).slots[start:end], start):
            if slot and slot.outcome is Outcome.COMMITTED:
                yield offset, slot.out


@dataclass
class MemoryWriter:
    """The client that acquired a transactional id, with its epoch."""

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

    async def include(self, tps: Sequence[TopicPartition]) -> None:
        assert self._in_transaction
        await self.log.step("include")
        for tp in tps:
            self.log.partition(tp)
        self._transaction().without_marker.update(dict.fromkeys(tps))

    async def commit(self) -> None:
        await self._end(Outcome.COMMITTED)

    async def abort(self) -> None:
        await self._end(Outcome.ABORTED)

    async def _end(self, outcome: Outcome) -> None:
        await self.log.step("commit")
        coordinator = self._coordinator()
        transaction = coordinator.transaction
        self._in_transaction = False
        if transaction is None or coordinator.is_decided:
            return  # nothing was produced
        transaction.outcome = outcome
        await self.log.step("prepared")
        if self.log.is_late:
            return
        while transaction.without_marker:  # if the client sleeps here, the next writer of the id has them written
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
        if coordinator.is_decided:
            self.log.settle(self.transactional_id)
        coordinator.transaction = coordinator.transaction or Transaction(self.transactional_id)
        return coordinator.transaction

    def _coordinator(self) -> Coordinator:
        coordinator = self.log.coordinators[self.transactional_id]
        if coordinator.epoch != self.epoch:
            raise Fenced(f"{self.transactional_id}: epoch {self.epoch}, but {coordinator.epoch} is the owner's")
        return coordinator
