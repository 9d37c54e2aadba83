"""What a story's label is made from: the contributions of its members.

They are a sorted multiset and nothing else: any order of joining gives the same state, and a member that leaves
(a kill, an update, the window's end) takes back exactly what it brought.
"""

from __future__ import annotations

import hashlib
from bisect import bisect_left, insort
from collections.abc import Iterable
from typing import Protocol

import msgspec

from pipeline.features import Phrase

MEMBERS_COUNTED = 48  # of a larger story only so many members count, a fair sample by their hash


class Labelled(Protocol):
    """What an item contributes to its story's label: features.Features has it, and so has phrases.Phrases."""

    @property
    def phrases(self) -> tuple[Phrase, ...]: ...
    @property
    def label_terms(self) -> tuple[tuple[str, int], ...]: ...
    @property
    def heads(self) -> tuple[tuple[str, int, str], ...]: ...


class LabelContribution(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A label contribution decoded: plain tuples, which take a third of the time of features.Phrase."""

    phrases: tuple[tuple[str, str, int, int], ...]  # key, surface, weight, flags
    label_terms: tuple[tuple[str, int], ...]
    heads: tuple[tuple[str, int, str], ...]


_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(LabelContribution).decode
_SAMPLE_HASH_BYTES = 4


def label_contribution(item: Labelled) -> bytes:
    """What a member adds to the sums, as bytes for the state and the journal (about 2 kB).

    They begin with four bytes of their hash, so that the first in order are a fair sample.
    """
    data = _encode((item.phrases, item.label_terms, item.heads))
    return hashlib.blake2b(data, digest_size=_SAMPLE_HASH_BYTES).digest() + data


def read_label_contribution(member: bytes) -> LabelContribution:
    """The phrases, terms and heads in a member's bytes."""
    return _decode(memoryview(member)[_SAMPLE_HASH_BYTES:])


class LabelMembers:
    """The contributions of one story's members, sorted."""

    __slots__ = ("members",)

    def __init__(self, members: Iterable[bytes] = ()) -> None:
        self.members = sorted(members)

    def add(self, member: bytes) -> None:
        """A member joins."""
        insort(self.members, member)

    def subtract(self, member: bytes) -> None:
        """A member leaves.  It must have joined."""
        place = bisect_left(self.members, member)
        assert self.members[place : place + 1] == [member], "never joined"
        del self.members[place]

    def sample(self, leaves: bytes = b"", joins: bytes = b"") -> list[bytes]:
        """The members that the label is made from, once one has left and one has joined (empty: none).

        At most MEMBERS_COUNTED, in a list of their own: to look ahead changes nothing.
        """
        kept = self.members[: MEMBERS_COUNTED + 1]  # one more than count, because one may leave
        if leaves and leaves in kept:
            kept.remove(leaves)
        if joins:
            insort(kept, joins)
        return kept[:MEMBERS_COUNTED]

    def __len__(self) -> int:
        return len(self.members)
