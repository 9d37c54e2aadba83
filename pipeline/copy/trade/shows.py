"""What shows that a line of words of the trade is about the copy above it: the table SHOWS."""

from __future__ import annotations

from enum import IntFlag, auto
from typing import NamedTuple

NAMES_MAX = 8  # words of names in a line; a list of more is copy


class Clue(IntFlag):
    """What a line has."""

    RIGHTS = auto()  # said twice, or beside an agency
    COPY = auto()  # names the copy: `this story`
    IDIOMS = auto()  # several: `developing story`, `check back`
    IDIOM = auto()  # one
    CALL = auto()  # begins with what readers are asked to do: `Follow`, `Click`
    LINK = auto()  # an address, an account or a telephone number, too
    ADDRESS = auto()  # of mail, or a number
    ADDRESSES = auto()  # of mail, or accounts, and nothing else
    WRITER = auto()  # a name in it is in an address, too
    OF_AGENCY = auto()  # the link or address that it is belongs to the agency
    PLACE = auto()  # where copy is followed
    AGENCY = auto()
    OWN = auto()  # an agency that the copy names as its own
    ALONG = auto()  # begins with what joins those who helped: `With`
    HELPED = auto()  # ends with them: `… avec AFP`
    LABEL = auto()
    BRACKETED = auto()
    DATED = auto()  # a place and a date in brackets
    SYMBOL = auto()
    NAMES = auto()
    SMALL = auto()  # function words
    NUMBERS = auto()
    TABLE = auto()  # many of them
    CODE = auto()  # one has letters and figures
    SENTENCE = auto()
    QUOTED = auto()
    ALONE = auto()  # below a sentence, and above nothing
    HOUSE = auto()  # the name of an agency or a service, which no table has
    SIGNED = auto()  # the copy names its agency, or is signed


class _Show(NamedTuple):
    """What shows that a line is about the copy."""

    having: Clue
    without: Clue = Clue.QUOTED
    trade: int = 0  # words of the trade, at least
    names: int = NAMES_MAX  # at most


_C = Clue
_LINE = _C.QUOTED | _C.SENTENCE  # without them it is a line
_WORDS = _LINE | _C.TABLE
SHOWS = (
    _Show(_C.RIGHTS),  # © AFP. All rights reserved
    _Show(_C.COPY, trade=3),  # This story has not been edited by our staff.
    _Show(_C.COPY | _C.AGENCY, trade=2),  # Material from the AP was used in this report.
    _Show(_C.COPY | _C.LINK, trade=2),
    _Show(_C.COPY | _C.BRACKETED, trade=2),
    _Show(_C.IDIOMS),  # This is a developing story. Check back for updates.
    _Show(_C.CALL, _C.QUOTED | _C.ADDRESS, trade=2, names=4),  # Stay with KXYZ.com for updates.
    _Show(_C.CALL | _C.LINK | _C.WRITER, trade=1),  # Contact Ana Ruiz at aruiz@…
    _Show(_C.CALL | _C.LINK, trade=3, names=4),  # of two words: Call Lomsk Fire Service at 555 0123.
    _Show(_C.LINK, trade=2, names=0),
    _Show(_C.LINK, _C.QUOTED | _C.CALL, trade=2, names=4),
    _Show(_C.LINK, _LINE, trade=1),
    _Show(_C.LINK | _C.OWN, _LINE),
    _Show(_C.LINK | _C.WRITER | _C.IDIOM, _C.QUOTED),  # Ana Ruiz can be reached at aruiz@…
    _Show(_C.LINK | _C.WRITER, _LINE | _C.NUMBERS),  # Ana Ruiz: 555 0123, aruiz@… or @anaruiz
    _Show(_C.LINK | _C.NAMES, _LINE | _C.SMALL),  # Ana Ruiz, +46 8 555 01 23
    _Show(_C.LINK | _C.AGENCY, _LINE | _C.SMALL),
    _Show(_C.ADDRESSES, _LINE),
    _Show(_C.LINK | _C.OF_AGENCY | _C.SIGNED, _LINE | _C.SMALL, names=0),
    _Show(_C.PLACE, trade=3, names=0),  # Subscribe to our channel on WhatsApp.
    _Show(_C.PLACE, _LINE, trade=2, names=0),
    _Show(_C.LABEL | _C.AGENCY, _LINE),  # Quelle: dpa
    _Show(_C.LABEL | _C.NAMES, _LINE | _C.NUMBERS, trade=2),
    _Show(_C.LABEL | _C.NUMBERS, _LINE, trade=2, names=0),
    _Show(_C.LABEL, _LINE | _C.SMALL, trade=2, names=0),  # Source: agencies
    _Show(_C.CODE | _C.SIGNED, _LINE | _C.SMALL, trade=1, names=0),  # ISIN DE0000000001
    _Show(_C.HELPED | _C.AGENCY, _LINE, names=4),  # Le Monde avec AFP
    _Show(_C.AGENCY, _WORDS, trade=1, names=0),
    _Show(_C.AGENCY | _C.BRACKETED, _WORDS, names=0),
    _Show(_C.AGENCY | _C.OWN, _WORDS | _C.SMALL, names=0),
    _Show(_C.AGENCY | _C.OWN | _C.NUMBERS, _WORDS, names=0),  # ABC/ANP 0012 Janvier 2025
    _Show(_C.AGENCY | _C.ALONG, _WORDS, names=0),  # With AP
    _Show(_C.AGENCY | _C.ALONG, trade=1, names=0),  # Con información de EFE y AP.
    _Show(_C.ALONE, _WORDS | _C.LABEL | _C.SMALL | _C.NUMBERS, trade=2, names=0),  # Staff report
    _Show(_C(0), _WORDS | _C.LABEL, trade=3, names=0),  # Staff and wire reports
    _Show(_C.ALONG | _C.BRACKETED, _WORDS, trade=1, names=0),  # (Avec agences)
    _Show(_C.ALONG, _WORDS | _C.LABEL, trade=2, names=0),  # Con información de agencias
    _Show(_C.SIGNED, _WORDS | _C.LABEL, trade=2, names=0),  # News Code 212345
    _Show(_C.NUMBERS, _WORDS | _C.LABEL | _C.SMALL, trade=2, names=0),
    _Show(_C.OWN | _C.SYMBOL, _LINE, names=2),  # ◎공감언론 뉴시스
    _Show(_C.HOUSE, _WORDS, names=3),  # Trend News Agency
    _Show(_C.DATED, _LINE),  # (Colombo/May08/2023)
    _Show(_C.BRACKETED, _WORDS, trade=2),
)


def shows(clues: Clue, trade: int, names: int) -> bool:
    """Whether a line with these clues, so many words of the trade and so many of names is about the copy."""
    return any(
        row.having & ~clues == 0 and not row.without & clues and trade >= row.trade and names <= row.names
        for row in SHOWS
    )
