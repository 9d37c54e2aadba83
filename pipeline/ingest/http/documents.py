"""The payloads of new entries: documents of the feed's own format, small enough for every reader behind them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pipeline.ingest.http.entry import Cut, Entry

DOCUMENT_ENTRIES_MAX = 100  # of a payload
DOCUMENT_BYTES_MAX = 1_048_576  # likewise; one larger entry goes alone


def in_documents(cut: Cut, new: Sequence[Entry]) -> Iterator[tuple[bytes, tuple[Entry, ...]]]:
    """Each payload and its entries, the oldest first: feeds begin with the newest.

    A broken entry goes alone, so that it costs no other.
    """
    for group in _groups(new):
        yield cut.with_only(group), group


def _groups(new: Sequence[Entry]) -> Iterator[tuple[Entry, ...]]:
    group: list[Entry] = []
    size = 0
    for entry in reversed(new):
        length = entry.end - entry.begin
        if group and (_is_full(group, size + length) or entry.is_broken or group[0].is_broken):
            yield tuple(reversed(group))
            group, size = [], 0
        group.append(entry)
        size += length
    if group:
        yield tuple(reversed(group))


def _is_full(group: Sequence[Entry], size: int) -> bool:
    return len(group) == DOCUMENT_ENTRIES_MAX or size > DOCUMENT_BYTES_MAX
