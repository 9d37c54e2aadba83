"""The contract check: a consumer that accepts what the schemas allow passes; a stricter one gets the refusals."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import msgspec
import pytest
from pydantic import BaseModel, ConfigDict

from pipeline.captures import to_line
from pipeline.items import Alert, Item, Model, Story
from pipeline.replay import Replay
from pipeline.testing.contract import SHOWN_MAX, Contract, examples, refusals
from pipeline.testing.replayed import Replays

CAPTURE = Path(__file__).parent / "example" / "capture.jsonl"
CONTRACT = Contract(Replays(CAPTURE.parent))


class Lenient(BaseModel):
    uri: str
    urgency: int | None = None


class Pedant(BaseModel):
    model_config = ConfigDict(extra="forbid")
    uri: str


class Expectant(BaseModel):
    urgency: int  # not every agency gives one
    headlines: list[dict[str, Any]]


class Struct(msgspec.Struct):
    uri: str
    version: str


def first_body(value: bytes) -> str:
    """A callable that forgets that a recall has no body."""
    text: str = json.loads(value)["bodies"][0]["value"]
    return text


@pytest.mark.parametrize("consumer", [Lenient, Struct, json.loads])
def test_who_passes(consumer: Any) -> None:
    """A pydantic model, a Struct and a callable that pass over what they do not know take everything."""
    CONTRACT(consumer, CAPTURE.name)


@pytest.mark.parametrize(
    ("consumer", "refused"),
    [
        (Pedant, ("Pedant refuses what wire.enriched may hold", "version: Extra inputs are not permitted")),
        (Expectant, ("the least of wire.enriched: urgency: Field required",)),
        (first_body, ("first_body refuses", "the least of wire.enriched: KeyError", "wire.enriched/3@")),
    ],
)
def test_refusals(consumer: Any, refused: tuple[str, ...]) -> None:
    """Each refusal names the record and what the consumer missed or would not have."""
    with pytest.raises(pytest.fail.Exception) as caught:
        CONTRACT(consumer, CAPTURE.name)
    for one in refused:
        assert one in str(caught.value)


def test_a_stranger_in_every_object_is_found_only_by_who_forbids_it() -> None:
    """The example of a later version is refused by models that forbid what they do not know: ours do."""
    for topic, model in (("wire.enriched", Item), ("wire.stories", Story), ("wire.alerts", Alert)):
        assert [one.what.endswith("later version") for one in refusals(model, examples(topic))] == [True]


def test_the_least_is_less() -> None:
    """The least of each topic has fewer members than its example, and is still a record of it."""
    topics: tuple[tuple[str, type[Model]], ...] = (("wire.enriched", Item), ("wire.stories", Story))
    for topic, model in topics:
        (_, full), (_, least), _ = examples(topic)
        assert len(least) < len(full)
        assert model.model_validate_json(least)


def test_a_long_list_is_cut() -> None:
    """The refusals of a consumer that refuses everything fit a page."""

    def nothing(value: bytes) -> None:
        raise RuntimeError("not\nme")

    with pytest.raises(pytest.fail.Exception) as caught:
        CONTRACT(nothing, CAPTURE.name)
    shown = str(caught.value).splitlines()
    assert len(shown) <= SHOWN_MAX + 2
    assert shown[1].endswith("RuntimeError: not me")


def test_topics_that_are_not_for_consumers() -> None:
    """A room's own topic has no contract with anybody."""
    with pytest.raises(ValueError, match=r"wire\.resolved is not for consumers"):
        CONTRACT(Lenient, topic="wire.resolved")


def test_replayed_twice_is_the_same() -> None:
    """Items, alerts, stories, dead letters and records of a replay, and the same bytes a second time."""
    one, two = CONTRACT.replay(CAPTURE.name), CONTRACT.replay(CAPTURE)
    assert len(one.items) == len(one.records("wire.enriched"))
    assert one.alerts
    assert one.stories
    assert one.dead == []
    assert list(map(to_line, one.records("wire.enriched"))) == list(map(to_line, two.records("wire.enriched")))


def test_a_replay_from_behind_the_rooms(tmp_path: Path) -> None:
    """A capture of wire.enriched alone, which consumers may read, replays from there: alerts, but no stories."""
    whole = CONTRACT.replay(CAPTURE.name)
    (tmp_path / "enriched.jsonl").write_bytes(b"".join(map(to_line, whole.records("wire.enriched"))))
    late = Replays(tmp_path)("enriched.jsonl")
    assert late.items == whole.items
    assert late.alerts == whole.alerts
    assert late.stories == []


def test_payloads_and_rules(tmp_path: Path) -> None:
    """Plain files of a feed replay too, under the alert rules of a file beside them."""
    (tmp_path / "one.txt").write_text(
        "Bridge closed in Porto\n\nPORTO (Meridian) - A bridge was closed on Monday.\n"
    )
    (tmp_path / "rules.yaml").write_text(
        "throttle: {minutes: 30, alerts: 3}\nrules: [{name: bridges, level: notice, when: {terms: [bridge]}}]\n"
    )
    replayed = Replays(tmp_path)("one.txt", feed="meridian", rules="rules.yaml")
    assert [(one.feed, one.rule) for one in replayed.alerts] == [("meridian", "bridges")]
    assert Replays(tmp_path)("one.txt", feed="meridian").alerts == []


@pytest.mark.parametrize("text", ["", "nonsense\n", '{"topic":"wire.raw"}'])
def test_what_cannot_be_replayed(text: str, tmp_path: Path) -> None:
    """A broken line after a good one is named with its number; a test does not go on without it."""
    (tmp_path / "broken.jsonl").write_bytes(CAPTURE.read_bytes() + text.encode())
    if not text:
        assert Replays(tmp_path)("broken.jsonl").items
        return
    with pytest.raises(pytest.fail.Exception, match=r"broken\.jsonl:17"):
        Replays(tmp_path)("broken.jsonl")


UNREADABLE: dict[str, tuple[dict[str, Any], str]] = {  # what the test asks for, what it is told
    "nowhere.jsonl": ({}, r"/nowhere\.jsonl: unreadable: no such file"),
    "cut.jsonl.gz": ({}, "end-of-stream marker"),
    "text.jsonl.gz": ({}, "Not a gzipped file"),
    "nowhere.txt": ({"feed": "meridian"}, r"/nowhere\.txt: unreadable: no such file"),
    "later.txt": ({"feed": "meridian", "at_their_time": True}, r"/later\.txt: unreadable: no such file"),
    "empty.jsonl": ({}, "no room reads an empty capture"),
    "day.jsonl": ({"rules": "nowhere.yaml"}, r"/nowhere\.yaml: No such file or directory"),
    "night.jsonl": ({"rules": "no-rules.yaml"}, r"no-rules\.yaml"),
    "week.jsonl": ({"routes": "nowhere.yaml"}, r"/nowhere\.yaml: No such file or directory"),
}


@pytest.mark.parametrize("name", UNREADABLE)
def test_what_cannot_be_read_fails_in_a_line(name: str, tmp_path: Path) -> None:
    """As a missing golden file does, whatever it is that is missing or broken: no traceback of ours."""
    given, told = UNREADABLE[name]
    for day in ("day.jsonl", "night.jsonl", "week.jsonl"):
        (tmp_path / day).write_bytes(CAPTURE.read_bytes())
    (tmp_path / "empty.jsonl").touch()
    (tmp_path / "text.jsonl.gz").write_bytes(CAPTURE.read_bytes())
    (tmp_path / "cut.jsonl.gz").write_bytes(gzip.compress(CAPTURE.read_bytes())[:100])
    (tmp_path / "no-rules.yaml").write_text("rules: 1\n")
    with pytest.raises(pytest.fail.Exception, match=told) as caught:
        Replays(tmp_path)(name, **given)
    assert not caught.value.pytrace
    assert caught.value.__suppress_context__  # nor the traceback behind it


def test_a_bug_of_ours_keeps_its_traceback(monkeypatch: pytest.MonkeyPatch) -> None:
    """Only what is wrong with the test's files is told in a line."""

    def broken(self: Replay, records: object) -> None:
        raise ValueError("a bug")

    monkeypatch.setattr(Replay, "process", broken)
    with pytest.raises(ValueError, match="a bug"):
        CONTRACT.replay(CAPTURE.name)


def test_unknown_topics_are_a_mistake() -> None:
    """A misspelt topic is an error, not an empty list."""
    with pytest.raises(ValueError, match=r"wire\.enrichd is not a topic"):
        CONTRACT.replay(CAPTURE.name).records("wire.enrichd")
