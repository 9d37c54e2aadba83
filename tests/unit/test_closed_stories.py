"""A closed story is found again by a later item, kept within bounds, and forgotten with what was killed."""

from __future__ import annotations

from typing import Any
from unittest.mock import patch

import pytest
from tag_driver import DAY_MS, FERRY, PROBE, STRIKE, TagDriver, events, experienced, invented

from pipeline.items import Kind, Status
from pipeline.tag.changes import Contribution, StoryTotals
from pipeline.tag.closed import HEAVY_MAX, heavy_terms, updated_heavy
from pipeline.tag.digest import digest

KILL: dict[str, Any] = {"words": "", "kind": Kind.KILL, "status": Status.KILLED}


def ended(words: str = FERRY) -> tuple[TagDriver, str]:
    """A driver whose story of dispatch `a` is closed, and the id of that story."""
    one = experienced()
    written, _ = one.wire("a", words)
    one.now_ms += 40 * DAY_MS
    one.wire("later", PROBE)
    assert written["story"]["id"] not in one.state.living
    return one, written["story"]["id"]


def test_an_ended_story_goes_on() -> None:
    """An item weeks later finds it: the id, the label and the counts go on, and wire.stories says so."""
    one, story = ended()
    label = one.state.closed.get(story).label  # type: ignore[union-attr]  # it is kept
    written, snapshots = one.wire("b", FERRY + " inquiry verdict")
    assert (written["story"]["id"], written["story"]["relation"]) == (story, "joined")
    assert (written["story"]["rule"], written["story"]["items"]) == ("reopened/1", 2)
    assert {"ferry", "harbour"} & set(written["story"]["evidence"])
    assert events(snapshots)[0] == "reopened"
    assert snapshots[0]["label"] == label
    assert one.state.closed.get(story) is None
    assert one.wire("c", FERRY)[0]["story"]["id"] == story


def test_a_revision_of_the_founding_dispatch_reopens_its_story() -> None:
    """Whatever its words are: a story has its id from its founding item, and no other story gets it."""
    one, story = ended()
    one.wire("a", FERRY, kind=Kind.NEW, version=1)
    assert one.state.living[story].totals.items == 2
    again, other = ended()
    written, _ = again.wire("a", STRIKE)
    assert written["story"]["id"] == other


@pytest.mark.parametrize("words", [invented(0, 40), " ".join([*FERRY.split()[:3], invented(40, 30)])])
def test_too_little_is_shared(words: str) -> None:
    """An item with nothing, or with a few words of a closed story, founds its own."""
    one, story = ended()
    written, _ = one.wire("b", words)
    assert (written["story"]["relation"], written["story"]["id"] == story) == ("new", False)


def test_two_ended_stories_of_the_same_words_stay_ended() -> None:
    """Guard: of two stories that an item matches equally well, neither is reopened."""
    one = experienced()
    with (
        patch("pipeline.tag.scoring.THRESHOLD", 1 << 30),
        patch("pipeline.tag.query.THRESHOLD", 1 << 30),
        patch("pipeline.tag.verdicts.THRESHOLD", 1 << 30),
    ):
        both = {one.wire(name, FERRY)[0]["story"]["id"] for name in ("a", "b")}
    assert len(both) == 2
    one.now_ms += 40 * DAY_MS
    one.wire("later", PROBE)
    assert all(one.state.closed.get(story) for story in both)
    assert one.wire("c", FERRY)[0]["story"]["id"] not in both


def test_a_kill_of_the_founding_dispatch_ends_the_story_for_good() -> None:
    """What was killed after its story was closed is not found again."""
    one, story = ended()
    one.wire("a", **KILL)
    assert one.state.closed.get(story) is None
    assert one.wire("b", FERRY)[0]["story"]["id"] != story
    one.trim()
    assert digest(one.rebuilt()) == digest(one.state)


def test_the_last_record_of_an_ended_story_loses_the_words_of_its_founder() -> None:
    """wire.stories keeps it for ever.  Of several reports the label goes only with an erasure."""
    for more, erased, without in (((), False, True), (("b",), False, False), (("b",), True, True)):
        one = experienced()
        story = one.wire("a", FERRY)[0]["story"]["id"]
        for name in more:
            assert one.wire(name, FERRY + " inquiry")[0]["story"]["id"] == story
        one.now_ms += 40 * DAY_MS
        one.wire("later", PROBE)
        _, snapshots = one.wire("a", **KILL, erased=erased or None)
        found = [(each["id"], each["label"], each["labelKind"]) for each in snapshots]
        assert found == [(story, "—", "none")] * without
        assert not any("terms" in each or "top" in each for each in snapshots)


def test_the_terms_of_what_was_killed_find_nothing() -> None:
    """A killed dispatch takes its heavy terms along; a story of nothing else is not kept."""
    one = experienced()
    story = one.wire("a", FERRY)[0]["story"]["id"]
    one.wire("b", FERRY + " " + invented(0, 20))
    one.wire("b", **KILL)
    alone = updated_heavy(StoryTotals("", 0, "en", ""), 0, one.state.dispatches["a"].contribution)
    assert one.state.living[story].totals.heavy == alone
    one.wire("a", **KILL)
    assert one.state.living[story].totals.heavy == b""
    one.now_ms += 40 * DAY_MS
    one.wire("later", PROBE)
    assert one.state.closed.get(story) is None


def test_how_long_an_ended_story_is_kept() -> None:
    """Guard: while its latest entry is one of the last CLOSED_RECORDS records, whatever was reopened since."""
    one, story = ended()
    for number in range(4):
        one.wire(f"n{number}", invented(100 * number + 500, 20))
    founded = one.state.closed.get(story).founded  # type: ignore[union-attr]  # it is kept
    with patch("pipeline.tag.state.CLOSED_RECORDS", one.offset - founded):
        one.hold()
        assert one.state.closed.get(story)
        one.hold()
        assert one.state.closed.get(story) is None


def test_a_trimmed_journal_gives_back_the_ended_stories() -> None:
    """Ended before the trim, ended after it, reopened, ended again: the rebuilt state is the living one."""
    with patch("pipeline.tag.state.TERM_SAMPLES_MAX", 4):
        one, story = ended()
        for day, words in enumerate((FERRY, "opera tenor stage premiere", STRIKE, PROBE)):
            one.trim()
            assert digest(one.rebuilt()) == digest(one.state)
            one.now_ms += (1 + 5 * day) * DAY_MS
            one.wire(f"day-{day}", words)
        one.trim()
        assert digest(one.rebuilt()) == digest(one.state)
    assert story in one.state.living or one.state.closed.get(story)


def test_heavy_terms_are_the_heaviest_of_the_mean() -> None:
    """At most HEAVY_MAX; a second item counts for half, the ninth for an eighth."""
    import numpy as np

    def item(weights: dict[int, int]) -> Contribution:
        keys, text = np.array(sorted(weights), "<u4"), [weights[key] for key in sorted(weights)]
        return Contribution(keys.tobytes(), np.array(text, "<i2").tobytes())

    totals = StoryTotals("s", 0, "en", "")
    first = updated_heavy(totals, 0, item({key: key for key in range(1, 100)}))
    totals = StoryTotals("s", 0, "en", "", heavy=first)
    assert heavy_terms(totals) == {key: key for key in range(100 - HEAVY_MAX, 100)}
    second = heavy_terms(StoryTotals("s", 0, "en", "", heavy=updated_heavy(totals, 1, item({99: 1, 500: 200}))))
    assert (second[99], second[500], second[98]) == (50, 100, 49)
    heavy = updated_heavy(totals, 1000, item({500: 200, 501: 800}))
    ninth = heavy_terms(StoryTotals("s", 0, "en", "", heavy=heavy))
    assert (ninth[99], ninth[501]) == (99 * 7 // 8, 100)
    assert 500 not in ninth
