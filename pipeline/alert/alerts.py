"""What goes out: the alert and its record."""

from __future__ import annotations

from collections.abc import Sequence

from pipeline.alert.conditions import RuleMatch
from pipeline.alert.threads import Thread
from pipeline.envelope import RecordType, forward
from pipeline.items import Alert, Item, content_id, dump, instant, milliseconds
from pipeline.records import Out, Record
from pipeline.values.blanks import shortened

TARGET = "wire.alerts"
HEADLINE_CHARACTERS_MAX = 300
REASONS_MAX = 12


def make_alert(item: Item, thread: Thread, matches: Sequence[RuleMatch], rules_hash: str) -> Alert:
    """The alert of an item: the first match names it, the reasons of all are listed."""
    rule = matches[0].rule
    reasons = dict.fromkeys(reason for each in matches for reason in each.reasons)
    cause = item.dispatch.killed_by or ""
    return Alert(
        id=content_id("alert", thread.id, item.dispatch.item, item.dispatch.kind or "", cause, str(thread.time_ms)),
        rule=rule.name,
        rules_hash=rules_hash,
        thread=thread.id,
        level=rule.level,
        headline=_headline(item),
        story=item.story.id if item.story else None,
        label=item.story.label if item.story else None,
        language=item.language,
        uri=item.uri,
        item=item.dispatch.item,
        feed=item.wire.feed,
        reasons=tuple(reasons)[:REASONS_MAX],
        suppressed=thread.suppressed,
        time=instant(thread.time_ms),
    )


def alert_record(record: Record, alert: Alert) -> Out:
    """The alert as a record, in the partition of the record that raised it."""
    headers = forward(record.headers, RecordType.ALERT, milliseconds(alert.time))
    return Out(TARGET, alert.thread.encode(), dump(alert), headers, record.position.partition)


def _headline(item: Item) -> str:
    """The headline; without one the body's beginning; for an empty kill the story's label."""
    return shortened(
        item.headline or item.body or (item.story.label if item.story else ""), HEADLINE_CHARACTERS_MAX
    )
