"""The word lists of story labels: what never stands in one, what says that something happened, what says who.

Shared by normalise (phrases) and tag (labels).  The lists lie in words.yaml, one block a language; a language
without a block has empty lists, which only makes its labels plainer.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml

from pipeline.copy.folding import fold_word


@dataclass(frozen=True, slots=True)
class Words:
    """The lists of one language: lower case, as written; `events` folded."""

    stop: frozenset[str] = frozenset()
    articles: frozenset[str] = frozenset()
    prepositions: frozenset[str] = frozenset()
    events: frozenset[str] = frozenset()
    weak: frozenset[str] = frozenset()
    dates: frozenset[str] = frozenset()
    titles: frozenset[str] = frozenset()
    offices: frozenset[str] = frozenset()
    people: frozenset[str] = frozenset()
    outlets: frozenset[str] = frozenset()


_ANY = "any"


@cache
def _lists() -> dict[str, Words]:
    blocks = yaml.safe_load(Path(__file__).with_name("words.yaml").read_text("utf-8"))
    return {language: _read({**blocks[_ANY], **block}) for language, block in blocks.items()}


def _read(block: dict[str, str]) -> Words:
    lists = {name: frozenset(words.split()) for name, words in block.items()}
    return Words(**{**lists, "events": frozenset(map(fold_word, lists.get("events", ())))})


def words(language: str) -> Words:
    """The lists of a primary language subtag (`en`, `de`); one without a block has those of any language."""
    return _lists().get(language) or _lists()[_ANY]
