"""The short form of the chaos run; `make chaos` is the long one."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FAULTS = ("kill_room", "crash_broker", "freeze")
RUN_SECONDS_MAX = 1_800  # a loaded machine; a minute and a half is usual


@pytest.mark.broker
@pytest.mark.slow
def test_nothing_is_lost_or_doubled_through_accidents(tmp_path: Path) -> None:
    """Three accidents under load: every record once, in order, as the replay has it; nobody stuck."""
    report = tmp_path / "report.json"
    command = [sys.executable, "-m", "tests.chaos", "--rate", "25", "--report", str(report)]
    for fault in FAULTS:
        command += ["--fault", fault]
    environment = {**os.environ, "WIREDESK_SESSION_SECONDS": "6"}  # so long a frozen worker keeps its partitions
    done = subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=RUN_SECONDS_MAX, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "lost 0 duplicated 0 out-of-order 0 differing 0" in done.stdout
    found = json.loads(report.read_text())
    assert len(found["faults"]) > len(FAULTS), "a frozen worker is noted twice: taken over, and awake again"
    assert sum(found["journal_records_trimmed"].values()) > 0
    assert found["total"]["records"] > found["payloads"]
