"""An answer, cut into items, each a payload of its own: the answer around that one item, byte for byte."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from pipeline.formats.text.encoding import decode_xml
from pipeline.ingest.api.styles import Style, at
from pipeline.ingest.contract import key_of
from pipeline.ingest.http.json_lists import NO_JSON, find_list
from pipeline.records import Rejected

ITEMS_MAX = 5_000  # of a page; one with more is refused


class NoPage(Exception):
    """An answer that is none; the text says why."""


@dataclass(frozen=True, slots=True)
class Item:
    """One item of a page."""

    text: str  # as it was written
    key: bytes
    receipt: str
    link: str  # of its text


@dataclass(frozen=True, slots=True)
class Page:
    """What an answer has."""

    items: tuple[Item, ...]
    next: str
    around: tuple[str, str]

    def with_only(self, item: Item, text: bytes | None) -> bytes:
        """The page with one item, and with its text, which readers of the format look for beside it."""
        written = item.text
        if text is not None and (nitf := _decoded(text)) and written.startswith("{"):
            written = f'{{"nitf": {json.dumps({"body_html": nitf}, ensure_ascii=False)}, {written[1:]}'
        return f"{self.around[0]}{written}{self.around[1]}".encode("utf-8", "surrogatepass")


def read_page(data: bytes, style: Style) -> Page:
    """The page.  Raises NoPage."""
    try:
        text = data.decode("utf-8-sig")
        found = find_list(text, style.items)
    except (UnicodeDecodeError, *NO_JSON):
        raise NoPage("an answer that is no JSON") from None
    if found is None or found.list is None:
        raise NoPage(f"an answer without a list of {'.'.join(style.items)}")
    if len(found.list.elements) > ITEMS_MAX:
        raise NoPage(f"more than {ITEMS_MAX:,} items")
    items = tuple(_item(text[one.begin : one.end], one.value, style) for one in found.list.elements)
    around = (text[: found.list.begin], text[found.list.end :])
    return Page(items, at(found.members, style.next) if style.next else "", around)


def _item(text: str, value: Any, style: Style) -> Item:
    fields: Mapping[str, Any] = value if isinstance(value, dict) else {}
    named = [at(fields, path) for path in style.identity]
    words = named if named and all(named) else list(_said(value, style.unsaid))
    return Item(text, key_of("item", *words), at(fields, (style.receipt,)), at(fields, style.text))


def _said(value: Any, unsaid: str) -> Iterator[str]:
    """All that an item says, but for what is of its delivery."""
    kept = (
        {name: one for name, one in value.items() if not name.startswith(unsaid)}
        if isinstance(value, dict)
        else value
    )
    yield json.dumps(kept, sort_keys=True)


def _decoded(text: bytes) -> str:
    try:
        return decode_xml(text)[0]
    except Rejected:
        return ""
