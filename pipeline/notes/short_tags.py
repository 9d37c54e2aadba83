"""Tags of one or few words in front of a headline, behind it, in brackets or alone: `RETRACTED`, `[ON HOLD]`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from itertools import takewhile
from typing import NamedTuple

from pipeline.notes.families import acts_of_line
from pipeline.notes.family_lists import Family, entries_in_every_language
from pipeline.notes.fold import WORD, fold
from pipeline.notes.in_force import says_in_force
from pipeline.notes.phrases import Act, words_in
from pipeline.notes.rules import MARKED, STRICTEST
from pipeline.notes.signed import signed_tag
from pipeline.notes.tag_words import TAG_MARKS, TAG_WORDS_MAX, act_of_tag, act_of_words, strict_act

TAGGED_LENGTH_MAX = {False: 200, True: 80}  # of a headline that may have a tag, and of a line of copy
TAG_LENGTH_MAX = 80
ACRONYM_MAX = 3  # letters of a word in capitals that is no tag: `EMBARGO EU closes tunnel`
LABEL_LENGTH_MIN = 5  # of one before what is private: shorter ones are articles
# A bracket, or two capitals at the beginning or before the end.
_MAY_HAVE_TAG = re.compile(r"[\[(]|\A\W*[^\W\d_a-zß-ÿ]{2}|[^\W\d_a-zß-ÿ]{2}\W*\Z")
_SLUGGED = re.compile(
    r"([^\W\d_a-zß-ÿ][^\Wa-zß-ÿ]{1,30}(?: [^\Wa-zß-ÿ]{1,30}){0,5})-(?=[^\W\d_a-zß-ÿ][a-zß-ÿ])"
)  # `KILLED-Fire`
_HEAD_END = re.compile(r"[:–—|.]| --? |--")
# A hyphen is a mark between blanks or beside another one: `KILL -- Ferry late`.
_PIECE = re.compile(
    r"[\[(](?P<inside>[^\[\]()]+)[\])]|(?P<plain>(?:[^\[\]()|:–—-]|-(?![ -])(?<!--)|(?<![ -])-(?!-))+)|(?P<mark>.)"
)


_FIRST_BRACKET = re.compile(r"\s{0,9}[\[(]([^\[\]()]{2,60})[\])]")
LAST_BRACKET = re.compile(
    r"(?:\[(?=[^\[\]()]{2,60}\])|\((?=[^\[\]()a-zß-ÿ]{2,60}\)))([^\[\]()]++)[\])][\s.]{0,9}\Z"
)


_WORDED = re.compile(r"[^\s/]+")
_OPENING = "\"“„«'‘("


_STATUS = re.compile(r"[\W_]{0,9}([^\W\d_][^:：\n]{2,30}?)\s?[:：]\s{0,3}([^\n]{2,60})")


class ShortTag(NamedTuple):
    """A tag of a line, and where in the line it is."""

    act: Act
    start: int
    end: int


def may_have_tag(line: str, *, is_copy: bool) -> bool:
    """Whether a line may have a tag: a cheap test."""
    return len(line) <= TAGGED_LENGTH_MAX[is_copy] and _MAY_HAVE_TAG.search(line) is not None


def short_tags(line: str) -> Iterator[ShortTag]:
    """The tags of a short line: alone, in brackets, or at either end in capitals that the rest does not have.

    `RETRACTED: Lomsk closes tunnel` has one; `CANCELLED: THE END OF A SHOW` and `Cancelled: the end` have none.
    """
    if not _MAY_HAVE_TAG.search(line):
        return
    if (slug := _SLUGGED.match(line)) and (act := act_of_tag(slug[1])):
        yield ShortTag(act, slug.start(1), slug.end(1))
    pieces = [match for match in _PIECE.finditer(line) if WORD.search(match[0])]
    at = _begin_of_last(line, pieces)
    last = strict_act(line[at:]) if at is not None else None
    end = at if at is not None and last else len(line)
    for number, piece in enumerate(each for each in pieces if each.start() < end):
        at_end = number in {0, len(pieces) - 1}
        if act := _act_in(line, piece, is_alone=len(pieces) == 1, at_end=at_end):
            yield ShortTag(act, piece.start(), piece.end())
    if last:
        yield ShortTag(last, end, len(line))  # `HOLD - LEGAL`, `… - HOLD: LEGAL`
    if len(pieces) == 1 and not pieces[0]["inside"]:
        yield from capital_tags(line)


def _act_in(line: str, piece: re.Match[str], *, is_alone: bool, at_end: bool) -> Act | None:
    """What a piece of a line says as a tag: in brackets, alone, or at an end in capitals that the rest has not."""
    inside, text = piece["inside"], piece["inside"] or piece[0]
    rest = line[: piece.start()] + line[piece.end() :]
    goes_on = rest.lstrip(TAG_MARKS)[:1].islower()  # `WITHDRAWN: a look at ...` is a headline
    is_shown = inside or is_alone or (at_end and not rest.isupper() and not goes_on)
    if len(text) > TAG_LENGTH_MAX or not is_shown or not (inside or text.isupper()):
        return None
    act = _act_of_piece(text, inside, tagged=bool(inside) or not is_alone)
    return None if act is Act.HOLD and _is_repeated(text, rest) else act


def capital_tags(line: str) -> Iterator[ShortTag]:
    """The tags in capitals at either end of a line of other letters: `EMBARGO Lomsk closes tunnel`.

    In doubt it waits: a kill is a hold here (`KILL Bill returns`).  `HOLD` behind a headline may be a rating.
    """
    words = [*_WORDED.finditer(line)]
    first, last = (len([*takewhile(_is_capital, each)]) for each in (words, reversed(words)))
    if line.isupper() or max(first, last) == len(words):
        return
    for size in range(min(first, TAG_WORDS_MAX), 0, -1):
        end, following = words[size - 1].end(), words[size][0].lstrip(_OPENING)
        is_apart = (size == first or len(following) <= ACRONYM_MAX) and _begins_name(following)
        if is_apart and (act := _act_of_capitals(line[:end])):
            yield ShortTag(act, 0, end)
            return
    start = words[-last].start()
    act = _act_of_capitals(line[start:]) if 0 < last <= TAG_WORDS_MAX else None
    if act and (last > 1 or act is Act.EMBARGO):
        yield ShortTag(act, start, len(line))


def _begins_name(word: str) -> bool:
    return word[:1].isalnum() and not word[:1].islower()


def _is_capital(word: re.Match[str]) -> bool:
    return word[0].isupper() or word[0].isdecimal()


def _act_of_capitals(text: str) -> Act | None:
    act = act_of_tag(text.strip(TAG_MARKS))
    if act is Act.PRIVATE:
        return Act.HOLD if " " in text else None
    return Act.HOLD if act is Act.KILL else act if act in STRICTEST else None


def bracket_tags(paragraph: str) -> Iterator[ShortTag]:
    """The tags in brackets at either end of a paragraph: `[ON HOLD] LOMSK (Norden) - …`."""
    for found in _brackets_at_ends(paragraph):
        if act := act_of_flag(found[1]):
            yield ShortTag(act, *found.span())


def bracketed_end(paragraph: str) -> str:
    """What is in brackets at the end of a paragraph; empty if nothing is."""
    found = LAST_BRACKET.search(paragraph)
    return found[1] if found else ""


def _brackets_at_ends(paragraph: str) -> Iterator[re.Match[str]]:
    return filter(None, (_FIRST_BRACKET.match(paragraph), LAST_BRACKET.search(paragraph)))


def act_of_flag(inside: str) -> Act | None:
    """What a bracket says that is a tag: `HOLD: LEGAL`."""
    return _act_of_piece(inside, inside, tagged=True)


def act_of_status(text: str) -> Act | None:
    """What a text says that gives a status by name: `Status: on hold`.  In doubt it waits: a kill is a hold."""
    found = _STATUS.fullmatch(text)
    if found is None or not words_in("status").issuperset(WORD.findall(fold(found[1]))):
        return None
    act = act_of_tag(found[2])
    return Act.HOLD if act in {Act.KILL, Act.PRIVATE} else act if act in STRICTEST else None


def _act_of_piece(text: str, inside: str | None, *, tagged: bool) -> Act | None:
    act = act_of_tag(text) or (_headed(inside) or act_of_status(inside) if inside else None) or act_of_words(text)
    if act is None and inside and (signed := signed_tag(inside)):
        return signed.act
    return act or (Act.EMBARGO if says_in_force(text, is_tag=tagged) else None)


def _begin_of_last(line: str, pieces: list[re.Match[str]]) -> int | None:
    """Where the last two or more pieces begin that are in capitals; all of a line, or behind what is not."""
    last = next((number for number in range(len(pieces), 0, -1) if not pieces[number - 1][0].isupper()), 0)
    if (
        len(pieces) - last < 2
        or len(line) - pieces[last].start() > TAG_LENGTH_MAX
        or any(piece["inside"] for piece in pieces[last:])
    ):
        return None
    return pieces[last].start()


def _headed(inside: str) -> Act | None:
    """What a bracket says by the tag before its colon: `[KILL: Lomsk closes tunnel]`."""
    head, colon, rest = inside.partition(":")
    return act_of_tag(head) if colon and head.isupper() and not rest.strip()[:1].islower() else None


def _is_repeated(tag: str, rest: str) -> bool:
    """Whether the headline has the word of its tag: `HOLD - Bank of Lomsk rated Hold` is what it is about."""
    word = fold(tag.strip())
    return word in WORD.findall(fold(rest)) and not acts_of_line(rest.strip(TAG_MARKS), MARKED)


def begins_private(line: str) -> bool:
    """Whether a line of copy begins with words that make the rest private: `Confidential: …`."""
    word = WORD.match(line)
    if word is None or fold(word[0]) not in private_beginnings():
        return False
    found = _HEAD_END.search(line, 0, TAG_LENGTH_MAX)
    if found is None:
        return False
    text = line[: found.start()]
    return act_of_tag(text) is Act.PRIVATE or Act.PRIVATE in acts_of_line(text)


@cache
def private_beginnings() -> frozenset[str]:
    """The words that such a line can begin with."""
    entries = entries_in_every_language(Family.PRIVATE, Family.NOT, Family.PLEASE, "tag_private")
    first = {word for entry in entries for word in WORD.findall(entry)[:1]}
    labels = entries_in_every_language("label")
    return frozenset(first | {label for label in labels if len(label) >= LABEL_LENGTH_MIN})
