"""What the room watch costs, and how it judges.

    python -m benchmarks watch [--full]

Cost: 2,000 feeds over four weeks, most items from few of them.  Judgement: the wire of 1987, with its times, as it
is and thinned to a part of its items, as feeds of fewer items, and feeds of our own invention (watch_feeds.py):
alarms of silence a feed and week, and how soon a stop is noticed that is planted at noon of the last whole
Wednesday.
"""

from __future__ import annotations

import random
import statistics
import time
import tracemalloc
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any
from zlib import crc32

import orjson

from benchmarks import Missing, stream
from benchmarks.watch_feeds import HOUR_MS, Times, invented
from pipeline.envelope import TIME, TYPE, RecordType, instant_text
from pipeline.items import instant
from pipeline.records import Position, Record
from pipeline.watch.rhythm import LEARN_MS, WEEK_MS, Rhythm
from pipeline.watch.room import WatchRoom

FEEDS, BEGAN_MS = 2_000, 1_641_168_000_000
SHORT, FULL = 50_000, 400_000
STREAM, UNTIL = "reuters21578", datetime(1987, 4, 10, tzinfo=UTC)  # later there are days without items
PARTS = (1, 3, 10, 30, 100)
SAMPLED = 20  # feeds of a part
SEEDS, SEEDS_SHORT = 6, 2  # feeds of each invented kind


def run(*, short: bool) -> dict[str, Any]:
    """Microseconds an item, bytes a feed; alarms and hours."""
    figures = _cost(SHORT if short else FULL)
    figures |= {name: _judged(feeds) for name, feeds in invented(SEEDS_SHORT if short else SEEDS)}
    try:
        wire = _times()
    except Missing as missing:
        return figures | {"judgement": str(missing)}
    return figures | {f"1 of {part} items": _judged(_thinned(wire, part)) for part in PARTS}


def _cost(count: int) -> dict[str, Any]:
    room = WatchRoom(feeds_max=FEEDS)
    state, records = room.open(), list(_items(count))
    tracemalloc.start()
    for record in records[:FEEDS]:
        room.apply(state, room.decide(state, record).change, record.position.offset)
    size = tracemalloc.get_traced_memory()[0]
    tracemalloc.stop()
    began, journal = time.process_time(), 0
    for record in records[FEEDS:]:
        change = room.decide(state, record).change
        journal += len(room.encode(change))
        room.apply(state, change, record.position.offset)
    seconds = time.process_time() - began
    carried = sum(len(room.encode(change)) for change in room.carry(state, count))
    return {
        "feeds": len(state.feeds),
        "us an item": round(seconds / (count - FEEDS) * 1e6, 1),
        "bytes a feed": round(size / FEEDS),
        "bytes of journal an item": round(journal / (count - FEEDS)),
        "MB of a carry of all feeds": round(carried / 1e6, 1),
    }


def _items(count: int) -> Iterator[Record]:
    """Each feed once, then most items from few of them."""
    dice = random.Random(1)
    for number in range(count):
        feed = number if number < FEEDS else int(FEEDS * dice.random() ** 4)
        now = BEGAN_MS + number * 4 * WEEK_MS // count
        document = {
            "wire": {"feed": f"feed-{feed}", "offset": number},
            "dispatch": {"created": instant(now - 60_000).isoformat()},
            "bodies": [{"value": "word " * 400}],
        }
        headers = ((TYPE, RecordType.ITEM.encode()), (TIME, instant_text(now)))
        yield Record(Position("wire.normalised", 0, number), b"", orjson.dumps(document), headers, now)


def _times() -> list[tuple[int, int]]:
    """When each item came, and a number of its own; in order."""
    moments = (
        (datetime.fromisoformat(one["timestamp"]).replace(tzinfo=UTC), one["id"])
        for one in stream(STREAM)
        if one.get("timestamp")
    )
    return sorted(
        (round(moment.timestamp() * 1000), crc32(id_.encode())) for moment, id_ in moments if moment < UNTIL
    )


def _thinned(wire: list[tuple[int, int]], part: int) -> list[Times]:
    """Feeds that have one of `part` items each."""
    return [[ms for ms, number in wire if number % part == each] for each in range(min(part, SAMPLED))]


def _judged(feeds: list[Times]) -> str:
    alarms = sum(map(_alarms, feeds))
    weeks = sum(feed[-1] - feed[0] - LEARN_MS for feed in feeds) / WEEK_MS
    noticed = [hours for feed in feeds if (hours := _noticed_after(feed)) is not None]
    after = f", median {statistics.median(noticed):.1f} h, last {max(noticed):.1f} h" if noticed else ""
    at_work = [hours for feed in feeds for hours in _noticed_at_work(feed)]
    median = f"; of {len(at_work)} at working hours median {statistics.median(at_work):.1f} h" if at_work else ""
    return (
        f"{len(feeds)} feeds, {alarms / weeks:.2f} alarms a feed and week;"
        f" {len(noticed)} of {len(feeds)} planted stops noticed{after}{median}"
    )


def _alarms(times: Times) -> int:
    """How many silences are too long."""
    rhythm, last, found = Rhythm(times[0]), times[0], 0
    for moment in times[1:]:
        due = rhythm.too_long_ms(last)
        found += due is not None and due < moment
        rhythm.take(last, moment)
        last = moment
    return found


def _noticed_at_work(times: Times) -> Iterator[float]:
    """After how many hours a stop is told, at each working hour (UTC) of the last two weeks."""
    rhythm, last = Rhythm(times[0]), times[0]
    stops = iter(range(times[-1] - 2 * WEEK_MS, times[-1], HOUR_MS))
    stop = next(stops)
    for moment in times[1:]:
        while stop < moment:
            begun = datetime.fromtimestamp(stop / 1000, UTC)
            due = rhythm.too_long_ms(last) if begun.weekday() < 5 and 8 <= begun.hour < 18 else None
            if due is not None:
                yield (max(due, stop) - stop) / HOUR_MS
            stop = next(stops, times[-1])
        rhythm.take(last, moment)
        last = moment


def _noticed_after(times: Times) -> float | None:
    """After how many hours it is told that the feed has stopped."""
    noon = (times[-1] // WEEK_MS - 1) * WEEK_MS + 6 * 24 * HOUR_MS + 12 * HOUR_MS  # 1970 began with a Thursday
    rhythm, last = Rhythm(times[0]), times[0]
    for moment in times[1:]:
        if moment > noon:
            break
        rhythm.take(last, moment)
        last = moment
    due = rhythm.too_long_ms(last)
    return None if due is None else (max(due, noon) - noon) / HOUR_MS
