"""A chain: what is known of one dispatch, and the items of it that are held."""

from __future__ import annotations

from enum import StrEnum

import msgspec
from msgspec.structs import replace

from pipeline.envelope import Headers
from pipeline.items import Status, instant
from pipeline.language import UND
from pipeline.records import JOURNAL_BYTES_MAX

HELD_PER_CHAIN_MAX = 16
HELD_BYTES_PER_CHAIN_MAX = JOURNAL_BYTES_MAX - 65_536  # a change has the whole chain in one journal record
HEADLINE_CHARACTERS_MAX = 200  # of a headline that is remembered for a kill; what is longer is cut
SEEN_MAX = 16  # item ids remembered a chain; a repeat of an older one counts as a late revision
NAMES_MAX = 64  # names remembered a chain; overflow: the oldest is forgotten
OTHER_IDS_MAX = 16  # ids under which a chain was published besides its own; overflow: nothing more is joined to it
NEVER = 2**53  # an end, in milliseconds, that does not come: an embargo whose end cannot be read


class HoldReason(StrEnum):
    """Why an item is held."""

    OPERATOR = "operator"  # until an operator releases it
    AGENCY = "agency"  # the agency holds the dispatch
    EMBARGO = "embargo"  # until its time
    UNREADABLE_EMBARGO = "unreadable-embargo"
    UNMATCHED_KILL = "unmatched-kill"  # a kill whose dispatch has not come


class Order(msgspec.Struct, frozen=True, array_like=True):
    """Where a revision belongs in its dispatch, by what the agency says."""

    number: int | None = None  # the version, if it is a number
    series: bytes = b""  # the key of the id that the number belongs to: numbers of two ids are not compared
    created_ms: int | None = None  # the agency's own time, unclamped


class HeldItem(msgspec.Struct, frozen=True, array_like=True):
    """An item that is held: the only place where a body is stored."""

    item: str  # item id
    value: bytes
    headers: Headers
    order: Order
    until_ms: int | None = None  # the end of the embargo under which it came; see Chain.due_of
    offset: int = -1  # of its record in the input

    @property
    def size(self) -> int:
        """Its bytes in the journal, nearly."""
        return len(self.value) + sum(len(name) + len(value) for name, value in self.headers)


class OtherId(msgspec.Struct, frozen=True, array_like=True):
    """An id under which consumers know a part of the dispatch, from the time before it turned out to be one."""

    id: str
    language: str
    version: str


class Chain(msgspec.Struct, frozen=True, array_like=True):
    """What is known of one dispatch.  An absolute value: a change replaces the whole chain.

    `operator_hold_by`, `hold` and `embargo_ms` hold the whole dispatch, with all that comes without an embargo of
    its own.
    """

    id: str
    feed: str
    changed_ms: int  # time of its last change, by the broker's clock
    first_offset: int = 0  # source offset of its first record: of dispatches that are one, the first keeps its id
    language: str = UND.tag  # the whole tag
    version: str = ""  # of the newest revision published
    order: Order = Order()  # of the newest revision published
    revisions: int = 0  # published
    status: Status = Status.USABLE
    operator_hold_by: str | None = None  # the operator whose hold only an operator lifts
    hold: Order | None = None  # the newest hold of the agency, until the agency or an operator lifts it
    newest_release: Order | None = None  # by the agency: an older hold holds nothing any more
    embargo_ms: int | None = None  # the end of the embargo, for what has none of its own
    killed_by: str | None = None
    seen: tuple[str, ...] = ()  # item ids, newest last
    held: tuple[HeldItem, ...] = ()  # in order of arrival
    waits_until_ms: int | None = None  # a kill without its dispatch is published then
    names: tuple[bytes, ...] = ()  # keys of the ids by which the dispatch is named (names.key_of), newest last
    # keys of the names that several dispatches may share: pages, and names behind `maybe:`
    shared_names: tuple[bytes, ...] = ()
    other_ids: tuple[OtherId, ...] = ()
    headline: str = ""  # of the newest revision published: all that a kill shows of the dispatch
    joined_by_shared_name: bool = False  # of an item: it named it by no other name
    planned: bool = False  # the embargo is nothing but a date of publication that lay ahead
    newest_offset: int = -1  # source offset of the newest revision published

    @property
    def outlives_window(self) -> bool:
        """Whether the chain is kept when the window has passed it."""
        return bool(
            self.held
            or self.killed_by is not None
            or self.operator_hold_by is not None
            or self.hold is not None
            or self.embargo_ms is not None
        )

    @property
    def due_ms(self) -> int | None:
        """When something of this chain is due, by the clock of its feed (clocks)."""
        if self.waits_until_ms is not None:
            return self.waits_until_ms
        if self.operator_hold_by is not None or self.hold is not None:
            return None
        times = (self.embargo_ms, *map(self.due_of, self.held))
        return min((time for time in times if time is not None and time != NEVER), default=None)

    def due_of(self, held: HeldItem) -> int | None:
        """When an item that is held is due: at the end of its own embargo and of its dispatch's, the later one.

        None: without an embargo, so it is held as long as its dispatch is.
        """
        return strictest(held.until_ms, self.embargo_ms)

    def is_due(self, held: HeldItem, now_ms: int) -> bool:
        """Whether no embargo holds an item any longer."""
        due_ms = self.due_of(held)
        return due_ms is None or due_ms <= now_ms

    def reason_of(self, held: HeldItem) -> HoldReason:
        """What holds an item; of several reasons the one that ends last."""
        if self.waits_until_ms is not None:
            return HoldReason.UNMATCHED_KILL
        if self.operator_hold_by is not None:
            return HoldReason.OPERATOR
        if self.hold is not None:
            return HoldReason.AGENCY
        return HoldReason.UNREADABLE_EMBARGO if self.due_of(held) == NEVER else HoldReason.EMBARGO

    @property
    def last_held(self) -> HeldItem:
        """Of the items that are held, the one whose hold ends last; of several, the newest.

        A dispatch may be held without an item of it: by a note, or by an operator.
        """
        nothing = HeldItem("", b"", (), Order(), self.embargo_ms)
        return max(reversed(self.held), key=lambda held: self.due_of(held) or 0, default=nothing)

    def ends_ms(self, held: HeldItem) -> int | None:
        """When the hold of an item ends by itself; None: never."""
        if self.waits_until_ms is not None:
            return self.waits_until_ms
        return self.due_of(held) if self.reason_of(held) is HoldReason.EMBARGO else None

    def why(self, held: HeldItem) -> str:
        """The reason in a few words, for an operator."""
        due_ms = self.due_of(held)
        match self.reason_of(held):
            case HoldReason.OPERATOR:
                return f"on hold by {self.operator_hold_by}"
            case HoldReason.EMBARGO if due_ms is not None:
                return f"embargoed until {instant(due_ms):%-d %b %Y %H:%M} UTC"
            case reason:
                return HOLD_REASON_TEXT[reason]


HOLD_REASON_TEXT = {
    HoldReason.AGENCY: "the agency holds it",
    HoldReason.EMBARGO: "on hold until an operator releases it",
    HoldReason.UNREADABLE_EMBARGO: "embargo without a readable time",
    HoldReason.UNMATCHED_KILL: "a kill that waits for its dispatch",
}


def strictest(*ends_ms: int | None) -> int | None:
    """Of the ends of several embargoes the last one; None without any."""
    return max((end for end in ends_ms if end is not None), default=None)


def without_kill(chain: Chain) -> Chain:
    """A chain without the kill that waits in it."""
    is_waiting = chain.waits_until_ms is not None
    return replace(chain, held=(), killed_by=None, waits_until_ms=None, headline="") if is_waiting else chain


def fitting(held: tuple[HeldItem, ...]) -> tuple[HeldItem, ...]:
    """Those of the items, in order, for which one chain has room."""
    size, kept = 0, list[HeldItem]()
    for one in held:
        if len(kept) < HELD_PER_CHAIN_MAX and size + one.size <= HELD_BYTES_PER_CHAIN_MAX:
            size += one.size
            kept.append(one)
    return tuple(kept)
