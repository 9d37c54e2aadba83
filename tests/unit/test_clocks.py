"""Clocks with what stands behind them: a moment with a zone is one of which every word is understood."""

from __future__ import annotations

import copy
import pickle
from datetime import UTC, datetime

import pytest

from pipeline.ingest.http.unseen import is_ahead
from pipeline.records import Fault, Reason
from pipeline.values.dates import is_past, parse_moment

DAY = "03 Jan 2022 "
EVENING, MORNING = datetime(2022, 1, 4, 3, tzinfo=UTC), datetime(2022, 1, 3, 15, tzinfo=UTC)
UNKNOWN = [
    "10:00 night GMT", "10:00 noon GMT", "10:00 Night EST", "10:00 soir CET", "10:00 nuit", "10:00 夜 EST",
    "10:00 ночи +0300", "10.00 night GMT", "10:00 (PM) GMT", "10:00 GMT (PM)", "10:00 GMT (night)",
    "10:00 +0100 pm", "10:00 p/m GMT", "22:00 p EST", "10:00 EST tomorrow", "10:00 EST or later",
    "10:00 +0100 -0500", "10:00 +5", "10:00 +0100 (PM)", "10:00 +0100 (abends)", "10:00 Uhr abends",
    "10:00 2023 EST", "10:00 EST 2023", "10:00 pEST", "10:00 EST5EDT", "10:00 midnight EST GMT", "10:00 -1200000",
]  # fmt: skip
NO_ZONE = [
    "10:00 CST", "10:00 IST GMT", "10:00 EST GMT", "10:00 -0500 GMT", "10:00 GMT (EST)", "10:00 GMT -0500",
    "10:00 Europe/Berlin", "10:00 (CST)", "10:00 a CST", "10:00 Uhr", "10:00 h",
]  # fmt: skip
AT = {
    **dict.fromkeys(
        ["10:00p EST", "10:00 p EST", "10:00P EST", "10:00 p. EST", "10:00 p. m. EST", "10.00 PM EST",
         "10:00 \u202fPM EST", "10:00  p  EST", "10:00p -0500", "22:00 EST EST", "22:00 -05"], EVENING),
    **dict.fromkeys(
        ["10:00a EST", "10:00 a EST", "10:00 EST", "10:00, EST", "10:00 est", "10:00 -0500 (CST)",
         "10:00 -0500 (Eastern Standard Time)", "10:00 -0500 EST", "10:00 -0500 (-05)",
         "10:00 -0500 (Nordamerikanische Ostküsten-Normalzeit)", "10:00 -0500 (heure de l’Est)"], MORNING),
}  # fmt: skip


@pytest.mark.parametrize("clock", UNKNOWN)
def test_a_clock_with_an_unknown_word_is_none(clock: str) -> None:
    """It may be twelve hours later, and an embargo would end early."""
    assert parse_moment(DAY + clock) is None
    assert not is_past(DAY + clock, datetime(2099, 1, 1, tzinfo=UTC))


@pytest.mark.parametrize("clock", NO_ZONE)
def test_a_zone_of_several_offsets_or_two_is_none(clock: str) -> None:
    """The moment is past where it is past everywhere."""
    assert parse_moment(DAY + clock) == datetime(2022, 1, 3, 10)  # noqa: DTZ001 - it names none
    assert not is_past(DAY + clock, datetime(2022, 1, 3, 23, 59, tzinfo=UTC))
    assert is_past(DAY + clock, datetime(2022, 1, 4, tzinfo=UTC))


@pytest.mark.parametrize("clock", AT)
def test_a_clock_that_is_understood(clock: str) -> None:
    """With half of a day, and one zone however often."""
    assert parse_moment(DAY + clock) == AT[clock]


@pytest.mark.parametrize(
    "written", ["Mon Jan 3 22:00:00 EST 2022", "Mon Jan  3 10:00:00 p 2022 EST", "3 Jan 2022 22:00:00 EST 2022"]
)
def test_the_year_behind_the_clock(written: str) -> None:
    """As programs in C write it."""
    assert parse_moment(written) == (EVENING if written.startswith("Mon") else None)


@pytest.mark.parametrize(
    ("date", "is_held"),
    [("0001-01-01T00:00:00Z", True), ("9999-12-31T00:00:00Z", True), ("2022-01-03T10:00:00Z", False), ("x", False)],
)
def test_an_entry_of_a_year_that_no_item_may_have_stops_no_feed(date: str, is_held: bool) -> None:
    """It is refused, and comes again with another date."""
    assert is_ahead(date, int(EVENING.timestamp() * 1000)) is is_held


def test_a_fault_can_be_copied() -> None:
    """With its reason."""
    fault = Fault(Reason.NO_ITEM, "a plan")
    for one in (copy.copy(fault), copy.deepcopy(fault), pickle.loads(pickle.dumps(fault))):
        assert (one, one.reason, type(one)) == (fault, Reason.NO_ITEM, Fault)
