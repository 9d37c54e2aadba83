"""Folding: when two spellings are one word.

`fold_text` for comparing texts (fingerprints), `fold_word` for counting terms (stories, labels): lower case,
without an English plural, and without the Arabic article and what is written before it.  normalise.cutting and
hashing do the same, compiled; a property test compares them.
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache

WORDS_CACHED = 65_536  # about 8 MB; the cache only changes the speed


# In Arabic the article is written with its word, and so are and, in, like, for: `والجسر` is `جسر`.  What is left
# has three letters at least; a word that merely begins so is folded the same way everywhere.
ARABIC_PREFIXES = ("وال", "فال", "بال", "كال", "ال", "لل")
ARABIC_STEM_MIN = 3


def fold_text(text: str) -> str:
    """NFKC and casefold: `ﬁ` is `fi`, `Straße` is `strasse`."""
    return text.lower() if text.isascii() else unicodedata.normalize("NFKC", text).casefold()


@lru_cache(WORDS_CACHED)
def fold_word(word: str) -> str:
    """The term of a word: folded, the plural -s dropped (`talks` -> `talk`, `allies` -> `ally`, `crisis` stays)."""
    word = fold_text(word)
    if word.startswith(ARABIC_PREFIXES):
        return _without_article(word)
    if len(word) < 4 or not word.endswith("s"):
        return word
    if len(word) > 4 and word.endswith("ies"):
        return word[:-3] + "y"
    if word.endswith(("ss", "us", "is")):
        return word
    return word[:-2] if word.endswith(("shes", "ches", "xes", "sses")) else word[:-1]


def _without_article(word: str) -> str:
    """The word without the first of the prefixes that leaves enough of it."""
    fits = (len(prefix) for prefix in ARABIC_PREFIXES if word.startswith(prefix))
    return next((word[length:] for length in fits if len(word) - length >= ARABIC_STEM_MIN), word)
