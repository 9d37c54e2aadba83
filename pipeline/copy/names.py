"""People's names as bylines and sign-offs list them: `Ana Ruiz, Jan de Wit in Kyiv and Li Na`."""

from __future__ import annotations

import re

from pipeline.copy.places import gazetteer
from pipeline.language.blocks import words_of_all

NAMES_MAX = 24  # a sign-off may thank a bureau; more are dropped
NAME_LENGTH_MAX = 60
LIST_LENGTH_MAX = 1000
WORDS_MAX = 6

# The Arabic `and` is a letter before the name; some names begin with that letter.
_AND = re.compile(
    r" (?:and|und|et|y|e|en|och|og|with|mit|avec|и|ve) |[,،&;؛/]| [-–—] "
    r"| و ?(?=[ء-ي]{3})(?!ليد\b|ائل\b|سام\b|فاء\b|حيد\b|جدي\b|سيم\b|داد\b|هبة\b)"
)
_LISTED = re.compile(r" (?:and|und|et|y|e|en|och|og|&) |,")
_AFTER_NAME = re.compile(
    r" (?:in|at|aus|à|en|from|for|for the|van|of the) (?=[A-Z]).*"
    r"| (?:for the|pour le|para el|per il|für den) .*| (?:من|في|للنشرة|للأخبار) .*| ?\(.{0,60}\)$"
)
_SMALL = "de der den van von zu zur bin bint al el la le di da dos das du del della ter ten af abu ibn"
_COMMON = (
    "monday tuesday wednesday thursday friday saturday sunday january february march april june july august "
    "september october november december the a an all my our your his her this that our news staff bureau desk "
    "newsroom agency agencies press service numbers wire editors"
)
_PARTICLES = frozenset(_SMALL.split())
_NOT_NAMES = frozenset(_COMMON.split())
_STAFF = frozenset({"staff", "newsroom", "desk", "bureau", "reporters", "correspondents", "editors"})
_JOBS = frozenset({"writer", "reporter", "correspondent", "editor", "contributor"})
_JOB_BEHIND_NAME = _JOBS | words_of_all("jobs")
JOB_WORDS_MAX = 5


def is_person(text: str, *, jobs: bool = False) -> bool:
    """Whether it is two to six words, spelt as a name: `Jan de Wit`, `ANA RUIZ`, `J. P. O’Neill`.

    A byline has jobs beside the names (`Political Editor`).  With `jobs` the text is one where only names can be:
    its last word may be called as a job is.
    """
    words = text.split()
    if not 2 <= len(words) <= WORDS_MAX or len(text) > NAME_LENGTH_MAX:
        return False
    own = [word for word in words if word.lower() not in _PARTICLES]
    return (
        len(own) >= 2
        and is_capital(words[0][0])
        and all(is_capital(w[0]) and w.lower() not in _NOT_NAMES and _letters(w) for w in own)
        and _JOBS.isdisjoint(w.lower() for w in (own[:-1] if jobs else own))
    )


def ends_with_job(text: str) -> bool:
    """Whether it is a job as a byline has it behind the name: `Political Editor`, `Korrespondentin in Prag`."""
    words = re.split(r" (?:in|for|at|à|en|a|para|für) (?=[A-Z])", text, maxsplit=1)[0].split()
    return 0 < len(words) <= JOB_WORDS_MAX and is_job(words[-1])


def is_job(word: str) -> bool:
    """Whether it is what somebody who writes is called: `Korrespondentin`, `writers`."""
    return word.casefold().removesuffix("s") in _JOB_BEHIND_NAME


def is_staff(word: str) -> bool:
    """Whether it says that no name is given: `By AP Staff`."""
    return word.casefold() in _STAFF


def people(text: str, *, jobs: bool = False) -> tuple[str, ...]:
    """The names in a list, in order, each once; places (`in Kyiv and Abu Dhabi`) do not count; `jobs` as above."""
    parts = (_AFTER_NAME.sub("", part.strip()).strip(" .") for part in _AND.split(text[:LIST_LENGTH_MAX]))
    found = dict.fromkeys(part for part in parts if is_person(part, jobs=jobs) and not gazetteer.cities(part))
    return tuple(found)[:NAMES_MAX]


def is_capital(letter: str) -> bool:
    """Whether a name may begin with it: a capital, or a letter of a script that has none."""
    return letter.isupper() or (letter.isalpha() and not letter.islower())


def _letters(word: str) -> bool:
    return all(c.isalpha() or c in ".-'’" for c in word)


def each_name(text: str) -> list[str]:
    """The names of a list, whatever they are."""
    return [part.strip() for part in _LISTED.split(text)]
