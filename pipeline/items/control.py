"""The word of an operator or editor."""

from __future__ import annotations

from enum import StrEnum

from pydantic import Field

from pipeline.items.model import Model, parse
from pipeline.records import Reason


class Action(StrEnum):
    """What an operator or editor can ask for."""

    HOLD = "hold"
    RELEASE = "release"
    KILL = "kill"
    PIN = "pin"


class Control(Model):
    """A record of type wire.control, in the input topic of the room it is for: who wants what, and why."""

    action: Action
    dispatch: str | None = None
    story: str | None = None
    label: str | None = None
    who: str = Field(min_length=1, max_length=200)
    why: str = Field(min_length=1, max_length=1000)


def read_control(value: bytes) -> Control:
    """The control of a record.  Raises Rejected(BAD_CONTROL), naming the first field that is wrong."""
    return parse(Control, value, Reason.BAD_CONTROL)
