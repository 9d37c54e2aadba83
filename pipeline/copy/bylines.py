"""Bylines, and names that sign: `By A and B`, `Von A, dpa`, `Jana Nová jno`."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from pipeline.copy.names import each_name, ends_with_job, is_person, people
from pipeline.copy.places import gazetteer
from pipeline.copy.trade.words import phrase_length
from pipeline.language import UND, Language
from pipeline.language.blocks import ANY, words_by_language, words_of_all
from pipeline.values.agencies import Agency, agency_named, agency_of

BYLINE_LENGTH_MAX = 160
SIGNATURE_NAMES_MAX = 3
REMEMBERED_MAX = 4_096  # of what fields have as bylines, which come again: 4 MB at most

# The words that a byline begins with.  One that is common in headlines of other languages needs an item in its own.
_BYLINES = words_by_language("bylines")
_BYLINE_WORDS = words_of_all("bylines")
_SMALL_BY = re.compile(r"^(?:by|von|por|par|di|door|af|av) (?=[A-Z]\w+ [A-Z])")  # not `von Trapp`
_AGENCY_BEHIND = re.compile(  # `Nils Ekman/TT`, `Karen Holst /ritzau/`, `Ana Ruiz (AFP)`, `Ana Ruiz | Reuters`
    r"(?P<names>[^/()|]{3,120}?)(?: ?[/(] ?| [|–-] |-(?=[A-Z]{2,6}$))(?P<agency>[^/()|]{2,40})[/)]?"
)
_BETWEEN_NAMES = re.compile(r" ?[/|] ?| ?[-–—] |, ")
_INITIALS_BEHIND = re.compile(r" [a-z]{2,4}(?:/[a-z]{2,4})?(?: \([^()]{2,12}\))?$")
_AFTER_NAMES = re.compile(r",| \| | [-–—] | (?:in|for|of|aus|en|at|from) (?=[A-Z])")


class Byline(NamedTuple):
    """A byline: names and agency."""

    names: tuple[str, ...]
    agency: Agency | None = None


def byline(text: str, language: Language) -> Byline | None:
    """The byline that the whole paragraph is: `By` and names, or names and an agency."""
    if len(text) > BYLINE_LENGTH_MAX or (text.endswith((".", "!", "?", ":")) and not text.endswith("Jr.")):
        return None
    if whole := agency_named(text):  # AP: on the line below the name
        return Byline((), whole)
    word, _, rest = text.partition(" ")
    if word in _BYLINE_WORDS:
        expected = not language.known or word in _BYLINES[ANY] | _BYLINES.get(language.primary, frozenset())
        return _names(rest) if expected else None
    before, comma, behind = text.rpartition(",")
    found = agency_of(behind.strip()) if comma else None
    names = people(before) if found else ()
    return Byline(names, found) if names and all(map(is_person, each_name(before))) else None


def byline_of_holder(text: str, rights: str) -> Byline | None:
    """Names and the paper that has the rights in the copy: `Ana Ruiz, Lomsk Post`, and below it `© Lomsk Post`."""
    before, comma, behind = text.rpartition(", ")
    if not comma or len(text) > BYLINE_LENGTH_MAX or not is_person(behind) or behind not in rights:
        return None
    names = people(before)
    return Byline(names) if names and all(map(is_person, each_name(before))) else None


def without_by(text: str) -> str:
    """What follows the word that a byline begins with (`By our correspondents`), else the text."""
    word, _, rest = text.partition(" ")
    return rest.strip() if rest and word in _BYLINE_WORDS else text


@lru_cache(REMEMBERED_MAX)
def byline_field(text: str, language: Language) -> Byline | None:
    """The byline that a field of a format is: who writes for a wire writes again."""
    text = _SMALL_BY.sub(lambda match: match[0].capitalize(), text)
    if (behind := _AGENCY_BEHIND.fullmatch(text)) and (found := agency_named(behind["agency"])):
        names = without_by(behind["names"])
        if all(map(is_person, each_name(names))):
            return Byline(people(names), found)
    if found_byline := byline(text, language):
        return found_byline
    before, comma, job = without_by(text).rpartition(", ")
    if comma and ends_with_job(job) and all(map(is_person, each_name(before))):  # `Ana Ruiz, Political Editor`
        return Byline(people(before))
    return None


def _names(rest: str) -> Byline | None:
    whole = agency_named(rest)
    if whole:
        return Byline((rest,), whole)
    before, last, end = rest.rpartition(" Associated Press")  # AP, on the next line of the block
    if last and not end:
        rest = f"{before.removesuffix(' The')}, Associated Press"
    first = _AFTER_NAMES.split(rest, maxsplit=1)[0]
    if not first or not all(is_person(name, jobs=True) for name in each_name(first)):
        return None
    after = (agency_of(part.strip()) for part in rest[len(first) :].split(",") if part.strip())
    names = dict.fromkeys((*people(first, jobs=True), *people(rest)))  # a surname may be a job: `By Ann Writer`
    return Byline(tuple(names), next((found for found in after if found), None))


def is_signature(text: str) -> bool:
    """Whether the line is names, and initials behind them: `Jana Nová jno`, `Ana Ruiz/ L. Petit`.

    A name in a script without capitals may be any words: only two of them are a signature.
    """
    if len(text) > BYLINE_LENGTH_MAX or text.endswith((".", "!", "?", ":", "…")):
        return False
    if text.partition(" ")[0] in _BYLINE_WORDS and byline(text, UND):
        return True
    text = _INITIALS_BEHIND.sub("", text.strip(" *,-–—"))
    if phrase_length("calls", text.split()):  # Follow Ana Ruiz
        return False
    names = [name.strip() for name in _BETWEEN_NAMES.split(text)]
    if len(names) > SIGNATURE_NAMES_MAX or not all(is_person(name, jobs=True) for name in names):
        return False
    if text.isupper() and len(names) == 1:
        return False  # a heading
    cased = text[0].isupper()
    return (cased or len(names) > 1) and not any(gazetteer.cities(name) for name in names)
