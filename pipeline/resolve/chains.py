"""The memory of resolve: one chain a dispatch.

Chains are absolute values, ordered by their last change; a change replaces the whole chain.  Two ledgers: `recent`
expires by stream time and count; `kept` holds what outlives the window: held items with their bytes, killed
dispatches, kills that wait for their dispatch.  About 0.6 kB a chain, plus the bytes of what it holds.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass, field

import msgspec

from pipeline.items import Status
from pipeline.language import UND

WINDOW_MS = 14 * 86_400_000  # a revision later than this after the last one starts a new chain
RECENT_MAX = 200_000  # chains; overflow: the longest unchanged is forgotten
KEPT_MAX = 100_000  # overflow: the longest unchanged chain that holds nothing is forgotten
HELD_MAX = 10_000  # held items of a shard; overflow: the newcomer goes to wire.dead (held-full)
HELD_PER_CHAIN_MAX = 16
SEEN_MAX = 16  # item ids remembered a chain; a repeat of an older one counts as a late revision


class Held(msgspec.Struct, frozen=True, array_like=True):
    """An item that may not be known yet: the only place where a body is stored."""

    item: str  # item id
    value: bytes
    headers: tuple[tuple[str, bytes], ...]
    due_ms: int | None  # None: until somebody says so
    why: str


class Chain(msgspec.Struct, frozen=True, array_like=True):
    """What is known of one dispatch."""

    id: str
    feed: str
    time_ms: int  # of its last change
    language: str = UND.tag  # the whole tag
    version: str = ""  # of the newest revision seen
    number: int = -1  # the version as a number, if it is one
    created_ms: int = 0
    item: str = ""  # id of the newest published item
    revisions: int = 0  # published
    status: Status = Status.USABLE
    hold_by: str | None = None  # the operator whose hold only an operator lifts
    killed_by: str | None = None
    seen: tuple[str, ...] = ()  # item ids, newest last
    held: tuple[Held, ...] = ()  # in order of arrival
    waits_until_ms: int | None = None  # a kill without its dispatch is published then

    @property
    def outlives(self) -> bool:
        return bool(self.held) or self.killed_by is not None or self.hold_by is not None

    @property
    def due_ms(self) -> int | None:
        """When something of this chain is due."""
        times = [held.due_ms for held in self.held if held.due_ms is not None]
        return min([*times, *([] if self.waits_until_ms is None else [self.waits_until_ms])], default=None)


class Change(msgspec.Struct, frozen=True, array_like=True):
    """What a record does to the state: chains replaced, and the running total of withheld items."""

    time_ms: int
    withheld: int
    chains: tuple[Chain, ...] = ()


@dataclass
class State:
    """All chains of a shard, each with the source offset of its last change."""

    now_ms: int = 0  # stream time
    withheld: int = 0  # items withheld so far
    # Ordered: to find the first of a plain dict, whose first ones are deleted all the time, takes 8 us at 200,000.
    recent: OrderedDict[str, tuple[int, Chain]] = field(default_factory=OrderedDict)
    kept: dict[str, tuple[int, Chain]] = field(default_factory=dict)
    due: dict[str, int] = field(default_factory=dict)  # dispatch id -> due_ms
    held: int = 0  # items held now

    def get(self, dispatch: str) -> Chain | None:
        found = self.recent.get(dispatch) or self.kept.get(dispatch)
        return found[1] if found else None

    def put(self, offset: int, chain: Chain) -> None:
        before = self.recent.pop(chain.id, None) or self.kept.pop(chain.id, None)
        self.held += len(chain.held) - (len(before[1].held) if before else 0)
        (self.kept if chain.outlives else self.recent)[chain.id] = (offset, chain)
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
