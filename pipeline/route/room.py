"""The room route: which desk, and when?  Alerts in, notifications out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import ClassVar

from msgspec.structs import replace

from pipeline.envelope import RecordType
from pipeline.items import Alert, AlertEvent, Severity, dispatch_uri, read_alert, read_control
from pipeline.language.watched import WatchedTerms
from pipeline.records import Counted, Decision, Reason, Record, Rejected, Room
from pipeline.route.controls import ControlOutcome, awaited_id, named, outcome_of, topic, with_topic
from pipeline.route.messages import Sending, brief_of, words_of
from pipeline.route.rules import Routes, Topics, load_routes
from pipeline.route.state import SENT_MAX, Brief, RouteChange, RouteState
from pipeline.route.tree import Options, Subject, routed
from pipeline.route.work import Work

JOURNAL_RECORDS = 20_000  # of the source that the journal keeps; what is older is carried
CORRECTIVE = frozenset(  # of copy that was published: they reach all who were told of it
    {
        AlertEvent.KILL,
        AlertEvent.RECALL,
        AlertEvent.HOLD,
        AlertEvent.CORRECTION,
        AlertEvent.REFILE,
        AlertEvent.RELEASE,
    }
)
TO_FORMER = Options(group_interval=300_000)  # of a correction that no route leads to a desk that was told before
TO_FOLLOWERS = Options(group_interval=600_000)


class RouteRoom(Room[RouteState, RouteChange]):
    """Writes an items.Notification to the input's partition of wire.notifications, with the desk as its key.

    Time is the broker's: the latest stamp.  Raises Rejected(BAD_RECORD) for a record that is no alert of ours, and
    Rejected(BAD_CONTROL) for a control of a desk that the routes do not have.
    """

    name: ClassVar[str] = "route"
    accepts: ClassVar[tuple[RecordType, ...]] = (RecordType.ALERT, RecordType.TICK, RecordType.CONTROL)
    change_type = RouteChange
    tick_seconds_max: ClassVar[float] = 3_600.0  # a digest is waited for for hours, and each tick is a record

    def __init__(self, routes: Routes | None = None, sent_max: int = SENT_MAX) -> None:
        self.routes = routes or load_routes()
        self._words = words_of(self.routes.language)
        self._sent_max = sent_max

    def open(self) -> RouteState:
        return RouteState(self._sent_max)

    def on_alert(self, state: RouteState, record: Record) -> Decision[RouteChange]:
        """Tell each desk that a route leads to, that follows it, or that was told of the dispatch before."""
        work, alert = self._work(state, record), read_alert(record.value)
        if alert.event is None:  # of an older version, which did not say what happened
            return Decision(work.change)
        told = _to_be_corrected(work, alert)
        subject = Subject.of(alert)
        led = routed(self.routes.routes, subject)
        for name, desk in self.routes.desks.items():
            forced, topic = name in told, _topic_of(desk.follow, work.desk(name).follows, subject)
            if not (forced or topic or name in led):
                continue
            if not forced and _topic_of(desk.mute, work.desk(name).mutes, subject):
                known = work.desk(name)
                work.keep_desk(replace(known, muted=known.muted + 1))
                continue
            options = led.get(name) or (TO_FORMER if forced else TO_FOLLOWERS)
            brief = _brief(alert, options, topic, forced=forced)
            if options.break_through or (forced and takes_down(alert)):
                work.send_at_once(name, options, brief)
            elif options.digest_only and not forced:
                work.keep_for_digest(name, brief)
            else:
                work.group(name, options, _group_key(name, options, alert), brief)
        return Decision(work.change, tuple(work.outputs))

    def on_tick(self, state: RouteState, record: Record) -> Decision[RouteChange]:
        """Send the groups, digests, reminders and escalations that are due."""
        work = self._work(state, record)
        work.send_due_groups()
        work.send_digests()
        work.send_again()
        return Decision(work.change, tuple(work.outputs))

    def on_control(self, state: RouteState, record: Record) -> Decision[RouteChange]:
        """An acknowledgement, what a desk follows or mutes, or an erasure.  Other actions are not for route."""
        work, control = self._work(state, record), read_control(record.value)
        known = named(control, state, self.routes.desks)
        match outcome_of(control, known):
            case ControlOutcome.DEAD:
                raise Rejected(
                    Reason.BAD_CONTROL, f"{control.action} names {known}: {control.desk} {topic(control)}"
                )
            case ControlOutcome.ANSWERED:
                work.awaited[awaited_id(control, state) or ""] = None
            case ControlOutcome.ADDED | ControlOutcome.REMOVED as outcome:
                work.keep_desk(with_topic(work.desk(control.desk or ""), control, outcome))
            case ControlOutcome.ERASED:
                work.erase(dispatch_uri(control.dispatch or ""))
        return Decision(work.change, tuple(work.outputs))

    def apply(self, state: RouteState, change: RouteChange, offset: int) -> None:
        state.apply(change, offset)

    def counts(self, state: RouteState) -> Mapping[Counted, int]:
        return {Counted.TOLD: len(state.sent), Counted.KEPT_BACK: len(state.kept)}

    def due_ms(self, state: RouteState) -> int | None:
        return state.due_ms()

    def floor(self, state: RouteState, offset: int) -> int:
        return max(0, offset + 1 - JOURNAL_RECORDS)

    def carry(self, state: RouteState, before: int) -> Iterator[RouteChange]:
        return state.before(before)

    def erases(self, change: RouteChange) -> bool:
        return change.erased

    def digest(self, state: RouteState) -> bytes:
        return state.digest()

    def _work(self, state: RouteState, record: Record) -> Work:
        now_ms = max(state.now_ms, record.timestamp_ms)
        return Work(state, self.routes, Sending(record, now_ms, self._words, self.routes.hash))


def _to_be_corrected(work: Work, alert: Alert) -> set[str]:
    """The desks that were told of what this alert corrects or withdraws; what of it waits is not sent any more.

    A desk for which it waited is told of the correction instead; of a kill or a hold where the routes lead.
    """
    if alert.event not in CORRECTIVE:
        return set()
    told = set(work.told(alert.uri))
    if takes_down(alert):
        work.drop(alert.uri)
    elif alert.event in (AlertEvent.CORRECTION, AlertEvent.RECALL):
        told |= work.drop(alert.uri, but=CORRECTIVE)
    return told


def takes_down(alert: Alert) -> bool:
    """Whether the dispatch must not be used: it was killed, put on hold, or copies one that was killed."""
    if alert.event is AlertEvent.RECALL:
        return alert.severity is Severity.KILLED
    return alert.event in (AlertEvent.KILL, AlertEvent.HOLD)


def _brief(alert: Alert, options: Options, topic: str, *, forced: bool) -> Brief:
    """The alert, and the first reason why the desk gets it."""
    if forced:
        return brief_of(alert, "sent_before", forced=True)
    if options.path:
        return brief_of(alert, "route", options.path)
    kind, _, name = topic.partition(":")
    return brief_of(alert, f"follow_{kind}", name)


def _topic_of(topics: Topics, more: tuple[str, ...], subject: Subject) -> str:
    """The first story or term of these that the alert is about, as `story:…` or `term:…`; empty if none is."""
    story = f"story:{subject.alert.thread}"
    if subject.alert.thread in topics.stories or story in more:
        return story
    if topics.terms and (found := topics.watched.found(subject.text)):
        return f"term:{found[0]}"
    terms = tuple(topic.removeprefix("term:") for topic in more if topic.startswith("term:"))
    found = WatchedTerms(terms).found(subject.text) if terms else ()
    return f"term:{found[0]}" if found else ""


def _group_key(name: str, options: Options, alert: Alert) -> str:
    return "\n".join((name, options.path, *(str(getattr(alert, each)) for each in options.group_by)))
