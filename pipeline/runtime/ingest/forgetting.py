"""What is remembered of feeds that the file does not have any more: told, and forgotten when somebody says so.

Nothing is forgotten by itself: a feed that was out of the file by mistake, or for a week, would bring all that is
still there outside a second time.  It may be done beside a running ingest, which reads what is written here before
it writes anything itself, and asks no more for a feed that it has still.  Cut off in between, a part is forgotten;
asked for again, the rest is.
"""

from __future__ import annotations

import time
from collections.abc import Collection, Iterable, Iterator
from typing import NamedTuple

from pipeline.connection import Connection
from pipeline.items import Action, Control
from pipeline.records import Out
from pipeline.runtime.ingest.ledger import (
    CURSOR,
    PLACE,
    SEEN,
    WAYS_PLACE,
    Ledger,
    no_way_record,
    record,
    way_in,
)
from pipeline.runtime.kafka.controls import producer, send_control_to_all
from pipeline.runtime.kafka.reader import read_topics
from pipeline.runtime.kafka.rights import Operation
from pipeline.runtime.kafka.topics import need

ANSWER_SECONDS = 60.0  # for the last of them to be written
WHO, WHY = "wiredesk ingest forget", "it left the file of feeds"


class Remembered(NamedTuple):
    """What there is of a feed."""

    name: str
    seen: tuple[bytes, ...]  # marks of what was taken


class Memory(NamedTuple):
    """What there is of all feeds."""

    ledger: Ledger
    ways: Collection[str] = ()  # feeds of which stands how they come in

    def left_out(self, in_file: Collection[str]) -> list[Remembered]:
        """The feeds that it has and the file has not, by name."""
        ledger = {name: feed for name, feed in self.ledger.feeds.items() if feed.seen or feed.cursor is not None}
        names = sorted((ledger.keys() | set(self.ways)) - set(in_file))
        return [Remembered(name, tuple(ledger[name].seen) if name in ledger else ()) for name in names]


def read_memory(connection: Connection) -> Memory:
    """What is committed now.  Raises NoTopic, Forbidden and UnreadableLedger."""
    ledger, ways = Ledger(), dict[str, bytes]()
    for one in read_topics(connection, [PLACE.topic]):
        if one.position.partition == PLACE.partition:
            ledger.apply(one.key, one.value)
        elif one.position.partition == WAYS_PLACE.partition:
            ways[one.key.decode("utf-8", "replace")] = one.value
    return Memory(ledger, {found[0] for row in ways.items() if (found := way_in(*row))})


def forget(connection: Connection, feeds: Collection[Remembered]) -> None:
    """Forget these, in the ledger and in the rooms; returns when Kafka has it.  Raises NoTopic and Forbidden.

    The cursor goes first: it ends the feed in an ingest that has it still, before any mark of it is missing.  How
    it comes in goes last, so that a feed of which anything is left is listed.
    """
    need(connection, [PLACE.topic], Operation.WRITE)
    now_ms = time.time_ns() // 1_000_000
    for feed in feeds:
        _write(connection, [record(f"{feed.name}/{CURSOR}", b"", feed.name, now_ms)])
        control = Control(action=Action.FORGET, feed=feed.name, who=WHO, why=WHY)
        send_control_to_all(connection, "normalise", control, now_ms)
        _write(connection, _rest(feed, now_ms))


def _rest(feed: Remembered, now_ms: int) -> Iterator[Out]:
    yield from (record(f"{feed.name}/{SEEN}/{key.hex()}", b"", feed.name, now_ms) for key in feed.seen)
    yield no_way_record(feed.name, now_ms)


def _write(connection: Connection, records: Iterable[Out]) -> None:
    with producer(connection) as out:
        sent = [
            out.send(one.topic, None, one.key, headers=list(one.headers), partition=one.partition)
            for one in records
        ]
        out.flush(ANSWER_SECONDS)
        for one in sent:
            one.get(timeout=ANSWER_SECONDS)
