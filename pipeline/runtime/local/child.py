"""A process of `wiredesk` that its starter starts again with back-off.

It is in a session of its own: a Ctrl-C reaches only its starter, which stops it in an orderly way.  It holds the
other end of a pipe, and ends when the starter has ended, however that happened.
"""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from pipeline.runtime.exit_codes import EXIT_BREAKER, EXIT_REFUSED, EXIT_SETTINGS

BACKOFF_SECONDS_MIN = 0.1
BACKOFF_SECONDS_MAX = 30.0
STEADY_SECONDS = 60.0  # what has run so long had a good start: an end after it is a new one

Output = Path | int | None  # a file that is added to, or a descriptor; None: its starter's own


@dataclass
class Child:
    """A process, and when it is started again: of a room."""

    # Exit codes: starting again does not help, or only after the longest wait, from the first on.
    not_restarted: ClassVar = frozenset({EXIT_SETTINGS})
    restarted_slowly: ClassVar = frozenset({EXIT_BREAKER, EXIT_REFUSED})

    name: str
    command: tuple[str, ...]  # behind `wiredesk`
    environment: Mapping[str, str]
    once: tuple[str, ...] = ()  # behind the command when it is started for the first time
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    restart_at: float | None = None  # of one that has ended
    wait_seconds: float = BACKOFF_SECONDS_MIN
    restarts: int = 0
    given_up: bool = False

    @property
    def is_running(self) -> bool:
        """Whether it runs."""
        return self.process is not None and self.process.poll() is None

    def start(self, output: Output) -> None:
        """Start it; what it writes goes there."""
        self._start(output, output)

    def restart_ended(self, output: Output) -> str:
        """Start it again when it has ended, and waited; what has happened to it, once."""
        if self.restart_at is not None:
            if time.monotonic() >= self.restart_at:
                self.restart_at = None
                self.restarts += 1
                self.start(output)
        elif self.process and (code := self.process.poll()) is not None:
            self.close()
            self.process = None
            return f"{self.why(code)}: {self._ended(code)}"
        return ""

    def close(self) -> None:
        """Close the pipe to it: it ends, if it has not yet."""
        if self.process and self.process.stdin:
            self.process.stdin.close()

    def why(self, code: int) -> str:
        """How it has ended."""
        if code >= 0:
            return f"ended with exit code {code}"
        named = -code in {each.value for each in signal.Signals}  # Python has no name for some
        return f"was ended by {signal.Signals(-code).name if named else f'signal {-code}'}"

    def _start(self, out: Output, err: Output) -> None:
        once = () if self.restarts else self.once
        with ExitStack() as stack:
            files = [stack.enter_context(one.open("ab")) if isinstance(one, Path) else one for one in (out, err)]
            self.process = subprocess.Popen(  # noqa: S603 - our own command
                [sys.executable, "-m", "pipeline.cli", *self.command, "--end-with-stdin", *once],
                env=self.environment,
                stdin=subprocess.PIPE,
                stdout=files[0],
                stderr=files[1],
                start_new_session=True,
            )
        self.started = time.monotonic()

    def _ended(self, code: int) -> str:
        """When it is started again, if ever."""
        if code in self.not_restarted:
            self.given_up = True
            return "not started again"
        now = time.monotonic()
        if now - self.started > STEADY_SECONDS:
            self.wait_seconds = BACKOFF_SECONDS_MIN
        wait = BACKOFF_SECONDS_MAX if code in self.restarted_slowly else self.wait_seconds
        self.restart_at = now + wait
        self.wait_seconds = min(BACKOFF_SECONDS_MAX, self.wait_seconds * 2)
        return f"started again in {wait:g} s"
