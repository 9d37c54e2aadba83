"""Which dispatch a NewsML-G2 item belongs to: its guid, or that of the earlier item which it takes up."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from pipeline.formats.xml.newsml_g2.fields import Fields, code
from pipeline.items import AltId
from pipeline.values.codes import parted_id

# Relations that make two guids one dispatch (IPTC itemrelation and what vendors call theirs).  Others (derivedFrom,
# evolvedFrom, seeAlso) lead to other dispatches: an online version, another edit, a picture.
CORRECTIONS = frozenset({"corrects", "correctionof", "iscorrectionof"})
SAME = CORRECTIONS | {
    "previousversion",
    "prevversion",
    "replaces",
    "supersedes",
    "updates",
    "updateof",
    "isupdateof",
}


class Identity(NamedTuple):
    """The dispatch and the revision; signals that only a link gives."""

    native_id: str | None
    version: str | None
    alt_ids: tuple[AltId, ...] = ()
    signals: tuple[str, ...] = ()


class Link(NamedTuple):
    """A link to another item."""

    relation: str
    target: str
    version: str | None


def identity(fields: Fields, created: datetime | None) -> Identity:
    """The guid without its revision, and the version.

    Where the item takes up one with another guid, the chain is known by that guid (of several the first, TT's
    oldest).  Versions under two guids do not compare, so such a revision is numbered by its time.
    """
    guid, version = fields.text("native_id"), fields.text("version")
    if guid is None:
        fields.warnings.append("no guid: revisions of it cannot be told")
        return Identity(None, version)
    own, version = _parted(guid, version)
    scheme = own.partition(":")[0]
    links = [link for link in _links(fields, scheme) if link.relation in SAME or _is_earlier(link, version)]
    signals = ("correction",) if any(link.relation in CORRECTIONS for link in links) else ()
    chain = next((link for link in links if link.target != own), None)
    if chain is None:
        return Identity(own, version, signals=signals)
    if not chain.relation:
        fields.warnings.append("link without a relation to a lower version of another guid: taken for its dispatch")
    number = created.strftime("%Y%m%d%H%M%S") if created else version
    return Identity(chain.target, number, (AltId(role="guid", value=own),), signals)


def _parted(guid: str, version: str | None) -> tuple[str, str | None]:
    """The guid without a revision that the version repeats; else the digits may be the id itself (`…:dsv:52`)."""
    own, revision = parted_id(guid)
    return (own, revision) if revision and version in (None, revision) else (guid, version)


def _links(fields: Fields, scheme: str) -> list[Link]:
    """The links to items.  An `href` is one where guids are addresses themselves (TT); else it leads to a page."""
    found = []
    for element in fields.every("link"):
        target = (element.get("residref") or element.get("guidref") or "").strip()
        href = (element.get("href") or "").strip()
        if not target and href.startswith(f"{scheme}:"):
            target = href
        if target:
            target, version = _parted(target, element.get("version"))
            found.append(Link(code(element.get("rel") or element.get("reluri")), target, version))
    return found


def _is_earlier(link: Link, version: str | None) -> bool:
    """STT links a revision to its last version without saying how, and its guids lose their date."""
    return not link.relation and 0 < _number(link.version) < _number(version)


def _number(version: str | None) -> int:
    """A version as a number, or 0: also for one with more digits than any that counts revisions or tells a time."""
    version = (version or "").strip()
    return int(version) if version.isascii() and version.isdigit() and len(version) < 20 else 0
