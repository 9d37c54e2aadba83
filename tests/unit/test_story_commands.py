"""stories, story and explain: what they show of a stream, without a broker; and the tables behind them."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from click.testing import CliRunner

from pipeline.captures import from_line
from pipeline.cli import main
from pipeline.cli import stories as commands
from pipeline.dedupe.rules import DedupeRule
from pipeline.items import (
    Dispatch,
    Duplicate,
    Item,
    Kind,
    Momentum,
    Relation,
    Status,
    Story,
    StoryEvent,
    Text,
    Wire,
)
from pipeline.records import Record
from pipeline.runtime.stories import activity, reading
from pipeline.runtime.stories.shared import SHARED_MIN, WORDS_MAX, compare
from pipeline.runtime.stories.timeline import timeline

GOLDEN = Path(__file__).parents[1] / "replay" / "golden"
NOON = datetime(2022, 1, 12, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


def story(name: str, hours: float = 0, event: StoryEvent = StoryEvent.JOINED, **more: Any) -> Story:
    """A story whose last record is so many hours before noon."""
    time = NOON - hours * HOUR
    known = {"label": f"Label {name}", "language": "en", "items": 2, "independent": 1, "first_seen": time}
    return Story.model_validate(known | {"id": name, "event": event, "last_seen": time, "time": time} | more)


def item(name: str, body: str, *, kind: Kind = Kind.NEW, status: Status = Status.USABLE, **more: Any) -> Item:
    relation, of = more.get("relation", Relation.ORIGINAL), more.get("of")
    return Item(
        uri=f"urn:wiredesk:dispatch:{name}",
        version="1",
        version_created=NOON,
        headlines=(Text(value=f"Title {name}"),),
        bodies=(Text(value=body),),
        wire=Wire(feed=name, format="plain", topic="wire.raw", partition=0, offset=0, sha256="", received=NOON),
        dispatch=Dispatch(id=name, item=f"{name}-1", kind=kind, status=status),
        duplicate=Duplicate(relation=relation, of=of, rule="test/1", independent=of is None),
    )


# ---- activity


ACTIVITY = [
    # (hours since its last record, event, is it active?, its momentum now)
    (0.0, StoryEvent.JOINED, True, (5, 3)),
    (0.9, StoryEvent.KILLED, True, (5, 3)),
    (1.0, StoryEvent.UPDATED, True, (0, 5)),
    (2.0, StoryEvent.GROWN, True, (0, 0)),
    (6.0, StoryEvent.JOINED, True, (0, 0)),
    (6.1, StoryEvent.JOINED, False, (0, 0)),
    (0.0, StoryEvent.CLOSED, False, (5, 3)),
    (0.0, StoryEvent.MERGED, False, (5, 3)),
]


@pytest.mark.parametrize(("hours", "event", "is_active", "momentum"), ACTIVITY)
def test_activity(hours: float, event: StoryEvent, is_active: bool, momentum: tuple[int, int]) -> None:
    """Living, and a record in the last six hours; a momentum ages with its record."""
    one = story("a", hours, event, momentum=Momentum(last_hour=5, hour_before=3))
    assert activity.is_active(one, NOON) == is_active
    found = activity.momentum_at(one, NOON)
    assert (found.last_hour, found.hour_before) == momentum


def test_the_fastest_story_comes_first() -> None:
    """By items of this hour, then of the hour before, then by the time of the last record."""
    many = [
        story("old", 3),
        story("slow", 0.5, momentum=Momentum(last_hour=1, hour_before=9)),
        story("fast", 0.5, momentum=Momentum(last_hour=2, hour_before=0)),
        story("new", 2),
    ]
    assert [one.id for one in activity.in_order(many, NOON)] == ["fast", "slow", "new", "old"]


def test_a_merged_story_leads_to_the_one_that_goes_on() -> None:
    """Over several steps; records that go in a circle, or to a story that is not there, end nothing in a loop."""
    stories = {
        "a": story("a"),
        "b": story("b", event=StoryEvent.MERGED, merged_into="a"),
        "c": story("c", event=StoryEvent.MERGED, merged_into="b"),
        "x": story("x", event=StoryEvent.MERGED, merged_into="y"),
        "y": story("y", event=StoryEvent.MERGED, merged_into="x"),
        "z": story("z", event=StoryEvent.MERGED, merged_into="gone"),
    }
    assert reading.surviving(stories, "c") is stories["a"]
    assert reading.names_of(stories, stories["a"]) == {"a", "b", "c"}
    assert reading.surviving(stories, "x") is not None
    assert reading.surviving(stories, "z") is None
    assert reading.surviving(stories, "unknown") is None


# ---- the time line


FIRE = "A fire destroyed the old mill in Porto on Monday night and nobody was hurt."
CAUSE = "Inspectors said on Tuesday that a faulty heater had caused the fire in the mill."
TIMELINES = [
    # (items, what each moment is: dispatch, share that is new, copies, withdrawn)
    pytest.param([item("a", FIRE)], [("a", 1.0, "", False)], id="the first"),
    pytest.param(
        [item("a", FIRE), item("b", FIRE, relation=Relation.EXACT, of="a")], [("a", 1.0, "b", False)], id="a copy"
    ),
    pytest.param(
        [item("a", FIRE), item("a", FIRE, kind=Kind.REPEAT)], [("a", 1.0, "a", False)], id="a repeat of its own"
    ),
    pytest.param(
        [item("b", FIRE, relation=Relation.EXACT, of="elsewhere")], [("b", 1.0, "", False)], id="of another story"
    ),
    pytest.param(
        [item("a", FIRE), item("a", FIRE, kind=Kind.KILL, status=Status.KILLED)],
        [("a", 1.0, "", True), ("a", 0.0, "", True)],
        id="a kill",
    ),
    pytest.param(
        [
            item("a", FIRE),
            item("b", FIRE, relation=Relation.EXACT, of="a"),
            item("b", "", kind=Kind.RECALL, status=Status.RECALLED, of="a"),
        ],
        [("a", 1.0, "b!", False)],
        id="a recall of a copy",
    ),
]


@pytest.mark.parametrize(("items", "expected"), TIMELINES)
def test_timeline(items: list[Item], expected: list[tuple[str, float, str, bool]]) -> None:
    """Copies and repeats are under what they repeat; what was withdrawn later is known at every moment."""
    moments = timeline(reading.Published(one, NOON) for one in items)
    shown = [
        (
            moment.item.dispatch.id,
            moment.new_share,
            "".join(copy.dispatch.id + "!" * (copy in moment.withdrawn_copies) for copy in moment.copies),
            moment.is_withdrawn,
        )
        for moment in moments
    ]
    assert shown == expected


def test_a_timeline_is_in_order_of_time() -> None:
    """A feed that overtook another one in the topic comes after it, and its share is counted against it."""
    late, early = item("b", f"{FIRE}\n\n{CAUSE}"), item("a", FIRE)
    published = [reading.Published(late, NOON + timedelta(hours=1)), reading.Published(early, NOON)]
    first, second = timeline(published)
    assert [first.item.dispatch.id, second.item.dispatch.id] == ["a", "b"]
    assert (first.new_share, second.new_text) == (1.0, CAUSE)


def test_what_a_report_adds() -> None:
    """The share of its text that no report before it had, and the first paragraph of that."""
    items = [item("a", FIRE), item("b", f"{FIRE}\n\n{CAUSE}")]
    _, second = timeline(reading.Published(one, NOON) for one in items)
    assert second.new_text == CAUSE
    assert 0.4 < second.new_share < 0.6


# ---- two texts


COMPARISONS = [
    # (left, right, left with brackets around what is not shared, how many words are)
    ("", "", "", 0),
    ("one two three", "One, two: THREE!", "one two three", 3),
    ("one two", "one two", "[one two]", 0),
    ("now one two three four", "one two three five", "[now] one two three [four]", 3),
    ("a b c x d e f", "a b c y d e f", "a b c [x] d e f", 6),
    ("– — …", "– — …", "– — …", 3),
]


@pytest.mark.parametrize(("left", "right", "expected", "words"), COMPARISONS)
def test_what_two_texts_share(left: str, right: str, expected: str, words: int) -> None:
    """Runs of three words or more, whatever case and punctuation."""
    comparison = compare(left, right)
    shown = " ".join(one.text if one.is_shared else f"[{one.text}]" for one in comparison.left)
    assert (shown, comparison.shared_words) == (expected, words)
    assert sum(len(one.text.split()) for one in comparison.right if one.is_shared) == words


def test_a_hostile_text_is_compared_in_time() -> None:
    """A megabyte of one word against another: no more than WORDS_MAX words are compared."""
    comparison = compare("the " * 250_000, "the " * 249_999 + "end")
    assert SHARED_MIN < comparison.shared_words <= WORDS_MAX


# ---- the commands


@pytest.fixture
def stream(monkeypatch: pytest.MonkeyPatch) -> dict[str, list[Record]]:
    """The topics as the commands read them: those of the golden replay."""
    topics = {
        topic: [from_line(line) for line in (GOLDEN / f"{topic}.jsonl").read_bytes().splitlines()]
        for topic in (reading.STORIES, reading.ENRICHED)
    }

    def read(_: object, names: Iterable[str]) -> list[Record]:
        return [record for name in names for record in topics[name]]

    monkeypatch.setattr(commands, "reached", lambda: SimpleNamespace(connection=None))
    monkeypatch.setattr(reading, "read_topics", read)
    return topics


def run(*arguments: str, code: int = 0) -> str:
    """What the command shows on stdout; on stderr if it fails."""
    result = CliRunner().invoke(main, arguments)
    assert result.exit_code == code, (result.output, result.exception)
    return result.stderr if code else result.stdout


def of(stream: dict[str, list[Record]], **wanted: str) -> dict[str, Any]:
    """The first item of the golden replay whose verdict of dedupe has these members."""
    found: Iterable[dict[str, Any]] = (json.loads(record.value) for record in stream[reading.ENRICHED])
    return next(one for one in found if wanted.items() <= one.get("duplicate", {}).items() and "story" in one)


def test_stories(stream: dict[str, list[Record]]) -> None:
    """A line a story with its label; --active is a part of it; --json the latest records as they are."""
    latest = {json.loads(record.value)["id"]: json.loads(record.value) for record in stream[reading.STORIES]}
    lines = run("stories").splitlines()
    assert len(lines) == 1 + len(latest)
    assert any("NATO-Russia security talks" in line and "living" in line for line in lines)
    found = [json.loads(line) for line in run("stories", "--json").splitlines()]
    assert {one["id"]: one for one in found} == latest
    assert 0 < len(run("stories", "--active").splitlines()) - 1 < len(latest)


def test_story(stream: dict[str, list[Record]]) -> None:
    """Who was first, what is new, copies and kills; and all records of the story in --json."""
    found = json.loads(run("story", of(stream, relation="republish")["story"]["id"], "--json"))
    keys = [record.key.decode() for record in stream[reading.ENRICHED]]
    moments = found["timeline"]
    recalls = sum(b'"kind":"recall"' in record.value for record in stream[reading.ENRICHED])
    shown = len(moments) + sum(len(moment["copies"]) for moment in moments)
    assert keys.count(found["story"]["id"]) - recalls <= shown <= keys.count(found["story"]["id"])
    text = run("story", f"urn:wiredesk:story:{found['story']['id']}")
    assert text.splitlines()[0].startswith(found["story"]["label"])
    assert " first " in text
    assert "↳ " in text


@pytest.mark.parametrize("relation", ["exact", "republish", "excerpt", "update"])
def test_explain_a_copy(stream: dict[str, list[Record]], relation: str) -> None:
    """By uri, dispatch and item: the rule, the original, both texts with what they share."""
    copy = of(stream, relation=relation, rule=DedupeRule.EXACT if relation == "exact" else DedupeRule.TWO_ZONE)
    for name in (copy["uri"], copy["dispatch"]["id"], copy["dispatch"]["item"]):
        text = run("explain", name)
        assert f"copy: {relation} of {copy['duplicate']['ofItem']}" in text
        assert "what it copies: " in text
    found = json.loads(run("explain", copy["uri"], "--json"))
    assert found["duplicate"] == copy["duplicate"]
    assert found["shared"]["words"] > 20
    assert found["original"]["item"] == copy["duplicate"]["ofItem"]


def test_explain_a_report(stream: dict[str, list[Record]]) -> None:
    """The score, what a match needs, the terms, and the next best story."""
    found = (json.loads(record.value) for record in stream[reading.ENRICHED])
    report = next(
        one for one in found if "runnerUp" in one.get("story", {}) and one["story"]["relation"] == "joined"
    )
    text = run("explain", report["dispatch"]["item"])
    assert f"a score of {report['story']['score']:+.2f}; 0 or more joins" in text
    assert f"next best: {report['story']['runnerUp']['label']}" in text
    assert "rule story/1: it joins" in text


@pytest.mark.parametrize("command", [("story", "4f0c"), ("explain", "4f0c"), ("explain", "urn:x:4f0c")])
def test_unknown(stream: dict[str, list[Record]], command: tuple[str, ...]) -> None:
    """Exit code 1 and where ids are to be found."""
    assert "; `wiredesk " in run(*command, code=1)


def test_no_stories_yet(stream: dict[str, list[Record]]) -> None:
    """An empty topic is no error: it says so, and what to do."""
    stream[reading.STORIES].clear()
    assert not run("stories")
    assert "there are no stories yet" in CliRunner().invoke(main, ["stories"]).stderr


def test_words_from_outside_do_nothing_to_a_terminal(stream: dict[str, list[Record]]) -> None:
    """A label, a headline and a body with control characters and markup are shown as text."""
    evil = "\x1b[31mred\x07 [bold]x[/bold]\u202e"
    for topic, records in stream.items():
        for number, record in enumerate(records):
            value = json.loads(record.value)
            if topic == reading.STORIES:
                value |= {"label": evil, "feeds": [evil]}
            else:
                value |= {"headlines": [{"value": evil}], "bodies": [{"value": f"{evil} {evil} one two three"}]}
            records[number] = dataclasses.replace(record, value=json.dumps(value).encode())
    copy = of(stream, relation="republish")
    for command in (["stories"], ["story", copy["story"]["id"]], ["explain", copy["uri"]]):
        text = run(*command)
        assert "[bold]x[/bold]" in text
        assert not set(text) & set("\x1b\x07\u202e")


def test_a_record_that_cannot_be_read_is_skipped(stream: dict[str, list[Record]]) -> None:
    """Another version may have written it."""
    for records in stream.values():
        records.insert(0, dataclasses.replace(records[0], value=b'{"new":true}'))
    assert run("stories")
    copy = of(stream, relation="republish")
    assert run("story", copy["story"]["id"])
