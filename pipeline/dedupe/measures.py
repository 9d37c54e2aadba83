"""What two items have in common.

What is compared with a bound between 0 and 1 is quantised first; `shared` counts shingles, `length` is a ratio.
"""

from __future__ import annotations

from typing import NamedTuple

from pipeline.dedupe import kernels
from pipeline.dedupe.changes import ItemFingerprints
from pipeline.dedupe.window import Window, salt, uint32s

QUANTA = 1000  # decimal, as the thresholds are: a share that equals a threshold passes it
CONTAINED_MIN = 0.3  # below it two items are in no zone,
TEXT_MIN = 0.65  # and from here on the text alone makes a copy
WHOLE_MIN = 0.9  # of the shingles of an item that another one has whole,
WHOLE_SHINGLES_MIN = 20  # and so many: more than the headline of a link to it
GROWN_MIN = 1.2  # times as long as before: more than other figures are
ALERT_SHINGLES_MAX = 40  # of an alert and its headline
BARE_SHINGLES_MAX = 1  # of an item that is a short headline and nothing else
BRIEF_SHARED_MIN = 4  # shingles of a brief: six words in a row, or two runs, are no chance under one headline


class Headline(NamedTuple):
    """What the headlines of two items tell of them."""

    is_same: bool = False
    figures: int = 0  # of a headline that is the same
    is_short: bool = False  # the same, and no more words than a rubric has: it tells only whose bare headline it is


OTHER_HEADLINE = Headline()


class Measures(NamedTuple):
    """What two items share."""

    resemblance: float  # shared shingles / all shingles of both (J)
    of_old: float  # shared / those of the older item
    of_new: float  # shared / those of the newer
    numbers: float  # shared distinct numbers / those of the item that has fewer; 1 if it has none
    missing: float  # share of an opening's idf that the other item lacks: the lower of both directions
    terms: float  # shared terms of title and first 400 words / those of the item that has more
    shared: int  # shingles
    shorter: int  # shingles of the item that has fewer
    length: float  # newer / older, in shingles
    other_numbers: bool  # each has a number oftener than the other; one that has more is not a contradiction
    numbers_apart: int  # distinct numbers that the item with fewer has and the other lacks
    says_corrected: bool  # the newer calls itself a correction
    headline: Headline

    @property
    def contained(self) -> float:
        """Shared shingles / those of the smaller item (C)."""
        return max(self.of_old, self.of_new)

    @property
    def has_whole(self) -> bool:
        """Whether the newer item has all of the older one: it copies it, whatever else it is."""
        return self.of_old >= WHOLE_MIN and self.shared >= WHOLE_SHINGLES_MIN

    @property
    def goes_on(self) -> bool:
        """Whether the newer item keeps most of the older one and adds to it."""
        return self.of_old >= TEXT_MIN and self.length >= GROWN_MIN

    @property
    def is_alert(self) -> bool:
        """Whether all words of one are in the first words of the other, which is much longer.

        An alert is compared together with its headline, which the copy below it does not repeat: so of its runs of
        words few are the same, though all of its words are.
        """
        return self._is_short and self.missing <= 0.02 and not self.other_numbers

    @property
    def is_headline_alert(self) -> bool:
        """Whether one is hardly more than the headline that both have: its figures are those of the headline."""
        is_bare = self.headline.is_short and self.shorter <= BARE_SHINGLES_MAX
        return (self.is_under_headline or is_bare) and self.numbers_apart <= self.headline.figures

    @property
    def tells_alert(self) -> bool:
        """Whether the older one is an alert, and the newer its text: it copies it, whatever else it is."""
        return self.length > 1 and self.missing <= 0.02 and (self.is_alert or self.is_headline_alert)

    @property
    def are_lines(self) -> bool:
        """Whether both are short, and of about the same length."""
        return self.shorter <= ALERT_SHINGLES_MAX and 0.5 < self.length < 2

    @property
    def is_under_headline(self) -> bool:
        """Whether one is an alert, and both have the same headline."""
        return self._is_short and self.headline.is_same

    @property
    def is_cut(self) -> bool:
        """Whether one is much shorter than the other, under the same headline."""
        return self.headline.is_same and not 0.5 < self.length < 2

    @property
    def is_brief(self) -> bool:
        """Whether one has a few words of the other, which is much longer, and no figures but those of the headline
        that both have."""
        return self.is_headline_alert and self.shared >= BRIEF_SHARED_MIN

    @property
    def has_same_words(self) -> bool:
        """Whether most words of two texts are the same, and all figures, and their headline."""
        return self.headline.is_same and self.terms >= 0.6 and not self.other_numbers

    @property
    def _is_short(self) -> bool:
        return self.shorter <= ALERT_SHINGLES_MAX and not 0.5 < self.length < 2

    @property
    def is_copy(self) -> bool:
        """Much shared text, or some under the same headline or opening; else they may share phrases of a source."""
        return self.contained >= TEXT_MIN or self.missing <= 0.2 or self.headline.is_same


def measure(
    window: Window,
    new: ItemFingerprints,
    old: ItemFingerprints,
    language: str,
    says_corrected: bool,
    headline: Headline,
) -> Measures | None:
    """Compare two items; None where they share too little text for any zone."""
    ours, theirs = len(new.shingles) // 4, len(old.shingles) // 4
    shared = int(kernels.overlap(uint32s(new.shingles), uint32s(old.shingles)))
    is_headed = headline.is_same or (headline.is_short and min(ours, theirs) <= BARE_SHINGLES_MAX)
    if shared < max(1.0, CONTAINED_MIN * min(ours, theirs)) and not is_headed:
        return None
    same, fewer, differ = kernels.compare_numbers(uint32s(new.numbers), uint32s(old.numbers))
    frequencies = salt(language), window.df, window.documents[language]
    opening, terms = uint32s(new.opening), uint32s(new.terms)
    old_opening, old_terms = uint32s(old.opening), uint32s(old.terms)
    more = max(1, len(terms), len(old_terms))
    return Measures(
        resemblance=quantised(shared / max(1, ours + theirs - shared)),
        of_old=quantised(shared / max(1, theirs)),
        of_new=quantised(shared / max(1, ours)),
        numbers=quantised(same / fewer) if fewer else 1.0,
        missing=quantised(
            min(
                kernels.missing(opening, old_terms, *frequencies),
                kernels.missing(old_opening, terms, *frequencies),
            )
        ),
        terms=quantised(int(kernels.overlap(terms, old_terms)) / more),
        shared=shared,
        shorter=min(ours, theirs),
        length=ours / max(1, theirs),
        other_numbers=differ,
        numbers_apart=fewer - same,
        says_corrected=says_corrected,
        headline=headline,
    )


def quantised(share: float) -> float:
    """To 1/1000: no machine's last bit decides (docs/design/laws.md#law-6)."""
    return round(share * QUANTA) / QUANTA
