"""The one reader of all text that is addressed to editors."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from datetime import datetime

from pipeline.notes.effects import notice_of, together
from pipeline.notes.fold import WORD, plain
from pipeline.notes.lines import COPY, LINE, SLUG, read_line
from pipeline.notes.marks import Text, marks_anywhere, may_hold
from pipeline.notes.passages import NOTHING, Addressee, Notice, Passage
from pipeline.notes.phrases import EVERY, openings
from pipeline.notes.tags import TAG, read_tag
from pipeline.notes.times import read_end

_FLAGS = re.compile(r"\(([^()]*)\)")
_SLUG_PARTS = re.compile(r"[/,;|()]")
_HYPHENS = re.compile(r"[-_–. ]+")
STORY_SLUG = "embargo"  # `RUSSIA-EMBARGO/` is a story about one


def read_notes(passages: Iterable[Passage], issued: datetime | None = None) -> Notice:
    """What the passages say together: every signal, and the strictest embargo.  Raises nothing.

    `issued`: when the item had been written at the latest; weekdays and dates without a year are seen from it.
    """
    return together(READERS[each.addressee](each.text, issued) for each in passages if each.text)


def load() -> None:
    """Build the tables now, so that no item waits for them or dies of a file that is missing."""
    for counts in (EVERY, COPY, LINE, SLUG, TAG, COPY | TAG, SLUG | COPY):
        openings(counts)
    read_end("18:00 GMT")


def read_for_editors(text: str, issued: datetime | None) -> Notice:
    """A text that is addressed to editors: every phrase in it counts."""
    whole = Text(text)
    return notice_of(whole, marks_anywhere(whole), issued) if may_hold(whole.plain, EVERY) else NOTHING


def read_headline(text: str, issued: datetime | None) -> Notice:
    """A headline or the subject of a mail: its tag, its brackets, and what follows a dash."""
    text = plain(text)
    if not may_hold(text, COPY | TAG):
        return NOTHING
    tag = read_tag(text)
    found = [Notice(tag.signals)] if tag else []
    note = read_line(text, LINE, issued)
    return together([*found, note.notice] if note else found)


def read_public_text(text: str, issued: datetime | None) -> Notice:
    """Public text, a paragraph a line: marked lines count."""
    text = plain(text)
    if not may_hold(text, COPY):
        return NOTHING
    notes = [read_line(line, COPY, issued) for line in text.split("\n") if line]
    return together(note.notice for note in notes if note)


def read_slug(text: str, issued: datetime | None) -> Notice:
    """A slugline: its flags, its parts, and their words but for `embargo`, which may be what it is about."""
    text = plain(text)
    if not may_hold(text, SLUG | COPY):
        return NOTHING
    parts = [part.strip() for part in _SLUG_PARTS.split(text)]
    pieces = [*parts, *(word for part in parts for word in _HYPHENS.split(part) if word.lower() != STORY_SLUG)]
    notes = [note for piece in pieces if WORD.search(piece) and (note := read_line(piece, SLUG, issued))]
    return together(note.notice for note in notes)


READERS: dict[Addressee, Callable[[str, datetime | None], Notice]] = {
    Addressee.EDITORS: read_for_editors,
    Addressee.HEADLINE: read_headline,
    Addressee.PUBLIC: read_public_text,
    Addressee.SLUG: read_slug,
}
