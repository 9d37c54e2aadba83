"""RESOLVE: a kill wins in any order, an embargo fails closed, a revision knows its place."""

from __future__ import annotations

from itertools import permutations
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from walk import MINUTE_MS, START_MS, JournallingReplay, Newsroom, ninjs

from pipeline.items import Item, Kind, PubStatus, Status
from pipeline.language import UND
from pipeline.records import Out, Reason
from pipeline.resolve.chain import HELD_PER_CHAIN_MAX
from pipeline.resolve.room import ResolveRoom
from pipeline.resolve.state import WINDOW_MS, ResolveState
from pipeline.shard import Shard
from tests.examples import examples

KILL: dict[str, Any] = {"pubStatus": "canceled", "bodies": []}


def kinds(items: list[Item]) -> list[tuple[str, str]]:
    """(kind, status) of each item."""
    return [(str(item.dispatch.kind), str(item.dispatch.status)) for item in items]


@pytest.mark.parametrize(
    ("payloads", "expected"),
    [
        pytest.param([ninjs()], [("new", "usable")], id="first"),
        pytest.param([ninjs(), ninjs()], [("new", "usable"), ("repeat", "usable")], id="the same again"),
        pytest.param([ninjs(), ninjs(version=2)], [("new", "usable"), ("update", "usable")], id="update"),
        pytest.param([ninjs(version=2), ninjs()], [("new", "usable"), ("late", "superseded")], id="older one late"),
        pytest.param(
            [ninjs(version=10), ninjs(version=9)], [("new", "usable"), ("late", "superseded")], id="as numbers"
        ),
        pytest.param([ninjs(), ninjs(version=2, **KILL)], [("new", "usable"), ("kill", "killed")], id="kill"),
        pytest.param(
            [ninjs(), ninjs(version=2, **KILL), ninjs(version=3)],
            [("new", "usable"), ("kill", "killed")],
            id="nothing resurrects",
        ),
        pytest.param([ninjs(version=2, **KILL), ninjs()], [("kill", "killed")], id="kill before its dispatch"),
        pytest.param(
            [ninjs(), ninjs(version=2, **KILL), ninjs(version=2, **KILL)],
            [("new", "usable"), ("kill", "killed"), ("repeat", "killed")],
            id="killed twice",
        ),
        pytest.param(
            [ninjs(), ninjs("b"), ninjs("b", 2, **KILL)],
            [("new", "usable"), ("new", "usable"), ("kill", "killed")],
            id="a kill is its dispatch's own",
        ),
    ],
)
def test_revisions(payloads: list[bytes], expected: list[tuple[str, str]]) -> None:
    """Each revision gets the kind that it has after the ones before it."""
    newsroom = Newsroom()
    assert [pair for data in payloads for pair in kinds(newsroom.send(data))] == expected
    assert account_of_resolve(newsroom) == len(payloads)


def account_of_resolve(newsroom: Newsroom) -> int:
    """Published + held + withheld: every item once (law 1)."""
    published = sum(1 for record in newsroom.records() if b'"format":"control"' not in record.value)
    return int(published + newsroom.state.held_count + newsroom.state.withheld)


@pytest.mark.parametrize("order", list(permutations(range(4))))
def test_a_kill_wins_in_any_order(order: tuple[int, ...]) -> None:
    """Two revisions, a kill and a straggler: after the kill nothing but the kill is usable, whatever came first."""
    revisions = [ninjs(), ninjs(version=2), ninjs(version=3, **KILL), ninjs(version=4)]
    newsroom = Newsroom()
    out = [item for place in order for item in newsroom.send(revisions[place])]
    killed = [place for place, item in enumerate(out) if item.dispatch.status is Status.KILLED]
    assert all(item.pub_status is PubStatus.CANCELED for item in out[killed[0] :]) if killed else order[0] == 2
    assert account_of_resolve(newsroom) == 4


EMBARGO_AT_11: dict[str, Any] = {"embargoedUntil": "2022-01-12T11:00:00Z"}


def test_embargoes_of_many_megabytes_end_in_several_ticks() -> None:
    """One tick causes a bounded number of bytes; what is still due comes with the next ones, and nothing dies."""
    newsroom = Newsroom()
    for number in range(90):
        newsroom.send(
            ninjs(f"{number}", body="The ferry came late. " * 9_000, embargoedUntil="2022-01-13T11:00:00Z")
        )
    newsroom.wait(3_000)
    assert len(newsroom.send(ninjs("z"))) == 91
    assert len([one for one in newsroom.records("wire.normalised") if one.type == "wire.tick"]) == 2
    assert not list(newsroom.records("wire.dead"))


def test_an_embargo_ends_by_a_tick() -> None:
    """An embargoed item is held with its body and published when its time has come, and not a minute before."""
    newsroom = Newsroom()
    assert newsroom.send(ninjs(**EMBARGO_AT_11)) == []
    newsroom.wait(60)
    assert [item.headline for item in newsroom.send(ninjs("b"))] == ["Talks begin in Brussels b"]
    assert newsroom.state.held_count == 1
    newsroom.wait(60)
    released, other = newsroom.send(ninjs("c"))
    assert (released.headline, released.dispatch.kind) == ("Talks begin in Brussels a", Kind.NEW)
    assert released.body
    assert other.headline == "Talks begin in Brussels c"
    assert newsroom.state.held_count == 0


@pytest.mark.parametrize(
    ("more", "why"),
    [
        pytest.param({"embargoedUntil": ""}, "embargo without a readable time", id="empty"),
        pytest.param({"embargoedUntil": "tomorrow noon"}, "embargo without a readable time", id="unreadable"),
        pytest.param({"pubStatus": "withheld"}, "the agency holds it", id="withheld by the agency"),
    ],
)
def test_what_is_held_without_an_end(more: dict[str, Any], why: str) -> None:
    """An embargo that cannot be read, or a hold, ends by an operator's release only."""
    newsroom = Newsroom()
    assert newsroom.send(ninjs(**more)) == []
    newsroom.wait(60 * 24 * 30)
    assert [item.headline for item in newsroom.send(ninjs("b"))] == ["Talks begin in Brussels b"]
    assert [chain.why(held) for chain, held in newsroom.state.held_items()] == [why]
    assert kinds(newsroom.send_control("release")) == [("new", "usable")]


WITHHELD = {"pubStatus": "withheld"}


@pytest.mark.parametrize(
    "payloads",
    [
        pytest.param([ninjs(**EMBARGO_AT_11), ninjs(version=2, **WITHHELD)], id="embargoed, then held"),
        pytest.param([ninjs(version=2, **WITHHELD), ninjs(version=1)], id="the older one late"),
        pytest.param([ninjs(version=2, **WITHHELD), ninjs(version=1, **EMBARGO_AT_11)], id="late and embargoed"),
        pytest.param([ninjs(version=2, **WITHHELD), ninjs(version=3)], id="a later one is as its dispatch is"),
        pytest.param([ninjs(version=3, **EMBARGO_AT_11), ninjs(version=2, **WITHHELD)], id="a hold that came late"),
    ],
)
def test_an_agencys_hold_holds_the_whole_dispatch(payloads: list[bytes]) -> None:
    """No embargo's end, no later and no late version is published while the agency holds the dispatch."""
    newsroom = Newsroom()
    found = [pair for data in payloads for pair in kinds(newsroom.send(data))]
    newsroom.wait(60 * 24)
    found += kinds(newsroom.send(ninjs("b")))[:-1]
    assert found == []
    assert account_of_resolve(newsroom) == len(payloads) + 1


def test_killed_while_held_is_withheld() -> None:
    """A dispatch that is killed while it is held never gets out, and neither does its kill."""
    newsroom = Newsroom()
    assert newsroom.send(ninjs(**EMBARGO_AT_11)) == []
    assert newsroom.send(ninjs(version=2, **KILL)) == []
    newsroom.wait(600)
    assert kinds(newsroom.send(ninjs("b"))) == [("new", "usable")]
    assert newsroom.state.withheld == 2


def test_a_kill_waits_a_day_for_its_dispatch() -> None:
    """A kill of something never seen is published in `und` after a day, and not a minute before."""
    newsroom = Newsroom()
    assert newsroom.send(ninjs(version=2, language="", **KILL)) == []
    newsroom.wait(60 * 24 - 2)
    assert kinds(newsroom.send(ninjs("b"))) == [("new", "usable")]
    kill, _ = newsroom.send(ninjs("c"))
    assert (kill.dispatch.kind, kill.language) == (Kind.KILL, UND)


def test_an_operators_words() -> None:
    """Hold tells consumers and keeps what comes; release lets it out; kill ends it; each with who and why."""
    newsroom = Newsroom()
    newsroom.send(ninjs())
    (advisory,) = newsroom.send_control("hold")
    assert (advisory.dispatch.kind, advisory.dispatch.status) == (Kind.ADVISORY, Status.HELD)
    assert advisory.dispatch.why == "desk: because"
    assert newsroom.send(ninjs(version=2)) == []
    assert kinds(newsroom.send_control("release")) == [("update", "usable"), ("advisory", "usable")]
    (kill,) = newsroom.send_control("kill")
    assert (kill.dispatch.kind, kill.dispatch.killed_by, kill.pub_status) == (Kind.KILL, "desk", PubStatus.CANCELED)
    assert newsroom.send(ninjs(version=3)) == []
    assert newsroom.send_control("release") == []


def test_the_language_is_pinned() -> None:
    """Revisions and kills follow the language of the first: a shard is a language, and a kill must reach it."""
    newsroom = Newsroom()
    newsroom.send(ninjs(language="de-AT"))
    newsroom.send(ninjs(version=2, language="en"))
    newsroom.send(ninjs(version=3, language="", **KILL))
    assert {record.key for record in newsroom.records()} == {b"de"}


def test_too_much_held_dies() -> None:
    """What cannot be held any more goes to wire.dead: nothing embargoed gets out because a table is full."""
    newsroom = Newsroom()
    for version in range(1, HELD_PER_CHAIN_MAX + 2):
        assert newsroom.send(ninjs(version=version, **EMBARGO_AT_11)) == []
    (letter,) = newsroom.records("wire.dead")
    assert letter.header("dead-reason") == Reason.HELD_FULL.value.encode()


@pytest.mark.parametrize(
    ("type_", "value", "reason"),
    [
        (b"wire.item", b"{}", Reason.BAD_RECORD),
        (b"wire.item", b"\xff", Reason.BAD_RECORD),
        (b"wire.control", b'{"action":"kill","dispatch":"a","who":"","why":""}', Reason.BAD_CONTROL),
        (b"wire.rumour", b"{}", Reason.BAD_RECORD),
    ],
)
def test_broken_records_of_ours_die(type_: bytes, value: bytes, reason: Reason) -> None:
    """A control that says nothing, an item that is none: dead, with the reason, and the room goes on."""
    newsroom = Newsroom()
    newsroom.replay.publish(Out("wire.normalised", b"norden", value, (("ce_type", type_),)), START_MS)
    (letter,) = newsroom.records("wire.dead")
    assert (letter.header("dead-reason"), letter.value) == (reason.value.encode(), value)
    assert kinds(newsroom.send(ninjs())) == [("new", "usable")]


@pytest.mark.parametrize("carried", [False, True])
def test_a_carry_moves_nothing(carried: bool) -> None:
    """What one tick releases comes in order of arrival, whether or not a part of it was carried before a trim."""
    newsroom = Newsroom()
    for id_ in "cab":
        newsroom.send(ninjs(id_, **EMBARGO_AT_11))
    if carried:
        (shard,) = (shard for (room, _), shard in newsroom.replay.shards.items() if room == "resolve")
        assert len(list(shard.carry(before=2))) == 3  # the stream time, and two chains
    newsroom.wait(200)
    released = [item.headline[-1] for item in newsroom.send(ninjs("d"))]
    assert released == ["c", "a", "b", "d"]


STEPS = st.lists(
    st.tuples(
        st.sampled_from("abc"),
        st.integers(1, 4),
        st.sampled_from([{}, KILL, EMBARGO_AT_11, {"embargoedUntil": ""}, {"pubStatus": "withheld"}]),
        st.sampled_from([0, 0, 30, 200, WINDOW_MS // MINUTE_MS]),
        st.sampled_from([None, None, None, "hold", "release", "kill", "erase"]),
    ),
    max_size=25,
)


@settings(max_examples=examples(60), deadline=None)
@given(STEPS)
def test_the_journal_rebuilds_the_state(steps: list[tuple[str, int, dict[str, Any], int, str | None]]) -> None:
    """A state rebuilt from a journal, trimmed anywhere behind its carries, equals the living one (law 8)."""
    journalled = JournallingReplay(rooms=("normalise", "resolve"))
    newsroom = Newsroom(replay=journalled)
    for id_, version, more, minutes, word in steps:
        newsroom.send(ninjs(id_, version, **more))
        if word:
            newsroom.send_control(word, id_)
        newsroom.wait(minutes)
    for (room, partition), shard in newsroom.replay.shards.items():
        if room != "resolve":
            continue
        floor, rebuilt = shard.floor(), Shard(ResolveRoom(), partition)
        kept = [value for offset, value in journalled.journals[room, partition] if offset >= floor]
        for value in shard.rewritten() if shard.has_erased else [*kept, *shard.carry(floor)]:
            rebuilt.restore(value)
        assert contents(rebuilt.state) == contents(shard.state)
        assert rebuilt.position == shard.position or not kept


def contents(state: ResolveState) -> tuple[Any, ...]:
    """Everything a state holds, in its order."""
    return (
        list(state.recent.values()),
        list(state.kept.values()),
        sorted(state.due.items()),
        state.held_count,
        state.withheld if state.recent or state.kept else 0,
    )


def test_what_outlives_a_trim_of_everything() -> None:
    """A carry alone says the stream time and the count of the withheld, though no chain is left."""
    room, rebuilt = ResolveRoom(), ResolveRoom().open()
    state = ResolveState(now_ms=START_MS, withheld=3)
    for change in room.carry(state, before=100):
        room.apply(rebuilt, change, 99)
    assert rebuilt == state
