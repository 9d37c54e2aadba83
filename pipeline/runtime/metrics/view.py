"""A worker, the board or ingest, as the rows of the table read it, at the time when somebody asks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from pipeline.records import Counted
from pipeline.runtime.log.partition_task import PartitionTask, RecoveryProgress
from pipeline.runtime.log.tally import Tally
from pipeline.runtime.metrics.lag import LagStatus, LagWatch

NOTHING = RecoveryProgress()


@dataclass(frozen=True, slots=True)
class PartitionView:
    """One partition that a worker has, or had."""

    task: PartitionTask
    watch: LagWatch

    @property
    def tally(self) -> Tally:
        """What it has counted."""
        return self.task.tally

    @property
    def recovery(self) -> RecoveryProgress:
        """How far a recovery is; zeros without one."""
        return self.task.recovering or NOTHING

    @property
    def next_due_timestamp_seconds(self) -> float | None:
        """When something is due next, in seconds since 1970 by the broker's clock."""
        due_ms = self.task.shard.due_ms()
        return None if due_ms is None else due_ms / 1000

    def counted(self, *names: Counted) -> dict[str, float]:
        """How many the state has of these, or of all; what the room has nothing to do with is left out."""
        counts: Mapping[Counted, int] = self.task.room.counts(self.task.shard.state)
        return {name.value: count for name, count in counts.items() if not names or name in names}

    def status(self) -> dict[str, float]:
        """1 for the status that applies, 0 for every other."""
        return {status.value: float(status is self.watch.status) for status in LagStatus}


@dataclass(frozen=True, slots=True)
class ProcessView:
    """Any process that has a page."""

    room: str  # or the service beside the rooms
    is_ready: bool
    started_seconds: float  # since 1970


@dataclass(frozen=True, slots=True)
class BoardView(ProcessView):
    """The board: how far it has read, what it keeps, who looks."""

    states: Mapping[str, float]  # 1 for the one that applies
    behind_offsets: int
    records: Mapping[str, float]  # read, by topic
    items: int
    file_bytes: int
    browsers: int
    decisions: Mapping[str, float]  # by action
    rebuilds: int


@dataclass(frozen=True, slots=True)
class IngestView(ProcessView):
    """`wiredesk ingest`: what it took, how its feeds are, what it remembers."""

    payloads: Mapping[str, float]  # by way in
    payload_bytes: int
    transactions: int
    feeds: Mapping[str, float]  # by health
    entries: int  # of the ledger
    requests: Mapping[str, float]  # by outcome
    waiting_requests: int
    away_seconds: float  # since no broker answers; 0 while one does


@dataclass(frozen=True, slots=True)
class WorkerView(ProcessView):
    """A worker: what is known of it before it has any partition, and its partitions."""

    partitions: tuple[PartitionView, ...] = ()
    attempts: Mapping[str, float] = field(default_factory=dict)  # of deliver, by verdict
    acknowledgements: Mapping[str, float] = field(default_factory=dict)  # likewise, by outcome
