"""What a feed is after a record, and what is told of it."""

from __future__ import annotations

from typing import NamedTuple

from msgspec.structs import replace

from pipeline.items import AlertEvent
from pipeline.items.feed import FeedState
from pipeline.watch.feed import Feed, Mark

STATUS_MS = 900_000  # a status is published again after so long, if anything comes
ALARMS = {
    FeedState.SET_ASIDE: AlertEvent.FEED_SET_ASIDE,
    FeedState.SILENT: AlertEvent.FEED_SILENT,
    FeedState.OVER_RATE: AlertEvent.FEED_OVER_RATE,
    FeedState.LATE: AlertEvent.FEED_LATE,
}
WELL = frozenset({FeedState.OK, FeedState.LEARNING})


class Finding(NamedTuple):
    """A feed as the record leaves it."""

    feed: Feed
    mark: Mark  # that it has from now on
    event: AlertEvent | None  # to be told
    reports: bool  # whether its status is published

    @property
    def changes(self) -> bool:
        """Whether anything is to be remembered of it."""
        return self.mark != self.feed.mark


def finding(feed: Feed, state: FeedState, now_ms: int, *, tells: bool, why: str = "") -> Finding:
    """The feed in this state from now on; `tells`: whether an alarm may be raised by it."""
    before = feed.mark
    if state is before.state:
        reports = now_ms - before.reported_ms >= STATUS_MS
        mark = replace(before, reported_ms=now_ms) if reports else before
        return Finding(feed, mark, None, reports)
    event = ALARMS.get(state) if tells else None
    told = event is not None or (before.told and state not in WELL)
    if tells and before.told and state in WELL:
        event = AlertEvent.FEED_RECOVERED
    return Finding(feed, Mark(feed.mark.feed, state, now_ms, now_ms, told, why), event, reports=True)
