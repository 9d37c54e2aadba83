"""The laws of DEDUPE: the journal rebuilds the state, the ring forgets nothing alive, kernels stay in bounds."""

from __future__ import annotations

import os
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pytest
from dedupe_driver import MINUTE_MS, DedupeDriver, headline, prose
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.dedupe import kernels
from pipeline.dedupe.ring import Ring
from pipeline.dedupe.room import DedupeRoom
from pipeline.items import Kind, Status
from tests.examples import examples
from tests.waiting import PROCESS_SECONDS

ROOT = Path(__file__).resolve().parents[2]
TEXTS = [prose(seed, 60) for seed in range(3)]
TEXTS += [TEXTS[0] + " " + prose(7, 30), " ".join(TEXTS[:2]), " ".join(TEXTS[0].split()[:25]), prose(8, 2)]

DISPATCHES: dict[str, dict[str, Any]] = {
    "new": {},
    "correction": {"kind": Kind.CORRECTION},
    "killed text": {"kind": Kind.LATE, "status": Status.KILLED},
    "repeat": {"kind": Kind.REPEAT},
    "kill": {"kind": Kind.KILL, "status": Status.KILLED},
    "erasure": {"kind": Kind.KILL, "status": Status.KILLED, "erased": True},
}


class Move(NamedTuple):
    """One step of a script: an item `minutes` after the one before, and what the runtime does after it."""

    what: str
    name: str
    text: int
    minutes: int
    after: str


moves = st.lists(
    st.builds(
        Move,
        st.sampled_from(["new", "new", "new", *DISPATCHES]),
        st.sampled_from("abcd"),
        st.integers(0, len(TEXTS) - 1),
        st.integers(-3, 9),
        st.sampled_from(["", "", "trim", "restart"]),
    ),
    max_size=25,
)


def small_driver() -> DedupeDriver:
    return DedupeDriver(DedupeRoom(window_ms=12 * MINUTE_MS, items_max=6))


def play(driver: DedupeDriver, script: list[Move], steady: bool = False) -> list[bytes]:
    """Send it all; every value that came out."""
    minute, values = 0, list[bytes]()
    for n, move in enumerate(script):
        minute += move.minutes
        body, title = ("", "") if move.what in ("kill", "erasure") else (TEXTS[move.text], headline(move.text))
        driver.send(move.name, body, title, version=str(n), minutes=minute, **DISPATCHES[move.what])
        values += [out.value for out in driver.last]
        if move.after and not steady:
            driver.trim()
        if move.after == "restart" and not steady:
            driver.state = driver.rebuilt()
    return values


@settings(max_examples=examples(100), deadline=None)
@given(moves)
def test_journal_law(script: list[Move]) -> None:
    """A state rebuilt from a trimmed journal equals the living one, and decides the same from there on."""
    living, restarted = small_driver(), small_driver()
    assert play(living, script, steady=True) == play(restarted, script)
    assert restarted.rebuilt().digest() == restarted.state.digest()
    living.trim()
    assert living.rebuilt().digest() == living.state.digest()


@settings(max_examples=examples(20), deadline=None)
@given(moves)
def test_decide_is_pure(script: list[Move]) -> None:
    """Deciding twice gives the same decision and changes nothing."""
    driver = small_driver()
    play(driver, script)
    before = driver.state.digest()
    changes = [driver.room.decide(driver.state, record) for record in driver.records[-3:] * 2]
    assert changes[: len(changes) // 2] == changes[len(changes) // 2 :]
    assert driver.state.digest() == before


posts = st.lists(st.tuples(st.integers(0, 5), st.sets(st.integers(0, 30), max_size=20)), max_size=60)


@settings(deadline=None)
@given(posts, st.integers(0, 60), st.sets(st.integers(0, 30), max_size=20), st.integers(1, 400), st.integers(0, 30))
def test_ring_law(
    items: list[tuple[int, set[int]]], expired: int, keys: set[int], copies: int, headline: int
) -> None:
    """Whatever was posted, grown and expired: a probe finds what counting the live items finds."""
    postings = Ring()
    spread = np.arange(31, dtype=np.uint32) * np.uint32(0x9E3779B1)  # keys as far apart as hashes
    postings.post(np.arange(1 << 31, (1 << 31) + 10 * copies, dtype=np.uint32), 99)  # makes it grow at times
    for dispatch, shingles in items:
        postings.post(spread[sorted(shingles)], dispatch)
    postings.expire(10 * copies + sum(len(shingles) for _, shingles in items[:expired]))
    owners: dict[int, set[int]] = {key: {d for d, held in items[expired:] if key in held} - {0} for key in keys}
    found, used, headed = postings.probe(spread[[*sorted(keys), headline]], len(keys), 0)
    shared = Counter(dispatch for held in owners.values() for dispatch in held)
    assert found.tolist() == sorted(shared.elements())
    often = [(dispatch, count) for dispatch, count in sorted(shared.items()) if count >= 3]
    assert list(zip(*(column.tolist() for column in kernels.frequent(found, 3)), strict=True)) == often
    assert used == len(keys)
    assert sorted(headed.tolist()) == sorted({d for d, held in items[expired:] if headline in held} - {0})


@pytest.mark.parametrize(("dispatches", "used"), [(32, 1), (33, 0)])
def test_boilerplate_limit(dispatches: int, used: int) -> None:
    """A key counts in 32 dispatches and not in 33, whatever the number of their revisions."""
    postings, key = Ring(), np.array([7], np.uint32)
    for n in range(3 * dispatches):
        postings.post(key, 1 + n % dispatches)
    found, counted, others = postings.probe(np.repeat(key, 2), 1, 0)
    assert (len(found), counted, len(others)) == (dispatches * used, used, dispatches * used)


def test_missing() -> None:
    """The rarer the words that are missing, the larger the share; nothing is missing of nothing."""
    df = np.zeros(1 << kernels.DF_BITS, np.int32)
    common, rare, none = (np.array(terms, np.uint32) for terms in ([3], [9], []))
    kernels.count_terms(common, 5, df, 900)
    both = np.array([3, 9], np.uint32)
    assert kernels.missing(both, rare, 5, df, 1000) < 0.2 < 0.8 < kernels.missing(both, common, 5, df, 1000)
    assert kernels.missing(both, both, 5, df, 1000) == kernels.missing(none, both, 5, df, 1000) == 0.0
    kernels.count_terms(common, 5, df, -900)
    assert not df.any()


def test_kill_outlives_the_window() -> None:
    """A copy of a killed dispatch's copy is recalled, however long ago the kill left the window."""
    driver = small_driver()
    driver.send("first", TEXTS[0], minutes=0)
    driver.kill("first", minutes=1)
    for minute in range(2, 60, 8):
        driver.trim()
        driver.state = driver.rebuilt()
        (copy,) = driver.send(f"copy{minute}", TEXTS[0], minutes=minute)
        assert copy.dispatch.killed_by == "first/9"


def test_idle_state_is_small() -> None:
    """A new shard touches less than 5 MB of memory."""
    script = (
        "import resource\nfrom pipeline.dedupe.room import DedupeRoom\n"
        "DedupeRoom().open(); before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss\n"
        "kept = [DedupeRoom().open() for _ in range(20)]\n"
        "assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 20 * 5 * 1024\n"
    )
    subprocess.run([sys.executable, "-c", script], check=True, cwd=ROOT, timeout=PROCESS_SECONDS)


@pytest.mark.slow
def test_kernels_within_bounds(tmp_path: Path) -> None:
    """No kernel reads or writes past an array: compiled again under numba's bounds checking."""
    script = (
        "import numpy as np; from pipeline.dedupe import kernels as k; from pipeline.dedupe.ring import Ring\n"
        "ring, df, random = Ring(), np.zeros(1 << k.DF_BITS, np.int32), np.random.default_rng(1)\n"
        "for n in range(400):\n"
        "    size, most = n % 193, (50, 2**32)[n % 2]\n"
        "    one, two = (np.unique(random.integers(0, most, size, np.uint32)) for _ in range(2))\n"
        "    k.frequent(ring.probe(one, len(one) // (1 + n % 2), 3)[0], 2); ring.post(one, n % 70)\n"
        "    k.overlap(one, two); k.count_terms(one, 9, df, 1); k.missing(one, two, 9, df, n)\n"
        "    ring.expire(n // 300 * len(one))\n"
    )
    environment = os.environ | {"NUMBA_BOUNDSCHECK": "1", "NUMBA_CACHE_DIR": str(tmp_path)}
    subprocess.run([sys.executable, "-c", script], check=True, cwd=ROOT, env=environment, timeout=PROCESS_SECONDS)
