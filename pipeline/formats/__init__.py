"""Payload bytes to parsed items: unwrap (wrappings), recognise the format (sniff), parse by its row (table)."""

from __future__ import annotations

from dataclasses import replace

from pipeline.formats.parsed import Parse, Payload
from pipeline.formats.sniff import begins, sniff
from pipeline.formats.table import FORMATS
from pipeline.formats.wrappings import unwrapped
from pipeline.records import Reason, Rejected

__all__ = ["FORMATS", "PAYLOAD_BYTES_MAX", "parse"]

PAYLOAD_BYTES_MAX = 2_097_152  # 2 MiB; the shell refuses a larger payload before it gets here


def parse(payload: Payload) -> tuple[str, Parse]:
    """The name of the format, and the items of the payload: at least one, in the payload's order.

    Raises Rejected: TOO_LARGE, EMPTY, UNKNOWN_FORMAT, ENCODING, MALFORMED, TOO_DEEP, BAD_DATE, NO_ITEM; nothing
    else.  The same payload gives the same result.
    """
    if len(payload.data) > PAYLOAD_BYTES_MAX:
        raise Rejected(Reason.TOO_LARGE, f"{len(payload.data):,} bytes; at most {PAYLOAD_BYTES_MAX:,}")
    if not payload.data.strip():
        raise Rejected(Reason.EMPTY, f"{len(payload.data)} bytes, nothing but white space")
    data, wrapped = unwrapped(payload.data, begins)
    name, warnings = _format_of(data, payload.format)
    payload = payload if data is payload.data else replace(payload, data=data)
    return name, FORMATS[name].parse(payload, (*wrapped, *warnings))


def _format_of(data: bytes, declared: str | None) -> tuple[str, tuple[str, ...]]:
    """The format by the content.  The declared one, which may be wrong, counts only if the content is undecided."""
    try:
        found = sniff(data)
    except Rejected as rejected:
        if rejected.reason is Reason.UNKNOWN_FORMAT and declared in FORMATS and declared != "plain":
            return declared, ()
        raise
    if found not in FORMATS:
        raise Rejected(Reason.UNKNOWN_FORMAT, f"recognised as {found}, which this version does not parse")
    if declared is None or declared == found:
        return found, ()
    if found == "plain" and declared in FORMATS:
        return declared, ()
    return found, (f"declared as {declared[:40]}, read as {found}",)
