"""The words and phrases that a rule watches for, in any case and number, across quotes and hyphens."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cached_property
from typing import Annotated

from pydantic import AfterValidator, Field

from pipeline.language.folding import fold_text, fold_word

TEXT_CHARACTERS_MAX = 20_000  # of a body; a term further down is not found

# A word is a run of letters and digits, so that NATO is found in NATO-Russia; Han and kana, written without
# blanks, are taken one by one, so that a term is found inside a run of them.
_WORD = re.compile(r"[぀-ヿ㐀-鿿豈-﫿]|[^\W_぀-ヿ㐀-鿿豈-﫿]+")

# No word has one of these; most texts whose only letters are English are ASCII without them, and fold at once.
_SIGNS = "‘’“”–—…"


def words_in(text: str) -> list[str]:
    """The words of a text, as terms are found in it."""
    return _WORD.findall(text)


class FoldedText:
    """A text to search for terms.  Its words are folded only if the beginning of some term is in it."""

    def __init__(self, text: str) -> None:
        for sign in _SIGNS:
            text = text.replace(sign, " ")
        self.plain = fold_text(text)

    @cached_property
    def words(self) -> str:
        """The folded words with a blank before and after each, so that a phrase is a substring."""
        words = [fold_word(word) for word in words_in(self.plain)]
        return f" {' '.join(words)} " if words else ""


class WatchedTerms:
    """Words and phrases to look for."""

    def __init__(self, terms: Iterable[str]) -> None:
        self._folded = tuple((term, FoldedText(term).words) for term in terms)
        self._stems = tuple({_stem(words): None for _, words in self._folded})

    def found(self, text: FoldedText) -> tuple[str, ...]:
        """The terms that are in the text, in the order of the list, as the list writes them."""
        if not any(stem in text.plain for stem in self._stems):  # 13 us for 375 words; folding them 145
            return ()
        return tuple(term for term, words in self._folded if words in text.words)


def _stem(words: str) -> str:
    """What every text with the term contains: its first word up to where a plural differs (`ally`, `allies`)."""
    return words.split()[0].removesuffix("y")


def _has_words(term: str) -> str:
    if not FoldedText(term).words:
        raise ValueError(f"{term!r} has no letter or digit")
    return term


Term = Annotated[str, Field(max_length=200), AfterValidator(_has_words)]  # that WatchedTerms can look for
