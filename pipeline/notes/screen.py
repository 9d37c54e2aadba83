"""A cheap screen of lines of public text: nearly all of them can be no note, and are not read.

It says yes too often, and never no to a line that `read_line` takes for a note (tests/unit/test_note_screen.py).
What it knows of words is remembered: of the first two of a line, and of each by itself.
"""

from __future__ import annotations

import re
from functools import cache

from pipeline.notes.addressed import private_label, tag_before_colon
from pipeline.notes.families import LINE_LENGTH_MAX, languages_of
from pipeline.notes.fold import WORD, fold
from pipeline.notes.in_force import IN_FORCE_LENGTH_MAX, may_say_in_force
from pipeline.notes.lexicon import CACHED_WORDS, known_in
from pipeline.notes.marked import LABEL_LENGTH_MAX, behind_label, words_of_labels
from pipeline.notes.phrase_matches import gate, may_begin, may_open
from pipeline.notes.phrases import CountsIn
from pipeline.notes.respelled import is_disguised, may_be_apart
from pipeline.notes.rules import EDGE, PLAIN
from pipeline.notes.scopes import BRACKET_HEADS, COPY, HEAD, QUOTATION, QUOTES, may_have_parts
from pipeline.notes.short_tags import (
    LAST_BRACKET,
    TAGGED_LENGTH_MAX,
    begins_private,
    may_have_tag,
    private_beginnings,
)
from pipeline.notes.signed import may_be_signed, signed_tag

SLASH_WITHIN = 9  # characters: `EDS/ …`, `//embargo// …`
_TO_DESK = re.compile(r"[(\[][^()\[\]:]{1,40}:")  # `(Desk: …)`


# What the first two words of a line may begin, a bit each: a phrase, or what leads to one; words in disguise;
# letters that are set apart; what makes the rest private; a label.  Plain ints: `&` of an IntFlag is Python code.
PHRASE, RESPELT, APART, PRIVATE, LABEL = 1, 2, 4, 8, 16


class Openings(dict[str, int]):
    """What the first word of a line, as written, may begin with some second word; emptied when it is full."""

    def __init__(self, counts: frozenset[CountsIn]) -> None:
        super().__init__()
        self.counts = counts

    def __missing__(self, first: str) -> int:
        if len(self) >= CACHED_WORDS:
            self.clear()
        folded = fold(first)
        found = PHRASE * (folded in gate(self.counts))
        found |= RESPELT * is_disguised(first)
        found |= APART * (len(first) == 1)
        found |= PRIVATE * (CountsIn.COPY in self.counts and folded in private_beginnings())
        self[first] = found = found | LABEL * (folded in words_of_labels())
        return found

    def of(self, first: str, second: str) -> int:
        """What both may begin."""
        found = self[first]
        if found & PHRASE and not may_open(first, second, self.counts):
            found ^= PHRASE
        if found & APART and len(second) != 1:
            found ^= APART
        return found


@cache
def openings_of(counts: frozenset[CountsIn]) -> Openings:
    """What pairs of words may begin, where these phrases count."""
    return Openings(counts)


def may_be_note(line: str, counts: frozenset[CountsIn], *, parted: bool, at_edge: bool) -> bool:
    """Whether a line, or a part of it, may be a note; the arguments are those of `read_line`."""
    first = line[:1]
    if first in QUOTES:
        if QUOTATION.match(line):
            return CountsIn.COPY in counts and private_label(line) is not None
    elif not first.isalnum():
        return True  # it may be between marks
    if ("(" in line or "[" in line) and _may_have_bracket(line, counts):
        return True
    length, is_copy = len(line), CountsIn.COPY in counts
    match = HEAD.match(line)
    opening = openings_of(counts).of(match[1], match[2]) if match else 0
    if opening and _may_open(line, counts, opening, at_edge=at_edge):
        return True
    beginning = line[:LABEL_LENGTH_MAX]
    if ":" in beginning and (tag_before_colon(line) or behind_label(line)):
        return True
    if "/" in line[:SLASH_WITHIN] or (parted and may_have_parts(line, counts)):
        return True
    if length > LINE_LENGTH_MAX:
        return False
    if may_have_tag(line, is_copy=is_copy) or (length <= IN_FORCE_LENGTH_MAX and _may_say(line, at_edge=at_edge)):
        return True
    if not (at_edge or (match and known_in(match[1]) & known_in(match[2]))):
        return False  # no language knows the first two words
    words = line.split()
    return bool(languages_of(words, PLAIN) or (at_edge and languages_of(words, EDGE)))


def _may_say(line: str, *, at_edge: bool) -> bool:
    """Whether the words of a short line may be of an embargo in force, or of a tag that is signed."""
    folded = WORD.findall(fold(line))
    return may_say_in_force(folded) or (at_edge and may_be_signed(line, folded) and signed_tag(line) is not None)


def _may_open(line: str, counts: frozenset[CountsIn], opening: int, *, at_edge: bool) -> bool:
    """Whether a line begins with what its first two words may begin."""
    return bool(
        (opening & PHRASE and may_begin(line, 0, counts))
        or (opening & (RESPELT | APART) and may_be_apart(line))
        or (opening & PRIVATE and begins_private(line))
        or (at_edge and opening & LABEL and _has_dash(line[:LABEL_LENGTH_MAX]) and behind_label(line))
    )


def _has_dash(beginning: str) -> bool:
    return " -" in beginning or " –" in beginning or " —" in beginning


def _may_have_bracket(line: str, counts: frozenset[CountsIn]) -> bool:
    """Whether one of the brackets of a line may be a note, or a tag."""
    if (
        len(line) <= TAGGED_LENGTH_MAX[CountsIn.COPY in counts]
        or _TO_DESK.search(line)
        or LAST_BRACKET.search(line)
    ):
        return True
    openings = openings_of(counts | COPY)
    return any(openings.of(first, second) & ~LABEL for first, second in BRACKET_HEADS.findall(line))
