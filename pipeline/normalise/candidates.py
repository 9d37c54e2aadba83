"""The label candidates of one text: a phrase is one candidate, however often it occurs."""

from __future__ import annotations

from dataclasses import dataclass

from pipeline.features import PHRASES_MAX, Phrase, Trait
from pipeline.language.folding import fold_word
from pipeline.normalise.tokens import HEADLINE

HEADS_MAX = 64

# The bits of features.Trait as plain integers: an IntFlag costs a call for each | and &.
HAS_NAME, HAS_NOUN, BARE, VERBLIKE_INSIDE = (
    Trait.NAME.value,
    Trait.NOUN.value,
    Trait.BARE.value,
    Trait.VERBLIKE.value,
)
OWNED, HEADLINE_VERB = Trait.OWNED.value, Trait.HEADLINE_VERB.value
EVENT_OF, CUT, COMPOUND = Trait.EVENT_OF.value, Trait.CUT.value, Trait.COMPOUND.value
GUESSED, PLACE, SETTING = Trait.GUESSED.value, Trait.PLACE.value, Trait.SETTING.value
DOUBTS = HEADLINE_VERB | GUESSED | SETTING  # a phrase keeps one of these only if all its occurrences have it

Head = tuple[str, int, str]  # folded, weight in 1/256, form


@dataclass(slots=True)
class Candidate:
    """A phrase, over all its occurrences in the text."""

    surface: str
    weight: int
    flags: int
    start: int
    trust: tuple[bool, bool]  # in the spelling: its case is informative; it is the body's


class Candidates:
    """What was found so far."""

    def __init__(self) -> None:
        self._phrases: dict[str, Candidate] = {}
        self._heads: dict[str, tuple[int, str]] = {}

    def phrases(self) -> tuple[Phrase, ...]:
        """The candidates, the highest weights first, at most PHRASES_MAX."""
        order = sorted(self._phrases.items(), key=lambda item: (-item[1].weight, item[1].start, -len(item[0])))
        return tuple(Phrase(key, c.surface, c.weight, c.flags) for key, c in order[:PHRASES_MAX])

    def heads(self) -> tuple[Head, ...]:
        """The events that head a phrase of headline and first sentences, at most HEADS_MAX."""
        return tuple((head, weight, form) for head, (weight, form) in self._heads.items())[:HEADS_MAX]

    def add(self, key: str, surface: str, weight: int, flags: int, start: int) -> None:
        """Add a candidate.  Of two spellings one that is no guess wins, then the body's before the headline's."""
        trust = not flags & GUESSED, weight < HEADLINE
        known = self._phrases.get(key)
        if known is None:
            self._phrases[key] = Candidate(surface, weight, flags, start, trust)
            return
        known.flags = known.flags & (flags | ~DOUBTS) | flags & PLACE
        if trust > known.trust:
            known.surface, known.trust = surface, trust

    def add_head(self, form: str, weight: int) -> None:
        """Add a head noun; of several forms the last one counts."""
        head = fold_word(form)
        best, _ = self._heads.get(head, (0, ""))
        self._heads[head] = (max(best, weight), form)
