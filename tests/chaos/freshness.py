"""Freshness: since when has every part of the walk brought something new?

A lane is a feed (a partition of normalise or resolve that does not work shows there), a partition of wire.enriched
(dedupe or tag), or a partition of the journal of alert.  All of it is read_committed.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self

from kafka.errors import KafkaError

from pipeline.connection import Connection
from pipeline.envelope import SOURCE
from pipeline.records import Record
from pipeline.runtime.kafka.reader import TopicReader
from pipeline.shard import BARRIER
from pipeline.topology import PARTITIONS, journal_topic
from tests.waiting import until

from .load import FEEDS

ENRICHED, ALERT = "wire.enriched", journal_topic("alert")
LANES = (
    *FEEDS,
    *(f"{ENRICHED}/{partition}" for partition in range(PARTITIONS)),
    *(f"{ALERT}/{partition}" for partition in range(PARTITIONS)),
)
LOOK_SECONDS = 0.02
SILENT_SECONDS_MAX = 10.0  # then another reader is made


@dataclass
class FreshnessMonitor:
    """A thread that reads along.  Times are the records' own: what left the publisher, or the room, since then."""

    connection: Connection
    say: Callable[[str], None]
    fresh_ms: dict[str, int] = field(default_factory=lambda: dict.fromkeys(LANES, 0))
    slowest: list[str] = field(default_factory=list)  # the lanes that the last wait waited for at its end
    _over: threading.Event = field(default_factory=threading.Event)

    def __enter__(self) -> Self:
        self._thread = threading.Thread(target=self._read, daemon=True)
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._over.set()
        self._thread.join()

    def wait_fresh(self, since_ms: int, seconds: float) -> list[str]:
        """Wait until every lane has something newer; the lanes that have not after that time."""
        self.slowest = []

        def is_fresh() -> bool:
            if stale := self.stale(since_ms):
                self.slowest = stale
            return not stale

        return [] if until(is_fresh, seconds, LOOK_SECONDS) else self.slowest

    def stale(self, since_ms: int) -> list[str]:
        """The lanes without anything newer."""
        return [lane for lane, fresh_ms in self.fresh_ms.items() if fresh_ms <= since_ms]

    def _read(self) -> None:
        """Read along; through a broker's crash the client finds its way, and if not, a new one does.

        Once it did not: a leader was killed, the rooms went on after 17 s, and this reader got nothing for 180 s.
        """
        while not self._over.is_set():
            try:
                with TopicReader(self.connection, (ENRICHED, ALERT), last=0) as reader:
                    heard = time.monotonic()
                    while not self._over.is_set() and time.monotonic() - heard < SILENT_SECONDS_MAX:
                        for record in reader.poll(0.1):
                            heard = time.monotonic()
                            self._note(record)
            except (KafkaError, OSError) as error:
                self.say(f"freshness: {error!r}")
                self._over.wait(0.5)

    def _note(self, record: Record) -> None:
        lane = f"{record.position.topic}/{record.position.partition}"
        if record.position.topic == ALERT:
            if record.value != BARRIER:  # which says that there is a new owner, not that it works
                self.fresh_ms[lane] = max(self.fresh_ms[lane], record.timestamp_ms)
            return
        self.fresh_ms[lane] = max(self.fresh_ms[lane], record.time_ms)
        feed = (record.header(SOURCE) or b"").decode()
        if feed in self.fresh_ms:
            self.fresh_ms[feed] = max(self.fresh_ms[feed], record.time_ms)
