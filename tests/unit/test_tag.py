"""The room tag: which story an item belongs to, and what is published about it."""

from __future__ import annotations

import json
from typing import Any

import pytest
from tag_driver import DAY_MS, FERRY, PROBE, STRIKE, events, experienced, invented, item

from pipeline.envelope import TIME, TYPE, RecordType
from pipeline.items import Item, Kind, Relation, Status
from pipeline.records import Reason, Rejected


def test_a_first_report_founds_a_story_and_a_second_joins_it() -> None:
    """Two outlets on one event are one story; a report of something else is another."""
    one = experienced()
    first, created = one.wire("a", FERRY)
    other, _ = one.wire("b", "volcano lava crater evacuation ash villagers slopes eruption seismologists")
    second, joined = one.wire("c", FERRY + " salvage", feed="beta")
    assert first["story"]["relation"] == other["story"]["relation"] == "new"
    assert events(created) == ["created"]
    assert events(joined)[0] == "joined"
    assert second["story"]["id"] == first["story"]["id"] != other["story"]["id"]
    assert (
        second["story"] | {"relation": "joined", "items": 2, "independent": 2, "rule": "story/1"} == second["story"]
    )
    assert second["story"]["score"] >= second["story"]["threshold"] == 0
    assert set(second["story"]["evidence"]) <= set(FERRY.split())
    assert len(second["story"]["evidence"]) == 5
    assert joined[0]["feeds"] == ["alpha", "beta"]


def test_records_go_where_the_design_says() -> None:
    """Key: the story; partition: the input's; no features; the story is a subject; headers tell the event."""
    one = experienced()
    enriched, snapshot = one.take(*item("a", FERRY, one.now_ms))
    written = Item.model_validate_json(enriched.value)
    assert written.story
    assert (enriched.topic, enriched.partition, enriched.key) == ("wire.enriched", 2, written.story.id.encode())
    assert [name for name, _ in enriched.headers] == ["ce_specversion", TYPE, "ce_source", TIME]
    assert written.subjects[-1].uri == f"urn:wiredesk:story:{written.story.id}"
    assert (written.subjects[-1].name, written.subjects[-1].rel) == (written.story.label, "story")
    assert (snapshot.topic, snapshot.partition, snapshot.key) == ("wire.stories", 2, written.story.id.encode())
    headers = dict(snapshot.headers)
    assert headers[TYPE] == b"wire.story"
    assert headers[TIME] == dict(enriched.headers)[TIME]


INHERITED = [
    # what comes of dispatch "a" in story A -> event, items, independent, rule
    ({"name": "a", "kind": Kind.UPDATE, "version": 2}, ["updated"], 2, 2, "revision/1"),
    (
        {"name": "a", "kind": Kind.CORRECTION, "version": 2, "status": Status.CORRECTED},
        ["updated"],
        2,
        2,
        "revision/1",
    ),
    ({"name": "a", "kind": Kind.REPEAT}, [], 2, 2, "unscored/1"),
    ({"name": "a", "kind": Kind.LATE}, [], 2, 2, "unscored/1"),
    ({"name": "a", "kind": Kind.ADVISORY}, [], 2, 2, "unscored/1"),
    ({"name": "a", "kind": Kind.RECALL}, [], 2, 2, "unscored/1"),
    ({"name": "a", "kind": Kind.RECALL, "status": Status.RECALLED, "killed_by": "z"}, ["killed"], 1, 1, "kill/1"),
    ({"name": "a", "kind": Kind.KILL, "status": Status.KILLED}, ["killed"], 1, 1, "kill/1"),
    ({"name": "x", "relation": Relation.EXACT, "of": "a"}, ["joined"], 3, 2, "copy/1"),
    ({"name": "x", "relation": Relation.REPUBLISH, "of": "a"}, ["joined"], 3, 2, "copy/1"),
    ({"name": "x", "relation": Relation.EXCERPT, "of": "a"}, ["joined"], 3, 2, "copy/1"),
    ({"name": "x", "relation": Relation.UPDATE, "of": "a"}, ["joined"], 3, 2, "copy/1"),
    ({"name": "x", "relation": Relation.CORRECTION, "of": "a"}, ["joined"], 3, 2, "copy/1"),
    ({"name": "x", "relation": Relation.REPUBLISH, "of": "a", "status": Status.RECALLED}, [], 2, 2, "unscored/1"),
]


@pytest.mark.parametrize(("more", "written", "items", "independent", "rule"), INHERITED)
def test_what_belongs_to_a_known_dispatch_inherits_its_story(
    more: dict[str, Any], written: list[str], items: int, independent: int, rule: str
) -> None:
    """A revision, a repeat, a copy is never scored, whatever its words say."""
    one = experienced()
    first, _ = one.wire("a", FERRY)
    one.wire("b", FERRY + " salvage")
    words = PROBE if more["name"] == "a" else FERRY
    later, snapshots = one.wire(**{"words": words, **more})
    assert (later["story"]["id"], later["story"]["relation"]) == (first["story"]["id"], "inherited")
    assert (later["story"]["items"], later["story"]["independent"], later["story"]["rule"]) == (
        items,
        independent,
        rule,
    )
    assert [event for event in events(snapshots) if event != "relabelled"] == written


@pytest.mark.parametrize("kind", [Kind.KILL, Kind.ADVISORY, Kind.RECALL, Kind.REPEAT])
def test_a_notice_about_an_unknown_dispatch_has_no_story(kind: Kind) -> None:
    """A kill of a dispatch never seen is passed on under the dispatch's own key."""
    one = experienced()
    value, _ = item("a", FERRY, one.now_ms, kind=kind)
    (out,) = one.take(value)
    assert out.key == b"a"
    assert "story" not in json.loads(out.value)


def test_a_killed_text_no_longer_attracts() -> None:
    """After the kill of its only report a story takes nobody in, and a later revision brings nothing back."""
    one = experienced()
    first, _ = one.wire("a", FERRY)
    one.wire("a", "", kind=Kind.KILL, status=Status.KILLED)
    back, snapshots = one.wire("a", FERRY, kind=Kind.UPDATE, version=3)
    assert (back["story"]["id"], snapshots) == (first["story"]["id"], [])
    again, _ = one.wire("b", FERRY)
    assert again["story"]["relation"] == "new"


def test_a_kill_before_its_dispatch_wins() -> None:
    """A dispatch that was killed unseen is given no story when it arrives."""
    one = experienced()
    one.wire("a", "", kind=Kind.KILL, status=Status.KILLED)
    late, snapshots = one.wire("a", FERRY)
    assert "story" not in late
    assert snapshots == []


def test_a_revision_moves_the_story_to_its_own_words() -> None:
    """The old version's words leave the sums: only its present words attract."""
    one = experienced()
    first, _ = one.wire("a", FERRY)
    one.wire("a", "glacier", kind=Kind.UPDATE, version=2)
    assert one.wire("b", FERRY)[0]["story"]["relation"] == "new"
    one.wire("a", FERRY, kind=Kind.UPDATE, version=3)
    assert one.state.living[first["story"]["id"]].totals.items == 1


def test_viral_copies_do_not_distort() -> None:
    """A hundred copies leave the sums, the frequencies and the label as they were."""
    one = experienced()
    first, _ = one.wire("a", FERRY)
    story = one.state.living[first["story"]["id"]]
    index = one.state.index
    before = index.rows[story.row]["text_square"], dict(index.documents_by_language), len(story.labels)
    for i in range(100):
        one.wire(f"copy-{i}", FERRY, relation=Relation.REPUBLISH, of="a", feed=f"feed-{i}")
    assert (index.rows[story.row]["text_square"], index.documents_by_language, len(story.labels)) == before
    assert (story.totals.items, story.totals.independent, len(story.totals.feeds)) == (101, 1, 64)


PARK = "zoo panda cub keepers visitors enclosure bamboo birth vets panda naming gates crowds"
ROUND_UPS = [
    # (what makes it one, the stories that it tells of)
    pytest.param({"relation": Relation.ROUND_UP, "of": "a", "parts": ("a", "b")}, "ab", id="contains two stories"),
    pytest.param({"relation": Relation.EXACT, "of": "r0", "parts": ("b", "a")}, "ba", id="copies such a round-up"),
    pytest.param(
        {"relation": Relation.ROUND_UP, "of": "a", "parts": ("a", "x")}, "a", id="contains an unknown one"
    ),
    pytest.param({"relation": Relation.ROUND_UP, "of": "x", "parts": ("x", "y")}, "", id="contains nothing known"),
    pytest.param({"told": (PARK, FERRY)}, "ba", id="says that it is one"),
    pytest.param({"told": (invented(3000, 12), FERRY)}, "a", id="says so, one paragraph about something unknown"),
    pytest.param({"told": (invented(3000, 12),)}, "", id="says so, about nothing known"),
]


@pytest.mark.parametrize(("given", "expected"), ROUND_UPS)
def test_a_round_up_is_an_item_of_no_story(given: dict[str, Any], expected: str) -> None:
    """It names what it tells of, moves nothing, and its key is its dispatch."""
    one = experienced()
    stories = {name: one.wire(name, words)[0]["story"]["id"] for name, words in (("a", FERRY), ("b", PARK))}
    before = one.room.digest(one.state)
    written, snapshots = one.wire("r", f"{FERRY} {PARK}", **given)
    assert [each["id"] for each in written["roundUp"].get("stories", [])] == [stories[name] for name in expected]
    assert written["roundUp"]["rule"] == "round-up/1"
    assert "story" not in written
    assert not snapshots
    assert one.room.digest(one.state) == before


def test_parts_of_one_story_make_no_round_up() -> None:
    """Twin: a text made of two dispatches of one story is an item of it, and no report of its own."""
    one = experienced()
    first, _ = one.wire("a", FERRY)
    one.wire("b", FERRY)
    written, _ = one.wire("r", FERRY, relation=Relation.ROUND_UP, of="a", parts=("a", "b"))
    assert "roundUp" not in written
    assert (written["story"]["id"], written["story"]["relation"]) == (first["story"]["id"], "inherited")
    assert (written["story"]["items"], written["story"]["independent"]) == (3, 2)


def test_a_dispatch_that_becomes_a_round_up_leaves_its_story() -> None:
    """It takes its words and its counts along, and comes back when it is a report again."""
    one = experienced()
    one.wire("a", FERRY)
    alone = one.wire("c", FERRY)[0]["story"]
    one.wire("b", PARK)
    written, (snapshot,) = one.wire("c", FERRY, version=2, told=(FERRY, PARK))
    assert "story" not in written
    assert (snapshot["event"], snapshot["items"], snapshot["independent"]) == ("updated", 1, 1)
    again, _ = one.wire("c", FERRY, version=3)
    assert (again["story"]["id"], again["story"]["items"]) == (alone["id"], 2)


def test_an_item_older_than_the_window_founds_a_story_of_its_own() -> None:
    """Late copy founds its own story, is marked by its rule, and attracts nobody."""
    one = experienced()
    one.wire("a", FERRY)
    late, _ = one.wire("b", FERRY, created_ms=one.now_ms - 6 * DAY_MS)
    assert (late["story"]["relation"], late["story"]["rule"]) == ("new", "late/1")
    copy, _ = one.wire("c", FERRY, created_ms=one.now_ms - 6 * DAY_MS, relation=Relation.EXACT, of="a")
    assert copy["story"]["relation"] == "inherited"


@pytest.mark.parametrize("age_days", [6, 1500])
def test_what_was_old_when_it_came_is_late_and_nothing_else(age_days: int) -> None:
    """Copy out of an archive, or out of a long hold, finds the story of its own days; a live one stays apart."""
    one = experienced()
    then_ms = one.now_ms - age_days * DAY_MS
    live, _ = one.wire("live", STRIKE)
    first, _ = one.wire("a", FERRY, created_ms=then_ms, received_ms=then_ms)
    later_ms = then_ms + DAY_MS // 4
    second, _ = one.wire("b", FERRY, created_ms=later_ms, received_ms=later_ms)
    assert second["story"]["relation"] == "joined"
    assert second["story"]["id"] == first["story"]["id"] != live["story"]["id"]


BAD = [
    (RecordType.CONTROL, b'{"action":"pin","story":"nobody","label":"x","who":"a","why":"b"}', Reason.BAD_CONTROL),
    (RecordType.CONTROL, b"pin", Reason.BAD_CONTROL),
    ("wire.item", b"{}", Reason.BAD_RECORD),
    ("wire.item", item("a", FERRY, 0)[0], Reason.BAD_RECORD),  # without features
]


@pytest.mark.parametrize(("record_type", "value", "reason"), BAD)
def test_bad_records_are_rejected(record_type: str, value: bytes, reason: Reason) -> None:
    """Nothing but Rejected escapes, and the state is as it was."""
    with pytest.raises(Rejected) as caught:
        experienced().take(value, None, record_type)
    assert caught.value.reason is reason


def test_ticks_and_other_controls_change_nothing() -> None:
    """A tick is refused, a control for another room's action writes no record."""
    one = experienced()
    with pytest.raises(Rejected, match="tag accepts ce_type"):
        one.tick()
    assert one.hold() == ()
