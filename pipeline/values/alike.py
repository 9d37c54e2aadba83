"""Whether two texts are of one event, by their words: for ids that several reports may share."""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import islice

WORDS_COMPARED = 60
ALIKE = 1 / 3  # of the words of the shorter of two texts: what the other one has of them, if they are of one event
_WORD = re.compile(r"\w{4,}")


def words_of(texts: Iterable[str]) -> frozenset[str]:
    """The first longer words of the texts."""
    found = islice(_WORD.finditer(" ".join(texts).casefold()), WORDS_COMPARED)
    return frozenset(word[0] for word in found)


def share_words(one: frozenset[str], other: frozenset[str]) -> bool:
    """Whether they have a third of the words of the shorter one in common; nothing is like everything."""
    least = min(len(one), len(other))
    return least == 0 or len(one & other) >= ALIKE * least
