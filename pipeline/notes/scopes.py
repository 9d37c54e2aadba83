"""Scopes: parts of a line of public text whose words belong together, and where in them a note may begin."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from pipeline.notes.fold import WORD
from pipeline.notes.phrase_matches import may_begin, may_open
from pipeline.notes.phrases import CountsIn

LINE = frozenset({CountsIn.LINE, CountsIn.TEXT})
COPY = LINE | {CountsIn.COPY}
SLUG = LINE | {CountsIn.SLUG}
BRACKETS_MAX = 40  # of a line; what follows is prose
PARTED_LENGTH_MAX = 2_000  # of a line whose parts are looked at
QUOTES = frozenset("\"“„«'‘")
BRACKETED = re.compile(r"[(\[]([^()\[\]]*)(?:[)\]]|$)")
_PARTED = re.compile(r"[|\t:*=/]\s?|,\s(?=[A-Z]{3,8}\b)|[.!?]\s|[)\]]|[-–—]+")
_DASHES = frozenset("-–—")
# The first two words of a line; of each part and bracket in it; of each bracket; empty where there is none.
_TWO_WORDS = r"[\W_]*+([^\W_]*+)(?=[\W_]*+([^\W_]*+))"
HEAD = re.compile(_TWO_WORDS)
_HEADS = re.compile(
    rf"[|\t:*=/)\]([.!?,–—-](?:(?<=[|\t:*=/)\](\[])|(?<=[.!?])(?=\s)|(?<=\s[–—-])|(?<=,)(?=\s[A-Z]{{3}})){_TWO_WORDS}"
)
BRACKET_HEADS = re.compile(rf"[(\[]{_TWO_WORDS}")
# `"This report is embargoed," the ministry had told them`: a quotation that goes on as prose.
QUOTATION = re.compile(r"""\s*["“„«'‘][^"”“»\n]{2,}?(?:["”“»]|['’](?!\w))\s?,?\s?(?:[^\W\d_]|: )""")


@dataclass(frozen=True, slots=True)
class Scope:
    """The line, or a bracket in it: the words that have to be understood together."""

    start: int  # in the line, with the bracket itself
    end: int
    written: str
    text: str  # without the bracket
    parts: tuple[int, ...]  # where in the text a note may begin
    counts: frozenset[CountsIn] = frozenset()  # more than in its line


def brackets_of(line: str) -> list[re.Match[str]]:
    """The first brackets of a line, each with what is in it."""
    return [*BRACKETED.finditer(line)][:BRACKETS_MAX] if "(" in line or "[" in line else []


def may_have_scopes(line: str, counts: frozenset[CountsIn], *, parted: bool) -> bool:
    """Whether the line may have a scope: a cheap test, without folding the line."""
    head = HEAD.match(line)
    if head and may_open(head[1], head[2], counts):
        return True
    if parted:
        return may_have_parts(line, counts)
    heads = BRACKET_HEADS.findall(line) if "(" in line or "[" in line else []
    return any(may_open(first, second, counts | COPY) for first, second in heads)


def may_have_parts(line: str, counts: frozenset[CountsIn]) -> bool:
    """Whether a scope may begin behind the beginning of the line: a cheap test."""
    if "(" in line or "[" in line:
        counts |= COPY  # in brackets
    return any(may_open(first, second, counts) for first, second in _HEADS.findall(line))


def scopes_of(line: str, counts: frozenset[CountsIn], parted: bool) -> Iterator[Scope]:
    """The line without its brackets, then each bracket; only where a note may begin."""
    brackets = brackets_of(line)
    starts = [0, *_parts(line)] if parted and len(line) <= PARTED_LENGTH_MAX else [0]
    if brackets:
        starts = [at for at in starts if not _is_inside(line, at, brackets)]
    outside = tuple(at for at in starts if may_begin(line, at, counts))
    if outside:
        yield Scope(0, len(line), line, line, outside)
    for match in brackets:
        if may_begin(match[1], 0, COPY):
            yield Scope(match.start(), match.end(), match[0], match[1], (0,), COPY)


def _parts(line: str) -> Iterator[int]:
    """Where a part of the line begins: after a bar, a colon, a sentence, a bracket, a dash behind a blank.

    What somebody says there is none: `LOMSK (Norden) - "This is embargoed," he joked`.
    """
    for match in _PARTED.finditer(line):
        start = match.start()
        is_mark = line[start] not in _DASHES or (start and line[start - 1].isspace())
        if is_mark and not _is_quotation(line, match.end()):
            yield match.end()


def _is_quotation(line: str, at: int) -> bool:
    """Whether a quotation that goes on as prose begins there, behind blanks and dashes."""
    at += len(line[at:]) - len(line[at:].lstrip(" -–—"))
    return line[at : at + 1] in QUOTES and QUOTATION.match(line, at) is not None


def _is_inside(line: str, at: int, brackets: list[re.Match[str]]) -> bool:
    """Whether the next word is in one of the brackets."""
    word = WORD.search(line, at)
    return word is None or any(match.start() <= word.start() < match.end() for match in brackets)
