"""The label of a story, chosen in decide with the members as they will be.

It is part of the change; apply never ranks labels.
"""

from __future__ import annotations

import msgspec

from pipeline.items import Item, LabelKind
from pipeline.tag.changes import StoryTotals
from pipeline.tag.index import Index
from pipeline.tag.label_members import LabelMembers
from pipeline.tag.labels import choose_label, is_ranking_due, rank_labels
from pipeline.tag.phrase_totals import totals_of

TERMS_MAX = 8  # of a story
RANKS_READ = 8  # labels that those terms come from
OPENING_CHARACTERS_MAX = 60  # of a label that is the beginning of a text
NO_LABEL = "—"  # of a story whose items have all left: killed, or of another story
OPENING_READ = 4 * OPENING_CHARACTERS_MAX


def with_label(
    index: Index, totals: StoryTotals, members: LabelMembers, leaves: bytes, joins: bytes
) -> StoryTotals:
    """The totals with the label and terms of the story once one label contribution has left and one has joined.

    An editor's label stays; so does any label while the story is not due to be ranked again, or has no phrases.
    """
    if not leaves and not joins:
        return totals
    count = len(members) - bool(leaves) + bool(joins)
    if not count or not (leaves or is_ranking_due(count)):
        return totals
    return _ranked_again(index, totals, members.sample(leaves, joins), count, totals)


def without_words(
    index: Index, totals: StoryTotals, members: LabelMembers, leaves: bytes, headline: str
) -> StoryTotals:
    """The totals once a dispatch has left its story, with no word that only the dispatch had.

    `leaves` is its label contribution, empty once it has left the window.  Where the others have no phrases, the
    label is the `headline` of one of them, and without that NO_LABEL.  An editor's label stays.
    """
    bare = nameless(totals, headline)
    return _ranked_again(index, totals, members.sample(leaves), len(members) - bool(leaves), bare)


def nameless(totals: StoryTotals, headline: str = "") -> StoryTotals:
    """The totals without terms, and with the headline as label, or NO_LABEL.  An editor's label stays."""
    label, kind = (_opening(headline), LabelKind.HEADLINE) if headline else (NO_LABEL, LabelKind.NONE)
    named = totals if totals.label_by else msgspec.structs.replace(totals, label=label, label_kind=kind)
    return msgspec.structs.replace(named, terms=())


def _ranked_again(
    index: Index, totals: StoryTotals, members: list[bytes], count: int, without: StoryTotals
) -> StoryTotals:
    """The totals with the label and terms that the members give; `without` where they give none."""
    ranked = (
        rank_labels(totals_of(totals.id, members), index.idf_of(totals.language), totals.language)
        if members
        else []
    )
    if not ranked:
        return without
    terms = dict.fromkeys(term for candidate in ranked[:RANKS_READ] for term in candidate.terms)
    totals = msgspec.structs.replace(totals, terms=tuple(terms)[:TERMS_MAX])
    chosen = None if totals.label_by else choose_label(totals.label, ranked, count)
    return msgspec.structs.replace(totals, label=chosen.label, label_kind=chosen.kind) if chosen else totals


def fallback_label(item: Item) -> tuple[str, LabelKind]:
    """A label for a story whose items have no phrases, to the end of a word, and what it is."""
    kind = LabelKind.HEADLINE if item.headline else LabelKind.OPENING
    return _opening(item.headline or item.slugline or item.body or item.dispatch.id), kind


def _opening(text: str) -> str:
    """The beginning of a text, to the end of a word."""
    words = " ".join(text[:OPENING_READ].split())
    if len(words) <= OPENING_CHARACTERS_MAX:
        return words
    return words[: OPENING_CHARACTERS_MAX + 1].rpartition(" ")[0] or words[:OPENING_CHARACTERS_MAX]
