"""Drives the room alert in tests: enriched items, and rules of every kind."""

from __future__ import annotations

from typing import Any

from pipeline.alert.room import AlertRoom
from pipeline.alert.rules import parse_rules
from pipeline.envelope import IS_QUIET, TIME, TRACE, TYPE, Headers
from pipeline.items import Alert, Item, dump, instant
from pipeline.records import Out, Position, Record, instant_ms

START_MS = instant_ms(b"2022-01-11T06:00:00Z")
MINUTE_MS = 60_000
RULES = parse_rules(
    """
throttle: {minutes: 30, alerts: 2}
rules:
- {name: wrong, level: urgent, when: {severity: [killed, corrected]}}
- {name: on hold, level: urgent, when: {hold: [held, released]}}
- {name: flash, level: flash, when: {urgency_at_most: 1}}
- {name: fast, level: urgent, when: {urgency_at_most: 2}}
- {name: confirmed, level: urgent, when: {independent_sources: [3]}}
- {name: growing, level: notice, when: {story_items: [4, 8]}}
- {name: watch, level: notice, languages: [en], when: {terms: [volcano, rate decision]}}
- {name: local, level: notice, feeds: [norden], languages: [no], when: {terms: [Oslo]}}
"""
)

KILL = {"kind": "kill", "severity": "killed", "status": "killed", "revision": 2, "why": "wrong ship"}
RECALL = {"kind": "recall", "severity": "killed", "status": "recalled", "killed_by": "k1", "id": "d2", "item": "i2"}
AMENDED = RECALL | {"severity": "corrected", "killed_by": None}
HELD = {"kind": "advisory", "severity": "none", "status": "held", "by_hand": "Ada", "why": "Ada: is it true?"}
FREED = HELD | {"status": "usable", "why": "Ada: it is"}
CORRECTION = {"kind": "correction", "severity": "corrected", "status": "corrected", "revision": 2}


def record(
    at: int = 0,
    offset: int = 0,
    type: str = "wire.item",
    trace: bytes | None = None,
    quiet: bool = False,
    **item: Any,
) -> Record:
    """An enriched item `at` minutes after the start; `story=None` for one without a story."""
    time = instant(START_MS + at * MINUTE_MS)
    headers: Headers = ((TYPE, type.encode()), (TIME, time.isoformat().encode()))
    headers += ((TRACE, trace),) if trace else ()
    headers += (IS_QUIET,) if quiet else ()
    value = dump(enriched(time=time, **item)) if type == "wire.item" else b"{}"
    return Record(Position("wire.enriched", 2, offset), b"s1", value, headers, START_MS + at * MINUTE_MS)


def enriched(
    time: Any,
    headline: str = "Ferry runs aground",
    body: str = "All were taken ashore.",
    feed: str = "meridian",
    story: str | None = "s1",
    items: int = 1,
    independent: int = 1,
    merged_from: str | None = None,
    copied: bool = False,
    of: str | None = None,
    dispatch: dict[str, Any] | None = None,
    language: str = "en",
    **more: Any,
) -> Item:
    """An item with the members that the room looks at."""
    tag = {"id": story, "label": "Ferry grounding", "relation": "joined", "items": items, "rule": "story/1"}
    tag |= {"independent": independent, "first_seen": time, "merged_from": merged_from}
    wire = {"feed": feed, "format": "plain", "topic": "wire.raw", "partition": 0, "offset": 0, "sha256": "0" * 64}
    duplicate = {"relation": "exact" if copied else "original", "rule": "t/1", "independent": not copied, "of": of}
    return Item.model_validate(
        {
            "uri": "urn:wiredesk:dispatch:d1",
            "version": "1",
            "version_created": time,
            "language": language,
            "headlines": [{"value": headline}] if headline else [],
            "bodies": [{"value": body}] if body else [],
            "wire": wire | {"received": time},
            "dispatch": {"id": "d1", "item": "i1", "kind": "new", "status": "usable"} | (dispatch or {}),
            "duplicate": duplicate,
            "story": tag if story else None,
        }
        | more
    )


def run(records: list[Record]) -> list[Alert]:
    """The alerts that the records raise, one after the other."""
    return [Alert.model_validate_json(out.value) for outs in decisions(records) for out in outs]


def decisions(records: list[Record], room: AlertRoom | None = None) -> list[tuple[Out, ...]]:
    """What a new shard of the room writes for each record."""
    room = room or AlertRoom(RULES)
    state, written = room.open(), []
    for offset, each in enumerate(records):
        decision = room.decide(state, each)
        room.apply(state, decision.change, offset)
        written.append(decision.outputs)
    return written
