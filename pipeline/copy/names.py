"""People's names as bylines and sign-offs list them: `Ana Ruiz, Jan de Wit in Kyiv and Li Na`."""

from __future__ import annotations

import re

from pipeline.copy import gazetteer

NAMES_MAX = 24  # a sign-off may thank a bureau; more are dropped
NAME_LENGTH_MAX = 60
LIST_LENGTH_MAX = 1000
WORDS_MAX = 6

_AND = re.compile(r" (?:and|und|et|y|e|en|och|og|with|mit) |[,&;/]| - ")
_AFTER_NAME = re.compile(r" (?:in|at|aus|à|en|from|for|for the|van|of the) (?=[A-Z]).*| ?\(.{0,60}\)$")
_SMALL = "de der den van von zu zur bin bint al el la le di da dos das du del della ter ten af abu ibn"
_COMMON = (
    "monday tuesday wednesday thursday friday saturday sunday january february march april june july august "
    "september october november december the a an all my our your his her this that our news staff bureau desk "
    "newsroom agency agencies press service writer reporter correspondent editor editors numbers contributor wire"
)
_PARTICLES = frozenset(_SMALL.split())
_NOT_NAMES = frozenset(_COMMON.split())


def is_person(text: str) -> bool:
    """Whether it is two to six words, spelt as a name: `Jan de Wit`, `ANA RUIZ`, `J. P. O’Neill`."""
    words = text.split()
    if not 2 <= len(words) <= WORDS_MAX or len(text) > NAME_LENGTH_MAX:
        return False
    own = [word for word in words if word.lower() not in _PARTICLES]
    return (
        len(own) >= 2
        and words[0][0].isupper()
        and all(w[0].isupper() and w.lower() not in _NOT_NAMES and _letters(w) for w in own)
    )


def people(text: str) -> tuple[str, ...]:
    """The names in a list, in order, each once; places (`in Kyiv and Abu Dhabi`) do not count."""
    parts = (_AFTER_NAME.sub("", part.strip()).strip(" .") for part in _AND.split(text[:LIST_LENGTH_MAX]))
    found = dict.fromkeys(part for part in parts if is_person(part) and not gazetteer.cities(part))
    return tuple(found)[:NAMES_MAX]


def _letters(word: str) -> bool:
    return all(c.isalpha() or c in ".-'’" for c in word)
