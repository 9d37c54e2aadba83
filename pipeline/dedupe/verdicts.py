"""The verdict on one item: exact copy, near-duplicate, round-up or original.  Reads the window, changes nothing."""

from __future__ import annotations

import math
from dataclasses import dataclass

from pipeline.dedupe import kernels, relations, templates
from pipeline.dedupe.changes import CopyOrigin, ItemFingerprints, SeenItem
from pipeline.dedupe.fingerprints import EXACT_KINDS
from pipeline.dedupe.relations import CopyMatch
from pipeline.dedupe.rules import DedupeRule
from pipeline.dedupe.window import Window, WindowEntry, short_id, uint32s
from pipeline.items import Duplicate, Relation

CANDIDATES_MAX = 32  # dispatches that one item is compared with: those that share most fingerprints
SHARED_MIN = 2  # fingerprints that make a candidate,
SHARED_MIN_PERCENT = 12  # and this share of those probed (docs/design/duplicates.md#the-two-zone-rule)


@dataclass(frozen=True, slots=True)
class CopyQuery:
    """An item whose earlier copies are asked for."""

    dispatch: str
    feed: str
    language: str
    headline: str
    words: int  # of its bare body
    says_corrected: bool
    exact: tuple[bytes, ...]
    fingerprints: ItemFingerprints
    now_ms: int
    arrived_ms: int  # when it came to Wiredesk


@dataclass(frozen=True, slots=True)
class DedupeVerdict:
    """Who said it before, and which dispatches it copies."""

    duplicate: Duplicate
    source: WindowEntry | None = None  # the item that it was matched with
    copied: tuple[str, ...] = ()  # the dispatches whose copy it carries
    posted_ms: int | None = None  # stream time of the last posting that is as good as its own would be

    @property
    def copied_origin(self) -> CopyOrigin | None:
        """The origin of a copy; None for a report or round-up, with which a chain of copies begins."""
        begins = self.duplicate.independent or self.duplicate.relation is Relation.ROUND_UP
        return None if begins or not self.source else self.source.seen.origin


def judge_duplicate(window: Window, query: CopyQuery) -> DedupeVerdict:
    """The verdict.  Items of the same dispatch, and copies of it, are not compared."""
    exact = _exact(window, query)
    if exact:
        return exact
    matches, compared = _matches(window, query)
    parts = relations.round_up_parts(matches)
    if len(parts) > 1:
        return _round_up(parts)
    copies = [match for match in matches if match.zone]
    return _near(copies) if copies else original(compared)


def repeat(dispatch: str, item: str, feed: str) -> Duplicate:
    """The verdict on an identical repeat of a revision: resolve has recognised it."""
    return Duplicate(
        relation=Relation.EXACT, of=dispatch, of_item=item, of_feed=feed, rule=DedupeRule.REPEAT, independent=False
    )


def _exact(window: Window, query: CopyQuery) -> DedupeVerdict | None:
    for kind, key in zip(EXACT_KINDS, query.exact, strict=False):  # a short body has no keys
        entry = window.newest_with_key(key, query.now_ms)
        if entry and _is_comparable(entry, query):
            duplicate = _copy_of(entry, Relation.EXACT, 1.0, 1.0, {"same": kind}, DedupeRule.EXACT, False)
            return DedupeVerdict(duplicate, entry, _copied(entry), entry.seen.posted_ms)
    return None


def _matches(window: Window, query: CopyQuery) -> tuple[list[CopyMatch], int]:
    """The posted items that share copy with this one, and with how many dispatches it was compared."""
    candidates = _candidates(window, query)
    entries = (entry for short in candidates for entry in window.revisions(short, query.now_ms))
    others = [entry for entry in entries if _is_comparable(entry, query)]
    given = window, query.fingerprints, query.language, query.says_corrected
    matches = [match for entry in others if (match := relations.match_entry(*given, entry))]
    matches = [match for match in matches if not _is_template(match, query)]
    return matches, len(candidates)


def _candidates(window: Window, query: CopyQuery) -> list[int]:
    """Short ids of the dispatches that share enough fingerprints, most first."""
    found, used = window.ring.probe(uint32s(query.fingerprints.keys), short_id(query.dispatch))
    # of a long text a smaller share: it may be a round-up, and a part need have no more than these shingles
    shingles = max(1, len(query.fingerprints.shingles) // 4)
    percent = min(SHARED_MIN_PERCENT, 100 * relations.PART_SHINGLES_MIN / shingles)
    short_ids, counts = kernels.frequent(found, max(SHARED_MIN, math.ceil(used * percent / 100)))
    ranked = sorted(zip((-counts).tolist(), short_ids.tolist(), strict=True))
    return [short_id for _, short_id in ranked[:CANDIDATES_MAX]]


def _is_comparable(entry: WindowEntry, query: CopyQuery) -> bool:
    """Whether the item is another dispatch, and their common text is more than a stub of their feed."""
    seen = entry.seen
    if query.dispatch in {seen.dispatch, seen.origin.dispatch}:
        return False
    may_be_stub = seen.feed == query.feed and query.words < templates.STUB_WORDS_MAX
    return not (may_be_stub and templates.is_stub(*_texts(query, seen)))


def _is_template(match: CopyMatch, query: CopyQuery) -> bool:
    """Whether the two are one text of their feed, filled in with other figures and names."""
    seen = match.entry.seen
    if seen.feed != query.feed or query.says_corrected or not match.measures.other_numbers:
        return False
    return templates.name_different(*_texts(query, seen))


def _texts(query: CopyQuery, seen: SeenItem) -> tuple[templates.Text, templates.Text]:
    theirs = seen.fingerprints.terms if seen.fingerprints else None
    return (
        templates.text_of(query.headline, query.fingerprints.terms),
        templates.text_of(seen.headline, theirs),
    )


def _near(matches: list[CopyMatch]) -> DedupeVerdict:
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
    return DedupeVerdict(duplicate, entry, () if row.independent else _copied(entry), max(posted_ms, default=None))


def _round_up(parts: list[CopyMatch]) -> DedupeVerdict:
    first = parts[0].entry
    duplicate = _copy_of(first, Relation.ROUND_UP, float(len(parts)), 2.0, {}, DedupeRule.ROUND_UP, False)
    seen = [part.entry.seen for part in parts]
    named = dict.fromkeys(name for each in seen for name in each.parts or (each.origin.dispatch,))
    copied = dict.fromkeys(dispatch for part in parts for dispatch in _copied(part.entry))
    return DedupeVerdict(duplicate.model_copy(update={"parts": tuple(named)}), first, tuple(copied))


def original(compared: int) -> DedupeVerdict:
    """The verdict on an item that nothing in the window resembles; it was compared with `compared` dispatches."""
    return DedupeVerdict(
        Duplicate(relation=Relation.ORIGINAL, evidence={"compared": compared}, rule=DedupeRule.TWO_ZONE)
    )


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
