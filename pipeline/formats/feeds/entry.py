"""One entry of a feed, as feedparser reads it.

A description is a part of the copy: it is the body only if there is no other, with a warning.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, NamedTuple

from pipeline.formats.parsed import Parsed
from pipeline.formats.text import html, plain
from pipeline.items import AltId, Concept, InfoSource, PubStatus
from pipeline.values import codes
from pipeline.values.dates import as_version, read_instant

BODY_IS_DESCRIPTION = "body is the description"
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
STATES = {"active": PubStatus.USABLE, "blocked": PubStatus.WITHHELD, "deleted": PubStatus.CANCELED}  # of Media RSS


class FeedEntry(NamedTuple):
    """One entry and its feed, as plain dicts of feedparser's."""

    fields: dict[str, Any]
    feed: dict[str, Any]


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
        pub_status=status,
        language=_language(fields, feed),
        by=_authors(fields),
        descriptions=_descriptions(fields),
        info_sources=_sources(fields),
        subjects=_subjects(fields),
        alt_ids=_links(fields),
        copyright_notice=fields.get("rights") or feed.get("rights") or None,
        signals=codes.STATUS_SIGNALS[status],
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


def _status(fields: dict[str, Any], feed: dict[str, Any], warnings: list[str]) -> PubStatus:
    """The state of the entry, else of its feed.  An unknown one fails closed: withheld."""
    written = fields.get("media_status") or feed.get("media_status")
    if written is None:
        return PubStatus.USABLE
    state = str(written.get("state", "")).strip().lower() if isinstance(written, dict) else ""
    if state not in STATES:
        warnings.append(f"media:status {state[:40]!r} unknown: withheld")
    return STATES.get(state, PubStatus.WITHHELD)


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
