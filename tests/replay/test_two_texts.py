"""The two texts that the project was created from, as plain copy through all rooms; and our retelling of them."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.items import Item
from pipeline.replay import EPOCH_MS, Replay, account, payload

LABEL = "NATO-Russia security talks"
HOUR_MS = 3_600_000


def walked(texts: list[bytes]) -> list[Item]:
    """What comes out of all rooms, an hour between two texts."""
    replay = Replay()
    for number, data in enumerate(texts):
        time_ms = EPOCH_MS + number * HOUR_MS
        replay.publish(payload("desk", data, time_ms), time_ms)
    assert account(replay).balanced
    return [Item.model_validate_json(record.value) for record in replay.log["wire.enriched"]]


def pair(shared: Path) -> list[bytes]:
    return [path.read_bytes() for path in sorted((shared / "seeds").glob("*.txt"))]


@pytest.mark.parametrize("order", [1, -1], ids=["as given", "the other way round"])
def test_one_story(shared: Path, order: int) -> None:
    """Both are one story under exactly this label; the second joins the first."""
    first, second = walked(pair(shared)[::order])
    assert first.story
    assert second.story
    assert (first.story.relation, second.story.relation) == ("new", "joined")
    assert first.story.id == second.story.id
    assert (second.story.label, second.story.independent) == (LABEL, 2)


def test_what_the_copy_says_of_itself(shared: Path) -> None:
    """Agency, dateline, names, copyright, credit and the injected line are recognised and out of the body."""
    one, other = walked(pair(shared))
    assert (one.wire.agency, one.by, one.furniture.editing) == ("reuters", "Robin Emmott", ("John Stonestreet",))
    assert (one.copyright_notice or "").startswith("Copyright 2022")
    assert {"boilerplate", "sign-off", "copyright", "dateline"} <= {piece.kind for piece in one.furniture.stripped}
    assert other.headline
    assert other.furniture.credits == ("IMAGO/SNA",)
    for item in (one, other):
        dateline = item.furniture.dateline
        assert dateline
        assert (dateline.city, dateline.country, dateline.country_code) == ("Brussels", "Belgium", "BE")
        assert not any(piece.text and piece.text in item.body for piece in item.furniture.stripped)


def test_our_retelling(seeds: Path) -> None:
    """The same of our own two plain texts, in our own words."""
    ours = [path for path in sorted(seeds.rglob("*.txt")) if "talks" in path.name and "broken" not in path.parts]
    items = walked([path.read_bytes() for path in ours])
    assert len(items) >= 2
    assert {item.story.label for item in items[1:] if item.story} == {LABEL}
    assert len({item.story.id for item in items if item.story}) == 1
