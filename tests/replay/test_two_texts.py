"""Two texts of one story, as plain copy through all rooms."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

from benchmarks.pairs import wire
from pipeline.items import Item
from pipeline.normalise.room import NormaliseRoom
from pipeline.replay import EPOCH_MS, Replay, account, payload
from tests.real_data import STAND_INS, real, stand_in

LABEL = "NATO-Russia security talks"
HOUR_MS = 3_600_000
ITEMS, FIRST_AT, SECOND_AT = 2_400, 1_500, 1_900  # of other feeds; before which of them our two texts come
STORIES = [stand_in(STAND_INS / "texts", "Tagus ferry strike"), *real("seeds", LABEL)]


@dataclass(frozen=True)
class CopyFacts:
    """What the two texts say of themselves: the agency's reporter and editor, the page's credit, and where."""

    reporter: str
    editor: str
    credit: str
    place: tuple[str, str, str]  # city, country, its code


FACTS = [
    stand_in(
        STAND_INS / "texts",
        CopyFacts("Ines Calado", "Tom Arkwright", "Marina Prata/Quay", ("Lisbon", "Portugal", "PT")),
    ),
    *real("seeds", CopyFacts("Robin Emmott", "John Stonestreet", "IMAGO/SNA", ("Brussels", "Belgium", "BE"))),
]


def walked(texts: list[bytes]) -> list[Item]:
    """What comes out of all rooms, an hour between two texts."""
    replay = Replay()
    for number, data in enumerate(texts):
        time_ms = EPOCH_MS + number * HOUR_MS
        replay.publish(payload("desk", data, time_ms), time_ms)
    assert account(replay).balanced
    return [Item.model_validate_json(record.value) for record in replay.log["wire.enriched"]]


def pair(folder: Path) -> list[bytes]:
    """An agency's text and a page's."""
    return [path.read_bytes() for path in sorted(folder.glob("*.txt"))]


@pytest.mark.parametrize("order", [1, -1], ids=["as given", "the other way round"])
@pytest.mark.parametrize(("folder", "label"), STORIES)
def test_one_story(folder: Path, label: str, order: int) -> None:
    """Both are one story under exactly this label; the second joins the first."""
    first, second = walked(pair(folder)[::order])
    assert first.story
    assert second.story
    assert (first.story.relation, second.story.relation) == ("new", "joined")
    assert first.story.id == second.story.id
    assert (second.story.label, second.story.independent) == (label, 2)


@pytest.fixture(scope="module")
def others() -> list[wire.Sent]:
    """What six feeds send, with updates, copies and kills: made once."""
    return list(wire.payloads(ITEMS))


@pytest.fixture(scope="module")
def before(others: list[wire.Sent]) -> Replay:
    """What comes before the first text, walked once.

    Behind it each pair, in each order, is sent among the same others.  What normalise reads in them depends on the
    record alone, so it reads them once.
    """
    replay = Replay()
    for sent in others[:FIRST_AT]:
        replay.publish(payload(sent.feed, sent.payload.encode(), sent.time_ms), sent.time_ms)
    (room,) = {
        id(shard.room): shard.room for (name, _), shard in replay.shards.items() if name == "normalise"
    }.values()
    assert isinstance(room, NormaliseRoom)
    room.read = cache(room.read)  # type: ignore[method-assign]
    return replay


@pytest.mark.slow
@pytest.mark.parametrize("order", [1, -1], ids=["as given", "the other way round"])
@pytest.mark.parametrize(("folder", "label"), STORIES)
def test_one_story_among_thousands(
    folder: Path, label: str, order: int, before: Replay, others: list[wire.Sent]
) -> None:
    """The same between 2,400 other items of six feeds, with stories, updates, copies and kills of their own."""
    rooms = {id(shard.room): shard.room for shard in before.shards.values()}
    replay = deepcopy(before, rooms)  # all but the rooms, which have no state
    texts = dict(zip((FIRST_AT, SECOND_AT), pair(folder)[::order], strict=True))
    for number, sent in enumerate(others[FIRST_AT:], FIRST_AT):
        if number in texts:
            replay.publish(payload("desk", texts[number], sent.time_ms), sent.time_ms)
        replay.publish(payload(sent.feed, sent.payload.encode(), sent.time_ms), sent.time_ms)
    items = [Item.model_validate_json(record.value) for record in replay.log["wire.enriched"]]
    ours = [item for item in items if item.wire.feed == "desk"]
    stories = [item.story for item in ours if item.story]
    assert [story.relation for story in stories] == ["new", "joined"]
    assert (stories[1].id, stories[1].label, stories[1].items) == (stories[0].id, label, 2)


@pytest.mark.parametrize(("folder", "facts"), FACTS)
def test_what_the_copy_says_of_itself(folder: Path, facts: CopyFacts) -> None:
    """Agency, dateline, names, copyright, credit and the injected line are recognised and out of the body."""
    one, other = walked(pair(folder))
    assert (one.wire.agency, one.by, one.furniture.editing) == ("reuters", facts.reporter, (facts.editor,))
    assert (one.copyright_notice or "").startswith("Copyright 2022")
    assert {"boilerplate", "sign-off", "copyright", "dateline"} <= {piece.kind for piece in one.furniture.stripped}
    assert other.headline
    assert other.furniture.credits == (facts.credit,)
    for item in (one, other):
        dateline = item.furniture.dateline
        assert dateline
        assert (dateline.city, dateline.country, dateline.country_code) == facts.place
        assert not any(piece.text and piece.text in item.body for piece in item.furniture.stripped)


def test_our_retelling(seeds: Path) -> None:
    """The same of the plain texts about the talks among the samples."""
    ours = [path for path in sorted(seeds.rglob("*.txt")) if "talks" in path.name and "broken" not in path.parts]
    items = walked([path.read_bytes() for path in ours])
    assert len(items) >= 2
    assert {item.story.label for item in items[1:] if item.story} == {LABEL}
    assert len({item.story.id for item in items if item.story}) == 1
