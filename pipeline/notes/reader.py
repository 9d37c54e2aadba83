"""The one reader of all text that is addressed to editors."""

from __future__ import annotations

from collections.abc import Iterable

from pipeline.notes.passages import Addressee, Notice, Passage
from pipeline.values import editors_notes


def read_notes(passages: Iterable[Passage]) -> Notice:
    """What the passages say together: every signal, and the strictest embargo.  Raises nothing."""
    notes = [passage.text for passage in passages if passage.addressee is Addressee.EDITORS and passage.text]
    return Notice(tuple(sorted(editors_notes.signals_in(notes))), editors_notes.embargo_in(notes))
