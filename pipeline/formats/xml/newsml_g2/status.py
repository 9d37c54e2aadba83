"""NewsML-G2: the class of an item, its publishing status and its signals."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from pipeline.formats.xml.newsml_g2.fields import G2Fields, code_of, identifier_of
from pipeline.formats.xml.tree import Element, words
from pipeline.items import PubStatus, Signal
from pipeline.values import codes
from pipeline.values.dates import read_embargo
from pipeline.values.embargo import Embargo

CONTENTS = frozenset({"contentSet", "groupSet", "partMeta"})
STATUSES = {Signal.KILL: PubStatus.CANCELED, Signal.HOLD: PubStatus.WITHHELD}  # of signals
TEXT_CLASSES = frozenset({"", "text", "composite"})
# Reuters' own signals.
EDIT_STATES = {"edstat:u": Signal.UPDATE, "edstat:c": Signal.CORRECTION, "edstat:d": Signal.KILL}


def class_of(fields: G2Fields) -> str:
    """text, picture, composite …; empty if none is written."""
    return next((code_of(identifier_of(element)) for element in fields.elements("type")), "")


def item_usage(fields: G2Fields, around: Iterable[Element] = ()) -> tuple[PubStatus, Embargo | None]:
    """Status and embargo, the strictest of the item's own and those of what is around it: packages, the message.

    The status is usable if none is written (G2's default), canceled if a signal kills; a signal may be an embargo.
    """
    owners = (fields.item, *around)
    written = [identifier_of(one) for owner in owners for one in _of(owner, "pubStatus")]
    releases = [words(one) for owner in owners for one in _of(owner, "embargoed")]
    signals = [code_of(identifier_of(one)) for owner in owners for one in _of(owner, "signal")]
    if codes.has_embargo_signal(signals) and not releases:
        releases = [""]
    status, embargo = codes.read_usage(written, releases, fields.warnings)
    found = {*item_signals(fields), *codes.read_signals(signals)}
    of_signals = [status for signal, status in STATUSES.items() if signal in found]
    return codes.strictest_status((status, *of_signals)), embargo


def ends_embargo(owners: Iterable[Element]) -> bool:
    """Whether the item and its packages have an embargo with an end that can be read."""
    embargo = read_embargo([words(one) for owner in owners for one in _of(owner, "embargoed")], [])
    return embargo is not None and embargo.until is not None


def _of(owner: Element, name: str) -> Iterator[Element]:
    """The elements of that name wherever they are in an item, but not in its content."""
    return (one for child in owner if child.tag not in CONTENTS for one in child.iter(name))


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
