"""Marked lines of public text: what of a line is a note, what the note says, and what is left of the line.

A line is a note if it begins as one, after words such as `This press release is strictly`; so is what is in
brackets, and a part of a line after a dash, a bar or a full stop.  A plain sentence never is.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache

from pipeline.language.blocks import words_of_all
from pipeline.notes.addressed import addressed_acts, is_to_desk, private_label, tag_before_colon
from pipeline.notes.editors import read_for_editors
from pipeline.notes.effects import meaning_of, meaning_of_acts, together
from pipeline.notes.families import is_correction
from pipeline.notes.fold import WORD, fold
from pipeline.notes.in_force import says_in_force
from pipeline.notes.passages import NoteMeaning
from pipeline.notes.phrase_matches import PhraseMatch, Text, phrase_after_lead
from pipeline.notes.phrases import Act, CountsIn, words_in
from pipeline.notes.respelled import respelled_line
from pipeline.notes.scopes import QUOTATION, QUOTES, Scope, brackets_of, may_have_scopes, scopes_of
from pipeline.notes.short_tags import (
    TAGGED_LENGTH_MAX,
    begins_private,
    bracket_tags,
    short_tags,
)
from pipeline.notes.signed import SignedTag, signed_tag
from pipeline.notes.tag_words import TAG_MARKS, act_of_tag

LABEL_LENGTH_MIN = 10  # of a label of one word that may be alone in its line: `Pressekontakt`
NOTE_LENGTH_MAX = 300  # a longer line that begins as a note is copy with a note in front of it, and is published
EDGE_LINES = 4  # the first and the last ones, where notes are
EMBARGO_ONLY = frozenset({Act.EMBARGO})
_NO_NOTE = frozenset({Act.OTHER_EMBARGO})  # it only looks like one
_SLASHED = re.compile(r"//\s?([^/\n]{3,60}?)\s?//")  # `//embargo// Lomsk closes tunnel`


@dataclass(frozen=True, slots=True)
class LineNote:
    """What a line says to editors."""

    meaning: NoteMeaning
    acts: frozenset[Act]
    rest: str  # the line without its notes, as far as it is public
    label_alone: bool = False  # the lines that follow are the note


def is_at_edge(number: int, count: int) -> bool:
    """Whether the line of that number, of so many, is one of the first or last."""
    return number <= EDGE_LINES or number >= count - EDGE_LINES


def read_line(
    line: str,
    counts: frozenset[CountsIn],
    issued: datetime | None = None,
    *,
    parted: bool = True,
    at_edge: bool = True,
) -> LineNote | None:
    """The notes of a plain line: a paragraph, a headline, a part of a slugline; None for nearly all lines.

    `parted`: whether a note may also begin inside the line, after a dash, a bar or a full stop.
    """
    if CountsIn.COPY in counts and (private := private_label(line)):
        return LineNote(NoteMeaning(), frozenset({private}), "")
    if line[:1] in QUOTES and QUOTATION.match(line):
        return None
    if line.startswith("//") and (tag := _SLASHED.match(line)) and act_of_tag(tag[1]):
        return _read_slashed(line, tag, counts, issued, parted=parted, at_edge=at_edge)
    line = respelled_line(line)
    if at_edge and CountsIn.SLUG not in counts and (signed := signed_tag(line)):
        return _read_signed(signed, counts, issued)
    scopes = scopes_of(line, counts, parted) if may_have_scopes(line, counts, parted=parted) else ()
    found = [(scope, note) for scope in scopes if (note := _read(scope, counts | scope.counts, issued))]
    return _joined(line, found) if found else _read_families(line, counts, at_edge=at_edge)


def _joined(line: str, found: list[tuple[Scope, LineNote]]) -> LineNote | None:
    """The notes of the scopes of a line as one; None if they only look like notes."""
    found = [(scope, note) for scope, note in found if note.acts != _NO_NOTE]
    if not found:
        return None
    acts = frozenset(act for _, note in found for act in note.acts)
    meaning = together(note.meaning for _, note in found)
    return LineNote(meaning, acts, _rest(line, found), any(note.label_alone for _, note in found))


def _read_signed(signed: SignedTag, counts: frozenset[CountsIn], issued: datetime | None) -> LineNote:
    """What the tag says alone, if that has the end of an embargo or keeps what is below private; else its act."""
    bare = read_line(signed.tag, counts, issued)
    if bare and (Act.PRIVATE in bare.acts or (signed.act is Act.EMBARGO and bare.meaning.embargo)):
        return replace(bare, rest="")
    return LineNote(meaning_of_acts(frozenset({signed.act}), signed.tag), frozenset({signed.act}), "")


def read_line_to_end(
    line: str, counts: frozenset[CountsIn], issued: datetime | None, *, parted: bool, at_edge: bool
) -> LineNote | None:
    """The notes of a line, with those of what is left of it, until nothing changes; None for nearly all lines."""
    note = read_line(line, counts, issued, parted=parted, at_edge=at_edge)
    while note and note.rest and note.rest != line:
        line = note.rest
        more = read_line(line, counts, issued, parted=parted, at_edge=at_edge)
        if more is None:
            break
        meaning = together((note.meaning, more.meaning))
        note = LineNote(meaning, note.acts | more.acts, more.rest, note.label_alone or more.label_alone)
    return note


def _read_slashed(
    line: str,
    tag: re.Match[str],
    counts: frozenset[CountsIn],
    issued: datetime | None,
    *,
    parted: bool,
    at_edge: bool,
) -> LineNote | None:
    """The notes of a line that begins with a tag between slashes, read as one in brackets."""
    bracketed = f"[{tag[1]}]"
    note = read_line(bracketed + line[tag.end() :], counts, issued, parted=parted, at_edge=at_edge)
    return replace(note, rest=note.rest.replace(bracketed, tag[0], 1)) if note else None


def _read_families(line: str, counts: frozenset[CountsIn], *, at_edge: bool) -> LineNote | None:
    """What a line says that no phrase knows: by the families of its words if all are known, else by its tags."""
    if CountsIn.SLUG in counts or (line[:1] in QUOTES and QUOTATION.match(line)) or _claims_rights(line):
        return None
    if acts := addressed_acts(line, at_edge=at_edge) or tag_before_colon(line):
        return LineNote(meaning_of_acts(acts, line), acts, "")
    if (line.isupper() or not line.endswith(".")) and says_in_force(line, is_tag=False):
        return LineNote(meaning_of_acts(EMBARGO_ONLY, line), EMBARGO_ONLY, "")
    if CountsIn.COPY in counts and begins_private(line):
        return LineNote(NoteMeaning(), frozenset({Act.PRIVATE}), "")
    brackets = brackets_of(line)
    private = next((match.start() for match in brackets if begins_private(match[1]) or is_to_desk(match[1])), None)
    if private is not None:
        return LineNote(NoteMeaning(), frozenset({Act.PRIVATE}), line[:private].rstrip())
    is_short = len(line) <= TAGGED_LENGTH_MAX[CountsIn.COPY in counts]
    tags = [*(short_tags(line) if is_short else bracket_tags(line))]
    acts = frozenset(tag.act for tag in tags)
    if brackets and not line[: brackets[0].start()].strip() and is_correction(brackets[0][1]):
        acts |= {Act.CORRECTION}
    for tag in reversed([each for each in tags if each.act is not Act.CORRECTION]):  # `CORRECTED` may be read
        line = f"{line[: tag.start].rstrip(TAG_MARKS)} {line[tag.end :].lstrip(TAG_MARKS)}".strip()
    return LineNote(meaning_of_acts(acts, line), acts, line) if acts else None


def _claims_rights(line: str) -> bool:
    """Whether a line is the phrase of rights of a language: Italian *riservata* is reserved, and private too."""
    return " ".join(WORD.findall(fold(line))) in _phrases_of_rights()


@cache
def _phrases_of_rights() -> frozenset[str]:
    return frozenset(" ".join(WORD.findall(fold(phrase))) for phrase in words_of_all("rights"))


def _rest(line: str, found: list[tuple[Scope, LineNote]]) -> str:
    """The line without its notes.  What follows a private note in its line is private."""
    for scope, note in sorted(found, key=lambda each: each[0].start, reverse=True):
        behind = "" if Act.PRIVATE in note.acts else line[scope.end :]
        line = f"{line[: scope.start]}{note.rest}{behind}"
    return " ".join(line.split())


def _read(scope: Scope, counts: frozenset[CountsIn], issued: datetime | None) -> LineNote | None:
    """The notes of a scope; `rest` is what is before them, or all of a long line."""
    text = Text(scope.text)
    matches: list[PhraseMatch] = []
    first = end = 0
    for at in scope.parts:
        match = phrase_after_lead(text, at, counts) if at >= end else None
        if match:
            first = first if matches else at
            matches.append(match)
            end = match.end
    if not matches or (CountsIn.COPY not in counts and _asks(text, matches[-1])):
        return None
    acts = frozenset(match.act for match in matches)
    if Act.LABEL in acts:
        return _labelled(scope, text, first, matches, issued)
    stays = Act.PRIVATE not in acts and len(scope.text) > NOTE_LENGTH_MAX
    rest = scope.written if stays else _before(scope, first)
    return LineNote(meaning_of(text, matches, issued), acts, rest)


def _asks(text: Text, match: PhraseMatch) -> bool:
    """Whether a word that names an embargo is what a headline is about: `EMBARGO - what we know`."""
    following = WORD.search(text.folded, match.end)
    is_name = match.act is Act.EMBARGO and text.plain[match.start : match.end].isalpha()
    return is_name and following is not None and following[0] in words_in("asks")


def _labelled(
    scope: Scope, text: Text, first: int, matches: list[PhraseMatch], issued: datetime | None
) -> LineNote:
    """`Eds: …`: all that follows the label is a note, and none of its words are kept."""
    label = next(match for match in matches if match.act is Act.LABEL)
    note = Text(text.plain[label.end :])
    before = [match for match in matches if match.act is not Act.LABEL]
    meaning = together((meaning_of(text, before, issued), read_for_editors(note.plain, issued)))
    words_of_label = WORD.findall(text.folded, label.start, label.end)
    is_whole = len(words_of_label) > 1 or len(words_of_label[0]) >= LABEL_LENGTH_MIN
    alone = is_whole and WORD.search(note.plain) is None
    return LineNote(meaning, frozenset({Act.LABEL}), _before(scope, first), alone)


def _before(scope: Scope, at: int) -> str:
    """What is before a note in its line; nothing of a bracket."""
    return scope.text[:at].rstrip(" -–—|([*:") if scope.written == scope.text else ""
