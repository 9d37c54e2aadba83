"""Feeds that editors resume: each is begun by a note in a file and ended by its removal, so nothing is left undone.

Guarantee: what was kept of the feed is sent, whatever crashes between: the board that is started next goes on.  A
payload that was sent is noted behind it, so a crash repeats one at most.
"""

from __future__ import annotations

import logging
import os
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import msgspec
from kafka.errors import KafkaError

from pipeline.connection import Connection
from pipeline.items import Control, content_id
from pipeline.records import Position
from pipeline.runtime import feeds
from pipeline.runtime.decisions import NotDone
from pipeline.runtime.exit_codes import EXIT_REFUSED, EXIT_UNREACHABLE
from pipeline.runtime.kafka.controls import SourceDeleted
from pipeline.runtime.kafka.refusals import Refusal
from pipeline.shard import UnknownJournal

LOG = logging.getLogger(__name__)
ANSWER_SECONDS = 20.0  # an editor waits so long; a second is usual
AGAIN_SECONDS = 5.0  # behind a broker that was away, or a room normalise that does not run
FEEDS_MAX = 1_000  # under way at once
GOES_ON = "the board goes on by itself, also when it is started anew; `wiredesk status` says how normalise is"
SUFFIX = ".resuming-"  # of the notes, beside the file of the view


class Begun(msgspec.Struct, frozen=True):
    """The first line of a note: what an editor asked for, and since when the feed was set aside, by partition."""

    feed: str
    who: str
    why: str
    since: dict[int, int]


@dataclass
class _Note:
    """A resumption under way."""

    path: Path
    begun: Begun
    sent: set[Position]
    is_done: threading.Event = field(default_factory=threading.Event)
    problem: str = ""  # why it ended without all of it

    def send(self, connection: Connection, answer_seconds: float) -> None:
        """Go on with it.  Raises NoAnswer, SourceDeleted and what the broker says."""
        asked = self.begun
        positions = feeds.go_on(
            connection, asked.feed, asked.who, asked.why, asked.since, self.sent, answer_seconds
        )
        with self.path.open("ab") as file:
            for position in positions:
                file.write(msgspec.json.encode(position) + b"\n")
                file.flush()
                self.sent.add(position)

    def end(self, problem: str = "") -> None:
        """Remove it, and tell who waits.  One that stays does no harm: the next board has nothing left to send."""
        self.problem = problem
        try:
            self.path.unlink(missing_ok=True)
        except OSError as error:
            LOG.error("%s of a feed that is resumed cannot be removed: %s", self.path, error)
        self.is_done.set()


class Resuming(threading.Thread):
    """Sends what was kept of feeds that are resumed, one after the other, until `stop`."""

    def __init__(self, connection: Connection, file: Path) -> None:
        super().__init__(name="board-resuming", daemon=True)
        self._connection, self._file = connection, file
        self._stopping, self._wake, self._lock = threading.Event(), threading.Event(), threading.Lock()
        self._notes = {note.begun.feed: note for note in _notes(file)}

    def stop(self) -> None:
        """End the thread; what is under way goes on at the next start."""
        self._stopping.set()
        self._wake.set()

    def about_feed(self, connection: Connection, control: Control) -> None:
        """Resume a feed.  Raises NotDone, Refusal, UnknownJournal."""
        feed = control.feed or ""
        since = feeds.set_aside_since(connection, feed)
        if not since:
            raise NotDone(f"the feed {feed} is not set aside any more")
        with self._lock:
            if feed in self._notes:
                raise NotDone(f"{self._notes[feed].begun.who} has resumed {feed}, and it is under way")
            if len(self._notes) >= FEEDS_MAX:
                raise NotDone(f"{FEEDS_MAX} feeds are being resumed; wait for one of them")
            note = self._notes[feed] = _begun(self._file, Begun(feed, control.who, control.why, dict(since)))
        self._wake.set()
        if not note.is_done.wait(ANSWER_SECONDS):
            raise Refusal(f"{feed} is not resumed within {ANSWER_SECONDS:g} s", GOES_ON, EXIT_UNREACHABLE)
        if note.problem:
            problem = f"{feed} is read again, but not all that was kept can be sent"
            raise Refusal(problem, note.problem, EXIT_REFUSED)

    def run(self) -> None:
        while not self._stopping.is_set():
            with self._lock:
                notes = list(self._notes.values())
            self._wake.clear()
            for note in notes:
                if self._stopping.is_set():
                    return
                self._go_on(note)
            with self._lock:
                is_more = bool(self._notes)
            self._wake.wait(AGAIN_SECONDS if is_more else None)

    def _go_on(self, note: _Note) -> None:
        try:
            note.send(self._connection, ANSWER_SECONDS / 2)
            problem = ""
        except (feeds.NoAnswer, Refusal, KafkaError, UnknownJournal, OSError) as error:
            LOG.warning("resuming %s waits: %s", note.begun.feed, error or "normalise has not answered yet")
            return
        except SourceDeleted as error:
            problem = str(error)
            LOG.error("resuming %s: %s", note.begun.feed, problem)
        except Exception:
            LOG.exception("resuming %s failed, and is tried again", note.begun.feed)
            return
        with self._lock:
            del self._notes[note.begun.feed]
        note.end(problem)


def _begun(file: Path, begun: Begun) -> _Note:
    """A note that is on the disk before anything is done."""
    path = file.with_name(f"{file.name}{SUFFIX}{content_id(begun.feed)}")
    with path.open("wb") as out:
        out.write(msgspec.json.encode(begun) + b"\n")
        out.flush()
        os.fsync(out.fileno())
    return _Note(path, begun, set())


def _notes(file: Path) -> Iterator[_Note]:
    """What an earlier board left under way.  Of a line that a crash cut off the payload is sent again."""
    beside = sorted(file.parent.iterdir()) if file.parent.is_dir() else []
    for path in (one for one in beside if one.name.startswith(file.name + SUFFIX)):
        first, *lines = path.read_bytes().split(b"\n")
        try:
            begun = msgspec.json.decode(first, type=Begun)
        except msgspec.MsgspecError:  # cut off before anything was done
            path.unlink()
            continue
        yield _Note(path, begun, {position for line in lines if (position := _position(line))})


def _position(line: bytes) -> Position | None:
    try:
        return msgspec.json.decode(line, type=Position)
    except msgspec.MsgspecError:
        return None
