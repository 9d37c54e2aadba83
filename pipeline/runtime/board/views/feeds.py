"""How each feed is, as the room watch says it, with what the board has of its items."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from datetime import datetime

from pydantic import ValidationError

from pipeline.items import FeedStatus, content_id, instant
from pipeline.items.feed import FeedState
from pipeline.runtime.board.views.stories import CURVE_HOURS, now_of
from pipeline.runtime.stories.activity import HOUR

FEEDS_SHOWN = 500  # the gravest first; how many more there are is said
ORDER = {state: place for place, state in enumerate(FeedState)}
COUNTS = """
select feed, (time_ms - ?1) / ?2 as hour, count(*) as items, max(time_ms) as last_ms
from items where time_ms > ?1 group by feed, hour
"""


@dataclass(frozen=True, slots=True)
class FeedLine:
    """A feed in the list."""

    status: FeedStatus
    last_item: datetime | None
    curve: tuple[int, ...]  # items an hour, oldest first

    @property
    def key(self) -> str:
        """Of its row, and its place in the page."""
        return feed_key(self.status.feed)

    @property
    def word(self) -> str:
        """As in SET ASIDE."""
        return self.status.state.replace("-", " ").upper()


def feed_key(name: str) -> str:
    """The key of a feed's row: whatever its name is, it can be part of an address."""
    return f"feed-{content_id(name)}"


def feeds(db: sqlite3.Connection) -> list[FeedLine]:
    """All feeds, those first that are not as they always are."""
    now_ms, hour_ms = round(now_of(db).timestamp() * 1000), round(HOUR.total_seconds() * 1000)
    counts: dict[str, dict[int, int]] = {}
    last: dict[str, int] = {}
    for row in db.execute(COUNTS, (now_ms - CURVE_HOURS * hour_ms, hour_ms)):
        # What came at the end of the last hour is of that hour.
        hour = min(row["hour"], CURVE_HOURS - 1)
        known = counts.setdefault(row["feed"], {})
        known[hour] = known.get(hour, 0) + row["items"]
        last[row["feed"]] = max(last.get(row["feed"], 0), row["last_ms"])
    found = []
    for row in db.execute("select feed, value from feeds"):
        try:
            status = FeedStatus.model_validate_json(row["value"])
        except ValidationError:
            continue
        hours, came = counts.get(status.feed, {}), last.get(status.feed)
        moments = [moment for moment in (status.last_item, came and instant(came)) if moment]
        curve = tuple(hours.get(hour, 0) for hour in range(CURVE_HOURS))
        found.append(FeedLine(status, max(moments, default=None), curve))
    return sorted(found, key=lambda one: (ORDER[one.status.state], one.status.feed))
