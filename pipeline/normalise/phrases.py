"""The label phrases of an item: which noun phrases of its headline and lead could name its story.

See docs/design/stories.md#labels.

A candidate is a noun phrase or a shorter end of one ("rail tunnel fire", "tunnel fire"), an event with what it is
about ("collapse of the dam"), or somebody's something ("the port's closure").  No idf here and no state: what a
candidate is worth is for tag.labels to say, over all items of the story.

English and German have a tagger.  In any other language the capitalised words inside a sentence are the names, and
names are all there is; a script without capitals gives no phrases.
"""

from __future__ import annotations

from typing import NamedTuple

from pipeline.copy.word_lists import WordLists, terms_of, word_lists
from pipeline.features import LABEL_TERMS_MAX, Phrase
from pipeline.language import Language
from pipeline.normalise.candidates import Candidates, Head
from pipeline.normalise.chunks import Reading, chunks, read
from pipeline.normalise.tagger import tagger
from pipeline.normalise.tokens import Tokens, tokens
from pipeline.normalise.viterbi import NAME, OTHER, TOLD


class Phrases(NamedTuple):
    """What an item brings to its story's label; the fields of features.Features with these names."""

    phrases: tuple[Phrase, ...] = ()  # at most PHRASES_MAX, the weightiest places first
    label_terms: tuple[tuple[str, int], ...] = ()  # (folded term, place weight in 1/256), at most LABEL_TERMS_MAX
    heads: tuple[Head, ...] = ()  # (folded head noun, place weight, its form), at most HEADS_MAX


def phrases(headline: str, body: str, language: Language) -> Phrases:
    """The label phrases of an item.

    `headline` and `body` are clean copy: no dateline, sign-off or other furniture; paragraphs parted by line ends.
    Any text is good: one without phrases gives none.
    """
    primary = language.primary
    text = tokens(headline, body, primary)
    if not text.words:
        return Phrases()
    reader = tagger(primary)
    classes = reader.classes(text.words, text.opens, text.cases) if reader else _names(text)
    lists = word_lists(primary)
    reading = read(text, classes, lists, primary, reader.is_name if reader else bool)
    found = Candidates(reading, chunks(reading, text, primary), lists, primary)
    return Phrases(found.phrases(), _terms(reading, lists), found.heads())


def _names(text: Tokens) -> list[int]:
    """Without a tagger: a capital where it tells something makes a name."""
    return [
        NAME if case == TOLD and word[0].isupper() else OTHER
        for word, case in zip(text.words, text.cases, strict=True)
    ]


def _terms(reading: Reading, lists: WordLists) -> tuple[tuple[str, int], ...]:
    """The words that weigh in a label, each with the weight of its first place; see terms_of."""
    terms: dict[str, int] = {}
    for word, place in zip(reading.low, reading.places, strict=True):
        if word[0].isalnum() and word not in lists.stop:
            for term in terms_of(word):
                terms.setdefault(term, place)
        if len(terms) >= LABEL_TERMS_MAX:
            break
    return tuple(terms.items())[:LABEL_TERMS_MAX]
