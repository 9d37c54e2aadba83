"""After a kill no record of tag has a word that only the killed dispatch had, but for the kill's own headline."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from tag_driver import DAY_MS, FERRY, TagDriver, events, experienced

from pipeline.items import Kind, LabelKind, Relation, Status

KILLED_LABEL = "Drunken captain"


def kill(one: TagDriver, name: str = "a") -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """A kill as resolve writes it: with the headline that was published."""
    return one.wire(name, "", kind=Kind.KILL, status=Status.KILLED, version=9, headline=KILLED_LABEL)


def alone(one: TagDriver) -> None:
    one.wire("a", FERRY, headline=KILLED_LABEL)


def with_another(one: TagDriver) -> None:
    alone(one)
    one.wire("b", FERRY, headline="Ferry aground")


def with_one_without_phrases(one: TagDriver) -> None:
    alone(one)
    one.wire("b", FERRY, headline="")


def revised(one: TagDriver) -> None:
    alone(one)
    one.wire("a", FERRY, headline=f"{KILLED_LABEL} arrested", kind=Kind.UPDATE, version=2)


def copied(one: TagDriver) -> None:
    alone(one)
    one.wire("copy", FERRY, headline=KILLED_LABEL, relation=Relation.EXACT, of="a", feed="beta")


def held_beside(one: TagDriver) -> None:
    alone(one)
    one.wire("b", FERRY, headline="Ferry aground")
    one.wire("b", FERRY, headline="Ferry aground", kind=Kind.ADVISORY, status=Status.HELD)


def gone_from_the_window(one: TagDriver) -> None:
    """The story lives on by a copy, and the killed report has left the window."""
    alone(one)
    one.now_ms += 3 * DAY_MS
    one.wire("copy", FERRY, headline="", relation=Relation.EXACT, of="a", feed="beta")
    one.now_ms += 3 * DAY_MS


STORIES = (alone, with_another, with_one_without_phrases, revised, copied, held_beside, gone_from_the_window)


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.__name__)
def test_the_story_loses_the_words_of_what_was_killed(story: Callable[[TagDriver], None]) -> None:
    """Its records and the stories of later items have none of them, in the label, the terms or the label before."""
    one = experienced()
    story(one)
    enriched, snapshots = kill(one)
    assert "killed" in events(snapshots)
    enriched |= {"headlines": [], "headline": None}  # that of the kill is there so that it can be taken down
    for later in ("later", "latest"):
        item, more = one.wire(later, FERRY, headline="Salvage ship")
        snapshots += more
        assert "drunken" not in json.dumps(item).casefold()
    assert "drunken" not in json.dumps([enriched["story"], enriched["subjects"], snapshots]).casefold()


def test_a_story_without_items_has_no_label() -> None:
    """A kill of its only item leaves a dash; the next report that joins it names it again."""
    one = experienced()
    alone(one)
    enriched, snapshots = kill(one)
    assert (enriched["story"]["label"], enriched["story"]["labelKind"]) == ("—", LabelKind.NONE)
    assert events(snapshots) == ["killed", "relabelled"]
    assert [snapshot.get("terms", []) for snapshot in snapshots] == [[], []]
    revival, _ = one.wire("a", FERRY, headline=KILLED_LABEL, kind=Kind.UPDATE, version=10)
    assert revival["story"]["label"] == "—", "nothing brings it back"


def test_an_editors_label_survives_a_kill() -> None:
    """A pin is an editor's own words, and stays."""
    one = experienced()
    first, _ = one.wire("a", FERRY, headline=KILLED_LABEL)
    one.pin(first["story"]["id"], "Harbour night")
    enriched, snapshots = kill(one)
    assert (enriched["story"]["label"], events(snapshots)) == ("Harbour night", ["killed"])
