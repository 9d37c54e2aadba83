"""Run a seeded sample of mutants, and show those that no test noticed: `python -m tests.mutants --help`."""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from queue import SimpleQueue

from .mutate import Mutant, candidates, sample
from .targets import ROOT, TARGETS, Target

PAGE = ROOT / "docs" / "mutants.md"  # a survivor whose key it names is accepted, with the reason that it gives
LEFT_OUT = shutil.ignore_patterns(".git", ".venv", ".*_cache", ".hypothesis", "*.egg-info")
SLOWER_MAX = 5  # a mutant that takes so many times as long as the unmutated tree hangs: it is killed


def main() -> int:
    """Exit code 1 if a mutant survived that is not accepted, or a test fails without a mutant."""
    parser = argparse.ArgumentParser(prog="python -m tests.mutants", description=__doc__)
    parser.add_argument("keys", nargs="*", help="these mutants, instead of a sample")
    parser.add_argument("--count", type=int, default=264, help="how many mutants, the same of each target")
    parser.add_argument("--seed", type=int, default=1, help="of the sample")
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1, help="how many at a time")
    options = parser.parse_args()
    share = options.count // len(TARGETS)
    chosen = [mutant for target in TARGETS for mutant in _chosen(target, options.keys, share, options.seed)]
    with tempfile.TemporaryDirectory(prefix="wiredesk-mutants-") as folder:
        first = _copied(ROOT, Path(folder) / "0")
        seconds = {target: _unmutated(first, target) for target in dict.fromkeys(each.target for each in chosen)}
        trees = SimpleQueue[Path]()
        trees.put(first)
        for number in range(1, options.workers):
            trees.put(_copied(first, Path(folder) / str(number)))  # with what was compiled for the tests
        with ThreadPoolExecutor(options.workers) as pool:
            outcomes = pool.map(lambda mutant: _outcome(trees, mutant, SLOWER_MAX * seconds[mutant.target]), chosen)
            figures = Counter(map(_shown, chosen, outcomes))
    print(", ".join(f"{count} {name}" for name, count in sorted(figures.items())))
    return 1 if figures["survived"] else 0


def _chosen(target: Target, keys: list[str], count: int, seed: int) -> list[Mutant]:
    return [mutant for mutant in candidates(target) if mutant.key in keys] if keys else sample(target, count, seed)


def _copied(source: Path, tree: Path) -> Path:
    """A copy of the tree, so that nobody works in a mutated one."""
    shutil.copytree(source, tree, ignore=LEFT_OUT, symlinks=True)
    return tree


def _unmutated(tree: Path, target: Target) -> float:
    """How long the target's tests take without a mutant, seconds.  They have to pass."""
    _passes(tree, target, PYTHONDONTWRITEBYTECODE="")  # compiles
    began = time.monotonic()
    if not _passes(tree, target):
        sys.exit(f"without a mutant, a test fails: {' '.join(target.tests)}")
    seconds = time.monotonic() - began
    print(f"without a mutant, passed in {seconds:.0f} s: {' '.join(target.tests)}", flush=True)
    return seconds


def _outcome(trees: SimpleQueue[Path], mutant: Mutant, timeout_seconds: float) -> str:
    """`killed`, `hung` (which is killed too), `survived` or `accepted`."""
    tree = trees.get()
    path = tree / mutant.module
    stat = path.stat()
    try:
        path.write_text(mutant.code())
        if not _passes(tree, mutant.target, timeout_seconds):
            return "killed"
        return "accepted" if f"`{mutant.key}`" in PAGE.read_text() else "survived"
    except subprocess.TimeoutExpired:
        return "hung"
    finally:
        path.write_text(mutant.source)
        os.utime(path, ns=(stat.st_atime_ns, stat.st_mtime_ns))  # so that its compiled file is valid again
        trees.put(tree)


def _shown(mutant: Mutant, outcome: str) -> str:
    """Print what became of a mutant, and return it."""
    print(outcome, mutant, flush=True)
    if outcome == "survived":
        print(mutant.diff(), flush=True)
    return outcome


def _passes(tree: Path, target: Target, timeout_seconds: float | None = None, **variables: str) -> bool:
    """Whether the target's tests pass in that tree.  `CI` makes hypothesis try the same examples each time."""
    defaults = {"PYTHONPATH": str(tree), "PYTHONDONTWRITEBYTECODE": "1", "CI": "1"}
    marks = "not broker and not slow"
    command = [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", "-m", marks, *target.tests]
    done = subprocess.run(
        command, cwd=tree, env={**os.environ, **defaults, **variables}, capture_output=True, timeout=timeout_seconds
    )
    return done.returncode == 0


if __name__ == "__main__":
    sys.exit(main())
