"""Drives the room watch in tests: items, ticks when they are due, controls, and what it writes."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import orjson

from pipeline.envelope import FEED_RATE, IS_QUIET, TIME, TYPE, Headers, RecordType
from pipeline.items import Alert, Control, FeedStatus, dump, instant
from pipeline.records import STATUS_PARTITION, Position, Record, instant_ms
from pipeline.watch.room import WatchRoom
from pipeline.watch.state import WatchState

START_MS = instant_ms(b"2022-01-03T00:00:00Z")  # a Monday
MINUTE_MS, HOUR_MS, DAY_MS = 60_000, 3_600_000, 86_400_000
WEEK_MS = 7 * DAY_MS


@dataclass
class WatchDriver:
    """One shard of the room, its clock, and what it wrote."""

    room: WatchRoom = field(default_factory=WatchRoom)
    now_ms: int = START_MS
    offset: int = -1
    alarms: list[Alert] = field(default_factory=list)
    statuses: list[FeedStatus] = field(default_factory=list)
    deleted: list[str] = field(default_factory=list)  # feeds whose status was
    journal: list[tuple[int, bytes]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.state = self.room.open()

    def item(self, feed: str = "norden", age_ms: int = 0, **more: Any) -> None:
        """An item that was received `age_ms` ago.  `late_ms`, `warned`, `quiet`, `rate`, `payload`."""
        received = self.now_ms - age_ms
        created = instant(received - more.get("late_ms", 0)).isoformat()
        document = {
            "wire": {
                "feed": feed,
                "offset": more.get("payload", self.offset + 1),
                "warnings": ["bent"] if more.get("warned") else [],
            },
            "dispatch": {"id": "d", "created": created},
        }
        rate = more.get("rate")
        headers = (
            *((IS_QUIET,) if more.get("quiet") else ()),
            *(((FEED_RATE, str(rate).encode()),) if rate else ()),
            (TIME, instant(received).isoformat().encode()),
        )
        self.step(RecordType.ITEM, orjson.dumps(document), headers)

    def control(self, action: str, feed: str | None = "norden", why: str = "malformed") -> None:
        """A control of the room normalise."""
        self.step(RecordType.CONTROL, dump(Control(action=action, feed=feed, who="normalise", why=why)))

    def step(self, type_: RecordType, value: bytes, headers: Headers = ()) -> None:
        """The record, at the present time."""
        self.offset += 1
        headers = ((TYPE, type_.encode()), *headers)
        record = Record(Position("wire.normalised", 0, self.offset), b"", value, headers, self.now_ms)
        decision = self.room.decide(self.state, record)
        self.journal.append((self.offset, self.room.encode(decision.change)))
        self.room.apply(self.state, decision.change, self.offset)
        for out in decision.outputs:
            if out.is_tombstone:
                assert (out.topic, out.partition, out.value) == ("wire.feeds", STATUS_PARTITION, b"")
                self.deleted.append(out.key.decode().removesuffix("/status"))
            elif out.topic == "wire.feeds":
                assert out.partition == STATUS_PARTITION
                self.statuses.append(FeedStatus.model_validate_json(out.value))
                assert out.key.decode() == f"{self.statuses[-1].feed}/status"
            else:
                assert (out.topic, out.partition) == ("wire.alerts", 0)
                self.alarms.append(Alert.model_validate_json(out.value))

    def until(self, now_ms: int) -> None:
        """Time passes; ticks come when they are due."""
        for _ in range(10_000):
            due_ms = self.room.due_ms(self.state)
            if due_ms is None or due_ms > now_ms:
                self.now_ms = max(self.now_ms, now_ms)
                return
            self.now_ms = max(self.now_ms, due_ms)
            self.step(RecordType.TICK, b"")
        raise AssertionError("it ticks for ever")

    def wait(self, ms: int) -> None:
        """Time passes."""
        self.until(self.now_ms + ms)

    def steady(self, weeks: float, every_ms: int = 10 * MINUTE_MS, feed: str = "norden", **more: Any) -> None:
        """A feed that sends at the same pace, from seven in the morning to seven in the evening."""
        end_ms = self.now_ms + round(weeks * WEEK_MS)
        while self.now_ms < end_ms:
            if 7 <= self.now_ms // HOUR_MS % 24 < 19:
                self.item(feed, **more)
            self.wait(every_ms)

    @property
    def told(self) -> list[str]:
        """The events of the alarms, in order."""
        return [f"{alarm.feed} {alarm.event}" for alarm in self.alarms]

    def rebuilt(self, before: int) -> WatchState:
        """The state out of what the journal has from a source offset on, behind a carry of what was before."""
        state = self.room.open()
        carried = [self.room.encode(change) for change in self.room.carry(self.state, before)]
        for offset, change in self.journal:
            if offset >= before:
                self.room.apply(state, self.room.decode(change), offset)
        for change in carried:
            self.room.apply(state, self.room.decode(change), self.offset)
        return state
