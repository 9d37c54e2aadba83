"""RSS, Atom and Media RSS, read by feedparser, which gets only well-formed XML without a DTD and no network.

A description is a part of the copy: it is the body only if there is no other, with a warning.
"""

from __future__ import annotations

import io
from datetime import datetime
from typing import Any, NamedTuple

import feedparser

from pipeline.formats.format import Format, Parts, has_root
from pipeline.formats.parsed import Parsed, Payload
from pipeline.formats.text import html, plain
from pipeline.formats.xml.text import load_xml
from pipeline.items import AltId, Concept, InfoSource, PubStatus, Signal
from pipeline.records import Reason, Rejected
from pipeline.values import codes
from pipeline.values.dates import as_version, read_instant

BODY_IS_DESCRIPTION = "body is the description"
# About a photo.  feedparser would read a second media:description as the body of the item.
OF_PICTURES = frozenset({"media:description", "media:text"})
HEADERS = {"content-type": "application/xml; charset=utf-8"}  # load_xml returns UTF-8
SOURCES = {  # RSS · Atom, by the names under which feedparser reads them
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


class MediaStatus(NamedTuple):
    """What Media RSS `media:status@state` means for the item."""

    pub_status: PubStatus
    signals: tuple[Signal, ...]


STATES = {
    "active": MediaStatus(PubStatus.USABLE, ()),
    "blocked": MediaStatus(PubStatus.WITHHELD, (Signal.HOLD,)),
    "deleted": MediaStatus(PubStatus.CANCELED, (Signal.KILL,)),
}


class FeedEntry(NamedTuple):
    """One entry and its feed, as plain dicts of feedparser's."""

    fields: dict[str, Any]
    feed: dict[str, Any]


def split_feed(payload: Payload) -> Parts:
    """The entries.

    Raises Rejected: MALFORMED (not well-formed, with a DTD, no feed at all), ENCODING, TOO_DEEP, TOO_LARGE.
    """
    document, warnings = load_xml(payload.data, without=OF_PICTURES)
    found = _parsed(document)
    if not found["version"]:
        raise Rejected(Reason.MALFORMED, "neither RSS nor Atom")
    return Parts(tuple(FeedEntry(dict(entry), dict(found["feed"])) for entry in found["entries"]), warnings)


def _parsed(document: bytes) -> Any:
    """The result of feedparser.  It gets a stream, because it would try bytes as the name of a file first."""
    try:
        found = feedparser.parse(
            io.BytesIO(document), response_headers=HEADERS, resolve_relative_uris=False, sanitize_html=False
        )
    except Exception as error:
        # It does not document what it raises for odd values (URLs, dates).
        raise Rejected(Reason.MALFORMED, f"feedparser: {type(error).__name__}: {error}") from None
    if found["bozo"]:  # well-formed, but with undeclared namespaces; the encoding is right already
        raise Rejected(Reason.MALFORMED, f"feedparser: {found['bozo_exception']}")
    return found


def read_entry(entry: FeedEntry) -> Parsed:
    """One entry.  Raises Rejected(NO_ITEM, BAD_DATE)."""
    warnings: list[str] = []
    fields, feed = entry
    native_id, revision = _identity(fields, warnings)
    first_created = _instant(fields, "published", warnings)
    version_created = _instant(fields, "updated", warnings) or first_created
    status = _status(fields, feed, warnings)
    return Parsed(
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
        warnings=tuple(warnings),  # last, because the fields above add theirs
    )


def _identity(fields: dict[str, Any], warnings: list[str]) -> tuple[str | None, str | None]:
    """The id of the dispatch, and the revision if the id ends in one."""
    guid = fields.get("id") or None
    if guid is None:
        guid = fields.get("link") or None
        warnings.append(
            "no guid: its revisions cannot be linked" if guid is None else "no guid: identified by its link"
        )
    return codes.without_revision(guid) if guid else (None, None)


def _instant(fields: dict[str, Any], name: str, warnings: list[str]) -> datetime | None:
    text = fields.get(name)
    return read_instant(text, name, warnings) if text else None


def _status(fields: dict[str, Any], feed: dict[str, Any], warnings: list[str]) -> MediaStatus:
    """The state of the entry, else of its feed.  An unknown one fails closed: withheld."""
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
    """The language of the title, which inherits Atom's xml:lang; else of the feed."""
    return (
        (fields.get("title_detail") or {}).get("language") or fields.get("language") or feed.get("language") or None
    )


def _authors(fields: dict[str, Any]) -> str | None:
    named = [author["name"] for author in fields.get("authors", ()) if author.get("name")]
    return ", ".join(dict.fromkeys(named)) or fields.get("author") or None


def _sources(fields: dict[str, Any]) -> tuple[InfoSource, ...]:
    """RSS `source`, Atom `source/title`, dc:publisher: where the item comes from."""
    names = ((fields.get("source") or {}).get("title"), fields.get("publisher"))
    return tuple(InfoSource(name=name) for name in dict.fromkeys(names) if name)


def _subjects(fields: dict[str, Any]) -> tuple[Concept, ...]:
    return tuple(dict.fromkeys(_subject(tag) for tag in fields.get("tags") or () if tag.get("term")))


def _subject(tag: Any) -> Concept:
    """The literal is the vocabulary (RSS `domain`, Atom `scheme`) and the term, as in a qcode."""
    term, scheme = tag["term"], tag.get("scheme")
    return Concept(name=tag.get("label") or term, literal=f"{scheme}:{term}" if scheme else term)


def _links(fields: dict[str, Any]) -> tuple[AltId, ...]:
    return (AltId(role="link", value=fields["link"]),) if fields.get("link") else ()


RSS = Format(
    name="rss",
    description="RSS 0.9 to 2.0, Media RSS",
    recognisers=(has_root(r"rss|RDF"),),  # RSS 0.9 and 1.0 are RDF
    split=split_feed,
    read=read_entry,
    sources=SOURCES,
)
ATOM = Format(
    name="atom",
    description="Atom 0.3, 1.0",
    recognisers=(has_root(r"feed"),),
    split=split_feed,
    read=read_entry,
    sources=SOURCES,
)
