"""A shard's memory: the items of the window, and the dispatches that were killed or corrected."""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import blake2b

import msgspec

from pipeline.dedupe.changes import CarriedFrom, DedupeChange, Withdrawal
from pipeline.dedupe.window import Window, WindowEntry
from pipeline.items import Duplicate
from pipeline.ledger import Ledger

WITHDRAWALS_MAX = 20_000  # kills, and as many corrections; past that the oldest is forgotten: 6 MB, years of kills


class DedupeState:
    """Under 1 MB when new: arrays are pages of zeros until used."""

    def __init__(self, window_ms: int, items_max: int) -> None:
        self.now_ms = 0  # stream time
        self.window = Window(window_ms, items_max)
        self.killed = Ledger[Withdrawal](WITHDRAWALS_MAX)
        self.corrected = Ledger[Withdrawal](WITHDRAWALS_MAX)
        self.carried_at = -1  # source offset at which the journal repeats the items from before

    def withdrawal_of(self, copied: tuple[str, ...], source: WindowEntry) -> Withdrawal | None:
        """Why a copy of `source` is not valid: what it copies was killed, or was corrected after `source`."""
        names = self._names_of(copied, source)
        if killed := self._kill_of_any(names):
            return killed
        corrected = filter(None, map(self.corrected.get, names))
        return next((each for each in corrected if source.seen.stale or source.offset < each.offset), None)

    def kill_of(self, copied: tuple[str, ...], source: WindowEntry) -> Withdrawal | None:
        """The kill of what a copy of `source` copies."""
        return self._kill_of_any(self._names_of(copied, source))

    def valid_item(self, duplicate: Duplicate) -> str | None:
        """The newest version of the dispatch that an item copies, if it copies an older one and none was killed."""
        if duplicate.of is None or duplicate.of in self.killed:
            return None
        newest = self.window.newest_version(duplicate.of, self.now_ms)
        return None if newest == duplicate.of_item else newest

    def _kill_of_any(self, names: tuple[str, ...]) -> Withdrawal | None:
        return next(filter(None, map(self.killed.get, names)), None)

    def _names_of(self, copied: tuple[str, ...], source: WindowEntry) -> tuple[str, ...]:
        """What a copy of `source` copies, and what was withdrawn of what the chain overtook."""
        return (*copied, *self.window.overtaken(source, self._is_withdrawn, self.now_ms))

    def _is_withdrawn(self, dispatch: str) -> bool:
        return dispatch in self.killed or dispatch in self.corrected

    def apply(self, change: DedupeChange, offset: int) -> None:
        """Store a change; the window moves to its time first."""
        self.now_ms = change.time_ms
        self.window.expire(change.time_ms)
        if change.seen and change.carried:
            self.window.carry(change.seen, change.carried.time_ms, change.carried.offset)
            self.carried_at = offset
        elif change.seen:
            self.window.add(change.seen, change.time_ms, offset)
        if withdrawal := change.withdrawal:
            ledger = self.killed if withdrawal.killed else self.corrected
            ledger.put(withdrawal.dispatch, withdrawal, withdrawal.offset, offset)
        if change.erased:
            self.window.erase(change.erased)

    def floor(self, offset: int) -> int:
        """Where the window begins.  The last change always stays, because it has the stream time."""
        oldest = self.window.oldest()
        return min(offset, max(oldest.offset, self.carried_at)) if oldest else offset

    def carry(self, before: int) -> Iterator[DedupeChange]:
        """The stream time, the items of the window from before that, and the withdrawals, which outlive it."""
        yield DedupeChange(self.now_ms)
        for seen, time_ms, offset in self.window.entries.values():
            if max(offset, self.carried_at) >= before:
                break
            yield DedupeChange(self.now_ms, seen, carried=CarriedFrom(time_ms, offset))
        for withdrawal in (*self.killed.before(before), *self.corrected.before(before)):
            yield DedupeChange(self.now_ms, withdrawal=withdrawal)

    def digest(self) -> bytes:
        """blake2b-256 of the whole state, however it was built."""
        ledgers = [ledger.rows() for ledger in (self.killed, self.corrected)]
        known = [self.now_ms, list(self.window.canonical()), ledgers]
        return blake2b(msgspec.msgpack.encode(known), digest_size=32).digest()
