"""A last paragraph about who wrote the copy, recognised by what the item says of her.

    Ana Ruiz is a staff writer covering ports. Reach her at aruiz@lomsk.example.

What it says of the writer is in no list.  It begins with a name of the byline or of a sign-off; or with one that is
nowhere in the story, and that an address in it is made of, beside a word of the trade.  With a day of the week
it is news: a reporter was arrested on Tuesday, somebody asks for witnesses.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache

from pipeline.copy.names import is_person
from pipeline.copy.trade.links import names_its_address
from pipeline.copy.trade.words import WordKind, has_word, kind_of, phrases, words_of
from pipeline.language.blocks import words_of_all

ABOUT_LENGTH_MAX = 420
NAME_WORDS_MAX = 4
PREDICATE_WORDS_MAX = 5
_IS = frozenset({"is", "ist", "est", "es", "è", "é", "er", "är", "jest", "je", "on"})
DAY_LENGTH_MIN = 5  # of a day: shorter ones are words of other languages
_COLONS = (":", "：")  # behind the name of somebody who speaks: in an interview, the writer
_MARKS = "*•-–—_() "
_WORD = re.compile(r"[^\W\d_]+")


@cache
def _days() -> frozenset[str]:
    return frozenset(day for day in words_of_all("weekdays") if len(day) >= DAY_LENGTH_MIN)


def begins_with_name(text: str) -> bool:
    """Whether a paragraph begins as a name does: a cheap test, most do not."""
    words = text.strip(_MARKS).split(maxsplit=2) if len(text) <= ABOUT_LENGTH_MAX else []
    return len(words) > 1 and words[0][0].isupper() and words[1][0].isupper()


def is_about_writer(text: str, writers: Iterable[str], story: str) -> bool:
    """Whether a last paragraph, that begins with a name, is about one of the writers; `story`: what is above it."""
    text = text.strip(_MARKS)
    if not _days().isdisjoint(_WORD.findall(text.casefold())):
        return False
    for name in writers:
        if " " in name and text.casefold().startswith(name.casefold()):
            return not text[len(name) :].lstrip().startswith(_COLONS)
    addressed = "@" in text
    name = _name_in(text) if addressed or not _IS.isdisjoint(text.split()) else ""
    last = name.rpartition(" ")[2]
    if name and last not in story and _is_author(text.removeprefix(name)):
        return True
    if not addressed:
        return False
    follows = phrases("idioms").search(text.casefold()) is not None  # Follow her, she can be reached
    in_news = last in story or (last in text.removeprefix(name) and not follows)  # in the news the name comes again
    says_how = any(kind_of(word) is WordKind.TRADE for word in words_of(text))  # write to, reporter: no appeal
    return bool(name) and not in_news and says_how and names_its_address(name.split(), text)


def _is_author(rest: str) -> bool:
    """Whether what follows a name that is nowhere in the story says that she writes: `is a freelance writer`."""
    copula, *words = rest.split()[: PREDICATE_WORDS_MAX + 1] or [""]
    return copula in _IS and any(has_word("authors", word.casefold()) for word in words)


def _name_in(text: str) -> str:
    words = text.split(maxsplit=NAME_WORDS_MAX)[:NAME_WORDS_MAX]
    names = (" ".join(words[:count]).rstrip(",") for count in range(len(words), 1, -1))
    return next((name for name in names if is_person(name)), "")
