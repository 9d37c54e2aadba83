"""A document of one of the formats within the body of another: its embargo and its status would be copy."""

from __future__ import annotations

import re

from pipeline.formats.text.mail_headers import joined_header_in, mail_header_in

TELEGRAM = re.compile(r"ZCZC[ \t]{1,3}[A-Z]{2,5}")
# Roots of the formats, which no body has.
ROOTS = r"(?:[\w.-]{1,60}:)?(?:newsItem|newsMessage|packageItem|NewsML|NewsItem|rss|feed|RDF)[\s/>]"
IN_ROOTS = (
    "newsItem", "newsMessage", "packageItem", "NewsML", "NewsItem", "rss", "feed", "RDF", "?xml",
    "<nitf", "<docdata",
)  # fmt: skip
DOCUMENT = re.compile(rf"<{ROOTS}")
DOCUMENT_OR_NITF = re.compile(rf"<(?:nitf[\s/>]|docdata[\s/>]|{ROOTS})")
ANY_DOCUMENT = re.compile(rf"<(?:\?xml\s|nitf[\s/>]|{ROOTS})")
# In words a root has attributes or a child: an article may name an element.
WRITTEN_DOCUMENT = re.compile(
    rf"<\?xml\s|<(?:nitf(?=[\s/>])|(?={ROOTS})[\w.:-]{{1,80}})(?:\s[^<>]{{0,400}}=|\s{{0,20}}>\s{{0,20}}<)"
)
# A document of JSON within the words of a body.
OBJECT = re.compile(
    r"""\{\s{0,20}\\?"(?:uri|guid|urn|format|type|version|headlines?|headline_?\w{0,20}|altids|pubstatus|pubStatus|body_\w{1,20}"""
    r"""|embargoed\w{0,20}|versioncreated|versionCreated|\$?standard|\$schema|items|data)\\?"\s?:"""
)


def document_in(markup: str, document: re.Pattern[str]) -> str | None:
    """Where a document begins inside the markup of a body, with what it looks like."""
    if not any(map(markup.__contains__, IN_ROOTS)):
        return None
    found = document.search(markup)
    return f"{found[0]!r} in the body, at character {found.start()}" if found else None


def written_document_in(text: str) -> str | None:
    """A document of one of the formats in the words of a body: its embargo and its status would be copy."""
    if "<" in text and (found := document_in(text, WRITTEN_DOCUMENT)):
        return found
    for mark, pattern in (("{", OBJECT), ("ZCZC", TELEGRAM)):
        if mark in text and (begin := pattern.search(text)):
            return f"{begin[0]!r} in the body, at character {begin.start()}"
    return mail_header_in(text, letter_begins_max=-1) or joined_header_in(text)
