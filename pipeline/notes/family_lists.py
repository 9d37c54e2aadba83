"""The lists of families.yaml: the entries of each family in each language, and the families as bits (lexicon)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from enum import StrEnum
from functools import cache
from typing import Any

from pipeline.data_files import load_table
from pipeline.language.blocks import ANY
from pipeline.notes.fold import fold

UMLAUTS = str.maketrans(
    {"å": "aa"} | {letter: f"{base}e" for letter, base in zip("äöüæø", "aouao", strict=True)}
)  # of wires


class Family(StrEnum):
    """What a word of a note is about; families.yaml explains them."""

    KILL = "kill"
    HOLD = "hold"
    NOT = "not"
    PUBLISH = "publish"
    UNTIL = "until"
    LIMIT = "limit"
    AFTER = "after"  # what `until` has and `limit` has not
    ONLY = "only"
    OBJECT = "object"
    THIS = "this"
    PICTURE = "picture"  # some of `this`: its kill is a hold of the item beside it
    PLEASE = "please"
    DUTY = "duty"
    EMBARGO = "embargo"
    CLOSED = "closed"  # what `embargo` has, of roads and prisoners too
    PRIVATE = "private"
    CONTACT = "contact"
    CORRECT = "correct"
    CLEAR = "clear"
    ERROR = "error"
    SENT = "sent"
    EDITION = "edition"
    EVENT = "event"
    TELLS = "tells"
    STATES = "states"
    RIGHTS = "rights"
    PART = "part"
    CHANGE = "change"
    WHO = "who"
    OTHER = "other"
    KNOWN = "known"
    TIME = "time"
    NUMBER = "number"


FAMILIES = tuple(Family)
WIDTH = len(FAMILIES)
ALL_FAMILIES = (1 << WIDTH) - 1
DERIVED = frozenset({Family.TIME, Family.NUMBER, Family.AFTER})
NAMED = tuple(family for family in Family if family not in DERIVED)


def bits(names: str) -> int:
    """The bits of families in a row, by their names with blanks between them."""
    return sum(1 << FAMILIES.index(Family(name)) for name in names.split())


@cache
def languages() -> tuple[str, ...]:
    """The languages of families.yaml."""
    return tuple(name for name in _document() if name != ANY)


@cache
def entries_of(language: str, name: str) -> tuple[str, ...]:
    """The entries of a list of families.yaml, folded, each in every spelling."""
    texts = (_document()[each].get(name, "") for each in (ANY, language))
    entries = [entry.strip() for text in texts for entry in text.split(",") if entry.strip()]
    return tuple(dict.fromkeys(fold(each) for each in _spelled(entries)))


@cache
def entries_in_every_language(*names: str) -> frozenset[str]:
    """The entries of these lists in all languages together."""
    return frozenset(entry for language in languages() for name in names for entry in entries_of(language, name))


def _spelled(entries: Iterable[str]) -> Iterator[str]:
    for entry in entries:
        yield entry
        yield entry.translate(UMLAUTS)


@cache
def _document() -> Mapping[str, Mapping[str, Any]]:
    found: Mapping[str, Mapping[str, Any]] = load_table(__file__, "families.yaml")
    return found
