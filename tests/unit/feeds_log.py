"""The rooms normalise and watch over a log in memory, with feeds that break."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from typing import Any

import pytest
from walk import START_MS, ninjs

from pipeline import dead
from pipeline.dead import Letter
from pipeline.envelope import RecordType
from pipeline.normalise.deaths import FEED_DEAD_MAX
from pipeline.records import Out, Position, Record, Room
from pipeline.replay import Replay, payload
from pipeline.runtime import feeds
from pipeline.runtime.kafka import controls
from pipeline.shard import Step
from pipeline.topology import journal_topic

BROKEN = b"{ no JSON"
KEPT = 7


class Log(Replay):
    """The rooms over a log in memory, with their journals; stands in for Kafka."""

    def __post_init__(self) -> None:
        super().__post_init__()
        self.journals: dict[str, list[Record]] = defaultdict(list)

    def _step(self, room: Room[Any, Any], record: Record) -> Step:
        step = super()._step(room, record)
        topic = journal_topic(room.name)
        place = Position(topic, record.position.partition, len(self.journals[topic]))
        self.journals[topic].append(Record(place, b"", step.journal, (), START_MS))
        return step

    def read_topics(
        self, _: object, topics: Iterable[str], skips: Collection[tuple[str, int]] = ()
    ) -> Iterator[Record]:
        for topic in topics:
            for record in self.journals[topic] if topic in self.journals else self.log[topic]:
                if record.position[:2] not in skips:
                    yield record

    def send(self, _: object, records: Iterable[Out]) -> None:
        for one in records:
            self.publish(one, START_MS)

    def letters(self, _: object) -> Iterator[Letter]:
        return dead.letters_of(list(self.log["wire.dead"]))

    def send_again(self, _: object, chosen: Iterable[Letter]) -> Iterator[tuple[Letter, None]]:
        for one in chosen:
            self.publish(
                Out("wire.raw", one.kept.key, one.kept.value, one.headers, one.position.partition), START_MS
            )
            yield one, None

    def items(self, feed: str) -> list[bytes]:
        """The items that normalise made of a feed."""
        return [
            record.value
            for record in self.log["wire.normalised"]
            if record.type == RecordType.ITEM and record.key == feed.encode()
        ]


def log_in_memory(patch: pytest.MonkeyPatch) -> Log:
    """A log that `feeds` reads and writes."""
    found = Log(rooms=("normalise", "watch"))
    for name in ("read_topics", "letters", "send_again"):
        patch.setattr(feeds, name, getattr(found, name))
    patch.setattr(controls, "send", found.send)
    return found


def publish(log: Log, feed: str, data: bytes, count: int = 1) -> None:
    for _ in range(count):
        log.publish(payload(feed, data, START_MS), START_MS)


def break_(log: Log, feed: str) -> None:
    """The feed breaks, and sends sound copy afterwards."""
    publish(log, feed, BROKEN, FEED_DEAD_MAX + 1)
    for number in range(KEPT):
        publish(log, feed, ninjs(f"{feed}-{number}"))
