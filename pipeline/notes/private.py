"""What of a text may be published: nothing from the first private marker on (docs/design/laws.md#law-5)."""

from __future__ import annotations

import re
from datetime import datetime
from functools import lru_cache, reduce
from operator import and_
from typing import NamedTuple

from pipeline.items import Signal
from pipeline.notes.addressed import is_to_desk, private_label
from pipeline.notes.cut_notes import without_cuts
from pipeline.notes.editors import read_for_editors
from pipeline.notes.effects import together
from pipeline.notes.families import acts_in_note, may_be_private
from pipeline.notes.lexicon import ALL_LANGUAGES, known_in
from pipeline.notes.lines import LineNote, is_at_edge, read_line, read_line_to_end
from pipeline.notes.passages import NOT_UNDERSTOOD, REMEMBERED_LENGTH_MAX, SPEAKING_CHARACTERS_MAX, NoteMeaning
from pipeline.notes.phrases import Act, CountsIn
from pipeline.notes.scopes import BRACKETED, COPY, LINE, may_have_scopes
from pipeline.notes.screen import may_be_note
from pipeline.notes.sentences import before_sentence, with_needles
from pipeline.notes.short_tags import begins_private, bracketed_end
from pipeline.notes.signed import signed_tag

_REASON = re.compile(r"\s[-–—]+\s|[;,.] ")
NOTE = COPY | {CountsIn.EDITORS}
SHORT_LENGTH_MAX = 80  # of a line that is no paragraph: of the first and last ones every part may be a note
TOP_LINES_MAX = 3  # below these lines a label alone covers all that follows; within them the story may follow


ALONE_LENGTH_MAX = 60  # of a line that is nothing but a label or a private marker
REMEMBERED_MAX = 4_096  # rights, bylines, names of places
LONG_TEXTS_CACHED = 32  # a long text of an item is asked for its notes, then for its public part


PRIVATE_ONLY = frozenset({Act.PRIVATE})
# What a headline or the first sentence of news says of something private is no marker: `Memo for internal use only
# leaks`, `Private and confidential: a diary`.  There a marker has no unknown word, or is apart.
_DATELINE = re.compile(r"[^\W_][^\n():]{1,60}\([^()\n]{2,30}\) ?[-–—_.]")
_LABELLED = re.compile(r": ?[^\W_]")  # with the note itself behind its colon
_GOES_ON = re.compile(r"[^:\n]{3,60}: [a-zß-ÿ]")


class PublicText(NamedTuple):
    """A text without its notes to editors."""

    lines: tuple[str, ...]  # as many as were given, up to the first private one; the headline may be empty
    meaning: NoteMeaning
    removed: tuple[Act, ...]  # a piece each, in order; none of their words is kept
    all_private: bool  # something is private, and no line is left


def public_text(
    lines: list[str], issued: datetime | None = None, *, titled: bool, dated: bool = False
) -> PublicText:
    """The lines without notes; the first is a headline if `titled`.  Raises nothing.

    `dated`: whether a dateline was before the first line that is not empty.
    """
    lines, shown, near, removed = _with_whole_notes(_before_sentence(lines), titled=titled)
    kept: list[str] = []
    meanings: list[NoteMeaning] = []
    spoken = 0
    follows_label = False
    for number, line in enumerate(lines):
        is_title = titled and number == 0
        note = _note_of(lines, number, issued, is_title=is_title, is_near=number in near, dated=dated)
        if note is None and not follows_label:
            kept.append(shown[number])  # nearly every line
            continue
        acts = note.acts if note else frozenset({Act.LABEL})
        removed = [*removed, *sorted(acts)] if note is None or note.rest != line else removed
        meanings += [note.meaning] if note else []
        spoken += len(line)
        if spoken > SPEAKING_CHARACTERS_MAX:
            meanings.append(NOT_UNDERSTOOD)
            kept.append("")
            break
        rest = note.rest if note and not follows_label else ""
        # `Embargoed: ferry lines to merge` is all the headline that there is.
        kept.append(rest or shown[number] if is_title and acts.isdisjoint({Act.PRIVATE, Act.LABEL}) else rest)
        follows_label = bool(note and note.label_alone)
        if Act.PRIVATE in acts:
            meanings += [NoteMeaning((Signal.HOLD,))] if _holds(lines, number) else []
            if not _is_note_on_top(lines, number):
                break
        elif follows_label and _is_below_story(lines, number):
            break
    all_private = Act.PRIVATE in removed and _is_nothing_left(kept, lines, titled=titled)
    return PublicText(tuple(kept), together(meanings), tuple(removed), all_private)


class _Lines(NamedTuple):
    plain: list[str]
    shown: list[str]  # the same as they were written
    near: frozenset[int]  # which of them may hold a note behind their beginning
    removed: list[Act]  # what was cut off behind them


def _before_sentence(written: list[str]) -> _Lines:
    lines, near = with_needles(written)
    lines, removed = before_sentence(lines, near)
    return _Lines(lines, [*written[: len(lines) - 1], lines[-1]] if removed else written, near, removed)


def _with_whole_notes(given: _Lines, *, titled: bool) -> _Lines:
    title = given.plain[:1] if titled else []
    whole = [*title, *without_cuts(given.plain[len(title) :])]
    if whole == given.plain:
        return given
    rows = zip(whole, given.plain, given.shown, strict=True)
    return given._replace(plain=whole, shown=[one if line == own else line for line, own, one in rows])


def _note_of(
    lines: list[str], number: int, issued: datetime | None, *, is_title: bool, is_near: bool, dated: bool
) -> LineNote | None:
    line, at_edge = lines[number], is_at_edge(number, len(lines))
    parted = is_title or is_near or (at_edge and len(line) <= SHORT_LENGTH_MAX)
    counts = LINE if is_title else COPY
    if not may_be_note(line, counts, parted=parted, at_edge=at_edge):
        return None
    note = read_line_to_end(line, counts, issued, parted=parted, at_edge=at_edge)
    if note is None or note.acts != PRIVATE_ONLY:
        return note
    is_news = _is_heading(lines, number) or _DATELINE.match(line) or (dated and not any(lines[:number]))
    if not is_news:
        return note
    return read_line_to_end(line, counts, issued, parted=parted, at_edge=False) if not goes_on(line) else None


def goes_on(headline: str) -> bool:
    """Whether a headline goes on in lower case behind its first colon: `Private and confidential: a diary`."""
    return _GOES_ON.match(headline) is not None


def _is_heading(lines: list[str], number: int) -> bool:
    """Whether the line is the headline: of plain copy its first line, if a paragraph follows."""
    first = next((place for place, line in enumerate(lines) if line), 0)
    return number == first and any(len(line) > SHORT_LENGTH_MAX for line in lines[number + 1 :])


def _is_nothing_left(kept: list[str], lines: list[str], *, titled: bool) -> bool:
    story = [line for line in (kept[1:] if titled else kept) if line]
    is_cut = len(kept) < len(lines)
    if titled and not lines[0] and is_cut and len(story) == 1 and _is_headline(story[0]):
        return True  # of plain copy, whose headline is its first line
    return not story


def _is_headline(line: str) -> bool:
    return len(line) <= SHORT_LENGTH_MAX and line[-1] not in ".!?…"


def says_hold(note: str) -> bool:
    """Whether a private line holds its item: there is nothing else that could be private, but a reason at most."""
    parts = _REASON.split(note.strip(" ()[]*+=-"))
    hold = next((part for part in parts if Signal.HOLD in read_for_editors(part, None).signals), None)
    others = (word for part in parts if part is not hold for word in part.split())
    return hold is not None and bool(signed_tag(note) or reduce(and_, map(known_in, others), ALL_LANGUAGES))


def _holds(lines: list[str], number: int) -> bool:
    """Whether a private line holds its item, as the last one or by a bracket at its end: `Do not publish`."""
    last = lines[number] if number == len(lines) - 1 else ""
    return says_hold(last) or says_hold(bracketed_end(lines[number]))


def _is_note_on_top(lines: list[str], number: int) -> bool:
    """Whether a note is all in its line, `Note to editors (private): call Ana Ruiz`, and the story begins below."""
    following = next((line for line in lines[number + 1 :] if line), "")
    is_note = private_label(lines[number].strip("([")) is not None and _LABELLED.search(lines[number]) is not None
    return number <= TOP_LINES_MAX and is_note and _DATELINE.match(following) is not None


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
    """Whether a text, one paragraph a line, has no note to editors, so that all of it may stay."""
    return (_is_public_short if len(text) <= REMEMBERED_LENGTH_MAX else _is_public_long)(text)


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


_is_public_short = lru_cache(4 * REMEMBERED_MAX)(_is_public)
_is_public_long = lru_cache(LONG_TEXTS_CACHED)(_is_public)


def public_part(text: str) -> str:
    """A text of a field, one paragraph a line, without its notes and what is private; empty if nothing is left."""
    if is_public(text):
        return text
    return _public_part_short(text) if len(text) <= REMEMBERED_LENGTH_MAX else _public_part(text)


def _public_part(text: str) -> str:
    return "\n".join(line for line in public_text(text.split("\n"), titled=False).lines if line)


_public_part_short = lru_cache(REMEMBERED_MAX)(_public_part)

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
    given = _before_sentence(text.split("\n"))
    kept: list[str] = []
    for line, shown in zip(given.plain, given.shown, strict=True):
        note = read_line(line, NOTE)
        private = note is not None and Act.PRIVATE in note.acts
        kept.append(note.rest if note and private else shown)
        if private:
            break
    return "\n".join(kept).rstrip()
