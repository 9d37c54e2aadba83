"""The headline of an item as a label: without the site's name and without who says it, at most 60 characters.

One that is longer loses clauses from its end; if that is not enough, what is attached to its end; else words.
"""

from __future__ import annotations

import re

from pipeline.features import Phrase, Trait
from pipeline.language.event_words import event_words
from pipeline.language.folding import fold_word
from pipeline.language.word_lists import WordLists, word_lists
from pipeline.normalise.chunks import AnnotatedWords
from pipeline.normalise.headline_cuts import (
    CUT,
    FRAGMENT,
    LABEL_CHARACTERS_MAX,
    OPENED,
    TERM_QUOTED,
    WORDS_MIN,
    HeadlineCutter,
    is_open,
)
from pipeline.normalise.tokens import HEADLINE, Tokens

_ENDS = " \t,;:-–—|/(["
# The bits of features.Trait as plain integers, as in candidates.
WHOLE, EVENTFUL, ASIDE = Trait.HEADLINE.value, Trait.EVENTFUL.value, Trait.ASIDE.value
GOES_ON = "…"  # ends a label that was cut where no part of the headline ends
_UNITS = frozenset("%€°")  # written behind a figure, no words
_ELLIPSIS = re.compile(r"(?:\.\.\.|…)\W*(?:$| [-|])")
_QUOTED = re.compile(r"""^["']|: ?["']|[?!]""")


def short_headline(tokens: Tokens, words: AnnotatedWords, language: str) -> Phrase | None:
    """The headline as a label, spelt as `words` show it; None where it has too few words.

    Trait.CUT says that it does not end where it or a clause of it does.
    """
    if not tokens.spans:
        return None
    spans, lists = tokens.spans, word_lists(language)
    cutter = HeadlineCutter(_respelt(tokens.headline, spans, words.shown), spans, words, language)
    start, end, cut = cutter.label_range()
    low = words.low[start:end]
    if sum(word[0].isalnum() for word in low) < WORDS_MIN or cutter.characters(start, end) > LABEL_CHARACTERS_MAX:
        return None
    surface = _unquoted(" ".join(_written(cutter.text, spans[start][0], spans[end - 1][1]).strip(_ENDS).split()))
    verbs = event_words(language).verbs
    eventful = any(word in verbs or fold_word(word) in lists.events for word in low)
    is_opinion = _is_opinion(surface, low, words.low[:start], words.low[start : len(spans)], lists)
    aside = is_opinion or not (eventful or cutter.says(start, end))
    goes_on = cut == FRAGMENT and not cutter.is_bound(end)
    traits = (
        (WHOLE, True),
        (CUT, cut or _ELLIPSIS.search(tokens.headline)),
        (EVENTFUL, eventful and not goes_on),
        (ASIDE, aside or cut == FRAGMENT),
    )
    key = " ".join(word for word in low if word[0].isalnum())
    if goes_on:
        surface, key = surface[: LABEL_CHARACTERS_MAX - 1] + GOES_ON, f"{key} {GOES_ON}"
    flags = sum(trait for trait, holds in traits if holds)
    at = int(surface[0] in "\"'")
    return Phrase(key, surface[:at] + surface[at : at + 1].upper() + surface[at + 1 :], HEADLINE, flags)


def _written(text: str, first: int, last: int) -> str:
    """The text of the words from `first` to `last`, with the marks that belong to them."""
    first -= text[first - 1 : first] == "'"  # the mark before it belongs to its first word
    last += text[last : last + 1] in _UNITS
    last += text[last : last + 1] == "'" and is_open(text[first:last])
    return text[first:last]


def _is_opinion(surface: str, low: list[str], before: list[str], behind: list[str], lists: WordLists) -> bool:
    """Whether it asks, judges, quotes, or is a column; `before`: the words above it; `behind`: those from it on."""
    asks = low[0] in lists.asking or not lists.voices.isdisjoint(low) or "?" in behind
    judges = not lists.judging.isdisjoint(low) and lists.saying.isdisjoint(low) and ":" not in low
    is_column = not lists.opining.isdisjoint(before)
    is_quoted = _QUOTED.search(surface) is not None and not TERM_QUOTED.match(surface)
    return asks or judges or is_column or is_quoted


def _unquoted(text: str) -> str:
    """The text without quotation marks and brackets that are not closed in it."""
    if text.count("(") > text.count(")"):
        before, _, behind = text.rpartition("(")
        text = before.rstrip(_ENDS) if any(map(str.isalnum, before)) else behind
    if text.count('"') % 2:
        text = text.replace('"', "")
    opened = [mark.start() for mark in OPENED.finditer(text)]
    if not opened:
        return text.replace("':", ":")
    return text[: opened[-1]] + text[opened[-1] + 1 :] if is_open(text) else text


def _respelt(text: str, spans: list[tuple[int, int]], shown: list[str]) -> str:
    """The headline with each word as a label shows it."""
    parts, at = [], 0
    for (start, end), word in zip(spans, shown, strict=False):
        parts += [text[at:start], word if len(word) == end - start else text[start:end]]
        at = end
    return "".join((*parts, text[at:]))
