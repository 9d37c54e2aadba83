"""The board beside the rooms of one machine: a process of its own, which ends with its starter."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from importlib.util import find_spec
from pathlib import Path
from typing import Self

from pipeline.runtime.local.supervisor import POLL_SECONDS, OnEvent
from pipeline.services import BOARD_NEEDS
from pipeline.settings import PREFIX, Settings

START_SECONDS = 120.0  # until it says its address; one is usual
AGAIN_SECONDS = 30.0  # from its end to its next start
STOP_SECONDS = 30.0  # more than it gives its requests and its reader


def is_installed() -> bool:
    """Whether the extra `board` is."""
    return all(find_spec(name) for name in BOARD_NEEDS)


class LocalBoard:
    """`wiredesk board`, at any free port for 0.  Its view and its log are in `folder`.  A context manager."""

    def __init__(
        self, settings: Settings, folder: Path, port: int = 0, again_seconds: float = AGAIN_SECONDS
    ) -> None:
        self._port, self.again_seconds = port, again_seconds
        self._start_at: float | None = None  # of one that has ended
        self._environment = {
            **os.environ,
            PREFIX + "BOOTSTRAP": settings.bootstrap,
            PREFIX + "STATE_DIR": str(folder),
            PREFIX + "HEALTH_PORT": "0",
        }
        self._said, self._log = folder / "board.out", folder / "board.log"
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        self._start()
        return self

    def _start(self) -> None:
        command = [sys.executable, "-m", "pipeline.cli", "board", "--port", str(self._port), "--end-with-stdin"]
        with self._said.open("wb") as said, self._log.open("wb") as log:
            self._process = subprocess.Popen(  # noqa: S603 - our own command
                command,
                env=self._environment,
                stdin=subprocess.PIPE,
                stdout=said,
                stderr=log,
                start_new_session=True,  # a Ctrl-C reaches only the starter
            )

    def __exit__(self, *_: object) -> None:
        assert self._process
        assert self._process.stdin
        self._process.terminate()
        try:
            self._process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._process.stdin.close()

    def address(self, stop: threading.Event) -> str:
        """Its address with the token, once it serves; empty if it has ended, or when `stop` is set."""
        assert self._process
        until = time.monotonic() + START_SECONDS
        while not (said := self.said):
            if self._process.poll() is not None or time.monotonic() > until or stop.wait(POLL_SECONDS):
                return ""
        return said

    @property
    def said(self) -> str:
        """Its address with the token, if it serves already."""
        said = self._said.read_text()
        return said.strip() if said.endswith("\n") else ""

    def restart_ended(self, on_event: OnEvent) -> None:
        """Start it again when it has ended, and waited.  To be called every POLL_SECONDS or so."""
        assert self._process
        if self._process.poll() is None:
            return
        now = time.monotonic()
        if self._start_at is None:
            self._start_at = now + self.again_seconds
            on_event("board", f"ended: {self.why()}; started again in {self.again_seconds:g} s")
        elif now >= self._start_at:
            assert self._process.stdin
            self._process.stdin.close()
            self._start_at = None
            self._start()

    def why(self) -> str:
        """Why it has ended: a signal, or the last line that it wrote on stderr."""
        code = self._process.poll() if self._process else None
        if code is not None and code < 0:
            return f"killed by signal {-code}"
        return (self._log.read_text(errors="replace").splitlines() or ["it says nothing"])[-1]
