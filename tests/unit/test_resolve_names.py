"""A dispatch by all its names: whichever an item uses, before or after, it meets its dispatch."""

from __future__ import annotations

from typing import Any

import pytest
from resolve_driver import FEED, ResolveDriver

from pipeline.dead import Letter
from pipeline.items import Item, Kind, PubStatus, Signal, Status, dispatch_id, dispatch_uri
from pipeline.partitioner import partition_of
from pipeline.records import Reason
from pipeline.resolve import names as resolve_names
from pipeline.resolve.chain import NAMES_MAX, OTHER_IDS_MAX
from pipeline.resolve.state import WINDOW_MS
from pipeline.topology import ROOMS, TOPICS

HELD, KILLED = PubStatus.WITHHELD, PubStatus.CANCELED
MINUTE_MS = 60_000
NAMES = ["id:old", "du-key:harbour.3", "message-id:<1@norden>"]


def kinds(items: list[Item]) -> list[tuple[str, str]]:
    """(id of the dispatch as it was given, kind) of each item."""
    ids = {dispatch_id(FEED, name): name for name in (*"abcd", "old", "new")}
    return [(ids[item.dispatch.id], str(item.dispatch.kind)) for item in items]


@pytest.mark.parametrize("name", NAMES)
def test_a_kill_by_another_name(name: str) -> None:
    """A kill under an id of its own reaches the dispatch that it names otherwise; its twin names another one."""
    driver = ResolveDriver()
    driver.send("a", names=("id:a", name))
    assert driver.send("b", names=("id:b", "id:else"), status=KILLED) == []
    (kill,) = driver.send("c", names=("id:c", name), status=KILLED)
    assert (kill.dispatch.kind, kill.uri) == (Kind.KILL, dispatch_uri(dispatch_id(FEED, "a")))
    assert driver.send("a", 2) == driver.send("c", 2) == []


@pytest.mark.parametrize("name", NAMES)
def test_a_kill_before_the_dispatch_that_it_names(name: str) -> None:
    """It waits, and meets the dispatch under any of its names: withheld, and the kill goes out without words."""
    driver = ResolveDriver()
    assert driver.send("c", names=("id:c", name), status=KILLED, text="Sagunto falls") == []
    (kill,) = driver.send("a", names=("id:a", name), text="Sagunto stands")
    assert (kill.dispatch.kind, kill.pub_status) == (Kind.KILL, KILLED)
    assert "Sagunto" not in kill.model_dump_json()
    assert driver.count() == (0, 1, 0)


MARKS: list[dict[str, Any]] = [{"status": HELD}, {"until": 500.0}, {"until": -1}]


@pytest.mark.parametrize("mark", MARKS)
def test_a_hold_or_an_embargo_by_another_name(mark: dict[str, Any]) -> None:
    """Before or after its dispatch it holds what comes; its twin without the mark is published."""
    driver = ResolveDriver()
    assert driver.send("b", names=("id:b", "id:a"), **mark) == []
    assert driver.send("a", names=("id:a",)) == []
    driver.send("c", names=("id:c",))
    driver.send("d", names=("id:d", "id:c"), **mark)
    assert driver.send("c", 2, names=("id:c",)) == []
    twin = ResolveDriver()
    assert kinds(twin.send("b", names=("id:b", "id:a"))) == [("b", "new")]
    assert kinds(twin.send("a", names=("id:a",))) == [("b", "update")]


def test_a_correction_by_another_name() -> None:
    """A correction corrects the dispatch that it names."""
    driver = ResolveDriver()
    driver.send("a", names=("id:a",))
    (correction,) = driver.send("b", names=("id:b", "id:a"), signals=[Signal.CORRECTION])
    assert (correction.dispatch.kind, correction.dispatch.corrects) == (Kind.CORRECTION, "1")
    assert correction.uri == dispatch_uri(dispatch_id(FEED, "a"))


def test_two_published_dispatches_turn_out_to_be_one() -> None:
    """An advisory names both, the first id is used from then on, and a kill by either name reaches both."""
    driver = ResolveDriver()
    driver.send("a", names=("id:a",))
    driver.send("b", names=("id:b",), language="de")
    advisory, update = driver.send("c", names=("id:c", "id:b", "id:a"))
    assert (advisory.is_partial, advisory.dispatch.kind) == (True, Kind.ADVISORY)
    assert (advisory.uri, advisory.dispatch.merged_into) == (
        dispatch_uri(dispatch_id(FEED, "b")),
        dispatch_id(FEED, "a"),
    )
    assert kinds([update]) == [("a", "update")]
    assert kinds(driver.send("b", 2)) == [("a", "update")]
    killed = driver.send("b", 3, status=KILLED)
    assert kinds(killed) == [("a", "kill"), ("b", "kill")]
    assert [record.key for record in driver.log["wire.resolved"]][-2:] == [b"en", b"de"]
    assert driver.send("a", 9) == driver.send("b", 9) == driver.send("c", 9) == []


@pytest.mark.parametrize("killed", "ab")
def test_joined_with_a_killed_dispatch(killed: str) -> None:
    """What turns out to be a killed dispatch is killed: consumers who know it get its kill."""
    driver = ResolveDriver()
    driver.send("a")
    driver.send("b")
    driver.send(killed, 2, status=KILLED)
    driver.send("b", 3, names=("id:b", "id:x"))
    driver.send("a", 3, names=("id:a", "id:y"))
    joined = driver.send("d", names=("id:d", "id:x", "id:y"))
    survivor = "b" if killed == "a" else "a"
    assert kinds(joined) == [(survivor, "kill")]
    assert driver.send("a", 9) == driver.send("b", 9) == []


@pytest.mark.parametrize("mark", MARKS)
def test_joined_with_a_held_dispatch(mark: dict[str, Any]) -> None:
    """The strictest counts: of what turns out to be one, nothing is published while a part of it is held."""
    driver = ResolveDriver()
    driver.send("a", names=("id:a",), **mark)
    driver.send("b", names=("id:b",))
    assert driver.send("c", names=("id:c", "id:a", "id:b")) == []
    assert driver.send("b", 2) == []
    assert driver.count() == (3, 0, 0)


JOINING: list[dict[str, Any]] = [
    {"id_": "b", "names": ("id:b", "id:a")},
    {"id_": "b", "names": ("id:b", "id:a"), "until": 600},
    {"id_": "a", "names": ("id:a", "id:b")},
    {"id_": "a", "names": ("id:a", "id:b"), "until": 100},
    {"id_": "c", "names": ("id:c", "id:b", "id:a")},
]


@pytest.mark.parametrize("ends", [(100, 600), (600, 100), (100, -1), (-1, 100)])
@pytest.mark.parametrize("join", JOINING)
def test_two_embargoed_dispatches_turn_out_to_be_one(join: dict[str, Any], ends: tuple[float, float]) -> None:
    """The longer embargo holds what either of them held; apart, the shorter one ends by itself."""
    for is_joined in (True, False):
        driver = ResolveDriver()
        for name, until in zip("ab", ends, strict=True):
            driver.send(name, until=until, names=(f"id:{name}",), created=5)
        if is_joined:
            assert driver.send(version=2, created=5, **join) == []
        driver.wait(200)
        assert len(driver.tick()) == (not is_joined)
        driver.wait(500)
        assert len(driver.tick()) == (0 if -1 in ends else 3 if is_joined else 1)


def test_a_kill_that_waited_for_one_of_two() -> None:
    """A kill waits for an unknown name, which turns out to be a published dispatch: it is killed then."""
    driver = ResolveDriver()
    driver.send("a", names=("id:a",))
    assert driver.send("b", names=("id:b",), status=KILLED) == []
    assert kinds(driver.send("c", names=("id:c", "id:a", "id:b"))) == [("a", "kill")]
    assert driver.count() == (0, 1, 0)


def test_an_operator_uses_any_id_that_consumers_know() -> None:
    """A control of an id that became another dispatch's reaches that dispatch."""
    driver = ResolveDriver()
    driver.send("a", names=("id:a",))
    driver.send("b", names=("id:b",))
    driver.send("c", names=("id:c", "id:a", "id:b"))
    assert kinds(driver.control("hold", "b")) == [("a", "advisory")]
    assert driver.send("a", 3) == []


LINK = "link:https://example.org/live"


def test_a_link_joins_nothing_that_has_an_id() -> None:
    """Reports of one page stay apart; a kill by the page alone reaches all, a kill by an id its own."""
    driver = ResolveDriver()
    for name in "abc":
        assert kinds(driver.send(name, names=(f"id:{name}", LINK))) == [(name, "new")]
    assert kinds(driver.send("a", 2, names=("id:a", LINK), status=KILLED)) == [("a", "kill")]
    driver.send("d", names=("id:d", LINK), signals=[Signal.CORRECTION])  # of which? a report of its own
    reached = driver.send("old", names=("id:old", LINK), status=KILLED)
    assert [kind for _, kind in kinds(reached)] == ["repeat", "kill", "kill", "kill"]
    assert driver.send("b", 2) == driver.send("c", 2) == driver.send("d", 2) == []


def test_a_kill_by_a_page_reaches_all_though_one_report_has_no_other_id() -> None:
    """A report that is known by its page alone is met first, and the others of the page are reached as before."""
    page = ("id:" + LINK.removeprefix("link:"), LINK)
    driver = ResolveDriver()
    driver.send("a", names=("id:a", LINK))
    driver.send("b", names=page)
    assert [kind for _, kind in kinds(driver.send("b", 2, names=page))] == ["update"]
    assert [kind for _, kind in kinds(driver.send("b", 3, names=page, status=KILLED))] == ["kill", "kill"]
    assert driver.send("a", 2) == driver.send("b", 4, names=page) == []


def test_a_hold_by_a_page_holds_all_its_reports() -> None:
    """Consumers are informed of each."""
    driver = ResolveDriver()
    for name in "ab":
        driver.send(name, names=(f"id:{name}", LINK))
    advised = driver.send("c", names=("id:c", LINK), status=HELD)
    assert [kind for _, kind in kinds(advised)] == ["advisory", "advisory"]
    assert driver.send("a", 2) == driver.send("b", 2) == []


@pytest.mark.parametrize("mark", [{"status": KILLED}, {"status": HELD}, {"until": -1}])
def test_one_report_of_a_page(mark: dict[str, Any]) -> None:
    """A page with one report names it."""
    driver = ResolveDriver()
    driver.send("a", names=("id:a", LINK))
    driver.send("b", names=("id:b", LINK), **mark)
    assert driver.send("a", 2, names=("id:a", LINK)) == []


@pytest.mark.parametrize("mark", [{"status": KILLED}, {"status": HELD}, {"until": -1}])
def test_a_kill_or_a_hold_by_a_page_before_its_report(mark: dict[str, Any]) -> None:
    """It waits for a report of the page, which meets it; a report of another page is published."""
    driver = ResolveDriver()
    assert driver.send("b", names=("id:b", LINK), **mark) == []
    assert kinds(driver.send("c", names=("id:c", LINK + "/2"))) == [("c", "new")]
    met = driver.send("a", names=("id:a", LINK))
    assert kinds(met) == ([("b", "kill")] if mark.get("status") is KILLED else [])
    assert driver.send("a", 2, names=("id:a", LINK)) == []


LIFT: dict[str, Any] = {"signals": [Signal.RELEASE]}


@pytest.mark.parametrize("shared", [LINK, "maybe:du-key:flash"])
@pytest.mark.parametrize("mark", MARKS)
@pytest.mark.parametrize("reports", [1, 2])
def test_a_lift_by_a_page_lifts_nothing(mark: dict[str, Any], shared: str, reports: int) -> None:
    """Another report that shares a page or a name ends no hold and no embargo; a lift by an id of its own does."""
    driver, twin = ResolveDriver(), ResolveDriver()
    for name in "ab"[:reports]:
        driver.send(name, names=(f"id:{name}", shared), text=f"Ferry {name} late", **mark)
        twin.send(name, names=(f"id:{name}",), text=f"Ferry {name} late", **mark)
    driver.send("c", names=("id:c", shared), text="Ferry c late", **LIFT)
    driver.send("d", names=("id:d", shared), text="Ferry d late", until=0)  # its own embargo is over
    held, _, _ = driver.count()
    assert held == reports + 2
    assert driver.send("a", 2, names=("id:a", shared), until=0) == []
    assert not [item for item in driver.tick() if item.headlines]
    assert driver.control("release")
    assert driver.count() == (0, 0, 0)
    assert len([item for item in twin.send("a", 2, names=("id:a",), **LIFT) if item.headlines]) == 2


SHARED = "maybe:du-key:flash"


@pytest.mark.parametrize("mark", [{"status": KILLED}, {"status": HELD}, {"until": -1}])
def test_a_name_that_others_may_have(mark: dict[str, Any]) -> None:
    """It joins nothing; a kill, a hold or an embargo means the only one that has it, before it or after it."""
    driver = ResolveDriver()
    driver.send("a", names=("id:a", SHARED))
    driver.send("b", names=("id:b", SHARED), **mark)
    assert driver.send("a", 2, names=("id:a", SHARED)) == []
    before = ResolveDriver()
    assert before.send("b", names=("id:b", SHARED), **mark) == []
    assert kinds(before.send("a", names=("id:a", SHARED))) == (
        [("b", "kill")] if mark.get("status") is KILLED else []
    )


def test_a_name_that_several_have() -> None:
    """Of several a kill means the one with its headline, else none; one that waits meets one with its words."""
    driver = ResolveDriver()
    for name in "ab":
        assert kinds(driver.send(name, names=(f"id:{name}", SHARED), text=f"Report {name}")) == [(name, "new")]
    assert driver.send("c", names=("id:c", SHARED), status=KILLED, text="Another") == []
    assert kinds(driver.send("d", names=("id:d", SHARED), status=KILLED, text="REPORT B")) == [("b", "kill")]
    assert kinds(driver.send("a", 2, names=("id:a", SHARED))) == [("a", "update")]
    before = ResolveDriver()
    assert before.send("c", names=("id:c", SHARED), status=KILLED, text="Sagunto quake") == []
    assert kinds(before.send("b", names=("id:b", SHARED), text="Ferry late")) == [("b", "new")]
    (kill,) = before.send("a", names=("id:a", SHARED), text="Quake near Sagunto")
    assert (kill.dispatch.kind, kill.headline) == (Kind.KILL, "")


@pytest.mark.parametrize("name", [LINK, SHARED])
def test_a_correction_by_a_weak_name_has_words_of_what_it_corrects(name: str) -> None:
    """Another report of the page is not what it corrects; a kill has no words of its dispatch."""
    rows: tuple[tuple[str, dict[str, Any], tuple[str, str]], ...] = (
        ("Ferry of Bergen late again", {"signals": [Signal.CORRECTION]}, ("a", "correction")),
        ("Snow on the passes", {"signals": [Signal.CORRECTION]}, ("b", "correction")),
        ("Snow on the passes", {"status": KILLED}, ("a", "kill")),
    )
    for text, more, kind in rows:
        driver = ResolveDriver()
        driver.send("a", names=("id:a", name), text="Ferry to Bergen late")
        assert kinds(driver.send("b", names=("id:b", name), text=text, **more)) == [kind]


def test_a_page_with_too_many_reports_identifies_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Beyond REACH_MAX a kill by the page alone waits for a dispatch of its own."""
    monkeypatch.setattr(resolve_names, "REACH_MAX", 2)
    driver = ResolveDriver()
    for name in "abc":
        driver.send(name, names=(f"id:{name}", LINK))
    assert driver.send("d", names=("id:d", LINK), status=KILLED) == []
    assert kinds(driver.send("a", 2)) == [("a", "update")]


def test_names_are_a_feeds_own() -> None:
    """Two feeds use one id: two dispatches.  All records of a feed are in one partition, with its names."""
    driver = ResolveDriver()
    driver.send("a", names=("id:a", "id:x"))
    (other,) = driver.send("b", names=("id:b", "id:x"), feed="polder")
    assert (other.dispatch.kind, other.dispatch.id) == (Kind.NEW, dispatch_id("polder", "b"))
    topic = TOPICS[ROOMS["resolve"].source]
    assert topic.key == TOPICS[ROOMS["normalise"].source].key == "feed"
    assert {record.position.partition for record in driver.log["wire.normalised"]} == {
        partition_of(feed.encode(), topic.partitions) for feed in (FEED, "polder")
    }


def test_names_end_with_the_window_and_outlive_it_with_what_is_kept() -> None:
    """Behind the window a name is unknown, unless its dispatch is killed or held."""
    driver = ResolveDriver()
    driver.send("a", names=("id:a", "id:x"))
    driver.send("b", names=("id:b", "id:y"))
    driver.send("b", 2, status=KILLED)
    driver.wait(WINDOW_MS / MINUTE_MS + 1)
    driver.send("d", names=("id:d",))
    assert driver.send("new", names=("id:new", "id:y")) == []
    assert kinds(driver.send("c", names=("id:c", "id:x"))) == [("c", "new")]


def test_bounds() -> None:
    """Of too many names the oldest is forgotten; a dispatch with too many ids takes no more in."""
    driver = ResolveDriver()
    for number in range(NAMES_MAX):
        driver.send("a", number, names=("id:a", f"id:{number}"))
    chain = driver.chain()
    assert chain
    assert len(chain.names) == NAMES_MAX
    joined = ResolveDriver()
    joined.send("a", names=("id:a",))
    for number in range(OTHER_IDS_MAX + 2):
        joined.send(str(number), names=(f"id:{number}",))
        joined.send("c", 10 + number, names=("id:c", "id:a", f"id:{number}"))
    chain = joined.chain()
    assert chain
    assert len(chain.other_ids) == OTHER_IDS_MAX
    apart = str(OTHER_IDS_MAX + 1)
    assert joined.send(apart, 9, text="a version of what stays apart")
    killed = joined.send("c", 99, names=("id:c", "id:a", f"id:{apart}"), status=KILLED)
    assert len(killed) == 1 + OTHER_IDS_MAX + 1
    assert joined.send(apart, 10) == []


@pytest.mark.parametrize("kind", ["many", "large"])
def test_what_two_dispatches_hold_together(kind: str) -> None:
    """Beyond the bound of one dispatch, what it holds goes to wire.dead as it came in; nothing vanishes."""
    driver = ResolveDriver()
    text = "x" * (200_000 if kind == "large" else 10)
    for version in range(1, 10):
        driver.send("a", version, until=1_000, text=f"a{version} {text}", names=("id:a",))
        driver.send("b", version, until=1_000, text=f"b{version} {text}", names=("id:b",))
    before, _, dead = driver.count()
    driver.send("c", 1, names=("id:c", "id:a", "id:b"), text="short")
    held, withheld, letters = driver.count()
    assert (held + letters, withheld) == (before + dead + 1, 0)
    assert letters > dead
    letter = Letter(driver.log["wire.dead"][-1 if kind == "large" else -2])
    assert (letter.reason, letter.type) == (Reason.HELD_FULL, "wire.item")
    original = driver.log["wire.normalised"][letter.position.offset]
    assert (letter.kept.value, letter.kept.key) == (original.value, original.key)


def test_two_kills_that_wait_for_one_dispatch() -> None:
    """One of them is enough."""
    driver = ResolveDriver()
    for number in range(18):
        driver.send(f"k{number}", names=(f"id:k{number}",), status=KILLED)
    driver.send("c", names=("id:c", *(f"id:k{number}" for number in range(18))), status=KILLED)
    held, withheld, dead = driver.count()
    assert (held + withheld, dead) == (19, 0)
    assert driver.send("k3", 2, names=("id:k3",))[0].dispatch.kind is Kind.KILL


ORDERS = [
    # (first, then, what the second is): (version, minute of the agency's time, names)
    pytest.param((2, 5, ("id:a",)), (1, 9, ("id:a",)), "late", id="by version, whatever the time"),
    pytest.param((1, 9, ("id:a",)), (2, 5, ("id:a",)), "update", id="a newer version, an older time"),
    pytest.param((2, 5, ("id:a",)), (1, 9, ("id:b", "id:a")), "update", id="versions of two ids: by time"),
    pytest.param((2, 9, ("id:a",)), (1, 5, ("id:b", "id:a")), "late", id="versions of two ids, the older time"),
    pytest.param((None, 9, ("id:a",)), (None, 5, ("id:a",)), "late", id="without versions: by time"),
    pytest.param((None, None, ("id:a",)), (None, 5, ("id:a",)), "update", id="a time that was none: by arrival"),
    pytest.param((3, 5, ("id:a",)), (None, 9, ("id:a",)), "update", id="without a version: by time"),
]


@pytest.mark.parametrize(("first", "then", "kind"), ORDERS)
def test_the_order_of_revisions(first: tuple[Any, ...], then: tuple[Any, ...], kind: str) -> None:
    """By version where it is one id's, then by the agency's time, then by arrival; a correction is never late."""
    assert [_sent(first, then)[0].dispatch.kind] == [kind]
    (correction,) = _sent(first, then, signals=[Signal.CORRECTION])
    assert (correction.dispatch.kind, correction.dispatch.status) == (Kind.CORRECTION, Status.CORRECTED)


def _sent(first: tuple[Any, ...], then: tuple[Any, ...], **more: Any) -> list[Item]:
    driver = ResolveDriver()
    for number, (version, created, names) in enumerate((first, then)):
        marks = more if number else {}
        out = driver.send(names[0][3:], version, created=created, names=names, text=f"text {number}", **marks)
    return out


def test_a_date_alone_that_moves_is_a_repeat() -> None:
    """The same item id with another time of the agency."""
    driver = ResolveDriver()
    driver.send(created=1)
    assert [item.dispatch.kind for item in driver.send(created=7)] == [Kind.REPEAT]
