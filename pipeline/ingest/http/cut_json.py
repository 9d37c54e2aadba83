"""Cuts a JSON Feed: the items as spans of its bytes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from pipeline.formats.json.documents import JSON_FEED
from pipeline.ingest.contract import key_of
from pipeline.ingest.http.entry import ENTRIES_MAX, Cut, Entry
from pipeline.ingest.http.json_lists import NO_JSON, find_list
from pipeline.ingest.http.reading_xml import TooManyEntries

MARK = b"\xef\xbb\xbf"
UNSAID = frozenset({  # members that are no words
    "id", "url", "external_url", "image", "banner_image", "icon", "favicon", "avatar", "date_published",
    "date_modified", "size_in_bytes",
})  # fmt: skip


def is_json_feed(data: bytes) -> bool:
    """Whether it begins as JSON and names the version of a JSON Feed."""
    return data.removeprefix(MARK).lstrip(b" \t\r\n").startswith(b"{") and b"jsonfeed.org/version/" in data


def cut_json(data: bytes) -> Cut | None:
    """The document, cut; None if it is no JSON Feed that can be read.  Raises TooManyEntries."""
    unmarked = data.removeprefix(MARK)
    try:
        return _cut(unmarked, unmarked.decode())
    except (UnicodeDecodeError, *NO_JSON):
        return None


def _cut(data: bytes, text: str) -> Cut | None:
    found = find_list(text, ("items",))
    if found is None or found.list is None or not str(found.members.get("version")).startswith(JSON_FEED):
        return None
    begin, end, items = found.list
    if len(items) > ENTRIES_MAX:
        raise TooManyEntries
    at = Bytes(text)
    entries = tuple(_entry(item.value, at(item.begin), at(item.end)) for item in items)
    return Cut(data, entries, frame=(text[:begin].encode(), text[end:].encode()), separator=b",")


class Bytes:
    """From characters to bytes, going forward through a text."""

    def __init__(self, text: str) -> None:
        self._text, self._at, self._bytes, self._is_ascii = text, 0, 0, text.isascii()

    def __call__(self, at: int) -> int:
        if self._is_ascii:
            return at
        self._bytes += len(self._text[self._at : at].encode())
        self._at = at
        return self._bytes


def _entry(item: Any, begin: int, end: int) -> Entry:
    fields = item if isinstance(item, Mapping) else {}
    names = ("date_published", "date_modified")
    return Entry(
        begin=begin,
        end=end,
        guid=_text(fields.get("id")),
        link=_text(fields.get("url")) or _text(fields.get("external_url")),
        date=next((text for name in names if (text := _text(fields.get(name)))), ""),
        content=key_of("\0".join(_words(item))),
    )


def _text(value: Any) -> str:
    return _one_line(value) if isinstance(value, str) else ""


def _one_line(text: str) -> str:
    return " ".join(text.split()).encode("utf-8", "replace").decode()  # JSON can write half of a character


def _words(value: Any) -> Iterator[str]:
    """All that is said, but for members of UNSAID."""
    if isinstance(value, Mapping):
        for name in sorted(value):
            if name not in UNSAID:
                yield f"{{{name}"
                yield from _words(value[name])
        yield "}"
    elif isinstance(value, list):
        yield "["
        for one in value:
            yield from _words(one)
        yield "]"
    else:
        yield _one_line(str(value))
