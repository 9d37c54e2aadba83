"""The header of a mail in a text that is no mail."""

from __future__ import annotations

import re

MAIL = "header fields of a mail"
# Behind `;`, `|` or the end of a line as any system writes it, and what marks a quotation, a change or a number.
HEADER_FIELD = re.compile(
    r"(?i)(?:\A|[\n\r\v\f\x1c-\x1e\x85\u2028\u2029;|])[^\w\n\r;|]{0,20}(?:\d{1,4}[^\w\n\r;|]{1,5})?"
    r"(from|to|cc|date|subject|sender|reply-to|return-path|mime-version|message-id|received"
    r"|(?:x|content|list|delivered)-[a-z][a-z-]{0,40})[^\w\n\r:]{0,3}:"
)
HEADER_CHARACTERS, HEADER_FIELDS_MIN = 4_000, 2
# What only machines write, at the beginning of a line that may have a mark or a number before it.
MACHINE_FIELD = re.compile(
    r"(?i)(?:\A|[\n\r\v\f\x1c-\x1e\x85\u2028\u2029])[^\w\n\r]{0,20}(?:[a-z]{0,2}\d{1,5}[^\w\n\r]{1,5})?"
    r"(?:message-id|mime-version|return-path|content-type|content-transfer-encoding)[^\w\n\r:]{0,3}:[ \t]"
)
# The same in words whose lines HTML has joined, with fields that a letter has.
JOINED_FIELD = re.compile(
    r"(?<![\w-])(message-id|mime-version|return-path|reply-to|content-type|x-[a-z][a-z-]{2,40}|from|to|cc|date"
    r"|subject) ?: "
)
JOINED_FIELDS_MIN = 3
LETTER_FIELDS = frozenset({"from", "to", "cc", "date", "subject", "sender"})  # an article may quote a mail …
LETTER_BEGINS_MAX = 100  # … but does not begin with it
# A text without which a line has no such field, and its pattern.
MAIL_LINES = tuple(
    (needs, re.compile(rf"^[> \t]{{0,20}}{pattern}", re.MULTILINE))
    for needs, pattern in (
        ("Received: ", "Received: "),
        ("Message-I", "Message-I[Dd]: "),
        ("Content-T", "Content-T[a-z]{3,7}[A-Za-z-]{0,10}: "),
    )
)


def mail_header_in(text: str, letter_begins_max: int = LETTER_BEGINS_MAX) -> str | None:
    """The header of a mail at the head of a text, however its lines end, begin and are joined.

    Fields that a quoted letter has as well count only up to the character `letter_begins_max`.
    """
    if text.count(":", 0, HEADER_CHARACTERS) < HEADER_FIELDS_MIN:
        return None  # each field has one
    found = [*HEADER_FIELD.finditer(text, 0, HEADER_CHARACTERS)]
    names = {match[1].lower() for match in found}
    if len(names) < HEADER_FIELDS_MIN or (names <= LETTER_FIELDS and found[0].start() > letter_begins_max):
        return None
    return f"{MAIL}: {', '.join(sorted(names))}"


def mail_in(markup: str) -> str | None:
    """A header field of a mail at the beginning of a line of the source of a page, which shows no lines."""
    found = [pattern.search(markup) for needs, pattern in MAIL_LINES if needs in markup]
    return next((f"{MAIL}: {one[0].strip()!r}" for one in (*found, MACHINE_FIELD.search(markup)) if one), None)


def joined_header_in(text: str) -> str | None:
    """The header of a mail whose lines have become one: three fields, one of which only machines write."""
    if text.count(":", 0, HEADER_CHARACTERS) < JOINED_FIELDS_MIN:
        return None
    low = text[:HEADER_CHARACTERS].lower()
    lines = (line for line in low.splitlines() if "subject" in line) if "subject" in low else ()
    for names in (frozenset(JOINED_FIELD.findall(line)) for line in lines):
        if len(names) >= JOINED_FIELDS_MIN and not names <= LETTER_FIELDS:
            return f"{MAIL}: {', '.join(sorted(names))}"
    return None
