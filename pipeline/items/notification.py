"""Notifications: what route publishes, one for each desk that must know."""

from __future__ import annotations

from enum import StrEnum

from pydantic import Field

from pipeline.items.alert import AlertEvent, Level
from pipeline.items.model import Instant, Model, parse
from pipeline.records import Reason


class NotificationKind(StrEnum):
    """What a notification is."""

    ALERT = "alert"  # of one alert, or of several of one group
    DIGEST = "digest"  # of those that were kept back
    REMINDER = "reminder"  # of a notification that nobody has acknowledged
    ESCALATION = "escalation"  # the same, to another desk
    TEST = "test"  # of `wiredesk alerts send-test`: nothing happened


class NotifiedAlert(Model):
    """An alert that a notification tells of."""

    id: str = Field(description="the alert: `id` in wire.alerts")
    event: AlertEvent = Field(description="what happened")
    level: Level = Field(description="how urgent it is")
    title: str = Field(description="its one line")
    text: str | None = Field(None, description="its sentences; absent in a digest")
    thread: str = Field(description="the story, or the dispatch of an item without a story")
    uri: str = Field(description="the dispatch")
    copies: str | None = Field(None, description="the dispatch that its item copies: its words may be in text")
    time: Instant = Field(description="when the item arrived")


class LeftOut(Model):
    """How many alerts the desk was not sent since its last notification."""

    muted: int = Field(0, description="the desk mutes their stories or terms")
    budget: int = Field(0, description="over the budget of a desk without a digest")
    unlisted: int = Field(0, description="kept back beyond the number that a digest lists")
    withdrawn: int = Field(0, description="killed, recalled, held or corrected before they were sent")


class Notification(Model):
    """A record of wire.notifications (key: the desk): what to tell a desk, why, and what was left out."""

    id: str = Field(description="this notification; the same when it is made again")
    desk: str = Field(description="who must know")
    kind: NotificationKind = Field(description="what it is")
    level: Level = Field(description="the strongest of its alerts")
    title: str = Field(description="one line")
    text: str = Field(description="what happened and what to do, in sentences; of several alerts a line each")
    alerts: tuple[NotifiedAlert, ...] = Field(description="what it tells of, in order of arrival")
    reasons: tuple[str, ...] = Field(description="why the desk gets it, a sentence each")
    left_out: LeftOut = Field(LeftOut(), description="what it leaves out")
    breaks_through: bool = Field(False, description="it did not wait for quiet hours or budgets")
    needs_acknowledgement: bool = Field(
        False, description="it is repeated or escalated until somebody acknowledges"
    )
    of: str | None = Field(None, description="of a reminder or an escalation: the notification that it repeats")
    routes_hash: str = Field(description="the routes in force: the first 16 hex digits of a SHA-256")
    time: Instant = Field(description="when it was due, by the clock of the broker")


def read_notification(value: bytes) -> Notification:
    """The notification of a record.  Raises Rejected(BAD_RECORD), naming the first field that is wrong."""
    return parse(Notification, value, Reason.BAD_RECORD)
