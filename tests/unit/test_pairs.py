"""The same item in two formats is the same item: dpa's digitalwires, its exports to two formats, and others."""

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


# ---- IPTC 7901: no id, no version, no rights; for a time the minute of a clock without a zone --------------------

TELEGRAPH = "wire/dpa-newslab_dpa-digitalwires-to-iptc7901"
TELEGRAMS = 6
ROWS = frozenset(
    {"tvo-pol"}
)  # an agenda: its rows are lines of a paragraph in HTML, and paragraphs in the telegram


@pytest.fixture(scope="module")
def telegrams(shared: Path) -> dict[str, tuple[Item, Item]]:
    """By name: the entry, and its telegram."""
    paths = sorted((shared / TELEGRAPH).glob("*.iptc"))
    return {path.stem: (normalised(path.with_suffix(".json")), normalised(path)) for path in paths}


def told_by_wire(item: Item) -> dict[str, Any]:
    """What a telegram can carry."""
    names = ("pub_status", "embargoed_until", "language", "urgency", "headline", "descriptions", "by", "located")
    return {name: getattr(item, name) for name in names} | {
        "dateline": item.furniture.dateline,
        "sign_off": item.furniture.sign_off,
        "agency": item.wire.agency,
        "signals": item.dispatch.signals,
        "words": [word for word in item.body.split() if word != "*"],  # how a telegram marks what HTML lists
        "minute": item.version_created.minute,
    }


def test_an_entry_and_its_telegram_are_one_item(telegrams: dict[str, tuple[Item, Item]]) -> None:
    """Headline, teaser, every word, dateline, sign-off, byline, urgency and signals."""
    assert len(telegrams) == TELEGRAMS
    for name, (entry, telegram) in telegrams.items():
        assert told_by_wire(telegram) == told_by_wire(entry), name
        assert name in ROWS or telegram.body == entry.body, name


def test_a_telegram_names_no_subject_of_its_own(telegrams: dict[str, tuple[Item, Item]]) -> None:
    """Its keywords are the entry's subjects, places and keywords; its category the desk."""
    for name, (entry, telegram) in telegrams.items():
        known = {one.name for one in (*entry.subjects, *entry.places)} | {entry.ed_note}
        assert {one.name for one in telegram.subjects if one.name} <= known, name
        assert {one.literal for one in telegram.subjects if one.rel == "category"} <= known, name


# ---- ninjs and NewsML 1.2: examples after Business Wire, whose ninjs stops after the first paragraph -------------


def test_an_example_and_its_newsml_are_one_item(shared: Path) -> None:
    """The same headline, language and time; what the one says the other says too."""
    paths = sorted((shared / "wire/iptc_newsinjson").glob("businesswire-*.xml"))
    assert len(paths) == 4
    for path in paths:
        example, newsml = normalised(path.with_suffix(".json")), normalised(path)
        for item in (example, newsml):
            assert item.headline, path.name
        assert newsml.headline == example.headline, path.name
        assert (newsml.language, newsml.version_created) == (example.language, example.version_created), path.name
        assert newsml.body.startswith(example.body), path.name
        assert {one.name for one in example.subjects} <= {one.name for one in newsml.subjects}, path.name
