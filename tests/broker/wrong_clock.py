"""Runs Wiredesk's commands on a machine whose clock is wrong: `wrong_clock.py SECONDS worker resolve …`.

The wall clock is ahead by so many seconds; the monotonic one, which no clock setting moves, is right.
"""

from __future__ import annotations

import runpy
import sys
import time

if __name__ == "__main__":
    ahead, right, right_ns = float(sys.argv.pop(1)), time.time, time.time_ns
    time.time = lambda: right() + ahead
    time.time_ns = lambda: right_ns() + round(ahead * 1e9)
    runpy.run_module("pipeline.cli", run_name="__main__", alter_sys=True)
