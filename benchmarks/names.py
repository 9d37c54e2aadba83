"""What the names of dispatches cost resolve: a full window, with and without them.

    python -m benchmarks names [--full]

A shard of resolve is filled with dispatches, each with an id, a link and a key, and another one with as many that
have none; the difference is the names'.  Then further versions come, by the first id and by another one.
"""

from __future__ import annotations

import time
import tracemalloc
from typing import Any

from pipeline.envelope import RecordType, forward, source_of
from pipeline.items import Dispatch, Item, Text, Wire, content_id, dispatch_uri, dump, instant
from pipeline.records import Position, Record
from pipeline.replay import EPOCH_MS
from pipeline.resolve.room import ResolveRoom
from pipeline.shard import Shard

SHORT, FULL = 20_000, 200_000
SAMPLE = 5_000
FEED = "norden"


def run(*, short: bool) -> dict[str, Any]:
    """Microseconds a record, and bytes a dispatch."""
    count = SHORT if short else FULL
    figures: dict[str, Any] = {"dispatches": count}
    sizes = {names: _filled(count, names)[1] for names in (0, 3)}
    figures["bytes a dispatch"] = round(sizes[0] / count)
    figures["bytes a name"] = round((sizes[3] - sizes[0]) / count / 3)
    plain, named = _filled(count, 0, measured=False)[0], _filled(count, 3, measured=False)[0]
    numbers = range(SAMPLE)
    versions = {
        "us a version, no names": (plain, [_item(number, 0, 2) for number in numbers]),
        "us a version, three names": (named, [_item(number, 3, 2) for number in numbers]),
        "us a version by another name": (
            named,
            [_item(number + count, 3, 3, known_as=number) for number in numbers],
        ),
    }
    return figures | {what: round(_time_us(shard, items), 1) for what, (shard, items) in versions.items()}


def _filled(count: int, names: int, measured: bool = True) -> tuple[Shard, int]:
    """A shard that knows so many dispatches, and the bytes of it."""
    shard = Shard(ResolveRoom(), 0)
    if measured:
        tracemalloc.start()
    for number in range(count):
        shard.step(_record(_item(number, names, 1), number))
    size = tracemalloc.get_traced_memory()[0] if measured else 0
    tracemalloc.stop()
    return shard, size


def _time_us(shard: Shard, items: list[Item]) -> float:
    records = [_record(item, shard.position + 1 + at) for at, item in enumerate(items)]
    began = time.process_time()
    for record in records:
        shard.step(record)
    return (time.process_time() - began) / len(records) * 1e6


def _item(number: int, names: int, version: int, known_as: int | None = None) -> Item:
    dispatch = content_id("dispatch", FEED, str(number))
    own = (f"id:urn:norden:{number}", f"link:https://norden.example/{number}", f"du-key:{number}.1")[:names]
    moment = instant(EPOCH_MS + number)
    return Item(
        uri=dispatch_uri(dispatch),
        version=str(version),
        version_created=moment,
        language="en",
        headlines=(Text(value=f"Harbour report {number}"),),
        wire=Wire(feed=FEED, format="ninjs", topic="wire.raw", partition=0, offset=0, sha256="", received=moment),
        dispatch=Dispatch(
            id=dispatch,
            item=content_id(dispatch, str(version)),
            names=own if known_as is None else (own[0], f"id:urn:norden:{known_as}"),
            number=version,
        ),
    )


def _record(item: Item, offset: int) -> Record:
    now_ms = EPOCH_MS + offset
    headers = forward((), RecordType.ITEM, now_ms, source_of(FEED))
    return Record(Position("wire.normalised", 0, offset), FEED.encode(), dump(item), headers, now_ms)
