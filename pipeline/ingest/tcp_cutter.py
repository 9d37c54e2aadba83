"""Cuts a stream of bytes into dispatches.  No I/O: bytes in, cuts out, the same however the bytes arrive in pieces.

A dispatch without its end may have lost its embargo, and a tail may be all that is left of one: neither is
published as if it were whole.  It is cut with a fault, which says why; normalise lets nothing of it through but a
kill or a hold (docs/design/laws.md#law-5).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from pipeline.formats import PAYLOAD_BYTES_MAX

NO_BEGINNING = "its beginning was lost: there is no mark of it"
NO_END = "its end was lost: there is no mark of it"
TOO_LONG = f"it goes on behind {PAYLOAD_BYTES_MAX:,} bytes"

MARK_BYTES_MAX = 64  # of the longest mark, with the blanks around it
FILL = b"\0\x03\x04\x07\t\n\x0c\r\x0e\x0f\x16 \x7f"  # what senders put between dispatches
FILLED = re.compile(b"[" + re.escape(FILL) + b"]*")
NOTHING = (b"", b"NNNN")  # what may be left of fill: an end mark behind an end mark


class Framing(StrEnum):
    """How a stream is cut.  The values are written in feeds.yaml."""

    TELEGRAPH = "telegraph"  # at the marks of telegrams: SOH … EOT, ZCZC … NNNN
    LINES = "lines"  # a dispatch a line, as JSON lines are
    GAP = "gap"  # where the sender pauses, or closes the connection


@dataclass(frozen=True, slots=True)
class Cut:
    """A dispatch, and why it is not whole; "" if it is."""

    value: bytes
    fault: str = ""


class Cutter:
    """Cuts where the sender pauses or closes the connection; those below cut at marks.

    At most PAYLOAD_BYTES_MAX bytes, a mark and one `feed` are kept; of a longer dispatch the rest is passed over.
    """

    def __init__(self) -> None:
        self._buffer = bytearray()  # begins with what is no fill
        self._at = 0  # marks before it have been met
        self._is_rest = False  # of a dispatch that was too long, which was cut already

    @property
    def pending_bytes(self) -> int:
        """Bytes of a dispatch whose end has not come."""
        return len(self._buffer)

    def feed(self, data: bytes) -> list[Cut]:
        """The dispatches that end with these bytes, in order."""
        self._buffer += data
        self._strip()
        return [*self._ended(), *self._overlong()]

    def gap(self) -> list[Cut]:
        """The sender pauses."""
        return [*self._cut(len(self._buffer))]

    def end(self, *, closed: bool) -> list[Cut]:
        """Nothing more will come; `closed`: the sender said so, the connection was not lost."""
        return [*self._cut(len(self._buffer), "" if closed else NO_END)]

    def _ended(self) -> Iterator[Cut]:
        """The dispatches that marks end."""
        return iter(())

    def _cut(self, end: int, fault: str = "") -> Iterator[Cut]:
        """The dispatch up to there, unless it is fill or a rest."""
        value = bytes(self._buffer[:end])
        is_rest, self._is_rest, self._at = self._is_rest, False, 0
        del self._buffer[:end]
        self._strip()
        if is_rest or value.strip(FILL + b"\x01") in NOTHING:
            return
        yield Cut(value, fault) if len(value) <= PAYLOAD_BYTES_MAX else Cut(value[:PAYLOAD_BYTES_MAX], TOO_LONG)

    def _overlong(self) -> Iterator[Cut]:
        """The beginning of a dispatch that is too long, once; of its rest only what may be part of a mark."""
        if not self._is_rest and len(self._buffer) > PAYLOAD_BYTES_MAX + MARK_BYTES_MAX:
            yield Cut(bytes(self._buffer[:PAYLOAD_BYTES_MAX]), TOO_LONG)
            self._is_rest = True
        if self._is_rest and (surplus := len(self._buffer) - MARK_BYTES_MAX) > 0:
            del self._buffer[:surplus]
            self._at = max(0, self._at - surplus)

    def _strip(self) -> None:
        """Drop fill before a dispatch."""
        if self._at == 0 and not self._is_rest:
            fill = FILLED.match(self._buffer)
            del self._buffer[: fill.end() if fill else 0]


class LineCutter(Cutter):
    """Cuts at line ends."""

    def gap(self) -> list[Cut]:
        return []

    def end(self, *, closed: bool) -> list[Cut]:
        """A line without its end is not whole, whoever ended the connection."""
        return super().end(closed=False)

    def _ended(self) -> Iterator[Cut]:
        while (end := self._buffer.find(b"\n", self._at)) >= 0:
            yield from self._cut(end)
        self._at = len(self._buffer)
