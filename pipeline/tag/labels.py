"""The label of a story: the event that its members agree on, or the best of their headlines.

See docs/design/stories.md#labels.

Which label is the best is scored in label_scores; here is when a story is ranked again, and when its label changes.
An editor's pinned label wins over all of this (naming).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from pipeline.items import LabelKind
from pipeline.tag.label_scores import LabelCandidate, LabelScorer
from pipeline.tag.phrase_totals import PhraseTotals

# So many phrases of a story are scored, the heaviest (benchmarks/labels.py: 200 of 200 labels stay), and fewer of
# a single item (1,218 of 1,224 stay), whose label is replaced with the second item.
CANDIDATES_SCORED = 48
CANDIDATES_OF_ONE = 16
HYSTERESIS_PERCENT = 115  # a label is replaced only by one that scores more than 1.15 times as much
ACRONYM_LETTERS_MAX = 4  # a longer word in capitals is none
SETTLED_FROM = 3  # members; the label of a single item is a guess, so the second may change it freely


class RankedLabel(NamedTuple):
    """A possible label, and its score in 1/256."""

    score: int
    label: str
    terms: tuple[str, ...]  # folded, in order, without repeats
    kind: LabelKind = LabelKind.EVENT


def is_ranking_due(members: int) -> bool:
    """Whether a story that has just grown to so many members is ranked again: to 8 always, then every 12-25 %."""
    return members % (1 << max(0, members.bit_length() - 3)) == 0


def choose_label(current: str | None, ranked: list[RankedLabel], members: int) -> RankedLabel | None:
    """The current label, as members spell it now, unless the best scores more than 1.15 times as much.

    None where there is nothing to choose from.
    """
    if not ranked:
        return None
    best = ranked[0]
    if members < SETTLED_FROM:
        return best
    same = next((each for each in ranked if current and each.label.casefold() == current.casefold()), None)
    if same and best.score * 100 <= same.score * HYSTERESIS_PERCENT:
        return same
    return best


def rank_labels(totals: PhraseTotals, idf: Callable[[str], float], language: str) -> list[RankedLabel]:
    """All labels that the members offer, best first, ties by the alphabet.

    `idf` gives the natural-log inverse document frequency of a folded term; `language` is a primary subtag.
    """
    scorer = LabelScorer(totals, idf, language)
    heaviest = sorted(zip(totals.mass.values(), totals.mass, strict=True), reverse=True)
    most = CANDIDATES_SCORED if totals.n > 1 else CANDIDATES_OF_ONE
    scored = [scorer.score(key, mass) for mass, key in heaviest[:most]]
    candidates = sorted((each for each in scored if each), key=lambda each: (-each.score, each.surface))
    offered = [each for each in candidates + scorer.with_event(candidates) if scorer.is_event_label(each.shape)]
    events = [scorer.weighed(each) for each in offered if not _is_shouted(each.surface)]
    headlines = [each for each in map(scorer.score_headline, totals.headlines) if each]
    ranked = [_ranked(each, LabelKind.EVENT) for each in events]
    ranked += [_ranked(each, LabelKind.HEADLINE) for each in headlines]
    return sorted(ranked, key=lambda each: (-each.score, each.label))


def _is_shouted(surface: str) -> bool:
    """Whether a phrase is in capitals, more than acronyms: a heading inside a body."""
    return surface.isupper() and any(len(word) > ACRONYM_LETTERS_MAX for word in surface.split())


def _ranked(candidate: LabelCandidate, kind: LabelKind) -> RankedLabel:
    label = candidate.surface
    return RankedLabel(candidate.score, label[0].upper() + label[1:], candidate.shape.terms, kind)
