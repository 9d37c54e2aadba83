"""The server of this benchmark as a process."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from pipeline.runtime.board.access import COOKIE


@dataclass
class Served:
    """A board that serves."""

    process: subprocess.Popen[str]
    host: str
    session: str
    pid: int

    @property
    def cookies(self) -> dict[str, str]:
        return {COOKIE: self.session}

    def begin(self, rate: int, seconds: float) -> None:
        """Let it write so many items a second; `end` waits for the last."""
        assert self.process.stdin is not None
        self.process.stdin.write(f"{rate} {seconds}\n")
        self.process.stdin.flush()

    def end(self) -> int:
        """How many it has written by now, once it has written all that was asked for."""
        assert self.process.stdout is not None
        return int(self.process.stdout.readline())


@contextmanager
def served(folder: Path, count: int) -> Iterator[Served]:
    """A board with so many items, on one core."""
    command = [sys.executable, "-m", "benchmarks.board.server", str(folder), str(count)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdin is not None
            assert process.stdout is not None
            host, session, pid = process.stdout.readline().split()
            yield Served(process, host, session, int(pid))
            process.stdin.close()
            process.wait(30)
        finally:
            process.kill()
