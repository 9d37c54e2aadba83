"""All rooms on one machine: one process for each room, started again with back-off, ended together.

The workers are in sessions of their own: a Ctrl-C reaches only the supervisor, which stops them in an orderly way.
Each holds the other end of a pipe, and ends when the supervisor has ended, however that happened.
"""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

from pipeline.runtime.exit_codes import EXIT_BREAKER, EXIT_REFUSED, EXIT_SETTINGS
from pipeline.runtime.local.relay import Relay
from pipeline.runtime.progress import OnProgress, ignore_progress
from pipeline.runtime.worker.exits import STOP_SECONDS
from pipeline.topology import ROOMS

BACKOFF_SECONDS_MIN = 0.1
BACKOFF_SECONDS_MAX = 30.0
STEADY_SECONDS = 60.0  # what has run so long had a good start: an end after it is a new one
POLL_SECONDS = 0.1
NOT_RESTARTED = {EXIT_SETTINGS}  # starting again does not help
RESTARTED_SLOWLY = {EXIT_BREAKER, EXIT_REFUSED}  # waits the longest time from the first restart on

OnEvent = Callable[[str, str], None]  # room, what happened to it


@dataclass
class Child:
    """One room's process."""

    room: str
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    restart_at: float = 0.0
    wait_seconds: float = BACKOFF_SECONDS_MIN
    restarts: int = 0
    given_up: bool = False


@dataclass
class Supervisor:
    """Starts the rooms, keeps them running, stops them.  Use as a context manager."""

    environment: Mapping[str, str]  # of every worker
    per_room: Mapping[str, Mapping[str, str]] = field(default_factory=dict)  # added for one room
    flags: tuple[str, ...] = ()  # between `wiredesk` and `worker ROOM`
    arguments: tuple[str, ...] = ()  # after it; once, when a room is started for the first time
    log: Path | None = None  # the workers' output
    show_line: Callable[[str], None] | None = None  # without `log`: shows a line of it; ours without both
    on_event: OnEvent = lambda room, what: None
    on_progress: OnProgress = ignore_progress
    may_start: Callable[[], bool] = lambda: True  # whether a room that has ended could work, if it was started
    children: dict[str, Child] = field(default_factory=dict)
    _relay: Relay | None = None

    def __enter__(self) -> Self:
        if self.show_line and not self.log:
            self._relay = Relay(self.show_line)
        self.children = {room: Child(room) for room in ROOMS}
        for child in self.children.values():
            self._start(child)
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def restart_ended(self) -> None:
        """Restart the rooms that have ended and waited.  To be called every POLL_SECONDS or so."""
        if not self.may_start():
            return
        now = time.monotonic()
        for child in self.children.values():
            if child.given_up:
                continue
            if child.process is None:
                if now >= child.restart_at:
                    child.restarts += 1
                    self._start(child)
            elif (code := child.process.poll()) is not None:
                self._ended(child, code, now)

    def stop(self) -> None:
        """Stop all workers in an orderly way; kill those that do not end in time."""
        running = [child for child in self.children.values() if child.process and child.process.poll() is None]
        for child in running:
            assert child.process is not None
            child.process.terminate()
        self._await_ends(running, time.monotonic() + STOP_SECONDS + 5)
        for child in self.children.values():
            if child.process and child.process.stdin:
                child.process.stdin.close()
        if self._relay:
            self._relay.close()
        self.on_progress("", 0, 0)

    def _await_ends(self, running: Sequence[Child], deadline: float) -> None:
        """Wait until these have ended; kill those that have not by then."""
        while left := [child for child in running if child.process and child.process.poll() is None]:
            rooms = ", ".join(child.room for child in left)
            self.on_progress("stopping the rooms", len(running) - len(left), len(running), rooms)
            if time.monotonic() > deadline:
                for child in left:
                    assert child.process is not None
                    self.on_event(child.room, "does not stop: killed")
                    child.process.kill()
                    child.process.wait()
            time.sleep(POLL_SECONDS)

    @property
    def given_up(self) -> list[str]:
        """Rooms that will not be restarted."""
        return [child.room for child in self.children.values() if child.given_up]

    def _start(self, child: Child) -> None:
        command = [sys.executable, "-m", "pipeline.cli", *self.flags, "worker", child.room, "--end-with-stdin"]
        if not child.restarts:
            command += self.arguments
        log = self.log.open("ab") if self.log else None
        output = log or (self._relay.fd if self._relay else None)
        try:
            child.process = subprocess.Popen(  # noqa: S603 - our own command
                command,
                env={**self.environment, **self.per_room.get(child.room, {})},
                stdin=subprocess.PIPE,
                stdout=output,
                stderr=output,
                start_new_session=True,
            )
        finally:
            if log:
                log.close()
        child.started = time.monotonic()

    def _ended(self, child: Child, code: int, now: float) -> None:
        assert child.process is not None
        assert child.process.stdin is not None
        child.process.stdin.close()
        child.process = None
        if code in NOT_RESTARTED:
            child.given_up = True
            self.on_event(child.room, f"ended with exit code {code}: not started again")
            return
        if now - child.started > STEADY_SECONDS:
            child.wait_seconds = BACKOFF_SECONDS_MIN
        wait = BACKOFF_SECONDS_MAX if code in RESTARTED_SLOWLY else child.wait_seconds
        child.restart_at = now + wait
        child.wait_seconds = min(BACKOFF_SECONDS_MAX, child.wait_seconds * 2)
        self.on_event(child.room, f"ended with exit code {code}: started again in {wait:g} s")
