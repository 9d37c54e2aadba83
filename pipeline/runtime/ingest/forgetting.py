"""What the ledger has of feeds that the file does not have any more: told, and forgotten when somebody says so.

Nothing is forgotten by itself: a feed that was out of the file by mistake, or for a week, would bring all that is
still there outside a second time.  Tombstones are written beside a running ingest, which asks for none of these
feeds and reads them at its next start.  Cut off in between, a part is forgotten; asked for again, the rest is.
"""

from __future__ import annotations

import time
from collections.abc import Collection
from typing import NamedTuple

from pipeline.connection import Connection
from pipeline.runtime.ingest.ledger import CURSOR, PLACE, SEEN, WAYS_PLACE, Ledger, record
from pipeline.runtime.kafka.controls import producer
from pipeline.runtime.kafka.reader import read_topics
from pipeline.runtime.kafka.rights import Operation
from pipeline.runtime.kafka.topics import need

ANSWER_SECONDS = 60.0  # for the last of them to be written


class Remembered(NamedTuple):
    """What the ledger has of a feed."""

    name: str
    keys: tuple[str, ...]  # of its records
    met_ms: int  # when something of it was last met; 0: never

    @property
    def payloads(self) -> int:
        """Marks of what was taken."""
        return sum(f"/{SEEN}/" in key for key in self.keys)


def left_out(ledger: Ledger, in_file: Collection[str]) -> list[Remembered]:
    """The feeds that it has and the file has not, by name."""
    found = []
    for name in sorted(ledger.feeds.keys() - set(in_file)):
        feed = ledger.feeds[name]
        keys = [f"{name}/{SEEN}/{key.hex()}" for key in feed.seen]
        keys += [f"{name}/{CURSOR}"] if feed.cursor is not None else []
        if keys:
            found.append(Remembered(name, tuple(keys), max(feed.seen.values(), default=0)))
    return found


def read_ledger(connection: Connection) -> Ledger:
    """The ledger as it is committed now.  Raises NoTopic, Forbidden and UnreadableLedger."""
    ledger = Ledger()
    for one in read_topics(connection, [PLACE.topic], skips=[(WAYS_PLACE.topic, WAYS_PLACE.partition)]):
        ledger.apply(one.key, one.value)
    return ledger


def forget(connection: Connection, feeds: Collection[Remembered]) -> None:
    """Delete these records; returns when Kafka has it.  Raises NoTopic and Forbidden."""
    need(connection, [PLACE.topic], Operation.WRITE)
    now_ms = time.time_ns() // 1_000_000
    with producer(connection) as out:
        sent = [
            out.send(
                PLACE.topic, None, key.encode(), headers=list(record(key, b"", feed.name, now_ms).headers),
                partition=PLACE.partition,
            )
            for feed in feeds
            for key in feed.keys
        ]  # fmt: skip
        out.flush(ANSWER_SECONDS)
        for one in sent:
            one.get(timeout=ANSWER_SECONDS)
