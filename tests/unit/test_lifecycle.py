"""The life of a story on wire.stories: the steps of its growth, its momentum, its top item, its languages."""

from __future__ import annotations

from typing import Any

import pytest
from tag_driver import DAY_MS, FERRY, HOUR_MS, PROBE, TagDriver, events, experienced, invented
from test_stories import both, two_stories

from pipeline.items import Kind, Relation, Status
from pipeline.tag.digest import digest
from pipeline.tag.lifecycle import HEADLINE_CHARACTERS_MAX
from pipeline.tag.story_totals import step_of

COPY: dict[str, Any] = {"relation": Relation.EXACT, "of": "a"}
LONG = f"{FERRY} {invented(9000, 20)}"  # 34 words, each in a phrase of four: more than 100
LONGER = f"{FERRY} {invented(9000, 30)}"

STEPS = [(0, 0), (1, 0), (2, 2), (4, 2), (5, 5), (9, 5), (10, 10), (19, 10), (20, 20), (49, 20), (50, 50)]
FAR_STEPS = [(99, 50), (100, 100), (199, 100), (200, 200), (500, 500), (999, 500), (1000, 1000), (123_456, 100_000)]


@pytest.mark.parametrize(("independent", "expected"), [*STEPS, *FAR_STEPS])
def test_steps(independent: int, expected: int) -> None:
    """1, 2 and 5 in each power of ten, from 2 on."""
    assert step_of(independent) == expected


def grown(snapshots: list[dict[str, Any]]) -> list[int]:
    """The steps that were published."""
    return [each["step"] for each in snapshots if each["event"] == "grown"]


def test_a_story_grows_by_independent_reports() -> None:
    """The record of a step comes once, behind that of the report; copies, revisions and repeats bring none."""
    one = experienced()
    found: list[tuple[str, list[int]]] = []

    def send(name: str, **more: Any) -> None:
        _, snapshots = one.wire(name, FERRY, **more)
        assert all("step" not in each for each in snapshots if each["event"] != "grown")
        found.append((name, grown(snapshots)))

    send("a")
    for n in range(9):
        send(f"copy{n}", **COPY)
    send("a", version=2, kind=Kind.UPDATE)
    for name in "bcdef":
        send(name)
    send("f", version=2, kind=Kind.KILL, status=Status.KILLED)
    send("e", version=2, kind=Kind.KILL, status=Status.KILLED)
    send("g")  # the fifth again
    for n in range(5):
        send(f"h{n}")
    assert [each for each in found if each[1]] == [("b", [2]), ("e", [5]), ("h4", [10])]


def test_a_story_that_is_reopened_has_its_steps_behind_it() -> None:
    """Two reports, an end, and a third report: no second record of the second."""
    one = experienced()
    one.wire("a", LONG)
    _, snapshots = one.wire("b", LONG)
    assert grown(snapshots) == [2]
    one.now_ms += 9 * DAY_MS
    one.wire("z", PROBE)
    _, snapshots = one.wire("c", LONG)
    assert events(snapshots) == ["reopened"]
    assert (snapshots[0]["independent"], snapshots[0]["momentum"]["lastHour"]) == (3, 1)
    assert snapshots[0]["top"]["uri"] == "urn:wiredesk:dispatch:c"


def test_a_merger_can_pass_a_step() -> None:
    """Two stories of one report each have three with the item that is in both."""
    one, _, _ = two_stories()
    _, snapshots = both(one)
    assert events(snapshots)[:3] == ["merged", "joined", "grown"]
    assert grown(snapshots) == [2]


ARRIVALS = [
    # (hours since the story began at which items come, what the last record says)
    pytest.param([0], (1, 0), id="the first"),
    pytest.param([0, 0.5, 0.9], (3, 0), id="within an hour"),
    pytest.param([0, 1], (1, 1), id="just an hour ago is the hour before"),
    pytest.param([0, 0.5, 1.25, 1.5], (2, 2), id="both hours"),
    pytest.param([0, 2], (1, 0), id="two hours ago is neither"),
    pytest.param([0, 0.1, 30, 30.5], (2, 0), id="after a pause"),
]


@pytest.mark.parametrize(("hours", "expected"), ARRIVALS)
def test_momentum(hours: list[float], expected: tuple[int, int]) -> None:
    """Items in the hour up to the record, and in the hour before: reports, copies and revisions."""
    one = experienced()
    start_ms = one.now_ms
    snapshots: list[dict[str, Any]] = []
    for n, hour in enumerate(hours):
        one.now_ms = start_ms + round(hour * HOUR_MS)
        more: dict[str, Any] = ({}, COPY, {"version": 2, "kind": Kind.UPDATE})[n % 3]
        snapshots = one.wire("a" if n % 3 != 1 else f"copy{n}", FERRY, **more)[1]
    assert tuple(snapshots[-1]["momentum"].values()) == expected


def test_momentum_of_a_merger_and_of_an_end() -> None:
    """The story that goes on has what came in for both; at its end there is nothing."""
    one, _, _ = two_stories()
    _, snapshots = both(one)
    assert [each["momentum"] for each in snapshots[:2]] == [
        {"lastHour": 1, "hourBefore": 0},
        {"lastHour": 2, "hourBefore": 0},
    ]
    one.now_ms += 9 * DAY_MS
    _, snapshots = one.wire("z", PROBE)
    assert events(snapshots)[0] == "closed"
    assert snapshots[0]["momentum"] == {"lastHour": 0, "hourBefore": 0}


KILL: dict[str, Any] = {"version": 9, "kind": Kind.KILL, "status": Status.KILLED}
HOLD: dict[str, Any] = {"version": 2, "kind": Kind.ADVISORY, "status": Status.HELD}
RELEASE: dict[str, Any] = {"version": 2, "kind": Kind.ADVISORY}
ONE: dict[str, Any] = {"version": 2, "kind": Kind.ADVISORY, "status": Status.SUPERSEDED, "merged_into": "a"}
REVISION: dict[str, Any] = {"version": 2, "kind": Kind.UPDATE}
TOPS = [
    # (dispatch, words, more)..., the dispatch that represents the story then
    pytest.param([("a", FERRY, {})], "a", id="the only one"),
    pytest.param([("a", FERRY, {}), ("b", FERRY, {})], "b", id="of equals the latest"),
    pytest.param([("a", LONG, {}), ("b", FERRY, {})], "a", id="the longer one"),
    pytest.param([("a", LONGER, {}), ("b", LONG, {})], "b", id="of long ones the latest"),
    pytest.param([("a", FERRY, {}), ("b", LONG, COPY)], "a", id="never a copy"),
    pytest.param([("a", LONG, {}), ("b", LONG, {}), ("b", "", KILL)], "a", id="after a kill the next"),
    pytest.param([("a", LONG, {}), ("a", "", KILL)], None, id="nothing is left"),
    pytest.param([("a", LONG, {}), ("a", "", KILL), ("b", FERRY, {})], "b", id="a new one after a kill"),
    pytest.param([("a", FERRY, {}), ("b", LONG, {}), ("b", FERRY, {**REVISION, **COPY})], "a", id="now a copy"),
    pytest.param([("a", LONG, {}), ("b", LONGER, {}), ("b", FERRY, REVISION)], "a", id="shortened"),
    pytest.param([("a", FERRY, {}), ("b", LONG, {}), ("b", LONG, REVISION)], "b", id="revised"),
    pytest.param([("a", FERRY, {}), ("b", LONG, {}), ("b", "", HOLD)], "a", id="on hold"),
    pytest.param([("a", LONG, {}), ("a", "", HOLD)], None, id="the only one is on hold"),
    pytest.param([("a", FERRY, {}), ("b", LONG, {}), ("b", "", HOLD), ("b", "", RELEASE)], "b", id="released"),
    pytest.param([("a", LONG, {}), ("a", "", HOLD), ("a", "", RELEASE)], "a", id="the only one is released"),
    pytest.param(
        [("a", FERRY, {}), ("b", LONG, {}), ("b", "", HOLD), ("b", FERRY, REVISION)], "b", id="revised again"
    ),
    pytest.param(
        [("a", FERRY, {}), ("b", LONG, {}), ("b", "", HOLD), ("c", FERRY, {})], "c", id="a new one meanwhile"
    ),
    pytest.param([("a", FERRY, {}), ("b", LONG, {}), ("b", "", ONE)], "a", id="the same dispatch as another"),
]


@pytest.mark.parametrize(("sent", "expected"), TOPS)
def test_top_item(sent: list[tuple[str, str, dict[str, Any]]], expected: str | None) -> None:
    """The latest report of 100 words, else the longest; a rebuilt room says the same."""
    one = experienced()
    snapshots: list[dict[str, Any]] = []
    for name, words, more in sent:
        snapshots = one.wire(name, words, **more)[1]
    top = snapshots[-1].get("top")
    assert (top and top["uri"]) == (expected and f"urn:wiredesk:dispatch:{expected}")
    if top:
        assert (top["headline"], top["feed"]) == ("Ferry aground", "alpha")
    one.trim()
    assert digest(one.rebuilt()) == digest(one.state)


def test_a_top_item_leaves_with_the_window() -> None:
    """When the report has left, the next one represents the story; a story of copies has none."""
    one = experienced()
    one.wire("a", LONG)
    one.now_ms += 3 * DAY_MS
    one.wire("b", FERRY)
    one.now_ms += 3 * DAY_MS
    one.wire("other", PROBE)
    _, snapshots = one.wire("copy", FERRY, relation=Relation.EXACT, of="b")
    assert snapshots[0]["top"]["uri"] == "urn:wiredesk:dispatch:b"
    one.now_ms += 3 * DAY_MS
    one.wire("other", PROBE)
    _, snapshots = one.wire("copy2", FERRY, relation=Relation.EXACT, of="copy")
    assert "top" not in snapshots[0]


def test_two_dispatches_that_are_one_count_once() -> None:
    """The one whose id is given up leaves its story; it stays, if the other is in none."""
    one = experienced()
    one.wire("a", FERRY)
    one.wire("b", FERRY)
    written, (snapshot,) = one.wire("b", "", **ONE)
    assert (written["story"]["rule"], snapshot["event"]) == ("one-dispatch/1", "updated")
    assert (snapshot["items"], snapshot["independent"]) == (1, 1)
    one.wire("c", FERRY)
    _, snapshots = one.wire("c", "", **{**ONE, "merged_into": "nowhere"})
    assert not snapshots


def test_a_copy_finds_the_story_of_another_copy() -> None:
    """What they copy has left the window: they stay one story, and its next version is not counted again."""
    one = experienced()
    first, _ = one.wire("a", FERRY)
    for day in range(9):
        one.now_ms += DAY_MS
        copy, _ = one.wire(f"copy{day}", FERRY, **COPY)
        assert copy["story"]["id"] == first["story"]["id"]
        one.trim()
        assert digest(one.rebuilt()) == digest(one.state)
    assert (copy["story"]["items"], copy["story"]["independent"]) == (10, 1)
    again, _ = one.wire("a", FERRY, version=2, kind=Kind.UPDATE)
    assert (again["story"]["items"], again["story"]["independent"]) == (10, 1)


def test_a_long_headline_is_shortened() -> None:
    """A top item has no more than HEADLINE_CHARACTERS_MAX characters of it, or of the copy without one."""
    one = experienced()
    _, snapshots = one.wire("a", FERRY, headline="quay " * 100)
    headline = snapshots[0]["top"]["headline"]
    assert len(headline) <= HEADLINE_CHARACTERS_MAX
    assert headline.endswith("quay…")
    _, snapshots = one.wire("b", PROBE, headline="")
    assert snapshots[0]["top"]["headline"].startswith("the bank of the bank the auditors")


def test_languages() -> None:
    """The tags of all items of the story, sorted."""
    one = TagDriver()
    for name, language in (("a", "en-US"), ("b", "en"), ("c", "en-GB"), ("d", "en")):
        _, snapshots = one.wire(name, FERRY, language=language, **(COPY if name > "a" else {}))
    assert snapshots[-1]["languages"] == ["en", "en-GB", "en-US"]


def test_the_runner_up_is_the_best_story_that_an_item_did_not_join() -> None:
    """Below the threshold for an item that founds a story; else the second best.  Copies are not scored."""
    one = experienced()
    first, _ = one.wire("a", FERRY)
    assert "runnerUp" not in first["story"]  # nothing has a word of it
    founding, _ = one.wire("b", f"{invented(9000, 14)} {' '.join(FERRY.split()[3:7])}")
    story = founding["story"]
    assert story["relation"] == "new"
    assert (story["runnerUp"]["id"], story["runnerUp"]["label"]) == (first["story"]["id"], first["story"]["label"])
    assert story["runnerUp"]["score"] == story["score"] < story["threshold"]
    joining, _ = one.wire("c", f"{FERRY} {' '.join(PROBE.split()[:4])}")
    story = joining["story"]
    assert (story["relation"], story["id"]) == ("joined", first["story"]["id"])
    assert story["runnerUp"]["id"] != story["id"]
    assert story["runnerUp"]["score"] <= story["score"]
    copied, _ = one.wire("d", FERRY, **COPY)
    assert "runnerUp" not in copied["story"]
