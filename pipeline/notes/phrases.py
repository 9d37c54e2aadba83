"""The phrases of phrases.yaml, found by the words that they begin with: one look in a dictionary for each word."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache, cached_property
from typing import Any

from pipeline.data_files import load_table
from pipeline.language.blocks import ANY
from pipeline.notes.fold import WORD, fold
from pipeline.notes.time_words import beginnings, small_words
from pipeline.notes.wordings import Lists, first_words, lists_of, pattern


class Act(StrEnum):
    """What a phrase does."""

    OTHER_EMBARGO = "none"  # it speaks of an embargo of something else
    NO_EMBARGO = "free"  # no embargo
    LABEL = "label"  # the rest of the line is addressed to editors
    EMBARGO = "embargo"
    HOLD = "hold"
    KILL = "kill"
    RELEASE = "release"
    CORRECTION = "correction"
    UPDATE = "update"
    PRIVATE = "private"


class CountsIn(StrEnum):
    """Where a phrase counts; in text that is addressed to editors every one does."""

    TEXT = "text"
    LINE = "line"
    COPY = "copy"
    TAG = "tag"
    SLUG = "slug"
    EDITORS = "editors"


CYRILLIC_O = "\u043e"  # no Russian text is without one
CYRILLIC = b"\xd0"  # nor without this byte of UTF-8, in whatever case
NOT_OF_NOTES = frozenset(
    ["topic", "against", "vague", "goods", "territory", "needles", "fine", "stems", "adv", "denial", "no_slip",
     "heading", "traded", "with_lift", "stands", "describes", "aspect", "shown", "asks", "cleared", "for_use",
     "expire", "corrects", "reports", "spans"]
)  # fmt: skip
FLAGS = ("capitals", "bare", "whole")  # phrases.yaml explains them


@dataclass(frozen=True)
class Phrase:
    """A wording in a language.  Its pattern is compiled when it is first asked for: about 1 ms."""

    act: Act
    counts: CountsIn
    wording: str
    language: str
    capitals: bool = False
    bare: bool = False
    whole: bool = False

    @cached_property
    def beginnings(self) -> tuple[tuple[str, frozenset[str] | None], ...]:
        """The words that it can begin with, each with those that can follow it; None for any."""
        return tuple(first_words(self.wording, lists_of_language(self.language)))

    @cached_property
    def seconds(self) -> Mapping[str, frozenset[str] | None]:
        """Each word that it can begin with, and those that can follow it; None for any."""
        found: dict[str, frozenset[str] | None] = {}
        for word, following in self.beginnings:
            known = found.get(word, frozenset())
            found[word] = None if following is None or known is None else known | following
        return found

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """For `match` on folded text."""
        return pattern(self.wording, lists_of_language(self.language), _times())


EVERY = frozenset(CountsIn)


@cache
def phrases(counts: frozenset[CountsIn] = EVERY) -> Mapping[str, tuple[Phrase, ...]]:
    """The phrases that count there, by each folded word that they can begin with."""
    if counts != EVERY:
        chosen = {word: tuple(one for one in each if one.counts in counts) for word, each in phrases(EVERY).items()}
        return {word: each for word, each in chosen.items() if each}
    found: dict[str, dict[Phrase, None]] = {}
    for phrase in every_phrase():
        for word, _ in phrase.beginnings:
            found.setdefault(word, {})[phrase] = None
    return {word: tuple(each) for word, each in found.items()}


@cache
def openings(counts: frozenset[CountsIn]) -> Mapping[str, frozenset[str] | None]:
    """The words that a phrase can begin with, each with those that can follow it; None for any."""
    found: dict[str, frozenset[str] | None] = {}
    for phrase in dict.fromkeys(phrase for each in phrases(counts).values() for phrase in each):
        for word, seconds in phrase.seconds.items():
            known = found.get(word, frozenset())
            found[word] = None if seconds is None or known is None else known | seconds
    return found


@cache
def words_in(name: str) -> frozenset[str]:
    """The single words of a list, in all languages: leads, articles, harmless words."""
    return frozenset(
        word
        for block in _words().values()
        for entry in block.get(name, "").split(",")
        for word in fold(entry).split()
    )


@cache
def entries(name: str) -> frozenset[str]:
    """The entries of a list, in all languages."""
    return frozenset(fold(entry).strip() for block in _words().values() for entry in block.get(name, "").split(","))


@cache
def one_word_entries(name: str) -> frozenset[str]:
    """The entries of a list that are one word, in all languages."""
    return frozenset(entry for entry in entries(name) if WORD.fullmatch(entry))


@cache
def known_words(language: str) -> frozenset[str]:
    """The single words of all lists of a language that belong to notes."""
    lists = (entries for name, entries in lists_of_language(language).items() if name not in NOT_OF_NOTES)
    return frozenset(word for entries in lists for entry in entries for word in WORD.findall(entry))


@cache
def lists_of_language(language: str) -> Lists:
    """The lists of a language, with those of all languages; folded."""
    common, own = _words()[ANY], _words().get(language, {})
    return lists_of({name: f"{own.get(name, '')},{common.get(name, '')}" for name in {**common, **own}})


@cache
def every_phrase() -> Sequence[Phrase]:
    """All phrases, in the order of the files."""
    document = _load("phrases.yaml")
    languages = [language for language in _words() if language != ANY]
    rows = [(row, language) for language in languages for row in document["templates"]]
    rows += [(row, language) for language, own in document["phrases"].items() for row in own]
    return [
        Phrase(
            Act(row["act"]),
            CountsIn(row["counts"]),
            wording,
            language,
            *(row.get(flag, False) for flag in FLAGS),
        )
        for row, language in rows
        for wording in row["wordings"]
        if all(name in lists_of_language(language) for name in re.findall(r"{(\w+)}", wording))
    ]


def needles_in(low: str, name: str) -> tuple[str, ...]:
    """The parts of words, of a list of words.yaml, that a text in lower case has: a cheap test, without folding."""
    plain, cyrillic = _needles(name)
    found = [needle for needle in plain if needle in low]
    return (*found, *(needle for needle in cyrillic if needle in low)) if CYRILLIC_O in low else tuple(found)


def may_have_needles(text: str) -> bool:
    """Whether a text in any case may have one of `needles` and one of `fine`: by its bytes, which is faster."""
    data = text.encode("utf-8", "replace").lower()
    found = [finer for needle, finer in _needles_in_bytes() if needle in data]
    return CYRILLIC in data or any(needle in data for finer in found for needle in finer)


@cache
def _needles_in_bytes() -> tuple[tuple[bytes, tuple[bytes, ...]], ...]:
    """The needles, each with those of `fine` that have it or are part of it."""
    fine = [needle.encode() for needle in _needles("fine")[0]]
    rough = [needle.encode() for needle in _needles("needles")[0]]
    return tuple((each, tuple(one for one in fine if each.strip() in one or one in each)) for each in rough)


@cache
def _needles(name: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Those of Latin letters, and those of Cyrillic ones."""
    needles = [needle.strip().replace("_", " ") for needle in _words()[ANY][name].split(",")]
    return tuple(each for each in needles if each < "\u0400"), tuple(each for each in needles if each >= "\u0400")


# An hour that cannot be a year: `0001`, `18:00`, `6 p.m.`, `18 Uhr`; `1900` and `2030` only before a zone.
_HOUR = (
    r"(?:0\d|1[0-8]|2[1-4])[0-5]\d(?!\d)|(?:19|20)[0-5]\d(?= ?(?:gmt|utc|h|hrs|uhr|cet|mez|est|et)\b)"
    r"|\d{1,2}[:.h]\d\d(?![.\d])"
    r"|\d{1,2} ?(?:h|uhr|uur|[ap]\.? ?m|hrs|hours|heures|horas|ore)\b|(?:kl|klokken|klockan)\W{1,2}\d{1,2}\b"
)


@cache
def _times() -> dict[str, str]:
    """The patterns of `@time` and `@hour`: after a few small words."""
    small = "|".join(sorted(small_words()))
    begins = "|".join(sorted(map(re.escape, beginnings()), key=len, reverse=True))
    before = rf"(?:(?:{small})[^\w;!?\n]{{1,4}}){{0,3}}"
    day = rf"\d{{1,2}}(?!\d)|\d{{4}}-\d|(?:{begins})(?![^\W_])"
    return {
        "@time": rf"{before}(?:{_HOUR}|{day})",
        "@hour": rf"(?:[^\W\d_]{{1,10}}[^\w;!?\n]{{1,4}}){{0,3}}?(?:{_HOUR})",
    }


@cache
def _words() -> Mapping[str, Mapping[str, str]]:
    found: Mapping[str, Mapping[str, str]] = _load("words.yaml")
    return found


def _load(name: str) -> Any:
    return load_table(__file__, name)
