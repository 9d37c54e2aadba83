"""The standard streams of a process that was started without one, as `2>&-` or a bare cron does."""

from __future__ import annotations

import os
import sys

STDOUT, STDERR = 1, 2


def open_closed_streams() -> None:
    """Give the null device to those that are closed.

    Otherwise the next file that is opened has the number of stderr, and the first message is written into it.
    Python's own stdin stays None, so that whoever reads it sees that it was closed.
    """
    while (fd := os.open(os.devnull, os.O_RDWR)) <= STDERR:
        os.set_inheritable(fd, True)
    os.close(fd)
    if sys.stdout is None:
        sys.stdout = os.fdopen(STDOUT, "w", closefd=False)
    if sys.stderr is None:
        sys.stderr = os.fdopen(STDERR, "w", closefd=False)
