"""Invented records of the board's topics."""

from __future__ import annotations

from typing import Any

from pipeline.envelope import TYPE, RecordType
from pipeline.items import (
    Action,
    Alert,
    AlertEvent,
    Control,
    Dispatch,
    Duplicate,
    FeedStatus,
    Item,
    Kind,
    Level,
    Model,
    Notification,
    NotificationKind,
    NotifiedAlert,
    PubStatus,
    Relation,
    Status,
    Story,
    StoryEvent,
    StoryRelation,
    StoryTag,
    Text,
    Wire,
    dispatch_uri,
    dump,
    instant,
)
from pipeline.items.feed import FeedState
from pipeline.records import Position, Record

START_MS = 1_642_000_000_000  # 12 January 2022
MINUTE_MS = 60_000


def record(topic: str, partition: int, offset: int, type_: RecordType, value: Model, minute: float) -> Record:
    time_ms = START_MS + round(minute * MINUTE_MS)
    headers = ((TYPE, type_.encode()),)
    return Record(Position(topic, partition, offset), b"", dump(value), headers, time_ms)


def item(name: str, minute: float = 0, *, kind: Kind = Kind.NEW, **more: Any) -> Item:
    """An item of a dispatch; `of` names what it copies, `story` its story."""
    killed = kind is Kind.KILL
    status = more.get("status", Status.KILLED if killed else Status.USABLE)
    pub_status = PubStatus.CANCELED if killed else more.get("pub_status", PubStatus.USABLE)
    received = instant(START_MS + round(minute * MINUTE_MS))
    story, of = more.get("story"), more.get("of")
    body = "" if killed else more.get("body", f"Body words of {name}.")
    tag = {"relation": StoryRelation.JOINED, "items": 1, "independent": 1, "first_seen": received, "rule": "test/1"}
    return Item(
        uri=dispatch_uri(name),
        version="1",
        version_created=received,
        pub_status=pub_status,
        headlines=(Text(value=more.get("headline", f"Title of {name}")),),
        bodies=(Text(value=body),) if body else (),
        wire=Wire(
            feed=more.get("feed", "meridian"),
            format="plain",
            topic="wire.raw",
            partition=0,
            offset=0,
            sha256="",
            received=received,
        ),
        dispatch=Dispatch(
            id=name,
            item=more.get("item", f"{name}-1"),
            kind=kind,
            status=status,
            erased=more.get("erased"),
            why=more.get("why"),
            by_hand=more.get("by_hand"),
        ),
        duplicate=Duplicate(
            relation=Relation.EXACT if of else Relation.ORIGINAL,
            of=of,
            of_headline=f"Title of {of}" if of else None,
            rule="test/1",
            independent=of is None,
        ),
        story=StoryTag.model_validate({"id": story, "label": f"Label {story}", **tag}) if story else None,
    )


def story(name: str, minute: float = 0, **more: Any) -> Story:
    time = instant(START_MS + round(minute * MINUTE_MS))
    known = {"label": f"Label {name}", "language": "en", "items": 2, "independent": 1, "event": StoryEvent.JOINED}
    times = {"first_seen": time, "last_seen": time, "time": time}
    return Story.model_validate(known | times | {"id": name} | more)


def alert(name: str, dispatch: str, minute: float = 0, **more: Any) -> Alert:
    known: dict[str, Any] = {
        "id": name,
        "rule": "test",
        "rules_hash": "0",
        "thread": "s1",
        "event": AlertEvent.REPORT,
        "level": Level.NOTICE,
        "title": f"Title of {dispatch}",
        "headline": f"Title of {dispatch}",
        "language": "en",
        "uri": dispatch_uri(dispatch),
        "item": f"{dispatch}-1",
        "feed": "meridian",
        "reasons": ("because",),
        "time": instant(START_MS + round(minute * MINUTE_MS)),
    }
    return Alert.model_validate(known | more)


def notification(name: str, alerts: list[Alert], minute: float = 0, **more: Any) -> Notification:
    told = tuple(
        NotifiedAlert.model_validate(
            {
                "id": one.id,
                "event": one.event,
                "level": one.level,
                "title": one.title,
                "thread": one.thread,
                "uri": one.uri,
                "time": one.time,
            }
        )
        for one in alerts
    )
    known: dict[str, Any] = {
        "id": name,
        "desk": "news",
        "kind": NotificationKind.ALERT,
        "level": Level.NOTICE,
        "title": alerts[0].title,
        "text": alerts[0].title,
        "alerts": told,
        "reasons": ("because",),
        "needs_acknowledgement": True,
        "routes_hash": "0",
        "time": instant(START_MS + round(minute * MINUTE_MS)),
    }
    return Notification.model_validate(known | more)


def control(action: Action, **more: Any) -> Control:
    return Control.model_validate({"action": action, "who": "Ada", "why": "because"} | more)


def feed(name: str, state: FeedState = FeedState.OK, minute: float = 0, **more: Any) -> FeedStatus:
    time = instant(START_MS + round(minute * MINUTE_MS))
    known: dict[str, Any] = {
        "feed": name,
        "state": state,
        "since": time,
        "time": time,
        "last_item": time,
        "items": 9,
    }
    return FeedStatus.model_validate(known | {"warnings_share": 0.0} | more)
