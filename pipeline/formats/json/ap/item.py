"""AP Media API, JSON: the feed, a search result, one item with its envelope, or an item alone.

The text of a story is mostly a link to its NITF; the program that fetched the item may have put the NITF in.  An
item without `newscontent` among its `signals` may never be published (AP, Identifying Publishable Content);
`ednote` is not for news consumers (AP, Usage Instructions and Restrictions).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import chain
from typing import Any

from pipeline.formats import ids
from pipeline.formats.format import Format, Parts, PayloadKind, Recogniser, has_keys
from pipeline.formats.json.ap.concepts import with_uniform_concepts
from pipeline.formats.json.ap.status import usage_of
from pipeline.formats.json.associations import aside_passages
from pipeline.formats.json.documents import enveloped, said_around
from pipeline.formats.json.fields import JsonFields
from pipeline.formats.json.places import passages_in
from pipeline.formats.json.text import load_json
from pipeline.formats.parsed import Parsed, Payload
from pipeline.formats.parts import Enveloped
from pipeline.formats.places import CODE, UNREAD, Places, Unread, checked
from pipeline.formats.text import bodies
from pipeline.formats.xml.nitf.embedded import usage_in
from pipeline.items import AltId, Concept, InfoSource, Text
from pipeline.notes import Addressee, Passage
from pipeline.records import Reason, Rejected
from pipeline.values import codes

BODIES = ("body_nitf", "body_html", "body_text", "nitf.body_html")  # `nitf`: fetched and put beside the item
SOURCES = {  # `a.b`: b within a; `a[b]`: the elements of kind b in the list a
    "native_id": ("altids.itemid", "uri"),
    "alt_ids": ("altids", "links[canonical]"),
    "version": ("version",),
    "version_created": ("versioncreated",),
    "first_created": ("firstcreated",),
    "pub_status": ("pubstatus", "signals", "editorialtypes"),
    "embargo": ("embargoed",),
    "signals": ("editorialtypes", "urgency", "ednote"),
    "type": ("type",),
    "language": ("language",),
    "urgency": ("urgency", "editorialpriority"),
    "headline": ("headline",),
    "title": ("title",),
    "further_headlines": ("headline_extended", "headline_seo"),
    "paragraphs": (*BODIES, "description_summary"),
    "descriptions": ("description_summary", "description_caption", "description_text"),
    "slugline": ("slugline",),
    "by": ("bylines", "photographer"),
    "located": ("located",),  # else the city of the dateline
    "info_sources": ("infosource", "description_creditline", "provider"),
    "places": ("datelinelocation.city", "place"),
    "subjects": ("subject", "person", "organisation", "company", "event", "fixture", "keywords"),
    "copyright_notice": ("copyrightnotice",),
    "usage_terms": ("usageterms",),
}
LOOKUP = SOURCES | {
    "pub_status": ("pubstatus",),
    "alt_ids": ("altids",),
    "urgency": ("urgency",),
    "priority": ("editorialpriority",),
    "paragraphs": BODIES,
    "summary": ("description_summary",),
    "signals": ("signals",),
    "types": ("editorialtypes",),
    "note": ("ednote",),
    "uris": ("uri",),
    "management": ("managementid", "foreignkeys.membermanagementid"),
}
NAMING_IDS = frozenset({"etag", "friendlykey", "managementid"})  # ids beside the item's own that name the dispatch
SHARED_IDS = frozenset({"referenceid"})  # other items may have the same
_CLASSES: dict[Addressee | Unread, str] = {  # all other places are addressed to editors, so also ednote
    Addressee.HEADLINE: "headline headline_extended headline_seo title",
    Addressee.SLUG: "slugline keywords",
    Addressee.PUBLIC: (
        "description_summary description_caption description_text description_creditline bylines bylines/by "
        "bylines/title photographer photographer/name photographer/title copyrightnotice"
    ),
    Addressee.TERMS: "usageterms",
    Addressee.EDITORS: "bylines/* photographer/*",
    Addressee.NAME: (
        "located infosource provider datelinelocation place subject person organisation company event fixture"
    ),
    UNREAD: "body_nitf body_html body_text nitf/body_html associations",
    CODE: (
        "altids links renditions pubstatus embargoed "
        "signals editorialtypes type language urgency editorialpriority foreignkeys versioncreated firstcreated"
    ),
}
PLACES = Places.of_names(_CLASSES)

TEXT_TYPES = frozenset({"text", "composite"})


def split_ap_json(payload: Payload) -> Parts:
    """The items of an envelope, a feed, or an array of either.  Raises Rejected: MALFORMED, TOO_DEEP, ENCODING."""
    document, warnings = load_json(payload.data)
    return Parts(tuple(item for found in enveloped(document) for item in _items(found)), warnings)


def _items(found: Any) -> Iterator[Any]:
    """The items of an envelope, each with what is said around it; anything else counts as an item."""
    document, said = found if isinstance(found, Enveloped) else (found, ())
    inner = document.get("data") if isinstance(document, dict) else None
    if not isinstance(inner, dict):
        yield _with_text(document, said)
        return
    said = (*said, *said_around(document), *said_around(inner))
    if isinstance(inner.get("items"), list):
        yield from (_with_text(one, said) for one in inner["items"])
    elif "item" in inner:
        yield _with_text({"nitf": document.get("nitf"), "item": inner["item"]}, said)


def _with_text(holder: Any, said: tuple[Passage, ...]) -> Any:
    """The item of a feed's element or of an envelope, together with the text beside it."""
    item = holder.get("item") if isinstance(holder, dict) else None
    if isinstance(item, dict):
        said = (*said, *said_around(holder))
        item = {"nitf": holder.get("nitf"), **item}
    else:
        item = holder
    return Enveloped(item, said) if said else item


def read_ap_json(document: Any) -> Parsed:
    """One item.  Raises Rejected(MALFORMED)."""
    if not isinstance(document, dict):
        raise Rejected(Reason.MALFORMED, f"an item is an object, not {type(document).__name__}")
    fields = JsonFields(with_uniform_concepts(document), LOOKUP)
    _warn_of_type(fields)
    priority = fields.text("priority") or ""
    urgency = codes.read_urgency(fields.text("urgency"), fields.warnings) or codes.ANPA_URGENCY.get(priority)
    nitf = usage_in([text.value for text in fields.typed_texts("paragraphs")], fields.warnings)
    usage = usage_of(fields, urgency, nitf)
    paragraphs, markup = _body(fields)
    places = fields.concepts("places", Concept)
    return Parsed(
        paragraphs=paragraphs,
        html=markup,
        headline=_headline(fields),
        further_headlines=tuple(
            Text(value=text, role=name.removeprefix("headline_"), content_type="text/plain")
            for name, text in fields.named("further_headlines")
        ),
        native_id=_native_id(fields),
        version=fields.text("version"),
        version_created=fields.instant("version_created"),
        first_created=fields.instant("first_created"),
        pub_status=usage.status,
        embargo=usage.embargo,
        language=fields.text("language"),
        urgency=urgency,
        slugline=fields.text("slugline"),
        by=", ".join(fields.lines("by")) or None,
        located=fields.text("located") or next((place.name for place in places if place.rel == "dateline"), None),
        descriptions=tuple(dict.fromkeys(text for _, text in fields.named("descriptions"))),
        info_sources=fields.concepts("info_sources", InfoSource),
        places=places,
        subjects=fields.concepts("subjects", Concept),
        alt_ids=(alt_ids := _alt_ids(fields, document)),
        names=(*_names(fields, alt_ids), *nitf.names),
        copyright_notice=fields.text("copyright_notice"),
        usage_terms=" ".join(fields.lines("usage_terms")) or None,
        signals=usage.signals,
        passages=checked(
            chain(
                passages_in(document, PLACES),
                nitf.passages,
                aside_passages(document),
                _other_bodies(fields, paragraphs),
            )
        ),
        warnings=tuple(fields.warnings),  # last, because the fields above add theirs
    )


def _other_bodies(fields: JsonFields, chosen: tuple[str, ...]) -> Iterator[Passage]:
    """What the bodies that were not chosen say; those that are NITF without their heads."""
    written = fields.typed_texts("paragraphs")
    texts = [text._replace(value=bodies.of_nitf(text.value)) for text in written]
    return chain(bodies.asides(written), bodies.others(texts, chosen))


def _body(fields: JsonFields) -> tuple[tuple[str, ...], str]:
    """The paragraphs of the story and their markup; the summary if the story is only linked."""
    texts = [text._replace(value=bodies.of_nitf(text.value)) for text in fields.typed_texts("paragraphs")]
    if body := bodies.paragraphs(texts, fields.warnings):
        return body, bodies.markup(texts)
    summary = fields.text("summary") if fields.text("type") in (*TEXT_TYPES, None) else None
    if summary:
        fields.warnings.append("body is the summary: the story itself is only linked")
    elif fields.text("type") == "text":
        fields.warnings.append("no body: the story itself is only linked")
    return ((summary,) if summary else ()), ""


def _headline(fields: JsonFields) -> str:
    headline = fields.text("headline")
    if headline is None and (headline := fields.text("title")):
        fields.warnings.append("headline is the title")
    return headline or ""


def _native_id(fields: JsonFields) -> str | None:
    native_id = fields.text("native_id")
    if native_id is None:
        fields.warnings.append("neither altids.itemid nor uri: its revisions cannot be linked")
        return None
    return codes.without_revision(native_id)[0].rpartition("/media/v/content/")[2]


def _names(fields: JsonFields, alt_ids: tuple[AltId, ...]) -> tuple[str, ...]:
    """The item's ids, its uri without the request, and the ids of its management.  An etag ends in its revision."""
    uris = [codes.without_revision(uri)[0].rpartition("/media/v/content/")[2] for uri in fields.every("uris")]
    named = [one.value.partition("_")[0] for one in alt_ids if one.role in NAMING_IDS]
    own = [one for one in named if ids.is_distinctive(one)]
    others = [one.value for one in alt_ids if one.role in SHARED_IDS]
    names = ids.names_of([*fields.every("native_id"), *uris, *own, *fields.every("management")])
    return (*names, *ids.maybe_names([*(one for one in named if one not in own), *others]))


def _alt_ids(fields: JsonFields, document: Mapping[str, Any]) -> tuple[AltId, ...]:
    links = document.get("links")
    canonical = (
        AltId(role="canonical", value=link["href"])
        for link in (links if isinstance(links, list) else ())
        if isinstance(link, dict) and link.get("rel") == "canonical" and isinstance(link.get("href"), str)
    )
    return (*(found for found in fields.alt_ids("alt_ids") if found.role != "itemid"), *canonical)


def _warn_of_type(fields: JsonFields) -> None:
    kind = fields.text("type")
    if kind is not None and kind not in TEXT_TYPES:
        fields.warnings.append(f"type {kind[:40]}: only its words are read")


def _has_ids_of_ap(found: Any) -> bool:
    """Whether it is an item with AP's ids, or around one: the etag is the item's id and its revision."""
    inner = found.get("data")
    holder = inner if isinstance(inner, dict) else found
    if isinstance(several := holder.get("items"), list):
        holder = next((each for each in several if isinstance(each, dict)), holder)
    item = holder.get("item", holder)
    ids = item.get("altids") if isinstance(item, dict) else None
    if not isinstance(ids, dict):
        return False
    return str(ids.get("etag")).startswith(f"{ids.get('itemid')}_") or ("itemid" in ids and "signals" in item)


AP_JSON = Format(
    name="ap-json",
    description="AP Media API JSON",
    recognisers=(
        has_keys("api_version", "data"),  # the envelope
        has_keys("altids", "editorialpriority"),  # an item alone
        Recogniser(PayloadKind.JSON, _has_ids_of_ap),
    ),
    split=split_ap_json,
    read=read_ap_json,
    sources=SOURCES,
    places=PLACES,
    reads_nitf=True,
)
