"""NITF: whether and from when on a document may be published, and its signals."""

from __future__ import annotations

from pipeline.formats.xml.nitf.identity import ISSUED, LINK
from pipeline.formats.xml.nitf.metadata import CORRECTION, DOCDATA
from pipeline.formats.xml.paths import Paths
from pipeline.items import PubStatus, Signal
from pipeline.values import codes
from pipeline.values.dates import is_past, moment_or_none
from pipeline.values.embargo import Embargo

STATUS, LINK_STATUS = f"{DOCDATA}/@management-status", f"{DOCDATA}/@management-idref-status"
RELEASE = f"{DOCDATA}/date.release"


def read_nitf_status(paths: Paths, warnings: list[str]) -> tuple[PubStatus, Embargo | None]:
    """The status and the embargo.  A document that updates a withheld one is withheld too."""
    written = _attributes(paths, "management-status")
    is_embargoed = any(one.strip().lower() == codes.EMBARGOED for one in written)
    status, embargo = codes.read_usage(written, _releases(paths, is_embargoed=is_embargoed), warnings)
    if status is PubStatus.USABLE and not _link_statuses(paths).isdisjoint({"withheld", "embargoed"}):
        warnings.append("the document that it updates is withheld: so is this one")
        return PubStatus.WITHHELD, embargo
    return status, embargo


def nitf_signals(paths: Paths, status: PubStatus) -> tuple[Signal, ...]:
    """The signals of its properties.  A usable document that cancels the one before it corrects it (dpa)."""
    corrects = paths.text(CORRECTION, LINK[1]) is not None
    corrects |= status is PubStatus.USABLE and "canceled" in _link_statuses(paths)
    kinds = codes.read_signals(paths.values("head/tobject/tobject.property/@tobject.property.type"))
    return (Signal.CORRECTION, *kinds) if corrects else kinds


def _link_statuses(paths: Paths) -> set[str]:
    return {one.strip().lower() for one in _attributes(paths, "management-idref-status")}


def _attributes(paths: Paths, name: str) -> list[str]:
    """An attribute of every docdata as it is written, also an empty one: for what fails closed."""
    written = (element.get(name) for element in paths.every(DOCDATA))
    return [one for one in written if one is not None]


def _releases(paths: Paths, *, is_embargoed: bool) -> list[str]:
    """The dates of release, wherever they are; unless it is embargoed, without those up to the date of issue."""
    issued = moment_or_none(paths.text(ISSUED[0]) or "")
    written = [element.get("norm") or "" for root in paths.elements for element in root.iter("date.release")]
    return [release for release in written if is_embargoed or not is_past(release, issued)]
