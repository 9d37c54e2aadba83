"""Any headers may be written into wire.raw: no record stops a room, and none spoils the headers of what follows."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import product

import orjson
import pytest
from walk import START_MS, ninjs

from pipeline.dead import HEADERS_BYTES_MAX, KEY_BYTES_MAX, Letter
from pipeline.envelope import (
    ID,
    SOURCE,
    TIME,
    TRACE,
    TYPE,
    UNKNOWN,
    Headers,
    RecordType,
    forward,
    reference,
    source_of,
)
from pipeline.records import Out, Reason
from pipeline.replay import Replay, account
from pipeline.shard import Shard
from pipeline.topology import ROOMS, TOPICS, Options

ITEM = (TYPE, b"wire.item")
MEGABYTE = 1_048_576
TIMES = (  # outside the calendar only in UTC, or only when rounded
    b"0001-01-01T00:00:00+23:59",
    b"9999-12-31T23:59:59-23:59",
    b"9999-12-31T23:59:59.999999Z",
)
HUGE: dict[str, tuple[bytes, Headers]] = {
    "trace": (b"norden", ((TRACE, b"t" * 5 * MEGABYTE),)),
    "source": (b"norden", ((SOURCE, b"s" * 5 * MEGABYTE),)),
    "type": (b"norden", ((TYPE, b"wire." + b"t" * 8 * MEGABYTE),)),
    "name": (b"norden", (("é" * 3 * MEGABYTE, b""),)),
    "many": (b"norden", (("", b""),) * MEGABYTE),
    "key": (b"\xff" * MEGABYTE, ()),
}


def walked(headers: Headers, value: bytes, key: bytes = b"norden") -> Replay:
    """The record through all rooms, and a good one after it."""
    replay = Replay()
    replay.publish(Out("wire.raw", key, value, headers), START_MS)
    replay.publish(Out("wire.raw", key, ninjs("after"), (ITEM,)), START_MS + 1_000)
    assert account(replay).balanced
    return replay


def size(key: bytes, value: bytes, headers: Headers) -> int:
    return len(key) + len(value) + sum(len(name.encode()) + len(data) + 10 for name, data in headers)


@pytest.mark.parametrize("value", [ninjs(), b"{"], ids=["good", "bad"])
@pytest.mark.parametrize("time", TIMES, ids=bytes.decode)
def test_a_time_outside_the_calendar_is_refused(time: bytes, value: bytes) -> None:
    """It costs that record, not the room; the letter has the log's time."""
    replay = walked((ITEM, (TIME, time)), value)
    (letter,) = map(Letter, replay.log["wire.dead"])
    assert letter.reason == Reason.BAD_RECORD
    assert letter.record.header(TIME) == b"2022-01-12T09:00:00.000Z"
    assert len(replay.log["wire.enriched"]) == 1


@pytest.mark.parametrize("value", [ninjs(), b"x" * MEGABYTE, b""], ids=["good", "large", "empty"])
@pytest.mark.parametrize("name", HUGE)
def test_a_letter_always_fits(name: str, value: bytes) -> None:
    """Whatever was written into wire.raw: the letter fits wire.dead, and says whether it kept everything."""
    key, headers = HUGE[name]
    replay = walked(headers, value, key)
    for record in replay.log["wire.dead"]:
        letter = Letter(record)
        assert size(record.key, record.value, record.headers) < TOPICS["wire.dead"].max_message_bytes
        original = replay.log["wire.raw"][0 if letter.size == len(value) else 1]
        kept_all = (letter.headers, record.key) == (original.headers, original.key)
        assert letter.is_whole == kept_all
        assert len(record.key) <= KEY_BYTES_MAX
        assert size(b"", b"", letter.headers) <= HEADERS_BYTES_MAX


@pytest.mark.parametrize("value", [b"{", b""], ids=["malformed", "empty"])
@pytest.mark.parametrize(
    "name", ["dead-reason", "dead-part", "dead-cut", "original-ce_type", "original-original-x", "original-", "", ID]
)
def test_original_headers_come_back(name: str, value: bytes) -> None:
    """Header names that look like those of a letter: the letter reads as ours, and gives them back in order."""
    headers = ((name, b"7"), ITEM, (name, b"\xff"), (name, b""))
    replay = walked(headers, value)
    (letter,) = map(Letter, replay.log["wire.dead"])
    assert (letter.headers, letter.is_whole, letter.part) == (headers, True, None)
    assert letter.reason in {Reason.MALFORMED, Reason.EMPTY}


@pytest.mark.parametrize(
    "source", [b"", b" ", b"a b", b"a\nb", b"50%", b"%zz", b"\xff\xfe", "é".encode(), b"s" * 601]
)
@pytest.mark.parametrize("key", [b"norden", b" ", b"\xff"])
def test_a_source_is_a_uri_reference_on_every_topic(source: bytes, key: bytes) -> None:
    """On letters too: `ce_source` is not empty, and holds nothing that a URI may not hold."""
    replay = walked((ITEM, (SOURCE, source)), b"{", key)
    for topic in replay.log.keys() - {"wire.raw"}:
        for record in replay.log[topic]:
            written = record.header(SOURCE) or b""
            assert re.fullmatch(rb"(?:[A-Za-z0-9._~/:@!$&'()*+,;=?-]|%[0-9A-F]{2}){1,600}", written), topic


@pytest.mark.parametrize("source", ["norden", "Agence Étrangère", "https://feeds.example/a?b=c d", "50% off"])
def test_a_good_source_stays_as_it_is(source: str) -> None:
    """What we write ourselves is a URI reference already; so are a fragment and an IPv6 host."""
    assert reference(source_of(source)) == source_of(source)
    assert reference(b"https://[::1]/feed#top") == b"https://[::1]/feed#top"
    assert reference(b"") == UNKNOWN


@pytest.mark.parametrize(
    ("trace", "carried"),
    [(b"00-aa-bb-01", True), (b"", False), (b"t" * 257, False), (b"a b", False), (b"a\n", False), (b"\xff", False)],
)
def test_only_a_trace_is_carried_on(trace: bytes, carried: bool) -> None:
    """Of a name that occurs twice the first counts, and what is no trace ends at normalise."""
    for more in ((), ((TRACE, b"00-cc-dd-01"),)):
        made = dict(forward(((TRACE, trace), *more), RecordType.ITEM, START_MS))
        assert made.get(TRACE) == (trace if carried else None)


def test_reserved_types_die_however_often_they_are_named() -> None:
    """The first type counts: none of ours gets past normalise behind a foreign one, or the other way round."""
    types = (b"wire.item", b"wire.tick", b"wire.story", b"wire.", b"com.x", b"\xff")
    for first, second in product(types, types):
        replay = walked(((TYPE, first), (TYPE, second)), ninjs())
        refused = first.startswith(b"wire.") and first != b"wire.item"
        assert [letter.reason for letter in map(Letter, replay.log["wire.dead"])] == [Reason.BAD_RECORD] * refused


@pytest.mark.parametrize("moment", ["0001-01-01T00:00:00+23:00", "9999-12-31T23:59:59-23:00"])
@pytest.mark.parametrize("room", ["resolve", "dedupe", "tag", "alert"])
def test_an_instant_outside_the_calendar_is_a_bad_record(room: str, moment: str) -> None:
    """Written between the rooms by somebody else: a record that cannot be read, and no bug of ours."""
    (record,) = walked((ITEM,), ninjs()).log[ROOMS[room].source][:1]
    item = orjson.loads(record.value) | {"versionCreated": moment}
    step = Shard(ROOMS[room].make(Options()), 0).step(replace(record, value=orjson.dumps(item)))
    assert step.died
    assert step.died.reason is Reason.BAD_RECORD


@pytest.mark.parametrize(
    "moment",
    [b"0001-01-01T00:00:00+05:00", b"9999-12-31T23:59:59-05:00", b"0000-00-00", b"\xff", b"2022-01-03T00:00"],
)
def test_a_time_that_is_none_is_a_bad_record(moment: bytes) -> None:
    """Outside the calendar, without an offset, no time at all: dead with that reason, and no bug of ours."""
    replay = walked((ITEM, (TIME, moment)), ninjs())
    assert [letter.reason for letter in map(Letter, replay.log["wire.dead"])] == [Reason.BAD_RECORD]
