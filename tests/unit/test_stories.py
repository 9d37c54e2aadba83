"""The life of a story: merged, pinned, closed; and how long a kill is remembered."""

from __future__ import annotations

import json
from typing import Any
from unittest.mock import patch

import pytest
from tag_driver import DAY_MS, FERRY, PROBE, TagDriver, events, experienced, invented

from pipeline.items import Kind, Relation, Status
from pipeline.tag.digest import digest

LEFT, RIGHT, SHARED = invented(0, 12).split(), invented(100, 12).split(), invented(200, 16)


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
    assert events(snapshots) == ["joined", "grown"]
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
        one = experienced()
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
    one = experienced()
    first, _ = one.wire("a", FERRY)
    (out,) = one.pin(first["story"]["id"], "  Grounded   ferry ")
    written = json.loads(out.value)
    assert (written["event"], written["label"], written["labelBy"]) == ("pinned", "Grounded ferry", "desk@example")
    assert written["previousLabel"] == first["story"]["label"]
    for i in range(4):
        later, snapshots = one.wire(f"later-{i}", FERRY, headline="Salvage ship")
        assert later["story"]["label"] == "Grounded ferry"
        assert events(snapshots) == ["joined", *(["grown"] if i in (0, 3) else [])]


def test_a_story_ends_when_nothing_of_it_is_left_in_the_window() -> None:
    """The next record closes it; its dispatches are unknown from then on."""
    one = experienced()
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
