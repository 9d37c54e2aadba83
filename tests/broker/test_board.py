"""Decisions on the board, all rooms on a real broker: each takes effect in the topics and is seen on the board."""

from __future__ import annotations

import json
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import httpx2
import pytest
from board_driver import WHO, BoardDriver, Browser
from kafka import KafkaProducer
from worker_driver import ninjs, run

from pipeline import settings
from pipeline.connection import DURABLE
from pipeline.envelope import RecordType
from pipeline.items import Action, Control, Item, Status, Story, dispatch_id
from pipeline.items.alert import ALERTS_PARTITION
from pipeline.normalise.deaths import FEED_DEAD_MAX
from pipeline.records import Record
from pipeline.replay import payload
from pipeline.runtime.board.resuming import SUFFIX
from pipeline.runtime.embedded.broker import Broker
from pipeline.runtime.kafka import topics
from pipeline.runtime.kafka.controls import shards
from pipeline.runtime.kafka.reader import read_topics
from pipeline.runtime.local.deployment import LocalDeployment
from tests.waiting import PROCESS_SECONDS, eventually

pytestmark = [pytest.mark.broker, pytest.mark.slow]

KEPT, KILLS = 120, 3  # payloads of a feed that is resumed, and kills meanwhile
ROUTES = """
desks:
  news: {}
  sport: {}
routes:
- name: withdrawn
  match: {events: [kill, hold]}
  desks: [news]
  break_through: true
  repeat_interval: 30m
- {name: rest, desks: [news, sport], group_wait: 1m}
"""


@pytest.fixture(scope="module")
def broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Broker]:
    """A broker with all rooms.  The environment leads there."""
    folder = tmp_path_factory.mktemp("board-rooms")
    (folder / "routes.yaml").write_text(ROUTES)
    with pytest.MonkeyPatch.context() as patch, Broker(folder / "broker") as found:
        patch.chdir(folder)
        patch.setenv("WIREDESK_BOOTSTRAP", found.bootstrap)
        patch.setenv("WIREDESK_STATE_DIR", str(folder))
        patch.setenv("WIREDESK_ROUTES", str(folder / "routes.yaml"))
        topics.create(found.connection)
        with LocalDeployment(settings.load(), -1) as deployment:
            assert deployment.wait_ready(PROCESS_SECONDS, threading.Event())
            yield found


@pytest.fixture(scope="module")
def browser(broker: Broker, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    folder: Path = tmp_path_factory.mktemp("board")
    with BoardDriver(broker.bootstrap, folder) as board, board.browser() as found:
        yield found


def records(broker: Broker, topic: str, type_: RecordType) -> list[Record]:
    return [one for one in read_topics(broker.connection, [topic]) if one.type == type_]


def items(broker: Broker, id_: str) -> list[Item]:
    """The records of a dispatch."""
    found = (Item.model_validate_json(one.value) for one in records(broker, "wire.enriched", RecordType.ITEM))
    return [one for one in found if one.dispatch.id == id_]


def latest(broker: Broker, id_: str) -> Item:
    """The last one."""
    return items(broker, id_)[-1]


def sent(broker: Broker, browser: Browser, native: str, **more: Any) -> str:
    """Publish a dispatch; its id, once the board shows it."""
    run("publish", "--feed", "desk", "-", stdin=ninjs(native, **more))
    id_ = dispatch_id("desk", native)
    eventually(lambda: browser.client.get(f"/item/{id_}").status_code == 200)
    return id_


def controls(broker: Broker) -> list[Control]:
    """What editors said to route."""
    return [Control.model_validate_json(one.value) for one in records(broker, "wire.alerts", RecordType.CONTROL)]


def test_hold_and_release(broker: Broker, browser: Browser) -> None:
    """On hold it has no word anywhere, and is among what is held; released on that page it is as it was."""
    id_ = sent(broker, browser, "hold-1")
    page = f"/item/{id_}"
    headline = latest(broker, id_).headline
    assert browser.shows(page, headline)
    assert browser.do(page, "hold", "the desk called") == f"{page}?said=hold"
    eventually(lambda: latest(broker, id_).dispatch.status is Status.HELD)
    assert (latest(broker, id_).dispatch.by_hand, latest(broker, id_).dispatch.why) == (
        WHO,
        f"{WHO}: the desk called",
    )
    eventually(lambda: browser.shows(page, "ON HOLD", "the desk called"))
    assert not browser.shows(page, headline)
    assert not browser.shows("/wire", headline)
    eventually(lambda: browser.has_form("/held", "release", dispatch=id_))
    browser.do("/held", "release", "it was right", {"dispatch": id_})
    eventually(lambda: latest(broker, id_).dispatch.status is Status.USABLE)
    eventually(lambda: browser.shows(page, headline))
    eventually(lambda: not browser.has_form("/held", "release", dispatch=id_))


def test_a_kill_and_its_acknowledgement(broker: Broker, browser: Browser) -> None:
    """Struck through where it was, alerted to the desk that answers for it, and acknowledged by who saw it."""
    id_ = sent(broker, browser, "kill-1")
    page = f"/item/{id_}"
    headline, form = latest(broker, id_).headline, browser.form(page, "kill")
    browser.send("kill", form | {"why": "no such quay"})
    eventually(lambda: latest(broker, id_).dispatch.status is Status.KILLED)
    eventually(lambda: f"<s><bdi>{headline}</bdi></s>" in browser.html(page))
    assert browser.shows(page, "KILLED", "no such quay")
    assert not browser.has_form(page, "kill")
    eventually(lambda: browser.has_form("/alerts", "ack"))
    fields = browser.form("/alerts", "ack")
    browser.send("ack", fields | {"why": "taken off the page"})
    eventually(lambda: browser.shows("/alerts", f"acknowledged by {WHO}"))
    assert not browser.has_form("/alerts", "ack", notification=fields["notification"])
    said = [one for one in controls(broker) if one.action is Action.ACK]
    assert [(one.notification, one.who, one.why) for one in said] == [
        (fields["notification"], WHO, "taken off the page")
    ]
    waits = fields["notification"]
    eventually(lambda: not shards(broker.connection, "route")[ALERTS_PARTITION].state.awaited.get(waits))


def break_(broker: Broker, feed: str, natives: list[str]) -> None:
    """The feed breaks, and sends sound copy afterwards."""
    producer = KafkaProducer(**broker.connection.arguments(), **DURABLE)
    for data in [b'{"uri": broken'] * (FEED_DEAD_MAX + 1) + [ninjs(native) for native in natives]:
        out = payload(feed, data, time.time_ns() // 1_000_000)
        producer.send(out.topic, out.value, out.key, headers=list(out.headers))
    producer.flush(PROCESS_SECONDS)
    producer.close()


def test_a_broken_feed_is_resumed(broker: Broker, browser: Browser) -> None:
    """It is on top of the feeds and alerted, with a link; resumed there, it gives all that was kept, once."""
    native = "urn:quayside:1"
    break_(broker, "quayside", [native])
    eventually(lambda: browser.has_form("/feeds", "resume", feed="quayside"))
    assert browser.shows("/feeds", "quayside SET ASIDE since", "of its last 100 payloads died")
    eventually(lambda: "/feeds#feed-" in browser.html("/alerts"))
    id_ = dispatch_id("quayside", native)
    assert items(broker, id_) == []
    assert browser.do("/feeds", "resume", "the agency has mended it") == "/feeds?said=resume"
    eventually(lambda: browser.client.get(f"/item/{id_}").status_code == 200)
    eventually(lambda: not browser.has_form("/feeds", "resume"))
    assert not browser.shows("/feeds", "SET ASIDE")
    assert len(items(broker, id_)) == 1


def test_a_board_that_is_killed_while_it_resumes_a_feed(broker: Broker, tmp_path: Path) -> None:
    """kill -9 before the word and between two payloads: the next board sends the rest, and repeats one a kill."""
    feed, natives = "breakwater", {f"urn:breakwater:{number}" for number in range(KEPT)}
    break_(broker, feed, sorted(natives))

    def noted() -> int:
        """The payloads that are noted as sent; -1 without a note."""
        found = list((tmp_path / "board").glob(f"*{SUFFIX}*"))
        with suppress(FileNotFoundError):
            return found[0].read_bytes().count(b"\n") - 1 if found else -1
        return -1

    with BoardDriver(broker.bootstrap, tmp_path) as board:
        with board.browser() as browser:
            eventually(lambda: browser.has_form("/feeds", "resume", feed=feed))
            asking = threading.Thread(target=ask_to_resume, args=(browser, feed))
            asking.start()
            killed_at = [eventually(lambda: noted() >= 0, every=0.001) and noted()]
            board.kill()
            asking.join()
        while len(killed_at) < KILLS:
            board.start()
            eventually(lambda: noted() != killed_at[-1], every=0.001)
            killed_at.append(noted())
            board.kill()
        board.start()
        eventually(lambda: noted() < 0)
    assert any(0 < count < KEPT for count in killed_at), killed_at
    raw = [one.value for one in read_topics(broker.connection, ["wire.raw"]) if one.key == feed.encode()]
    again = Counter(json.loads(one)["uri"] for one in raw if one.endswith(b"}")) - Counter(natives)
    assert set(again) == natives
    assert again.total() <= KEPT + KILLS, killed_at


def ask_to_resume(browser: Browser, feed: str) -> None:
    """As an editor does whose board is killed before it answers."""
    with suppress(httpx2.HTTPError):
        browser.do("/feeds", "resume", "the agency has mended it", {"feed": feed})


def test_a_story_is_renamed(broker: Broker, browser: Browser) -> None:
    """Its label is pinned in the topic, with who, and every page has it."""
    story = story_of(broker, browser, "pin-1")
    browser.do(f"/story/{story}", "pin", "shorter", label="Quay of the year")
    eventually(lambda: labels(broker)[story] == ("Quay of the year", WHO))
    eventually(lambda: browser.shows(f"/story/{story}", "Quay of the year", f"named by {WHO}"))
    eventually(lambda: browser.shows("/", "Quay of the year"))


@pytest.mark.parametrize(
    ("action", "undo", "list_", "said"),
    [("follow", "unfollow", "follows", "followed by"), ("mute", "unmute", "mutes", "muted for")],
)
def test_what_desks_follow_and_mute(
    broker: Broker, browser: Browser, action: str, undo: str, list_: str, said: str
) -> None:
    """Route has the story in the desk's list, the story says so with who and why, and it can be undone there."""
    story = story_of(broker, browser, f"{action}-1")
    page = f"/story/{story}"
    browser.do(page, action, "ours", desk="sport")
    eventually(lambda: f"story:{story}" in listed(broker, "sport", list_))
    eventually(lambda: browser.shows(page, f"{said} sport , by {WHO} : ours"))
    browser.do(page, undo, "over", {"desk": "sport"})
    eventually(lambda: f"story:{story}" not in listed(broker, "sport", list_))
    eventually(lambda: not browser.shows(page, f"{said} sport"))


def story_of(broker: Broker, browser: Browser, native: str) -> str:
    """The story of a dispatch that is published, once the board has its page."""
    place = native.title().replace("-", " ")
    text = {"headlines": [{"value": f"Glaziers of {place} vote on strike over {native} pay"}]}
    body = {
        "bodies": [{"value": f"Glaziers of {place} began a vote on a strike on Monday, their union {native} said."}]
    }
    item = latest(broker, sent(broker, browser, native, **text, **body))
    assert item.story is not None
    id_ = item.story.id
    eventually(lambda: browser.client.get(f"/story/{id_}").status_code == 200)
    return id_


def labels(broker: Broker) -> dict[str, tuple[str, str]]:
    found = [Story.model_validate_json(one.value) for one in records(broker, "wire.stories", RecordType.STORY)]
    return {one.id: (one.label, one.label_by) for one in found}


def listed(broker: Broker, desk: str, name: str) -> tuple[str, ...]:
    """What a desk follows or mutes, as route remembers it."""
    state = shards(broker.connection, "route")[ALERTS_PARTITION].state
    found = state.desks.get(desk)
    return getattr(found, name) if found else ()


def test_two_editors_on_one_item(broker: Broker, browser: Browser) -> None:
    """Both have the page open; the second reads what the first did, before and after the rooms have acted on it."""
    id_ = sent(broker, browser, "two-1")
    page = f"/item/{id_}"
    hold, kill = browser.form(page, "hold"), browser.form(page, "kill")
    browser.send("hold", hold | {"why": "a call"})
    said = browser.send("hold", hold | {"why": "another"}, code=409)
    assert f"{WHO} put it on hold a moment ago" in said or "on hold already" in said  # the rooms may be quicker
    eventually(lambda: latest(broker, id_).dispatch.status is Status.HELD)
    eventually(lambda: browser.shows(page, "ON HOLD"))
    assert "on hold already" in browser.send("hold", hold | {"why": "another"}, code=409)
    browser.send("kill", kill | {"why": "wrong"})
    eventually(lambda: latest(broker, id_).dispatch.status is Status.KILLED)
    release = hold | {"why": "it is right"}
    assert "was killed by" in browser.send("release", release, code=409)
    assert [one.dispatch.status for one in items(broker, id_)] == [Status.USABLE, Status.HELD, Status.KILLED]


def test_an_unknown_dispatch(broker: Broker, browser: Browser) -> None:
    """A form for what no room knows is refused, with the reason; nothing is written."""
    fields = browser.form("/item/" + sent(broker, browser, "unknown-1"), "hold")
    said = browser.send("hold", fields | {"dispatch": "f" * 24, "why": "x"}, code=409)
    assert "no dispatch has the id" in said
