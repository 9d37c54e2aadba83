"""Requests of operators and editors."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from pydantic import AfterValidator, Field

from pipeline.items.model import Model, parse
from pipeline.outside import clean_line
from pipeline.records import Reason


class Action(StrEnum):
    """What an operator or editor can ask for."""

    HOLD = "hold"
    RELEASE = "release"
    KILL = "kill"
    ERASE = "erase"  # a kill, after which no room has a word of the dispatch
    PIN = "pin"
    ACK = "ack"  # a notification
    MUTE = "mute"  # a story or a term, for a desk
    UNMUTE = "unmute"
    FOLLOW = "follow"
    UNFOLLOW = "unfollow"
    RESUME = "resume"  # a receiver that was disabled, or a feed that was set aside
    SET_ASIDE = "set-aside"  # the room normalise says it of a feed, to the room watch
    FORGET = "forget"  # a feed, as `wiredesk ingest forget` does
    SEND_TEST = "send-test"  # a notification that is marked as one, to a receiver


def _cleaned(text: str) -> str:
    """The text without what deceives a reader.  Raises ValueError if nothing is left."""
    kept = clean_line(text)
    if text and not kept:
        raise ValueError("nothing in it can be shown")
    return kept


Words = Annotated[str, AfterValidator(_cleaned)]


class Control(Model):
    """A record of type wire.control, in the input topic of the room it is for: who wants what, and why."""

    action: Action = Field(description="what to do")
    dispatch: Words | None = Field(None, description="the dispatch to hold, release, kill or erase")
    story: Words | None = Field(None, description="the story whose label is pinned, or that is followed or muted")
    label: Words | None = Field(None, description="the label")
    notification: Words | None = Field(None, description="the notification that is acknowledged")
    desk: Words | None = Field(None, description="the desk that follows or mutes a story or a term")
    term: Words | None = Field(None, description="the word or phrase that it follows or mutes")
    receiver: Words | None = Field(None, description="the receiver that is resumed or sent a test")
    feed: Words | None = Field(None, description="the feed that is resumed, forgotten or was set aside")
    who: Words = Field(min_length=1, max_length=200, description="who wants it")
    why: Words = Field(min_length=1, max_length=1000, description="why; published with what follows")


def read_control(value: bytes) -> Control:
    """The control of a record.  Raises Rejected(BAD_CONTROL), naming the first field that is wrong."""
    return parse(Control, value, Reason.BAD_CONTROL)
