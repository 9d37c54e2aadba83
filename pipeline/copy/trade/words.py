"""The words of trade.yaml, and what a word is in a line about the copy.

The lists of all languages are one: the copy of one agency quotes the furniture of another.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from functools import cache, lru_cache

from pipeline.copy.names import is_capital
from pipeline.copy.stamps import is_of_stamp
from pipeline.data_files import load_table
from pipeline.language.blocks import FUNCTION_WORDS
from pipeline.values.agencies import agency_named, names_beyond_latin

STEM_LENGTH_MIN = 2
WORDS_CACHED = 20_000
UNCUT_NAME_MAX = 4  # letters of a name in a script without blanks
_FIGURES = "0123456789"
_SEPARATORS = re.compile(
    r"[\s,;:：，；/|()\[\]{}<>‹›【】（）《》•·◎▶☎■●□◆#&*=_+®™©–—،؛、。।»]+|[-.](?=\s|$)|(?<=\s)[-.]|^[-.]+"
)
_CODE = re.compile(r"(?=.*\d)[A-Z]{2,4}[A-Z0-9]{4,12}")
_UNCUT = re.compile(r"[\u3041-\u30ff\u3400-\u9fff]")


@cache
def trade_words(name: str) -> frozenset[str]:
    """The words of this row in all languages, folded."""
    rows: dict[str, dict[str, str]] = load_table(__file__, "trade.yaml")
    return frozenset(
        word.replace("_", " ").casefold() for row in rows.values() for word in row.get(name, "").split()
    )


@dataclass(frozen=True, slots=True)
class _Vocabulary:
    """Words, and the stems of others."""

    words: frozenset[str]
    stems: frozenset[str]

    def has(self, word: str) -> bool:
        """Whether it is one of the words, or begins with one of the stems."""
        return word in self.words or any(word[:n] in self.stems for n in range(STEM_LENGTH_MIN, len(word) + 1))


@cache
def _vocabulary(name: str) -> _Vocabulary:
    every = trade_words(name)
    return _Vocabulary(
        frozenset(word for word in every if not word.endswith("*")),
        frozenset(word[:-1] for word in every if word.endswith("*")),
    )


def has_word(name: str, folded: str) -> bool:
    """Whether a word of the text is of this row."""
    return any(map(_vocabulary(name).has, words_of(folded)))


@cache
def _small() -> frozenset[str]:
    return (FUNCTION_WORDS | trade_words("small") | trade_words("along")) - trade_words("speech")


@cache
def along_at_end() -> re.Pattern[str]:
    """The end of a line that names who helped: `… avec AFP`."""
    return re.compile(rf"(?:^|\s)(?:{'|'.join(sorted(trade_words('along')))})\s\S{{2,30}}(?:\s\S{{2,30}}){{0,3}}$")


@cache
def phrases(name: str) -> re.Pattern[str]:
    """Any of the phrases of this row, folded, as whole words."""
    listed = sorted(trade_words(name), key=len, reverse=True)
    # Not `\b`: a Devanagari word may end with a mark, which is no letter.
    return re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, listed))})(?!\w)")


@cache
def _phrases_by_first_word(name: str) -> dict[str, tuple[tuple[str, ...], ...]]:
    """The phrases of this row by their first word, the longest first."""
    found: dict[str, list[tuple[str, ...]]] = {}
    for phrase in sorted(trade_words(name), key=len, reverse=True):
        first, *rest = phrase.split()
        found.setdefault(first, []).append(tuple(rest))
    return {first: tuple(each) for first, each in found.items()}


def phrase_length(name: str, parts: list[str]) -> int:
    """How many of the words that a line goes on with are a phrase of this row."""
    for rest in _phrases_by_first_word(name).get(parts[0].casefold(), ()) if parts else ():
        if tuple(word.casefold() for word in parts[1 : len(rest) + 1]) == rest:
            return len(rest) + 1
    return 0


@cache
def _words_of_phrases() -> frozenset[str]:
    return frozenset(word for name in ("calls", "idioms") for each in trade_words(name) for word in each.split())


def is_of_phrase(word: str) -> bool:
    """Whether a word of a story is in a phrase of the trade, too: `he` in `he can be reached`."""
    return word.casefold() in _words_of_phrases()


@cache
def _says_of_copy() -> tuple[frozenset[str], re.Pattern[str]]:
    pattern = re.compile(rf"(?:{phrases('own').pattern}) (?:{phrases('became').pattern})")
    return frozenset(each.partition(" ")[0] for each in trade_words("own")), pattern


def begins_with_copy(folded: str) -> bool:
    """Whether the text begins with the copy: `this story`."""
    return folded.partition(" ")[0] in _says_of_copy()[0] and phrases("own").match(folded) is not None


def says_of_copy(folded: str) -> bool:
    """Whether the text begins with the copy and what became of it: `this story has been updated`."""
    first_words, pattern = _says_of_copy()
    return folded.partition(" ")[0] in first_words and pattern.match(folded) is not None


class WordKind(StrEnum):
    """What a word is; down to SMALL by the lists, the others by how it is spelt."""

    TRADE = "trade"
    RIGHTS = "rights"
    GRANT = "grant"
    PLACE = "place"
    SMALL = "small"
    NUMBER = "number"
    NAME = "name"
    CASELESS = "caseless"
    OTHER = "other"


OF_LABELS = frozenset({WordKind.TRADE, WordKind.RIGHTS, WordKind.GRANT, WordKind.SMALL, WordKind.NUMBER})
_KINDS = {  # of the words of a row, the first that has one
    "rights": WordKind.RIGHTS,
    "grants": WordKind.GRANT,
    "places": WordKind.PLACE,
    "words": WordKind.TRADE,
}
_OF_COMPOUNDS = OF_LABELS | {WordKind.PLACE}


def is_code(word: str) -> bool:
    """Whether it is the code of a share or of a message: DE0000000001."""
    return _CODE.fullmatch(word) is not None


def _is_first_name(spelt: str) -> bool:
    """Whether it is spelt otherwise than the agency that it would be in capitals: Mia, Ana."""
    return spelt.istitle() and agency_named(spelt.upper()) is not None and agency_named(spelt) is None


def is_of_trade(text: str) -> bool:
    """Whether one of its words is of the trade."""
    return any(kind_of(word) is WordKind.TRADE for word in words_of(text))


def fold_dotted(text: str) -> str:
    """The text without case; the Turkish `İ` is an `i`, and not an `i` and a dot."""
    return text.casefold() if text.isascii() else text.casefold().replace("i\u0307", "i")


def is_uncut(text: str) -> bool:
    """Whether the text has letters of Han or kana, which are written without blanks."""
    return not text.isascii() and _UNCUT.search(text) is not None


@cache
def _pieces() -> re.Pattern[str]:
    """The words of such scripts, the longest first."""
    rows = ("words", "rights", "grants", "small", "own", "pictures")
    listed = {word for row in rows for word in trade_words(row)} | names_beyond_latin()
    return re.compile("|".join(sorted(filter(is_uncut, listed), key=len, reverse=True)))


def _cut(part: str) -> list[str]:
    """The part cut into known words and what is between them, if it is written without blanks."""
    if not is_uncut(part):
        return [part]
    found, end = list[str](), 0
    for word in _pieces().finditer(part):
        found += [part[end : word.start()], word[0]]
        end = word.end()
    return [piece for piece in (*found, part[end:]) if piece]


def words_of(text: str) -> list[str]:
    """The words of a line, without what is between them."""
    return [piece for part in _SEPARATORS.split(text) if part for piece in _cut(part)]


@lru_cache(WORDS_CACHED)
def kind_of(part: str) -> WordKind:
    """What the word is, as it is spelt."""
    spelt = part.strip("'’.?!\"“”„«»")
    word = fold_dotted(spelt)
    if not word:
        return WordKind.SMALL
    if word in trade_words("speech"):
        return WordKind.OTHER
    for row, kind in _KINDS.items():
        if _vocabulary(row).has(word):
            return kind
    if word in _small():
        return WordKind.SMALL
    if (
        word[0].isdigit()
        or is_code(spelt)
        or (is_of_stamp(word.rstrip(_FIGURES) or word) and not _is_first_name(spelt))
    ):
        return WordKind.NUMBER
    if word[0].isalpha() and not (spelt[0].isupper() or spelt[0].islower()):
        unknown = len(word) > UNCUT_NAME_MAX and is_uncut(word)
        return WordKind.OTHER if unknown else WordKind.CASELESS
    if "-" in word and all(kind_of(each) in _OF_COMPOUNDS or agency_named(each) for each in word.split("-")):
        return WordKind.TRADE
    return WordKind.NAME if is_capital(spelt[0]) or len(word) == 1 else WordKind.OTHER
