"""End lines that some agencies alone write: they count in copy that has named its agency."""

from __future__ import annotations

import re
import unicodedata

from pipeline.copy.manners import Manner, has_manner
from pipeline.copy.signoffs.end_words import LETTER, SMALL_INITIALS, Kind, end_words
from pipeline.copy.stamps import is_of_stamp
from pipeline.copy.trade.words import WordKind, kind_of
from pipeline.language import letters
from pipeline.language.blocks import ANY, FUNCTION_WORDS
from pipeline.language.word_lists import word_lists
from pipeline.values.agencies import agency_named

_CODED = frozenset({Kind.INITIALS, Kind.CAPITALS, Kind.DESK, Kind.NUMBER})
_SMALL_CAPITALS = (  # AGI: `Rm1/Abc`
    rf"(?:[{letters.CAPITAL}]{{2,4}}|[{letters.CAPITAL}][{letters.SMALL}]{{2}}\d{{0,2}}"
    rf"|[{letters.CAPITAL}][{letters.CAPITAL}{letters.SMALL}]\d{{1,2}})"
)
_WITHOUT_VOWEL = re.compile("[bcdfghjklmnpqrstvwxz]{3,4}")  # hardly a word: brr, tbh
_DOTTED = rf"{LETTER}\.(?: ?{LETTER}\.){{0,2}}(?:{LETTER})?"  # D.H.  д.х  د.هـ
_CAPITALS_SLASHED = re.compile(
    rf"/?{_SMALL_CAPITALS}(?: ?(?://?|-) ?{_SMALL_CAPITALS}){{1,4}}/?|/{_SMALL_CAPITALS}/"
    rf"|{_SMALL_CAPITALS}(?: \({_SMALL_CAPITALS}(?:/{_SMALL_CAPITALS}){{0,3}}\))? // {_SMALL_CAPITALS}"
    rf"|\([{letters.CAPITAL}]{{1,3}}(?:-[{letters.CAPITAL}]{{1,3}}){{1,4}}\)"  # İHA
    rf"|[A-Z]{{1,3}}\d{{0,2}}-[A-Z]{{2,4}}(?:/[A-Z]{{2,4}})?"  # ANSA: `XK4-ABC`
    rf"|{_DOTTED}(?: ?[/-]{{1,2}} ?{_DOTTED}){{0,4}}|- ?{_DOTTED} ?-"
    rf"|{_SMALL_CAPITALS}[—–]{{1,2}}[A-Z]{{2,4}}|\*{{1,3}} ?[A-Z]{{2,4}}"  # MAP, Notimex
    rf"|[(\[]{_SMALL_CAPITALS}(?:[,;/] ?(?:{_SMALL_CAPITALS}|[a-z]{{1,2}})){{1,4}}[)\]]"  # Belga: `(ABC, nl, b)`
    rf"|\([{letters.CAPITAL}][{letters.SMALL}]{{1,2}}\)|\([A-Z]{{2,4}}\)"
    r"|(?![12۱۲])\d{4}/\d{4}"  # IRNA; years are a season
    rf"|{LETTER}(?: {LETTER}){{1,3}}|/\d{{2,4}}|{SMALL_INITIALS}-(?:{SMALL_INITIALS})?"
    rf"|\[(?=[A-Z]*\d)[A-Z\d]{{6,12}}\]|[a-z]{{2,5}}-[a-z]{{3,8}}/{SMALL_INITIALS}"
)
_HASHTAGS = re.compile(r"#\w{3,30}(?: #\w{3,30}){0,5}")
_PLAIN = "a-zа-я"  # letters with accents are in words: `má nos`
_LOOSE = re.compile(
    rf"[A-ZА-Я{_PLAIN}]?[{_PLAIN}]{{1,2}}(?:(?:;? |;)[A-ZА-Я{_PLAIN}][{_PLAIN}]{{1,2}}){{1,2}}"
    r"|[xyv][a-z]{2,3}(?: [xyv][a-z]{2,3}){1,3}"  # Hina
)
_MONOGRAM = re.compile(r"[A-Z]{2,3}")
_NAMES = re.compile(r"[^\W\d_]\S{1,11}(?: [^\W\d_]\S{1,11}){0,2}")
_SLUG = re.compile(
    r"Keywords: [^a-z]{3,50}|(?=.*[-(])[A-Z][A-Z0-9 -]{3,40}/[A-Z0-9 -]{0,40}(?: ?\([A-Z0-9 ,]{2,40}\))?"
)


def is_in_manner(text: str, agency: str) -> bool:
    """Whether the agency signs so; what it does not sign so may be a heading or a line of words."""
    text = text.strip("= ")
    if _SLUG.fullmatch(text):
        return True
    if has_manner(agency, Manner.ROLES):
        return False
    if has_manner(agency, Manner.LOOSE) and _LOOSE.fullmatch(text):
        words = text.casefold().split()
        return 2 * sum(word in FUNCTION_WORDS for word in words) <= len(words)
    if has_manner(agency, Manner.NAMES) and not text.isascii():
        first, _, names = text.partition(" ")
        return (
            agency_named(first) is not None
            and first[-1].isalnum() | (unicodedata.category(first[-1])[0] == "M")
            and bool(_NAMES.fullmatch(names))
            and all(kind_of(name) is not WordKind.SMALL for name in names.split())
        )
    return (
        bool(_CAPITALS_SLASHED.fullmatch(text))
        or _is_coded(text)
        or _is_monogram(text)
        or bool(_HASHTAGS.fullmatch(text))
        or (_WITHOUT_VOWEL.fullmatch(text) is not None and not is_of_stamp(text))
    )


def _is_monogram(text: str) -> bool:
    """Whether it is the initials of one person, in capitals, and no name that is written so: `USA`."""
    return _MONOGRAM.fullmatch(text) is not None and text.casefold() not in word_lists(ANY).acronyms


def _is_coded(text: str) -> bool:
    """Whether it is initials behind a desk or a number of it (`EST NG01 ab/cd`), or the initials of one person."""
    parts = text.replace("/", " ").split()
    kinds = [word.kind for word in end_words(parts)]
    if not kinds or not _CODED.issuperset(kinds) or not FUNCTION_WORDS.isdisjoint(parts):
        return False
    return Kind.INITIALS in kinds and ("/" in text or len(kinds) == 1)
