"""The language of an item: declared first, detected second (docs/design/newswire.md#libraries).

py3langid detects it (naive Bayes on byte n-grams): about 0.1 ms, pure, and often wrong on short texts.  So it is
used only without a declaration, and only with a confidence of CONFIDENCE_MIN or more.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from pipeline.language import UND, Language

# Measured on 600 English articles: of the first 8 words 76 % are detected, of 12 93 %, of 20 99.5 %; none wrongly.
CONFIDENCE_MIN = 0.50
CHARACTERS_MAX = 1_000  # of text looked at


def language_of(declared: Language, text: str) -> Language:
    """The language declared, else the one detected; else `und`."""
    sample = text[:CHARACTERS_MAX]
    if declared.known or not sample:
        return declared
    found, confidence = _identifier().classify(sample)
    return Language.of(found) if confidence >= CONFIDENCE_MIN else UND


def load() -> None:
    """Load the model, which is unpacked in a temporary folder: a room does it at its start, not at a record."""
    _identifier()


@cache
def _identifier() -> Any:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
