"""A record as the statements that it asks for.  Records that this version cannot read ask for none."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

import orjson
from pydantic import ValidationError

from pipeline.board import tables
from pipeline.envelope import RecordType
from pipeline.items import (
    Action,
    Alert,
    Control,
    Delivery,
    FeedStatus,
    Item,
    Kind,
    Notification,
    PubStatus,
    Status,
    Story,
)
from pipeline.items.dispatch import Dispatch
from pipeline.records import LEDGER_PARTITION, Record

ENRICHED, STORIES, ALERTS = "wire.enriched", "wire.stories", "wire.alerts"
NOTIFICATIONS, DELIVERIES, FEEDS = "wire.notifications", "wire.deliveries", "wire.feeds"
NEEDED = (ENRICHED, STORIES)  # without these there is no board
TOPICS = (*NEEDED, ALERTS, NOTIFICATIONS, DELIVERIES, FEEDS)
SKIPS = {(FEEDS, LEDGER_PARTITION)}  # what ingest remembers: a million records and more, and none for the board
KINDS = {  # whose latest record bounds what is kept of a topic; feeds are kept however old
    ENRICHED: "items",
    STORIES: "items",
    ALERTS: "alerts",
    NOTIFICATIONS: "notifications",
    DELIVERIES: "notifications",
}
OFFSET_BITS = 48


class List(NamedTuple):
    """A list of a desk, and whether an action puts a story into it."""

    name: str
    is_in: bool


LISTS = {
    Action.FOLLOW: List("follows", True),
    Action.UNFOLLOW: List("follows", False),
    Action.MUTE: List("mutes", True),
    Action.UNMUTE: List("mutes", False),
}

Value = str | int | None


class Write(NamedTuple):
    """A statement of tables.py, and its values."""

    statement: str
    values: tuple[Value, ...]


def writes_of(record: Record) -> list[Write]:
    """What the record changes, in order; the position of its partition last."""
    topic, partition, offset = record.position
    move = Write(tables.MOVE, (topic, partition, offset + 1))
    make = ROWS.get((topic, record.type))
    if make is None:
        return [move]
    try:
        writes = [*make(record), move]
    except (ValidationError, orjson.JSONDecodeError):
        return [move]
    if record.type == RecordType.CONTROL or topic not in KINDS:  # in the time of the broker, whatever else is in
        return writes
    return [Write(tables.ADVANCE, (KINDS[topic], record.arrived_ms)), *writes]


def row_id(record: Record) -> int:
    """The number of a record among those of its topic: the order of its partition is kept."""
    return record.position.partition << OFFSET_BITS | record.position.offset


def bare(uri: str) -> str:
    """The id in a uri of ours."""
    return uri.rsplit(":", 1)[-1]


def _item(record: Record) -> Iterator[Write]:
    item = Item.model_validate_json(record.value)
    dispatch, id_, time_ms = item.dispatch, row_id(record), record.arrived_ms
    value = orjson.loads(record.value)
    value.pop("bodies", None)  # the text has a column of its own, which is searched
    yield Write(
        tables.PUT_ITEM,
        (
            id_,
            time_ms,
            dispatch.id,
            dispatch.item,
            item.story.id if item.story else None,
            item.wire.feed,
            dispatch.kind,
            item.duplicate.of if item.duplicate else None,
            item.headline,
            item.body,
            orjson.dumps(value).decode(),
            int(dispatch.kind is Kind.KILL),  # its own note may be published
        ),
    )
    is_withheld = item.pub_status is not PubStatus.USABLE
    yield Write(tables.PUT_DISPATCH, (dispatch.id, id_, time_ms, dispatch.status, is_withheld))
    if is_kill(item):
        yield Write(tables.PUT_KILLED, (dispatch.id, time_ms))
    if dispatch.erased:
        yield Write(tables.PUT_ERASED, (dispatch.id, time_ms))
    yield _change("item", dispatch.id)


def is_kill(item: Item) -> bool:
    """Whether nothing of the dispatch may be used from this record on."""
    dispatch: Dispatch = item.dispatch
    killed = dispatch.kind is Kind.KILL or dispatch.status is Status.KILLED
    return killed or item.pub_status is PubStatus.CANCELED or bool(dispatch.erased)


def _story(record: Record) -> Iterator[Write]:
    story = Story.model_validate_json(record.value)
    values = (story.id, record.arrived_ms, story.event, story.merged_into, record.value.decode())
    yield Write(tables.PUT_STORY, values)
    yield _change("story", story.id)


def _alert(record: Record) -> Iterator[Write]:
    alert = Alert.model_validate_json(record.value)
    yield Write(
        tables.PUT_ALERT,
        (
            row_id(record),
            record.arrived_ms,
            alert.id,
            alert.thread,
            bare(alert.uri),
            alert.copies and bare(alert.copies),
            bool(alert.erased),
            record.value.decode(),
        ),
    )
    yield _change("alert", alert.id)


def _notification(record: Record) -> Iterator[Write]:
    found = Notification.model_validate_json(record.value)
    yield Write(
        tables.PUT_NOTIFICATION,
        (found.id, record.arrived_ms, found.of, found.desk, found.needs_acknowledgement, record.value.decode()),
    )
    for alert in found.alerts:
        yield Write(tables.PUT_NOTIFIED, (found.id, alert.id, bare(alert.uri)))
    yield _change("notification", found.id)


def _delivery(record: Record) -> Iterator[Write]:
    found = Delivery.model_validate_json(record.value)
    values = (found.receiver, found.notification, record.arrived_ms, record.value.decode())
    yield Write(tables.PUT_DELIVERY, values)
    yield _change("notification", found.notification)


def _feed(record: Record) -> Iterator[Write]:
    """How a feed is.  What `wiredesk ingest` remembers there is of another type, and asks for no row."""
    if not record.value:  # it was forgotten
        name = record.key.decode("utf-8", "replace").rpartition("/")[0]
        yield Write(tables.DROP_FEED, (name,))
        yield _change("feed", name)
        return
    status = FeedStatus.model_validate_json(record.value)
    yield Write(tables.PUT_FEED, (status.feed, record.arrived_ms, record.value.decode()))
    yield _change("feed", status.feed)


def _control(record: Record) -> Iterator[Write]:
    """What editors said to route: acknowledgements, follows and mutes, and what nobody may keep a word of."""
    control = Control.model_validate_json(record.value)
    if control.action is Action.ACK and control.notification:
        values = (control.notification, record.timestamp_ms, control.who, control.why)
        yield Write(tables.PUT_ACKNOWLEDGED, values)
        yield _change("notification", control.notification)
    elif (found := LISTS.get(control.action)) and control.story and control.desk:
        story = bare(control.story)
        wish = (control.desk, story, found.name, row_id(record), found.is_in, control.who, control.why)
        yield Write(tables.PUT_WISH, wish)
        yield _change("story", story)
    elif control.action is Action.ERASE and control.dispatch:
        yield Write(tables.PUT_ERASED, (bare(control.dispatch), record.arrived_ms))
        yield _change("item", bare(control.dispatch))


def _change(kind: str, key: str) -> Write:
    return Write(tables.PUT_CHANGE, (kind, key))


ROWS: dict[tuple[str, str], Callable[[Record], Iterator[Write]]] = {
    (ENRICHED, RecordType.ITEM): _item,
    (STORIES, RecordType.STORY): _story,
    (ALERTS, RecordType.ALERT): _alert,
    (ALERTS, RecordType.CONTROL): _control,
    (NOTIFICATIONS, RecordType.NOTIFICATION): _notification,
    (DELIVERIES, RecordType.DELIVERY): _delivery,
    (FEEDS, RecordType.FEED): _feed,
}
