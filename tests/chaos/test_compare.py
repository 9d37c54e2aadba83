"""The count can fail: every kind of damage is seen, and named as what it is."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from .check import is_ended, outcome
from .compare import RecordDigest, compare, digest
from .load import DispatchLoad, End, ExpectedEnd

A = [RecordDigest(b"a%d" % number, f"a{number}") for number in range(4)]
B = [RecordDigest(b"b%d" % number, f"b{number}") for number in range(3)]
OTHER = RecordDigest(b"other", "other")

DAMAGE = {  # records of the partition -> (lost, duplicated, out of order, differing)
    "one after the other": ([*A, *B], (0, 0, 0, 0)),
    "interleaved": ([A[0], B[0], A[1], A[2], B[1], B[2], A[3]], (0, 0, 0, 0)),
    "a record missing": ([A[0], A[2], A[3], *B], (1, 0, 0, 0)),
    "all of a source missing": (A, (3, 0, 0, 0)),
    "a record twice": ([*A, *B, A[1]], (0, 1, 0, 0)),
    "a record nobody wrote": ([*A, *B, OTHER], (0, 1, 0, 0)),
    "a record with other bytes": ([A[0], OTHER, A[2], A[3], *B], (0, 0, 0, 1)),
    "two of a source exchanged": ([A[1], A[0], A[2], A[3], *B], (0, 0, 1, 0)),
    "twice in the place of another": ([A[0], A[0], A[2], A[3], *B], (1, 1, 0, 0)),
    "nothing": ([], (7, 0, 0, 0)),
}


@pytest.mark.parametrize("damage", DAMAGE)
def test_damage_is_counted_as_what_it_is(damage: str) -> None:
    """Two sources in one partition: each kind of damage has its own number, and is listed with its place."""
    found, wanted = DAMAGE[damage]
    tally = compare({"a": A, "b": B}, found)
    assert (tally.lost, tally.duplicated, tally.out_of_order, tally.differing) == wanted
    assert tally.is_clean == (not any(wanted)) == (not tally.first)


def test_the_same_bytes_may_come_as_often_as_expected() -> None:
    """A publisher's repeat is no duplicate; one more than was sent is."""
    twice = [A[0], A[1], A[0]]
    assert compare({"a": twice}, twice).is_clean
    assert compare({"a": twice}, [*twice, A[0]]).duplicated == 1


@given(st.permutations("aaaabbb"), st.data())
def test_every_shuffle_is_right_and_every_exchange_in_a_source_is_not(
    order: list[str], data: st.DataObject
) -> None:
    """Sources interleave as they like; two neighbours of one source exchanged are always seen."""
    sources = {"a": iter(A), "b": iter(B)}
    found = [next(sources[name]) for name in order]
    assert compare({"a": A, "b": B}, found).is_clean
    places = [at for at, name in enumerate(order) if name == "a"]
    at = data.draw(st.integers(0, len(places) - 2))
    first, second = places[at], places[at + 1]
    found[first], found[second] = found[second], found[first]
    assert compare({"a": A, "b": B}, found).out_of_order == 1


def test_key_value_and_headers_all_count() -> None:
    """No two records that differ anywhere, or where a part ends, have one digest."""
    records = [
        (b"k", b"v", ()),
        (b"", b"kv", ()),
        (b"k", b"", (("v", b""),)),
        (b"k", b"v", (("n", b"1"),)),
        (b"k", b"v", (("n", b"2"),)),
        (b"k", b"v", (("n1", b""),)),
    ]
    assert len({digest(*record) for record in records}) == len(records)


ENDS = (
    (End.USABLE, {"pubStatus": "usable", "version": "3", "dispatch": {"status": "corrected"}}, False, True),
    (End.USABLE, {"pubStatus": "usable", "version": "2", "dispatch": {"status": "usable"}}, False, False),
    (End.USABLE, {"pubStatus": "withheld", "version": "3", "dispatch": {"status": "recalled"}}, False, True),
    (End.USABLE, None, False, False),
    (End.KILLED, {"pubStatus": "canceled", "version": "9", "dispatch": {"status": "killed"}}, False, True),
    (End.KILLED, {"pubStatus": "usable", "version": "3", "dispatch": {"status": "usable"}}, False, False),
    (End.HELD, None, True, True),
    (End.HELD, None, False, False),
    (End.NOWHERE, None, False, True),
    (End.NOWHERE, None, True, False),
    (End.GONE, {"pubStatus": "usable", "version": "1", "dispatch": {"status": "usable"}}, False, False),
)


@pytest.mark.parametrize(("end", "last", "is_held", "right"), ENDS)
def test_the_end_of_a_dispatch(end: End, last: dict[str, object] | None, is_held: bool, right: bool) -> None:
    """The last word of wire.enriched, and whether resolve holds it, decide whether a dispatch ended as it must."""
    assert is_ended(ExpectedEnd(end, "3"), outcome(last, is_held)) == right


def test_the_load_ends_what_it_began() -> None:
    """After `stop` the load still sends every update and kill that is left; each lifecycle occurs."""
    load = DispatchLoad(seed=7)
    for number, _ in enumerate(load):
        if number == 600:
            load.stop.set()
    assert len(load.sent) > 600
    assert {expected.end for expected in load.expected.values()} == set(End) - {End.DEAD}
