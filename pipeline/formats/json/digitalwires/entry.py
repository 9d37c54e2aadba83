"""dpa digitalwires (0.9): entries of dpa's API, each one news item, from whichever agency.

A note is public if `is_publishable` is true, the notepad has a public half.  Nothing else of the notes leaves this
module but a signal or an embargo.  The names of the fields are known from dpa's own converters to NewsML-G2 and
IPTC 7901.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import chain
from typing import Any

from pipeline.formats import ids
from pipeline.formats.format import Format, Parts, PayloadKind, Recogniser, has_keys
from pipeline.formats.json.associations import aside_passages
from pipeline.formats.json.digitalwires import notes
from pipeline.formats.json.digitalwires.notes import objects_in
from pipeline.formats.json.documents import enveloped
from pipeline.formats.json.fields import JsonFields
from pipeline.formats.json.places import passages_in
from pipeline.formats.json.text import load_json
from pipeline.formats.parsed import Parsed, Payload
from pipeline.formats.places import CODE, UNREAD, Places, Unread, checked
from pipeline.formats.text import bodies, html
from pipeline.items import AltId, Concept, InfoSource, PubStatus, Signal, Text
from pipeline.notes import Addressee
from pipeline.records import Reason, Rejected
from pipeline.values import codes

SOURCES = {  # `a[b]`: the elements of the list a whose type or role is b; only public ednotes
    "native_id": ("urn",),
    "alt_ids": ("entry_id",),
    "version": ("version",),
    "version_created": ("version_created",),
    "pub_status": ("pubstatus", "categories[dnltype:pubstatus]"),
    "signals": ("signal", "categories[dnltype:signal]"),
    "embargo": ("embargoed",),
    "language": ("language",),
    "urgency": ("urgency",),
    "headline": ("headline",),
    "further_headlines": ("kicker", "subhead"),
    "paragraphs": ("article_html", "infobox_html"),
    "dateline": ("dateline",),
    "sign_off": ("ednotes[dpaednoterole:closingline]",),
    "descriptions": ("teaser", "descriptions"),
    "by": ("byline",),
    "located": ("categories[dnltype:located]",),
    "info_sources": ("categories[dnltype:infosource]", "creditline", "categories[dnltype:provider]"),
    "places": ("categories[dnltype:geosubject]", "categories[dnltype:poi]", "categories[dnltype:locationcreated]"),
    "subjects": (
        "categories[dnltype:dpasubject]", "categories[dnltype:subject]", "categories[dnltype:keyword]",
        "categories[dnltype:person]", "categories[dnltype:genre]", "categories[dnltype:desk]",
    ),
    "ed_note": ("ednotes", "notepad.public_html"),
    "copyright_notice": ("copyrightnotice", "autopublishnotice"),
    "usage_terms": ("usageterms",),
}  # fmt: skip

_CLASSES: dict[Addressee | Unread, str] = {  # all other places are addressed to editors
    Addressee.HEADLINE: "headline kicker subhead",
    Addressee.PUBLIC: (
        "teaser descriptions byline dateline creditline copyrightnotice autopublishnotice usageterms linkbox_html "
        "descriptions/description"
    ),
    Addressee.EDITORS: "descriptions/*",
    Addressee.NAME: "categories dpasubject_names geosubject_names keyword_names desk_names genre_names rubrics",
    UNREAD: "article_html infobox_html associations ednotes notepad/public_html notepad/nonpublic_html",
    CODE: "urn entry_id format type version_created updated content_created pubstatus embargoed language urgency",
}
PLACES = Places.of_names(_CLASSES)

LISTS = ("categories", "ednotes", "descriptions")


def split_digitalwires(payload: Payload) -> Parts:
    """The entries: one, an array of them, or as the API lists them."""
    document, warnings = load_json(payload.data)
    return Parts(enveloped(document), warnings)


def read_digitalwires(document: Any) -> Parsed:
    """One entry.  Raises Rejected(MALFORMED)."""
    if not isinstance(document, dict):
        raise Rejected(Reason.MALFORMED, f"an entry is an object, not {type(document).__name__}")
    fields = JsonFields(_by_source(document), SOURCES)
    fields.warnings += [
        f"{name}: a list expected" for name in LISTS if not isinstance(document.get(name) or [], list)
    ]
    _warn_of_media(fields, document)
    releases = [*fields.as_written("embargo"), *([""] if codes.has_embargo_signal(fields.every("signals")) else [])]
    statuses = [*fields.every("pub_status"), *fields.codes("pub_status")]
    status, embargo = codes.read_usage(statuses, releases, fields.warnings)
    urgency = codes.read_urgency(fields.text("urgency"), fields.warnings)
    entries = fields.lines("alt_ids")
    bodies_written = [text.value for text in fields.typed_texts("paragraphs")]
    markup = "\n".join(map(notes.before_private_half, bodies_written))
    return Parsed(
        paragraphs=html.paragraphs(markup),
        html=markup,
        headline=fields.text("headline") or "",
        further_headlines=tuple(
            Text(value=text, role=name, content_type="text/plain")
            for name, text in fields.named("further_headlines")
        ),
        native_id=_native_id(fields),
        version=fields.text("version"),
        version_created=fields.instant("version_created"),
        pub_status=status,
        embargo=embargo,
        language=fields.text("language"),
        urgency=urgency,
        by=fields.text("by"),
        dateline=fields.text("dateline"),
        sign_off=" ".join(fields.lines("sign_off")) or None,
        located=next((place.name for place in fields.concepts("located", Concept)), None),
        descriptions=_descriptions(fields),
        info_sources=fields.concepts("info_sources", InfoSource),
        places=fields.concepts("places", Concept),
        subjects=fields.concepts("subjects", Concept),
        alt_ids=tuple(AltId(role="entry_id", value=value) for value in entries),
        names=ids.names_of([*fields.every("native_id"), *entries]),
        ed_note=fields.note("ed_note"),
        copyright_notice=fields.text("copyright_notice"),
        usage_terms=fields.text("usage_terms"),
        signals=_signals(fields, document, status, urgency),
        passages=checked(
            chain(
                passages_in(document, PLACES),
                notes.note_passages(document, embargo),
                aside_passages(document),
                bodies.unseen_in(bodies_written),
            )
        ),
        warnings=tuple(fields.warnings),  # last, because the fields above add theirs
    )


def _by_source(document: Mapping[str, Any]) -> dict[str, Any]:
    """The entry under the names of SOURCES: its lists split by type, and only its public notes."""
    entry = {name: value for name, value in document.items() if name not in {"categories", "ednotes", "notepad"}}
    if isinstance(credit := document.get("creditline"), str):
        entry["creditline"] = {"name": credit, "role": "creditline"}
    for category in objects_in(document, "categories"):
        kind = str(category.get("type"))
        entry.setdefault(f"categories[{kind}]", []).append(_category(category, kind.rpartition(":")[2]))
    entry["descriptions"] = [found.get("description") for found in objects_in(document, "descriptions")]
    return entry | notes.public_notes(document)


def _category(category: Mapping[str, Any], kind: str) -> Any:
    """A category as SOURCES expects it: a code alone, or a concept with its relation to the item."""
    if kind in {"pubstatus", "signal"}:
        return category.get("qcode") or category.get("name")
    role = category.get("role") or (kind if kind == "provider" else None)
    return {"name": category.get("name"), "qcode": category.get("qcode"), "rel": kind, "role": role}


def _warn_of_media(fields: JsonFields, document: Mapping[str, Any]) -> None:
    kinds = sorted({str(found.get("type"))[:20] for found in objects_in(document, "associations")})
    if kinds and not document.get("article_html"):
        fields.warnings.append(f"{', '.join(kinds)} without an article: only its words are read")


def _descriptions(fields: JsonFields) -> tuple[str, ...]:
    return tuple(lines for text in fields.typed_texts("descriptions") if (lines := bodies.description(text)))


def _native_id(fields: JsonFields) -> str | None:
    native_id = fields.text("native_id")
    if native_id is None:
        fields.warnings.append("no urn: its revisions cannot be linked")
    return native_id


def _signals(
    fields: JsonFields, document: Mapping[str, Any], status: PubStatus, urgency: int | None
) -> tuple[Signal, ...]:
    """By status, signal, urgency and genre."""
    is_urgent = urgency in codes.DPA_URGENCY_SIGNALS and document.get("article_html")  # a photo is not a Blitz
    urgent = [codes.DPA_URGENCY_SIGNALS[urgency]] if urgency and is_urgent else []
    genres = (str(found.get("qcode")) for found in objects_in(document, "categories"))
    of_genre = [codes.GENRE_SIGNALS[genre] for genre in genres if genre in codes.GENRE_SIGNALS]
    written = codes.read_signals(fields.every("signals"))
    return tuple(dict.fromkeys((*codes.STATUS_SIGNALS[status], *written, *urgent, *of_genre)))


DIGITALWIRES = Format(
    name="digitalwires",
    description="dpa digitalwires 0.9",
    recognisers=(
        Recogniser(PayloadKind.JSON, lambda found: str(found.get("format")).startswith("digitalwires")),
        has_keys("urn", "version_created"),  # older entries do not name their format
    ),
    split=split_digitalwires,
    read=read_digitalwires,
    sources=SOURCES,
    places=PLACES,
)
