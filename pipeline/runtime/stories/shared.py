"""Two texts side by side: which of their words are in both, by difflib over words."""

from __future__ import annotations

import re
from collections.abc import Iterator
from difflib import SequenceMatcher
from typing import NamedTuple

WORDS_MAX = 1_000  # of each text; the time grows with the product
SHARED_MIN = 3  # words in a row; fewer are in any two texts
_WORD = re.compile(r"\S+")
_LETTERS = re.compile(r"\W+")


class Passage(NamedTuple):
    """Words of a text that are in the other text too, or are not."""

    text: str
    is_shared: bool


class Comparison(NamedTuple):
    """Two texts in passages, and how many of the words compared are shared."""

    left: list[Passage]
    right: list[Passage]
    shared_words: int


def compare(left: str, right: str) -> Comparison:
    """What two texts share: runs of SHARED_MIN words or more, in the same order, whatever case and punctuation.

    Only the first WORDS_MAX words of each are compared and kept.
    """
    ours, theirs = _WORD.findall(left)[:WORDS_MAX], _WORD.findall(right)[:WORDS_MAX]
    matcher = SequenceMatcher(None, [*map(_folded, ours)], [*map(_folded, theirs)], autojunk=False)
    blocks = [block for block in matcher.get_matching_blocks() if block.size >= SHARED_MIN]
    return Comparison(
        list(_passages(ours, [(block.a, block.size) for block in blocks])),
        list(_passages(theirs, [(block.b, block.size) for block in blocks])),
        sum(block.size for block in blocks),
    )


def _folded(word: str) -> str:
    return _LETTERS.sub("", word).casefold() or word


def _passages(words: list[str], blocks: list[tuple[int, int]]) -> Iterator[Passage]:
    end = 0
    for start, size in [*blocks, (len(words), 0)]:
        if start > end:
            yield Passage(" ".join(words[end:start]), False)
        end = start + size
        if size:
            yield Passage(" ".join(words[start:end]), True)
