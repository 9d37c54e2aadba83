"""NewsML 1.2: whether and from when on an item may be published, and what it does to earlier revisions."""

from __future__ import annotations

from pipeline.formats.xml.newsml1 import metadata
from pipeline.formats.xml.newsml1.metadata import MANAGED
from pipeline.formats.xml.nitf.metadata import nitf_private_notes
from pipeline.formats.xml.nitf.status import read_nitf_status
from pipeline.formats.xml.paths import Paths
from pipeline.formats.xml.tree import words
from pipeline.items import PubStatus, Signal
from pipeline.values import codes, editors_notes
from pipeline.values.embargo import Embargo, strictest

STATUS, CHANGES = f"{MANAGED}/Status", f"{MANAGED}/StatusWillChange"
INSTRUCTIONS = (f"{MANAGED}/Instruction/@FormalName", f"{MANAGED}/NewsItemType/@FormalName")
STATUS_BEFORE = f"{MANAGED}/Instruction/RevisionStatus/Status/@FormalName"


def read_item_status(paths: Paths, nitf: Paths, warnings: list[str]) -> tuple[PubStatus, Embargo | None]:
    """The status and the embargo: of the NewsItem, or of the NITF in it if that is stricter.

    An item that is withheld now and "will automatically" be usable at a time that can be read is under embargo
    until then.
    """
    element = next(iter(paths.every(STATUS)), None)
    written = None if element is None else element.get("FormalName", words(element))
    changes = [Paths((change,)) for change in paths.every(CHANGES)]
    releases = [
        change.text("DateAndTime") or ""
        for change in changes
        if (change.text("FutureStatus/@FormalName") or "").lower() == "usable"
    ]
    if len(releases) < len(changes):
        warnings.append("StatusWillChange to another than usable: not kept")
    status, embargo = codes.read_release(written, [*releases, *metadata.embargoes(paths)], warnings)
    if releases and embargo and embargo.until and (written or "").lower() == "withheld":
        status = PubStatus.USABLE
    nitf_status, nitf_embargo = read_nitf_status(nitf, warnings)
    return max(status, nitf_status, key=codes.STRICTNESS.index), strictest((embargo, nitf_embargo))


def instruction_signals(paths: Paths, status: PubStatus) -> tuple[Signal, ...]:
    """The signals of its instructions.  A usable revision that cancels earlier ones corrects them."""
    signals = codes.read_signals(name for path in INSTRUCTIONS for name in paths.values(path))
    before = (codes.PUB_STATUS.get(name.lower()) for name in paths.values(STATUS_BEFORE))
    cancels = PubStatus.CANCELED in before
    return (*signals, Signal.CORRECTION) if cancels and status is PubStatus.USABLE else signals


def private_notes(paths: Paths, nitf: Paths, components: tuple[str, ...], warnings: list[str]) -> list[str]:
    """The notes to editors: lines, components, and those of the NITF."""
    notes = [*metadata.private_lines(paths), *components, *nitf_private_notes(nitf)]
    if notes:
        warnings.append(editors_notes.NOT_KEPT)
    return notes
