"""How long items take from their agency to us: what is usual for a feed, and whether its latest are late.

What is usual is counted in steps that double, from a minute on: feeds are late by seconds or by days, and only a
large change means something.
"""

from __future__ import annotations

from array import array

STEPS = 24  # the last one is 4 million minutes (8 years) and more
LATEST = 21  # items that are looked at
LATE_MIN, WELL_MAX = 16, 5  # of them: so many are late when a feed becomes it, so few when it has recovered
USUAL_SHARE = 9, 10  # of all items came within what is usual
LEARN_ITEMS = 200
COUNTED_MAX = 4_000  # items; beyond it all counts are halved, so that what is old fades
MINUTE_SECONDS = 60
SECONDS_MAX = 2**32 - 1  # of an item; a later one is as late as this, 136 years
STEP_MIN = 6  # half an hour: nothing sooner is late


class Lateness:
    """The lateness of a feed."""

    __slots__ = ("counts", "is_late", "latest")

    def __init__(self, counts: bytes = b"", latest: bytes = b"", is_late: bool = False) -> None:
        self.counts = array("H", counts or bytes(2 * STEPS))
        self.latest = array("I", latest)  # seconds
        self.is_late = is_late

    def copy(self) -> Lateness:
        """One that may be changed for itself."""
        return Lateness(self.counts.tobytes(), self.latest.tobytes(), self.is_late)

    def take(self, seconds: int) -> None:
        """An item that came so many seconds after its own time."""
        step = step_of(seconds)
        self.latest = array("I", (*self.latest, min(seconds, SECONDS_MAX))[-LATEST:])
        usual = self.usual_step
        if usual is not None and len(self.latest) == LATEST:
            late = sum(step_of(each) > max(usual + 1, STEP_MIN - 1) for each in self.latest)
            self.is_late = late > WELL_MAX if self.is_late else late >= LATE_MIN
        if not self.is_late:  # else what is late would become usual
            self.counts[step] += 1
            if sum(self.counts) >= COUNTED_MAX:
                self.counts = array("H", (each // 2 for each in self.counts))

    @property
    def usual_step(self) -> int | None:
        """The step within which most items come; None before enough is known."""
        total, passed = sum(self.counts), 0
        if total < LEARN_ITEMS:
            return None
        share, of = USUAL_SHARE
        for step, count in enumerate(self.counts):
            passed += count
            if passed * of >= total * share:
                return step
        return STEPS - 1

    @property
    def usual_seconds(self) -> int | None:
        """Within how many seconds most items come: the end of a step."""
        step = self.usual_step
        return None if step is None else seconds_of(step)

    @property
    def latest_seconds(self) -> int | None:
        """Within how many seconds half of the latest items came."""
        return sorted(self.latest)[len(self.latest) // 2] if self.latest else None


def step_of(seconds: int) -> int:
    """The step of an item that came so many seconds after its own time."""
    return min((seconds // MINUTE_SECONDS).bit_length(), STEPS - 1)


def seconds_of(step: int) -> int:
    """The end of a step, in seconds."""
    return (1 << step) * MINUTE_SECONDS
