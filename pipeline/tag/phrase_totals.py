"""The integer sums over a story's label phrases and terms that its label is ranked by.

A function of the members that count (label_members).  Those of the stories asked for last stay built, so that one
more member costs one member's time; a rebuilt sum equals one that was kept, so no decision depends on it.
"""

from __future__ import annotations

from collections import Counter, OrderedDict
from collections.abc import Hashable, Sequence
from typing import TypeVar

from pipeline.features import Trait
from pipeline.tag.label_members import read_label_contribution

# Stories whose sums stay built, about 50 kB each; the others build theirs again, which only costs time: 25 us a
# member.
TOTALS_KEPT = 1024

HEADLINE = Trait.HEADLINE.value
MEMBER_BITS = 32  # a term's place weights in a whole story stay far below
MEMBER = 1 << MEMBER_BITS

Spelling = tuple[int, str, int]  # weight, surface, flags
Form = tuple[int, str]  # weight, form

_recent: OrderedDict[str, PhraseTotals] = OrderedDict()  # by story: only speed depends on what is in it


def totals_of(story: str, members: list[bytes]) -> PhraseTotals:
    """The sums over these members of a story, to be read at once: the next call may change them."""
    totals = _recent.get(story) or PhraseTotals()
    totals.bring_to(members)
    if len(members) > 1:  # most stories are single items and never asked for again
        _recent[story] = totals
        _recent.move_to_end(story)
        if len(_recent) > TOTALS_KEPT:
            _recent.popitem(last=False)
    return totals


class PhraseTotals:
    """Sums over members.  Weights are integers of 1/256; at most MEMBERS_COUNTED x (24 phrases + 64 terms)."""

    __slots__ = ("headlines", "heads", "mass", "members", "spellings", "terms")

    def __init__(self, members: Sequence[bytes] = ()) -> None:
        self.members: list[bytes] = []  # the members that are in the sums
        self.terms: dict[str, int] = {}  # term -> MEMBER for each member that has it, plus its place weights
        self.mass: dict[str, int] = {}  # phrase -> place weights
        self.spellings: dict[str, dict[Spelling, int]] = {}  # phrase -> how it is written -> members
        self.headlines: dict[str, dict[Spelling, int]] = {}  # short headline -> how it is written -> members
        self.heads: dict[str, dict[Form, int]] = {}  # head noun -> form -> members
        self.bring_to(list(members))

    @property
    def n(self) -> int:
        """How many members are in the sums."""
        return len(self.members)

    def support(self, term: str) -> int:
        """How many members have a term."""
        return self.terms.get(term, 0) >> MEMBER_BITS

    def term(self, term: str) -> tuple[int, int]:
        """The place weights of a term, and how many members have it."""
        packed = self.terms.get(term, 0)
        return packed & (MEMBER - 1), packed >> MEMBER_BITS

    def bring_to(self, members: list[bytes]) -> None:
        """Add the members that are missing, and subtract those that are no longer there."""
        if members == self.members:
            return
        change = Counter(members)
        change.subtract(self.members)
        for member, step in change.items():
            if step:
                self._count(member, step)
        self.members = members

    def _count(self, member: bytes, step: int) -> None:
        part = read_label_contribution(member)
        _tally(self.terms, [(term, step * (MEMBER + weight)) for term, weight in part.label_terms])
        phrases = [phrase for phrase in part.phrases if not phrase[3] & HEADLINE]
        _tally(self.mass, [(key, step * weight) for key, _, weight, _ in phrases])
        for key, surface, weight, flags in phrases:
            _tally_in(self.spellings, key, (weight, surface, flags), step)
        for key, surface, weight, flags in part.phrases[: len(part.phrases) - len(phrases)]:  # it comes first
            _tally_in(self.headlines, key, (weight, surface, flags), step)
        for term, weight, form in part.heads:
            _tally_in(self.heads, term, (weight, form), step)


K = TypeVar("K", bound=Hashable)


def _tally(counts: dict[K, int], steps: list[tuple[K, int]]) -> None:
    """Add to counts; a count that becomes 0 is deleted."""
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
