"""Law 4 as a state machine: a kill or a correction wins, nothing resurrects the killed, its copies are recalled.

Feeds `norden` (the origin) and `polder` (copies of it) send versions in any order, with kills, corrections, holds,
embargoes and operators' controls between them; what a consumer of wire.deduped has seen is held against a model.
"""

from __future__ import annotations

from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from walk import FEED, MINUTE_MS, START_MS, Newsroom, ninjs

from pipeline.items import Action, Item, Kind, PubStatus, Status, dispatch_id, instant
from pipeline.replay import payload
from tests.examples import examples

COPIES = "polder"
NAMES = st.sampled_from("ab")
VERSIONS = st.integers(1, 5)
KILLED: dict[str, Any] = {"pubStatus": "canceled", "bodies": []}
USABLE: list[dict[str, Any]] = [{}, {}, {"edNote": "CORRECTION: corrects the number of boats"}]
DEAD_OR_LESS = {PubStatus.CANCELED, PubStatus.WITHHELD}


def text(name: str) -> str:
    """A text of its own for each name, long enough to be known again."""
    return " ".join(
        f"Harbour {name}{number} closed at dawn because boat {name}{number} sank." for number in range(8)
    )


class Law4(RuleBasedStateMachine):
    """One consumer that reads wire.deduped from its beginning."""

    @initialize()
    def open(self) -> None:
        self.newsroom = Newsroom("normalise", "resolve", "dedupe")
        self.seen = 0
        self.last: dict[str, Item] = {}  # dispatch -> the last that the consumer saw of it
        self.whole: dict[str, Item] = {}  # likewise, without recalls and advisories
        self.killed: set[str] = set()  # dispatches whose kill the rooms have taken

    def send(self, name: str, feed: str, version: int, **more: Any) -> str:
        """A version of a dispatch; its dispatch id."""
        data = ninjs(f"{feed}-{name}", version, **{"body": text(name), **more})
        now = START_MS + self.newsroom.minute * MINUTE_MS
        self.newsroom.replay.publish(payload(feed, data, now), now)
        self.newsroom.minute += 1
        self.look()
        return dispatch_id(feed, f"urn:norden:{feed}-{name}")

    def look(self) -> None:
        """What the consumer sees that it has not seen yet; nothing usable may come after a kill."""
        records = self.newsroom.replay.log["wire.deduped"]
        for record in records[self.seen :]:
            item = Item.model_validate_json(record.value)
            before = self.last.get(item.dispatch.id)
            if before is not None and before.dispatch.status is Status.KILLED:
                assert item.pub_status in DEAD_OR_LESS, f"{item.dispatch.kind} after the kill"
            self.last[item.dispatch.id] = item
            if not item.is_partial:
                self.whole[item.dispatch.id] = item
        self.seen = len(records)

    @rule(name=NAMES, feed=st.sampled_from([FEED, COPIES]), version=VERSIONS, more=st.sampled_from(USABLE))
    def usable(self, name: str, feed: str, version: int, more: dict[str, Any]) -> None:
        self.send(name, feed, version, **more)

    @rule(name=NAMES, feed=st.sampled_from([FEED, COPIES]), version=VERSIONS)
    def kill(self, name: str, feed: str, version: int) -> None:
        self.killed.add(self.send(name, feed, version, **KILLED))

    @rule(name=NAMES, feed=st.sampled_from([FEED, COPIES]), version=VERSIONS, minutes=st.integers(5, 90))
    def embargoed(self, name: str, feed: str, version: int, minutes: int) -> None:
        until = instant(START_MS + (self.newsroom.minute + minutes) * MINUTE_MS).isoformat()
        self.send(name, feed, version, embargoedUntil=until)

    @rule(name=NAMES, version=VERSIONS)
    def withheld(self, name: str, version: int) -> None:
        self.send(name, FEED, version, pubStatus="withheld")

    @rule(name=NAMES, action=st.sampled_from([Action.HOLD, Action.RELEASE, Action.KILL, Action.ERASE]))
    def control(self, name: str, action: Action) -> None:
        known = dispatch_id(FEED, f"urn:norden:{FEED}-{name}") in self.known()
        self.newsroom.send_control(action, f"{FEED}-{name}")
        self.look()
        if action in (Action.KILL, Action.ERASE) and known:
            self.killed.add(dispatch_id(FEED, f"urn:norden:{FEED}-{name}"))

    @rule(minutes=st.sampled_from([10, 200, 60 * 25]))
    def wait(self, minutes: int) -> None:
        self.newsroom.wait(minutes)

    def known(self) -> set[str]:
        """The dispatches that resolve has a chain of."""
        shards = self.newsroom.replay.shards.items()
        states = [shard.state for (room, _), shard in shards if room == "resolve"]
        return {name for state in states for chains in (state.recent, state.kept) for name in chains}

    @invariant()
    def a_kill_wins(self) -> None:
        """Whatever was published of a killed dispatch, the last word on it is the kill."""
        for dispatch in self.killed & self.last.keys():
            last = self.last[dispatch]
            assert last.pub_status in DEAD_OR_LESS, f"{last.dispatch.kind} {last.dispatch.status}"

    @invariant()
    def copies_are_recalled(self) -> None:
        """What the consumer last saw of a copy of a killed text is a withheld one."""
        dead = {name for name, item in self.last.items() if item.dispatch.status is Status.KILLED}
        for dispatch, item in self.whole.items():
            of = item.duplicate.of if item.duplicate and item.dispatch.kind is not Kind.REPEAT else None
            if of in dead and of != dispatch:
                assert self.last[dispatch].pub_status in DEAD_OR_LESS, f"a copy of {of}"

    @invariant()
    def every_item_is_somewhere(self) -> None:
        """Published, held or withheld: each item once (law 1)."""
        replay = self.newsroom.replay
        states = [shard.state for (room, _), shard in replay.shards.items() if room == "resolve"]
        published = sum(not item.is_partial for item in map(read, replay.log["wire.deduped"]))
        held_or_withheld = sum(state.held_count + state.withheld for state in states)
        assert len(replay.log["wire.raw"]) == published + held_or_withheld + len(replay.log["wire.dead"])


def test_the_release_of_a_copy_of_something_killed() -> None:
    """An operator holds and releases a copy that was recalled: it does not become usable by that."""
    newsroom = Newsroom("normalise", "resolve", "dedupe")
    newsroom.send(ninjs("origin", 1, text("a")))
    newsroom.send(ninjs("copy", 1, text("a")), feed=COPIES)
    newsroom.send(ninjs("origin", 2, **KILLED))
    (held,) = newsroom.send_control(Action.HOLD, "copy", feed=COPIES)
    assert held.pub_status is PubStatus.WITHHELD
    (released,) = newsroom.send_control(Action.RELEASE, "copy", feed=COPIES)
    assert (released.pub_status, released.dispatch.status) == (PubStatus.WITHHELD, Status.RECALLED)
    twin = Newsroom("normalise", "resolve", "dedupe")
    twin.send(ninjs("copy", 1, text("a")), feed=COPIES)
    twin.send_control(Action.HOLD, "copy", feed=COPIES)
    (released,) = twin.send_control(Action.RELEASE, "copy", feed=COPIES)
    assert (released.pub_status, released.dispatch.status) == (PubStatus.USABLE, Status.USABLE)


def read(record: Any) -> Item:
    return Item.model_validate_json(record.value)


TestLaw4 = Law4.TestCase
TestLaw4.settings = settings(max_examples=examples(40), stateful_step_count=25, deadline=None)
