"""Datelines of Chinese, Japanese, Korean and Arabic copy in forms of their own.

    新华社北京11月28日电（记者李明）    （中央社記者林小美台北28日電）        路透社东京28日电 -
    【ロンドン共同＝山田太郎】        （東京28日時事）        ［東京　２８日　ロイター］ -        【11月28日 AFP】
    (서울=연합뉴스) 김철수 기자 =        [도쿄=뉴시스]        (도쿄 AFP=연합뉴스)
    دمشق-سانا        صنعاء - سبأ:        أنقرة/ الأناضول        رام الله 3-3-2022 وفا-
    （仙台時事）        ایسنا/سمنان        بريدة 12 يناير 2022 م واس
    الرياض 30 رجب 1443 هـ الموافق 03 مارس 2022 م واس

Each form names an agency of the table; without one it is no dateline.  In Arabic, where nothing may enclose it, the
place has to be known too, or a date be with it.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from pipeline.copy.datelines.surroundings import Surroundings
from pipeline.copy.places.locations import Location, locate
from pipeline.values.agencies import agency_named, names_beyond_latin

EAST_LENGTH_MAX = 80
_HAN = "一-鿿"
_ARABIC = "ء-يپچژکگی"  # and Persian
_FIRST_ARABIC = re.compile(f"[{_ARABIC}]")
_PLACE = rf"[{_HAN}ぁ-ヿー·・、/／]"
_OPEN, _CLOSE = "[(（\\[［【]", "[)）\\]］】]"


def _agencies(letters: str, *others: str) -> str:
    """A pattern for the names that a script has for agencies; the longest first."""
    found = {name for name in names_beyond_latin() if re.match(rf"[{letters}]", name)}
    return "|".join(sorted(map(re.escape, {*found, *others}), key=len, reverse=True))


_EASTERN = _agencies(f"{_HAN}ぁ-ヿ가-힣", "AFP", "AP", "dpa", "UPI")
_WHO = rf"(?P<who>{_EASTERN})(?:通信社?|通訊社)?"
_DATE = r"(?P<date>(?:(?:\d{4}年)?\d{1,2}月)?\d{1,2}日)"
_REPORTERS = rf" ?[（(](?:记者|記者)[:： ]?(?P<names>[{_HAN}、， ]{{2,24}})[）)]"
_FORMS = tuple(
    re.compile(form)
    for form in (
        # 新华社北京11月28日电（记者李明）
        rf"据?{_WHO}(?![记記]者)(?P<where>[{_HAN}·]{{0,12}}?){_DATE}"
        rf"(?:[综綜]合|[专專]|外)?[电電讯訊](?![话話视視台力])(?:{_REPORTERS})?[ 　：:—-]*",
        # 路透东京11月28日 -
        rf"{_WHO}(?P<where>[{_HAN}·]{{2,12}}?){_DATE} ?[-－—–] ?",
        # （中央社記者林小美台北28日電）: in Taiwan a name has three characters
        rf"[（(]{_WHO}(?:[記记]者(?P<names>[{_HAN}]{{3}}(?:、[{_HAN}]{{3}}){{0,3}}))?(?P<where>[{_HAN}·]{{2,12}}?){_DATE}"
        r"(?:[综綜]合)?[专專]?外?[电電](?:[报報][导導])?[）)] ?",
        # 【ロンドン共同＝山田太郎】, 【北京=共同】
        rf"【(?P<where>{_PLACE}{{1,16}}?)[＝=]?{_WHO}(?:[＝=](?P<names>[^】]{{2,12}}))?】[ 　]?",
        # （東京28日時事）, or a known place alone: （仙台時事）
        rf"[（(](?P<where>{_PLACE}{{1,16}}?)(?:{_DATE}|(?P<bare>)){_WHO}[）)][ 　]?",
        # ［東京　２８日　ロイター］ -
        rf"[［\[](?P<where>{_PLACE}{{1,16}}?)[ 　]{{0,2}}{_DATE}[ 　]{{0,2}}{_WHO}[］\]][ 　]{{0,2}}[-－—–]?[ 　]?",
        # 【11月28日 AFP】
        rf"【(?P<where>){_DATE}[ 　]?{_WHO}(?:[＝=]時事)?】[ 　]?",
        # (서울=연합뉴스) 김철수 기자 =
        rf"{_OPEN}(?P<where>[가-힣·]{{1,12}})(?: (?P<first>[A-Za-z]{{2,8}}|{_EASTERN}))?[=＝]{_WHO}{_CLOSE} ?"
        r"(?:(?P<names>[가-힣]{2,4}(?:[·, ]{1,2}[가-힣]{2,4}){0,4}) (?:특파원|기자) ?=? ?)?",
    )
)
_ARABIC_WHERE = rf"(?P<where>[{_ARABIC}]{{2,12}}(?: [{_ARABIC}]{{2,12}}){{0,2}}?)"
_ARABIC_WHO = rf"(?P<who>{_agencies('ء-ي')})"
_ARABIC_FORMS = tuple(
    re.compile(form)
    for form in (
        rf"{_ARABIC_WHERE} ?[-–/] ?\(?{_ARABIC_WHO}\)? ?[-–:/]{{1,2}} ?",
        rf"{_ARABIC_WHERE}(?:[-–]| ?/ ?){_ARABIC_WHO} ",  # Saba and others are words too: `صنعاء - سبأ مدينة`
        rf"{_ARABIC_WHERE} (?P<date>\d{{1,2}}-\d{{1,2}}-\d{{4}}) {_ARABIC_WHO} ?[-–:] ?",
        rf"{_ARABIC_WHERE} (?P<date>\d{{1,2}} [ء-ي]{{3,8}} \d{{4}} ?م) {_ARABIC_WHO} (?:[-–:] )?",
        rf"{_ARABIC_WHERE} (?P<date>\d{{1,2}} [ء-ي ]{{3,14}} \d{{4}} ?هـ الموافق \d{{1,2}} [ء-ي]{{3,8}} \d{{4}} ?م)"
        rf" {_ARABIC_WHO} (?:[-–:] )?",
    )
)
_AGENCY_FIRST = re.compile(rf"{_ARABIC_WHO}/")  # ISNA: `ایسنا/سمنان برف`
PLACE_WORDS_MAX = 3
_BLANK = re.compile(" ")
_KINDS = "市県府都区町村"  # of places, behind their names
_BETWEEN_NAMES = re.compile(r"[、，·, ]+")


class FoundEast(NamedTuple):
    """What such a dateline says, and where the copy goes on."""

    place: Location | None
    date: str | None
    agency: str
    names: tuple[str, ...]  # who filed it
    end: int


def find_east(text: str, around: Surroundings) -> FoundEast | None:
    """The dateline that `text` begins with."""
    head = text[:EAST_LENGTH_MAX]
    if _is_arabic(text):
        return _find_arabic(head, len(text), around)
    for form in _FORMS:
        if (found := form.match(head)) and found.end() < len(text):
            named = found.groupdict()
            if named.get("bare") is not None and not _is_place(named["where"], around):
                continue
            agency = agency_named(named.get("first") or "") or agency_named(named["who"])
            where = named["where"].strip("、 ")
            names = tuple(name for name in _BETWEEN_NAMES.split(named.get("names") or "") if name)
            return FoundEast(
                locate(where) if where else None,
                named.get("date"),
                agency.code if agency else named["who"],
                names,
                found.end(),
            )
    return None


def _is_place(where: str, around: Surroundings) -> bool:
    """Whether it is known, or the copy has it as a town or a prefecture: `仙台市`."""
    place = locate(where)
    return (place is not None and place.known) or any(
        f"{where}{kind}" in text for text in around.texts for kind in _KINDS
    )


def _find_arabic(head: str, length: int, around: Surroundings) -> FoundEast | None:
    if found := _AGENCY_FIRST.match(head):
        return _place_behind(found, head)
    for form in _ARABIC_FORMS:
        if (found := form.match(head)) and found.end() < length:
            place, agency = locate(found["where"]), agency_named(found["who"])
            date = found.groupdict().get("date")
            if (
                place
                and agency
                and (place.known or date or agency == around.agency or around.names(found["where"]))
            ):
                return FoundEast(place, date, agency.code, (), found.end())
    return None


def _place_behind(found: re.Match[str], head: str) -> FoundEast | None:
    """The longest known place behind the agency: nothing ends it but the copy."""
    agency = agency_named(found["who"])
    for words in range(PLACE_WORDS_MAX, 0, -1):
        ends = [blank.start() for blank in _BLANK.finditer(head, found.end())][:words]
        if agency and len(ends) == words:
            place = locate(head[found.end() : ends[-1]])
            if place and place.known:
                return FoundEast(place, None, agency.code, (), ends[-1] + 1)
    return None


def _is_arabic(text: str) -> bool:
    return bool(_FIRST_ARABIC.match(text))


def may_be_east(text: str) -> bool:
    """Whether a first character is one that such a dateline may begin with: most copy is not looked at further."""
    return text[:1] > "⺀" or _is_arabic(text) or (text[:1] in "([" and not text[1:4].isascii())
