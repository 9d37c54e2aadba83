"""The room tag: which story, and what is written of it."""

from __future__ import annotations

import json
from typing import Any
from unittest.mock import patch

import pytest
from tag_driver import FERRY, HOUR_MS, PROBE, STRIKE, TagDriver, invented, item

from pipeline.envelope import TIME, TYPE, RecordType
from pipeline.items import Item, Kind, Relation, Status
from pipeline.records import Reason, Rejected
from pipeline.tag.digest import digest

DAY_MS = 24 * HOUR_MS


def driver() -> TagDriver:
    """A driver that has seen enough copy to know which words are rare."""
    one = TagDriver()
    for i, words in enumerate((STRIKE, PROBE, "wheat harvest drought silo", "opera premiere tenor stage")):
        one.wire(f"noise-{i}", words)
    return one


def events(snapshots: list[dict[str, Any]]) -> list[str]:
    return [snapshot["event"] for snapshot in snapshots]


def test_a_first_report_founds_a_story_and_a_second_joins_it() -> None:
    """Two outlets on one event are one story; a report of something else is another."""
    one = driver()
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
    one = driver()
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
    one = driver()
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
def test_what_says_nothing_about_an_unknown_dispatch_has_no_story(kind: Kind) -> None:
    """A kill of a dispatch never seen is passed on under the dispatch's own key."""
    one = driver()
    value, _ = item("a", FERRY, one.now_ms, kind=kind)
    (out,) = one.take(value)
    assert out.key == b"a"
    assert "story" not in json.loads(out.value)


def test_a_killed_text_no_longer_attracts() -> None:
    """After the kill of its only report a story takes nobody in, and a later revision brings nothing back."""
    one = driver()
    first, _ = one.wire("a", FERRY)
    one.wire("a", "", kind=Kind.KILL, status=Status.KILLED)
    back, snapshots = one.wire("a", FERRY, kind=Kind.UPDATE, version=3)
    assert (back["story"]["id"], snapshots) == (first["story"]["id"], [])
    again, _ = one.wire("b", FERRY)
    assert again["story"]["relation"] == "new"


def test_a_kill_before_its_dispatch_wins() -> None:
    """A dispatch that was killed unseen is given no story when it arrives."""
    one = driver()
    one.wire("a", "", kind=Kind.KILL, status=Status.KILLED)
    late, snapshots = one.wire("a", FERRY)
    assert "story" not in late
    assert snapshots == []


def test_a_revision_moves_the_story_to_its_own_words() -> None:
    """The old version's words leave the sums: only what the story says now attracts."""
    one = driver()
    first, _ = one.wire("a", FERRY)
    one.wire("a", "glacier", kind=Kind.UPDATE, version=2)
    assert one.wire("b", FERRY)[0]["story"]["relation"] == "new"
    one.wire("a", FERRY, kind=Kind.UPDATE, version=3)
    assert one.state.living[first["story"]["id"]].totals.items == 1


def test_viral_copies_do_not_distort() -> None:
    """A hundred copies leave the sums, the frequencies and the label as they were."""
    one = driver()
    first, _ = one.wire("a", FERRY)
    story = one.state.living[first["story"]["id"]]
    before = one.state.index.rows[story.row]["text_square"], one.state.index.items, len(story.labels)
    for i in range(100):
        one.wire(f"copy-{i}", FERRY, relation=Relation.REPUBLISH, of="a", feed=f"feed-{i}")
    assert (one.state.index.rows[story.row]["text_square"], one.state.index.items, len(story.labels)) == before
    assert (story.totals.items, story.totals.independent, len(story.totals.feeds)) == (101, 1, 64)


def test_a_round_up_is_scored_but_moves_nothing() -> None:
    """It never inherits through its copies; where it joins, the centroid stays."""
    one = driver()
    first, _ = one.wire("a", FERRY)
    story = one.state.living[first["story"]["id"]]
    square = int(one.state.index.rows[story.row]["text_square"])
    written, _ = one.wire("r", FERRY, relation=Relation.ROUND_UP, of="noise-0")
    assert (written["story"]["id"], written["story"]["relation"]) == (first["story"]["id"], "joined")
    assert int(one.state.index.rows[story.row]["text_square"]) == square


def test_an_item_older_than_the_window_stands_alone() -> None:
    """Late copy founds its own story, is marked by its rule, and attracts nobody."""
    one = driver()
    one.wire("a", FERRY)
    late, _ = one.wire("b", FERRY, created_ms=one.now_ms - 6 * DAY_MS)
    assert (late["story"]["relation"], late["story"]["rule"]) == ("new", "late/1")
    copy, _ = one.wire("c", FERRY, created_ms=one.now_ms - 6 * DAY_MS, relation=Relation.EXACT, of="a")
    assert copy["story"]["relation"] == "inherited"


LEFT, RIGHT, SHARED = invented(0, 12).split(), invented(100, 12).split(), invented(200, 30)


def two_stories() -> tuple[TagDriver, str, str]:
    """A driver with two stories that turn out one (the older, the younger): the next `both` is at home in each."""
    one = TagDriver()
    for i in range(40):
        one.wire(f"noise-{i}", invented(2000 + 20 * i, 20))
    first, _ = one.wire("a", " ".join([*LEFT, SHARED]), headline="")
    one.now_ms += round(4.5 * DAY_MS)  # so late and with another lead, the second does not join
    second, _ = one.wire("b", " ".join([*RIGHT, SHARED]), headline="")
    assert second["story"]["relation"] == "new"
    return one, first["story"]["id"], second["story"]["id"]


def both(one: TagDriver) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    return one.wire("c", " ".join([*LEFT[:6], *RIGHT[:6], SHARED]), headline="")


def test_two_stories_that_turn_out_one_are_merged_into_the_older() -> None:
    """An item at home in both joins them; later references to the younger find the older."""
    one, older, younger = two_stories()
    written, snapshots = both(one)
    assert (written["story"]["id"], written["story"]["mergedFrom"]) == (older, younger)
    assert written["story"]["items"] == 3
    merged = snapshots[0]
    assert (merged["id"], merged["event"], merged["mergedInto"]) == (younger, "merged", older)
    revised, _ = one.wire("b", FERRY, kind=Kind.UPDATE, version=2)
    assert revised["story"]["id"] == older
    assert json.loads(one.pin(younger, "Harbour day")[0].value)["id"] == older
    for day in range(7):  # while parts of it leave the window, and after
        one.now_ms += DAY_MS
        one.wire(f"day-{day}", invented(4000 + 20 * day, 20))
        one.trim()
        assert digest(one.rebuilt()) == digest(one.state)
    assert not one.state.aliases


def test_two_stories_with_an_editors_label_each_stay_apart() -> None:
    """Guard: two pinned stories never merge, or an editor's word would be lost."""
    one, older, younger = two_stories()
    one.pin(older, "Harbour day")
    one.pin(younger, "Harbour night")
    written, snapshots = both(one)
    assert "mergedFrom" not in written["story"]
    assert events(snapshots) == ["joined"]
    assert {one.state.living[story].totals.label for story in (older, younger)} == {"Harbour day", "Harbour night"}


@pytest.mark.parametrize("pinned", [0, 1])
def test_one_editors_label_survives_a_merge(pinned: int) -> None:
    """Guard: a single pin does not keep stories apart, and labels the survivor whichever of the two had it."""
    one, older, younger = two_stories()
    one.pin((older, younger)[pinned], "Harbour day")
    written, _ = both(one)
    assert (written["story"]["id"], written["story"]["label"]) == (older, "Harbour day")
    assert one.state.living[older].totals.label_by == "desk@example"


def test_the_longest_killed_is_forgotten_first() -> None:
    """Guard: the order of the killed.  A kill that a trim carried again, after later ones, is no younger."""
    kill: dict[str, Any] = {"words": "", "kind": Kind.KILL, "status": Status.KILLED}
    with patch.multiple("pipeline.tag.state", KILLED_MAX=2, TERM_SAMPLES_MAX=1):
        one = driver()
        one.wire("a", **kill)
        one.now_ms += 9 * DAY_MS
        one.wire("later", PROBE)
        one.wire("b", **kill)
        one.trim()
        one.state = one.rebuilt()
        one.wire("c", **kill)
    assert "story" in one.wire("a", FERRY)[0], "forgotten"
    assert "story" not in one.wire("b", FERRY)[0]
    assert "story" not in one.wire("c", FERRY)[0]


def test_an_editors_label_wins_from_then_on() -> None:
    """A pin is written, stays through later items, and names who set it."""
    one = driver()
    first, _ = one.wire("a", FERRY)
    (out,) = one.pin(first["story"]["id"], "  Grounded   ferry ")
    written = json.loads(out.value)
    assert (written["event"], written["label"], written["labelBy"]) == ("pinned", "Grounded ferry", "desk@example")
    assert written["previousLabel"] == first["story"]["label"]
    for i in range(4):
        later, snapshots = one.wire(f"later-{i}", FERRY, headline="Salvage ship")
        assert later["story"]["label"] == "Grounded ferry"
        assert events(snapshots) == ["joined"]


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
        driver().take(value, None, record_type)
    assert caught.value.reason is reason


def test_ticks_and_other_controls_change_nothing() -> None:
    """A tick is refused, a control for another room's action writes no record."""
    one = driver()
    with pytest.raises(Rejected, match="tag accepts ce_type"):
        one.tick()
    assert one.hold() == ()


def test_a_story_ends_when_nothing_of_it_is_left_in_the_window() -> None:
    """The next record tells that it closed; its dispatches are unknown from then on."""
    one = driver()
    first, _ = one.wire("a", FERRY)
    one.now_ms += 3 * DAY_MS
    one.wire("copy", FERRY, relation=Relation.EXACT, of="a")
    one.now_ms += 3 * DAY_MS
    _, snapshots = one.wire("x", "volcano lava crater")
    assert [s["id"] for s in snapshots if s["event"] == "closed"].count(first["story"]["id"]) == 0  # the copy lives
    one.now_ms += 3 * DAY_MS
    fresh, snapshots = one.wire("b", FERRY)
    closed = [s for s in snapshots if s["event"] == "closed"]
    assert [s["id"] for s in closed] == [first["story"]["id"]]
    assert closed[0]["items"] == 2
    assert fresh["story"]["relation"] == "new"
    assert set(one.state.dispatches) == {"x", "b"}
