"""JSON Feed 1.0 and 1.1: the items of a channel, as RSS has them, in JSON.

Fields are those of the specification; extensions (`_…`) and what it does not know are for editors.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from pipeline.formats import ids
from pipeline.formats.feeds.entry import channel_sources, plan
from pipeline.formats.format import Format, Parts, PayloadKind, Recogniser
from pipeline.formats.json.documents import JSON_FEED as VERSION
from pipeline.formats.json.fields import JsonFields
from pipeline.formats.json.places import passages_in
from pipeline.formats.json.text import load_json
from pipeline.formats.parsed import Identity, Parsed, Payload
from pipeline.formats.places import CODE, UNREAD, Places, Unread, checked
from pipeline.formats.text import bodies
from pipeline.formats.text.bodies import TypedText
from pipeline.items import AltId, Concept
from pipeline.notes import Addressee, Passage
from pipeline.records import Reason, Rejected

SOURCES = {
    "native_id": ("id",),
    "link": ("url",),
    "version_created": ("date_modified", "date_published"),
    "first_created": ("date_published",),
    "language": ("language",),
    "headline": ("title",),
    "paragraphs": ("content_html", "content_text"),
    "descriptions": ("summary",),
    "by": ("authors", "author"),
    "subjects": ("tags",),
    "info_sources": ("title of the feed, if it names an agency",),
}
_CLASSES: dict[Addressee | Unread, str] = {
    Addressee.HEADLINE: "title",
    Addressee.SLUG: "tags",
    Addressee.PUBLIC: ("summary description attachments attachments/title authors authors/name author author/name"),
    Addressee.EDITORS: "attachments/* authors/* author/*",
    CODE: (
        "id url external_url image banner_image date_published date_modified language version home_page_url "
        "feed_url next_url icon favicon hubs attachments/mime_type "
        "authors/avatar author/avatar"
    ),
    UNREAD: "content_html content_text items",
}
PLACES = Places.of_names(_CLASSES)


class FeedItem(NamedTuple):
    """An item, its feed, and what that says of all of its items."""

    document: Any
    feed: Mapping[str, Any]
    said: tuple[Passage, ...]
    payload: Payload


def split_json_feed(payload: Payload) -> Parts:
    """The items.  Raises Rejected: MALFORMED, TOO_DEEP, ENCODING."""
    feed, warnings = load_json(payload.data)
    items = feed.get("items") if isinstance(feed, dict) else None
    if not isinstance(items, list):
        raise Rejected(Reason.MALFORMED, "a feed without a list of items")
    said = tuple(passages_in(feed, PLACES))
    return Parts(tuple(FeedItem(one, feed, said, payload) for one in items), warnings)


def read_json_feed(item: FeedItem) -> Parsed:
    """One item.  Raises Rejected(MALFORMED)."""
    document, feed = item.document, item.feed
    if not isinstance(document, dict):
        raise Rejected(Reason.MALFORMED, f"an item is an object, not {type(document).__name__}")
    fields = JsonFields(document, SOURCES)
    native_id, links = fields.text("native_id"), fields.lines("link")
    if item.payload.identity is Identity.LINK and links:
        native_id = links[0]
    if native_id is None:
        native_id = links[0] if links else None
        fields.warnings.append("no id: identified by its address, if it has one")
    constants = [str(feed[name]) for name in ("home_page_url", "feed_url", "title") if feed.get(name)]
    published = fields.instant("first_created")
    written = _bodies(document)
    paragraphs = bodies.paragraphs(written, fields.warnings)
    found = Parsed(
        paragraphs=paragraphs,
        html=bodies.markup(written),
        headline=fields.text("headline") or "",
        native_id=native_id,
        names=ids.names_of([native_id], links, constants=constants),
        version_created=fields.instant("version_created"),
        first_created=published,
        revision_undated="date_modified" not in dict(fields.named("version_created")),
        embargo=plan(published, item.payload.received, fields.warnings),
        language=fields.text("language") or (str(feed["language"]) if feed.get("language") else None),
        by=_authors(document) or _authors(feed),
        descriptions=tuple(fields.lines("descriptions")),
        subjects=fields.concepts("subjects", Concept),
        info_sources=channel_sources(feed.get("title")),
        alt_ids=tuple(AltId(role="link", value=one) for one in links),
        passages=checked((*passages_in(document, PLACES), *item.said, *bodies.others(written, paragraphs))),
        warnings=tuple(fields.warnings),  # last, because the fields above add theirs
    )
    return ids.identified(found, constants)


def _bodies(document: Mapping[str, Any]) -> list[TypedText]:
    kinds = {"content_html": "text/html", "content_text": "text/plain"}
    return [
        TypedText(text, None, kind) for name, kind in kinds.items() if isinstance(text := document.get(name), str)
    ]


def _authors(document: Mapping[str, Any]) -> str | None:
    """The names of its authors; 1.0 has one."""
    written = document.get("authors") or document.get("author") or ()
    authors = written if isinstance(written, list) else [written]
    names = (one.get("name") for one in authors if isinstance(one, dict))
    return ", ".join(dict.fromkeys(name for name in names if isinstance(name, str) and name)) or None


JSON_FEED = Format(
    name="json-feed",
    description="JSON Feed 1.0, 1.1",
    recognisers=(Recogniser(PayloadKind.JSON, lambda found: str(found.get("version")).startswith(VERSION)),),
    split=split_json_feed,
    read=read_json_feed,
    sources=SOURCES,
    places=PLACES,
)
