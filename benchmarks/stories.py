"""How good and how fast the room tag finds stories, beside the prototype in the same run.

    python -m benchmarks stories [--full]

Streams with known stories, items in time order, through TagRoom (decide and apply, labels on) and through the
prototype's clusterer, which gets the same tokens: BCubed precision, recall and F1, pairwise F1, microseconds an
item.  Then the room's cost with a full window, without label phrases and with.  Read times as
ratios.
"""

from __future__ import annotations

import importlib
import sys
import time
import types
from collections import Counter
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any, NamedTuple

from benchmarks import DATA, stream
from pipeline.envelope import FEATURES, TIME, TYPE, RecordType
from pipeline.features import Features, encode
from pipeline.items import Dispatch, Duplicate, Item, Kind, Relation, Status, Text, Wire, content_id, dump, instant
from pipeline.language import Language
from pipeline.normalise.fingerprints import fingerprint
from pipeline.records import Position, Record
from pipeline.tag.room import TagRoom

STREAMS = ("basil", "allsides_2016_2018", "gva_2013_2015")
ITEMS, ITEMS_SHORT = 10_000, 1_000  # in the window
MEASURED = 1_000
DAY_MS = 86_400_000


class Article(NamedTuple):
    id: str
    story: str | None
    time_ms: int
    title: str
    text: str


def articles(name: str) -> list[Article]:
    """A stream in time order; ties keep the file's order."""
    return sorted(map(_article, stream(name)), key=lambda a: a.time_ms)


def _article(line: dict[str, Any]) -> Article:
    moment = datetime.fromisoformat(line["timestamp"])
    time_ms = round((moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp() * 1000)
    return Article(line["id"], line.get("story"), time_ms, line.get("title") or "", line["text"])


def record(article: Article, offset: int, time_ms: int, phrases: bool, headline_only: bool = False) -> Record:
    """An article as the room gets it."""
    body = "" if headline_only else article.text
    parts = fingerprint(b"", article.title, body, body)
    features = Features(*parts, **_labels(article, body, phrases))
    moment, dispatch = instant(time_ms), content_id("dispatch", article.id)
    item = Item(
        uri=f"urn:wiredesk:dispatch:{dispatch}",
        version="1",
        version_created=moment,
        language="en",
        headlines=(Text(value=article.title),),
        bodies=(Text(value=body),),
        wire=Wire(
            feed="bench", format="plain", topic="wire.raw", partition=0, offset=offset, sha256="", received=moment
        ),
        dispatch=Dispatch(
            id=dispatch, item=content_id("item", article.id), kind=Kind.NEW, status=Status.USABLE, revision=1
        ),
        duplicate=Duplicate(relation=Relation.ORIGINAL, rule="bench"),
    )
    headers = ((TYPE, RecordType.ITEM.encode()), (TIME, moment.isoformat().encode()), (FEATURES, encode(features)))
    return Record(Position("wire.deduped", 0, offset), b"en", dump(item), headers, time_ms)


def _labels(article: Article, body: str, wanted: bool) -> dict[str, Any]:
    if not wanted:
        return {"phrases": (), "label_terms": (), "heads": ()}
    found = importlib.import_module("pipeline.normalise.phrases").find_phrases(
        article.title, body, Language.of("en")
    )
    return {"phrases": found.phrases, "label_terms": found.label_terms, "heads": found.heads}


def run_room(records: Iterable[Record], room: TagRoom) -> tuple[list[str], float]:
    """The story id of each item, and seconds."""
    state, entries = room.open(), []
    begun = time.process_time()
    for one in records:
        decision = room.decide(state, one)
        room.apply(state, decision.change, one.position.offset)
        assert decision.change.entry
        entries.append(decision.change.entry.story)
    seconds = time.process_time() - begun
    return [state.aliases.get(name, name) for name in entries], seconds


def run_prototype(stream: list[Article], headline_only: bool = False) -> tuple[list[int], float]:
    """The story number of each item, and seconds."""
    weights = (-5.4, 12.0, 10.0, 4.3, 2.0) if headline_only else (-6.9, 9.0, 7.0, 4.3, 2.0)
    clusterer = prototype().Stories(par=weights)
    begun = time.process_time()
    ids = [clusterer.put(a.title, "" if headline_only else a.text, a.time_ms / 1000) for a in stream]
    return ids, time.process_time() - begun


def prototype() -> Any:
    """The prototype's module; two packages that it imports and does not need here are left empty."""
    for name in ("xxhash", "snowballstemmer"):
        sys.modules.setdefault(name, types.ModuleType(name))
    sys.modules["snowballstemmer"].stemmer = lambda language: None  # type: ignore[attr-defined]  # an empty stand-in
    sys.path.insert(0, str(DATA.parent / "prototypes"))
    return importlib.import_module("cluster_lib")


def judged(name: str, found: list[Any], wanted: list[Any]) -> dict[str, object]:
    """BCubed precision, recall, F1 and pairwise F1 of a clustering."""
    ours, theirs, both = Counter(found), Counter(wanted), Counter(zip(found, wanted, strict=True))
    precision = sum(n * n / ours[f] for (f, _), n in both.items()) / len(found)
    recall = sum(n * n / theirs[w] for (_, w), n in both.items()) / len(found)
    hits, said, true = (sum(n * (n - 1) / 2 for n in c.values()) for c in (both, ours, theirs))
    b3 = 2 * precision * recall / (precision + recall)
    return {
        f"{name}: BCubed P R F1": f"{precision:.3f} {recall:.3f} {b3:.3f}",
        f"{name}: pairwise F1": round(2 * hits / max(said + true, 1), 3),
    }


def quality(name: str, headline_only: bool = False) -> dict[str, object]:
    """The room and the prototype on one stream: how good, and microseconds an item."""
    found = articles(name)
    name += " headlines" if headline_only else ""
    wanted = [a.story for a in found]
    ids, seconds = run_room([record(a, i, a.time_ms, False, headline_only) for i, a in enumerate(found)], TagRoom())
    numbers, prototype_seconds = run_prototype(found, headline_only)
    return {
        **judged(f"{name}, room", ids, wanted),
        f"{name}, room: us": round(seconds / len(found) * 1e6),
        **judged(f"{name}, prototype", numbers, wanted),
        f"{name}, prototype with its tokens: us": round(prototype_seconds / len(found) * 1e6),
    }


def cost(items: int, phrases: bool) -> dict[str, object]:
    """Microseconds an item with a window full of `items` different texts, one every 10 seconds."""
    pool = articles("background_4000") + [a for name in STREAMS for a in articles(name)]
    texts = (pool[i % len(pool)]._replace(id=f"{i}") for i in range(items + MEASURED))
    records = (record(a, i, i * 10_000, phrases) for i, a in enumerate(texts))
    room = TagRoom(items_max=items)
    state = room.open()
    spent = {"decide": 0.0, "apply": 0.0}
    for one in records:
        start = time.process_time()
        decision = room.decide(state, one)
        middle = time.process_time()
        room.apply(state, decision.change, one.position.offset)
        if one.position.offset >= items:
            spent["decide"] += middle - start
            spent["apply"] += time.process_time() - middle
    labels = "with labels" if phrases else "without labels"
    return {f"window of {items}, {labels}, {name}: us": round(s / MEASURED * 1e6) for name, s in spent.items()}


def run(short: bool) -> dict[str, object]:
    """Quality on each stream beside the prototype's, and the cost with a full window.  Raises Missing."""
    warm = articles("basil")[:20]
    run_room([record(a, i, a.time_ms, False) for i, a in enumerate(warm)], TagRoom())
    run_prototype(warm)
    figures: dict[str, object] = {}
    for name in STREAMS[:1] if short else STREAMS:
        figures |= quality(name)
        figures |= {} if short else quality(name, headline_only=True)
    for phrases in (True,) if short else (False, True):
        figures |= cost(ITEMS_SHORT if short else ITEMS, phrases)
    return figures
