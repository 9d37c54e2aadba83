"""The verdict on one item: exact copy, near-duplicate, round-up or original.  Reads the window, changes nothing."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from pipeline.dedupe import kernels, relations, templates
from pipeline.dedupe.changes import CopyOrigin, ItemFingerprints, SeenItem
from pipeline.dedupe.fingerprints import EXACT_KINDS, PAYLOAD
from pipeline.dedupe.measures import OTHER_HEADLINE, Headline
from pipeline.dedupe.relations import CopyMatch
from pipeline.dedupe.rules import DedupeRule
from pipeline.dedupe.window import Window, WindowEntry, short_id, uint32s
from pipeline.items import Duplicate, Relation

CANDIDATES_MAX = 32  # dispatches that one item is compared with: those that share most fingerprints
TEMPLATES_MAX = 8  # items of whose stub or template an item has its terms
SAME_REPORT_MS = 12 * 3_600_000  # so long one headline stands above one report, and the figures of one event grow
NEXT_DAY_MS = 18 * 3_600_000  # from here on it may be what a feed sends each day at about the same hour
SHARED_MIN = 2  # fingerprints that make a candidate,
SHARED_MIN_PERCENT = 12  # and this share of those probed (docs/design/duplicates.md#the-two-zone-rule)


@dataclass(frozen=True)
class CopyQuery:
    """An item whose earlier copies are asked for."""

    dispatch: str
    feed: str
    language: str
    headline: str
    opening: str  # of its body
    words: int  # of its bare body
    says_corrected: bool
    exact: tuple[bytes, ...]
    fingerprints: ItemFingerprints
    headline_key: bytes  # that of its fingerprints which stands for the headline; none of a short one
    now_ms: int
    arrived_ms: int  # when it came to Wiredesk

    @cached_property
    def text(self) -> templates.Text:
        """Its headline and terms, for those that may have its stub or template."""
        return templates.text_of(self.headline, self.fingerprints.terms)

    @cached_property
    def dates(self) -> frozenset[int]:
        """The terms of the dates in the opening."""
        return templates.dates_in(self.opening)

    @cached_property
    def hours(self) -> frozenset[int]:
        """The terms of the times above a table; none of what is no table."""
        return templates.hours_in(self.headline, self.opening)

    @cached_property
    def names(self) -> frozenset[int]:
        """The terms of the names in its headline, as its copy shows them."""
        return templates.names_in(self.headline, self.opening)


@dataclass(frozen=True, slots=True)
class DedupeVerdict:
    """Who said it before, and which dispatches it copies."""

    duplicate: Duplicate
    source: WindowEntry | None = None  # the item that it was matched with
    copied: tuple[str, ...] = ()  # the dispatches whose copy it carries
    posted_ms: int | None = None  # stream time of the last posting that is as good as its own would be
    alike: int = 0  # how many others before it had the same stub or template
    template: frozenset[int] = frozenset()  # the terms that it has from that, and no word about its event

    @property
    def copied_origin(self) -> CopyOrigin | None:
        """The origin of a copy; None for a report or round-up, with which a chain of copies begins."""
        begins = self.duplicate.independent or self.duplicate.relation is Relation.ROUND_UP
        return None if begins or not self.source else self.source.seen.origin


def judge_duplicate(window: Window, query: CopyQuery) -> DedupeVerdict:
    """The verdict.  Items of the same dispatch, and copies of it, are not compared."""
    same = list(_same_text(window, query))
    stubs = _stubs([entry for _, entry in same], query)
    whole = ((kind, entry) for kind, entry in same if entry not in stubs)
    exact = next((one for one in whole if one[0] == PAYLOAD or not _is_of_series(one[1], query)), None)
    if exact:
        return _exact(*exact)
    candidates = _candidates(window, query)
    entries = (entry for short in candidates for entry in window.revisions(short, query.now_ms))
    others = [*stubs, *(entry for entry in entries if _is_other(entry, query))]
    stubs = _stubs(others, query)
    matches = _matches(window, query, [entry for entry in others if entry not in stubs])
    filled = _of_template(matches, query)
    matches = [match for match in matches if match not in filled]
    parts = relations.round_up_parts(matches)
    if len(parts) > 1:
        return _round_up(parts)
    copies = [match for match in matches if match.zone]
    if copies:
        return _near(copies)
    alike = [*stubs, *(match.entry for match in filled)]
    verdict, like_it = original(len(candidates), alike), [*alike, *_notices(others, query)]
    return dataclasses.replace(verdict, template=_template(like_it, query)) if like_it else verdict


def _template(entries: Sequence[WindowEntry], query: CopyQuery) -> frozenset[int]:
    """The terms that the item has in common with those that have its stub or template."""
    theirs = (templates.text_of(one.seen.headline, _terms_of(one.seen)).terms for one in entries[:TEMPLATES_MAX])
    return query.text.terms & frozenset(term for terms in theirs for term in terms)


def _notices(entries: Sequence[WindowEntry], query: CopyQuery) -> list[WindowEntry]:
    """Those that are a short notice of its feed in much the same words, about somebody else.

    They are no copies, and need not be filled in word for word: sentences of a court, deaths, missing persons.
    """
    if query.words >= templates.NOTICE_WORDS_MAX:
        return []
    ours = (entry for entry in entries if entry.seen.feed == query.feed)
    return [entry for entry in ours if templates.are_notices(query.names, *_texts(query, entry.seen))]


def repeat(dispatch: str, item: str, feed: str) -> Duplicate:
    """The verdict on an identical repeat of a revision: resolve has recognised it."""
    return Duplicate(
        relation=Relation.EXACT, of=dispatch, of_item=item, of_feed=feed, rule=DedupeRule.REPEAT, independent=False
    )


def _same_text(window: Window, query: CopyQuery) -> Iterator[tuple[str, WindowEntry]]:
    """The newest item of another dispatch for each kind of exact hash; a short body has none."""
    for kind, key in zip(EXACT_KINDS, query.exact, strict=False):
        entry = window.newest_with_key(key, query.now_ms)
        if entry and _is_other(entry, query):
            yield kind, entry


def _exact(kind: str, entry: WindowEntry) -> DedupeVerdict:
    duplicate = _copy_of(entry, Relation.EXACT, 1.0, 1.0, {"same": kind}, DedupeRule.EXACT, False)
    return DedupeVerdict(duplicate, entry, _copied(entry), entry.seen.posted_ms, entry.seen.alike)


def _matches(window: Window, query: CopyQuery, entries: list[WindowEntry]) -> list[CopyMatch]:
    """The items of these that share copy with this one, or are a part of it.

    One that only the headlines show to be another report has no zone: it is no copy.  It still counts as one of its
    feed's template, because that is what it shares, and as a part of a round-up if it is one.
    """
    given = window, query.fingerprints, query.language, query.says_corrected
    found = (
        match
        for entry in entries
        if (match := relations.match_entry(*given, _common_headline(entry, query), entry))
    )
    return [match._replace(zone=None) if _is_other_report(match, query) else match for match in found]


def _is_other_report(match: CopyMatch, query: CopyQuery) -> bool:
    """Whether only the headlines show that two texts with so much in common are two reports."""
    if match.zone is None:
        return False
    if match.zone.asks_headlines:
        return not templates.tell_the_same(*_texts(query, match.entry.seen))
    return _are_alerts_with_figures(match, query) and templates.begin_different(*_texts(query, match.entry.seen))


def _are_alerts_with_figures(match: CopyMatch, query: CopyQuery) -> bool:
    """Whether two alerts of a feed tell figures, as of prices and rates: who follows whom is news."""
    old = match.entry.seen.fingerprints
    return (
        query.words < templates.ALERT_WORDS_MAX
        and match.measures.are_lines
        and match.entry.seen.feed == query.feed
        and not query.says_corrected
        and bool(query.fingerprints.numbers and old and old.numbers)
    )


def _common_headline(entry: WindowEntry, query: CopyQuery) -> Headline:
    """A headline comes back a day or a week later, above the next report: then it tells nothing."""
    key, prints = query.headline_key, entry.seen.fingerprints
    if key and prints and prints.keys.endswith(key) and not _is_later_by(entry, query, SAME_REPORT_MS):
        return templates.common_headline(query.headline, entry.seen.headline)
    return OTHER_HEADLINE


def _candidates(window: Window, query: CopyQuery) -> list[int]:
    """Short ids of the dispatches that share enough fingerprints, most first, and of those with the headline."""
    keys = uint32s(query.fingerprints.keys)
    sampled = len(keys) - len(query.headline_key) // 4
    found, used, headed = window.ring.probe(keys, sampled, short_id(query.dispatch))
    # of a long text a smaller share: it may be a round-up, and a part need have no more than these shingles
    shingles = max(1, len(query.fingerprints.shingles) // 4)
    percent = min(SHARED_MIN_PERCENT, 100 * relations.PART_SHINGLES_MIN / shingles)
    short_ids, counts = kernels.frequent(found, max(SHARED_MIN, math.ceil(used * percent / 100)))
    ranked = sorted(zip((-counts).tolist(), short_ids.tolist(), strict=True))
    return list(dict.fromkeys([*(short_id for _, short_id in ranked[:CANDIDATES_MAX]), *headed.tolist()]))


def _is_other(entry: WindowEntry, query: CopyQuery) -> bool:
    """Whether the item is of another dispatch, and no copy of this one."""
    return query.dispatch not in {entry.seen.dispatch, entry.seen.origin.dispatch}


def _stubs(entries: list[WindowEntry], query: CopyQuery) -> list[WindowEntry]:
    """Those that have but a stub in common with the item: one of their feed, or one that a feed has sent before."""
    if query.words >= templates.STUB_WORDS_MAX:
        return []
    foreign = [entry for entry in entries if templates.is_stub(*_texts(query, entry.seen))]
    is_known = any(entry.seen.alike for entry in foreign)
    return [entry for entry in foreign if is_known or entry.seen.feed == query.feed]


def _of_template(matches: list[CopyMatch], query: CopyQuery) -> list[CopyMatch]:
    """Those that are one text of their feed, filled in with other figures and names.

    Names are seen where not all words of a headline have a capital, and in the copy whatever the headline's case:
    a name that the earlier text lacks is enough where that one's headline has a word that this text lacks.  Where
    none are seen, other words are enough if several earlier reports differ like that.
    """
    if query.says_corrected:
        return []
    filled = [
        (match, templates.name_different(*texts))
        for match in matches
        if match.entry.seen.feed == query.feed
        and match.measures.other_numbers
        and templates.word_different(*(texts := _texts(query, match.entry.seen)))
    ]
    others = [
        match
        for match in matches
        if match.entry.seen.feed == query.feed
        and match.measures.resemblance < templates.SAME_TEXT_MIN
        and not match.measures.has_whole  # as a round-up has its parts
        and templates.about_others(query.names, *_texts(query, match.entry.seen))
    ]
    series = [match for match in matches if match.entry.seen.feed == query.feed and _is_next_report(match, query)]
    is_series = len({match.entry.seen.dispatch for match, _ in filled}) >= templates.SERIES_MIN
    return [*others, *series, *(match for match, has_name in filled if has_name or is_series)]


def _is_next_report(match: CopyMatch, query: CopyQuery) -> bool:
    """Whether a text is filled in again, as the report of another day or hour is.

    The figures of one event grow within hours, and a report that goes on keeps what it said and adds to it.
    """
    measures, entry = match.measures, match.entry
    if _is_of_series(entry, query):
        return True
    if not measures.other_numbers:
        return False
    ours, theirs = _texts(query, entry.seen)
    is_notice = (
        _is_later_by(entry, query, NEXT_DAY_MS)
        and query.words < templates.NOTICE_WORDS_MAX
        and measures.numbers < templates.NEXT_DAY_NUMBERS_MIN
        and templates.title_alike(ours, theirs)
        and not _is_of_same_day(query, theirs)
    )
    if (is_notice or not query.hours <= theirs.terms) and not measures.goes_on:
        return True
    is_filled = (
        measures.numbers < templates.SAME_NUMBERS_MIN
        and measures.numbers_apart >= templates.NUMBERS_APART_MIN
        and not measures.has_whole
    )
    return is_filled and (_is_later_by(entry, query, SAME_REPORT_MS) or not query.dates <= theirs.terms)


def _is_of_series(entry: WindowEntry, query: CopyQuery) -> bool:
    """Whether a short text is the next one of a series that is known, though its figures are the same."""
    return (
        entry.seen.alike > 0
        and entry.seen.feed == query.feed
        and query.words < templates.STUB_WORDS_MAX
        and not query.says_corrected
        and _is_later_by(entry, query, NEXT_DAY_MS)
        and not _is_of_same_day(query, _texts(query, entry.seen)[1])
    )


def _is_of_same_day(query: CopyQuery, other: templates.Text) -> bool:
    """Whether a text names dates, and the other one has them too: a dividend that is sent again."""
    return bool(query.dates) and query.dates <= other.terms


def _is_later_by(entry: WindowEntry, query: CopyQuery, least_ms: int) -> bool:
    return query.now_ms - entry.time_ms > least_ms


def _texts(query: CopyQuery, seen: SeenItem) -> tuple[templates.Text, templates.Text]:
    return query.text, templates.text_of(seen.headline, _terms_of(seen))


def _terms_of(seen: SeenItem) -> bytes | None:
    return seen.fingerprints.terms if seen.fingerprints else None


def _near(matches: list[CopyMatch]) -> DedupeVerdict:
    """The verdict by the closest match; what else it contains whole, or is the text of, it copies too."""
    match = relations.closest(matches)
    entry, measures = match.entry, match.measures
    row = relations.relate(measures)
    evidence: dict[str, float | int | str] = {
        "zone": match.zone.name if match.zone else "",
        "shared": measures.shared,
        "contained": measures.contained,
        "resemblance": measures.resemblance,
        "numbers": measures.numbers,
        "missing": measures.missing,
    }
    duplicate = _copy_of(
        entry, row.relation, row.measure(measures), row.threshold, evidence, DedupeRule.TWO_ZONE, row.independent
    )
    rows = ((relations.relate(other.measures).relation, other.entry.time_ms) for other in matches)
    posted_ms = [time_ms for relation, time_ms in rows if relation == row.relation == Relation.REPUBLISH]
    whole = [other.entry for other in matches if other.measures.has_whole or other.measures.tells_alert]
    sources = whole if row.independent else [entry, *whole]
    copied = tuple(dict.fromkeys(name for source in sources for name in _copied(source)))
    return DedupeVerdict(duplicate, entry, copied, max(posted_ms, default=None), entry.seen.alike)


def _round_up(parts: list[CopyMatch]) -> DedupeVerdict:
    first = parts[0].entry
    duplicate = _copy_of(first, Relation.ROUND_UP, float(len(parts)), 2.0, {}, DedupeRule.ROUND_UP, False)
    seen = [part.entry.seen for part in parts]
    named = dict.fromkeys(name for each in seen for name in each.parts or (each.origin.dispatch,))
    copied = dict.fromkeys(dispatch for part in parts for dispatch in _copied(part.entry))
    return DedupeVerdict(duplicate.model_copy(update={"parts": tuple(named)}), first, tuple(copied))


def original(compared: int, alike: Sequence[WindowEntry] = ()) -> DedupeVerdict:
    """The verdict on an item that repeats nothing in the window; it was compared with `compared` dispatches.

    `alike`: those whose stub or template it has.  The evidence tells how many of them have come.
    """
    others = len({entry.seen.dispatch for entry in alike})
    before = max([others, *(entry.seen.alike + 1 for entry in alike)])
    told = {"alike": before} if before else {}
    duplicate = Duplicate(
        relation=Relation.ORIGINAL, evidence={"compared": compared} | told, rule=DedupeRule.TWO_ZONE
    )
    return DedupeVerdict(duplicate, alike=before)


def _copy_of(
    entry: WindowEntry,
    relation: Relation,
    score: float,
    threshold: float,
    evidence: dict[str, float | int | str],
    rule: DedupeRule,
    independent: bool,
) -> Duplicate:
    """`of` is where the chain of copies begins; the evidence names the item matched if that is another one."""
    origin = entry.seen.origin
    matched = {} if origin.item == entry.seen.item else {"matched": entry.seen.item}
    return Duplicate(
        relation=relation,
        of=origin.dispatch,
        of_item=origin.item,
        of_feed=origin.feed,
        of_agency=origin.agency or None,
        of_headline=origin.headline or None,
        parts=None if independent else entry.seen.parts or None,
        score=score,
        threshold=threshold,
        evidence={**evidence, **matched},
        rule=rule,
        independent=independent,
    )


def _copied(entry: WindowEntry) -> tuple[str, ...]:
    """The dispatches that a copy of this item copies: its origin, this one, the parts of a round-up."""
    return tuple(dict.fromkeys((entry.seen.origin.dispatch, entry.seen.dispatch, *entry.seen.parts)))
