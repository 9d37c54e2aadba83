"""The window: the items of the last days, with the indexes that find one again.

Items leave in the order of arrival, when they are too old or when one of the maxima is reached.  Whatever they
added is integers and is subtracted, so a window rebuilt from the journal equals the living one.  An item of 300
words costs about 7 kB (measured): 2.2 kB fingerprints, 1.5 to 3 kB postings, 0.2 kB headline and
agency (0.3 in a copy, which has those of its origin too), the rest ids, exact keys and dictionaries; so 0.7 GB a
shard with all of 100,000 items.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterator
from typing import NamedTuple, TypeVar

import numpy as np
from msgspec.structs import replace

from pipeline.dedupe import kernels
from pipeline.dedupe.changes import ItemFingerprints, SeenItem, without_words
from pipeline.dedupe.kernels import Array
from pipeline.dedupe.ring import POSTINGS_MAX, Ring
from pipeline.items import Relation

K = TypeVar("K")

SHINGLES_MAX = 1 << 26  # of all items, 268 MB: the window's bound where items are very long
REVISIONS_MAX = 8  # of a dispatch, the newest that a candidate is compared with


class WindowEntry(NamedTuple):
    """An item of the window, and when it came: stream time, source offset."""

    seen: SeenItem
    time_ms: int
    offset: int


class Window:
    """Items by number.  Numbers only count up, and mean nothing outside."""

    def __init__(self, window_ms: int, items_max: int) -> None:
        self.window_ms, self.items_max = window_ms, items_max
        self.entries: dict[int, WindowEntry] = {}  # in order of arrival
        self.first_number = self.next_number = 0
        self.ring = Ring()
        self.shingles = 0  # of all posted items
        self.df = np.zeros(1 << kernels.DF_BITS, np.int32)  # 4 MB, of which pages in use only
        self.documents: dict[str, int] = {}  # posted items by language
        self.exact: dict[bytes, int] = {}  # key -> the newest item that has it
        self.posted: dict[int, list[int]] = {}  # short dispatch id -> its posted items
        self.copies: dict[str, list[int]] = {}  # dispatch -> the items that copied it
        self.copying: dict[str, list[int]] = {}  # dispatch -> its items that are copies

    # ---- looking up --------------------------------------------------------------------------------------------

    def newest_with_key(self, key: bytes, now_ms: int) -> WindowEntry | None:
        """The newest item with this exact key."""
        number = self.exact.get(key)
        return None if number is None else self._live(number, now_ms)

    def revisions(self, short_dispatch: int, now_ms: int) -> list[WindowEntry]:
        """The newest posted items of a dispatch, oldest first."""
        numbers = self.posted.get(short_dispatch, [])[-REVISIONS_MAX:]
        return [entry for number in numbers if (entry := self._live(number, now_ms))]

    def newest_version(self, dispatch: str, now_ms: int) -> str | None:
        """The newest item of a dispatch that is valid; None if none is posted, as with what is a copy itself."""
        entries = reversed(self.revisions(short_id(dispatch), now_ms))
        return next(
            (each.seen.item for each in entries if each.seen.dispatch == dispatch and not each.seen.stale), None
        )

    def copies_of(self, dispatch: str, now_ms: int) -> list[WindowEntry]:
        """For every other dispatch that copied this one, its newest item that did, in order of arrival."""
        return self._copies(dispatch, lambda name: True, now_ms)

    def overtaking(self, dispatch: str, now_ms: int) -> Iterator[tuple[WindowEntry, Relation]]:
        """What this dispatch was taken for a copy of, or copied the same, though it came to Wiredesk after it.

        These are the copies: a room reads its partitions side by side, so after a stop one feed overtakes another.
        With each the relation that was found, once or more.
        """
        for number in self.copying.get(dispatch, ()):
            seen = self.entries[number].seen
            for source in () if seen.relation is Relation.ROUND_UP else seen.copied:
                reports = [
                    each for each in self.revisions(short_id(source), now_ms) if each.seen.dispatch == source
                ]
                for other in (*reports, *self.copies_of(source, now_ms)):
                    if other.seen.dispatch != dispatch and other.seen.arrived_ms > seen.arrived_ms:
                        yield other, seen.relation

    def overtaken(self, entry: WindowEntry, is_wanted: Callable[[str], bool], now_ms: int) -> Iterator[str]:
        """The wanted dispatches that were taken for copies of the item's chain, but came to Wiredesk before it.

        0.2 us for each copy of the chain.
        """
        for source in dict.fromkeys((entry.seen.origin.dispatch, entry.seen.dispatch)):
            for other in self._copies(source, is_wanted, now_ms):
                if other.seen.arrived_ms < entry.seen.arrived_ms and other.seen.relation is not Relation.ROUND_UP:
                    yield other.seen.dispatch

    def newest_of(self, dispatch: str) -> WindowEntry | None:
        """The newest item of a dispatch.  It looks at all items, about 10 ms: for what operators do."""
        return next((entry for entry in reversed(self.entries.values()) if entry.seen.dispatch == dispatch), None)

    def oldest(self) -> WindowEntry | None:
        """The item that will leave next."""
        return self.entries.get(self.first_number)

    def _copies(self, dispatch: str, is_wanted: Callable[[str], bool], now_ms: int) -> list[WindowEntry]:
        names = ((self.entries[number].seen.dispatch, number) for number in self.copies.get(dispatch, ()))
        newest = {name: number for name, number in names if is_wanted(name)}
        return [entry for number in sorted(newest.values()) if (entry := self._live(number, now_ms))]

    def _live(self, number: int, now_ms: int) -> WindowEntry | None:
        entry = self.entries[number]
        return entry if entry.time_ms > now_ms - self.window_ms else None

    # ---- changing -------------------------------------------------------------------------------------------

    def expire(self, now_ms: int) -> None:
        """Forget what is older than the window."""
        while self.entries and self.entries[self.first_number].time_ms <= now_ms - self.window_ms:
            self._drop()

    def add(self, seen: SeenItem, time_ms: int, offset: int) -> None:
        """Add an item; where a maximum is reached, the oldest are forgotten first."""
        while self.entries and not self._has_room(seen.fingerprints):
            self._drop()
        number, self.next_number = self.next_number, self.next_number + 1
        self.entries[number] = WindowEntry(seen, time_ms, offset)
        self.exact.update((key, number) for key in seen.exact)
        for dispatch in seen.copied:
            self.copies.setdefault(dispatch, []).append(number)
        if seen.copied:
            self.copying.setdefault(seen.dispatch, []).append(number)
        if seen.fingerprints:
            self.posted.setdefault(short_id(seen.dispatch), []).append(number)
            self.ring.post(uint32s(seen.fingerprints.keys), short_id(seen.dispatch))
            self._count(seen, 1)

    def carry(self, seen: SeenItem, time_ms: int, offset: int) -> None:
        """Add an item that is as old as this, unless it is known: items are carried in the order of the window."""
        newest = self.entries.get(self.next_number - 1)
        if newest is None or newest.offset < offset:
            self.add(seen, time_ms, offset)

    def erase(self, dispatch: str) -> None:
        """Forget the words of a dispatch, its fingerprints too, and its headline where copies name it."""
        first = 0  # posting of the item, counted from the oldest
        for number, entry in self.entries.items():
            seen = entry.seen
            postings = len(seen.fingerprints.keys) // 4 if seen.fingerprints else 0
            if seen.dispatch == dispatch:
                self.ring.blank(first, postings)
                self._erase_item(number, entry)
            elif seen.copied_origin and seen.copied_origin.dispatch == dispatch:
                origin = replace(seen.copied_origin, headline="")
                self.entries[number] = entry._replace(seen=replace(seen, copied_origin=origin))
            first += postings

    def _erase_item(self, number: int, entry: WindowEntry) -> None:
        seen, prints = entry.seen, entry.seen.fingerprints
        if prints:
            kernels.count_terms(uint32s(prints.terms), salt(seen.language), self.df, -1)
            self.shingles -= len(prints.shingles) // 4
        origin = replace(seen.copied_origin, headline="") if seen.copied_origin else None
        bare = replace(
            seen,
            headline="",
            exact=(),
            fingerprints=without_words(prints) if prints else None,
            copied_origin=origin,
        )
        self.entries[number] = entry._replace(seen=bare)
        for key in seen.exact:
            if self.exact.get(key) == number:
                del self.exact[key]
                others = (older for older, other in self.entries.items() if key in other.seen.exact)
                self.exact.update((key, older) for older in others)

    def _has_room(self, fingerprints: ItemFingerprints | None) -> bool:
        keys, shingles = (len(fingerprints.keys) // 4, len(fingerprints.shingles) // 4) if fingerprints else (0, 0)
        return (
            len(self.entries) < self.items_max
            and len(self.ring) + keys <= POSTINGS_MAX
            and self.shingles + shingles <= SHINGLES_MAX
        )

    def _drop(self) -> None:
        """Undo the oldest `add`: its number is the first in every queue that has it."""
        number, self.first_number = self.first_number, self.first_number + 1
        seen = self.entries.pop(number).seen
        for key in seen.exact:
            if self.exact.get(key) == number:
                del self.exact[key]
        for dispatch in seen.copied:
            _leave(self.copies, dispatch, number)
        if seen.copied:
            _leave(self.copying, seen.dispatch, number)
        if seen.fingerprints:
            _leave(self.posted, short_id(seen.dispatch), number)
            self.ring.expire(len(seen.fingerprints.keys) // 4)
            self._count(seen, -1)

    def _count(self, seen: SeenItem, step: int) -> None:
        assert seen.fingerprints
        kernels.count_terms(uint32s(seen.fingerprints.terms), salt(seen.language), self.df, step)
        self.shingles += step * (len(seen.fingerprints.shingles) // 4)
        documents = self.documents.get(seen.language, 0) + step
        if documents:
            self.documents[seen.language] = documents
        else:
            del self.documents[seen.language]

    # ---- for the digest -------------------------------------------------------------------------------------

    def canonical(self) -> Iterator[object]:
        """The whole content, in an order and with numbers that do not depend on how it was built."""
        yield [(entry.seen, entry.time_ms, entry.offset) for entry in self.entries.values()]
        yield self.ring.live()
        yield [(slot, int(self.df[slot])) for slot in np.flatnonzero(self.df != 0).tolist()]
        yield [self.shingles, sorted(self.documents.items())]
        yield sorted((key, number - self.first_number) for key, number in self.exact.items())
        for queues in (self.posted, self.copies, self.copying):
            yield sorted(
                (str(key), [number - self.first_number for number in queue]) for key, queue in queues.items()
            )


def uint32s(data: bytes) -> Array:
    """The uint32 array in the bytes, in place."""
    return np.frombuffer(data, "<u4")


def short_id(dispatch: str) -> int:
    """The uint32 that represents a dispatch in the ring."""
    return zlib.crc32(dispatch.encode())


def salt(language: str) -> int:
    """The uint32 that keeps one language's fingerprints and terms apart from another's."""
    return zlib.crc32(language.encode())


def _leave(queues: dict[K, list[int]], key: K, number: int) -> None:
    left = queues[key].pop(0)
    assert left == number
    if not queues[key]:
        del queues[key]
