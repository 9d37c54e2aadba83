"""What an item costs on its walk: the rooms in memory, one core, a full window.

    python -m benchmarks replay [--full]

First WINDOW other items go through all rooms, so that dedupe and tag have that many to look among; then modern
articles, each a ninjs payload.  Microseconds of CPU an item and room: journal record, JSON and all, as the shell
drives it.  Then each room once more by itself, as it runs in its own process; and normalise by its parts.
"""

from __future__ import annotations

import json
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import islice
from statistics import mean, median
from typing import Any

from benchmarks import stream
from pipeline import features, formats
from pipeline.normalise import building
from pipeline.normalise import room as normalise
from pipeline.records import Out, Record, Room
from pipeline.replay import EPOCH_MS, Replay, payload
from pipeline.shard import Shard, Step, as_record
from pipeline.topology import ROOMS, Options

WINDOW, ITEMS = 10_000, 4_000
WINDOW_SHORT, ITEMS_SHORT = 1_500, 300
STEP_MS = 1_000
SOURCES = {spec.source for spec in ROOMS.values()}
FEEDS = 4

# The parts of normalise: what they are called here, and the module and name that they are called by.
PARTS = {
    "parse": (formats, "parse"),
    "copy": (normalise, "read_copy"),
    "language": (building, "language_of"),
    "fingerprints": (building, "fingerprint"),
    "phrases": (building, "find_phrases"),
    "JSON": (normalise, "dump"),
    "features": (features, "encode"),
}


class Timed(Replay):
    """A replay that keeps the CPU seconds of every step, by room, and forgets the log."""

    def __post_init__(self) -> None:
        super().__post_init__()
        self.seconds: dict[str, list[float]] = defaultdict(list)

    def _step(self, room: Room[Any, Any], record: Record) -> Step:
        started = time.process_time()
        step = super()._step(room, record)
        self.seconds[room.name].append(time.process_time() - started)
        assert step.died is None, step.died
        return step


def run(short: bool) -> dict[str, object]:
    """Items a second, and per room the median, mean and 99th percentile in microseconds.  Raises Missing."""
    window, items = (WINDOW_SHORT, ITEMS_SHORT) if short else (WINDOW, ITEMS)
    payloads = [*islice(articles("reuters21578"), window), *islice(articles("background_4000"), items)]
    replay = Timed()
    for number, data in enumerate(payloads):
        if number == window:
            replay.seconds.clear()
        time_ms = EPOCH_MS + number * STEP_MS
        replay.publish(sent(data, number, time_ms), time_ms)
        for topic in replay.log.keys() - SOURCES:
            del replay.log[topic]
    figures: dict[str, object] = {"items in the window": window, "items measured": items}
    figures["items/s, all rooms on one core"] = round(items / sum(map(sum, replay.seconds.values())))
    for room in ROOMS:
        figures |= figures_of(room, replay.seconds[room])
    rest = [sum(replay.seconds[room]) for room in ROOMS if room != "normalise"]
    figures["the four behind normalise, mean us"] = round(sum(rest) / items * 1e6)
    began_ms = EPOCH_MS + window * STEP_MS
    alone = {room: alone_us(replay.log[ROOMS[room].source], began_ms, items) for room in ROOMS}
    figures |= {f"{room} alone, mean us": round(spent) for room, spent in alone.items()}
    figures["the four behind normalise, each alone, us"] = round(sum(alone.values()) - alone["normalise"])
    return figures | parts_of_normalise(payloads[window:])


def alone_us(records: list[Record], began_ms: int, items: int) -> float:
    """CPU an item, microseconds, of one room over its own input: as in its own process, no other in its caches."""
    room = next(spec for spec in ROOMS.values() if spec.source == records[0].position.topic).make(Options())
    shards: dict[int, Shard] = {}
    spent = 0.0
    for record in records:
        partition = record.position.partition
        if partition not in shards:
            shards[partition] = Shard(room, partition)
        started = time.process_time()
        shards[partition].step(record)
        if record.arrived_ms >= began_ms:
            spent += time.process_time() - started
    return spent / items * 1e6


def figures_of(name: str, seconds: list[float]) -> dict[str, object]:
    """The figures of one room."""
    slow = sorted(seconds)[len(seconds) * 99 // 100]
    rows = {"median": median(seconds), "mean": mean(seconds), "p99": slow}
    return {f"{name}, {row} us": round(value * 1e6) for row, value in rows.items()}


def articles(name: str) -> Iterator[bytes]:
    """The articles of a stream, each as a ninjs 3 payload."""
    for row in stream(name):
        document = {
            "uri": f"urn:bench:{row['id']}",
            "versionCreated": row.get("timestamp"),
            "language": row["language"],
            "headlines": [{"value": row["title"] or ""}],
            "bodies": [{"value": row["text"], "contentType": "text/plain"}],
        }
        if row["title"] or row["text"].strip():
            yield json.dumps(document, ensure_ascii=False).encode()


def sent(data: bytes, number: int, time_ms: int) -> Out:
    """The payload as a publisher sends it."""
    return payload(f"feed{number % FEEDS}", data, time_ms)


def parts_of_normalise(payloads: list[bytes]) -> dict[str, object]:
    """The mean of each part in microseconds; `the rest` is what the room does itself."""
    room, seconds = normalise.NormaliseRoom(), defaultdict[str, float](float)
    state = room.open()
    records = [
        as_record(Out(ROOMS[room.name].source, out.key, out.value, out.headers, 0), number, EPOCH_MS)
        for number, data in enumerate(payloads)
        for out in [sent(data, number, EPOCH_MS)]
    ]
    with watched(seconds):
        started = time.process_time()
        for record in records:
            room.decide(state, record)
        whole = time.process_time() - started
    seconds["the rest"] = whole - sum(seconds.values())
    return {f"normalise, of it {name}, us": round(spent / len(records) * 1e6) for name, spent in seconds.items()}


@contextmanager
def watched(seconds: dict[str, float]) -> Iterator[None]:
    """While it lasts, the parts of normalise add what they take to `seconds`."""
    originals = {name: getattr(*place) for name, place in PARTS.items()}
    try:
        for name, place in PARTS.items():
            setattr(*place, timed(originals[name], name, seconds))
        yield
    finally:
        for name, place in PARTS.items():
            setattr(*place, originals[name])


def timed(act: Callable[..., Any], name: str, seconds: dict[str, float]) -> Callable[..., Any]:
    """The function, with its time taken."""

    def measured(*arguments: Any, **named: Any) -> Any:
        started = time.process_time()
        try:
            return act(*arguments, **named)
        finally:
            seconds[name] += time.process_time() - started

    return measured
