"""What goes out: the notification and its record."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from pipeline.envelope import ROOM, RecordType, forward, source_of
from pipeline.items import (
    Alert,
    AlertEvent,
    LeftOut,
    Level,
    Notification,
    NotificationKind,
    NotifiedAlert,
    content_id,
    dump,
    instant,
    milliseconds,
)
from pipeline.records import Out, Record
from pipeline.route.state import Awaited, Brief, DeskState, Kept
from pipeline.values.blanks import shortened
from pipeline.wording import Wording, WordingLanguage, load_wording

TARGET = "wire.notifications"
WORDS = Path(__file__).with_name("wording.yaml")
TEXT_CHARACTERS_MAX = 1_500  # of the sentences of an alert
REASONS_MAX = 12
LEVELS = tuple(Level)


class Sending(NamedTuple):
    """What every notification of a record has in common."""

    record: Record
    now_ms: int
    words: Wording
    routes_hash: str


def words_of(language: WordingLanguage) -> Wording:
    """The words of notifications."""
    return load_wording(WORDS, language)


def brief_of(alert: Alert, because: str, fill: str = "", *, forced: bool = False) -> Brief:
    """The alert, as far as notifications tell it, and why the desk gets it."""
    return Brief(
        alert.id,
        alert.event or AlertEvent.REPORT,
        alert.level,
        alert.title or alert.headline,
        shortened(alert.text or "", TEXT_CHARACTERS_MAX),
        alert.thread,
        alert.uri,
        milliseconds(alert.time),
        because,
        fill,
        forced,
        alert.copies or "",
    )


def of_alerts(
    sending: Sending, desk: DeskState, alerts: Sequence[Brief], *, breaks: bool, needs_answer: bool
) -> Notification:
    """The notification of one alert, or of those of a group."""
    words = sending.words
    several = words.title("several", count=len(alerts), title=alerts[0].title)
    lines = [alerts[0].text or alerts[0].title] if len(alerts) == 1 else [f"{a.title}\n{a.text}" for a in alerts]
    return Notification(
        id=_id(sending, desk.id, NotificationKind.ALERT, alerts),
        desk=desk.id,
        kind=NotificationKind.ALERT,
        level=_strongest(alerts),
        title=alerts[0].title if len(alerts) == 1 else several,
        text="\n\n".join(lines),
        alerts=tuple(_told(alert) for alert in alerts),
        reasons=_reasons(words, alerts),
        left_out=_left_out(desk),
        breaks_through=breaks,
        needs_acknowledgement=needs_answer,
        routes_hash=sending.routes_hash,
        time=instant(sending.now_ms),
    )


def of_kept(sending: Sending, desk: DeskState, kept: Sequence[Kept]) -> Notification:
    """The digest of what was kept back: a line each."""
    words, alerts = sending.words, [each.alert for each in kept]
    counts = Counter(each.why for each in kept)
    more = [words.text("more", count=desk.unlisted)] if desk.unlisted else []
    key = "digest" if len(alerts) > 1 else "digest_one"
    return Notification(
        id=_id(sending, desk.id, NotificationKind.DIGEST, alerts),
        desk=desk.id,
        kind=NotificationKind.DIGEST,
        level=_strongest(alerts),
        title=words.title(key, count=len(alerts) + desk.unlisted, title=alerts[0].title),
        text="\n".join([*(alert.title for alert in alerts), *more]),
        alerts=tuple(_told(alert, with_text=False) for alert in alerts),
        reasons=tuple(words.reason(name, count=count) for name, count in sorted(counts.items())),
        left_out=_left_out(desk),
        routes_hash=sending.routes_hash,
        time=instant(sending.now_ms),
    )


def again(sending: Sending, desk: DeskState, awaited: Awaited, kind: NotificationKind) -> Notification:
    """A reminder, or an escalation to this desk."""
    words, first = sending.words, awaited.alerts[0]
    told = words.clock(instant(min(awaited.told_ms, sending.now_ms)))
    lines = [
        words.text(kind, desk=awaited.desk, time=told),
        *(alert.text or alert.title for alert in awaited.alerts),
    ]
    return Notification(
        id=_id(sending, desk.id, kind, awaited.alerts, awaited.id),
        desk=desk.id,
        kind=kind,
        level=_strongest(awaited.alerts),
        title=words.title(kind, title=first.title),
        text="\n\n".join(lines),
        alerts=tuple(_told(alert) for alert in awaited.alerts),
        reasons=(words.reason(kind, fill=awaited.desk),),
        left_out=_left_out(desk),
        breaks_through=True,
        needs_acknowledgement=True,
        of=awaited.id,
        routes_hash=sending.routes_hash,
        time=instant(sending.now_ms),
    )


def notification_record(sending: Sending, notification: Notification) -> Out:
    """The notification as a record, in the partition of the record that caused it."""
    headers = forward(sending.record.headers, RecordType.NOTIFICATION, sending.now_ms)
    partition = sending.record.position.partition
    return Out(TARGET, notification.desk.encode(), dump(notification), headers, partition)


def erasure_record(sending: Sending) -> Out:
    """The erasure for deliver, which may keep words that it has not sent: the control that route got."""
    record = sending.record
    headers = forward(record.headers, RecordType.CONTROL, sending.now_ms, source_of("wiredesk/route"))
    return Out(TARGET, b"", record.value, (*headers, (ROOM, b"deliver")), record.position.partition)


def _id(sending: Sending, desk: str, kind: str, alerts: Sequence[Brief], of: str = "") -> str:
    # An alert is sent to a desk once, so its id makes that of the notification; repetitions differ by their time.
    repeated = str(sending.now_ms) if of else ""
    return content_id("notification", desk, kind, of, repeated, *(alert.id for alert in alerts))


def _told(alert: Brief, with_text: bool = True) -> NotifiedAlert:
    return NotifiedAlert(
        id=alert.id,
        event=AlertEvent(alert.event),
        level=Level(alert.level),
        title=alert.title,
        text=alert.text if with_text else None,
        thread=alert.thread,
        uri=alert.uri,
        copies=alert.copies or None,
        time=instant(alert.time_ms),
    )


def _strongest(alerts: Sequence[Brief]) -> Level:
    return min((Level(alert.level) for alert in alerts), key=LEVELS.index)


def _reasons(words: Wording, alerts: Sequence[Brief]) -> tuple[str, ...]:
    found = dict.fromkeys(words.reason(alert.because, fill=words.quoted(alert.fill)) for alert in alerts)
    return tuple(found)[:REASONS_MAX]


def _left_out(desk: DeskState) -> LeftOut:
    return LeftOut(muted=desk.muted, budget=desk.over_budget, unlisted=desk.unlisted, withdrawn=desk.withdrawn)
