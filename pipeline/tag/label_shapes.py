"""What a label phrase is, whatever the story: its terms, its head, how it reads.

The factors multiply.  They are in tables, rounded to 1/65536, so that no machine's pow or log makes a difference.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache
from math import prod
from typing import NamedTuple

from pipeline.features import Trait
from pipeline.language.blocks import FUNCTION_WORDS
from pipeline.language.event_words import ends_in_event
from pipeline.language.folding import fold_word
from pipeline.language.word_lists import terms_of, word_lists

LABEL_WORDS_MAX = 12  # a longer phrase counts as this long
FACTORS_KEPT = 4_096  # a few hundred occur
SHAPES_KEPT = 32_768  # about 15 MB; it only changes the speed

MADE_EVENT = 1.25  # it is what the main clause of a headline says
TRAIT_FACTORS = (
    (Trait.VERBLIKE.value, 0.6),
    (Trait.OWNED.value, 0.85),
    (Trait.HEADLINE_VERB.value, 0.4),
    (Trait.EVENT_OF.value, 0.8),
    (Trait.CUT.value, 0.6),
    (Trait.MADE.value, MADE_EVENT),
)
NAME_AND_NOUN, NOUN_HEAD = 0.35, 0.1  # on top of 1: "Gotthard tunnel" reads better than either word
EVENT_HEAD, PERSON_HEAD, WEAK_WORD = 1.25, 0.7, 0.7
OCCASION = 0.75  # what is news is mostly what happens at it: "Capri festival drops film"
SINGLE_WORD, SINGLE_COMPOUND, LONG = 0.55, 1.1, 0.8
LONG_WORDS_MIN = 6
APPENDED_WORDS_MAX = 3  # a longer phrase takes no event noun
NEVER_APPENDED = (Trait.OWNED | Trait.HEADLINE_VERB | Trait.EVENT_OF | Trait.CUT).value

# Words that the index of stories never counts have no idf; in a label they weigh nothing (`US`, `Al`).
UNCOUNTED = frozenset(map(fold_word, FUNCTION_WORDS))

NAME, NOUN, EVENT_OF, COMPOUND = Trait.NAME.value, Trait.NOUN.value, Trait.EVENT_OF.value, Trait.COMPOUND.value
MADE, PLACE = Trait.MADE.value, Trait.PLACE.value
_ORDINAL = re.compile(
    r"(?:\d{1,3}(?:st|nd|rd|th)|first|second|third|fourth|fifth|sixth|seventh) "
)  # Fifth Amendment
# A phrase that names no event of its story whatever its head: with a verb of the headline in it, only a part of
# something, or where the event happens.
NO_EVENT_TRAITS = (Trait.VERBLIKE | Trait.HEADLINE_VERB | Trait.CUT | Trait.SETTING).value


def table(function: Callable[[int], float], most: int) -> tuple[float, ...]:
    """The values of a function at 0..most, rounded to 1/65536."""
    return tuple(round(function(n) * 65_536) / 65_536 for n in range(most + 1))


LENGTH_COST = table(lambda words: (2.5 + words) ** 0.6, LABEL_WORDS_MAX + 1)  # diminishing returns with length


class Shape(NamedTuple):
    """What a phrase is, whatever the story."""

    terms: tuple[str, ...]
    length: int  # words
    head: str  # folded; the event of one with what it is about
    event: bool  # the head is an event
    takes_event: bool  # an event noun may be appended
    names_event: bool  # it names an event and whose it is: by itself a label
    factor: float


@lru_cache(SHAPES_KEPT)
def shape_of(key: str, flags: int, language: str) -> Shape:
    """The shape of a phrase, by its key and flags (features.Phrase)."""
    lists = word_lists(language)
    spelt = key.split()
    last, length = spelt[-1], min(len(spelt), LABEL_WORDS_MAX)
    folded = list(map(fold_word, spelt))
    terms: dict[str, None] = {}
    for word in spelt:
        if word not in lists.stop:
            terms.update(dict.fromkeys(terms_of(word)))
    person = last in lists.people
    takes_event = flags & PLACE and not flags & NEVER_APPENDED and length <= APPENDED_WORDS_MAX and not person
    head = folded[-1]
    inner = [word for word in folded if word in lists.events] if flags & (EVENT_OF | MADE) else []
    event = (
        head in lists.events or bool(flags & COMPOUND and ends_in_event(head, lists.events))
    ) and not flags & EVENT_OF
    meant = [word for word, low in zip(folded, spelt, strict=True) if low not in lists.stop]
    twice = len(set(meant)) < len(meant)  # a misprint
    named = (flags & NAME and length > 1) or (event and flags & COMPOUND)
    is_event = (event or flags & (EVENT_OF | MADE)) and not (length == 2 and _ORDINAL.match(key))
    return Shape(
        terms=tuple([term for term in terms if term not in UNCOUNTED]),
        length=length,
        head=(inner[0] if flags & EVENT_OF else inner[-1]) if inner else head,
        event=event,
        takes_event=bool(takes_event and not event),
        names_event=bool(is_event and named and not flags & NO_EVENT_TRAITS and not twice),
        factor=_factor(flags, length, person)
        * (1.0 if lists.weak.isdisjoint(spelt) else WEAK_WORD)
        * (OCCASION if event and last in lists.occasions else 1.0),
    )


@lru_cache(FACTORS_KEPT)
def _factor(flags: int, length: int, person: bool) -> float:
    """All that a phrase's own shape says about how it reads as a label."""
    noun = flags & NOUN
    factor: float = prod(factor for trait, factor in TRAIT_FACTORS if flags & trait) / LENGTH_COST[length]
    factor *= 1.0 + (NOUN_HEAD if noun else 0.0) + (NAME_AND_NOUN if noun and flags & NAME else 0.0)
    if flags & EVENT_OF:
        factor *= EVENT_HEAD
    elif person:
        factor *= PERSON_HEAD
    if length == 1:
        return factor * (SINGLE_COMPOUND if flags & COMPOUND else SINGLE_WORD)
    return factor * LONG if length >= LONG_WORDS_MIN else factor
