"""Payloads placed by their own dates: their order, their times, and what has no date."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.captures import to_line
from pipeline.envelope import TIME
from pipeline.items import instant
from pipeline.records import Position, Record
from pipeline.runtime.publish.own_time import at_their_time, own_time_ms, with_hint
from pipeline.runtime.publish.publisher import headers
from pipeline.runtime.publish.sources import RawPayload, Skipped, payloads

NOW_MS = 1_700_000_000_000  # 2023-11-14


def at(text: str) -> int:
    """Milliseconds since 1970 of an ISO instant."""
    return round(datetime.fromisoformat(text).timestamp() * 1000)


def ninjs(date: str | None, name: str = "a", **more: str) -> bytes:
    """An item with that date."""
    item = {"uri": name, "headline": f"Quay {name} opens", "body_text": "The quay opened.", **more}
    return json.dumps({**item, "versioncreated": date} if date else item).encode()


def poll(*dates: str) -> bytes:
    """An RSS document with an entry for each date."""
    entries = "".join(
        f"<item><guid>{n}</guid><title>Quay {n}</title><pubDate>{date}</pubDate></item>"
        for n, date in enumerate(dates)
    )
    return f'<rss version="2.0"><channel>{entries}</channel></rss>'.encode()


MONDAY, TUESDAY = "Mon, 10 Jan 2022 08:00:00 GMT", "Tue, 11 Jan 2022 09:30:00 GMT"
DATED: dict[str, tuple[bytes, str | None]] = {
    "an item": (ninjs("2022-01-12T09:25:00Z"), "2022-01-12T09:25:00Z"),
    "an offset from UTC": (ninjs("2022-01-12T09:25:00+09:00"), "2022-01-12T00:25:00Z"),
    "only its first date": (ninjs(None, firstcreated="2022-01-11T09:25:00Z"), "2022-01-11T09:25:00Z"),
    "a poll is as old as its newest entry": (poll(TUESDAY, MONDAY), "2022-01-11T09:30:00Z"),
    "a poll with an entry in the future": (poll(MONDAY, "Tue, 11 Jan 2072 09:30:00 GMT"), "2022-01-10T08:00:00Z"),
    "no date": (ninjs(None), None),
    "a date in the future": (ninjs("2072-01-12T09:25:00Z"), None),
    "a year that is none": (ninjs("9999-01-12T09:25:00Z"), None),
    "plain copy": (b"ASHFORD, Jan 3 - The bridge is open again.\n", None),
    "broken": (b'{"uri":', None),
    "empty": (b"", None),
}


@pytest.mark.parametrize("case", DATED)
def test_the_date_of_a_payload(case: str) -> None:
    """The latest date of its items that is no later than now; none where no format reads one."""
    data, wanted = DATED[case]
    found = own_time_ms(RawPayload(case, "norden", data), NOW_MS)
    assert found == (None if wanted is None else at(wanted))


def test_a_captured_record_brings_its_time() -> None:
    """What is known is not guessed: a capture says when the payload was received."""
    captured = RawPayload("a.jsonl:1", "norden", ninjs("2022-01-12T09:25:00Z"), (), 1_641_200_400_000)
    assert own_time_ms(captured, NOW_MS) == 1_641_200_400_000


def write(folder: Path, files: dict[str, bytes]) -> list[str]:
    """The files; the folders of the first level, in order."""
    for name, data in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    return sorted({str(folder / name.split("/")[0]) for name in files})


def test_several_feeds_come_in_the_order_of_their_dates(tmp_path: Path) -> None:
    """Folders, JSON lines and captures in one stream: gaps kept, what is undated beside its neighbours."""
    raw = Record(Position("wire.raw", 0, 0), b"harbour", b"words", (), at("2022-01-11T12:00:00Z"))
    lines = (ninjs("2022-01-11T11:00:00Z", "x"), ninjs("2022-01-11T13:00:00Z", "y"))
    sources = write(
        tmp_path,
        {
            "norden/1.json": ninjs(None, "leads"),  # of its feed, the first date follows
            "norden/2.json": ninjs("2022-01-11T10:00:00Z", "b"),
            "norden/3.txt": b"The bridge is open again.\n",  # follows 2.json
            "norden/4.json": ninjs("2022-01-11T08:00:00Z", "late"),  # out of order in its folder
            "undated/1.txt": b"A feed without any date.\n",
            "polder.jsonl": b"\n".join(lines) + b"\n",
            "capture.jsonl": to_line(raw),
            "zones/big.txt": b"x" * 3_000_000,
        },
    )
    found = list(at_their_time(payloads(sources), NOW_MS))
    skipped = [one for one in found if isinstance(one, Skipped)]
    sent = [one for one in found if isinstance(one, RawPayload)]
    assert found == [*skipped, *sent]
    assert [Path(one.name).name for one in skipped] == ["big.txt"]
    assert [(one.name.removeprefix(f"{tmp_path}/"), one.received_ms) for one in sent] == [
        ("norden/4.json", at("2022-01-11T08:00:00Z")),
        ("norden/1.json", at("2022-01-11T10:00:00Z")),
        ("norden/2.json", at("2022-01-11T10:00:00Z")),
        ("norden/3.txt", at("2022-01-11T10:00:00Z")),
        ("polder.jsonl:1", at("2022-01-11T11:00:00Z")),
        ("capture.jsonl:1", at("2022-01-11T12:00:00Z")),
        ("polder.jsonl:2", at("2022-01-11T13:00:00Z")),
        ("undated/1.txt", at("2022-01-11T13:00:00Z")),
    ]
    assert {one.feed for one in sent} == {"norden", "polder", "undated", "harbour"}
    assert dict(sent[1].headers)["content-type"] == b"application/json"
    assert dict(headers(sent[0], NOW_MS))[TIME] == b"2022-01-11T08:00:00.000Z"


def test_without_any_date_it_is_now(tmp_path: Path) -> None:
    """Where nothing has a date nothing is placed: the publisher's clock counts, as without the option."""
    sources = write(
        tmp_path, {"undated/1.txt": b"The bridge is open again.\n", "undated/2.json": ninjs("2072-01-12T09:25:00Z")}
    )
    sent = [one for one in at_their_time(payloads(sources), NOW_MS) if isinstance(one, RawPayload)]
    assert [(Path(one.name).name, one.received_ms) for one in sent] == [("1.txt", None), ("2.json", None)]


@given(st.lists(st.tuples(st.sampled_from("abc"), st.none() | st.integers(0, 30)), max_size=40))
def test_nothing_is_lost_and_time_never_goes_back(rows: list[tuple[str, int | None]]) -> None:
    """Whatever is dated or not: each payload once, with its bytes; times rise; a dated one has its own."""
    made = [
        RawPayload(
            str(number), feed, ninjs(None if day is None else f"2022-01-{day + 1:02}T00:00:00Z", str(number))
        )
        for number, (feed, day) in enumerate(rows)
    ]
    sent = [one for one in at_their_time(made, NOW_MS) if isinstance(one, RawPayload)]
    assert sorted((one.name, one.feed, one.value) for one in sent) == sorted(
        (m.name, m.feed, m.value) for m in made
    )
    times = [one.received_ms for one in sent if one.received_ms is not None]
    assert times == sorted(times)
    assert len(times) in (0, len(made))
    own = {one.name: own_time_ms(one, NOW_MS) for one in made}
    assert all(own[one.name] in (None, one.received_ms) for one in sent)


def test_progress_while_it_reads() -> None:
    """Each payload that is read is reported before the first is sent."""
    counts: list[int] = []
    made = [RawPayload(str(n), "a", ninjs(None)) for n in range(3)]
    next(at_their_time(made, NOW_MS, counts.append))
    assert counts == [1, 2, 3]


@pytest.mark.parametrize(
    ("first", "hinted"),
    [
        (ninjs("2022-01-12T09:25:00Z"), True),
        (ninjs(datetime.now(UTC).isoformat()), False),
        (ninjs(None), False),
    ],
)
def test_the_hint(first: bytes, hinted: bool) -> None:
    """Old copy that is sent as of now is named once, by the first payload; everything is passed on as it was."""
    hints: list[str] = []
    made: list[RawPayload | Skipped] = [Skipped("x", "why")]
    made += [RawPayload("a", "norden", first), RawPayload("b", "norden", first)]
    assert list(with_hint(made, lambda name, date: hints.append(f"{name} {date:%Y}"))) == made
    assert hints == (["a 2022"] if hinted else [])


def test_a_capture_needs_no_hint() -> None:
    """A captured record keeps its time without the option."""
    captured = RawPayload("a", "norden", ninjs("2022-01-12T09:25:00Z"), (), at("2022-01-12T09:26:00Z"))
    assert list(with_hint([captured], lambda name, date: pytest.fail(f"{name} {instant(0)}"))) == [captured]
