"""Processor time by process, as Linux counts it."""

from __future__ import annotations

import os
import time
from collections.abc import Mapping
from pathlib import Path

from benchmarks import Missing
from pipeline.runtime.local.deployment import LocalDeployment

OURS = "publisher and reader"
CLOCK = "clock"
TICKS_A_SECOND = os.sysconf("SC_CLK_TCK")
USER, SYSTEM = 11, 12  # fields of /proc/PID/stat behind the command, proc(5)


def pids(deployment: LocalDeployment, broker_pid: int) -> dict[str, int]:
    """The processes, by name."""
    rooms = {room: child.process.pid for room, child in deployment.children.items() if child.process}
    return {**rooms, "the broker": broker_pid, OURS: os.getpid()}


def seconds(processes: Mapping[str, int]) -> dict[str, float]:
    """Processor seconds that each has taken so far, and the clock.  Raises Missing where there is no /proc."""
    return {name: _seconds_of(pid) for name, pid in processes.items()} | {CLOCK: time.monotonic()}


def an_item(before: Mapping[str, float], after: Mapping[str, float], count: int) -> dict[str, object]:
    """Milliseconds an item by process and of all, and how many cores that is."""
    spent = {name: after[name] - before[name] for name in before if name != CLOCK}
    rows = {f"CPU of {name}, ms an item": round(value / count * 1000, 2) for name, value in spent.items()}
    whole = sum(spent.values())
    return {
        **rows,
        "CPU of all, ms an item": round(whole / count * 1000, 2),
        "CPU of all, cores": round(whole / (after[CLOCK] - before[CLOCK]), 2),
    }


def _seconds_of(pid: int) -> float:
    try:
        fields = Path("/proc", str(pid), "stat").read_text().rpartition(")")[2].split()
    except OSError as error:
        raise Missing(f"processor time by process: {error}") from None
    return (int(fields[USER]) + int(fields[SYSTEM])) / TICKS_A_SECOND
