"""Sentences in which an agency speaks of its own copy: what became of it, whose opinion it is, who may copy it."""

from __future__ import annotations

from collections import Counter

from pipeline.copy.trade.read_line import EDGES, agency_words
from pipeline.copy.trade.words import (
    WordKind,
    begins_with_copy,
    fold_dotted,
    has_word,
    kind_of,
    phrases,
    says_of_copy,
    trade_words,
    words_of,
)
from pipeline.values.agencies import agency_named

QUOTES = frozenset('“”„«»"「」')
TERMS_MIN = 2  # words of rights and grants
TRADE_MIN, OTHERS_MAX = 4, 2  # words of the trade, and others, in a sentence about this copy


def is_about_copy(text: str, own: frozenset[str]) -> bool:
    """Whether a text says what became of the copy, or is a sentence about it; `own`: as in lines."""
    folded = fold_dotted(text.lstrip(EDGES))
    if says_of_copy(folded):
        return True
    return text.endswith(".") and (
        _has_few_other_words(text, folded)
        or phrases("sure").search(folded) is not None
        or _speaks_for_itself(text, folded, own)
        or _grants_its_copy(text, folded, own)
    )


def _has_few_other_words(text: str, folded: str) -> bool:
    """Whether a sentence begins with this copy and has few words that are not of the trade, and no figure.

    `Dieser Text wurde mit Hilfe von KI erstellt und von der Redaktion geprüft.`
    """
    if not begins_with_copy(folded) or not QUOTES.isdisjoint(text):
        return False
    first, *rest = words_of(text)
    kinds = Counter(kind_of(word) for word in (first.casefold(), *rest))
    others = kinds[WordKind.OTHER] + kinds[WordKind.NAME] + kinds[WordKind.CASELESS]
    is_news = kinds[WordKind.NUMBER] > 0 or not trade_words("speech").isdisjoint(map(fold_dotted, rest))
    return not is_news and kinds[WordKind.TRADE] >= TRADE_MIN and others <= OTHERS_MAX


def _speaks_for_itself(text: str, folded: str, own: frozenset[str]) -> bool:
    """Whether a sentence says whose opinion the copy is, or begins with its own agency and is about that.

    An opinion is an author's: that of the opposition is in the news.
    """
    if (whose := phrases("views").match(folded)) and phrases("distances").search(folded, whose.end()):
        is_own = has_word("authors", folded) or any(map(agency_named, words_of(text)))
    else:
        is_own = phrases("speaks").search(folded) is not None and _begins_with(text, own)
    return is_own and trade_words("speech").isdisjoint(folded.replace(",", " ").split())


def _grants_its_copy(text: str, folded: str, own: frozenset[str]) -> bool:
    """Whether a sentence says who may copy what its agency writes, and on what terms, whatever else it says.

    `Be ELTA sutikimo šios naujienos tekstą kopijuoti draudžiama.`  Somebody who is quoted, or figures, are news.
    """
    if not any(name in folded for name in own) or any(map(str.isdigit, text)):
        return False
    words = words_of(text)
    named = any(word.partition("-")[0].casefold() in own for word in words)
    if not named or not trade_words("speech").isdisjoint(map(fold_dotted, words)):
        return False
    kinds = Counter(map(kind_of, words))
    terms = kinds[WordKind.RIGHTS] + kinds[WordKind.GRANT]
    return terms >= TERMS_MIN and kinds[WordKind.TRADE] > 0 and QUOTES.isdisjoint(text)


def _begins_with(text: str, own: frozenset[str]) -> bool:
    """Whether it begins with the agency that the dateline names, however either writes it."""
    parts = text.removeprefix("The ").split()
    name = " ".join(parts[: agency_words(parts, own)]).strip("'’.")
    agency = agency_named(name)
    codes = own | {named.code for each in own if (named := agency_named(each))}
    return name.casefold() in own or (agency is not None and agency.code in codes)
