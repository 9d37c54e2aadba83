"""Which reports of a story say the same: only these stand behind one another.

A story is wider than a claim.  Reports are *near* if neither has figures that contradict the other's, if their
headlines and openings share words, and if they came within some hours of each other.
"""

from __future__ import annotations

from collections.abc import Iterable
from zlib import crc32

import msgspec

from pipeline.alert.figures import figures_in
from pipeline.copy.agencies import agency_name
from pipeline.copy.folding import fold_text, fold_word
from pipeline.copy.stopwords import FUNCTION_WORDS
from pipeline.copy.watched import words_in
from pipeline.items import Item

OPENING_CHARACTERS = 240  # of the body that are compared, beside the headline
WORDS_MAX = 60  # of headline and opening, function words and figures included
NEAR_SHARE_MIN = 0.2  # of the words of the shorter one
NEAR_WORDS_MIN = 2
NEAR_MS = 12 * 3_600_000
REPORTS_MAX = 64  # of a thread, one a source; more sources are not counted


class Report(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """The latest independent report of a source, as others are compared with it.  About 0.3 kB."""

    source: str  # what counts once, folded
    name: str  # as people write it
    dispatch: str
    offset: int  # source offset of its record
    time_ms: int
    figures: tuple[str, ...]
    words: tuple[int, ...]  # CRC-32 of the folded words, sorted


def report_of(item: Item, time_ms: int, offset: int) -> Report:
    """What of an item is compared."""
    name = source_name(item)
    text = f"{item.headline}\n{item.body[:OPENING_CHARACTERS]}"
    words = words_in(fold_text(text))[:WORDS_MAX]
    meant = {fold_word(word) for word in words if not word.isdigit()} - FUNCTION_WORDS
    hashes = sorted({crc32(word.encode()) for word in meant})
    return Report(name.casefold(), name, item.dispatch.id, offset, time_ms, figures_in(text), tuple(hashes))


def source_name(item: Item) -> str:
    """Who reported it: the agency that the copy names, known or not, else the feed."""
    dateline = item.furniture.dateline
    if code := item.wire.agency:
        return agency_name(code) or code
    return (dateline and dateline.agency) or item.wire.feed


def with_report(reports: Iterable[Report], report: Report) -> tuple[Report, ...]:
    """The reports with this one in the place of an earlier one of its source; the first REPORTS_MAX sources."""
    by_source = {each.source: each for each in reports}
    by_source[report.source] = report
    return tuple(by_source.values())[:REPORTS_MAX]


def without_dispatch(reports: Iterable[Report], dispatch: str) -> tuple[Report, ...]:
    """The reports without a dispatch that was killed: it stands behind nothing any more."""
    return tuple(each for each in reports if each.dispatch != dispatch)


def near(reports: Iterable[Report], report: Report) -> tuple[str, ...]:
    """The names of the sources that report the same, this one included, in order of arrival."""
    return tuple(each.name for each in reports if each.source == report.source or _is_near(each, report))


def _is_near(one: Report, other: Report) -> bool:
    if abs(one.time_ms - other.time_ms) > NEAR_MS:
        return False
    if one.figures and other.figures and not set(one.figures) & set(other.figures):
        return False
    shared, fewer = len(set(one.words) & set(other.words)), min(len(one.words), len(other.words))
    return shared >= NEAR_WORDS_MIN and shared >= NEAR_SHARE_MIN * fewer
