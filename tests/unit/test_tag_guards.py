"""Each guard of tag has a test of its name: take the guard away, and this test fails."""

from __future__ import annotations

import random
from collections import Counter
from itertools import pairwise

import numpy as np
import pytest
from tag_driver import FERRY, experienced, item
from test_stories import LEFT, RIGHT, SHARED, two_stories

from pipeline.features import Trait
from pipeline.items import read_item
from pipeline.records import Rejected
from pipeline.tag import scoring, sum_kernels
from pipeline.tag.changes import LABEL_CHARACTERS_MAX
from pipeline.tag.digest import digest
from pipeline.tag.index import CELLS_FULL, CELLS_MIN, Index, doubled_ring, mixed
from pipeline.tag.label_shapes import shape_of
from pipeline.tag.query import StoryQuery
from pipeline.tag.scoring import StoryMatch


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
    larger = doubled_ring(ring, first, end)
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
            assert capacity in (0, CELLS_MIN) or (used + 64) * CELLS_FULL[1] > capacity  # no more than it needs
            assert capacity in {0, *(CELLS_MIN << bits for bits in range(8))}
            assert taken.isdisjoint(range(start, start + capacity))
            taken.update(range(start, start + capacity))
        assert index.cells_end <= index.cells.size


@pytest.mark.parametrize(("older_ms", "is_late"), [(0, False), (1, True)])
def test_when_copy_is_late(older_ms: int, is_late: bool) -> None:
    """Guard: an item as old as the window joins a story; one that is a millisecond older founds its own."""
    driver = experienced()
    driver.wire("a", FERRY)
    created_ms = driver.now_ms - driver.state.window_ms - older_ms
    written, _ = driver.wire("b", FERRY, created_ms=created_ms)
    assert (written["story"]["rule"] == "late/1") == is_late


@pytest.mark.parametrize("trait", [Trait.OWNED, Trait.HEADLINE_VERB, Trait.EVENT_OF, Trait.CUT])
def test_what_takes_no_event_noun(trait: Trait) -> None:
    """Guard: a place takes one ("Gotthard", "blaze"), unless it is owned, cut or has a verb or an event."""
    assert not shape_of("gotthard", Trait.NAME.value, "en").takes_event
    name = (Trait.NAME | Trait.PLACE).value
    assert shape_of("gotthard", name, "en").takes_event
    assert not shape_of("gotthard", name | trait.value, "en").takes_event


@pytest.mark.parametrize("length", [0, 1, LABEL_CHARACTERS_MAX, LABEL_CHARACTERS_MAX + 1, 2 * LABEL_CHARACTERS_MAX])
def test_how_long_a_pinned_label_may_be(length: int) -> None:
    """Guard: from one character to LABEL_CHARACTERS_MAX; any other is refused."""
    driver = experienced()
    story = driver.wire("a", FERRY)[0]["story"]["id"]
    if 0 < length <= LABEL_CHARACTERS_MAX:
        driver.pin(story, "x" * length)
        assert driver.state.story(story).totals.label == "x" * length  # type: ignore[union-attr]  # it lives
    else:
        with pytest.raises(Rejected, match="a label has 1 to 120 characters"):
            driver.pin(story, "x" * length)


def test_a_match_on_the_threshold_is_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """Guard: a story at the threshold is a twin; one point below it is the best that is none, and is found last."""
    driver, _, _ = two_stories()
    value, features = item("c", " ".join([*LEFT[:6], *RIGHT[:6], SHARED]), driver.now_ms, headline="")
    query = StoryQuery(driver.state, read_item(value), driver.offset, driver.now_ms, features)

    def found() -> list[StoryMatch]:
        words = query.features.words
        return scoring.find_matches(driver.state, query.vectors, words, query.time_ms, query.now_ms)

    _, weaker = found()
    for threshold, is_match in ((weaker.score, True), (weaker.score + 1, False)):
        monkeypatch.setattr(scoring, "THRESHOLD", threshold)
        assert found()[1:] == [weaker]
        twin = scoring.same_story(driver.state.index, found())
        assert (twin is weaker.story) == is_match


def test_the_digest_sees_which_story_a_posting_leads_to() -> None:
    """Guard: two states that find different stories by the same words are not equal."""
    driver = experienced()
    before, numbers = digest(driver.state), driver.state.index.numbers
    items = np.flatnonzero(numbers)
    assert len(items) == 4
    for number in items:
        place = int(numbers[number])
        for other in {1, 2, 3, 4} - {place}:
            numbers[number] = other
            assert digest(driver.state) != before
        numbers[number] = place
    assert digest(driver.state) == before


def test_ascending_terms_are_ascending_keys() -> None:
    """Guard: kernels go through both in order.  A sum keeps the order, but for one wrap."""
    keys = mixed(np.arange(5, 2**32, 2**20, dtype="<u4").tobytes(), "en").tolist()
    assert sum(later < earlier for earlier, later in pairwise(keys)) == 1
