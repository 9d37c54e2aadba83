"""An erasure through the rooms: what consumers get, and what becomes of copies and of what comes later."""

from __future__ import annotations

from typing import Any

from walk import Newsroom, ninjs

from pipeline.items import Item, Kind, Status, dispatch_id

SECRET = "Sagunto"
TEXT = " ".join(
    f"The tenor {SECRET} sang in town {number} and left before act {number + 1}." for number in range(8)
)
WORDS: dict[str, Any] = {"headlines": [{"value": f"{SECRET} leaves the opera"}], "body": TEXT}
ID = dispatch_id("norden", "urn:norden:a")


def with_a_copy() -> Newsroom:
    """Four rooms; dispatch `a` is out, and one of another feed copies it."""
    newsroom = Newsroom("normalise", "resolve", "dedupe", "tag")
    newsroom.send(ninjs("a", **WORDS))
    (copy,) = newsroom.send(ninjs("b", **WORDS), feed="polder")
    assert copy.duplicate
    assert (copy.duplicate.of, copy.duplicate.of_headline) == (ID, f"{SECRET} leaves the opera")
    return newsroom


def kinds(items: list[Item]) -> list[tuple[Kind | None, bool | None]]:
    return [(item.dispatch.kind, item.dispatch.erased) for item in items]


def test_consumers_get_a_kill_without_a_word_and_copies_are_recalled() -> None:
    """The kill says that the words must go; the recall of the copy has the copy's own words, and no others."""
    kill, recall = with_a_copy().send_control("erase")
    assert kinds([kill, recall]) == [(Kind.KILL, True), (Kind.RECALL, None)]
    assert (kill.headlines, kill.dispatch.why, kill.dispatch.killed_by) == ((), "desk: because", "desk")
    assert SECRET not in kill.model_dump_json()
    assert recall.duplicate
    assert recall.duplicate.of_headline is None


def test_what_was_killed_before_is_erased_too() -> None:
    """A second notice comes, with no headline, and each erasure is sent on; nothing is recalled again."""
    newsroom = with_a_copy()
    assert kinds(newsroom.send_control("kill")) == [(Kind.KILL, None), (Kind.RECALL, None)]
    for _ in range(2):
        (again,) = newsroom.send_control("erase")
        assert kinds([again]) == [(Kind.KILL, True)]
        assert SECRET not in again.model_dump_json()


def test_what_comes_after_it() -> None:
    """The dispatch stays killed.  A copy of a copy is recalled; without one nothing is known that it could copy."""
    newsroom = with_a_copy()
    newsroom.send_control("erase")
    assert newsroom.send(ninjs("a", 2, **WORDS)) == []
    (later,) = newsroom.send(ninjs("c", **WORDS), feed="vest")
    assert later.duplicate
    assert (later.dispatch.status, later.duplicate.of, later.duplicate.of_headline) == (Status.RECALLED, ID, None)

    alone = Newsroom("normalise", "resolve", "dedupe", "tag")
    alone.send(ninjs("a", **WORDS))
    alone.send_control("erase")
    (later,) = alone.send(ninjs("c", **WORDS), feed="vest")
    assert later.duplicate
    assert (later.dispatch.status, later.duplicate.of) == (Status.USABLE, None)


def test_what_was_never_published_is_erased_in_silence() -> None:
    """Of a dispatch that is held consumers know nothing, and hear nothing."""
    newsroom = Newsroom("normalise", "resolve", "dedupe", "tag")
    assert newsroom.send(ninjs("a", embargoedUntil="", **WORDS)) == []
    assert newsroom.send_control("erase") == newsroom.send_control("release") == []
    assert SECRET not in repr(newsroom.state.known())
