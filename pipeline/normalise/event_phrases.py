"""Names with the event noun of a headline's verb: "FBI fires Jeanne Vrandel" gives "Jeanne Vrandel dismissal".

Only the main clause is read, and only what happens or is to happen: nobody is named who may resign, or denies it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from pipeline.features import Phrase, Trait
from pipeline.language.event_words import EventVerb, event_words
from pipeline.language.word_lists import WordLists
from pipeline.normalise.chunks import CASE_UNKNOWN, IS_NAME, MEASURE, NEVER, VERBLIKE, AnnotatedWords, Chunk, joined
from pipeline.normalise.tokens import HEADLINE
from pipeline.normalise.viterbi import NAME, NUMBER, OTHER, PLURAL

NAME_WORDS_MAX = 4
SEPARABLE = frozenset(("de", "nl"))  # where a verb may have its prefix apart: treedt vandaag af
AUXILIARIES_MAX = 3  # between a name and the verb
GAP_WORDS_MAX = 8  # between the parts of a separable verb
FLAGS = int(Trait.MADE | Trait.NAME | Trait.NOUN)
_VOWELS = "aeiouyhàâéèêëîïôûAEIOUYHÀÂÉÈÊËÎÏÔÛ"


class Pattern(NamedTuple):
    """How a language puts an event and its name together."""

    words: str
    name_words_min: int = 1  # a single word may be a country, which needs an article: vittoria della Francia
    takes_article: bool = False  # a name with an article is named without it; else not at all: du, del, do
    before_vowel: str = ""  # the words before a name with a vowel, if they are others
    inverts: bool = False  # a subject may follow a verb that begins the headline: Muere Vrandel


PATTERNS = {
    "en": Pattern("{name} {noun}", takes_article=True),
    "de": Pattern("{noun} von {name}", takes_article=True),
    "nl": Pattern("{noun} van {name}"),
    "fr": Pattern("{noun} de {name}", before_vowel="{noun} d' {name}"),
    "es": Pattern("{noun} de {name}", inverts=True),
    "it": Pattern("{noun} di {name}", name_words_min=2, inverts=True),
    "pt": Pattern("{noun} de {name}", name_words_min=2, inverts=True),
}


class EventSearch:
    """Makes the phrases of one headline."""

    def __init__(self, words: AnnotatedWords, chunks: list[Chunk], lists: WordLists, language: str) -> None:
        self.words = words
        self.lists = lists
        self.language = language
        self.chunks = chunks
        self.pattern = PATTERNS.get(language)
        self.verbs = tuple(self._find_verbs())

    def phrases(self) -> tuple[Phrase, ...]:
        """A phrase for each event of a name that a verb of the main clause says."""
        found = dict.fromkeys(self._surfaces(self.pattern) if self.pattern else ())
        return tuple(Phrase(words.lower(), joined(words.split()), HEADLINE, FLAGS) for words in found)

    def nouns(self) -> dict[str, int]:
        """The nouns of all verbs in the text, with the weight of the first."""
        found: dict[str, int] = {}
        for verb, at, _ in self.verbs:
            found.setdefault(verb.noun, self.words.weights[at])
        return found

    def consumed(self) -> set[int]:
        """The places of words that belong to a verb before them: there is no fire where somebody opened fire."""
        return {inner for verb, at, end in self.verbs for inner in range(at + 1, end)}

    def _find_verbs(self) -> Iterator[tuple[EventVerb, int, int]]:
        """The verbs of events with their place and end."""
        words, verbs = self.words, event_words(self.language).verbs
        for at in [at for at, word in enumerate(words.low) if word in verbs]:
            if words.classes[at] in (OTHER, PLURAL):
                for verb in verbs[words.low[at]]:
                    if end := self._end(verb, at):
                        yield verb, at, end

    def _surfaces(self, pattern: Pattern) -> Iterator[str]:
        low, lists, weights = self.words.low, self.lists, self.words.weights
        beyond = (
            at for at, word in enumerate(low) if weights[at] != HEADLINE or word in lists.clauses or word == "?"
        )
        main = next(beyond, len(low))
        unreal = next((at for at in range(main) if low[at] in lists.unreal), main)
        for verb, at, end in self.verbs:
            if (
                at < unreal
                and self.words.classes[at] == OTHER
                and (surface := self._surface(pattern, verb, at, end))
            ):
                yield surface

    def _end(self, verb: EventVerb, at: int) -> int:
        """Where the verb ends, 0 if it is another one; its prefix may follow later."""
        low, rest = self.words.low, verb.words[1:]
        if not rest:
            return at + 1
        if tuple(low[at + 1 : at + 1 + len(rest)]) == rest:
            return at + 1 + len(rest)
        separable = (
            self.language in SEPARABLE and len(rest) == 1 and rest[0] in low[at + 1 : at + 1 + GAP_WORDS_MAX]
        )
        return at + 1 if separable else 0

    def _surface(self, pattern: Pattern, verb: EventVerb, at: int, end: int) -> str:
        """The name with the noun; empty where the verb has no such name."""
        before, after = self._before(at), self._after(end)
        if at and self.words.low[at - 1] == "to" and (before is None or before.start):
            return ""  # only wanted: "Senators urge Vrandel to fire Snorby"
        passive = after is None and self._may_be_passive(verb, at, end)
        if verb.of_subject and before is None and at == 0 and pattern.inverts:
            before, after = after, None
        own, other = (before, after) if verb.of_subject else (after or (before if passive else None), None)
        name = self._name(own) if own and self._is_nameable(pattern, own) else ""
        if not name:
            return ""
        about = self._name(other) if verb.to and other else ""
        if verb.to and not about:
            return ""
        words = pattern.before_vowel if pattern.before_vowel and name[0] in _VOWELS else pattern.words
        surface = words.format(name=name, noun=verb.noun)
        return f"{surface} {verb.to} {about}" if about else surface

    def _before(self, at: int) -> Chunk | None:
        """The phrase that the verb follows, but for auxiliaries; none if it only belongs to another one."""
        low, lists = self.words.low, self.lists
        end = at
        while end and at - end < AUXILIARIES_MAX and low[end - 1] in lists.auxiliaries:
            end -= 1
        chunk = next((each for each in self.chunks if each.end == end), None)
        if chunk is None:
            return None
        linked = low[chunk.start - 1] if chunk.start else ""
        own = not linked or not (
            linked in lists.prepositions
            or linked in lists.attached
            or linked in lists.particles
            or linked in ("'s", "and", "to")
        )
        return chunk if own else None

    def _after(self, end: int) -> Chunk | None:
        """The phrase that the verb is followed by."""
        low = self.words.low
        start = end + (end < len(low) and self._may_precede_object(low[end]))
        chunk = next((each for each in self.chunks if each.start == start), None)
        if chunk is None or self.words.bits[chunk.start] & NEVER or self.words.weights[start] != HEADLINE:
            return None  # a date, or already the body
        return chunk

    def _may_precede_object(self, word: str) -> bool:
        """Whether the object may follow the verb behind this word."""
        if self.pattern and self.pattern.takes_article:
            return word in self.lists.stop and word not in self.lists.attached
        return word in self.lists.accusative

    def _may_be_passive(self, verb: EventVerb, at: int, end: int) -> bool:
        """Whether the form may be a participle, and nothing is its object."""
        low, first = self.words.low, verb.words[0]
        if verb.is_active or (at and low[at - 1] in self.lists.perfect):
            return False
        number = end < len(low) and low[end][0].isdigit()
        finite = self.language == "en" and (
            first.endswith("ing") or (first.endswith("s") and not first.endswith("ss"))
        )
        return not number and not finite

    def _is_nameable(self, pattern: Pattern, chunk: Chunk) -> bool:
        """Whether the language can name an event after the phrase, and it is whole and no owner."""
        low, (start, end) = self.words.low, chunk
        before = low[:start][-1:]
        if self.words.inner[start] or MEASURE.match(low[start]) or low[end : end + 1] == ["'s"]:
            return False
        if end - start == 1 and low[start] in self.lists.people:
            return False
        is_long = chunk.end - chunk.start >= pattern.name_words_min
        return is_long and (pattern.takes_article or self.lists.articles.isdisjoint(before))

    def _name(self, chunk: Chunk) -> str:
        """The name at the end of a phrase, or a short phrase with a name in it; empty: no name, or a plural."""
        classes, bits, shown = self.words.classes, self.words.bits, self.words.shown
        start = chunk.end
        while start > chunk.start and classes[start - 1] in (NAME, NUMBER) and not bits[start - 1] & NEVER:
            start -= 1
        if start == chunk.end:
            inside = bits[chunk.start : chunk.end]
            named = any(bit & IS_NAME for bit in inside) and not any(bit & (NEVER | VERBLIKE) for bit in inside)
            start = chunk.start if named and classes[chunk.end - 1] != PLURAL else chunk.end
        words, guessed = shown[start : chunk.end], any(bit & CASE_UNKNOWN for bit in bits[start : chunk.end])
        return " ".join(words) if len(words) <= NAME_WORDS_MAX and not guessed else ""
