"""The label phrases of an item: the noun phrases of its headline and lead that could name its story.

See docs/design/stories.md#labels.

A candidate is a noun phrase or a shorter end of one ("rail tunnel fire", "tunnel fire"), an event with what it is
about ("collapse of the dam"), or what somebody has ("the port's closure").  Nothing here depends on other items:
tag scores a candidate over all items of the story.

English and German have a tagger; in any other language the words that need none are found (untagged).  A script
without capitals gives no phrases.
"""

from __future__ import annotations

from typing import NamedTuple

from pipeline.features import LABEL_TERMS_MAX, PHRASES_MAX, Phrase
from pipeline.language import Language
from pipeline.language.event_words import event_words
from pipeline.language.word_lists import WordLists, terms_of, word_lists
from pipeline.normalise.candidate_search import find_candidates
from pipeline.normalise.candidates import Head
from pipeline.normalise.chunks import AnnotatedWords, annotate, find_chunks
from pipeline.normalise.event_phrases import EventSearch
from pipeline.normalise.short_headlines import short_headline
from pipeline.normalise.tagger import tagger_of
from pipeline.normalise.tokens import tokenise
from pipeline.normalise.untagged import find_classes


class Phrases(NamedTuple):
    """What an item contributes to its story's label: the members of features.Features with these names."""

    phrases: tuple[Phrase, ...] = ()  # at most PHRASES_MAX, the highest weights first
    label_terms: tuple[tuple[str, int], ...] = ()  # (folded term, weight in 1/256), at most LABEL_TERMS_MAX
    heads: tuple[Head, ...] = ()  # (folded head noun, weight, its form), at most HEADS_MAX


def find_phrases(headline: str, body: str, language: Language) -> Phrases:
    """The label phrases of an item.

    `headline` and `body` are clean copy: no dateline, sign-off or other furniture; a line end between paragraphs.
    Any text is valid; one without phrases gives none.
    """
    primary = language.primary
    text = tokenise(headline, body, primary)
    if not text.words:
        return Phrases()
    tagger = tagger_of(primary)
    lists = word_lists(primary)
    classes = (
        tagger.classes(text.words, text.starts, text.cases)
        if tagger
        else find_classes(text, lists, event_words(primary).verbs)
    )
    annotated = annotate(text, classes, lists, primary, tagger.is_name if tagger else bool)
    chunks = find_chunks(annotated, text, primary)
    events = EventSearch(annotated, chunks, lists, primary)
    consumed = events.consumed()
    nouns = [chunk for chunk in chunks if chunk.end - 1 not in consumed]
    found = find_candidates(annotated, nouns, lists, primary)
    short = short_headline(text, annotated, primary)
    phrases = (*((short,) if short else ()), *events.phrases(), *found.phrases())
    return Phrases(phrases[:PHRASES_MAX], _terms(annotated, lists, events.nouns(), consumed), found.heads())


def _terms(
    annotated: AnnotatedWords, lists: WordLists, nouns: dict[str, int], consumed: set[int]
) -> tuple[tuple[str, int], ...]:
    """The terms that count in a label, each with the weight of its first word; `nouns` say the same as verbs."""
    terms: dict[str, int] = {}
    for noun, weight in nouns.items():
        terms.update(dict.fromkeys((term for word in noun.split() for term in terms_of(word.lower())), weight))
    stop, weights = lists.stop, annotated.weights
    for at, word in enumerate(annotated.low):
        if word in stop or not word[0].isalnum() or at in consumed:
            continue
        for term in terms_of(word):
            if term not in terms:
                terms[term] = weights[at]
        if len(terms) >= LABEL_TERMS_MAX:
            break
    return tuple(terms.items())[:LABEL_TERMS_MAX]
