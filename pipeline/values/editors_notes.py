"""Notes to editors: what they say about their item.  Their words are not published."""

from __future__ import annotations

import re
from collections.abc import Iterable

from pipeline.items import Signal
from pipeline.values.embargo import Embargo, Where, names_embargo

NOT_KEPT = "notes that are not for publication: not kept"  # a warning
SENTENCE_END = re.compile(r"[.;!]\s+|\n\s*")
# What AP says in capitals about the revision: `Eds: CORRECTS: …`, `Eds: UPDATES: Adds …`.
WORDINGS = (
    (re.compile(r"\bCORRECT(?:S|ED|ION)\b"), Signal.CORRECTION),
    (re.compile(r"\bUPDATE[SD]?\b"), Signal.UPDATE),
    (re.compile(r"\bKILL[ ,-]+KILL\b|\b(?:MANDATORY|BULLETIN) KILL\b"), Signal.KILL),
    (re.compile(r"\bHOLD[ ,-]+HOLD\b|\bMANDATORY HOLD\b"), Signal.HOLD),
)


def signals_in(notes: Iterable[str]) -> tuple[Signal, ...]:
    """The signals that the notes give, each once."""
    return tuple(dict.fromkeys(signal for note in notes for pattern, signal in WORDINGS if pattern.search(note)))


def embargo_in(notes: Iterable[str]) -> Embargo | None:
    """An embargo without an end, if a sentence of a note begins with one (docs/design/laws.md#law-5)."""
    sentences = (sentence for note in notes for sentence in SENTENCE_END.split(note))
    return Embargo(None) if any(names_embargo(sentence, Where.NOTE) for sentence in sentences) else None
