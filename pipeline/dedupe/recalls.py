"""Recalls of the copies of a killed or corrected dispatch (docs/design/laws.md#law-4)."""

from __future__ import annotations

from typing import NamedTuple

from pipeline.dedupe.changes import HEADLINE_CHARACTERS_MAX, Withdrawal
from pipeline.dedupe.rules import DedupeRule
from pipeline.dedupe.window import WindowEntry
from pipeline.items import (
    Dispatch,
    Duplicate,
    Item,
    Kind,
    PubStatus,
    Relation,
    Representation,
    Severity,
    Status,
    dispatch_uri,
    main_headline,
)


class Effect(NamedTuple):
    """What a withdrawal does to a copy."""

    severity: Severity
    status: PubStatus
    verb: str


KILLED = Effect(Severity.KILLED, PubStatus.WITHHELD, "killed")
CORRECTED = Effect(Severity.CORRECTED, PubStatus.USABLE, "corrected")


def recall_of(entry: WindowEntry, relation: Relation, withdrawal: Withdrawal, cause: Item) -> Item:
    """The partial item that recalls a copy of the dispatch that `cause` withdrew, and that it has this relation to.

    It has the copy's own uri, version, ids and headline, no body, and in `duplicate` the dispatch that was copied.
    """
    seen, effect = entry.seen, _effect(withdrawal)
    headlines = main_headline(seen.headline)
    return Item(
        uri=dispatch_uri(seen.dispatch),
        representation_type=Representation.PARTIAL,
        version=seen.version,
        version_created=cause.version_created,
        pub_status=effect.status,
        language=seen.language_tag or seen.language,
        headlines=headlines,
        wire=cause.wire,
        dispatch=Dispatch(
            id=seen.dispatch,
            item=seen.item,
            kind=Kind.RECALL,
            severity=effect.severity,
            status=Status.RECALLED,
            killed_by=withdrawal.by if withdrawal.killed else None,
            why=_why(withdrawal),
        ),
        duplicate=Duplicate(
            relation=relation,
            of=withdrawal.dispatch,
            of_item=withdrawal.by,
            of_headline=cause.headline[:HEADLINE_CHARACTERS_MAX] or None,
            rule=DedupeRule.RECALL,
            independent=False,
        ),
    )


def as_recalled(item: Item, withdrawal: Withdrawal) -> Item:
    """Mark a copy as recalled, because its source was withdrawn before; if the source was killed, withhold it."""
    killed_by = {"killed_by": withdrawal.by} if withdrawal.killed else {}
    dispatch = item.dispatch.model_copy(update={"status": Status.RECALLED, "why": _why(withdrawal), **killed_by})
    withheld = {"pub_status": PubStatus.WITHHELD} if withdrawal.killed else {}
    return item.model_copy(update={"dispatch": dispatch, **withheld})


def _effect(withdrawal: Withdrawal) -> Effect:
    return KILLED if withdrawal.killed else CORRECTED


def _why(withdrawal: Withdrawal) -> str:
    return f"It repeats dispatch {withdrawal.dispatch}, which was {_effect(withdrawal).verb} by {withdrawal.by}."
