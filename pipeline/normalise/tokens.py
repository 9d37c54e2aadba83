"""The words that a label may come from: those of the headline and the first 60 or so of the body.

Four columns: the words, which of them begin a sentence, whether their case is informative, and their weight.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from typing import NamedTuple

from pipeline.language.word_lists import word_lists
from pipeline.normalise.casing import Spelling, respell
from pipeline.normalise.viterbi import SENTENCE_START

HEADLINE_CHARACTERS_MAX = 400
HEADLINE_WORDS_MAX = 60
BODY_WORDS = 60  # to the end of the sentence, but no further than
BODY_WORDS_MAX = 75
BODY_CHARACTERS_MAX = 540
SENTENCE_ENDS = frozenset(".!?\n")  # a word that begins with a mark is that mark
REPEATED_WITHIN = 120  # characters of the body that may precede the headline again
HEADLINE, LEAD, SECOND, BELOW = 512, 256, 154, 90  # weights of words by their place, in 1/256

_PLAIN = (*zip("’‘“”„«»\u00a0", '\'\'""""" ', strict=True), ("\u2013", " - "), ("\u2014", " - "))
_ABBREVIATED = "Mr|Mrs|Ms|Dr|St|Sen|Gov|Rep|Gen|Lt|Col|Sgt|Jr|Sr|Inc|Corp|Co|No|vs|Mt|Ft"
_INNER = r"(?!'[sS]\b)'(?=\w)"  # an apostrophe inside a word: O'Neill, but not the 's
_TOKEN = rf"""[A-Za-z]++(?=[\s,])  # most words: only a short cut
    |(?:[^\W\d_]\.){{2,}}(?:-\w+)*  # U.S., U.N.-backed
    |(?:{_ABBREVIATED})\.
    |[A-Z]\.(?=\s[A-Z][a-z])  # the J. of a name
    |\d[\d.,]*\d(?!\w|-\w)  # 1,200.50
    |'[sS]\b
    |\w(?:[\w&/]|{_INNER}|\.(?=[a-z\d]))*(?:-\w(?:\w|{_INNER})*)*  # AT&T, NATO-Russia, Amazon.com
    |\n+
    |[.!?;:,"()\[\]|-]"""
_SITE = re.compile(r"\s[-|]\s.{2,80}$")  # " - The Outlet" at the end of a headline from the web
# What is in brackets: a share's symbol, an acronym, what the item comes with: <GM.N>, (WHO), [VIDEO]
_SYMBOL = re.compile(r"\s?[<‹(\[][A-Z][A-Z0-9.:]{0,11}[>›)\]]")
_ANGLES = str.maketrans("", "", "<>‹›")  # around a name that has no symbol: <Corvane Ltd>
_SITE_FROM = 24  # characters of headline that must precede it


class Tokens(NamedTuple):
    """Columns of equal length, and the headline with the places of its words, the first ones."""

    words: list[str]
    starts: list[bool]  # begins a sentence
    cases: list[int]  # viterbi.CASE_INFORMATIVE and the others
    weights: list[int]  # in 1/256
    headline: str
    spans: list[tuple[int, int]]


def tokenise(headline: str, body: str, language: str) -> Tokens:
    """The words of a headline and of the beginning of its body; punctuation counts as a word."""
    head = _plain(" ".join(headline[:HEADLINE_CHARACTERS_MAX].split()))
    text = _plain(_beginning(body))
    again = text.find(head, 0, len(head) + REPEATED_WITHIN) if head else -1
    if again >= 0:  # its capitals say nothing of how its words are spelt
        text = text[:again] + text[again + len(head) :]
    head = _SYMBOL.sub("", head).translate(_ANGLES).strip() or head
    token = _token(language)
    below = token.findall(text)[: 2 * BODY_WORDS_MAX]
    spans = [match.span() for match in token.finditer(_without_site(head))][:HEADLINE_WORDS_MAX]
    title = [head[start:end] for start, end in spans]
    spelt_title, spelt_body = respell(title, below, word_lists(language), language)
    found = Tokens([], [], [], [], head, spans)
    _add_headline(found, spelt_title)
    _add_body(found, spelt_body)
    return found


def inside_quotations(tokens: Tokens) -> list[bool]:
    """For each word, whether it is inside a quotation of the headline and not its first: Lives in 'White Lives'."""
    text, inside = tokens.headline, [False] * len(tokens.words)
    opened = -1
    for at, (start, end) in enumerate(tokens.spans if "'" in text else ()):
        if text[start - 1 : start] == "'" and not text[start - 2 : start - 1].isalnum():
            opened = at
        if opened >= 0 and text[end : end + 1] == "'" and not text[end + 1 : end + 2].isalnum():
            inside[opened + 1 : at + 1] = [True] * (at - opened)
            opened = -1
    return inside


@cache
def _token(language: str) -> re.Pattern[str]:
    """A token of a language; what is elided is a word of its own: `d'` and `Annecy`."""
    elided = "|".join(sorted(word_lists(language).elided))
    return re.compile(rf"(?:{elided})'(?=\w)|{_TOKEN}" if elided else _TOKEN, re.VERBOSE)


def _beginning(body: str) -> str:
    """The part of a body that can matter, to the end of a word."""
    if len(body) <= BODY_CHARACTERS_MAX:
        return body
    cut = body[:BODY_CHARACTERS_MAX]
    return cut if body[BODY_CHARACTERS_MAX].isspace() else cut.rpartition(" ")[0] or cut


def _plain(text: str) -> str:
    """The text with typographic marks as ASCII, letters composed."""
    if text.isascii():
        return text
    for mark, plain in _PLAIN:
        text = text.replace(mark, plain)
    return unicodedata.normalize("NFC", text)


def _without_site(headline: str) -> str:
    site = _SITE.search(headline)
    return headline[: site.start()] if site and site.start() > _SITE_FROM else headline


def _add_headline(found: Tokens, headline: Spelling) -> None:
    words, cases = headline
    found.words.extend(words)
    found.starts.extend([True, *[False] * (len(words) - 1)] if words else ())
    found.cases.extend([cases[0] or SENTENCE_START, *cases[1:]] if words else ())
    found.weights.extend([HEADLINE] * len(words))


def _add_body(found: Tokens, body: Spelling) -> None:
    """Sentence by sentence: what is between two line ends or marks that end one, and begins with a word."""
    words, cases = body
    sentence = count = start = 0
    ends = [at for at, word in enumerate(words) if word[0] in SENTENCE_ENDS]
    for end in (*ends, len(words)):
        while start < end and not words[start][0].isalnum():
            start += 1
        is_marked = end < len(words) and words[end][0] != "\n"
        if start < end:
            stop = min(end + is_marked, start + BODY_WORDS_MAX - count)
            found.words.extend(words[start:stop])
            found.starts.extend((True, *[False] * (stop - start - 1)))
            found.cases.extend((cases[start] or SENTENCE_START, *cases[start + 1 : stop]))
            found.weights.extend([LEAD if sentence < 2 else SECOND if sentence < 4 else BELOW] * (stop - start))
            count += stop - start
            sentence += is_marked
            if count >= (BODY_WORDS if is_marked else BODY_WORDS_MAX):
                break
        if not is_marked:
            sentence += count > 0  # the second paragraph counts for less even after one sentence
        start = end + 1
