"""What the processes of a test run share and each would make: compiled kernels and tests, Kafka's jars and archive.

`python -m tests.caches` makes what is missing, once.  On a clean machine a process compiles kernels for half a
minute, pytest rewrites asserts for twelve seconds, and a broker starts for the first time for half a minute.
"""

from __future__ import annotations

import contextlib
import subprocess
import sys
from pathlib import Path

from pipeline.paths import expanded
from pipeline.replay import EPOCH_MS, Replay, payload
from pipeline.runtime.embedded.broker import quick_start_flags
from pipeline.runtime.embedded.jars import BrokerError
from pipeline.runtime.embedded.jvm import prepare
from pipeline.runtime.progress import ignore_progress
from pipeline.settings import CACHE_HOME

ROOT = Path(__file__).parents[1]
SAMPLE = ROOT / "seeds" / "norden"


def compile_kernels() -> None:
    """Let an item of each file go through the rooms."""
    replay = Replay()
    for path in sorted(SAMPLE.iterdir()):
        replay.publish(payload(SAMPLE.name, path.read_bytes(), EPOCH_MS), EPOCH_MS)


def compile_tests() -> None:
    """Collect them once, which leaves them with their asserts rewritten; what fails is for the tests to say."""
    command = [sys.executable, "-m", "pytest", "--collect-only", "--quiet", "--quiet"]
    subprocess.run(command, cwd=ROOT, capture_output=True, check=False)


def fill_kafka() -> None:
    """Fetch the jars, and let a broker run for the archive; what fails is for the tests to say."""
    with contextlib.suppress(BrokerError):
        quick_start_flags(prepare(expanded(CACHE_HOME), ignore_progress), ignore_progress)


if __name__ == "__main__":
    compile_kernels()
    compile_tests()
    fill_kafka()
