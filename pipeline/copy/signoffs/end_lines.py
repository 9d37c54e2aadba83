r"""The line with which an agency ends its copy: its name, the initials of who worked on it, a mark of the end.

    hh/ph/ts        burs-js/cd        AAP RTV ar        PTI AB CD        (SDA\/sj)        ==Kyodo        STT-AFP
    (Schluss) am    -0-ab   （完）    // انتهى //    Lusa/fim    د ب أ ع ج/ م ح    (Foto)    === 1432 03.03.22 ===
    ABC/DEF         ABC // DE         END         ab cd         where the copy has named its agency

Each word of such a line is an agency, initials, a desk, a number or a mark of the end: no word of a story.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from pipeline.copy.manners import Manner, has_manner
from pipeline.copy.signoffs.end_manners import is_in_manner
from pipeline.copy.signoffs.end_words import (
    ARABIC,
    ENDS,
    LETTER,
    SMALL_INITIALS,
    UNLISTED,
    Kind,
    Word,
    end_words,
    folded_words,
)
from pipeline.copy.signoffs.sign_off import SignOffRule
from pipeline.copy.stamps import is_stamp, without_stamp
from pipeline.language import letters
from pipeline.language.blocks import FUNCTION_WORDS
from pipeline.values.agencies import Agency

END_LINE_LENGTH_MAX = 60
INITIALS_OR_DESK = r"[a-zäöüß]{2,4}"  # of people and desks: `lön`
LOOSE_MAX = 3  # initials without a slash behind an acronym: `SID ab cd`
LOOSE_LENGTH_MAX = 3  # of initials without a slash: `AAP RTV ar`

_AROUND = " -–—*/\\|=()（）[]【】.。+"
_BETWEEN = re.compile(r"[\s/\\()（）\[\]|*=.,–—-]+")
_GOES_ON = folded_words("goes_on")
_ANSWERS = folded_words("answers")
_INITIALS_OF_ANY = frozenset({Kind.INITIALS, Kind.CAPITALS, Kind.ARABIC})
_LOOSE_CAPITALS = frozenset({Kind.CAPITALS, Kind.DESK})
_ARABIC_INITIALS = rf"[{ARABIC}]{{1,4}}(?:[ .][{ARABIC}]{{1,2}}){{0,2}}"  # AFP, QNA, KUNA: `بور/غ ر/نور`
_INITIALS = (  # with something between them that no words have
    rf"(?!(?:and/or|und/oder|et/ou|y/o|e/o)$)(?=.*/)/?(?:[A-Z]{{2,5}}[-/])?{SMALL_INITIALS}(?:[-/]{SMALL_INITIALS}){{1,8}}/?"
    rf"|/?{SMALL_INITIALS}/(?: {SMALL_INITIALS}/)+"  # PAP, ATA: `jk/ ab/`
    rf"|{SMALL_INITIALS}(?: \\ {SMALL_INITIALS}){{1,4}}"  # MTI
    rf"|/[{letters.SMALL}]{{2,3}}(?:/(?:[{letters.SMALL}]{{2,3}}|[A-Z]{{2,3}})){{1,5}}/?"  # dpa-AFX: `/ab/DP/cd`
    r"|\d{4}\*\*\d{3,4}"  # IRNA
    rf"|[{ARABIC}]\. ?[{ARABIC}](?:\.[{ARABIC}])?\.?"  # SANA
    rf"|(?!و/أو)(?=.*/)(?=.*\b[{ARABIC}]{{1,2}}\b){_ARABIC_INITIALS}(?: ?[/-] ?{_ARABIC_INITIALS}){{1,5}}"
)
_SLASHED = re.compile(rf"{_INITIALS}|\((?:{SMALL_INITIALS}(?:/{SMALL_INITIALS}){{1,5}}/?)\)")
_ENDS_DOTTED = re.compile(rf"(?:^|[\s/(.=-]){LETTER}\. ?=*$")  # of `(FENA) M. T.` it ends no sentence
_LEADING_MARK = re.compile(r"^[-#*]{1,3} ?(?:0|30) ?[-#*]{1,3} (?=.*[^\W\d_])")  # PANA: `-0- PANA AB/CD 12May2025`
_BARE_ENDS = frozenset({"end", "ends", "more", "mehr"})  # in small letters no heading
_TELEGRAM_END = "NNNN"
_MARK = re.compile(
    rf"-{{0,4}} ?(?:Ends|ENDS|End|END)(?:/\w{{2,12}}){{1,4}}"
    rf"|[-#*]{{1,3}} ?(?:0|30) ?[-#*]{{1,3}}(?: ?{SMALL_INITIALS})?"
    rf"|-?{_TELEGRAM_END}-?"
)  # TASS, American desks
_RULED = re.compile(r"(?P<rule>={1,10}|-{3,10}|\*{3,10}) ?(?P<inner>[^=*]{2,40}?) ?(?P=rule)")
_ORDER = re.compile(r" - \w{4,8}-\d\d-\d{3,6}(?=\)$)")  # (KNA - abcde-89-00123)
_SITE = re.compile(r" ?\(www\.[\w.-]{3,40}\)$")


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
        return EndLine(ends=True) if is_stamp(ruled["inner"]) or ruled["inner"].casefold() in ENDS else None
    if _MARK.fullmatch(text) or (text.endswith(_TELEGRAM_END) and _ends_telegram(text, agency)):
        return EndLine(ends=True)
    if found := _by_words(text, agency is not None, own):
        return found
    if is_choice(text):
        return None
    if _SLASHED.fullmatch(text):
        return EndLine()
    return EndLine() if agency and is_in_manner(text, agency) else None


def is_choice(text: str) -> bool:
    """Whether it is answers between which somebody chooses: `tak/ nie`, `да/нет`, `yes/no/abstain`."""
    return sum(word in _ANSWERS for word in _BETWEEN.split(text.casefold())) > 1


def _ends_telegram(text: str, agency: str | None) -> bool:
    """Whether a time, initials or nothing is before the mark: `XYZ-BR/ 19-DIC-21 16:02 NNNN`."""
    before = text.removesuffix(_TELEGRAM_END).rstrip()
    return is_stamp(before) or end_line(before, agency) is not None


def _by_words(text: str, named: bool, own: frozenset[str] = frozenset()) -> EndLine | None:
    """What the words of the line say it is; `named`: the copy has named its agency."""
    words = end_words(_BETWEEN.split(text.strip(_AROUND)), own)
    kinds = {word.kind for word in words}
    agency = next((word.agency for word in words if word.agency), None)
    if agency and _is_signed(text, words):
        unnamed = Kind.MEDIA in kinds or agency is UNLISTED
        return EndLine(ends=True) if unnamed else EndLine(agency)  # (AP Photo/…) is beside any copy
    if kinds == {Kind.END} and (named or text in _BARE_ENDS or not text.isascii()):
        return EndLine(ends=True)
    if any(word.kind is Kind.INITIALS and word.text in FUNCTION_WORDS for word in words):
        return None  # (end of part one)
    if sum(word.kind is Kind.DESK for word in words) > 1:
        return None
    if Kind.END in kinds and (text[0] in _AROUND or "/" in text or (named and _ends_with_initials(words))):
        return EndLine(agency, ends=agency is None)
    if kinds == {Kind.MEDIA} and (text[0] in _AROUND or (named and text.isupper())):
        return EndLine(ends=True)
    if text.startswith("==") and kinds and kinds <= _INITIALS_OF_ANY:
        return EndLine()
    return None


def _ends_with_initials(words: list[Word]) -> bool:
    """PA: `ends mf`; INA: `انتهى ..م أ`."""
    first, *rest = words
    if first.kind is not Kind.END or not rest:
        return False
    if all(word.kind is Kind.ARABIC for word in rest):
        return len(rest) <= LOOSE_MAX
    return [word.kind for word in rest] == [Kind.INITIALS] and rest[0].text not in FUNCTION_WORDS


def _is_signed(text: str, words: list[Word]) -> bool:
    """Whether agencies sign so: alone, before a desk and initials, or after initials and a slash or in brackets."""
    kinds = [word.kind for word in words]
    enclosed = text[0] in _AROUND
    if kinds[0] is not Kind.AGENCY:
        bracketed = text.endswith(")") and set(kinds[:-1]) == {Kind.INITIALS}  # `mad nbr (ČTK)`
        return kinds[-1] is Kind.AGENCY and ("/" in text or enclosed or bracketed)
    acronym = words[0].text.isupper()
    if kinds.count(Kind.DESK) > 1 or (_LOOSE_CAPITALS.intersection(kinds) and not (acronym or enclosed)):
        return False
    if (Kind.LETTER in kinds and not enclosed) or _is_score(kinds):
        return False
    if "/" in text or words[0].text.islower():  # dpa and epd are written small, and use no slashes
        return True
    loose = [word.text for word in words if word.kind in {Kind.INITIALS, Kind.ARABIC_DESK}]
    if len(loose) > (LOOSE_MAX if acronym or enclosed else 1):
        return False
    agency = words[0].agency
    if agency and has_manner(agency.code, Manner.LOOSE):  # Hina: `(Hina) xab yimc`
        return not FUNCTION_WORDS.issuperset(loose) or not loose
    if any(len(word) > LOOSE_LENGTH_MAX for word in loose):
        return False
    return FUNCTION_WORDS.isdisjoint(loose)


def _is_score(kinds: list[Kind]) -> bool:
    """Whether words are between two numbers: `AAP 4, INC 2`."""
    numbers = [index for index, kind in enumerate(kinds) if kind is Kind.NUMBER]
    return bool(numbers) and numbers[-1] - numbers[0] >= len(numbers)
