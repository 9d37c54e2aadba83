"""Deliveries: what became of a notification at a receiver, and what a receiver answered."""

from __future__ import annotations

from enum import StrEnum

from pydantic import Field

from pipeline.items.model import Instant, Model, parse
from pipeline.records import Reason


class DeliveryState(StrEnum):
    """How far a delivery has come."""

    PENDING = "pending"  # an attempt is under way, or its outcome is not known: it is made again after a crash
    FAILED = "failed"  # the last attempt failed; it is tried again at `next`
    SENT = "sent"  # the receiver has confirmed it
    GIVEN_UP = "given-up"  # it is not tried again: its notification is in wire.dead


class Verdict(StrEnum):
    """What an attempt came to."""

    DELIVERED = "delivered"  # the receiver confirmed it
    FAILED = "failed"  # no answer, or one that another attempt may change
    LIMITED = "limited"  # the receiver asks for a pause
    REFUSED = "refused"  # the receiver will never take this notification
    GONE = "gone"  # the receiver wants no more notifications


class Trouble(StrEnum):
    """Why an attempt did not deliver."""

    STATUS = "status"  # the answer's status; it is in `status`
    REDIRECT = "redirect"  # the answer names another address, which is not followed
    TIMEOUT = "timeout"
    CONNECTION = "connection"  # no connection, or it broke before the answer
    CERTIFICATE = "certificate"  # TLS failed: the receiver is not who it should be
    ANSWER = "answer"  # the answer is not what the service documents
    TOO_LARGE = "too-large"  # the notification is larger than the service takes
    BUG = "bug"  # our own error in making the request


class GivenUp(StrEnum):
    """Why a delivery is not tried again."""

    ATTEMPTS = "attempts"  # as many failed as the schedule has
    AGE = "age"  # it waited longer than the receiver's `give_up_after`
    REFUSED = "refused"  # the receiver will never take it
    REMOVED = "removed"  # its receiver is no longer in the file
    CROWDED_OUT = "crowded-out"  # more waited than is kept for a receiver
    WITHDRAWN = "withdrawn"  # all that it tells of was killed or put on hold before it was sent


class Delivery(Model):
    """A record of wire.deliveries (key: receiver/notification): how far a delivery has come."""

    receiver: str = Field(description="the name of the receiver; never its address")
    notification: str = Field(description="the notification: `id` in wire.notifications")
    desk: str = Field(description="the desk that it is for")
    state: DeliveryState = Field(description="how far it has come")
    attempts: int = Field(description="how many attempts were begun")
    next: Instant | None = Field(None, description="of a failed one: when it is tried again, if nothing changes")
    verdict: Verdict | None = Field(None, description="what the last attempt came to")
    trouble: Trouble | None = Field(None, description="why it did not deliver")
    status: int | None = Field(None, description="the status of the receiver's answer, where it has one")
    given_up: GivenUp | None = Field(None, description="why it is not tried again")
    test: bool = Field(False, description="true for a notification of `wiredesk alerts send-test`")
    time: Instant = Field(description="when it came so far, by the clock of the broker")


class Answer(Model):
    """A record of type wire.answer, in wire.notifications: what an attempt came to, for the room deliver."""

    receiver: str = Field(description="the name of the receiver", max_length=100)
    notification: str = Field(description="the notification", max_length=200)
    attempt: int = Field(description="which attempt of this delivery, from 1", ge=1)
    verdict: Verdict = Field(description="what it came to")
    trouble: Trouble | None = Field(None, description="why it did not deliver")
    status: int | None = Field(None, description="the status of the answer")
    retry_after_seconds: int | None = Field(None, description="the pause that the receiver asks for", ge=0)


def read_answer(value: bytes) -> Answer:
    """The answer of a record.  Raises Rejected(BAD_RECORD), naming the first field that is wrong."""
    return parse(Answer, value, Reason.BAD_RECORD)
