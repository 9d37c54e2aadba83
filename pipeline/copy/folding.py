"""Folding: when two spellings are one word.

`fold_text` for comparing texts (fingerprints), `fold_word` for counting terms (stories, labels): lower case and
without an English plural.  normalise.cutting and hashing do the same, compiled; a property test compares them.
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache

WORDS_CACHED = 65_536  # about 8 MB; the cache only changes the speed


def fold_text(text: str) -> str:
    """NFKC and casefold: `ﬁ` is `fi`, `Straße` is `strasse`."""
    return text.lower() if text.isascii() else unicodedata.normalize("NFKC", text).casefold()


@lru_cache(WORDS_CACHED)
def fold_word(word: str) -> str:
    """The term of a word: folded, the plural -s dropped (`talks` -> `talk`, `allies` -> `ally`, `crisis` stays)."""
    word = fold_text(word)
    if len(word) < 4 or not word.endswith("s"):
        return word
    if len(word) > 4 and word.endswith("ies"):
        return word[:-3] + "y"
    if word.endswith(("ss", "us", "is")):
        return word
    return word[:-2] if word.endswith(("shes", "ches", "xes", "sses")) else word[:-1]
