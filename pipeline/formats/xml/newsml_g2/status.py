"""What a NewsML-G2 item is and does: its class, its publishing status, its signals."""

from __future__ import annotations

from pipeline.formats.xml.newsml_g2.fields import Fields, code, meant
from pipeline.values import codes

OF_TEXT = frozenset({"", "text", "composite"})
URGENT = {1: "flash", 2: "bulletin"}  # dpa: Blitz, Eil; to other agencies the urgency is no more than a rank
EDIT_STATES = {"edstat:u": "update", "edstat:c": "correction", "edstat:d": "kill"}  # Reuters' own signals


def class_of(fields: Fields) -> str:
    """text, picture, composite …; empty if nothing is written."""
    return next((code(meant(element)) for element in fields.elements("type")), "")


def status(fields: Fields) -> codes.Status:
    """The publishing status; usable if nothing is written (G2's default), canceled if a signal kills."""
    written = [code(meant(element)) for element in fields.elements("pub_status")]
    found = codes.status(written[0] if written else None, fields.warnings)
    return "canceled" if "kill" in signals(fields) else found


def signals(fields: Fields) -> tuple[str, ...]:
    written = [meant(element) for element in fields.elements("signals")]
    states = (EDIT_STATES[one.lower()] for one in written if one.lower() in EDIT_STATES)
    genres = (meant(element) for element in fields.every("subjects") if element.tag == "genre")
    of_genre = (codes.GENRE_CODES[genre] for genre in genres if genre in codes.GENRE_CODES)
    return (*states, *codes.signals(map(code, written)), *of_genre)


def urgent(fields: Fields, urgency: int | None) -> tuple[str, ...]:
    """What dpa's urgency says of a text."""
    is_dpa = any(code(meant(provider)) == "dpa" for provider in fields.elements("provider"))
    return (URGENT[urgency],) if is_dpa and urgency in URGENT and class_of(fields) in OF_TEXT else ()
