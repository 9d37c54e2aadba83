"""Fuzz for a while and print the number of executions: python -m tests.fuzz [NAME...] [--seconds 600].

The corpus grows in .cache/fuzz/NAME from run to run, begun with our samples.  What breaks a law ends the run and is
kept in NAME-found: fix it, and put the bytes, without their first one, into tests/fuzz/findings/TARGET.
"""

from __future__ import annotations

import argparse
import hashlib
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from random import Random

from .targets import HARNESSES, LANGUAGES, PARSERS

ROOT = Path(__file__).parents[2]
CACHE = ROOT / ".cache" / "fuzz"
PAYLOAD_BYTES_MAX = 16_384
OPTIONS = ("-timeout=20", "-rss_limit_mb=1500", f"-max_len={PAYLOAD_BYTES_MAX}", "-print_final_stats=1")
EXECUTED = re.compile(r"stat::number_of_executed_units:\s+(\d+)")


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of {', '.join(HARNESSES)}; without one, all")
    parser.add_argument("--seconds", type=int, default=600, help="for each of them")
    wanted = parser.parse_args()
    return max([run(name, wanted.seconds) for name in wanted.names or HARNESSES])


def run(name: str, seconds: int) -> int:
    """Run one harness; print the number of executions and the findings.  Returns libFuzzer's exit code."""
    corpus, found = CACHE / name, CACHE / f"{name}-found"
    for folder in (corpus, found):
        folder.mkdir(parents=True, exist_ok=True)
    for data in seeds(name):
        (corpus / hashlib.sha1(data, usedforsecurity=False).hexdigest()).write_bytes(data)
    ended = subprocess.run(
        [sys.executable, "-m", f"{__package__}.harness", name, *OPTIONS, f"-max_total_time={seconds}",
         f"-artifact_prefix={found}/", str(corpus)],
        cwd=ROOT, stderr=subprocess.PIPE, text=True, errors="replace", check=False,
    )  # fmt: skip
    executed = EXECUTED.search(ended.stderr)
    if ended.returncode or not executed:
        print(ended.stderr[-6_000:])
    print(f"{name}: {int(executed[1]) if executed else 0:,} executions; found: {len(list(found.iterdir()))}")
    return ended.returncode


def seeds(name: str) -> Iterator[bytes]:
    """Our samples and former findings, each with the byte that chooses its parser."""
    samples = [path.read_bytes() for path in (ROOT / "seeds").glob("*/*")]
    if name == "planted":
        yield from (Random(number).randbytes(64) for number in range(500))
        return
    if name == "copy":
        yield from (bytes([number % len(LANGUAGES)]) + data for number, data in enumerate(samples))
        return
    chosen = {target: bytes([number]) for number, target in enumerate(PARSERS)}
    yield from (prefix + data for data in samples for prefix in chosen.values())
    for path in (ROOT / "tests/fuzz/findings").glob("*/*"):
        yield chosen.get(path.parent.name, chosen["sniffed"]) + path.read_bytes()


if __name__ == "__main__":
    sys.exit(main())
