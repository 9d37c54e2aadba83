"""`wiredesk feeds` over a log in memory: what it lists, and that a resumed feed gives all that was kept, once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from typing import Any

import orjson
import pytest
from click.testing import CliRunner, Result
from walk import START_MS, ninjs

from pipeline import dead
from pipeline.cli import feeds as command
from pipeline.cli import main
from pipeline.connection import Connection
from pipeline.dead import Letter
from pipeline.envelope import RecordType, addressed_headers
from pipeline.items import Action, Control, dump
from pipeline.normalise.deaths import FEED_DEAD_MAX
from pipeline.records import Out, Position, Record, Room
from pipeline.replay import Replay, payload
from pipeline.runtime import decisions, feeds
from pipeline.runtime.ingest.ledger import way_record
from pipeline.runtime.kafka.controls import SourceDeleted
from pipeline.runtime.kafka.refusals import Refusal
from pipeline.shard import Step
from pipeline.topology import journal_topic

BROKEN = b"{ no JSON"
KEPT = 7


class Log(Replay):
    """The rooms over a log in memory, with their journals; stands in for Kafka."""

    def __post_init__(self) -> None:
        super().__post_init__()
        self.journals: dict[str, list[Record]] = defaultdict(list)

    def _step(self, room: Room[Any, Any], record: Record) -> Step:
        step = super()._step(room, record)
        topic = journal_topic(room.name)
        place = Position(topic, record.position.partition, len(self.journals[topic]))
        self.journals[topic].append(Record(place, b"", step.journal, (), START_MS))
        return step

    def read_topics(
        self, _: object, topics: Iterable[str], skips: Collection[tuple[str, int]] = ()
    ) -> Iterator[Record]:
        for topic in topics:
            for record in self.journals[topic] if topic in self.journals else self.log[topic]:
                if record.position[:2] not in skips:
                    yield record

    def send_control(self, _: object, room: str, partition: int, control: Control, now_ms: int) -> None:
        headers = addressed_headers(RecordType.CONTROL, room, "control", "c", now_ms)
        self.publish(Out("wire.raw", b"", dump(control), headers, partition), START_MS)

    def letters(self, _: object) -> Iterator[Letter]:
        return dead.letters_of(list(self.log["wire.dead"]))

    def send_again(self, _: object, chosen: Iterable[Letter]) -> Iterator[tuple[Letter, None]]:
        for one in chosen:
            self.publish(
                Out("wire.raw", one.kept.key, one.kept.value, one.headers, one.position.partition), START_MS
            )
            yield one, None

    def items(self, feed: str) -> list[bytes]:
        """The items that normalise made of a feed."""
        return [
            record.value
            for record in self.log["wire.normalised"]
            if record.type == RecordType.ITEM and record.key == feed.encode()
        ]


class Reached:
    """The settings of a broker that answers."""

    connection = None


@pytest.fixture
def log(monkeypatch: pytest.MonkeyPatch) -> Log:
    found = Log(rooms=("normalise", "watch"))
    for name in ("read_topics", "send_control", "letters", "send_again"):
        monkeypatch.setattr(feeds, name, getattr(found, name))
    monkeypatch.setattr(command, "reached", Reached)
    return found


def publish(log: Log, feed: str, data: bytes, count: int = 1) -> None:
    for _ in range(count):
        log.publish(payload(feed, data, START_MS), START_MS)


def break_(log: Log, feed: str) -> None:
    """The feed breaks, and sends sound copy afterwards."""
    publish(log, feed, BROKEN, FEED_DEAD_MAX + 1)
    for number in range(KEPT):
        publish(log, feed, ninjs(f"{feed}-{number}"))


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["feeds", *arguments])


def test_a_list_of_feeds(log: Log) -> None:
    """Each with its state, why it is set aside, and how ingest brings it; the ledger is not even read."""
    assert "no feeds yet" in run().output
    publish(log, "norden", ninjs())
    break_(log, "polder")
    for key, value in {
        "harbour/way": b'{"way": "api"}',
        "norden/way": b'{"way": "rss"}',
        "odd/way": b"no JSON",
        "gone/way": b"",
        "harbour/way ": b'{"way": "none"}',
    }.items():
        log.log["wire.feeds"].append(Record(Position("wire.feeds", 1, 0), key.encode(), value, (), START_MS))
    log.publish(way_record("harbour", "folder", START_MS), START_MS)
    log.publish(way_record("ostsee", "tcp", START_MS), START_MS)
    ledger = Record(Position("wire.feeds", 0, 0), b"polder/way", b'{"way": "none"}', (), START_MS)
    log.log["wire.feeds"].append(ledger)
    lines = {line.split()[0]: line for line in run().output.splitlines()}
    assert list(lines) == ["feed", "harbour", "norden", "ostsee", "polder"]
    assert "no item yet" in lines["harbour"]
    assert "folder" in lines["harbour"]
    assert "learning" in lines["norden"]
    assert "rss" in lines["norden"]
    assert lines["ostsee"].split()[1:] == ["no", "item", "yet", "tcp"]
    assert "set-aside" in lines["polder"]
    assert "publish" in lines["polder"]
    assert f"{FEED_DEAD_MAX + 1} of its last 100 payloads died, the last one as malformed" in lines["polder"]
    assert [orjson.loads(line)["feed"] for line in run("--json").output.splitlines()] == ["norden", "polder"]


def test_a_resumed_feed_gives_all_that_was_kept(log: Log) -> None:
    """In order and once, also the second time that it breaks; another feed that is set aside stays so."""
    break_(log, "polder")
    break_(log, "levante")  # another partition
    for time_ in (1, 2):
        result = run("resume", "polder", "--who", "Ada", "--why", "mended")
        assert result.exit_code == 0, result.output
        assert f"{KEPT} payloads that were kept are sent again" in result.output
        found = log.items("polder")
        assert len(found) == KEPT * time_
        expected = [f"polder-{number}".encode() for number in range(KEPT)]
        assert all(name in value for name, value in zip(expected, found[-KEPT:], strict=True))
        break_(log, "polder")
    assert log.items("levante") == []


def test_a_feed_that_flows_is_not_resumed(log: Log) -> None:
    """Nothing is sent, and the exit code says so."""
    publish(log, "norden", ninjs())
    result = run("resume", "norden", "--why", "mended")
    assert result.exit_code == 1
    assert "norden is not set aside" in result.output
    assert len(log.items("norden")) == 1


def test_normalise_does_not_run(log: Log, monkeypatch: pytest.MonkeyPatch) -> None:
    """Then what was kept is not sent: it would be kept again."""
    break_(log, "polder")
    monkeypatch.setattr(feeds, "send_control", lambda *_: None)
    monkeypatch.setattr(feeds, "ANSWER_SECONDS", 0.0)
    result = run("resume", "polder", "--why", "mended")
    assert result.exit_code == 69
    assert "wiredesk dead replay --reason set-aside" in result.output
    assert log.items("polder") == []


# ---- the same, as the board asks for it


def decide(name: str | None) -> None:
    control = Control(action=Action.RESUME, feed=name, who="Ada", why="mended")
    decisions.about_feed(Connection(bootstrap="localhost:1"), control)


def test_an_editor_resumes_a_feed(log: Log) -> None:
    """What was kept is sent again, once; the second editor is told, as for a feed that never was set aside."""
    break_(log, "polder")
    decide("polder")
    assert len(log.items("polder")) == KEPT
    for name in ("polder", "norden", None):
        with pytest.raises(decisions.NotDone, match="is not set aside"):
            decide(name)
    assert len(log.items("polder")) == KEPT


def test_an_editor_resumes_in_vain(log: Log, monkeypatch: pytest.MonkeyPatch) -> None:
    """While normalise does not run, and where a payload is gone: what happened, and what to do."""

    def deleted(*_: object) -> Iterator[Any]:
        raise SourceDeleted("of wire.raw one was deleted, and its letter has not all of it")

    break_(log, "polder")
    with monkeypatch.context() as patched:
        patched.setattr(feeds, "send_control", lambda *_: None)
        patched.setattr(decisions, "FEED_SECONDS", 0.0)
        with pytest.raises(Refusal, match="wiredesk dead replay --reason set-aside"):
            decide("polder")
    assert log.items("polder") == []
    monkeypatch.setattr(feeds, "send_again", deleted)
    with pytest.raises(Refusal, match="one was deleted, and its letter has not all of it"):
        decide("polder")
