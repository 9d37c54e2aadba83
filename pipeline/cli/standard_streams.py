"""The standard streams of a process: one may be closed (`2>&-`), or have an encoding that lacks characters."""

from __future__ import annotations

import errno
import io
import os
import signal
import sys
import threading
from typing import Any

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


def write_any_text() -> None:
    """Let stdout escape what the terminal's encoding lacks, as stderr does: Latin-1 has no Arabic."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")


class _Roomless(io.FileIO):
    """A file that loses what its disk has no room for, instead of an error."""

    def write(self, data: Any) -> int:
        try:
            return super().write(data) or 0
        except OSError as error:
            if error.errno not in (errno.ENOSPC, errno.EDQUOT):
                raise
            return len(data)


def outlive_full_disk() -> None:
    """Let stdout and stderr lose lines while the disk that their log is on is full.

    For a process that has to go on until there is room again; never for one whose output is its result.
    """
    for name, fd in (("stdout", STDOUT), ("stderr", STDERR)):
        getattr(sys, name).flush()
        file = io.BufferedWriter(_Roomless(fd, "w", closefd=False))
        text = io.TextIOWrapper(file, encoding="utf-8", errors="backslashreplace", line_buffering=True)
        setattr(sys, name, text)


def end_with_stdin() -> None:
    """Stop this process in an orderly way when its starter has ended: the system closes the starter's end."""
    threading.Thread(target=_await_end_of_stdin, daemon=True).start()


def _await_end_of_stdin() -> None:
    while os.read(0, 4096):
        pass
    os.kill(os.getpid(), signal.SIGTERM)
