"""How an item repeats an earlier one: the two-zone rule and the relations (docs/design/duplicates.md).

Two tables, read from the top: ZONES decides whether two items share copy at all, RELATIONS what the newer one is
to the older.  All measures are shares between 0 and 1, quantised before they are compared.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from pipeline.dedupe import kernels
from pipeline.dedupe.changes import ItemFingerprints
from pipeline.dedupe.window import Window, WindowEntry, salt, uint32s
from pipeline.items import Relation

QUANTA = 1000  # decimal, as the thresholds are: a share that equals a threshold passes it
PART_CONTAINED_MIN = 0.65  # of the shingles of a part that shares copy in no other way,
PART_SHINGLES_MIN = 20  # and so many: more than the headline of a link to it
PART_OVERLAP_MAX = 0.2  # two parts of a round-up share less of the smaller than this
PARTS_MAX = 32  # of a round-up; more are not linked


class Measures(NamedTuple):
    """What two items share."""

    resemblance: float  # shared shingles / all shingles of both (J)
    of_old: float  # shared / those of the older item
    of_new: float  # shared / those of the newer
    numbers: float  # shared distinct numbers / those of the item that has fewer; 1 if it has none
    missing: float  # share of an opening's idf that the other item lacks: the lower of both directions
    terms: float  # shared terms of title and first 400 words / those of the item that has more
    shared: int  # shingles
    length: float  # newer / older, in shingles
    other_numbers: bool  # each has a number oftener than the other; one that has more is not a contradiction
    says_corrected: bool  # the newer calls itself a correction

    @property
    def contained(self) -> float:
        """Shared shingles / those of the smaller item (C)."""
        return max(self.of_old, self.of_new)

    @property
    def is_copy(self) -> bool:
        """Much shared text, or some under the same opening; else they may only share phrases of their source."""
        return self.contained >= ZONES[0].contained or self.missing <= 0.2


class CopyMatch(NamedTuple):
    """An earlier item that shares copy with the new one."""

    entry: WindowEntry
    measures: Measures
    zone: Zone | None = None  # None: it is no copy, but the new item may contain it among others


class Zone(NamedTuple):
    """One way to share copy: at least so much text and numbers, at most so much of the opening missing."""

    name: str
    contained: float
    numbers: float
    missing: float


ZONES = (
    # Much text.  Editors change words, seldom figures: with other figures only under the same opening, or it is a
    # template with another name in it (of 45 natural pairs read, it parted two templates and no copy).
    Zone("text", contained=0.65, numbers=0.6, missing=0.45),
    Zone("text, other figures", contained=0.65, numbers=0.0, missing=0.25),
    # Rewritten text around the same figures.
    Zone("figures", contained=0.30, numbers=0.8, missing=0.35),
)


class RelationRow(NamedTuple):
    """A relation: the measure that decides, its threshold, what else must hold, and whether the item is still an
    independent report."""

    relation: Relation
    measure: Callable[[Measures], float]
    threshold: float
    also: Callable[[Measures], bool] = lambda measures: True
    independent: bool = False

    def holds(self, measures: Measures) -> bool:
        """Whether the measure reaches the threshold, and the rest holds."""
        return self.measure(measures) >= self.threshold and self.also(measures)


RELATIONS = (
    # It says that it corrects, and is the same dispatch in the main.
    RelationRow(Relation.CORRECTION, lambda m: m.contained, 0.5, lambda m: m.says_corrected),
    RelationRow(Relation.REPUBLISH, lambda m: m.resemblance, 0.8, lambda m: not m.other_numbers),
    # The same text with another figure.
    RelationRow(Relation.CORRECTION, lambda m: m.resemblance, 0.8),
    # The older text and more.
    RelationRow(Relation.UPDATE, lambda m: m.of_old, 0.5, lambda m: m.is_copy and m.length > 1),
    # Cut down, to an alert or by a paragraph.  A strict excerpt has at most 0.6 of the length; what lies between
    # that and a republication is cut copy too, and no report of its own.
    RelationRow(Relation.EXCERPT, lambda m: m.of_new, 0.6, lambda m: m.is_copy and m.length <= 1),
    # Another wording of the same text: passages alone have fewer words in common, and templates another opening.
    RelationRow(
        Relation.RELATED,
        lambda m: m.terms,
        0.7,
        lambda m: m.missing <= 0.2 and not m.other_numbers and m.shared >= PART_SHINGLES_MIN,
    ),
    # Some common passages around the same figures: the same source perhaps, but a text of its own.
    RelationRow(Relation.RELATED, lambda m: m.contained, 0.3, independent=True),
)


def relate(measures: Measures) -> RelationRow:
    """What the newer item is to the older, if they are in a zone: the first row that holds.  The last one does."""
    return next(row for row in RELATIONS if row.holds(measures))


def match_entry(
    window: Window, fingerprints: ItemFingerprints, language: str, says_corrected: bool, entry: WindowEntry
) -> CopyMatch | None:
    """The match of a new item with one of the window; None if they are in no zone and it cannot be a part."""
    old = entry.seen.fingerprints
    assert old, "only posted items are candidates"
    if entry.seen.language != language:  # a chance collision in the ring
        return None
    measures = measure(window, fingerprints, old, language, says_corrected)
    if measures is None:
        return None
    match = CopyMatch(entry, measures, zone_of(measures))
    return match if match.zone or _is_part(match) else None


def measure(
    window: Window, new: ItemFingerprints, old: ItemFingerprints, language: str, says_corrected: bool
) -> Measures | None:
    """Compare two items; None where they share too little text for any zone."""
    ours, theirs = len(new.shingles) // 4, len(old.shingles) // 4
    shared = int(kernels.overlap(uint32s(new.shingles), uint32s(old.shingles)))
    if shared < max(1.0, ZONES[-1].contained * min(ours, theirs)):
        return None
    same, fewer, differ = kernels.compare_numbers(uint32s(new.numbers), uint32s(old.numbers))
    frequencies = salt(language), window.df, window.documents[language]
    opening, terms = uint32s(new.opening), uint32s(new.terms)
    old_opening, old_terms = uint32s(old.opening), uint32s(old.terms)
    more = max(1, len(terms), len(old_terms))
    return Measures(
        resemblance=quantised(shared / (ours + theirs - shared)),
        of_old=quantised(shared / theirs),
        of_new=quantised(shared / ours),
        numbers=quantised(same / fewer) if fewer else 1.0,
        missing=quantised(
            min(
                kernels.missing(opening, old_terms, *frequencies),
                kernels.missing(old_opening, terms, *frequencies),
            )
        ),
        terms=quantised(int(kernels.overlap(terms, old_terms)) / more),
        shared=shared,
        length=ours / theirs,
        other_numbers=differ,
        says_corrected=says_corrected,
    )


def zone_of(measures: Measures) -> Zone | None:
    """The first zone that holds the measures."""
    return next(
        (
            zone
            for zone in ZONES
            if measures.contained >= zone.contained
            and measures.numbers >= zone.numbers
            and measures.missing <= zone.missing
        ),
        None,
    )


def closest(matches: list[CopyMatch]) -> CopyMatch:
    """The most similar one; of equals, the earliest."""
    return min(matches, key=lambda match: (-match.measures.resemblance, match.entry.offset))


def round_up_parts(matches: list[CopyMatch]) -> list[CopyMatch]:
    """What a round-up is made of: earlier items that it contains and that share nothing with one another.

    One part for each origin, the largest first, at most PARTS_MAX.  Where a part is in the text does not matter:
    `missing`, which sees the first words of both only, is not asked.
    """
    found: list[CopyMatch] = []
    for match in sorted(matches, key=lambda match: (-match.measures.shared, match.entry.offset)):
        if len(found) < PARTS_MAX and _is_part(match) and all(_apart(match, other) for other in found):
            found.append(match)
    return found


def quantised(share: float) -> float:
    """To 1/1000: no machine's last bit decides (docs/design/laws.md#law-6)."""
    return round(share * QUANTA) / QUANTA


def _is_part(match: CopyMatch) -> bool:
    """Whether the new item contains the older one, and much more."""
    measures = match.measures
    if measures.length <= 1 / 0.6:
        return False
    if match.zone:
        return measures.of_old >= 0.5
    return measures.of_old >= PART_CONTAINED_MIN and measures.shared >= PART_SHINGLES_MIN


def _apart(one: CopyMatch, other: CopyMatch) -> bool:
    if one.entry.seen.origin.dispatch == other.entry.seen.origin.dispatch:
        return False
    first, second = one.entry.seen.fingerprints, other.entry.seen.fingerprints
    assert first
    assert second
    shared = kernels.overlap(uint32s(first.shingles), uint32s(second.shingles))
    return bool(4 * shared < PART_OVERLAP_MAX * min(len(first.shingles), len(second.shingles)))
