"""XML payloads: one well-formed document without a DTD, or nothing.

Expat reads the whole payload before any other parser does: a truncated document is dead, not half read, and no
entity is ever declared, so none can expand or fetch.
"""

from __future__ import annotations

import html
import re
from xml.parsers import expat

from pipeline.formats.encoding import decode_xml
from pipeline.records import Reason, Rejected

DEPTH_MAX = 128
ELEMENTS_MAX = 20_000  # feedparser takes some 60 microseconds each; a feed of 100 items has about 2,000
ENTITIES_READ = "HTML entities in XML, read"

NAMED_ENTITY = re.compile(r"&([A-Za-z][A-Za-z0-9]{1,31});")
OF_XML = frozenset("<>&\"'")


def load(data: bytes, without: frozenset[str] = frozenset()) -> tuple[bytes, tuple[str, ...]]:
    """The document as UTF-8 without its declaration and the elements named, and warnings.

    Raises Rejected(ENCODING, TOO_DEEP, TOO_LARGE, MALFORMED).
    """
    text, warnings = decode_xml(data)
    try:
        return _checked(text.encode(), without), warnings
    except expat.ExpatError as error:
        if error.code == expat.errors.codes[expat.errors.XML_ERROR_UNDEFINED_ENTITY]:
            return _with_entities(text, without), (*warnings, ENTITIES_READ)
        raise _malformed(error) from None


def _with_entities(text: str, without: frozenset[str]) -> bytes:
    """The document with `&nbsp;` and its like, which XML does not know, put in as characters."""
    try:
        return _checked(NAMED_ENTITY.sub(_character, text).encode(), without)
    except expat.ExpatError as error:
        raise _malformed(error) from None


def _character(match: re.Match[str]) -> str:
    character = html.unescape(match[0])
    return match[0] if character in OF_XML else character


def _malformed(error: expat.ExpatError) -> Rejected:
    return Rejected(Reason.MALFORMED, f"XML: {error}")


def _checked(document: bytes, without: frozenset[str]) -> bytes:
    """The document, read once through; what stands in elements named `without` is cut out."""
    parser = expat.ParserCreate("utf-8")
    elements = 0
    open_at: list[int] = []
    cuts: list[tuple[int, int]] = []

    def start(name: str, _: dict[str, str]) -> None:
        nonlocal elements
        elements += 1
        open_at.append(parser.CurrentByteIndex)
        if elements > ELEMENTS_MAX:
            raise Rejected(Reason.TOO_LARGE, f"XML of more than {ELEMENTS_MAX:,} elements")
        if len(open_at) > DEPTH_MAX:
            raise Rejected(Reason.TOO_DEEP, f"XML nested deeper than {DEPTH_MAX} elements")

    def end(name: str) -> None:
        begin = open_at.pop()
        if name in without and parser.CurrentByteIndex > begin:  # equal for <name/>, which holds nothing
            cuts.append((begin, document.index(b">", parser.CurrentByteIndex) + 1))

    def doctype(*_: object) -> None:
        raise Rejected(Reason.MALFORMED, "XML with a document type definition: refused")

    parser.StartElementHandler, parser.EndElementHandler = start, end
    parser.StartDoctypeDeclHandler = doctype
    parser.Parse(document, True)
    return _cut(document, cuts)


def _cut(document: bytes, cuts: list[tuple[int, int]]) -> bytes:
    kept, at = [], 0
    for begin, stop in sorted(cuts):
        if begin >= at:  # one inside another goes with it
            kept.append(document[at:begin])
            at = stop
    return b"".join((*kept, document[at:]))
