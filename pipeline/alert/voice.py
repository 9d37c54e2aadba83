"""What an alert says: one line, and the sentences under it.

Copy that must come down speaks in a voice of its own: the line begins with what happened, never with the headline
that is wrong.
"""

from __future__ import annotations

from dataclasses import dataclass

from pipeline.alert.facts import Facts
from pipeline.alert.texts import HEADLINE_CHARACTERS_MAX
from pipeline.items import AlertEvent, ChangeKind, Correction, PartyKind, Severity
from pipeline.values.blanks import shortened
from pipeline.wording import Wording, ended

NOTE_CHARACTERS_MAX = 600
NEWS = frozenset({AlertEvent.FLASH, AlertEvent.URGENT, AlertEvent.MENTION, AlertEvent.REPORT})
WITHOUT_PAIR = {ChangeKind.UNKNOWN: "unseen", ChangeKind.NONE: "same", ChangeKind.SPELLING: "spelling"}


def headline_of(facts: Facts) -> str:
    """The headline, or the body's beginning: of the item, else as published; else the label of the story."""
    item, before = facts.item, facts.before
    known = (before.headline or before.body) if before else ""
    label = item.story.label if item.story else ""
    return shortened(item.headline or item.body or known or label, HEADLINE_CHARACTERS_MAX)


@dataclass(frozen=True)
class Voice:
    """The words of one alert."""

    event: AlertEvent
    facts: Facts
    words: Wording
    rule: str  # that raised it

    @property
    def headline(self) -> str:
        """Of what the alert is about: of the item; of sources that report on one story its label, and no claim."""
        story = self.facts.item.story
        if self.event is AlertEvent.CONFIRMED and story:
            return story.label
        return headline_of(self.facts)

    @property
    def sources(self) -> tuple[str, ...]:
        """Who reports on the story, if the alert is about that; else who has the claim of the headline."""
        return self.facts.near_sources if self.event is AlertEvent.CONFIRMED else self.facts.same_sources

    @property
    def withdrawn(self) -> str | None:
        """The published headline of what was killed or corrected: of a recall that of its source."""
        if self.event is AlertEvent.KILL:
            return headline_of(self.facts)
        if self.event is not AlertEvent.RECALL:
            return None
        source, duplicate = self.facts.source, self.facts.item.duplicate
        return (duplicate and duplicate.of_headline) or (source and source.headline) or None

    def title(self) -> str:
        """One line: what happened, and to what."""
        story = self.facts.item.story
        headline = headline_of(self.facts)
        correction = self.facts.correction
        is_spelling = self._key == AlertEvent.CORRECTION and correction and correction.change is ChangeKind.SPELLING
        return self.words.title(
            "spelling" if is_spelling else self._key,
            headline=headline,
            label=story.label if story else headline,
            count=len(self.sources),
            items=story.items if story else 1,
        )

    def text(self) -> str:
        """What happened, what to do, the reason, and the times."""
        sentences = (self._what(), *self._corrected(), *self._reason(), *self._others(), self._times())
        return " ".join(sentences)

    @property
    def _key(self) -> str:
        """The entry of the wording that the event has."""
        if self.event is AlertEvent.RECALL:
            return f"recall_{self.facts.severity if self.facts.severity is Severity.KILLED else Severity.CORRECTED}"
        correction = self.facts.correction
        if self.event is AlertEvent.CORRECTION and correction and correction.unstable:
            return "unstable"
        return self.event

    def _what(self) -> str:
        facts, words, story = self.facts, self.words, self.facts.item.story
        headline = headline_of(facts)
        return words.text(
            self._key,
            by=words.text("person", by=facts.by.name) if facts.by.kind is PartyKind.PERSON else facts.by.name,
            rule=words.quoted(self.rule),
            feed=facts.item.wire.feed,
            withdrawn=words.quoted(self.withdrawn or headline),
            headline=words.quoted(headline),
            sources=words.listing(self.sources),
            items=story.items if story else 1,
            count=facts.correction.count if facts.correction else 1,
        )

    def _corrected(self) -> tuple[str, ...]:
        """What was wrong and what is right, as far as it is known."""
        correction = self.facts.correction
        if correction is None or self.event not in (AlertEvent.CORRECTION, AlertEvent.RECALL):
            return ()
        words, note = self.words, self._noted("note", correction.note)
        again = (words.text("again", count=correction.count),) if self._is_further(correction) else ()
        return (*self._pair(correction), *note, *again)

    def _is_further(self, correction: Correction) -> bool:
        return correction.count > 1 and not correction.unstable

    def _pair(self, correction: Correction) -> tuple[str, ...]:
        words, found = self.words, []
        if key := WITHOUT_PAIR.get(correction.change):
            found.append(words.text(key))
        before, after = correction.before, correction.after
        wrong, right = ("former", "current") if correction.unstable else ("wrong", "right")
        if before:
            found.append(words.text(wrong if after else "removed", before=words.quoted(before)))
        if after:
            found.append(words.text(right if before else "added", after=words.quoted(after)))
        return tuple(map(ended, found))

    def _reason(self) -> tuple[str, ...]:
        if self.event not in (AlertEvent.KILL, AlertEvent.RECALL, AlertEvent.HOLD):
            return ()
        return self._noted("reason", self.facts.note)

    def _noted(self, key: str, note: str | None) -> tuple[str, ...]:
        quoted = self.words.quoted(shortened(note, NOTE_CHARACTERS_MAX)) if note else ""
        return (ended(self.words.text(key, note=quoted)),) if quoted else ()

    def _others(self) -> tuple[str, ...]:
        """Of news: who else reports the same."""
        if self.event not in NEWS:
            return ()
        own = self.facts.by.name
        others = [name for name in self.sources if name != own]
        key = "other_sources" if others else "only_source"
        return (self.words.text(key, sources=self.words.listing(others), by=own),)

    def _times(self) -> str:
        words, item = self.words, self.facts.item
        return words.text(
            "times", written=words.clock(item.version_created), received=words.clock(self.facts.received)
        )
