"""RESOLVE: wire.normalised -> wire.resolved.

Guarantee: of a dispatch, nothing leaves after its kill but the kill; nothing embargoed leaves before its time;
whatever the order in which revisions, kills and controls arrive.  Every item ends here in exactly one of published,
held, withheld.
"""

from __future__ import annotations

from collections.abc import Iterator

from pipeline.envelope import RecordType
from pipeline.items import read_control, read_item
from pipeline.records import Decision, Record, Room
from pipeline.resolve.arrivals import receive
from pipeline.resolve.controls import carry_out
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
        for chain in state.ready(work.now_ms):
            work.publish_held(chain, upto_ms=work.now_ms)
        return Decision(work.change, tuple(work.outputs))

    def on_control(self, state: ResolveState, record: Record) -> Decision[ResolveChange]:
        work = Work(state, record)
        carry_out(work, read_control(record.value))
        return Decision(work.change, tuple(work.outputs))

    def apply(self, state: ResolveState, change: ResolveChange, offset: int) -> None:
        state.now_ms = max(state.now_ms, change.time_ms)
        state.withheld = change.withheld
        for chain in change.chains:
            state.put(offset, chain)
        state.expire()

    def due_ms(self, state: ResolveState) -> int | None:
        return min(state.due.values(), default=None)

    def floor(self, state: ResolveState, offset: int) -> int:
        return next((at for at, _ in state.recent.values()), offset + 1)

    def carry(self, state: ResolveState, before: int) -> Iterator[ResolveChange]:
        # The record that brought the stream this far may be trimmed.
        yield ResolveChange(state.now_ms, state.withheld)
        for at, chain in state.kept.values():
            if at < before:
                yield ResolveChange(chain.time_ms, state.withheld, (chain,))
