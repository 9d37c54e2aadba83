"""The closed stories, and how one is found again: an arrest, a plea, a sentence come weeks later.

Of each its totals are kept, and in them the few terms that were heaviest in it.  Nothing here depends on the order
in which the stories were put in: a state rebuilt from a trimmed journal finds what the living one finds.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from pipeline.ledger import Ledger, LedgerRow
from pipeline.tag import vector_kernels
from pipeline.tag.arrays import TERM, ItemVectors
from pipeline.tag.changes import ClosedStory, Contribution, StoryTotals
from pipeline.tag.vector_kernels import UNIT

CLOSED_RECORDS = 32_768  # a story is kept while its latest entry is one of so many records, so there are fewer
HEAVY_MAX = 16  # terms that are kept of a story
COMMON_FROM = 64  # a term that so many closed stories share is not used to find them
SHARED_MIN = 2  # terms that lead to a story, at least
FOLLOWED_ITEMS = 8  # in the mean of the heavy terms a new item weighs 1/8 at least
PROBES_MAX = 24
# Products of weights, 1 for a text and itself: how well an item must match, and how much better than anything else.
REOPEN_FROM = round(0.3 * UNIT * UNIT)
REOPEN_MARGIN = round(0.22 * UNIT * UNIT)


class ClosedMatch(NamedTuple):
    """A closed story, its product with the item, and the best product of any other closed story, in 1/UNIT²."""

    totals: StoryTotals
    product: int
    next_product: int


class ClosedStories:
    """The closed stories by id, and by term."""

    def __init__(self) -> None:
        self._ledger = Ledger[ClosedStory](CLOSED_RECORDS)
        self._by_key: dict[int, list[str]] = {}

    def __len__(self) -> int:
        return len(self._ledger)

    def get(self, story: str) -> StoryTotals | None:
        """The totals of a closed story."""
        closed = self._ledger.get(story)
        return closed.totals if closed else None

    def put(self, closed: ClosedStory, journalled_at: int) -> None:
        """Keep a closed story; it replaces what was kept when the same story was closed before."""
        self.forget(closed.totals.id)
        self._ledger.put(closed.totals.id, closed, closed.offset, journalled_at)
        for key in heavy_terms(closed.totals):
            self._by_key.setdefault(key, []).append(closed.totals.id)

    def forget(self, story: str) -> None:
        """Forget a story: it lives again, it was killed, or it is too old."""
        closed = self._ledger.get(story)
        if closed is None:
            return
        self._ledger.forget(story)
        for key in heavy_terms(closed.totals):
            names = self._by_key[key]
            names.remove(story)
            if not names:
                del self._by_key[key]

    def forget_before(self, offset: int) -> None:
        """Forget the stories whose latest entry is before a source offset."""
        while (oldest := self._ledger.oldest()) and oldest.offset < offset:
            self.forget(oldest.totals.id)

    def before(self, offset: int) -> Iterator[ClosedStory]:
        """The stories that the journal does not have at or after a source offset."""
        return self._ledger.before(offset)

    def rows(self) -> list[LedgerRow[ClosedStory]]:
        """Everything kept, the oldest first."""
        return self._ledger.rows()

    def find(self, item: ItemVectors) -> ClosedMatch | None:
        """The closed story that matches an item best."""
        own = dict(zip(item.keys.tolist(), item.text.tolist(), strict=True))
        leads: dict[str, int] = {}
        for key in item.keys[vector_kernels.heaviest(item.text, PROBES_MAX)].tolist():
            names = self._by_key.get(key, ())
            for name in names if len(names) < COMMON_FROM else ():
                leads[name] = leads.get(name, 0) + 1
        found = [totals for name, count in leads.items() if count >= SHARED_MIN and (totals := self.get(name))]
        ranked = sorted((-_product(own, totals), totals.founded, totals.id) for totals in found)[:2]
        if not ranked:
            return None
        best = self.get(ranked[0][2])
        assert best
        return ClosedMatch(best, -ranked[0][0], -ranked[1][0] if len(ranked) > 1 else 0)


def reopened(match: ClosedMatch | None, living_product: int) -> StoryTotals | None:
    """The closed story that the item continues, if it is one: no other story, closed or living, comes near it."""
    if match is None or match.product < REOPEN_FROM:
        return None
    return match.totals if match.product - max(match.next_product, living_product) >= REOPEN_MARGIN else None


def heavy_terms(totals: StoryTotals) -> dict[int, int]:
    """The heaviest terms of a story: key -> weight of the mean text vector, 1/UNIT."""
    terms = np.frombuffer(totals.heavy, TERM)
    return dict(zip(terms["key"].tolist(), terms["weight"].tolist(), strict=True))


def updated_heavy(totals: StoryTotals, items_before: int, contribution: Contribution) -> bytes:
    """The heaviest terms of a story of `items_before` items with one more: the bytes of StoryTotals.heavy."""
    items = min(items_before, FOLLOWED_ITEMS - 1)
    sums = {key: items * weight for key, weight in heavy_terms(totals).items()} if items else {}
    keys, weights = np.frombuffer(contribution.keys, "<u4"), np.frombuffer(contribution.text, "<i2")
    for key, weight in zip(keys.tolist(), weights.tolist(), strict=True):
        sums[key] = sums.get(key, 0) + weight
    heaviest = sorted((-total, key) for key, total in sums.items())[:HEAVY_MAX]
    kept = sorted((key, -total // (items + 1)) for total, key in heaviest if -total > items)
    return np.array(kept, TERM).tobytes()


def _product(own: dict[int, int], totals: StoryTotals) -> int:
    return sum(own.get(key, 0) * weight for key, weight in heavy_terms(totals).items())
