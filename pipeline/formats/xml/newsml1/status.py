"""NewsML 1.2: whether and from when on an item may be published, and what it does to earlier revisions."""

from __future__ import annotations

from pipeline.formats.xml.newsml1 import metadata
from pipeline.formats.xml.newsml1.metadata import MANAGED
from pipeline.formats.xml.nitf.metadata import nitf_private_notes
from pipeline.formats.xml.nitf.status import read_nitf_status
from pipeline.formats.xml.paths import Paths
from pipeline.formats.xml.tree import words
from pipeline.items import PubStatus, Signal
from pipeline.notes import NOTES_NOT_KEPT
from pipeline.values import codes
from pipeline.values.embargo import Embargo, strictest

STATUS, CHANGES = f"{MANAGED}/Status", f"{MANAGED}/StatusWillChange"
INSTRUCTIONS = (f"{MANAGED}/Instruction/@FormalName", f"{MANAGED}/NewsItemType/@FormalName")
STATUS_BEFORE = f"{MANAGED}/Instruction/RevisionStatus/Status/@FormalName"


def read_item_status(paths: Paths, nitf: Paths, warnings: list[str]) -> tuple[PubStatus, Embargo | None]:
    """The strictest status and embargo: of the NewsItem, of those around it, and of the NITF in it.

    An item that is withheld now and "will automatically" be usable at a time that can be read is under embargo
    until then.
    """
    written = [element.get("FormalName", words(element)) for element in paths.every(STATUS)]
    changes = [Paths((change,)) for change in paths.every(CHANGES)]
    future = [(change.text("FutureStatus/@FormalName", "FutureStatus") or "").lower() for change in changes]
    to_usable = [codes.PUB_STATUS.get(becomes, PubStatus.USABLE) is PubStatus.USABLE for becomes in future]
    releases = [
        end
        for change, becomes, is_release in zip(changes, future, to_usable, strict=True)
        if is_release  # an unknown status may be one
        for end in ([] if becomes == codes.EMBARGOED else [*change.values("DateAndTime")]) or [""]
    ]
    if not all(to_usable):
        warnings.append("StatusWillChange to another than usable: not kept")
    named = [*metadata.embargoes(paths), *([""] if _is_instructed(paths) else [])]
    status, embargo = codes.read_usage(written, [*releases, *named], warnings)
    if releases and embargo and embargo.until and {one.lower() for one in written} <= {"withheld"}:
        status = PubStatus.USABLE
    nitf_status, nitf_embargo = read_nitf_status(nitf, warnings)
    return codes.strictest_status((status, nitf_status)), strictest((embargo, nitf_embargo))


def _is_instructed(paths: Paths) -> bool:
    """Whether an instruction to the receiver is an embargo."""
    return any("embargo" in name.lower() for path in INSTRUCTIONS for name in paths.values(path))


def instruction_signals(paths: Paths, status: PubStatus) -> tuple[Signal, ...]:
    """The signals of its instructions.  A usable revision that cancels earlier ones corrects them."""
    signals = codes.read_signals(name for path in INSTRUCTIONS for name in paths.values(path))
    before = (codes.PUB_STATUS.get(name.lower()) for name in paths.values(STATUS_BEFORE))
    cancels = PubStatus.CANCELED in before
    return (*signals, Signal.CORRECTION) if cancels and status is PubStatus.USABLE else signals


def warn_of_notes(paths: Paths, nitf: Paths, components: tuple[str, ...], warnings: list[str]) -> None:
    """A warning if there are notes to editors: lines, components, or those of the NITF."""
    if any((metadata.private_lines(paths), components, nitf_private_notes(nitf))):
        warnings.append(NOTES_NOT_KEPT)
