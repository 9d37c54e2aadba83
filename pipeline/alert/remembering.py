"""What an item leaves in the memory of texts."""

from __future__ import annotations

from msgspec.structs import replace

from pipeline.alert.corrections import version_key
from pipeline.alert.facts import NOTICES, Facts
from pipeline.alert.texts import (
    BODY_CHARACTERS_MAX,
    HEADLINE_CHARACTERS_MAX,
    VERSIONS_MAX,
    DispatchText,
    StoredCorrection,
)
from pipeline.items import Kind, Severity, Status


def text_after(facts: Facts, offset: int, alerted: bool = False) -> DispatchText | None:
    """The text of the item's dispatch from now on; None if nothing changes.

    `alerted`: an alert of this item goes out.
    """
    dispatch, before, by = facts.item.dispatch, facts.before, facts.by
    if dispatch.kind is Kind.KILL or dispatch.status is Status.KILLED:
        headline = facts.item.headline or (before.headline or before.body if before else "")
        return DispatchText(dispatch.id, offset, headline[:HEADLINE_CHARACTERS_MAX], "", by, note=facts.note)
    if dispatch.kind in NOTICES or facts.is_recalled:
        return None
    headline, body = facts.item.headline[:HEADLINE_CHARACTERS_MAX], facts.item.body[:BODY_CHARACTERS_MAX]
    text = DispatchText(dispatch.id, offset, headline, body, by)
    if facts.severity is Severity.CORRECTED:
        return _corrected(facts, text, alerted)
    if before is None:
        return text
    return replace(text, versions=before.versions, corrections=before.corrections, unstable_ms=before.unstable_ms)


def _corrected(facts: Facts, text: DispatchText, alerted: bool) -> DispatchText:
    before, correction = facts.before, facts.correction
    assert correction is not None
    known = before.versions if before else ()
    versions = (*known, *(_keys(before) if before and not known else ()), version_key(text.headline, text.body))
    is_told = alerted and correction.unstable
    return replace(
        text,
        versions=tuple(dict.fromkeys(versions))[-VERSIONS_MAX:],
        corrections=correction.count,
        unstable_ms=facts.thread.time_ms if is_told else before.unstable_ms if before else 0,
        correction=StoredCorrection.of(correction),
    )


def _keys(before: DispatchText) -> tuple[int, ...]:
    return (version_key(before.headline, before.body),) if before.headline or before.body else ()
