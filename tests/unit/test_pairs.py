"""The same item in two formats gives the same item: dpa's digitalwires, its exports to two formats, and others."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from walk import START_MS

from pipeline.items import Item
from pipeline.replay import Replay, payload
from tests.real_data import STAND_INS, real, stand_in

Pairs = dict[str, tuple[Item, Item]]  # by name: the item in one format, and in the other
ALIKE = (
    "version", "version_created", "pub_status", "embargoed_until", "language", "urgency", "descriptions", "bodies",
    "by", "located", "slugline", "ed_note", "copyright_notice", "usage_terms", "furniture",
)  # fmt: skip
EXPORTS = [  # the folder, and the entries whose export leaves out categories: persons, places and subjects of AP's
    stand_in(STAND_INS / "wire/exports", 2, frozenset()),
    *real("wire/dpa-newslab_dpa-digitalwires-to-newsmlg2", 18, frozenset({"image", "no_notepad"})),
]


def normalised(path: Path) -> Item:
    replay = Replay(rooms=("normalise",))
    replay.publish(payload("dpa", path.read_bytes(), START_MS), START_MS)
    (record,) = replay.log["wire.normalised"]
    return Item.model_validate_json(record.value)


def words_of(item: Item) -> dict[str, Any]:
    """The fields that both formats have."""
    fields = {name: getattr(item, name) for name in ALIKE}
    fields["furniture"] = item.furniture.model_copy(update={"stripped": ()})  # a dateline within the copy or apart
    return fields | {
        "headlines": [one.value for one in item.headlines],
        "native": [one.value for one in item.alt_ids if one.role == "native"],
        "sources": {(one.name, one.literal) for one in item.info_sources},
        "agency": item.wire.agency,
        "signals": item.dispatch.signals,
        "dispatch": item.dispatch.id,
    }


def pairs(folder: Path, suffix: str) -> Pairs:
    return {path.stem: (normalised(path.with_suffix(".json")), normalised(path)) for path in folder.glob(suffix)}


@pytest.mark.parametrize(("folder", "count", "fewer"), EXPORTS)
def test_an_entry_and_its_export_are_one_item(folder: Path, count: int, fewer: frozenset[str]) -> None:
    """Headlines, every paragraph and its markup, notes, times, language, urgency, status, signals, sign-off.

    Subjects are the same where dpa exports them all; a place may have lost its address, or be `located`.
    """
    found = pairs(folder, "*.xml")
    assert len(found) == count
    for name, (entry, export) in found.items():
        assert words_of(export) == words_of(entry), name
        ours = {(one.name, one.literal) for one in export.subjects}
        theirs = {(one.name, one.literal) for one in entry.subjects}
        assert ours < theirs if name in fewer else ours == theirs, name
        named = [one.name or "" for one in entry.places]
        for place in export.places:
            assert place.rel == "located" or any(one.startswith(place.name or "?") for one in named), name


# ---- IPTC 7901: no id, no version, no rights; for a time the minute of a clock without a zone --------------------

# The folder, and an agenda: its rows are lines of a paragraph in HTML, and paragraphs in the telegram.
TELEGRAMS = [
    stand_in(STAND_INS / "wire/telegrams", 2, frozenset()),
    *real("wire/dpa-newslab_dpa-digitalwires-to-iptc7901", 6, frozenset({"tvo-pol"})),
]


def told_by_wire(item: Item) -> dict[str, Any]:
    """The fields that a telegram has."""
    names = ("pub_status", "embargoed_until", "language", "urgency", "headline", "descriptions", "by", "located")
    return {name: getattr(item, name) for name in names} | {
        "dateline": item.furniture.dateline,
        "sign_off": item.furniture.sign_off,
        "agency": item.wire.agency,
        "signals": item.dispatch.signals,
        "words": [word for word in item.body.split() if word != "*"],  # how a telegram marks what HTML lists
        "minute": item.version_created.minute,
    }


@pytest.mark.parametrize(("folder", "count", "rows"), TELEGRAMS)
def test_an_entry_and_its_telegram_are_one_item(folder: Path, count: int, rows: frozenset[str]) -> None:
    """Headline, teaser, every word, dateline, sign-off, byline, urgency and signals.

    The telegram's keywords are the entry's subjects, places and keywords; its category is the desk.
    """
    found = pairs(folder, "*.iptc")
    assert len(found) == count
    for name, (entry, telegram) in found.items():
        expected = told_by_wire(entry)
        if telegram.wire.agency is None:  # a telegram does not name who carries it
            expected["agency"] = None
        assert told_by_wire(telegram) == expected, name
        assert name in rows or telegram.body == entry.body, name
        known = {one.name for one in (*entry.subjects, *entry.places)} | {entry.ed_note}
        assert {one.name for one in telegram.subjects if one.name} <= known, name
        assert {one.literal for one in telegram.subjects if one.rel == "category"} <= known, name


# ---- ninjs and NewsML 1.2: examples after Business Wire, whose ninjs stops after the first paragraph -------------


RELEASES = [
    stand_in(STAND_INS / "wire/releases", "*.xml", 1),
    *real("wire/iptc_newsinjson", "businesswire-*.xml", 4),
]


@pytest.mark.parametrize(("folder", "names", "count"), RELEASES)
def test_an_example_and_its_newsml_are_one_item(folder: Path, names: str, count: int) -> None:
    """Both formats give the same headline, language, time and text."""
    found = pairs(folder, names)
    assert len(found) == count
    for name, (example, newsml) in found.items():
        for item in (example, newsml):
            assert item.headline, name
        assert newsml.headline == example.headline, name
        assert (newsml.language, newsml.version_created) == (example.language, example.version_created), name
        assert newsml.body.startswith(example.body), name
        assert {one.name for one in example.subjects} <= {one.name for one in newsml.subjects}, name
