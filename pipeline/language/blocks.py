"""What is known of each language: the blocks of languages.yaml, which explains the lists."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

from pipeline.data_files import load_table

ANY = "any"  # the block that holds for every language
LanguageBlock = Mapping[str, Any]


@cache
def language_blocks() -> Mapping[str, LanguageBlock]:
    """The block of each language that has one, by primary subtag."""
    found: dict[str, LanguageBlock] = load_table(__file__, "languages.yaml")
    return found


@cache
def words_by_language(name: str) -> Mapping[str, frozenset[str]]:
    """The entries of one list, by language; a language without the list is left out.  A `_` stands for a blank."""
    return {
        language: frozenset(entry.replace("_", " ") for entry in block[name].split())
        for language, block in language_blocks().items()
        if name in block
    }


@cache
def words_of_all(name: str) -> frozenset[str]:
    """The entries of one list in all languages."""
    return frozenset().union(*words_by_language(name).values())


def any_of(*names: str) -> str:
    """A pattern for an entry of these lists, in any language; the longest first."""
    found = {entry for name in names for entry in words_of_all(name)}
    return f"(?:{'|'.join(sorted(found, key=len, reverse=True))})"


FUNCTION_WORDS = words_of_all("functions")  # they are in every story, so they are no terms
