"""The board's file: each record in it once, whatever crashes; and what becomes of files that cannot be used."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.board import tables
from pipeline.board.rows import ALERTS, DELIVERIES, ENRICHED, FEEDS, NOTIFICATIONS, STORIES, writes_of
from pipeline.envelope import RecordType
from pipeline.items import Action, Delivery, DeliveryState, Kind, Status, instant
from pipeline.records import Position, Record
from pipeline.runtime.board.store import Store, changes_after, last_change
from pipeline.runtime.kafka.refusals import Refusal
from tests.board.conftest import golden
from tests.board.records import MINUTE_MS, START_MS, alert, control, feed, item, notification, record, story
from tests.examples import examples

HOUR_MS = 60 * MINUTE_MS
TIGHT = tables.Bounds(
    window_ms=HOUR_MS, items=9, stories=3, alerts=3, notifications=3, deliveries=3, wishes=2, feeds=3
)
KEPT = ["items", "dispatches", "killed", "erased", "stories", "alerts", "notifications", "notified"]
KEPT += ["acknowledged", "deliveries", "positions", "wishes", "feeds", "topic_ids"]


def content(store: Store) -> dict[str, list[Any]]:
    """All rows of a file but those of `changes`, which depend on the order of reading."""
    with store.reading() as db:
        found = {name: sorted(tuple(row) for row in db.execute(f"select * from {name}")) for name in KEPT}
        words = db.execute("select rowid from search where search match 'words' order by rowid")
        return found | {
            "latest": [tuple(row) for row in db.execute("select * from latest order by kind")],
            "found": [tuple(row) for row in words],
        }


# ---- any order, any crash


@st.composite
def streams(draw: st.DrawFn) -> dict[tuple[str, int], list[Record]]:
    """Partitions with a few records each; a dispatch is in one partition, as in the topics."""
    found: dict[tuple[str, int], list[Record]] = {}
    minutes = st.integers(0, 100)

    def put(topic: str, partition: int, type_: RecordType, value: Any, minute: int) -> None:
        log = found.setdefault((topic, partition), [])
        log.append(record(topic, partition, len(log), type_, value, minute))

    for _ in range(draw(st.integers(0, 16))):
        name, minute = draw(st.sampled_from("abcdefgh")), draw(minutes)
        kind = draw(st.sampled_from([Kind.NEW, Kind.NEW, Kind.UPDATE, Kind.KILL, Kind.RECALL]))
        erased = True if kind is Kind.KILL and draw(st.booleans()) else None
        of = draw(st.sampled_from([None, "a", "b"]))
        put(ENRICHED, ord(name) % 2, RecordType.ITEM, item(name, minute, kind=kind, erased=erased, of=of), minute)
    for _ in range(draw(st.integers(0, 6))):
        name, minute = draw(st.sampled_from("stuvw")), draw(minutes)
        put(STORIES, ord(name) % 2, RecordType.STORY, story(name, minute), minute)
    for number in range(draw(st.integers(0, 8))):
        name, minute = draw(st.sampled_from("abc")), draw(minutes)
        match draw(st.sampled_from(["alert", "alert", "ack", "erase", "mute"])):
            case "alert":
                put(ALERTS, 0, RecordType.ALERT, alert(f"x{number}", name, minute), minute)
            case "ack":
                put(ALERTS, 0, RecordType.CONTROL, control(Action.ACK, notification=f"n{name}1"), minute)
            case "mute":
                action = draw(st.sampled_from([Action.MUTE, Action.UNMUTE, Action.FOLLOW]))
                wish = control(action, desk="news", story=draw(st.sampled_from("stu")))
                put(ALERTS, 0, RecordType.CONTROL, wish, minute)
            case _:
                put(ALERTS, 0, RecordType.CONTROL, control(Action.ERASE, dispatch=name), minute)
    for number in range(draw(st.integers(0, 6))):
        name, minute = draw(st.sampled_from("abc")), draw(minutes)
        sent = notification(f"n{name}{number}", [alert(f"x{number}", name, minute)], minute)
        put(NOTIFICATIONS, 0, RecordType.NOTIFICATION, sent, minute)
        time = instant(START_MS + minute * MINUTE_MS)
        delivery = Delivery(
            receiver="r", notification=sent.id, desk="news", state=DeliveryState.SENT, attempts=1, time=time
        )
        put(DELIVERIES, 0, RecordType.DELIVERY, delivery, minute)
    for minute in sorted(draw(st.lists(minutes, max_size=8))):  # the room's clock does not go back
        put(FEEDS, 0, RecordType.FEED, feed(draw(st.sampled_from("abcde")), minute=minute), minute)
    return found


def opened(path: Path) -> Store:
    """The file with tight bounds; the disk is not waited for, as no machine crashes here."""
    store = Store(path, bounds=TIGHT)
    store._db.execute("pragma synchronous = off")
    return store


class Crash(Exception):
    """The process ends here."""


def crashing(records: Iterable[Record], at: int) -> Iterator[Record]:
    for number, one in enumerate(records):
        if number == at:
            raise Crash
        yield one


@settings(deadline=None, max_examples=examples(15))
@given(streams(), st.data())
def test_any_order_and_any_crash_end_alike(
    tmp_path_factory: pytest.TempPathFactory, logs: dict[tuple[str, int], list[Record]], data: st.DataObject
) -> None:
    """Partitions that interleave in any way, in batches of any size, with kills in any of them: as in one go."""
    folder = tmp_path_factory.mktemp("board")
    with closing(opened(folder / "whole.sqlite")) as whole:
        whole.write(one for log in logs.values() for one in log)
        expected = content(whole)
    path = folder / "parts.sqlite"
    while read_some(path, logs, data):
        pass
    with closing(opened(path)) as parts:
        assert content(parts) == expected
        parts._db.execute("insert into search (search) values ('integrity-check')")


def read_some(path: Path, logs: dict[tuple[str, int], list[Record]], data: st.DataObject) -> bool:
    """One life of a board: some batches, perhaps a crash in the last one; whether anything was left to read."""
    with closing(opened(path)) as store:
        for _ in range(data.draw(st.integers(1, 4))):
            positions = store.positions()
            left = {key: log[positions.get(key, 0) :] for key, log in logs.items()}
            if not any(left.values()):
                return False
            batch: list[Record] = []
            for key in data.draw(st.lists(st.sampled_from(sorted(logs)), min_size=1, max_size=12)):
                batch += left[key][:1]
                left[key] = left[key][1:]
            if batch and data.draw(st.integers(0, 3)) == 0:
                with pytest.raises(Crash):
                    store.write(crashing(batch, data.draw(st.integers(0, len(batch) - 1))))
                assert store.positions() == positions
                break
            store.write(batch)
    return True


@pytest.mark.parametrize("statement", range(12))
def test_a_crash_between_two_statements(store: Store, statement: int) -> None:
    """The transaction is rolled back whole: neither a row nor a position of it is left."""
    records = [record(ENRICHED, 0, 0, RecordType.ITEM, item("a"), 0)]
    before = content(store)

    class Dying:
        def __init__(self, db: sqlite3.Connection) -> None:
            self.left, self.db = statement, db

        def execute(self, sql: str, *values: Any) -> Any:
            self.left -= 1
            if sql != "rollback" and self.left < 0:
                raise Crash
            return self.db.execute(sql, *values)

    db = store._db
    store._db = Dying(db)  # type: ignore[assignment]  # a connection that ends after so many statements
    with pytest.raises(Crash):
        store.write(records)
    store._db = db
    assert content(store) == before
    store.write(records)
    assert content(store)["positions"] == [(ENRICHED, 0, 1)]


# ---- words


def test_killed_words(store: Store) -> None:
    """Of what was killed only the headline as published is left, and it is not found by its words."""
    store.write(
        [
            record(ENRICHED, 0, 0, RecordType.ITEM, item("a", body="zanzibar words", story="s"), 0),
            record(ENRICHED, 0, 1, RecordType.ITEM, item("a", kind=Kind.KILL), 1),
        ]
    )
    with store.reading() as db:
        rows = db.execute("select headline, body, value from items order by id").fetchall()
        assert [row["headline"] for row in rows] == ["Title of a", "Title of a"]
        assert "zanzibar" not in "".join(row["body"] + row["value"] for row in rows)
        assert not db.execute("select * from search where search match 'zanzibar'").fetchall()


def erased_by_kill() -> Record:
    return record(ENRICHED, 0, 9, RecordType.ITEM, item("a", kind=Kind.KILL, headline="", erased=True), 9)


def erased_by_control() -> Record:
    return record(ALERTS, 0, 9, RecordType.CONTROL, control(Action.ERASE, dispatch="a"), 9)


@pytest.mark.parametrize("erasure", [erased_by_kill, erased_by_control])
@pytest.mark.parametrize("is_first", [False, True], ids=["before", "behind"])
def test_erased_words(store: Store, erasure: Callable[[], Record], is_first: bool) -> None:
    """No byte of the file, nor of those beside it, has a word of what was erased, whichever topic is read first."""
    secret = alert("x", "a", title="zanzibar", headline="zanzibar", text="zanzibar")
    words = [
        record(ENRICHED, 0, 0, RecordType.ITEM, item("a", headline="zanzibar", body="zanzibar"), 0),
        record(ENRICHED, 1, 0, RecordType.ITEM, item("b", of="a", body="other"), 0),
        record(ALERTS, 0, 0, RecordType.ALERT, secret, 0),
        record(NOTIFICATIONS, 0, 0, RecordType.NOTIFICATION, notification("n", [secret]), 0),
    ]
    batches = [[erasure()], words] if is_first else [words, [erasure()]]
    for batch in batches:
        store.write(batch)
    store.write([erasure()])
    files = store.path.parent.glob("board.sqlite*")
    assert [file.name for file in files if b"zanzibar" in file.read_bytes().lower()] == []
    with store.reading() as db:
        assert "Title of a" not in str([tuple(row) for row in db.execute("select value from items")])


# ---- bounds


def test_bounds(store: Store, tmp_path: Path) -> None:
    """No table grows past its bound, and what is kept are the latest."""
    small = Store(tmp_path / "small.sqlite", bounds=TIGHT)
    small.write(record(ENRICHED, 0, n, RecordType.ITEM, item(f"d{n}", n), n) for n in range(30))
    small.write(record(STORIES, 0, n, RecordType.STORY, story(f"s{n}", n), n) for n in range(30))
    found = content(small)
    assert [row[2] for row in found["items"]] == [f"d{n}" for n in range(21, 30)]
    assert len(found["dispatches"]) == TIGHT.items
    assert sorted(row[0] for row in found["stories"]) == ["s27", "s28", "s29"]
    late = record(ENRICHED, 0, 30, RecordType.ITEM, item("late", 200), 200)
    small.write([late])
    assert [row[2] for row in content(small)["items"]] == ["late"]
    small.close()


def test_an_archive_is_kept(store: Store) -> None:
    """Items of four years ago, as the stream has them, though desks were notified of them today."""
    today = 4 * 365 * 24 * 60
    raised = alert("x", "a")
    store.write(
        [
            record(ENRICHED, 0, 0, RecordType.ITEM, item("a"), 0),
            record(STORIES, 0, 0, RecordType.STORY, story("s"), 0),
            record(ALERTS, 0, 0, RecordType.ALERT, raised, 0),
            record(NOTIFICATIONS, 0, 0, RecordType.NOTIFICATION, notification("n", [raised], today), today),
            record(ALERTS, 0, 1, RecordType.CONTROL, control(Action.ACK, notification="n"), today),
        ]
    )
    found = content(store)
    assert [len(found[name]) for name in ("items", "stories", "alerts", "notifications", "acknowledged")] == [1] * 5


# ---- changes


def test_changes_are_told_once(store: Store) -> None:
    """From any change on, each later one once and in order; not where they are no longer known."""
    with store.reading() as db:
        first = last_change(db)
    store.write(record(ENRICHED, 0, n, RecordType.ITEM, item(f"d{n}"), 0) for n in range(5))
    with store.reading() as db:
        found = changes_after(db, first, 3)
        assert found is not None
        assert [one.key for one in found] == ["d0", "d1", "d2"]
        generation = first.partition("-")[0]
        rest = changes_after(db, f"{generation}-{found[-1].number}", 3)
        assert rest is not None
        assert [one.key for one in rest] == ["d3", "d4"]
        assert changes_after(db, last_change(db), 3) == []
        for unknown in ("", "x", "other-1", f"{generation}-9999", f"{generation}--1", f"{generation}-{'9' * 30}"):
            assert changes_after(db, unknown, 3) is None


def test_changes_that_are_forgotten(tmp_path: Path) -> None:
    """A browser that was away for longer than changes are kept is told so."""
    small = Store(tmp_path / "small.sqlite", bounds=tables.Bounds(changes=2))
    with small.reading() as db:
        first = last_change(db)
    small.write(record(ENRICHED, 0, n, RecordType.ITEM, item(f"d{n}"), 0) for n in range(5))
    with small.reading() as db:
        assert changes_after(db, first, 10) is None
    small.close()


# ---- records that change nothing


@pytest.mark.parametrize(
    ("topic", "type_", "value"),
    [
        (ENRICHED, RecordType.ITEM, b"{}"),
        (ENRICHED, RecordType.ITEM, b"\xff"),
        (ENRICHED, "wire.later", b"{}"),
        (STORIES, RecordType.STORY, b""),
        (ALERTS, RecordType.TICK, b""),
        (ALERTS, RecordType.CONTROL, b"{"),
        ("wire.other", RecordType.ITEM, b"{}"),
    ],
)
def test_what_cannot_be_read_moves_the_position_only(topic: str, type_: str, value: bytes) -> None:
    """A record of a later release, or a damaged one, costs nothing but itself."""
    one = Record(Position(topic, 2, 7), b"", value, (("ce_type", type_.encode()),), START_MS)
    assert [tuple(write) for write in writes_of(one)] == [(tables.MOVE, (topic, 2, 8))]


def test_the_sample_wires(store: Store) -> None:
    """All records of a replay are read, and each killed dispatch is marked."""
    records = golden()
    store.write(records)
    with store.reading() as db:
        (items,) = db.execute("select count(*) from items").fetchone()
        killed = {row[0] for row in db.execute("select dispatch from killed")}
    assert items == sum(one.type == RecordType.ITEM for one in records)
    assert killed


def test_a_release_shows_again(store: Store) -> None:
    """What was on hold is withheld until it is released; a kill stays whatever comes later."""
    held = item("a", kind=Kind.ADVISORY, status=Status.HELD, pub_status="withheld")
    store.write([record(ENRICHED, 0, 0, RecordType.ITEM, held, 0)])
    assert content(store)["dispatches"][0][4] == 1
    store.write([record(ENRICHED, 0, 1, RecordType.ITEM, item("a"), 1)])
    assert content(store)["dispatches"][0][4] == 0
    store.write([record(ENRICHED, 0, 2, RecordType.ITEM, item("a", kind=Kind.KILL), 2)])
    store.write([record(ENRICHED, 0, 3, RecordType.ITEM, item("a"), 3)])
    assert [row[0] for row in content(store)["killed"]] == ["a"]


# ---- files


def damaged(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[4096 : 4096 * 3] = b"\x5a" * 4096 * 2
    path.write_bytes(bytes(data))


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:5000])


def other_version(path: Path) -> None:
    with sqlite3.connect(path) as db:
        db.execute("pragma user_version = 99")
    db.close()


@pytest.mark.parametrize(("spoil", "why"), [(damaged, "damaged"), (cut, "damaged"), (other_version, "version 99")])
def test_a_file_that_cannot_be_used_is_made_anew(tmp_path: Path, spoil: Callable[[Path], None], why: str) -> None:
    """It is a view: what is damaged, or of another version, is read from the topics again."""
    path = tmp_path / "board.sqlite"
    first = Store(path)
    first.write(golden())
    first._db.execute("pragma wal_checkpoint(truncate)")
    first.close()
    spoil(path)
    again = Store(path)
    assert why in again.made_anew
    assert again.positions() == {}
    again.write(golden())
    again.close()


def test_a_file_whose_log_was_never_moved(tmp_path: Path) -> None:
    """A board that is killed before SQLite has moved anything out of its log: the file is known as ours."""
    killed = Store(tmp_path / "board.sqlite")
    killed.write(golden())
    for name in ("board.sqlite", "board.sqlite-wal"):
        (tmp_path / f"copy-{name}").write_bytes((tmp_path / name).read_bytes())
    expected = content(killed)
    killed.close()
    again = Store(tmp_path / "copy-board.sqlite")
    assert again.made_anew == ""
    assert content(again) == expected
    again.close()


def test_rebuild(tmp_path: Path) -> None:
    """Asked for, a good file is made anew as well; an id of a change of the old one is of another generation."""
    path = tmp_path / "board.sqlite"
    first = Store(path)
    first.write(golden())
    with first.reading() as db:
        known = last_change(db)
    first.close()
    again = Store(path, rebuild=True)
    again.write(golden())
    with again.reading() as db:
        assert changes_after(db, known, 10) is None
    again.close()


@pytest.mark.parametrize("foreign", [b"notes of mine", b"SQLite format 3\0" + bytes(84)], ids=["text", "sqlite"])
def test_a_foreign_file_is_not_touched(tmp_path: Path, foreign: bytes) -> None:
    """A wrong --file costs nobody a file."""
    path = tmp_path / "notes.txt"
    path.write_bytes(foreign)
    with pytest.raises(Refusal, match="is not the file of a board"):
        Store(path)
    assert path.read_bytes() == foreign


def test_two_boards_of_one_file(store: Store) -> None:
    """The second one is refused: two writers would move each other's positions."""
    with pytest.raises(Refusal, match="another board uses"):
        Store(store.path)
