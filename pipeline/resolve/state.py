"""The memory of resolve: one chain a dispatch, ordered by its last change.

`recent` expires by the broker's clock and by count, so that no feed's own clock makes a kill miss its dispatch;
`kept` has what outlives the window: held items with their bytes, killed dispatches, holds, kills that wait for
their dispatch. About 0.8 kB a chain, 0.15 kB more for each name, plus the bytes of what it holds (`python -m
benchmarks names`).
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass, field

import msgspec

from pipeline.resolve.chain import Chain, HeldItem
from pipeline.resolve.names import id_key

WINDOW_MS = 14 * 86_400_000  # a revision later than this after the last one starts a new chain
RECENT_MAX = 200_000  # chains; overflow: the longest unchanged is forgotten
KEPT_MAX = 100_000  # overflow: the longest unchanged chain that holds nothing is forgotten
HELD_MAX = 10_000  # held items of a shard; overflow: the newcomer goes to wire.dead (held-full)
LAGS_MAX = 10_000  # feeds whose lag is known; overflow: the one furthest behind gets the broker's time


class ResolveChange(msgspec.Struct, frozen=True, array_like=True):
    """What a record does to the state: chains replaced and joined, and the running total of withheld items."""

    time_ms: int
    withheld: int
    chains: tuple[Chain, ...] = ()
    gone: tuple[str, ...] = ()  # dispatch ids that became names of another dispatch
    broker_ms: int = 0  # the broker's stamp on the record
    lags: tuple[tuple[str, int], ...] = ()  # (feed, its lag in milliseconds), where it became less (clocks)
    erases: bool = False  # whether words leave the state that the journal has
    is_carried: bool = False  # its chains are known already, unless the journal begins with it


@dataclass
class ResolveState:
    """All chains of a shard, each with the source offset of its last change."""

    now_ms: int = 0  # stream time
    broker_ms: int = 0  # the latest stamp of the broker
    withheld: int = 0  # items withheld so far
    # Ordered: to find the first of a plain dict, whose first ones are deleted all the time, takes 8 us at 200,000.
    recent: OrderedDict[str, tuple[int, Chain]] = field(default_factory=OrderedDict)
    kept: dict[str, tuple[int, Chain]] = field(default_factory=dict)
    names: dict[bytes, str] = field(default_factory=dict)  # key of a name -> dispatch id
    # key of a shared name -> dispatch ids, in any order
    shared_names: dict[bytes, tuple[str, ...]] = field(default_factory=dict)
    due: dict[str, tuple[str, int]] = field(default_factory=dict)  # dispatch id -> (feed, due_ms by its clock)
    lags: dict[str, int] = field(default_factory=dict)  # feed -> how far its time is behind the broker's
    held_count: int = 0  # items held now

    def get(self, dispatch: str) -> Chain | None:
        """The chain that has this id, if it is known."""
        found = self.recent.get(dispatch) or self.kept.get(dispatch)
        return found[1] if found else None

    def find(self, dispatch: str) -> Chain | None:
        """The chain of a dispatch id, also of one that turned out to be another dispatch."""
        found = self.get(dispatch)
        return found if found or not self.names else self.get(self.names.get(id_key(dispatch), ""))

    def put(self, offset: int, chain: Chain, *, is_carried: bool = False) -> None:
        """Remember a chain; it replaces its former value.  One that is carried is as old as before."""
        if is_carried and chain.id in self.recent:
            self.recent[chain.id] = (offset, chain)
            return
        before = self._take(chain.id)
        self.held_count += len(chain.held) - (len(before.held) if before else 0)
        (self.kept if chain.outlives_window else self.recent)[chain.id] = (offset, chain)
        if (due_ms := chain.due_ms) is not None:
            self.due[chain.id] = (chain.feed, due_ms)
        if before is None or before.names != chain.names or before.shared_names != chain.shared_names:
            if before:
                self._unname(before)
            for key in chain.names:
                self.names[key] = chain.id
            for key in chain.shared_names:
                self.shared_names[key] = (*self.shared_names.get(key, ()), chain.id)

    def forget(self, dispatch: str) -> None:
        """Forget a chain and its names."""
        if before := self._take(dispatch):
            self.held_count -= len(before.held)
            self._unname(before)

    def expire(self) -> None:
        """Forget what the window has passed, longest unchanged first."""
        while self.recent:
            dispatch, (_, chain) = next(iter(self.recent.items()))
            if chain.changed_ms >= self.broker_ms - WINDOW_MS and len(self.recent) <= RECENT_MAX:
                break
            self.forget(dispatch)
        if len(self.kept) > KEPT_MAX:
            # By their own times: a carry puts a chain behind younger ones, but makes it no younger (law 2).
            idle = [(chain.changed_ms, key) for key, (_, chain) in self.kept.items() if not chain.held]
            if idle:
                self.forget(min(idle)[1])

    def put_lags(self, lags: tuple[tuple[str, int], ...]) -> None:
        """Remember how far feeds are behind."""
        self.lags.update(lags)
        while len(self.lags) > LAGS_MAX:
            del self.lags[max((lag, feed) for feed, lag in self.lags.items())[1]]

    def due_ms(self) -> int | None:
        """When, by the broker's clock, something is due."""
        return min((due_ms + self.lags.get(feed, 0) for feed, due_ms in self.due.values()), default=None)

    def ready(self, broker_ms: int) -> list[Chain]:
        """What is due when the broker's clock shows this, by its time: no order that a carry could move (law 2)."""
        due = [
            (due_ms + lag, self.kept[dispatch][1])
            for dispatch, (feed, due_ms) in self.due.items()
            if due_ms + (lag := self.lags.get(feed, 0)) <= broker_ms
        ]
        return [chain for _, chain in sorted(due, key=lambda one: (one[0], one[1].first_offset, one[1].id))]

    def known(self) -> object:
        """All that a decision can depend on, in an order of its own."""
        shared_names = sorted((key, sorted(ids)) for key, ids in self.shared_names.items())
        tables = [sorted(table.items()) for table in (self.names, self.due, self.lags)]
        chains = [list(table.items()) for table in (self.recent, self.kept)]
        return self.now_ms, self.broker_ms, self.withheld, self.held_count, chains, shared_names, tables

    def held_items(self) -> Iterator[tuple[Chain, HeldItem]]:
        """Everything held, longest held first."""
        return ((chain, held) for chain in self.held_dispatches() for held in chain.held)

    def held_dispatches(self) -> Iterator[Chain]:
        """The dispatches that are held, with or without an item, longest unchanged first."""
        return (chain for _, chain in self.kept.values() if chain.held or chain.killed_by is None)

    def _take(self, dispatch: str) -> Chain | None:
        """The chain, taken out of everything but the names."""
        before = self.recent.pop(dispatch, None) or self.kept.pop(dispatch, None)
        self.due.pop(dispatch, None)
        return before[1] if before else None

    def _unname(self, chain: Chain) -> None:
        for key in chain.names:
            if self.names.get(key) == chain.id:
                del self.names[key]
        for key in chain.shared_names:
            if rest := tuple(id_ for id_ in self.shared_names.get(key, ()) if id_ != chain.id):
                self.shared_names[key] = rest
            else:
                self.shared_names.pop(key, None)
