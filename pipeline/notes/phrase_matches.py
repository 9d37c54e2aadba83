"""The phrases that are found in a text for editors, or at the beginning of a public text."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from pipeline.notes.fold import WORD, fold, plain
from pipeline.notes.passages import NOTE_PHRASES_MAX
from pipeline.notes.phrases import EVERY, Act, CountsIn, Phrase, openings, phrases, words_in
from pipeline.notes.time_words import time_words

LEAD_WORDS_MAX = 14  # before the phrase, in its line
PAIR_CHARACTERS_MAX = 80  # of the word that a phrase begins with and the next one
NO_WORDS: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class PhraseMatch:
    """A phrase found in a text.  `kept` are the words in its gaps: they are no part of the phrase."""

    act: Act
    start: int
    end: int
    kept: str = ""
    whole: bool = False  # it counts only if the rest of its line is a time


class Text:
    """A text composed, and the same folded: positions are those of both."""

    __slots__ = ("folded", "plain")

    def __init__(self, text: str) -> None:
        self.plain = plain(text)
        self.folded = fold(self.plain)


def find_phrase_matches(text: Text) -> list[PhraseMatch]:
    """The phrases anywhere in a text for editors, no more than one too many; of several at a word the longest."""
    found: list[PhraseMatch] = []
    known, end = phrases(EVERY), 0
    for word in WORD.finditer(text.folded):
        candidates = known.get(word[0]) if word.start() >= end else None
        if candidates and (match := _longest(candidates, text, word.start())):
            found.append(match)
            end = match.end
            if len(found) > NOTE_PHRASES_MAX:
                break
    return found


def may_hold(text: str, counts: frozenset[CountsIn]) -> bool:
    """Whether any two words of a plain text may begin a phrase: a cheap test, never False where one is found."""
    return folded_may_hold(fold(text), counts)


def folded_may_hold(folded: str, counts: frozenset[CountsIn]) -> bool:
    """The same of a folded text."""
    known = openings(counts)
    found = WORD.findall(folded)
    if known.keys().isdisjoint(found):
        return False
    for word, following in zip(found, (*found[1:], ""), strict=True):
        if word in known and ((seconds := known[word]) is None or following in seconds):
            return True
    return False


@cache
def gate(counts: frozenset[CountsIn]) -> frozenset[str]:
    """The words that a note, or what leads to one, begins with."""
    return frozenset(openings(counts)) | words_in("lead")


def may_open(first: str, second: str, counts: frozenset[CountsIn]) -> bool:
    """Whether a word and the next one may lead to a phrase: a cheap test, never False where `may_begin` is True."""
    first_words, one = gate(counts), first.lower() if first.isascii() else fold(first)
    if one not in first_words:
        return False
    seconds = openings(counts).get(one, NO_WORDS)
    return seconds is None or (two := fold(second)) in seconds or two in first_words


def may_begin(text: str, at: int, counts: frozenset[CountsIn]) -> bool:
    """Whether the words from `at` on may lead to a phrase: a cheap test, without folding the text."""
    first = WORD.search(text, at)
    if first is None or fold(first[0]) not in gate(counts):
        return False
    known, leads = openings(counts), words_in("lead")
    seconds = NO_WORDS
    for number, word in enumerate(WORD.finditer(text, at)):
        folded = fold(word[0])
        if folded in seconds:
            return True
        following = known.get(folded, NO_WORDS)
        if following is None:
            return True
        if number == LEAD_WORDS_MAX or (not following and folded not in leads):
            return False
        seconds = following
    return False


def phrase_at(text: Text, at: int, counts: frozenset[CountsIn]) -> PhraseMatch | None:
    """The longest phrase that begins at a word."""
    word = WORD.match(text.folded, at)
    candidates = phrases(counts).get(word[0]) if word else None
    return _longest(candidates, text, at) if candidates else None


def phrase_after_lead(text: Text, start: int, counts: frozenset[CountsIn]) -> PhraseMatch | None:
    """The first phrase from `start` on, if only words that lead to one are before it."""
    known, leads, articles = phrases(counts), words_in("lead"), words_in("article")
    article = False
    for number, word in enumerate(WORD.finditer(text.folded, start)):
        candidates = known.get(word[0])
        if candidates and (match := _longest(candidates, text, word.start(), after_article=article)):
            return match if _is_note(text, match) else None
        if word[0] not in leads or number == LEAD_WORDS_MAX:
            return None
        article = word[0] in articles
    return None


def _is_note(text: Text, match: PhraseMatch) -> bool:
    """Whether a phrase that may begin a plain sentence is one of capitals, or has nothing but a time behind it."""
    if not match.whole or text.plain[match.start : match.end].isupper():
        return True
    known = (
        time_words()
        | words_in("harmless")
        | words_in("lead")
        | words_in("allowed")
        | words_in("before")
        | {"not", "a", "p", "m"}
    )
    first = WORD.search(text.folded, match.end)
    end = text.folded.find(": ", first.start()) if first else -1
    before_colon = WORD.findall(text.folded, match.end, max(end, match.end))
    if not any(word[0].isdigit() for word in before_colon):
        end = -1  # `Closed until Tuesday: A7` is news; `For use Tuesday, Jan. 4: Lomsk closes tunnel` is not
    behind = before_colon if end >= 0 else WORD.findall(text.folded, match.end)
    return all(word in known or word[0].isdigit() for word in behind)


def _longest(
    candidates: tuple[Phrase, ...], text: Text, at: int, *, after_article: bool = False
) -> PhraseMatch | None:
    best: PhraseMatch | None = None
    pair = WORD.findall(text.folded[at : at + PAIR_CHARACTERS_MAX])
    for phrase in candidates:
        seconds = phrase.seconds.get(pair[0])
        if seconds is not None and (len(pair) < 2 or pair[1] not in seconds):
            continue
        match = None if phrase.bare and after_article else phrase.pattern.match(text.folded, at)
        if match is None or (best and match.end() <= best.end):
            continue
        if not phrase.capitals or text.plain[match.start() : match.end()].isupper():
            kept = " ".join(group or "" for group in match.groups())
            best = PhraseMatch(phrase.act, match.start(), match.end(), kept, phrase.whole)
    return best
