"""A record as a line for a person: a raw one shows its feed and the beginning of its text."""

from __future__ import annotations

import pytest

from pipeline.records import Position, Record
from pipeline.runtime.record_lines import WIDTH, record_line


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (b'<?xml version="1.0"?>\n<nitf>', '<?xml version="1.0"?> <nitf>'),
        ("Stürme über Köln".encode(), "Stürme über Köln"),
        ("Stürme über der ganzen Stadt".encode("latin-1"), "St\N{REPLACEMENT CHARACTER}rme"),
        (bytes(200), "200 bytes"),
        (b"\x1b[31mred alert, all of it" + b" and more" * 5, " [31mred alert"),
        (b"x" * 500, "x" * (WIDTH - 1) + "…"),
        (b"", ""),
    ],
)
def test_raw(value: bytes, shown: str) -> None:
    """Text is text, on one line, and of the rest there is the size."""
    line = record_line(Record(Position("wire.raw", 2, 7), b"harbour", value, (), 0)).plain
    assert line.startswith("wire.raw/2@7 harbour ")
    assert shown in line
    assert all(character.isprintable() for character in line)


ADDRESSED = [
    ("wire.tick", b"", "for route: what is due"),
    ("wire.control", b'{"action":"ack","who":"Ada","why":"seen"}', "for route: ack by Ada: seen"),
    (
        "wire.answer",
        b'{"receiver":"hook","notification":"n1","attempt":2,"verdict":"failed"}',
        "for route: hook answers: failed, attempt 2",
    ),
    ("wire.control", b"{", "{"),  # whatever it is, it has a line
]


@pytest.mark.parametrize(("type_", "value", "shown"), ADDRESSED)
def test_ticks_controls_and_answers(type_: str, value: bytes, shown: str) -> None:
    """Between the records of a topic they say for which room they are, and who wants what."""
    headers = (("ce_type", type_.encode()), ("ce_room", b"route"))
    line = record_line(Record(Position("wire.alerts", 0, 7), b"", value, headers, 0)).plain
    assert line.startswith("wire.alerts/0@7 ")
    assert shown in line


def test_a_delivery() -> None:
    """To whom, how far it has come, and why it did not arrive."""
    value = (
        b'{"receiver":"hook","notification":"n1","desk":"news","state":"failed","attempts":2,"verdict":"failed",'
        b'"trouble":"status","status":500,"time":"2022-01-11T06:31:02Z"}'
    )
    line = record_line(Record(Position("wire.deliveries", 0, 7), b"hook/n1", value, (), 0)).plain
    assert "hook       failed n1, attempt 2 failed status 500" in line
