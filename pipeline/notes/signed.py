"""Tags with nothing beside them but who signs: `KILL -- AP`, `embargo/ab`, `AP-EMBARGOED 1800 GMT`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache
from typing import NamedTuple

from pipeline.notes.fold import WORD, fold
from pipeline.notes.phrases import Act
from pipeline.notes.rules import STRICTEST
from pipeline.notes.tag_words import act_of_tag, tags
from pipeline.values.agencies import agency_named, agency_names

SIGNED_LENGTH_MAX = 60
RATINGS = frozenset({"buy", "sell"})  # beside `hold` it is advice on a share: `HOLD/BUY`
CAPITALS_MAX = 3  # of initials behind two dashes
_JOINTS = re.compile(r"[/|()\[\]<>*–—]+|--+|\s-|-\s")
_LOOSE_JOINTS = re.compile(r"[\s.,:-]+")
_EDGES = " .,:;-"
_SIGNING = re.compile(r"[/(]|--")  # what initials are beside
_INITIALS = re.compile(r"[^\W\d_]{2,4}")
_INITIALS_BEHIND = re.compile(r"(?: [^\W\d_]{2,3}){1,3}\Z")


class SignedTag(NamedTuple):
    """What a line says, and its tag, with a time if it is one of an embargo."""

    act: Act
    tag: str


def may_be_signed(line: str, folded: list[str]) -> bool:
    """Whether a line of these words has one of a tag, and one of an agency or a mark of initials: a cheap test."""
    if len(line) > SIGNED_LENGTH_MAX or _words_of_tags().isdisjoint(folded):
        return False
    return _SIGNING.search(line) is not None or not _words_of_agencies().isdisjoint(folded)


def has_word_of_tag(line: str) -> bool:
    """Whether a word of a short line is a kill, a hold or an embargo by itself: `kill`, `Sperrfrist`."""
    if len(line) > SIGNED_LENGTH_MAX:
        return False
    return any(tags().get(word) in STRICTEST for word in WORD.findall(fold(line)))


def signed_tag(line: str) -> SignedTag | None:
    """The tag of a line that has nothing else but who signs it; None of nearly all lines.

    An agency may be beside the tag without a mark, initials may not, for `KILL BILL/AP` is a film.
    In doubt it waits: a kill is one only in capitals beside the name of an agency.
    """
    if len(line) > SIGNED_LENGTH_MAX or not may_be_signed(line, WORD.findall(fold(line))):
        return None
    found = (_without_initials(part) for each in _JOINTS.split(line) if (part := each.strip(_EDGES)))
    parts = [*dict.fromkeys(found)]  # `KILL -- AP -- KILL`
    for number, part in enumerate(parts):
        others = parts[:number] + parts[number + 1 :]
        if not all(_signs(other, line) for other in others):
            continue
        if others and (act := _act_of(part, surely=any(map(_is_agency, others)))):
            return SignedTag(act, part)
        for tag, is_joined in _beside_agency(part):
            act = _act_of(tag, surely=True)
            if act and (is_joined or act is Act.EMBARGO or not tag.istitle()):  # `ANA Holding` is a name
                return SignedTag(act, tag)
    return None


def _act_of(tag: str, *, surely: bool) -> Act | None:
    """The kill, hold, embargo or private marker that a tag is."""
    act, capitals = act_of_tag(tag), tag.isupper()
    if act is Act.KILL and not (surely and capitals):
        return Act.HOLD
    return act if act in STRICTEST or (act is Act.PRIVATE and (capitals or " " in tag)) else None


def _signs(part: str, line: str) -> bool:
    """Whether a part is an agency, or initials: `HOLD - GOLD` is a headline.

    Initials are beside a slash, small ones in brackets, and up to three capitals behind two dashes.
    """
    small, capitals = part.islower(), part.isupper()
    marked = "/" in line or (small and "(" in line) or (capitals and len(part) <= CAPITALS_MAX and "--" in line)
    if marked and (small or capitals) and _INITIALS.fullmatch(part):
        return part.casefold() not in RATINGS
    return _is_agency(part) or (small and _is_agency(part.upper()))


def _is_agency(name: str) -> bool:
    """Whether an agency has that name, or has it in small letters: `LUSA`."""
    return bool(agency_named(name) or (name.isupper() and agency_named(name.capitalize())))


def _without_initials(part: str) -> str:
    """The part without the initials behind an agency that is written small: `dpa ab cd`, `dpa hold ab`."""
    agency = part.partition(" ")[0]
    return _INITIALS_BEHIND.sub("", part) if agency.islower() and agency_named(agency) else part


def _beside_agency(part: str) -> Iterator[tuple[str, bool]]:
    """What is left of a part without an agency at one of its ends, and whether a mark joins them."""
    for joint in _LOOSE_JOINTS.finditer(part):
        before, behind = part[: joint.start()], part[joint.end() :]
        if _is_agency(before):
            yield behind, not joint[0].isspace()
        if _is_agency(behind):
            yield before, not joint[0].isspace()


@cache
def _words_of_tags() -> frozenset[str]:
    return _longest_words(tag for tag, act in tags().items() if act is not Act.CORRECTION)


@cache
def _words_of_agencies() -> frozenset[str]:
    return _longest_words(map(fold, agency_names()))


def _longest_words(names: Iterable[str]) -> frozenset[str]:
    """The longest word of each name: the others are in all kinds of lines."""
    return frozenset(max(words, key=len) for name in names if (words := WORD.findall(name)))
