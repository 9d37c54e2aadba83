"""What time it is for a feed: the broker's timestamp minus the feed's lag.

Only the broker's timestamp (LogAppendTime) is trusted.  `ce_time`, which a publisher, a worker or an operator
wrote, is never taken as later.  If it is much earlier, the feed is a replayed archive, whose embargoes are for the
archive's own time.

The lag of a feed is the smallest difference that any of its records had.  So one old record, or a publisher with a
slow clock, delays nothing; no feed's clock affects another feed; and no feed's time is ahead of the broker's.
"""

from __future__ import annotations

from pipeline.records import Record
from pipeline.resolve.state import ResolveState


def lag_with(state: ResolveState, feed: str, record: Record) -> int:
    """The lag of the feed after this record of it, milliseconds."""
    lag = max(0, record.timestamp_ms - record.time_ms)
    return min(state.lags.get(feed, lag), lag)


def feed_ms(state: ResolveState, feed: str, record: Record) -> int:
    """The time of a feed when the record was appended: a tick's or a control's, which has none of its own."""
    return record.timestamp_ms - state.lags.get(feed, 0)
