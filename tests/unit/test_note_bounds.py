"""What the notes of one item can cost is bounded, and beyond the bound it is held: no note is half understood."""

from __future__ import annotations

import time

import pytest

from pipeline.formats.limits import PASSAGE_CHARACTERS_MAX
from pipeline.items import Signal
from pipeline.notes import NOTE_CHARACTERS_MAX, Addressee, Passage, load, public_text, read_notes
from pipeline.notes.passages import NOT_UNDERSTOOD, NOTE_PHRASES_MAX, SPEAKING_CHARACTERS_MAX
from pipeline.notes.phrases import every_phrase

UNITS = (
    "- embargo ",
    "(embargo) ",
    "Eds: embargo\n",
    "embargo lifted. ",
    "not for publication ",
    "The embargo. ",
)
SECONDS_MAX = 3.0  # of CPU, on a machine with other work; half a megabyte took 10 without the bounds


@pytest.mark.parametrize("unit", UNITS)
@pytest.mark.parametrize("addressee", [Addressee.EDITORS, Addressee.PUBLIC, Addressee.SLUG, Addressee.HEADLINE])
def test_half_a_megabyte_of_notes_takes_no_longer_than_seconds(addressee: Addressee, unit: str) -> None:
    load()
    assert all(phrase.pattern for phrase in every_phrase())  # each can be compiled, and is
    text = unit * (NOTE_CHARACTERS_MAX // len(unit))
    passages = [Passage(addressee, f"{n} {text}", "x") for n in range(PASSAGE_CHARACTERS_MAX // len(text))]
    passages.append(Passage(addressee, unit * (PASSAGE_CHARACTERS_MAX // len(unit)), "x"))
    began = time.process_time()
    read_notes(passages)
    assert time.process_time() - began < SECONDS_MAX


@pytest.mark.parametrize("count", [NOTE_PHRASES_MAX // 2, NOTE_PHRASES_MAX + 1])
def test_a_text_of_too_many_phrases_is_held_and_keeps_its_signals(count: int) -> None:
    meaning = read_notes([Passage(Addressee.EDITORS, "Correction. No embargo. " * count, "x")])
    assert Signal.CORRECTION in meaning.signals
    assert (meaning.embargo is not None) == (2 * count > NOTE_PHRASES_MAX)


@pytest.mark.parametrize("share", [0.5, 1.5])
def test_an_item_of_too_many_notes_is_held(share: float) -> None:
    line = "EDS: CORRECTION."
    lines = [line] * int(share * SPEAKING_CHARACTERS_MAX / len(line))
    passages = [Passage(Addressee.PUBLIC, f"{line}\n{number}", "x") for number, line in enumerate(lines)]
    for meaning in (read_notes(passages), public_text(["", *lines], titled=True).meaning):
        assert Signal.CORRECTION in meaning.signals
        assert meaning.embargo == (NOT_UNDERSTOOD.embargo if share > 1 else None)


@pytest.mark.parametrize("size", range(30, 48))
def test_a_note_of_two_lines_in_a_long_text(size: int) -> None:
    """A text that is too long for a note is read in pieces, and none of them ends within one."""
    story = (
        "The council of Lomsk closed the tunnel on Monday after a long debate about the costs, its chairman said."
    )
    for end, held in (("PUBLICATION BEFORE TUESDAY 6 P.M.", True), ("CHILDREN BEFORE TUESDAY 6 P.M.", False)):
        text = "\n".join([*[story] * size, "NOT", "FOR", end, story])
        assert (read_notes([Passage(Addressee.PUBLIC, text, "x")]).embargo is not None) is held
