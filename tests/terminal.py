"""A command on a terminal: what it writes, and how long nothing came."""

from __future__ import annotations

import os
import pty
import re
import select
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass, field

from tests.waiting import PROCESS_SECONDS, SECONDS

CONTROL = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")
CTRL_C = b"\x03"


@dataclass
class Recording:
    """The output of a command, and its gaps."""

    text: str = ""
    first: float = 0.0  # seconds to the first output
    gaps: list[tuple[float, str]] = field(default_factory=list)  # seconds, and what was written before
    code: int | None = None

    @property
    def longest_gap(self) -> tuple[float, str]:
        return max(self.gaps, default=(0.0, ""))


def record(
    *arguments: str, environment: Mapping[str, str], until: str = "", seconds: float = PROCESS_SECONDS
) -> Recording:
    """Run `wiredesk ARGUMENTS` on a terminal to its end.

    With `until` Ctrl-C is pressed once the output has that text; what comes before the text and after the Ctrl-C is
    recorded, and the time between them is no gap.  A gap at the very end counts too.
    """
    parent, child = pty.openpty()
    command = [sys.executable, "-m", "pipeline.cli", *arguments]
    environment = {**os.environ, "TERM": "xterm-256color", "COLUMNS": "100", "LINES": "30", **environment}
    process = subprocess.Popen(
        command,
        stdin=child,
        stdout=child,
        stderr=child,
        env=environment,
        start_new_session=True,
        preexec_fn=_take_terminal,
    )
    os.close(child)
    found, latest, deadline = Recording(), time.monotonic(), time.monotonic() + seconds
    try:
        while time.monotonic() < deadline:
            data = _read(parent)
            if data is None:
                break
            if not data:
                continue
            now = time.monotonic()
            if found.text:
                found.gaps.append((now - latest, found.text[-200:]))
            else:
                found.first = now - latest
            found.text += CONTROL.sub("", data.decode("utf-8", "replace"))
            latest = now
            if until and until in found.text:
                os.write(parent, CTRL_C)
                until = ""
        found.code = process.wait(SECONDS)
        found.gaps.append((time.monotonic() - latest, found.text[-200:]))
    finally:
        process.kill()
        process.wait()
        os.close(parent)
    return found


def _take_terminal() -> None:
    """Make the terminal the one that Ctrl-C comes from."""
    import fcntl
    import termios

    fcntl.ioctl(0, termios.TIOCSCTTY, 0)


def _read(fd: int) -> bytes | None:
    """What is there; nothing after a moment; None when the other end is closed."""
    if not select.select([fd], [], [], 0.05)[0]:
        return b""
    try:
        return os.read(fd, 65_536) or None
    except OSError:  # Linux: nobody has the other end any more
        return None
