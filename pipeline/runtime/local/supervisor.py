"""All processes of one machine: started together, started again with back-off, ended together."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from pipeline.runtime.local.child import Child
from pipeline.runtime.local.relay import Relay
from pipeline.runtime.progress import OnProgress, ignore_progress
from pipeline.runtime.worker.exits import STOP_SECONDS

POLL_SECONDS = 0.1

OnEvent = Callable[[str, str], None]  # the name of a child, what happened to it


@dataclass
class Supervisor:
    """Starts its children, keeps them running, stops them.  Use as a context manager."""

    children: Mapping[str, Child]  # by name
    log: Path | None = None  # their output
    show_line: Callable[[str], None] | None = None  # without `log`: shows a line of it; ours without both
    on_event: OnEvent = lambda name, what: None
    on_progress: OnProgress = ignore_progress
    may_start: Callable[[], bool] = lambda: True  # whether a child that has ended could work, if it was started
    _relay: Relay | None = None

    def __enter__(self) -> Self:
        if self.show_line and not self.log:
            self._relay = Relay(self.show_line)
        for child in self.children.values():
            child.start(self._output)
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    @property
    def _output(self) -> Path | int | None:
        return self.log or (self._relay.fd if self._relay else None)

    def restart_ended(self) -> None:
        """Restart the children that have ended and waited.  To be called every POLL_SECONDS or so."""
        if self.may_start():
            for child in self.children.values():
                if what := child.restart_ended(self._output):
                    self.on_event(child.name, what)

    def stop(self) -> None:
        """Stop all children in an orderly way; kill those that do not end in time."""
        running = [child for child in self.children.values() if child.is_running]
        for child in running:
            assert child.process
            child.process.terminate()
        self._await_ends(running, time.monotonic() + STOP_SECONDS + 5)
        for child in self.children.values():
            child.close()
        if self._relay:
            self._relay.close()
        self.on_progress("", 0, 0)

    def _await_ends(self, running: Sequence[Child], deadline: float) -> None:
        """Wait until these have ended; kill those that have not by then."""
        while left := [child for child in running if child.is_running]:
            names = ", ".join(child.name for child in left)
            self.on_progress("stopping the rooms", len(running) - len(left), len(running), names)
            if time.monotonic() > deadline:
                for child in left:
                    assert child.process
                    self.on_event(child.name, "does not stop: killed")
                    child.process.kill()
                    child.process.wait()
            time.sleep(POLL_SECONDS)

    @property
    def given_up(self) -> list[str]:
        """Those that will not be started again."""
        return [child.name for child in self.children.values() if child.given_up]
