"""An item before the verdict: what the rules ask of it, computed once and only if asked."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from pipeline import features
from pipeline.items import Item, Relation, content_id
from pipeline.tag.changes import Entry, Lesson, Vector
from pipeline.tag.label_members import contribution
from pipeline.tag.scoring import Vectors, vectors
from pipeline.tag.stories import Stories, Story

COPIES = frozenset(
    {Relation.EXACT, Relation.REPUBLISH, Relation.EXCERPT, Relation.UPDATE, Relation.CORRECTION}
)  # of a dispatch whose story is known they share it, and say nothing new about it


@dataclass(frozen=True)
class Case:
    """An item before the verdict."""

    stories: Stories
    item: Item
    offset: int
    now_ms: int  # stream time with this item
    header: bytes | None  # the encoded features; read only where a rule needs them

    @cached_property
    def language(self) -> str:
        return self.item.language.primary

    @cached_property
    def time_ms(self) -> int:
        """The item's own time, never ahead of the stream's."""
        return min(round(self.item.version_created.timestamp() * 1000), self.now_ms)

    @cached_property
    def features(self) -> features.Features:
        return features.decode(self.header)

    @cached_property
    def vectors(self) -> Vectors:
        return vectors(self.stories.index, self.features, self.language)

    @cached_property
    def story_id(self) -> str:
        """The id of the story that this item founds, should it found one."""
        return content_id("story", self.item.dispatch.item)

    @cached_property
    def known(self) -> Story | None:
        """The story that the dispatch is already in."""
        return self.stories.story_of(self.item.dispatch.id) or self.stories.story(self.story_id)

    @cached_property
    def earlier(self) -> Entry | None:
        """The dispatch's entry in the window, which a new one replaces."""
        member = self.stories.dispatches.get(self.item.dispatch.id)
        return member.entry if member else None

    @cached_property
    def standing(self) -> Vector:
        """What the dispatch contributes as yet."""
        member = self.stories.dispatches.get(self.item.dispatch.id)
        return member.vector if member else Vector()

    @cached_property
    def copied(self) -> Story | None:
        """The story of the dispatch that the item copies."""
        verdict = self.item.duplicate
        return self.stories.story_of(verdict.of) if verdict and verdict.relation in COPIES else None

    @property
    def round_up(self) -> bool:
        return self.item.duplicate is not None and self.item.duplicate.relation is Relation.ROUND_UP

    def entry(self, story: str, vector: Vector | None = None, independent: bool = True) -> Entry:
        """The item's entry in the window, counted, with what it contributes."""
        own, said = self.item.dispatch.id, self.item.duplicate
        alone = independent and (said is None or said.independent)
        return Entry(story, self.language, own, self.item.wire.feed, True, alone, vector or Vector())

    @property
    def lesson(self) -> Lesson:
        return Lesson(self.language, self.vectors.terms.astype("<u4").tobytes())

    def vector(self, weights: bool = True, label: bool = True) -> Vector:
        """What the item contributes to its story: to the sums, to the label."""
        v = self.vectors
        return Vector(
            v.keys.astype("<u4").tobytes() if weights else b"",
            v.text.astype("<i2").tobytes() if weights else b"",
            v.lead.astype("<i2").tobytes() if weights else b"",
            contribution(self.features) if label and (self.features.phrases or self.features.label_terms) else b"",
        )
