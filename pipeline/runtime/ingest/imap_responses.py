"""What an IMAP server answers, as imaplib gives it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from pipeline.values.blanks import shortened

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
SHOWN_CHARACTERS_MAX = 200

_UID = re.compile(rb"\bUID (\d{1,10})\b")
_SIZE = re.compile(rb"\bRFC822\.SIZE (\d{1,12})\b")
_DATE = re.compile(rb'\bINTERNALDATE "([ 0-9]\d)-([A-Za-z]{3})-(\d{4}) (\d\d:\d\d:\d\d [+-]\d{4})"')


def messages_in(answer: list[Any]) -> Iterator[tuple[int, bytes, bytes]]:
    """UID, attributes and text of each message in the answer to FETCH."""
    for attributes, text in _responses(answer):
        if found := _UID.search(attributes):
            yield int(found[1]), attributes, text


def size_in(attributes: bytes) -> int:
    """RFC822.SIZE; 0 if it is not there."""
    found = _SIZE.search(attributes)
    return int(found[1]) if found else 0


def _responses(answer: list[Any]) -> Iterator[tuple[bytes, bytes]]:
    """Attributes and text of each response: a text comes as a pair, and what is behind it alone."""
    attributes, text = b"", b""
    for part in answer:
        if isinstance(part, tuple):
            if attributes:
                yield attributes, text
            attributes, text = part[0], part[1]
        elif part and part[:1].isdigit():  # a response without a text
            if attributes:
                yield attributes, text
            attributes, text = part, b""
        elif part:
            attributes += part
    if attributes:
        yield attributes, text


def set_of(uids: Sequence[int]) -> str:
    """UIDs as a set, with ranges (RFC 3501, 9): a line of 500 numbers may be too long for a server."""
    ranges: list[list[int]] = []
    for uid in sorted(uids):
        if ranges and ranges[-1][1] == uid - 1:
            ranges[-1][1] = uid
        else:
            ranges.append([uid, uid])
    return ",".join(str(first) if first == last else f"{first}:{last}" for first, last in ranges)


def received_ms(attributes: bytes) -> int | None:
    """INTERNALDATE: its months are English, whatever the locale."""
    found = _DATE.search(attributes)
    if not found:
        return None
    day, month, year, rest = (group.decode() for group in found.groups())
    try:
        when = datetime.strptime(f"{year}-{MONTHS.index(month) + 1}-{day.strip()} {rest}", "%Y-%m-%d %H:%M:%S %z")
    except ValueError:
        return None
    return round(when.timestamp() * 1000)


def shown(answer: Any) -> str:
    """What a server said, as text that can be shown."""
    parts = answer if isinstance(answer, list | tuple) else [answer]
    texts = (part.decode("utf-8", "replace") if isinstance(part, bytes) else str(part) for part in parts if part)
    return shortened("".join(one if one.isprintable() else " " for one in " ".join(texts)), SHOWN_CHARACTERS_MAX)
