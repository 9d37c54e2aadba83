"""Lines of public text: what the screen passes over is no note, and a note that a line break cuts is one."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.notes import Addressee, Passage, public_part, public_text, read_notes
from pipeline.notes.family_lists import Family, entries_of, languages
from pipeline.notes.fold import plain
from pipeline.notes.lines import is_at_edge, read_line
from pipeline.notes.phrases import CountsIn
from pipeline.notes.scopes import COPY, LINE
from pipeline.notes.screen import may_be_note

STORY = "The council of Lomsk closed the tunnel on Monday after a long debate about the costs, its chairman said."
SECRET = "call Ana Ruiz"
FAMILIES = (Family.KILL, Family.HOLD, Family.NOT, Family.PUBLISH, Family.UNTIL, Family.OBJECT, Family.PLEASE)
NOTE_WORDS = sorted(
    {
        entry.rstrip("*")
        for language in languages()
        for name in (*FAMILIES, Family.EMBARGO, Family.PRIVATE, "label", "tag_kill", "tag_private")
        for entry in entries_of(language, name)
    }
)
STORY_WORDS = STORY.split()
SPACED = (": ", " - ", " – ", ". ", "* ", "## ", "(", ") ", "[", "] ", "//", "/")
MARKS = ("", "", "", *SPACED, '"', "“", "” ", "E M B A R G O ")
SPELLINGS = (str, str.upper, str.title)
# A first line that breaks off, and the next one; a twin of two lines that is news.
CUTS: dict[tuple[str, ...], tuple[str, ...]] = {
    ("NOT FOR", f"PUBLICATION: {SECRET}"): ("NOT FOR", f"THE FAINT-HEARTED: {SECRET}"),
    ("Not for", f"publication: {SECRET}"): ("Not far", f"publication: {SECRET}"),
    ("NICHT ZUR", f"VERÖFFENTLICHUNG: {SECRET}"): ("NICHT ZUR", f"VERFÜGUNG: {SECRET}"),
    ("PAS POUR", f"PUBLICATION : {SECRET}"): ("PAS POUR", f"LES ENFANTS : {SECRET}"),
    ("NO PARA", f"PUBLICAR: {SECRET}"): ("NO PARA", f"LLORAR: {SECRET}"),
    ("NON PER LA", f"PUBBLICAZIONE: {SECRET}"): ("NON PER LA", f"PIOGGIA: {SECRET}"),
    ("NIET VOOR", f"PUBLICATIE: {SECRET}"): ("NIET ZONDER", f"KINDEREN: {SECRET}"),
    ("IKKE FOR", f"PUBLISERING: {SECRET}"): ("IKKE MED", f"BARN: {SECRET}"),
    ("NOT", "FOR", f"PUBLICATION: {SECRET}"): ("NOT", "FOR", f"CHILDREN: {SECRET}"),
    ("НЕ ДЛЯ", f"ПУБЛИКАЦИИ: {SECRET}"): ("НЕ ДЛЯ", f"ДЕТЕЙ: {SECRET}"),
}  # fmt: skip


@given(
    st.lists(
        st.tuples(st.sampled_from(NOTE_WORDS) | st.sampled_from(STORY_WORDS), st.sampled_from(MARKS)), max_size=12
    ),
    st.sampled_from(SPELLINGS),
    st.sampled_from((COPY, LINE)),
    st.booleans(),
    st.booleans(),
)
def test_what_the_screen_passes_over_is_no_note(
    words: list[tuple[str, str]],
    spell: Callable[[str], str],
    counts: frozenset[CountsIn],
    parted: bool,
    at_edge: bool,
) -> None:
    """Whatever words and marks a line is made of: where the screen says no, reading it finds nothing."""
    line = plain(" ".join(spell(word) + mark for word, mark in words).strip())
    if line and not may_be_note(line, counts, parted=parted, at_edge=at_edge):
        assert read_line(line, counts, parted=parted, at_edge=at_edge) is None


def test_the_screen_passes_over_a_story() -> None:
    """It is of use: the paragraphs of a story are not read, nor its quotations and short lines."""
    quoted = "“We cannot close the tunnel,” said the chairman, who had voted against it."
    for line in (f"{STORY} {STORY} {STORY}", quoted, "Repairs of the old tunnel"):
        assert not may_be_note(line, COPY, parted=False, at_edge=True)
    assert not may_be_note(STORY, COPY, parted=False, at_edge=False)


@pytest.mark.parametrize("before", [1, 6])
@pytest.mark.parametrize("cut", CUTS, ids=" / ".join)
def test_a_note_that_a_line_break_cuts_is_heard(cut: tuple[str, ...], before: int) -> None:
    """At the edge of a text and inside: what follows the marker is private; the twin is published whole."""
    for lines, is_private in ((cut, True), (CUTS[cut], False)):
        copy = ["Lomsk closes tunnel", *[STORY] * before, *lines, *[STORY] * 6]
        shown = "\n".join(public_text(copy, titled=True).lines)
        assert (SECRET in shown) is not is_private
        assert (lines[0] in shown) is not is_private
        assert (SECRET in public_part("\n".join([STORY, *lines]))) is not is_private


def test_a_hold_that_a_line_break_cuts_holds() -> None:
    """Of several short lines too; a headline is not joined with the story below it."""
    for lines, is_held in ((("DO NOT", "PUBLISH"), True), (("DO NOT", "PANIC"), False)):
        notice = read_notes([Passage(Addressee.PUBLIC, "\n".join([STORY, *lines]), "test")])
        assert bool(notice.signals) is is_held, lines
    assert SECRET in "\n".join(public_text(["Not for", f"publication: {SECRET}", STORY], titled=True).lines)


def test_the_edges_of_a_text() -> None:
    """Five lines from its beginning and four from its end on, where notes are."""
    assert [number for number in range(20) if is_at_edge(number, 20)] == [0, 1, 2, 3, 4, 16, 17, 18, 19]
