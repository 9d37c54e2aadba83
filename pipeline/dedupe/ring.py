"""The posting ring: which dispatches in the window hold a fingerprint (docs/design/duplicates.md#the-posting-ring).

One ring of (key, dispatch, distance to the next older posting of the chain).  Nothing is ever deleted: expiry
moves one integer, an erasure blanks keys.  16 bytes a posting with the chain heads, some 95 postings for a 300-word
item, so 1.5 kB an item and 150 MB for 100,000; arrays start at 64 kB and double, so at most twice that.
"""

from __future__ import annotations

import numpy as np

from pipeline.dedupe import kernels
from pipeline.dedupe.kernels import Array

POSTINGS_MAX = 1 << 24  # 268 MB; past that the window lets its oldest items go early
POSTINGS_MIN = 1 << 12
POSTINGS_A_CHAIN = 2


class Ring:
    """Positions only count up; [tail, head) is alive."""

    def __init__(self) -> None:
        self.tail = self.head = 0
        self._allocate(POSTINGS_MIN)

    def __len__(self) -> int:
        return self.head - self.tail

    def post(self, keys: Array, short_dispatch: int) -> None:
        """Add the keys of an item of the dispatch (window.short_id).  There must be room (POSTINGS_MAX)."""
        assert len(self) + len(keys) <= POSTINGS_MAX
        while len(self) + len(keys) > len(self._keys):
            self._grow()
        kernels.post_keys(keys, short_dispatch, self._heads, self._backs, self._keys, self._owners, self.head)
        self.head += len(keys)

    def expire(self, postings: int) -> None:
        """Forget the oldest postings."""
        self.tail += postings
        assert self.tail <= self.head

    def blank(self, first: int, postings: int) -> None:
        """Overwrite the keys of some postings, counted from the oldest, with 0: nothing finds them any more."""
        places = np.arange(self.tail + first, self.tail + first + postings) & (len(self._keys) - 1)
        self._keys[places] = 0

    def probe(self, keys: Array, sampled: int, own: int) -> tuple[Array, int, Array]:
        """Which dispatches (short ids, rising) share the first `sampled` keys, one entry a key; how many of these
        keys were no boilerplate; and which dispatches share the other keys.

        `own` is left out.  A short id may represent two dispatches (one pair in a window of 100,000).
        """
        arrays = self._heads, self._backs, self._keys, self._owners
        found, used, others = kernels.probe(keys, sampled, own, *arrays, self.tail)
        return found, int(used), others

    def live(self) -> bytes:
        """The live postings, oldest first: keys, then dispatches (for the digest)."""
        places = np.arange(self.tail, self.head) & (len(self._keys) - 1)
        return bytes(self._keys[places].tobytes() + self._owners[places].tobytes())

    def _grow(self) -> None:
        keys, owners = self._keys, self._owners
        self._allocate(2 * len(keys))
        kernels.move(keys, owners, self._heads, self._backs, self._keys, self._owners, self.tail, self.head)

    def _allocate(self, size: int) -> None:
        self._keys, self._owners, self._backs = (np.zeros(size, np.uint32) for _ in range(3))
        self._heads = np.zeros(size // POSTINGS_A_CHAIN, np.int64)
