"""How long a feed is silent, by hour of the week (UTC): learnt from its items, in bounded memory.

For each hour of the week two figures are kept: the longest silence that was reached in it, and the number of items.
A feed is silent for too long when two things hold at once (docs/design/watching.md has the figures):

- the silence is longer than SILENCE_FACTOR times the longest that this hour or its neighbours had, and a bit;
- so many items are missing (MISSING_MIN), by the rate of the hours that passed.

The first alone wakes people because of feeds of few items, whose longest silence is a matter of chance; the
second alone because of feeds that pause on some days.  Both figures are those of two epochs of four weeks, this one
and the one before, so that holidays and outages are forgotten.  A silence above its limit teaches no more than the
limit.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterator
from typing import NamedTuple, TypeAlias

HOUR_MS = 3_600_000
SLOTS = 168  # hours of a week; the first is the first hour of a Monday
WEEK_MS = SLOTS * HOUR_MS
MONDAY_MS = 4 * 24 * HOUR_MS  # 1970 began with a Thursday
EPOCH_MS = 4 * WEEK_MS
LEARN_MS = 2 * WEEK_MS  # before it knows that much nothing is too long
SILENCE_FACTOR = 2
SILENCE_MORE_MS = 600_000
MISSING_MIN = 8
GAP_MAX_MS = 2 * WEEK_MS  # after a longer silence a feed is learnt anew; a longer one is never waited for
MINUTE_MS = 60_000
FIGURE_MAX = 65_535  # a larger one is this: 45 days, or items an hour in four weeks

Figures: TypeAlias = "tuple[array[int], array[int], array[int], array[int]]"


class Hour(NamedTuple):
    """A piece of time within one hour of the week."""

    slot: int
    begin_ms: int
    end_ms: int


def slot_of(time_ms: int) -> int:
    """The hour of the week."""
    return (time_ms - MONDAY_MS) // HOUR_MS % SLOTS


def hours(begin_ms: int, end_ms: int) -> Iterator[Hour]:
    """The time between, hour by hour."""
    slot = slot_of(begin_ms)
    while begin_ms < end_ms:
        end = min((begin_ms // HOUR_MS + 1) * HOUR_MS, end_ms)
        yield Hour(slot, begin_ms, end)
        begin_ms, slot = end, (slot + 1) % SLOTS


class Rhythm:
    """The rhythm of a feed, since `first_ms`."""

    __slots__ = ("_figures", "epoch", "first_ms")

    def __init__(self, first_ms: int, epoch: int = -1, figures: Figures | None = None) -> None:
        self.first_ms = first_ms
        self.epoch = epoch if figures else first_ms // EPOCH_MS
        # Longest silence in minutes and items, of this epoch and of the one before.
        self._figures = figures or (_zeros(), _zeros(), _zeros(), _zeros())

    def copy(self) -> Rhythm:
        """One that may be changed for itself."""
        longest, items, longest_before, items_before = self._figures
        # What is of the epoch before is replaced as a whole, never changed.
        return Rhythm(self.first_ms, self.epoch, (longest[:], items[:], longest_before, items_before))

    def known_ms(self, now_ms: int) -> int:
        """The time that the figures are of."""
        return now_ms - max(self.first_ms, (self.epoch - 1) * EPOCH_MS)

    def has_learnt(self, now_ms: int) -> bool:
        """Whether enough is known to say what is too long."""
        return self.known_ms(now_ms) >= LEARN_MS

    def longest_ms(self, slot: int) -> int:
        """The longest silence of this hour of the week and its neighbours: clocks that change move a rhythm."""
        longest, _, before, _ = self._figures
        near = (slot - 1, slot, slot + 1 - SLOTS)
        return max([max(longest[each], before[each]) for each in near]) * MINUTE_MS

    def limit_ms(self, slot: int) -> int:
        """The silence that is too long in this hour of the week."""
        return self.longest_ms(slot) * SILENCE_FACTOR + SILENCE_MORE_MS

    def items_a_week(self, now_ms: int) -> int:
        """How many items come in a week."""
        _, items, _, before = self._figures
        return (sum(items) + sum(before)) * WEEK_MS // max(self.known_ms(now_ms), WEEK_MS)

    def items_an_hour(self, slot: int, last_ms: int) -> float:
        """How many items come in this hour of the week: the mean up to the latest item, to a tenth."""
        _, items, _, before = self._figures
        latest_ms = last_ms // HOUR_MS * HOUR_MS - (slot_of(last_ms) - slot) % SLOTS * HOUR_MS
        weeks = max(0, self.known_ms(last_ms) - (last_ms - latest_ms)) // WEEK_MS
        seen_ms = weeks * HOUR_MS + min(last_ms - latest_ms, HOUR_MS)  # the hour under way counts by its part
        return round((items[slot] + before[slot]) * HOUR_MS / max(seen_ms, HOUR_MS), 1)

    def take(self, last_ms: int, time_ms: int) -> None:
        """An item at `time_ms`, after one at `last_ms`."""
        if time_ms - last_ms > GAP_MAX_MS:
            self.first_ms, self.epoch, self._figures = time_ms, -1, (_zeros(), _zeros(), _zeros(), _zeros())
        self._turn(time_ms // EPOCH_MS)
        longest, items, *_ = self._figures
        if time_ms - last_ms <= GAP_MAX_MS:
            is_limited = self.has_learnt(last_ms)
            for hour in hours(last_ms, time_ms):
                silence = hour.end_ms - last_ms
                if is_limited:
                    silence = min(silence, self.limit_ms(hour.slot))
                longest[hour.slot] = max(longest[hour.slot], min(-(-silence // MINUTE_MS), FIGURE_MAX))
        slot = slot_of(time_ms)
        items[slot] = min(items[slot] + 1, FIGURE_MAX)

    def too_long_ms(self, last_ms: int) -> int | None:
        """When a silence since `last_ms` is too long; None before enough is known, and for feeds of few items."""
        if not self.has_learnt(last_ms):
            return None
        # Items of three hours, by milliseconds: whole numbers, so that it is the same on every machine.
        missing, enough = 0, MISSING_MIN * 3 * HOUR_MS * self.known_ms(last_ms) // WEEK_MS
        _, items, _, before = self._figures
        for slot, begin_ms, end_ms in hours(last_ms, last_ms + GAP_MAX_MS):
            near = (slot - 1, slot, slot + 1 - SLOTS)
            rate = sum([items[each] + before[each] for each in near])
            if rate and missing + rate * (end_ms - begin_ms) >= enough:
                enough_ms = begin_ms + max(0, -(-(enough - missing) // rate))
                if (when := max(enough_ms, last_ms + self.limit_ms(slot))) < end_ms:
                    return when
            missing += rate * (end_ms - begin_ms)
        return None

    def _turn(self, epoch: int) -> None:
        """Begin a new epoch, if it is one."""
        if epoch == self.epoch:
            return
        longest, items, *_ = self._figures
        known = (longest, items) if epoch == self.epoch + 1 else (_zeros(), _zeros())
        self.epoch, self._figures = epoch, (_zeros(), _zeros(), *known)

    def figures(self) -> tuple[bytes, ...]:
        """What is known, for the journal."""
        return tuple(each.tobytes() for each in self._figures)


def rhythm_of(first_ms: int, epoch: int, figures: tuple[bytes, ...]) -> Rhythm:
    """The rhythm out of the journal."""
    longest, items, longest_before, items_before = (array("H", each) for each in figures)
    return Rhythm(first_ms, epoch, (longest, items, longest_before, items_before))


def _zeros() -> array[int]:
    return array("H", bytes(2 * SLOTS))
