"""What an alert of each event says, in each language: invented items, through the room itself."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from pipeline.alert.room import AlertRoom
from pipeline.alert.rules import parse_rules
from pipeline.envelope import RecordType, payload_headers
from pipeline.items import Alert, Item, dump, milliseconds
from pipeline.records import Position, Record
from pipeline.wording import WordingLanguage

RULES = """
language: {language}
throttle: {{minutes: 30, alerts: 20}}
rules:
- {{name: withdrawn, level: urgent, when: {{severity: [killed, corrected, refiled]}}}}
- {{name: hold, level: urgent, when: {{hold: [held, released]}}}}
- {{name: urgency, level: urgent, when: {{urgency_at_most: 3}}}}
- {{name: sources, level: notice, when: {{independent_sources: [3]}}}}
- {{name: items, level: notice, when: {{story_items: [10]}}}}
- {{name: terms, level: notice, when: {{terms: [lifeboat]}}}}
"""
START = datetime(2022, 1, 11, 6, 0, tzinfo=UTC)
EN = "Ferry runs aground off Bergen, 12 hurt", "The ferry hit a rock at dawn. The 12 people hurt were flown out."
DE = "Fähre läuft vor Bergen auf Grund, 12 Verletzte", "Die Fähre lief morgens auf. Verletzt wurden 12 Menschen."
LABELS = {"en": "Bergen ferry accident", "de": "Fährunglück bei Bergen"}
PLAIN = {"en": "Ferry aground off Bergen", "de": "Fähre vor Bergen auf Grund"}
WHY = {"en": "Kill. It was another ship.", "de": "Zurückgezogen. Es war ein anderes Schiff."}
CHECKED = {"en": "We ask the ship's owner first.", "de": "Wir fragen erst die Reederei."}


class Case(NamedTuple):
    """What is shown, and the items that lead to it; the last one raises the alert."""

    name: str
    items: tuple[dict[str, Any], ...]


def cases(language: str) -> tuple[Case, ...]:
    """One for each event, and for what else makes a difference to the words."""
    headline, body = EN if language == "en" else DE
    right = (headline.replace("12", "2"), body.replace("12", "2"))
    misspelt = body.replace("morgens", "mrogens").replace("people", "poeple")
    first = {"headline": headline, "body": body}
    corrected = {"kind": "correction", "severity": "corrected", "status": "corrected", "revision": 2}
    fixed = {"headline": right[0], "body": right[1], "dispatch": corrected}
    back = {"headline": headline, "body": body, "dispatch": corrected | {"revision": 3}}
    killed = {"kind": "kill", "severity": "killed", "status": "killed", "revision": 2}
    recalled = {"kind": "recall", "id": "d2", "status": "recalled"}
    source = {"relation": "exact", "rule": "recall/1", "independent": False, "of": "d1", "of_headline": headline}
    copy = {"headline": headline, "body": "", "feed": "harbour", "story_id": "s2", "duplicate": source}
    held = {"kind": "advisory", "status": "held", "by_hand": "Ada Lind", "why": "Ada Lind: " + CHECKED[language]}
    by_hand = killed | {"by_hand": "Ada Lind", "why": "Ada Lind: " + WHY[language]}
    others = tuple({"headline": headline, "body": body, "feed": feed} for feed in ("norden", "polder"))
    kill = {"headline": headline, "body": "", "ed_note": WHY[language], "dispatch": killed}
    return (
        Case("kill", (first, kill)),
        Case("kill, by hand", (first, kill | {"ed_note": None, "dispatch": by_hand})),
        Case("recall, killed", (first, kill, copy | {"dispatch": recalled | {"severity": "killed"}})),
        Case("recall, corrected", (first, fixed, copy | {"dispatch": recalled | {"severity": "corrected"}})),
        Case("hold", (first, {"headline": "", "body": "", "dispatch": held})),
        Case("release", (first, {"headline": "", "body": "", "dispatch": held | {"status": "usable"}})),
        Case("correction", (first, fixed | {"ed_note": WHY[language].partition(" ")[2]})),
        Case("correction, version before not known", (fixed,)),
        Case("correction, spelling", (first | {"body": misspelt}, first | {"dispatch": corrected})),
        Case("correction, back and forth", (first, fixed, back)),
        Case("refile", (first, first | {"dispatch": {"kind": "refile", "severity": "refiled", "revision": 2}})),
        Case("flash", (first | {"urgency": 1},)),
        Case("urgent, reported by others", (*others, first | {"urgency": 2, "independent": 3})),
        Case("confirmed", (*others, first | {"independent": 3})),
        Case("growing", (first | {"items": 12},)),
        Case("mention", ({"headline": PLAIN[language], "body": "lifeboat"},)),
        Case("report", ({"headline": PLAIN[language], "body": body, "urgency": 3},)),
    )


def alert_of(case: Case, language: str) -> Alert:
    """The alert that the last item of the case raises."""
    room = AlertRoom(parse_rules(RULES.format(language=language)))
    state = room.open()
    alert = None
    for offset, members in enumerate(case.items):
        decision = room.decide(state, _record(offset, language, members))
        room.apply(state, decision.change, offset)
        alert = Alert.model_validate_json(decision.outputs[0].value) if decision.outputs else None
    assert alert, case.name
    return alert


def texts() -> str:
    """The part of docs/alert-texts.md."""
    return "\n\n".join(line for language in WordingLanguage for line in _section(language)) + "\n"


def _section(language: str) -> Iterator[str]:
    yield {"en": "**English**", "de": "**German**"}[language]
    for case in cases(language):
        alert = alert_of(case, language)
        yield f"*{case.name}*\\\n**{alert.title}**\\\n{alert.text}"


def _record(offset: int, language: str, members: dict[str, Any]) -> Record:
    time = START + timedelta(minutes=5 * offset)
    value = dump(_item(time, language, dict(members)))
    headers = payload_headers(members.get("feed", "meridian"), value, milliseconds(time))
    assert RecordType.ITEM.encode() in dict(headers).values()
    return Record(Position("wire.enriched", 0, offset), b"s1", value, headers, milliseconds(time))


def _item(time: datetime, language: str, members: dict[str, Any]) -> Item:
    headline, body, feed = members.pop("headline"), members.pop("body"), members.pop("feed", "meridian")
    story = {
        "id": members.pop("story_id", "s1"),
        "label": LABELS[language],
        "relation": "joined",
        "rule": "story/1",
        "first_seen": START,
    }
    story |= {"items": members.pop("items", 1), "independent": members.pop("independent", 1)}
    wire = {"feed": feed, "format": "plain", "topic": "wire.raw", "partition": 0, "offset": 0, "sha256": "0" * 64}
    dispatch = {"id": "d1" if feed == "meridian" else feed, "item": "i1", "kind": "new", "status": "usable"}
    dateline = {"text": f"BERGEN ({feed.title()})", "agency": feed.title()}
    return Item.model_validate(
        {
            "uri": "urn:wiredesk:dispatch:d1",
            "version": "1",
            "version_created": time - timedelta(minutes=1),
            "language": language,
            "headlines": [{"value": headline}] if headline else [],
            "bodies": [{"value": body}] if body else [],
            "wire": wire | {"received": time},
            "copy": {"dateline": dateline} if body else {},
            "dispatch": dispatch | members.pop("dispatch", {}),
            "story": story,
        }
        | members
    )
