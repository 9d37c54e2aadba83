"""What shows that a line of words of the trade is about the copy above it: the table SHOWS."""

from __future__ import annotations

from enum import IntFlag, auto
from typing import NamedTuple

NAMES_MAX = 8  # words of names in a line; a list of more is copy


class Sign(IntFlag):
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

    having: Sign
    without: Sign = Sign.QUOTED
    trade: int = 0  # words of the trade, at least
    names: int = NAMES_MAX  # at most


_S = Sign
_LINE = _S.QUOTED | _S.SENTENCE  # without them it is a line
_WORDS = _LINE | _S.TABLE
SHOWS = (
    _Show(_S.RIGHTS),  # © AFP. All rights reserved
    _Show(_S.COPY, trade=3),  # This story has not been edited by our staff.
    _Show(_S.COPY | _S.AGENCY, trade=2),  # Material from the AP was used in this report.
    _Show(_S.COPY | _S.LINK, trade=2),
    _Show(_S.COPY | _S.BRACKETED, trade=2),
    _Show(_S.IDIOMS),  # This is a developing story. Check back for updates.
    _Show(_S.CALL, _S.QUOTED | _S.ADDRESS, trade=2, names=4),  # Stay with KXYZ.com for updates.
    _Show(_S.CALL | _S.LINK | _S.WRITER, trade=1),  # Contact Ana Ruiz at aruiz@…
    _Show(_S.CALL | _S.LINK, trade=3, names=4),  # of two words: Call Lomsk Fire Service at 555 0123.
    _Show(_S.LINK, trade=2, names=0),
    _Show(_S.LINK, _S.QUOTED | _S.CALL, trade=2, names=4),
    _Show(_S.LINK, _LINE, trade=1),
    _Show(_S.LINK | _S.OWN, _LINE),
    _Show(_S.LINK | _S.WRITER | _S.IDIOM, _S.QUOTED),  # Ana Ruiz can be reached at aruiz@…
    _Show(_S.LINK | _S.WRITER, _LINE | _S.NUMBERS),  # Ana Ruiz: 555 0123, aruiz@… or @anaruiz
    _Show(_S.LINK | _S.NAMES, _LINE | _S.SMALL),  # Ana Ruiz, +46 8 555 01 23
    _Show(_S.LINK | _S.AGENCY, _LINE | _S.SMALL),
    _Show(_S.ADDRESSES, _LINE),
    _Show(_S.LINK | _S.OF_AGENCY | _S.SIGNED, _LINE | _S.SMALL, names=0),
    _Show(_S.PLACE, trade=3, names=0),  # Subscribe to our channel on WhatsApp.
    _Show(_S.PLACE, _LINE, trade=2, names=0),
    _Show(_S.LABEL | _S.AGENCY, _LINE),  # Quelle: dpa
    _Show(_S.LABEL | _S.NAMES, _LINE | _S.NUMBERS, trade=2),
    _Show(_S.LABEL | _S.NUMBERS, _LINE, trade=2, names=0),
    _Show(_S.LABEL, _LINE | _S.SMALL, trade=2, names=0),  # Source: agencies
    _Show(_S.CODE | _S.SIGNED, _LINE | _S.SMALL, trade=1, names=0),  # ISIN DE0000000001
    _Show(_S.HELPED | _S.AGENCY, _LINE, names=4),  # Le Monde avec AFP
    _Show(_S.AGENCY, _WORDS, trade=1, names=0),
    _Show(_S.AGENCY | _S.BRACKETED, _WORDS, names=0),
    _Show(_S.AGENCY | _S.OWN, _WORDS | _S.SMALL, names=0),
    _Show(_S.AGENCY | _S.OWN | _S.NUMBERS, _WORDS, names=0),  # ABC/ANP 0012 Janvier 2025
    _Show(_S.AGENCY | _S.ALONG, _WORDS, names=0),  # With AP
    _Show(_S.AGENCY | _S.ALONG, trade=1, names=0),  # Con información de EFE y AP.
    _Show(_S.ALONE, _WORDS | _S.LABEL | _S.SMALL | _S.NUMBERS, trade=2, names=0),  # Staff report
    _Show(_S(0), _WORDS | _S.LABEL, trade=3, names=0),  # Staff and wire reports
    _Show(_S.ALONG | _S.BRACKETED, _WORDS, trade=1, names=0),  # (Avec agences)
    _Show(_S.ALONG, _WORDS | _S.LABEL, trade=2, names=0),  # Con información de agencias
    _Show(_S.SIGNED, _WORDS | _S.LABEL, trade=2, names=0),  # News Code 212345
    _Show(_S.NUMBERS, _WORDS | _S.LABEL | _S.SMALL, trade=2, names=0),
    _Show(_S.OWN | _S.SYMBOL, _LINE, names=2),  # ◎공감언론 뉴시스
    _Show(_S.HOUSE, _WORDS, names=3),  # Trend News Agency
    _Show(_S.DATED, _LINE),  # (Colombo/May08/2023)
    _Show(_S.BRACKETED, _WORDS, trade=2),
)


def shows(signs: Sign, trade: int, names: int) -> bool:
    """Whether a line with these signs, so many words of the trade and so many of names is about the copy."""
    return any(
        row.having & ~signs == 0 and not row.without & signs and trade >= row.trade and names <= row.names
        for row in SHOWS
    )
