"""The command line: every command has help, and a replay needs no broker.  tests/refusals has what is refused."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

import click
import orjson
import pytest
from click.testing import CliRunner, Result
from walk import START_MS, Newsroom, ninjs

from pipeline.captures import to_line
from pipeline.cli import MODULES, main
from pipeline.dead import Letter, letter
from pipeline.envelope import SOURCE
from pipeline.records import Position, Reason, Record, Rejected
from pipeline.runtime.kafka import controls, refusals
from pipeline.shard import JOURNAL_VERSION

GROUPS = {"broker": ("start", "stop", "status"), "dead": ("list", "show", "replay"), "topics": ("create", "check")}
COMMANDS = [(name,) for name in MODULES] + [(group, name) for group, names in GROUPS.items() for name in names]


UNCHECKED = (type(click.STRING), type(click.INT), type(click.FLOAT), click.Path, click.File)


def run(*arguments: str, **environment: str) -> Result:
    return CliRunner().invoke(main, arguments, env=environment)


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_help(command: tuple[str, ...]) -> None:
    """The help of every command has a sentence about what it does."""
    result = run(*command, "--help")
    assert result.exit_code == 0
    assert len(result.output.splitlines()[2].strip()) > 10


ANY_TEXT = {"label"}  # `pin` looks at it itself


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_every_value_is_checked(command: tuple[str, ...]) -> None:
    """No option and no argument takes whatever is typed: each has a type that refuses what cannot be meant."""
    context = click.Context(main)
    found: click.Command | None = main
    for name in command:
        assert isinstance(found, click.Group)
        found = found.get_command(context, name)
    assert found
    shown = [param for param in found.params if not getattr(param, "hidden", False) and param.name not in ANY_TEXT]
    assert not [param.name for param in shown if type(param.type) in UNCHECKED]


def test_replay_of_a_capture(tmp_path: Path) -> None:
    """A capture of wire.raw gives one capture a topic, the same bytes a second time, and a balanced account."""
    newsroom = Newsroom("normalise")
    for data in (ninjs(), b"", ninjs(version=2)):
        newsroom.send(data)
    capture = tmp_path / "raw.jsonl"
    capture.write_bytes(b"".join(map(to_line, newsroom.replay.log["wire.raw"])))
    for folder in ("one", "two"):
        result = run("replay", str(capture), "--out", str(tmp_path / folder))
        assert result.exit_code == 0, result.output
        assert "3 items = 2 enriched + 0 held + 0 withheld + 1 dead" in result.stderr
    names = sorted(path.name for path in (tmp_path / "one").iterdir())
    assert "wire.enriched.jsonl" in names
    assert "wire.dead.jsonl" in names
    for name in names:
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes()


@pytest.mark.parametrize("command", ["held", "hold x --why y", "pin x y --why z"])
def test_journal_of_another_version(command: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """What reads a journal refuses another version's as a worker does: with the remedy, and 78."""
    record = Record(Position("wire.journal.resolve", 0, 0), b"", b"\x01older", (), 0)
    monkeypatch.setattr(refusals, "why_unreachable", lambda connection: None)  # as if a broker answered
    monkeypatch.setattr(controls, "read_topics", lambda connection, topics: iter([record]))
    result = run(*command.split())
    assert result.exit_code == 78
    assert f"holds records of version 1; this Wiredesk reads version {JOURNAL_VERSION}" in result.stderr
    assert "docs/operations.md, Start afresh" in result.stderr


def test_replay_of_payloads(tmp_path: Path) -> None:
    """Plain files are taken to have arrived at a fixed time, a second apart; their folder is their feed."""
    wires = tmp_path / "norden"
    wires.mkdir()
    (wires / "1.json").write_bytes(ninjs())
    (wires / "2.json").write_bytes(ninjs("b"))
    assert run("replay", str(wires), "--out", str(tmp_path / "out")).exit_code == 0
    lines = [orjson.loads(line) for line in (tmp_path / "out" / "wire.raw.jsonl").read_bytes().splitlines()]
    assert [(line["key"], line["ts"]) for line in lines] == [
        ("norden", 1_641_168_000_000),
        ("norden", 1_641_168_001_000),
    ]


ENTRY = (
    "<rss version='2.0'><channel><title>Norden</title><item><guid>{name}</guid><title>Ferry {name}</title>"
    "<pubDate>{date}</pubDate><description>The ferry to {name} sails again, its owner said.</description>"
    "</item></channel></rss>"
)


def test_replay_of_payloads_at_their_own_time(tmp_path: Path) -> None:
    """They arrive in the order of their dates; without the option what is dated later is held, which is said."""
    wires = tmp_path / "norden"
    wires.mkdir()
    (wires / "1.xml").write_text(ENTRY.format(name="Aland", date="Tue, 06 Feb 2024 10:00:00 GMT"))
    (wires / "2.xml").write_text(ENTRY.format(name="Oland", date="Mon, 05 Feb 2024 10:00:00 GMT"))
    held = run("replay", str(wires), "--out", str(tmp_path / "held"))
    assert "2 items = 0 enriched + 2 held" in held.stderr
    assert "2 held: dated after their arrival" in held.stderr
    done = run("replay", str(wires), "--out", str(tmp_path / "out"), "--at-their-time")
    assert (done.exit_code, "2 items = 2 enriched + 0 held" in done.stderr) == (0, True), done.stderr
    assert "hint" not in done.stderr
    lines = [orjson.loads(line) for line in (tmp_path / "out" / "wire.raw.jsonl").read_bytes().splitlines()]
    assert [line["ts"] for line in lines] == [1_707_127_200_000, 1_707_213_600_000]


def test_replay_of_nothing(tmp_path: Path) -> None:
    """A capture that no room reads is refused."""
    newsroom = Newsroom("normalise")
    newsroom.send(b"")
    capture = tmp_path / "dead.jsonl"
    capture.write_bytes(b"".join(map(to_line, newsroom.replay.log["wire.dead"])))
    result = run("replay", str(capture), "--out", str(tmp_path / "out"))
    assert (result.exit_code, "no room reads wire.dead" in result.output + result.stderr) == (1, True)


def test_replay_of_two_logs(tmp_path: Path) -> None:
    """Two records with one position are refused; a record that was captured twice is one."""
    newsroom = Newsroom("normalise")
    newsroom.send(ninjs())
    (record,) = newsroom.replay.log["wire.raw"]
    one = to_line(record).decode()
    other = to_line(replace(record, value=ninjs("b"))).decode()
    twice, two_logs = tmp_path / "twice.jsonl", tmp_path / "two_logs.jsonl"
    twice.write_text(one * 2)
    two_logs.write_text(one + other)
    done, refused = (run("replay", str(file), "--out", str(tmp_path / "out")) for file in (twice, two_logs))
    assert done.exit_code == 0, done.output
    assert "1 items = 1 enriched" in done.stderr
    assert refused.exit_code == 1
    assert f"two different records are {record.position}" in refused.stderr


def test_a_payload_is_sent_again_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """One that was sent again and died again, or has two dead items, has two letters: it is sent once."""
    newsroom = Newsroom("normalise")
    for data in (b"", b"{", b"{"):
        newsroom.send(data)
    died = [Letter(record) for record in newsroom.replay.log["wire.dead"]]
    assert len(died) == 3
    sent: list[Letter] = []

    def send_again(connection: object, chosen: Iterable[Letter]) -> Iterator[tuple[Letter, controls.BytesFrom]]:
        for one in chosen:
            sent.append(one)
            yield one, controls.BytesFrom.SOURCE

    monkeypatch.setattr(refusals, "why_unreachable", lambda connection: None)  # as if a broker answered
    monkeypatch.setattr(controls, "letters", lambda connection: iter(died))
    monkeypatch.setattr(controls, "send_again", send_again)
    result = run("dead", "replay", "--all")
    assert "2 sent again" in result.stderr
    assert [one.name for one in sent] == [died[0].name, died[2].name]
    assert run("dead", "replay", "--reason", "empty").stderr.startswith("1 sent again")


def test_dead_letters_of_a_feed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each letter names its feed, also one of a room behind normalise, whose records have another key."""
    newsroom = Newsroom("normalise")
    newsroom.send(b"{", feed="polder")
    newsroom.send(b"", feed="norden")
    behind = Record(Position("wire.resolved", 0, 4), b"en", b"no item", ((SOURCE, b"polder"),), START_MS)
    out = letter("dedupe", behind, Rejected(Reason.BAD_RECORD, "no item"))
    last = Record(Position("wire.dead", 0, 9), out.key, out.value, out.headers, START_MS)
    died = [Letter(record) for record in [*newsroom.replay.log["wire.dead"], last]]
    monkeypatch.setattr(refusals, "why_unreachable", lambda connection: None)  # as if a broker answered
    monkeypatch.setattr(controls, "letters", lambda connection: iter(died))
    for options, rooms in {
        ("--feed", "polder"): ["normalise", "dedupe"],
        ("--feed", "norden"): ["normalise"],
        ("--feed", "polder", "--room", "dedupe"): ["dedupe"],
        ("--feed", "en"): [],
    }.items():
        rows = [orjson.loads(line) for line in run("dead", "list", "--json", *options).stdout.splitlines()]
        assert [row["room"] for row in rows] == rooms, options
