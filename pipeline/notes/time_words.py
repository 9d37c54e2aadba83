"""The words of a time in each language (times.yaml), each with what it can be."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

from pipeline.data_files import load_table
from pipeline.language.blocks import ANY, language_blocks
from pipeline.notes.fold import fold
from pipeline.notes.time_tokens import Meanings
from pipeline.notes.zones import places, zone_names

# What a word can be, as a letter each for the rules of `times`.
WEEKDAY, MONTH, PART, HOURS, O_CLOCK, AT, NOON, MIDNIGHT, TODAY, TOMORROW, TIME, SMALL = "wmphoaqieutx"
DAYS = frozenset({WEEKDAY, MONTH, NOON, MIDNIGHT, TODAY, TOMORROW, PART})  # when, not only how it is written
PLAIN = {
    "hours": HOURS, "o_clock": O_CLOCK, "at": AT, "noon": NOON, "midnight": MIDNIGHT, "today": TODAY,
    "tomorrow": TOMORROW, "time": TIME, "small": SMALL,
}  # fmt: skip


@cache
def lexicons() -> Mapping[str, Mapping[str, Meanings]]:
    """For each language: folded word -> what it can be."""
    blocks: dict[str, dict[str, Any]] = load_table(__file__, "times.yaml")
    common = blocks.pop(ANY)
    return {language: _lexicon(language, block, common) for language, block in blocks.items()}


def beginnings() -> frozenset[str]:
    """The words that a time may begin with, in any language."""
    wanted = {WEEKDAY, MONTH, NOON, MIDNIGHT, TODAY, TOMORROW, AT}
    return frozenset(
        word
        for words in lexicons().values()
        for word, meanings in words.items()
        if wanted & set(meanings) and len(word) > 2
    )


@cache
def time_words() -> frozenset[str]:
    """All words of a time, in any language, and of the names of zones."""
    return frozenset((*names_of_zones(), *(word for lexicon in lexicons().values() for word in lexicon)))


@cache
def names_of_zones() -> frozenset[str]:
    """The words of the names of zones and places."""
    return frozenset(word for table in (zone_names(), places()) for name in table for word in name.split())


@cache
def day_words() -> frozenset[str]:
    """The words that say when: weekdays, months, `noon`, `tomorrow`."""
    return frozenset(word for words in lexicons().values() for word, found in words.items() if DAYS & set(found))


@cache
def telling_time_words() -> frozenset[str]:
    """Those that have a meaning of their own."""
    return time_words() - small_words()


def small_words() -> frozenset[str]:
    """The words without a meaning of their own, in any language."""
    return frozenset(word for words in lexicons().values() for word, found in words.items() if SMALL in found)


def _lexicon(language: str, block: Mapping[str, Any], common: Mapping[str, Any]) -> Mapping[str, Meanings]:
    found: dict[str, dict[str, Any]] = {}

    def add(words: str, letter: str, value: Any) -> None:
        for word in words.split():
            found.setdefault(fold(word), {})[letter] = value

    months = block.get("months") or language_blocks()[language]["months"]
    for number, words in enumerate(months, start=1):
        add(words, MONTH, number)
    for number, words in enumerate(block["weekdays"]):
        add(words, WEEKDAY, number)
    for each in (common, block):
        for part, words in each.get("parts", {}).items():
            add(words, PART, part)
        for name, letter in PLAIN.items():
            add(each.get(name, ""), letter, None)
    return found
