"""RSS, Atom and Media RSS, read by feedparser, which gets only well-formed XML without a DTD and no network."""

from __future__ import annotations

import io
from dataclasses import replace
from typing import Any

import feedparser
import feedparser.api

from pipeline.formats.feeds.entry import SOURCES, FeedEntry, read_entry
from pipeline.formats.feeds.recovery import without_broken_entries
from pipeline.formats.feeds.usage import PLACES, usage_in
from pipeline.formats.format import Format, Parts, has_root
from pipeline.formats.parsed import Payload
from pipeline.formats.xml.text import load_xml, parse_tree
from pipeline.formats.xml.tree import Element
from pipeline.machine import failure_of
from pipeline.records import Reason, Rejected

# About a photo.  feedparser would read a second media:description as the body of the item.
OF_PICTURES = frozenset({"media:description", "media:text"})
ENTRIES = frozenset({"item", "entry"})
ATOM_FEED, AUTHORS = "feed", frozenset({"author", "author_detail", "authors"})
TOMBSTONE = "deleted-entry"  # RFC 6721: the entry of that id was removed
feedparser.api.PREFERRED_XML_PARSERS.clear()  # else each call looks in all folders for a driver that nobody has
# What feedparser makes of the elements that it knows; all else that is read is a text, and so is an unknown element
# of one of these names.
SHAPES = {
    **dict.fromkeys(("title_detail", "summary_detail", "source"), dict),
    **dict.fromkeys(("content", "links", "tags", "authors"), list),
}
HEADERS = {"content-type": "application/xml; charset=utf-8"}  # load_xml returns UTF-8


def split_feed(payload: Payload) -> Parts:
    """The entries; of a feed that is not well-formed those that are, and each broken one for itself.

    Raises Rejected: MALFORMED (not well-formed, with a DTD, no feed at all), ENCODING, TOO_DEEP, TOO_LARGE.
    """
    try:
        return _split(payload)
    except Rejected as rejected:
        if rejected.reason is not Reason.MALFORMED or (clean := without_broken_entries(payload.data)) is None:
            raise
    parts = _split(replace(payload, data=clean.data))
    return Parts(
        (*parts.documents, *clean.broken), (*parts.warnings, f"{len(clean.broken)} broken entries beside it")
    )


def _split(payload: Payload) -> Parts:
    document, warnings = load_xml(payload.data, without=OF_PICTURES)
    found = _parsed(document)
    if not found["version"]:
        raise Rejected(Reason.MALFORMED, "neither RSS nor Atom")
    root, _ = parse_tree(payload.data)
    entries = [*map(_shaped, found["entries"])]
    elements = [element for element in root.iter() if element.tag in ENTRIES]
    # Where the two do not find the same entries, what any entry says counts for each of them.
    own = [(one,) for one in elements] if len(elements) == len(entries) else [tuple(elements)] * len(entries)
    around = (root, *root.iterfind("channel"))
    usage = usage_in(around, (one for owner in around for one in owner if not _is_part(one)))
    feed = _shaped(found["feed"])
    if root.tag != ATOM_FEED:  # in Atom alone an entry inherits the author of the feed (RFC 4287, 4.2.1)
        feed = {name: value for name, value in feed.items() if name not in AUTHORS}
    rows = zip(entries, own, strict=True)
    parts = [FeedEntry(entry, feed, one, usage, payload.received, payload.identity) for entry, one in rows]
    deleted = usage._replace(statuses=(*usage.statuses, "deleted"))
    for element in root.iter(TOMBSTONE):
        fields = {"id": element.get("ref"), "updated": element.get("when")}
        parts.append(FeedEntry(fields, feed, (element,), deleted, payload.received))
    return Parts(tuple(parts), warnings)


def _shaped(found: dict[str, Any]) -> dict[str, Any]:
    """The fields of an entry or a feed that are what their names say."""
    return {name: value for name, value in found.items() if isinstance(value, SHAPES.get(name, str))}


def _is_part(element: Element) -> bool:
    return element.tag in ENTRIES or element.tag in ("channel", TOMBSTONE)


def _parsed(document: bytes) -> Any:
    """The result of feedparser.  It gets a stream, because it would try bytes as the name of a file first."""
    try:
        found = feedparser.parse(
            io.BytesIO(document), response_headers=HEADERS, resolve_relative_uris=False, sanitize_html=False
        )
    except Exception as error:
        if failure_of(error):
            raise
        # It does not document what it raises for odd values (URLs, dates).
        raise Rejected(Reason.MALFORMED, f"feedparser: {type(error).__name__}: {error}") from None
    if found["bozo"]:  # well-formed, but with undeclared namespaces; the encoding is right already
        raise Rejected(Reason.MALFORMED, f"feedparser: {found['bozo_exception']}")
    return found


RSS = Format(
    name="rss",
    description="RSS 0.9 to 2.0, Media RSS",
    recognisers=(has_root(r"rss|RDF"),),  # RSS 0.9 and 1.0 are RDF
    split=split_feed,
    read=read_entry,
    sources=SOURCES,
    places=PLACES,
)
ATOM = Format(
    name="atom",
    description="Atom 0.3, 1.0",
    recognisers=(has_root(r"feed"),),
    split=split_feed,
    read=read_entry,
    sources=SOURCES,
    places=PLACES,
)
