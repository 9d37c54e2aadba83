"""NewsML-G2: which dispatch an item belongs to: by its own guid, or by that of an earlier item it continues."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from pipeline.formats import ids
from pipeline.formats.xml.newsml_g2.fields import G2Fields, code_of
from pipeline.items import AltId, Signal
from pipeline.values.codes import without_revision

OWN_IDS = frozenset({"itemid", "guid", "native", "uri", "urn"})  # types of an altId that name the item


class G2Identity(NamedTuple):
    """The dispatch and its version, further ids, and the signals of its links."""

    native_id: str | None
    version: str | None
    alt_ids: tuple[AltId, ...] = ()
    names: tuple[str, ...] = ()
    corrected_names: tuple[str, ...] = ()
    signals: tuple[Signal, ...] = ()


class ItemLink(NamedTuple):
    """A link to another item."""

    relation: str
    target: str
    version: str | None
    is_page: bool = False  # an address beside guids that are none: a name, and no dispatch to join


def identify_g2(fields: G2Fields, created: datetime | None) -> G2Identity:
    """The guid without its revision, and the version.

    An item that continues one with another guid belongs to the dispatch of that guid (of several the first, which
    is TT's oldest).  Versions of two guids cannot be compared, so the time of such a revision is its version.
    """
    guid, version = fields.text("native_id"), fields.text("version")
    if guid is None:
        fields.warnings.append("no guid: its revisions cannot be linked")
        return G2Identity(None, version)
    own, version = _without_repeated_revision(guid, version)
    scheme = own.partition(":")[0]
    every = _links(fields, scheme)
    links = [
        link for link in every if not link.is_page and (link.relation in ids.SAME or _is_earlier(link, version))
    ]
    named = (link.target for link in every if link.relation in ids.NAMING or link in links)
    later = (link.target for link in every if link.relation in ids.LATER)
    derived = ids.maybe_names(link.target for link in every if link.relation == "derivedfrom")
    ours, others = _named(fields)
    names = (*ids.names_of([own, guid, *named, *ours]), *ids.maybe_names((*others, *later)))
    signals = (Signal.CORRECTION,) if any(link.relation in ids.CORRECTIONS for link in links) else ()
    chain = next((link for link in links if link.target != own), None)
    if chain is None:
        return G2Identity(own, version, (), names, derived, signals)
    if not chain.relation:
        fields.warnings.append(
            "link without a relation to a lower version of another guid: read as a link to its dispatch"
        )
    number = created.strftime("%Y%m%d%H%M%S") if created else version
    return G2Identity(chain.target, number, (AltId(role="guid", value=own),), names, derived, signals)


def _named(fields: G2Fields) -> tuple[list[str], list[str]]:
    """The further ids of the item itself, and those that other items may have too."""
    found = fields.alt_ids("alt_ids")
    own = [one.value for one in found if (one.role or "").lower() in OWN_IDS]
    further = (one.value for one in found if one.role != "transmitId")  # of a message, which may have several
    others = [one for one in further if one not in own and ids.is_distinctive(one, ids.COUNTER_DIGITS + 1)]
    return [name for one in own for name in (one, without_revision(one)[0])], others


def _without_repeated_revision(guid: str, version: str | None) -> tuple[str, str | None]:
    """The guid without a revision that the version repeats; other digits may belong to the id (`…:dsv:52`)."""
    own, revision = without_revision(guid)
    return (own, revision) if revision and version in (None, revision) else (guid, version)


def _links(fields: G2Fields, scheme: str) -> list[ItemLink]:
    """The links to items.

    An `href` counts if guids are addresses too (TT); else it leads to a page, and is a name if its
    relation is one of dispatches.
    """
    found = []
    for element in fields.every("link"):
        target = (element.get("residref") or element.get("guidref") or "").strip()
        href = (element.get("href") or "").strip()
        relation = code_of(element.get("rel") or element.get("reluri"))
        is_page = not target and not href.startswith(f"{scheme}:")
        if not target and (not is_page or relation in ids.NAMING | ids.LATER):
            target = href
        if target:
            target, version = _without_repeated_revision(target, element.get("version"))
            found.append(ItemLink(relation, target, version, is_page))
    return found


def _is_earlier(link: ItemLink, version: str | None) -> bool:
    """Whether it leads to an earlier version without a relation, as with STT, whose guids lose their date."""
    return not link.relation and 0 < _number(link.version) < _number(version)


def _number(version: str | None) -> int:
    """The version as a number; 0 for other texts and for more digits than a counter or a time has."""
    version = (version or "").strip()
    return int(version) if version.isascii() and version.isdigit() and len(version) < 20 else 0
