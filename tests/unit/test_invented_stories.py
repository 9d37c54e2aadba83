"""A stream of invented dispatches: 24 stories, close neighbours among them, as outlets would write them.

tests/data/invented_stories.txt: `# the names that an editor would give; …`, then a dispatch a line,
day.hour|title|text.  It was written before the code saw it.
"""

from functools import cache
from typing import NamedTuple

from benchmarks.stories.streams import Article, features_of, record, scores
from pipeline.items import LabelKind
from pipeline.normalise.headline_cuts import LABEL_CHARACTERS_MAX
from pipeline.tag.changes import StoryTotals
from pipeline.tag.label_shapes import UNCOUNTED
from pipeline.tag.room import TagRoom
from tests.real_data import ROOT

STREAM = ROOT / "tests" / "data" / "invented_stories.txt"
HOUR_MS = 3_600_000
FROM_MS = 1_772_409_600_000  # 2026-03-02
NAMED_SHARE = 0.9  # of the stories have a label with a word of an editor's names


class Tagged(NamedTuple):
    """A dispatch with the story that it belongs to, by an editor and by the room."""

    names: str
    found: str
    totals: StoryTotals


def articles() -> list[Article]:
    """The dispatches in time order; their story is what an editor would call it."""
    names, found = "", list[Article]()
    for number, line in enumerate(STREAM.read_text("utf-8").splitlines()):
        if line.startswith("# "):
            names = line[2:]
            continue
        moment, title, text = line.split("|")
        day, hour = map(int, moment.split("."))
        time_ms = FROM_MS + (24 * day + hour) * HOUR_MS + number
        found.append(Article(str(number), names, time_ms, title, text))
    return sorted(found, key=lambda each: each.time_ms)


@cache
def tagged() -> tuple[Tagged, ...]:
    """The stream through the room."""
    room, rows = TagRoom(), list[tuple[Article, str]]()
    state, latest = room.open(), dict[str, StoryTotals]()
    for offset, article in enumerate(articles()):
        change = room.decide(state, record(article, features_of(article, phrases=True), offset)).change
        room.apply(state, change, offset)
        assert change.entry
        assert change.totals
        latest[change.totals.id] = change.totals
        rows.append((article, change.entry.story))
    ids = [state.aliases.get(story, story) for _, story in rows]
    return tuple(
        Tagged(article.story or "", story, latest[story]) for (article, _), story in zip(rows, ids, strict=True)
    )


def test_stories_are_found() -> None:
    """Two quakes, two strikes, matches of one team: dispatches of a story are together, and others apart."""
    found = scores([each.found for each in tagged()], [each.names for each in tagged()])
    assert found.f1 >= 0.95
    assert found.pairwise >= 0.9


def test_labels_tell_the_event() -> None:
    """Most labels have a word that an editor's name for the story has."""
    named = [
        not words(each.totals.label).isdisjoint(words(each.names))
        for each in {e.found: e for e in tagged()}.values()
    ]
    assert sum(named) >= NAMED_SHARE * len(named)


def words(text: str) -> set[str]:
    return {word.strip(";:,.'\"").casefold().removesuffix("'s") for word in text.split()} - UNCOUNTED


def test_no_label_is_a_bare_name() -> None:
    """Each is an event or a headline, short, of two words or more, with no mark left open at its end."""
    for totals in {each.found: each.totals for each in tagged()}.values():
        label = totals.label
        assert totals.label_kind in {LabelKind.EVENT, LabelKind.HEADLINE}, label
        assert len(label) <= LABEL_CHARACTERS_MAX, label
        assert len(label.split()) > 1, label
        assert label[-1].isalnum() or label[-1] in "'\"!?.)%", label
        assert label.count('"') % 2 == 0, label
