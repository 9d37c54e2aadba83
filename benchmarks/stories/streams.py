"""Streams with known stories as the room tag gets them, and how good a clustering of them is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from functools import cache
from typing import Any, NamedTuple

from benchmarks import stream
from pipeline.envelope import FEATURES, TIME, TYPE, RecordType
from pipeline.features import Features, encode
from pipeline.items import Dispatch, Duplicate, Item, Kind, Relation, Status, Text, Wire, content_id, dump, instant
from pipeline.language import Language
from pipeline.normalise.fingerprints import fingerprint
from pipeline.normalise.phrases import find_phrases
from pipeline.records import Position, Record
from pipeline.tag.changes import TagChange, TermSample
from pipeline.tag.index import mixed
from pipeline.tag.room import TagRoom
from pipeline.tag.state import TagState

STREAMS = ("basil", "allsides_2016_2018", "gva_2013_2015", "wikinews_small")
BACKGROUND = "background_4000"
EN = Language.of("en")
WINDOW_MS = 5 * 86_400_000


class Article(NamedTuple):
    id: str
    story: str | None
    time_ms: int
    title: str
    text: str


class Scores(NamedTuple):
    """How good a clustering is."""

    precision: float  # BCubed
    recall: float
    f1: float
    pairwise: float  # F1

    def __str__(self) -> str:
        return " ".join(f"{each:.3f}" for each in self)


@cache
def articles(name: str) -> tuple[Article, ...]:
    """A stream in time order; ties keep the file's order.  Raises Missing."""
    return tuple(sorted(map(_article, stream(name)), key=lambda a: a.time_ms))


def _article(line: dict[str, Any]) -> Article:
    moment = datetime.fromisoformat(line.get("timestamp") or "1970-01-01")
    time_ms = round((moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp() * 1000)
    return Article(line["id"], line.get("story"), time_ms, line.get("title") or "", line["text"])


def features_of(article: Article, *, headline_only: bool = False, phrases: bool = False) -> Features:
    """The features of an article, without label phrases unless asked for."""
    body = "" if headline_only else article.text
    found = find_phrases(article.title, body, EN) if phrases else ((), (), ())
    return Features(*fingerprint(b"", article.title, body, body), *found)


def record(article: Article, features: Features, offset: int, body: str | None = None) -> Record:
    """An article as the room gets it."""
    moment, dispatch = instant(article.time_ms), content_id("dispatch", article.id)
    item = Item(
        uri=f"urn:wiredesk:dispatch:{dispatch}",
        version="1",
        version_created=moment,
        language="en",
        headlines=(Text(value=article.title),),
        bodies=(Text(value=article.text if body is None else body),),
        wire=Wire(
            feed="bench", format="plain", topic="wire.raw", partition=0, offset=offset, sha256="", received=moment
        ),
        dispatch=Dispatch(
            id=dispatch, item=content_id("item", article.id), kind=Kind.NEW, status=Status.USABLE, revision=1
        ),
        duplicate=Duplicate(relation=Relation.ORIGINAL, rule="bench"),
    )
    headers = ((TYPE, RecordType.ITEM.encode()), (TIME, moment.isoformat().encode()), (FEATURES, encode(features)))
    return Record(Position("wire.deduped", 0, offset), b"en", dump(item), headers, article.time_ms)


@cache
def records(name: str, headline_only: bool = False) -> tuple[Record, ...]:
    """A stream as the room gets it, without label phrases; its offsets come after those of the background."""
    first = len(articles(BACKGROUND))
    return tuple(
        record(each, features_of(each, headline_only=headline_only), first + place, "" if headline_only else None)
        for place, each in enumerate(articles(name))
    )


@cache
def background_changes() -> tuple[TagChange, ...]:
    """What counts the terms of the background, and makes no story."""
    return tuple(
        TagChange(0, term_sample=TermSample("en", mixed(features_of(each).terms, "en").astype("<u4").tobytes()))
        for each in articles(BACKGROUND)
    )


def opened(room: TagRoom, *, warm: bool) -> TagState:
    """An empty state; a warm one has counted the terms of more articles than it keeps."""
    state = room.open()
    for offset, change in enumerate(background_changes() if warm else ()):
        room.apply(state, change, offset)
    return state


def stories_found(stream: Iterable[Record], room: TagRoom, state: TagState) -> list[str]:
    """The story id of each item; an item of no story is alone."""
    found = []
    for one in stream:
        decision = room.decide(state, one)
        room.apply(state, decision.change, one.position.offset)
        entry = decision.change.entry
        found.append(entry.story if entry else f"none-{one.position.offset}")
    return [state.aliases.get(name, name) for name in found]


def scores(found: Sequence[object], wanted: Sequence[object]) -> Scores:
    """BCubed precision, recall and F1, and pairwise F1 of a clustering."""
    ours, theirs, both = Counter(found), Counter(wanted), Counter(zip(found, wanted, strict=True))
    precision = sum(n * n / ours[f] for (f, _), n in both.items()) / len(found)
    recall = sum(n * n / theirs[w] for (_, w), n in both.items()) / len(found)
    hits, said, true = (sum(n * (n - 1) / 2 for n in c.values()) for c in (both, ours, theirs))
    return Scores(precision, recall, 2 * precision * recall / (precision + recall), 2 * hits / max(said + true, 1))


def wanted_stories(name: str) -> list[str | None]:
    """The story of each item of a stream, as its editors had it."""
    return [each.story for each in articles(name)]


def quality(name: str, *, warm: bool, headline_only: bool = False) -> Scores:
    """How good the room is on one stream."""
    room = TagRoom()
    found = stories_found(records(name, headline_only), room, opened(room, warm=warm))
    return scores(found, wanted_stories(name))
