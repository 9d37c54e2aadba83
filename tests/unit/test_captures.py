"""The capture format: what kcat prints we read, what we print comes back as it was."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.captures import by_time, from_line, to_line
from pipeline.envelope import TIME
from pipeline.records import LATEST_MS, Position, Reason, Record, Rejected
from pipeline.replay import NotReplayable, replay_of_capture
from pipeline.runtime.replay_input import read_input
from pipeline.topology import Options

names = st.text(st.characters(codec="utf-8"), max_size=20)
values = st.one_of(
    st.binary(max_size=60),
    st.text(max_size=30).map(lambda text: text.encode("utf-8", "surrogatepass")),
    st.just(b"base64:"),
    st.just(b"base64:AAAA"),
)
records = st.builds(
    Record,
    position=st.builds(Position, names, st.integers(0, 2**31 - 1), st.integers(0, 2**63 - 1)),
    key=values,
    value=values,
    headers=st.lists(st.tuples(names, values), max_size=5).map(tuple),
    timestamp_ms=st.integers(-1, LATEST_MS),
)


@given(records)
def test_a_record_survives_its_line(record: Record) -> None:
    """Whatever bytes are in key, value and headers, the line brings the same record back."""
    line = to_line(record)
    assert line.endswith(b"\n")
    assert line.count(b"\n") == 1
    assert from_line(line) == record


@given(records)
def test_a_line_is_plain_json_in_utf_8(record: Record) -> None:
    """Any JSON reader takes our lines."""
    read = json.loads(to_line(record).decode("utf-8"))
    assert (read["topic"], read["partition"], read["offset"]) == record.position
    assert len(read.get("headers", [])) == 2 * len(record.headers)


LINE = '{"topic":"t","partition":1,"offset":7,"tstype":"create","ts":5,"broker":0,%s}'

READ = {
    "as kcat prints it": ('"headers":["a","b"],"key":"k","payload":"v"', b"k", b"v", ((("a"), b"b"),)),
    "no headers": ('"key":"k","payload":"v"', b"k", b"v", ()),
    "null key": ('"key":null,"payload":"v"', b"", b"v", ()),
    "null payload": ('"key":"k","payload":null', b"k", b"", ()),
    "null header": ('"headers":["a",null],"key":"k","payload":"v"', b"k", b"v", (("a", b""),)),
    "a name twice, in order": (
        '"headers":["a","2","a","1"],"key":"k","payload":"v"',
        b"k",
        b"v",
        (("a", b"2"), ("a", b"1")),
    ),
    "null headers": ('"headers":null,"key":"k","payload":"v"', b"k", b"v", ()),
    "headers as a map": (
        '"headers":{"a":"2","b":null,"c":["3","4"]},"key":"k","payload":"v"',
        b"k",
        b"v",
        (("a", b"2"), ("b", b""), ("c", b"3"), ("c", b"4")),
    ),
    "an empty map": ('"headers":{},"key":"k","payload":"v"', b"k", b"v", ()),
    "headers as pairs": (
        '"headers":[["a","2"],["a",null],["b","base64:/w=="]],"key":"k","payload":"v"',
        b"k",
        b"v",
        (("a", b"2"), ("a", b""), ("b", b"\xff")),
    ),
    "base64": (
        '"headers":["a","base64:/w=="],"key_base64":"/g==","payload_base64":"/wA="',
        b"\xfe",
        b"\xff\x00",
        (("a", b"\xff"),),
    ),
}


@pytest.mark.parametrize("case", READ)
def test_lines_of_kcat_and_ours_are_read(case: str) -> None:
    """Each form that kcat or we print is read as the record it was."""
    text, key, value, headers = READ[case]
    assert from_line((LINE % text).encode()) == Record(Position("t", 1, 7), key, value, headers, 5)


def test_a_capture_that_an_editor_has_saved(tmp_path: Path) -> None:
    """A byte order mark before its first line and blank lines between others lose no record."""
    path = tmp_path / "saved.jsonl"
    line = LINE % '"key":"k","payload":"v"'
    other = line.replace('"offset":7', '"offset":8')
    path.write_text(f"\ufeff{line}\n\n  \n{other}\n", "utf-8")
    records, skipped = read_input([path])
    assert ([record.position.offset for record in records], skipped) == ([7, 8], [])


def test_raw_bytes_in_a_line_of_kcat_are_kept() -> None:
    """kcat prints bytes that are not UTF-8 as they are; not one of them changes."""
    line = (LINE % '"headers":["f","\\u0000<>"],"key":"k","payload":"caf<>"').encode().replace(b"<>", b"\xe9\xff")
    record = from_line(line)
    assert record.value == b"caf\xe9\xff"
    assert record.header("f") == b"\x00\xe9\xff"


BAD = {
    "empty": b"",
    "no json": b"Ashford, Jan. 3",
    "cut off": b'{"topic":"t","partition":1,"offs',
    "another object": b'{"id":1,"text":"words"}',
    "a negative offset": b'{"topic":"t","partition":1,"offset":-1,"ts":1,"payload":"v"}',
    "a number for a payload": b'{"topic":"t","partition":1,"offset":1,"ts":1,"payload":1}',
    "half a header": b'{"topic":"t","partition":1,"offset":1,"ts":1,"headers":["a"]}',
    "broken base64": b'{"topic":"t","partition":1,"offset":1,"ts":1,"payload_base64":"?"}',
    "broken base64 in a header": b'{"topic":"t","partition":1,"offset":1,"ts":1,"headers":["a","base64:?"]}',
    "nothing but brackets": b"[" * 100_000,
    "nothing but brackets, not UTF-8": b"[" * 100_000 + b"\xff",
    "not UTF-8 and no json": b"\xff\xfe",
}


@pytest.mark.parametrize("case", BAD)
def test_what_is_no_line_is_rejected(case: str) -> None:
    """Bad input ends in one kind of verdict, with a reason that can be shown."""
    with pytest.raises(Rejected) as caught:
        from_line(BAD[case])
    assert caught.value.reason is Reason.BAD_RECORD
    assert caught.value.detail


def test_a_replay_takes_records_by_the_brokers_clock_and_a_partition_by_offset() -> None:
    """The order depends on the records alone, neither on the order of capture nor on a publisher's clock."""
    early, late = (TIME, b"1922-01-03T10:00:00Z"), (TIME, b"2122-01-03T11:00:00Z")
    appended_ms = 1_641_207_600_000  # 2022-01-03T11:00:00Z
    wanted = [
        Record(Position("c", 0, 1), b"", b"", (late,), appended_ms - 1),
        Record(Position("a", 1, 2), b"", b"", (early,), appended_ms),
        Record(Position("a", 0, 9), b"", b"", (late,), appended_ms + 1),
        Record(Position("a", 0, 10), b"", b"", (early,), appended_ms),  # the broker's clock was put back
        Record(Position("b", 0, 5), b"", b"", (), appended_ms + 2),
    ]
    assert by_time([*reversed(wanted), *wanted]) == wanted, "each once, though captured twice"


def test_two_records_of_one_place_are_refused() -> None:
    """Captures of two clusters are an error of the caller, named, not a failed assertion of a room."""
    one = Record(Position("wire.raw", 0, 7), b"norden", b"", (), 1_641_207_600_000)
    with pytest.raises(NotReplayable, match=r"two different records are wire\.raw/0@7"):
        replay_of_capture([one, replace(one, value=b"another")], Options())
