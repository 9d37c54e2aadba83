"""What of a text may be published: nothing from the first private marker on (docs/design/laws.md#law-5)."""

from __future__ import annotations

import re
from datetime import datetime
from functools import lru_cache, reduce
from operator import and_
from typing import NamedTuple

from pipeline.items import Signal
from pipeline.notes.addressed import is_to_desk
from pipeline.notes.cut_notes import without_cuts
from pipeline.notes.editors import read_for_editors
from pipeline.notes.effects import together
from pipeline.notes.families import acts_in_note, may_be_private
from pipeline.notes.lexicon import ALL_LANGUAGES, known_in
from pipeline.notes.lines import is_at_edge, read_line, read_line_to_end
from pipeline.notes.passages import NOT_UNDERSTOOD, REMEMBERED_LENGTH_MAX, SPEAKING_CHARACTERS_MAX, Notice
from pipeline.notes.phrases import Act, Counts
from pipeline.notes.scopes import BRACKETED, COPY, LINE, may_have_scopes
from pipeline.notes.screen import may_be_note
from pipeline.notes.sentences import before_sentence, with_needles
from pipeline.notes.short_tags import begins_private

_REASON = re.compile(r"\s[-–—]+\s|[;,.] ")
NOTE = COPY | {Counts.EDITORS}
SHORT_LENGTH_MAX = 80  # of a line that is no paragraph: of the first and last ones every part may be a note
TOP_LINES_MAX = 3  # a label alone further down is over all that follows; at the top the story follows


ALONE_LENGTH_MAX = 60  # of a line that is nothing but a label or a private marker


class PublicText(NamedTuple):
    """A text without its notes to editors."""

    lines: tuple[str, ...]  # as many as were given, up to the first private one; the headline may be empty
    notice: Notice
    removed: tuple[Act, ...]  # a piece each, in order; none of their words is kept
    all_private: bool  # something is private, and no line is left


def public_text(lines: list[str], issued: datetime | None = None, *, titled: bool) -> PublicText:
    """The lines without notes; the first is a headline if `titled`.  Raises nothing."""
    written = lines
    lines, near = with_needles(written)
    lines, removed = before_sentence(lines, near)
    shown = [*written[: len(lines) - 1], lines[-1]] if removed else written  # as they were written
    title = lines[:1] if titled else []
    whole = [*title, *without_cuts(lines[len(title) :])]
    if whole != lines:
        shown = [one if line == own else line for line, own, one in zip(whole, lines, shown, strict=True)]
        lines = whole
    kept: list[str] = []
    notices: list[Notice] = []
    spoken = 0
    follows_label = False
    for number, line in enumerate(lines):
        is_title = titled and number == 0
        at_edge = is_at_edge(number, len(lines))
        parted = is_title or number in near or (at_edge and len(line) <= SHORT_LENGTH_MAX)
        counts = LINE if is_title else COPY
        note = None
        if may_be_note(line, counts, parted=parted, at_edge=at_edge):
            note = read_line_to_end(line, counts, issued, parted=parted, at_edge=at_edge)
        if note is None and not follows_label:
            kept.append(shown[number])  # nearly every line
            continue
        acts = note.acts if note else frozenset({Act.LABEL})
        removed = [*removed, *sorted(acts)] if note is None or note.rest != line else removed
        notices += [note.notice] if note else []
        spoken += len(line)
        if spoken > SPEAKING_CHARACTERS_MAX:
            notices.append(NOT_UNDERSTOOD)
            kept.append("")
            break
        rest = note.rest if note and not follows_label else ""
        # `Embargoed: ferry lines to merge` is all the headline that there is.
        kept.append(rest or shown[number] if is_title and acts.isdisjoint({Act.PRIVATE, Act.LABEL}) else rest)
        follows_label = bool(note and note.label_alone)
        if Act.PRIVATE in acts and number == len(lines) - 1 and not rest and says_hold(line):
            notices.append(Notice((Signal.HOLD,)))  # `Do not publish`, and nothing behind it
        if Act.PRIVATE in acts or (follows_label and _is_below_story(lines, number)):
            break
    story = [line for line in (kept[1:] if titled else kept) if line]
    is_cut = len(kept) < len(lines)
    if titled and not lines[0] and is_cut and len(story) == 1 and _is_headline(story[0]):
        story = []  # of plain copy, whose headline is its first line
    all_private = Act.PRIVATE in removed and not story
    return PublicText(tuple(kept), together(notices), tuple(removed), all_private)


def _is_headline(line: str) -> bool:
    return len(line) <= SHORT_LENGTH_MAX and line[-1] not in ".!?…"


def says_hold(note: str) -> bool:
    """Whether a private line holds its item: there is nothing else that could be private, but a reason at most."""
    first, *reasons = _REASON.split(note.strip(" ()[]*+=-"))
    known = reduce(and_, (known_in(word) for reason in reasons for word in reason.split()), ALL_LANGUAGES)
    return bool(known) and Signal.HOLD in read_for_editors(first, None).signals


def _is_below_story(lines: list[str], number: int) -> bool:
    """Whether what follows a label alone is no story: far down, or short lines below a paragraph."""
    if number > TOP_LINES_MAX:
        return True
    is_below = any(len(line) > SHORT_LENGTH_MAX for line in lines[:number])
    return is_below and all(len(line) <= SHORT_LENGTH_MAX for line in lines[number:])


def is_note_alone(line: str) -> bool:
    """Whether a line is nothing but a label or a private marker: what follows it is no part of its sentence."""
    if len(line) > ALONE_LENGTH_MAX or line[:1].islower() or not _may_be_alone(line):
        return False
    note = read_line(line, COPY, parted=False)
    return note is not None and not note.rest and (note.label_alone or Act.PRIVATE in note.acts)


def _may_be_alone(line: str) -> bool:
    """A cheap test: 15 us a line, where reading it takes 40 to 180."""
    if may_have_scopes(line, COPY, parted=False) or begins_private(line) or may_be_private(line):
        return True
    return any(is_to_desk(match[1]) for match in BRACKETED.finditer(line))


def is_public(text: str) -> bool:
    """Whether a text, one paragraph a line, has no note to editors: nothing is heard, and all of it may stay."""
    return (REMEMBERED_PUBLIC if len(text) <= REMEMBERED_LENGTH_MAX else JUST_PUBLIC)(text)


def _is_public(text: str) -> bool:
    lines, near = with_needles(text.split("\n"))
    return (
        not near
        and without_cuts(lines) == lines
        and not any(
            line
            and may_be_note(line, COPY, parted=True, at_edge=(edge := is_at_edge(number, len(lines))))
            and read_line(line, COPY, at_edge=edge)
            for number, line in enumerate(lines)
        )
    )


def public_part(text: str) -> str:
    """A text of a field, one paragraph a line, without its notes and what is private; empty if nothing is left."""
    if is_public(text):
        return text
    return REMEMBERED_PARTS(text) if len(text) <= REMEMBERED_LENGTH_MAX else _public_part(text)


def _public_part(text: str) -> str:
    return "\n".join(line for line in public_text(text.split("\n"), titled=False).lines if line)


REMEMBERED_MAX = 4_096  # rights, bylines, names of places
JUST_MAX = 32  # a long text of an item is asked for its notes, then for its public part
REMEMBERED_PUBLIC = lru_cache(4 * REMEMBERED_MAX)(_is_public)
JUST_PUBLIC = lru_cache(JUST_MAX)(_is_public)
REMEMBERED_PARTS = lru_cache(REMEMBERED_MAX)(_public_part)

# A line with an address or a number to call, in a few languages.
_CONTACT = re.compile(
    r"(?<!\S)\S[^\s@]*+@\S+\.\w|\+\d|\b(?:tel|phone|telefon|mobile?|contact|contacto|contatto|contato|тел|persvoorlichting)\b|kontakt\b|\brückfrage",
    re.I,
)


def is_for_newsroom(line: str) -> bool:
    """Whether a line of a note to editors is private as a whole, or says whom to call."""
    return bool(_CONTACT.search(line)) or Act.PRIVATE in acts_in_note(line)


def without_private(text: str) -> str:
    """A note to editors up to what in it is private: the note itself may stay."""
    written = text.split("\n")
    lines, near = with_needles(written)
    lines, removed = before_sentence(lines, near)
    kept: list[str] = []
    for line, shown in zip(lines, [*written[: len(lines) - 1], lines[-1]] if removed else written, strict=True):
        note = read_line(line, NOTE)
        private = note is not None and Act.PRIVATE in note.acts
        kept.append(note.rest if note and private else shown)
        if private:
            break
    return "\n".join(kept).rstrip()
