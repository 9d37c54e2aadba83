"""What time it is: by the broker's clock, in the time of the feed.

The broker stamps every record when it is appended (LogAppendTime), and that clock alone is trusted.  `ce_time`,
which a publisher, a worker or an operator's computer wrote, is never after it.  Where it is long before it, the
feed is an archive that is sent through: its embargoes are for its own time, which is the broker's minus its lag.

The lag of a feed is the least that any of its records had: one record with an old time, or a publisher whose clock
runs slow, delays nothing; a feed's clock moves no other feed; and no feed's time is ever after the broker's.
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
