"""Which format?  Told by the content alone: headers lie or are missing.

A table of recognisers, asked in order.  It knows more formats than this version parses, so that none of them is
misread as plain copy; and what begins as XML or JSON never is plain copy, however it ends.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, NamedTuple

from pipeline.formats.json.documents import documents_of
from pipeline.formats.json.ninjs import TELLING
from pipeline.formats.json.text import load
from pipeline.formats.text.encoding import glance
from pipeline.records import Reason, Rejected

GLANCE_BYTES = 65_536  # licence comments of 4 kB before the root element have been seen
Test = Callable[[Any], object]


class Recogniser(NamedTuple):
    """A format's name, and the pattern or test that gives it away."""

    name: str
    test: Test


def _begins(pattern: str) -> Test:
    return re.compile(pattern).match


HEADER_NAME = re.compile(r"([!-9;-~]+):(?:[ \t\r]|\Z)")
ONLY_IN_MAIL = frozenset({"received", "return-path", "message-id", "mime-version", "delivered-to"})
TOGETHER_IN_MAIL = frozenset({"from", "subject"})  # and one more


def _is_mail(head: str) -> bool:
    """Whether it begins with header lines: two of which only mail has one, or three with sender and subject."""
    lines = re.split(r"\n\s*\n", head.lstrip(), maxsplit=1)[0].split("\n")
    lines = lines[1:] if lines[0].startswith("From ") else lines  # mbox
    names = [match[1].lower() for line in lines if (match := HEADER_NAME.match(line))]
    telling = not ONLY_IN_MAIL.isdisjoint(names) or (len(names) > 2 and set(names) >= TOGETHER_IN_MAIL)
    return len(names) >= 2 and telling and HEADER_NAME.match(lines[0]) is not None


def _is_of_ap(found: Any) -> bool:
    """Whether it is an item with AP's ids: the etag is the item's id and its revision."""
    ids = found.get("altids") if isinstance(found, dict) else None
    if not isinstance(ids, dict):
        return False
    return str(ids.get("etag")).startswith(f"{ids.get('itemid')}_") or ("itemid" in ids and "signals" in found)


WIRE_HEADERS = (
    # IPTC 7901, 4: SOH, service and number, priority 1 to 6, category, words; gateways strip the SOH.
    Recogniser(
        "iptc7901",
        _begins(
            r"[\s\x7f\0]*(?:\x01\s*[^\W\d_][\w-]{0,30}?|[A-Za-z]{2,4})\d{3,5} +[1-6] +(?:[A-Za-z]{1,12} +)?\d{1,5}"
            r"(?:[ \r\n]|\Z)"
        ),
    ),
    # ANPA 1312: SYN SYN SOH, service letter and number, US before the selector.
    Recogniser("anpa", _begins(r"[\s\x7f\0\x16]*\x01 ?[A-Za-z]?\d{3,4}[^\n\x1f]{0,20}\x1f")),
    # CCITT telegraph envelope (AAP and others): ZCZC … NNNN around a header of their own.
    Recogniser("zczc", _begins(r"[\s\x7f\0]*ZCZC\b")),
    # RFC 5322: a block of header lines, one of them such as only mail has.
    Recogniser("e-mail", _is_mail),
)

XML_ROOTS = (  # local names
    Recogniser("newsml-g2", _begins(r"(?:newsMessage|(?:news|package|concept|knowledge|planning|catalog)Item)\Z")),
    Recogniser("newsml-1.2", _begins(r"NewsML\Z")),
    Recogniser("nitf", _begins(r"nitf\Z")),
    Recogniser("rss", _begins(r"(?:rss|RDF)\Z")),  # RSS 0.9 and 1.0 are RDF
    Recogniser("atom", _begins(r"feed\Z")),
    Recogniser("html", _begins(r"(?i:html|head|body|div|p|article|section)\Z")),  # a page or a piece of one
)

JSON_OBJECTS = (
    # dpa digitalwires: `format` says so, older ones by the trio of ids.
    Recogniser("digitalwires", lambda found: str(found.get("format")).startswith("digitalwires")),
    Recogniser("digitalwires", lambda found: {"entry_id", "urn", "version_created"} <= found.keys()),
    # AP Media API: the envelope, or its item alone.
    Recogniser("ap-json", lambda found: {"api_version", "data"} <= found.keys()),
    Recogniser("ap-json", lambda found: {"altids", "editorialpriority"} <= found.keys()),
    Recogniser("ap-json", lambda found: _is_of_ap(found.get("item", found))),
    Recogniser("ninjs", lambda found: not TELLING.isdisjoint(found)),
    Recogniser("ninjs", lambda found: not found),  # nothing at all: a ninjs payload without an item
)

XML_BEGIN = re.compile(r"\s*<[?!A-Za-z_]")
JSON_BEGIN = re.compile(r'\s*(?:\{|\[\s*(?:[\[{\]"]|\Z))')  # `[Corrected] Paris …` is copy
# What may stand before the root element.  Possessive throughout: each character is looked at once.
PROLOGUE = re.compile(
    r"(?:\s++|<\?.*?\?>|<!--.*?-->|<!DOCTYPE[^\[>]*+(?:\[.*?\]\s*+)?+>)*+", re.DOTALL | re.IGNORECASE
)
ROOT = re.compile(r"<(?:[\w.-]+:)?([\w.-]+)[\s/>]")


def sniff(data: bytes) -> str:
    """The name of the payload's format, in FORMATS or not.

    Raises Rejected: MALFORMED (XML without a root element, JSON beyond mending), TOO_DEEP, ENCODING, or
    UNKNOWN_FORMAT for well-formed XML and JSON of no format known here.
    """
    head = glance(data, GLANCE_BYTES)
    if XML_BEGIN.match(head):
        return _by_root(head)
    if JSON_BEGIN.match(head):
        return _by_keys(data)
    return next((row.name for row in WIRE_HEADERS if row.test(head)), "plain")


def _by_root(head: str) -> str:
    prologue = PROLOGUE.match(head)
    root = ROOT.match(head, prologue.end() if prologue else 0)
    if root is None:
        raise Rejected(Reason.MALFORMED, "XML without a root element")
    name = next((row.name for row in XML_ROOTS if row.test(root[1])), None)
    if name is None:
        raise Rejected(Reason.UNKNOWN_FORMAT, f"XML with the root <{root[1][:80]}>")
    return name


def _by_keys(data: bytes) -> str:
    documents = documents_of(load(data)[0], TELLING)
    first = documents[0] if documents else {}
    if isinstance(first, dict):
        for row in JSON_OBJECTS:
            if row.test(first):
                return row.name
    raise Rejected(Reason.UNKNOWN_FORMAT, "JSON without a field of any format known here")
