"""The room tag keeps the laws: a pure decide, a fold, a journal that may be trimmed."""

from __future__ import annotations

from typing import Any
from unittest.mock import patch

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from tag_driver import DAY_MS, FERRY, HOUR_MS, PROBE, STRIKE, TagDriver, item

from pipeline.envelope import TIME, TYPE, RecordType
from pipeline.items import Kind, Relation, Status
from pipeline.records import Position, Record
from pipeline.tag.digest import digest
from pipeline.tag.room import TagRoom
from tests.examples import examples

TEXTS = (FERRY, FERRY + " salvage tug", STRIKE, STRIKE + " ballot", PROBE, "opera tenor", "")
NAMES = st.sampled_from([f"dispatch-{i}" for i in range(8)])
ITEMS = st.fixed_dictionaries(
    {
        "name": NAMES,
        "words": st.sampled_from(TEXTS),
        "kind": st.sampled_from(list(Kind)),
        "erased": st.sampled_from([None, None, None, True]),
        "version": st.integers(1, 3),
        "status": st.sampled_from([Status.USABLE, Status.USABLE, Status.USABLE, Status.RECALLED]),
        "relation": st.sampled_from(list(Relation)),
        "of": st.none() | NAMES,
        "feed": st.sampled_from(["alpha", "beta"]),
        "language": st.sampled_from(["en", "en", "de"]),
    }
)
STEPS = st.lists(
    st.tuples(st.sampled_from([0, 1, 20, 80]), ITEMS | st.sampled_from(["pin", "hold", "trim"])), max_size=25
)


def walk(steps: list[tuple[int, Any]], trim: bool = True) -> tuple[TagDriver, list[Any]]:
    """A driver that has taken the steps (hours that pass, what comes), and all that it wrote."""
    driver, written = TagDriver(TagRoom(window_days=4, items_max=6)), []
    for hours, what in steps:
        driver.now_ms += hours * HOUR_MS
        if what == "trim":
            if trim:
                driver.trim()
        elif what == "hold":
            written.append(driver.hold())
        elif what == "pin":
            name = min(driver.state.living, default=None)
            written.append(driver.pin(name, "Pinned label") if name else ())
        else:
            written.append(driver.take(*item(at_ms=driver.now_ms, **what)))
    return driver, written


def small() -> Any:
    """Tables so small that they overflow in a short walk."""
    return patch.multiple("pipeline.tag.state", TERM_SAMPLES_MAX=4, KILLED_MAX=2)


@settings(max_examples=examples(100), deadline=None)
@given(STEPS)
def test_a_state_rebuilt_from_a_trimmed_journal_is_the_living_one(steps: list[tuple[int, Any]]) -> None:
    """Law 8: whatever was trimmed behind the floor, the journal gives back the same state, and the same verdict."""
    with small():
        driver, _ = walk([*steps, (0, "trim")])
        rebuilt = driver.rebuilt()
    assert digest(rebuilt) == digest(driver.state)
    probe = record(*item("probe", FERRY, driver.now_ms), driver)
    assert driver.room.decide(rebuilt, probe) == driver.room.decide(driver.state, probe)


@settings(max_examples=examples(50), deadline=None)
@given(STEPS)
def test_the_same_records_give_the_same_bytes(steps: list[tuple[int, Any]]) -> None:
    """Law 2: a second run, without any trim, writes the same records."""
    with small():
        assert walk(steps)[1] == walk(steps, trim=False)[1]


@settings(max_examples=examples(50), deadline=None)
@given(STEPS, ITEMS)
def test_decide_changes_nothing(steps: list[tuple[int, Any]], what: dict[str, Any]) -> None:
    """Law 8: only apply changes the state."""
    with small():
        driver, _ = walk(steps)
    before = digest(driver.state)
    driver.room.decide(driver.state, record(*item(at_ms=driver.now_ms, **what), driver))
    assert digest(driver.state) == before


@settings(max_examples=examples(50), deadline=None)
@given(STEPS)
def test_what_leaves_takes_everything_with_it(steps: list[tuple[int, Any]]) -> None:
    """Once the window has passed, every sum is zero and every cell is free: nothing was rounded away."""
    with small():
        driver, _ = walk(steps)
        driver.now_ms += 30 * DAY_MS
        driver.wire("last", "")
    index = driver.state.index
    assert list(driver.state.living) == [driver.state.window[0].entry.story]
    assert not index.cells["key"].any()
    assert not index.cells["text"].any()
    assert not index.rows["text_square"].any()
    assert not index.rows["lead_square"].any()
    assert sum(index.rows["members"]) == 0
    assert int(np.sum(index.frequencies)) == sum(len(sample.terms) // 4 for _, sample in driver.state.term_samples)


def test_an_idle_shard_costs_little() -> None:
    """A shard that has seen one item has touched less than 5 MB."""
    import tracemalloc

    tracemalloc.start()
    driver = TagDriver()
    driver.wire("a", FERRY)
    arrays = driver.state.index
    untouched = arrays.frequencies.nbytes + arrays.heads.nbytes  # pages of zeros, not resident
    used, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert used - untouched < 5_000_000


def record(value: bytes, features: bytes, driver: TagDriver) -> Record:
    """The next record of the driver, not yet taken."""
    from pipeline.envelope import FEATURES
    from pipeline.items import instant

    headers = (
        (TYPE, RecordType.ITEM.encode()),
        (TIME, instant(driver.now_ms).isoformat().encode()),
        (FEATURES, features),
    )
    return Record(Position("wire.deduped", 2, driver.offset), b"en", value, headers, driver.now_ms)
