"""The thread that reads the topics into the file, and says how far it is.

Guarantee: a batch and the positions behind it are one transaction of the store; the thread goes on from those
positions after any error, so a record is neither lost nor repeated.  Where a topic is another one, by its id,
the view is made anew.
"""

from __future__ import annotations

import logging
import sqlite3
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

from kafka.errors import KafkaError

from pipeline.board.rows import NEEDED, SKIPS, TOPICS
from pipeline.connection import Connection
from pipeline.runtime.board.store import Store
from pipeline.runtime.kafka import topics as kafka_topics
from pipeline.runtime.kafka.admin import ANSWER_SECONDS, Admin
from pipeline.runtime.kafka.reader import RECONNECT_MS_MAX, TopicReader
from pipeline.runtime.kafka.refusals import Refusal, why_unreachable
from pipeline.runtime.kafka.rights import Operation
from pipeline.runtime.kafka.topics import NoTopic, need

LOG = logging.getLogger(__name__)
AGAIN_SECONDS = 2.0  # after the broker refused or was away
LOOK_SECONDS = 2.0  # between two looks at the ends of the topics
LOOK_ANSWER_SECONDS = 2.0  # for each of its two questions; 20 ms are usual, and a broker that is cut off gives none
TROUBLES_MAX = 3  # errors in a row of a broker that answers, as one that elects leaders: one more is said
MISSING_SECONDS = 60.0  # between two looks for topics that were missing
POLL_SECONDS = 0.25
BEHIND_MIN = 500  # records; fewer are on their way


class State(StrEnum):
    """How the view is related to the topics."""

    LOADING = "loading"  # it has not been at the end of the topics since this start
    LIVE = "live"
    BEHIND = "behind"  # it was at the end, and is far from it now
    AWAY = "away"  # no broker answers, or it refuses: what is shown is as of the last record


@dataclass(frozen=True, slots=True)
class Progress:
    """Where the reading is."""

    state: State = State.LOADING
    detail: str = ""  # of `away`: what is wrong, and the remedy
    missing: tuple[str, ...] = ()  # topics that there are not
    left: int = 0  # offsets up to the ends of the topics
    since: datetime | None = None  # of `away`, by the clock of this machine


class BoardReader(threading.Thread):
    """Reads until `stop`.  `on_write` is called behind each transaction and at each change of the progress."""

    def __init__(
        self,
        connection: Connection,
        store: Store,
        on_write: Callable[[], None] = lambda: None,
        topics: tuple[str, ...] = TOPICS,
    ) -> None:
        super().__init__(name="board-reader", daemon=True)
        self._connection, self._store, self._on_write, self._topics = connection, store, on_write, topics
        self._stopping, self._was_live, self._troubles = threading.Event(), False, 0
        self._damage = ""  # of the file, as a page has seen it
        self.progress = Progress()
        self.read: Counter[str] = Counter()  # records by topic

    def stop(self) -> None:
        """End the thread behind the transaction that it is in."""
        self._stopping.set()

    def mistrust(self, error: sqlite3.DatabaseError) -> None:
        """A page could not read the file: where that is damaged, it is made anew.  From any thread."""
        if is_damage(error):
            self._damage = f"its file is damaged: {error}"

    def run(self) -> None:
        while not self._stopping.is_set():
            try:
                self._read()
            except Refusal as refusal:
                self._wait(str(refusal))
            except (KafkaError, OSError) as error:
                self._trouble(error)
            except sqlite3.DatabaseError as error:
                if not is_damage(error):
                    LOG.exception("the board's file cannot be written")
                    self._away(f"the board's file cannot be written: {error}")
                else:
                    self._begin_anew(f"its file is damaged: {error}")
            except Exception as error:
                LOG.exception("the board's reader failed and begins again")
                self._away(f"the board failed ({type(error).__name__}): its log says why")
            self._stopping.wait(AGAIN_SECONDS)

    def _trouble(self, error: Exception) -> None:
        """No broker answers, or one that does failed: that passes, as an election of leaders does."""
        self._troubles += 1
        reason = why_unreachable(self._connection)
        if reason or self._troubles > TROUBLES_MAX or not self._was_live:
            self._wait(str(reason or f"Kafka: {error}"))

    def _wait(self, why: str) -> None:
        """Say once what is waited for, to who started it: nobody may have a page open yet."""
        if why != self.progress.detail:
            LOG.warning("the board waits: %s", why)
        self._away(why)

    def _away(self, detail: str) -> None:
        since = self.progress.since or datetime.now(UTC)
        self._tell(Progress(State.AWAY, detail, self.progress.missing, since=since))

    def _tell(self, progress: Progress) -> None:
        if progress != self.progress:
            if self.progress.state is State.AWAY and progress.state is not State.AWAY:
                LOG.info("the board reads again")
            self.progress = progress
            self._on_write()

    def _there(self) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """The topics that can be read, and those that are missing.  Raises Refusal if a needed one is."""
        missing = []
        for topic in self._topics:
            try:
                need(self._connection, [topic], Operation.READ)
            except NoTopic:
                if topic in NEEDED:
                    raise
                missing.append(topic)
        return tuple(topic for topic in self._topics if topic not in missing), tuple(missing)

    def _read(self) -> None:
        """Read until something is wrong, or a topic is another one; where topics are missing, for a while."""
        topics, missing = self._there()
        quick = {"request_timeout_ms": round(LOOK_ANSWER_SECONDS * 1000)}
        with Admin(self._connection, ANSWER_SECONDS, reconnect_backoff_max_ms=RECONNECT_MS_MAX, **quick) as admin:
            there, known_ids = kafka_topics.ids(admin, topics), self._store.topic_ids()
            if other := sorted(name for name, id_ in there.items() if known_ids.get(name, id_) != id_):
                self._begin_anew(f"{', '.join(other)} is another topic than before: deleted and created again")
            self._store.know_topics(there)
            known = self._store.positions()
            with TopicReader(self._connection, topics, after=known, skips=SKIPS) as reader:
                if any(known.get(key, 0) > end for key, end in reader.ends().items()):
                    self._begin_anew("the topics have less than the board has read")
                    return
                self._follow(admin, reader, there, missing)

    def _follow(self, admin: Admin, reader: TopicReader, there: dict[str, str], missing: tuple[str, ...]) -> None:
        """Read until a topic is gone or is another one than in `there`."""
        until = time.monotonic() + (MISSING_SECONDS if missing else float("inf"))
        looked = -LOOK_SECONDS
        while not self._stopping.is_set() and time.monotonic() < until:
            if records := reader.poll(POLL_SECONDS):
                self._store.write(records)
                self.read.update(record.position.topic for record in records)
                self._on_write()
            if lost := self._damage or self._store.lost():
                self._damage = ""
                self._begin_anew(lost)
                return
            if time.monotonic() - looked >= LOOK_SECONDS:
                if kafka_topics.ids(admin, there) != there:
                    return
                progress = self._judged(reader.left(LOOK_ANSWER_SECONDS), missing)
                looked, self._troubles = time.monotonic(), 0
                self._tell(progress)

    def _begin_anew(self, why: str) -> None:
        LOG.warning("the view is made anew: %s", why)
        self._store.empty()
        self._was_live = False

    def _judged(self, left: int, missing: tuple[str, ...]) -> Progress:
        if left <= BEHIND_MIN:
            self._was_live = True
        behind = State.BEHIND if self._was_live else State.LOADING
        state = State.LIVE if left <= BEHIND_MIN else behind
        return Progress(state, "", missing, left if state is not State.LIVE else 0)


def is_damage(error: sqlite3.DatabaseError) -> bool:
    """Whether what the file says cannot be read; that it is locked, or the disk full, is none."""
    return type(error) is sqlite3.DatabaseError
