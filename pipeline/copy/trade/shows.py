"""What shows that a line of words of the trade is about the copy above it: the table SHOWS."""

from __future__ import annotations

from enum import IntFlag, auto
from typing import NamedTuple

NAMES_MAX = 8  # words of names in a line; a list of more is copy


class Trait(IntFlag):
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

    having: Trait
    without: Trait = Trait.QUOTED
    trade: int = 0  # words of the trade, at least
    names: int = NAMES_MAX  # at most


_T = Trait
_LINE = _T.QUOTED | _T.SENTENCE  # without them it is a line
_WORDS = _LINE | _T.TABLE
SHOWS = (
    _Show(_T.RIGHTS),  # © AFP. All rights reserved
    _Show(_T.COPY, trade=3),  # This story has not been edited by our staff.
    _Show(_T.COPY | _T.AGENCY, trade=2),  # Material from the AP was used in this report.
    _Show(_T.COPY | _T.LINK, trade=2),
    _Show(_T.COPY | _T.BRACKETED, trade=2),
    _Show(_T.IDIOMS),  # This is a developing story. Check back for updates.
    _Show(_T.CALL, _T.QUOTED | _T.ADDRESS, trade=2, names=4),  # Stay with KXYZ.com for updates.
    _Show(_T.CALL | _T.LINK | _T.WRITER, trade=1),  # Contact Ana Ruiz at aruiz@…
    _Show(_T.CALL | _T.LINK, trade=3, names=4),  # of two words: Call Lomsk Fire Service at 555 0123.
    _Show(_T.LINK, trade=2, names=0),
    _Show(_T.LINK, _T.QUOTED | _T.CALL, trade=2, names=4),
    _Show(_T.LINK, _LINE, trade=1),
    _Show(_T.LINK | _T.OWN, _LINE),
    _Show(_T.LINK | _T.WRITER | _T.IDIOM, _T.QUOTED),  # Ana Ruiz can be reached at aruiz@…
    _Show(_T.LINK | _T.WRITER, _LINE | _T.NUMBERS),  # Ana Ruiz: 555 0123, aruiz@… or @anaruiz
    _Show(_T.LINK | _T.NAMES, _LINE | _T.SMALL),  # Ana Ruiz, +46 8 555 01 23
    _Show(_T.LINK | _T.AGENCY, _LINE | _T.SMALL),
    _Show(_T.ADDRESSES, _LINE),
    _Show(_T.LINK | _T.OF_AGENCY | _T.SIGNED, _LINE | _T.SMALL, names=0),
    _Show(_T.PLACE, trade=3, names=0),  # Subscribe to our channel on WhatsApp.
    _Show(_T.PLACE, _LINE, trade=2, names=0),
    _Show(_T.LABEL | _T.AGENCY, _LINE),  # Quelle: dpa
    _Show(_T.LABEL | _T.NAMES, _LINE | _T.NUMBERS, trade=2),
    _Show(_T.LABEL | _T.NUMBERS, _LINE, trade=2, names=0),
    _Show(_T.LABEL, _LINE | _T.SMALL, trade=2, names=0),  # Source: agencies
    _Show(_T.CODE | _T.SIGNED, _LINE | _T.SMALL, trade=1, names=0),  # ISIN DE0000000001
    _Show(_T.HELPED | _T.AGENCY, _LINE, names=4),  # Le Monde avec AFP
    _Show(_T.AGENCY, _WORDS, trade=1, names=0),
    _Show(_T.AGENCY | _T.BRACKETED, _WORDS, names=0),
    _Show(_T.AGENCY | _T.OWN, _WORDS | _T.SMALL, names=0),
    _Show(_T.AGENCY | _T.OWN | _T.NUMBERS, _WORDS, names=0),  # ABC/ANP 0012 Janvier 2025
    _Show(_T.AGENCY | _T.ALONG, _WORDS, names=0),  # With AP
    _Show(_T.AGENCY | _T.ALONG, trade=1, names=0),  # Con información de EFE y AP.
    _Show(_T.ALONE, _WORDS | _T.LABEL | _T.SMALL | _T.NUMBERS, trade=2, names=0),  # Staff report
    _Show(_T(0), _WORDS | _T.LABEL, trade=3, names=0),  # Staff and wire reports
    _Show(_T.ALONG | _T.BRACKETED, _WORDS, trade=1, names=0),  # (Avec agences)
    _Show(_T.ALONG, _WORDS | _T.LABEL, trade=2, names=0),  # Con información de agencias
    _Show(_T.SIGNED, _WORDS | _T.LABEL, trade=2, names=0),  # News Code 212345
    _Show(_T.NUMBERS, _WORDS | _T.LABEL | _T.SMALL, trade=2, names=0),
    _Show(_T.OWN | _T.SYMBOL, _LINE, names=2),  # ◎공감언론 뉴시스
    _Show(_T.HOUSE, _WORDS, names=3),  # Trend News Agency
    _Show(_T.DATED, _LINE),  # (Colombo/May08/2023)
    _Show(_T.BRACKETED, _WORDS, trade=2),
)


def shows(traits: Trait, trade: int, names: int) -> bool:
    """Whether a line with these traits, so many words of the trade and so many of names is about the copy."""
    return any(
        row.having & ~traits == 0 and not row.without & traits and trade >= row.trade and names <= row.names
        for row in SHOWS
    )
