"""A sixth room for tests: it counts the items of wire.normalised, an input that it shares with resolve."""

from __future__ import annotations

from dataclasses import dataclass

import msgspec

from pipeline.records import Decision, Out, Record, Room
from pipeline.topology import RoomSpec, imported


class Counted(msgspec.Struct, frozen=True, array_like=True):
    """How many items there are with this one."""

    items: int


@dataclass
class Count:
    """The items so far."""

    items: int = 0


class CensusRoom(Room[Count, Counted]):
    """Writes the number of items so far for each item."""

    name = "census"
    change_type = Counted

    def open(self) -> Count:
        return Count()

    def on_item(self, state: Count, record: Record) -> Decision[Counted]:
        out = Out("wire.alerts", record.key, str(state.items + 1).encode(), (), record.position.partition)
        return Decision(Counted(state.items + 1), (out,))

    def apply(self, state: Count, change: Counted, offset: int) -> None:
        state.items = change.items


SPEC = RoomSpec(
    name="census",
    question="how many items are there?",
    source="wire.normalised",
    writes=("wire.alerts",),
    make=imported("census:CensusRoom"),
    memory_mb=80,
    memory_limit_mib=256,
    grows_with="nothing",
)
