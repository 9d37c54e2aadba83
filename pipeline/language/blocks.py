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


def words_by_language(name: str) -> dict[str, frozenset[str]]:
    """The words of one list, by language; a language without the list is left out."""
    return {
        language: frozenset(block[name].split()) for language, block in language_blocks().items() if name in block
    }
