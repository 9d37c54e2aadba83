"""What normalise remembers of feeds: whose payloads died lately, and who is set aside because of it.

A feed is set aside when more than FEED_DEAD_MAX of its last FEED_RECORDS payloads died: whole, or with every item.
From then on nothing of it is read.  Each payload is a dead letter (`set-aside`), whole and in order, until an
operator resumes the feed (docs/adr/0022-a-broken-feed-is-set-aside.md).

Bound: DYING_FEEDS_MAX feeds with a death among their last payloads; beyond it the one that had its last change
longest ago is forgotten, and read again if it was set aside.
"""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import blake2b

import msgspec
from msgspec.structs import replace

from pipeline.envelope import ROOM, RecordType, forward, source_of
from pipeline.items import Action, Control, dump
from pipeline.ledger import Ledger
from pipeline.records import Counted, Out, Reason, Record

FEED_RECORDS, FEED_DEAD_MAX = 100, 50  # two feeds together reach the breaker of the room: shard.BREAKER_DEAD_MAX
DYING_FEEDS_MAX = 10_000
BITS = (1 << FEED_RECORDS) - 1
BYTES = -(-FEED_RECORDS // 8)
WHO = "normalise"  # who says it, in the control for watch


class FeedDeaths(msgspec.Struct, frozen=True, array_like=True):
    """The last payloads of a feed, and whether it is set aside."""

    feed: str
    offset: int  # source offset of the record that changed it
    bits: bytes = bytes(BYTES)  # a bit each, the latest last: did it die?
    aside_offset: int | None = None  # source offset of the last payload that was read; None: it is not set aside
    aside_ms: int | None = None

    @property
    def dead(self) -> int:
        """How many of its last payloads died."""
        return int.from_bytes(self.bits, "big").bit_count()

    @property
    def is_aside(self) -> bool:
        """Whether nothing of it is read."""
        return self.aside_offset is not None

    @property
    def is_known(self) -> bool:
        """Whether there is anything to remember."""
        return self.is_aside or any(self.bits)

    def after(self, record: Record, *, died: bool) -> FeedDeaths:
        """As this payload leaves it."""
        bits = (int.from_bytes(self.bits, "big") << 1 | died) & BITS
        found = replace(self, offset=record.position.offset, bits=bits.to_bytes(BYTES, "big"))
        if found.dead <= FEED_DEAD_MAX:
            return found
        return replace(found, aside_offset=record.position.offset, aside_ms=record.timestamp_ms)


class NormaliseChange(msgspec.Struct, frozen=True, array_like=True):
    """What one record changes of its feed; nothing for nearly all."""

    feed: FeedDeaths | None = None
    aside: bool = False  # the record was not read, because its feed is set aside
    resumed: bool = False  # an operator has looked at what died


class NormaliseState:
    """The feeds that had deaths lately.  decide reads them, apply alone changes them."""

    def __init__(self) -> None:
        self.feeds = Ledger[FeedDeaths](DYING_FEEDS_MAX)

    def apply(self, change: NormaliseChange, offset: int) -> None:
        """Remember it, or forget a feed of which there is nothing to know."""
        if (feed := change.feed) is None:
            return
        if feed.is_known:
            self.feeds.put(feed.feed, feed, feed.offset, offset)
        else:
            self.feeds.forget(feed.feed)

    def before(self, offset: int) -> Iterator[NormaliseChange]:
        """Changes that repeat what the journal does not have from source offset `offset` on."""
        return (NormaliseChange(feed) for feed in self.feeds.before(offset))

    def aside(self) -> list[FeedDeaths]:
        """The feeds that are set aside, the longest first."""
        return [row.value for row in self.feeds.rows() if row.value.is_aside]

    def counts(self) -> dict[Counted, int]:
        """For the figures of the worker."""
        return {Counted.FEEDS_SET_ASIDE: len(self.aside())}

    def digest(self) -> bytes:
        """The hash of the whole state, 16 bytes."""
        return blake2b(_encode([row.value for row in self.feeds.rows()]), digest_size=16).digest()


def change_of(known: FeedDeaths | None, feed: str, record: Record, *, died: bool) -> NormaliseChange:
    """What a payload that was read changes of its feed."""
    if known is None and not died:
        return NormaliseChange()  # nearly always
    return NormaliseChange((known or FeedDeaths(feed, record.position.offset)).after(record, died=died))


def notice(record: Record, feed: FeedDeaths, reason: Reason) -> Out:
    """The word to the room watch that the feed is set aside."""
    why = f"{feed.dead} of its last {FEED_RECORDS} payloads died, the last one as {reason}"
    return _control(record, Control(action=Action.SET_ASIDE, feed=feed.feed, who=WHO, why=why))


def passed_on(record: Record, control: Control) -> Out:
    """The word to the room watch that the feed is read again, or forgotten."""
    return _control(record, control)


def _control(record: Record, control: Control) -> Out:
    headers = forward(record.headers, RecordType.CONTROL, record.arrived_ms, source_of("wiredesk/normalise"))
    return Out("wire.normalised", (control.feed or "").encode(), dump(control), (*headers, (ROOM, b"watch")))


_encode = msgspec.msgpack.Encoder().encode
