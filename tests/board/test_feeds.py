"""The page of feeds: how each one is, the broken ones on top, and nothing of what ingest remembers."""

from __future__ import annotations

import re
from typing import Any

import pytest

from pipeline.board import tables
from pipeline.board.rows import ENRICHED, FEEDS, writes_of
from pipeline.envelope import TYPE, RecordType
from pipeline.items import instant
from pipeline.items.feed import FeedState
from pipeline.records import Position, Record
from pipeline.runtime.board.environment import lasting
from pipeline.runtime.board.store import Store
from pipeline.runtime.board.views import feeds
from tests.board.conftest import Desk
from tests.board.records import MINUTE_MS, START_MS, feed, item, record
from tests.board.test_pages import text_of

LEDGER = [  # key and value of records that `wiredesk ingest` writes into the same topic
    (b"polder/cursor", b'{"kind": "folder", "cursor": {}}'),
    (b"polder/seen/00ff", b'{"met": 1}'),
    (b"polder/seen/00ff", b""),
    (b"", b"owner"),
]


def put(desk: Desk, offset: int, name: str, state: FeedState, minute: float = 0, **more: Any) -> None:
    desk.write(record(FEEDS, 0, offset, RecordType.FEED, feed(name, state, minute, **more), minute))


def test_what_ingest_remembers_is_no_row(store: Store) -> None:
    """The position moves on, and nothing else: no row, and no change that a browser would be told of."""
    records = [
        Record(Position(FEEDS, 0, offset), key, value, (), START_MS) for offset, (key, value) in enumerate(LEDGER)
    ]
    assert {write.statement for one in records for write in writes_of(one)} == {tables.MOVE}
    store.write(records)
    assert store.positions() == {(FEEDS, 0): len(LEDGER)}
    with store.reading() as db:
        assert feeds.feeds(db) == []
        assert db.execute("select count(*) from changes").fetchone()[0] == 0


def test_a_feed_that_was_forgotten(desk: Desk) -> None:
    """A status without a value: its row goes, and browsers are told; one that nobody had is no error."""
    put(desk, 0, "polder", FeedState.OK)
    put(desk, 1, "norden", FeedState.OK)
    for offset, key in ((2, b"polder/status"), (3, b"harbour/status")):
        desk.write(Record(Position(FEEDS, 0, offset), key, b"", ((TYPE, RecordType.FEED.encode()),), START_MS))
    with desk.board.store.reading() as db:
        assert [line.status.feed for line in feeds.feeds(db)] == ["norden"]
        assert [row["key"] for row in db.execute("select key from changes")][-2:] == ["polder", "harbour"]


def test_one_position_a_batch(store: Store) -> None:
    """What asks for no row costs a batch one statement, however many records it has."""
    said: list[str] = []
    store._db.set_trace_callback(said.append)
    store.write(Record(Position(FEEDS, 0, offset), b"polder/seen/00", b"{}", (), START_MS) for offset in range(500))
    store._db.set_trace_callback(None)
    assert sum("into positions" in one for one in said) == 1
    assert store.positions() == {(FEEDS, 0): 500}


def test_a_status_that_cannot_be_read(desk: Desk) -> None:
    """That of another version leaves what is known of the feed."""
    put(desk, 0, "polder", FeedState.OK)
    broken = record(FEEDS, 0, 1, RecordType.FEED, feed("polder", FeedState.SILENT), 0)
    value = broken.value.replace(b'"silent"', b'"new-state"')
    desk.write(Record(broken.position, b"", value, broken.headers, START_MS))
    assert "OK since" in text_of(desk.browser.get("/feeds").text)
    assert desk.board.store.positions() == {(FEEDS, 0): 2}


def test_the_gravest_first(desk: Desk) -> None:
    """In the order of the states, and of their names; each state in a word."""
    for offset, state in enumerate(reversed(FeedState)):
        put(desk, offset, f"feed-{state}", state)
    html = desk.browser.get("/feeds").text
    assert re.findall(r"<bdi>feed-([a-z-]+)</bdi>", html) == [*FeedState]
    words = [state.replace("-", " ").upper() for state in FeedState]
    assert re.findall(r'<b class="tag">([A-Z ]+)</b>', html) == words


SAID: list[tuple[FeedState, dict[str, Any], str]] = [
    (FeedState.SET_ASIDE, {"why": "51 of 100 died: bad-json"}, "51 of 100 died: bad-json"),
    (FeedState.SILENT, {"usual_silence_seconds": 2_400}, "usually silent for up to 40 minutes at this hour"),
    (FeedState.OVER_RATE, {"rate": 120}, "up to 120 a minute"),
    (
        FeedState.LATE,
        {"lateness_seconds": 10_800, "usual_lateness_seconds": 60},
        "late by 3 hours, usually 1 minute",
    ),
    (FeedState.OK, {"items_a_week": 1_234}, "1,234 a week"),
    (FeedState.OK, {"usual_items_this_hour": 12.0}, "usually 12 in this hour"),
    (FeedState.OK, {"usual_items_this_hour": 0.3}, "usually 0.3 in this hour"),
    (FeedState.OK, {"warnings_share": 0.07}, "7 % with warnings"),
    (FeedState.LEARNING, {"last_item": None}, "no item"),
]


@pytest.mark.parametrize(("state", "more", "said"), SAID)
def test_what_is_said_of_a_feed(desk: Desk, state: FeedState, more: dict[str, Any], said: str) -> None:
    """Since when, why, its rhythm, its warnings; resumed can be what was set aside, and nothing else."""
    put(desk, 0, "polder", state, **more)
    html = desk.browser.get("/feeds").text
    assert "since 12 Jan 15:06" in text_of(html)
    assert said in text_of(html).replace(" ,", ",")
    assert ('action="/do/resume"' in html) == (state is FeedState.SET_ASIDE)


def test_items_an_hour(desk: Desk) -> None:
    """Of the last twelve hours, up to the latest item of any feed; its latest item as far as the board knows."""
    put(desk, 0, "meridian", FeedState.OK)
    put(desk, 1, "polder", FeedState.OK)
    minutes = [0, 30, 660, 720]
    desk.write(
        *(
            record(ENRICHED, 0, n, RecordType.ITEM, item(f"d{n}", minute), minute)
            for n, minute in enumerate(minutes)
        )
    )
    with desk.board.store.reading() as db:
        found = {one.status.feed: one for one in feeds.feeds(db)}
    assert found["meridian"].curve == (1, *[0] * 10, 2)
    assert found["meridian"].last_item == instant(START_MS + 720 * MINUTE_MS)
    assert found["polder"].curve == (0,) * 12
    assert found["polder"].last_item == instant(START_MS)


def test_more_feeds_than_a_page_has(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """How many more there are is said; what is left out is the least grave."""
    monkeypatch.setattr(feeds, "FEEDS_SHOWN", 2)
    for offset, state in enumerate((FeedState.OK, FeedState.SILENT, FeedState.LATE)):
        put(desk, offset, f"feed-{state}", state)
    html = desk.browser.get("/feeds").text
    assert "feed-ok" not in html
    assert "1 feed more" in html


@pytest.mark.parametrize("name", ["", " ", "#x", "?said=x", '"><script>', "a/../../login", "\u202ea", "x" * 9_000])
def test_any_name_has_a_place(desk: Desk, name: str) -> None:
    """The place of a row in the page is of plain letters, whatever the feed is called; others have others."""
    put(desk, 0, name, FeedState.SET_ASIDE)
    put(desk, 1, "polder", FeedState.OK)
    places = re.findall(r'<li [^>]*id="([^"]*)"', desk.browser.get("/feeds").text)
    assert len(set(places)) == 2
    assert all(re.fullmatch(r"feed-[0-9a-f]{24}", place) for place in places)


@pytest.mark.parametrize(
    ("seconds", "said"), [(0, "1 minute"), (90, "2 minutes"), (7_200, "2 hours"), (172_800, "2 days")]
)
def test_how_long(seconds: int, said: str) -> None:
    """In the largest unit of which it is two or more."""
    assert lasting(seconds) == said
