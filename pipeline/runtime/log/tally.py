"""What a partition counts while it works: plain integers, without locks and without text.

Only the worker's event loop changes them, and only the event loop reads them, when somebody asks for the page.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass, field

from pipeline.records import Reason, Record
from pipeline.runtime.log.batch import DecidedBatch

TRANSACTION_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 20.0)
BATCH_RECORDS = (1.0, 2.0, 5.0, 10.0, 25.0, 50.0, 100.0, 250.0, 500.0, 1000.0, 5000.0)
AGE_SECONDS = (0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 300.0, 1800.0, 7200.0, 86400.0)


@dataclass(slots=True)
class Histogram:
    """How many values lie at or below each bound, but above the one before; the last count is of all others."""

    bounds: tuple[float, ...]
    counts: list[int] = field(init=False)
    total: float = 0.0  # of all values

    def __post_init__(self) -> None:
        self.counts = [0] * (len(self.bounds) + 1)

    def observe(self, value: float) -> None:
        """Count a value."""
        self.counts[bisect_left(self.bounds, value)] += 1
        self.total += value


@dataclass(slots=True)
class Tally:
    """The counts of one partition since its worker started."""

    records: int = 0  # decided and committed
    offsets: int = 0  # of the input, that these records span, markers among them
    outputs: int = 0
    written_bytes: int = 0  # of keys, values and headers of what was committed, journal included
    dead: dict[Reason, int] = field(default_factory=lambda: dict.fromkeys(Reason, 0))
    transaction_seconds: Histogram = field(default_factory=lambda: Histogram(TRANSACTION_SECONDS))
    batch_records: Histogram = field(default_factory=lambda: Histogram(BATCH_RECORDS))
    age_seconds: Histogram = field(default_factory=lambda: Histogram(AGE_SECONDS))

    def committed(self, batch: DecidedBatch, seconds: float) -> None:
        """A transaction with all of this batch was committed, in so many seconds."""
        self.records += len(batch.source_offsets)
        self.offsets += batch.source_offsets[-1] - batch.source_offsets[0] + 1
        self.outputs += len(batch.outputs)
        self.written_bytes += batch.size
        for reason in batch.reasons:
            self.dead[reason] += 1
        self.transaction_seconds.observe(seconds)
        self.batch_records.observe(len(batch.source_offsets))

    def aged(self, records: Iterable[Record], now_ms: float) -> None:
        """These records are done; their age is the time since `ce_time`, by the worker's clock."""
        for record in records:
            self.age_seconds.observe(max(0.0, now_ms - record.arrived_ms) / 1000)

    @property
    def died(self) -> int:
        """How many records died."""
        return sum(self.dead.values())

    @property
    def records_an_offset(self) -> float:
        """How many of the input's offsets are records and not markers: 1 before anything is known."""
        return self.records / self.offsets if self.offsets else 1.0
