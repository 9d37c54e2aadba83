"""How a feed is: what the room watch publishes of each."""

from __future__ import annotations

from enum import StrEnum

from pydantic import Field

from pipeline.items.model import Instant, Model


class FeedState(StrEnum):
    """How a feed is, gravest first."""

    SET_ASIDE = "set-aside"  # most of its payloads died: they are kept in wire.dead until somebody resumes it
    SILENT = "silent"  # for longer than it ever is at that hour
    OVER_RATE = "over-rate"  # it sent more payloads a minute than it may, within the last hour
    LATE = "late"  # its items come long after their own time, and usually do not
    ARCHIVE = "archive"  # what comes is old, or was published with --quiet: nothing is expected of it
    LEARNING = "learning"  # it is not known for long enough, or nothing of it has come yet
    OK = "ok"  # it is as it always is


class FeedStatus(Model):
    """A record of wire.feeds (key: feed/status): the latest of each feed says how it is."""

    feed: str = Field(description="its name")
    state: FeedState = Field(description="how it is")
    since: Instant = Field(description="since when")
    last_item: Instant | None = Field(None, description="when its latest item was received")
    items: int = Field(description="items since it is known")
    items_a_week: int | None = Field(None, description="items that come in a week")
    usual_items_this_hour: float | None = Field(
        None,
        description="items that usually come in this hour of the week (that of `time`, UTC): the mean of the last "
        "four to eight weeks",
    )
    usual_silence_seconds: int | None = Field(
        None, description="its longest silence at this hour of the week, in the last four to eight weeks"
    )
    silent_after: Instant | None = Field(
        None, description="when it is silent for too long if nothing comes; absent while nothing is expected"
    )
    warnings_share: float = Field(description="the share of its last 100 items that have a warning, 0 to 1")
    lateness_seconds: int | None = Field(
        None, description="half of its latest 21 items came within so many seconds of their own time"
    )
    usual_lateness_seconds: int | None = Field(
        None, description="nine of ten items usually do; rounded up to one minute, two, four, eight and so on"
    )
    rate: int | None = Field(None, description="payloads a minute that it may send (`feed-rate`)")
    why: str | None = Field(None, description="of a feed that was set aside: why")
    time: Instant = Field(description="when it was so, by the clock of the broker")
