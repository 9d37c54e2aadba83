"""The one reader of notes to editors: what counts, where it counts, and what has an end."""

from __future__ import annotations

from pipeline.items import Signal
from pipeline.notes import Addressee, Notice, Passage, read_notes
from pipeline.values.embargo import Embargo


def test_all_passages_are_read_together() -> None:
    """Several passages give one notice; public text that merely speaks of an embargo gives none."""
    passages = (
        Passage(Addressee.EDITORS, "CORRECTS: the name in paragraph 3", "edNote"),
        Passage(Addressee.EDITORS, "Embargo until noon", "rightsInfo/usageTerms"),
    )
    assert read_notes(passages) == Notice((Signal.CORRECTION,), Embargo(None))
    assert read_notes([Passage(Addressee.PUBLIC, "The EU lifts its arms embargo.", "body")]) == Notice()
