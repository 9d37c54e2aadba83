"""The workers' output on the way to a terminal where something moves: by lines, so that neither breaks the other.

A pseudo-terminal and no pipe, so that the workers write as they do for a person.
"""

from __future__ import annotations

import os
import pty
import threading
from collections.abc import Callable


class Relay:
    """Calls `show` with each line that is written to `fd`, until it is closed and everything is read."""

    def __init__(self, show: Callable[[str], None]) -> None:
        self._show = show
        self._read_fd, self.fd = pty.openpty()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def close(self) -> None:
        """Show what is left.  Whoever still has `fd` writes into nothing."""
        os.close(self.fd)
        self._reader.join(1.0)

    def _read(self) -> None:
        with os.fdopen(self._read_fd, errors="replace") as lines:
            try:
                for line in lines:
                    self._show(line.rstrip())
            except OSError:  # Linux: nobody has the other end any more
                return
