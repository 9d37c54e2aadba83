"""The thread that reads: what becomes of a broker that is away, topics that are missing or were made anew."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Any

import pytest
from kafka.errors import KafkaError
from starlette.testclient import TestClient

from pipeline.board.rows import ENRICHED, SKIPS, TOPICS
from pipeline.connection import Connection
from pipeline.envelope import RecordType
from pipeline.records import Record
from pipeline.runtime.board import reader
from pipeline.runtime.board.access import COOKIE
from pipeline.runtime.board.pages import application
from pipeline.runtime.board.reader import BoardReader, Progress, State
from pipeline.runtime.board.store import Store
from pipeline.runtime.exit_codes import EXIT_UNREACHABLE
from pipeline.runtime.kafka.refusals import Refusal
from pipeline.runtime.kafka.topics import NoTopic
from tests.board.conftest import HOST, TOKEN, made_board
from tests.board.records import item, record
from tests.waiting import eventually, pause

AWAY = "no broker answers at localhost:1: start it"


class Cluster:
    """A broker in memory: topics, whether it answers, and how far the ends are from what is read."""

    def __init__(self) -> None:
        self.log: list[Record] = []
        self.topics, self.is_away, self.far, self.opened = set(TOPICS), False, 0, 0
        self.failures = self.tried = 0  # answers that are errors; how often a user looked for a topic
        self.ids: dict[str, str] = {}  # of topics that were created again

    def put(self, *names: str) -> None:
        at = len(self.log)
        self.log += [
            record(ENRICHED, 0, at + n, RecordType.ITEM, item(name), at + n) for n, name in enumerate(names)
        ]

    def need(self, _: Connection, names: list[str], __: Any) -> None:
        self.tried += 1
        if self.is_away:
            raise Refusal("no broker answers at localhost:1", "start it", EXIT_UNREACHABLE)
        if absent := [name for name in names if name not in self.topics]:
            raise NoTopic(absent[0])


class FakeAdmin:
    """An admin client of the cluster: it knows the ids of its topics."""

    def __init__(self, cluster: Cluster) -> None:
        self.cluster = cluster

    def __enter__(self) -> FakeAdmin:
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def describe_topics(self, names: list[str]) -> list[dict[str, Any]]:
        if self.cluster.is_away:
            raise KafkaError("no node")
        return [
            {
                "name": name,
                "topic_id": self.cluster.ids.get(name, f"{name}-id"),
                "error_code": 0 if name in self.cluster.topics else 3,
            }
            for name in names
        ]


class FakeReader:
    """A TopicReader of the cluster."""

    def __init__(self, cluster: Cluster, after: Mapping[tuple[str, int], int]) -> None:
        self.cluster, self.next = cluster, after.get((ENRICHED, 0), 0)
        cluster.opened += 1

    def __enter__(self) -> FakeReader:
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def ends(self) -> dict[tuple[str, int], int]:
        return {(ENRICHED, 0): len(self.cluster.log)}

    def poll(self, _: float) -> list[Record]:
        found = self.cluster.log[self.next :][:2]
        self.next += len(found)
        return found

    def left(self, _: float) -> int:
        if self.cluster.is_away or self.cluster.failures:
            self.cluster.failures = max(0, self.cluster.failures - 1)
            raise KafkaError("timed out")
        return len(self.cluster.log) - self.next + self.cluster.far


def _read(made: Cluster, _: object, __: object, after: Mapping[tuple[str, int], int], skips: object) -> FakeReader:
    assert skips == SKIPS
    return FakeReader(made, after)


@pytest.fixture
def cluster(monkeypatch: pytest.MonkeyPatch) -> Cluster:
    made = Cluster()
    monkeypatch.setattr(reader, "need", made.need)
    monkeypatch.setattr(reader, "Admin", lambda _, __, **___: FakeAdmin(made))
    monkeypatch.setattr(reader, "TopicReader", partial(_read, made))
    monkeypatch.setattr(reader, "why_unreachable", lambda _: AWAY)
    for name in ("AGAIN_SECONDS", "LOOK_SECONDS", "MISSING_SECONDS"):
        monkeypatch.setattr(reader, name, 0.01)
    return made


@pytest.fixture
def begun(store: Store, cluster: Cluster) -> Iterator[Callable[[], BoardReader]]:
    started: list[BoardReader] = []

    def begin() -> BoardReader:
        made = BoardReader(Connection(bootstrap="localhost:1"), store)
        started.append(made)
        made.start()
        return made

    yield begin
    for one in started:
        one.stop()
        one.join(30)
    assert not [thread for thread in threading.enumerate() if thread.name == "board-reader"]


def items(store: Store) -> list[str]:
    with store.reading() as db:
        return [row[0] for row in db.execute("select dispatch from items order by id")]


def test_it_reads_and_goes_on(store: Store, cluster: Cluster, begun: Callable[[], BoardReader]) -> None:
    """What there is, what comes, and behind a restart only what is new."""
    cluster.put("a", "b", "c")
    first = begun()
    eventually(lambda: items(store) == ["a", "b", "c"])
    cluster.put("d")
    eventually(lambda: items(store) == ["a", "b", "c", "d"])
    eventually(lambda: first.progress.state is State.LIVE)
    first.stop()
    first.join(30)
    cluster.put("e")
    begun()
    eventually(lambda: items(store) == ["a", "b", "c", "d", "e"])


def test_a_broker_that_is_away(store: Store, cluster: Cluster, begun: Callable[[], BoardReader]) -> None:
    """The board says so with the remedy, before and after the first record, and goes on when it is back."""
    cluster.is_away = True
    thread = begun()
    eventually(lambda: thread.progress.state is State.AWAY)
    assert AWAY in thread.progress.detail
    cluster.is_away = False
    cluster.put("a")
    eventually(lambda: thread.progress.state is State.LIVE)
    cluster.is_away = True
    eventually(lambda: thread.progress.state is State.AWAY)
    assert items(store) == ["a"]
    cluster.put("b")
    cluster.is_away = False
    eventually(lambda: items(store) == ["a", "b"])


def test_what_is_waited_for_is_said_once(
    store: Store, cluster: Cluster, begun: Callable[[], BoardReader], caplog: pytest.LogCaptureFixture
) -> None:
    """Who starts a board without a broker reads it on stderr: one line, and one when it is back; else nothing."""

    def said() -> list[str]:
        return [one.message for one in caplog.records if one.name == reader.__name__]

    caplog.set_level("INFO")
    thread = begun()
    eventually(lambda: thread.progress.state is State.LIVE)
    assert said() == []
    for _ in range(2):
        cluster.is_away = True
        eventually(lambda: thread.progress.state is State.AWAY)
        opened = cluster.opened
        pause(0.1)  # ten tries
        cluster.is_away = False
        eventually(lambda: thread.progress.state is State.LIVE)
        assert cluster.opened > opened
    assert said() == 2 * [f"the board waits: {AWAY}", "the board reads again"]


def test_topics_that_are_missing(store: Store, cluster: Cluster, begun: Callable[[], BoardReader]) -> None:
    """A board without alerts shows the rest and names the topic, until it is there."""
    cluster.topics -= {"wire.alerts", "wire.deliveries"}
    cluster.put("a")
    thread = begun()
    eventually(lambda: items(store) == ["a"])
    eventually(lambda: thread.progress.missing == ("wire.alerts", "wire.deliveries"))
    cluster.topics |= {"wire.alerts", "wire.deliveries"}
    eventually(lambda: thread.progress == Progress(State.LIVE))


def test_the_stream_is_missing(cluster: Cluster, begun: Callable[[], BoardReader]) -> None:
    """Without wire.enriched there is no board: the page says which topic, and how to make it."""
    cluster.topics.discard(ENRICHED)
    thread = begun()
    eventually(lambda: ENRICHED in thread.progress.detail)
    assert thread.progress.state is State.AWAY


def test_topics_that_were_made_anew(store: Store, cluster: Cluster, begun: Callable[[], BoardReader]) -> None:
    """A view that knows more than the topics have is of other ones, and begins again."""
    cluster.put("a", "b", "c")
    thread = begun()
    eventually(lambda: len(items(store)) == 3)
    thread.stop()
    thread.join(30)
    cluster.log.clear()
    cluster.put("x")
    begun()
    eventually(lambda: items(store) == ["x"])


@pytest.mark.parametrize("is_running", [True, False], ids=["while it runs", "while no board runs"])
def test_topics_that_were_made_anew_and_are_longer(
    store: Store, cluster: Cluster, begun: Callable[[], BoardReader], is_running: bool
) -> None:
    """A topic with another id is another topic, however many records it has: nothing of the old one is left."""
    cluster.put("a", "b")
    thread = begun()
    eventually(lambda: items(store) == ["a", "b"])
    if not is_running:
        thread.stop()
        thread.join(30)
    cluster.log.clear()
    cluster.put("x", "y", "z", "w")
    cluster.ids[ENRICHED] = "another"
    if not is_running:
        begun()
    eventually(lambda: items(store) == ["x", "y", "z", "w"])
    assert store.topic_ids()[ENRICHED] == "another"


def test_since_when_it_is_away(cluster: Cluster, begun: Callable[[], BoardReader]) -> None:
    """The time at which it was first away stays while it is, and is gone when it is back."""
    thread = begun()
    eventually(lambda: thread.progress.state is State.LIVE)
    assert thread.progress.since is None
    cluster.is_away = True
    eventually(lambda: thread.progress.since)
    since, opened = thread.progress.since, cluster.tried
    eventually(lambda: cluster.tried > opened + 3)
    assert thread.progress.since == since
    cluster.is_away = False
    eventually(lambda: thread.progress == Progress(State.LIVE))


def test_a_broker_that_answers_and_fails(
    cluster: Cluster, begun: Callable[[], BoardReader], monkeypatch: pytest.MonkeyPatch
) -> None:
    """An error now and then, as in an election of leaders, is no disconnection; one that stays is said."""
    monkeypatch.setattr(reader, "why_unreachable", lambda _: None)
    thread = begun()
    eventually(lambda: thread.progress.state is State.LIVE)
    told: list[State] = []
    monkeypatch.setattr(thread, "_on_write", lambda: told.append(thread.progress.state))
    opened, cluster.failures = cluster.opened, 1
    eventually(lambda: cluster.opened > opened)
    eventually(lambda: not cluster.failures)
    assert told == []
    cluster.failures = 1_000_000
    eventually(lambda: thread.progress.state is State.AWAY)
    assert "timed out" in thread.progress.detail


def test_far_behind(cluster: Cluster, begun: Callable[[], BoardReader]) -> None:
    """Before it was at the end it is loading; later it is behind, with how much is left."""
    cluster.far = reader.BEHIND_MIN + 1
    thread = begun()
    eventually(lambda: thread.progress == Progress(State.LOADING, left=cluster.far))
    cluster.far = 0
    eventually(lambda: thread.progress.state is State.LIVE)
    cluster.far = reader.BEHIND_MIN + 2
    eventually(lambda: thread.progress == Progress(State.BEHIND, left=cluster.far))


def test_an_error_of_ours(
    store: Store, cluster: Cluster, begun: Callable[[], BoardReader], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The thread does not die: it says that the board failed, and tries again from the same position."""
    write, failing = store.write, [True]

    def broken(records: Any) -> None:
        if failing:
            raise RuntimeError("a bug")
        write(records)

    monkeypatch.setattr(store, "write", broken)
    cluster.put("a")
    thread = begun()
    eventually(lambda: "RuntimeError" in thread.progress.detail)
    failing.clear()
    eventually(lambda: items(store) == ["a"])


def damage(store: Store) -> None:
    """Overwrite all but the first page, as a disk does that fails."""
    with store.reading() as db:
        (size,) = db.execute("pragma page_size").fetchone()
    store._db.execute("pragma wal_checkpoint(truncate)")
    with store.path.open("r+b") as file:
        whole = file.seek(0, 2)
        file.seek(size)
        file.write(b"\xa5" * (whole - size))


def remove(store: Store) -> None:
    store.path.unlink()


def replace(store: Store) -> None:
    other = store.path.with_name("other")
    other.write_bytes(store.path.read_bytes())
    other.replace(store.path)


@pytest.mark.parametrize("harm", [damage, remove, replace])
def test_the_file_is_harmed_while_it_is_used(
    store: Store, cluster: Cluster, begun: Callable[[], BoardReader], harm: Callable[[Store], None]
) -> None:
    """It is made anew with all that there is; a page that cannot read it says so meanwhile."""
    cluster.put(*(f"d{number}" for number in range(50)))
    made = begun()
    eventually(lambda: len(items(store)) == 50)
    rebuilds = store.rebuilds
    harm(store)
    board = made_board(store, frozenset({HOST}))
    board.hub.reader = made
    with TestClient(application(board), base_url=f"http://{HOST}") as browser:
        browser.cookies.set(COOKIE, board.access.log_in(TOKEN, "Ada"))
        cluster.put("new")
        eventually(lambda: browser.get("/wire").text.count("data-key=") == 51 and store.rebuilds > rebuilds)
        assert "<title>Wire" in browser.get("/wire").text
    assert sorted(items(store)) == sorted([*(f"d{number}" for number in range(50)), "new"])


def test_a_full_disk(store: Store, cluster: Cluster, begun: Callable[[], BoardReader]) -> None:
    """Is no damage: what is there stays, the pages say what is wrong, and it goes on when there is room."""
    cluster.put("a")
    made = begun()
    eventually(lambda: items(store) == ["a"])
    store._db.execute("pragma max_page_count = 1")  # SQLite takes the present size if that is more
    cluster.put("b" * 5_000)
    eventually(lambda: "database or disk is full" in made.progress.detail)
    assert items(store) == ["a"]
    store._db.execute("pragma max_page_count = 1000000")
    eventually(lambda: items(store) == ["a", "b" * 5_000])
    eventually(lambda: made.progress.state is State.LIVE)
    assert store.rebuilds == 0
