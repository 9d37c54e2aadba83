"""Headlines without their tags, and what the tags say about the dispatch."""

from __future__ import annotations

import re
from typing import NamedTuple

from pipeline.copy.headline_tags import (
    CLOSING,
    NUMBERED,
    PREFIXES,
    SUFFIXES,
    Form,
    WordForms,
    forms_of,
    signals_of_words,
)
from pipeline.items import Signal
from pipeline.language import UND, Language
from pipeline.notes import read_tag

TAGS_MAX = 12  # a headline has four at most; what follows the twelfth stays in the headline
TAG_LENGTH_MAX = 60
EDGE_LENGTH = 160  # characters at either end that may hold a tag: no pattern sees more

URGENCY = {Signal.FLASH: 1, Signal.BULLETIN: 2, Signal.URGENT: 3}  # IPTC urgency; AP JSON's own mapping

_SLUG = re.compile(
    # In a headline flags or a colon must follow: `OILS/FATS STOCKS FALL` has no slug.
    r"(?P<slug>[A-Z][A-Z0-9]{1,20}(?:-[A-Z0-9]{1,20}){0,4}/[A-Z0-9-]{0,30})"
    r"(?: ?\((?P<flags>[^()]{2,90})\) ?:? ?|:(?! ?//) ?|$)"
)
# Any of them at once.
_PREFIX = re.compile("|".join(re.sub(r"\(\?P<\w+>", "(?:", form.pattern.pattern) for form in PREFIXES))


class Headline(NamedTuple):
    """A headline without its tags."""

    text: str
    tags: tuple[str, ...] = ()  # as written, in order
    signals: tuple[Signal, ...] = ()  # sorted, unique
    slug: str | None = None  # USA-WEATHER/

    @property
    def urgency(self) -> int | None:
        """1 flash, 2 bulletin, 3 urgent; None for the others."""
        return min((URGENCY[signal] for signal in self.signals if signal in URGENCY), default=None)


def clean(headline: str, numbered: bool = False, language: Language = UND) -> Headline:
    """The headline without its tags.  A headline that is nothing but tags keeps its last words.

    `numbered`: it may end with the number of its version.
    """
    words = forms_of(language.primary)
    slug, tags, signals = slug_flags(headline)
    text = headline[_slug_length(headline) :]
    text, prefixes = _peel(text, (*PREFIXES, *words.prefixes), words)
    in_brackets = words.suffixes if text.endswith(CLOSING) else ()
    text, suffixes = _peel(text, (*SUFFIXES, *in_brackets, *([NUMBERED] if numbered else [])))
    for tag, of_form in (*prefixes, *suffixes):
        tags = (*tags, tag)
        signals = (*signals, *(of_form or signals_of_words(tag)))
    if headline.startswith("/") and prefixes:
        text = text.removesuffix("/")  # `/CORRECTION -- Ferry Line Inc./`
    if not text.strip():
        text = headline
    return Headline(text.strip(), tags[:TAGS_MAX], tuple(sorted(set(signals))), slug)


def slug_flags(slugline: str) -> tuple[str | None, tuple[str, ...], tuple[Signal, ...]]:
    """Slug, flags and signals of `USA-WEATHER/ (UPDATE 1, PIX, CORRECTED)`; no slug if it has none."""
    match = _SLUG.match(slugline[:EDGE_LENGTH])
    if not match:
        return None, (), ()
    flags = tuple(flag.strip() for flag in (match["flags"] or "").split(",") if flag.strip())[:TAGS_MAX]
    return match["slug"], flags, tuple(sorted({signal for flag in flags for signal in signals_of_words(flag)}))


def is_slug(text: str) -> bool:
    """Whether the whole line is a slug, with its flags or without."""
    return len(text) <= EDGE_LENGTH and _SLUG.fullmatch(text) is not None


def flags(slugline: str) -> Headline:
    """The flags of a slugline as tags of a headline: `PORT-STRIKE/ (CORRECTED)`."""
    slug, tags, signals = slug_flags(slugline)
    return Headline("", tags, signals, slug)


def leading_signals(text: str) -> tuple[Signal, ...]:
    """The kill, hold or release that a paragraph begins with: `Please kill item …`."""
    tag = read_tag(text, titled=False)
    return tag.signals if tag else ()


def _slug_length(headline: str) -> int:
    match = _SLUG.match(headline[:EDGE_LENGTH])
    # A slug alone, with nothing after it, is all the headline that there is.
    return match.end() if match and headline[match.end() :].strip() else 0


def _peel(
    text: str, forms: tuple[Form, ...], listed: WordForms | None = None
) -> tuple[str, list[tuple[str, tuple[Signal, ...]]]]:
    """The text without the tags at one end, and the tags with their signals, from the outside in.

    `listed`, the forms of words, asks for the tags at the beginning; without it those at the end are taken off.
    """
    at_end = listed is None
    found: list[tuple[str, tuple[Signal, ...]]] = []
    while len(found) < TAGS_MAX:
        tag = None if at_end else read_tag(text)
        if tag:
            found.append((tag.text[:TAG_LENGTH_MAX], tag.signals))
            text = text[tag.end :].lstrip(" \t:.!–—-")
            continue
        edge = text[-EDGE_LENGTH:] if at_end else text[:EDGE_LENGTH]
        if listed and not _PREFIX.match(edge) and not listed.may_begin(edge):
            break  # nearly always
        matches = ((form, form.pattern.search(edge) if at_end else form.pattern.match(edge)) for form in forms)
        form, match = next(((form, match) for form, match in matches if match), (None, None))
        if form is None or match is None:
            break
        words = next((group for group in match.groups() if group), match[0])
        found.append((words.strip()[:TAG_LENGTH_MAX], form.signals))
        text = text[: len(text) - len(edge) + match.start()] if at_end else text[match.end() :].lstrip()
    return text, found
