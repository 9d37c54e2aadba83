"""`wiredesk feeds` over a log in memory: what it lists, and that a resumed feed gives all that was kept, once."""

from __future__ import annotations

import orjson
import pytest
from click.testing import CliRunner, Result
from feeds_log import KEPT, Log, break_, log_in_memory, publish
from walk import START_MS, ninjs

from pipeline.cli import feeds as command
from pipeline.cli import main
from pipeline.normalise.deaths import FEED_DEAD_MAX
from pipeline.records import Position, Record
from pipeline.runtime import feeds
from pipeline.runtime.ingest.ledger import way_record
from pipeline.runtime.kafka import controls


class Reached:
    """The settings of a broker that answers."""

    connection = None


@pytest.fixture
def log(monkeypatch: pytest.MonkeyPatch) -> Log:
    monkeypatch.setattr(command, "reached", Reached)
    return log_in_memory(monkeypatch)


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


def test_a_feed_of_which_nothing_could_be_read(log: Log) -> None:
    """It is in the list too, with how many of its payloads died; one that is read has none there."""
    publish(log, "norden", ninjs())
    for _ in range(3):
        publish(log, "polder", b'{"uri": ')
    lines = {line.split()[0]: line.split()[1:] for line in run().output.splitlines()}
    assert lines["polder"] == ["no", "item", "yet", "3", "publish"]
    assert "publish" in lines["norden"]
    assert not {"1", "2", "3"} & set(lines["norden"])
    assert [orjson.loads(line)["feed"] for line in run("--json").output.splitlines()] == ["norden"]


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
    monkeypatch.setattr(controls, "send", lambda *_: None)
    monkeypatch.setattr(feeds, "ANSWER_SECONDS", 0.0)
    result = run("resume", "polder", "--why", "mended")
    assert result.exit_code == 69
    assert "wiredesk dead replay --reason set-aside" in result.output
    assert log.items("polder") == []
