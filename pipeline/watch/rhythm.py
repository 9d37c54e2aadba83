"""How long a feed is silent, by hour of the week (UTC): learnt from its items, in bounded memory.

For each hour of the week two figures are kept: the longest silence that was reached in it, and the number of items;
and for all hours together how many items were missing in the silences in which most were.  A feed is silent for too
long when two things hold at once (docs/design/watching.md has the figures):

- the silence is longer than SILENCE_FACTOR times the longest that this hour or its neighbours had, and a bit;
- so many items are missing, by the rate of the hours that passed: MISSING_MIN, and more than in the third of those
  silences.  A feed that sends by bursts misses many again and again; two holidays make no third.

The first alone wakes people because of feeds of few items, whose longest silence is a matter of chance; the
second alone because of feeds that pause on some days.  All figures are those of two epochs of four weeks, this one
and the one before, so that holidays and outages are forgotten.  A silence above its limit teaches little more than
the limit.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterator
from typing import NamedTuple

HOUR_MS = 3_600_000
SLOTS = 168  # hours of a week; the first is the first hour of a Monday
WEEK_MS = SLOTS * HOUR_MS
MONDAY_MS = 4 * 24 * HOUR_MS  # 1970 began with a Thursday
EPOCH_MS = 4 * WEEK_MS
LEARN_MS = 2 * WEEK_MS  # before it knows that much nothing is too long
SILENCE_FACTOR = 2
SILENCE_MORE_MS = 600_000
MISSING_MIN = 8
MISSED = 3  # silences in which most items were missing, of each epoch
MISSING_PERCENT = 110  # of the third
MISSED_PERCENT_MAX = 150  # of what is too many: more is not learnt of one silence
TENTHS = 10  # of an item, in which what is missing is counted
GAP_MAX_MS = 2 * WEEK_MS  # after a longer silence a feed is learnt anew; a longer one is never waited for
MINUTE_MS = 60_000
FIGURE_MAX = 65_535  # a larger one is this: 45 days, or items an hour in four weeks


class Figures(NamedTuple):
    """What is known of an epoch."""

    longest: array[int]  # silence, in minutes, by hour of the week
    items: array[int]  # by hour of the week
    missed: array[int]  # items, in tenths: the MISSED silences in which most were missing, the most first


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

    __slots__ = ("_before", "_now", "epoch", "first_ms")

    def __init__(self, first_ms: int, epoch: int = -1, known: tuple[Figures, Figures] | None = None) -> None:
        self.first_ms = first_ms
        self.epoch = epoch if known else first_ms // EPOCH_MS
        self._now, self._before = known or (_nothing(), _nothing())  # of this epoch, and of the one before

    def copy(self) -> Rhythm:
        """One that may be changed for itself."""
        # What is of the epoch before is replaced as a whole, never changed.
        return Rhythm(self.first_ms, self.epoch, (Figures(*[each[:] for each in self._now]), self._before))

    def known_ms(self, now_ms: int) -> int:
        """The time that the figures are of."""
        return now_ms - max(self.first_ms, (self.epoch - 1) * EPOCH_MS)

    def has_learnt(self, now_ms: int) -> bool:
        """Whether enough is known to say what is too long."""
        return self.known_ms(now_ms) >= LEARN_MS

    def longest_ms(self, slot: int) -> int:
        """The longest silence of this hour of the week and its neighbours: clocks that change move a rhythm."""
        longest, before = self._now.longest, self._before.longest
        near = (slot - 1, slot, slot + 1 - SLOTS)
        return max([max(longest[each], before[each]) for each in near]) * MINUTE_MS

    def limit_ms(self, slot: int) -> int:
        """The silence that is too long in this hour of the week."""
        return self.longest_ms(slot) * SILENCE_FACTOR + SILENCE_MORE_MS

    def items_a_week(self, now_ms: int) -> int:
        """How many items come in a week."""
        return (sum(self._now.items) + sum(self._before.items)) * WEEK_MS // max(self.known_ms(now_ms), WEEK_MS)

    def items_an_hour(self, slot: int, last_ms: int) -> float:
        """How many items come in this hour of the week: the mean up to the latest item, to a tenth."""
        latest_ms = last_ms // HOUR_MS * HOUR_MS - (slot_of(last_ms) - slot) % SLOTS * HOUR_MS
        weeks = max(0, self.known_ms(last_ms) - (last_ms - latest_ms)) // WEEK_MS
        seen_ms = weeks * HOUR_MS + min(last_ms - latest_ms, HOUR_MS)  # the hour under way counts by its part
        items = self._now.items[slot] + self._before.items[slot]
        return round(items * HOUR_MS / max(seen_ms, HOUR_MS), 1)

    def take(self, last_ms: int, time_ms: int) -> None:
        """An item at `time_ms`, after one at `last_ms`."""
        if time_ms - last_ms > GAP_MAX_MS:
            self.first_ms, self.epoch, self._now, self._before = time_ms, -1, _nothing(), _nothing()
        missed = self._missed(last_ms, time_ms) if SILENCE_MORE_MS <= time_ms - last_ms <= GAP_MAX_MS else 0
        self._turn(time_ms // EPOCH_MS)
        longest, items, most = self._now
        if missed > most[-1]:
            most[-1] = missed
            most[:] = array("H", sorted(most, reverse=True))
        if time_ms - last_ms <= GAP_MAX_MS:
            for slot, silence in self._silences(last_ms, time_ms):
                longest[slot] = max(longest[slot], min(-(-silence // MINUTE_MS), FIGURE_MAX))
        slot = slot_of(time_ms)
        items[slot] = min(items[slot] + 1, FIGURE_MAX)

    def too_long_ms(self, last_ms: int) -> int | None:
        """When a silence since `last_ms` is too long; None before enough is known, and for feeds of few items."""
        if not self.has_learnt(last_ms):
            return None
        missing, enough = 0, self._enough * self._unit(last_ms) // TENTHS
        items = self._items
        for slot, begin_ms, end_ms in hours(last_ms, last_ms + GAP_MAX_MS):
            rate = _rate(items, slot)
            if rate and missing + rate * (end_ms - begin_ms) >= enough:
                enough_ms = begin_ms + max(0, -(-(enough - missing) // rate))
                if (when := max(enough_ms, last_ms + self.limit_ms(slot))) < end_ms:
                    return when
            missing += rate * (end_ms - begin_ms)
        return None

    def _silences(self, last_ms: int, time_ms: int) -> list[tuple[int, int]]:
        """How long the silence was in each hour, as far as it is to be learnt: by what was known before it."""
        found = [(hour.slot, hour.end_ms - last_ms) for hour in hours(last_ms, time_ms)]
        if not self.has_learnt(last_ms):
            return found
        return [(slot, min(silence, self.limit_ms(slot))) for slot, silence in found]

    @property
    def _enough(self) -> int:
        """How many items have to be missing, in tenths."""
        third = sorted((*self._now.missed, *self._before.missed), reverse=True)[MISSED - 1]
        return max(MISSING_MIN * TENTHS, third * MISSING_PERCENT // 100)

    def _missed(self, last_ms: int, time_ms: int) -> int:
        """How many items a silence has missed, in tenths, as far as it is to be learnt."""
        items = self._items
        missed = sum(
            [_rate(items, slot) * (end_ms - begin_ms) for slot, begin_ms, end_ms in hours(last_ms, time_ms)]
        )
        most = self._enough * MISSED_PERCENT_MAX // 100 if self.has_learnt(last_ms) else FIGURE_MAX
        return min(missed * TENTHS // self._unit(last_ms), most, FIGURE_MAX)

    @property
    def _items(self) -> list[int]:
        """Items by hour of the week, of both epochs."""
        return [now + before for now, before in zip(self._now.items, self._before.items, strict=True)]

    def _unit(self, now_ms: int) -> int:
        """What `_rate` by milliseconds is for one item: whole numbers, which are the same on every machine."""
        return 3 * HOUR_MS * max(self.known_ms(now_ms), WEEK_MS) // WEEK_MS

    def _turn(self, epoch: int) -> None:
        """Begin a new epoch, if it is one."""
        if epoch == self.epoch:
            return
        self._before = self._now if epoch == self.epoch + 1 else _nothing()
        self.epoch, self._now = epoch, _nothing()

    def figures(self) -> tuple[bytes, ...]:
        """What is known, for the journal."""
        return tuple(each.tobytes() for each in (*self._now, *self._before))


def rhythm_of(first_ms: int, epoch: int, figures: tuple[bytes, ...]) -> Rhythm:
    """The rhythm out of the journal."""
    longest, items, missed, *before = (array("H", each) for each in figures)
    return Rhythm(first_ms, epoch, (Figures(longest, items, missed), Figures(*before)))


def _rate(items: list[int], slot: int) -> int:
    """Those of an hour of the week and its neighbours."""
    return items[slot - 1] + items[slot] + items[slot + 1 - SLOTS]


def _nothing() -> Figures:
    return Figures(array("H", bytes(2 * SLOTS)), array("H", bytes(2 * SLOTS)), array("H", bytes(2 * MISSED)))
