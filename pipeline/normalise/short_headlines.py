"""The headline of an item as a label: without the site's name and without who says it, at most 60 characters.

One that is longer loses clauses from its end; if that is not enough, what is attached to its end; else words.
"""

from __future__ import annotations

import re

from pipeline.copy.event_words import event_words
from pipeline.copy.folding import fold_word
from pipeline.copy.word_lists import WordLists
from pipeline.features import Phrase, Trait
from pipeline.normalise.chunks import AnnotatedWords
from pipeline.normalise.tokens import HEADLINE, headline_spans
from pipeline.normalise.viterbi import OTHER

LABEL_CHARACTERS_MAX = 60
WORDS_MIN = 3  # a shorter headline is a rubric
CUT_CHARACTERS_MIN = 15  # what is left of a headline that was cut, if possible
SITE_WORDS_MAX = 5
SOURCE_WORDS_MAX = 3
REST_WORDS_MAX = 3  # after a mark, with it: too little to say anything

_DASH = re.compile(r"""\s+(?:[-|•·"]|::)\s+""")
_ENDS = " \t,;:-–—|/(["
_OPENED, _CLOSED = re.compile(r"(?<!\w)'(?=\w)"), re.compile(r"(?<=[\w.,!?])'(?!\w)")
_MARKS = frozenset(',;:.!?-|()[]"')
_ELLIPSIS = re.compile(r"(?:\.\.\.|…)\W*(?:$| [-|])")
_QUOTED = re.compile(r"""^["']|: ?["']|[?!]""")


def short_headline(headline: str, words: AnnotatedWords, lists: WordLists, language: str) -> Phrase | None:
    """The headline as a label, spelt as `words` show it; None where it has too few words.

    `words` begin with those of the headline.  Trait.CUT says that it does not end where it or a clause of it does.
    """
    text, spans = headline_spans(headline)
    spans = [span for span, weight in zip(spans, words.weights, strict=False) if weight == HEADLINE]
    cutter = _Cutter(_respelt(text, spans, words.shown), spans, words, lists)
    start, end, whole = cutter.range()
    low = words.low[start:end]
    if sum(word[0].isalnum() for word in low) < WORDS_MIN:
        return None
    surface = _unquoted(cutter.text[spans[start][0] : spans[end - 1][1]].strip(_ENDS))
    verbs = event_words(language).verbs
    eventful = any(word in verbs or fold_word(word) in lists.events for word in low)
    asks = low[0] in lists.asking or not lists.voices.isdisjoint(low) or "?" in words.low[start : len(spans)]
    aside = asks or _QUOTED.search(surface) or not (eventful or cutter.says(start, end))
    traits = (
        (Trait.HEADLINE, True),
        (Trait.CUT, not whole or _ELLIPSIS.search(headline)),
        (Trait.EVENTFUL, eventful),
        (Trait.ASIDE, aside),
    )
    key = " ".join(word for word in low if word[0].isalnum())
    flags = sum(trait.value for trait, holds in traits if holds)
    return Phrase(key, surface[0].upper() + surface[1:], HEADLINE, flags)


class _Cutter:
    """Finds the words of one headline that make a label.  A range ends before its second number."""

    def __init__(self, text: str, spans: list[tuple[int, int]], words: AnnotatedWords, lists: WordLists) -> None:
        self.text = text
        self.spans = spans
        self.words = words
        self.low = words.low
        self.lists = lists

    def range(self) -> tuple[int, int, bool]:
        """First word, end, and whether it ends where the headline or a clause of it does."""
        end = self._before_source(self._before_site())
        start = self._after_source(end)
        return (start, *self._short_enough(start, end))

    def says(self, start: int, end: int) -> bool:
        """Whether a word in it may be a verb."""
        lists, classes = self.lists, self.words.classes
        idle = lists.stop | lists.attached | lists.clauses
        return any(
            classes[at] == OTHER and self.low[at][0].isalpha() and self.low[at] not in idle
            for at in range(start, end)
        )

    def _before_site(self) -> int:
        """Where the name of a site begins: words with a capital behind a dash; else the end."""
        text, spans, low = self.text, self.spans, self.low
        for dash in _DASH.finditer(text):
            head = sum(start < dash.start() for start, _ in spans)
            tail = range(head, len(spans))
            small = [n for n in tail if text[spans[n][0]].islower() and low[n] not in self.lists.stop]
            if head > WORDS_MIN and (dash[0].strip() != "-" or (not small and len(tail) <= SITE_WORDS_MAX)):
                return head
        return len(spans)

    def _before_source(self, end: int) -> int:
        """Without ", police say" or ": reports" at the end."""
        low = self.low
        while end > WORDS_MIN and not low[end - 1][0].isalnum():
            end -= 1
        marks = [at for at in range(max(WORDS_MIN, end - 1 - SOURCE_WORDS_MAX), end - 1) if low[at] in ",:-"]
        return marks[-1] if marks and not self.lists.sources.isdisjoint(low[marks[-1] + 1 : end]) else end

    def _after_source(self, end: int) -> int:
        """Without "Police:", "Update:" or "LAPD:" at the beginning."""
        low, lists = self.low, self.lists
        colon = next((n for n in range(1, min(SOURCE_WORDS_MAX, end - WORDS_MIN)) if low[n] == ":"), 0)
        source = low[colon - 1] if colon else ""
        known = source in lists.sources or source in lists.weak or source in lists.people
        return colon + 1 if known or (colon == 1 and self.text[slice(*self.spans[0])].isupper()) else 0

    def _short_enough(self, start: int, end: int) -> tuple[int, bool]:
        """Where it ends so that it is short enough, and still says something."""
        if self._characters(start, end) <= LABEL_CHARACTERS_MAX:
            return end, True
        low, lists = self.low, self.lists
        fits = [n for n in range(start + WORDS_MIN, end) if self._characters(start, n) <= LABEL_CHARACTERS_MAX]
        clauses = [n for n in fits if low[n] in lists.clauses or low[n] in _MARKS]
        attached = [n for n in fits if low[n] in lists.attached]
        for places in (clauses, attached):
            for at in reversed(places):
                at = self._without_loose_end(start, at)
                if self._characters(start, at) >= CUT_CHARACTERS_MIN and self.says(start, at):
                    return at, places is clauses
        return self._without_loose_end(start, next((n for n in reversed(fits) if low[n] != "'s"), end)), False

    def _characters(self, start: int, end: int) -> int:
        return self.spans[end - 1][1] - self.spans[start][0]

    def _without_loose_end(self, start: int, end: int) -> int:
        """Without function words and marks at the end, and without a rest of a clause: ", months"."""
        low, idle = self.low, self.lists.stop | self.lists.attached
        marks = (n for n in range(max(start + WORDS_MIN, end - REST_WORDS_MAX), end) if low[n] in _MARKS)
        end = next(marks, end)
        while end > start + 1 and (not low[end - 1][0].isalnum() or low[end - 1] in idle):
            end -= 1
        return end


def _unquoted(text: str) -> str:
    """The text without quotation marks and brackets that are not closed in it."""
    text = text[: text.rindex("(")].rstrip(_ENDS) if text.count("(") > text.count(")") else text
    if text.count('"') % 2:
        text = text.replace('"', "")
    opened = _OPENED.findall(text)
    return _OPENED.sub("", text) if len(opened) > len(_CLOSED.findall(text)) else text


def _respelt(text: str, spans: list[tuple[int, int]], shown: list[str]) -> str:
    """The headline with each word as a label shows it."""
    parts, at = [], 0
    for (start, end), word in zip(spans, shown, strict=False):
        parts += [text[at:start], word if len(word) == end - start else text[start:end]]
        at = end
    return "".join((*parts, text[at:]))
