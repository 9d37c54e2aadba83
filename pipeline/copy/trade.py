"""Lines below a story in which an agency speaks of its own copy, told by their words, whatever their wording.

    (With inputs from agencies)                      Follow us on X: https://x.example/desk
    This story has not been edited by our staff and is published from a syndicated feed.
    Quelle: dpa      Dana Holt, +46 8 555 01 23      Все права защищены      Related news: Port opens new pier

Each word of such a line is one of the trade (trade.yaml), a function word, a name, an agency, a date, or a link.
One other word, and the line is copy: `Reporters followed the boats`.  A line of such words alone has to show that
it is about the copy as well: by a link, an agency, a label with a colon, brackets, rights, or by naming the copy.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from pipeline.copy import gazetteer
from pipeline.copy.agencies import NAME_WORDS_MAX, agency_named
from pipeline.copy.contacts import MAIL_ADDRESS, TELEPHONE
from pipeline.copy.trade_words import OF_LABELS, WordKind, along_at_end, kind_of, phrases, trade_words

TRADE_LENGTH_MAX = 420
LABEL_LENGTH_MAX = 60
NAMES_MAX = 8  # words of names in a line; a list of more is copy
NUMBERS_MAX = 3  # a line of more is a table
SENTENCE_NAMES_MAX = 3
ALONG_NAMES_MAX = 4
PLACE_NAMES_MAX = 3
CASELESS_MAX = 4  # words of a script without capitals that may be names
OPENING_LENGTH = 60  # looked at first
DIGITS_MIN = 7  # of a telephone number; a score has fewer

_LINK = re.compile(
    r"https?://\S{3,200}|(?:www\.)?(?:[\w-]{2,40}\.){1,4}[a-z]{2,10}(?:/\S{0,120})?(?![\w@])|(?<![\w.])@[\w.]{2,40}"
)
_QUOTES = frozenset('“”„«»"「」')
_SENTENCE = re.compile(r"(?<!\bInc)(?<!\bLtd)(?<!\bCo)[.!?…।。؟۔]$")
_SPACED = re.compile(r"\b(?:[^\W\d_] ){3,12}[^\W\d_]\b")  # S E R V I C E
_ELIDED = re.compile(r"\b[dlDL]['’](?=\w)")
# What the patterns above need, asked first: most lines have none of it.
_HAS_LABEL = re.compile(rf"[^:：]{{2,{LABEL_LENGTH_MAX + 4}}}[:：]")
_HAS_LINK = re.compile(r"[@/]|\w\.\w|\d.?.?\d.?.?\d.?.?\d")
_HAS_SPACED = re.compile(r"\W{0,3}\w \w \w \w")
_DIGITS = re.compile(r"\d+")
_SEPARATORS = re.compile(
    r"[\s,;:/|()\[\]{}<>‹›【】（）《》•·◎▶☎■●□◆#*=_+®™©–—،؛、。।]+|[-.](?=\s|$)|(?<=\s)[-.]|^[-.]+"
)
_LABEL = re.compile(rf"[-–—*• ]{{0,3}}(?P<label>[^:：]{{2,{LABEL_LENGTH_MAX}}}) ?[:：] ?(?P<rest>.+)", re.DOTALL)
_SYMBOLS = "◎▶☎■●□◆"
_OPENING, _CLOSING = tuple("([（【<‹"), tuple(")]）】>›")
_EDGES = "()[]（）【】<>‹›*-–—=_ "


@dataclass(slots=True)
class _Line:
    """What the words of a line are."""

    trade: int = 0
    rights: int = 0
    places: int = 0  # where copy is followed
    agencies: int = 0
    own: int = 0  # agencies that the copy names as its own
    names: int = 0
    caseless: int = 0
    numbers: int = 0
    small: int = 0
    other: int = 0


def is_trade_line(
    text: str, own: frozenset[str] = frozenset(), *, named: Callable[[], bool] = lambda: False, listed: bool = False
) -> bool:
    """Whether the line below a story is about the copy and not of it.

    `own`: the names of its agency as the dateline writes them, folded; `named`: the copy names its agency, or is
    signed; `listed`: what is above ends with a colon.
    """
    if len(text) > TRADE_LENGTH_MAX:
        return False
    label = _LABEL.fullmatch(text) if not listed and _HAS_LABEL.match(text) else None
    if label and _is_of_other_copy(label["label"].strip(_EDGES).casefold(), label["rest"]):
        return True
    if text.endswith(".") and (phrases("sure").search(text.casefold())):
        return True
    bare, links = _without_links(text) if _HAS_LINK.search(text) else (text, 0)
    if "'" in bare or "’" in bare:
        bare = _ELIDED.sub("", bare)
    if _HAS_SPACED.match(bare):
        bare = _SPACED.sub(lambda match: match[0].replace(" ", ""), bare)
    spoken = bool(links) and _is_bracketed(text)  # of a bracketed line with a link every word is looked at
    line = _read(bare, own, stops=not spoken)
    if line.other or line.names > NAMES_MAX or line.caseless > CASELESS_MAX:
        return bool(spoken and line.agencies and line.trade)
    return _says(text, links, line, named, own) and not (listed and not links)


def _is_of_other_copy(label: str, rest: str) -> bool:
    """Whether what stands before a colon leads to other copy, or says what became of this."""
    if phrases("others").fullmatch(label):
        return not _SENTENCE.search(rest)
    if _LINK.fullmatch(rest) and "/" in rest:
        return True
    return bool(phrases("own").match(label)) and _is_label(label)


def is_trade_heading(text: str, own: frozenset[str] = frozenset()) -> bool:
    """Whether the line stands above such lines: `Contacts`, `Más en Andina:`, `Online:`."""
    if len(text) > LABEL_LENGTH_MAX:
        return False
    line = _read(text, own, stops=True)
    return not (line.other or line.names or line.caseless or line.numbers) and line.trade > 0


def _without_links(text: str) -> tuple[str, int]:
    """The text without links, addresses and telephone numbers, and how many there were."""
    bare, addresses = MAIL_ADDRESS.subn(" ", text)
    bare, links = _LINK.subn(" ", bare)
    numbers = [found[0] for found in TELEPHONE.finditer(bare) if _is_telephone(found[0])]
    for number in numbers:
        bare = bare.replace(number, " ", 1)
    return bare, addresses + links + len(numbers)


def _is_telephone(text: str) -> bool:
    """Whether it is a telephone number; scores, years and the figures of a table have no such groups."""
    groups = _DIGITS.findall(text)
    if sum(map(len, groups)) < DIGITS_MIN or ("." in text and " " in text):
        return False
    return text[0] in "+(" or ("-" in text and max(map(len, groups)) > 2) or (text[0] == "0" and len(groups) > 1)


def _is_bracketed(text: str) -> bool:
    return text.startswith(_OPENING) and text.endswith(_CLOSING)


def _says(text: str, links: int, line: _Line, named: Callable[[], bool], own: frozenset[str]) -> bool:
    """Whether the line shows that it is about the copy."""
    folded = text.casefold()
    bracketed = _is_bracketed(text.rstrip(". "))
    sentence = _SENTENCE.search(text) is not None and not bracketed
    quoted = not _QUOTES.isdisjoint(text)
    if line.rights >= 2 or (line.rights and (line.agencies or "©" in text)):
        return not quoted
    if phrases("own").search(folded):
        return not quoted and line.trade >= (2 if line.agencies or links or bracketed else 3)
    if links and not quoted:
        if sentence:
            return line.trade > 1 and line.names <= SENTENCE_NAMES_MAX
        alone = not (line.names or line.caseless or line.agencies)  # an address without a word may be anybody's
        return (
            line.trade > 0
            or line.own > 0
            or (not line.small and (not alone or (named() and _is_of_agency(text, own))))
        )
    if line.places and not line.names and not quoted and line.trade > (2 if sentence else 1):
        return True
    if sentence or quoted:
        return False
    label = _LABEL.fullmatch(text)
    if label and _is_label(label["label"]):
        return line.agencies > 0 or (line.trade > 1 and bool(line.names) != bool(line.numbers))
    if line.agencies and line.names <= ALONG_NAMES_MAX and along_at_end().search(folded) and not line.trade:
        return True
    if line.numbers > NUMBERS_MAX:
        return False
    along = folded.partition(" ")[0].strip(_EDGES) in trade_words("along")
    if line.agencies and not line.names and not line.caseless:
        return line.trade > 0 or bracketed or line.own > 0 or along
    if not line.names and not line.caseless and line.trade >= (2 if along or named() else 3):
        return True  # News Code 212345      Con información de agencias      Staff and wire reports
    if line.own and line.caseless <= 2 and text[0] in _SYMBOLS:
        return True  # ◎공감언론 뉴시스
    if bracketed and line.numbers and 0 < line.names <= PLACE_NAMES_MAX and not (line.trade or line.small):
        return _is_place_and_date(text)
    return bracketed and line.trade >= 2


def _is_of_agency(text: str, own: frozenset[str]) -> bool:
    """Whether a link or address that stands alone is the agency's: in brackets, a link, or in its domain."""
    return (
        "@" not in text or _is_bracketed(text) or not own.isdisjoint(text.casefold().partition("@")[2].split("."))
    )


def _is_place_and_date(text: str) -> bool:
    """`(Colombo/May08/2023)`."""
    words = [word for word in _SEPARATORS.split(text) if word and kind_of(word) is WordKind.NAME]
    return bool(gazetteer.cities(" ".join(words)))


def _is_label(label: str) -> bool:
    words = _SEPARATORS.sub(" ", label.casefold()).split()
    return bool(words) and all(kind_of(word) in OF_LABELS for word in words)


def _read(text: str, own: frozenset[str], *, stops: bool) -> _Line:
    """The words of the line by what they are; `other` are words of a story."""
    line = _Line()
    beginning = text[:OPENING_LENGTH] if stops and len(text) > OPENING_LENGTH else ""
    if beginning and _has_other(beginning, own):
        line.other += 1
        return line
    parts = [part for part in _SEPARATORS.split(text) if part]
    while parts:
        length = _agency_words(parts, own)
        if length:
            name = " ".join(parts[:length]).casefold()
            line.agencies += 1
            line.own += name in own
        elif not _count(parts[0], line):
            line.other += 1
            if stops:
                return line
        parts = parts[length or 1 :]
    return line


def _has_other(beginning: str, own: frozenset[str]) -> bool:
    """Whether the beginning of a line has a word of a story, as most have; agencies may be written small."""
    words = (word.strip(_EDGES) for word in beginning.split()[:-1])
    return any(
        word.isalpha() and kind_of(word) is WordKind.OTHER and word not in own and not agency_named(word)
        for word in words
    )


def _agency_words(parts: list[str], own: frozenset[str]) -> int:
    for length in range(min(NAME_WORDS_MAX, len(parts)), 0, -1):
        name = " ".join(parts[:length]).strip("'’.")
        if name.casefold() in own or agency_named(name):
            return length
    return 0


def _count(part: str, line: _Line) -> bool:
    """Add the word to what the line has; whether it may be in a line about the copy."""
    match kind_of(part):
        case WordKind.TRADE:
            line.trade += 1
        case WordKind.RIGHTS:
            line.trade += 1
            line.rights += 1
        case WordKind.PLACE:
            line.trade += 1
            line.places += 1
        case WordKind.SMALL:
            line.small += 1
        case WordKind.NUMBER:
            line.numbers += 1
        case WordKind.NAME:
            line.names += 1
        case WordKind.CASELESS:
            line.caseless += 1
        case WordKind.OTHER:
            return False
    return True
