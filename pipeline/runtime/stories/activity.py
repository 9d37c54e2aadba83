"""Which stories are active, and how fast they grow; the time is that of the latest record."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from pipeline.items import Momentum, Story, StoryEvent

HOUR = timedelta(hours=1)
ACTIVE = 6 * HOUR  # since its last record
ENDED = frozenset({StoryEvent.CLOSED, StoryEvent.MERGED})


def stream_time(stories: Iterable[Story]) -> datetime | None:
    """The time of the latest record of all; None if there is none."""
    return max((story.time for story in stories), default=None)


def is_living(story: Story) -> bool:
    """Whether the story has not ended, and something is left of it: not all of it was killed."""
    return story.event not in ENDED and story.items > 0


def is_active(story: Story, now: datetime) -> bool:
    """Whether the story lives, and something happened to it in the last hours."""
    return is_living(story) and now - story.time <= ACTIVE


def momentum_at(story: Story, now: datetime) -> Momentum:
    """The story's momentum now: an hour after its last record nothing has come in the last hour, and so on."""
    past, then = now - story.time, story.momentum or Momentum(last_hour=0, hour_before=0)
    if past < HOUR:
        return then
    return Momentum(last_hour=0, hour_before=then.last_hour if past < 2 * HOUR else 0)


def in_order(stories: Iterable[Story], now: datetime) -> list[Story]:
    """Those that grow fastest first, then the latest."""

    def rank(story: Story) -> tuple[int, int, datetime, str]:
        momentum = momentum_at(story, now)
        return momentum.last_hour, momentum.hour_before, story.time, story.id

    return sorted(stories, key=rank, reverse=True)
