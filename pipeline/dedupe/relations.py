"""How an item repeats an earlier one: the two-zone rule and the relations (docs/design/duplicates.md).

Two tables, read from the top: ZONES decides whether two items share copy at all, RELATIONS what the newer one is
to the older.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from pipeline.dedupe import kernels
from pipeline.dedupe.changes import ItemFingerprints
from pipeline.dedupe.measures import (
    CONTAINED_MIN,
    TEXT_MIN,
    WHOLE_SHINGLES_MIN,
    Headline,
    Measures,
    measure,
    quantised,
)
from pipeline.dedupe.window import Window, WindowEntry, uint32s
from pipeline.items import Relation

PART_CONTAINED_MIN = 0.65  # of the shingles of a part that shares copy in no other way,
PART_SHINGLES_MIN = WHOLE_SHINGLES_MIN  # and so many
PART_OVERLAP_MAX = 0.2  # two parts of a round-up share less of the smaller than this
EDITED_MIN = 12  # shingles of a text that is edited all over, under its old headline
FILLED_MAX = 60  # shingles that two notices of a feed share at the most (measured: 31)
PARTS_MAX = 32  # of a round-up; more are not linked


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
    shared: int = 1  # shingles
    also: Callable[[Measures], bool] = lambda measures: True  # what else must hold
    asks_headlines: bool = False  # whether each text has to have the words of the other's headline

    def holds(self, measures: Measures) -> bool:
        """Whether the measures are within all bounds."""
        return (
            measures.contained >= self.contained
            and measures.numbers >= self.numbers
            and measures.missing <= self.missing
            and measures.shared >= self.shared
            and self.also(measures)
        )


ZONES = (
    # Much text.  Editors change words, seldom figures: with other figures only under the same opening, or it is a
    # template with another name in it (of 45 natural pairs read, it parted two templates and no copy).
    Zone("text", contained=TEXT_MIN, numbers=0.6, missing=0.45),
    Zone("text, other figures", contained=TEXT_MIN, numbers=0.0, missing=0.25),
    # Another lead.  Below every release of a company is the same notice, and only the headlines show it: these have
    # to be told by both texts.  A template with so much text has other figures.
    Zone("text, other lead", contained=TEXT_MIN, numbers=0.6, missing=1.0, shared=40, asks_headlines=True),
    # Rewritten text around the same figures.
    Zone("figures", contained=CONTAINED_MIN, numbers=0.8, missing=0.35),
    # Under the same headline a third of the text is enough, under any lead; less of it among the same words;
    Zone("headline, text", 0.35, numbers=0.6, missing=1.0, shared=EDITED_MIN, also=lambda m: m.headline.is_same),
    Zone("headline, words", 0.2, numbers=0.8, missing=0.35, shared=EDITED_MIN, also=lambda m: m.has_same_words),
    # half of it whatever the figures, of what is longer than a notice that a feed fills in, or of an alert: what is
    # cut loses figures, and a page has the time above it;
    Zone("headline, half", 0.5, numbers=0.0, missing=1.0, shared=FILLED_MAX, also=lambda m: m.headline.is_same),
    Zone("headline, alert", 0.5, numbers=0.0, missing=0.35, shared=EDITED_MIN, also=lambda m: m.is_under_headline),
    # a few words of a brief that has no figures of its own;
    Zone("headline, brief", contained=0.1, numbers=0.0, missing=1.0, also=lambda m: m.is_brief),
    # and none if one is hardly more than the headline.
    Zone("headline", contained=0.0, numbers=0.0, missing=0.02, shared=0, also=lambda m: m.is_headline_alert),
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


def _opening(measures: Measures) -> float:
    """How much of an opening the other item has."""
    return quantised(1 - measures.missing)


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
    RelationRow(Relation.UPDATE, lambda m: m.numbers, 0.8, lambda m: m.is_alert and m.length > 1),
    RelationRow(Relation.EXCERPT, lambda m: m.numbers, 0.8, lambda m: m.is_alert),
    # A beginning with a notice of the feed below it, or with what a page has above it.
    RelationRow(Relation.UPDATE, lambda m: m.contained, 0.35, lambda m: m.is_cut and m.length > 1),
    RelationRow(Relation.EXCERPT, lambda m: m.contained, 0.35, lambda m: m.is_cut),
    RelationRow(Relation.UPDATE, lambda m: m.contained, 0.1, lambda m: m.is_brief and m.length > 1),
    RelationRow(Relation.EXCERPT, lambda m: m.contained, 0.1, lambda m: m.is_brief),
    RelationRow(Relation.UPDATE, _opening, 0.98, lambda m: m.is_headline_alert and m.length > 1),
    RelationRow(Relation.EXCERPT, _opening, 0.98, lambda m: m.is_headline_alert),
    # Another wording of the same text: passages alone have fewer words in common, and templates another opening.
    RelationRow(
        Relation.RELATED,
        lambda m: m.terms,
        0.7,
        lambda m: m.missing <= 0.2 and not m.other_numbers and m.shared >= PART_SHINGLES_MIN,
    ),
    # A copy-edit, with other words all over: fewer of the terms are the same, and more of the runs of words.
    RelationRow(
        Relation.RELATED,
        lambda m: quantised((m.terms + m.contained) / 2),
        0.5,
        lambda m: m.missing <= 0.3 and not m.other_numbers and m.shared >= 2 * PART_SHINGLES_MIN,
    ),
    # What is under the same headline is edited, however much; half of it with other figures too.
    RelationRow(
        Relation.RELATED,
        lambda m: m.contained,
        0.5,
        lambda m: m.headline.is_same and m.shared >= EDITED_MIN,
    ),
    RelationRow(
        Relation.RELATED,
        lambda m: m.contained,
        0.2,
        lambda m: m.headline.is_same and not m.other_numbers and m.shared >= EDITED_MIN,
    ),
    # Some common passages around the same figures: the same source perhaps, but a text of its own.
    RelationRow(Relation.RELATED, lambda m: m.contained, CONTAINED_MIN, independent=True),
)


def relate(measures: Measures) -> RelationRow:
    """What the newer item is to the older, if they are in a zone: the first row that holds.  The last one does."""
    return next(row for row in RELATIONS if row.holds(measures))


def match_entry(
    window: Window,
    fingerprints: ItemFingerprints,
    language: str,
    says_corrected: bool,
    headline: Headline,
    entry: WindowEntry,
) -> CopyMatch | None:
    """The match of a new item with one of the window; None if they are in no zone and it cannot be a part."""
    old = entry.seen.fingerprints
    assert old, "only posted items are candidates"
    if entry.seen.language != language:  # a chance collision in the ring
        return None
    measures = measure(window, fingerprints, old, language, says_corrected, headline)
    if measures is None:
        return None
    match = CopyMatch(entry, measures, zone_of(measures))
    return match if match.zone or _is_part(match) else None


def zone_of(measures: Measures) -> Zone | None:
    """The first zone that holds the measures."""
    return next((zone for zone in ZONES if zone.holds(measures)), None)


def closest(matches: list[CopyMatch]) -> CopyMatch:
    """What it copies, or else has passages of, the one that it shares most with; of equals the most similar."""

    def distance(match: CopyMatch) -> tuple[bool, int, float, int]:
        measures = match.measures
        return relate(measures).independent, -measures.shared, -measures.resemblance, match.entry.offset

    return min(matches, key=distance)


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
