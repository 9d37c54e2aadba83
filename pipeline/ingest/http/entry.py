"""An entry of a document, as a span of its bytes, and what tells it from others."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

ENTRIES_MAX = 20_000  # of a document; one with more is refused


@dataclass(frozen=True, slots=True)
class Entry:
    """Where it is in the document, and what it says."""

    begin: int
    end: int
    guid: str = ""
    link: str = ""
    date: str = ""  # when it was or will be published, as written
    content: bytes = b""  # a hash of its words: without ids, dates, counters, addresses
    is_broken: bool = False  # not well-formed; its content is a hash of its bytes


@dataclass(frozen=True, slots=True)
class Cut:
    """A document, cut into entries."""

    data: bytes
    entries: Sequence[Entry]
    hint_ms: int = 0  # how often it changes, if it says so
    frame: tuple[bytes, bytes] | None = None  # what is around entries; None: all that is outside of them
    separator: bytes = b""  # between two entries
    is_broken: bool = False  # not well-formed
    is_cut_off: bool = False  # it ends within an entry, which is not among these
    blanks: bytes = b""  # that go with the entry behind them

    def with_only(self, kept: Sequence[Entry]) -> bytes:
        """The document with these entries, byte for byte, and without the others."""
        if self.frame is not None:
            before, behind = self.frame
            return before + self.separator.join(self.data[one.begin : one.end] for one in kept) + behind
        chosen = {one.begin for one in kept}
        parts, at = [], 0
        for one in self.entries:
            if one.begin not in chosen:
                parts.append(self.data[at : one.begin].rstrip(self.blanks))
                at = one.end
        return b"".join((*parts, self.data[at:]))
