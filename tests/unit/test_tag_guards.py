"""Each guard of tag's index, held by a test that bears its name: take the guard away, and this test fails."""

from __future__ import annotations

import random
from collections import Counter
from itertools import pairwise

import numpy as np
import pytest

from pipeline.tag import sum_kernels
from pipeline.tag.index import CELLS_FULL, CELLS_MIN, Index, mixed, respread


def test_every_row_of_a_table_that_grew_is_given_out_once() -> None:
    """Guard: 200 stories have 200 rows, and a row that was given back is given out again."""
    index = Index()
    rows = [index.open_row() for _ in range(200)]
    assert sorted(rows) == list(range(200))
    assert sorted([*rows, *index.rows_free]) == list(range(len(index.rows)))
    index.close_row(7)
    assert index.open_row() == 7


@pytest.mark.parametrize(("first", "end"), [(0, 8), (3, 11), (13, 21), (8, 8), (21, 24)])
def test_a_ring_keeps_what_is_alive_when_it_grows(first: int, end: int) -> None:
    """Guard: each position holds in the larger ring what it held in the smaller."""
    ring = np.zeros(8, np.int64)
    for position in range(first, end):
        ring[position & 7] = position
    larger = respread(ring, first, end)
    assert larger.size == 16
    assert [larger[position & 15] for position in range(first, end)] == list(range(first, end))


def test_sums_of_stories_that_grow_and_shrink() -> None:
    """Guard: each story keeps its own sums, in cells of its own, of which a third stays free."""
    index, dice = Index(), random.Random(1)
    sums: dict[int, Counter[int]] = {index.open_row(): Counter() for _ in range(6)}
    for step in range(400):
        row = dice.choice(list(sums))
        if step % 50 == 49:
            index.close_row(row)
            del sums[row]
            sums[index.open_row()] = Counter()
            continue
        keys = sorted(dice.sample(range(1, 2000), dice.choice([1, 20, 64])))
        weights = np.ones(len(keys), np.int64)
        index.shift(row, np.array(keys, np.uint32), weights, weights, 1)
        sums[row].update(keys)
        taken: set[int] = set()
        for other, expected in sums.items():
            story = index.rows[other]
            start, capacity, used = int(story["start"]), int(story["capacity"]), int(story["used"])
            found, text, _ = sum_kernels.listed(index.cells, start, capacity)
            assert dict(zip(found.tolist(), text.tolist(), strict=True)) == expected
            assert used * CELLS_FULL[1] <= capacity * CELLS_FULL[0]
            assert capacity in {0, *(CELLS_MIN << bits for bits in range(8))}
            assert taken.isdisjoint(range(start, start + capacity))
            taken.update(range(start, start + capacity))
        assert index.cells_end <= index.cells.size


def test_ascending_terms_are_ascending_keys() -> None:
    """Guard: kernels go through both in order.  A sum keeps the order, but for one wrap."""
    keys = mixed(np.arange(5, 2**32, 2**20, dtype="<u4").tobytes(), "en").tolist()
    assert sum(later < earlier for earlier, later in pairwise(keys)) == 1
