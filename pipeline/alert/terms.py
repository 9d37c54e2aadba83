"""Watching for words and phrases, whatever their case, plural, quotes or hyphens."""

from __future__ import annotations

import re
from collections.abc import Iterable

from pipeline.copy.folding import fold_word

TEXT_CHARS_MAX = 20_000  # of a body; a term further down is not seen

# A word is a run of letters and digits, so that NATO is found in NATO-Russia; Han and kana, written without
# blanks, are taken one by one, so that a term is found inside a run of them.
_WORD = re.compile(r"[぀-ヿ㐀-鿿豈-﫿]|[^\W_぀-ヿ㐀-鿿豈-﫿]+")


def fold(text: str) -> str:
    """The folded words of a text, a blank before and after each: a phrase is then a substring."""
    words = [fold_word(word) for word in _WORD.findall(text[:TEXT_CHARS_MAX])]
    return f" {' '.join(words)} " if words else ""


class Terms:
    """Words and phrases to look for."""

    def __init__(self, terms: Iterable[str]) -> None:
        self._folded = tuple((term, fold(term)) for term in terms)

    def found(self, folded: str) -> tuple[str, ...]:
        """Those that stand in a folded text, in the order of the list, as the list writes them."""
        return tuple(term for term, words in self._folded if words in folded)
