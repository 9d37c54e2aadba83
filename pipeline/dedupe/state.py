"""A shard's memory: the window's items, and the dispatches that fell."""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import blake2b

import msgspec

from pipeline.dedupe.changes import Change, Fall
from pipeline.dedupe.index import Entry, Window
from pipeline.ledger import Ledger

FALLS_MAX = 20_000  # killed, and as many corrected; past that the oldest is forgotten: 6 MB, years of kills


class State:
    """Under 1 MB when new: arrays are pages of zeros until used."""

    def __init__(self, window_ms: int, items_max: int) -> None:
        self.time_ms = 0  # stream time
        self.window = Window(window_ms, items_max)
        self.killed, self.corrected = Ledger[Fall](FALLS_MAX), Ledger[Fall](FALLS_MAX)

    def fall_of(self, depends: tuple[str, ...], source: Entry) -> Fall | None:
        """What befell the text of `source`: a dispatch it hangs by was killed, or corrected after it came."""
        killed = next(filter(None, map(self.killed.get, depends)), None)
        corrected = filter(None, map(self.corrected.get, depends))
        return killed or next((fall for fall in corrected if source.seen.stale or source.offset < fall.at), None)

    def apply(self, change: Change, offset: int) -> None:
        """Time first, so that what comes in finds the window as it then is."""
        self.time_ms = change.time_ms
        self.window.expire(change.time_ms)
        if change.seen:
            self.window.add(change.seen, change.time_ms, offset)
        if fall := change.fall:
            (self.killed if fall.killed else self.corrected).put(fall.dispatch, fall, fall.at, offset)

    def floor(self, offset: int) -> int:
        """Where the window begins.  The last change always stays: it has the stream time."""
        oldest = self.window.oldest()
        return min(offset, oldest.offset) if oldest else offset

    def carry(self, before: int) -> Iterator[Change]:
        """The falls outlive the window."""
        falls = [*self.killed.before(before), *self.corrected.before(before)]
        return (Change(self.time_ms, fall=fall) for fall in falls)

    def digest(self) -> bytes:
        """blake2b-256 of all that is known, however it was built."""
        ledgers = [ledger.rows() for ledger in (self.killed, self.corrected)]
        known = [self.time_ms, list(self.window.canonical()), ledgers]
        return blake2b(msgspec.msgpack.encode(known), digest_size=32).digest()
