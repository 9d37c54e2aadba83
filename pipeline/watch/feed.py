"""What is remembered of a feed: 3.5 kB each, most of it the rhythm."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import msgspec

from pipeline.items.feed import FeedState
from pipeline.watch.lateness import Lateness
from pipeline.watch.rhythm import HOUR_MS, MINUTE_MS, Rhythm, rhythm_of

WARNED_BITS = 100  # items whose warnings are counted
LIVE_MS = 6 * HOUR_MS  # an item that is older when it comes is of an archive
OVER_RATE_MS = HOUR_MS  # how long a feed counts as over its rate after a minute that was


class Seen(msgspec.Struct, frozen=True, array_like=True):
    """What an item says of its feed."""

    feed: str
    time_ms: int  # when it was received
    payload: int  # the offset of its payload in wire.raw
    late_seconds: int | None  # how long after its own time; None: it has none
    warned: bool
    live: bool
    rate: int | None  # `feed-rate`


class Mark(msgspec.Struct, frozen=True, array_like=True):
    """What was found and published of a feed."""

    feed: str
    state: FeedState
    since_ms: int
    reported_ms: int  # when its status was published
    told: bool  # an alarm was raised, so its end is told too
    why: str = ""  # of one that was set aside


class FeedImage(msgspec.Struct, frozen=True, array_like=True):
    """All that is remembered of a feed, for the journal."""

    mark: Mark
    heard_at: int
    last_ms: int
    items: int
    live: bool
    warned: bytes
    payload: int
    minute: int
    in_minute: int
    over_ms: int
    rate: int | None
    first_ms: int
    epoch: int
    rhythm: tuple[bytes, ...]
    counts: bytes
    latest: bytes
    is_late: bool


@dataclass(slots=True)
class Feed:
    """A feed."""

    mark: Mark
    heard_at: int  # source offset of its latest record
    last_ms: int = 0  # when its latest item was received; 0: it had none
    items: int = 0
    live: bool = False  # its latest item was new when it came
    warned: int = 0  # a bit for each of its last items
    payload: int = -1  # the offset of its latest payload
    minute: int = 0  # since 1970, of its latest payload
    in_minute: int = 0  # payloads
    over_ms: int = 0  # when it sent too many; 0: never
    rate: int | None = None
    rhythm: Rhythm = field(default_factory=lambda: Rhythm(0))
    lateness: Lateness = field(default_factory=Lateness)

    def copy(self) -> Feed:
        """One that may be changed for itself."""
        return replace(self, rhythm=self.rhythm.copy(), lateness=self.lateness.copy())

    def take(self, seen: Seen, offset: int) -> None:
        """An item of it.  One that was received before its latest says nothing about its rhythm."""
        self.heard_at = offset
        self.items += 1
        self.warned = (self.warned << 1 | seen.warned) & ((1 << WARNED_BITS) - 1)
        self.rate = seen.rate
        if seen.live and seen.late_seconds is not None:
            self.lateness.take(seen.late_seconds)
        if seen.time_ms < self.last_ms:
            return
        if self.last_ms == 0:
            self.rhythm = Rhythm(seen.time_ms)
        self.rhythm.take(self.last_ms or seen.time_ms, seen.time_ms)
        self.last_ms, self.live = seen.time_ms, seen.live
        self._count(seen)

    def _count(self, seen: Seen) -> None:
        """Its payloads of this minute."""
        minute = seen.time_ms // MINUTE_MS
        if minute != self.minute:
            self.minute, self.in_minute = minute, 0
        self.in_minute += seen.payload != self.payload
        self.payload = seen.payload
        if seen.rate and self.in_minute > seen.rate:
            self.over_ms = seen.time_ms

    @property
    def too_long_ms(self) -> int | None:
        """When it will have been silent for too long; None if nothing is expected of it."""
        if not self.live or self.mark.state in (FeedState.SET_ASIDE, FeedState.SILENT):
            return None
        return self.rhythm.too_long_ms(self.last_ms)

    @property
    def found(self) -> FeedState:
        """How it is.  Only a control ends that it is set aside."""
        return FeedState.SET_ASIDE if self.mark.state is FeedState.SET_ASIDE else self.as_heard

    @property
    def as_heard(self) -> FeedState:
        """How it is, whatever an operator or the room normalise says."""
        if self.over_ms and self.last_ms - self.over_ms < OVER_RATE_MS:
            return FeedState.OVER_RATE
        if self.lateness.is_late:
            return FeedState.LATE
        if self.items and not self.live:
            return FeedState.ARCHIVE
        return FeedState.OK if self.items and self.rhythm.has_learnt(self.last_ms) else FeedState.LEARNING

    @property
    def image(self) -> FeedImage:
        """All of it, for the journal."""
        return FeedImage(
            self.mark,
            self.heard_at,
            self.last_ms,
            self.items,
            self.live,
            self.warned.to_bytes(13, "big"),
            self.payload,
            self.minute,
            self.in_minute,
            self.over_ms,
            self.rate,
            self.rhythm.first_ms,
            self.rhythm.epoch,
            self.rhythm.figures(),
            self.lateness.counts.tobytes(),
            self.lateness.latest.tobytes(),
            self.lateness.is_late,
        )


def feed_of(image: FeedImage) -> Feed:
    """The feed out of the journal."""
    return Feed(
        image.mark,
        image.heard_at,
        image.last_ms,
        image.items,
        image.live,
        int.from_bytes(image.warned, "big"),
        image.payload,
        image.minute,
        image.in_minute,
        image.over_ms,
        image.rate,
        rhythm_of(image.first_ms, image.epoch, image.rhythm),
        Lateness(image.counts, image.latest, image.is_late),
    )
