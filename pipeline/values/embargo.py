"""Embargoes: the value, the strictest of several, and how the wires word one.

WORDINGS is the one table of these wordings.  How much a wording proves depends on where it appears: a story may
begin with the word "embargo", a note to editors that begins with it announces one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

UNTIL_MIN = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Embargo:
    """An embargo of an item.  `until` None: no end that can be read, so it holds until an operator releases it."""

    until: datetime | None  # aware, UTC
    text: str = ""  # as written


def strictest(embargoes: Iterable[Embargo | None]) -> Embargo | None:
    """The one without an end, else the one that ends last; None if there is none."""
    found = [embargo for embargo in embargoes if embargo is not None]
    endless = next((embargo for embargo in found if embargo.until is None), None)
    return endless or max(found, key=lambda embargo: embargo.until or UNTIL_MIN, default=None)


class Where(StrEnum):
    """Where a wording appears."""

    COPY = "copy"  # at the beginning of a paragraph or a headline
    NOTE = "note"  # at the beginning of a sentence addressed to editors
    HEADER = "header"  # anywhere in a header line of IPTC 7901; copy is to read it once more
    PAPERS = "papers"  # likewise, but for the papers of a day, which is no hour
    ADVANCE = "advance"  # at the beginning of a word or line that ANPA has before the text
    EDS = "eds"  # at the beginning of a line that ANPA addresses to editors


_ALL = frozenset({Where.COPY, Where.NOTE, Where.HEADER, Where.ADVANCE})
WORDINGS: tuple[tuple[str, frozenset[Where]], ...] = (
    (
        r"not for (?:public )?(?:release|publication|broadcast|use)(?: or [a-z]{3,12}){0,2} (?:before|until)\b",
        _ALL - {Where.HEADER},
    ),
    (r"hold(?:-| )for(?:-| )release\b", _ALL),
    (r"hfr\b", frozenset({Where.NOTE, Where.ADVANCE})),  # the same, abbreviated
    (r"gesperrt bis\b", _ALL - {Where.ADVANCE}),
    # Not `Sperrfrist aufgehoben`; in copy neither `Sperrfristen` nor `Die Sperrfrist von drei Jahren`.
    (
        r"sperrfrist(?!en\b| (?:ist |wurde )?(?:aufgehoben|abgelaufen|von|für|des|der (?!meldung)|im ))",
        frozenset({Where.COPY}),
    ),
    (r"sperrfrist(?! (?:ist |wurde )?(?:aufgehoben|abgelaufen))", frozenset({Where.NOTE})),
    # Not `Embargo lifted`; in copy not `Embargo on Iranian oil`.
    (
        r"embargo(?: (?:until|till|for release|for publication|tot|t/m|jusqu|hasta|fino|bis)\b|:)"
        r"|(?-i:EMBARGOED\b)"
        r"|embargoed(?: ?[-–—:,;!*)]|$| \d| (?:until|till|to|for|by|at|copy|material|news|press)\b)"
        r"|(?:(?:under|sous|onder|bajo) embargo|embargad[oa] hasta)\b",
        frozenset({Where.COPY}),
    ),
    (r"embargo(?!(?:ed|es)? (?:is |was |has been )?(?:over|lifted|expired))", frozenset({Where.NOTE})),
    (r"embargo(?:ed)?(?: ?:| (?:until|till|for)\b)", frozenset({Where.ADVANCE})),
    (r"nicht vor .{3,40} veröffentlichen", frozenset({Where.COPY})),
    (r"sperrfrist|embargo", frozenset({Where.HEADER})),  # even a lifted one: copy reads it
    (r"frei (?:für|ab)\b", frozenset({Where.PAPERS})),
    (r"\$?adv ?\d|\$?adv[ ,-](?:mon|tue|wed|thu|fri|sat|sun)", frozenset({Where.ADVANCE})),  # Adv13: the 13th
    (
        r"for (?:use|release)\b(?! on receipt| immediately)(?=.{0,60}(?:\d|day\b|noon|papers|thereafter))",
        frozenset({Where.ADVANCE}),
    ),
    (r"for (?:release|use)\b(?! (?:on receipt|immediately|at will))", frozenset({Where.EDS})),
)
_BEFORE = {  # what may precede a wording
    Where.COPY: r"[(\[*# -]{0,6}(?:(?:attention|achtung|note)(?: to)?(?: editors?)?(?:[:!,]| [-–—])? )?"
    r"(?:strictly |strikt |(?:bitte )?beachten sie die )?",
    Where.NOTE: r"[\W_]{0,8}(?:(?:eds|editors|notes? to editors|attention(?: editors)?)[:.,!]?\W{0,4})?"
    r"(?:strictly )?",
    Where.HEADER: r"\b",
    Where.PAPERS: r"\b",
    Where.ADVANCE: r"",
    Where.EDS: r"eds\W{1,3}",
}


def _compiled(where: Where) -> re.Pattern[str]:
    wordings = "|".join(wording for wording, places in WORDINGS if where in places)
    return re.compile(rf"{_BEFORE[where]}(?:{wordings})", re.IGNORECASE)


PATTERNS = {where: _compiled(where) for where in Where}


def names_embargo(text: str, where: Where) -> bool:
    """Whether `text` begins with the wording of an embargo."""
    return PATTERNS[where].match(text) is not None


def from_embargo(text: str, where: Where) -> str:
    """`text` from the first wording of an embargo on; empty if it has none."""
    found = PATTERNS[where].search(text)
    return text[found.start() :] if found else ""
