"""Which document it is, and its entries."""

from __future__ import annotations

from pipeline.formats.sniff import sniff
from pipeline.ingest.http.cut_broken import cut_broken
from pipeline.ingest.http.cut_json import cut_json, is_json_feed
from pipeline.ingest.http.cut_xml import cut_xml
from pipeline.ingest.http.entry import ENTRIES_MAX, Cut
from pipeline.ingest.http.reading_xml import TooManyEntries
from pipeline.records import Rejected

FEEDS = frozenset({"rss", "atom"})


class NoFeed(Exception):
    """A document that is none; the text says what it is."""


def read_document(data: bytes) -> Cut:
    """The document, cut into entries.  Raises NoFeed."""
    if not data.strip():
        raise NoFeed("an empty document")
    try:
        if is_json_feed(data):
            return cut_json(data) or Cut(data, (), is_broken=True)
        if (name := _name_of(data)) not in FEEDS:
            raise NoFeed(f"no feed: {name}")
        return cut_xml(data) or cut_broken(data)
    except TooManyEntries:
        raise NoFeed(f"more than {ENTRIES_MAX:,} entries") from None


def _name_of(data: bytes) -> str:
    try:
        return sniff(data)
    except Rejected as rejected:
        return rejected.detail
