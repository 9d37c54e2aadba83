"""Bylines, and names that sign: `By A and B`, `Von A, dpa`, `Jana Nová jno`."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from pipeline.copy.names import each_name, ends_with_job, is_job, is_person, is_staff, people
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
_AS_LISTED = {word.casefold(): word for word in _BYLINE_WORDS}  # `by Ana Ruiz`, `DOOR ANA RUIZ`
_PARTICLES = frozenset({"di", "de", "von"})  # in capitals they may begin a name: `DI MAIO`
_NAME = re.compile(r"[^\W\d_][\w.'’-]+ [^\W\d_]")  # not `von Trapp`
_AGENCY_BEHIND = re.compile(  # `Nils Ekman/TT`, `Karen Holst /ritzau/`, `Ana Ruiz (AFP)`
    r"(?P<names>[^/()|]{3,120}?) ?[/(] ?(?P<agency>[^/()|]{2,40})[/)]?"
)
_MARKED_BEHIND = re.compile(  # in a field alone: `Ana Ruiz | Reuters`
    r"(?P<names>[^/()|]{3,120}?)(?: [|–-] |-(?=[A-Z]{2,6}$))(?P<agency>[^/()|]{2,40})"
)
_BETWEEN_NAMES = re.compile(r" ?[/|] ?| ?[-–—] |, ")
_INITIALS_BEHIND = re.compile(r" [a-z]{2,4}(?:/[a-z]{2,4})?(?: \([^()]{2,12}\))?$")
_AFTER_NAMES = re.compile(r",| \| | [-–—] | (?:in|for|of|aus|en|at|from) (?=[A-Z])")
_BEFORE_JOB = re.compile(r" [|–-] |, (?=[^,|]+$)")
_JOINTS = re.compile(r"[-'’]")
_AGENCY_WORDS_MAX = 3  # of one that follows the names without a mark


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
    if text.startswith("(") and text.endswith(")"):
        text = text[1:-1]
        if (listed := _without_job(text)) != text:
            return _of_people(listed, None)  # `(dell'inviato Mario Neri)`
    word, rest = _by_and_rest(text)
    expected = not language.known or word in _BYLINES[ANY] | _BYLINES.get(language.primary, frozenset())
    if word:
        return with_agency(rest) or _names(rest) if expected else None
    before, comma, behind = text.rpartition(",")
    agency = agency_of(behind.strip()) if comma else None
    return _of_people(before, agency) if agency else None


def _by_and_rest(text: str) -> tuple[str, str]:
    """The word that a byline begins with, as the table has it, and what follows; nothing and the text without one.

    In small letters, or in capitals, a name in its own letters follows: `by Ana Ruiz`, `DOOR ANA RUIZ`.
    """
    word, _, rest = text.partition(" ")
    if word in _BYLINE_WORDS:
        return word, rest.strip()
    listed = _AS_LISTED.get(word.casefold())
    is_name = _NAME.match(rest) is not None and rest[0].isupper()
    is_cased = rest.isupper() and word.casefold() not in _PARTICLES if word.isupper() else word.islower()
    return (listed, rest) if listed and is_name and is_cased else ("", text)


def with_agency(text: str, form: re.Pattern[str] = _AGENCY_BEHIND) -> Byline | None:
    """Names and a known agency behind a mark: above the copy of another agency it is who took the picture."""
    behind = form.fullmatch(text)
    agency = agency_named(behind["agency"]) if behind else None
    return _of_people(_without_job(behind["names"]), agency) if behind and agency else None


def _of_people(listed: str, agency: Agency | None) -> Byline | None:
    """The byline of a list that is nothing but names of people."""
    names = people(listed)
    return Byline(names, agency) if names and all(map(is_person, each_name(listed))) else None


def byline_of_holder(text: str, rights: str) -> Byline | None:
    """Names and the paper that has the rights in the copy: `Ana Ruiz, Lomsk Post`, and below it `© Lomsk Post`."""
    before, comma, behind = text.rpartition(", ")
    if not comma or len(text) > BYLINE_LENGTH_MAX or not is_person(behind) or behind not in rights:
        return None
    return _of_people(before, None)


def names_alone(text: str) -> Byline | None:
    """The byline of a paragraph that is nothing but names, which but above a dateline may be anybody's."""
    return None if len(text) > BYLINE_LENGTH_MAX or text.isupper() else _of_people(text, None)


def without_by(text: str) -> str:
    """What follows the word that a byline begins with (`By our correspondents`), else the text."""
    return _by_and_rest(text)[1] or text


@lru_cache(REMEMBERED_MAX)
def byline_field(text: str, language: Language) -> Byline | None:
    """The byline that a field of a format is: who writes for a wire writes again."""
    named = without_by(text)
    if found := with_agency(named) or with_agency(named, _MARKED_BEHIND) or byline(text, language):
        return found
    parts = _BEFORE_JOB.split(named, maxsplit=1)  # `Ana Ruiz, Political Editor`
    return _of_people(parts[0], None) if len(parts) > 1 and ends_with_job(parts[1]) else None


def _names(rest: str) -> Byline | None:
    whole = agency_named(" ".join(word for word in rest.split() if not is_staff(word)))
    if whole:
        return Byline((rest,), whole)
    rest = _with_comma(_without_job(rest))
    first = _AFTER_NAMES.split(rest, maxsplit=1)[0]
    if not first or not all(is_person(name, jobs=True) for name in each_name(first)):
        return None
    after = (agency_of(part.strip()) for part in rest[len(first) :].split(",") if part.strip())
    names = dict.fromkeys((*people(first, jobs=True), *people(rest)))  # a surname may be a job: `By Ann Writer`
    return Byline(
        tuple(name for name in names if not agency_named(name)), next((one for one in after if one), None)
    )


def _without_job(listed: str) -> str:
    """The names behind a job and whose it is: `dpa-Korrespondentin Ana Ruiz`, `Xinhua writers Li Wei, Na Li`."""
    words = listed.split()
    first = listed.partition(",")[0].split()
    jobs = (number for number, word in enumerate(first[:-2]) if is_job(_JOINTS.split(word)[-1]))
    job = next(jobs, None)
    return listed if job is None or is_person(" ".join(words[:job])) else " ".join(words[job + 1 :])


def _with_comma(listed: str) -> str:
    """The names with a comma before an agency that follows them in other letters: `ANA RUIZ Associated Press`."""
    words = listed.split()
    for count in range(min(_AGENCY_WORDS_MAX, len(words) - 2), 0, -1):
        before, behind = " ".join(words[:-count]), " ".join(words[-count:])
        cased = all(map(str.isupper, each_name(before)))
        if cased != behind.isupper() and agency_named(behind) and (count > 1 or behind.isupper()):
            return f"{before}, {behind}"
    return listed


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
