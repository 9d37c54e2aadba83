"""RESOLVE as a state machine: names, clocks, holds, kills, embargoes, trims and restarts, in any order.

The model knows nothing of chains.  It remembers who said what about which id, and judges by it what is published.
Where it is not sure (is it one dispatch? did a release lift this hold?) it asks for nothing.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, NamedTuple

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from resolve_driver import FEED, MINUTE_MS, START_MS, UNREADABLE, ResolveDriver, chains

from pipeline.items import Item, Kind, PubStatus, Signal
from pipeline.resolve.chain import NEVER, Chain
from pipeline.resolve.room import ResolveRoom
from pipeline.resolve.state import WINDOW_MS
from pipeline.shard import Shard
from tests.examples import examples

OTHER = "polder"
IDS = st.sampled_from("abc")
FURTHER = st.sampled_from(
    ["", "", "", "id:a", "id:b", "id:c", "id:x", "id:y", "link:page", "maybe:id:a", "maybe:p"]
)
VERSIONS = st.sampled_from([None, 1, 2, 3, 4, 5])
FEEDS = st.sampled_from([FEED, FEED, FEED, OTHER])
CLOCKS = st.sampled_from([0.0, 0.0, 0.0, 60.0, -60.0, 525_600.0, -525_600.0])
HOLD, KILL = PubStatus.WITHHELD, PubStatus.CANCELED
FOREVER = float("inf")
WINDOW_MINUTES = WINDOW_MS / MINUTE_MS


@dataclass
class Said:
    """What was said about a dispatch."""

    held_by_agency: bool = False
    held_by_operator: bool = False
    until: float = 0.0  # minute until which a note's embargo holds all of it; a plan may end earlier

    def with_(self, other: Said) -> Said:
        return Said(
            self.held_by_agency or other.held_by_agency,
            self.held_by_operator or other.held_by_operator,
            max(self.until, other.until),
        )


@dataclass
class Names:
    """Which names name the same dispatch: a forest."""

    parents: dict[str, str] = field(default_factory=dict)

    def root(self, name: str) -> str:
        while name in self.parents:
            name = self.parents[name]
        return name

    def join(self, *names: str) -> str:
        first, *others = dict.fromkeys(map(self.root, names))
        self.parents |= dict.fromkeys(others, first)
        return first


class Word(NamedTuple):
    """A word that only one item has."""

    text: str
    name: str  # the item's own id, with its feed
    ends: float  # of its embargo, or else of its dispatch's, minute


class Laws(RuleBasedStateMachine):
    """One consumer that reads wire.resolved from its beginning."""

    @initialize()
    def open(self) -> None:
        self.driver = ResolveDriver()
        self.sent = self.published = 0
        self.words: list[Word] = []
        self.one, self.said = Names(), dict[str, Said]()  # what surely is one dispatch; forgotten with the window
        self.maybe_one, self.released = Names(), set[str]()  # what may be one; what an operator released
        self.by_id, self.lifted = Names(), set[str]()  # what may be one by its ids; what the agency lifted
        self.public: set[str] = set()  # headlines that consumers have: a kill shows the last one
        self.dead: set[str] = set()  # names of killed dispatches
        self.gone: set[str] = set()  # dispatch ids that consumers have seen killed
        self.merged: dict[str, str] = {}  # dispatch id -> the one that it turned out to be
        self.since = self.driver.minute

    # ---- what happens ----

    def send(self, id_: str, version: int | None, further: str, feed: str, clock: float, **more: Any) -> None:
        """An item with a word of its own, and what the model learns of it."""
        names = (f"id:{id_}", *((further,) if further else ()))
        status, until = more.get("status"), more.get("until")
        ends = FOREVER if until == UNREADABLE else until or 0.0
        is_note = Signal.UNPUBLISHABLE in more.get("signals", ())
        word = Word(f"word{len(self.words)}.", f"{feed}/id:{id_}", ends)
        self.words.append(word)
        self.maybe_one.join(*(f"{feed}/{name.removeprefix('maybe:')}" for name in names))
        strong = [f"{feed}/{name}" for name in names if not name.startswith(("link:", "maybe:"))]
        self.by_id.join(*strong)
        if is_note:
            self.words[-1] = word._replace(ends=FOREVER)
        else:
            self.join(*strong)
        said = self.said.setdefault(self.one.root(word.name), Said())
        if status is HOLD and not is_note:
            said.held_by_agency = True
        if until is None and not is_note:
            self.words[-1] = word._replace(ends=said.until)  # as its dispatch is
        if until is not None and not more.get("planned"):
            said.until = min(said.until or ends, ends) if ends > self.driver.minute else 0.0
        if Signal.RELEASE in more.get("signals", ()):
            self.lifted.add(self.by_id.root(word.name))
        if status is KILL or not self.dead.isdisjoint(strong):
            self.kill_names(strong)
        self.sent += 1
        before = self.chains_held()
        self.look(self.driver.send(id_, version, names=names, feed=feed, clock=clock, text=word.text, **more))
        if Signal.RELEASE not in more.get("signals", ()):
            self.nothing_is_due_earlier(before)
        if until is not None and ends > self.driver.minute:
            self.all_wait_for(id_, feed, ends)

    @rule(id_=IDS, version=VERSIONS, further=FURTHER, feed=FEEDS, clock=CLOCKS)
    def usable(self, id_: str, version: int | None, further: str, feed: str, clock: float) -> None:
        self.send(id_, version, further, feed, clock)

    @rule(id_=IDS, version=VERSIONS, further=FURTHER, clock=CLOCKS)
    def correction(self, id_: str, version: int | None, further: str, clock: float) -> None:
        self.send(id_, version, further, FEED, clock, signals=[Signal.CORRECTION])

    @rule(id_=IDS, version=VERSIONS, further=FURTHER, feed=FEEDS, clock=CLOCKS)
    def kill(self, id_: str, version: int | None, further: str, feed: str, clock: float) -> None:
        self.send(id_, version, further, feed, clock, status=KILL)

    @rule(id_=IDS, version=VERSIONS, further=FURTHER, clock=CLOCKS)
    def hold(self, id_: str, version: int | None, further: str, clock: float) -> None:
        self.send(id_, version, further, FEED, clock, status=HOLD)

    @rule(id_=IDS, version=VERSIONS, further=FURTHER, clock=CLOCKS, minutes=st.sampled_from([-30, 30, 90, 600]))
    def embargo(self, id_: str, version: int | None, further: str, clock: float, minutes: int) -> None:
        self.send(id_, version, further, FEED, clock, until=self.driver.minute + minutes)

    @rule(id_=IDS, version=VERSIONS, further=FURTHER, clock=CLOCKS, minutes=st.sampled_from([30, 90, 600]))
    def plan(self, id_: str, version: int | None, further: str, clock: float, minutes: int) -> None:
        self.send(id_, version, further, FEED, clock, until=self.driver.minute + minutes, planned=True)

    @rule(id_=IDS, version=VERSIONS, further=FURTHER, clock=CLOCKS)
    def put_right(self, id_: str, version: int | None, further: str, clock: float) -> None:
        self.send(id_, version, further, FEED, clock, published=True)

    @rule(id_=IDS, version=VERSIONS, further=FURTHER)
    def unreadable(self, id_: str, version: int | None, further: str) -> None:
        self.send(id_, version, further, FEED, 0.0, until=UNREADABLE)

    @rule(id_=IDS, version=VERSIONS, further=FURTHER)
    def note_to_editors(self, id_: str, version: int | None, further: str) -> None:
        self.send(id_, version, further, FEED, 0.0, status=HOLD, signals=[Signal.UNPUBLISHABLE])

    @rule(id_=IDS, version=VERSIONS, further=FURTHER)
    def release(self, id_: str, version: int | None, further: str) -> None:
        self.send(id_, version, further, FEED, 0.0, signals=[Signal.RELEASE])

    @rule(id_=IDS, action=st.sampled_from(["hold", "release", "kill", "erase"]), clock=CLOCKS)
    def control(self, id_: str, action: str, clock: float) -> None:
        name, is_known = f"{FEED}/id:{id_}", self.driver.chain(id_) is not None
        if is_known and action in ("kill", "erase"):
            self.kill_names([name])
        if is_known and action == "release":
            root = self.maybe_one.root(name)
            self.released.add(root)
            for one, said in self.said.items():
                said.held_by_operator &= self.maybe_one.root(one) != root
        out = self.driver.control(action, id_, clock=clock)
        if is_known and action == "hold":
            self.said.setdefault(self.one.root(name), Said()).held_by_operator = True
        self.look(out)

    @rule(minutes=st.sampled_from([20, 100, 700, 60 * 25]), due=CLOCKS)
    def tick(self, minutes: int, due: float) -> None:
        self.wait(minutes)
        self.look(self.driver.tick(self.driver.minute + due))

    @rule()
    def pass_the_window(self) -> None:
        self.wait(WINDOW_MINUTES + 1)
        self.send("z", 1, "", FEED, 0.0)

    @precondition(lambda self: self.driver.shards)
    @rule()
    def trim(self) -> None:
        """The owner copies what outlives the window, behind an erasure all; it deletes the journal behind that."""
        for (_, partition), shard in self.driver.shards.items():
            if shard.has_erased:
                self.driver.journal[partition] = [(shard.position, value) for value in shard.rewritten()]
                shard.has_erased = False
                continue
            floor = shard.floor()
            kept = [(at, value) for at, value in self.driver.journal[partition] if at >= floor]
            self.driver.journal[partition] = kept + [(shard.position, value) for value in shard.carry(floor)]

    @precondition(lambda self: self.driver.shards)
    @rule()
    def restart(self) -> None:
        """A new owner reads the journal: it knows what the old one knew."""
        for key, living in list(self.driver.shards.items()):
            rebuilt = Shard(ResolveRoom(), living.partition)
            for _, value in self.driver.journal[living.partition]:
                rebuilt.restore(value)
            assert rebuilt.room.digest(rebuilt.state) == living.room.digest(living.state)
            rebuilt.position = living.position  # a trimmed journal may have nothing but copies
            self.driver.shards[key] = rebuilt

    # ---- the model ----

    def wait(self, minutes: float) -> None:
        self.driver.wait(minutes)
        if self.driver.minute - self.since > WINDOW_MINUTES / 2:  # names may be forgotten soon
            self.one, self.said, self.since = Names(), {}, self.driver.minute
            self.merged.clear()

    def join(self, *names: str) -> None:
        """These names name one dispatch from now on."""
        roots = list(dict.fromkeys(map(self.one.root, names)))
        said = Said()
        for root in roots:
            said = said.with_(self.said.pop(root, Said()))
        self.said[self.one.join(*roots)] = said

    def kill_names(self, names: list[str]) -> None:
        """What these names name is dead, and so is all that surely is one dispatch with it."""
        roots = set(map(self.one.root, names))
        self.dead |= {*names, *roots, *(name for name in self.one.parents if self.one.root(name) in roots)}

    def look(self, out: list[Item]) -> None:
        """What the consumer sees."""
        for item in out:
            self.published += not item.is_partial
            self.look_at(item)
        killed = {item.dispatch.id for item in out if item.dispatch.kind is Kind.KILL}
        for other, id_ in self.merged.items():
            assert id_ not in killed or other in self.gone, "a kill reaches every id that consumers know"

    def look_at(self, item: Item) -> None:
        dispatch, text, now = item.dispatch, item.model_dump_json(), self.driver.minute - 1
        assert item.pub_status is KILL or dispatch.id not in self.gone, "usable after its kill"
        assert dispatch.id not in self.merged or item.is_partial, "an id that was given up"
        if dispatch.kind is Kind.KILL:
            self.gone.add(dispatch.id)
            assert not item.bodies, "a text of a kill"
            assert not item.headlines or item.headline in self.public, "words of what was never out"
        if dispatch.merged_into:
            self.merged[dispatch.id] = dispatch.merged_into
        for word in self.words:
            if word.text in text and not (item.pub_status is KILL and word.text in self.public):
                self.judge(word, item, now)
        if item.pub_status is not KILL:
            self.public.add(item.headline)

    def judge(self, word: Word, item: Item, now: float) -> None:
        """Whether this word may be out."""
        said = self.said.get(self.one.root(word.name), Said())
        may_be_released = self.maybe_one.root(word.name) in {self.maybe_one.root(name) for name in self.released}
        may_be_lifted = self.by_id.root(word.name) in {self.by_id.root(name) for name in self.lifted}
        is_lifted = may_be_released or may_be_lifted
        assert item.pub_status is KILL or word.name not in self.dead, "a word of what was killed"
        assert not said.held_by_operator, "a word of what an operator holds"
        assert is_lifted or not said.held_by_agency, "a word of what the agency holds"
        assert is_lifted or word.ends <= now, "a word before the end of its embargo"

    # ---- a stricter word releases nothing earlier ----

    def chains_held(self) -> list[Chain]:
        return [chain for shard in self.driver.shards.values() for chain in chains(shard.state) if chain.held]

    def nothing_is_due_earlier(self, before: list[Chain]) -> None:
        """What is held still is due as before or later, and not before any embargo that it was under."""
        now = {held.offset: (chain, held) for chain in self.chains_held() for held in chain.held}
        for chain in before:
            for one in chain.held:
                for other in before if one.offset in now else ():
                    after, held = now[one.offset]
                    if self.id_of(other) != after.id or other.waits_until_ms is not None:
                        continue
                    due_ms = after.due_of(held) or 0
                    assert due_ms >= (chain.due_of(one) or 0), "due earlier than it was"
                    assert due_ms >= (other.embargo_ms or 0), "due before the end of an embargo of its dispatch"

    def id_of(self, chain: Chain) -> str | None:
        """The id that a dispatch has now."""
        found = (shard.state.find(chain.id) for shard in self.driver.shards.values())
        return next((one.id for one in found if one), None)

    def all_wait_for(self, id_: str, feed: str, ends: float) -> None:
        """Of several embargoes the strictest counts for all that is held of a dispatch."""
        chain = self.driver.chain(id_, feed)
        end_ms = NEVER if ends == FOREVER else START_MS + round(ends * MINUTE_MS)
        if chain and chain.waits_until_ms is None:
            dues = [chain.due_of(held) or 0 for held in chain.held]
            assert min(dues, default=end_ms) >= end_ms, "due before the end of a stricter embargo"

    # ---- the laws ----

    @invariant()
    def every_item_is_somewhere(self) -> None:
        """Published, held, withheld, or dead for want of room: each item once (law 1)."""
        assert self.sent == self.published + sum(self.driver.count())

    @invariant()
    def nothing_waits_for_nothing(self) -> None:
        """What is held has an end, or somebody who holds it, and nothing of it is killed."""
        for shard in self.driver.shards.values():
            for chain, held in shard.state.held_items():
                if chain.waits_until_ms is None:
                    assert chain.killed_by is None
                    assert chain.operator_hold_by or chain.hold or chain.due_of(held) is not None

    @invariant()
    def names_are_those_of_the_chains(self) -> None:
        """The tables have every name of every chain, and no other."""
        for shard in self.driver.shards.values():
            chains = [chain for table in (shard.state.recent, shard.state.kept) for _, chain in table.values()]
            shared = {key for chain in chains for key in chain.shared_names}
            assert shard.state.names == {key: chain.id for chain in chains for key in chain.names}
            assert {key: sorted(ids) for key, ids in shard.state.shared_names.items()} == {
                key: sorted(chain.id for chain in chains if key in chain.shared_names) for key in shared
            }
            assert shard.state.held_count == sum(len(chain.held) for chain in chains)


TestLaws = Laws.TestCase
TestLaws.settings = settings(max_examples=examples(100), stateful_step_count=30, deadline=None)
