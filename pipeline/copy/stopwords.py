"""Function words of all languages: they are in every story, so they are not terms."""

from __future__ import annotations

from pipeline.language.blocks import words_by_language

FUNCTION_WORDS = frozenset().union(*words_by_language("functions").values())
