"""Stubs and templates: texts that are alike although the items are about different things.

A feed sends *This article is for subscribers only* with every item, and the same report of every earthquake with
other figures; the headline says what the item is about.  Between feeds a text is a copy whatever its headline,
unless a feed has sent it as a stub before; a correction has other figures by its nature.
"""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

from pipeline.dedupe.measures import OTHER_HEADLINE, Headline
from pipeline.dedupe.window import uint32s
from pipeline.language.blocks import FUNCTION_WORDS
from pipeline.language.folding import fold_word
from pipeline.language.terms import term_hash
from pipeline.values.dates import MONTHS

HEADLINE_WORDS_MIN = 4  # of one that tells which report it is; with one less it may be a rubric,
BARE_WORDS_MIN = 3  # and tells only of an item without a body which text it is the headline of
ALERT_WORDS_MAX = 20  # of a line that is all of an alert
STUB_WORDS_MAX = 60  # of a body that says less about the item than its headline does
SERIES_MIN = 2  # earlier reports of a feed that differ from a new one as templates do, under any headlines
SAME_TEXT_MIN = 0.8  # resemblance from which a text is the same, whatever it is called: a name was put right
SAME_NUMBERS_MIN = 0.6  # of the numbers of two texts: with fewer,
NUMBERS_APART_MIN = 2  # and so many others, the later text is a feed's next report, if it has another date
NOTICE_WORDS_MAX = 120  # of a notice that a feed fills in each day, under a headline of the same words
NEXT_DAY_NUMBERS_MIN = 0.8  # of the numbers of two such notices: with fewer, the later one is the next
NOTICE_TERMS_MIN = 1 / 2  # of the terms of the shorter of two notices that differ in their names
TITLE_ALIKE_MIN = 2 / 3  # of the terms of two headlines without their figures: an update has another headline
AGREEMENT_MIN = 1 / 3  # of the terms of a headline, in the other text: then a short text is about it,
TOLD_MIN = 1 / 2  # and a long one: it may have some by chance
TABLE_DIGITS_SHARE = 0.1  # of the letters and digits of an opening: prose has 1 to 3 per cent
HEADING_CHARACTERS = 80  # of a body that begins with its own heading
OPENING_CHARACTERS_MAX = 600  # of a body, where the names of its headline are looked for
HEADLINES_CACHED = 512  # one is compared with up to 32 dispatches, of up to 8 revisions each
TITLE_CASE_SHARE = 0.7  # of the words of a headline with a capital: then it does not show which are names
NAME_LETTERS_MIN = 3  # of a name that a headline in capitals hides: `IN` may be a name and a preposition
# The words that normalise.cutting makes: `U.S.` is two of them, `WRAL.com` and `Obama-era` too, `NATO's` is one.
_WORD = re.compile(r"[^\W_]+(?:['`\u2018\u2019][^\W_]{1,2}(?![^\W_]))*")
_MONTH = "|".join(sorted((re.escape(name) for name in MONTHS if name.isalpha()), key=len, reverse=True))
_DATE = re.compile(rf"\b(\d\d?)\.? ({_MONTH})\b|\b({_MONTH})\.? (\d\d?)\b(?![.,:/-]\d)", re.IGNORECASE)
# The first figure of a heading, if it is a time of day: `1030`, `11:31`, `13.00`; `2025` is a year.
_HOUR = re.compile(r"\D*(?<![\w.,:/-])((?:[01]?\d|2[0-3])[:.][0-5]\d|(?:0\d|1[0-8]|2[1-3])[0-5]\d)(?![\w.,:/-])")
_APOSTROPHES = str.maketrans("", "", "'`\u2018\u2019")
_FUNCTION_TERMS = frozenset(map(fold_word, FUNCTION_WORDS))


class Text(NamedTuple):
    """A headline, and the hashes of the terms of headline and body; without a body those of the headline."""

    headline: str
    terms: frozenset[int]


def text_of(headline: str, terms: bytes | None) -> Text:
    """The text of an item; `terms` as in ItemFingerprints, None if they are not kept."""
    return Text(headline, frozenset(uint32s(terms).tolist()) if terms else _headline_terms(headline))


@lru_cache(HEADLINES_CACHED)
def headline_words(headline: str) -> str:
    """The words and figures of a headline as they are compared; of one with too few to tell a report none."""
    words = _WORD.findall(headline.translate(_APOSTROPHES).lower())
    return " ".join(words) if len(words) >= BARE_WORDS_MIN else ""


def line_of_alert(body: str, words: int) -> str:
    """The only line of an alert, which stands for the headline that it lacks; of anything longer none."""
    line = body.strip()
    return line if words < ALERT_WORDS_MAX and "\n" not in line else ""


def common_headline(one: str, other: str) -> Headline:
    """What the headlines of two items tell of them."""
    words = headline_words(one).split()
    if not words or words != headline_words(other).split():
        return OTHER_HEADLINE
    is_short = len(words) < HEADLINE_WORDS_MIN
    return Headline(not is_short, sum(word[0].isdigit() for word in words), is_short)


def is_stub(one: Text, other: Text) -> bool:
    """Whether a short body that both have says nothing of either headline."""
    return _is_foreign(one.headline, other, AGREEMENT_MIN) and _is_foreign(other.headline, one, AGREEMENT_MIN)


def tell_the_same(one: Text, other: Text) -> bool:
    """Whether each text tells what is in the headline of the other."""
    return not (_is_foreign(one.headline, other, TOLD_MIN) or _is_foreign(other.headline, one, TOLD_MIN))


def begin_different(one: Text, other: Text) -> bool:
    """Whether each headline begins with a word that the other text lacks: `Porvo cuts`, `Velden cuts`."""
    ours, theirs = _first_term(one.headline), _first_term(other.headline)
    return bool(ours and theirs) and not ours <= other.terms and not theirs <= one.terms


def name_different(one: Text, other: Text) -> bool:
    """Whether each headline has a name that the other text lacks."""
    return not _names(one.headline) <= other.terms and not _names(other.headline) <= one.terms


def word_different(one: Text, other: Text) -> bool:
    """Whether each headline has a word that the other text lacks; a new headline of one report has one as well."""
    return not _headline_terms(one.headline) <= other.terms and not _headline_terms(other.headline) <= one.terms


def title_alike(one: Text, other: Text) -> bool:
    """Whether the headlines of two items are the same in the main, but for their figures; or both have none."""
    ours, theirs = _headline_terms(one.headline), _headline_terms(other.headline)
    return len(ours & theirs) >= TITLE_ALIKE_MIN * max(len(ours), len(theirs))


def names_in(headline: str, opening: str) -> frozenset[int]:
    """The terms of the words of a headline, in whatever case, that the copy writes as names: always with a capital.

    At the beginning of a sentence a capital counts if the next word has one too: `Porvo Corp`, not `Shares fell`.
    """
    shown: dict[str, bool] = {}
    words = [(found[0], _opens_sentence(opening, found.start())) for found in _WORD.finditer(opening)]
    for (word, opens), (after, _) in pairwise([*words, ("", False)]):
        capital = word[0].isupper() and (not opens or after[:1].isupper())
        if capital or not opens:
            shown[word.lower()] = capital and shown.get(word.lower(), True)
    found = (word for word in _words(headline) if len(word) >= NAME_LETTERS_MIN)
    return _terms([word for word in found if shown.get(word.lower())])


def _opens_sentence(text: str, start: int) -> bool:
    before = text[max(0, start - 3) : start].rstrip(" \"“'‘(<\n")
    return not before or before[-1] in ".!?:"


def dates_in(opening: str) -> frozenset[int]:
    """The terms of the dates of a copy: months, and days of two digits."""
    return _terms([part for date in _DATE.finditer(opening) for part in date.groups() if part])


def hours_in(headline: str, opening: str) -> frozenset[int]:
    """The terms of the time in the heading of a table: its headline and first words."""
    letters = sum(map(str.isalnum, opening))
    if sum(map(str.isdigit, opening)) < TABLE_DIGITS_SHARE * letters:
        return frozenset()
    found = _HOUR.match(f"{headline} {opening[:HEADING_CHARACTERS]}")
    return _terms(found[1].split(":") if found else [])  # as words are cut


def about_others(names: frozenset[int], text: Text, other: Text) -> bool:
    """Whether the other text lacks a name of this one's headline, and this one a word of the other's headline."""
    return not names <= other.terms and not _headline_terms(other.headline) <= text.terms


def are_notices(names: frozenset[int], text: Text, other: Text) -> bool:
    """Whether two notices share most of their words, and each headline has a name that the other text lacks.

    `names`: those of the headline of `text`.
    """
    shared, least = len(text.terms & other.terms), min(len(text.terms), len(other.terms))
    if shared < NOTICE_TERMS_MIN * least or names <= other.terms:
        return False
    return not (_names(other.headline) or _headline_terms(other.headline)) <= text.terms


def _is_foreign(headline: str, text: Text, least: float) -> bool:
    """Whether the text has less than this share of the terms of the headline."""
    terms = _headline_terms(headline)
    return bool(terms) and len(terms & text.terms) < least * len(terms)


@lru_cache(HEADLINES_CACHED)
def _headline_terms(headline: str) -> frozenset[int]:
    return _terms(_words(headline))


@lru_cache(HEADLINES_CACHED)
def _first_term(headline: str) -> frozenset[int]:
    """Of the first word behind a flag or a source: `Live: Porvo cuts`, `Police: two hurt`."""
    words = _words(headline.partition(": ")[2] or headline)
    return next((term for word in words if (term := _terms([word]))), frozenset())


@lru_cache(HEADLINES_CACHED)
def _names(headline: str) -> frozenset[int]:
    """The terms of the words with a capital, but for the first; none in Title Case."""
    words = _words(headline)
    capitals = [word for word in words if word[0].isupper()]
    return (
        frozenset()
        if len(capitals) >= TITLE_CASE_SHARE * len(words)
        else _terms([word for word in words[1:] if word[0].isupper()])
    )


def _words(headline: str) -> list[str]:
    """The words that are no figures."""
    return [word for word in _WORD.findall(headline) if word[0].isalpha()]


def _terms(words: list[str]) -> frozenset[int]:
    """The terms of words as the fingerprints have them: no single letters and no function words."""
    folded = (fold_word(word.translate(_APOSTROPHES)) for word in words)
    return frozenset(term_hash(term) for term in folded if len(term) > 1 and term not in _FUNCTION_TERMS)
