"""Alerts, and what desks were sent of them."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import quote

from pydantic import ValidationError

from pipeline.items import Alert, Delivery, Notification, instant
from pipeline.items.alert import FEED_EVENTS
from pipeline.runtime.board.views.feeds import feed_key
from pipeline.runtime.board.views.lines import LINES_MAX

# Who was first to acknowledge the notification `n`, or one that repeats the same.
ACKNOWLEDGED = """
select a.who from notifications m join acknowledged a using (notification)
where coalesce(m.repeats, m.notification) = coalesce(n.repeats, n.notification) order by a.time_ms limit 1
"""


@dataclass(frozen=True, slots=True)
class AlertLine:
    """An alert, and what desks were sent of it."""

    key: str
    alert: Alert
    time: datetime
    notified: tuple[Notified, ...]

    @property
    def link(self) -> str:
        """The page of what it is about: an item, or a feed among the others."""
        if self.alert.event in FEED_EVENTS:
            return f"/feeds#{feed_key(self.alert.feed)}"
        return f"/item/{quote(self.alert.uri, safe='/')}" if self.alert.item else ""

    @property
    def waits(self) -> bool:
        """Whether anybody has to acknowledge it."""
        return any(one.waits for one in self.notified)


@dataclass(frozen=True, slots=True)
class Notified:
    """A notification of a desk: whether it waits, who acknowledged it, and how its deliveries are."""

    id: str
    desk: str
    kind: str
    acknowledged_by: str
    waits: bool
    deliveries: tuple[Delivery, ...]


def alerts(db: sqlite3.Connection, most: int = LINES_MAX) -> list[AlertLine]:
    """The latest alerts."""
    rows = db.execute("select * from alerts order by time_ms desc, id desc limit ?", (most,)).fetchall()
    found = []
    for row in rows:
        try:
            alert = Alert.model_validate_json(row["value"])
        except ValidationError:
            continue
        found.append(
            AlertLine(f"alert-{row['id']}", alert, instant(row["time_ms"]), tuple(_notified(db, alert.id)))
        )
    return found


def _notified(db: sqlite3.Connection, alert: str) -> Iterable[Notified]:
    rows = db.execute(
        f"select n.value, ({ACKNOWLEDGED}) as who from notified o join notifications n using (notification)"  # noqa: S608 -- constants
        " where o.alert = ? order by n.time_ms",
        (alert,),
    )
    for row in rows.fetchall():
        try:
            one = Notification.model_validate_json(row["value"])
        except ValidationError:
            continue
        sent = db.execute("select value from deliveries where notification = ? order by receiver", (one.id,))
        deliveries = tuple(Delivery.model_validate_json(each["value"]) for each in sent)
        waits = one.needs_acknowledgement and row["who"] is None
        yield Notified(one.id, one.desk, one.kind, row["who"] or "", waits, deliveries)


def counts(db: sqlite3.Connection) -> dict[str, int]:
    """How many notifications wait for an acknowledgement, and how many items there are."""
    (waiting,) = db.execute(
        "select count(*) from notifications n where needs_acknowledgement and repeats is null"  # noqa: S608 -- constants
        f" and not exists ({ACKNOWLEDGED})"
    ).fetchone()
    (items,) = db.execute("select count(*) from items").fetchone()
    return {"waiting": waiting, "kept": items}
