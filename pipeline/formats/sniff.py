"""Recognises the format of a payload by its content alone: headers may be wrong or missing.

The rows of FORMATS are asked in order.  Content that begins as XML or JSON is never read as plain copy, even if no
row recognises it.  What no row recognises is named plain; whether it is, its parser judges (text.prose).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from pipeline.formats.format import PayloadKind, has_root
from pipeline.formats.json.documents import documents_of
from pipeline.formats.json.ninjs import DISTINCTIVE_NAMES
from pipeline.formats.json.text import load_json
from pipeline.formats.table import FORMATS
from pipeline.formats.text.encoding import beginning_of, has_mark
from pipeline.formats.text.plain import PLAIN
from pipeline.records import Reason, Rejected

BEGINNING_BYTES = 65_536  # licence comments of 4 kB before the root element have been seen
# HTML pages and fragments are recognised, so that the dead letter names them, but not parsed.
HTML = ("html", has_root(r"(?i:html|head|body|div|p|article|section)"))
_ROWS = (*((row.name, recogniser) for row in FORMATS.values() for recogniser in row.recognisers), HTML)
TEXT_TESTS, XML_TESTS, JSON_TESTS = (
    tuple((name, row.test) for name, row in _ROWS if row.kind is kind)
    for kind in (PayloadKind.TEXT, PayloadKind.XML, PayloadKind.JSON)
)

SYMBOL = r"[A-Z][A-Z0-9.,&' -]{0,60}> [^<\s]"  # `<FERRY.L> shares rose` is copy
XML_BEGIN = re.compile(rf"[ \t\r\n]*<(?!{SYMBOL})[?!A-Za-z_]")
JSON_BEGIN = re.compile(r'[ \t\r\n]*(?:\{|\[\s*(?:[\[{\]"]|\Z))')  # `[Corrected] Paris …` is copy
# What may precede the root element.  Possessive throughout, so that each character is looked at once.
PROLOGUE = re.compile(
    r"(?:\s++|<\?.*?\?>|<!--.*?-->|<!DOCTYPE[^\[>]*+(?:\[.*?\]\s*+)?+>)*+", re.DOTALL | re.IGNORECASE
)
ROOT = re.compile(r"<(?:[\w.-]+:)?([\w.-]+)[\s/>]")


def sniff(data: bytes) -> str:
    """The name of the payload's format: a key of FORMATS, or "html".

    Raises Rejected: MALFORMED (XML without a root element, JSON that cannot be repaired), TOO_DEEP, ENCODING, or
    UNKNOWN_FORMAT for well-formed XML and JSON of no known format.
    """
    beginning = beginning_of(data, BEGINNING_BYTES)
    if XML_BEGIN.match(beginning):
        return _recognise_xml(beginning)
    if JSON_BEGIN.match(beginning):
        return _recognise_json(data)
    return _recognise(TEXT_TESTS, beginning) or PLAIN.name


def begins(data: bytes) -> bool:
    """Whether it begins as XML, as JSON, or as a text format other than plain copy, which has no mark before it."""
    beginning = beginning_of(data, BEGINNING_BYTES)
    if XML_BEGIN.match(beginning) or JSON_BEGIN.match(beginning):
        return True
    return not has_mark(data) and _recognise(TEXT_TESTS, beginning) != PLAIN.name


def _recognise(tests: tuple[tuple[str, Callable[[Any], object]], ...], value: Any) -> str | None:
    return next((name for name, test in tests if test(value)), None)


def _recognise_xml(beginning: str) -> str:
    prologue = PROLOGUE.match(beginning)
    root = ROOT.match(beginning, prologue.end() if prologue else 0)
    if root is None:
        raise Rejected(Reason.MALFORMED, "XML without a root element")
    name = _recognise(XML_TESTS, root[1])
    if name is None:
        raise Rejected(Reason.UNKNOWN_FORMAT, f"XML with the root <{root[1][:80]}>")
    return name


def _recognise_json(data: bytes) -> str:
    documents = documents_of(load_json(data)[0], DISTINCTIVE_NAMES)
    first = documents[0] if documents else {}
    name = _recognise(JSON_TESTS, first) if isinstance(first, dict) else None
    if name is None:
        raise Rejected(Reason.UNKNOWN_FORMAT, "JSON without a field of any format known here")
    return name
