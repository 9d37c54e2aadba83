"""What an operator can publish, and what becomes of what cannot be."""

from __future__ import annotations

import gzip
import io
import os
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from pipeline.captures import to_line
from pipeline.envelope import FEED_LANGUAGE, FEED_ZONE, TIME, instant_text, payload_headers
from pipeline.formats import PAYLOAD_BYTES_MAX
from pipeline.ingest.feeds import load_feeds
from pipeline.records import Position, Record
from pipeline.runtime.publish.known import with_what_is_known
from pipeline.runtime.publish.publisher import headers
from pipeline.runtime.publish.sources import RawPayload, Skipped, payloads

TEXT = b"ASHFORD, Jan 3 - The bridge is open again.\n"


def record(topic: str, value: bytes = b"words", key: bytes = b"coastwire", time: bytes | None = None) -> Record:
    """A captured record."""
    return Record(Position(topic, 2, 7), key, value, () if time is None else ((TIME, time),), 1_641_200_400_000)


def read(*sources: Path, feed: str | None = None) -> list[RawPayload | Skipped]:
    """Everything that the sources hold."""
    return list(payloads(map(str, sources), feed))


def test_a_folder_is_read_in_the_order_of_its_paths(tmp_path: Path) -> None:
    """Every run sends a folder in the same order, and never a hidden file."""
    for name in ("b/2.txt", "a/10.json", "a/1.xml", ".hidden", "a/.git/x", "c.TXT.gz"):
        path = tmp_path / "wire" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(gzip.compress(TEXT) if name.endswith(".gz") else TEXT)
    found = [one for one in read(tmp_path / "wire") if isinstance(one, RawPayload)]
    assert [(Path(one.name).name, one.feed, dict(one.headers)["content-type"], one.value) for one in found] == [
        ("c.TXT.gz", "wire", b"text/plain", TEXT),
        ("1.xml", "a", b"application/xml", TEXT),
        ("10.json", "a", b"application/json", TEXT),
        ("2.txt", "b", b"text/plain", TEXT),
    ]


@pytest.mark.parametrize("pack", [bytes, gzip.compress], ids=["plain", "gzipped"])
def test_json_lines_are_a_payload_a_line(tmp_path: Path, pack: Callable[[bytes], bytes]) -> None:
    """Each line is a payload under its number; empty lines are nothing; the last needs no end."""
    path = tmp_path / ("harbour.jsonl" + (".gz" if pack is gzip.compress else ""))
    path.write_bytes(pack(b'{"a":1}\n\n  \r\n{"a":2}\r\n[broken'))
    assert [(one.name, one.value) for one in read(path) if isinstance(one, RawPayload)] == [
        (f"{path}:1", b'{"a":1}'),
        (f"{path}:4", b'{"a":2}'),
        (f"{path}:5", b"[broken"),  # the rooms judge payloads, not the publisher
    ]
    assert {one.feed for one in read(path) if isinstance(one, RawPayload)} == {"harbour"}


def test_a_feed_that_is_named_holds_for_all_but_captures(tmp_path: Path) -> None:
    """--feed names the feed of files and lines; a captured record has one already."""
    (tmp_path / "a.txt").write_bytes(TEXT)
    (tmp_path / "b.jsonl").write_bytes(b"{}\n")
    (tmp_path / "c.jsonl").write_bytes(to_line(record("wire.raw")))
    assert [one.feed for one in read(tmp_path, feed="north") if isinstance(one, RawPayload)] == [
        "north",
        "north",
        "coastwire",
    ]


def test_stdin_is_one_payload() -> None:
    """- is the whole of stdin, lines and all."""
    (one,) = payloads(["-"], None, "plain", io.BytesIO(TEXT * 2))
    assert one == RawPayload("stdin", "stdin", TEXT * 2, (("format", b"plain"),))


def test_a_capture_of_raw_records_is_published_as_it_was(tmp_path: Path) -> None:
    """Key, value, headers and time of a captured payload stay; its time is the log's where it has no other."""
    path = tmp_path / "yesterday.jsonl"
    lines = [record("wire.raw", time=b"2022-01-03T08:00:00Z"), record("wire.raw"), record("reuters-inlet", key=b"")]
    path.write_bytes(b"".join(map(to_line, lines)))
    first, second, foreign = (one for one in read(path) if isinstance(one, RawPayload))
    assert dict(headers(first, 0))[TIME] == b"2022-01-03T08:00:00Z"
    assert dict(headers(second, 0))[TIME] == instant_text(1_641_200_400_000)
    assert (first.feed, foreign.feed) == ("coastwire", "reuters-inlet")


SKIPPED: dict[str, tuple[str, bytes, str]] = {
    "too large": ("a.txt", b"x" * (PAYLOAD_BYTES_MAX + 1), "larger than"),
    "too large once unpacked": ("a.txt.gz", gzip.compress(b"x" * 9_000_000), "larger than"),
    "a line too large": ("a.jsonl", b"x" * (PAYLOAD_BYTES_MAX + 1) + b"\n", "larger than"),
    "a line beyond all bounds": ("a.jsonl", b"x" * 20_000_000 + b"\n", "larger than"),
    "no gzip": ("a.txt.gz", TEXT, "unreadable"),
    "half a gzip": ("a.txt.gz", gzip.compress(TEXT * 50)[:-20], "unreadable"),
    "damaged gzip": ("a.jsonl.gz", gzip.compress(b"\n")[:10] + b"\xff" * 30, "unreadable"),
    "a record from behind a room": ("a.jsonl", to_line(record("wire.enriched")), "is not a payload"),
}


@pytest.mark.parametrize("case", SKIPPED)
def test_what_cannot_be_sent_is_named_and_the_rest_comes_on(tmp_path: Path, case: str) -> None:
    """A bad file or line is skipped with its name and a reason; what follows it is sent."""
    name, content, reason = SKIPPED[case]
    (tmp_path / name).write_bytes(content)
    (tmp_path / "z.txt").write_bytes(TEXT)
    bad, good = read(tmp_path)
    assert isinstance(bad, Skipped)
    assert name in bad.name
    assert reason in bad.reason
    assert isinstance(good, RawPayload)


def test_lines_after_a_bad_line_come_on(tmp_path: Path) -> None:
    """One line does not spoil the file: neither a long one, nor a broken one in a capture."""
    (tmp_path / "a.jsonl").write_bytes(b"x" * 20_000_000 + b'\n{"n":2}\n')
    (tmp_path / "b.jsonl").write_bytes(to_line(record("wire.raw")) + b"broken\n" + to_line(record("wire.raw")))
    assert [type(one) for one in read(tmp_path)] == [Skipped, RawPayload, RawPayload, Skipped, RawPayload]


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    """A path that is not there is skipped, not an error that ends the run."""
    assert read(tmp_path / "gone.txt") == [Skipped(str(tmp_path / "gone.txt"), "unreadable: no such file")]


def test_headers_are_cloud_events(tmp_path: Path) -> None:
    """Binary mode: the id is the content's, the time RFC 3339, the trace W3C's; what was brought stays."""
    one = RawPayload("x", "coastwire", TEXT, (("content-type", b"text/plain"), ("ce_type", b"wire.control")))
    made = dict(headers(one, 1_641_200_400_007))
    assert made["ce_specversion"] == b"1.0"
    assert made["ce_source"] == b"coastwire"
    assert made["ce_time"] == b"2022-01-03T09:00:00.007Z"
    assert made["ce_type"] == b"wire.control"
    assert (
        made["ce_id"]
        == dict(payload_headers("coastwire", TEXT, 0))["ce_id"]
        != dict(payload_headers("coastwir", b"e" + TEXT, 0))["ce_id"]
    )
    version, trace, span, flags = made["traceparent"].decode().split("-")
    assert (version, len(trace), len(span), flags) == ("00", 32, 16, "01")
    assert len(headers(one, 0)) == 7


@pytest.mark.parametrize("name", [b"caf\xe9/a.xml", b"caf\xe9.jsonl"])
def test_names_that_are_no_utf_8_become_text(name: bytes, tmp_path: Path) -> None:
    """Name and feed can be written into a record and a file, and two such names stay apart."""
    path = Path(os.fsdecode(os.path.join(os.fsencode(tmp_path), name)))
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(TEXT)
    (one,) = read(path)
    assert isinstance(one, RawPayload)
    assert one.feed.encode() == b"caf\\xe9"
    assert b"caf\\xe9" in one.name.encode()


def test_a_closed_stdin_is_skipped(monkeypatch: pytest.MonkeyPatch) -> None:
    """Python has no stdin then."""
    monkeypatch.setattr(sys, "stdin", None)
    assert list(payloads(["-"])) == [Skipped("stdin", "unreadable: it is closed")]


FEEDS_FILE = """
defaults: {language: nb}
feeds:
  coastwire: {folder: /srv/coastwire, zone: Europe/Oslo}
"""


def test_what_is_known_of_a_feed_goes_with_its_payloads(tmp_path: Path) -> None:
    """As from `ingest`, with the defaults of the file; a captured record stays as it was, others are skipped."""
    wire, capture = tmp_path / "coastwire", tmp_path / "raw.jsonl"
    wire.mkdir()
    (wire / "a.txt").write_bytes(TEXT)
    (wire / "b.txt").write_bytes(TEXT)
    captured = Record(
        Position("wire.raw", 2, 7),
        b"coastwire",
        TEXT,
        ((FEED_ZONE, b"Europe/Rome"), (TIME, b"2022-01-03T09:00:00Z")),
        0,
    )
    capture.write_bytes(to_line(captured))
    (tmp_path / "feeds.yaml").write_text(FEEDS_FILE)
    known = {name: feed.headers for name, feed in load_feeds(tmp_path / "feeds.yaml").with_defaults().items()}
    found = list(with_what_is_known(read(wire, capture), known, "feeds.yaml"))
    said = [
        (dict(one.headers)[FEED_ZONE], dict(one.headers)[FEED_LANGUAGE])
        for one in found
        if isinstance(one, RawPayload)
    ]
    assert said == [(b"Europe/Oslo", b"nb")] * 2 + [(b"Europe/Rome", b"nb")]
    (skipped,) = with_what_is_known(read(wire / "a.txt", feed="other"), known, "feeds.yaml")
    assert isinstance(skipped, Skipped)
    assert "its feed 'other' is not in feeds.yaml" in skipped.reason
    missing = Skipped("x", "gone")
    assert list(with_what_is_known([missing], known, "feeds.yaml")) == [missing]
