"""Recalls of what depended on a killed or corrected dispatch (docs/design/laws.md#law-4)."""

from __future__ import annotations

from typing import NamedTuple

from pipeline.dedupe.changes import Fall
from pipeline.dedupe.index import Entry
from pipeline.items import (
    Dispatch,
    Duplicate,
    Item,
    Kind,
    PubStatus,
    Representation,
    Severity,
    Status,
    dispatch_uri,
)

RULE = "recall/1"


class Effect(NamedTuple):
    """What a fall does to a copy."""

    severity: Severity
    status: PubStatus
    verb: str


KILLED = Effect(Severity.KILLED, PubStatus.WITHHELD, "killed")
CORRECTED = Effect(Severity.CORRECTED, PubStatus.USABLE, "corrected")


def recall(cause: Item, fall: Fall, entry: Entry) -> Item:
    """The partial item that recalls `entry`, a copy of the dispatch that fell with `cause`.

    It bears the copy's own uri, version and ids, no body, and in `duplicate` what it was a copy of.
    """
    seen, effect = entry.seen, _effect(fall)
    return Item(
        uri=dispatch_uri(seen.dispatch),
        representation_type=Representation.PARTIAL,
        version=seen.version,
        version_created=cause.version_created,
        pub_status=effect.status,
        language=seen.language,
        wire=cause.wire,
        dispatch=Dispatch(
            id=seen.dispatch,
            item=seen.item,
            kind=Kind.RECALL,
            severity=effect.severity,
            status=Status.RECALLED,
            killed_by=fall.item if fall.killed else None,
            why=_why(fall),
        ),
        duplicate=Duplicate(
            relation=seen.relation, of=fall.dispatch, of_item=fall.item, rule=RULE, independent=False
        ),
    )


def recalled(item: Item, fall: Fall) -> Item:
    """A copy that arrives after what it copies fell: recalled at sight.  A killed text is withheld."""
    dispatch = item.dispatch.model_copy(
        update={"status": Status.RECALLED, "why": _why(fall)} | ({"killed_by": fall.item} if fall.killed else {})
    )
    withheld = {"pub_status": PubStatus.WITHHELD} if fall.killed else {}
    return item.model_copy(update={"dispatch": dispatch, **withheld})


def _effect(fall: Fall) -> Effect:
    return KILLED if fall.killed else CORRECTED


def _why(fall: Fall) -> str:
    return f"It repeats dispatch {fall.dispatch}, which was {_effect(fall).verb} by {fall.item}."
