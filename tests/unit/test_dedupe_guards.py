"""Each guard of dedupe has a test of its name: take the guard away, and this test fails."""

from __future__ import annotations

import numpy as np
import pytest
from dedupe_driver import LEAD, MINUTE_MS, START_MS, DedupeDriver, prose

from pipeline.dedupe import window
from pipeline.dedupe.changes import ItemFingerprints, SeenItem
from pipeline.dedupe.fingerprints import fingerprints_of
from pipeline.dedupe.kernels import Array
from pipeline.dedupe.measures import Headline, Measures
from pipeline.dedupe.relations import PARTS_MAX, RELATIONS, ZONES, CopyMatch, relate, round_up_parts, zone_of
from pipeline.dedupe.ring import POSTINGS_MIN, Ring
from pipeline.dedupe.room import WINDOW_MS
from pipeline.dedupe.window import WindowEntry
from pipeline.features import Features
from pipeline.items import Relation
from pipeline.normalise.fingerprints import fingerprint
from pipeline.records import Reason, Rejected


def shares(
    resemblance: float = 0.0,
    of_old: float = 0.0,
    of_new: float = 0.0,
    missing: float = 1.0,
    length: float = 1.0,
    other_numbers: bool = False,
    says_corrected: bool = False,
    terms: float = 0.0,
    shared: int = 90,
) -> Measures:
    """Measures of two items that share nothing but what is given."""
    sizes = terms, shared, 200, length
    return Measures(resemblance, of_old, of_new, 0.0, missing, *sizes, other_numbers, 0, says_corrected, Headline())


RELATION_LIMITS = [
    # (measures, what the newer item is to the older)
    (shares(of_new=0.5, says_corrected=True), Relation.CORRECTION),
    (shares(of_new=0.49, says_corrected=True), Relation.RELATED),
    (shares(0.8, 0.8, 0.8), Relation.REPUBLISH),
    (shares(0.8, 0.8, 0.8, other_numbers=True), Relation.CORRECTION),
    (shares(0.79, 0.8, 0.8, other_numbers=True), Relation.EXCERPT),
    (shares(of_old=0.5, missing=0.2, length=1.1), Relation.UPDATE),
    (shares(of_old=0.49, missing=0.2, length=1.1), Relation.RELATED),
    (shares(of_old=0.5, missing=0.21, length=1.1), Relation.RELATED),
    (shares(of_old=0.65, missing=1.0, length=1.1), Relation.UPDATE),
    (shares(of_old=0.64, missing=1.0, length=1.1), Relation.RELATED),
    (shares(of_old=0.6, of_new=0.6, missing=0.2), Relation.EXCERPT),
    (shares(of_old=0.6, of_new=0.59, missing=0.2), Relation.RELATED),
    (shares(of_new=0.6, missing=0.2, length=1.1), Relation.RELATED),
]


@pytest.mark.parametrize(("measures", "relation"), RELATION_LIMITS)
def test_where_each_relation_ends(measures: Measures, relation: Relation) -> None:
    """Guard: each limit of each relation, on it and just past it."""
    assert relate(measures).relation == relation


REWORDED_LIMITS = [
    (shares(of_new=0.3, missing=0.2, terms=0.7, shared=20), False),
    (shares(of_new=0.3, missing=0.2, terms=0.69, shared=20), True),
    (shares(of_new=0.3, missing=0.21, terms=0.7, shared=20), True),
    (shares(of_new=0.3, missing=0.2, terms=0.7, shared=19), True),
    (shares(of_new=0.3, missing=0.2, terms=0.7, shared=20, other_numbers=True), True),
]


@pytest.mark.parametrize(("measures", "independent"), REWORDED_LIMITS)
def test_where_another_wording_ends(measures: Measures, independent: bool) -> None:
    """Guard: a text with most of the same words is related and no report of its own; with fewer it is one."""
    row = relate(measures)
    assert (row.relation, row.independent) == (Relation.RELATED, independent)


def under_one_headline(
    of_new: float, shared: int = 20, length: float = 0.9, other_numbers: bool = True
) -> Measures:
    """As `shares`, with the same headline."""
    measures = shares(of_new=of_new, shared=shared, length=length, other_numbers=other_numbers)
    return measures._replace(headline=Headline(True, 0))


HEADLINE_LIMITS = [  # measures, zone, relation, whether it is a report of its own
    (under_one_headline(0.5, 60), "headline, half", Relation.RELATED, False),
    (under_one_headline(0.49, 60), "", Relation.RELATED, True),
    (under_one_headline(0.5, 59), "", Relation.RELATED, False),
    (under_one_headline(0.5, 11), "", Relation.RELATED, True),
    (under_one_headline(0.35, length=0.49), "", Relation.EXCERPT, False),
    (under_one_headline(0.34, length=0.49), "", Relation.RELATED, True),
    (under_one_headline(0.35, length=0.51), "", Relation.RELATED, True),
    (under_one_headline(0.35, length=2.1), "", Relation.UPDATE, False),
    (
        under_one_headline(0.5, 12, 0.49)._replace(shorter=40, missing=0.35),
        "headline, alert",
        Relation.EXCERPT,
        False,
    ),
    (
        under_one_headline(0.5, 12, 0.49)._replace(shorter=40, missing=0.36),
        "headline, brief",
        Relation.EXCERPT,
        False,
    ),
    (under_one_headline(0.5, 12, 0.49)._replace(shorter=41, missing=0.35), "", Relation.EXCERPT, False),
    (under_one_headline(0.1, 4, 0.4)._replace(shorter=40), "headline, brief", Relation.EXCERPT, False),
    (under_one_headline(0.1, 4, 2.1)._replace(shorter=40), "headline, brief", Relation.UPDATE, False),
    (under_one_headline(0.1, 3, 0.4)._replace(shorter=40), "", Relation.RELATED, True),
    (under_one_headline(0.1, 4, 0.4)._replace(shorter=40, numbers_apart=1), "", Relation.RELATED, True),
]


@pytest.mark.parametrize(("measures", "zone", "relation", "independent"), HEADLINE_LIMITS)
def test_where_what_is_under_one_headline_ends(
    measures: Measures, zone: str, relation: Relation, independent: bool
) -> None:
    """Guard: each limit of what a headline adds, on it and just past it."""
    found, row = zone_of(measures), next((row for row in RELATIONS if row.holds(measures)), None)
    assert (found.name if found else "") == zone
    if row:
        assert (row.relation, row.independent) == (relation, independent)
    else:
        assert not zone


def match(number: int, shingles: range, of_old: float = 0.5, length: float = 1.7, dispatch: str = "") -> CopyMatch:
    """A match with an item of those shingles; the sooner it came, the lower its number."""
    array = np.array(shingles, np.uint32).tobytes()
    name = dispatch or f"dispatch {number}"
    seen = SeenItem(
        name, f"{name}/{number}", "feed", "1", "en", Relation.ORIGINAL, (), (), 0,
        fingerprints=ItemFingerprints(b"", array, b"", b"", b""),
    )  # fmt: skip
    measures = shares(of_old=of_old, length=length)._replace(shared=len(shingles))
    return CopyMatch(WindowEntry(seen, START_MS, number), measures, ZONES[0])


A = match(1, range(0, 100))
PARTS = [
    # (with which other item, is it a part too?)
    pytest.param(match(2, range(100, 200)), True, id="nothing in common"),
    pytest.param(match(2, range(81, 181)), True, id="a fifth in common, less one"),
    pytest.param(match(2, range(80, 180)), False, id="a fifth in common"),
    pytest.param(match(2, range(89, 139)), False, id="a fifth of the smaller in common"),
    pytest.param(match(2, range(100, 200), of_old=0.49), False, id="not half of it"),
    pytest.param(match(2, range(100, 200), length=1.66), False, id="it is most of the newer item"),
    pytest.param(match(2, range(100, 200), length=1.67), True, id="it is three fifths of the newer item"),
    pytest.param(match(2, range(100, 200), dispatch="dispatch 1"), False, id="the same dispatch"),
]


@pytest.mark.parametrize(("other", "is_part"), PARTS)
def test_what_a_round_up_is_made_of(other: CopyMatch, is_part: bool) -> None:
    """Guard: each limit of a part, on it and just past it."""
    assert round_up_parts([A, other]) == ([A, other] if is_part else [A])


def test_the_parts_of_a_round_up_are_the_largest() -> None:
    """Guard: the largest first, of equals the earliest, at most PARTS_MAX."""
    found = [match(number, range(number * 100, number * 100 + 10 + number // 2)) for number in range(PARTS_MAX + 4)]
    expected = sorted(range(PARTS_MAX + 4), key=lambda number: (-(number // 2), number))
    assert [part.entry.offset for part in round_up_parts(found)] == expected[:PARTS_MAX]


GOOD = Features(*fingerprint(b"payload", "", LEAD, LEAD), (), (), ())


@pytest.mark.parametrize("name", ["sample", "shingles", "numbers", "terms", "opening"])
@pytest.mark.parametrize("cut", [1, -1])
def test_arrays_of_a_wrong_length_are_refused(name: str, cut: int) -> None:
    """Guard: an array with a byte too many or too few is no array, and neither is one flag for no term."""
    whole: bytes = getattr(GOOD, name) or bytes(8)
    changed = {name: whole + b"\0" if cut > 0 else whole[:-1]}
    assert fingerprints_of(GOOD, "en")
    with pytest.raises(Rejected) as rejected:
        fingerprints_of(Features(**{key: getattr(GOOD, key) for key in GOOD.__struct_fields__} | changed), "en")
    assert rejected.value.reason == Reason.BAD_RECORD


def test_the_window_is_bounded_by_its_shingles(monkeypatch: pytest.MonkeyPatch) -> None:
    """Guard: SHINGLES_MAX.  Where items are long, the oldest leave before there are too many of them."""
    monkeypatch.setattr(window, "SHINGLES_MAX", 500)
    driver = DedupeDriver()
    for seed in range(5):
        driver.send(f"long{seed}", prose(seed, 200))
    entries = driver.state.window.entries.values()
    assert [entry.seen.dispatch for entry in entries] == ["long3", "long4"]
    assert driver.state.window.shingles == sum(
        len(e.seen.fingerprints.shingles) // 4 for e in entries if e.seen.fingerprints
    )


@pytest.mark.parametrize(("share", "is_posted"), [(0.49, False), (0.5, True), (0.51, True)])
def test_a_copy_is_posted_again_after_half_a_window(share: float, is_posted: bool) -> None:
    """Guard: so a text that is copied for longer than a window stays known, and costs two postings a window."""
    driver = DedupeDriver()
    driver.send("first", LEAD, minutes=0)
    driver.send("copy", LEAD, minutes=share * WINDOW_MS / MINUTE_MS)
    (*_, copy) = driver.state.window.entries.values()
    assert copy.seen.dispatch == "copy"
    assert (copy.seen.fingerprints is not None) == is_posted


def test_what_is_alive_in_a_ring_that_has_gone_round() -> None:
    """Guard: postings are found where they were written, once the ring is written over."""
    ring = Ring()
    batches: list[Array] = [
        np.arange(first, first + POSTINGS_MIN // 2, dtype=np.uint32) for first in (0, 10**6, 10**7)
    ]
    for owner, keys in enumerate(batches):
        if owner == 2:
            ring.expire(len(batches[0]))
        ring.post(keys, owner)
    owners = np.repeat(np.array([1, 2], np.uint32), POSTINGS_MIN // 2)
    assert ring.live() == np.concatenate(batches[1:]).tobytes() + owners.tobytes()
