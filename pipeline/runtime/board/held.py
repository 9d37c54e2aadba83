"""What is held, out of the journal of resolve: ids, feeds, reasons and times, and never a word of it.

The journal is read when somebody looks, and followed for as long as somebody does: no event tells of what is held.
"""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass
from datetime import datetime

from kafka.errors import KafkaError

from pipeline.connection import Connection
from pipeline.items import instant
from pipeline.resolve.chain import Chain
from pipeline.runtime.kafka.reader import TopicReader
from pipeline.runtime.kafka.refusals import Refusal
from pipeline.shard import Shard, UnknownJournal
from pipeline.topology import ROOMS, TOPICS, Options, journal_topic

ROOM = "resolve"
FRESH_SECONDS = 0.5  # a list is so old at most; a page that is open asks each second
UNSEEN_SECONDS = 60.0  # without anybody who asks: then the state of the room is given back
ANEW_SECONDS = 300.0  # then the journal is read from its beginning: it may be another one by now
FAILED_SECONDS = 5.0  # so long a broker that is away is not asked again: each answer would take ten
ANSWER_SECONDS = 5.0  # for the ends of the journal
READING_SECONDS = 120.0  # for the journal; whoever asks again goes on with what is still missing then
REASONS = {
    "operator": "on hold by hand",
    "agency": "the agency holds it",
    "embargo": "embargoed",
    "unreadable-embargo": "embargo without a readable time",
    "unmatched-kill": "a kill that waits for its dispatch",
}


@dataclass(frozen=True, slots=True)
class HeldLine:
    """A dispatch that is held."""

    dispatch: str
    feed: str
    revisions: int
    reason: str
    due: datetime | None  # by the broker's clock; None: until somebody releases it

    @property
    def key(self) -> str:
        """Of its row."""
        return f"held-{self.dispatch}"


class StillReading(Exception):
    """Part of the journal is still to be read: there is no list yet."""


class Following:
    """The state of resolve, out of its journals, brought up to date by `catch_up`."""

    def __init__(self, connection: Connection) -> None:
        """Raises NoTopic, KafkaError."""
        topic, made = journal_topic(ROOM), ROOMS[ROOM].make(Options())
        self._shards = {partition: Shard(made, partition) for partition in range(TOPICS[topic].partitions)}
        self._reader = TopicReader(connection, [topic])
        self._since = time.monotonic()

    @property
    def is_old(self) -> bool:
        """Whether it is time to begin anew."""
        return time.monotonic() - self._since >= ANEW_SECONDS

    def catch_up(self) -> list[HeldLine]:
        """What is held now, those first that are due first.  Raises StillReading, KafkaError, UnknownJournal."""
        until = time.monotonic() + READING_SECONDS
        while left := self._reader.left(ANSWER_SECONDS):
            if time.monotonic() > until:
                raise StillReading(f"{left:,} offsets of {journal_topic(ROOM)} are still to be read.")
            for record in self._reader.poll():
                self._shards[record.position.partition].restore(record.value)
        found = [
            _line(chain, shard.state.lags.get(chain.feed, 0))
            for shard in self._shards.values()
            for chain in shard.state.held_dispatches()
        ]
        return sorted(found, key=lambda line: (line.due is None, line.due, line.dispatch))

    def close(self) -> None:
        """Close the connection."""
        self._reader.close()


class HeldList:
    """The latest list; read by one request at a time, for all who ask within a moment."""

    def __init__(self, connection: Connection) -> None:
        self._connection, self._lock = connection, threading.Lock()
        self._following: Following | None = None
        self._unseen: threading.Timer | None = None
        self._lines: list[HeldLine] = []
        self._read_at = self._failed_at = -FAILED_SECONDS
        self._failure: Exception | None = None

    def lines(self) -> list[HeldLine]:
        """What is held, those first that are due first.

        Raises StillReading, and Refusal, KafkaError and UnknownJournal.
        """
        with self._lock:
            now = time.monotonic()
            if self._failure and now - self._failed_at < FAILED_SECONDS:
                raise self._failure
            if self._failure or self._following is None or now - self._read_at >= FRESH_SECONDS:
                try:
                    self._lines, self._failure = self._read(), None
                except StillReading:
                    self._wait()
                    raise
                except (Refusal, KafkaError, UnknownJournal) as error:
                    self._failure, self._failed_at = error, time.monotonic()
                    self._forget()
                    raise
                self._read_at = time.monotonic()
            self._wait()
            return self._lines

    def close(self) -> None:
        """Give back the state of the room, and the connection; who asks again begins anew."""
        with self._lock:
            self._forget()

    def _read(self) -> list[HeldLine]:
        if self._following is None or self._following.is_old:
            self._forget()
            self._following = Following(self._connection)
        return self._following.catch_up()

    def _wait(self) -> None:
        if self._unseen:
            self._unseen.cancel()
        self._unseen = threading.Timer(UNSEEN_SECONDS, self.close)
        self._unseen.daemon = True
        self._unseen.start()

    def _forget(self) -> None:
        if self._unseen:
            self._unseen.cancel()
        if self._following:
            self._following.close()
        self._following = self._unseen = None


def _line(chain: Chain, lag_ms: int) -> HeldLine:
    last = chain.last_held
    ends_ms = chain.ends_ms(last)
    due = None if ends_ms is None else instant(ends_ms + lag_ms)
    return HeldLine(chain.id, chain.feed, len(chain.held), REASONS[chain.reason_of(last)], due)
