"""Run a command, and show that it goes on: `python -m tools.patiently WHAT COMMAND…`.

On a terminal one line moves: the seconds, and the latest line of the command.  Elsewhere a plain line comes every
PLAIN_SECONDS.  The command's own output is shown only if it fails; its exit code is ours.
The standard library alone: nothing is installed yet when this runs.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import threading
import time

PLAIN_SECONDS = 10.0
DUMB_SECONDS = 1.8  # on a terminal that cannot move its cursor
MOVING_SECONDS = 0.2
ERASE = "\r\x1b[K"


def main(what: str, command: list[str]) -> int:
    """Run it; its exit code."""
    is_terminal = sys.stdout.isatty()
    is_moving = is_terminal and os.environ.get("TERM", "dumb") != "dumb"
    seconds = MOVING_SECONDS if is_moving else DUMB_SECONDS if is_terminal else PLAIN_SECONDS
    began = time.monotonic()
    print(f"{what} …", end="" if is_moving else "\n", flush=True)
    process = subprocess.Popen(  # noqa: S603 - the Makefile's own command
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace"
    )
    lines = [""]
    reader = threading.Thread(target=_read, args=(process, lines), daemon=True)
    reader.start()
    while reader.is_alive():
        reader.join(seconds)
        if reader.is_alive():
            _show(what, time.monotonic() - began, lines[-1], is_moving)
    code = process.wait()
    print(
        f"{ERASE if is_moving else ''}{what}: {'done' if code == 0 else 'failed'}, {time.monotonic() - began:.0f} s"
    )
    if code:
        print("\n".join(lines), file=sys.stderr)
    return code


def _read(process: subprocess.Popen[str], lines: list[str]) -> None:
    assert process.stdout is not None
    for line in process.stdout:
        if line.strip():
            lines.append(line.rstrip())


def _show(what: str, seconds: float, line: str, is_moving: bool) -> None:
    if not is_moving:
        print(f"  {what}: {seconds:.0f} s, {line.strip()[:100]}", flush=True)
        return
    shown = f"{what} … {seconds:.0f} s  {line.strip()}"
    print(ERASE + shown[: shutil.get_terminal_size().columns - 1], end="", flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2:]))
