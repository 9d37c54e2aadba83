"""Sentences within a text that keep what follows private: `The following details are not for publication`.

They are looked for only where a text has a part of their words (*needles*): few have one.
"""

from __future__ import annotations

from pipeline.notes.fold import all_plain
from pipeline.notes.lines import is_at_edge
from pipeline.notes.phrase_matches import Text, phrase_at
from pipeline.notes.phrases import Act, CountsIn, may_have_needles, needles_in, words_in
from pipeline.notes.signed import signed_tag

TEXT = frozenset({CountsIn.TEXT})
SENTENCE_LINES_MAX = 2  # before the one that says `publication`
SENTENCE_LENGTH_MAX = 200  # of such a sentence, from its first word on


def with_needles(lines: list[str]) -> tuple[list[str], frozenset[int]]:
    """The lines plain, and which of them may hold a note behind their beginning."""
    lines = all_plain(lines)
    text = "\n".join(lines)
    if not may_have_needles(text):
        return lines, frozenset()
    low = text.lower()
    inside = needles_in(low, "needles")
    held = (
        number
        for number, line in enumerate(low.split("\n"))
        if any(map(line.__contains__, inside)) and needles_in(line, "fine")
    )
    return lines, frozenset(held)


def before_sentence(lines: list[str], near: frozenset[int]) -> tuple[list[str], list[Act]]:
    """The lines before a sentence such as `The following details are not for publication`, over line breaks too."""
    for number in sorted(near):
        if is_at_edge(number, len(lines)) and signed_tag(lines[number]):
            continue  # `LUSA - NÃO PUBLICAR` is read whole
        first = max(0, number - SENTENCE_LINES_MAX)
        window = "\n".join(lines[first : number + 1])
        low = window.lower()
        found = [_first_sentence(window, low, stem) for stem in needles_in(low, "stems")]
        ends = [end for end in found if end is not None]
        if ends:
            return [*lines[:first], *_without_article(window[: min(ends)]).split("\n")], [Act.PRIVATE]
    return lines, []


def _first_sentence(text: str, low: str, stem: str) -> int | None:
    """Where the first such sentence with a word of that stem begins, at that word."""
    at = low.find(stem)
    while at >= 0:
        start = max(text.rfind(" ", 0, at), text.rfind("\n", 0, at)) + 1
        if phrase_at(Text(text[start : start + SENTENCE_LENGTH_MAX]), 0, TEXT):
            return start
        at = low.find(stem, at + len(stem))
    return None


def _without_article(text: str) -> str:
    """The text without the article that belongs to what was cut off, and without opening marks."""
    text = text.rstrip(" \n([*#-–")
    last = text.rpartition(" ")[2].rpartition("\n")[2]
    if Text(last).folded in words_in("article"):
        text = text[: len(text) - len(last)].rstrip(" \n([*#-–")
    return text
