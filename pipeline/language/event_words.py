"""The event nouns of a language and the verbs that say the same, from the tables events_*.tsv beside this file.

A language without a table has none: its labels are headlines.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

from pipeline.data_files import load_rows
from pipeline.language.folding import fold_word

COMPOUND_EVENT_LETTERS_MIN = 4  # of the event at the end of a compound
_COLUMNS = 5


class EventVerb(NamedTuple):
    """What a form of a verb says: an event, and which side of the verb it is named after."""

    words: tuple[str, ...]  # the form, lower case
    noun: str  # singular, or what has no singular
    of_subject: bool  # else of its object
    is_active: bool  # it cannot be a participle, whose subject would be the object of the event
    to: str  # joins the other side to the noun; empty: it is left out


class EventWords(NamedTuple):
    """The event words of one language."""

    heads: frozenset[str] = frozenset()  # the last words of its nouns, folded
    verbs: Mapping[str, tuple[EventVerb, ...]] = MappingProxyType(
        {}
    )  # by the first word of the form, longest forms first


@cache
def event_words(language: str) -> EventWords:
    """The event words of a primary language subtag; none where there is no table."""
    path = Path(__file__).with_name(f"events_{language}.tsv")
    if not path.is_file():
        return EventWords()
    rows = [cells + [""] * (_COLUMNS - len(cells)) for cells in load_rows(__file__, path.name)]
    nouns = [form for noun, plural, *_ in rows for form in (noun, plural.strip("=")) if form]
    verbs: dict[str, list[EventVerb]] = {}
    for noun, _, of, to, forms in rows:
        for form in forms.split():
            words = tuple(form.split("_"))
            verbs.setdefault(words[0], []).append(EventVerb(words, noun, of == "subject", of == "active", to))
    longest_first = {
        first: tuple(sorted(found, key=lambda verb: -len(verb.words))) for first, found in verbs.items()
    }
    return EventWords(frozenset(fold_word(noun.split()[-1]) for noun in nouns), longest_first)


def ends_in_event(word: str, heads: frozenset[str]) -> bool:
    """Whether a folded compound ends in an event: `lokführerstreik`."""
    return any(word[at:] in heads for at in range(2, len(word) - COMPOUND_EVENT_LETTERS_MIN + 1))
