"""Round-ups: texts of several stories, recognised by their title (round_ups.yaml) or by their datelines.

A round-up that has neither is seen by dedupe, if items that it contains came before it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import NamedTuple

from pipeline.copy.datelines.find import find_dateline
from pipeline.copy.datelines.patterns import HEAD_LENGTH_MAX
from pipeline.data_files import load_table
from pipeline.notes.fold import WORD, fold
from pipeline.notes.time_words import DAYS, lexicons
from pipeline.values.agencies import codes

TITLE_WORDS_MAX = 12
TITLES_LENGTH_MAX = 200  # of a headline that is looked at
WHERE_LENGTH = 48  # characters within which a dateline has its agency
PLACES_MIN = 3  # datelines of so many places make a round-up; a report from two places may have two

_MARKS = re.compile(r"[:|•]|(?<=\s)[-–—]{1,2}(?=\s)")

Words = tuple[str, ...]


class Titles(NamedTuple):
    """round_ups.yaml, all languages in one: entries of several words by their first."""

    small: frozenset[str]
    dates: frozenset[str]  # weekdays, months, parts of the day
    titles: Mapping[str, tuple[Words, ...]]
    nouns: Mapping[str, tuple[Words, ...]]
    modifiers: Mapping[str, tuple[Words, ...]]
    openers: Mapping[str, tuple[Words, ...]]


def is_round_up(headline: str, paragraphs: Sequence[str], place: str | None) -> bool:
    """Whether the text calls itself a round-up, or has datelines of several places; `place`: of the first one."""
    if has_title(headline):
        return True
    heads = [head for paragraph in paragraphs if _may_have_dateline(head := paragraph[:HEAD_LENGTH_MAX])]
    return len(heads) >= PLACES_MIN - 1 and len({place, *_places(heads)} - {None}) >= PLACES_MIN


def has_title(headline: str) -> bool:
    """Whether the headline, or a part of it at either end, is the title of a round-up."""
    if not headline or len(headline) > TITLES_LENGTH_MAX:
        return False
    parts = [tuple(WORD.findall(fold(part))) for part in _MARKS.split(headline)]
    whole = tuple(word for part in parts for word in part)
    if _starts(whole, _titles().openers) or _is_title(parts[0]):
        return True
    return len(parts) > 1 and _is_title(parts[-1])


def _is_title(words: Words) -> bool:
    """Whether the words are a title, or a noun and what it is of: a subject, a day.  Small words do not count."""
    known = _titles()
    whole = modified = noun = False
    words = words[: TITLE_WORDS_MAX + 1]
    at = 0
    while at < len(words):
        if length := _starts(words[at:], known.titles):
            whole = True
        elif length := _starts(words[at:], known.nouns):
            modified, noun = modified or noun, True
        elif length := _starts(words[at:], known.modifiers) or (words[at] in known.dates):
            modified = True
        elif words[at] in known.small or words[at][0].isdigit():
            length = 1
        else:
            return False
        at += length
    return len(words) <= TITLE_WORDS_MAX and (whole or (modified and noun))


def _starts(words: Words, entries: Mapping[str, tuple[Words, ...]]) -> int:
    """The words of the longest entry that these begin with."""
    found = entries.get(words[0], ()) if words else ()
    return max((len(entry) for entry in found if words[: len(entry)] == entry), default=0)


def _may_have_dateline(head: str) -> bool:
    """Cheap: whether it begins with a name in capitals, or has an agency's bracket or slash near its beginning."""
    return head[:3].isupper() or "(" in head[:WHERE_LENGTH] or "/" in head[:WHERE_LENGTH]


def _places(heads: Sequence[str]) -> Iterator[str | None]:
    """The city of each paragraph that begins with a dateline; `Boston (March 5)` in a list of places is none."""
    for head in heads:
        if found := find_dateline(head):
            dateline = found.dateline
            if dateline.agency in codes() or dateline.text[:3].isupper():
                yield dateline.city


@cache
def _titles() -> Titles:
    document = load_table(__file__, "round_ups.yaml")
    dates = {word for lexicon in lexicons().values() for word, means in lexicon.items() if DAYS & set(means)}
    small = {word for entry in document.pop("small").split(",") for word in entry.split()}
    lists: dict[str, dict[str, list[Words]]] = {name: {} for name in Titles._fields[2:]}
    for language in document.values():
        for name, entries in language.items():
            for entry in entries.split(","):
                words = tuple(WORD.findall(entry))
                lists[name].setdefault(words[0], []).append(words)
    made = ({first: tuple(found) for first, found in table.items()} for table in lists.values())
    agencies = {*map(fold, codes()), "bc"}  # `BC-AP News Digest`
    return Titles(frozenset(small | agencies), frozenset(dates), *made)
