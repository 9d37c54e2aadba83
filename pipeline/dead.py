"""The side door: a record that cannot be used goes to wire.dead, whole, with the reason and where it stood.

The value is the original value, byte for byte; the original headers follow ours, so that the record can be sent
again as it was.  Of a value above KEPT_BYTES_MAX only the beginning is kept, beside its hash and its size.
"""

from __future__ import annotations

import hashlib

from pipeline.records import Headers, Out, Record, Rejected

TOPIC = "wire.dead"
PREFIX = "dead-"
KEPT_BYTES_MAX = 2_097_152  # of a whole value; a larger one keeps its first CUT_BYTES
CUT_BYTES = 65_536


def letter(room: str, record: Record, rejected: Rejected, part: int | None = None) -> Out:
    """The dead letter of a record, or of one item of it, to the partition that the record stood in."""
    value = record.value
    headers: Headers = (
        (PREFIX + "room", room.encode()),
        (PREFIX + "reason", rejected.reason.value.encode()),
        (PREFIX + "detail", rejected.detail.encode("utf-8", "replace")),
        (PREFIX + "topic", record.position.topic.encode()),
        (PREFIX + "partition", b"%d" % record.position.partition),
        (PREFIX + "offset", b"%d" % record.position.offset),
        (PREFIX + "sha256", hashlib.sha256(value).hexdigest().encode()),
        (PREFIX + "size", b"%d" % len(value)),
        *(() if part is None else ((PREFIX + "part", b"%d" % part),)),
    )
    kept = value if len(value) <= KEPT_BYTES_MAX else value[:CUT_BYTES]
    return Out(TOPIC, record.key, kept, headers + record.headers, record.position.partition)


def original_headers(headers: Headers) -> Headers:
    """The headers of the record as it was before it died."""
    return tuple((name, value) for name, value in headers if not name.startswith(PREFIX))
