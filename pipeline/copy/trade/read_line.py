"""The words of a line by what they are, counted."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from pipeline.copy.trade.shows import NAMES_MAX
from pipeline.copy.trade.words import (
    WordKind,
    is_of_phrase,
    kind_of,
    phrase_length,
    trade_words,
    words_of,
)
from pipeline.values.agencies import NAME_WORDS_MAX, agency_named, begins_agency

CASELESS_MAX = 4  # words of a script without capitals that may be names
OPENING_LENGTH = 60  # looked at first
EDGES = "()[]（）【】<>‹›*-–—=_•·\"“”'’ "


@dataclass(slots=True)
class Line:
    """What the words of a line are."""

    words: Counter[WordKind] = field(default_factory=Counter)
    agencies: int = 0
    own: int = 0  # of them
    phrases: int = 0
    idioms: int = 0  # words of them
    calls: bool = False
    copies: bool = False  # a word is one for this copy, where phrases have no blanks

    @property
    def trade(self) -> int:
        """Words and phrases of the trade."""
        return self.words[WordKind.TRADE] + self.words[WordKind.RIGHTS] + self.words[WordKind.PLACE] + self.phrases

    def tells_story(self) -> bool:
        """Whether it has a word of a story, or more names than a line about the copy."""
        words = self.words
        return (
            words[WordKind.OTHER] > 0 or words[WordKind.NAME] > NAMES_MAX or words[WordKind.CASELESS] > CASELESS_MAX
        )

    @property
    def names(self) -> int:
        """Words that may be names."""
        return self.words[WordKind.NAME] + self.words[WordKind.CASELESS]


def read_line(text: str, own: frozenset[str], *, stops: bool) -> Line:
    """The words of the line by what they are; `OTHER` are words of a story."""
    line = Line()
    beginning = text[:OPENING_LENGTH] if stops and len(text) > OPENING_LENGTH else ""
    if beginning and _has_other(beginning, own):
        line.words[WordKind.OTHER] += 1
        return line
    parts = words_of(text)
    if length := phrase_length("calls", parts):
        line.calls, line.phrases, parts = True, 1, parts[length:]
    while parts:
        if length := agency_words(parts, own):
            line.agencies += 1
            line.own += " ".join(parts[:length]).casefold() in own
        elif length := phrase_length("idioms", parts):
            line.phrases += 1
            line.idioms += length
        else:
            length, kind = 1, kind_of(parts[0])
            if parts[0] in trade_words("own"):
                line.copies, line.phrases, kind = True, line.phrases + 1, WordKind.SMALL
            line.words[kind] += 1
            if stops and kind is WordKind.OTHER:
                return line
        parts = parts[length:]
    return line


def _has_other(beginning: str, own: frozenset[str]) -> bool:
    """Whether the beginning of a line has a word of a story, as most have; agencies may be written small."""
    words = (word.strip(EDGES) for word in beginning.split()[:-1])
    return any(
        word.isalpha()
        and kind_of(word) is WordKind.OTHER
        and not (word in own or is_of_phrase(word) or agency_named(word))
        for word in words
    )


def agency_words(parts: list[str], own: frozenset[str]) -> int:
    """How many of the words that a line goes on with are the name of an agency."""
    begins = begins_agency(parts[0])
    if not (begins or own):
        return 0
    for length in range(min(NAME_WORDS_MAX, len(parts)), 0, -1):
        name = " ".join(parts[:length]).strip("'’.")
        if name.casefold() in own or (begins and agency_named(name)):
            return length
    return 0
