"""A chain: what is known of one dispatch, and the items of it that may not be known yet."""

from __future__ import annotations

from enum import StrEnum

import msgspec

from pipeline.envelope import Headers
from pipeline.items import Status, instant
from pipeline.language import UND

HELD_PER_CHAIN_MAX = 16
SEEN_MAX = 16  # item ids remembered a chain; a repeat of an older one counts as a late revision


class HoldReason(StrEnum):
    """Why an item is held."""

    OPERATOR = "operator"  # until an operator releases it
    AGENCY = "agency"  # the agency withholds this version
    LATER_VERSION = "later-version"  # the agency withholds a later version of it
    EMBARGO = "embargo"  # until its time
    UNREADABLE_EMBARGO = "unreadable-embargo"
    UNMATCHED_KILL = "unmatched-kill"  # a kill whose dispatch has not come


class Held(msgspec.Struct, frozen=True, array_like=True):
    """An item that may not be known yet: the only place where a body is stored."""

    item: str  # item id
    value: bytes
    headers: Headers
    due_ms: int | None  # None: until an operator or the agency lifts the hold
    reason: HoldReason
    by: str = ""  # the operator, for HoldReason.OPERATOR

    @property
    def why(self) -> str:
        """The reason in a few words, for an operator."""
        match self.reason:
            case HoldReason.OPERATOR:
                return f"on hold by {self.by}"
            case HoldReason.EMBARGO if self.due_ms is not None:
                return f"embargoed until {instant(self.due_ms).isoformat()}"
            case reason:
                return WORDS[reason]


WORDS = {
    HoldReason.AGENCY: "the agency holds it",
    HoldReason.LATER_VERSION: "the agency holds a later version",
    HoldReason.EMBARGO: "embargoed until an operator releases it",
    HoldReason.UNREADABLE_EMBARGO: "embargo without a readable time",
    HoldReason.UNMATCHED_KILL: "a kill that waits for its dispatch",
}


class Chain(msgspec.Struct, frozen=True, array_like=True):
    """What is known of one dispatch.  An absolute value: a change replaces the whole chain."""

    id: str
    feed: str
    time_ms: int  # of its last change
    language: str = UND.tag  # the whole tag
    version: str = ""  # of the newest revision seen
    number: int = -1  # the version as a number, if it is one
    created_ms: int = 0
    item: str = ""  # id of the newest published item
    revisions: int = 0  # published
    status: Status = Status.USABLE
    hold_by: str | None = None  # the operator whose hold only an operator lifts
    killed_by: str | None = None
    seen: tuple[str, ...] = ()  # item ids, newest last
    held: tuple[Held, ...] = ()  # in order of arrival
    waits_until_ms: int | None = None  # a kill without its dispatch is published then

    @property
    def outlives_window(self) -> bool:
        """Whether the chain is kept when the window has passed it."""
        return bool(self.held) or self.killed_by is not None or self.hold_by is not None

    @property
    def due_ms(self) -> int | None:
        """When something of this chain is due."""
        times = [held.due_ms for held in self.held if held.due_ms is not None]
        return min([*times, *([] if self.waits_until_ms is None else [self.waits_until_ms])], default=None)
