"""The state of the room tag: the living stories, the window of items that keeps them alive, the killed dispatches.

Sums and counts are integers, of which an item takes its part away when it leaves; totals are absolute in every
change.  A story lives as long as the window has an entry of it.  So its last change is always inside the window,
and only the killed dispatches and the closed stories outlive the window.  About 6 kB an item at full size: 2.5 kB
of numbers (index), 2 kB of label, 1.5 kB of terms and weights.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Iterator
from itertools import islice

from msgspec.structs import replace

from pipeline.ledger import Ledger
from pipeline.tag.changes import (
    CarriedFrom,
    ClosedStory,
    Contribution,
    KilledDispatch,
    StoryEntry,
    StoryTotals,
    TagChange,
    TermSample,
)
from pipeline.tag.closed import CLOSED_RECORDS, ClosedStories
from pipeline.tag.index import Index
from pipeline.tag.living import LivingStory, StoryMember, keys_of, weights_of

KILLED_MAX = 16_384  # killed dispatches remembered, the latest; resolve remembers longer
# The latest dispatches, however old, from whose terms document frequencies are counted.  Fewer follow the words of
# the day; a thin feed brings a dozen items in a window, too few to show how rare a word is.
TERM_SAMPLES_MAX = 3_000


class TagState:
    """`window_ms` and `items_max` bound everything in it; the oldest is forgotten first."""

    def __init__(self, window_ms: int, items_max: int) -> None:
        self.window_ms = window_ms
        self.items_max = items_max
        self.now_ms = 0
        self.index = Index()
        self.window: deque[StoryMember] = deque()
        self.next_number = 0
        self.term_samples: deque[tuple[int, TermSample]] = deque()  # with its offset
        self.living: dict[str, LivingStory] = {}
        self.by_row: dict[int, LivingStory] = {}
        self.aliases: dict[str, str] = {}  # merged story -> the story that it was merged into
        self.dispatches: dict[str, StoryMember] = {}  # dispatch -> its latest entry
        self.copied: dict[str, StoryMember] = {}  # dispatch -> the latest entry of a copy of it
        self.killed = Ledger[KilledDispatch](KILLED_MAX)
        self.closed = ClosedStories()
        self.carried_at = -1  # source offset at which the journal repeats the window from before

    # ---- looking up

    def story(self, name: str | None) -> LivingStory | None:
        """The living story of that id, or of the one it was merged into."""
        return self.living.get(self.aliases.get(name, name)) if name else None

    def story_of(self, dispatch: str | None) -> LivingStory | None:
        """The living story of a dispatch."""
        if dispatch is None:
            return None
        if member := self.dispatches.get(dispatch):
            return self.story(member.entry.story)
        if killed := self.killed.get(dispatch):
            return self.story(killed.story)
        copy = self.copied.get(dispatch)  # what it copies may have left the window before it
        return self.story(copy.entry.story) if copy else None

    def tail(self, time_ms: int) -> int:
        """The first posting that is in the window at that stream time."""
        since_ms = time_ms - self.window_ms
        return next((m.position for m in self.window if m.arrived_ms >= since_ms), self.index.position)

    def floor(self, offset: int) -> int:
        """The source offset of the oldest entry or term sample.  The last change always stays: it has the time."""
        oldest = [member.offset for member in islice(self.window, 1)]
        oldest += [sample_offset for sample_offset, _ in islice(self.term_samples, 1)]
        return max(min(oldest), self.carried_at) if oldest else offset

    def carry(self, before: int) -> Iterator[TagChange]:
        """The window and what is counted by it, where it begins before that; then what outlives it.

        A living story's last change is in the window.
        """
        yield TagChange(self.now_ms)
        if self.floor(before) < before:
            for story in self.living.values():
                yield TagChange(self.now_ms, story.totals)
            for member in self.window:
                origin = CarriedFrom(member.offset, member.arrived_ms)
                yield TagChange(self.now_ms, entry=member.entry, carried=origin)
            for offset, sample in self.term_samples:
                yield TagChange(self.now_ms, term_sample=sample, carried=CarriedFrom(offset))
        yield from (TagChange(self.now_ms, killed=killed) for killed in self.killed.before(before))
        yield from (TagChange(self.now_ms, closed=closed) for closed in self.closed.before(before))

    def closing(self, change: TagChange) -> list[StoryTotals]:
        """The stories that are closed when the change is applied, because nothing of them is left in the window."""
        stories = Counter(self.aliases.get(m.entry.story, m.entry.story) for m in self._leaving(change))
        kept = {change.merged, change.totals.id if change.totals else None}
        closed = (name for name, count in stories.items() if count == len(self.living[name].members))
        return [self.living[name].totals for name in closed if name not in kept]

    def _leaving(self, change: TagChange) -> Iterator[StoryMember]:
        surplus = len(self.window) + (change.entry is not None) - self.items_max
        for place, member in enumerate(self.window):
            if place >= surplus and member.arrived_ms >= change.time_ms - self.window_ms:
                return
            yield member

    # ---- changing: nothing but apply, and what it calls, writes

    def apply(self, change: TagChange, offset: int) -> None:
        """Store a change that source offset `offset`, or a carry after it, brought."""
        self.now_ms = max(self.now_ms, change.time_ms)
        if change.killed:
            self.killed.put(change.killed.dispatch, change.killed, change.killed.offset, offset)
        if change.closed:
            self.closed.put(change.closed, offset)
        if change.forgotten:
            self.closed.forget(change.forgotten)
        if change.totals:
            self._put(change.totals)
            if change.merged:
                self._merge(change.merged, self.living[change.totals.id])
        if change.carried:
            self.carried_at = offset
        if change.entry:
            self._append(change.entry, change.carried or CarriedFrom(offset, self.now_ms))
        if change.term_sample:
            self._count_terms(change.term_sample, change.carried.offset if change.carried else offset)
        if change.erased:
            self._erase(change.erased)
        self._expire()
        self.closed.forget_before(offset - CLOSED_RECORDS)

    def _put(self, totals: StoryTotals) -> None:
        story = self.living.get(totals.id)
        if story is None:
            story = self.living[totals.id] = LivingStory(self.index.open_row(), totals)
            self.by_row[story.row] = story
            self.closed.forget(totals.id)
        story.totals = totals
        self.index.rows[story.row]["founded"] = totals.founded
        self.index.rows[story.row]["last_ms"] = totals.last_ms
        self.aliases.update(dict.fromkeys(totals.merged, totals.id))

    def _merge(self, name: str, into: LivingStory) -> None:
        gone = self.living.pop(name, None)
        if gone is None:  # a rebuild: the journal has been trimmed behind it
            return
        self.index.merge_rows(gone.row, into.row)
        del self.by_row[gone.row]
        into.members.update(gone.members)
        into.arrivals = sorted(into.arrivals + gone.arrivals)
        for member in gone.members.values():
            if member.contribution.label:
                into.labels.add(member.contribution.label)

    def _append(self, entry: StoryEntry, origin: CarriedFrom) -> None:
        offset, arrived_ms = origin.offset, origin.arrived_ms
        if self.window and offset <= self.window[-1].offset:  # it is carried, in the order of the window, and known
            return
        story = self.living[self.aliases.get(entry.story, entry.story)]
        if earlier := self.dispatches.get(entry.dispatch or ""):
            self._take_out(earlier)
        member = StoryMember(self.next_number, offset, arrived_ms, self.index.position, entry, entry.contribution)
        self.next_number += 1
        self.window.append(member)
        story.members[member.number] = member
        if entry.counted:
            story.arrivals.append(arrived_ms)
        if entry.dispatch:
            self.dispatches[entry.dispatch] = member
        if entry.copied:
            self.copied[entry.copied] = member
        self._contribute(member, story)

    def _contribute(self, member: StoryMember, story: LivingStory) -> None:
        contribution = member.contribution
        self.index.place(member.number, story.row if contribution.keys else -1, len(self.window))
        if contribution.keys:
            keys, text, lead = weights_of(contribution)
            self.index.shift(story.row, keys, text, lead, 1)
            self.index.post(keys, text, member.number)
        if contribution.label:
            story.labels.add(contribution.label)

    def _take_out(self, member: StoryMember) -> None:
        """Take the entry's contribution out of the sums; the entry itself stays."""
        contribution, member.contribution = member.contribution, Contribution()
        story = self.living[self.aliases.get(member.entry.story, member.entry.story)]
        self.index.place(member.number, -1, len(self.window))
        if contribution.keys:
            self.index.shift(story.row, *weights_of(contribution), -1)
        if contribution.label:
            story.labels.subtract(contribution.label)

    def _erase(self, dispatch: str) -> None:
        """Forget the words of a dispatch: what it contributed, and what it would have been shown by."""
        for member in self.window:
            if member.entry.dispatch == dispatch:
                self._take_out(member)
                member.entry = replace(member.entry, contribution=Contribution(), report=None)

    def _count_terms(self, sample: TermSample, offset: int) -> None:
        if self.term_samples and offset <= self.term_samples[-1][0]:  # it is carried, and known
            return
        self.term_samples.append((offset, sample))
        self.index.count_terms(keys_of(sample.terms), sample.language, 1)
        if len(self.term_samples) > TERM_SAMPLES_MAX:
            _, oldest = self.term_samples.popleft()
            self.index.count_terms(keys_of(oldest.terms), oldest.language, -1)

    def _expire(self) -> None:
        since_ms = self.now_ms - self.window_ms
        while self.window and (self.window[0].arrived_ms < since_ms or len(self.window) > self.items_max):
            self._forget(self.window.popleft())
        self.index.tail = self.window[0].position if self.window else self.index.position

    def _forget(self, member: StoryMember) -> None:
        self._take_out(member)
        entry = member.entry
        name = self.aliases.get(entry.story, entry.story)
        story = self.living[name]
        del story.members[member.number]
        if entry.counted:
            del story.arrivals[0]
        if entry.dispatch and self.dispatches[entry.dispatch] is member:
            del self.dispatches[entry.dispatch]
        if entry.copied and self.copied[entry.copied] is member:
            del self.copied[entry.copied]
        if not story.members:
            self.index.close_row(story.row)
            del self.living[name], self.by_row[story.row]
            for merged in story.totals.merged:
                del self.aliases[merged]
            if story.totals.items:
                self.closed.put(ClosedStory(story.totals, member.offset), member.offset)
