"""The ledger: bounded, ordered by when something was caused and not by when it was journalled."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from pipeline.ledger import Ledger, LedgerRow

MOST = 4
PUTS = st.lists(st.tuples(st.sampled_from("abcdefg"), st.integers(0, 99)), max_size=30)


def filled(puts: list[tuple[str, int]], most: int = MOST) -> Ledger[str]:
    """Each put is caused at its own offset, and journalled at its place in the list."""
    ledger = Ledger[str](most)
    for journalled_at, (key, caused_at) in enumerate(puts):
        ledger.put(key, f"{key}{caused_at}", caused_at, journalled_at)
    return ledger


def test_the_oldest_is_forgotten() -> None:
    """A full ledger forgets what came about longest ago; a new value makes its key younger."""
    ledger = filled([("a", 1), ("b", 2), ("a", 3), ("c", 4)], most=2)
    assert ledger.rows() == [LedgerRow("a3", 3, 2), LedgerRow("c4", 4, 3)]
    assert (ledger.get("b"), ledger.oldest(), len(ledger)) == (None, "a3", 2)
    assert list(ledger.before(3)) == ["a3"]
    assert ("a" in ledger, "b" in ledger) == (True, False)


def test_a_carry_makes_nothing_younger() -> None:
    """A value that is repeated, as before a trim, is forgotten when it would have been anyway."""
    ledger = filled([("a", 1), ("b", 2)], most=2)
    ledger.put("a", "a1", 1, 9)
    ledger.put("c", "c3", 3, 10)
    assert [row.value for row in ledger.rows()] == ["b2", "c3"]


def test_what_a_carry_must_repeat() -> None:
    """Guard: what was journalled before the cut, and nothing that the journal has behind it."""
    ledger = filled([("a", 1), ("b", 2), ("c", 0)])
    assert [list(ledger.before(offset)) for offset in range(4)] == [[], ["a1"], ["a1", "b2"], ["c0", "a1", "b2"]]


@given(PUTS, PUTS)
def test_order_and_bound(puts: list[tuple[str, int]], more: list[tuple[str, int]]) -> None:
    """Never more than the bound, oldest first, every value found by its key, and forgotten for good."""
    ledger = filled([*puts, *more])
    rows = ledger.rows()
    assert len(rows) == len(ledger) <= MOST
    assert [row.caused_at for row in rows] == sorted(row.caused_at for row in rows)
    assert ledger.oldest() == (rows[0].value if rows else None)
    for row in rows:
        assert ledger.get(row.value[0]) == row.value
        ledger.forget(row.value[0])
        ledger.forget(row.value[0])
    assert not ledger.rows()
