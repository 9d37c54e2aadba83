"""What the rules of tag ask about an item: each answer computed once, and only if a rule asks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

from pipeline import features
from pipeline.items import NO_REPORTS, Item, Relation, Signal, content_id, milliseconds
from pipeline.tag.arrays import Ints, ItemVectors, Keys
from pipeline.tag.changes import Contribution, StoryEntry, StoryTotals, TermSample
from pipeline.tag.closed import reopened
from pipeline.tag.label_members import label_contribution
from pipeline.tag.lifecycle import report_of
from pipeline.tag.living import LivingStory
from pipeline.tag.scoring import (
    THRESHOLD,
    StoryMatch,
    evidence,
    find_matches,
    paragraph_vectors,
    product_of,
    vectors,
)
from pipeline.tag.state import TagState

# A copy belongs to the story of the dispatch that it copies, and adds nothing to what that story is about.
COPIES = frozenset({
    Relation.EXACT, Relation.REPUBLISH, Relation.EXCERPT, Relation.UPDATE, Relation.CORRECTION,
    Relation.ROUND_UP,  # of dispatches that are all in one story
})  # fmt: skip


@dataclass(frozen=True)
class StoryQuery:
    """An item whose story is asked for, against the state as it is."""

    state: TagState
    item: Item
    offset: int
    now_ms: int  # stream time with this item
    header: bytes | None  # the encoded features; decoded only if a rule needs them

    @cached_property
    def language(self) -> str:
        return self.item.language.primary

    @cached_property
    def time_ms(self) -> int:
        """The item's own time, never later than stream time."""
        return min(milliseconds(self.item.version_created), self.now_ms)

    @property
    def is_late(self) -> bool:
        """Whether the item was older than the window when it was received.

        Not when it comes here: what was held for a week, or is published out of an archive, is not late for that.
        """
        received_ms = milliseconds(self.item.wire.received)
        return self.time_ms < min(received_ms, self.now_ms) - self.state.window_ms

    @cached_property
    def features(self) -> features.Features:
        return features.decode(self.header)

    @cached_property
    def vectors(self) -> ItemVectors:
        return vectors(self.state.index, self.features, self.language)

    @cached_property
    def story_id(self) -> str:
        """The id of the story that is created for this item, if one is."""
        return content_id("story", self.item.dispatch.item)

    @cached_property
    def own_story(self) -> LivingStory | None:
        """The story that the dispatch is already in."""
        return self.state.story_of(self.item.dispatch.id) or self.state.story(self.story_id)

    @cached_property
    def copied_story(self) -> LivingStory | None:
        """The story of the dispatch that the item copies, or of all the dispatches that it copies."""
        duplicate = self.item.duplicate
        if duplicate is None or self.is_round_up:
            return None
        return self.state.story_of(duplicate.of) if duplicate.relation in COPIES else None

    @cached_property
    def matches(self) -> list[StoryMatch]:
        """The living stories that the item matches (scoring.find_matches)."""
        words = self.features.words
        return find_matches(self.state, self.vectors, words, self.time_ms, self.now_ms)

    @cached_property
    def closed_story(self) -> StoryTotals | None:
        """The closed story that the item continues: the one that began with it, or one that its words find."""
        closed, index = self.state.closed, self.state.index
        if (own := closed.get(self.story_id)) or self.is_late or not closed:
            return own
        best = next(iter(self.matches), None)
        if best and best.score >= THRESHOLD:
            return None
        return reopened(closed.find(self.vectors), product_of(index, best.story, self.vectors) if best else 0)

    @cached_property
    def earlier(self) -> StoryEntry | None:
        """The dispatch's entry in the window, which a new one replaces."""
        member = self.state.dispatches.get(self.item.dispatch.id)
        return member.entry if member else None

    @cached_property
    def earlier_contribution(self) -> Contribution:
        """What the dispatch contributes to its story before this item."""
        member = self.state.dispatches.get(self.item.dispatch.id)
        return member.contribution if member else Contribution()

    @cached_property
    def is_round_up(self) -> bool:
        """Whether it says so, or contains dispatches of several stories, or of none that is known."""
        if Signal.ROUND_UP in self.item.dispatch.signals:
            return True
        parts = self._stories_of_parts
        return len(parts) > 1 and (None in parts or len(set(parts)) > 1)

    @property
    def _stories_of_parts(self) -> list[str | None]:
        """The story of each dispatch that the item contains; None for one that is in none."""
        parts = self.item.duplicate.parts if self.item.duplicate else None
        return [story.totals.id if (story := self.state.story_of(part)) else None for part in parts or ()]

    @cached_property
    def round_up_stories(self) -> tuple[LivingStory, ...]:
        """The stories that a round-up is about: of the dispatches that it contains, then of its paragraphs."""
        index, stories = self.state.index, dict.fromkeys(story for story in self._stories_of_parts if story)
        for terms in self.features.parts:
            part = paragraph_vectors(index, terms, self.language)
            matches = find_matches(self.state, part, 0, self.time_ms, self.now_ms)
            stories |= dict.fromkeys(each.story.totals.id for each in matches[:1] if each.score >= THRESHOLD)
        return tuple(self.state.living[story] for story in stories)

    @property
    def term_sample(self) -> TermSample:
        return TermSample(self.language, self.vectors.terms.astype("<u4").tobytes())

    def shared_terms(self, sums_of: Callable[[Keys], Ints]) -> tuple[str, ...]:
        """The terms that the item shares with a story, of which `sums_of` gives the weight of each key."""
        return evidence(self.vectors, self.features, self.language, sums_of)

    def entry(self, story: StoryTotals, contribution: Contribution | None = None) -> StoryEntry:
        """The item's entry in the window: it counts, and has what it contributes.

        It is an independent report if it is not a copy.  A copy is one too while its story has no report: it is
        then the only carrier of the text.
        """
        dispatch, duplicate = self.item.dispatch.id, self.item.duplicate
        is_copy = self.copied_story is not None or not (duplicate is None or duplicate.independent)
        is_notice = not NO_REPORTS.isdisjoint(self.item.dispatch.signals)
        independent = not is_notice and (not is_copy or story.independent == 0)
        feed, contribution = self.item.wire.feed, contribution or Contribution()
        report = report_of(self.item, self.features.words) if independent else None
        copied = duplicate.of if duplicate and duplicate.relation in COPIES else None
        return StoryEntry(story.id, self.language, dispatch, feed, True, independent, contribution, report, copied)

    def contribution(self, weights: bool = True) -> Contribution:
        """What the item adds to its story: to the sums (`weights`), to the label."""
        ours, speaks = self.vectors, self.features.phrases or self.features.label_terms
        return Contribution(
            ours.keys.astype("<u4").tobytes() if weights else b"",
            ours.text.astype("<i2").tobytes() if weights else b"",
            ours.lead.astype("<i2").tobytes() if weights else b"",
            label_contribution(self.features) if speaks else b"",
        )
