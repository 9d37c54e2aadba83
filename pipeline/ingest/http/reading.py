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
BOM = b"\xef\xbb\xbf"
BEFORE_BYTES_MAX = 4_096  # in which a document begins
ROOTS = (
    b"<rss",
    b"<feed",
    b"<entry",
    b"<channel",
    b":rss",
    b":feed",
    b":entry",
    b":RDF",
)  # behind them it has begun


class NoFeed(Exception):
    """A document that is none; the text says what it is."""


def read_document(data: bytes) -> Cut:
    """The document, cut into entries.  Raises NoFeed."""
    data = _from_its_beginning(data)
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


def _from_its_beginning(data: bytes) -> bytes:
    """Without what a server's scripts print before it: blank lines, more byte order marks, a comment, a warning."""
    found = data.lstrip(BOM + b" \t\r\n")
    if found.startswith(b"{"):
        return found
    before, declaration, _ = data[:BEFORE_BYTES_MAX].partition(b"<?xml ")
    if declaration and not any(root in before for root in ROOTS):
        return data[len(before) - (len(BOM) if before.endswith(BOM) else 0) :]
    return found if found.startswith(b"<") and found != data.removeprefix(BOM) else data


def _name_of(data: bytes) -> str:
    try:
        return sniff(data)
    except Rejected as rejected:
        return rejected.detail
