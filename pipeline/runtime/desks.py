"""What desks were sent and what waits for them: out of wire.notifications, wire.alerts and the journal of route."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from pydantic import ValidationError

from pipeline.connection import Connection
from pipeline.envelope import RecordType
from pipeline.items import Action, Alert, Control, Notification, instant
from pipeline.items.alert import ALERTS_PARTITION
from pipeline.records import Record
from pipeline.route.rules import Routes
from pipeline.route.state import Awaited, RouteState
from pipeline.runtime.kafka.controls import shards
from pipeline.runtime.kafka.reader import read_topics

ALERTS, NOTIFICATIONS = "wire.alerts", "wire.notifications"

OnRead = Callable[[str, int, int], None]


class Acknowledged(NamedTuple):
    """Who acknowledged a notification first, and when."""

    who: str
    time: datetime


class Topic(NamedTuple):
    """A story or term that a desk follows or mutes."""

    desk: str
    does: str  # `follow` or `mute`
    kind: str  # `story` or `term`
    name: str
    by: str  # `command` or `file`


class Known(NamedTuple):
    """The desks that are known, and whether these are all that there are."""

    names: frozenset[str]
    is_whole: bool


@dataclass(frozen=True)
class Desks:
    """What the topics and the journal say.  `state` is that of route."""

    state: RouteState
    notifications: tuple[Notification, ...] = ()  # in order
    acknowledged: dict[str, Acknowledged] | None = None  # by notification
    threads: frozenset[str] = frozenset()  # that were alerted

    def known(self, routes: Routes) -> Known:
        """The desks.  They are all if `routes` are in force, by the hash of the latest notification."""
        if not self.notifications or self.notifications[-1].routes_hash == routes.hash:
            return Known(frozenset(routes.desks), True)
        seen = {one.desk for one in self.notifications} | {row.value.id for row in self.state.desks.rows()}
        return Known(frozenset(seen | set(routes.desks)), False)

    def find(self, name: str) -> Notification | None:
        """The notification of that id."""
        return next((one for one in self.notifications if one.id == name), None)

    def awaited(self, name: str) -> Awaited | None:
        """What waits and is meant by an id: its own, or that of a reminder or escalation."""
        rows = (row.value for row in self.state.awaited.rows())
        return next((one for one in rows if name in (one.id, *one.repeated_by)), None)

    def answer(self, notification: Notification) -> Acknowledged | None:
        """The acknowledgement of a notification, or of what it repeats."""
        found = self.acknowledged or {}
        return found.get(notification.id) or (found.get(notification.of) if notification.of else None)

    def topics(self, routes: Routes | None) -> Iterator[Topic]:
        """What desks follow and mute: by the file, if it is in force, then by commands."""
        for name, desk in (routes.desks if routes else {}).items():
            for does, listed in (("follow", desk.follow), ("mute", desk.mute)):
                yield from (Topic(name, does, "story", one, "file") for one in listed.stories)
                yield from (Topic(name, does, "term", one, "file") for one in listed.terms)
        for row in self.state.desks.rows():
            for does, topics in (("follow", row.value.follows), ("mute", row.value.mutes)):
                for topic in topics:
                    kind, _, one = topic.partition(":")
                    yield Topic(row.value.id, does, kind, one, "command")


def read_desks(connection: Connection, on_read: OnRead) -> Desks:
    """All that is known of desks.  Raises NoTopic and shard.UnknownJournal."""
    on_read("reading the journal of route", 0, 0)
    state = shards(connection, "route")[ALERTS_PARTITION].state
    return desks_of(state, _read(connection, NOTIFICATIONS, on_read), _read(connection, ALERTS, on_read))


def desks_of(state: RouteState, notifications: Iterable[Record], alerts: Iterable[Record]) -> Desks:
    """The same out of records.  Those that this version cannot read are skipped."""
    acknowledged: dict[str, Acknowledged] = {}
    threads = set[str]()
    for record in alerts:
        try:
            if record.type == RecordType.ALERT:
                threads.add(Alert.model_validate_json(record.value).thread)
            elif record.type == RecordType.CONTROL:
                control = Control.model_validate_json(record.value)
                if control.action is Action.ACK and control.notification:
                    done = Acknowledged(control.who, instant(record.timestamp_ms))
                    acknowledged.setdefault(control.notification, done)
        except ValidationError:
            continue
    return Desks(state, tuple(_notifications(notifications)), acknowledged, frozenset(threads))


def _notifications(records: Iterable[Record]) -> Iterator[Notification]:
    for record in records:
        if record.type == RecordType.NOTIFICATION:
            try:
                yield Notification.model_validate_json(record.value)
            except ValidationError:
                continue


def _read(connection: Connection, topic: str, on_read: OnRead) -> Iterator[Record]:
    for count, record in enumerate(read_topics(connection, [topic]), 1):
        on_read(f"reading {topic}", count, 0)
        yield record
