"""Cuts a stream of telegrams::

    SYN SYN SOH W2214 … STX … ETX MP-WF-01-12-22 1448GMT … EOT      ANPA 1312
            SOH bdt0042 … STX … ETX 121037 Jan 22 … EOT             IPTC 7901
    ZCZC … NNNN                                                     each on a line; there may be a telegram inside

Gateways lose control characters.  A telegram that has its ETX, or an envelope that has the end of what is inside,
is whole if the next one begins, or nothing more comes for a while.  Text between telegrams may be one whose SOH was
lost, or the tail of one: it is cut with a fault.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from enum import Enum, auto

from pipeline.ingest.tcp_cutter import MARK_BYTES_MAX, NO_BEGINNING, NO_END, Cut, Cutter

BEGINNINGS = (b"ZCZC", b"zczc")
BEGINNING = re.compile(rb"(?P<SOH>\x01)|(?P<ZCZC>(?:ZCZC|zczc)(?=[^A-Za-z0-9_]))")
MARK = re.compile(
    rb"(?P<SOH>\x01)|(?P<ETX>\x03)|(?P<EOT>\x04)|(?<=[\r\n])[ \t]{0,20}"
    rb"(?:(?P<ZCZC>(?:ZCZC|zczc)(?=[^A-Za-z0-9_]))|(?P<NNNN>NNNN[ \t]{0,20}(?=[\0\x01\r\n\x03\x04\x7f])))"
)
LAST_LINE = re.compile(rb"[\r\n][ \t]{0,20}NNNN[ \t]{0,20}\Z")


class In(Enum):
    """What the stream is in."""

    UNMARKED = auto()  # text without a beginning
    TELEGRAM = auto()  # behind SOH
    ENVELOPE = auto()  # behind ZCZC
    INNER = auto()  # behind SOH behind ZCZC


class Means(Enum):
    """What a mark means there."""

    NOTHING = auto()
    NESTED = auto()  # a telegram in an envelope
    NEARLY = auto()  # whole, if no more comes
    END = auto()  # behind the mark
    NEXT = auto()  # another one begins with the mark


TABLE = {
    In.UNMARKED: {
        "SOH": Means.NEXT, "ZCZC": Means.NEXT, "ETX": Means.NOTHING, "EOT": Means.END, "NNNN": Means.END
    },
    In.TELEGRAM: {
        "SOH": Means.NEXT, "ZCZC": Means.NEXT, "ETX": Means.NEARLY, "EOT": Means.END, "NNNN": Means.NEARLY
    },
    In.ENVELOPE: {
        "SOH": Means.NESTED, "ZCZC": Means.NEXT, "ETX": Means.NOTHING, "EOT": Means.NOTHING, "NNNN": Means.END
    },
    In.INNER: {
        "SOH": Means.NEXT, "ZCZC": Means.NEXT, "ETX": Means.NEARLY, "EOT": Means.NEARLY, "NNNN": Means.END
    },
}  # fmt: skip


class TelegraphCutter(Cutter):
    """Cuts at the marks of telegrams."""

    def __init__(self) -> None:
        super().__init__()
        self._in: In | None = None  # None: it has not begun, or not enough of it to tell
        self._is_nearly_whole = False

    def gap(self) -> list[Cut]:
        """A telegram that is nearly whole is, and text without a beginning ends; of others the rest may come."""
        tail = max(0, len(self._buffer) - MARK_BYTES_MAX)
        if self._in in (In.ENVELOPE, In.INNER) and LAST_LINE.search(self._buffer, tail):
            self._is_nearly_whole = True
        ends = self._is_nearly_whole or self._in in (None, In.UNMARKED)
        return [*self._take(len(self._buffer))] if ends else []

    def end(self, *, closed: bool) -> list[Cut]:
        return self.gap() or [*self._take(len(self._buffer))]

    def _ended(self) -> Iterator[Cut]:
        while self._begin() and (mark := MARK.search(self._buffer, self._at)):
            assert self._in
            assert mark.lastgroup
            self._at = mark.end()
            match TABLE[self._in][mark.lastgroup]:
                case Means.NESTED:
                    self._in = In.INNER
                case Means.NEARLY:
                    self._is_nearly_whole = True
                case Means.END:
                    yield from self._take(mark.end(), whole=True)
                case Means.NEXT:
                    yield from self._take(mark.start())
        self._at = max(self._at, len(self._buffer) - MARK_BYTES_MAX)

    def _begin(self) -> bool:
        """Whether it is known what the stream is in."""
        if self._in is None and self._buffer:
            found = BEGINNING.match(self._buffer)
            if not found and any(
                mark.startswith(self._buffer[:4]) and len(self._buffer) <= 4 for mark in BEGINNINGS
            ):
                return False
            self._in = In.UNMARKED if not found else In.TELEGRAM if found["SOH"] else In.ENVELOPE
            self._at = found.end() if found else 0
        return self._in is not None

    def _take(self, end: int, *, whole: bool = False) -> Iterator[Cut]:
        whole = whole or self._is_nearly_whole
        fault = NO_BEGINNING if self._in in (None, In.UNMARKED) else "" if whole else NO_END
        self._in, self._is_nearly_whole = None, False
        yield from self._cut(end, fault)
