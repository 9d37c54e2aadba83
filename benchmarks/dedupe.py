"""What an item costs the room dedupe, in time and memory, by the number of items in its window.

    python -m benchmarks dedupe [--full]

A window is full of the Reuters-21578 stream (real data, not part of the repository), and then of the same with
others in place of the shingles that are in less than one text of a hundred, so that a text is another one each time
it comes again.  Only the first round and what is measured is decided.  Times are the CPU times of further 3,000
items, the same for all sizes and the sizes in turn; memory is what the process grows by while a window is filled.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator

import msgspec
import numpy as np

from benchmarks import stream
from benchmarks.neardup import STREAM, records
from benchmarks.neardup.planting import Copy
from benchmarks.stories.costs import RARE, other_words, resident_bytes
from pipeline import features
from pipeline.dedupe.changes import DedupeChange, ItemFingerprints
from pipeline.dedupe.kernels import Array
from pipeline.dedupe.room import WINDOW_MS, DedupeRoom
from pipeline.dedupe.window import salt
from pipeline.envelope import FEATURES
from pipeline.records import Position, Record

SIZES_SHORT, SIZES = (1_000, 10_000), (10_000, 100_000, 1_000_000)
MEASURED, WARM_UP = 3_000, 300
SPREAD_MS = WINDOW_MS * 4 // 5
SALT = np.uint32(salt("en"))


def run(short: bool) -> dict[str, object]:
    """Microseconds and bytes an item for each size of the window.  Raises Missing."""
    pool = list(records([Copy(row["id"], row["title"], row["text"]) for row in stream(STREAM, None)]))
    common = common_shingles(pool)
    Window(WARM_UP, pool[:WARM_UP], common)  # loads the kernels
    windows = [Window(size, pool, common) for size in (SIZES_SHORT if short else SIZES)]
    for turn in range(MEASURED):  # in turn, each first as often, so that load and caches affect all sizes alike
        first = turn % len(windows)
        for window in windows[first:] + windows[:first]:
            window.step(next(window.stream))
    figures: dict[str, object] = {}
    for window in windows:
        decide, apply = (round(seconds / MEASURED * 1e6) for seconds in window.spent)
        name = f"window of {window.items:,}"
        figures |= {f"{name}: decide + apply, us": f"{decide} + {apply} = {decide + apply}"}
        figures |= {f"{name}: items in it": len(window.state.window.entries)}
        figures |= {f"{name}: bytes an item": window.bytes // len(window.state.window.entries)}
    return figures


class Window:
    """A room whose window has `items` items, and what its next items cost."""

    def __init__(self, items: int, pool: list[Record], common: Array) -> None:
        before = resident_bytes()
        self.items, self.common, self.step_ms = items, common, SPREAD_MS // items
        self.room = DedupeRoom(items_max=items)
        self.state = self.room.open()
        self.spent = [0.0, 0.0]  # seconds of decide and of apply
        first = min(items, len(pool))
        changes = [self.step(one) for one in self.different(pool[:first], 0, 0)]
        for number in range(len(pool), items):
            turn, place = divmod(number, len(pool))
            self.room.apply(self.state, self.repeated(changes[place], turn, number), number)
        self.stream = self.different(pool[:MEASURED], items // len(pool) + 1, items)
        self.bytes = resident_bytes() - before
        self.spent = [0.0, 0.0]

    def step(self, one: Record) -> DedupeChange:
        began = time.process_time()
        decision = self.room.decide(self.state, one)
        decided = time.process_time()
        self.room.apply(self.state, decision.change, one.position.offset)
        self.spent[0] += decided - began
        self.spent[1] += time.process_time() - decided
        return decision.change

    def different(self, pool: list[Record], turn: int, start: int) -> Iterator[Record]:
        """The records as those of other texts, one by one, from this offset on."""
        for number, one in enumerate(pool, start):
            yield another(one, turn, number, number * self.step_ms, self.common)

    def repeated(self, change: DedupeChange, turn: int, number: int) -> DedupeChange:
        """A change of the first round as it is in another one: of another dispatch, with other shingles, later."""
        change = msgspec.msgpack.decode(msgspec.msgpack.encode(change), type=DedupeChange)  # it shares nothing
        to, seen = msgspec.structs.replace, change.seen
        assert seen
        prints = seen.fingerprints and self.other_prints(seen.fingerprints, turn)
        exact = tuple(key + b"%d" % turn for key in seen.exact)
        seen = to(seen, dispatch=f"{seen.dispatch}-{turn}", exact=exact, fingerprints=prints)
        return to(change, time_ms=number * self.step_ms, seen=seen)

    def other_prints(self, prints: ItemFingerprints, turn: int) -> ItemFingerprints:
        keys = other_shingles(np.frombuffer(prints.keys, "<u4") ^ SALT, turn, self.common) ^ SALT
        shingles = np.sort(other_shingles(np.frombuffer(prints.shingles, "<u4"), turn, self.common))
        return msgspec.structs.replace(prints, keys=keys.tobytes(), shingles=shingles.tobytes())


def another(one: Record, turn: int, number: int, time_ms: int, common: Array) -> Record:
    """The record as one of another dispatch, with other shingles in place of the rare ones."""
    given = features.decode(one.header(FEATURES))
    shingles = np.sort(other_shingles(np.frombuffer(given.shingles, "<u4"), turn, common))
    sample = np.frombuffer(given.sample, "<u8")
    upper = other_shingles((sample >> np.uint64(32)).astype(np.uint32), turn, common).astype(np.uint64)
    sample = np.sort((upper << np.uint64(32)) | (sample & np.uint64(0xFFFFFFFF)))
    hashes = {name: getattr(given, name) + b"%d" % turn for name in ("raw_hash", "body_hash", "bare_hash")}
    made = msgspec.structs.replace(given, shingles=shingles.tobytes(), sample=sample.tobytes(), **hashes)
    headers = (*(header for header in one.headers if header[0] != FEATURES), (FEATURES, features.encode(made)))
    value = one.value.replace(one_id(one), one_id(one) + b"-%d" % turn) if turn else one.value
    return Record(Position(one.position.topic, 0, number), one.key, value, headers, time_ms)


def one_id(one: Record) -> bytes:
    """The dispatch of a record."""
    found: str = msgspec.json.decode(one.value)["dispatch"]["id"]
    return found.encode()


def other_shingles(hashes: Array, turn: int, common: Array) -> Array:
    """Hashes of shingles with others in place of the rare ones, in each turn others."""
    return np.frombuffer(other_words(hashes.tobytes(), turn, common), "<u4")


def common_shingles(pool: list[Record]) -> Array:
    """The hashes of the shingles that are in more than RARE of the texts."""
    given = (features.decode(one.header(FEATURES)) for one in pool)
    in_texts = Counter(shingle for each in given for shingle in np.frombuffer(each.shingles, "<u4").tolist())
    return np.array(sorted(one for one, texts in in_texts.items() if texts > RARE * len(pool)), np.uint32)
