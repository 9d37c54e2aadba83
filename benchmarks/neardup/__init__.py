"""Near-duplicates: what is found of planted copies, false copies, cost beside exhaustive search and the prototype.

    python -m benchmarks neardup [--full]

Reads the Reuters-21578 stream and those that no threshold was chosen on (real data, not part of the repository),
plants edited copies after their source, and hard negatives: templates with every name and figure changed.  Reuters
goes through the room alone, which is timed; the others go through normalise, resolve and dedupe.
"""

from __future__ import annotations

import importlib
import json
import sys
import time
from collections.abc import Iterator
from itertools import chain
from types import ModuleType
from typing import Any

from benchmarks import DATA, stream
from benchmarks.neardup.planting import ANY_COPY, EDITS, RELATIONS, Copy, planted
from pipeline import features
from pipeline.dedupe import relations
from pipeline.dedupe.measures import Headline
from pipeline.dedupe.room import DedupeRoom
from pipeline.envelope import FEATURES, TIME, TYPE, RecordType
from pipeline.features import Features
from pipeline.items import Dispatch, Item, Kind, Relation, Text, Wire, dump, instant
from pipeline.normalise.fingerprints import fingerprint
from pipeline.records import Position, Record
from pipeline.replay import EPOCH_MS, Replay, payload

STREAM = "reuters21578"
OTHERS = ("basil", "gva_2013_2015", "allsides_2016_2018", "wikinews_small")
WALK = ("normalise", "resolve", "dedupe")
ITEMS_SHORT = 3_000
LAST = 150  # items that are searched for exhaustively
START_MS, STEP_MS = 536_500_000_000, 10_000
EVERY, DISTANCE = 8, 1000  # a plant for every eighth item, so many items after it
OTHERS_DISTANCE = 60  # they are short; each of their items has a plant


def records(copies: list[Copy]) -> Iterator[Record]:
    """As resolve would write them."""
    for n, copy in enumerate(copies):
        at = instant(START_MS + n * STEP_MS)
        item = Item(
            uri=copy.name,
            version="1",
            version_created=at,
            headlines=(Text(value=copy.title),),
            bodies=(Text(value=copy.body),),
            wire=Wire(feed="f", format="plain", topic="wire.raw", partition=0, offset=n, sha256="0", received=at),
            dispatch=Dispatch(id=copy.name, item=copy.name, kind=Kind.NEW),
        )
        prints = Features(*fingerprint(copy.name.encode(), copy.title, copy.body, copy.body), (), (), ())
        headers = (
            (TYPE, RecordType.ITEM.encode()),
            (TIME, at.isoformat().encode()),
            (FEATURES, features.encode(prints)),
        )
        yield Record(Position("wire.resolved", 0, n), b"en", dump(item), headers, START_MS + n * STEP_MS)


def walked(copies: list[Copy]) -> tuple[list[Item], list[float], DedupeRoom, Any]:
    """Every judged item, the seconds that each took, and the state at the end."""
    room = DedupeRoom()
    state, judged, seconds = room.open(), list[Item](), list[float]()
    for record in records(copies):
        start = time.process_time()
        decision = room.decide(state, record)
        room.apply(state, decision.change, record.position.offset)
        seconds.append(time.process_time() - start)
        judged.append(Item.model_validate_json(decision.outputs[0].value))
    return judged, seconds, room, state


def through_rooms(copies: list[Copy]) -> tuple[list[Copy], list[Item]]:
    """Every item that is no dead letter, judged, as the rooms make it of a ninjs payload; and its copy."""
    replay, sent = Replay(rooms=WALK), dict[tuple[int, int], Copy]()
    for n, copy in enumerate(copies):
        document = {
            "uri": f"urn:bench:{copy.name}",
            "language": "en",
            "versionCreated": "2022-01-03T00:00:00Z",
            "headlines": [{"value": copy.title}],
            "bodies": [{"value": copy.body, "contentType": "text/plain"}],
        }
        time_ms = EPOCH_MS + n * STEP_MS
        place = replay.publish(payload(copy.feed, json.dumps(document).encode(), time_ms), time_ms).position
        sent[place.partition, place.offset] = copy
    items = (Item.model_validate_json(record.value) for record in replay.log["wire.deduped"])
    judged = {sent[item.wire.partition, item.wire.offset]: item for item in items if item.duplicate}
    return [*judged], [*judged.values()]


def found_and_right(copies: list[Copy], judged: list[Item]) -> dict[str, object]:
    """By kind, the share that is no original; of these, the shares that have the right source and relation."""
    items = {copy.name: item for copy, item in zip(copies, judged, strict=True)}
    chains = Chains(items)
    table: dict[str, list[tuple[Copy, Item]]] = {}
    for copy in copies:
        table.setdefault(copy.kind, []).append((copy, items[copy.name]))
    figures: dict[str, object] = {}
    for kind, rows in table.items():
        found = [(copy, item) for copy, item in rows if _relation(item) != Relation.ORIGINAL]
        figures[f"{kind}: found of {len(rows)}"] = round(len(found) / len(rows), 3)
        if kind in EDITS:
            right = sum(not _sources(item).isdisjoint(chains.of(copy)) for copy, item in found)
            figures[f"{kind}: right of these"] = round(right / max(1, len(found)), 3)
            related = sum(_is_right(copy, item, chains) for copy, item in found)
            figures[f"{kind}: related right"] = round(related / max(1, len(found)), 3)
    hits = [_relation(item) != Relation.ORIGINAL for kind in EDITS for _, item in table.get(kind, ())]
    return figures | {"recall of planted copies": round(sum(hits) / max(1, len(hits)), 3)}


def _relation(item: Item) -> Relation:
    assert item.duplicate
    return item.duplicate.relation


def _is_right(copy: Copy, item: Item, chains: Chains) -> bool:
    """Whether the relation is one of the kind's.  What calls itself a correction is one, whatever was cut of it.

    A stream may have the source twice.  To its other text an item is some copy, not what it is to the planted one.
    """
    found = item.duplicate
    assert found
    planted = {chains.items[name].dispatch.item for name in copy.of}
    is_other = (
        found.evidence.get("matched", found.of_item) not in planted and found.relation is not Relation.ROUND_UP
    )
    is_natural = is_other and not _sources(item).isdisjoint(chains.of(copy))
    says_so = found.relation is Relation.CORRECTION and item.dispatch.kind is Kind.CORRECTION
    relations = ANY_COPY if is_natural else RELATIONS[copy.kind]
    return (says_so or found.relation in relations) and not found.independent


def _sources(item: Item) -> set[str]:
    """The dispatches that an item is said to be made of."""
    assert item.duplicate
    return {*(item.duplicate.parts or ()), *filter(None, [item.duplicate.of])}


class Chains:
    """Which dispatches are said to be made of the same."""

    def __init__(self, items: dict[str, Item]) -> None:
        self.items = items
        self._made_of: dict[str, set[str]] = {}
        for item in items.values():
            for source in _sources(item):
                self._made_of.setdefault(source, set()).add(item.dispatch.id)

    def of(self, copy: Copy) -> set[str]:
        """The sources of a copy, what they copy themselves, and what copies the same."""
        copied = [self.items[of] for of in copy.of]
        sources = {name for item in copied for name in (item.dispatch.id, *_sources(item))}
        return sources.union(*(self._made_of.get(source, ()) for source in sources))


def exhaustive(room: DedupeRoom, state: Any, judged: list[Item]) -> dict[str, object]:
    """Compare the last items with every item of the window: what does the ring miss, and what does it save?"""
    window = state.window
    last = [number for number, entry in window.entries.items() if entry.seen.fingerprints][-LAST:]
    found = missed = 0
    start = time.process_time()
    for number in last:
        entry = window.entries[number]
        posted = (other for other in window.entries.values() if other.seen.fingerprints)
        earlier = [other for other in posted if other.offset < entry.offset]
        ours = entry.seen.fingerprints
        near = ours and any(
            relations.match_entry(window, ours, "en", False, Headline(), other) for other in earlier
        )
        verdict = judged[entry.offset].duplicate
        found += bool(near)
        missed += bool(near and verdict and verdict.relation == Relation.ORIGINAL)
    cost = (time.process_time() - start) / len(last) * 1e6
    return {
        "exhaustive search, us": round(cost),
        f"it finds of the last {len(last)}": found,
        "more than the ring": missed,
    }


def prototype() -> ModuleType | None:
    """The prototype ring, where it is at hand (it imports xxhash and does not use it)."""
    sys.path.insert(0, str(DATA.parent / "prototypes"))
    sys.modules.setdefault("xxhash", ModuleType("xxhash"))
    try:
        return importlib.import_module("neardup_lib")
    except ImportError:
        return None


def prototype_seconds(module: ModuleType, copies: list[Copy]) -> float:
    """Seconds an item: the prototype's ring alone (query, verify, insert), its sketches made beforehand."""
    index = module.RingIndex()
    sketches = [module.sketch(copy.body) for copy in copies]
    prepared = [(module.sketch(copy.body)[0], index.fps(g)) for copy, (_, g) in zip(copies, sketches, strict=True)]
    start = time.process_time()
    for n, (shingles, keys) in enumerate(prepared):
        documents, shared, used = index.query(keys)
        for document in documents[shared >= max(2, 0.12 * used)].tolist():
            module.inter(shingles, prepared[document][0])
        index.insert(keys, n)
    return (time.process_time() - start) / len(prepared)


def run(short: bool) -> dict[str, object]:
    """Recall by kind of edit, microseconds an item, the prototype's and exhaustive search beside it."""
    copies = planted(stream(STREAM, ITEMS_SHORT if short else None), every=EVERY, distance=DISTANCE)
    walked(copies[:300])  # warms up
    judged, seconds, room, state = walked(copies)
    late = sorted(seconds[len(seconds) // 2 :])
    mean, middle, slow = sum(late) / len(late), late[len(late) // 2], late[len(late) * 99 // 100]
    figures = {"items in the window": len(state.window.entries), **found_and_right(copies, judged)}
    figures |= {
        f"{name}, us": round(value * 1e6) for name, value in (("mean", mean), ("median", middle), ("p99", slow))
    }
    if module := prototype():
        prototype_seconds(module, copies[:300])
        ring = prototype_seconds(module, copies)
        figures |= {
            "prototype's ring alone, us": round(ring * 1e6),
            "mean / prototype's ring": round(mean / ring, 1),
        }
    figures |= exhaustive(room, state, judged)
    rows = chain.from_iterable(stream(name) for name in OTHERS)
    others = planted((row for row in rows if row["text"].strip()), every=1, distance=OTHERS_DISTANCE)
    others = others[: ITEMS_SHORT // 2] if short else others
    return figures | {f"other streams, {k}": v for k, v in found_and_right(*through_rooms(others)).items()}
