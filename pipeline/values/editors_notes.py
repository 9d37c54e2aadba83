"""Notes to editors: what they say about their item.  Their words are not published."""

from __future__ import annotations

import re
from collections.abc import Iterable

from pipeline.values.embargo import Embargo, Where, names_embargo

NOT_KEPT = "notes that are not for publication: not kept"  # a warning
# What AP says in capitals of the revision: `Eds: CORRECTS: …`, `Eds: UPDATES: Adds …`.
SAID = (
    (re.compile(r"\bCORRECT(?:S|ED|ION)\b"), "correction"),
    (re.compile(r"\bUPDATE[SD]?\b"), "update"),
    (re.compile(r"\bKILL[ ,-]+KILL\b|\b(?:MANDATORY|BULLETIN) KILL\b"), "kill"),
    (re.compile(r"\bHOLD[ ,-]+HOLD\b|\bMANDATORY HOLD\b"), "hold"),
)
SENTENCES = re.compile(r"[.;!]\s+|\n\s*")


def signals(notes: Iterable[str]) -> tuple[str, ...]:
    """Our signals for what the notes say, each once."""
    return tuple(dict.fromkeys(signal for note in notes for pattern, signal in SAID if pattern.search(note)))


def embargo(notes: Iterable[str]) -> Embargo | None:
    """An embargo without an end, if a sentence of a note begins with one (docs/design/laws.md#law-5)."""
    sentences = (sentence for note in notes for sentence in SENTENCES.split(note))
    return Embargo(None) if any(names_embargo(sentence, Where.NOTE) for sentence in sentences) else None
