"""The account of law 1: every item of a raw record ends in exactly one of enriched, held, withheld, dead.

Derived in one place, out of the records of the walk and the state of resolve: for replay, demo and chaos tests.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

import msgspec

from pipeline.dead import Letter
from pipeline.envelope import RecordType
from pipeline.records import Record

ASIDE = frozenset({"watch"})  # rooms beside the walk: what they cannot read, another room reads or counts
COUNTED = ("wire.normalised", "wire.enriched", "wire.dead")  # the topics that the account is made from


class Holding(Protocol):
    """How many items a shard of resolve holds, and how many it has withheld for good."""

    held_count: int
    withheld: int


@dataclass(frozen=True, slots=True)
class Account:
    """Where every item went.  `balanced`: items = enriched + held + withheld + dead."""

    items: int = 0
    enriched: int = 0
    held: int = 0
    withheld: int = 0
    dead: int = 0
    extra: int = 0  # recalls and advisories: they name their cause and do not count as items

    @property
    def balanced(self) -> bool:
        return self.items == self.enriched + self.held + self.withheld + self.dead

    def line(self) -> str:
        """The account in a line."""
        sign = "=" if self.balanced else "≠"
        return (
            f"{self.items} items {sign} {self.enriched} enriched + {self.held} held + {self.withheld} withheld"
            f" + {self.dead} dead; and {self.extra} recalls and advisories"
        )


@dataclass
class Counter:
    """Counts the records of the walk as they come, in any order."""

    items: int = 0
    enriched: int = 0
    extra: int = 0
    dead: int = 0

    def count(self, record: Record) -> None:
        """Count a record of any topic; those outside COUNTED change nothing."""
        match record.position.topic:
            case "wire.normalised":
                self.items += record.type == RecordType.ITEM
            case "wire.enriched" if record.type == RecordType.ITEM:
                partial = is_partial(record.value)
                self.extra += partial
                self.enriched += not partial
            case "wire.dead":
                self._count_letter(Letter(record))

    def _count_letter(self, letter: Letter) -> None:
        """A letter of wire.raw is an item that wire.normalised never saw; of wire.enriched, one counted there."""
        if letter.room in ASIDE:
            return
        came_from_raw = letter.position.topic == "wire.raw"
        is_item = came_from_raw or (letter.type == RecordType.ITEM and not is_partial(letter.kept.value))
        self.items += came_from_raw
        self.dead += is_item and letter.position.topic != "wire.enriched"

    def account(self, resolve: Iterable[Holding]) -> Account:
        """The account, given the state of every shard of resolve."""
        states = list(resolve)
        held, withheld = sum(state.held_count for state in states), sum(state.withheld for state in states)
        return Account(self.items, self.enriched, held, withheld, self.dead, self.extra)


class _Shape(msgspec.Struct):
    representationType: str = "full"


def is_partial(value: bytes) -> bool:
    """Whether the JSON of an item is a recall or an advisory; False for what is not a JSON object."""
    try:
        return _decode(value).representationType == "partial"
    except msgspec.MsgspecError:
        return False


_decode = msgspec.json.Decoder(_Shape).decode
