"""Texts that make a regular expression run away, if it can: its own beginnings over and over."""

from __future__ import annotations

import gc
import re
import re._constants as codes  # type: ignore[import-not-found] # no public way leads to a pattern's grammar
import re._parser as parser  # type: ignore[import-not-found]
import time
from collections.abc import Callable, Iterator
from random import Random
from typing import Any, NamedTuple

SIZE = 2_000
SCREEN_SECONDS = 0.002  # a text that takes no longer at twice SIZE needs no second look: 500 ns a character
# What is exponential is seen at the first size that takes so long: in small steps, so that this is no minute.
FEW, FEW_SECONDS = range(16, 44, 4), 0.05
TRIES = 3  # of what seems to run away: other work only ever adds time
CUTS_MAX = 10
# Beginnings that parsers and copy rules know.
UNITS = (
    "a", "A", "1", " ", "\n", "\t", "a ", "A. ", "a,", "a/", "A-", "-", "=", "<", "<a ", "<!--", "&", "&a;", '"',
    "'", "(", "(a", "[", "{", "\\", "?", ": ", "By A ", "(Reporting by A", "Oslo, ", "\u2013 ", "\xe9", "a:1",
    "\x01", "\x1f",
)  # fmt: skip
SAMPLES = "a A.1-x(\xe9\n~"
CATEGORIES = {
    codes.CATEGORY_DIGIT: "1", codes.CATEGORY_WORD: "a", codes.CATEGORY_SPACE: " ",
    codes.CATEGORY_NOT_DIGIT: "a", codes.CATEGORY_NOT_WORD: " ", codes.CATEGORY_NOT_SPACE: "a",
}  # fmt: skip


class Attack(NamedTuple):
    """A text: its head, then the unit over and over, then an end that fits nothing."""

    head: str
    unit: str

    def text(self, size: int) -> str:
        return (self.head + self.unit * (size // len(self.unit) + 1))[:size] + "\0!"


def attacks(pattern: re.Pattern[Any]) -> Iterator[Attack]:
    """Every UNIT, and what the pattern itself begins with, up to each of its places."""
    yield from (Attack("", unit) for unit in UNITS)
    source = pattern.pattern if isinstance(pattern.pattern, str) else pattern.pattern.decode("latin-1")
    tree = parser.parse(source, pattern.flags if isinstance(pattern.pattern, str) else 0)
    found: set[Attack] = set()
    for repeats in (1, 2, 4):
        text = _example(tree, Random(repeats), repeats)[:100]
        for end in range(1, len(text) + 1, max(1, len(text) // CUTS_MAX)):
            found |= {Attack(text[:end], unit) for unit in (text[:end], text[max(0, end - 3) : end], text[end - 1])}
            found.add(Attack("", text[:end]))
    yield from sorted(found)


def runs_away(search: Callable[[Any], object], attack: Attack, encode: bool) -> bool:
    """Whether four times the text takes far more than four times as long, or a few characters an age.

    The steps of a search cannot be counted: the best of some tries is compared with the best.
    """

    def seconds(size: int) -> float:
        text = attack.text(size)
        data = text.encode() if encode else text
        gc.disable()  # it would walk all that other tests left behind
        try:
            began = time.process_time()
            search(data)
            return time.process_time() - began
        finally:
            gc.enable()

    if any(all(seconds(size) > FEW_SECONDS for _ in range(TRIES)) for size in FEW):
        return True  # exponential: a longer text would never end
    if seconds(2 * SIZE) < SCREEN_SECONDS:
        return False
    short = min(seconds(2 * SIZE) for _ in range(TRIES))
    return all(seconds(8 * SIZE) > 8 * short for _ in range(TRIES))  # quadratic: 16 times


def _example(tree: Any, dice: Random, repeats: int) -> str:
    """A text that the pattern matches, or nearly: look-behinds are passed over."""
    return "".join(_of_code(code, value, dice, repeats) for code, value in tree)


def _of_code(code: Any, value: Any, dice: Random, repeats: int) -> str:
    if code is codes.LITERAL:
        return chr(value)
    if code in (codes.ANY, codes.NOT_LITERAL):
        return "a" if value != ord("a") else "b"
    if code is codes.IN:
        return _of_set(value, dice)
    if code is codes.BRANCH:
        return _example(dice.choice(value[1]), dice, repeats)
    if code in (codes.MAX_REPEAT, codes.MIN_REPEAT, codes.POSSESSIVE_REPEAT):
        least, most, inner = value
        return "".join(_example(inner, dice, repeats) for _ in range(min(most, least + repeats)))
    if code is codes.SUBPATTERN:
        return _example(value[3], dice, repeats)
    if code is codes.ATOMIC_GROUP:
        return _example(value, dice, repeats)
    return _example(value[1], dice, repeats) if code is codes.ASSERT and value[0] > 0 else ""


def _of_set(members: Any, dice: Random) -> str:
    if members[0][0] is codes.NEGATE:
        return next((sample for sample in SAMPLES if not any(_holds(member, sample) for member in members)), "~")
    code, value = dice.choice(members)
    if code is codes.RANGE:
        return chr(dice.randint(*value))
    return chr(value) if code is codes.LITERAL else CATEGORIES[value]


def _holds(member: Any, sample: str) -> bool:
    code, value = member
    if code is codes.CATEGORY:
        return CATEGORIES[value] == sample
    return bool(code is codes.LITERAL and chr(value) == sample) or (
        code is codes.RANGE and value[0] <= ord(sample) <= value[1]
    )
