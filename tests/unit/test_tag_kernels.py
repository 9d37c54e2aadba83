"""The arithmetic of stories against plain Python, and under bounds checking."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.tag import posting_kernels, sum_kernels, vector_kernels
from pipeline.tag.arrays import Ints, Keys
from pipeline.tag.index import Index, mixed
from pipeline.tag.scoring import candidate_rows

ROOT = Path(__file__).parents[2]
Vector = dict[int, tuple[int, int]]  # key -> text weight, lead weight
KEYS = st.integers(1, 40).map(lambda n: n * 0x0400_0000 & 0xFFFF_FFFF or 1) | st.integers(1, 2**32 - 1)
SMALL = st.dictionaries(KEYS, st.tuples(st.integers(0, 256), st.just(1)), max_size=8)
VECTORS = st.dictionaries(KEYS, st.tuples(st.integers(0, 256), st.integers(1, 256)), max_size=60)


def arrays(vector: Vector) -> tuple[Keys, Ints, Ints]:
    keys = np.array(list(vector), np.uint32)
    text, lead = (np.array([weights[i] for weights in vector.values()], np.int64) for i in (0, 1))
    return keys, text, lead


@settings(max_examples=60, deadline=None)
@given(st.lists(VECTORS, max_size=8), st.data())
def test_sums_are_exact_whatever_joins_and_leaves(vectors: list[Vector], data: st.DataObject) -> None:
    """A story's cells hold the sum of its members, its squares are theirs; a member that left leaves nothing."""
    index = Index()
    row = index.open_row()
    left = data.draw(st.sets(st.integers(0, max(len(vectors) - 1, 0)))) if vectors else set()
    for vector in vectors:
        index.shift(row, *arrays(vector), 1)
    for i in sorted(left):
        index.shift(row, *arrays(vectors[i]), -1)
    text: Counter[int] = Counter()
    lead: Counter[int] = Counter()
    for i, vector in enumerate(vectors):
        if i not in left:
            text.update({key: weights[0] for key, weights in vector.items()})
            lead.update({key: weights[1] for key, weights in vector.items()})
    story = index.rows[row]
    keys, texts, leads = sum_kernels.listed(index.cells, int(story["start"]), int(story["capacity"]))
    assert dict(zip(keys.tolist(), texts.tolist(), strict=True)) == dict(text)
    assert dict(zip(keys.tolist(), leads.tolist(), strict=True)) == dict(lead)
    assert story["text_square"] == sum(n * n for n in text.values())
    assert story["lead_square"] == sum(n * n for n in lead.values())
    assert (story["used"], story["members"]) == (len(lead), len(vectors) - len(left))


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 3), SMALL), min_size=1, max_size=80), SMALL)
def test_candidates_are_the_stories_that_share_most(items: list[tuple[int, Vector]], asked: Vector) -> None:
    """The postings find what a search through every item of the window finds."""
    index = Index()
    rows = [index.open_row() for _ in range(4)]
    for age, row in enumerate(rows):
        index.rows[row]["founded"] = age
    for number, (story, vector) in enumerate(items):
        index.place(number, rows[story], number + 1)
        keys, text, _ = arrays(vector)
        index.post(keys, text, number)
    keys, text, _ = arrays(asked)
    found = candidate_rows(index, keys, text, index.tail).tolist()
    heaviest = [int(keys[i]) for i in vector_kernels.heaviest(text, posting_kernels.PROBES_MAX) if text[i]]
    shared: Counter[int] = Counter()
    for key in heaviest:
        bearing = [(story, vector[key][0]) for story, vector in reversed(items) if vector.get(key, (0,))[0]]
        for story, weight in bearing[: posting_kernels.NEWEST_MAX]:
            shared[rows[story]] += weight * asked[key][0]
    assert found == sorted(shared, key=lambda row: (-shared[row], index.rows[row]["founded"]))


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.integers(1, 255), st.integers(0, 255)), max_size=200), st.integers(0, 5000))
def test_vectors_have_unit_length_and_a_bound(counts: list[tuple[int, int]], items: int) -> None:
    """At most 64 terms each, length 256 but for rounding, nothing negative."""
    keys = np.arange(1, len(counts) + 1, dtype=np.uint32)
    tf, leads = (np.array([c[i] for c in counts], np.uint8) for i in (0, 1))
    kept, text, lead = vector_kernels.weigh(keys, tf, leads, np.zeros(1024, np.uint32), items)
    for weights in (text, lead):
        length = float(np.sqrt((weights * weights).sum()))
        assert (weights >= 0).all()
        assert np.count_nonzero(weights) <= vector_kernels.TERMS_MAX
        assert length == 0 or abs(length - vector_kernels.UNIT) <= 5
    assert len(kept) <= 2 * vector_kernels.TERMS_MAX


def test_a_merge_moves_every_sum_and_every_item() -> None:
    """After a merge the survivor is what it would be had all joined it."""
    one, other = {5: (3, 4), 9: (1, 1)}, {9: (2, 2), 77: (8, 9)}
    index = Index()
    old, young = index.open_row(), index.open_row()
    index.shift(old, *arrays(one), 1)
    index.shift(young, *arrays(other), 1)
    index.place(0, old, 1)
    index.place(1, young, 2)
    index.merge_rows(young, old)
    assert sum_kernels.sums_of(index.cells, index.rows, old, np.array([5, 9, 77], np.uint32)).tolist() == [3, 3, 8]
    assert index.numbers[:2].tolist() == [old + 1, old + 1]
    assert index.rows[old]["members"] == 2
    assert not index.rows[young]["members"]


def test_languages_do_not_share_terms() -> None:
    """The same word in two languages has two keys; no key is 0."""
    terms = np.array([0, 1, 2**32 - 1], "<u4").tobytes()
    assert not set(mixed(terms, "en").tolist()) & set(mixed(terms, "de").tolist())
    every = mixed(np.arange(0, 2**32, 65_537, dtype="<u4").tobytes(), "en")
    assert every.all()


COMPILED = [path for path in ROOT.glob("pipeline/*/*.py") if "@njit(" in path.read_text("utf-8")]


@pytest.mark.parametrize("path", COMPILED, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_a_kernel_uses_nothing_of_another_file(path: Path) -> None:
    """numba keeps what it compiled until the kernel's own file changes: a change elsewhere would not be seen."""
    tree = ast.parse(path.read_text("utf-8"))
    imports = [node for node in tree.body if isinstance(node, ast.ImportFrom) and "pipeline" in (node.module or "")]
    foreign = {alias.asname or alias.name for node in imports for alias in node.names}
    kernels = [node for node in tree.body if isinstance(node, ast.FunctionDef) and node.decorator_list]
    lines = [name for node in kernels for line in node.body for name in ast.walk(line)]
    used = {name.id for name in lines if isinstance(name, ast.Name)}
    assert kernels
    assert not used & foreign


@pytest.mark.slow  # compiles under bounds checking
def test_kernels_stay_inside_their_arrays(request: pytest.FixtureRequest) -> None:
    """The room's own tests pass with every index checked (compiled once into pytest's cache folder)."""
    cache = request.config.cache
    assert cache
    here = Path(__file__).parent
    environment = {**os.environ, "NUMBA_BOUNDSCHECK": "1", "NUMBA_CACHE_DIR": str(cache.mkdir("numba-boundscheck"))}
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "-p",
        "no:cacheprovider",
        *map(str, (here / "test_tag.py", here / "test_stories.py")),
    ]
    ran = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stdout[-3000:]
