"""Word classes without a tagger: names by their capitals, event nouns by the table of the language.

Nothing else is certain without one, so there are no adjectives and no other nouns.
"""

from __future__ import annotations

from collections.abc import Container

from pipeline.language.folding import fold_word
from pipeline.language.word_lists import WordLists
from pipeline.normalise.tokens import Tokens
from pipeline.normalise.viterbi import CASE_INFORMATIVE, NAME, NOUN, OTHER, SENTENCE_START

OPENING = frozenset(".:!?")  # what follows has a capital, whatever it is
PARTICLES_MAX = 2  # in a row: de la


def find_classes(text: Tokens, lists: WordLists, verbs: Container[str]) -> list[int]:
    """NAME, NOUN or OTHER for each word; `verbs` begin the forms of event verbs.

    A capital inside a sentence makes a name, where case is informative.  At the beginning of one it does where the
    rest of a name follows, or the text has the same name elsewhere.  Particles between its parts belong to a name.
    """
    words, never = text.words, lists.stop | lists.offices | lists.people | lists.events
    titles = lists.articles | lists.offices
    starts = [case == SENTENCE_START for case in text.cases]
    for at, word in enumerate(words[:-1]):
        starts[at + 1] |= word in OPENING
    capital = [
        case == CASE_INFORMATIVE and word[0].isupper() and not start and word.lower() not in titles
        for word, case, start in zip(words, text.cases, starts, strict=True)
    ]
    known = {word for word, is_name in zip(words, capital, strict=True) if is_name}
    for at, word in enumerate(words):
        low = word.lower()
        if starts[at] and word[0].isupper() and not (low in never or low in verbs):
            capital[at] = word in known or capital[at + 1 : at + 2] == [True]
    classes = [
        NAME if is_name else NOUN if fold_word(word.lower()) in lists.events else OTHER
        for word, is_name in zip(words, capital, strict=True)
    ]
    for at in range(1, len(words)):
        end = _after_particles(at, words, lists)
        if classes[at - 1] == NAME and capital[end : end + 1] == [True]:
            classes[at:end] = [NAME] * (end - at)
    return classes


def _after_particles(at: int, words: list[str], lists: WordLists) -> int:
    """The place of the first word from `at` that is no particle of a name."""
    end = at
    while end < min(at + PARTICLES_MAX, len(words)) and words[end] in lists.particles:
        end += 1
    return end
