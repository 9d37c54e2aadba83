"""A parsed item as normalise goes on with it."""

from __future__ import annotations

from dataclasses import replace

from pipeline.formats.parsed import Parsed
from pipeline.normalise.heeding import passages_of, signals_with
from pipeline.notes import Addressee, Passage, read_notes
from pipeline.values.embargo import Embargo, strictest


def all_passages(item: Parsed) -> tuple[Passage, ...]:
    """Every text of the item: what normalise hands to the reader of notes, and what the copy does."""
    headline = Passage(Addressee.HEADLINE, item.headline, "headline")
    return (*passages_of(item), headline, Passage(Addressee.PUBLIC, "\n".join(item.paragraphs), "body"))


def noticed(item: Parsed) -> Parsed:
    """The item without its passages, with what they say; without its names, which have tests of their own."""
    notice = read_notes(all_passages(item))
    found = Embargo(notice.embargo.until) if notice.embargo else None
    signals = signals_with(item.signals, notice.signals)
    return replace(item, passages=(), names=(), signals=signals, embargo=strictest((item.embargo, found)))
