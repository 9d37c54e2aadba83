"""The room watch: is each feed as it always is?  Items in, statuses and alarms out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import ClassVar

import msgspec

from pipeline.envelope import FEED_RATE, IS_QUIET, QUIET, RecordType
from pipeline.items import Action, AlertEvent, milliseconds, read_control
from pipeline.items.feed import FeedState
from pipeline.records import Counted, Decision, Out, Reason, Record, Rejected, Room
from pipeline.watch.feed import LIVE_MS, Feed, Seen
from pipeline.watch.messages import alarm_record, no_status_record, status_record, words_of
from pipeline.watch.state import WATCHED_MAX, WatchChange, WatchState, new_feed
from pipeline.watch.states import Finding, finding
from pipeline.wording import WordingLanguage

JOURNAL_RECORDS = 20_000  # of the source that the journal keeps; the feeds that need older ones are carried
SILENT_MAX = 500  # feeds that one tick finds silent; the next one goes on


class _Wire(msgspec.Struct):
    feed: str
    offset: int
    warnings: tuple[str, ...] = ()


class _Dispatch(msgspec.Struct):
    created: datetime | None = None


class _Item(msgspec.Struct):
    """What of an item counts here: a tenth of the time that the whole model takes."""

    wire: _Wire
    dispatch: _Dispatch


_decode = msgspec.json.Decoder(_Item).decode


class WatchRoom(Room[WatchState, WatchChange]):
    """Writes an items.FeedStatus to wire.feeds when a feed changes, and at most every STATUS_MS beside that.

    An alarm is an items.Alert.  An item counts at the time when it was received (`ce_time`), a silence lasts until
    the latest stamp of the broker.  Raises Rejected(BAD_RECORD) for a record that is no item of ours, and
    Rejected(BAD_CONTROL) for a control that names no feed.
    """

    name: ClassVar[str] = "watch"
    accepts: ClassVar[tuple[RecordType, ...]] = (RecordType.ITEM, RecordType.TICK, RecordType.CONTROL)
    change_type = WatchChange
    tick_seconds_max: ClassVar[float] = 300.0

    def __init__(self, language: WordingLanguage | None = None, feeds_max: int = WATCHED_MAX) -> None:
        self._words = words_of(language or WordingLanguage.EN)
        self._feeds_max = feeds_max

    def open(self) -> WatchState:
        return WatchState(self._feeds_max)

    def on_item(self, state: WatchState, record: Record) -> Decision[WatchChange]:
        """The feed has sent an item."""
        now_ms, seen = max(state.now_ms, record.timestamp_ms), _seen(record)
        feed = _copy(state, seen.feed, record, now_ms)
        feed.take(seen, record.position.offset)
        found = finding(feed, feed.found, now_ms, tells=seen.live)
        marks = (found.mark,) if found.changes else ()
        change = WatchChange(now_ms, seen, marks, state.crowded_out(seen.feed))
        return Decision(change, tuple(self._outputs(state, record, [found], now_ms)))

    def on_tick(self, state: WatchState, record: Record) -> Decision[WatchChange]:
        """Tell of the feeds that are silent for too long."""
        now_ms = max(state.now_ms, record.timestamp_ms)
        silent = state.silent(now_ms)[:SILENT_MAX]
        found = [finding(feed, FeedState.SILENT, now_ms, tells=True) for feed in silent]
        change = WatchChange(now_ms, marks=tuple(one.mark for one in found))
        return Decision(change, tuple(self._outputs(state, record, found, now_ms)))

    def on_control(self, state: WatchState, record: Record) -> Decision[WatchChange]:
        """A feed was set aside, resumed or forgotten, as normalise says.  Other actions are not for watch."""
        now_ms, control = max(state.now_ms, record.timestamp_ms), read_control(record.value)
        if control.action not in (Action.SET_ASIDE, Action.RESUME, Action.FORGET):
            return Decision(WatchChange(now_ms))
        if not control.feed:
            raise Rejected(Reason.BAD_CONTROL, f"{control.action} names no feed")
        if control.action is Action.FORGET:
            gone = (control.feed,)
            return Decision(WatchChange(now_ms, gone=gone), (no_status_record(record, control.feed, now_ms),))
        feed = _copy(state, control.feed, record, now_ms)
        was_aside = feed.mark.state is FeedState.SET_ASIDE
        if was_aside == (control.action is Action.SET_ASIDE):
            return Decision(WatchChange(now_ms))
        state_after = feed.as_heard if was_aside else FeedState.SET_ASIDE
        found = finding(feed, state_after, now_ms, tells=True, why="" if was_aside else control.why)
        change = WatchChange(now_ms, marks=(found.mark,), gone=state.crowded_out(control.feed))
        return Decision(change, tuple(self._outputs(state, record, [found], now_ms)))

    def apply(self, state: WatchState, change: WatchChange, offset: int) -> None:
        state.apply(change, offset)

    def counts(self, state: WatchState) -> Mapping[Counted, int]:
        return {
            Counted.FEEDS: len(state.feeds),
            Counted.SILENT_FEEDS: state.count(FeedState.SILENT),
            Counted.FEEDS_SET_ASIDE: state.count(FeedState.SET_ASIDE),
        }

    def due_ms(self, state: WatchState) -> int | None:
        return state.due_ms()

    def floor(self, state: WatchState, offset: int) -> int:
        return max(0, offset + 1 - JOURNAL_RECORDS)

    def carry(self, state: WatchState, before: int) -> Iterator[WatchChange]:
        return state.before(before)

    def digest(self, state: WatchState) -> bytes:
        return state.digest()

    def _outputs(self, state: WatchState, record: Record, found: list[Finding], now_ms: int) -> Iterator[Out]:
        """The statuses and alarms of the findings."""
        most = _silent(state, found) if any(one.event for one in found) else (0, 0)
        for one in found:
            if one.reports:
                yield status_record(record, one, now_ms)
            if one.event:
                yield alarm_record(record, one, self._words, now_ms, most)


def _silent(state: WatchState, found: list[Finding]) -> tuple[int, int]:
    """How many feeds are silent, and of how many something is expected."""
    before = state.count(FeedState.SILENT)
    return before + sum(one.event is AlertEvent.FEED_SILENT for one in found), before + state.live()


def _seen(record: Record) -> Seen:
    """What the item says of its feed.  Raises Rejected(BAD_RECORD)."""
    try:
        item = _decode(record.value)
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise Rejected(Reason.BAD_RECORD, str(error)) from None
    time_ms = record.time_ms
    is_old = record.timestamp_ms - time_ms > LIVE_MS or record.header(QUIET) == IS_QUIET[1]
    created = item.dispatch.created
    late = None if created is None or created.tzinfo is None else max(0, time_ms - milliseconds(created)) // 1000
    rate = record.header(FEED_RATE) or b""
    return Seen(
        item.wire.feed,
        time_ms,
        item.wire.offset,
        late,
        bool(item.wire.warnings),
        not is_old,
        int(rate) if rate.isdigit() else None,
    )


def _copy(state: WatchState, name: str, record: Record, now_ms: int) -> Feed:
    """The feed, to be changed for itself."""
    known = state.feeds.get(name)
    return known.copy() if known else new_feed(name, record.position.offset, now_ms)
