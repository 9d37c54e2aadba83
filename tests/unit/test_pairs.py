"""The same item in two formats is the same item: dpa's digitalwires and their exports to NewsML-G2."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from walk import START_MS

from pipeline.items import Item
from pipeline.replay import Replay, payload

EXPORTS = "wire/dpa-newslab_dpa-digitalwires-to-newsmlg2"
PAIRS = 18
ALIKE = (
    "version", "version_created", "pub_status", "embargoed_until", "language", "urgency", "descriptions", "bodies",
    "by", "located", "slugline", "ed_note", "copyright_notice", "usage_terms", "furniture",
)  # fmt: skip
# What an export to G2 leaves out of an entry's categories: persons, places and subjects of AP's.
FEWER = frozenset({"image", "no_notepad"})


def normalised(path: Path) -> Item:
    replay = Replay(rooms=("normalise",))
    replay.publish(payload("dpa", path.read_bytes(), START_MS), START_MS)
    (record,) = replay.log["wire.normalised"]
    return Item.model_validate_json(record.value)


def words_of(item: Item) -> dict[str, Any]:
    """What both formats can carry."""
    told = {name: getattr(item, name) for name in ALIKE}
    told["furniture"] = item.furniture.model_copy(update={"stripped": ()})  # a dateline within the copy or apart
    return told | {
        "headlines": [one.value for one in item.headlines],
        "native": [one.value for one in item.alt_ids if one.role == "native"],
        "sources": {(one.name, one.literal) for one in item.info_sources},
        "agency": item.wire.agency,
        "signals": item.dispatch.signals,
        "dispatch": item.dispatch.id,
    }


@pytest.fixture(scope="module")
def pairs(shared: Path) -> dict[str, tuple[Item, Item]]:
    """By name: the entry, and its export."""
    paths = sorted((shared / EXPORTS).glob("*.xml"))
    return {path.stem: (normalised(path.with_suffix(".json")), normalised(path)) for path in paths}


def test_an_entry_and_its_export_are_one_item(pairs: dict[str, tuple[Item, Item]]) -> None:
    """Headlines, every paragraph and its markup, notes, times, language, urgency, status, signals, sign-off."""
    assert len(pairs) == PAIRS
    for name, (entry, export) in pairs.items():
        assert words_of(export) == words_of(entry), name


def test_an_export_names_no_subject_of_its_own(pairs: dict[str, tuple[Item, Item]]) -> None:
    """Subjects are the same where dpa exports them all; a place may have lost its address, or be `located`."""
    for name, (entry, export) in pairs.items():
        ours = {(one.name, one.literal) for one in export.subjects}
        theirs = {(one.name, one.literal) for one in entry.subjects}
        assert ours < theirs if name in FEWER else ours == theirs, name
        named = [one.name or "" for one in entry.places]
        for place in export.places:
            assert place.rel == "located" or any(one.startswith(place.name or "?") for one in named), name
