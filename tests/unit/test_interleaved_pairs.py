"""The benchmark of interleaved pairs: its interval is that of the tables, its wire is the same every time."""

from __future__ import annotations

import json
from collections import Counter

import pytest

from benchmarks import pairs
from benchmarks.pairs import wire

PAYLOADS = 300


@pytest.mark.parametrize(
    ("count", "low", "high"),
    [
        (6, 1, 6),
        (9, 2, 8),
        (15, 4, 12),
        (21, 6, 16),
        (30, 10, 21),
    ],
)
def test_the_interval_of_a_median(count: int, low: int, high: int) -> None:
    """The ranks are those of the sign test's table for 95 %."""
    assert pairs.interval([float(rank) for rank in range(1, count + 1)]) == (low, high)


def test_fewer_values_than_an_interval_needs() -> None:
    """Five values cannot cover their median in 95 of 100 cases: there is no interval, rather than a wrong one."""
    with pytest.raises(AssertionError, match="no interval"):
        pairs.interval([1.0] * (pairs.PAIRS_MIN - 1))


def test_the_ratio_is_that_of_each_pair() -> None:
    """A pair on a slow machine counts as much as one on a fast machine: ratios are taken within pairs."""
    measured = [({"tag": 2.0 * speed}, {"tag": 1.0 * speed}) for speed in (1, 5, 9, 2, 7, 3)]
    found = pairs.ratios(measured)
    assert found["tag"][2:] == found[pairs.ALL][2:] == (2.0, 2.0, 2.0)


def test_the_wire_is_the_same_every_time() -> None:
    """Both checkouts, and two runs a week apart, have to read the same payloads."""
    assert list(wire.payloads(PAYLOADS)) == list(wire.payloads(PAYLOADS))
    assert list(wire.payloads(PAYLOADS)) != list(wire.payloads(PAYLOADS, seed=1))


def test_the_wire_holds_every_kind() -> None:
    """A room's cost is that of its usual mix: new dispatches and later ones, corrections, kills, embargoes."""
    documents = [json.loads(sent.payload) for sent in wire.payloads(PAYLOADS)]
    seen = Counter[str]()
    for document in documents:
        seen["new"] += document["version"] == "1"
        seen["revision"] += document["version"] != "1"
        seen["correction"] += document["headlines"][0]["value"].startswith("CORRECTED-")
        seen["kill"] += document.get("pubStatus") == "canceled"
        seen["embargo"] += "embargoedUntil" in document
        seen["copy"] += " reports" in document["headlines"][0]["value"]
        seen[document["language"]] += 1
    assert all(seen[kind] > 0 for kind in ("new", "revision", "correction", "kill", "embargo", "copy", "en", "de"))
