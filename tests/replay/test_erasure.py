"""An erasure through the rooms: what consumers get, and what becomes of copies and of what comes later."""

from __future__ import annotations

from typing import Any

import pytest
from walk import Newsroom, ninjs

from pipeline.alert.rules import parse_rules as alert_rules
from pipeline.items import Item, Kind, Status, dispatch_id
from pipeline.items.alert import ALERTS_PARTITION
from pipeline.replay import Replay
from pipeline.route.rules import Routes
from pipeline.rule_files import parse_rules
from pipeline.topology import Options

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


class WholeNewsroom(Newsroom):
    """All rooms; what is sent shows as items of wire.enriched."""

    target = "wire.enriched"


RULES = """
rules:
- {name: urgent, level: urgent, when: {urgency_at_most: 2}}
- {name: corrected, level: notice, when: {severity: [corrected]}}
"""
WAITING = {  # where words wait in route -> the routes
    "for a digest": "routes: [{name: all, desks: [news], digest_only: true}]",
    "in a group": "routes: [{name: all, desks: [news], group_wait: 9h}]",
    "for an answer": "routes: [{name: all, desks: [news], repeat_interval: 9h, escalate: {after: 8h, to: chief}}]",
}


@pytest.mark.parametrize("where", WAITING)
def test_what_waits_for_desks_goes_though_no_rule_alerts_the_kill(where: str) -> None:
    """Nothing that route keeps has a word of it, nor of it in an alert of its copy, and nothing is sent later."""
    routes = parse_rules(
        Routes,
        f"desks: {{news: {{digest: ['18:00']}}, chief: {{follow: {{terms: [moon]}}}}}}\n{WAITING[where]}",
        "routes.yaml",
    )
    replay = Replay(Options(rules=alert_rules(RULES), routes=routes))
    newsroom = WholeNewsroom(replay=replay)
    corrected: dict[str, Any] = {
        "headlines": [{"value": f"CORRECTION: {SECRET} leaves"}],
        "body": TEXT.replace("left", "stormed out"),
    }
    newsroom.send(ninjs("a", urgency=1, **WORDS))
    newsroom.send(ninjs("b", **WORDS), feed="polder")
    if where != "for a digest":  # a correction of what waits for one is sent at once
        newsroom.send(ninjs("a", 2, urgency=1, **corrected))
    state = replay.shards["route", ALERTS_PARTITION].state
    assert SECRET in repr(list(state.before(2**53)))
    before = len(replay.log["wire.notifications"])
    newsroom.send_control("erase")
    assert SECRET not in repr(list(state.before(2**53)))
    newsroom.wait(30 * 60)
    newsroom.send(ninjs("c", body="The bridge is open."))
    assert SECRET.encode() not in b"".join(record.value for record in replay.log["wire.notifications"][before:])
