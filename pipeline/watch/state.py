"""All feeds of a shard.  decide reads them, apply alone changes them.

Bound: WATCHED_MAX feeds; beyond it the one that was heard longest ago is forgotten, and learnt anew if it comes
again.

A feed is a fold over its items.  So a journal that lost its beginning gives it only together with a copy of all of
it: `carry` repeats every feed that has something from before the cut.
"""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import blake2b

import msgspec

from pipeline.items.feed import FeedState
from pipeline.watch.feed import Feed, FeedImage, Mark, Seen, feed_of

WATCHED_MAX = 2_500


class WatchChange(msgspec.Struct, frozen=True, array_like=True):
    """What one record changes."""

    time_ms: int
    seen: Seen | None = None
    marks: tuple[Mark, ...] = ()
    gone: tuple[str, ...] = ()  # feeds that are forgotten
    images: tuple[FeedImage, ...] = ()  # of a carry


class WatchState:
    """The state of the room."""

    def __init__(self, feeds_max: int = WATCHED_MAX) -> None:
        self.now_ms = 0  # by the broker's clock: the latest stamp
        self.feeds: dict[str, Feed] = {}
        self._feeds_max = feeds_max
        self._based: dict[str, int] = {}  # source offset: what the journal has from there on makes the feed
        self._too_long: dict[str, int] = {}  # when the silence of a feed is too long; made of the feeds
        self._due_ms: int | None = None
        self._is_due_known = True

    def due_ms(self) -> int | None:
        """When the next silence is too long, by the clock of the broker."""
        if not self._is_due_known:
            self._due_ms, self._is_due_known = min(self._too_long.values(), default=None), True
        return self._due_ms

    def silent(self, now_ms: int) -> list[Feed]:
        """The feeds whose silence is too long by now, by name."""
        return [self.feeds[name] for name in sorted(self._too_long) if self._too_long[name] <= now_ms]

    def live(self) -> int:
        """How many feeds something is expected of."""
        return len(self._too_long)

    def count(self, state: FeedState) -> int:
        """How many feeds are so."""
        return sum(feed.mark.state is state for feed in self.feeds.values())

    def apply(self, change: WatchChange, offset: int) -> None:
        """Remember the change."""
        self.now_ms = max(self.now_ms, change.time_ms)
        for name in change.gone:
            self.feeds.pop(name, None)
            self._based.pop(name, None)
            self._too_long.pop(name, None)
            self._is_due_known = False
        changed = dict.fromkeys(mark.feed for mark in change.marks)
        if change.seen:
            name = change.seen.feed
            self._feed(name, offset).take(change.seen, offset)
            changed[name] = None
        for mark in change.marks:
            self._feed(mark.feed, offset).mark = mark
        for image in change.images:
            name = image.mark.feed
            self.feeds[name], self._based[name] = feed_of(image), offset
            changed[name] = None
        for name in changed:
            self._expect(name)

    def _feed(self, name: str, offset: int) -> Feed:
        if name not in self.feeds:
            self.feeds[name] = new_feed(name, offset, self.now_ms)
            self._based[name] = offset
        return self.feeds[name]

    def _expect(self, name: str) -> None:
        self._is_due_known = False
        when = self.feeds[name].too_long_ms
        if when is None:
            self._too_long.pop(name, None)
        else:
            self._too_long[name] = when

    def crowded_out(self, name: str) -> tuple[str, ...]:
        """The feed that is forgotten if this one is remembered; nothing if there is room."""
        if name in self.feeds or len(self.feeds) < self._feeds_max:
            return ()
        return (min(self.feeds, key=lambda each: (self.feeds[each].heard_at, each)),)

    def before(self, offset: int) -> Iterator[WatchChange]:
        """Changes that repeat what the journal does not have from source offset `offset` on."""
        yield WatchChange(self.now_ms)
        for name, feed in list(self.feeds.items()):
            if self._based[name] < offset:
                yield WatchChange(self.now_ms, images=(feed.image,))

    def digest(self) -> bytes:
        """The hash of the whole state, 16 bytes: equal for equal states."""
        content = [self.now_ms, [self.feeds[name].image for name in sorted(self.feeds)]]
        return blake2b(_encode(content), digest_size=16).digest()


def new_feed(name: str, offset: int, now_ms: int) -> Feed:
    """A feed that was never heard of."""
    return Feed(Mark(name, FeedState.LEARNING, now_ms, 0, told=False), offset)


_encode = msgspec.msgpack.Encoder().encode
