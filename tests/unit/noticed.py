"""A parsed item as normalise goes on with it."""

from __future__ import annotations

from dataclasses import replace

from pipeline.formats.parsed import Parsed
from pipeline.normalise.building import passages_of
from pipeline.notes import read_notes
from pipeline.values.embargo import Embargo, strictest


def noticed(item: Parsed) -> Parsed:
    """The item without its passages, with what they say; without its names, which have tests of their own."""
    notice = read_notes(passages_of(item))
    found = Embargo(notice.embargo.until) if notice.embargo else None
    signals = tuple(dict.fromkeys((*item.signals, *notice.signals)))
    return replace(item, passages=(), names=(), signals=signals, embargo=strictest((item.embargo, found)))
