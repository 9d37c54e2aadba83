"""Drives the room dedupe in tests: invented copy, sent item by item."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from typing import Any

from pipeline import features
from pipeline.dedupe.changes import DedupeChange
from pipeline.dedupe.room import DedupeRoom
from pipeline.dedupe.state import DedupeState
from pipeline.envelope import FEATURES, ID, TIME, TYPE, Headers, RecordType
from pipeline.features import Features
from pipeline.items import Dispatch, Item, Kind, Relation, Status, Text, Wire, dump, instant
from pipeline.normalise.fingerprints import fingerprint
from pipeline.records import Out, Position, Record

START_MS = 1_641_800_000_000
MINUTE_MS = 60_000
SYLLABLES = [consonant + vowel for consonant in "bcdfghklmnprstvwz" for vowel in "aeiou"]


def prose(seed: int, words: int) -> str:
    """A text of invented words, in sentences of twelve."""
    dice = random.Random(seed)
    made = ["".join(dice.choices(SYLLABLES, k=3)) for _ in range(words)]
    return " ".join(word + "." * (n % 12 == 11) for n, word in enumerate(made))


def headline(seed: int) -> str:
    return prose(-seed - 1, 6).title()


LEAD = prose(1, 240)
OTHER = prose(2, 240)
FIGURES = LEAD.replace(LEAD.split()[50], "1,250 people").replace(LEAD.split()[120], "37 boats")


def record(item: Item, given: Features | None, offset: int, time_ms: int, language: str = "en") -> Record:
    """The item as resolve writes it."""
    headers: Headers = (
        (TIME, instant(time_ms).isoformat().encode()),
        (TYPE, RecordType.ITEM.encode()),
        (ID, b"%d" % offset),
    )
    if given:
        headers = (*headers, (FEATURES, features.encode(given)))
    return Record(Position("wire.resolved", 0, offset), language.encode(), dump(item), headers, time_ms)


@dataclass
class DedupeDriver:
    """Sends items to a room, one a minute, and keeps its journal."""

    room: DedupeRoom = field(default_factory=DedupeRoom)
    offset: int = -1
    journal: list[tuple[int, bytes]] = field(default_factory=list)
    last: tuple[Out, ...] = ()
    records: list[Record] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.state: DedupeState = self.room.open()

    def send(
        self,
        name: str,
        body: str,
        title: str = "",
        *,
        version: str = "1",
        feed: str = "",
        agency: str | None = None,
        payload: str = "",
        bare: str | None = None,
        minutes: float | None = None,
        language: str = "en",
        part: int = 0,
        signals: tuple[str, ...] = (),
        **dispatch: Any,
    ) -> list[Item]:
        """Send one revision of the dispatch `name`; what comes out, the item itself first."""
        self.offset += 1
        time_ms = START_MS + round((self.offset if minutes is None else minutes) * MINUTE_MS)
        bare = body if bare is None else bare
        item = Item(
            uri=f"urn:test:{name}",
            version=version,
            version_created=instant(time_ms),
            language=language,
            headlines=(Text(value=title),),
            bodies=(Text(value=body),),
            wire=Wire(
                feed=feed or name,
                agency=agency,
                format="ninjs",
                topic="wire.raw",
                partition=0,
                offset=self.offset,
                part=part,
                sha256="0",
                received=instant(time_ms),
            ),
            dispatch=Dispatch(
                id=name, item=f"{name}/{version}", signals=signals, **({"kind": Kind.NEW} | dispatch)
            ),
        )
        raw = (payload or f"{name} {version} {body}").encode()
        given = Features(*fingerprint(raw, title, body, bare), (), (), ())
        return self.receive(record(item, given if body or title else None, self.offset, time_ms, language))

    def kill(self, name: str, version: str = "9", **more: Any) -> list[Item]:
        return self.send(name, "", version=version, kind=Kind.KILL, status=Status.KILLED, **more)

    def receive(self, incoming: Record) -> list[Item]:
        """Decide, apply and journal one record."""
        self.records.append(incoming)
        decision = self.room.decide(self.state, incoming)
        self.apply(decision.change, incoming.position.offset)
        self.last = decision.outputs
        return [Item.model_validate_json(out.value) for out in decision.outputs]

    def apply(self, change: DedupeChange, offset: int) -> None:
        self.room.apply(self.state, change, offset)
        self.journal.append((offset, self.room.encode(change)))

    def trim(self) -> None:
        """Carry, then forget the journal before the floor, and behind an erasure all of it: as the runtime does."""
        is_rewritten = any(self.room.erases(self.room.decode(data)) for _, data in self.journal)
        before, old = self.room.floor(self.state, self.offset), len(self.journal)
        if is_rewritten:
            before = self.offset + 1
        for change in list(self.room.carry(self.state, before)):
            self.apply(change, self.offset)
        if is_rewritten:
            self.journal = self.journal[old:]
        self.journal = [(offset, data) for offset, data in self.journal if is_rewritten or offset >= before]

    def rebuilt(self) -> DedupeState:
        """A state out of the journal."""
        state = self.room.open()
        for offset, data in self.journal:
            self.room.apply(state, self.room.decode(data), offset)
        return state


def verdict(out: list[Item]) -> tuple[Relation, str | None, bool]:
    """Relation, the dispatch that is copied, and whether the item is an independent report."""
    assert out[0].duplicate
    return out[0].duplicate.relation, out[0].duplicate.of, out[0].duplicate.independent


def words(text: str, first: int, last: int) -> str:
    """Those words of a text."""
    return " ".join(text.split()[first:last])


def after_noise() -> DedupeDriver:
    """A window that knows which words are rare."""
    driver = DedupeDriver()
    for seed in range(10, 40):
        driver.send(f"noise{seed}", prose(seed, 100), headline(seed))
    return driver
