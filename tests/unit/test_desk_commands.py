"""`wiredesk alerts list`, `ack`, `mute`, `follow`: what is shown, and what is refused before it is written."""

from __future__ import annotations

import json
from collections.abc import Iterable
from types import SimpleNamespace
from typing import Any

import pytest
from click.testing import CliRunner, Result
from route_driver import MINUTE_MS, START_MS, RouteDriver, alert, routes

from pipeline.cli import desk_commands, main
from pipeline.envelope import TYPE, RecordType
from pipeline.items import Action, Control, Notification, dump
from pipeline.records import Position, Record
from pipeline.route.rules import Routes
from pipeline.runtime import desks
from pipeline.runtime.desks import desks_of

ROUTES = """
desks:
  news: {digest: ["23:00"], mute: {terms: [football]}}
  chief: {follow: {stories: [s9]}}
routes:
- name: kills
  match: {events: [kill]}
  desks: [news]
  break_through: true
  repeat_interval: 10m
  escalate: {after: 15m, to: chief}
- {name: notices, match: {levels: [notice]}, desks: [news], digest_only: true}
- {name: rest, desks: [news], group_wait: 30m}
"""


def record(topic: str, offset: int, type_: RecordType, value: bytes, minute: float = 0) -> Record:
    time_ms = START_MS + round(minute * MINUTE_MS)
    return Record(Position(topic, 0, offset), b"", value, ((TYPE, type_.encode()),), time_ms)


class Desk:
    """A broker's topics as the commands read them; what they write is in `sent`."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, text: str = ROUTES) -> None:
        self.driver, self.alerts, self.sent = RouteDriver.of(text), list[Record](), list[Control]()
        self.routes: Routes = routes(ROUTES)  # this machine's
        settings = SimpleNamespace(routes=None, connection=None)
        monkeypatch.setattr(desk_commands, "reached", lambda: settings)
        monkeypatch.setattr(desk_commands, "loaded", lambda *_: self.routes)
        monkeypatch.setattr(desks, "shards", lambda *_: {0: self.driver})
        monkeypatch.setattr(desks, "read_topics", lambda _, topics: self.read(*topics))
        monkeypatch.setattr("pipeline.runtime.stories.reading.latest_stories", lambda *_: {"s7": None})
        monkeypatch.setattr(
            "pipeline.runtime.kafka.controls.send_control",
            lambda _a, _b, _c, control, _d: self.sent.append(control),
        )

    def alert(self, number: int, event: str, minute: float = 0, **more: Any) -> list[Notification]:
        value = dump(alert(number, event, minute, **more))
        self.alerts.append(record("wire.alerts", len(self.alerts), RecordType.ALERT, value, minute))
        return self.driver.alert(number, event, minute, **more)

    def control(self, minute: float, **members: Any) -> None:
        value = dump(Control(who="Ada", why="because", **members))
        self.alerts.append(record("wire.alerts", len(self.alerts), RecordType.CONTROL, value, minute))
        self.driver.control(minute, **members)

    def read(self, topic: str) -> Iterable[Record]:
        if topic == "wire.alerts":
            return [record(topic, 99, RecordType.ALERT, b"{}"), *self.alerts]
        found = [dump(one) for one in self.driver.sent]
        return [
            record(topic, number, RecordType.NOTIFICATION, value) for number, value in enumerate([b"{}", *found])
        ]

    def run(self, *arguments: str) -> Result:
        return CliRunner().invoke(main, ["alerts", *arguments])

    def lists(self, *arguments: str) -> dict[str, list[dict[str, Any]]]:
        """The rows of `alerts list --json`, by list, of the last 7,000 days: the driver's alerts are of 2022."""
        found: dict[str, list[dict[str, Any]]] = {}
        for line in self.run("list", "--json", "--since", "7000d", *arguments).stdout.splitlines():
            row = json.loads(line)
            found.setdefault(row.pop("list"), []).append(row)
        return found


@pytest.fixture
def desk(monkeypatch: pytest.MonkeyPatch) -> Desk:
    return Desk(monkeypatch)


def test_the_lists(desk: Desk) -> None:
    """What was sent and answered, what waits and goes to whom, what is followed, muted, kept back and left out."""
    (first,) = desk.alert(1, "kill", uri="d1")
    (second,) = desk.alert(2, "kill", uri="d2", thread="s2")
    desk.control(1, action="ack", notification=second.id)
    desk.alert(3, "growing", level="notice", uri="d3", thread="s3")
    desk.alert(4, "urgent", uri="d4", thread="s4")
    desk.control(2, action="mute", desk="news", story="s5")
    desk.alert(5, "urgent", uri="d5", thread="s5")
    lists = desk.lists()
    assert [(row["notification"], row["answer"]) for row in lists["sent"]] == [
        (first.id, "waits"),
        (second.id, "acknowledged by Ada"),
    ]
    (waiting,) = lists["waiting"]
    assert (waiting["notification"], waiting["to"], waiting["stories"]) == (first.id, "chief", ["s1"])
    assert waiting["escalation"].startswith("2022-01-11T06:15")
    assert [tuple(row.values()) for row in lists["topic"]] == [
        ("news", "mute", "term", "football", "file"),
        ("chief", "follow", "story", "s9", "file"),
        ("news", "mute", "story", "s5", "command"),
    ]
    assert [(row["story"], row["why"]) for row in lists["kept"]] == [
        ("s4", "with its group"),
        ("s3", "for the digest"),
    ]
    assert lists["left-out"] == [{"desk": "news", "why": "muted", "alerts": 1}]
    assert {row["desk"] for rows in desk.lists("--desk", "chief").values() for row in rows} == {"chief"}


def test_a_reader_can_copy_the_ids(desk: Desk) -> None:
    """A table for each list, ids first and whole, no colour in a pipe."""
    (first,) = desk.alert(1, "kill")
    shown = desk.run("list", "--since", "7000d").stdout
    assert any(line.startswith(f"{first.id}  11 Jan 06:00  news") for line in shown.splitlines())
    assert "\x1b" not in shown
    assert "Kept back" not in shown


EMPTY = [([], "there are no alerts yet"), (["--desk", "chief"], "there are no alerts yet")]


@pytest.mark.parametrize(("arguments", "words"), EMPTY)
def test_an_empty_list_says_why(desk: Desk, arguments: list[str], words: str) -> None:
    """No alert at all; then a notification, but long ago."""
    assert words in desk.run("list", *arguments).stderr
    desk.alert(1, "urgent")
    assert "with its group" in desk.run("list").stdout
    desk.driver.until(40)
    assert "nothing was sent" in desk.run("list", *arguments).stderr


def test_an_acknowledgement_is_written_once(desk: Desk) -> None:
    """Of what waits; of a reminder as of what it repeats.  Two at once are one: the second changes nothing."""
    (first,) = desk.alert(1, "kill")
    desk.driver.until(10)
    reminder = desk.driver.sent[1].id
    for name in (first.id, reminder):
        assert desk.run("ack", name, "--why", "seen").exit_code == 0
    assert [(one.action, one.notification) for one in desk.sent] == [
        (Action.ACK, first.id),
        (Action.ACK, reminder),
    ]
    desk.control(11, action="ack", notification=reminder)
    desk.control(11, action="ack", notification=first.id)
    again = desk.run("ack", first.id, "--why", "seen")
    assert again.exit_code == 0
    assert again.stderr.endswith("\nAda has acknowledged it already; nothing was sent\n")
    assert len(desk.sent) == 2


REFUSED = [
    (("mute", "newz", "--story", "s1"), 1, "no desk is named 'newz'; did you mean news?"),
    (("mute", "sport", "--term", "golf"), 1, "no desk is named 'sport'; there are chief, news"),
    (("list", "--desk", "newz"), 1, "did you mean news?"),
    (("follow", "news", "--term", "?!"), 2, "has no letter or digit"),
    (("follow", "news"), 2, "give either --story or --term"),
    (("unmute", "news", "--term", "golf"), 1, "no such topic by command"),
    (("ack", "0123"), 1, "no notification has the id 0123"),
]


@pytest.mark.parametrize(("arguments", "code", "words"), REFUSED)
def test_what_would_be_in_vain_is_refused(desk: Desk, arguments: tuple[str, ...], code: int, words: str) -> None:
    """Before anything is written: an unknown desk never becomes a dead letter."""
    desk.alert(1, "kill")
    more = () if arguments[0] == "list" else ("--why", "x")
    result = desk.run(*arguments, *more)
    assert (result.exit_code, words in result.stderr, desk.sent) == (code, True, [])


WARNED = [("s1", False), ("urn:wiredesk:story:s7", False), ("s8", True)]


@pytest.mark.parametrize(("story", "is_warned"), WARNED)
def test_a_story_that_nobody_has_seen_is_muted_with_a_warning(desk: Desk, story: str, is_warned: bool) -> None:
    """A story with an alert, one without, and one that does not exist."""
    desk.alert(1, "kill")
    result = desk.run("mute", "news", "--story", story, "--why", "x")
    assert (result.exit_code, "it is written all the same" in result.stderr) == (0, is_warned)
    assert [one.story for one in desk.sent] == [story.rpartition(":")[2]]


def test_where_other_routes_are_in_force_a_desk_cannot_be_known(monkeypatch: pytest.MonkeyPatch) -> None:
    """A desk that was seen is known; a near miss is refused; another one is written with a warning."""
    desk = Desk(monkeypatch, ROUTES.replace("chief", "sports"))
    desk.alert(1, "kill")
    desk.driver.until(20)
    assert desk.run("mute", "sports", "--term", "golf", "--why", "x").stderr.endswith("mute: sent\n")
    assert "did you mean sports?" in desk.run("mute", "sport", "--term", "golf", "--why", "x").stderr
    assert "becomes a dead letter" in desk.run("mute", "foreign", "--term", "golf", "--why", "x").stderr
    assert [one.desk for one in desk.sent] == ["sports", "foreign"]
    assert "topic" not in desk.lists()  # this machine's file does not say what they follow


def test_records_of_other_versions_are_skipped(desk: Desk) -> None:
    """What cannot be read is no reason to show nothing."""
    found = desks_of(desk.driver.state, desk.read("wire.notifications"), desk.read("wire.alerts"))
    assert (found.notifications, found.threads) == ((), frozenset())
