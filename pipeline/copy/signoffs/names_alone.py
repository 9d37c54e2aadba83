"""Names and initials that are a last line by themselves, in copy that need name no agency.

    Trend News Agency     GNLM     Ève Lund, Le Nouvelliste     Radio Miraya/AB     (N. K.)     (abc)     — NK

What such a line has besides is weighed in by_form.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from pipeline.copy import sentences
from pipeline.copy.names import is_person
from pipeline.copy.places import gazetteer
from pipeline.copy.trade.words import WordKind, kind_of, phrase_length, words_of
from pipeline.language import letters
from pipeline.language.blocks import ANY, words_of_all
from pipeline.language.word_lists import word_lists

WORDS_MAX = 3
OUTLET_WORDS_MAX = 3  # of the name of a paper, behind its article
_INITIALS = re.compile(
    rf"[(\[](?!sic\b)(?:[{letters.SMALL}]{{2,3}}(?:[/-][{letters.SMALL}]{{2,3}}){{0,2}}"
    rf"|(?:[^()\[\]\d,]{{2,24}}[,/] ?)?[{letters.CAPITAL}]\. ?[{letters.CAPITAL}]\.)[)\]]"
    rf"|[–—] ?[{letters.CAPITAL}]{{2,3}}"
)
_DESK = re.compile(rf"[{letters.CAPITAL}]\w+ [{letters.CAPITAL}]\w+/(?P<initials>[{letters.CAPITAL}]{{2,3}})")
_ACRONYM = re.compile(rf"[{letters.CAPITAL}]{{3,6}}")
_VOWEL = re.compile("[aeiouyаеёиіоуыэюяαεηιουωáéíóúàèòâêôãõäöüåæø]")  # Brr is no name


def is_not_in_story(text: str, story: Sequence[str]) -> bool:
    """Whether it is a name or some, below the last sentence, of which nothing is in the story: who sent it, a tag.

    A town is none (it may be a heading), nor are words in capitals; what is framed is applause and laughter.
    """
    words = text.split()
    if not 0 < len(words) <= WORDS_MAX or (len(words) > 1 and text.isupper()) or not ends_story(story):
        return False
    if not all(map(_is_name, words)) or gazetteer.cities(text) or phrase_length("calls", words):
        return False
    in_story = {word.casefold() for paragraph in story for word in words_of(paragraph)}
    return in_story.isdisjoint(word.casefold() for word in words)


def ends_story(story: Sequence[str]) -> bool:
    """Whether a whole sentence is above, which leads to nothing."""
    return bool(story) and sentences.ends(story[-1])


def are_initials(text: str) -> bool:
    """Whether it is somebody's initials, in brackets or behind a dash: `(N. K.)`, `(ab-cde)`; not `(U.S.)`."""
    return _INITIALS.fullmatch(text) is not None and not _is_acronym("".join(filter(str.isalpha, text)))


def is_of_desk(text: str) -> bool:
    """Whether it is a name of two words, and initials behind it: `Radio Miraya/AB`."""
    found = _DESK.fullmatch(text)
    return found is not None and not _is_acronym(found["initials"])


def is_filed(text: str, place: str) -> bool:
    """Whether it is somebody in the place of the dateline: `Ana Ruiz from Lomsk`."""
    person, _, at = text.removesuffix(place).rstrip().rpartition(" ")
    return text.endswith(f" {place}") and at.islower() and is_person(person)


def is_of_outlet(text: str) -> bool:
    """Whether it is a person and a name with its article: `Ève Lund, Le Nouvelliste`; no town: `…, Le Mans`."""
    person, comma, paper = text.partition(", ")
    article, *rest = paper.split() or [""]
    if not comma or not 0 < len(rest) <= OUTLET_WORDS_MAX or not is_person(person) or gazetteer.cities(paper):
        return False
    return (
        article.istitle()
        and article.casefold() in words_of_all("articles")
        and all(word[0].isupper() for word in rest)
    )


def _is_name(word: str) -> bool:
    if _ACRONYM.fullmatch(word):
        return not _is_acronym(word)
    spelt = word.isalpha() and word[0].isupper() and not word.isupper()
    return spelt and _VOWEL.search(word.casefold()) is not None and kind_of(word) is not WordKind.SMALL


def _is_acronym(word: str) -> bool:
    return word.casefold() in word_lists(ANY).acronyms
