"""The envelope: every record is a whole CloudEvent, and ticks and controls reach the room that they name."""

from __future__ import annotations

import re
from collections import defaultdict
from datetime import datetime
from pathlib import Path

import pytest
from walk import FEED, START_MS, Newsroom, ninjs

from pipeline import envelope
from pipeline.account import COUNTED, Account, Counter
from pipeline.captures import to_line
from pipeline.envelope import (
    FEATURES,
    ID,
    ROOM,
    SOURCE,
    TIME,
    TYPE,
    RecordType,
    addressed_headers,
    feed_of,
    payload_headers,
    source_of,
)
from pipeline.items import Action, Control, dispatch_id, dump
from pipeline.records import HANDLERS, Out, Position, Reason, Record, instant_ms
from pipeline.replay import Replay
from pipeline.replay import payload as raw
from pipeline.shard import Shard, as_record, tick
from pipeline.topology import ROOMS, Options

REQUIRED = ("ce_specversion", "ce_id", "ce_source", "ce_type", "ce_time")
TRACE = (("traceparent", b"00-aa-bb-01"),)
FEEDS = ("norden", "Agence Étrangère", "https://feeds.example/a?b=c d", "50% off")


def day() -> Replay:
    """A day with an update, an embargo that ends, a kill with its recall, a dead letter, a hold and a pin."""
    replay = Replay()
    body = " ".join(f"Talks of round {number} began in Brussels on Wednesday." for number in range(9))
    for minute, (feed, data) in enumerate(
        (
            (FEED, ninjs("a", body=body)),
            ("polder", ninjs("copy", body=body)),
            (FEED, ninjs("a", 2, body=body + " They go on.")),
            (FEED, ninjs("late", embargoedUntil="2022-01-12T09:04:30Z")),
            (FEED, b'{"uri": '),
            (FEED, ninjs("a", 3, pubStatus="canceled", bodies=[])),
            ("polder", ninjs("b", body="Nothing of this has to do with anything else.")),
        )
    ):
        now = START_MS + minute * 60_000
        replay.publish(raw(feed, data, now, TRACE), now)
    held = Control(action=Action.HOLD, dispatch=dispatch_id(FEED, "urn:norden:late"), who="desk", why="rights")
    headers = addressed_headers(RecordType.CONTROL, "resolve", "control", "c1", now)
    replay.publish(Out("wire.normalised", FEED.encode(), dump(held), headers), now)
    return replay


def test_every_record_is_a_whole_cloud_event() -> None:
    """Each record has the five attributes once, no id twice in a topic, the time in one spelling."""
    log = day().log
    assert {"wire.alerts", "wire.dead", "wire.enriched", "wire.stories"} <= log.keys()
    for topic, records in log.items():
        ids = set()
        for record in records:
            names = [name for name, _ in record.headers]
            assert len(set(names)) == len(names), (topic, names)
            assert [name for name in REQUIRED if not record.header(name)] == [], topic
            time = (record.header(TIME) or b"").decode()
            assert time == datetime.fromisoformat(time).strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z"
            ids.add(record.header(ID))
        assert len(ids) == len(records), topic


def test_what_a_record_takes_over() -> None:
    """Source and trace go from wire.raw to the last topic; features end at tag; the type says what a record is."""
    log = day().log
    types = {
        "wire.normalised": {"wire.item", "wire.tick", "wire.control"},
        "wire.enriched": {"wire.item"},
        "wire.stories": {"wire.story"},
        "wire.alerts": {"wire.alert"},
        "wire.dead": {"wire.dead"},
    }
    for topic, expected in types.items():
        assert {record.type for record in log[topic]} == expected
    for topic in ("wire.deduped", "wire.enriched", "wire.stories", "wire.alerts"):
        assert {record.header(SOURCE) for record in log[topic]} <= {b"norden", b"polder"}
        assert {record.header("traceparent") for record in log[topic] if record.type != "wire.control"} <= {
            b"00-aa-bb-01",
            None,
        }
    assert not any(record.header(FEATURES) for record in log["wire.enriched"])


def test_the_same_id_when_it_is_written_again() -> None:
    """A crash makes a room decide again; the ids of the records are the same."""
    assert [to_line(record) for log in day().log.values() for record in log] == [
        to_line(record) for log in day().log.values() for record in log
    ]


@pytest.mark.parametrize("feed", FEEDS)
def test_a_feed_is_a_uri_reference(feed: str) -> None:
    """`ce_source` is plain ASCII without blanks, and names the feed again."""
    source = source_of(feed)
    assert source.isascii()
    assert b" " not in source
    assert feed_of(source).decode() == feed
    assert payload_headers(feed, b"x", 0) == payload_headers(feed, b"x", 0)


def control(room: str | None, type_: str = "wire.control") -> Record:
    """A hold of dispatch `a`, for a room of that name."""
    value = dump(Control(action=Action.HOLD, dispatch=dispatch_id(FEED, "urn:norden:a"), who="desk", why="why"))
    headers = ((TYPE, type_.encode()), *(() if room is None else ((ROOM, room.encode()),)))
    return Record(Position("wire.normalised", 0, 5), b"", value, headers, START_MS)


def resolve() -> Shard:
    """A shard of resolve that knows dispatch `a`."""
    newsroom = Newsroom("normalise", "resolve")
    newsroom.send(ninjs())
    (item,) = newsroom.records("wire.normalised")
    shard = Shard(ROOMS["resolve"].make(Options()), 0)
    shard.step(as_record(Out("wire.normalised", item.key, item.value, item.headers, 0), 0, START_MS))
    return shard


@pytest.mark.parametrize(
    ("room", "outputs", "reason"),
    [
        pytest.param("resolve", 1, None, id="its own"),
        pytest.param(None, 1, None, id="from before the header"),
        pytest.param("watch", 0, None, id="another room of the topic"),
        pytest.param("tag", 1, Reason.BAD_CONTROL, id="a room that reads another topic"),
        pytest.param("dedupe", 1, Reason.BAD_CONTROL, id="another such room"),
        pytest.param("normalise", 1, Reason.BAD_CONTROL, id="the room before it"),
        pytest.param("", 1, Reason.BAD_CONTROL, id="empty"),
    ],
)
def test_a_control_is_for_the_room_it_names(
    room: str | None, outputs: int, reason: Reason | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another room that reads the topic passes it over; a name that no reader has is refused, never lost."""
    watch = ROOMS["resolve"].__class__(
        **{name: getattr(ROOMS["resolve"], name) for name in ROOMS["resolve"].__slots__}
    )
    object.__setattr__(watch, "name", "watch")
    monkeypatch.setitem(ROOMS, "watch", watch)
    shard = resolve()
    step = shard.step(control(room))
    assert (len(step.outputs), step.died and step.died.reason) == (outputs, reason)
    restored = Shard(ROOMS["resolve"].make(Options()), 0)
    restored.restore(step.journal)
    assert restored.position == shard.position == 5


RESERVED = [("wire.item", None), ("com.example.news", None), ("wire.tock", Reason.BAD_RECORD)]


@pytest.mark.parametrize(("type_", "reason"), [*RESERVED, ("wire.tick", Reason.BAD_RECORD), ("", None)])
def test_types_that_begin_with_wire_are_reserved(type_: str, reason: Reason | None) -> None:
    """In wire.raw any other type is a payload; of ours, only an item."""
    shard = Shard(ROOMS["normalise"].make(Options()), 0)
    headers = ((TYPE, type_.encode()),) if type_ else ()
    step = shard.step(Record(Position("wire.raw", 0, 0), b"norden", ninjs(), headers, START_MS))
    assert (step.died and step.died.reason) == reason


@pytest.mark.parametrize("room", [name for name in ROOMS if name != "normalise"])
def test_a_room_refuses_what_it_does_not_accept(room: str) -> None:
    """A foreign type, or none, is no item of ours behind wire.raw."""
    shard = Shard(ROOMS[room].make(Options()), 0)
    for offset, type_ in enumerate(("", "com.example.news", "wire.story", "wire.tock")):
        headers = ((TYPE, type_.encode()),)
        step = shard.step(Record(Position(ROOMS[room].source, 0, offset), b"en", b"{}", headers, START_MS))
        assert step.died
        assert step.died.reason is Reason.BAD_RECORD


def test_a_tick_names_its_room() -> None:
    """The room, the time that was due, and an id that a second tick for the same time has too."""
    headers = dict(tick("resolve", 1, START_MS).headers)
    assert (headers[ROOM], headers[TYPE]) == (b"resolve", b"wire.tick")
    assert headers[TIME] == b"2022-01-12T09:00:00.000Z"
    assert headers == dict(tick("resolve", 1, START_MS).headers)


def test_the_page_names_every_header_and_type() -> None:
    """docs/consumers.md lists what envelope.py defines."""
    page = (Path(__file__).parents[2] / "docs/consumers.md").read_text()
    named = set(re.findall(r"`([^`]+)`", page[page.index("## The envelope") : page.index("## Stories")]))
    headers = {ce for ce in vars(envelope).values() if isinstance(ce, str) and re.fullmatch(r"ce_\w+", ce)}
    assert named >= headers | {envelope.TRACE, envelope.FEATURES, envelope.FORMAT, envelope.CONTENT_TYPE}
    assert named >= set(RecordType)


@pytest.mark.parametrize("ms", [0, -1, 999, 1_641_168_000_123, 253_402_300_799_999, -62_135_596_800_000])
def test_an_instant_has_one_spelling(ms: int) -> None:
    """RFC 3339 in UTC with milliseconds, from year 1 to 9999, and read again to the millisecond."""
    text = envelope.instant_text(ms)
    assert re.fullmatch(rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", text)
    assert instant_ms(text) == ms


def test_accepted_types_have_a_method_each() -> None:
    """A room declares what it accepts; what it does not declare, it does not handle."""
    handled = defaultdict(set)
    for name, spec in ROOMS.items():
        room = spec.make(Options())
        for type_, method in HANDLERS.items():
            if hasattr(room, method):
                handled[name].add(type_)
        assert handled[name] == set(room.accepts), name


def test_ticks_and_controls_are_no_items_of_the_account() -> None:
    """A room may have ticks and controls in any topic, wire.enriched too: law 1 counts items."""
    counter = Counter()
    for topic in set(COUNTED) - {"wire.dead"}:
        for type_ in RecordType:
            position = Position(topic, 0, len(type_))
            counter.count(Record(position, b"", b"", ((TYPE, type_.encode()),), START_MS))
    assert counter.account(()) == Account(items=1, enriched=1)
