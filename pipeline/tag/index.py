"""The numbers behind the stories: term frequencies, postings, sums.  All of it is a function of the window.

Each array starts small or untouched (pages of zeros cost nothing) and doubles when it is full, so its bound is
the window's bound: TagState keeps at most `items_max` items.  An idle shard costs about 0.3 MB.  An item
with a vector costs about 2.5 kB here: 64 postings of 16 bytes, and a story of its own 128 cells of 12 bytes.
"""

from __future__ import annotations

import math
import zlib
from collections.abc import Callable
from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt

from pipeline.language.terms import term_hash
from pipeline.tag import posting_kernels, sum_kernels, vector_kernels
from pipeline.tag.arrays import CELL, POSTING, ROW, Ints, Keys, Table

FREQUENCY_SLOTS = 1 << 22  # document frequencies, shared on collision: 16 MB when all are touched
# A new index does not know rare words from common ones: it starts as if it had seen so many items without any of
# the words.  More than the term samples that are kept (state), so a word is about as rare in a young index as in an
# old one, and one bias does for both (docs/design/stories.md#document-frequencies).
UNSEEN_ITEMS = 4000
CHAINS = 1 << 20  # hash chains of postings: 8 MB when all are touched
KEYS_CACHED = 65_536  # about 12 MB when full; the cache only changes the speed
CELLS_MIN = 64  # of a story
CELLS_FULL = (2, 3)  # a story's cells double when two thirds are taken: a probe finds its end in about 5 steps


def mixed(terms: bytes, language: str) -> Keys:
    """Term hashes (uint32, little-endian) as keys of one language; 0, which marks a free cell, becomes 1."""
    salt = np.uint32(zlib.crc32(language.encode()))
    keys: Keys = np.frombuffer(terms, "<u4") + salt  # a sum: ascending terms stay ascending, but for one wrap
    return np.maximum(keys, np.uint32(1))


def term_keys(terms: list[str], language: str) -> Keys:
    """Folded terms as keys of a language."""
    return np.array([key_of(term, language) for term in terms], np.uint32)


@lru_cache(KEYS_CACHED)
def key_of(term: str, language: str) -> int:
    """A folded term as a key of a language."""
    return int(mixed(term_hash(term).to_bytes(4, "little"), language)[0])


def doubled(array: npt.NDArray[Any], size: int) -> npt.NDArray[Any]:
    """The array in front of zeros, its length doubled until it is at least `size`."""
    while array.size < size:
        array = np.concatenate((array, np.zeros_like(array)))
    return array


class Index:
    """The arrays and their free places.  Callers hold row numbers (of stories) and item numbers."""

    def __init__(self) -> None:
        self.frequencies: Keys = np.zeros(FREQUENCY_SLOTS, np.uint32)
        self.documents_by_language: dict[str, int] = {}  # by language: items whose terms are counted
        self.rows: Table = np.zeros(64, ROW)
        self.rows_free: list[int] = list(range(63, -1, -1))
        self.cells: Table = np.zeros(1 << 12, CELL)
        self.cells_end = 0
        self.cells_free: dict[int, list[int]] = {}  # by capacity: where cells were given back
        self.heads: Ints = np.zeros(CHAINS, np.int64)
        self.postings: Table = np.zeros(1 << 12, POSTING)
        self.position = 1
        self.tail = 1
        self.numbers: npt.NDArray[np.int32] = np.zeros(256, np.int32)  # item number -> row + 1; 0: no vector

    # ---- term frequencies

    def count_terms(self, keys: Keys, language: str, sign: int) -> None:
        """Count an item of that language in (+1) or out (-1)."""
        vector_kernels.tally_terms(keys, self.frequencies, sign)
        count = self.documents_by_language.get(language, 0) + sign
        if count:
            self.documents_by_language[language] = count
        else:
            del self.documents_by_language[language]

    def documents(self, language: str) -> int:
        """How many items the frequencies of a language were counted over, the unseen ones included."""
        return self.documents_by_language.get(language, 0) + UNSEEN_ITEMS

    def idf_of(self, language: str) -> Callable[[str], float]:
        """The natural-log inverse document frequency over the window of any term of a language."""
        frequency, all_, log = self.frequencies.item, self.documents(language) + 1, math.log
        return lambda term: log(all_ / (frequency(key_of(term, language) & (FREQUENCY_SLOTS - 1)) + 0.5))

    # ---- stories

    def open_row(self) -> int:
        """A row of zeros for a new story."""
        if not self.rows_free:
            size = self.rows.size
            self.rows = doubled(self.rows, 2 * size)
            self.rows_free = list(range(2 * size - 1, size - 1, -1))
        return self.rows_free.pop()

    def close_row(self, row: int) -> None:
        """Give back a story's row and cells."""
        self._give_back(int(self.rows[row]["start"]), int(self.rows[row]["capacity"]))
        self.rows[row] = np.zeros((), ROW)
        self.rows_free.append(row)

    def shift(self, row: int, keys: Keys, text: Ints, lead: Ints, sign: int, members: int = 1) -> None:
        """Add the vectors of `members` items to a story (sign 1), or take them away (-1)."""
        if sign > 0:
            self._make_room(row, keys.size)
        sum_kernels.shift(self.cells, self.rows, row, keys, text, lead, sign)
        self.rows[row]["members"] += sign * members

    def merge_rows(self, gone: int, into: int) -> None:
        """Move a story's sums and items to another."""
        story = self.rows[gone]
        keys, text, lead = sum_kernels.listed(self.cells, int(story["start"]), int(story["capacity"]))
        self.shift(into, keys, text, lead, 1, int(story["members"]))
        self.numbers[self.numbers == gone + 1] = into + 1
        self.close_row(gone)

    def _make_room(self, row: int, more: int) -> None:
        story = self.rows[row]
        start, capacity = int(story["start"]), int(story["capacity"])
        wanted = max(capacity, CELLS_MIN)
        while (int(story["used"]) + more) * CELLS_FULL[1] > wanted * CELLS_FULL[0]:
            wanted *= 2
        if wanted == capacity:
            return
        keys, text, lead = sum_kernels.listed(self.cells, start, capacity)
        for name in ("used", "text_square", "lead_square"):
            story[name] = 0
        story["start"], story["capacity"] = self._take(wanted), wanted
        sum_kernels.shift(self.cells, self.rows, row, keys, text, lead, 1)
        self._give_back(start, capacity)

    def _take(self, capacity: int) -> int:
        if free := self.cells_free.get(capacity):
            return free.pop()
        start, self.cells_end = self.cells_end, self.cells_end + capacity
        self.cells = doubled(self.cells, self.cells_end)
        return start

    def _give_back(self, start: int, capacity: int) -> None:
        if capacity:
            self.cells[start : start + capacity] = np.zeros((), CELL)
            self.cells_free.setdefault(capacity, []).append(start)

    # ---- the window's items

    def place(self, number: int, row: int, live: int) -> None:
        """Item `number` has its vector in the story at `row` (-1: nowhere); `live` items are in the window."""
        if live > self.numbers.size:
            self.numbers = doubled_ring(self.numbers, number - live + 1, number)
        self.numbers[number & (self.numbers.size - 1)] = row + 1

    def post(self, keys: Keys, weights: Ints, number: int) -> None:
        """Make an item findable by its terms."""
        if self.position + keys.size - self.tail > self.postings.size:
            self.postings = doubled_ring(self.postings, self.tail, self.position)
        self.position = posting_kernels.post_terms(
            keys, weights, number & 0xFFFFFFFF, self.heads, self.postings, self.position, self.tail
        )


def doubled_ring(ring: npt.NDArray[Any], first: int, end: int) -> npt.NDArray[Any]:
    """A ring twice as large, with the content of the positions first .. end - 1."""
    positions = np.arange(first, end)
    larger = np.zeros(2 * ring.size, ring.dtype)
    larger[positions & (larger.size - 1)] = ring[positions & (ring.size - 1)]
    return larger
