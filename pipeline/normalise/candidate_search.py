"""Label candidates in noun phrases: their shorter ends, an event with what it is about, what somebody has."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from pipeline.language.event_words import ends_in_event, event_words
from pipeline.language.folding import fold_word
from pipeline.language.word_lists import WordLists
from pipeline.normalise.candidates import (
    BARE,
    COMPOUND,
    CUT,
    EVENT_OF,
    GUESSED,
    HAS_NAME,
    HAS_NOUN,
    HEADLINE_VERB,
    OWNED,
    PLACE,
    SETTING,
    VERBLIKE_INSIDE,
    Candidates,
)
from pipeline.normalise.chunks import (
    AFTER_NAME,
    CASE_UNKNOWN,
    IS_MODIFIER,
    IS_NAME,
    IS_NOUN,
    MEASURE,
    NEVER,
    VERBLIKE,
    AnnotatedWords,
    Chunk,
    joined,
)
from pipeline.normalise.tokens import HEADLINE, LEAD
from pipeline.normalise.viterbi import ADJECTIVE, NAME, NUMBER, PLURAL

CHUNK_WORDS_MAX = 6  # the last ones of a longer chunk
LINKED_WORDS_MAX = 7  # of a phrase out of two chunks
LINKED_LEFT_WORDS_MAX = 4  # before "of"
OWNED_WORDS_MAX = 6  # with the 's
NAMED_WORDS_MAX = 3  # of a name that an event noun may be appended to
COMPOUND_LETTERS_MIN = 9  # of a German noun that is a phrase by itself


class Link(NamedTuple):
    """How a chunk is linked to the next one."""

    next: Chunk
    bits: int  # of all words of the next one
    about: bool  # event + of/in/... + noun
    owns: bool  # name + 's + event


NO_LINK = Link(Chunk(0, 0), 0, about=False, owns=False)


class CandidateSearch:
    """Finds the candidates in the chunks of one text: events with their names, places that can take an event."""

    def __init__(self, words: AnnotatedWords, chunks: list[Chunk], lists: WordLists, language: str) -> None:
        self.words = words
        self.lists = lists
        self.language = language
        self.verbs = event_words(language).verbs
        self.found = Candidates()
        people = {words.low[chunk.end - 1] for chunk in chunks if self._is_person(chunk)}
        events = [self._is_event(chunk) and words.low[chunk.end - 1] not in people for chunk in chunks]
        for at, (chunk, event) in enumerate(zip(chunks, events, strict=True)):
            link = self._link(chunk, chunks[at + 1], event, events[at + 1]) if at + 1 < len(chunks) else NO_LINK
            if event or link is not NO_LINK or self._follows(chunk, self.lists.locative):
                self._collect(chunk, link, event)

    def _is_event(self, chunk: Chunk) -> bool:
        """Whether the last word of a phrase is an event; a German compound may end in one."""
        head, events = fold_word(self.words.low[chunk.end - 1]), self.lists.events
        return head in events or (self.language == "de" and self._is_compound(head) and ends_in_event(head, events))

    def _is_person(self, chunk: Chunk) -> bool:
        """Whether a name is a person's, be it a word for an event: "Mayor Denise Grant", "Grant said"."""
        start, end = chunk
        low, classes = self.words.low, self.words.classes
        if classes[end - 1] != NAME or low[end - 1] not in self.lists.events:
            return False
        titled = any(word in self.lists.offices or word in self.lists.people for word in low[start : end - 1])
        alone = end - start == 1 and not (start and low[start - 1] in self.lists.articles)
        return titled or (alone and end < len(low) and low[end][0].isalpha())

    def _is_compound(self, word: str) -> bool:
        return self.language == "de" and len(word) >= COMPOUND_LETTERS_MIN

    def _link(self, chunk: Chunk, following: Chunk, event: bool, event_follows: bool) -> Link:
        low, bits = self.words.low, self.words.bits
        gap = following.start - chunk.end
        if not 0 < gap < 3 or self.words.starts[following.start] or low[following.end - 1] in self.lists.weak:
            return NO_LINK
        joint = low[chunk.end]
        article = gap == 1 or low[chunk.end + 1] in self.lists.articles
        about = event and bool(bits[chunk.end - 1] & IS_NOUN) and joint in self.lists.prepositions and article
        owns = event_follows and joint == "'s" and gap == 1 and following.end - chunk.start <= OWNED_WORDS_MAX
        if not (about or owns):
            return NO_LINK
        beyond = _union(bits[following.start : following.end])
        return NO_LINK if beyond & NEVER else Link(following, beyond, about, owns)

    def _collect(self, chunk: Chunk, link: Link, event: bool) -> None:
        """The chunk's head if it is an event, and every candidate that begins in the chunk."""
        low, bits, classes = self.words.low, self.words.bits, self.words.classes
        last, head = low[chunk.end - 1], bits[chunk.end - 1]
        following = low[chunk.end] if chunk.end < len(low) else ""
        setting = SETTING if event and self._is_setting(chunk) else 0
        meaningful = last not in self.lists.weak and not last.isdigit()
        if event and not setting and head & IS_NOUN and meaningful and self.words.weights[chunk.start] >= LEAD:
            self.found.add_head(last, self.words.weights[chunk.start])
        person = head & IS_NOUN or last in self.lists.people or last in self.lists.offices
        alone = meaningful and not (following == "'s" and person)
        half = chunk.start > 0 and low[chunk.start - 1] == "'s" and classes[chunk.start] == NAME
        cut = CUT if following == "of" or half else 0  # "Eve party shooting" of "New Year's Eve party shooting"
        compound = COMPOUND if self._is_compound(last) else 0
        for start, inside in self._starts(chunk):
            single = chunk.end - start == 1
            flags = self._flags(start, chunk, inside) | setting
            wanted = event or (flags & PLACE and chunk.end - start <= NAMED_WORDS_MAX)
            if alone and wanted and (not single or classes[start] == NAME or compound):
                verb = HEADLINE_VERB if inside & AFTER_NAME or self._heads_a_clause(chunk) else 0
                self._add(start, chunk.end, flags | (compound if single else 0) | verb | cut)
            if link.about:
                self._add_about(start, chunk, flags, link)
            elif link.owns and start == chunk.start:
                self._add_owned(chunk, flags, link)

    def _heads_a_clause(self, chunk: Chunk) -> bool:
        """Whether the last noun of a phrase in a headline is a verb: "Militants storm", not "sanctions deal"."""
        words, head = self.words, chunk.end - 1
        if head == chunk.start or words.weights[head] != HEADLINE:
            return False
        after_plural = words.classes[head - 1] == PLURAL and words.low[head] in self.verbs
        return after_plural or (words.starts[chunk.start] and self._has_object(chunk))

    def _has_object(self, chunk: Chunk) -> bool:
        """Whether a form that may be a verb goes on with its object: "Vrandel statement disputes report"."""
        low, lists, end = self.words.low, self.lists, chunk.end
        if not self.words.bits[end - 1] & VERBLIKE or end == len(low) or not low[end][0].isalnum():
            return False
        return (
            low[end] not in lists.attached and low[end] not in lists.auxiliaries and low[end] not in lists.clauses
        )

    def _is_setting(self, chunk: Chunk) -> bool:
        """Whether the event of a phrase is only where or when another one happens."""
        occasion = self.words.low[chunk.end - 1] in self.lists.occasions
        return self._follows(chunk, self.lists.settings | (self.lists.beside if occasion else frozenset()))

    def _follows(self, chunk: Chunk, before: frozenset[str]) -> bool:
        """Whether a phrase follows one of these words, but for an article."""
        low, at = self.words.low, chunk.start - 1
        if at > 0 and low[at] in self.lists.articles:
            at -= 1
        return at >= 0 and low[at] in before

    def _starts(self, chunk: Chunk) -> Iterator[tuple[int, int]]:
        """Where a candidate may begin, from the head to the left, with the bits of its words."""
        classes, low, bits = self.words.classes, self.words.low, self.words.bits
        head, inside = chunk.end - 1, 0
        for start in range(head, max(chunk.start, chunk.end - CHUNK_WORDS_MAX) - 1, -1):
            inside |= bits[start] & ~VERBLIKE if start == head else bits[start]
            if inside & NEVER:
                return
            kind = classes[start]
            if start > chunk.start and kind == NAME == classes[start - 1]:
                continue  # cuts a name in two
            if start < head and classes[start + 1] == NAME and (kind == PLURAL or low[start] in self.lists.offices):
                continue
            if kind == NUMBER or (kind == ADJECTIVE and (start == head or self._after_article(start))):
                continue
            if MEASURE.match(low[start]) or self.words.inner[start] or self._is_predicate(start):
                continue  # "year-old girl" of "12 year-old girl", "Matter rally" of "'White Lives Matter' rally"
            yield start, inside

    def _is_predicate(self, start: int) -> bool:
        """Whether a participle says what became of so many: "3 hurt in shooting", "two hospitalized"."""
        low, lists = self.words.low, self.lists
        if not start or not lists.numerals or not (low[start - 1].isdigit() or low[start - 1] in lists.numerals):
            return False
        return low[start].endswith("ed") or low[start] in lists.predicates

    def _after_article(self, start: int) -> bool:
        """German: "umstrittene Paket" is inflected for the article before it, and is wrong without it."""
        return self.language == "de" and start > 0 and self.words.low[start - 1] in self.lists.articles

    def _flags(self, start: int, chunk: Chunk, inside: int) -> int:
        low = self.words.low[start]
        participle = self.language == "en" and low.endswith("ing") and self.words.classes[start] != NAME
        return (
            (HAS_NAME if inside & IS_NAME else 0)
            | (
                PLACE
                if inside & IS_NAME and start == chunk.start and self._follows(chunk, self.lists.locative)
                else 0
            )
            | (HAS_NOUN if self.words.bits[chunk.end - 1] & IS_NOUN else 0)
            | (BARE if not inside & (IS_NOUN | IS_MODIFIER) else 0)
            | (VERBLIKE_INSIDE if inside & VERBLIKE else 0)
            | (GUESSED if inside & CASE_UNKNOWN else 0)
            | (CUT if participle and fold_word(low) not in self.lists.events else 0)
        )

    def _add_about(self, start: int, chunk: Chunk, flags: int, link: Link) -> None:
        if start < chunk.end - LINKED_LEFT_WORDS_MAX or link.next.end - start > LINKED_WORDS_MAX:
            return
        name = HAS_NAME if link.bits & IS_NAME else 0
        guessed = GUESSED if link.bits & CASE_UNKNOWN else 0
        low, end = self.words.low, link.next.end
        cut = CUT if end < len(low) and low[end] in ("'s", "of") else 0  # half of "Cole's Place"
        kept = cut | flags & (CUT | VERBLIKE_INSIDE | HAS_NOUN | GUESSED | SETTING)
        self._add(start, end, kept | name | guessed | EVENT_OF)

    def _add_owned(self, chunk: Chunk, flags: int, link: Link) -> None:
        low, shown, (start, end) = self.words.low, self.words.shown, link.next
        noun = HAS_NOUN if self.words.bits[end - 1] & IS_NOUN else 0
        name = HAS_NAME if link.bits & IS_NAME else 0
        cut = CUT if end < len(low) and low[end] == "of" else 0
        key = " ".join(low[chunk.start : chunk.end] + low[start:end])
        surface = " ".join(shown[chunk.start : chunk.end]) + "'s " + " ".join(shown[start:end])
        guessed = GUESSED if link.bits & CASE_UNKNOWN else 0
        kept = flags & (CUT | VERBLIKE_INSIDE | HAS_NAME | GUESSED)
        weight = self.words.weights[chunk.start]
        self.found.add(key, surface, weight, kept | name | noun | guessed | OWNED | cut, chunk.start)

    def _add(self, start: int, end: int, flags: int) -> None:
        low, shown = self.words.low, self.words.shown
        self.found.add(" ".join(low[start:end]), joined(shown[start:end]), self.words.weights[start], flags, start)


def find_candidates(words: AnnotatedWords, chunks: list[Chunk], lists: WordLists, language: str) -> Candidates:
    """The candidates in the chunks of one text; `language` is a primary subtag."""
    return CandidateSearch(words, chunks, lists, language).found


def _union(bits: list[int]) -> int:
    union = 0
    for bit in bits:
        union |= bit
    return union
