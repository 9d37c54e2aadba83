"""What a control does: each action on each state of what it names has one outcome."""

from __future__ import annotations

from collections.abc import Container
from enum import StrEnum

from msgspec.structs import replace

from pipeline.items import Action, Control
from pipeline.language.watched import FoldedText
from pipeline.route.state import TOPICS_MAX, DeskState, RouteState


class Named(StrEnum):
    """What a control names, as the room knows it."""

    WAITS = "a notification that waits, or one that repeats it"
    WAITS_NOT = "a notification that does not wait: unknown, acknowledged, or not to be"
    NEW = "a story or term that the desk does not have in its list"
    LISTED = "a story or term that it has"
    NO_DESK = "a desk that the routes do not have"
    NO_TOPIC = "neither a story nor a term"
    NO_WORD = "a term without a letter or digit"
    DISPATCH = "a dispatch"
    OTHER = "what other rooms know"


class ControlOutcome(StrEnum):
    """What becomes of it."""

    ANSWERED = "no more reminders, no escalation"
    ADDED = "the list has it, as its latest"
    REMOVED = "the list has it no more"
    ERASED = "what waits and has its words is gone"
    NOTHING = "nothing changes"
    DEAD = "a dead letter: bad-control"


LISTS = {  # the member of DeskState
    Action.MUTE: "mutes",
    Action.UNMUTE: "mutes",
    Action.FOLLOW: "follows",
    Action.UNFOLLOW: "follows",
}
BAD = (Named.NO_DESK, Named.NO_TOPIC, Named.NO_WORD)
_REFUSING = dict.fromkeys(BAD, ControlOutcome.DEAD)
_ADDING = {Named.NEW: ControlOutcome.ADDED, Named.LISTED: ControlOutcome.ADDED, **_REFUSING}
_REMOVING = {Named.NEW: ControlOutcome.NOTHING, Named.LISTED: ControlOutcome.REMOVED, **_REFUSING}
TABLE: dict[Action, dict[Named, ControlOutcome]] = {
    Action.ACK: {Named.WAITS: ControlOutcome.ANSWERED, Named.WAITS_NOT: ControlOutcome.NOTHING},
    Action.MUTE: _ADDING,
    Action.UNMUTE: _REMOVING,
    Action.FOLLOW: _ADDING,
    Action.UNFOLLOW: _REMOVING,
    Action.ERASE: {Named.DISPATCH: ControlOutcome.ERASED},
}
OF_OTHER_ROOMS = {Named.OTHER: ControlOutcome.NOTHING}


def named(control: Control, state: RouteState, desks: Container[str]) -> Named:
    """What the control names; `desks` are those of the routes."""
    if control.action is Action.ACK:
        return Named.WAITS if awaited_id(control, state) else Named.WAITS_NOT
    if control.action is Action.ERASE:
        return Named.DISPATCH
    if control.action not in LISTS:
        return Named.OTHER
    if control.desk not in desks:
        return Named.NO_DESK
    if not (control.story or control.term):
        return Named.NO_TOPIC
    if control.term and not FoldedText(control.term).words:
        return Named.NO_WORD
    desk = state.desks.get(control.desk or "")
    return Named.LISTED if desk and topic(control) in getattr(desk, LISTS[control.action]) else Named.NEW


def outcome_of(control: Control, known: Named) -> ControlOutcome:
    """What becomes of a control that names this."""
    return TABLE.get(control.action, OF_OTHER_ROOMS)[known]


def topic(control: Control) -> str:
    """The story or term, as desks list it."""
    return f"story:{control.story}" if control.story else f"term:{control.term}"


def awaited_id(control: Control, state: RouteState) -> str | None:
    """The notification that waits and is meant: by its own id, or by that of a reminder or escalation of it."""
    name = control.notification or ""
    if state.awaited.get(name):
        return name
    return next((row.value.id for row in state.awaited.rows() if name in row.value.repeated_by), None)


def with_topic(desk: DeskState, control: Control, outcome: ControlOutcome) -> DeskState:
    """The desk with the topic at the end of its list, or without it."""
    member, one = LISTS[control.action], topic(control)
    known = tuple(each for each in getattr(desk, member) if each != one)
    listed = (*known, one)[-TOPICS_MAX:] if outcome is ControlOutcome.ADDED else known
    return replace(desk, **{member: listed})
