"""What is done to a real cluster under a board: it says so of itself, and comes back without a repeat or a gap."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from board_driver import BoardDriver, Browser, Listener, change_of
from kafka import KafkaProducer

from pipeline.board.rows import ENRICHED, STORIES
from pipeline.envelope import RecordType
from pipeline.records import Record
from pipeline.runtime.embedded.broker import Broker
from pipeline.runtime.kafka import topics
from pipeline.runtime.kafka.admin import Admin
from tests.board.records import item, record, story
from tests.own_broker import own_broker
from tests.waiting import eventually

pytestmark = [pytest.mark.broker, pytest.mark.slow]


@pytest.fixture
def own(tmp_path: Path) -> Iterator[Broker]:
    """One for each test, and no room."""
    with own_broker(tmp_path) as running:
        yield running


@pytest.fixture
def board(own: Broker, tmp_path: Path) -> Iterator[BoardDriver]:
    with BoardDriver(own.bootstrap, tmp_path) as found:
        yield found


def put(broker: Broker, *found: Record) -> None:
    """Write these, as the rooms do."""
    producer = KafkaProducer(**broker.connection.arguments())
    for one in found:
        producer.send(
            one.position.topic,
            one.value,
            key=b"k",
            headers=list(one.headers),
            partition=one.position.partition,
            timestamp_ms=one.timestamp_ms,
        )
    producer.close()


def items(*names: str) -> list[Record]:
    return [record(ENRICHED, 0, 0, RecordType.ITEM, item(name), at) for at, name in enumerate(names)]


def has(browser: Browser, *names: str) -> bool:
    """Whether the wire has these and no others, each once."""
    page = browser.html("/wire")
    return page.count('data-key="item-') == len(names) and all(page.count(f"Title of {one}<") == 1 for one in names)


def test_the_broker_stops_and_comes_back(own: Broker, board: BoardDriver) -> None:
    """The page is told, with since when and the remedy; what comes after its return is there, once."""
    put(own, *items("a", "b"))
    with board.browser() as browser:
        eventually(lambda: has(browser, "a", "b"))
        listener = Listener(browser, change_of(browser.html("/wire")))
        listener.listen()
        eventually(lambda: listener.states[-1:] == ["live"])
        own.stop()
        eventually(lambda: listener.states[-1:] == ["away"])
        eventually(lambda: browser.shows("/wire", "Disconnected since", "Nothing listens at", own.bootstrap))
        assert has(browser, "a", "b")
        assert "Nothing was sent" in browser.send("mute", WISH | {"form_token": token(browser)}, code=503)
        own.start()
        put(own, *items("c", "d"))
        eventually(lambda: listener.states[-1:] == ["live"])
        eventually(lambda: has(browser, "a", "b", "c", "d"))
        assert "Disconnected" not in browser.text("/wire")
        eventually(lambda: listener.rows == [("item", "c"), ("item", "d")])
        assert listener.reloads == 0


WISH = {"desk": "news", "story": "s1", "why": "x"}


def token(browser: Browser) -> str:
    return browser.form("/item/a", "hold")["form_token"]


@pytest.mark.parametrize("is_running", [True, False], ids=["under a board", "while none runs"])
def test_a_topic_is_created_again(own: Broker, board: BoardDriver, is_running: bool) -> None:
    """Another topic of the same name has more records than were read: the view is made anew, of those alone."""
    put(own, *items("a", "b"), record(STORIES, 0, 0, RecordType.STORY, story("s1"), 0))
    with board.browser() as browser:
        eventually(lambda: has(browser, "a", "b"))
        page = browser.html("/wire")
        listener = Listener(browser, change_of(page))
        if is_running:
            listener.listen()
            eventually(lambda: listener.states)
        else:
            board.kill()
        with Admin(own.connection) as admin:
            admin.delete_topics([ENRICHED])
            eventually(lambda: ENRICHED not in admin.list_topics())
        if is_running:
            eventually(lambda: browser.shows("/wire", f"The cluster has no topic {ENRICHED}", "topics create"))
        topics.create(own.connection)
        put(own, *items("x", "y", "z"))
        if is_running:
            eventually(lambda: has(browser, "x", "y", "z"))
            assert browser.shows("/", "Label s1")
            eventually(lambda: listener.reloads == 1)
    if not is_running:
        board.start()
        with board.browser() as browser:
            eventually(lambda: has(browser, "x", "y", "z"))


def test_another_cluster_answers(own: Broker, board: BoardDriver, tmp_path: Path) -> None:
    """Its topics have other ids: nothing of the first cluster is left."""
    put(own, *items("a", "b"))
    with board.browser() as browser:
        eventually(lambda: has(browser, "a", "b"))
        own.stop()
        with Broker(tmp_path / "another", port=int(own.bootstrap.rpartition(":")[2])) as another:
            topics.create(another.connection)
            put(another, *items("x", "y", "z"))
            eventually(lambda: has(browser, "x", "y", "z"))


def test_a_topic_that_is_missing(own: Broker, board: BoardDriver) -> None:
    """The rest is shown, and the page names the topic and how to make it; when it is there, it is read."""
    with Admin(own.connection) as admin:
        admin.delete_topics(["wire.alerts"])
    put(own, *items("a"))
    with board.browser() as browser:
        eventually(lambda: browser.shows("/wire", "There is no topic wire.alerts", "wiredesk topics create"))
        eventually(lambda: has(browser, "a"))


def test_a_board_that_is_killed(own: Broker, board: BoardDriver) -> None:
    """Started again it goes on: nothing twice, nothing missing, and browsers are still logged in."""
    put(own, *items("a", "b"))
    with board.browser() as browser:
        eventually(lambda: has(browser, "a", "b"))
        cookies = browser.client.cookies
        board.kill()
        put(own, *items("c"))
        board.start()
        with board.browser() as again:
            again.client.cookies = cookies
            eventually(lambda: has(again, "a", "b", "c"))
