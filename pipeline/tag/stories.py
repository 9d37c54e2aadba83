"""The state of the room tag: the stories that live, the window of items that keeps them alive, the killed.

A fold over the window's changes: sums and counts are integers that an item takes with it when it leaves, totals
are absolute in every change.  A story lives as long as an entry of the window belongs to it; so its last change
always lies inside the window, and the one thing that outlives the window is the ledger of killed dispatches.
About 6 kB an item at full size: 2.5 kB of numbers (index), 2 kB of label, 1.5 kB of terms and weights.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np

from pipeline.ledger import Ledger
from pipeline.tag.changes import Change, Entry, Killed, Lesson, Totals, Vector
from pipeline.tag.index import Index
from pipeline.tag.kernels import Ints, Keys
from pipeline.tag.label_members import LabelMembers

KILLED_MAX = 16_384  # killed dispatches remembered, the latest; resolve remembers longer
# Dispatches that document frequencies are counted over: the latest, however old.  A thin feed brings a dozen
# items in a window, and a dozen say nothing of how rare a word is (benchmarks/stories.py: F1 .57 for .92 on basil).
LESSONS_MAX = 20_000


@dataclass(slots=True)
class Member:
    """An entry of the window, where it stands, and what is left of its contribution."""

    number: int
    offset: int
    arrived_ms: int  # stream time
    position: int  # of its first posting
    entry: Entry
    vector: Vector  # the entry's, until a kill or a newer revision takes it out


@dataclass(slots=True)
class Story:
    """A living story."""

    row: int
    totals: Totals
    labels: LabelMembers = field(default_factory=LabelMembers)
    members: dict[int, Member] = field(default_factory=dict)  # by number


class Stories:
    """State.  `window_ms` and `items_max` bound everything in it; what leaves is forgotten oldest first."""

    def __init__(self, window_ms: int, items_max: int) -> None:
        self.window_ms = window_ms
        self.items_max = items_max
        self.now_ms = 0
        self.index = Index()
        self.window: deque[Member] = deque()
        self.next_number = 0
        self.lessons: deque[tuple[int, Lesson]] = deque()  # offset, what document frequencies are counted from
        self.living: dict[str, Story] = {}
        self.by_row: dict[int, Story] = {}
        self.aliases: dict[str, str] = {}  # merged story -> the story it lives on in
        self.dispatches: dict[str, Member] = {}  # dispatch -> its latest entry
        self.killed = Ledger[Killed](KILLED_MAX)

    # ---- looking

    def story(self, name: str | None) -> Story | None:
        """The living story of that id, or of the one it was merged into."""
        return self.living.get(self.aliases.get(name, name)) if name else None

    def story_of(self, dispatch: str | None) -> Story | None:
        """The living story of a dispatch."""
        if dispatch is None:
            return None
        if member := self.dispatches.get(dispatch):
            return self.story(member.entry.story)
        killed = self.killed.get(dispatch)
        return self.story(killed.story) if killed else None

    def at(self, row: int) -> Story:
        """The story whose numbers stand in that row."""
        return self.by_row[row]

    def tail(self, time_ms: int) -> int:
        """The first posting that is in the window at that stream time."""
        since_ms = time_ms - self.window_ms
        return next((m.position for m in self.window if m.arrived_ms >= since_ms), self.index.position)

    def closing(self, change: Change) -> list[Totals]:
        """The stories that end when the change is applied: nothing of theirs is left in the window."""
        stories = Counter(self.aliases.get(m.entry.story, m.entry.story) for m in self._leaving(change))
        kept = {change.merged, change.totals.id if change.totals else None}
        ended = (name for name, count in stories.items() if count == len(self.living[name].members))
        return [self.living[name].totals for name in ended if name not in kept]

    def _leaving(self, change: Change) -> Iterator[Member]:
        surplus = len(self.window) + (change.entry is not None) - self.items_max
        for place, member in enumerate(self.window):
            if place >= surplus and member.arrived_ms >= change.time_ms - self.window_ms:
                return
            yield member

    # ---- changing: apply and what it does, nothing else writes

    def apply(self, change: Change, offset: int) -> None:
        """Remember a change that source offset `offset` (or a carry after it) brought."""
        self.now_ms = max(self.now_ms, change.time_ms)
        if change.killed:
            self.killed.put(change.killed.dispatch, change.killed, change.killed.offset, offset)
        if change.totals:
            self._put(change.totals)
            if change.merged:
                self._merge(change.merged, self.living[change.totals.id])
        if change.entry:
            self._append(change.entry, offset)
        if change.lesson:
            self._learn(change.lesson, offset)
        self._expire()

    def _put(self, totals: Totals) -> None:
        story = self.living.get(totals.id)
        if story is None:
            story = self.living[totals.id] = Story(self.index.open_row(), totals)
            self.by_row[story.row] = story
        story.totals = totals
        self.index.rows[story.row]["founded"] = totals.founded
        self.index.rows[story.row]["last_ms"] = totals.last_ms
        self.aliases.update(dict.fromkeys(totals.merged, totals.id))

    def _merge(self, name: str, into: Story) -> None:
        gone = self.living.pop(name, None)
        if gone is None:  # a rebuild: all of it stood before the floor
            return
        self.index.merge_rows(gone.row, into.row)
        del self.by_row[gone.row]
        into.members.update(gone.members)
        for member in gone.members.values():
            if member.vector.label:
                into.labels.add(member.vector.label)

    def _append(self, entry: Entry, offset: int) -> None:
        story = self.living[entry.story]
        if earlier := self.dispatches.get(entry.dispatch or ""):
            self._withdraw(earlier)
        member = Member(self.next_number, offset, self.now_ms, self.index.position, entry, entry.vector)
        self.next_number += 1
        self.window.append(member)
        story.members[member.number] = member
        if entry.dispatch:
            self.dispatches[entry.dispatch] = member
        self.index.rows[story.row]["arrived_ms"] = self.now_ms
        self._contribute(member, story)

    def _contribute(self, member: Member, story: Story) -> None:
        vector = member.vector
        self.index.place(member.number, story.row if vector.keys else -1, len(self.window))
        if vector.keys:
            keys, text, lead = weights_of(vector)
            self.index.shift(story.row, keys, text, lead, 1)
            self.index.post(keys, text, member.number)
        if vector.label:
            story.labels.add(vector.label)

    def _withdraw(self, member: Member) -> None:
        """Take out of the sums what the entry brought; the entry itself stays."""
        vector, member.vector = member.vector, Vector()
        story = self.living[self.aliases.get(member.entry.story, member.entry.story)]
        self.index.place(member.number, -1, len(self.window))
        if vector.keys:
            self.index.shift(story.row, *weights_of(vector), -1)
        if vector.label:
            story.labels.subtract(vector.label)

    def _learn(self, lesson: Lesson, offset: int) -> None:
        self.lessons.append((offset, lesson))
        self.index.learn(unpacked(lesson.terms), lesson.language, 1)
        if len(self.lessons) > LESSONS_MAX:
            _, oldest = self.lessons.popleft()
            self.index.learn(unpacked(oldest.terms), oldest.language, -1)

    def _expire(self) -> None:
        since_ms = self.now_ms - self.window_ms
        while self.window and (self.window[0].arrived_ms < since_ms or len(self.window) > self.items_max):
            self._forget(self.window.popleft())
        self.index.tail = self.window[0].position if self.window else self.index.position

    def _forget(self, member: Member) -> None:
        self._withdraw(member)
        entry = member.entry
        name = self.aliases.get(entry.story, entry.story)
        story = self.living[name]
        del story.members[member.number]
        if entry.dispatch and self.dispatches[entry.dispatch] is member:
            del self.dispatches[entry.dispatch]
        if not story.members:
            self.index.close_row(story.row)
            del self.living[name], self.by_row[story.row]
            for merged in story.totals.merged:
                del self.aliases[merged]


def unpacked(terms: bytes) -> Keys:
    """Keys out of a vector's bytes."""
    return np.frombuffer(terms, "<u4")


def weights_of(vector: Vector) -> tuple[Keys, Ints, Ints]:
    """Keys, text weights and lead weights of a vector."""
    text, lead = (np.frombuffer(part, "<i2").astype(np.int64) for part in (vector.text, vector.lead))
    return unpacked(vector.keys), text, lead
