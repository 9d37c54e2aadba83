"""Near-duplicates: recall by kind of edit, false copies, and cost beside exhaustive search and the prototype.

    python -m benchmarks neardup [--full]

Reads the Reuters-21578 stream (real data, not part of the repository), plants edited copies a thousand items
after their source, and hard negatives: templates with every name and figure changed.  Sends all through the room.
"""

from __future__ import annotations

import importlib
import random
import re
import sys
import time
from collections.abc import Callable, Iterator
from types import ModuleType
from typing import Any, NamedTuple

from benchmarks import DATA, stream
from pipeline import features
from pipeline.dedupe import relations
from pipeline.dedupe.room import DedupeRoom
from pipeline.envelope import FEATURES, TIME, TYPE, RecordType
from pipeline.features import Features
from pipeline.items import Dispatch, Duplicate, Item, Kind, Relation, Text, Wire, dump, instant
from pipeline.normalise.fingerprints import fingerprint
from pipeline.records import Position, Record

STREAM = "reuters21578"
ITEMS_SHORT = 3_000
LAST = 150  # items that are searched for exhaustively
START_MS, STEP_MS = 536_500_000_000, 10_000
EVERY, DISTANCE = 8, 1000  # a plant for every eighth item, so many items after it
WORDS_MIN = 60
FILLER = (
    "officials",
    "traders",
    "market",
    "ministry",
    "statement",
    "quarter",
    "agency",
    "report",
    "increase",
    "week",
)


class Copy(NamedTuple):
    """A text of the stream.  `of`: the item that it was made of; `kind`: how."""

    name: str
    title: str
    body: str
    kind: str = "natural"
    of: str | None = None


def reworded(body: str, dice: random.Random, share: float) -> str:
    return " ".join(dice.choice(FILLER) if dice.random() < share else word for word in body.split())


def shuffled(body: str, dice: random.Random) -> str:
    """Half of the sentences, in another order, and every tenth word another: a rewrite around the same figures."""
    sentences = re.split(r"(?<=\.)\s+", body)
    kept = [sentence for sentence in sentences if dice.random() < 0.6] or sentences
    dice.shuffle(kept)
    return reworded(" ".join(kept), dice, 0.1)


def refilled(text: str, dice: random.Random) -> str:
    """Every figure and every capitalised word another: the same template, not the same news."""
    text = re.sub(r"\d", lambda _: str(dice.randrange(10)), text)
    return re.sub(r"\b[A-Z][A-Za-z]+", lambda _: "".join(dice.choices("aeioubdklmnrst", k=6)).title(), text)


def words(body: str, first: float, last: float) -> str:
    every = body.split()
    return " ".join(every[round(len(every) * first) : round(len(every) * last)])


EDITS: dict[str, Callable[[str, random.Random], str]] = {
    "untouched": lambda body, dice: body,
    "furniture": lambda body, dice: f"CITY, March 3 (Agency) - {body} (Reporting by a desk; editing by another)",
    "light": lambda body, dice: reworded(body, dice, 0.03),
    "medium": lambda body, dice: reworded(body, dice, 0.1),
    "heavy": shuffled,
    "first half": lambda body, dice: words(body, 0, 0.5),
    "middle": lambda body, dice: words(body, 0.3, 0.8),
    "alert": lambda body, dice: " ".join(body.split()[:25]),
    "update": lambda body, dice: f"{body} {reworded(body, dice, 0.9)}",
    "figure": lambda body, dice: re.sub(r"\d", lambda found: str((int(found[0]) + 1) % 10), body, count=1),
    "copy-edit": lambda body, dice: reworded(body, dice, 0.25),
    "take": lambda body, dice: body,  # its alert came first
}
ALERT_FIRST = frozenset({"take"})
REPUBLISHED = frozenset({Relation.EXACT, Relation.REPUBLISH})
CUT = frozenset({Relation.EXCERPT})
LONGER = frozenset({Relation.UPDATE})
ANY_COPY = frozenset(Relation) - {Relation.ORIGINAL}  # that is no independent report
# What each edit makes of its source, where only one thing can be right.
RELATIONS = {
    "untouched": REPUBLISHED, "furniture": REPUBLISHED, "light": ANY_COPY, "medium": ANY_COPY, "heavy": ANY_COPY,
    "first half": CUT, "middle": CUT, "alert": CUT, "update": LONGER, "take": LONGER, "copy-edit": ANY_COPY,
    "figure": frozenset({Relation.CORRECTION}) | REPUBLISHED,  # a text without a digit is untouched
}  # fmt: skip


def planted(most: int | None) -> list[Copy]:
    """The natural items in their order, with the planted ones DISTANCE later."""
    dice, found, waiting = random.Random(7), list[Copy](), dict[int, Copy]()
    kinds = [*EDITS, "template"]
    for n, row in enumerate(stream(STREAM, most)):
        item = Copy(row["id"], row["title"], row["text"])
        place = len(found)
        found.append(item)
        found += [waiting.pop(n)] if n in waiting else []
        if n % EVERY == 0 and len(item.body.split()) >= WORDS_MIN:
            kind = kinds[n // EVERY % len(kinds)]
            title, body = item.title, item.body
            if kind in ALERT_FIRST:
                found[place] = item._replace(body=EDITS["alert"](body, dice))
            if kind == "template":
                title, body = refilled(title, dice), refilled(body, dice)
            else:
                body = EDITS[kind](body, dice)
            waiting[n + DISTANCE] = Copy(f"{item.name}-{kind}", title, body, kind, item.name)
    return found


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
        yield Record(Position("wire.resolved", 0, n), b"en", dump(item), headers, START_MS)


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


def found_and_right(copies: list[Copy], judged: list[Item]) -> dict[str, object]:
    """By kind, the share that is no original, and of these the share that names the right source."""
    origin = {item.dispatch.id: item.duplicate.of or item.dispatch.id for item in judged if item.duplicate}
    table: dict[str, list[tuple[Copy, Duplicate]]] = {}
    for copy, item in zip(copies, judged, strict=True):
        assert item.duplicate
        table.setdefault(copy.kind, []).append((copy, item.duplicate))
    figures: dict[str, object] = {}
    for kind, rows in table.items():
        found = [(copy, verdict) for copy, verdict in rows if verdict.relation != Relation.ORIGINAL]
        figures[f"{kind}: found of {len(rows)}"] = round(len(found) / len(rows), 3)
        if kind in EDITS:
            right = sum(verdict.of in (copy.of, origin.get(copy.of or "")) for copy, verdict in found)
            figures[f"{kind}: right of these"] = round(right / max(1, len(found)), 3)
            related = sum(v.relation in RELATIONS[kind] and not v.independent for _, v in found)
            figures[f"{kind}: related right"] = round(related / max(1, len(found)), 3)
    hits = [verdict.of is not None for kind in EDITS for _, verdict in table.get(kind, ())]
    return figures | {"recall of planted copies": round(sum(hits) / max(1, len(hits)), 3)}


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
        near = ours and any(relations.match_entry(window, ours, "en", False, other) for other in earlier)
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
    copies = planted(ITEMS_SHORT if short else None)
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
    return figures | exhaustive(room, state, judged)
