"""How well a phrase would do as the label of a story.

High scores: words that many members share and few other stories have, a name with a noun, an event as the head.
What lowers a score is in the tables.  Scores are integers of 1/256 and all factors come from tables (label_shapes),
so that the same sums and the same idf give the same label on every machine.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from math import log, sqrt
from typing import NamedTuple

from pipeline.features import Trait
from pipeline.language.word_lists import word_lists
from pipeline.tag.label_members import MEMBERS_COUNTED
from pipeline.tag.label_shapes import EVENT_HEAD, LENGTH_COST, Shape, shape_of, table
from pipeline.tag.phrase_totals import MEMBER, MEMBER_BITS, PhraseTotals

PHRASE_CHARACTERS_MAX = 60
IDF_LEAST, IDF_MOST = 26, 2048  # 0.1 and 8.0 in 1/256: a word seen once is no better than one seen thrice

EVENT_SUPPORT = 0.4  # share of the members that must have the event for its factor
LONELY, LONELY_SHARE = 0.8, 0.4  # for each word of an event that fewer members have: "Mindless attack"
# The least place weight of an event in a label: so much for each member, and more for each headline.  An event
# that reaches it is in headlines.
EVENT_WEIGHT, EVENT_WEIGHT_OF_HEADLINE = 0.7 * 256, 0.3 * 256
EVENT_LABEL_SHARE = 0.6  # of the place weights of the strongest event
EVENT_LABEL_SUPPORT = 0.6  # share of the members that must have the event, and a word of its name
# An event with less than this share of the weight of the story's heaviest words is doubtful, and its score is less:
# "Trump lawsuit" of a story about subsidies.
CORE_TERMS, CORE_SHARE, DOUBTFUL = 5, 0.55, 0.5
FOREMOST_TERMS = 12  # the core is taken from
PLACE_WEIGHTS = MEMBER - 1  # the bits of a term's sum that are place weights
AGREED_TERMS = 3  # a longer event is no chance
LEAD = 256  # place weight of the first sentences
BARE_NAME, BARE_RARITY = 0.7, 4.5 * 256  # a bare name, and less when everyone writes about it
# For appending the event noun of most members to a name: the least share of members, the least weight a member, the
# least idf of a bare name, how many of the best phrases are tried, and the factors.
APPENDED_SUPPORT, APPENDED_WEIGHT = 0.6, 0.8 * 256
APPENDED_RARITY = 3.5 * 256
APPENDED_TO_FIRST = 6
APPENDED_TO_NAME, APPENDED = 1.15, 1.1
# One member's word is enough; the other traits need all members'.  An event of a verb may have the same words as
# one with what it is about: mort de Snorby.
TRAITS_OF_ANY = (Trait.NAME | Trait.NOUN | Trait.PLACE | Trait.EVENT_OF).value
BARE, GUESSED = Trait.BARE.value, Trait.GUESSED.value
HEADLINE, CUT, ASIDE = Trait.HEADLINE.value, Trait.CUT.value, Trait.ASIDE.value
EVENTFUL, MADE = Trait.EVENTFUL.value, Trait.MADE.value

# A headline: beside a phrase as long, one whose end was cut off, one that asks or quotes, one with an event.
HEADLINE_FACTOR, SHORTENED_FACTOR, ASIDE_FACTOR, EVENTFUL_FACTOR = 1.0, 0.75, 0.45, 1.2
UNSHARED = 0.5  # what counts of a word of a headline that at most half of the members have
HEADLINE_OF_ONE = 0.6  # nobody has agreed to its words yet

AGREEMENT = table(lambda members: 1 + 0.2 * log(members) if members else 1.0, MEMBERS_COUNTED)


class LabelCandidate(NamedTuple):
    """A phrase as a label, with its score in 1/256."""

    score: int
    surface: str
    flags: int
    shape: Shape


class _Rarities(dict[str, int]):
    """term -> idf in 1/256, computed once."""

    def __init__(self, idf: Callable[[str], float]) -> None:
        self.idf = idf

    def __missing__(self, term: str) -> int:
        rarity = self[term] = round(self.idf(term) * 256)
        return rarity


class _Weights(dict[str, int]):
    """term -> its weight in the story, in 1/65536: by place, agreement and rarity."""

    def __init__(self, totals: PhraseTotals, rarities: _Rarities) -> None:
        self.terms = totals.terms
        self.n = totals.n
        self.rarities = rarities

    def __missing__(self, term: str) -> int:
        rarity = self.rarities[term]
        rarity = IDF_LEAST if rarity < IDF_LEAST else IDF_MOST if rarity > IDF_MOST else rarity
        packed = self.terms.get(term, 0)  # as in PhraseTotals.term, without the call
        weight, support = packed & PLACE_WEIGHTS, packed >> MEMBER_BITS
        self[term] = product = round(weight * rarity * sqrt(support / self.n) / self.n)
        return product


class LabelScorer:
    """Scores the phrases of one story."""

    def __init__(self, totals: PhraseTotals, idf: Callable[[str], float], language: str) -> None:
        self.totals = totals
        self.n = totals.n
        self.most = self.n // 2 + 1 << MEMBER_BITS  # a term that more than half of the members have has so much
        self.language = language
        self.events = word_lists(language).events
        self.rarities = _Rarities(idf)
        self.weights = _Weights(totals, self.rarities)
        headlines = sum(sum(forms.values()) for forms in totals.headlines.values())
        self.event_weight = EVENT_WEIGHT * totals.n + EVENT_WEIGHT_OF_HEADLINE * headlines if totals.n > 1 else 0
        self.foremost_event = max((totals.term(head)[0] for head in self.events & totals.terms.keys()), default=0)

    def score(self, key: str, mass: int) -> LabelCandidate | None:
        """A phrase of the story with its score; None for one that cannot be a label."""
        members, surface, flags = _spelling(self.totals.spellings[key])
        shape = shape_of(key, flags & ~GUESSED, self.language)
        if not shape.terms or len(surface) > PHRASE_CHARACTERS_MAX:
            return None
        factor = shape.factor * AGREEMENT[members] * (0.8 + 0.1 * mass / (256 * members))
        if shape.event and self.totals.support(shape.head) >= EVENT_SUPPORT * self.n:
            factor *= EVENT_HEAD
        if flags & BARE and self.n > 1:
            factor *= BARE_NAME * min(1.0, self.rarity(shape) / BARE_RARITY) ** 2
        if shape.names_event:
            lonely = LONELY_SHARE * self.n
            factor *= LONELY ** sum([self.totals.support(term) < lonely for term in shape.terms])
        return LabelCandidate(round(self.weight(shape) * factor / 256), surface, flags, shape)

    def is_event_label(self, shape: Shape) -> bool:
        """Whether a phrase names an event, and most members speak of the event and of a word of the name."""
        if not shape.names_event:
            return False
        least = EVENT_LABEL_SUPPORT * self.n
        others = [self.totals.support(term) for term in shape.terms if term != shape.head]
        if not others and shape.length > 1:  # "US election": whose name is in every story
            return False
        if self.totals.support(shape.head) < least or max(others, default=least) < least:
            return False
        return self.totals.term(shape.head)[0] >= max(EVENT_LABEL_SHARE * self.foremost_event, self.event_weight)

    def weighed(self, event: LabelCandidate) -> LabelCandidate:
        """An event label, with less of a score if it may not be what the story is about."""
        sure = self.n == 1 or self._is_agreed(event) or self._is_core(event.shape)
        return event if sure else event._replace(score=round(event.score * DOUBTFUL))

    def _is_core(self, shape: Shape) -> bool:
        """Whether it has most of what most members speak of most."""
        return sum([self.core.get(term, 0) for term in shape.terms]) >= CORE_SHARE * sum(self.core.values())

    def _is_agreed(self, event: LabelCandidate) -> bool:
        """Whether a text has it so, most members all of its three or more words, and headlines all but one."""
        totals, half = [self.totals.term(term) for term in event.shape.terms], self.n // 2
        headed = sum([weight > LEAD * support for weight, support in totals])
        said = len(totals) >= AGREED_TERMS and not event.flags & MADE
        return said and headed >= len(totals) - 1 and all(support > half for _, support in totals)

    @cached_property
    def core(self) -> dict[str, int]:
        """The heaviest words of those that most members have in the foremost places, with their weights."""
        shared = [(packed, term) for term, packed in self.totals.terms.items() if packed >= self.most]
        foremost = sorted(shared, reverse=True)[:FOREMOST_TERMS]  # by members, then by place
        heaviest = sorted([(self.weights[term], term) for _, term in foremost], reverse=True)[:CORE_TERMS]
        return {term: weight for weight, term in heaviest}

    def score_headline(self, key: str) -> LabelCandidate | None:
        """A short headline of the story with its score; None for one without a term."""
        members, surface, flags = _spelling(self.totals.headlines[key])
        shape = shape_of(key, HEADLINE, self.language)
        if not shape.terms:
            return None
        base = HEADLINE_FACTOR if self.n > 1 else HEADLINE_OF_ONE
        factor = base * AGREEMENT[members] / LENGTH_COST[shape.length]
        factor *= (SHORTENED_FACTOR if flags & CUT else 1.0) * (ASIDE_FACTOR if flags & ASIDE else 1.0)
        factor *= EVENTFUL_FACTOR if flags & EVENTFUL else 1.0
        weights, packed = self.weights, self.totals.terms
        shared = sum([weights[term] for term in shape.terms if packed.get(term, 0) >= self.most])
        weight = shared + UNSHARED * (self.weight(shape) - shared)
        return LabelCandidate(round(weight * factor / 256), surface, HEADLINE, shape)

    def weight(self, shape: Shape) -> int:
        """The weight of all the terms of a phrase."""
        weights = self.weights
        return sum([weights[term] for term in shape.terms])

    def rarity(self, shape: Shape) -> int:
        """The idf of the rarest term of a phrase, in 1/256."""
        rarities = self.rarities
        return max([rarities[term] for term in shape.terms])

    def with_event(self, candidates: list[LabelCandidate]) -> list[LabelCandidate]:
        """The best names again, each with the event that most members mention: "Gotthard tunnel" + "fire"."""
        events = sorted(self._events(), reverse=True) if self.n > 1 else []
        appended = (self._append(c, events) for c in candidates[:APPENDED_TO_FIRST] if self._takes_event(c))
        return [c for c in appended if c]

    def _events(self) -> list[tuple[int, str]]:
        totals = self.totals
        return [
            (self.weights[head], head)
            for head in self.events & totals.heads.keys()
            if totals.support(head) >= APPENDED_SUPPORT * totals.n
            and _mass(totals.heads[head]) >= APPENDED_WEIGHT * totals.n
        ]

    def _takes_event(self, candidate: LabelCandidate) -> bool:
        common = candidate.flags & BARE and self.rarity(candidate.shape) < APPENDED_RARITY
        return candidate.shape.takes_event and not common

    def _append(self, candidate: LabelCandidate, events: list[tuple[int, str]]) -> LabelCandidate | None:
        shape = candidate.shape
        weight, event = next((e for e in events if e[1] not in shape.terms), (0, ""))
        if not event:
            return None
        _, form = max(self.totals.heads[event])
        longer = shape._replace(terms=(*shape.terms, event), length=shape.length + 1, names_event=True)
        factor = (APPENDED_TO_NAME if candidate.flags & BARE else APPENDED) / LENGTH_COST[longer.length]
        score = round((self.weight(shape) + weight) * factor / 256)
        return LabelCandidate(score, f"{candidate.surface} {form}", candidate.flags, longer)


def _mass(forms: dict[tuple[int, str], int]) -> int:
    return sum(weight * members for (weight, _), members in forms.items())


def _spelling(spellings: dict[tuple[int, str, int], int]) -> tuple[int, str, int]:
    """How many members have a phrase; its spelling, from a body rather than a headline or a guess; its traits."""
    if len(spellings) == 1:
        ((_, surface, flags), members), *_ = spellings.items()
        return members, surface, flags
    some = all_ = next(iter(spellings))[2]
    for _, _, flags in spellings:
        some |= flags
        all_ &= flags
    best = min((flags & GUESSED, weight) for weight, _, flags in spellings)
    surface = max(surface for weight, surface, flags in spellings if (flags & GUESSED, weight) == best)
    return sum(spellings.values()), surface, some & TRAITS_OF_ANY | all_ & ~TRAITS_OF_ANY
