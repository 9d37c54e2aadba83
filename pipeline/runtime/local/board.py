"""The board beside the rooms of one machine."""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from typing import ClassVar

from pipeline.runtime.local.child import Child, Output
from pipeline.services import BOARD_NEEDS
from pipeline.settings import PREFIX

BOARD = "board"
START_SECONDS = 120.0  # until it says its address; one is usual
POLL_SECONDS = 0.1


def is_installed() -> bool:
    """Whether the extra `board` is."""
    return all(find_spec(name) for name in BOARD_NEEDS)


@dataclass
class LocalBoard(Child):
    """`wiredesk board`.  What it says is in its folder, not among the lines of the rooms."""

    not_restarted: ClassVar = frozenset[int]()  # the rooms go on without it
    restarted_slowly: ClassVar = frozenset(range(256))  # whatever ends it but a signal

    folder: Path = field(kw_only=True)

    @property
    def _said(self) -> Path:
        return self.folder / "board.out"

    @property
    def _log(self) -> Path:
        return self.folder / "board.log"

    def start(self, output: Output) -> None:
        self._said.unlink(missing_ok=True)
        self._log.unlink(missing_ok=True)
        self._start(self._said, self._log)

    def address(self, stop: threading.Event) -> str:
        """Its address with the token, once it serves; empty if it has ended, or when `stop` is set."""
        until = time.monotonic() + START_SECONDS
        while not (said := self.said):
            if not self.is_running or time.monotonic() > until or stop.wait(POLL_SECONDS):
                return ""
        return said

    @property
    def said(self) -> str:
        """Its address with the token, if it serves already."""
        said = self._said.read_text()
        return said.strip() if said.endswith("\n") else ""

    @property
    def last_words(self) -> str:
        """The last line of its log."""
        return (self._log.read_text(errors="replace").splitlines() or ["it says nothing"])[-1]

    def why(self, code: int) -> str:
        return f"killed by signal {-code}" if code < 0 else f"ended ({self.last_words})"


def local_board(environment: Mapping[str, str], folder: Path, port: int) -> LocalBoard:
    """The board at a port, or at any free one for 0."""
    command = ("board", "--port", str(port))
    return LocalBoard(BOARD, command, {**environment, PREFIX + "HEALTH_PORT": "0"}, folder=folder)
