r"""The line with which an agency ends its copy: its name, the initials of who worked on it, a mark of the end.

    hh/ph/ts        burs-js/cd        AAP RTV ar        PTI AB CD        (SDA\/sj)        ==Kyodo        STT-AFP
    (Schluss) am    -0-ab   （完）    // انتهى //    Lusa/fim    د ب أ ع ج/ م ح    (Foto)    === 1432 03.03.22 ===
    ABC/DEF         ABC // DE         END         ab cd         where the copy has named its agency

Each word of such a line is an agency, initials, a desk, a number or a mark of the end: no word of a story.
"""

from __future__ import annotations

import re
import unicodedata
from enum import StrEnum
from typing import NamedTuple

from pipeline.copy.manners import Manner, has_manner
from pipeline.copy.signoffs.sign_off import SignOffRule
from pipeline.copy.stamps import is_of_stamp, is_stamp, without_stamp
from pipeline.copy.trade.words import WordKind, kind_of
from pipeline.language import letters
from pipeline.language.blocks import ANY, words_of_all
from pipeline.language.word_lists import word_lists
from pipeline.values.agencies import Agency, agency_named, begins_agency

END_LINE_LENGTH_MAX = 60
NAME_WORDS_MAX = 4  # of an agency or a mark: `Australian Associated Press`, `fin de nota`
INITIALS_OR_DESK = r"[a-zäöüß]{2,4}"  # of people and desks: `lön`
LOOSE_MAX = 3  # initials without a slash behind an acronym: `SID ab cd`
LOOSE_LENGTH_MAX = 3  # of initials without a slash: `AAP RTV ar`

_AROUND = " -–—*/\\|=()（）[]【】.。+"
_BETWEEN = re.compile(r"[\s/\\()（）\[\]|*=.,–—-]+")


def _words(name: str) -> frozenset[str]:
    """The entries of a list, in any language, folded."""
    return frozenset(map(str.casefold, words_of_all(name)))


_ENDS = _words("ends")
_GOES_ON = _words("goes_on")
_MEDIA = _words("media")
_FUNCTIONS = _words("functions")
_ANSWERS = _words("answers")


class _Kind(StrEnum):
    """What a word of such a line is; the first whose pattern fits, if it is no agency and no mark."""

    AGENCY = ""
    END = " "
    MEDIA = "  "
    INITIALS = rf"[{letters.SMALL}]{{2,4}}|[a-z]\d"
    # Initials too, or a desk.
    CAPITALS = rf"[{letters.CAPITAL}]{{2,3}}|[{letters.CAPITAL}][{letters.SMALL}]{{1,2}}\d{{0,2}}"
    DESK = rf"[{letters.CAPITAL}]{{4,9}}|[A-Z]{{1,3}}\d{{1,2}}"
    ARABIC = rf"[{letters.ARABIC_SCRIPT}]{{1,2}}"
    ARABIC_DESK = rf"[{letters.ARABIC_SCRIPT}]{{3,4}}"
    LETTER = rf"[{letters.CAPITAL}{letters.SMALL}]"  # of `M. N.`
    NUMBER = r"\d[\d:.]{0,9}"


_INITIALS_OF_ANY = frozenset({_Kind.INITIALS, _Kind.CAPITALS, _Kind.ARABIC})
_CODED = frozenset({_Kind.INITIALS, _Kind.CAPITALS, _Kind.DESK, _Kind.NUMBER})
_LOOSE_CAPITALS = frozenset({_Kind.CAPITALS, _Kind.DESK})
_PATTERNS = tuple((kind, re.compile(kind.value)) for kind in _Kind)

_SMALL = rf"(?:[{letters.SMALL}]{{2,4}}|[a-z]\.[a-z]\.?)"
_ARABIC = letters.ARABIC_SCRIPT
_ARABIC_INITIALS = rf"[{_ARABIC}]{{1,4}}(?:[ .][{_ARABIC}]{{1,2}}){{0,2}}"  # AFP, QNA, KUNA: `بور/غ ر/نور`
_SMALL_CAPITALS = (  # AGI: `Rm1/Abc`
    rf"(?:[{letters.CAPITAL}]{{2,4}}|[{letters.CAPITAL}][{letters.SMALL}]{{2}}\d{{0,2}}"
    rf"|[{letters.CAPITAL}][{letters.SMALL}]\d{{1,2}})"
)
_INITIALS = (  # with something between them that no words have
    rf"(?!(?:and/or|und/oder|et/ou|y/o|e/o)$)(?=.*/)/?(?:[A-Z]{{2,5}}[-/])?{_SMALL}(?:[-/]{_SMALL}){{1,8}}/?"
    rf"|/?{_SMALL}/(?: {_SMALL}/)+"  # PAP, ATA: `jk/ ab/`
    rf"|{_SMALL}(?: \\ {_SMALL}){{1,4}}"  # MTI
    rf"|/[{letters.SMALL}]{{2,3}}(?:/(?:[{letters.SMALL}]{{2,3}}|[A-Z]{{2,3}})){{1,5}}/?"  # dpa-AFX: `/ab/DP/cd`
    r"|\d{4}\*\*\d{3,4}"  # IRNA
    rf"|[{_ARABIC}]\. ?[{_ARABIC}](?:\.[{_ARABIC}])?\.?"  # SANA
    rf"|(?!و/أو)(?=.*/)(?=.*\b[{_ARABIC}]{{1,2}}\b){_ARABIC_INITIALS}(?: ?[/-] ?{_ARABIC_INITIALS}){{1,5}}"
)
_WITHOUT_VOWEL = re.compile("[bcdfghjklmnpqrstvwxz]{3,4}")  # hardly a word: brr, tbh
_SLASHED = re.compile(rf"{_INITIALS}|\((?:{_SMALL}(?:/{_SMALL}){{1,5}}/?)\)")
_LETTER = rf"[{letters.CAPITAL}{letters.SMALL}{letters.ARABIC_SCRIPT}]ـ?"
_DOTTED = rf"{_LETTER}\.(?: ?{_LETTER}\.){{0,2}}(?:{_LETTER})?"  # D.H.  д.х  د.هـ
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
    rf"|{_LETTER}(?: {_LETTER}){{1,3}}|/\d{{2,4}}|{_SMALL}-(?:{_SMALL})?"
    rf"|\[(?=[A-Z]*\d)[A-Z\d]{{6,12}}\]|[a-z]{{2,5}}-[a-z]{{3,8}}/{_SMALL}"
)
_ENDS_DOTTED = re.compile(rf"(?:^|[\s/(.=-]){_LETTER}\. ?=*$")  # of `(FENA) M. T.` it ends no sentence
_LEADING_MARK = re.compile(r"^[-#*]{1,3} ?(?:0|30) ?[-#*]{1,3} (?=.*[^\W\d_])")  # PANA: `-0- PANA AB/CD 12May2025`
_HASHTAGS = re.compile(r"#\w{3,30}(?: #\w{3,30}){0,5}")
_PLAIN = "a-zа-я"  # letters with accents are in words: `má nos`
_LOOSE = re.compile(
    rf"[A-ZА-Я{_PLAIN}]?[{_PLAIN}]{{1,2}}(?:(?:;? |;)[A-ZА-Я{_PLAIN}][{_PLAIN}]{{1,2}}){{1,2}}"
    r"|[xyv][a-z]{2,3}(?: [xyv][a-z]{2,3}){1,3}"  # Hina
)
_MONOGRAM = re.compile(r"[A-Z]{2,3}")
_NAMES = re.compile(r"[^\W\d_]\S{1,11}(?: [^\W\d_]\S{1,11}){0,2}")
_BARE_ENDS = frozenset({"end", "ends", "more", "mehr"})  # in small letters no heading
_TELEGRAM_END = "NNNN"
_MARK = re.compile(
    rf"-{{0,4}} ?(?:Ends|ENDS|End|END)(?:/\w{{2,12}}){{1,4}}"
    rf"|[-#*]{{1,3}} ?(?:0|30) ?[-#*]{{1,3}}(?: ?{_SMALL})?"
    rf"|-?{_TELEGRAM_END}-?"
)  # TASS, American desks
_RULED = re.compile(r"(?P<rule>={1,10}|-{3,10}|\*{3,10}) ?(?P<inner>[^=*]{2,40}?) ?(?P=rule)")
_SLUG = re.compile(
    r"Keywords: [^a-z]{3,50}|(?=.*[-(])[A-Z][A-Z0-9 -]{3,40}/[A-Z0-9 -]{0,40}(?: ?\([A-Z0-9 ,]{2,40}\))?"
)
_ORDER = re.compile(r" - \w{4,8}-\d\d-\d{3,6}(?=\)$)")  # (KNA - abcde-89-00123)
_SITE = re.compile(r" ?\(www\.[\w.-]{3,40}\)$")


UNLISTED = Agency("", "", "")  # named by the dateline alone


class EndLine(NamedTuple):
    """What such a line says."""

    agency: Agency | None = None
    ends: bool = False  # by a mark of the end, without an agency

    @property
    def rule(self) -> SignOffRule:
        """The rule under which it is kept."""
        if self.agency:
            return SignOffRule.AGENCY
        return SignOffRule.END_MARK if self.ends else SignOffRule.INITIALS


class _Word(NamedTuple):
    kind: _Kind
    text: str
    agency: Agency | None = None


def end_line(text: str, agency: str | None = None, own: frozenset[str] = frozenset()) -> EndLine | None:
    """What the line says if it is one.

    `agency`: the code of the one that the copy names; `own`: how its dateline writes it, which no table need know.
    """
    text = _LEADING_MARK.sub("", text)
    if own and text.strip(_AROUND).casefold() in own:
        return EndLine(ends=True)
    if len(text) > END_LINE_LENGTH_MAX:
        return None
    dotted = text.endswith((").", "./.")) or _ENDS_DOTTED.search(text)
    if text.endswith((".", "।")) and not dotted:
        return None
    bare = text.strip(_AROUND).casefold()
    if bare in _GOES_ON and (bare != text.casefold() or agency is not None or text in _BARE_ENDS):
        return EndLine(ends=True)
    text = without_stamp(_SITE.sub("", _ORDER.sub("", text)))
    if not text:
        return None
    if ruled := _RULED.fullmatch(text):
        return EndLine(ends=True) if is_stamp(ruled["inner"]) or ruled["inner"].casefold() in _ENDS else None
    if _MARK.fullmatch(text) or (text.endswith(_TELEGRAM_END) and _ends_telegram(text, agency)):
        return EndLine(ends=True)
    if found := _by_words(text, agency is not None, own):
        return found
    if is_choice(text):
        return None
    if _SLASHED.fullmatch(text):
        return EndLine()
    return EndLine() if agency and _in_its_manner(text, agency) else None


def is_choice(text: str) -> bool:
    """Whether it is answers between which somebody chooses: `tak/ nie`, `да/нет`, `yes/no/abstain`."""
    return sum(word in _ANSWERS for word in _BETWEEN.split(text.casefold())) > 1


def _ends_telegram(text: str, agency: str | None) -> bool:
    """Whether a time, initials or nothing is before the mark: `XYZ-BR/ 19-DIC-21 16:02 NNNN`."""
    before = text.removesuffix(_TELEGRAM_END).rstrip()
    return is_stamp(before) or end_line(before, agency) is not None


def _by_words(text: str, named: bool, own: frozenset[str] = frozenset()) -> EndLine | None:
    """What the words of the line say it is; `named`: the copy has named its agency."""
    words = _words_of(_BETWEEN.split(text.strip(_AROUND)), own)
    kinds = {word.kind for word in words}
    agency = next((word.agency for word in words if word.agency), None)
    if agency and _is_signed(text, words):
        unnamed = _Kind.MEDIA in kinds or agency is UNLISTED
        return EndLine(ends=True) if unnamed else EndLine(agency)  # (AP Photo/…) is beside any copy
    if kinds == {_Kind.END} and (named or text in _BARE_ENDS or not text.isascii()):
        return EndLine(ends=True)
    if any(word.kind is _Kind.INITIALS and word.text in _FUNCTIONS for word in words):
        return None  # (end of part one)
    if sum(word.kind is _Kind.DESK for word in words) > 1:
        return None
    if _Kind.END in kinds and (text[0] in _AROUND or "/" in text or (named and _ends_with_initials(words))):
        return EndLine(agency, ends=agency is None)
    if kinds == {_Kind.MEDIA} and (text[0] in _AROUND or (named and text.isupper())):
        return EndLine(ends=True)
    if text.startswith("==") and kinds and kinds <= _INITIALS_OF_ANY:
        return EndLine()
    return None


def _ends_with_initials(words: list[_Word]) -> bool:
    """PA: `ends mf`; INA: `انتهى ..م أ`."""
    first, *rest = words
    if first.kind is not _Kind.END or not rest:
        return False
    if all(word.kind is _Kind.ARABIC for word in rest):
        return len(rest) <= LOOSE_MAX
    return [word.kind for word in rest] == [_Kind.INITIALS] and rest[0].text not in _FUNCTIONS


def _in_its_manner(text: str, agency: str) -> bool:
    """Whether the agency signs so; what it does not sign so may be a heading or a line of words."""
    text = text.strip("= ")
    if _SLUG.fullmatch(text):
        return True
    if has_manner(agency, Manner.ROLES):
        return False
    if has_manner(agency, Manner.LOOSE) and _LOOSE.fullmatch(text):
        words = text.casefold().split()
        return 2 * sum(word in _FUNCTIONS for word in words) <= len(words)
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
    kinds = [word.kind for word in _words_of(parts)]
    if not kinds or not _CODED.issuperset(kinds) or not _FUNCTIONS.isdisjoint(parts):
        return False
    return _Kind.INITIALS in kinds and ("/" in text or len(kinds) == 1)


def _words_of(parts: list[str], own: frozenset[str] = frozenset()) -> list[_Word]:
    """What each word of the line is; empty if one is none of these."""
    words: list[_Word] = []
    while parts:
        length, word = _next_word(parts, own)
        if word is None:
            return []
        words.append(word)
        parts = parts[length:]
    return words


def _next_word(parts: list[str], own: frozenset[str]) -> tuple[int, _Word | None]:
    """The name, the mark or the word that the parts begin with, and how many of them it takes."""
    begins = begins_agency(parts[0])
    for length in range(min(NAME_WORDS_MAX, len(parts)), 0, -1):
        name = " ".join(parts[:length])
        if name.casefold() in own and not agency_named(name):
            return length, _Word(_Kind.AGENCY, name, UNLISTED)
        if begins and (agency := agency_named(name)):
            return length, _Word(_Kind.AGENCY, name, agency)
        if name.casefold() in _ENDS:
            return length, _Word(_Kind.END, name)
        if name.casefold() in _MEDIA:
            return length, _Word(_Kind.MEDIA, name)
    kind = next((kind for kind, pattern in _PATTERNS if pattern.fullmatch(parts[0])), None)
    return 1, _Word(kind, parts[0]) if kind else None


def _is_score(kinds: list[_Kind]) -> bool:
    """Whether words are between two numbers: `AAP 4, INC 2`."""
    numbers = [index for index, kind in enumerate(kinds) if kind is _Kind.NUMBER]
    return bool(numbers) and numbers[-1] - numbers[0] >= len(numbers)


def _is_signed(text: str, words: list[_Word]) -> bool:
    """Whether agencies sign so: alone, before a desk and initials, or after initials and a slash or in brackets."""
    kinds = [word.kind for word in words]
    enclosed = text[0] in _AROUND
    if kinds[0] is not _Kind.AGENCY:
        bracketed = text.endswith(")") and set(kinds[:-1]) == {_Kind.INITIALS}  # `mad nbr (ČTK)`
        return kinds[-1] is _Kind.AGENCY and ("/" in text or enclosed or bracketed)
    acronym = words[0].text.isupper()
    if kinds.count(_Kind.DESK) > 1 or (_LOOSE_CAPITALS.intersection(kinds) and not (acronym or enclosed)):
        return False
    if (_Kind.LETTER in kinds and not enclosed) or _is_score(kinds):
        return False
    if "/" in text or words[0].text.islower():  # dpa and epd are written small, and use no slashes
        return True
    loose = [word.text for word in words if word.kind in {_Kind.INITIALS, _Kind.ARABIC_DESK}]
    if len(loose) > (LOOSE_MAX if acronym or enclosed else 1):
        return False
    agency = words[0].agency
    if agency and has_manner(agency.code, Manner.LOOSE):  # Hina: `(Hina) xab yimc`
        return not _FUNCTIONS.issuperset(loose) or not loose
    if any(len(word) > LOOSE_LENGTH_MAX for word in loose):
        return False
    return _FUNCTIONS.isdisjoint(loose)
