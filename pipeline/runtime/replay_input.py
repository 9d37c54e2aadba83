"""The input of a replay: the records of captures, and records made of plain payloads."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import msgspec

from pipeline.captures import from_line
from pipeline.partitioner import partition_of
from pipeline.records import Record, Rejected
from pipeline.replay import EPOCH_MS, payload
from pipeline.runtime.publish.own_time import at_their_time
from pipeline.runtime.publish.sources import RawPayload, Skipped, is_capture, opened, payloads
from pipeline.shard import as_record


def read_input(
    paths: Iterable[Path], feed: str | None = None, on_read: Callable[[int], None] = lambda count: None
) -> tuple[list[Record], list[Skipped]]:
    """The records of captures and payloads (files, folders, JSON lines), and what could not be read.

    `on_read` gets the number of records after each.
    Payloads are taken to have arrived a second apart from EPOCH_MS on.  OSError if a capture cannot be opened.
    """
    records: list[Record] = []
    skipped: list[Skipped] = []
    offsets: Counter[int] = Counter()
    for path in paths:
        for found in _captured(path) if is_capture(path) else payloads([str(path)], feed):
            if isinstance(found, Skipped):
                skipped.append(found)
            elif isinstance(found, Record):
                records.append(found)
            else:
                records.append(received(found, offsets, EPOCH_MS + 1000 * len(records)))
            on_read(len(records))
    return records, skipped


def read_at_their_time(
    paths: Iterable[Path], feed: str | None = None, on_read: Callable[[int], None] = lambda count: None
) -> tuple[list[Record], list[Skipped]]:
    """As `read_input`, but payloads arrive at their own dates, behind the captures.

    sqlite3.Error if the temporary file that sorts them cannot be written.
    """
    paths = list(paths)
    records, skipped = read_input([path for path in paths if is_capture(path)], on_read=on_read)
    others = [str(path) for path in paths if not is_capture(path)]
    offsets: Counter[int] = Counter()
    found = payloads(others, feed) if others else ()
    for one in at_their_time(found, time.time_ns() // 1_000_000, lambda count: on_read(len(records) + count)):
        if isinstance(one, Skipped):
            skipped.append(one)
        else:
            records.append(received(one, offsets, one.received_ms or EPOCH_MS))
    return records, skipped


def _captured(path: Path) -> Iterator[Record | Skipped]:
    with opened(path) as file:
        for number, line in enumerate(file, 1):
            if not line.strip():
                continue  # an editor's blank line
            try:
                yield from_line(line)
            except Rejected as rejected:
                yield Skipped(f"{path}:{number}", rejected.detail)


def received(found: RawPayload, offsets: Counter[int], time_ms: int) -> Record:
    """The payload as a record of wire.raw."""
    time_ms = time_ms if found.received_ms is None else found.received_ms
    out = payload(found.feed, found.value, time_ms, found.headers)
    partition = partition_of(out.key)
    offsets[partition] += 1
    return as_record(msgspec.structs.replace(out, partition=partition), offsets[partition] - 1, time_ms)
