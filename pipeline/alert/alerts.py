"""What goes out: the alert and its record."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from pipeline.alert.conditions import RuleMatch
from pipeline.alert.facts import Facts
from pipeline.alert.rules import Rules
from pipeline.alert.voice import Voice
from pipeline.envelope import ROOM, RecordType, forward, source_of
from pipeline.items import (
    Action,
    Alert,
    AlertEvent,
    Control,
    content_id,
    dispatch_uri,
    dump,
    instant,
    milliseconds,
)
from pipeline.items.alert import ALERTS_PARTITION
from pipeline.records import Out, Record
from pipeline.wording import Wording, WordingLanguage, load_wording

TARGET = "wire.alerts"

WORDS = Path(__file__).with_name("wording.yaml")
REASONS_MAX = 12
NOTED = frozenset({AlertEvent.KILL, AlertEvent.RECALL, AlertEvent.HOLD, AlertEvent.RELEASE})


def words_of(language: WordingLanguage) -> Wording:
    """The words of alerts."""
    return load_wording(WORDS, language)


def make_alert(facts: Facts, matches: Sequence[RuleMatch], rules: Rules) -> Alert:
    """The alert of an item: the first match names it, the reasons of all are listed."""
    item, thread, leading = facts.item, facts.thread, matches[0]
    reasons = dict.fromkeys(reason for each in matches for reason in each.reasons)
    cause = item.dispatch.killed_by or ""
    voice = Voice(leading.event, facts, words_of(rules.language), leading.rule.name)
    return Alert(
        id=content_id("alert", thread.id, item.dispatch.item, item.dispatch.kind or "", cause, str(thread.time_ms)),
        rule=leading.rule.name,
        rules_hash=rules.hash,
        thread=thread.id,
        event=leading.event,
        severity=facts.severity,
        level=leading.rule.level,
        title=voice.title(),
        text=voice.text(),
        headline=voice.headline,
        withdrawn=voice.withdrawn,
        correction=facts.correction,
        copies=dispatch_uri(item.duplicate.of) if facts.is_copy and item.duplicate and item.duplicate.of else None,
        erased=item.dispatch.erased,
        note=facts.note if leading.event in NOTED else None,
        by=facts.by.published(),
        sources=voice.sources,
        story=item.story.id if item.story else None,
        label=item.story.label if item.story else None,
        language=item.language,
        uri=item.uri,
        item=item.dispatch.item,
        feed=item.wire.feed,
        reasons=tuple(reasons)[:REASONS_MAX],
        suppressed=thread.suppressed,
        item_time=item.version_created,
        time=instant(thread.time_ms),
    )


def alert_record(record: Record, alert: Alert) -> Out:
    """The alert as a record.  All are in one partition, so that who is told of how many is counted over all."""
    headers = forward(record.headers, RecordType.ALERT, milliseconds(alert.time))
    return Out(TARGET, alert.thread.encode(), dump(alert), headers, ALERTS_PARTITION)


def erasure_record(record: Record, facts: Facts) -> Out:
    """The erasure as a control for route, which may keep words whatever the rules say of kills."""
    dispatch = facts.item.dispatch
    control = Control(
        action=Action.ERASE,
        dispatch=dispatch.id,
        who=dispatch.by_hand or "unknown",
        why=facts.note or "unknown",
    )
    headers = forward(record.headers, RecordType.CONTROL, facts.thread.time_ms, source_of("wiredesk/alert"))
    return Out(TARGET, b"", dump(control), (*headers, (ROOM, b"route")), ALERTS_PARTITION)
