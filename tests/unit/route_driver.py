"""Drives the room route in tests: alerts, ticks when they are due, controls, and what each desk is sent."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from pipeline.envelope import TYPE, RecordType
from pipeline.items import Alert, Control, Notification, dump, instant
from pipeline.records import Position, Record, instant_ms
from pipeline.route.room import RouteRoom
from pipeline.route.rules import Routes
from pipeline.rule_files import parse_rules

START_MS = instant_ms(b"2022-01-11T06:00:00Z")  # a Tuesday
MINUTE_MS = 60_000
SEVERITIES = {"kill": "killed", "correction": "corrected", "refile": "refiled"}


def routes(text: str) -> Routes:
    """The routes of a file's text."""
    return parse_rules(Routes, text, "routes.yaml")


def alert(number: int, event: str = "urgent", at: float = 0, **more: Any) -> Alert:
    """An alert of the dispatch `uri`, `at` minutes after the start."""
    members = {
        "id": f"a{number}",
        "rule": "any",
        "rules_hash": "0" * 16,
        "thread": "s1",
        "event": event,
        "severity": SEVERITIES.get(event, "none"),
        "level": "urgent",
        "title": f"{event.upper()}: Ferry {number}",
        "text": f"Text {number}.",
        "headline": "Ferry runs aground",
        "label": "Bergen ferry",
        "language": "en",
        "uri": "d1",
        "item": f"i{number}",
        "feed": "norden",
        "reasons": ("why",),
        "time": instant(START_MS + round(at * MINUTE_MS)),
    }
    return Alert.model_validate(members | more)


@dataclass
class RouteDriver:
    """One shard of the room, its clock, and what it sent."""

    room: RouteRoom
    sent: list[Notification] = field(default_factory=list)
    journal: list[tuple[int, bytes]] = field(default_factory=list)
    offset: int = -1
    handed_on: int = 0  # controls

    def __post_init__(self) -> None:
        self.state = self.room.open()

    @classmethod
    def of(cls, text: str, **more: Any) -> RouteDriver:
        """A driver with the routes of a file's text."""
        return cls(RouteRoom(routes(text), **more))

    def alert(self, number: int, event: str = "urgent", at: float = 0, **more: Any) -> list[Notification]:
        """What this alert makes the room send at once."""
        return self.step(RecordType.ALERT, dump(alert(number, event, at, **more)), at)

    def control(self, at: float = 0, **members: Any) -> list[Notification]:
        """What a control makes it send."""
        return self.step(RecordType.CONTROL, dump(Control(who="Ada", why="because", **members)), at)

    def until(self, at: float) -> list[Notification]:
        """What it sends by ticks up to this minute."""
        found: list[Notification] = []
        for _ in range(10_000):
            due_ms = self.room.due_ms(self.state)
            if due_ms is None or due_ms > START_MS + at * MINUTE_MS:
                return found
            found += self.step(RecordType.TICK, b"", max(0, (due_ms - START_MS) / MINUTE_MS))
            assert self.room.due_ms(self.state) != due_ms, "a tick left it as due as before"
        raise AssertionError("it ticks for ever")

    def step(self, type_: RecordType, value: bytes, at: float) -> list[Notification]:
        """One record: decide, and apply what was decided."""
        self.offset += 1
        headers = ((TYPE, type_.encode()),)
        time_ms = START_MS + round(at * MINUTE_MS)
        record = Record(Position("wire.alerts", 0, self.offset), b"", value, headers, time_ms)
        decision = self.room.decide(self.state, record)
        self.journal.append((self.offset, self.room.encode(decision.change)))
        self.room.apply(self.state, decision.change, self.offset)
        is_control = (TYPE, RecordType.CONTROL.encode())  # an erasure, for deliver
        notifications = [out for out in decision.outputs if is_control not in out.headers]
        made = [Notification.model_validate_json(out.value) for out in notifications]
        self.handed_on += len(decision.outputs) - len(made)
        assert all(out.topic == "wire.notifications" and out.partition == 0 for out in decision.outputs)
        self.sent += made
        return made


def told(notifications: list[Notification]) -> list[tuple[str, str, list[str]]]:
    """Desk, kind and alerts of each."""
    return [(each.desk, each.kind.value, [one.id for one in each.alerts]) for each in notifications]
