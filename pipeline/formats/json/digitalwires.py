"""dpa digitalwires (0.9): entries of dpa's API, one news item each, whoever wrote it.

What is public says so, field by field: a note by its `is_publishable`, one half of the notepad by its name.  All
else in the notes is not public and leaves this module in no form but that of a signal or an embargo.  Names and
places of the format after dpa's own converters to NewsML-G2 and IPTC 7901.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pipeline.formats.format import Parts
from pipeline.formats.json import digitalwires_notes as notes
from pipeline.formats.json.digitalwires_notes import objects
from pipeline.formats.json.documents import documents_of
from pipeline.formats.json.fields import Fields
from pipeline.formats.json.text import load
from pipeline.formats.parsed import Parsed, Payload
from pipeline.formats.text import bodies, html
from pipeline.items import AltId, Concept, InfoSource, Text
from pipeline.records import Reason, Rejected
from pipeline.values import codes, dates

SOURCES = {  # `a[b]`: the elements of the list a whose type or role is b; of ednotes only those for publication
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

LISTS = ("categories", "ednotes", "descriptions")
URGENT = {1: "flash", 2: "bulletin"}  # dpa: Blitz, Eil
STRICTEST = ("canceled", "withheld", "usable")


def split(payload: Payload) -> Parts:
    """The entries: one, an array of them, or as the API lists them."""
    document, warnings = load(payload.data)
    return Parts(documents_of(document), warnings)


def read(document: Any) -> Parsed:
    """One entry.  Raises Rejected(MALFORMED, BAD_DATE, NO_ITEM)."""
    if not isinstance(document, dict):
        raise Rejected(Reason.MALFORMED, f"an entry is an object, not {type(document).__name__}")
    fields = Fields(_opened(document), SOURCES)
    fields.warnings += [
        f"{name}: a list is due" for name in LISTS if not isinstance(document.get(name) or [], list)
    ]
    _warn_of_media(fields, document)
    status = _status(fields)
    embargo = dates.read_embargo(fields.as_written("embargo"))
    urgency = codes.urgency(fields.text("urgency"), fields.warnings)
    markup = "\n".join(notes.public_part(piece.value) for piece in fields.pieces("paragraphs"))
    item = Parsed(
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
        embargo=embargo or notes.embargo(document),
        language=fields.text("language"),
        urgency=urgency,
        by=fields.text("by"),
        dateline=fields.text("dateline"),
        sign_off=" ".join(fields.lines("sign_off")) or None,
        located=next((place.name for place in fields.concepts("located", Concept)), None),
        descriptions=tuple(text for piece in fields.pieces("descriptions") if (text := bodies.short(piece))),
        info_sources=fields.concepts("info_sources", InfoSource),
        places=fields.concepts("places", Concept),
        subjects=fields.concepts("subjects", Concept),
        alt_ids=tuple(AltId(role="entry_id", value=value) for value in fields.lines("alt_ids")),
        ed_note=notes.without(fields.note("ed_note"), embargo),
        copyright_notice=fields.text("copyright_notice"),
        usage_terms=fields.text("usage_terms"),
        signals=_signals(fields, document, status, urgency),
        warnings=tuple(fields.warnings),  # last: the fields above have added theirs
    )
    bodies.check_words(item)
    return item


def _opened(document: Mapping[str, Any]) -> dict[str, Any]:
    """The entry under the names of SOURCES: its lists parted by type, and of its notes only the public ones."""
    opened = {name: value for name, value in document.items() if name not in {"categories", "ednotes", "notepad"}}
    if isinstance(credit := document.get("creditline"), str):
        opened["creditline"] = {"name": credit, "role": "creditline"}
    for category in objects(document, "categories"):
        kind = str(category.get("type"))
        opened.setdefault(f"categories[{kind}]", []).append(_category(category, kind.rpartition(":")[2]))
    opened["descriptions"] = [found.get("description") for found in objects(document, "descriptions")]
    opened |= notes.public(document)
    return opened


def _category(category: Mapping[str, Any], kind: str) -> Any:
    """What SOURCES looks up in a category: a code alone, or a concept with what it is to the item."""
    if kind in {"pubstatus", "signal"}:
        return category.get("qcode") or category.get("name")
    role = category.get("role") or (kind if kind == "provider" else None)
    return {"name": category.get("name"), "qcode": category.get("qcode"), "rel": kind, "role": role}


def _warn_of_media(fields: Fields, document: Mapping[str, Any]) -> None:
    kinds = sorted({str(found.get("type"))[:20] for found in objects(document, "associations")})
    if kinds and not document.get("article_html"):
        fields.warnings.append(f"{', '.join(kinds)} without an article: only its words are read")


def _native_id(fields: Fields) -> str | None:
    native_id = fields.text("native_id")
    if native_id is None:
        fields.warnings.append("no urn: revisions of it cannot be told")
    return native_id


def _status(fields: Fields) -> codes.Status:
    """The strictest of those written; null is usable: dpa's result services send no other."""
    found = {codes.status(written, fields.warnings) for written in fields.every("pub_status")}
    return next((status for status in STRICTEST if status in found), "usable")


def _signals(
    fields: Fields, document: Mapping[str, Any], status: codes.Status, urgency: int | None
) -> tuple[str, ...]:
    """By status, signal, urgency and genre, and what the hidden notes say."""
    urgent = [URGENT[urgency]] if urgency in URGENT and document.get("article_html") else []  # a photo is no Blitz
    genres = (str(found.get("qcode")) for found in objects(document, "categories"))
    of_genre = [codes.GENRE_CODES[genre] for genre in genres if genre in codes.GENRE_CODES]
    written = codes.signals(fields.every("signals"))
    return tuple(dict.fromkeys((*codes.SIGNALS[status], *written, *urgent, *of_genre, *notes.signals(document))))
