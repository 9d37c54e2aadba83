"""What is before a colon in a line below a story: `Read also: …`, `Foto de portada: Ana Ruiz`, `Quelle: dpa`."""

from __future__ import annotations

import re

from pipeline.copy import sentences
from pipeline.copy.names import is_person
from pipeline.copy.trade.links import LINK
from pipeline.copy.trade.words import (
    OF_LABELS,
    WordKind,
    is_of_trade,
    kind_of,
    phrases,
    says_of_copy,
    trade_words,
    words_of,
)
from pipeline.language import letters
from pipeline.values.agencies import agency_named

HEADLINE_WORDS_MIN = 3  # of other copy, behind a label of one word
LABEL_WORDS_MAX = 4
DISCLAIMED_WORDS_MIN = 2  # of the trade, behind `Disclaimer:`

_INITIALS = re.compile(rf"[{letters.SMALL}]{{2,4}}")
_LISTED = re.compile(r" ?[,;/] ?")
_HOLDERS = frozenset({WordKind.TRADE, WordKind.RIGHTS})  # `Ana Ruiz/Archiv`


def is_of_other_copy(label: str, rest: str) -> bool:
    """Whether a label leads to other copy, or says what became of this."""
    if label in trade_words("asides"):
        return True
    if label in trade_words("disclaims"):
        return _is_about_copy(rest)
    if label in trade_words("others"):
        return not sentences.ends_plainly(rest) or rest.endswith("?")
    if label in trade_words("leads"):
        is_story = rest[:1].islower() or rest.endswith((".", "!")) or rest[-1:].isdigit()
        return rest.count(" ") >= HEADLINE_WORDS_MIN - 1 and not is_story
    if LINK.fullmatch(rest) and "/" in rest:
        return True
    return says_of_copy(rest.casefold()) or (is_label(label) and bool(phrases("own").match(label)))


def is_credit(label: str, rest: str) -> bool:
    """Whether some words of the trade are before names: `Photo editing: Ana Ruiz`, `Foto de portada: Ana Ruiz`.

    One word of the trade alone is before headlines, too: `Report: Lomsk Mayor Fired`; one among others is in the
    news: `Missing reporter:`.
    """
    words = words_of(label.casefold())
    if not 1 < len(words) <= LABEL_WORDS_MAX:
        return False
    first, *others = _LISTED.split(rest)
    others = [each for each in others if kind_of(each) not in _HOLDERS and not agency_named(each)]
    of_trade = is_of_trade(label) and is_label(label)
    return (of_trade or _is_of_picture(words)) and all(map(is_person, (first, *others)))


def is_label(label: str) -> bool:
    """Whether its words are of the trade or small, and it is of no prize and no post: `Editorial writing:`."""
    words = words_of(label.casefold())
    return bool(words) and _is_no_rank(words) and all(kind_of(word) in OF_LABELS for word in words)


def _is_of_picture(words: list[str]) -> bool:
    """Whether it says which picture, whatever that is called: `Foto de portada`; `Photo finish` does not."""
    return words[0] in trade_words("pictures") and words[1] in trade_words("holders") and _is_no_rank(words)


def _is_no_rank(words: list[str]) -> bool:
    return trade_words("ranks").isdisjoint(words)


def _is_about_copy(text: str) -> bool:
    """Whether it is about the copy: the company that disclaims may be in the news."""
    return sum(kind_of(word) in _HOLDERS for word in words_of(text)) >= DISCLAIMED_WORDS_MIN


def without_initials(text: str, rest: str) -> str:
    """The line without initials among agencies behind its label: `Quelle: ntv.de, abc/dpa`, `Zdroj: ČTK, abc`."""
    listed = _LISTED.split(rest)
    left = [each for each in listed if not _INITIALS.fullmatch(each) or agency_named(each)]
    helped = len(left) < len(listed) and any(agency_named(each) for each in left)
    return f"{text.removesuffix(rest)}{', '.join(left)}" if helped else text
