"""Marked lines of public text: what of a line is a note, what the note says, and what is left of the line.

A line is a note if it begins as one, after words such as `This press release is strictly`; so is what is in
brackets, and a part of a line after a dash, a bar or a full stop.  A plain sentence never is.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache

from pipeline.notes.editors import read_for_editors
from pipeline.notes.effects import notice_of, notice_of_acts, together
from pipeline.notes.families import EDGE, MARKED, acts_of_line, is_correction
from pipeline.notes.fold import WORD, fold
from pipeline.notes.marked import behind_label, enclosed, tag_in_label
from pipeline.notes.marks import Mark, Text, mark_behind_lead, may_begin, may_open
from pipeline.notes.passages import Notice
from pipeline.notes.phrases import Act, Counts, words
from pipeline.notes.respelled import respelled_line
from pipeline.notes.short_tags import act_of_tag, begins_private, short_tags
from pipeline.notes.standing import says_standing

LABEL_LENGTH_MIN = 10  # of a label of one word that may be alone in its line: `Pressekontakt`
NOTE_LENGTH_MAX = 300  # a longer line that begins as a note is copy with a note in front, and stays
EDGE_LINES = 4  # the first and the last ones, where notes stand
BRACKETS_MAX = 40  # of a line; what follows is prose
PARTED_LENGTH_MAX = 2_000  # of a line whose parts are looked at
LINE = frozenset({Counts.LINE, Counts.TEXT})
COPY = LINE | {Counts.COPY}
SLUG = LINE | {Counts.SLUG}

SHORT_LENGTH_MAX = {False: 200, True: 80}  # of a headline that may have a tag, and of a line of copy
TAG_MARKS = " -–—|:"
QUOTES = frozenset("\"“„«'‘")
# `"This report is embargoed," the ministry had told them`: a quotation that goes on as prose.
_QUOTATION = re.compile(r"""\s*["“„«'‘][^"”“»\n]{2,}?(?:["”“»]|['’](?!\w))\s?,?\s?(?:[^\W\d_]|: )""")
BRACKETED = re.compile(r"[(\[]([^()\[\]]*)(?:[)\]]|$)")
_PARTED = re.compile(r"[|\t:*=/]\s?|,\s(?=[A-Z]{3,8}\b)|[.!?]\s|[)\]]|[-–—]+")
STANDING = frozenset({Act.EMBARGO})
_NO_NOTE = frozenset({Act.NONE})  # it only looks like one
_TAGS_APART = re.compile(r"\s[-–—]+\s|[;:/|.,]")
_DASHES = frozenset("-–—")
# The first two words of a line; of each part and bracket in it; of each bracket; empty where there is none.
_TWO_WORDS = r"[\W_]*+([^\W_]*+)(?=[\W_]*+([^\W_]*+))"
_HEAD = re.compile(_TWO_WORDS)
_HEADS = re.compile(
    rf"[|\t:*=/)\]([.!?,–—-](?:(?<=[|\t:*=/)\](\[])|(?<=[.!?])(?=\s)|(?<=\s[–—-])|(?<=,)(?=\s[A-Z]{{3}})){_TWO_WORDS}"
)
LABELLED_LENGTH_MAX = 60
_QUALIFIED = re.compile(r"(?P<label>[^\W\d_][^():\n]{2,40}?) ?\((?P<inside>[^()\n]{2,40})\) ?[:–—-]")
_SLASH_LABEL = re.compile(r"([^\W\d_a-zß-ÿ]{3,8}|Eds|Desk)/ ?(?=\S)")  # `EDS/ call Ana Ruiz`
_QUOTED = re.compile(r"[\"“„«'‘]([^\"”“»'’:\n]{3,60}?)(?: ?:[\"”“»'’]| ?[\"”“»'’] ?(?:[:–—-]|$))")
_SLASHED = re.compile(r"//\s?([^/\n]{3,60}?)\s?//")  # `//embargo// Lomsk closes tunnel`
_BRACKET_HEADS = re.compile(rf"[(\[]{_TWO_WORDS}")


@dataclass(frozen=True, slots=True)
class Scope:
    """The line, or a bracket in it: the words that have to be understood together."""

    start: int  # in the line, with the bracket itself
    end: int
    written: str
    text: str  # without the bracket
    parts: tuple[int, ...]  # where in the text a note may begin
    counts: frozenset[Counts] = frozenset()  # more than in its line


@dataclass(frozen=True, slots=True)
class LineNote:
    """What a line says to editors."""

    notice: Notice
    acts: frozenset[Act]
    rest: str  # the line without its notes, as far as it is public
    label_alone: bool = False  # the lines that follow are the note


def is_at_edge(number: int, count: int) -> bool:
    """Whether the line of that number, of so many, is one of the first or last."""
    return number <= EDGE_LINES or number >= count - EDGE_LINES


def read_line(
    line: str,
    counts: frozenset[Counts],
    issued: datetime | None = None,
    *,
    parted: bool = True,
    at_edge: bool = True,
) -> LineNote | None:
    """The notes of a plain line: a paragraph, a headline, a part of a slugline; None for nearly all lines.

    `parted`: whether a note may also begin inside the line, after a dash, a bar or a full stop.
    """
    if Counts.COPY in counts and (private := _private_label(line)):
        return LineNote(Notice(), frozenset({private}), "")
    if line[:1] in QUOTES and _QUOTATION.match(line):
        return None
    if line.startswith("//") and (tag := _SLASHED.match(line)) and act_of_tag(tag[1]):
        return _read_slashed(line, tag, counts, issued, parted=parted, at_edge=at_edge)
    line = respelled_line(line)
    if not may_have_scopes(line, counts, parted=parted):
        return _read_families(line, counts, at_edge=at_edge)
    found = [
        (scope, note)
        for scope in _scopes(line, counts, parted)
        if (note := _read(scope, counts | scope.counts, issued))
    ]
    if not found:
        return _read_families(line, counts, at_edge=at_edge)
    found = [(scope, note) for scope, note in found if note.acts != _NO_NOTE]
    if not found:
        return None
    acts = frozenset(act for _, note in found for act in note.acts)
    notice = together(note.notice for _, note in found)
    return LineNote(notice, acts, _rest(line, found), any(note.label_alone for _, note in found))


def _private_label(line: str) -> Act | None:
    """What a label does that is qualified, cut off by a slash or quoted: `EDITORS' NOTE (private): …`, `EDS/ …`."""
    found = _QUALIFIED.match(line) if "(" in line[:LABELLED_LENGTH_MAX] else None
    if found and _label_words().issuperset(WORD.findall(fold(found["label"]))):
        inside = fold(found["inside"]).strip()
        return Act.PRIVATE if inside in words("secret") or act_of_tag(inside) is Act.PRIVATE else None
    if "/" in line[:9] and (found := _SLASH_LABEL.match(line)):
        return Act.LABEL if fold(found[1]) in words("editor") | {"eds", "desk"} else None
    if line[:1] in QUOTES and (found := _QUOTED.match(line)):
        return Act.PRIVATE if act_of_tag(found[1]) is Act.PRIVATE else None
    return None


@cache
def _label_words() -> frozenset[str]:
    """The words of a label for editors, in all languages."""
    return words("reader") | words("note") | words("note_to") | words("label") | words("editor") | {"s"}


def read_line_to_end(
    line: str, counts: frozenset[Counts], issued: datetime | None, *, parted: bool, at_edge: bool
) -> LineNote | None:
    """The notes of a line, with those of what is left of it, until nothing changes; None for nearly all lines."""
    note = read_line(line, counts, issued, parted=parted, at_edge=at_edge)
    while note and note.rest and note.rest != line:
        line = note.rest
        more = read_line(line, counts, issued, parted=parted, at_edge=at_edge)
        if more is None:
            break
        notice = together((note.notice, more.notice))
        note = LineNote(notice, note.acts | more.acts, more.rest, note.label_alone or more.label_alone)
    return note


def _read_slashed(
    line: str,
    tag: re.Match[str],
    counts: frozenset[Counts],
    issued: datetime | None,
    *,
    parted: bool,
    at_edge: bool,
) -> LineNote | None:
    """The notes of a line that begins with a tag between slashes, read as one in brackets."""
    bracketed = f"[{tag[1]}]"
    note = read_line(bracketed + line[tag.end() :], counts, issued, parted=parted, at_edge=at_edge)
    return replace(note, rest=note.rest.replace(bracketed, tag[0], 1)) if note else None


def addressed_acts(line: str, *, at_edge: bool) -> frozenset[Act]:
    """What a line says as a whole: more freely between marks or behind a label, else by nearly all its words."""
    if line[:1].islower() or line[:1] in QUOTES:
        return frozenset()  # it goes on with the sentence of the line before, or quotes somebody
    if not at_edge:
        return acts_of_line(line)
    inside = enclosed(line)
    rest = behind_label(inside or line)
    if rest or inside:
        return acts_of_line(rest or inside, MARKED) or _acts_of_parts(inside)
    return acts_of_line(line) or acts_of_line(line, EDGE)


def _acts_of_parts(inside: str) -> frozenset[Act]:
    """The tags between dashes, in capitals, of what is between marks; a line that begins as a correction is one."""
    parts = _TAGS_APART.split(inside) if inside.isupper() else []
    acts = frozenset(act for part in parts if (act := act_of_tag(part)))
    return acts or (frozenset({Act.CORRECTION}) if inside and is_correction(inside) else frozenset())


def tag_before_colon(line: str) -> frozenset[Act]:
    """The tag in the label of a line for editors: `Attention editors, CORRECTION: …`."""
    tag = tag_in_label(enclosed(line) or line)
    act = act_of_tag(tag) if tag else None
    return frozenset({act}) if act else frozenset()


def _read_families(line: str, counts: frozenset[Counts], *, at_edge: bool) -> LineNote | None:
    """What a line says that no phrase knows: by the families of its words if all are known, else by its tags."""
    if Counts.SLUG in counts or (line[:1] in QUOTES and _QUOTATION.match(line)):
        return None
    if acts := addressed_acts(line, at_edge=at_edge) or tag_before_colon(line):
        return LineNote(notice_of_acts(acts, line), acts, "")
    if (line.isupper() or not line.endswith(".")) and says_standing(line, is_tag=False):
        return LineNote(notice_of_acts(STANDING, line), STANDING, "")
    if Counts.COPY in counts and begins_private(line):
        return LineNote(Notice(), frozenset({Act.PRIVATE}), "")
    brackets = [*BRACKETED.finditer(line)][:BRACKETS_MAX] if "(" in line or "[" in line else []
    private = next((match.start() for match in brackets if begins_private(match[1]) or is_to_desk(match[1])), None)
    if private is not None:
        return LineNote(Notice(), frozenset({Act.PRIVATE}), line[:private].rstrip())
    tags = [*short_tags(line)] if len(line) <= SHORT_LENGTH_MAX[Counts.COPY in counts] else []
    acts = frozenset(tag.act for tag in tags)
    if brackets and not line[: brackets[0].start()].strip() and is_correction(brackets[0][1]):
        acts |= {Act.CORRECTION}
    for tag in reversed([each for each in tags if each.act is not Act.CORRECTION]):  # `CORRECTED` may be read
        line = f"{line[: tag.start].rstrip(TAG_MARKS)} {line[tag.end :].lstrip(TAG_MARKS)}".strip()
    return LineNote(notice_of_acts(acts, line), acts, line) if acts else None


def is_to_desk(inside: str) -> bool:
    """Whether the text of a bracket is addressed by one word: `(Desk: call Ana Ruiz)`."""
    reader, colon, _ = inside.partition(":")
    return bool(colon) and fold(reader.strip()) in words("reader")


def _rest(line: str, found: list[tuple[Scope, LineNote]]) -> str:
    """The line without its notes.  What follows a private note in its line is private."""
    for scope, note in sorted(found, key=lambda each: each[0].start, reverse=True):
        behind = "" if Act.PRIVATE in note.acts else line[scope.end :]
        line = f"{line[: scope.start]}{note.rest}{behind}"
    return " ".join(line.split())


def may_have_scopes(line: str, counts: frozenset[Counts], *, parted: bool) -> bool:
    """Whether the line may have a scope: a cheap test, without folding the line."""
    head = _HEAD.match(line)
    if head and may_open(head[1], head[2], counts):
        return True
    if "(" in line or "[" in line:
        counts |= COPY  # in brackets
        heads = (_HEADS if parted else _BRACKET_HEADS).findall(line)
    elif parted:
        heads = _HEADS.findall(line)
    else:
        return False
    return any(may_open(first, second, counts) for first, second in heads)


def _scopes(line: str, counts: frozenset[Counts], parted: bool) -> Iterator[Scope]:
    """The line without its brackets, then each bracket; only where a note may begin."""
    brackets = [*BRACKETED.finditer(line)][:BRACKETS_MAX] if "(" in line or "[" in line else []
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
    """Where a part of the line begins: after a bar, a colon, a sentence, a bracket, a dash behind a blank."""
    for match in _PARTED.finditer(line):
        start = match.start()
        if line[start] not in _DASHES or (start and line[start - 1].isspace()):
            yield match.end()


def _is_inside(line: str, at: int, brackets: list[re.Match[str]]) -> bool:
    """Whether the next word is in one of the brackets."""
    word = WORD.search(line, at)
    return word is None or any(match.start() <= word.start() < match.end() for match in brackets)


def _read(scope: Scope, counts: frozenset[Counts], issued: datetime | None) -> LineNote | None:
    """The notes of a scope; `rest` is what stands before them, or all of a long line."""
    text = Text(scope.text)
    marks: list[Mark] = []
    first = end = 0
    for at in scope.parts:
        mark = mark_behind_lead(text, at, counts) if at >= end else None
        if mark:
            first = first if marks else at
            marks.append(mark)
            end = mark.end
    if not marks or (Counts.COPY not in counts and _asks(text, marks[-1])):
        return None
    acts = frozenset(mark.act for mark in marks)
    if Act.LABEL in acts:
        return _labelled(scope, text, first, marks, issued)
    stays = Act.PRIVATE not in acts and len(scope.text) > NOTE_LENGTH_MAX
    rest = scope.written if stays else _before(scope, first)
    return LineNote(notice_of(text, marks, issued), acts, rest)


def _asks(text: Text, mark: Mark) -> bool:
    """Whether a word that names an embargo is what a headline is about: `EMBARGO - what we know`."""
    following = WORD.search(text.folded, mark.end)
    is_name = mark.act is Act.EMBARGO and text.plain[mark.start : mark.end].isalpha()
    return is_name and following is not None and following[0] in words("asks")


def _labelled(scope: Scope, text: Text, first: int, marks: list[Mark], issued: datetime | None) -> LineNote:
    """`Eds: …`: all that follows the label is a note, and none of its words are kept."""
    label = next(mark for mark in marks if mark.act is Act.LABEL)
    note = Text(text.plain[label.end :])
    before = [mark for mark in marks if mark.act is not Act.LABEL]
    notice = together((notice_of(text, before, issued), read_for_editors(note.plain, issued)))
    words_of_label = WORD.findall(text.folded, label.start, label.end)
    is_whole = len(words_of_label) > 1 or len(words_of_label[0]) >= LABEL_LENGTH_MIN
    alone = is_whole and WORD.search(note.plain) is None
    return LineNote(notice, frozenset({Act.LABEL}), _before(scope, first), alone)


def _before(scope: Scope, at: int) -> str:
    """What stands before a note in its line; nothing of a bracket."""
    return scope.text[:at].rstrip(" -–—|([*:") if scope.written == scope.text else ""
