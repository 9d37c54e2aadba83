"""Header names that are not UTF-8: both clients read past them, and the record is an item like any other."""

from __future__ import annotations

from typing import Any

import pytest
from aiokafka.consumer import fetcher
from aiokafka.record.default_records import DefaultRecordBatchBuilder
from kafka.record.memory_records import MemoryRecords

from pipeline.runtime.kafka.header_names import (
    let_aiokafka_read_any_name,
    let_kafka_python_read_any_name,
)

NAME = b"x\xff\xfey"


def batch(count: int) -> bytes:
    """A batch, as a broker returns it; the second record has such a name."""
    builder = DefaultRecordBatchBuilder(2, 0, 0, -1, -1, -1, 99_999)
    for number in range(count):
        name = "xaay" if number == 1 else "fine"
        builder.append(number, timestamp=1, key=b"k", value=b"v%d" % number, headers=[(name, b"1"), ("z", b"2")])
    return bytes(builder.build()).replace(b"xaay", NAME)


def of_aiokafka(data: bytes) -> list[Any]:
    records, found = fetcher.MemoryRecords(data), []
    while records.has_next():
        one = records.next_batch()
        assert (one.is_control_batch, one.is_transactional, one.base_offset) == (False, False, 0)
        found += [(record.value, record.headers) for record in one]
    return found


def of_kafka_python(data: bytes) -> list[Any]:
    records, found = MemoryRecords(data), []
    while (one := records.next_batch()) is not None:
        found += [(record.value, record.headers) for record in one]
    return found


@pytest.mark.parametrize("read", [of_aiokafka, of_kafka_python])
def test_a_name_that_is_no_utf_8_is_read(read: Any) -> None:
    """Its bytes are shown as `\\xff`, its neighbours are untouched, and other batches are read as before."""
    let_aiokafka_read_any_name()
    let_kafka_python_read_any_name()
    found = read(batch(3) + batch(1) + batch(2))
    assert [value for value, _ in found] == [b"v0", b"v1", b"v2", b"v0", b"v0", b"v1"]
    assert found[1][1] == found[5][1] == [("x\\xff\\xfey", b"1"), ("z", b"2")]
    assert found[0][1] == found[2][1] == [("fine", b"1"), ("z", b"2")]
