"""Cuts a well-formed RSS or Atom document: the entries as spans of its bytes, in the order in which they stand.

What expat does not take (not well-formed, an encoding that it does not know, entities of its own) is left to
`cut_broken`.
"""

from __future__ import annotations

import codecs
from dataclasses import replace
from xml.parsers import expat

from pipeline.ingest.http.entry import Cut
from pipeline.ingest.http.reading_xml import Reading

BLANKS = b" \t\r\n"
WIDE = {codecs.BOM_UTF16_LE: "utf-16-le", codecs.BOM_UTF16_BE: "utf-16-be"}


class OwnEntities(Exception):
    """The document declares entities, which may grow without end."""


def cut_xml(data: bytes) -> Cut | None:
    """The document, cut; None if expat does not take it.  Raises TooManyEntries."""
    parser = expat.ParserCreate()
    parser.EntityDeclHandler = _refuse
    reading = Reading(parser, is_entry=False)
    try:
        parser.Parse(data, True)
    except (expat.ExpatError, ValueError, LookupError, OwnEntities):  # ValueError, LookupError: the encoding
        return None
    encoding = next((encoding for mark, encoding in WIDE.items() if data.startswith(mark)), "utf-8")
    entries = tuple(
        replace(entry, end=_end(data, entry.end, tag, encoding))
        for entry, tag in zip(reading.entries, reading.tags, strict=True)
    )
    return Cut(data, entries, reading.hint_ms, blanks=BLANKS if encoding == "utf-8" else b"")


def _refuse(*_: object) -> None:
    raise OwnEntities


def _end(data: bytes, at: int, tag: str, encoding: str) -> int:
    """Where an element ends.  Expat names where its end tag begins; behind an empty element it is that end already.

    What follows an empty element may be an end tag too, but of what it is in, which has another name.
    """
    ends = tuple(f"</{tag}{behind}".encode(encoding) for behind in "> \t\r\n")
    if not data.startswith(ends, at):
        return at
    close, begin = ">".encode(encoding), at
    while (at := data.find(close, at)) >= 0 and (at - begin) % len(close):
        at += 1
    return at + len(close)
