"""Where the words of an erased dispatch remain, and until when, by the settings of the topics."""

from __future__ import annotations

import pytest

from pipeline.runtime.kafka.remains import CHECK_MS, SEGMENT_MS, remains
from pipeline.topology import DAY_MS, ROOMS, TOPICS

NOW_MS = 1_641_800_000_000


def test_every_topic_with_words_is_named() -> None:
    """All topics but those of names and numbers, and the journals of rooms that keep no words, in their order."""
    wordless = {spec.journal for spec in ROOMS.values() if not spec.keeps_words} | {"wire.deliveries", "wire.feeds"}
    assert [one.topic for one in remains(NOW_MS, {})] == [name for name in TOPICS if name not in wordless]


@pytest.mark.parametrize(
    ("topic", "settings", "days"),
    [
        ("wire.raw", {}, 14),
        ("wire.raw", {"retention.ms": str(DAY_MS), "segment.ms": str(DAY_MS)}, 2),
        ("wire.dead", {}, 37),
        ("wire.journal.tag", {}, 7),
        ("wire.journal.tag", {"segment.ms": str(DAY_MS), "retention.ms": "-1"}, 1),
        ("wire.stories", {}, None),
        ("wire.raw", {"retention.ms": "-1"}, None),
    ],
)
def test_until(topic: str, settings: dict[str, str | None], days: int | None) -> None:
    """A record goes with its segment, which may be as young as it is allowed to get; some by no time at all."""
    (found,) = (one for one in remains(NOW_MS, {topic: settings}) if one.topic == topic)
    assert found.until_ms == (None if days is None else NOW_MS + days * DAY_MS + CHECK_MS)
    assert bool(found.ends) is (days is None)
    assert SEGMENT_MS == 7 * DAY_MS
