"""A bounded memory of what must be known for longer than a window: kills and corrections.

Values are absolute: the last one put replaces the one before.  They are kept in the order of the records that
caused them, not of the journal: a carry repeats a value and makes it no younger, so what a full ledger forgets does
not depend on when the journal was trimmed (docs/design/laws.md#law-2).
"""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Iterator
from typing import Generic, NamedTuple, TypeVar

V = TypeVar("V")


class LedgerRow(NamedTuple, Generic[V]):
    """A value, the source offset of the record that caused it, and that of its latest entry in the journal."""

    value: V
    caused_at: int
    journalled_at: int


class Ledger(Generic[V]):
    """At most `size_max` values by key; overflow: the one that was caused longest ago is forgotten."""

    def __init__(self, size_max: int) -> None:
        self._size_max = size_max
        self._rows: dict[str, LedgerRow[V]] = {}
        self._order: list[tuple[int, str]] = []  # (caused_at, key), sorted

    def __len__(self) -> int:
        return len(self._rows)

    def __contains__(self, key: str) -> bool:
        return key in self._rows

    def get(self, key: str) -> V | None:
        """The value, if it is known."""
        row = self._rows.get(key)
        return row.value if row else None

    def put(self, key: str, value: V, caused_at: int, journalled_at: int) -> None:
        """Remember a value; it replaces the former value of the key."""
        self.forget(key)
        self._rows[key] = LedgerRow(value, caused_at, journalled_at)
        insort(self._order, (caused_at, key))
        if len(self._order) > self._size_max:
            self.forget(self._order[0][1])

    def forget(self, key: str) -> None:
        """Forget the value of a key, if there is one."""
        if row := self._rows.pop(key, None):
            del self._order[bisect_left(self._order, (row.caused_at, key))]

    def oldest(self) -> V | None:
        """The value that was caused longest ago."""
        return self._rows[self._order[0][1]].value if self._order else None

    def rows(self) -> list[LedgerRow[V]]:
        """Everything known, the oldest first."""
        return [self._rows[key] for _, key in self._order]

    def before(self, offset: int) -> Iterator[V]:
        """The values that the journal does not have at or after source offset `offset`, the oldest first."""
        return (row.value for row in self.rows() if row.journalled_at < offset)
