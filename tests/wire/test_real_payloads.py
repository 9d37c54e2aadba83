"""The real payloads, read: what becomes of each, as hashes and counts, for their words are not ours to keep."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from pipeline.dead import TOPIC, Letter
from pipeline.items import Item
from pipeline.records import Record
from pipeline.replay import Replay, payload
from pipeline.testing.golden import Golden

HERE = Path(__file__).parent
NAME = "payloads.jsonl"
ARRIVED_MS = 1_893_456_000_000  # 2030: after every date that a payload bears, so that none is clamped to it
PAYLOADS = 357


@dataclass(frozen=True)
class Summary:
    """One item, without a word of it."""

    id: str  # file, and which part of it
    outcome: str  # its format
    native: (
        str | None
    )  # from here on: a hash of the value where it is text, the value where it is a code or a count
    version: str
    created: str
    status: str
    headline: str | None
    city: str | None
    language: str
    urgency: int | None
    embargo: str  # none, until, held (without end)
    words: int
    paragraphs: int
    signals: tuple[str, ...]
    warnings: int


@dataclass(frozen=True)
class Dead:
    """A payload or a part of it that yields no item."""

    id: str
    outcome: str  # dead: the reason


def summaries(wire: Path) -> Iterator[Summary | Dead]:
    """Every payload through normalise, each by itself, file by file."""
    for path in sorted(each for each in wire.rglob("*") if each.is_file() and each.parent != wire):
        feed, file = path.parent.name, str(path.relative_to(wire))
        replay = Replay(rooms=("normalise",))
        replay.publish(payload(feed, path.read_bytes(), ARRIVED_MS), ARRIVED_MS)
        yield from sorted(map(summary, outcomes(replay), [file] * 1_000), key=lambda one: part(one.id))


def outcomes(replay: Replay) -> list[Record]:
    return [*replay.log["wire.normalised"], *replay.log[TOPIC]]


def part(id_: str) -> int:
    return int(id_.partition("#")[2] or 0)


def summary(record: Record, file: str) -> Summary | Dead:
    if record.position.topic == TOPIC:
        letter = Letter(record)
        number = record.header("dead-part")
        return Dead(file if number is None else f"{file}#{number.decode()}", f"dead: {letter.reason}")
    item = Item.model_validate_json(record.value)
    dateline = item.furniture.dateline
    held = "until" if item.embargoed_until else "held" if "embargo" in item.dispatch.signals else "none"
    return Summary(
        id=f"{file}#{item.wire.part}" if item.wire.part else file,
        outcome=item.wire.format,
        native=hashed(next((one.value for one in item.alt_ids if one.role == "native"), None)),
        version=hashed(item.version) or "",
        created=hashed(f"{item.version_created} {item.first_created}") or "",
        status=item.pub_status.value,
        headline=hashed(item.headline),
        city=hashed(dateline.city if dateline else None),
        language=item.language,
        urgency=item.urgency,
        embargo=held,
        words=len(item.body.split()),
        paragraphs=item.body.count("\n\n") + bool(item.body),
        signals=item.dispatch.signals,
        warnings=len(item.wire.warnings),
    )


def hashed(text: str | None) -> str | None:
    return hashlib.blake2b(text.encode(), digest_size=4).hexdigest() if text else None


def test_golden(shared: Path, golden: Golden) -> None:
    """A changed line is a payload that is read otherwise: read the payload before the line is accepted."""
    golden(NAME, summaries(shared / "wire"))


@pytest.fixture(scope="module")
def lines() -> list[dict[str, Any]]:
    return [json.loads(line) for line in (HERE / "golden" / NAME).read_text().splitlines()]


def test_every_payload_ends_somewhere(lines: list[dict[str, Any]]) -> None:
    """Each is items or a dead letter, and none dies of an error of ours."""
    assert len({line["id"].partition("#")[0] for line in lines}) == PAYLOADS
    assert not [line["id"] for line in lines if line["outcome"] == "dead: bug"]
