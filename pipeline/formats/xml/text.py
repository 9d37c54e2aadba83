"""XML payloads: a well-formed document without entities of its own; anything else is rejected.

A document type declaration that only names DTDs is skipped and never fetched: older formats have one, and SDA-ATS
names a second DTD in its internal subset.  A subset with anything else is rejected before a parser sees it, so no
entity can be declared, expanded or fetched.  Size is limited before a tree is built, depth while it is built.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from itertools import islice
from typing import NamedTuple
from xml.parsers import expat

from lxml import etree

from pipeline.formats.text.encoding import decode_xml
from pipeline.formats.text.html import of_reference
from pipeline.records import Reason, Rejected

DEPTH_MAX = 128  # of a feed; libxml2 limits a tree to 256
ELEMENTS_MAX = 20_000  # feedparser takes some 60 microseconds each; a feed of 100 items has about 2,000
ANGLES_MAX = 3 * ELEMENTS_MAX  # `<` in a document: begin and end tags, and escaped HTML
SPANS_MAX = 75_000  # line ends and references: feedparser takes a microsecond for the text between two
ATTRIBUTES_MAX = 50_000  # `=` in a document, links counted too; 100,000 attributes of one element take lxml 21 ms
ENTITIES_READ = "HTML entities in XML, read"
CHARACTERS_READ = "bare ampersands or control characters in XML, read"
PREFIXES_READ = "prefixes that the XML does not declare, read"
PREFIXES_MAX = 50

# Possessive, and no part runs past a `<`: linear even for a text of nothing but beginnings.
NAMES = r"(?:[^\[\]<>\"']|\"[^\"<>]*\"|'[^'<>]*')*+"
NAMES_A_DTD = rf"(?:\s++|<!ENTITY\s++%\s++[\w.-]++\s++(?:SYSTEM|PUBLIC){NAMES}>|%[\w.-]++;)*+"
DOCTYPE = re.compile(rf"<!DOCTYPE{NAMES}(?:\[{NAMES_A_DTD}\]\s*+)?+>")
NAMED_ENTITY = re.compile(r"&([A-Za-z][A-Za-z0-9]{1,31});")
# What may have an ampersand, and an ampersand alone; every end may be that of the text: linear.
AMPERSAND = re.compile(
    r"<!\[CDATA\[.*?(?:\]\]>|\Z)|<!--.*?(?:-->|\Z)|&(?:[A-Za-z_][\w.-]{0,40}|#\d{1,9}|#x[\dA-Fa-f]{1,8});|&",
    re.DOTALL,
)
CONTROLS = re.compile(r"[\x01-\x08\x0b\x0c\x0e-\x1f]")  # XML forbids them, and a keyboard makes them
PREFIX = re.compile(r"[<\s/]([A-Za-z_][\w.-]{0,40}):(?=[A-Za-z_])")
DECLARED = re.compile(r"\sxmlns:([A-Za-z_][\w.-]{0,40})\s?=")
ROOT = re.compile(r"(?:[^<]|<\?.*?\?>|<!--.*?-->)*+<[^\s/>!?]++", re.DOTALL)  # up to the name of the root element
OF_XML = frozenset("<>&\"'")
REMARK = re.compile(  # every end may be that of the text: linear
    r"<!\[CDATA\[.*?(?:\]\]>|\Z)|<!--(.*?)(?:-->|\Z)|<\?(?!xml\s)(.*?)(?:\?>|\Z)", re.DOTALL
)
TREE = etree.XMLParser(
    resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_comments=True, remove_pis=True,
    collect_ids=False,
)  # fmt: skip


def load_xml(data: bytes, without: frozenset[str] = frozenset()) -> tuple[bytes, tuple[str, ...]]:
    """The document as UTF-8, without its declaration and the elements named `without`, and warnings.

    Raises Rejected(ENCODING, TOO_DEEP, TOO_LARGE, MALFORMED).
    """
    text, warnings = _text(data)
    if text.count("\n") + text.count("&") > SPANS_MAX:
        raise Rejected(Reason.TOO_LARGE, f"XML of more than {SPANS_MAX:,} lines and references")
    while True:  # each mend once
        try:
            return _checked(text.encode(), without), warnings
        except expat.ExpatError as error:
            mend = MENDS_OF_FEEDS.get(error.code)
            if mend is None or mend.warning in warnings:
                raise _malformed(error) from None
            text, warnings = mend.mended(text), (*warnings, mend.warning)


def parse_tree(data: bytes) -> tuple[etree._Element, tuple[str, ...]]:
    """The root element, every tag its local name, no comments or processing instructions; and warnings.

    Prefixes and namespaces vary from vendor to vendor, local names do not.
    Raises Rejected(ENCODING, TOO_DEEP, TOO_LARGE, MALFORMED).
    """
    text, warnings = _text(data)
    if text.count("<") > ANGLES_MAX or text.count("=") > ATTRIBUTES_MAX:
        raise Rejected(
            Reason.TOO_LARGE, f"XML of more than {ELEMENTS_MAX:,} elements or {ATTRIBUTES_MAX:,} attributes"
        )
    while True:  # each mend once
        try:
            return _root(text.encode()), warnings
        except etree.XMLSyntaxError as error:
            mend = MENDS.get(error.code)  # type: ignore[attr-defined] # not in the stubs
            if mend is None or mend.warning in warnings:
                raise _syntax_error(error) from None
            text, warnings = mend.mended(text), (*warnings, mend.warning)


class Remarks(NamedTuple):
    """What an XML document says beside its elements."""

    comments: tuple[str, ...] = ()
    instructions: tuple[str, ...] = ()  # each with its target


def remarks_in(data: bytes) -> Remarks:
    """The comments and processing instructions of a well-formed document; those in CDATA are of a body."""
    begin = 1 if data.startswith(b"<?xml ") else 0
    if b"<!--" not in data and data.find(b"<?", begin) < 0 and b"\0" not in data:  # NULs: UTF-16
        return Remarks()
    found = list(REMARK.finditer(_text(data)[0]))
    comments, instructions = (
        tuple(dict.fromkeys(text for one in found if (text := one[group]) and text.strip())) for group in (1, 2)
    )
    return Remarks(comments, instructions)


def _root(document: bytes) -> etree._Element:
    root = etree.fromstring(document, TREE)
    for element in root.iter():
        _, brace, name = element.tag.rpartition("}")
        if brace:
            element.tag = name
    return root


def _text(data: bytes) -> tuple[str, tuple[str, ...]]:
    text, warnings = decode_xml(data)
    if "<!DOCTYPE" in text:
        text = DOCTYPE.sub("", text)
        if "<!DOCTYPE" in text:
            raise Rejected(Reason.MALFORMED, "XML with a document type definition of its own: rejected")
    return text, warnings


def with_entities(text: str) -> bytes:
    """The document with characters for HTML entities such as `&nbsp;`, which XML does not know."""
    return NAMED_ENTITY.sub(_character, text).encode()


def _with_entities(text: str) -> str:
    return with_entities(text).decode()


def _with_legal_characters(text: str) -> str:
    """The document without control characters, and with `&amp;` for an `&` that begins no reference: `?a=1&b=2`."""
    if text.count("&") > SPANS_MAX:
        return text
    return AMPERSAND.sub(lambda found: found[0] if len(found[0]) > 1 else "&amp;", CONTROLS.sub("", text))


def _with_prefixes(text: str) -> str:
    """The document with a declaration of each prefix that it uses and declares nowhere."""
    own = {"xml", "xmlns", *DECLARED.findall(text)}
    used = islice(dict.fromkeys(found[1] for found in PREFIX.finditer(text) if found[1] not in own), PREFIXES_MAX)
    declared = "".join(f' xmlns:{prefix}="urn:undeclared:{prefix}"' for prefix in used)
    root = ROOT.match(text)
    return f"{root[0]}{declared}{text[root.end() :]}" if root else text


def _character(match: re.Match[str]) -> str:
    character = of_reference(match[0])
    return match[0] if character in OF_XML else character


class Mend(NamedTuple):
    """What makes a document well formed, and the warning of it."""

    warning: str
    mended: Callable[[str], str]


MENDS: Mapping[int, Mend] = {  # by the code of libxml2's error
    etree.ErrorTypes.ERR_UNDECLARED_ENTITY: Mend(ENTITIES_READ, _with_entities),
    etree.ErrorTypes.NS_ERR_UNDEFINED_NAMESPACE: Mend(PREFIXES_READ, _with_prefixes),
    etree.ErrorTypes.ERR_ENTITYREF_SEMICOL_MISSING: Mend(CHARACTERS_READ, _with_legal_characters),
    etree.ErrorTypes.ERR_INVALID_CHAR: Mend(CHARACTERS_READ, _with_legal_characters),
    etree.ErrorTypes.ERR_NAME_REQUIRED: Mend(CHARACTERS_READ, _with_legal_characters),
}
MENDS_OF_FEEDS: Mapping[int, Mend] = {  # by the code of expat's error
    expat.errors.codes[expat.errors.XML_ERROR_UNDEFINED_ENTITY]: Mend(ENTITIES_READ, _with_entities),
    expat.errors.codes[expat.errors.XML_ERROR_INVALID_TOKEN]: Mend(CHARACTERS_READ, _with_legal_characters),
}


def _malformed(error: Exception) -> Rejected:
    return Rejected(Reason.MALFORMED, f"XML: {error}")


def _syntax_error(error: etree.XMLSyntaxError) -> Rejected:
    deep = error.code == etree.ErrorTypes.ERR_RESOURCE_LIMIT  # type: ignore[attr-defined] # not in the stubs
    return Rejected(Reason.TOO_DEEP, "XML nested deeper than 256 elements") if deep else _malformed(error)


def _checked(document: bytes, without: frozenset[str]) -> bytes:
    """The document without the elements named `without`, after it was parsed once within the limits."""
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
        if name in without and parser.CurrentByteIndex > begin:  # equal for <name/>, which is empty
            cuts.append((begin, document.index(b">", parser.CurrentByteIndex) + 1))

    parser.StartElementHandler, parser.EndElementHandler = start, end
    parser.Parse(document, True)
    return _cut(document, cuts)


def _cut(document: bytes, cuts: list[tuple[int, int]]) -> bytes:
    kept, at = [], 0
    for begin, stop in sorted(cuts):
        if begin >= at:  # a cut within another one is part of it
            kept.append(document[at:begin])
            at = stop
    return b"".join((*kept, document[at:]))
