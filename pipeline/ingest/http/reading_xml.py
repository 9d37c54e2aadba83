"""What an element of RSS or Atom says, as expat goes through it.

Its words are all texts and attributes but for ids, dates, counters and addresses: these change while the copy stays
as it is, and an entry that is published again for each comment that it gets would drown a desk.
"""

from __future__ import annotations

from xml.parsers.expat import XMLParserType

from pipeline.ingest.contract import key_of
from pipeline.ingest.http.entry import ENTRIES_MAX, Entry
from pipeline.ingest.http.polling import DAY_MS, HOUR_MS, MINUTE_MS

ENTRIES = frozenset({"item", "entry", "deleted-entry"})  # deleted-entry: RFC 6721
IDS = frozenset({"guid", "id"})
DATES = ("pubDate", "published", "date", "issued", "updated", "modified", "created")  # the first that is there
UNSAID = frozenset({  # elements that are no words
    *IDS, *DATES, "link", "origLink", "comments", "commentRss", "total", "count", "edited", "post_modified",
    "post_modified_gmt",
})  # fmt: skip
ADDRESSES = frozenset({"href", "url", "src", "about", "resource", "ref", "when", "fileSize", "length", "count"})
HINTS = frozenset({"ttl", "updatePeriod", "updateFrequency"})
PERIODS_MS = {
    "hourly": HOUR_MS, "daily": DAY_MS, "weekly": 7 * DAY_MS, "monthly": 30 * DAY_MS, "yearly": 365 * DAY_MS,
}  # fmt: skip


class TooManyEntries(Exception):
    """More than ENTRIES_MAX."""


class Reading:
    """The entries of a document, by the handlers of an expat parser."""

    def __init__(self, parser: XMLParserType, is_entry: bool) -> None:
        """`is_entry`: the document is an entry, not a feed."""
        self.entries: list[Entry] = []
        self.tags: list[str] = []  # of each, with its prefix
        self._parser = parser
        self._open: list[str] = []  # local names
        self._outermost = 0 if is_entry else 1  # the depth from which on an entry may begin
        self._depth = -1  # of the entry that is open
        self._begin = 0
        self._words: list[str] = []
        self._pieces: list[str] = []
        self._unsaid = 0  # elements that are open and no words
        self._found: dict[str, str] = {}
        self._hints: dict[str, str] = {}
        parser.buffer_text = True
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._pieces.append

    @property
    def hint_ms(self) -> int:
        """How often the document says that it changes; 0 if it does not."""
        ttl = self._hints.get("ttl", "")
        if ttl.isascii() and ttl.isdigit():
            return min(int(ttl[:6]) * MINUTE_MS, 7 * DAY_MS)
        often = self._hints.get("updateFrequency", "")
        times = max(1, int(often[:4])) if often.isascii() and often.isdigit() else 1
        return PERIODS_MS.get(self._hints.get("updatePeriod", "").lower(), 0) // times

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self._flush()
        local = name.rpartition(":")[2]
        depth = len(self._open)
        self._open.append(local)
        if self._depth < 0:
            if local not in ENTRIES or depth < self._outermost:
                return
            if len(self.entries) == ENTRIES_MAX:
                raise TooManyEntries
            self._depth, self._begin = depth, self._parser.CurrentByteIndex
            self._words, self._unsaid = [], 0
            self._found = {"guid": attributes.get("ref", "")} if local == "deleted-entry" else {}
        elif depth == self._depth + 1 and local == "link":
            self._take_link(attributes)
        self._unsaid += local in UNSAID
        if not self._unsaid:
            said = sorted(pair for pair in attributes.items() if pair[0].rpartition(":")[2] not in ADDRESSES)
            self._words.append(f"<{local}" + "".join(f" {key}={text}" for key, text in said))

    def _take_link(self, attributes: dict[str, str]) -> None:
        if attributes.get("rel", "alternate") == "alternate" and attributes.get("href"):
            self._found.setdefault("link", attributes["href"].strip())

    def _flush(self) -> None:
        """Take the text that stands before a tag: expat gives it in pieces."""
        text = " ".join("".join(self._pieces).split())
        self._pieces.clear()
        if not (text and self._open):
            return
        local = self._open[-1]
        if self._depth < 0:
            if local in HINTS:
                self._hints.setdefault(local, text)
        elif len(self._open) == self._depth + 2 and local in UNSAID:
            self._found.setdefault("guid" if local in IDS else local, text)
        if self._depth >= 0 and not self._unsaid:
            self._words.append(text)

    def _end(self, name: str) -> None:
        self._flush()
        local = self._open.pop()
        if self._depth < 0:
            return
        if not self._unsaid:
            self._words.append(">")
        self._unsaid -= local in UNSAID
        if len(self._open) == self._depth:
            found, self._depth = self._found, -1
            self.tags.append(name)
            self.entries.append(
                Entry(
                    begin=self._begin,
                    end=self._parser.CurrentByteIndex,  # where its end tag begins: the caller finds where that ends
                    guid=found.get("guid", ""),
                    link=found.get("link", ""),
                    date=next((found[name] for name in DATES if name in found), ""),
                    content=key_of("\0".join(self._words)),
                )
            )
