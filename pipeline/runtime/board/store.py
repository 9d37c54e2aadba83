"""The board's file: an SQLite view of the topics, which can be made anew at any time.

Guarantee: a batch of records and the positions behind it are one transaction.  Whatever crashes, each record is
in the view once: no repeat, no gap.
"""

from __future__ import annotations

import fcntl
import secrets
import sqlite3
import threading
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import IO, NamedTuple

from pipeline.board import tables
from pipeline.board.rows import Write, writes_of
from pipeline.records import Record
from pipeline.runtime.exit_codes import EXIT_SETTINGS
from pipeline.runtime.kafka.refusals import Refusal

MAGIC, MAGIC_ID = b"SQLite format 3\0", slice(68, 72)  # where SQLite writes `application_id`
BUSY_SECONDS = 30.0
SIDE_FILES = ("-wal", "-shm", "-journal")
_ERASES = (tables.PUT_ERASED,)


class Change(NamedTuple):
    """What a browser may have to show: the kind and the key of a row."""

    number: int
    kind: str
    key: str


class Store:
    """The one writer of the file; `reading` gives connections that only read."""

    def __init__(self, path: Path, rebuild: bool = False, bounds: tables.Bounds = tables.BOUNDS) -> None:
        """Open the file, or make it.  `made_anew` says why an existing one was not used.

        Raises Refusal for a file that is not a board's, or that another board has open.
        """
        self.path, self._cleaning = path, tables.cleaning(bounds)
        self._changing = threading.Lock()  # while the file is removed and made, nobody opens it
        self._lock = _locked(path)
        try:
            why_unusable = _why_unusable(path)
            self.made_anew = "asked for" if rebuild and path.exists() else why_unusable
            if self.made_anew:
                _remove(path)
            self._db = self._connect()
            self.rebuilds = int(bool(self.made_anew))
        except BaseException:
            self._lock.close()
            raise

    def _connect(self) -> sqlite3.Connection:
        """A connection that writes; makes the tables where there are none.

        What marks the file as ours is written first and not by way of the log, so it is there whatever crashes.
        """
        db = sqlite3.connect(self.path, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False)
        try:
            db.execute("pragma secure_delete = on")  # what is erased is overwritten
            if not db.execute("select name from sqlite_master").fetchone():
                db.execute(f"pragma application_id = {tables.APPLICATION_ID}")
                db.executescript(f"begin; pragma user_version = {tables.VERSION}; {tables.TABLES}")
                db.execute("insert into generation values (?)", (secrets.token_hex(4),))
                db.execute("commit")
            db.execute("pragma journal_mode = wal")
            db.execute("pragma synchronous = normal")  # a power cut undoes whole transactions: read again
            self._inode = self.path.stat().st_ino
        except BaseException:
            db.close()
            raise
        return db

    def positions(self) -> dict[tuple[str, int], int]:
        """The next offset of each partition that was read."""
        rows = self._db.execute("select topic, partition, next_offset from positions")
        return {(topic, partition): offset for topic, partition, offset in rows}

    def topic_ids(self) -> dict[str, str]:
        """The ids of the topics that were read."""
        return dict(self._db.execute("select topic, id from topic_ids").fetchall())

    def know_topics(self, ids: Mapping[str, str]) -> None:
        """Remember of which topics the rows are, before the first one is read."""
        self._db.executemany(tables.KNOW_TOPIC, ids.items())

    def write(self, records: Iterable[Record]) -> None:
        """Bring the view up to these records: all of them, or on an error none."""
        writes = _last_moves([write for record in records for write in writes_of(record)])
        self._db.execute("begin immediate")
        try:
            for write in writes:
                self._db.execute(*write)
            for statement in self._cleaning:
                self._db.execute(statement)
        except BaseException:
            self._db.execute("rollback")
            raise
        self._db.execute("commit")
        if any(write.statement in _ERASES for write in writes):
            self._forget_words()

    def _forget_words(self) -> None:
        """Remove what was erased from the search's old segments and from the log of transactions."""
        self._db.execute("insert into search (search) values ('rebuild')")
        self._db.execute("vacuum")
        self._db.execute("pragma wal_checkpoint(truncate)")

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """A connection that sees one moment of the view, whatever is written meanwhile."""
        db: sqlite3.Connection | None = None
        try:
            with self._changing:  # who has opened it keeps it, also when the file is removed
                db = sqlite3.connect(
                    f"file:{self.path}?mode=ro", uri=True, timeout=BUSY_SECONDS, isolation_level=None
                )
                db.row_factory = sqlite3.Row
                db.execute("begin")
                db.execute("select name from generation").fetchone()  # the moment that is seen
            yield db
        finally:
            if db:
                db.close()

    def lost(self) -> str:
        """Why nobody can read what is written: the file was removed, or another one is in its place."""
        try:
            is_ours = self.path.stat().st_ino == self._inode
        except FileNotFoundError:
            is_ours = False
        return "" if is_ours else "its file was removed"

    def empty(self) -> None:
        """Begin anew: the topics are not those that were read."""
        with self._changing:
            self._db.close()
            _remove(self.path)
            self._db = self._connect()
        self.rebuilds += 1

    def size(self) -> int:
        """Bytes of the file and of those beside it."""
        paths = (self.path.with_name(self.path.name + suffix) for suffix in ("", *SIDE_FILES))
        return sum(path.stat().st_size for path in paths if path.exists())

    def close(self) -> None:
        """Close the file; another board may open it."""
        self._db.close()
        self._lock.close()


def last_change(db: sqlite3.Connection) -> str:
    """The id of the last change of this view: `generation-number`."""
    (generation,) = db.execute("select name from generation").fetchone()
    (number,) = db.execute("select coalesce(max(seq), 0) from sqlite_sequence where name = 'changes'").fetchone()
    return f"{generation}-{number}"


def changes_after(db: sqlite3.Connection, known: str, most: int) -> list[Change] | None:
    """The changes after the one with this id; None if they cannot be told: it is of another file, or too old."""
    generation, _, number = known.partition("-")
    ours, _, last = last_change(db).partition("-")
    if generation != ours or not number.isdecimal() or len(number) > 18 or int(number) > int(last):
        return None
    rows = db.execute(
        "select number, kind, key from changes where number > ? order by number limit ?", (number, most)
    )
    found = [Change(*row) for row in rows]
    expected = int(number) + 1
    return found if int(last) < expected or (found and found[0].number == expected) else None


def _last_moves(writes: list[Write]) -> list[Write]:
    """The writes, with the last position of each partition only: what asks for no row costs next to nothing."""
    moves = {write.values[:2]: write for write in writes if write.statement == tables.MOVE}
    return [write for write in writes if write.statement != tables.MOVE] + list(moves.values())


def _locked(path: Path) -> IO[bytes]:
    """The lock of the file, which is beside it.  Raises Refusal if another board has it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    lock = path.with_name(path.name + ".lock").open("wb")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        lock.close()
        raise Refusal(f"another board uses {path}", "stop it, or name another --file", EXIT_SETTINGS) from None
    return lock


def _why_unusable(path: Path) -> str:
    """Why the file has to be made anew; empty if it can be used or is not there.  Refusal if it is not ours."""
    if not path.exists() or path.stat().st_size == 0:
        return ""
    with path.open("rb") as file:
        head = file.read(100)
    is_ours = head.startswith(MAGIC) and head[MAGIC_ID] == tables.APPLICATION_ID.to_bytes(4, "big")
    if not is_ours:
        raise Refusal(f"{path} is not the file of a board", "remove it, or name another --file", EXIT_SETTINGS)
    try:
        db = sqlite3.connect(path, timeout=BUSY_SECONDS)
        try:
            (version,) = db.execute("pragma user_version").fetchone()
            if version != tables.VERSION:
                return f"it is of version {version}, and this Wiredesk has version {tables.VERSION}"
            (answer,) = db.execute("pragma quick_check(1)").fetchone()
            return "" if answer == "ok" else "it is damaged"
        finally:
            db.close()
    except sqlite3.DatabaseError:
        return "it is damaged"


def _remove(path: Path) -> None:
    for name in (path.name, *(path.name + suffix for suffix in SIDE_FILES)):
        path.with_name(name).unlink(missing_ok=True)
