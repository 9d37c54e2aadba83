"""RESOLVE: wire.normalised -> wire.resolved.

Guarantee: after a dispatch is killed, by any of its names, only the kill is published.  Nothing under an embargo or
on hold is published before its time or its release.  Both hold in whatever order revisions, kills and controls
arrive, and whatever any clock but the broker's shows.  Every item ends here as published, held or withheld, or in
wire.dead if there is no room to hold it.  table.py decides each case.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import takewhile

from msgspec.structs import replace

from pipeline.envelope import RecordType
from pipeline.items import read_control, read_item
from pipeline.records import Counted, Decision, Record, Room
from pipeline.resolve.arrivals import carry_out, publish_ready, receive
from pipeline.resolve.state import ResolveChange, ResolveState
from pipeline.resolve.work import Work


class ResolveRoom(Room[ResolveState, ResolveChange]):
    """Which dispatch, is it still good?"""

    name = "resolve"
    accepts = (RecordType.ITEM, RecordType.TICK, RecordType.CONTROL)
    change_type = ResolveChange

    def open(self) -> ResolveState:
        return ResolveState()

    def on_item(self, state: ResolveState, record: Record) -> Decision[ResolveChange]:
        work = Work(state, record)
        receive(work, read_item(record.value))
        return Decision(work.change, tuple(work.outputs))

    def on_tick(self, state: ResolveState, record: Record) -> Decision[ResolveChange]:
        """Publish everything whose time has come."""
        work = Work(state, record)
        publish_ready(work)
        return Decision(work.change, tuple(work.outputs))

    def on_control(self, state: ResolveState, record: Record) -> Decision[ResolveChange]:
        work = Work(state, record)
        carry_out(work, read_control(record.value))
        return Decision(work.change, tuple(work.outputs))

    def apply(self, state: ResolveState, change: ResolveChange, offset: int) -> None:
        state.now_ms = max(state.now_ms, change.time_ms)
        state.broker_ms = max(state.broker_ms, change.broker_ms)
        state.withheld = change.withheld
        state.put_lags(change.lags)
        for dispatch in change.gone:
            state.forget(dispatch)
        for chain in change.chains:
            state.put(offset, chain, is_carried=change.is_carried)
        state.expire()

    def due_ms(self, state: ResolveState) -> int | None:
        return state.due_ms()

    def counts(self, state: ResolveState) -> Mapping[Counted, int]:
        return {Counted.DISPATCHES: len(state.recent) + len(state.kept), Counted.HELD: state.held_count}

    def floor(self, state: ResolveState, offset: int) -> int:
        return next((at for at, _ in state.recent.values()), offset + 1)

    def carry(self, state: ResolveState, before: int) -> Iterator[ResolveChange]:
        # The records that brought the stream this far, and that showed the lags, may be trimmed.
        here = ResolveChange(state.now_ms, state.withheld, broker_ms=state.broker_ms)
        yield replace(here, lags=tuple(state.lags.items()))
        for _, chain in takewhile(lambda one: one[0] < before, state.recent.values()):
            yield replace(here, chains=(chain,), is_carried=True)
        for at, chain in state.kept.values():
            if at < before:
                yield replace(here, chains=(chain,))

    def erases(self, change: ResolveChange) -> bool:
        return change.erases

    def digest(self, state: ResolveState) -> object:
        return state.known()
