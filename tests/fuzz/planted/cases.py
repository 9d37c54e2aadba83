"""A case: a plant and changes of it.  The law: what is planted takes effect, or the payload is dead."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from random import Random
from typing import Any

from planting import COPY
from wrapped import BREAKING

from pipeline import formats
from pipeline.copy import read_copy
from pipeline.envelope import FORMAT
from pipeline.formats.format import PayloadKind
from pipeline.formats.parsed import Parsed, Payload
from pipeline.items import Item, PubStatus, Signal, dump
from pipeline.language import Language
from pipeline.normalise.building import Origin, build_item, is_wordless
from pipeline.normalise.heeding import heed_notes
from pipeline.records import Position, Rejected
from pipeline.replay import Replay, payload
from pipeline.values.embargo import strictest

from .inside import CHANGES, Change
from .outside import DAMAGES, WRAPPED
from .plants import PLANTS, SECRET, Plant, Promise

ARRIVED = datetime(2022, 1, 12, 12, tzinfo=UTC)
ARRIVED_MS = round(ARRIVED.timestamp() * 1000)
ORIGIN = Origin("quay", ARRIVED, "fuzz", "0" * 64, Position("wire.raw", 0, 0), ARRIVED)
WORDS = 16  # so many characters of the copy are its words
RUNS = tuple(COPY[at : at + WORDS] for at in range(len(COPY) - WORDS + 1))
# What is planted in text counts at the beginning of a line; behind the words of something else it is prose.
LINE_OF = {
    plant.says: re.compile(
        (rb"" if plant.is_for_editors else rb"(?m:^)[\x00-\x2f\x3a-\x40]{0,40}(?:BC-)?") + re.escape(plant.says)
    )
    for plant in PLANTS
}
# Changes that may break a phrase, or the name of its place, in a document that is read nevertheless.
UNSEEN = frozenset((*DAMAGES, *BREAKING, "utf-7")) - {"_cut_end", "_cut_beginning", "_between_nuls", "_in_front"}
SAYING = frozenset(name for name, wrap in WRAPPED.items() if b"EMBARGO" in wrap(b"", Random(0)))
HELD = frozenset({Signal.HOLD, Signal.KILL})


@dataclass(frozen=True, slots=True)
class Step:
    """A change and the number of its dice."""

    name: str
    number: int


@dataclass(frozen=True, slots=True)
class Case:
    """A plant, and what is done to it, in this order."""

    plant: Plant
    steps: tuple[Step, ...]
    is_declared: bool  # the header names the format

    def payloads(self) -> tuple[bytes, bytes]:
        """With what is planted, and the twin without it."""
        return self._made(self.plant.data), self._made(self.plant.twin)

    def _made(self, data: bytes) -> bytes:
        for step in self.steps:
            if data:
                data = changes(self.plant.kind)[step.name](data, Random(step.number))
        return data


@dataclass(frozen=True, slots=True)
class Fault:
    """A law broken: what kind, and by what."""

    kind: str
    detail: str


ALL = {kind: {**CHANGES[kind], **WRAPPED, **DAMAGES} for kind in PayloadKind}
NAMES = {kind: (tuple(CHANGES[kind]), tuple(WRAPPED), tuple(DAMAGES)) for kind in PayloadKind}


def changes(kind: PayloadKind) -> dict[str, Change]:
    return ALL[kind]


def case_of(dice: Random) -> Case:
    """A case by chance: up to four changes inside, up to two outside, now and then a damage."""
    plant = dice.choice(PLANTS)
    inside, outside, damages = NAMES[plant.kind]
    names = [dice.choice(inside) for _ in range(dice.choice((0, 1, 1, 2, 3, 4)))]
    names += [dice.choice(outside) for _ in range(dice.choice((0, 0, 0, 1, 1, 2)))]
    names += [dice.choice(damages)] if not dice.randrange(5) else []
    return Case(plant, tuple(Step(name, dice.getrandbits(24)) for name in names), not dice.randrange(2))


def items(data: bytes, declared: str | None) -> list[tuple[Parsed, Any]]:
    """What normalise reads: the items with their notes heeded, and their copy; none of a dead payload."""
    try:
        _, parse = formats.parse(Payload(data, "quay", ARRIVED, declared))
    except Rejected:
        return []
    found = []
    for item in parse.items:
        if isinstance(item, Parsed) and not item.unfit:
            heeded = heed_notes(item, ARRIVED)
            copy = read_copy(
                heeded.headline, heeded.paragraphs, Language.of(heeded.language), dateline=heeded.dateline or "",
                byline=heeded.by or "", sign_off=heeded.sign_off or "", slugline=heeded.slugline or "",
                issued=ARRIVED,
            )  # fmt: skip
            found.append((heeded, copy))
    return found


def has_words(item: Parsed) -> bool:
    """Whether it says words of the planted item."""
    words = " ".join((item.headline, *item.paragraphs, *item.descriptions))
    return "ferry" in words.lower() and any(run in words for run in RUNS)


def is_open(item: Parsed, copy: Any, plant: Plant) -> bool:
    """Whether it would be published as usable, before it may be."""
    if item.pub_status is not PubStatus.USABLE or not HELD.isdisjoint((*item.signals, *copy.signals)):
        return False
    embargo = strictest((item.embargo, copy.embargo))
    if plant.promise is Promise.STATUS or embargo is None:
        return embargo is None
    return embargo.until is not None and plant.until is not None and embargo.until < plant.until


def check(case: Case) -> Fault | None:
    """The fault of a case, by what normalise reads."""
    data, twin = case.payloads()
    declared = case.plant.format if case.is_declared else None
    plant = case.plant
    if not is_vacuous(case, data):
        for part, (item, copy) in enumerate(items(data, declared)):
            if plant.promise is Promise.SECRET:
                if SECRET in _published(part, item, copy):
                    return Fault("secret", f"{item.headline!r}")
            elif has_words(item) and is_open(item, copy, plant):
                end = strictest((item.embargo, copy.embargo))
                return Fault(f"{plant.promise} lost", f"{item.headline!r}, {end or 'no embargo'}")
    return None if says_more(case, twin) else _false_alarm(twin, declared)


def says_more(case: Case, twin: bytes) -> bool:
    """Whether the twin says what may hold it: its place is for embargoes, or a change broke or added something."""
    if case.plant.promise is Promise.SECRET and "embargo" in case.plant.place:
        return True
    if not {*UNSEEN, "_cut_beginning"}.isdisjoint(step.name for step in case.steps):
        return True
    names = {step.name for step in case.steps}
    if "_json_shape" in names or not SAYING.isdisjoint(names):
        return True
    if case.plant.promise is Promise.STATUS and not names.isdisjoint({"_extra", "_json_other_spelling"}):
        return True  # a list, an element or other words in place of the status: another status
    return b"EMBARGO" in twin and b"EMBARGO" not in case.plant.twin


def _false_alarm(twin: bytes, declared: str | None) -> Fault | None:
    for item, copy in items(twin, declared):
        if has_words(item) and _is_held(item, copy):
            return Fault("false alarm", f"{item.pub_status} {item.embargo or copy.embargo} {item.signals}")
    return None


def is_vacuous(case: Case, data: bytes) -> bool:
    """Whether nothing is promised: a change took out what is planted, or the name of its place, unseen."""
    plant, damages = case.plant, any(step.name in UNSEEN for step in case.steps)
    if plant.kind is PayloadKind.TEXT:
        found = LINE_OF[plant.says].search(data)
        damages |= any(step.name == "_cut_beginning" for step in case.steps)  # its place lost its name
        return (
            found is None
            or damages
            or {"_letters", "_in_front"} <= {step.name for step in case.steps}  # which are read in another encoding
            or (plant.place.startswith("text before") and b"ZCZC HBR" in data[: found.start()])
        )
    names = [step.name for step in case.steps]
    if "_split_text" in names and "_blanks" in names[names.index("_split_text") :]:
        return True  # a blank within one of its words
    return damages and not (
        plant.is_for_editors and 0 < _undamaged(case).count(plant.says) <= data.count(plant.says)
    )


def _undamaged(case: Case) -> bytes:
    """What is planted, as it is before the first change that may break it: another item may have it too."""
    names = [step.name in UNSEEN for step in case.steps]
    steps = case.steps[: names.index(True)] if True in names else case.steps
    return replace(case, steps=steps).payloads()[0]


def _is_held(item: Parsed, copy: Any) -> bool:
    if item.pub_status is not PubStatus.USABLE or not HELD.isdisjoint((*item.signals, *copy.signals)):
        return True
    return strictest((item.embargo, copy.embargo)) is not None


def _published(part: int, item: Parsed, copy: Any) -> str:
    built: Item = build_item(ORIGIN, part, item, copy)
    return "" if is_wordless(built) else dump(built).decode()


class Rooms:
    """The rooms normalise and resolve, for one case after the other, each from a feed of its own."""

    MANY = 200

    def __init__(self) -> None:
        self.number = 0
        self.replay = Replay(rooms=("normalise", "resolve"))

    def check(self, case: Case) -> Fault | None:
        """The fault of a case, by what the rooms write."""
        self.number += 1
        if self.number % self.MANY == 0:
            self.replay = Replay(rooms=("normalise", "resolve"))
        plant = case.plant
        data = case.payloads()[0]
        if not data or is_vacuous(case, data):
            return None
        before = {topic: len(records) for topic, records in self.replay.log.items()}
        headers = ((FORMAT, plant.format.encode()),) if case.is_declared else ()
        self.replay.publish(payload(f"quay{self.number}", data, ARRIVED_MS, headers), ARRIVED_MS)
        for topic in ("wire.normalised", "wire.resolved"):
            for record in self.replay.log[topic][before.get(topic, 0) :]:
                parts = (record.key, record.value, *(value for _, value in record.headers))
                if plant.promise is Promise.SECRET:
                    if any(SECRET.encode() in part for part in parts):
                        return Fault("secret", topic)
                elif topic == "wire.resolved":
                    item = Item.model_validate_json(record.value)
                    words = item.model_dump_json()
                    if item.pub_status is PubStatus.USABLE and any(run in words for run in RUNS):
                        return Fault(f"{plant.promise} published", topic)
        return None


def shortest(case: Case, fault: Fault) -> Case:
    """The case with as few steps as break the law in the same kind."""
    for smaller in _smaller(case):
        found = check(smaller)
        if found and found.kind == fault.kind:
            return shortest(smaller, found)
    return case


def _smaller(case: Case) -> Iterator[Case]:
    if case.is_declared:
        yield replace(case, is_declared=False)
    for at in range(len(case.steps)):
        yield replace(case, steps=case.steps[:at] + case.steps[at + 1 :])
