"""Captures: records as JSON lines, the way ``kcat -J`` prints them, so that each tool reads the other's captures.

``{"topic","partition","offset","tstype","ts","key","payload","headers":["name","value",…]}``: `ts` in
milliseconds since 1970, headers in the log's order, repeated names included.  What is not UTF-8 goes
in ``payload_base64`` and ``key_base64``; such a header value, or one that would be mistaken for it, begins with
``base64:``.  A null key, payload or header value is read as empty: our topics do not distinguish the two.
Other tools write headers as pairs, ``[["name","value"]]``, or as a map, where a name may have a list of values.
"""

from __future__ import annotations

import json
from base64 import b64decode, b64encode
from codecs import BOM_UTF8
from collections.abc import Iterable, Iterator
from typing import Annotated

import msgspec

from pipeline.records import EARLIEST_MS, LATEST_MS, Position, Reason, Record, Rejected

BASE64 = "base64:"
PAIR_LENGTH = 2

Natural = Annotated[int, msgspec.Meta(ge=0)]
Text = str | None


class Line(msgspec.Struct, kw_only=True, omit_defaults=True):
    """One line of a capture; kcat prints its members in this order."""

    topic: str
    partition: Natural
    offset: Natural
    tstype: str = "unknown"
    ts: Annotated[int, msgspec.Meta(ge=EARLIEST_MS, le=LATEST_MS)]
    key: str | None = None
    key_base64: str | None = None
    payload: str | None = None
    payload_base64: str | None = None
    headers: list[Text | list[Text]] | dict[str, Text | list[Text]] | None = []


def to_line(record: Record) -> bytes:
    """The record as a line, with its newline."""
    key, key_base64 = _texts(record.key)
    payload, payload_base64 = _texts(record.value)
    line = Line(
        topic=record.position.topic,
        partition=record.position.partition,
        offset=record.position.offset,
        tstype="logappend",  # all our topics are LogAppendTime
        ts=record.timestamp_ms,
        key=key,
        key_base64=key_base64,
        payload=payload,
        payload_base64=payload_base64,
        headers=[text for name, value in record.headers for text in (name, _header_text(value))],
    )
    return _encode(line) + b"\n"


def from_line(line: bytes) -> Record:
    """The record of a line.  Rejected(BAD_RECORD) if it is not one; unknown members are passed over."""
    try:
        parsed = _parse(line.removeprefix(BOM_UTF8))
        return Record(
            position=Position(parsed.topic, parsed.partition, parsed.offset),
            key=_bytes(parsed.key, parsed.key_base64),
            value=_bytes(parsed.payload, parsed.payload_base64),
            headers=tuple((name or "", _header_bytes(value)) for name, value in _pairs(parsed)),
            timestamp_ms=parsed.ts,
        )
    except (ValueError, RecursionError) as error:  # Base64Error, UnicodeError and msgspec's are ValueErrors
        raise Rejected(Reason.BAD_RECORD, f"no line of a capture: {error}") from None


def by_time(records: Iterable[Record]) -> list[Record]:
    """The records in the order in which a replay takes them, each once, whatever order they were captured in.

    By the broker's clock, and in a partition by offset: no publisher's clock moves a record.
    """
    latest: dict[tuple[str, int], int] = {}
    placed: list[tuple[int, Position, Record]] = []
    for record in sorted(dict.fromkeys(records), key=lambda one: (one.position, one.timestamp_ms)):
        partition = record.position[:2]
        latest[partition] = max(record.timestamp_ms, latest.get(partition, record.timestamp_ms))
        placed.append((latest[partition], record.position, record))
    return [record for _, _, record in sorted(placed, key=lambda one: one[:2])]


def _parse(line: bytes) -> Line:
    try:
        return _decode(line)
    except UnicodeDecodeError:
        # kcat puts bytes that are not UTF-8 into its JSON as they are
        return msgspec.convert(json.loads(line.decode("utf-8", "surrogateescape")), Line)


def _pairs(line: Line) -> Iterator[tuple[Text, Text]]:
    """Each header's name and value.  ValueError if a name has none."""
    if isinstance(line.headers, dict):
        for name, values in line.headers.items():
            yield from ((name, value) for value in (values if isinstance(values, list) else [values]))
        return
    flat: list[Text] = []
    for each in line.headers or ():
        if isinstance(each, list) and len(each) != PAIR_LENGTH:
            raise ValueError("a header that is no pair")
        flat.extend(each if isinstance(each, list) else [each])
    if len(flat) % PAIR_LENGTH:
        raise ValueError("a header without a value")
    yield from zip(flat[::2], flat[1::2], strict=True)


def _texts(data: bytes) -> tuple[str | None, str | None]:
    """The bytes as text, or else as base64."""
    try:
        return data.decode("utf-8"), None
    except UnicodeDecodeError:
        return None, b64encode(data).decode("ascii")


def _bytes(text: str | None, base64_text: str | None) -> bytes:
    if base64_text is not None:
        return b64decode(base64_text, validate=True)
    return (text or "").encode("utf-8", "surrogateescape")


def _header_text(value: bytes) -> str:
    try:
        text = value.decode("utf-8")
    except UnicodeDecodeError:
        text = BASE64
    return BASE64 + b64encode(value).decode("ascii") if text.startswith(BASE64) else text


def _header_bytes(text: str | None) -> bytes:
    if text and text.startswith(BASE64):
        return b64decode(text.removeprefix(BASE64), validate=True)
    return _bytes(text, None)


_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(Line).decode
