"""Hostile input for one format: any bytes, damaged documents, and half a megabyte of the same."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import partial

from growth import assert_linear
from hypothesis import strategies as st

from pipeline.formats import FORMATS
from pipeline.formats.parsed import Payload
from pipeline.records import Rejected

RECEIVED = datetime(2022, 1, 12, 12, tzinfo=UTC)


def outcome(name: str, data: bytes) -> str:
    """The result of parsing the bytes as the format, or the rejection; any other error is raised."""
    try:
        return str(FORMATS[name].parse(Payload(data, "quay", RECEIVED)))
    except Rejected as rejected:
        return str(rejected)


def damaged(whole: bytes) -> st.SearchStrategy[bytes]:
    """The document with a few bytes cut out and others put in."""
    return st.builds(
        lambda at, cut, put: whole[:at] + put + whole[at + cut :],
        st.integers(0, len(whole)),
        st.integers(0, 60),
        st.binary(max_size=12),
    )


def assert_linear_in(name: str, head: bytes, unit: str, tail: bytes = b"", size: int = 250_000) -> None:
    """The time to parse many units between head and tail grows linearly with their number."""

    def prepared(size: int) -> partial[str]:
        return partial(outcome, name, head + (unit * (size // len(unit))).encode() + tail)

    assert_linear(prepared, size)
