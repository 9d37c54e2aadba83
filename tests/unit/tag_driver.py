"""Drives the room tag in tests, with records made from a few words each."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

import msgspec

from pipeline.envelope import FEATURES, TIME, TYPE, RecordType
from pipeline.features import Features, Phrase, encode
from pipeline.items import (
    Dispatch,
    Duplicate,
    Item,
    Kind,
    Relation,
    Signal,
    Status,
    Text,
    Wire,
    content_id,
    dump,
    instant,
)
from pipeline.normalise.fingerprints import fingerprint, paragraph_terms
from pipeline.records import Decision, Out, Position, Record
from pipeline.tag.changes import TagChange
from pipeline.tag.room import TagRoom
from pipeline.tag.state import TagState

START_MS = 1_641_200_000_000
HOUR_MS = 3_600_000
DAY_MS = 24 * HOUR_MS
FERRY = "ferry aground harbour captain passengers lifeboats tide rescue island crew engine fog coastguard deck"
STRIKE = "train drivers strike union wages timetable depot platform commuters railway pickets negotiators rail"
PROBE = "bank auditors ledger fraud prosecutors laundering regulator shell accounts executives raid vault subpoena"


def invented(start: int, count: int) -> str:
    """Words that mean nothing and occur nowhere else."""
    return " ".join(_word(n) for n in range(start, start + count))


def _word(n: int) -> str:
    digits = [n // 14**k for k in range(4)]
    return "".join("bdfgklmnprtvwz"[digit % 14] + "aeiou"[(digit + k) % 5] for k, digit in enumerate(digits))


def text_of(words: str) -> str:
    """A body long enough to be judged as full text."""
    return " ".join(f"the {word} of the {word}" for word in words.split())


def features_of(headline: str, words: str) -> Features:
    body = text_of(words)
    terms = tuple((word, 256) for word in dict.fromkeys(f"{headline.lower()} {words}".split()))[:64]
    phrases = (Phrase(headline.lower(), headline, 512, 0),) if headline else ()
    heads = tuple((word, 256, word) for word in headline.lower().split()[-1:])
    return Features(*fingerprint(b"", headline, body, body), phrases, terms, heads)


def item(
    name: str,
    words: str,
    at_ms: int,
    *,
    headline: str | None = None,
    kind: Kind = Kind.NEW,
    version: int = 1,
    status: Status = Status.USABLE,
    merged_into: str | None = None,
    killed_by: str | None = None,
    erased: bool | None = None,
    relation: Relation = Relation.ORIGINAL,
    of: str | None = None,
    feed: str = "alpha",
    created_ms: int | None = None,
    received_ms: int | None = None,
    language: str = "en",
    parts: tuple[str, ...] = (),
    told: tuple[str, ...] = (),
) -> tuple[bytes, bytes]:
    """An item's value and its features: dispatch `name`, about `words`.

    `parts`: the dispatches that a round-up contains; `told`: the words of each paragraph of one that says so.
    """
    headline = " ".join(words.split()[:2]).capitalize() if headline is None else headline
    independent = relation in (Relation.ORIGINAL, Relation.RELATED)
    written = Item(
        uri=f"urn:wiredesk:dispatch:{name}",
        version=str(version),
        version_created=instant(at_ms if created_ms is None else created_ms),
        language=language,
        headlines=(Text(value=headline),),
        bodies=(Text(value=text_of(words)),),
        wire=Wire(
            feed=feed,
            format="plain",
            topic="wire.raw",
            partition=0,
            offset=0,
            sha256="",
            received=instant(at_ms if received_ms is None else received_ms),
        ),
        dispatch=Dispatch(
            id=name,
            item=content_id(name, str(version)),
            signals=(Signal.ROUND_UP,) if told else (),
            kind=kind,
            status=status,
            revision=version,
            merged_into=merged_into,
            killed_by=killed_by,
            erased=erased,
        ),
        duplicate=Duplicate(relation=relation, of=of, parts=parts or None, rule="test/1", independent=independent),
    )
    given = msgspec.structs.replace(features_of(headline, words), parts=paragraph_terms(told))
    return dump(written), encode(given)


@dataclass
class TagDriver:
    """The room with a state, driven by hand; keeps what it wrote and its journal."""

    room: TagRoom = field(default_factory=TagRoom)
    journal: list[tuple[int, bytes]] = field(default_factory=list)
    offset: int = 0
    now_ms: int = START_MS
    state: TagState = field(init=False)

    def __post_init__(self) -> None:
        self.state = self.room.open()

    def take(
        self, value: bytes, features: bytes | None = None, record_type: str = RecordType.ITEM
    ) -> tuple[Out, ...]:
        """One record in; what the room writes."""
        headers = [(TYPE, record_type.encode()), (TIME, instant(self.now_ms).isoformat().encode())]
        if features is not None:
            headers.append((FEATURES, features))
        record = Record(Position("wire.deduped", 2, self.offset), b"en", value, tuple(headers), self.now_ms)
        decision: Decision[TagChange] = self.room.decide(self.state, record)
        self.remember(decision.change)
        self.offset += 1
        return decision.outputs

    def remember(self, change: TagChange) -> None:
        """Journal the change and apply it as journalled."""
        data = self.room.encode(change)
        self.journal.append((self.offset, data))
        self.room.apply(self.state, self.room.decode(data), self.offset)

    def wire(self, name: str, words: str, **more: Any) -> tuple[dict[str, Any], list[dict[str, Any]]]:
        """An item in: the enriched item, and the story snapshots."""
        outputs = self.take(*item(name, words, self.now_ms, **more))
        written = {
            topic: [json.loads(o.value) for o in outputs if o.topic == topic]
            for topic in {o.topic for o in outputs}
        }
        (enriched,) = written["wire.enriched"]
        return enriched, written.get("wire.stories", [])

    def tick(self) -> tuple[Out, ...]:
        return self.take(b"", None, RecordType.TICK)

    def hold(self) -> tuple[Out, ...]:
        """A control that is not for tag."""
        return self.take(b'{"action":"hold","dispatch":"a","who":"a","why":"b"}', None, RecordType.CONTROL)

    def pin(self, story: str, label: str, who: str = "desk@example") -> tuple[Out, ...]:
        control = {"action": "pin", "story": story, "label": label, "who": who, "why": "house style"}
        return self.take(json.dumps(control).encode(), None, RecordType.CONTROL)

    def trim(self) -> None:
        """Trim the journal as a shard's owner does: carry, then drop what is before the floor.

        Behind an erasure everything is carried, and nothing else is left.
        """
        floor, old = self.room.floor(self.state, self.offset - 1), len(self.journal)
        if is_rewritten := any(self.room.erases(self.room.decode(data)) for _, data in self.journal):
            floor = self.offset
        for change in list(self.room.carry(self.state, floor)):
            self.remember(change)
        kept = self.journal[old:] if is_rewritten else self.journal
        self.journal = [(offset, data) for offset, data in kept if is_rewritten or offset >= floor]

    def rebuilt(self) -> TagState:
        """A new state out of the journal."""
        state = self.room.open()
        for offset, data in self.journal:
            self.room.apply(state, self.room.decode(data), offset)
        return state


def experienced() -> TagDriver:
    """A room that has seen enough copy to know which words are rare."""
    one = TagDriver()
    for i, words in enumerate((STRIKE, PROBE, "wheat harvest drought silo", "opera premiere tenor stage")):
        one.wire(f"noise-{i}", words)
    return one


def events(snapshots: list[dict[str, Any]]) -> list[str]:
    """What happened to the stories."""
    return [snapshot["event"] for snapshot in snapshots]
