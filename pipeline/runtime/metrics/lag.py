"""What waits for a room in a partition, and whether it keeps up.  Pure.

The difference of two offsets is no lag here.  Behind the last record of a transactional topic there is a marker,
which no consumer ever gets: the difference never becomes 0.  And records that a retention deletes never come.
Therefore nothing waits when the consumer has come to the last stable offset, passing over markers and over what was
deleted, and all that it was given is decided.  Otherwise the records among the offsets are estimated from the share
that records had so far.

One sample shows little: a batch that has just arrived waits as well.  So the last samples are judged together, as
Burrow does (github.com/linkedin/Burrow), by the rules of `judge`.
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import pairwise

SAMPLE_SECONDS = 6.0
SAMPLES = 10  # that are judged together: one minute


class LagStatus(StrEnum):
    """Whether a room keeps up with a partition of its input."""

    OK = "ok"  # nothing waited at some time, or what waits becomes less
    WARNING = "warning"  # it works, and ever more waits
    STALLED = "stalled"  # something waits, and nothing was decided
    ERROR = "error"  # the partition is this worker's, but it is neither open nor recovering
    UNKNOWN = "unknown"  # too few samples yet


@dataclass(frozen=True, slots=True)
class Fetched:
    """How far a consumer is: the next offset that it will ask for, and the last stable offset."""

    next_offset: int
    end: int


@dataclass(frozen=True, slots=True)
class Lag:
    """What waits in one partition."""

    offsets: int
    records: int  # estimated, but 0 exactly if nothing waits


@dataclass(frozen=True, slots=True)
class Sample:
    """The lag at one time, and the offset that was decided last."""

    position: int
    records: int


def lag(fetched: Fetched, position: int, delivered: int, records_an_offset: float) -> Lag:
    """What waits behind `position`, the last offset decided; `delivered`: the last one that was read."""
    if fetched.next_offset >= fetched.end and delivered <= position:
        return Lag(0, 0)
    passed = 0 if delivered > position else fetched.next_offset  # deleted records and markers
    offsets = max(1, fetched.end - max(position + 1, passed))
    return Lag(offsets, max(1, math.ceil(offsets * records_an_offset)))


def judge(samples: Sequence[Sample]) -> LagStatus:
    """By the first rule that applies: nothing waited once; nothing was decided; ever more waits."""
    if any(not sample.records for sample in samples):
        return LagStatus.OK
    if len(samples) < SAMPLES:
        return LagStatus.UNKNOWN
    if samples[0].position == samples[-1].position:
        return LagStatus.STALLED
    steps = list(pairwise(sample.records for sample in samples))
    grew = all(after >= before for before, after in steps) and samples[-1].records > samples[0].records
    return LagStatus.WARNING if grew else LagStatus.OK


@dataclass
class LagWatch:
    """The last samples of one partition."""

    latest: Lag | None = None
    is_broken: bool = False
    _position: int = -1
    _samples: deque[Sample] = field(default_factory=lambda: deque(maxlen=SAMPLES))

    def saw(self, found: Lag, position: int) -> None:
        """What waits now."""
        self.latest, self._position, self.is_broken = found, position, False

    def keep(self) -> None:
        """Make what was seen last a sample; called every SAMPLE_SECONDS."""
        if self.latest:
            self._samples.append(Sample(self._position, self.latest.records))

    def is_not_open(self, *, is_broken: bool) -> None:
        """There is nothing to sample: it recovers, or it `is_broken`.  What was seen before does not count."""
        self.latest, self.is_broken = None, is_broken
        self._samples.clear()

    @property
    def status(self) -> LagStatus:
        """The judgement of the last samples."""
        return LagStatus.ERROR if self.is_broken else judge(self._samples)
