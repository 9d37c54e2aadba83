"""The end of an embargo in words: understood to the last word, or none; and never earlier than any reading."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.notes import Addressee, Passage, public_text, read_notes
from pipeline.notes.times import read_end

READABLE = {
    "10:00 GMT, January 12, 2022": "2022-01-12T10:00",
    "2022-01-12T10:00:00+01:00": "2022-01-12T09:00",
    "12 January 2022 at 9.30 p.m. EST": "2022-01-13T02:30",
    "0001 GMT on 12 January 2022": "2022-01-12T00:01",
    "2000 GMT 12 January 2022": "2022-01-12T20:00",
    "6:00:00 PM GMT, January 4 2022": "2022-01-04T18:00",
    "6 p. m. GMT, January 4 2022": "2022-01-04T18:00",
    "6 in the evening GMT, January 4 2022": "2022-01-04T18:00",
    "12:01 a.m. ET, Jan. 4, 2022": "2022-01-04T05:01",
    "noon ET, Tuesday, Jan. 4, 2022": "2022-01-04T17:00",
    "midnight GMT, 4 January 2022": "2022-01-05T00:00",  # the later of two
    "18:00 UTC−5, January 4 2022": "2022-01-04T23:00",
    "18:00 GMT -5, January 4 2022": "2022-01-04T23:00",
    "12:00 UTC+2, 12 January 2022": "2022-01-12T10:00",
    "18:00 CET (GMT+1), 4 January 2022": "2022-01-04T17:00",
    "6 p.m. London time, 4 July 2022": "2022-07-04T17:00",
    "18:00 New York time on January 4th, 2022": "2022-01-04T23:00",
    "18:00 EDT, 4 January 2022": "2022-01-04T23:00",  # no summer time in January: as EST, which is later
    "12. Januar 2022, 09.30 Uhr MEZ": "2022-01-12T08:30",
    "12.01.2022, 09:30 Uhr MEZ": "2022-01-12T08:30",
    "4. Januar 2022, 6.00 Uhr abends MEZ": "2022-01-04T17:00",
    "Dienstag, 4. Januar 2022, 18 Uhr 30 Berliner Zeit": "2022-01-04T17:30",
    "4. Januar 2022, 12 Uhr mittags MEZ": "2022-01-04T11:00",
    "mardi 4 janvier 2022 18H00, heure de Paris": "2022-01-04T17:00",
    "au 12 janvier 2022 à 09h30 GMT": "2022-01-12T09:30",
    "3 heures de l'après-midi GMT, le 4 janvier 2022": "2022-01-04T15:00",
    "las 18:00 GMT del 4 de enero de 2022": "2022-01-04T18:00",
    "alle ore 18 del 4 gennaio 2022, ora di Roma": "2022-01-04T17:00",
    "18h de terça-feira, 4 de janeiro de 2022, GMT": "2022-01-04T18:00",
    "6 uur 's avonds CET, 4 januari 2022": "2022-01-04T17:00",
    "tirsdag den 4. januar 2022 kl. 18.00 CET": "2022-01-04T17:00",
    "18:00 по московскому времени 4 января 2022 года": "2022-01-04T15:00",
}
ENDLESS = (
    "",
    "Tuesday",
    "22. Oktober 09.30 Uhr",  # no year, no zone
    "heute Abend (23.01.), 19.00 Uhr.",
    "Monday 10:00 GMT",
    "10:00, January 12, 2022",  # whose ten o'clock?
    "January 12, 2022",
    "January 12 2022 GMT",
    "10:00 CST, January 12, 2022",  # Chicago or Shanghai
    "10:00 IST, January 12, 2022",
    "10:00 Lomsk time, January 12, 2022",
    "10:00 local time, January 12, 2022",
    "9:30 GMT, January 12, 2022",  # or 21:30
    "6 o'clock GMT, January 12, 2022",
    "12 p.m. GMT, January 12, 2022",  # noon to some, midnight to others
    "1/4/2022 18:00 GMT",  # January or April
    "Wednesday, January 4, 2022, 18:00 GMT",  # it was a Tuesday
    "10:00 GMT, January 12, 2022 or January 13, 2022",
    "18:00 GMT / 19:30 CET, 4 January 2022",
    "25:00 GMT, January 32, 2022",
    "further notice (issued 2 January 2022, 08:00 GMT)",
    "2 January 2022, 08:00 GMT or until further notice",
    "Sent at 20:00 GMT, 2 January 2022",
    "one week after 2 January 2022, 10:00 GMT",
    "after 10:00 GMT, 2 January 2022",
    "not before 10:00 GMT, 2 January 2022",
    "10:00 GMT?, 2 January 2022",
    "4-5 January 2022, 10:00 GMT",
    "10:00 GMT, 2 January 2022 and the end of the speech",
)
ISSUED = datetime(2022, 1, 3, 9, tzinfo=UTC)  # a Monday
RELATIVE = {
    "6 p.m. GMT Tuesday": "2022-01-04T18:00",
    "Montag, 18 Uhr MEZ": None,  # today, or next week?
    "tomorrow, 18:00 GMT": "2022-01-04T18:00",
    "heute 18 Uhr MEZ": "2022-01-03T17:00",
    "18:00 GMT, 4 January": "2022-01-04T18:00",
    "18:00 GMT, 2 January": None,  # past: of which year?
    "18:00 GMT, 4 July": None,
    "Wednesday, 4 January, 18:00 GMT": None,
    "6 p.m. Tuesday": None,
}


def instant(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize("text", READABLE)
def test_one_instant_that_every_word_belongs_to(text: str) -> None:
    """Alone, and behind an announcement."""
    assert read_end(text) == instant(READABLE[text])
    found = read_notes([Passage(Addressee.PUBLIC, f"EMBARGOED UNTIL {text}", "body")]).embargo
    assert found is not None
    assert found.until == instant(READABLE[text])


@pytest.mark.parametrize("text", ENDLESS)
def test_anything_else_has_no_end(text: str) -> None:
    """It fails closed: what is missing is never guessed, what is not understood is never dropped."""
    assert read_end(text) is None
    found = read_notes([Passage(Addressee.EDITORS, f"Embargoed until {text}", "note")]).embargo
    assert found is not None
    assert found.until is None


@pytest.mark.parametrize("text", RELATIVE)
def test_relative_times_are_seen_from_the_arrival(text: str) -> None:
    """Only where that leaves one day, and never without an arrival."""
    assert read_end(text, ISSUED) == instant(RELATIVE[text])
    assert read_end(text) is None


@pytest.mark.parametrize(
    ("text", "has_end"),
    [
        ("18:00 GMT January 3 2021", False),
        ("9 a.m. GMT on 31 January 2021", False),
        ("18:00 GMT January 3 2022", True),
        ("18:00 GMT January 3 2020", True),
        ("18:00 GMT July 3 2021", True),
        ("18:00 GMT December 30 2021", True),
    ],
)
def test_the_year_before_may_be_a_slip(text: str, has_end: bool) -> None:
    """In the first days of January a note often has the old year: if the day then lies ahead, it has no end."""
    assert (read_end(text, datetime(2022, 1, 3, 8, tzinfo=UTC)) is not None) is has_end


@pytest.mark.parametrize("note", ["Adds 3 photos", "now 20:00", "Moved to Jan 5"])
def test_a_figure_in_another_line_may_move_the_end(note: str) -> None:
    """The lines of one note are understood together."""
    embargo = "EMBARGOED UNTIL 18:00 GMT, 4 January 2022"
    assert read_end("18:00 GMT, 4 January 2022") is not None
    for text in (f"{embargo}\n{note}", f"{note}\n{embargo}"):
        found = read_notes([Passage(Addressee.EDITORS, text, "note")]).embargo
        assert found is not None
        assert found.until is None


PIECES = st.sampled_from([
    "18:00", "6:00", "6 p.m.", "6", "0600", "2030", "noon", "midnight", "12 a.m.", "6 Uhr abends", "18h30", "12:00",
    "9.30", "kl. 18", "GMT", "CET", "EST", "EDT", "BST", "UTC-5", "GMT −5", "MESZ", "Paris time", "heure de Paris",
    "CST", "local time", "+0100", "4 January 2022", "January 4, 2022", "4.1.2022", "1/4/2022", "4. Januar 2022",
    "2022-01-04", "4 July 2022", "mardi 4 juillet 2022", "Tuesday", "Dienstag", "on", "at", "of", "the", "le",
    "and", "or", "not", "after", "before", "issued", "until further notice", "one week", "-", "/", ",", "(", ")",
])  # fmt: skip


@given(st.lists(PIECES, max_size=8), st.none() | st.just(ISSUED))
def test_no_words_give_an_end_before_one_of_their_readings(pieces: list[str], issued: datetime | None) -> None:
    """Whatever is put together: an end is not before the earliest instant of its day anywhere, nor in two days."""
    end = read_end(" ".join(pieces), issued)
    if end is None:
        return
    assert not {"and", "or", "not", "after", "before", "issued", "until further notice", "one week"} & set(pieces)
    assert "CST" not in pieces
    assert "local time" not in pieces
    days = [
        datetime(2022, 7 if "jul" in piece.lower() else 1, 4, tzinfo=UTC) for piece in pieces if "2022" in piece
    ]
    first = days[0] if days else ISSUED
    assert first - timedelta(hours=15) <= end <= first + timedelta(days=8)


HOME = {
    "GMT": "UTC", "CET": "Europe/Berlin", "MEZ": "Europe/Berlin", "CEST": "Europe/Berlin", "BST": "Europe/London",
    "EST": "America/New_York", "EDT": "America/New_York", "PDT": "America/Los_Angeles", "AEDT": "Australia/Sydney",
    "NZDT": "Pacific/Auckland",
}  # fmt: skip
MINUTES = 10 * 366 * 24 * 60


@given(st.integers(0, MINUTES), st.sampled_from(sorted(HOME)))
def test_an_abbreviation_never_ends_before_the_clock_of_its_place(minutes: int, zone: str) -> None:
    """`EDT` in winter is written by mistake for the time of New York, which is later."""
    moment = datetime(2020, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
    end = read_end(f"{moment:%H:%M} {zone}, {moment.day} {moment:%B %Y}")
    assert end is not None
    assert end >= moment.replace(tzinfo=ZoneInfo(HOME[zone])).astimezone(UTC)


WORD = st.text(st.characters(categories=["Ll", "Lu"]), min_size=3, max_size=9)


@given(WORD, st.integers(0, 4))
def test_a_word_that_nobody_knows_takes_the_end_away(word: str, place: int) -> None:
    """Wherever it stands."""
    pieces = ["18:00", "GMT,", "4", "January", "2022"]
    pieces.insert(place, word)
    assert read_end(" ".join(pieces)) in {None, instant("2022-01-04T18:00")}
    pieces[place] = f"x{word}x"
    assert read_end(" ".join(pieces)) is None


def test_four_digits_before_an_offset_are_a_clock() -> None:
    """Behind a date with its year; `1900` alone may be a year."""
    issued = datetime(2022, 1, 3, tzinfo=UTC)
    for text in ("4 January 2022 1900 +0100", "1900 +0100 4 January 2022"):
        assert read_end(text, issued) == datetime(2022, 1, 4, 18, tzinfo=UTC)
    assert read_end("4 January 1900", issued) is None


DAYS = [
    written.format(day=day)
    for day in range(1, 32)
    for written in ("EMBARGO until {day} January 2031, 10:00 GMT", "Embargo bis {day}. Januar 2031, 10:00 GMT")
]
OTHERS = ["Embargo until March 20 2031, 6 p.m. GMT", "Embargo until 20 Rajab 1442, 10:00 GMT"]


def in_copy(line: str) -> bool:
    """Whether the line, between others of the copy, holds the item."""
    lines = ["Strike ends", line, "Dockers in Norrby went back to work."]
    return public_text(lines, datetime(2022, 1, 3, tzinfo=UTC), titled=True).meaning.embargo is not None


@pytest.mark.parametrize("line", [*DAYS, *OTHERS])
def test_the_day_of_a_month_is_no_year(line: str) -> None:
    """On the 19th and the 20th too an embargo in the copy holds: `embargo until 2031` is news, of trade."""
    assert in_copy(line)


@pytest.mark.parametrize(
    "line", ["EMBARGO until 2031 hits the port", "Embargo until January 2031 hits grain trade"]
)
def test_an_embargo_until_a_year_is_news(line: str) -> None:
    """The twin: nobody is asked to wait."""
    assert not in_copy(line)
