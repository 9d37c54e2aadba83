"""Where the words of an erased dispatch are still kept, and until when: topic by topic, from their settings.

The rooms forget at once.  Kafka deletes a log from its front, a whole segment at a time, so a record goes with the
youngest one of its segment.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from pipeline.connection import Connection
from pipeline.runtime.kafka.admin import Admin
from pipeline.runtime.kafka.topics import seen
from pipeline.topology import ROOMS, TOPICS, Topic

SEGMENT_MS = 7 * 86_400_000  # Kafka's own, where the user may not see the topic's
CHECK_MS = 300_000  # from one look of Kafka for what it may delete to the next

WORDS = {  # of topics that do not hold the item itself
    "wire.alerts": "its headline, if it was alerted",
    "wire.notifications": "its headline, if a desk was told of it",
    "wire.dead": "its payload, if something in it died",
    "wire.stories": "labels with its words: in snapshots before the last, and in the last of some ended stories",
}
WORDLESS = {"wire.deliveries", "wire.feeds"}  # they have names and numbers
JOURNALS = {spec.journal: spec.keeps_words for spec in ROOMS.values()}


class Remains(NamedTuple):
    """What a topic still has, and until when."""

    topic: str
    what: str
    until_ms: int | None  # milliseconds since 1970; None: no time ends it, but what `ends` says
    ends: str = ""


def remains(now_ms: int, settings: Mapping[str, Mapping[str, str | None]]) -> list[Remains]:
    """The topics that may have words of a dispatch that is erased now, by the settings that each has."""
    return [
        _in_journal(topic.name, now_ms, settings.get(topic.name, {}))
        if topic.name in JOURNALS
        else _in_topic(topic, now_ms, settings.get(topic.name, {}))
        for topic in TOPICS.values()
        if JOURNALS.get(topic.name, topic.name not in WORDLESS)
    ]


def _in_journal(name: str, now_ms: int, settings: Mapping[str, str | None]) -> Remains:
    what = "what its worker has replaced, which no reader is shown any more"
    return Remains(name, what, now_ms + _segment_ms(settings))


def _in_topic(topic: Topic, now_ms: int, settings: Mapping[str, str | None]) -> Remains:
    what = WORDS.get(topic.name, "the item, and copies that name its headline")
    if topic.compacted:
        return Remains(topic.name, what, None, "the story changes, and Kafka compacts the topic")
    kept_ms = int(settings.get("retention.ms") or topic.retention_ms)
    if kept_ms < 0:
        return Remains(topic.name, what, None, "somebody deletes it: retention.ms is -1")
    return Remains(topic.name, what, now_ms + kept_ms + _segment_ms(settings))


def _segment_ms(settings: Mapping[str, str | None]) -> int:
    """The longest time from a record to the end of its segment, and until Kafka looks."""
    return int(settings.get("segment.ms") or SEGMENT_MS) + CHECK_MS


def topic_settings(connection: Connection) -> dict[str, Mapping[str, str | None]]:
    """The settings of each topic, as far as the user may see them."""
    with Admin(connection) as admin:
        return {name: topic.config for name, topic in seen(admin, TOPICS).items()}
