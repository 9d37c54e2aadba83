"""Which reports of a story are on the same event, and which of them have the same claim.

A story is wider than an event, and an event has more than one claim.  Reports are near if they came within some
hours of each other, if one has the figures of the other's headline, and if the words of both headlines are in the
other's beginning, as far as two people who write of one event use the same words.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable
from zlib import crc32

import msgspec

from pipeline.alert.figures import figures_in
from pipeline.items import Item
from pipeline.language.blocks import FUNCTION_WORDS
from pipeline.language.folding import WORDS_CACHED, fold_text, fold_word
from pipeline.language.watched import words_in
from pipeline.values.agencies import agency_name

OPENING_CHARACTERS = 600  # of the body, in which the words of the other headline are looked for
HEADLINE_CHARACTERS = 300  # of a headline; without one, the body's first HEADING_CHARACTERS are the headline
HEADING_CHARACTERS = 100
TOKEN_CHARACTERS_MAX = 40  # what is longer is no word, but a sentence in a script without blanks
NEAR_SHARE_MIN = 1 / 3  # of the words of both headlines
NEAR_WORDS_MIN = 3  # of them
NEAR_MS = 36 * 3_600_000  # a report of the next morning's paper counts
REPORTS_MAX = 64  # of a thread, one a source; more sources are not counted


class Report(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """The latest independent report of a source, as others are compared with it.  About 0.4 kB."""

    source: str  # what counts once, folded
    name: str  # as people write it
    dispatch: str
    offset: int  # source offset of its record
    time_ms: int
    claimed: tuple[str, ...]  # the figures of the headline
    figures: tuple[str, ...]  # those of headline and opening
    heading: bytes  # the words of the headline, hashed: uint16, sorted
    words: bytes  # those of headline and opening


def report_of(item: Item, time_ms: int, offset: int) -> Report:
    """What of an item is compared."""
    name, body = source_name(item), item.body[:OPENING_CHARACTERS]
    headline = item.headline[:HEADLINE_CHARACTERS] or body[:HEADING_CHARACTERS]
    claimed, heading = figures_in(headline), _hashes(headline)
    figures = tuple(dict.fromkeys((*claimed, *figures_in(body))))
    words = heading | _hashes(body)
    return Report(
        name.casefold(), name, item.dispatch.id, offset, time_ms, claimed, figures, _packed(heading), _packed(words)
    )


class _Hashes(dict[str, tuple[int, ...]]):
    """By token between two blanks: its words but function words and figures, hashed.  It only changes the speed."""

    def __missing__(self, token: str) -> tuple[int, ...]:
        words = {fold_word(word) for word in words_in(fold_text(token)) if not word.isdigit()}
        # A tuple of numbers, unlike a set, is nothing that the garbage collector goes through again and again.
        found = tuple(sorted({crc32(word.encode()) & 0xFFFF for word in words - FUNCTION_WORDS}))
        if len(token) <= TOKEN_CHARACTERS_MAX:
            if len(self) >= WORDS_CACHED:
                self.clear()
            self[token] = found
        return found


_hashes_of = _Hashes()


def _hashes(text: str) -> set[int]:
    return set[int]().union(*map(_hashes_of.__getitem__, text.split()))


def _packed(hashes: set[int]) -> bytes:
    return array("H", sorted(hashes)).tobytes()


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


def near(reports: Iterable[Report], report: Report) -> tuple[Report, ...]:
    """The reports on the same event, as far as words can tell, this one's source included, in order of arrival.

    Of a claim in the words of the story they say nothing: another source may report the event without it.
    """
    return tuple(each for each in reports if each.source == report.source or _is_near(each, report))


def same(reports: Iterable[Report], report: Report) -> tuple[Report, ...]:
    """The reports that have every word and figure of this one's headline, its own source included.

    Few have: others write of the same in other words.  But no source is named beside a claim that it does not have.
    """
    return tuple(each for each in reports if each.source == report.source or _has_claim(each, report))


def _is_near(other: Report, report: Report) -> bool:
    if not _may_be_same(other, report):
        return False
    headings = _unpacked(report.heading), _unpacked(other.heading)
    shared = len(headings[0] & _unpacked(other.words)) + len(headings[1] & _unpacked(report.words))
    return shared >= max(NEAR_WORDS_MIN, NEAR_SHARE_MIN * sum(map(len, headings)))


def _has_claim(other: Report, report: Report) -> bool:
    heading = _unpacked(report.heading)
    return _may_be_same(other, report) and bool(heading) and heading <= _unpacked(other.words)


def _may_be_same(other: Report, report: Report) -> bool:
    return abs(other.time_ms - report.time_ms) <= NEAR_MS and set(report.claimed) <= set(other.figures)


def _unpacked(hashes: bytes) -> set[int]:
    return set(memoryview(hashes).cast("H"))
