"""NewsML 1.2: may it be known, from when on, and what does it do to the revisions before it."""

from __future__ import annotations

from pipeline.formats.xml.newsml1 import fields
from pipeline.formats.xml.newsml1.fields import MANAGED
from pipeline.formats.xml.nitf import document as nitf
from pipeline.formats.xml.nitf import fields as nitf_fields
from pipeline.formats.xml.paths import Paths
from pipeline.formats.xml.tree import text, words
from pipeline.values import codes, editors_notes
from pipeline.values.embargo import Embargo, strictest

STATUS, CHANGES = f"{MANAGED}/Status", f"{MANAGED}/StatusWillChange"
SAID = (f"{MANAGED}/Instruction/@FormalName", f"{MANAGED}/NewsItemType/@FormalName")
STATUS_BEFORE = f"{MANAGED}/Instruction/RevisionStatus/Status/@FormalName"
STRICTNESS = ("usable", "withheld", "canceled")


def status(paths: Paths, embedded: Paths, warnings: list[str]) -> tuple[codes.Status, Embargo | None]:
    """Of the NewsItem, or of the NITF in it where that is stricter.

    What is withheld now and "will automatically" be usable at a time that can be read is under embargo until then.
    """
    element = next(iter(paths.every(STATUS)), None)
    written = None if element is None else element.get("FormalName", words(element))
    changes = [
        ((text(change, "FutureStatus/@FormalName") or "").lower(), text(change, "DateAndTime") or "")
        for change in paths.every(CHANGES)
    ]
    releases = [when for future, when in changes if future == "usable"]
    if len(releases) < len(changes):
        warnings.append("StatusWillChange to another than usable: not kept")
    own, embargo = codes.release(written, [*releases, *fields.embargoes(paths)], warnings)
    if releases and embargo and embargo.until and (written or "").lower() == "withheld":
        own = "usable"
    inner, until = nitf.status(embedded, warnings)
    return max(own, inner, key=STRICTNESS.index), strictest((embargo, until))


def signals(paths: Paths, standing: codes.Status) -> tuple[str, ...]:
    """What the instructions say.  A usable revision that cancels those before it corrects them."""
    said = codes.signals(name for path in SAID for name in paths.values(path))
    cancels = any(codes.STATUS.get(name.lower()) == "canceled" for name in paths.values(STATUS_BEFORE))
    return (*said, "correction") if cancels and standing == "usable" else said


def private_notes(paths: Paths, embedded: Paths, components: tuple[str, ...], warnings: list[str]) -> list[str]:
    """What is meant for editors: lines, components, and the notes of the NITF."""
    notes = [*fields.private_notes(paths), *components, *nitf_fields.private_notes(embedded)]
    if notes:
        warnings.append(editors_notes.NOT_KEPT)
    return notes
