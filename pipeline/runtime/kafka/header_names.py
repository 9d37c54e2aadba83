r"""Header names that are not UTF-8, which Kafka allows: both clients raise, and would never get past such a record.

Anybody who may write to wire.raw could stop it for good.  So such a name is read with `\xff` for the bytes that are
none; the record goes on like any other.  Everything else is read as before, at the same speed.
tests/unit/test_header_names.py fails when upstream changes what this relies on.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator
from functools import cache, partial
from typing import Any, SupportsIndex

BATCH_LENGTH = struct.Struct(">i")  # at byte 8 of a batch: its length behind these 12 bytes
LENGTH_AT, LENGTH_ENDS = 8, 12


class _Lenient(bytearray):
    """A batch whose slices are decoded whatever they are."""

    def __getitem__(self, key: SupportsIndex | slice) -> Any:
        found = super().__getitem__(key)
        return _Lenient(found) if isinstance(found, bytearray) else found

    def decode(self, encoding: str = "utf-8", errors: str = "strict") -> str:
        return super().decode(encoding, "backslashreplace")


def _tolerant(read: Any) -> Any:
    """The method that reads a batch's next record; it moves on only if it succeeds, so it can be tried again."""

    def read_msg(batch: Any) -> Any:
        try:
            return read(batch)
        except UnicodeDecodeError:
            strict, batch._buffer = batch._buffer, _Lenient(batch._buffer)
            try:
                return read(batch)
            finally:
                batch._buffer = strict

    return read_msg


class _Batch:
    """A batch of aiokafka's, by its compiled reader; by `again`, in Python, if that one cannot read a name."""

    def __init__(self, batch: Any, again: Callable[[], Any]) -> None:
        self._batch, self._again = batch, again

    def __getattr__(self, name: str) -> Any:
        return getattr(self._batch, name)

    def __iter__(self) -> Iterator[Any]:
        try:
            return iter(list(self._batch))
        except UnicodeDecodeError:
            return iter(self._again())

    def __next__(self) -> Any:
        return next(self._batch)  # of a control batch


class _Records:
    """aiokafka's reader of what a fetch returned."""

    def __init__(self, data: bytes, records: Any, batch_in_python: Callable[[memoryview], Any]) -> None:
        self._records, self._data, self._at = records, memoryview(data), 0
        self._batch_in_python = batch_in_python

    def __getattr__(self, name: str) -> Any:
        return getattr(self._records, name)

    def next_batch(self) -> Any:
        """The next batch; None behind the last one."""
        batch, start = self._records.next_batch(), self._at
        if batch is None:
            return None
        self._at += LENGTH_ENDS + BATCH_LENGTH.unpack_from(self._data, start + LENGTH_AT)[0]
        if not hasattr(batch, "is_control_batch"):  # of a format that has no headers
            return batch
        return _Batch(batch, partial(self._batch_in_python, self._data[start : self._at]))


@cache
def let_aiokafka_read_any_name() -> None:
    """In this process; calling it again changes nothing."""
    from aiokafka.consumer import fetcher
    from aiokafka.record.default_records import _DefaultRecordBatchPy
    from aiokafka.record.memory_records import MemoryRecords

    _DefaultRecordBatchPy._read_msg = _tolerant(_DefaultRecordBatchPy._read_msg)
    fetcher.MemoryRecords = lambda data: _Records(data, MemoryRecords(data), _DefaultRecordBatchPy)


@cache
def let_kafka_python_read_any_name() -> None:
    """In this process; calling it again changes nothing."""
    from kafka.record.default_records import DefaultRecordBatch

    DefaultRecordBatch._read_msg = _tolerant(DefaultRecordBatch._read_msg)
