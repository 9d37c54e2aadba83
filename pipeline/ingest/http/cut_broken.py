"""Cuts an RSS or Atom document that expat does not take: what stands between the tags of an entry, whatever it is.

An entry that is not well-formed is one whose words are its bytes.  One that is never closed ends where the next
begins.  What is around the entries is repaired, if closing what is open is enough, so that a good entry of a
document that breaks off can be read.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from xml.parsers import expat

from pipeline.formats.text.encoding import DECLARED, decode_as, decode_xml
from pipeline.formats.xml.text import with_entities
from pipeline.ingest.contract import key_of
from pipeline.ingest.http.entry import ENTRIES_MAX, Cut, Entry
from pipeline.ingest.http.reading_xml import Reading, TooManyEntries
from pipeline.records import Rejected

TOKEN = re.compile(rb"<!\[CDATA\[|<!--|<(/?)((?:[A-Za-z_][\w.-]{0,40}:)?(?:item|entry|deleted-entry))(?=[\s/>])")
ROOT_ENDS = (b"</channel>", b"</rss>", b"</feed>", b"</rdf:RDF>")
ENDS = {b"<![CDATA[": b"]]>", b"<!--": b"-->"}


def cut_broken(data: bytes) -> Cut:
    """The document, cut; no entries if there are no tags of any.  Raises TooManyEntries."""
    label = found[1].decode("ascii") if (found := DECLARED.match(data)) else "utf-8"
    spans = list(_spans(data))
    if len(spans) > ENTRIES_MAX:
        raise TooManyEntries
    entries = tuple(_read(data, begin, end, label) for begin, end in spans if end)
    frame = _frame(data, entries) if entries else None
    return Cut(data, entries, frame=frame, is_broken=True, is_cut_off=bool(spans) and not spans[-1][1])


def _spans(data: bytes) -> Iterator[tuple[int, int]]:
    """Where each entry begins and ends; 0: in the middle of it, with the document."""
    begin, name, skipped, unclosed = -1, b"", 0, set[bytes]()
    for token in TOKEN.finditer(data):
        if token.start() < skipped:
            continue
        if ends := ENDS.get(token[0]):
            # One that never ends is text like any other, and is looked for once.
            end = -1 if ends in unclosed else data.find(ends, token.end())
            skipped = max(skipped, end)
            unclosed |= {ends} if end < 0 else set()
        elif not token[1]:
            if begin >= 0 and token[2] != name:
                continue  # an element in the entry
            if begin >= 0:
                yield begin, token.start()
            begin, name = token.start(), token[2]
            if (end := _end_of_tag(data, token.end())) and data[end - 2 : end] == b"/>":
                yield begin, end
                begin = -1
        elif begin >= 0 and token[2] == name:
            yield begin, _end_of_tag(data, token.end())
            begin = -1
    if begin >= 0:
        yield begin, min((at for tag in ROOT_ENDS if (at := data.find(tag, begin)) > 0), default=0)


def _end_of_tag(data: bytes, at: int) -> int:
    """Behind the next `>`; 0 without one."""
    return data.find(b">", at) + 1


def _read(data: bytes, begin: int, end: int, label: str) -> Entry:
    parser = expat.ParserCreate("utf-8")
    reading = Reading(parser, is_entry=True)
    try:
        parser.Parse(with_entities(decode_as(data[begin:end], label)[0]), True)
    except (expat.ExpatError, Rejected):
        return Entry(begin, end, content=key_of(data[begin:end]), is_broken=True)
    return replace(reading.entries[0], begin=begin, end=end)


def _frame(data: bytes, entries: tuple[Entry, ...]) -> tuple[bytes, bytes] | None:
    """What is before the first entry and behind the last, well-formed if it can be; None: as it stands."""
    before, behind = data[: entries[0].begin], data[entries[-1].end :]
    ends = ((before, behind), (before, _closing(before)))
    return next((one for one in ends if _is_well_formed(b"".join(one))), None)


def _is_well_formed(data: bytes) -> bool:
    try:
        expat.ParserCreate("utf-8").Parse(with_entities(decode_xml(data)[0]), True)
    except (expat.ExpatError, Rejected):
        return False
    return True


def _closing(before: bytes) -> bytes:
    """The end tags of what is open behind the beginning of a document."""
    names: list[str] = []
    parser = expat.ParserCreate("utf-8")
    parser.StartElementHandler = lambda name, _: names.append(name)
    parser.EndElementHandler = lambda _: names.pop()
    try:
        parser.Parse(with_entities(decode_xml(before)[0]), False)
    except (expat.ExpatError, Rejected):
        return b""
    return "".join(f"</{name}>" for name in reversed(names)).encode("ascii", "replace")
