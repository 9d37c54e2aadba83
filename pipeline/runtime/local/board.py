"""The board beside the rooms of one machine: a process of its own, which ends with its starter."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Self

from pipeline.runtime.local.supervisor import POLL_SECONDS
from pipeline.settings import PREFIX, Settings

START_SECONDS = 120.0  # until it says its address; one is usual
STOP_SECONDS = 30.0  # more than it gives its requests and its reader


class LocalBoard:
    """`wiredesk board` at a free port.  Its view and its log are in `folder`.  A context manager."""

    def __init__(self, settings: Settings, folder: Path) -> None:
        self._environment = {
            **os.environ,
            PREFIX + "BOOTSTRAP": settings.bootstrap,
            PREFIX + "STATE_DIR": str(folder),
            PREFIX + "HEALTH_PORT": "0",
        }
        self._said, self._log = folder / "board.out", folder / "board.log"
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        command = [sys.executable, "-m", "pipeline.cli", "board", "--port", "0", "--end-with-stdin"]
        with self._said.open("wb") as said, self._log.open("wb") as log:
            self._process = subprocess.Popen(  # noqa: S603 - our own command
                command,
                env=self._environment,
                stdin=subprocess.PIPE,
                stdout=said,
                stderr=log,
                start_new_session=True,  # a Ctrl-C reaches only the starter
            )
        return self

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
        while not (said := self._said.read_text()).endswith("\n"):
            if self._process.poll() is not None or time.monotonic() > until or stop.wait(POLL_SECONDS):
                return ""
        return said.strip()

    def why(self) -> str:
        """The last line that it wrote on stderr: why it has ended."""
        return (self._log.read_text(errors="replace").splitlines() or ["it says nothing"])[-1]
