"""NewsML-G2: the class of an item, its publishing status and its signals."""

from __future__ import annotations

from pipeline.formats.xml.newsml_g2.fields import G2Fields, code_of, identifier_of
from pipeline.items import PubStatus, Signal
from pipeline.values import codes

TEXT_CLASSES = frozenset({"", "text", "composite"})
# Reuters' own signals.
EDIT_STATES = {"edstat:u": Signal.UPDATE, "edstat:c": Signal.CORRECTION, "edstat:d": Signal.KILL}


def class_of(fields: G2Fields) -> str:
    """text, picture, composite …; empty if none is written."""
    return next((code_of(identifier_of(element)) for element in fields.elements("type")), "")


def item_status(fields: G2Fields) -> PubStatus:
    """The publishing status; usable if none is written (G2's default), canceled if a signal kills."""
    written = [code_of(identifier_of(element)) for element in fields.elements("pub_status")]
    found = codes.read_status(written[0] if written else None, fields.warnings)
    return PubStatus.CANCELED if Signal.KILL in item_signals(fields) else found


def item_signals(fields: G2Fields) -> tuple[Signal, ...]:
    """The signals that are written, and those of its genres."""
    written = [identifier_of(element) for element in fields.elements("signals")]
    states = (EDIT_STATES[one.lower()] for one in written if one.lower() in EDIT_STATES)
    genres = (identifier_of(element) for element in fields.every("subjects") if element.tag == "genre")
    of_genre = (codes.GENRE_SIGNALS[genre] for genre in genres if genre in codes.GENRE_SIGNALS)
    return (*states, *codes.read_signals(map(code_of, written)), *of_genre)


def urgency_signals(fields: G2Fields, urgency: int | None) -> tuple[Signal, ...]:
    """The signals of dpa's urgency, for a text."""
    is_dpa = any(code_of(identifier_of(provider)) == "dpa" for provider in fields.elements("provider"))
    if urgency in codes.DPA_URGENCY_SIGNALS and is_dpa and class_of(fields) in TEXT_CLASSES:
        return (codes.DPA_URGENCY_SIGNALS[urgency],)
    return ()
