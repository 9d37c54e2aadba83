"""The memory of resolve: one chain a dispatch, ordered by its last change.

`recent` expires by stream time and count; `kept` has what outlives the window: held items with their bytes,
killed dispatches, kills that wait for their dispatch.  About 0.6 kB a chain, plus the bytes of what it holds.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass, field

import msgspec

from pipeline.resolve.chain import Chain, Held

WINDOW_MS = 14 * 86_400_000  # a revision later than this after the last one starts a new chain
RECENT_MAX = 200_000  # chains; overflow: the longest unchanged is forgotten
KEPT_MAX = 100_000  # overflow: the longest unchanged chain that holds nothing is forgotten
HELD_MAX = 10_000  # held items of a shard; overflow: the newcomer goes to wire.dead (held-full)


class ResolveChange(msgspec.Struct, frozen=True, array_like=True):
    """What a record does to the state: chains replaced, and the running total of withheld items."""

    time_ms: int
    withheld: int
    chains: tuple[Chain, ...] = ()


@dataclass
class ResolveState:
    """All chains of a shard, each with the source offset of its last change."""

    now_ms: int = 0  # stream time
    withheld: int = 0  # items withheld so far
    # Ordered: to find the first of a plain dict, whose first ones are deleted all the time, takes 8 us at 200,000.
    recent: OrderedDict[str, tuple[int, Chain]] = field(default_factory=OrderedDict)
    kept: dict[str, tuple[int, Chain]] = field(default_factory=dict)
    due: dict[str, int] = field(default_factory=dict)  # dispatch id -> due_ms
    held: int = 0  # items held now

    def get(self, dispatch: str) -> Chain | None:
        """The chain of a dispatch, if it is known."""
        found = self.recent.get(dispatch) or self.kept.get(dispatch)
        return found[1] if found else None

    def put(self, offset: int, chain: Chain) -> None:
        """Remember a chain; it replaces its former value."""
        before = self.recent.pop(chain.id, None) or self.kept.pop(chain.id, None)
        self.held += len(chain.held) - (len(before[1].held) if before else 0)
        (self.kept if chain.outlives_window else self.recent)[chain.id] = (offset, chain)
        self.due.pop(chain.id, None)
        if chain.due_ms is not None:
            self.due[chain.id] = chain.due_ms

    def expire(self) -> None:
        """Forget what the window has passed, longest unchanged first."""
        while self.recent:
            dispatch, (_, chain) = next(iter(self.recent.items()))
            if chain.time_ms >= self.now_ms - WINDOW_MS and len(self.recent) <= RECENT_MAX:
                break
            del self.recent[dispatch]
        if len(self.kept) > KEPT_MAX:
            # By their own times: a carry puts a chain behind younger ones, but makes it no younger (law 2).
            idle = [(chain.time_ms, key) for key, (_, chain) in self.kept.items() if not chain.held]
            if idle:
                del self.kept[min(idle)[1]]

    def ready(self, now_ms: int) -> list[Chain]:
        """What is due by then, by its time, then by its last change: no order that a carry could move (law 2)."""
        due = [self.kept[dispatch][1] for dispatch, due_ms in self.due.items() if due_ms <= now_ms]
        return sorted(due, key=lambda chain: (self.due[chain.id], chain.time_ms, chain.id))

    def held_items(self) -> Iterator[tuple[Chain, Held]]:
        """Everything held, longest held first."""
        return ((chain, held) for _, chain in self.kept.values() for held in chain.held)
