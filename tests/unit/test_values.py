"""Values that formats and copy share: one table of months and zones."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from pipeline.notes.times import read_end
from pipeline.values.dates import MONTHS, ZONE_HOURS, iso_day, read_embargo, read_parts
from pipeline.values.embargo import Embargo, strictest

EARLY, LATE = datetime(2022, 1, 12, tzinfo=UTC), datetime(2022, 1, 13, tzinfo=UTC)
ENDLESS = Embargo(None)


@pytest.mark.parametrize(
    ("embargoes", "expected"),
    [
        ((), None),
        ((None, None), None),
        ((Embargo(EARLY), None, Embargo(LATE)), Embargo(LATE)),
        ((Embargo(LATE), ENDLESS, Embargo(EARLY)), ENDLESS),
    ],
)
def test_the_strictest_embargo(embargoes: tuple[Embargo | None, ...], expected: Embargo | None) -> None:
    """An embargo without an end is stricter than any other, else the last to end."""
    assert strictest(embargoes) == expected


@pytest.mark.parametrize("month", sorted(MONTHS))
def test_prose_and_trailers_know_the_same_months(month: str) -> None:
    """Every name of a month is read in an embargo in prose as in the trailer of a telegraph message."""
    found = read_end(f"12 {month} 2022, 09:30 GMT")
    assert found == read_parts(iso_day("2022", month, "12"), "0930", "GMT", "trailer", [])
    assert found == datetime(2022, MONTHS[month], 12, 9, 30, tzinfo=UTC)


@pytest.mark.parametrize("zone", sorted(ZONE_HOURS))
def test_prose_and_trailers_know_the_same_zones(zone: str) -> None:
    """Every zone is read in an embargo in prose as in the trailer of a telegraph message."""
    warnings: list[str] = []
    trailer = read_parts("2022-01-12", "0930", zone, "trailer", warnings)
    assert trailer is not None
    end = read_end(f"12 January 2022, 09:30 {zone}")
    assert end is not None
    assert end >= trailer  # an embargo in summer time ends an hour later in winter: it may have been meant so
    assert warnings == []


def test_an_ambiguous_zone_is_in_no_table() -> None:
    """CST, IST and ET mean several offsets: an embargo with one has no end, a trailer gives a warning."""
    warnings: list[str] = []
    assert read_end("12 January 2022, 09:30 CST") is None
    read_parts("2022-01-12", "0930", "CST", "trailer", warnings)
    assert warnings == ["trailer: zone CST unknown", "trailer: no offset, read as UTC"]


EMBARGO_DATES = [
    ("2022-01-02T20:00:00Z", "2022-01-02T20:00:00+00:00"),
    ("20220102T200000-0500", "2022-01-03T01:00:00+00:00"),
    ("Sun, 02 Jan 2022 20:00:00 GMT", "2022-01-02T20:00:00+00:00"),
    ("02 Jan 2022 20:00 -0500", "2022-01-03T01:00:00+00:00"),
    ("2 Jan 2022 20:00 EST", "2022-01-03T01:00:00+00:00"),
    ("02 Jan 2022 20:00 GMT -0500", None),
    ("02 Jan 2022 20:00 GMT-5", None),
    ("02 Jan 2022 20:00 UTC−5", None),
    ("02 Jan 2022 08:00 PM GMT", None),
    ("02 Jan 2022 20:00 CST", None),
    ("02 Jan 2022 20:00 -0000", None),  # RFC 5322: no zone is known
    ("02 Jan 2022 20:00 GMT or later", None),
    ("02 Jan 2022 20:00", None),
    ("2022-01-02T20:00:00", None),
    ("", None),
]


@pytest.mark.parametrize(("written", "until"), EMBARGO_DATES)
def test_the_date_of_an_embargo_is_understood_whole(written: str, until: str | None) -> None:
    """The end of an embargo is a date to its last character, with an offset that means one thing; else none."""
    found = read_embargo([written], [])
    assert found is not None
    assert (found.until and found.until.isoformat()) == until
