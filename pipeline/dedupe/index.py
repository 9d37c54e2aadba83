"""The window: the items of the last days, and every way to find one again.

A fold over the window's changes.  Items leave in the order they came, by stream time or by the first of the
maxima; whatever they added is integers and is subtracted, so a window rebuilt from the journal equals the living
one.  An item of 300 words costs about 7 kB (measured): 2.2 kB prints, 1.5 to 3 kB postings, the rest ids, exact
keys and dictionaries; so 0.7 GB a shard with all of 100,000 items.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from typing import NamedTuple, TypeVar

import numpy as np

from pipeline.dedupe import kernels
from pipeline.dedupe.changes import Prints, Seen
from pipeline.dedupe.kernels import Array
from pipeline.dedupe.ring import POSTINGS_MAX, Ring

K = TypeVar("K")

SHINGLES_MAX = 1 << 26  # of all items, 268 MB: the window's bound where items are very long
REVISIONS_MAX = 8  # of a dispatch, the newest that a candidate is compared with


class Entry(NamedTuple):
    """An item of the window, and when it came: stream time, source offset."""

    seen: Seen
    time_ms: int
    offset: int


class Window:
    """Items by number; numbers count up for ever and mean nothing outside."""

    def __init__(self, window_ms: int, items_max: int) -> None:
        self.window_ms, self.items_max = window_ms, items_max
        self.entries: dict[int, Entry] = {}  # in order of arrival
        self.first = self.next = 0
        self.ring = Ring()
        self.shingles = 0  # of all posted items
        self.df = np.zeros(1 << kernels.DF_BITS, np.int32)  # 4 MB, of which pages in use only
        self.documents: dict[str, int] = {}  # posted items by language
        self.exact: dict[bytes, int] = {}  # key -> the newest item that has it
        self.posted: dict[int, list[int]] = {}  # short dispatch id -> its posted items
        self.copies: dict[str, list[int]] = {}  # dispatch -> the items that depend on it

    # ---- looking --------------------------------------------------------------------------------------------

    def same(self, key: bytes, now_ms: int) -> Entry | None:
        """The newest item with this exact key."""
        number = self.exact.get(key)
        return None if number is None else self._live(number, now_ms)

    def revisions(self, short: int, now_ms: int) -> list[Entry]:
        """The newest posted items of a dispatch, oldest first."""
        numbers = self.posted.get(short, [])[-REVISIONS_MAX:]
        return [entry for number in numbers if (entry := self._live(number, now_ms))]

    def dependents(self, dispatch: str, now_ms: int) -> list[Entry]:
        """For every other dispatch that depends on this one, its newest item that does, in order of arrival."""
        newest = {self.entries[number].seen.dispatch: number for number in self.copies.get(dispatch, ())}
        return [entry for number in sorted(newest.values()) if (entry := self._live(number, now_ms))]

    def oldest(self) -> Entry | None:
        """The item that will leave next."""
        return self.entries.get(self.first)

    def _live(self, number: int, now_ms: int) -> Entry | None:
        entry = self.entries[number]
        return entry if entry.time_ms > now_ms - self.window_ms else None

    # ---- changing -------------------------------------------------------------------------------------------

    def expire(self, now_ms: int) -> None:
        """Let go of what is older than the window."""
        while self.entries and self.entries[self.first].time_ms <= now_ms - self.window_ms:
            self._drop()

    def add(self, seen: Seen, time_ms: int, offset: int) -> None:
        """Take an item in; the oldest go first where a maximum is reached."""
        while self.entries and not self._has_room(seen.prints):
            self._drop()
        number, self.next = self.next, self.next + 1
        self.entries[number] = Entry(seen, time_ms, offset)
        self.exact.update((key, number) for key in seen.exact)
        for dispatch in seen.depends:
            self.copies.setdefault(dispatch, []).append(number)
        if seen.prints:
            self.posted.setdefault(short_id(seen.dispatch), []).append(number)
            self.ring.post(numbers(seen.prints.keys), short_id(seen.dispatch))
            self._count(seen, 1)

    def _has_room(self, prints: Prints | None) -> bool:
        keys, shingles = (len(prints.keys) // 4, len(prints.shingles) // 4) if prints else (0, 0)
        return (
            len(self.entries) < self.items_max
            and len(self.ring) + keys <= POSTINGS_MAX
            and self.shingles + shingles <= SHINGLES_MAX
        )

    def _drop(self) -> None:
        """Undo the oldest `add`: its number is the first in every queue that it stands in."""
        number, self.first = self.first, self.first + 1
        seen = self.entries.pop(number).seen
        for key in seen.exact:
            if self.exact.get(key) == number:
                del self.exact[key]
        for dispatch in seen.depends:
            _leave(self.copies, dispatch, number)
        if seen.prints:
            _leave(self.posted, short_id(seen.dispatch), number)
            self.ring.expire(len(seen.prints.keys) // 4)
            self._count(seen, -1)

    def _count(self, seen: Seen, step: int) -> None:
        assert seen.prints
        kernels.count_terms(numbers(seen.prints.terms), salt(seen.language), self.df, step)
        self.shingles += step * (len(seen.prints.shingles) // 4)
        documents = self.documents.get(seen.language, 0) + step
        if documents:
            self.documents[seen.language] = documents
        else:
            del self.documents[seen.language]

    # ---- for the digest -------------------------------------------------------------------------------------

    def canonical(self) -> Iterator[object]:
        """Everything the window knows, in an order and in numbers that do not depend on how it was built."""
        yield [(entry.seen, entry.time_ms, entry.offset) for entry in self.entries.values()]
        yield self.ring.live()
        yield [(slot, int(self.df[slot])) for slot in np.flatnonzero(self.df).tolist()]
        yield [self.shingles, sorted(self.documents.items())]
        yield sorted((key, number - self.first) for key, number in self.exact.items())
        for queues in (self.posted, self.copies):
            yield sorted((str(key), [number - self.first for number in queue]) for key, queue in queues.items())


def numbers(data: bytes) -> Array:
    """The uint32 array in the bytes, in place."""
    return np.frombuffer(data, "<u4")


def short_id(dispatch: str) -> int:
    """The uint32 that stands for a dispatch in the ring."""
    return zlib.crc32(dispatch.encode())


def salt(language: str) -> int:
    """The uint32 that keeps one language's fingerprints and terms apart from another's."""
    return zlib.crc32(language.encode())


def _leave(queues: dict[K, list[int]], key: K, number: int) -> None:
    left = queues[key].pop(0)
    assert left == number
    if not queues[key]:
        del queues[key]
