"""What one record does: the verbs that alerts, ticks and controls share.

A desk is told of an alert at once, with its group, or in a digest.  Nothing is sent to a desk twice; what corrects
or kills something that a desk was sent reaches it, whatever it mutes and however full its budget is.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from msgspec.structs import replace

from pipeline.items import Notification, NotificationKind
from pipeline.records import Out
from pipeline.route import messages
from pipeline.route.hours import DAY_MS, HOUR_MS, next_digest_ms, quiet_until_ms
from pipeline.route.messages import Sending
from pipeline.route.rules import Routes
from pipeline.route.state import (
    GROUP_ALERTS_MAX,
    GROUPS_MAX,
    KEPT_MAX,
    Awaited,
    Brief,
    DeskState,
    GroupState,
    Kept,
    RouteChange,
    RouteState,
    SentDispatch,
)
from pipeline.route.tree import Options

REPEATS_MAX = 3
SENT_MS_MAX = 500  # as many as a budget of a day can have
V = TypeVar("V")


@dataclass
class Work:
    """The state as this record leaves it, and what is written because of it."""

    state: RouteState
    routes: Routes
    sending: Sending
    outputs: list[Out] = field(default_factory=list)
    desks: dict[str, DeskState] = field(default_factory=dict)
    groups: dict[str, GroupState | None] = field(default_factory=dict)  # None: gone
    kept: dict[str, Kept | None] = field(default_factory=dict)
    sent: dict[str, SentDispatch] = field(default_factory=dict)
    awaited: dict[str, Awaited | None] = field(default_factory=dict)
    erased: bool = False

    @property
    def now_ms(self) -> int:
        """The time, by the broker's clock."""
        return self.sending.now_ms

    @property
    def offset(self) -> int:
        """The source offset of the record."""
        return self.sending.record.position.offset

    @property
    def change(self) -> RouteChange:
        """What the record does to the state."""
        return RouteChange(
            self.now_ms,
            desks=tuple(self.desks.values()),
            groups=_present(self.groups),
            kept=_present(self.kept),
            sent=tuple(self.sent.values()),
            awaited=_present(self.awaited),
            gone_groups=_gone(self.groups),
            gone_kept=_gone(self.kept),
            gone_awaited=_gone(self.awaited),
            erased=self.erased,
        )

    def desk(self, name: str) -> DeskState:
        """The desk as the record leaves it."""
        known = self.desks.get(name) or self.state.desks.get(name)
        return known or DeskState(name, self.offset)

    def keep_desk(self, desk: DeskState) -> None:
        """Remember the desk."""
        self.desks[desk.id] = replace(desk, offset=self.offset)

    def told(self, uri: str) -> tuple[str, ...]:
        """The desks that were told of a dispatch, as far as they still exist."""
        sent = self.sent.get(uri) or self.state.sent.get(uri)
        return tuple(name for name in sent.desks if name in self.routes.desks) if sent else ()

    def group(self, name: str, options: Options, key: str, alert: Brief) -> None:
        """Add the alert to its group; send the group if it is due, or full."""
        known = self._group(key)
        if known is None:
            self._make_room()
            known = GroupState(key, self.offset, name, (), None, 0)
        earliest = max(self.now_ms + options.group_wait, known.sent_ms + options.group_interval)
        escalate = options.escalate
        group = replace(
            known,
            offset=self.offset,
            alerts=(*known.alerts, alert),
            due_ms=min(known.due_ms or earliest, earliest),
            repeat_ms=options.repeat_interval,
            escalate_ms=escalate.after if escalate else None,
            escalate_to=escalate.to if escalate else "",
        )
        self.groups[key] = group
        if (group.due_ms or 0) <= self.now_ms or len(group.alerts) >= GROUP_ALERTS_MAX:
            self.send_group(group)

    def send_group(self, group: GroupState) -> None:
        """Send what waits in the group, or keep it back: quiet hours hold all, a budget all that is not forced."""
        self.groups[group.id] = replace(group, offset=self.offset, alerts=(), due_ms=None, sent_ms=self.now_ms)
        desk = self.routes.desks.get(group.desk)
        if desk is None or not group.alerts:  # the routes changed, and the desk is gone
            return
        at_once = group.alerts
        if until_ms := quiet_until_ms(desk.quiet_spans, desk.clock, self.now_ms):
            at_once = self._keep_back(group.desk, group.alerts, until_ms, "quiet")
        elif self._is_over_budget(group.desk):
            digest_ms = next_digest_ms(desk.digest, desk.clock, self.now_ms)
            over = tuple(alert for alert in group.alerts if not alert.forced)
            self._keep_back(group.desk, over, digest_ms, "budget")
            at_once = tuple(alert for alert in group.alerts if alert.forced)
        if at_once:
            self._send_alerts(group, at_once, breaks=False)

    def send_at_once(self, name: str, options: Options, alert: Brief) -> None:
        """Send the alert alone, past quiet hours and budgets."""
        escalate = options.escalate
        after, to = (escalate.after, escalate.to) if escalate else (None, "")
        group = GroupState("", self.offset, name, (), None, 0, options.repeat_interval, after, to)
        self._send_alerts(group, (alert,), breaks=True)

    def keep_for_digest(self, name: str, alert: Brief) -> None:
        """Keep the alert for the next digest of the desk."""
        desk = self.routes.desks[name]
        self._keep_back(name, (alert,), next_digest_ms(desk.digest, desk.clock, self.now_ms), "digest")

    def drop(self, uri: str, but: frozenset[str] = frozenset(), *, with_copies: bool = False) -> set[str]:
        """Forget the alerts of a dispatch that wait, all but those of the events `but`, and what would repeat them.

        Returns the desks for which any waited.
        """

        def goes(alert: Brief) -> bool:
            return uri in ((alert.uri, alert.copies) if with_copies else (alert.uri,)) and alert.event not in but

        gone: set[str] = set()
        for group in self._all_groups():
            left = tuple(alert for alert in group.alerts if not goes(alert))
            if count := len(group.alerts) - len(left):
                due_ms = group.due_ms if left else None
                self.groups[group.id] = replace(group, offset=self.offset, alerts=left, due_ms=due_ms)
                self._count_withdrawn(group.desk, count)
                gone.add(group.desk)
        for kept in (row.value for row in self.state.kept.rows()):
            if goes(kept.alert):
                self.kept[kept.id] = None
                self._count_withdrawn(kept.desk, 1)
                gone.add(kept.desk)
        for waits in (row.value for row in self.state.awaited.rows()):
            if (left := tuple(alert for alert in waits.alerts if not goes(alert))) != waits.alerts:
                self.awaited[waits.id] = replace(waits, offset=self.offset, alerts=left) if left else None
        return gone

    def erase(self, uri: str) -> None:
        """Forget all that waits and may have words of a dispatch, in alerts of copies too, and tell deliver."""
        self.erased = True
        self.drop(uri, with_copies=True)
        self.outputs.append(messages.erasure_record(self.sending))

    def send_digests(self) -> None:
        """Send each desk what was kept back for it and is due."""
        due: dict[str, list[Kept]] = {}
        for row in self.state.kept.rows():
            if row.value.due_ms <= self.now_ms:
                self.kept[row.value.id] = None
                due.setdefault(row.value.desk, []).append(row.value)
        for name, kept in due.items():
            if name in self.routes.desks:
                self._write(messages.of_kept(self.sending, self.desk(name), kept), [each.alert for each in kept])

    def send_again(self) -> None:
        """Repeat and escalate what nobody has acknowledged in time."""
        for row in self.state.awaited.rows():
            if row.value.due_ms is not None and row.value.due_ms <= self.now_ms:
                self._once_more(row.value)

    def send_due_groups(self) -> None:
        """Send the groups whose time has come."""
        for group in self._all_groups():
            if group.due_ms is not None and group.due_ms <= self.now_ms:
                self.send_group(group)

    def _once_more(self, awaited: Awaited) -> None:
        """The reminder or the escalation that is due; both at once if both are."""
        later = awaited
        if awaited.repeat_at_ms is not None and awaited.repeat_at_ms <= self.now_ms and awaited.repeat_ms:
            left = awaited.repeats_left - 1
            again_ms = self.now_ms + awaited.repeat_ms if left > 0 else None
            later = replace(later, repeat_at_ms=again_ms, repeats_left=left)
            later = self._write_again(awaited.desk, later, NotificationKind.REMINDER)
        if awaited.escalate_at_ms is not None and awaited.escalate_at_ms <= self.now_ms:
            later = replace(later, escalate_at_ms=None)
            later = self._write_again(awaited.escalate_to, later, NotificationKind.ESCALATION)
        self.awaited[awaited.id] = replace(later, offset=self.offset) if later.due_ms is not None else None

    def _write_again(self, name: str, awaited: Awaited, kind: NotificationKind) -> Awaited:
        """Write the reminder or escalation; the notification that waits, which knows it from now on."""
        if name not in self.routes.desks:
            return awaited
        made = messages.again(self.sending, self.desk(name), awaited, kind)
        self._write(made, awaited.alerts)
        return replace(awaited, repeated_by=(*awaited.repeated_by, made.id))

    def _send_alerts(self, group: GroupState, alerts: Sequence[Brief], *, breaks: bool) -> None:
        needs_answer = group.repeat_ms is not None or group.escalate_ms is not None
        desk = self.desk(group.desk)
        made = messages.of_alerts(self.sending, desk, alerts, breaks=breaks, needs_answer=needs_answer)
        self._write(made, alerts)
        if needs_answer:
            repeat_at = None if group.repeat_ms is None else self.now_ms + group.repeat_ms
            escalate_at = None if group.escalate_ms is None else self.now_ms + group.escalate_ms
            self.awaited[made.id] = Awaited(
                made.id,
                self.offset,
                group.desk,
                tuple(alerts),
                self.now_ms,
                repeat_at,
                group.repeat_ms,
                REPEATS_MAX,
                escalate_at,
                group.escalate_to,
            )

    def _write(self, notification: Notification, alerts: Sequence[Brief]) -> None:
        """Write it; from now on the desk has been told of these dispatches, and of what was left out."""
        self.outputs.append(messages.notification_record(self.sending, notification))
        desk = self.desk(notification.desk)
        since_ms = self.now_ms - DAY_MS
        sent_ms = (*(ms for ms in desk.sent_ms if ms > since_ms), self.now_ms)[-SENT_MS_MAX:]
        self.keep_desk(replace(desk, sent_ms=sent_ms, muted=0, over_budget=0, unlisted=0, withdrawn=0))
        for uri in dict.fromkeys(alert.uri for alert in alerts):
            known = self.sent.get(uri) or self.state.sent.get(uri)
            desks = tuple(dict.fromkeys((*(known.desks if known else ()), desk.id)))
            self.sent[uri] = SentDispatch(uri, self.offset, self.now_ms, desks)

    def _keep_back(self, name: str, alerts: Sequence[Brief], until_ms: int | None, why: str) -> tuple[Brief, ...]:
        """Keep the alerts for a digest.  Returns what must go out at once: forced, and no room is left for it."""
        at_once: list[Brief] = []
        for alert in alerts:
            desk = self.desk(name)
            if until_ms is None:
                self.keep_desk(replace(desk, over_budget=desk.over_budget + 1))
            elif self._kept_count(name) < KEPT_MAX:
                key = f"{name}/{alert.id}"
                self.kept[key] = Kept(key, self.offset, name, alert, until_ms, why)
            elif alert.forced:
                at_once.append(alert)
            else:
                self.keep_desk(replace(desk, unlisted=desk.unlisted + 1))
        return tuple(at_once)

    def _kept_count(self, name: str) -> int:
        here = (kept for kept in self.kept.values() if kept and kept.desk == name)
        return self.state.kept_count(name) + sum(1 for _ in here)

    def _is_over_budget(self, name: str) -> bool:
        budget, sent_ms = self.routes.desks[name].budget, self.desk(name).sent_ms
        hour = sum(ms > self.now_ms - HOUR_MS for ms in sent_ms)
        return hour >= budget.hour or sum(ms > self.now_ms - DAY_MS for ms in sent_ms) >= budget.day

    def _count_withdrawn(self, name: str, count: int) -> None:
        desk = self.desk(name)
        self.keep_desk(replace(desk, withdrawn=desk.withdrawn + count))

    def _group(self, key: str) -> GroupState | None:
        return self.groups[key] if key in self.groups else self.state.groups.get(key)

    def _all_groups(self) -> list[GroupState]:
        """The groups as the record leaves them, the one that changed longest ago first."""
        known = [self.groups.get(row.value.id, row.value) for row in self.state.groups.rows()]
        new = (group for key, group in self.groups.items() if self.state.groups.get(key) is None)
        return [group for group in (*known, *new) if group]

    def _make_room(self) -> None:
        """Send the group that changed longest ago, and forget it, if there is no room for another."""
        if len(self.state.groups) + sum(key not in self.state.groups for key in self.groups) < GROUPS_MAX:
            return
        oldest = next((group for group in self._all_groups()), None)
        if oldest:
            self.send_group(oldest)
            self.groups[oldest.id] = None


def _present(found: dict[str, V | None]) -> tuple[V, ...]:
    return tuple(value for value in found.values() if value is not None)


def _gone(found: dict[str, V | None]) -> tuple[str, ...]:
    return tuple(key for key, value in found.items() if value is None)
