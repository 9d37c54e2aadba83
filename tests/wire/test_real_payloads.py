"""Whole payloads: the outcome of each as hashes and counts, because the words of real ones may not be kept."""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter
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
from tests.real_data import ROOT, STAND_INS, real, stand_in

HERE = Path(__file__).parent
NAME = "payloads.jsonl"
ARRIVED_MS = 1_893_456_000_000  # 2030: after every date of the payloads, so that none is clamped
PAYLOADS = 357
REVIEWED_MIN = 64


@dataclass(frozen=True)
class Summary:
    """One item, without its words."""

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
    """A payload or a part of it that gives no item."""

    id: str
    outcome: str  # dead: the reason


def payloads_in(wire: Path) -> list[Path]:
    return sorted(path for path in wire.glob("*/*") if path.is_file())


def normalised(path: Path) -> Replay:
    """The payload in a replay of its own; its folder is the feed."""
    replay = Replay(rooms=("normalise",))
    replay.publish(payload(path.parent.name, path.read_bytes(), ARRIVED_MS), ARRIVED_MS)
    return replay


def summaries(wire: Path) -> Iterator[Summary | Dead]:
    """The outcomes of every payload in normalise, file by file."""
    for path in payloads_in(wire):
        file = str(path.relative_to(wire))
        yield from sorted((summary(one, file) for one in outcomes(normalised(path))), key=lambda one: part(one.id))


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
        language=item.language.tag,
        urgency=item.urgency,
        embargo=held,
        words=len(item.body.split()),
        paragraphs=item.body.count("\n\n") + bool(item.body),
        signals=item.dispatch.signals,
        warnings=len(item.wire.warnings),
    )


def hashed(text: str | None) -> str | None:
    return hashlib.blake2b(text.encode(), digest_size=4).hexdigest() if text else None


@pytest.mark.parametrize(
    ("wire", "name"),
    [
        stand_in(STAND_INS / "wire", "stand_ins.jsonl"),
        stand_in(ROOT / "seeds", "samples.jsonl", id="samples"),
        *real("wire", NAME),
    ],
)
def test_golden(wire: Path, name: str, golden: Golden) -> None:
    """A changed line is a changed outcome: read the payload before you accept the line."""
    golden(name, summaries(wire))


@pytest.fixture(scope="module")
def lines() -> list[dict[str, Any]]:
    return [json.loads(line) for line in (HERE / "golden" / NAME).read_text().splitlines()]


def test_every_payload_ends_somewhere(lines: list[dict[str, Any]]) -> None:
    """Every payload gives items or a dead letter, and no letter reports a bug."""
    assert len({line["id"].partition("#")[0] for line in lines}) == PAYLOADS
    assert not [line["id"] for line in lines if line["outcome"] == "dead: bug"]


def test_enough_was_compared_by_eye(lines: list[dict[str, Any]]) -> None:
    """REVIEWED.md names existing files, enough of them, and at least two of each format that has two."""
    formats = {line["id"].partition("#")[0]: line["outcome"] for line in lines}
    reviewed = set(re.findall(r"^\| `([^`]+)` \|", (HERE / "REVIEWED.md").read_text(), re.MULTILINE))
    assert reviewed <= formats.keys(), sorted(reviewed - formats.keys())
    assert len(reviewed) >= REVIEWED_MIN
    there, seen = Counter(formats.values()), Counter(formats[path] for path in reviewed)
    assert {name for name in there if "dead" not in name and seen[name] < min(2, there[name])} == set()


# What is not for publication: the notepad's other half and notes marked so, in JSON, G2 and HTML.
NOT_PUBLIC = re.compile(
    r'"nonpublic_html"\s*:\s*"((?:[^"\\]|\\.)*+)"'
    r"|<edNote[^>]*(?:nonpublic|private|contacts)[^>]*>(.*?)</edNote>"
    r'|class=\\?"np-nonpublic\\?">(.*?)</section>',
    re.DOTALL,
)
CONTACT = re.compile(r"[\w.-]+@[\w.-]+\w|\d[\d /-]{7,}\d")  # addresses and telephones, the usual secrets


@pytest.mark.parametrize(
    ("wire", "least"),
    [stand_in(STAND_INS / "wire", 8), stand_in(ROOT / "seeds", 8, id="samples"), *real("wire", 100)],
)
def test_no_contact_of_an_editor_gets_out(wire: Path, least: int) -> None:
    """No address or number of a private note is in any output of normalise."""
    known = 0
    for path in payloads_in(wire):
        hidden = NOT_PUBLIC.findall(path.read_bytes().decode("utf-8", "replace"))
        contacts = {contact for found in hidden for contact in CONTACT.findall("".join(found))}
        known += len(contacts)
        out = b"\n".join(
            part
            for record in normalised(path).log["wire.normalised"]
            for part in (record.value, *(value for _, value in record.headers))
        )
        assert not [contact for contact in contacts if contact.encode() in out], path.name
    assert known >= least
