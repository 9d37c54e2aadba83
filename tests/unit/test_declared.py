"""What is known of a feed: headers complete what an item does not say, and a wrong one is a warning."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from walk import FEED, START_MS

from pipeline.envelope import BOILERPLATE_BYTES_MAX, FEED_RATE, Headers
from pipeline.items import Item
from pipeline.normalise.declared import NOTHING, READERS, declared_in
from pipeline.records import Record
from pipeline.replay import Replay, payload
from tests.examples import examples

RSS = """<rss version="2.0"><channel><title>Quay</title><link>https://quay.example/</link>
<item><title>Ferry {number} late</title><link>https://quay.example/ferry-2022-late</link><guid>{guid}</guid>
<pubDate>{date}</pubDate>
<description>The ferry to the islands came two hours late on Monday because of fog over the bay.</description>
</item></channel></rss>"""
FEED_JSON: dict[str, Any] = {
    "version": "https://jsonfeed.org/version/1.1",
    "title": "Quay",
    "items": [
        {
            "id": "a1b2c3d4e5",
            "url": "https://quay.example/ferry-2022-late",
            "title": "Ferry late",
            "content_text": "The ferry came late.\n\nRead our newsletter.\n\nIt had left on time.",
            "date_published": "2022-01-03T10:00:00",
        }
    ],
}
NINJS = {
    "uri": "urn:quay:2022:77",
    "headline": "Ferry late",
    "body_text": "The ferry came two hours late on Monday.\n\nIt had left on time.",
    "versioncreated": "2022-01-03T10:00:00",
}


def rss(
    guid: str = "https://quay.example/?p=77", date: str = "Mon, 03 Jan 2022 10:00:00", number: int = 7
) -> bytes:
    return RSS.format(guid=guid, date=date, number=number).encode()


def records(data: bytes, headers: Headers) -> list[Record]:
    """What normalise makes of a payload with these headers."""
    replay = Replay(rooms=("normalise",))
    replay.publish(payload(FEED, data, START_MS, headers), START_MS)
    return list(replay.log["wire.normalised"])


def read(data: bytes, **known: str | bytes) -> Item:
    """The only item of the payload; `zone="Europe/Oslo"` is the header `feed-zone`."""
    headers = tuple(
        (f"feed-{name}", value if isinstance(value, bytes) else value.encode()) for name, value in known.items()
    )
    (record,) = records(data, headers)
    return Item.model_validate_json(record.value)


def hour(item: Item) -> int:
    return item.version_created.hour


@pytest.mark.parametrize(
    ("data", "zone", "expected", "warned"),
    [
        pytest.param(rss(), None, 10, True, id="RSS, nothing known"),
        pytest.param(rss(), "Europe/Oslo", 9, False, id="RSS"),
        pytest.param(rss(date="Mon, 03 Jan 2022 10:00:00 +0200"), "Europe/Oslo", 8, False, id="RSS with an offset"),
        pytest.param(orjson.dumps(FEED_JSON), "Europe/Oslo", 9, False, id="JSON Feed"),
        pytest.param(orjson.dumps(NINJS), None, 10, True, id="ninjs, nothing known"),
        pytest.param(orjson.dumps(NINJS), "Asia/Tokyo", 1, False, id="ninjs"),
        pytest.param(
            orjson.dumps({**NINJS, "versioncreated": "2022-01-03T10:00:00Z"}),
            "Asia/Tokyo",
            10,
            False,
            id="ninjs, Z",
        ),
        pytest.param(orjson.dumps(NINJS), "Asia/Tokio", 10, True, id="a zone that does not exist"),
    ],
)
def test_zone(data: bytes, zone: str | None, expected: int, warned: bool) -> None:
    """A date that names no zone is read in that of the feed, in any format; one that names a zone is left alone."""
    item = read(data, **({"zone": zone} if zone else {}))
    assert hour(item) == expected
    assert any("no offset" in one for one in item.wire.warnings) == warned


@pytest.mark.parametrize(
    ("date", "expected"),
    [
        ("2021-07-03T12:00:00", datetime(2021, 7, 3, 10, tzinfo=UTC)),  # summer time
        ("2021-12-03T12:00:00", datetime(2021, 12, 3, 11, tzinfo=UTC)),
        ("2021-10-31T02:30:00", datetime(2021, 10, 31, 0, 30, tzinfo=UTC)),  # twice on this day: the first
        ("2021-03-28T02:30:00", datetime(2021, 3, 28, 1, 30, tzinfo=UTC)),  # never on this day
        ("2021-12-03", datetime(2021, 12, 2, 23, tzinfo=UTC)),  # midnight there
    ],
)
def test_summer_time(date: str, expected: datetime) -> None:
    """The zone's own rules of that day count."""
    assert read(orjson.dumps({**NINJS, "versioncreated": date}), zone="Europe/Oslo").version_created == expected


def test_an_embargo_without_a_zone_still_has_no_end() -> None:
    """The zone of a feed ends no embargo: one that names none holds until it is released."""
    document = {**NINJS, "embargoed": "2022-01-03T20:00:00"}
    plain, zoned = (read(orjson.dumps(document), **known) for known in ({}, {"zone": "Europe/Oslo"}))
    assert plain.embargoed_until is None
    assert zoned.embargoed_until is None
    assert "embargo" in zoned.dispatch.signals
    assert "embargo" in plain.dispatch.signals


@pytest.mark.parametrize(
    ("declared", "known", "expected"),
    [
        (None, None, "en"),  # detected
        (None, "nb-NO", "nb-NO"),
        ("fr", "nb", "fr"),
        ("no language!", "nb", "nb"),
        (None, "no language!", "en"),
    ],
)
def test_language(declared: str | None, known: str | None, expected: str) -> None:
    """The language of a feed is that of the items that name none."""
    text = (
        "The ferry to the islands came two hours late on Monday because of the fog over the whole bay in the north."
    )
    document = {**NINJS, "body_text": text} | ({"language": declared} if declared else {})
    item = read(orjson.dumps(document), **({"language": known} if known else {}))
    assert item.language.tag == expected
    assert any("feed-language" in one for one in item.wire.warnings) == (known == "no language!")


@pytest.mark.parametrize(
    ("known", "body", "expected"),
    [
        (None, "The ferry came late.", None),
        ("Reuters", "The ferry came late.", "reuters"),
        ("reuters", "The ferry came late.", "reuters"),
        ("Quay News", "The ferry came late.", "Quay News"),
        ("Reuters", "LISBON (AP) - The ferry came late.", "ap"),
        ("", "The ferry came late.", None),
        ("x" * 61, "The ferry came late.", None),
    ],
)
def test_agency(known: str | None, body: str, expected: str | None) -> None:
    """The agency of a feed wrote the items that name none; one that the table has is its code."""
    item = read(orjson.dumps({**NINJS, "body_text": body}), **({"agency": known} if known is not None else {}))
    assert item.wire.agency == expected
    assert any("feed-agency" in one for one in item.wire.warnings) == (known in ("", "x" * 61))


@pytest.mark.parametrize("known", [None, "guid", "link", "LINK"])
def test_identity(known: str | None) -> None:
    """With `link` an entry whose guid churns is one dispatch; otherwise, and with a wrong value, it is two."""
    headers = {"id": known} if known else {}
    one, other = (read(rss(guid=guid), **headers) for guid in ("1f0c-2022-01", "9e4d-2022-02"))
    assert (one.dispatch.id == other.dispatch.id) == (known == "link")
    assert any("neither guid nor link" in each for each in one.wire.warnings) == (known == "LINK")
    document = {**FEED_JSON, "items": [{**FEED_JSON["items"][0], "id": "ffff-2022-01"}]}
    first, second = (read(orjson.dumps(each), **headers) for each in (FEED_JSON, document))
    assert (first.dispatch.id == second.dispatch.id) == (known == "link")


def test_without_a_link_the_guid_identifies() -> None:
    """A feed that is identified by its links may have an entry without one."""
    data = rss().replace(b"<link>https://quay.example/ferry-2022-late</link>", b"")
    assert read(data, id="link").dispatch.id == read(data).dispatch.id


def test_boilerplate() -> None:
    """The lines are in no text, whatever their case and blanks, and are kept beside it; other lines stay."""
    plain = read(orjson.dumps(FEED_JSON))
    assert "newsletter" in plain.body
    item = read(orjson.dumps(FEED_JSON), boilerplate=orjson.dumps(["READ our  newsletter.", "Left on time."]))
    assert item.body == "The ferry came late.\n\nIt had left on time."
    assert [(one.kind, one.text, one.rule) for one in item.furniture.stripped] == [
        ("boilerplate", "Read our newsletter.", "feed-boilerplate")
    ]
    assert item.wire.warnings == plain.wire.warnings


def test_a_note_is_no_boilerplate() -> None:
    """A line that tells editors something is read wherever it stands: an embargo holds."""
    note = "EMBARGOED UNTIL 20:00 GMT ON 4 JANUARY 2022"
    document = {**NINJS, "body_text": f"{note}\n\n{NINJS['body_text']}"}
    item = read(orjson.dumps(document), boilerplate=orjson.dumps([note, "It had left on time."]))
    assert "embargo" in item.dispatch.signals
    assert "left on time" not in item.body
    assert "feed-boilerplate: line 1 is a note to editors; ignored" in item.wire.warnings


@pytest.mark.parametrize(
    ("name", "value", "why"),
    [
        ("zone", b"Europe/Olso", "'Europe/Olso' is unknown"),
        ("zone", b"+01:00", "'+01:00' is unknown"),
        ("zone", b"../../etc/passwd", "is unknown"),
        ("zone", b"\xff", "utf-8"),
        ("zone", b"x" * 201, "201 bytes, at most 200"),
        ("language", b"Norwegian bokmaal", "is no language tag"),
        ("agency", b"A\x1b[31m", "is no name"),
        ("id", b"url", "is neither guid nor link"),
        ("boilerplate", b"Read our newsletter.", ""),
        ("boilerplate", b'{"a": 1}', "no JSON list of lines"),
        ("boilerplate", b'["", "a"]', "no JSON list of lines"),
        ("boilerplate", b"[" * 5_000, ""),
        ("boilerplate", orjson.dumps(["x" * 301]), "of more than 300 characters"),
        ("boilerplate", orjson.dumps([str(n) for n in range(101)]), "more than 100 lines"),
        ("boilerplate", b" " * (BOILERPLATE_BYTES_MAX + 1), "at most 32,768"),
        ("rate", b"0", "is no whole number"),
        ("rate", b"many", "is no whole number"),
    ],
)
def test_a_wrong_value_is_a_warning(name: str, value: bytes, why: str) -> None:
    """It changes nothing but the warnings, in which nothing can deceive a reader."""
    plain, item = read(rss()), read(rss(), **{name: value})
    (warning,) = set(item.wire.warnings) - set(plain.wire.warnings)
    assert warning.startswith(f"feed-{name}: ")
    assert why in warning
    assert warning.isprintable()
    assert item.model_copy(update={"wire": plain.wire}) == plain


def test_the_rate_goes_on() -> None:
    """The room watch reads how many payloads a feed may send; what is known else ends here."""
    headers = ((FEED_RATE, b" 60 "), ("feed-zone", b"Europe/Oslo"), (FEED_RATE, b"1"))
    (record,) = records(rss(), headers)
    assert [header for header in record.headers if header[0].startswith("feed-")] == [(FEED_RATE, b"60")]
    (wrong,) = records(rss(), ((FEED_RATE, b"-1"),))
    assert wrong.header(FEED_RATE) is None


def test_nothing_known_changes_nothing() -> None:
    """Without a header, and with those that are not ours, the very object for nothing is used."""
    assert declared_in((("ce_id", b"1"), ("feed-colour", b"red"))) is NOTHING


@settings(max_examples=examples(200), deadline=None)
@given(st.sampled_from(sorted(READERS)), st.binary(max_size=60) | st.text(max_size=60).map(str.encode))
def test_any_value_is_read_or_a_warning(name: str, value: bytes) -> None:
    """No value of a header raises, and its warnings are plain lines."""
    declared = declared_in(((name, value),))
    assert all(warning.isprintable() and len(warning) <= 300 for warning in declared.warnings)
