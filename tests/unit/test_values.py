"""Values that formats and copy share: one table of months and zones."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from pipeline.notes.times import read_end
from pipeline.records import Fault
from pipeline.values.dates import MONTHS, ZONE_HOURS, in_zone, iso_day, read_embargo, read_instant, read_parts
from pipeline.values.embargo import Embargo, strictest
from pipeline.values.time_zones import clock_of

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


ZONED = [  # a date, its instant, and the one where the feed is in Shanghai if that is another
    ("Wed, 12 Jan 2022 10:37:00 GMT", "10:37", None),
    ("Wed, 12 Jan 2022 10:37:00 UT", "10:37", None),
    ("Wed, 12 Jan 2022 10:37:00 Z", "10:37", None),
    ("Wed, 12 Jan 2022 10:37:00 EST", "15:37", None),
    ("Wed, 12 Jan 2022 10:37:00 est", "15:37", None),
    ("Wed, 12 Jan 2022 10:37 MESZ", "08:37", None),
    ("Wed, 12 Jan 2022 10:37:00 +01:00", "09:37", None),
    ("Wed, 12 Jan 2022 10:37:00 +0100 (CST)", "09:37", None),
    ("Wednesday, 12-Jan-22 10:37:00 GMT", "10:37", None),
    ("Wednesday, 12-Jan-22 10:37:00 CET", "09:37", None),
    ("Wed Jan 12 10:37:00 CET 2022", "09:37", None),
    ("2022-01-12T10:37:00 CET", "09:37", None),
    ("2022-01-12 10:37 UT", "10:37", None),
    # A zone that means several offsets, or none.
    ("Wed, 12 Jan 2022 10:37:00 CST", "10:37", "02:37"),
    ("Wed, 12 Jan 2022 10:37:00 cst", "10:37", "02:37"),
    ("Wed, 12 Jan 2022 10:37:00 AST", "10:37", "02:37"),
    ("Wed, 12 Jan 2022 10:37:00 ADT", "10:37", "02:37"),
    ("Wed, 12 Jan 2022 10:37:00 IST", "10:37", "02:37"),
    ("Wed, 12 Jan 2022 10:37:00 A", "10:37", "02:37"),
    ("Wednesday, 12-Jan-22 10:37:00 CST", "10:37", "02:37"),
    ("Wed Jan 12 10:37:00 CST 2022", "10:37", "02:37"),
    ("Wed Jan 12 10:37:00 2022 CST", "10:37", "02:37"),
    ("mer., 12 janv. 2022 10:37:00 CST", "10:37", "02:37"),
    ("2022-01-12T10:37:00 CST", "10:37", "02:37"),
    ("12 Jan 2022 10:37 CST (China)", "10:37", "02:37"),
    ("12 Jan 2022 10:37 GMT -0500", "10:37", "02:37"),
    ("12 Jan 2022 10:37 CST+08:00", "10:37", "02:37"),
    ("Wed, 12 Jan 2022 10:37:00 -0000", "10:37", "02:37"),
    # None at all.
    ("Wed Jan 12 10:37:00 2022", "10:37", "02:37"),
    ("2022-01-12 10:37", "10:37", "02:37"),
    # Clocks of twelve hours.
    ("12 Jan 2022 10:37 PM EST", "03:37+1", None),
    ("12 Jan 2022 10:37PM GMT", "22:37", None),
    ("12 Jan 2022 12:05 a.m. GMT", "00:05", None),
    ("12 Jan 2022 12:05 p.m. GMT", "12:05", None),
    ("2022-01-12 10:37 AM UTC", "10:37", None),
    ("Jan 12, 2022 10:37 PM CST", "22:37", "14:37"),
]


@pytest.mark.parametrize(("written", "clock", "in_shanghai"), ZONED, ids=[row[0] for row in ZONED])
def test_what_the_table_of_zones_says_counts(written: str, clock: str, in_shanghai: str | None) -> None:
    """Not what the library knows: a name that means several offsets leaves the zone to the feed, with a warning."""
    warnings: list[str] = []
    moment = read_instant(written, "date", warnings)
    assert moment is not None
    day, time = (13, clock[:5]) if "+1" in clock else (12, clock)
    assert moment.isoformat() == f"2022-01-{day}T{time}:00+00:00"
    assert warnings == ([] if in_shanghai is None else ["date: no offset, read as UTC"])
    there = in_zone(moment, clock_of("Asia/Shanghai"))
    assert there is not None
    assert there.isoformat() == f"2022-01-{day}T{in_shanghai or time}:00+00:00"


UNREADABLE = [
    "12 Jan 2022 13:37 PM GMT",
    "12 Jan 2022 0:15 PM GMT",
    "12 Jan 2022 CST",
    "Wed, 12 Jan 10:37:00 CST",
    "2022011210",  # day and hour, in as many digits as seconds have in 2034
    "2031123123",
    "202201121037",
    "20220112103700",
    "999999999",
    "4100000000",
]


@pytest.mark.parametrize("written", UNREADABLE)
def test_what_is_no_date(written: str) -> None:
    """It is told, and nothing is made of it."""
    warnings: list[str] = []
    assert read_instant(written, "date", warnings) is None
    assert warnings == [f"date: unreadable date {written!r}"]


EPOCHS = [
    ("1000000000", "2001-09-09T01:46:40"),
    ("1641983820", "2022-01-12T10:37:00"),
    ("1641983820000", "2022-01-12T10:37:00"),
    ("1899999999", "2030-03-17T17:46:39"),
    ("1900000000", "2030-03-17T17:46:40"),
    ("2034567890", "2034-06-22T05:44:50"),
    ("2022011210999", "2034-01-27T21:46:50"),  # no day is written in so many digits
    ("3000000000", "2065-01-24T05:20:00"),
    ("4099999999", "2099-12-03T16:53:19"),
]


@pytest.mark.parametrize(("written", "moment"), EPOCHS)
def test_seconds_since_1970(written: str, moment: str) -> None:
    """As long as years are read at all, in seconds or milliseconds."""
    warnings: list[str] = []
    found = read_instant(written, "date", warnings)
    assert (found and found.isoformat(), warnings) == (f"{moment}+00:00", [])


NO_YEARS = [
    "Mon, 01 Jan 0001 00:00:00 GMT",
    "Monday, 01-Jan-0001 00:00:00 GMT",
    "Mon Jan 01 00:00:00 0001",
    "January 1, 0001 00:00 GMT",
    "0001-01-01T00:00:00Z",
    "Wed, 12 Jan 9999 10:37:00 CST",
    "9999-12-31T23:59:59Z",
    "Wed, 12 Jan 1066 10:37:00 GMT",
]


@pytest.mark.parametrize("written", NO_YEARS)
def test_years_that_no_wire_means(written: str) -> None:
    """They are a fault of the item, in whatever form they are written."""
    warnings: list[str] = []
    assert read_instant(written, "date", warnings) is None
    (fault,) = warnings
    assert isinstance(fault, Fault)
    assert "outside 1900" in fault


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
