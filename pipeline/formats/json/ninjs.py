"""IPTC ninjs, its three naming families: 1.x (`body_text`, `byline`), 2.x (`bodies`), 3.x (`pubStatus`).

Read by name, not by declared version: vendors mix the families.  Associations, renditions and rights expressions
are no words and stay behind in wire.raw.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from pipeline.formats.format import Parts
from pipeline.formats.json.documents import documents_of
from pipeline.formats.json.fields import Fields
from pipeline.formats.json.text import load
from pipeline.formats.parsed import Parsed, Payload
from pipeline.formats.text import bodies
from pipeline.items import AltId, Concept, InfoSource, Text
from pipeline.records import Reason, Rejected
from pipeline.values import codes, dates


class Names(NamedTuple):
    """A field's names; several in one family are parted by a blank.  The newest family wins."""

    v1: str
    v2: str
    v3: str

    def newest_first(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(f"{self.v3} {self.v2} {self.v1}".split()))


NAMES = {  # names after the first of 1.x: Superdesk, the most common sender of ninjs 1.x
    "native_id": Names("uri guid", "uri", "uri"),
    "version": Names("version", "version", "version"),
    "version_created": Names("versioncreated", "versioncreated", "versionCreated"),
    "first_created": Names("firstcreated", "firstcreated", "firstCreated"),
    "embargo": Names("embargoed", "embargoed", "embargoedUntil"),
    "pub_status": Names("pubstatus", "pubstatus", "pubStatus"),
    "type": Names("type", "type", "type"),
    "language": Names("language", "language", "language"),
    "urgency": Names("urgency", "urgency", "urgency"),
    "headline": Names("headline", "headlines", "headlines"),
    "title": Names("title", "title", "title"),
    "paragraphs": Names("body_text body_html body_xhtml", "bodies", "bodies"),
    "descriptions": Names("description_text description_html description_xhtml", "descriptions", "descriptions"),
    "slugline": Names("slugline", "slugline", "slugline"),
    "by": Names("byline", "by", "by"),
    "located": Names("located", "located", "located"),
    "info_sources": Names("infosource source", "infosources", "infoSources"),
    "places": Names("place", "places", "places"),
    "subjects": Names(
        "subject person organisation genre keywords", "subjects people organisations genres", "subjects people"
    ),
    "alt_ids": Names("altids", "altids", "altIds"),
    "ed_note": Names("ednote", "ednote", "edNote"),
    "copyright_notice": Names("copyrightnotice", "copyrightnotice", "copyrightNotice"),
    "usage_terms": Names("usageterms", "usageterms", "usageTerms"),
}
SOURCES = {field: names.newest_first() for field, names in NAMES.items()}
# Names that hardly another JSON vocabulary has: one of them tells ninjs.
TELLING_FIELDS = (
    "native_id", "version_created", "embargo", "pub_status", "headline", "paragraphs", "descriptions", "slugline",
)  # fmt: skip
TELLING = frozenset(name for field in TELLING_FIELDS for name in SOURCES[field])

TEXT_TYPES = frozenset({"text", "composite"})
NO_NEWS = frozenset({"event", "planning", "component"})  # the last two: TT's


def split(payload: Payload) -> Parts:
    """The objects of one, an array, or `{"items": []}`."""
    document, warnings = load(payload.data)
    return Parts(documents_of(document, TELLING), warnings)


def read(document: Any) -> Parsed:
    """One ninjs object.  Raises Rejected(MALFORMED, BAD_DATE, NO_ITEM)."""
    if not isinstance(document, dict):
        raise Rejected(Reason.MALFORMED, f"a ninjs item is an object, not {type(document).__name__}")
    fields = Fields(document, SOURCES)
    _check_type(fields, document)
    status = codes.status(next(iter(fields.as_written("pub_status")), None), fields.warnings)
    native_id, revision = _identity(fields)
    headline, further = _headlines(fields)
    item = Parsed(
        paragraphs=bodies.paragraphs(pieces := fields.pieces("paragraphs"), fields.warnings),
        html=bodies.markup(pieces),
        headline=headline,
        further_headlines=further,
        native_id=native_id,
        version=fields.text("version") or revision,
        version_created=fields.instant("version_created"),
        first_created=fields.instant("first_created"),
        pub_status=status,
        embargo=dates.read_embargo(fields.as_written("embargo")),
        language=fields.text("language"),
        urgency=codes.urgency(fields.text("urgency"), fields.warnings),
        slugline=fields.text("slugline"),
        by=fields.text("by"),
        located=fields.text("located"),
        descriptions=_descriptions(fields),
        info_sources=fields.concepts("info_sources", InfoSource),
        places=fields.concepts("places", Concept),
        subjects=fields.concepts("subjects", Concept),
        alt_ids=(*fields.alt_ids("alt_ids"), *_evolved(document)),
        ed_note=fields.note("ed_note"),
        copyright_notice=fields.text("copyright_notice"),
        usage_terms=fields.text("usage_terms"),
        signals=codes.SIGNALS[status],
        warnings=tuple(fields.warnings),  # last: the fields above have added theirs
    )
    bodies.check_words(item)
    return item


def _headlines(fields: Fields) -> tuple[str, tuple[Text, ...]]:
    """The main headline, and the others with their roles."""
    pieces = [(piece.role, text) for piece in fields.pieces("headline") if (text := bodies.short(piece))]
    main = next((text for role, text in pieces if role == "main"), pieces[0][1] if pieces else "")
    if not main and (main := fields.text("title") or ""):
        fields.warnings.append("headline is the title")
    further = {
        text: Text(value=text, role=role, content_type="text/plain") for role, text in pieces if text != main
    }
    return main, tuple(further.values())


def _descriptions(fields: Fields) -> tuple[str, ...]:
    """Each once: 1.x carries the same one as text and as HTML.  AP puts its credit line among them."""
    pieces = (piece for piece in fields.pieces("descriptions") if piece.role != "creditline")
    return tuple(dict.fromkeys(text for piece in pieces if (text := bodies.short(piece))))


def _identity(fields: Fields) -> tuple[str | None, str | None]:
    """The dispatch's id and, where the id carries it, the revision."""
    native_id = fields.text("native_id")
    if native_id is None:
        fields.warnings.append("no uri: revisions of it cannot be told")
        return None, None
    return codes.parted_id(native_id)


def _evolved(document: Mapping[str, Any]) -> tuple[AltId, ...]:
    """Superdesk: the dispatch that this one rewrites.  No chain: it names the one before it, not the first."""
    before = document.get("evolvedfrom")
    return (AltId(role="evolvedfrom", value=before),) if isinstance(before, str) and before else ()


def _check_type(fields: Fields, document: Mapping[str, Any]) -> None:
    """Raises Rejected(NO_ITEM) for what is to happen: a calendar's entry, not news."""
    kind = fields.text("type")
    if kind in NO_NEWS or (kind is None and "eventDetails" in document):
        raise Rejected(Reason.NO_ITEM, f"type {kind or 'event'}, no news item")
    if kind is not None and kind not in TEXT_TYPES:
        fields.warnings.append(f"type {kind[:40]}: only its words are read")
