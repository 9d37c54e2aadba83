"""RSS, Atom and Media RSS through feedparser, which meets only well-formed XML without a DTD, never the network.

A description is a cut of the copy, not the copy: it is the body only where nothing else is, and then it says so.
"""

from __future__ import annotations

import io
from datetime import datetime
from typing import Any, NamedTuple

import feedparser

from pipeline.formats.format import Parts
from pipeline.formats.parsed import Parsed, Payload
from pipeline.formats.text import html, plain
from pipeline.formats.xml.text import load
from pipeline.items import AltId, Concept, InfoSource
from pipeline.records import Reason, Rejected
from pipeline.values import codes
from pipeline.values.dates import as_version, read_instant

BODY_IS_DESCRIPTION = "body is the description"
# A photo's own words: feedparser would take media:description for the item's body when it is the second one.
OF_PICTURES = frozenset({"media:description", "media:text"})
HEADERS = {"content-type": "application/xml; charset=utf-8"}  # what xml_text hands over, whatever came


SOURCES = {  # RSS · Atom, by the names that feedparser reads them under
    "native_id": ("guid", "id", "link"),
    "version": ("guid :revision", "updated", "pubDate"),
    "version_created": ("updated", "pubDate", "published"),
    "first_created": ("pubDate", "published", "dc:date"),
    "pub_status": ("media:status@state",),
    "signals": ("media:status@state",),
    "language": ("title@xml:lang", "dc:language", "channel/language"),
    "headline": ("title",),
    "paragraphs": ("content:encoded", "content", "description", "summary"),
    "descriptions": ("description", "summary"),
    "by": ("dc:creator", "author"),
    "subjects": ("category@domain", "category@scheme", "category@label"),
    "info_sources": ("source", "dc:publisher"),
    "alt_ids": ("link",),
    "copyright_notice": ("dc:rights", "rights", "channel/copyright"),
}


class Status(NamedTuple):
    """What Media RSS `media:status@state` means for the item."""

    pub_status: Any  # Parsed's literal
    signals: tuple[str, ...]


STATES = {
    "active": Status("usable", ()),
    "blocked": Status("withheld", ("hold",)),
    "deleted": Status("canceled", ("kill",)),
}


class Entry(NamedTuple):
    """One entry, and the feed that it stands in, as feedparser's plain dicts."""

    fields: dict[str, Any]
    feed: dict[str, Any]


def split(payload: Payload) -> Parts:
    """The entries.

    Raises Rejected: MALFORMED (not well-formed, with a DTD, no feed at all), ENCODING, TOO_DEEP, TOO_LARGE.
    """
    document, warnings = load(payload.data, without=OF_PICTURES)
    found = _parsed(document)
    if not found["version"]:
        raise Rejected(Reason.MALFORMED, "neither RSS nor Atom")
    return Parts(tuple(Entry(dict(entry), dict(found["feed"])) for entry in found["entries"]), warnings)


def _parsed(document: bytes) -> Any:
    """feedparser's result.  A stream, never bytes: bytes it would first try as a file's name."""
    try:
        found = feedparser.parse(
            io.BytesIO(document), response_headers=HEADERS, resolve_relative_uris=False, sanitize_html=False
        )
    except Exception as error:
        # It guards little against odd values (urls, dates), and what it raises is not said anywhere.
        raise Rejected(Reason.MALFORMED, f"feedparser: {type(error).__name__}: {error}") from None
    if found["bozo"]:  # well-formed, but its namespaces are not; encodings were settled before
        raise Rejected(Reason.MALFORMED, f"feedparser: {found['bozo_exception']}")
    return found


def read(entry: Entry) -> Parsed:
    """One entry.  Raises Rejected(NO_ITEM, BAD_DATE)."""
    warnings: list[str] = []
    fields, feed = entry
    native_id, revision = _identity(fields, warnings)
    first_created = _instant(fields, "published", warnings)
    version_created = _instant(fields, "updated", warnings) or first_created
    status = _status(fields, feed, warnings)
    item = Parsed(
        paragraphs=_paragraphs(fields, warnings),
        html=_html(fields),
        headline=_short(fields.get("title_detail")),
        native_id=native_id,
        version=revision or as_version(version_created),
        version_created=version_created,
        first_created=first_created,
        pub_status=status.pub_status,
        language=_language(fields, feed),
        by=_authors(fields),
        descriptions=_descriptions(fields),
        info_sources=_sources(fields),
        subjects=_subjects(fields),
        alt_ids=_links(fields),
        copyright_notice=fields.get("rights") or feed.get("rights") or None,
        signals=status.signals,
        warnings=tuple(warnings),  # last: the fields above have added theirs
    )
    if not (item.headline or item.paragraphs or (item.native_id and item.signals)):
        raise Rejected(Reason.NO_ITEM, "an entry with neither title nor content")
    return item


def _identity(fields: dict[str, Any], warnings: list[str]) -> tuple[str | None, str | None]:
    """The dispatch's id and, where the id carries it, the revision."""
    guid = fields.get("id") or None
    if guid is None:
        guid = fields.get("link") or None
        warnings.append("no guid: revisions of it cannot be told" if guid is None else "no guid: known by its link")
    return codes.parted_id(guid) if guid else (None, None)


def _instant(fields: dict[str, Any], name: str, warnings: list[str]) -> datetime | None:
    text = fields.get(name)
    return read_instant(text, name, warnings) if text else None


def _status(fields: dict[str, Any], feed: dict[str, Any], warnings: list[str]) -> Status:
    """The entry's own state before its feed's; one that cannot be read fails closed: withheld."""
    written = fields.get("media_status") or feed.get("media_status")
    if written is None:
        return STATES["active"]
    state = str(written.get("state", "")).strip().lower() if isinstance(written, dict) else ""
    if state not in STATES:
        warnings.append(f"media:status {state[:40]!r} unknown: withheld")
    return STATES.get(state, STATES["blocked"])


def _paragraphs(fields: dict[str, Any], warnings: list[str]) -> tuple[str, ...]:
    contents = [_text_of(detail) for detail in fields.get("content", ()) if _is_text(detail)]
    body = max(contents, key=lambda paragraphs: sum(map(len, paragraphs)), default=())
    if body:
        return body
    described = _text_of(fields.get("summary_detail"))
    if described:
        warnings.append(BODY_IS_DESCRIPTION)
    return described


def _html(fields: dict[str, Any]) -> str:
    details = fields.get("content") or [fields.get("summary_detail") or {}]
    return max(
        (detail.get("value") or "" for detail in details if detail.get("type") != "text/plain"), key=len, default=""
    )


def _descriptions(fields: dict[str, Any]) -> tuple[str, ...]:
    text = _short(fields.get("summary_detail"))
    return (text,) if text else ()


def _is_text(detail: Any) -> bool:
    return str(detail.get("type") or "text/html").startswith(("text/", "application/xhtml"))


def _text_of(detail: Any) -> tuple[str, ...]:
    value = (detail or {}).get("value") or ""
    if (detail or {}).get("type") == "text/plain" and not html.has_markup(value):
        return plain.paragraphs(value)
    return html.paragraphs(value)


def _short(detail: Any) -> str:
    return " ".join(_text_of(detail))


def _language(fields: dict[str, Any], feed: dict[str, Any]) -> str | None:
    """Of the title (Atom's xml:lang reaches down to it), else of the feed."""
    return (
        (fields.get("title_detail") or {}).get("language") or fields.get("language") or feed.get("language") or None
    )


def _authors(fields: dict[str, Any]) -> str | None:
    named = [author["name"] for author in fields.get("authors", ()) if author.get("name")]
    return ", ".join(dict.fromkeys(named)) or fields.get("author") or None


def _sources(fields: dict[str, Any]) -> tuple[InfoSource, ...]:
    """RSS `source`, Atom `source/title`, dc:publisher: who had it first."""
    names = ((fields.get("source") or {}).get("title"), fields.get("publisher"))
    return tuple(InfoSource(name=name) for name in dict.fromkeys(names) if name)


def _subjects(fields: dict[str, Any]) -> tuple[Concept, ...]:
    return tuple(dict.fromkeys(_subject(tag) for tag in fields.get("tags") or () if tag.get("term")))


def _subject(tag: Any) -> Concept:
    """The vocabulary (RSS `domain`, Atom `scheme`) stands before the term, as in a qcode."""
    term, scheme = tag["term"], tag.get("scheme")
    return Concept(name=tag.get("label") or term, literal=f"{scheme}:{term}" if scheme else term)


def _links(fields: dict[str, Any]) -> tuple[AltId, ...]:
    return (AltId(role="link", value=fields["link"]),) if fields.get("link") else ()
