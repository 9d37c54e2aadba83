"""An erasure takes its words out of a room's memory and out of its journal, at once and whatever crashes."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import sample_stream
from crash_driver import CrashDriver, tiny_journals

from pipeline.items import dispatch_id
from pipeline.records import Record

WORD = sample_stream.ERASED_WORD.lower()
STATES: dict[str, Callable[[Any], object]] = {  # room -> all of its state that words can be in
    "resolve": lambda state: state.known(),
    "dedupe": lambda state: (list(state.window.entries.values()), state.killed.rows(), state.corrected.rows()),
    "tag": lambda state: (
        [(member.entry, member.contribution) for member in state.window],
        [(story.totals, story.labels.members) for story in state.living.values()],
        state.closed.rows(),
    ),
    "alert": lambda state: (list(state.before(2**53)), list(state.texts_before(2**53))),
    "route": lambda state: list(state.before(2**53)),
}


@pytest.fixture(autouse=True)
def _tiny() -> Iterator[None]:
    with tiny_journals():
        yield


ERASED = [
    dispatch_id(feed, f"urn:norden:{name}").encode() for feed, name in (("vest", "tenor"), ("norden", "boring"))
]


def erasures(room: str) -> Iterator[tuple[int, int, int]]:
    """(partition, the first, the last) of the records that erase what has the word."""
    for partition, records in sample_stream.read_by(room).items():
        places = [place for place, record in enumerate(records) if erases(record)]
        if places:
            yield partition, places[0], places[-1]


def erases(record: Record) -> bool:
    is_erasure = any(mark in record.value for mark in (b'"erased":true', b'"action":"erase"'))
    return is_erasure and any(id_ in record.value for id_ in ERASED)


def shows_word(driver: CrashDriver) -> tuple[bool, bool]:
    """Whether the word is in the journal, and in the last worker's memory."""
    assert driver.last
    memory = repr(STATES[driver.room](driver.last.shard.state)).lower()
    return WORD.encode() in driver.journal_bytes().lower(), WORD in memory


@pytest.mark.parametrize("room", STATES)
def test_the_word_is_gone_with_the_next_trim(room: str) -> None:
    """Before the record that erases it journal and memory have the word; behind it neither has."""
    for partition, first, last in erasures(room):
        before, after = (CrashDriver(room, partition, end=end) for end in (first, last + 1))
        for driver in (before, after):
            asyncio.run(driver.work())
        assert (shows_word(before), shows_word(after)) == ((True, True), (False, False))
        living, rebuilt = asyncio.run(after.memories())
        assert living == rebuilt


@pytest.mark.parametrize("room", STATES)
def test_a_crash_at_each_boundary_of_the_erasure(room: str) -> None:
    """Wherever the owner dies behind the record that erases, its successor finishes the work."""
    for partition, place, last in erasures(room):
        first, until = (CrashDriver(room, partition, end=end) for end in (place, last + 1))
        expected = [asyncio.run(driver.work()) for driver in (first, until)][1]
        for deadly in range(len(first.boundaries.passed) - 1, len(until.boundaries.passed)):
            driver = CrashDriver(room, partition, (deadly,), end=last + 1)
            assert asyncio.run(driver.work()) == expected
            where = f"{deadly}: {driver.boundaries.passed[deadly]}"
            assert driver.crashes == 1, where
            asyncio.run(finish(driver))
            assert shows_word(driver) == (False, False), where
            living, rebuilt = asyncio.run(driver.memories())
            assert living == rebuilt, where


async def finish(driver: CrashDriver) -> None:
    """A worker trims from time to time, also where nothing comes: the run may have ended before."""
    driver.boundaries.deadly = ()
    driver.last = task = driver.new_task()
    await task.open()
    await task.trim()
    await task.close()
