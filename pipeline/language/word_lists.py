"""The word lists of story labels: words that are never part of one, nouns for events, words for people.

normalise (phrases) and tag (labels) share them.  They come from language/languages.yaml, events from event_words.
A language without a block has the lists of any language, which only makes its labels plainer.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from functools import cache, lru_cache

from pipeline.language.blocks import ANY, LanguageBlock, language_blocks
from pipeline.language.event_words import event_words
from pipeline.language.folding import fold_word

MARKS = frozenset(",;:.!?-|()[]")  # that end a part of a headline
WORDS_CACHED = 65_536  # words whose terms are kept, about 10 MB; it only changes the speed


@dataclass(frozen=True, slots=True)
class WordLists:
    """Of one language: lower case, `elided` as written; `events`: the last words of event nouns, folded."""

    stop: frozenset[str] = frozenset()
    articles: frozenset[str] = frozenset()
    prepositions: frozenset[str] = frozenset()
    events: frozenset[str] = frozenset()
    weak: frozenset[str] = frozenset()
    dates: frozenset[str] = frozenset()
    titles: frozenset[str] = frozenset()
    offices: frozenset[str] = frozenset()
    people: frozenset[str] = frozenset()
    outlets: frozenset[str] = frozenset()
    acronyms: frozenset[str] = frozenset()
    abbreviations: frozenset[str] = frozenset()
    clauses: frozenset[str] = frozenset()
    relative: frozenset[str] = frozenset()
    pronouns: frozenset[str] = frozenset()
    attached: frozenset[str] = frozenset()
    infinitive: frozenset[str] = frozenset()
    genitive: frozenset[str] = frozenset()
    adverbs: frozenset[str] = frozenset()
    conditions: frozenset[str] = frozenset()
    locative: frozenset[str] = frozenset()
    settings: frozenset[str] = frozenset()
    numerals: frozenset[str] = frozenset()
    predicates: frozenset[str] = frozenset()
    occasions: frozenset[str] = frozenset()
    beside: frozenset[str] = frozenset()
    particles: frozenset[str] = frozenset()
    elided: frozenset[str] = frozenset()
    accusative: frozenset[str] = frozenset()
    auxiliaries: frozenset[str] = frozenset()
    perfect: frozenset[str] = frozenset()
    unreal: frozenset[str] = frozenset()
    asking: frozenset[str] = frozenset()
    voices: frozenset[str] = frozenset()
    judging: frozenset[str] = frozenset()
    saying: frozenset[str] = frozenset()
    urging: frozenset[str] = frozenset()
    opining: frozenset[str] = frozenset()
    sources: frozenset[str] = frozenset()
    capitals: frozenset[str] = frozenset()


@cache
def _lists() -> dict[str, WordLists]:
    return {
        language: _lists_of(language, {**language_blocks()[ANY], **block})
        for language, block in language_blocks().items()
    }


def _lists_of(language: str, block: LanguageBlock) -> WordLists:
    lists = {each.name: frozenset(block.get(each.name, "").split()) for each in fields(WordLists)}
    return WordLists(**{**lists, "events": event_words(language).heads})


def word_lists(language: str) -> WordLists:
    """The lists of a primary language subtag (`en`, `de`); one without a block has those of any language."""
    return _lists().get(language) or _lists()[ANY]


@cache
def idle_words(language: str) -> frozenset[str]:
    """Words that say nothing at the end of a headline: function words and what begins a part of it."""
    lists = word_lists(language)
    return lists.stop | lists.attached | lists.clauses


@cache
def helping_verbs(language: str) -> frozenset[str]:
    """The auxiliaries, of what is and of what may be."""
    lists = word_lists(language)
    return lists.auxiliaries | lists.unreal


@cache
def clause_marks(language: str) -> frozenset[str]:
    """What a clause of a headline ends before: words and marks."""
    return word_lists(language).clauses | MARKS


@cache
def part_marks(language: str) -> frozenset[str]:
    """What any part of a headline ends before: words and marks."""
    lists = word_lists(language)
    return clause_marks(language) | lists.attached | lists.infinitive | lists.genitive


@lru_cache(WORDS_CACHED)
def terms_of(word: str) -> tuple[str, ...]:
    """The folded terms of a word: hyphened and dotted words part by part, `u.n.` as `un`, no single letters."""
    parts = [part for hyphened in word.split("-") for part in _undotted(hyphened)]
    return tuple(fold_word(part) for part in parts if len(part) > 1)


def _undotted(word: str) -> list[str]:
    parts = word.split(".")
    return ["".join(parts)] if all(len(part) < 2 for part in parts) else parts
