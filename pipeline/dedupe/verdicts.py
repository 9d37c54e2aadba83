"""The verdict on one item: exact copy, near-duplicate, round-up or original.  Reads the window, changes nothing."""

from __future__ import annotations

from dataclasses import dataclass

from pipeline.dedupe import kernels, relations
from pipeline.dedupe.changes import Origin, Prints
from pipeline.dedupe.index import Entry, Window, numbers, short_id
from pipeline.dedupe.prints import EXACT_KINDS
from pipeline.dedupe.relations import Match
from pipeline.items import Duplicate, Relation

CANDIDATES_MAX = 32  # dispatches that one item is compared with: those that share the most fingerprints
SHARED_MIN = 2  # fingerprints that make a candidate,
SHARED_MIN_PERCENT = 12  # and this share of those probed (docs/design/duplicates.md#the-two-zone-rule)


@dataclass(frozen=True, slots=True)
class Subject:
    """The item to be judged, as dedupe sees it."""

    dispatch: str
    language: str
    says_corrected: bool
    exact: tuple[bytes, ...]
    prints: Prints
    now_ms: int


@dataclass(frozen=True, slots=True)
class Verdict:
    """Who said it before, and whose copy it is."""

    duplicate: Duplicate
    source: Entry | None = None  # the item that it was matched with
    depends: tuple[str, ...] = ()  # the dispatches whose copy it carries
    posted_ms: int | None = None  # stream time of the last posting that is as good as its own would be

    @property
    def root(self) -> Origin | None:
        """What a copy of this item is a copy of: chains of copies collapse, an independent report begins one."""
        return None if self.duplicate.independent or not self.source else self.source.seen.origin


def judge(window: Window, subject: Subject) -> Verdict:
    """The verdict.  Items of the same dispatch, and copies of it, never count."""
    exact = _exact(window, subject)
    if exact:
        return exact
    matches, compared = _matches(window, subject)
    parts = relations.parts(matches)
    if len(parts) > 1:
        return _round_up(parts)
    return _near(matches, subject) if matches else original(compared)


def repeat(dispatch: str, item: str, feed: str) -> Duplicate:
    """The verdict on an identical repeat of a revision: resolve has recognised it."""
    return Duplicate(
        relation=Relation.EXACT, of=dispatch, of_item=item, of_feed=feed, rule="repeat/1", independent=False
    )


def _exact(window: Window, subject: Subject) -> Verdict | None:
    for kind, key in zip(EXACT_KINDS, subject.exact, strict=False):  # without keys there is nothing to look for
        entry = window.same(key, subject.now_ms)
        if entry and _is_other(entry, subject):
            duplicate = _copy_of(entry, Relation.EXACT, 1.0, 1.0, {"same": kind}, "exact/1", False)
            return Verdict(duplicate, entry, _dispatches(entry), entry.seen.posted_ms)
    return None


def _matches(window: Window, subject: Subject) -> tuple[list[Match], int]:
    """The posted items that share copy with this one, and with how many dispatches it was compared."""
    candidates = _candidates(window, subject)
    entries = (entry for short in candidates for entry in window.revisions(short, subject.now_ms))
    others = [entry for entry in entries if _is_other(entry, subject)]
    given = window, subject.prints, subject.language, subject.says_corrected
    matches = [match for entry in others if (match := relations.near(*given, entry))]
    return matches, len(candidates)


def _candidates(window: Window, subject: Subject) -> list[int]:
    """Short ids of the dispatches that share enough fingerprints, most first."""
    found, used = window.ring.probe(numbers(subject.prints.keys), short_id(subject.dispatch))
    shorts, counts = kernels.frequent(found, max(SHARED_MIN, -(-used * SHARED_MIN_PERCENT // 100)))
    ranked = sorted((-count, short) for short, count in zip(shorts.tolist(), counts.tolist(), strict=True))
    return [short for _, short in ranked[:CANDIDATES_MAX]]


def _is_other(entry: Entry, subject: Subject) -> bool:
    return subject.dispatch not in {entry.seen.dispatch, entry.seen.origin.dispatch}


def _near(matches: list[Match], subject: Subject) -> Verdict:
    match = relations.best(matches)
    entry, measures = match.entry, match.measures
    row = relations.relate(measures)
    evidence: dict[str, float | int | str] = {
        "zone": match.zone.name,
        "shared": measures.shared,
        "contained": measures.contained,
        "resemblance": measures.resemblance,
        "numbers": measures.numbers,
        "missing": measures.missing,
    }
    score = getattr(measures, row.score)
    duplicate = _copy_of(entry, row.relation, score, row.threshold, evidence, relations.RULE, row.independent)
    rows = ((relations.relate(other.measures).relation, other.entry.time_ms) for other in matches)
    posted_ms = [time_ms for relation, time_ms in rows if relation == row.relation == Relation.REPUBLISH]
    return Verdict(duplicate, entry, () if row.independent else _dispatches(entry), max(posted_ms, default=None))


def _round_up(parts: list[Match]) -> Verdict:
    named = {f"part {n}": part.entry.seen.origin.dispatch for n, part in enumerate(parts, 1)}
    first = parts[0].entry
    duplicate = _copy_of(first, Relation.ROUND_UP, float(len(parts)), 2.0, {**named}, "round-up/1", True)
    depends = [dispatch for part in parts for dispatch in _dispatches(part.entry)]
    return Verdict(duplicate, first, tuple(dict.fromkeys(depends)))


def original(compared: int) -> Verdict:
    """The verdict on an item that nothing in the window is like; `compared` dispatches came near."""
    return Verdict(Duplicate(relation=Relation.ORIGINAL, evidence={"compared": compared}, rule=relations.RULE))


def _copy_of(
    entry: Entry,
    relation: Relation,
    score: float,
    threshold: float,
    evidence: dict[str, float | int | str],
    rule: str,
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
        score=score,
        threshold=threshold,
        evidence={**evidence, **matched},
        rule=rule,
        independent=independent,
    )


def _dispatches(entry: Entry) -> tuple[str, ...]:
    """Whose copy a copy of this is: where the chain begins, and the link it hangs by."""
    return tuple(dict.fromkeys((entry.seen.origin.dispatch, entry.seen.dispatch)))
