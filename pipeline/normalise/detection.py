"""The language of an item: declared first, detected second (docs/design/newswire.md#libraries).

py3langid detects it (naive Bayes on byte n-grams): about 0.05 ms, pure, and often wrong on short texts.  So it is
used without a declaration, with a confidence of CONFIDENCE_MIN or more; and against one only where it is as good as
certain, of a body long enough, and of a language that it does not take for the declared one (ALIKE).
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any, NamedTuple

from pipeline.language import UND, Language
from pipeline.language.blocks import words_by_language

# Measured on 600 English articles: of the first 8 words 76 % are detected, of 12 93 %, of 20 99.5 %; none wrongly.
# With function words of what it guesses less will do: of 2,904 the first 4 words show it of 60 %, not 29 %; of 9
# wrongly.
CONFIDENCE_MIN = 0.50
CHARACTERS_MAX = 1_000  # of text looked at
# Against a declaration, or beside the language of the beginning; in another script less will do, in a headline
# more is needed.  Of 8,564 English articles of five streams none has a warning.
CERTAIN_MIN, OTHER_SCRIPT_MIN, HEADLINE_CERTAIN_MIN = 0.97, 0.7, 0.995
SAMPLE_CHARACTERS = 200
SAMPLE_LETTERS_MIN = 100  # of a sample of the body; a table has fewer
HEADLINE_LETTERS_MIN = 30
LATIN_END, EAST_BEGINS = "\u0370", "\u2e80"  # signs below are Latin; from here on Chinese, Japanese, Korean
OF_THE_EAST = frozenset({"zh", "ja", "ko"})
EAST_MIN = 0.2  # share of their signs in text of theirs, beside names and numbers
# Shares of function words that show the language expected, and another one: English has .4, German .07 of English.
OWN_WORDS_MIN, OTHERS_WORDS_MIN = 0.2, 0.3
OWN_WORDS_SURE = 0.3  # nothing else is looked at: most articles stop here
MORE_WORDS_MIN = 0.1  # so much more than of the one expected: `de` is Dutch and French
OTHERS_WORDS_OF_MIN = 10  # words: `in` and `state` are Italian too

# Languages that the model, or whoever declares them, takes for one another.
WRITTEN_AS = {"wuu": "zh", "yue": "zh"}  # spoken: news in Chinese is Mandarin
ALIKE = tuple(
    frozenset(group.split())
    for group in (
        "da no nb nn sv",
        "hr sr bs sl sh me mk bg",
        "cs sk",
        "id ms jv",
        "es gl ca pt an oc",
        "it co la eo mt",
        "ru uk be bg mk sr kk ky mn",
        "nl af fy li",
        "de lb als gsw",
        "hi mr ne sa",
        "ar fa ur ps ku",
        "zh ja ko yue",
        "fr wa br oc",
        "ga gd cy en",
    )
)
# Languages of which short texts look the same, and which of them an agency of the country writes.
AT_HOME = {"RS": "sr", "HR": "hr", "DK": "da", "NO": "no", "ID": "id", "MY": "ms", "CZ": "cs", "SK": "sk"}
LOOKS_SAME = tuple(frozenset(group.split()) for group in ("hr sr bs sh", "da no nb nn", "id ms jv", "cs sk"))
_OWN_WORDS = words_by_language("functions")
# Where in an int the function words of a language are counted: a sample has fewer words than COUNT_MAX, for it is
# SAMPLE_CHARACTERS long, or a headline within its limit.
COUNT_BITS = 24
COUNT_MAX = (1 << COUNT_BITS) - 1
_PLACES = {primary: COUNT_BITS * number for number, primary in enumerate(_OWN_WORDS)}


class LanguageFound(NamedTuple):
    """The language of an item, and what does not agree with it."""

    language: Language
    warnings: tuple[str, ...] = ()


def find_language(declared: Language, headline: str, body: str, country: str = "") -> LanguageFound:
    """The language of the body if it is certainly not the declared one; else that; else the one detected.

    `country`: that of the agency; it decides between languages that look the same.  A warning says so, and where
    the body ends, or the headline is, in another language: one payload may have the same text in two.
    """
    language = declared if declared.known else _at_home(language_of(declared, f"{headline}\n{body}"), country)
    if not language.known:
        return LanguageFound(language)
    warnings = []
    begins = _other(body[:SAMPLE_CHARACTERS], SAMPLE_LETTERS_MIN, CERTAIN_MIN, language)
    if begins and declared.known:
        warnings.append(f"language: {declared} declared, the body is {begins}")
    language = begins or language
    warnings += _elsewhere(language, headline, body)
    return LanguageFound(language, tuple(warnings))


def _at_home(detected: Language, country: str) -> Language:
    """The language that an agency of the country writes, if it looks the same as the one detected."""
    own = AT_HOME.get(country, "")
    alike = own != detected.primary and any({own, detected.primary} <= group for group in LOOKS_SAME)
    return Language.of(own) if alike else detected


def _elsewhere(language: Language, headline: str, body: str) -> Iterator[str]:
    """What is in another language than the beginning of the body."""
    if len(body) >= 2 * SAMPLE_CHARACTERS and (
        ends := _other(body[-SAMPLE_CHARACTERS:], SAMPLE_LETTERS_MIN, CERTAIN_MIN, language)
    ):
        yield f"language: the body begins in {language} and ends in {ends}"
    if body and (other := _other(headline, HEADLINE_LETTERS_MIN, HEADLINE_CERTAIN_MIN, language)):
        yield f"language: the body is {language}, the headline {other}"


def _other(sample: str, letters_min: int, certain_min: float, language: Language) -> Language | None:
    """The language that the sample certainly is in, if it is another one."""
    words = sample.lower().split()
    counts = sum(filter(None, map(_counted().get, words)))  # of every language's words at once
    own = _share(counts, language.primary, words)
    if own >= OWN_WORDS_SURE:
        return None
    letters = [sign for sign in sample if sign.isalpha()]
    east = sum(sign >= EAST_BEGINS for sign in letters)
    if len(letters) + 2 * east < letters_min:  # a sign of Chinese is a syllable
        return None
    if language.primary in OF_THE_EAST and east >= EAST_MIN * len(letters):
        return None
    share, best = max((_share(counts, primary, words), primary) for primary in _OWN_WORDS)
    if own >= OWN_WORDS_MIN and share < own + MORE_WORDS_MIN:
        return None
    if share < max(OTHERS_WORDS_MIN, own + MORE_WORDS_MIN) or len(words) < OTHERS_WORDS_OF_MIN:
        latin = sum(sign < LATIN_END for sign in letters) * 2 > len(letters)
        best = _certain(sample, certain_min if latin else OTHER_SCRIPT_MIN) or UND.tag
    found = Language.of(best)
    return found if found.known and not _are_alike(found.primary, language.primary) else None


def _share(counts: int, primary: str, words: list[str]) -> float:
    """The share of function words of the language: cheaper than the model, and surer."""
    place = _PLACES.get(primary)
    return (counts >> place & COUNT_MAX) / len(words) if words and place is not None else 0.0


@cache
def _counted() -> dict[str, int]:
    """Each function word with a one in the place of each of its languages."""
    found: dict[str, int] = {}
    for primary, place in _PLACES.items():
        for word in _OWN_WORDS[primary]:
            found[word] = found.get(word, 0) | 1 << place
    return found


def _certain(sample: str, certain_min: float) -> str | None:
    """The language that the model is as certain of."""
    tag, confidence = _identifier().classify(sample)
    return str(tag) if confidence >= certain_min else None


def _are_alike(one: str, other: str) -> bool:
    return one == other or any(one in group and other in group for group in ALIKE)


def language_of(declared: Language, text: str) -> Language:
    """The language declared, else the one detected; else `und`."""
    sample = text[:CHARACTERS_MAX]
    if declared.known or not sample:
        return declared
    found, confidence = _identifier().classify(sample)
    tag = WRITTEN_AS.get(found, found)
    if confidence < CONFIDENCE_MIN and tag in WRITTEN_AS.values():  # of what is written alike each has its part
        confidence = sum(part for each, part in _identifier().rank(sample) if WRITTEN_AS.get(each, each) == tag)
    is_told = confidence >= CONFIDENCE_MIN or _has_words_of(tag, sample)
    return Language.of(tag) if is_told else UND


def _has_words_of(primary: str, sample: str) -> bool:
    """Whether a short text has the function words of a language that the model guesses."""
    words = sample.lower().split()
    return _share(sum(filter(None, map(_counted().get, words))), primary, words) >= OWN_WORDS_MIN


def load() -> None:
    """Load the model, which is unpacked in a temporary folder: a room does it at its start, not at a record."""
    _identifier()


@cache
def _identifier() -> Any:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
