"""Cuts a JSON Feed: the items as spans of its bytes."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from json import JSONDecodeError
from typing import Any

from pipeline.formats.json.documents import JSON_FEED
from pipeline.ingest.contract import key_of
from pipeline.ingest.http.entry import ENTRIES_MAX, Cut, Entry
from pipeline.ingest.http.reading_xml import TooManyEntries

MARK = b"\xef\xbb\xbf"
BLANKS = " \t\r\n"
UNSAID = frozenset({  # members that are no words
    "id", "url", "external_url", "image", "banner_image", "icon", "favicon", "avatar", "date_published",
    "date_modified", "size_in_bytes",
})  # fmt: skip
# Numbers stay texts: nothing is computed with them, and a long one would take its time.
DECODER = json.JSONDecoder(strict=False, parse_int=str, parse_float=str, parse_constant=str)


def is_json_feed(data: bytes) -> bool:
    """Whether it begins as JSON and names the version of a JSON Feed."""
    return data.removeprefix(MARK).lstrip(b" \t\r\n").startswith(b"{") and b"jsonfeed.org/version/" in data


def cut_json(data: bytes) -> Cut | None:
    """The document, cut; None if it is no JSON Feed that can be read.  Raises TooManyEntries."""
    unmarked = data.removeprefix(MARK)
    try:
        return _cut(unmarked, unmarked.decode())
    # What raw_decode raises; IndexError: the text ends too early; RecursionError: too deep.
    except (UnicodeDecodeError, JSONDecodeError, StopIteration, RecursionError, IndexError):
        return None


def _cut(data: bytes, text: str) -> Cut | None:
    if (spans := _spans(text)) is None:
        return None
    begin, end, items = spans
    if len(items) > ENTRIES_MAX:
        raise TooManyEntries
    at = _Bytes(text)
    entries = tuple(_entry(item, at(first), at(last)) for first, last, item in items)
    return Cut(data, entries, frame=(text[:begin].encode(), text[end:].encode()), separator=b",")


class _Bytes:
    """From characters to bytes, going forward through a text."""

    def __init__(self, text: str) -> None:
        self._text, self._at, self._bytes, self._is_ascii = text, 0, 0, text.isascii()

    def __call__(self, at: int) -> int:
        if self._is_ascii:
            return at
        self._bytes += len(self._text[self._at : at].encode())
        self._at = at
        return self._bytes


Items = list[tuple[int, int, Any]]


def _spans(text: str) -> tuple[int, int, Items] | None:
    """Where the list of items begins and ends, within its brackets, and its items."""
    at, found, is_feed = _skip(text, 0), None, False
    if text[at] != "{":
        return None
    at = _skip(text, at + 1)
    while text[at] != "}":
        if text[at] != '"':
            return None
        name, at = DECODER.raw_decode(text, at)
        at = _skip(text, at)
        if text[at] != ":":
            return None
        at = _skip(text, at + 1)
        if name == "items" and text[at] == "[":
            if found is not None:
                return None  # which of the two counts, readers do not agree on
            found = (at + 1, *_items(text, at + 1))
            at = found[1] + 1
            at = _skip(text, at)
        else:
            value, at = DECODER.raw_decode(text, at)
            is_feed |= name == "version" and str(value).startswith(JSON_FEED)
            at = _skip(text, at)
        if text[at] == ",":
            at = _skip(text, at + 1)
    return found if is_feed and not text[at + 1 :].strip(BLANKS) else None


def _items(text: str, at: int) -> tuple[int, Items]:
    """Where the list ends, and its items."""
    found: Items = []
    at = _skip(text, at)
    while text[at] != "]":
        item, end = DECODER.raw_decode(text, at)
        found.append((at, end, item))
        at = _skip(text, end)
        if text[at] == ",":
            at = _skip(text, at + 1)
    return at, found


def _skip(text: str, at: int) -> int:
    while text[at] in BLANKS:
        at += 1
    return at


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
