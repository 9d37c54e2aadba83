"""Notes that are not public: what they say of their item is heard, their words go nowhere."""

from __future__ import annotations

import re
from collections.abc import Iterable

from pipeline.formats.parsed import Embargo

NOT_KEPT = "notes that are not for publication: not kept"  # a warning
# What AP says in capitals of the revision: `Eds: CORRECTS: …`, `Eds: UPDATES: Adds …`.
SAID = (
    (re.compile(r"\bCORRECT(?:S|ED|ION)\b"), "correction"),
    (re.compile(r"\bUPDATE[SD]?\b"), "update"),
    (re.compile(r"\bKILL[ ,-]+KILL\b|\b(?:MANDATORY|BULLETIN) KILL\b"), "kill"),
    (re.compile(r"\bHOLD[ ,-]+HOLD\b|\bMANDATORY HOLD\b"), "hold"),
)
SENTENCES = re.compile(r"[.;!]\s+|\n\s*")
# At the beginning of a sentence, behind `Eds:` or the like or not.  One that says that the embargo is over is none.
EMBARGO = re.compile(
    r"[\W_]{0,8}(?:(?:eds|editors|notes? to editors|attention(?: editors)?)[:.,!]?\W{0,4})?(?:strictly )?"
    r"(?:not for (?:public )?(?:release|publication|use) (?:before|until)\b"
    r"|sperrfrist(?! (?:ist |wurde )?(?:aufgehoben|abgelaufen))|gesperrt bis|hold for release|HFR\b"
    r"|embargo(?!(?:ed|es)? (?:is |was |has been )?(?:over|lifted|expired)))",
    re.IGNORECASE,
)


def signals(notes: Iterable[str]) -> tuple[str, ...]:
    """Our signals for what the notes say, each once."""
    return tuple(dict.fromkeys(signal for note in notes for pattern, signal in SAID if pattern.search(note)))


def embargo(notes: Iterable[str]) -> Embargo | None:
    """An embargo without end, if a note speaks of one (docs/design/laws.md#law-5)."""
    said = (sentence for note in notes for sentence in SENTENCES.split(note))
    return Embargo(None) if any(map(EMBARGO.match, said)) else None
