"""What a story's label is made from: integer sums over the label phrases and terms of its members.

State is the sorted multiset of the members' contributions and nothing else: any order of joining gives the same
state, and a member that leaves (a kill, an update, the window's end) takes back exactly what it brought.  The sums
are derived from it, kept up while the story is busy, and built anew when it is asked for after a rest.
"""

from __future__ import annotations

import hashlib
from bisect import bisect_left, insort
from collections import Counter, OrderedDict
from collections.abc import Hashable, Iterable, Iterator
from contextlib import contextmanager
from typing import Protocol, TypeVar

import msgspec

from pipeline.features import Phrase

MEMBERS_COUNTED = 48  # a larger story is judged by this many of its members, drawn fairly by their hash
# Stories whose sums stay built, those last asked, about 50 kB each; the others build theirs anew, which only costs
# time: 25 us a member.
TOTALS_KEPT = 1024


class Labelled(Protocol):
    """What an item brings to its story's label: features.Features has it, and so has phrases.Phrases."""

    @property
    def phrases(self) -> tuple[Phrase, ...]: ...
    @property
    def label_terms(self) -> tuple[tuple[str, int], ...]: ...
    @property
    def heads(self) -> tuple[tuple[str, int, str], ...]: ...


class _Part(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A contribution as it is read: plain tuples, a third of the time that features.Phrase takes."""

    phrases: tuple[tuple[str, str, int, int], ...]  # key, surface, weight, flags
    label_terms: tuple[tuple[str, int], ...]
    heads: tuple[tuple[str, int, str], ...]


_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(_Part).decode
_LOT_BYTES = 4
MEMBER_BITS = 32  # a term's place weights in a whole story stay far below
MEMBER = 1 << MEMBER_BITS

Spelling = tuple[int, str, int]  # weight, surface, flags
Form = tuple[int, str]  # weight, form


def contribution(item: Labelled) -> bytes:
    """What a member adds to the sums, as bytes to keep and to journal (about 2 kB).

    They begin with four bytes of their hash, so that their natural order is a fair lottery.
    """
    data = _encode((item.phrases, item.label_terms, item.heads))
    return hashlib.blake2b(data, digest_size=_LOT_BYTES).digest() + data


class LabelSums:
    """The members of one story, as contributions.  State: the sorted multiset; everything else follows from it."""

    __slots__ = ("_totals", "members")

    def __init__(self, members: Iterable[bytes] = ()) -> None:
        self.members = sorted(members)
        self._totals: Totals | None = None

    def add(self, member: bytes) -> None:
        """A member joins."""
        insort(self.members, member)

    def subtract(self, member: bytes) -> None:
        """A member leaves.  It must have joined."""
        place = bisect_left(self.members, member)
        assert self.members[place : place + 1] == [member], "never joined"
        del self.members[place]

    @contextmanager
    def changed(self, leaves: bytes, joins: bytes) -> Iterator[None]:
        """Look ahead: one member has left and one has joined (empty: none); afterwards they are what they were."""
        if leaves:
            self.subtract(leaves)
        if joins:
            self.add(joins)
        try:
            yield
        finally:
            if joins:
                self.subtract(joins)
            if leaves:
                self.add(leaves)

    def totals(self) -> Totals:
        """The sums over the members that count, brought up to date when they are asked for."""
        totals = self._totals or Totals()
        totals.bring_to(self.members[:MEMBERS_COUNTED])
        if len(self.members) > 1:  # most stories are single items and never asked again
            _keep(self, totals)
        return totals

    def __len__(self) -> int:
        return len(self.members)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, LabelSums) and self.members == other.members

    __hash__ = None  # type: ignore[assignment]  # it changes: no key of anything

    def __reduce__(self) -> tuple[type[LabelSums], tuple[list[bytes]]]:
        return LabelSums, (self.members,)


_kept: OrderedDict[int, LabelSums] = OrderedDict()  # by id(): who is in it lives, so no id comes twice


def _keep(sums: LabelSums, totals: Totals) -> None:
    sums._totals = totals
    _kept[id(sums)] = sums
    _kept.move_to_end(id(sums))
    while len(_kept) > TOTALS_KEPT:
        _kept.popitem(last=False)[1]._totals = None


class Totals:
    """Sums over members.  Weights are integers of 1/256; at most MEMBERS_COUNTED x (24 phrases + 64 terms)."""

    __slots__ = ("counted", "heads", "mass", "spellings", "terms")

    def __init__(self) -> None:
        self.counted: list[bytes] = []  # the members that are in the sums
        self.terms: dict[str, int] = {}  # term -> MEMBER for each member that has it, plus its place weights
        self.mass: dict[str, int] = {}  # phrase -> place weights
        self.spellings: dict[str, dict[Spelling, int]] = {}  # phrase -> how it is written -> members
        self.heads: dict[str, dict[Form, int]] = {}  # head noun -> form -> members

    @property
    def n(self) -> int:
        """How many members are in the sums."""
        return len(self.counted)

    def support(self, term: str) -> int:
        """How many members have a term."""
        return self.terms.get(term, 0) >> MEMBER_BITS

    def term(self, term: str) -> tuple[int, int]:
        """The place weights of a term, and how many members have it."""
        packed = self.terms.get(term, 0)
        return packed & (MEMBER - 1), packed >> MEMBER_BITS

    def bring_to(self, members: list[bytes]) -> None:
        """Count in who is missing and out who is too many."""
        if members == self.counted:
            return
        change = Counter(members)
        change.subtract(self.counted)
        for member, step in change.items():
            if step:
                self._count(member, step)
        self.counted = members

    def _count(self, member: bytes, step: int) -> None:
        part = _decode(memoryview(member)[_LOT_BYTES:])
        _tally(self.terms, [(term, step * (MEMBER + weight)) for term, weight in part.label_terms])
        _tally(self.mass, [(key, step * weight) for key, _, weight, _ in part.phrases])
        for key, surface, weight, flags in part.phrases:
            _tally_in(self.spellings, key, (weight, surface, flags), step)
        for term, weight, form in part.heads:
            _tally_in(self.heads, term, (weight, form), step)


K = TypeVar("K", bound=Hashable)


def _tally(counts: dict[K, int], steps: list[tuple[K, int]]) -> None:
    """Add to counts; a count of nothing leaves the table."""
    for key, step in steps:
        if count := counts.get(key, 0) + step:
            counts[key] = count
        else:
            del counts[key]


def _tally_in(tables: dict[str, dict[K, int]], name: str, key: K, step: int) -> None:
    table = tables.get(name)
    if table is None:
        tables[name] = {key: step}
        return
    _tally(table, [(key, step)])
    if not table:
        del tables[name]
