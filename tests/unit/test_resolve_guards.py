"""Each guard of resolve has a test of its name: take the guard away, and this test fails."""

from __future__ import annotations

from functools import cache
from typing import Any

import pytest
from resolve_driver import ResolveDriver
from walk import MINUTE_MS, START_MS, Newsroom, ninjs

from pipeline.envelope import FEATURES
from pipeline.items import Item, Kind, PubStatus, Severity, Signal, Status
from pipeline.records import Reason
from pipeline.resolve import outcomes
from pipeline.resolve.chain import Chain
from pipeline.resolve.revisions import is_hold, is_kill, judge, order_of
from pipeline.resolve.state import ResolveState

KILL: dict[str, Any] = {"pubStatus": "canceled", "bodies": []}


@cache
def plain_item(version: int, at: int | None) -> Item:
    more: dict[str, Any] = {} if at is None else {"at": at}
    (made,) = Newsroom("normalise", "resolve").send(ninjs(version=version, **more))
    return made


def item(*signals: Signal, version: int = 1, at: int | None = None) -> Item:
    """An item of dispatch `a`, with these signals; `at` is the minute of its versionCreated."""
    made = plain_item(version, at)
    return made.model_copy(update={"dispatch": made.dispatch.model_copy(update={"signals": signals})})


def chain_after(newest: Item) -> Chain:
    """The chain of a dispatch whose newest revision is that item."""
    return Chain("a", "norden", 0, version=newest.version, order=order_of(newest), revisions=1)


VERDICTS = [
    # (newest, the next, what the next is)
    pytest.param(None, item(Signal.REFILE), "new", id="a refile of nothing is new"),
    pytest.param(None, item(Signal.CORRECTION), "correction", id="a correction of nothing seen is a correction"),
    pytest.param(item(), item(Signal.REFILE, version=2), "refile", id="a refile"),
    pytest.param(item(), item(Signal.REPEAT, version=2), "refile", id="an agency's repeat under a new version"),
    pytest.param(item(version=2), item(Signal.CORRECTION), "correction", id="a late correction is a correction"),
    pytest.param(item(at=5), item(at=3), "late", id="of one version, the older time is late"),
    pytest.param(item(at=3), item(at=5), "update", id="of one version, the younger time is an update"),
    pytest.param(item(version=2, at=1), item(version=3, at=0), "update", id="the version before the time"),
]


@pytest.mark.parametrize(("newest", "following", "kind"), VERDICTS)
def test_what_a_revision_is(newest: Item | None, following: Item, kind: str) -> None:
    """Kind by the order of revisions first, then by what the item says of itself."""
    chain = chain_after(newest) if newest else Chain("a", "norden", 0)
    assert judge(chain, following, 0).kind == kind


MARKED = [
    # (signals, pubStatus, is it a kill, is it a hold)
    pytest.param((), PubStatus.USABLE, False, False, id="neither"),
    pytest.param((Signal.KILL,), PubStatus.USABLE, True, False, id="a kill by its text alone"),
    pytest.param((), PubStatus.CANCELED, True, False, id="a kill by its status alone"),
    pytest.param((Signal.HOLD,), PubStatus.USABLE, False, True, id="a hold by its text alone"),
    pytest.param((), PubStatus.WITHHELD, False, True, id="a hold by its status alone"),
]


@pytest.mark.parametrize(("signals", "status", "kill", "hold"), MARKED)
def test_either_word_is_enough(signals: tuple[Signal, ...], status: PubStatus, kill: bool, hold: bool) -> None:
    """Guard: text or status alone makes a kill or a hold."""
    marked = item(*signals).model_copy(update={"pub_status": status})
    assert (is_kill(marked), is_hold(marked)) == (kill, hold)


def test_consumers_learn_of_an_agencys_hold_once() -> None:
    """Guard: a hold of what is published writes one advisory; an embargo of a later version writes none."""
    newsroom = Newsroom()
    newsroom.send(ninjs())
    assert newsroom.send(ninjs(version=2, embargoedUntil="2022-01-12T11:00:00Z")) == []
    (advisory,) = newsroom.send(ninjs(version=3, pubStatus="withheld"))
    assert (advisory.dispatch.kind, advisory.dispatch.status) == (Kind.ADVISORY, Status.HELD)
    assert newsroom.send(ninjs(version=4, pubStatus="withheld")) == []


def test_how_severe_an_operators_word_is() -> None:
    """Guard: an operator's kill is as severe as an agency's; a hold and its release are not."""
    newsroom = Newsroom()
    newsroom.send(ninjs())
    severities = [
        out.dispatch.severity for word in ("hold", "release", "kill") for out in newsroom.send_control(word)
    ]
    assert severities == [Severity.NONE, Severity.NONE, Severity.KILLED]


def test_an_advisory_has_no_features() -> None:
    """Guard: of the item that caused it, an advisory carries on the trace alone, for it has no text of its own."""
    newsroom = Newsroom()
    newsroom.send(ninjs())
    newsroom.send(ninjs(version=2, pubStatus="withheld"))
    report, advisory = newsroom.records()
    assert report.header(FEATURES)
    assert advisory.header(FEATURES) is None


def test_every_version_is_known_again() -> None:
    """Guard: the ids that a chain has seen.  Each of five versions, sent again, is a repeat."""
    newsroom = Newsroom()
    versions = [ninjs(version=number) for number in range(1, 6)]
    first, again = ([newsroom.send(data)[0].dispatch.kind for data in versions] for _ in range(2))
    assert first == ["new", *["update"] * 4]
    assert again == ["repeat"] * 5


@pytest.mark.parametrize(("minute", "is_ready"), [(119, False), (120, True), (121, True)])
def test_a_late_tick_finds_what_was_due_before(minute: int, is_ready: bool) -> None:
    """Guard: what is due by a time is what was due until then, not at that very millisecond."""
    newsroom = Newsroom()
    newsroom.send(ninjs(embargoedUntil="2022-01-12T11:00:00Z"))  # two hours after START
    assert bool(newsroom.state.ready(START_MS + minute * MINUTE_MS)) == is_ready


def test_a_release_resurrects_nothing() -> None:
    """Held by an operator, killed by the agency, released by the operator: nothing comes after the kill."""
    newsroom = Newsroom()
    newsroom.send(ninjs())
    newsroom.send_control("hold")
    newsroom.send(ninjs(version=2))
    assert [one.dispatch.kind for one in newsroom.send(ninjs(version=3, **KILL))] == ["kill"]
    assert newsroom.send_control("release") == []
    assert newsroom.state.held_count == 0


def test_no_more_is_held_than_may_be(monkeypatch: pytest.MonkeyPatch) -> None:
    """At HELD_MAX held items of a shard the next one goes to wire.dead, whatever its dispatch."""
    monkeypatch.setattr(outcomes, "HELD_MAX", 2)
    newsroom = Newsroom()
    for name in "abc":
        assert newsroom.send(ninjs(name, embargoedUntil="2022-01-12T11:00:00Z")) == []
    (letter,) = newsroom.records("wire.dead")
    assert (letter.header("dead-reason"), newsroom.state.held_count) == (Reason.HELD_FULL.encode(), 2)


@pytest.mark.parametrize("action", ["hold", "release", "kill"])
def test_a_control_of_an_unknown_dispatch_does_nothing(action: str) -> None:
    """It may be known in another shard."""
    newsroom = Newsroom()
    newsroom.send(ninjs())
    assert newsroom.send_control(action, "elsewhere") == []
    assert len(newsroom.state.recent) == 1


def test_a_kill_by_hand_is_made_once() -> None:
    """A second kill of the same dispatch, by whomever, writes nothing and withholds nothing twice."""
    newsroom = Newsroom()
    newsroom.send(ninjs())
    assert [one.dispatch.kind for one in newsroom.send_control("kill")] == ["kill"]
    assert newsroom.send_control("kill", who="other") == []
    assert newsroom.state.withheld == 0


@pytest.mark.parametrize("bound", ["RECENT_MAX", "KEPT_MAX"])
def test_what_is_forgotten_is_the_longest_unchanged(bound: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A full table forgets the oldest, and never what it holds."""
    monkeypatch.setattr(f"pipeline.resolve.state.{bound}", 2)
    newsroom = Newsroom()
    for name in "abc":
        newsroom.send(ninjs(name))
        if bound == "KEPT_MAX":
            newsroom.send_control("kill", name)
    state: ResolveState = newsroom.state
    chains = state.recent if bound == "RECENT_MAX" else state.kept
    assert len(chains) == 2
    assert newsroom.send(ninjs("a", 2))[0].dispatch.kind == "new"


def test_a_plan_shortens_no_embargo() -> None:
    """A date of publication that lies ahead, and then does not, is no word on what a note embargoes."""
    driver = ResolveDriver()
    assert not driver.send(version=1, until=driver.minute + 600)
    assert not driver.send(version=2, until=driver.minute + 30, planned=True)
    driver.wait(100)
    assert not driver.send(version=3, published=True)
    driver.wait(600)
    assert [item.dispatch.kind for item in driver.tick()] == ["new", "update", "update"]


@pytest.mark.parametrize("planned", [True, False])
def test_a_plan_of_one_of_two(planned: bool) -> None:
    """Of dispatches that turn out to be one, a plan ends for both only if nothing else holds either."""
    driver = ResolveDriver()
    assert not driver.send("a", 1, until=driver.minute + 600, planned=True, names=("id:a",))
    assert not driver.send("b", 1, until=driver.minute + 500, planned=planned, names=("id:b",))
    found = driver.send("a", 2, published=True, names=("id:a", "id:b"))
    assert [item.dispatch.kind for item in found] == (["new"] if planned else [])


def test_an_item_that_is_sent_again_shortens_no_embargo() -> None:
    """Without version and date only the arrival says what is newer, and a server may be behind."""
    driver = ResolveDriver()
    for text, minutes in (("one", 30), ("two", 600), ("one", 30)):
        assert not driver.send(version=None, text=text, until=driver.minute + minutes)
    driver.wait(100)
    assert not driver.tick()
    driver.wait(600)
    assert [item.headline for item in driver.tick()] == ["one", "two", "one"]
