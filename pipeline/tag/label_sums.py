"""What a story's label is made from: integer sums over the label phrases and terms of its members.

State is the sorted multiset of the members' contributions and nothing else: any order of joining gives the same
state, and a member that leaves (a kill, an update, the window's end) takes back exactly what it brought.  The sums
are derived from it, kept up while the story is busy, and built anew when it is asked for after a rest.
"""

from __future__ import annotations

import hashlib
from bisect import bisect_left, insort
from collections import deque
from collections.abc import Hashable, Iterable, Iterator
from contextlib import contextmanager
from itertools import islice
from typing import Protocol, TypeVar

import msgspec

from pipeline.features import Phrase

MEMBERS_COUNTED = 48  # a larger story is judged by this many of its members, drawn fairly by their hash
TOTALS_KEPT = 256  # stories whose sums stay built; the others build theirs anew, which only costs time


class Labelled(Protocol):
    """What an item brings to its story's label: features.Features has it, and so has phrases.Phrases."""

    @property
    def phrases(self) -> tuple[Phrase, ...]: ...
    @property
    def label_terms(self) -> tuple[tuple[str, int], ...]: ...
    @property
    def heads(self) -> tuple[tuple[str, int, str], ...]: ...


class _Part(msgspec.Struct, frozen=True, array_like=True, gc=False):
    phrases: tuple[Phrase, ...]
    label_terms: tuple[tuple[str, int], ...]
    heads: tuple[tuple[str, int, str], ...]


_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(_Part).decode
_LOT_BYTES = 4


def contribution(item: Labelled) -> bytes:
    """What a member adds to the sums, as bytes to keep and to journal (about 2 kB).

    They begin with four bytes of their hash, so that their natural order is a fair lottery.
    """
    data = _encode(_Part(item.phrases, item.label_terms, item.heads))
    return hashlib.blake2b(data, digest_size=_LOT_BYTES).digest() + data


class LabelSums:
    """The members of one story, as contributions.  State: the sorted multiset; everything else follows from it."""

    __slots__ = ("_totals", "members")

    def __init__(self, members: Iterable[bytes] = ()) -> None:
        self.members = sorted(members)
        self._totals: Totals | None = None

    def add(self, member: bytes) -> None:
        """A member joins."""
        if self._totals and (len(self.members) < MEMBERS_COUNTED or member < self.members[MEMBERS_COUNTED - 1]):
            if len(self.members) >= MEMBERS_COUNTED:
                self._totals.count(self.members[MEMBERS_COUNTED - 1], -1)
            self._totals.count(member, 1)
        insort(self.members, member)

    def subtract(self, member: bytes) -> None:
        """A member leaves.  It must have joined."""
        place = bisect_left(self.members, member)
        assert self.members[place : place + 1] == [member], "never joined"
        del self.members[place]
        if self._totals and place < MEMBERS_COUNTED:
            self._totals.count(member, -1)
            if len(self.members) >= MEMBERS_COUNTED:
                self._totals.count(self.members[MEMBERS_COUNTED - 1], 1)

    @contextmanager
    def joined_by(self, member: bytes) -> Iterator[None]:
        """The sums as they would be with one more member; on leaving they are what they were."""
        self.add(member)
        try:
            yield
        finally:
            self.subtract(member)

    def totals(self) -> Totals:
        """The sums over the members that count, built when they are first asked for."""
        if self._totals:
            return self._totals
        totals = Totals()
        for member in islice(self.members, MEMBERS_COUNTED):
            totals.count(member, 1)
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


_kept: deque[LabelSums] = deque()


def _keep(sums: LabelSums, totals: Totals) -> None:
    sums._totals = totals
    _kept.append(sums)
    if len(_kept) > TOTALS_KEPT:
        _kept.popleft()._totals = None


class Totals:
    """Sums over members.  Weights are integers of 1/256; at most MEMBERS_COUNTED x (24 phrases + 64 terms)."""

    __slots__ = ("heads", "mass", "n", "spellings", "support", "weight")

    def __init__(self) -> None:
        self.n = 0
        self.weight: dict[str, int] = {}  # term -> place weights
        self.support: dict[str, int] = {}  # term -> members that have it
        self.mass: dict[str, int] = {}  # phrase -> place weights
        self.spellings: dict[
            str, dict[tuple[int, str, int], int]
        ] = {}  # phrase -> weight, surface, flags -> members
        self.heads: dict[str, dict[tuple[int, str], int]] = {}  # head noun -> weight, form -> members

    def count(self, member: bytes, step: int) -> None:
        """Count a member in (step 1) or out (step -1)."""
        part = _decode(memoryview(member)[_LOT_BYTES:])
        self.n += step
        for term, weight in part.label_terms:
            _tally(self.weight, term, step * weight)
            _tally(self.support, term, step)
        for phrase in part.phrases:
            _tally(self.mass, phrase.key, step * phrase.weight)
            _tally_in(self.spellings, phrase.key, (phrase.weight, phrase.surface, phrase.flags), step)
        for term, weight, form in part.heads:
            _tally_in(self.heads, term, (weight, form), step)


K = TypeVar("K", bound=Hashable)


def _tally(counts: dict[K, int], key: K, step: int) -> None:
    """Add to a count; a count of nothing leaves the table."""
    if count := counts.get(key, 0) + step:
        counts[key] = count
    else:
        del counts[key]


def _tally_in(tables: dict[str, dict[K, int]], name: str, key: K, step: int) -> None:
    table = tables.setdefault(name, {})
    _tally(table, key, step)
    if not table:
        del tables[name]
