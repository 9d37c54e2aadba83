"""IPTC ninjs, its three naming families: 1.x (`body_text`, `byline`), 2.x (`bodies`), 3.x (`pubStatus`).

Fields are read by name, not by the declared version: vendors mix the families.  Associations, renditions and rights
expressions are not read.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import chain
from typing import Any, NamedTuple

from pipeline.formats import ids
from pipeline.formats.format import Format, Parts, PayloadKind, Recogniser
from pipeline.formats.json.associations import aside_passages, related
from pipeline.formats.json.documents import enveloped
from pipeline.formats.json.fields import JsonFields
from pipeline.formats.json.places import passages_in
from pipeline.formats.json.text import load_json
from pipeline.formats.parsed import Parsed, Payload
from pipeline.formats.places import CODE, UNREAD, Places, Unread, checked
from pipeline.formats.text import bodies
from pipeline.formats.xml.nitf.embedded import usage_in
from pipeline.items import AltId, Concept, InfoSource, PubStatus, Text
from pipeline.notes import Addressee
from pipeline.records import Fault, Reason, Rejected
from pipeline.values import codes
from pipeline.values.blanks import one_line
from pipeline.values.embargo import strictest
from pipeline.values.roles import is_for_editors


class Names(NamedTuple):
    """The names of a field, separated by blanks within a family.  The newest family is preferred."""

    v1: str
    v2: str
    v3: str

    def newest_first(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(f"{self.v3} {self.v2} {self.v1}".split()))


NAMES = {  # further names of 1.x are those of Superdesk, its most common sender
    "native_id": Names("uri guid", "uri", "uri"),
    "version": Names("version", "version", "version"),
    "version_created": Names("versioncreated", "versioncreated", "versionCreated"),
    "first_created": Names("firstcreated", "firstcreated", "firstCreated"),
    "embargo": Names("embargoed", "embargoed", "embargoedUntil"),
    "pub_status": Names("pubstatus", "pubstatus", "pubStatus"),
    "state": Names("status state", "status state", "status state"),  # counts if it is known
    "signals": Names("signal signals", "signal signals", "signal signals"),
    "earlier": Names(
        "evolvedfrom rewrite_of replacing replaces previousversion",
        "evolvedfrom rewrite_of replacing replaces previousversion",
        "evolvedFrom rewrite_of replacing replaces previousVersion",
    ),
    "shared_ids": Names(  # others may have them too
        "original_id replacedby replaced_by supersededby",
        "replacedby replaced_by supersededby",
        "replacedBy replaced_by supersededBy",
    ),
    "type": Names("type", "type", "type"),
    "language": Names("language", "language", "language"),
    "urgency": Names("urgency", "urgency", "urgency"),
    "headline": Names("headline", "headlines", "headlines"),
    "title": Names("title", "title", "title"),
    "paragraphs": Names("body_text body_html body_xhtml body_html5", "bodies", "bodies"),  # the last: TT
    "descriptions": Names("description_text description_html description_xhtml", "descriptions", "descriptions"),
    "slugline": Names("slugline", "slugline", "slugline"),
    "by": Names("byline", "by", "by"),
    "writers": Names("bylines authors", "bylines authors", "bylines authors"),  # TT, Superdesk
    "dateline": Names("dateline", "dateline", "dateline"),  # no field of the standard
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
_CLASSES: dict[Addressee | Unread, str] = {  # all other places are addressed to editors, so also edNote
    Addressee.HEADLINE: "headline headlines headlines/value title name",
    Addressee.SLUG: "slugline keywords genre genres products product service services",
    Addressee.NAME: (
        "located infosource infosources infoSources source place places subject subjects person people "
        "organisation organisations object event authors bylines bylines/role bylines/jobtitle "
        "bylines/affiliation bylines/initials"
    ),
    Addressee.PUBLIC: (
        "description_text description_html description_xhtml description_summary description_short descriptions "
        "descriptions/value byline by "
        "bylines/byline bylines/firstname bylines/lastname dateline annotations copyrightnotice copyrightNotice "
        "copyrightholder usageterms usageTerms rightsinfo rightsInfo"
    ),
    UNREAD: "body_text body_html body_xhtml body_html5 bodies bodies/value associations",
    CODE: (
        "pubstatus pubStatus embargoed embargoedUntil altids altIds evolvedfrom evolvedFrom rewrite_of original_id "
        "replacing replaces replacedby replacedBy replaced_by supersededby supersededBy "
        "previousversion previousVersion renditions type profile standard "
        "$standard $schema urgency priority "
        "contentcreated contentCreated versioncreated versionCreated firstcreated firstCreated "
        "bylines/internal"  # TT: whether the writer is its own
    ),
    Addressee.EDITORS: "headlines/* descriptions/* bodies/* bylines/*",
}
PLACES = Places.of_names(_CLASSES)
# Fields whose names hardly any other JSON vocabulary has: one of them shows that it is ninjs.
DISTINCTIVE_FIELDS = (
    "native_id", "version_created", "embargo", "pub_status", "headline", "paragraphs", "descriptions", "slugline",
)  # fmt: skip
DISTINCTIVE_NAMES = frozenset(name for field in DISTINCTIVE_FIELDS for name in SOURCES[field])

WRITING = frozenset({"writer", "author", "reporter", "journalist"})  # roles of authors; others took a picture
TEXT_TYPES = frozenset({"text", "composite"})
NO_NEWS = frozenset({"event", "planning", "component", "agenda"})  # of TT the middle two, of Superdesk the last


def split_ninjs(payload: Payload) -> Parts:
    """The items: one, an array of them, or `{"items": []}`."""
    document, warnings = load_json(payload.data)
    return Parts(enveloped(document, DISTINCTIVE_NAMES), warnings)


def read_ninjs(document: Any) -> Parsed:
    """One ninjs object.  Raises Rejected(MALFORMED, NO_ITEM)."""
    if not isinstance(document, dict):
        raise Rejected(Reason.MALFORMED, f"a ninjs item is an object, not {type(document).__name__}")
    fields = JsonFields(document, SOURCES)
    signals = fields.codes("signals")
    releases = [*fields.as_written("embargo"), *([""] if codes.has_embargo_signal(signals) else [])]
    statuses = [*fields.statuses("pub_status"), *filter(codes.is_status, fields.codes("state"))]
    status, embargo = codes.read_usage(statuses, releases, fields.warnings)
    native_id, revision = _identity(fields)
    headline, further = _headlines(fields)
    written = fields.typed_texts("paragraphs")
    nitf = usage_in((text.value for text in written), fields.warnings)
    status, embargo = codes.strictest_status((status, nitf.status)), strictest((embargo, nitf.embargo))
    _check_type(fields, document, status)
    texts = [text._replace(value=bodies.unescaped(bodies.of_nitf(text.value), fields.warnings)) for text in written]
    public = [text for text in texts if not is_for_editors(text.role)]
    paragraphs = bodies.paragraphs(public, fields.warnings)
    return Parsed(
        paragraphs=paragraphs,
        html=bodies.markup(public),
        headline=headline,
        further_headlines=further,
        native_id=native_id,
        version=fields.text("version") or revision,
        version_created=fields.instant("version_created"),
        first_created=fields.instant("first_created"),
        pub_status=status,
        embargo=embargo,
        language=fields.text("language"),
        urgency=codes.read_urgency(fields.text("urgency"), fields.warnings),
        slugline=fields.text("slugline"),
        by=_by(fields),
        located=fields.text("located"),
        dateline=_dateline(fields),
        descriptions=_descriptions(fields),
        info_sources=fields.concepts("info_sources", InfoSource),
        places=fields.concepts("places", Concept),
        subjects=fields.concepts("subjects", Concept),
        alt_ids=(*(alt_ids := fields.alt_ids("alt_ids")), *_earlier(fields)),
        names=(*_names(fields, document, native_id, [one.value for one in alt_ids]), *nitf.names),
        ed_note=fields.note("ed_note"),
        copyright_notice=fields.text("copyright_notice"),
        usage_terms=fields.text("usage_terms"),
        signals=tuple(dict.fromkeys((*codes.STATUS_SIGNALS[status], *codes.read_signals(signals)))),
        passages=checked(
            chain(
                passages_in(document, PLACES),
                nitf.passages,
                aside_passages(document),
                bodies.asides(written),
                bodies.others(texts, paragraphs),
            )
        ),
        warnings=tuple(fields.warnings),  # last, because the fields above add theirs
    )


def _headlines(fields: JsonFields) -> tuple[str, tuple[Text, ...]]:
    """The main headline, and the others with their roles."""
    found = (one for one in fields.typed_texts("headline") if not is_for_editors(one.role))
    lines = [(one.role, text) for one in found if (text := bodies.short_text(one))]
    main = next((text for role, text in lines if role == "main"), lines[0][1] if lines else "")
    if not main and (main := fields.text("title") or ""):
        fields.warnings.append("headline is the title")
    further = {text: Text(value=text, role=role, content_type="text/plain") for role, text in lines if text != main}
    return main, tuple(further.values())


def _by(fields: JsonFields) -> str | None:
    """The byline; without one the names of those who wrote it."""
    people = (one for one in fields.every_value("writers") if isinstance(one, dict))
    named = (name.strip() for one in people if isinstance(name := _written_by(one), str))
    return fields.text("by") or ", ".join(filter(None, dict.fromkeys(named))) or None


def _written_by(one: Mapping[str, Any]) -> Any:
    """The name of one of the writers; of authors, some of whom took a picture, by the role."""
    if (name := one.get("name")) and str(one.get("role") or "writer").lower() not in WRITING:
        return None
    return one.get("byline") or name or f"{one.get('firstname') or ''} {one.get('lastname') or ''}"


def _dateline(fields: JsonFields) -> str | None:
    """The dateline as it is written, in a field or in the `text` of an object (Superdesk)."""
    value = next(iter(fields.every_value("dateline")), None)
    text = value.get("text") if isinstance(value, dict) else value
    return text if isinstance(text, str) and text.strip() else None


def _descriptions(fields: JsonFields) -> tuple[str, ...]:
    """Each once, because 1.x repeats the text as HTML; a paragraph a line.

    Without the credit line that AP puts among them.
    """
    found = (text for text in fields.typed_texts("descriptions") if text.role != "creditline")
    texts = (text for text in found if not is_for_editors(text.role))
    return tuple({one_line(lines): lines for text in texts if (lines := bodies.description(text))}.values())


def _identity(fields: JsonFields) -> tuple[str | None, str | None]:
    """The id of the dispatch, and the revision if the id ends in one."""
    native_id = fields.text("native_id")
    if native_id is None:
        fields.warnings.append("no uri: its revisions cannot be linked")
        return None, None
    return codes.without_revision(native_id)


def _earlier(fields: JsonFields) -> tuple[AltId, ...]:
    """The items that this one replaces or goes on from (TT, Superdesk).  They are names of its dispatch too."""
    return tuple(AltId(role=name, value=text) for name, text in fields.named("earlier"))


def _names(
    fields: JsonFields, document: Mapping[str, Any], native_id: str | None, alt_ids: Sequence[str]
) -> tuple[str, ...]:
    """Its id, those of earlier items, and its further ids: of a short one others may have the same."""
    earlier = [_id_of(one) for one in fields.every_value("earlier")]
    own, shared = (
        [one for one in alt_ids if ids.is_distinctive(one) is distinctive] for distinctive in (True, False)
    )
    named = [native_id, *fields.every("native_id"), *earlier, *own, *related(document, ids.NAMING)]
    others = [*shared, *map(_id_of, fields.every_value("shared_ids")), *related(document, ids.LATER)]
    return (*ids.names_of(named), *ids.maybe_names(others))


def _id_of(item: object) -> str | None:
    """The id of an item that is named by it, or by an object that has it."""
    if isinstance(item, dict):
        item = next(filter(None, map(item.get, ("uri", "guid", "id", "_id"))), None)
    return str(item) if isinstance(item, str | int) else None


def _check_type(fields: JsonFields, document: Mapping[str, Any], status: PubStatus) -> None:
    """Warns of types without a text; calendar entries, plans and packages of other items have a Fault.

    Raises Rejected(NO_ITEM) for an entry or a plan that is usable: what it describes may sound like a hold.
    """
    kind = fields.text("type")
    if kind == "composite" and document.get("associations") and not fields.every("paragraphs"):
        fields.warnings.append(Fault(Reason.NO_ITEM, "a package of other items"))
    elif kind in NO_NEWS or (kind is None and "eventDetails" in document):
        fault = Fault(Reason.NO_ITEM, f"type {kind or 'event'}, not a news item")
        if status is PubStatus.USABLE:
            raise Rejected(fault.reason, fault)
        fields.warnings.append(fault)
    elif kind is not None and kind not in TEXT_TYPES:
        fields.warnings.append(f"type {kind[:40]}: only its words are read")


NINJS = Format(
    name="ninjs",
    description="IPTC ninjs 1.x, 2.x, 3.x",
    recognisers=(
        Recogniser(PayloadKind.JSON, lambda found: not DISTINCTIVE_NAMES.isdisjoint(found)),
        Recogniser(PayloadKind.JSON, lambda found: not found),  # `{}`: a payload without an item
    ),
    split=split_ninjs,
    read=read_ninjs,
    sources=SOURCES,
    places=PLACES,
    reads_nitf=True,
)
