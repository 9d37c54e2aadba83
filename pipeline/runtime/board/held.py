"""What is held, out of the journal of resolve: ids, feeds, reasons and times, and never a word of it."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass
from datetime import datetime

from kafka.errors import KafkaError

from pipeline.connection import Connection
from pipeline.items import instant
from pipeline.resolve.chain import Chain
from pipeline.runtime.kafka.controls import shards
from pipeline.runtime.kafka.refusals import Refusal
from pipeline.shard import UnknownJournal

FRESH_SECONDS = 20.0  # a journal is read again behind that, when somebody asks
FAILED_SECONDS = 5.0  # so long a broker that is away is not asked again: each answer would take ten
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


class HeldList:
    """The latest list; read at most once in a while, by one request at a time."""

    def __init__(self, connection: Connection) -> None:
        self._connection, self._lock = connection, threading.Lock()
        self._lines: list[HeldLine] = []
        self._read_at = self._failed_at = -FRESH_SECONDS
        self._failure: Exception | None = None

    def lines(self) -> list[HeldLine]:
        """What is held, those first that are due first.  Raises Refusal, KafkaError, UnknownJournal."""
        with self._lock:
            now = time.monotonic()
            if self._failure and now - self._failed_at < FAILED_SECONDS:
                raise self._failure
            if now - self._read_at >= FRESH_SECONDS:
                try:
                    self._lines, self._failure = self._read(), None
                except (Refusal, KafkaError, UnknownJournal) as error:
                    self._failure, self._failed_at = error, time.monotonic()
                    raise
                self._read_at = time.monotonic()
            return self._lines

    def _read(self) -> list[HeldLine]:
        found = [
            _line(chain, shard.state.lags.get(chain.feed, 0))
            for shard in shards(self._connection, "resolve").values()
            for chain in shard.state.held_dispatches()
        ]
        return sorted(found, key=lambda line: (line.due is None, line.due, line.dispatch))


def _line(chain: Chain, lag_ms: int) -> HeldLine:
    last = chain.last_held
    ends_ms = chain.ends_ms(last)
    due = None if ends_ms is None else instant(ends_ms + lag_ms)
    return HeldLine(chain.id, chain.feed, len(chain.held), REASONS[chain.reason_of(last)], due)
