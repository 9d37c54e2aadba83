"""The rooms in the background: what `wiredesk up --detach` starts and `wiredesk down` stops.

The process that runs the rooms inherits a locked file with its id.  The lock ends with that process, however it
ends, so a file that is left behind never names another process.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import IO

PID_FILE, LOG_FILE = "up.pid", "up.log"
POLL_SECONDS = 0.1
STOP_SECONDS = 60  # the rooms take 20 s at most, an embedded broker a few more
READY, NOT_READY = b"1", b"0"  # what the process writes once it knows


class AlreadyRunning(Exception):
    """The rooms of this folder run in the background."""


class NoProcessId(Exception):
    """They run, and the file does not say in which process: whoever started them was killed as it did so."""


def start(folder: Path, arguments: Sequence[str], on_line: Callable[[str], None]) -> int:
    """Run `wiredesk ARGUMENTS --ready-fd N` in a session of its own, and wait until its rooms are ready.

    `folder` gets its log, which is passed on line by line while it starts.  Returns 0, or 1 if the rooms take
    longer than `up` waits for them, or the process' exit code if it ended: below 0 the signal that ended it.
    Raises AlreadyRunning.
    """
    folder.mkdir(parents=True, exist_ok=True)
    log_path = folder / LOG_FILE
    with (folder / PID_FILE).open("a+b") as lock, log_path.open("ab") as log, log_path.open("rb") as shown:
        if not _take(lock):
            raise AlreadyRunning
        shown.seek(0, os.SEEK_END)
        ready, ready_fd = os.pipe()
        command = [sys.executable, "-m", "pipeline.cli", *arguments, "--ready-fd", str(ready_fd)]
        fds = (lock.fileno(), ready_fd)
        process = subprocess.Popen(  # noqa: S603 - our own command
            command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, pass_fds=fds, start_new_session=True
        )
        os.close(ready_fd)
        lock.truncate(0)
        lock.write(b"%d\n" % process.pid)
        lock.flush()
        with os.fdopen(ready, "rb") as pipe, _ended_with_us(process):
            while not select.select([pipe], [], [], POLL_SECONDS)[0]:
                _pass_on(shown, on_line)
            answer = pipe.read(1)
            code = {READY: 0, NOT_READY: 1}.get(answer)
            code = process.wait() or 1 if code is None else code
        _pass_on(shown, on_line)
        return code


def stop(folder: Path) -> bool:
    """Stop the process in an orderly way and wait for its end; False if none runs.

    TimeoutError if it still runs after STOP_SECONDS.  Raises NoProcessId.
    """
    try:
        file = (folder / PID_FILE).open("r+b")
    except FileNotFoundError:
        return False
    with file:
        if _take(file):
            return False
        if not (written := file.read().strip()).isdigit():
            raise NoProcessId
        os.kill(int(written), signal.SIGTERM)
        deadline = time.monotonic() + STOP_SECONDS
        while not _take(file):
            if time.monotonic() > deadline:
                raise TimeoutError
            time.sleep(POLL_SECONDS)
    return True


def report(ready_fd: int | None, is_ready: bool) -> None:
    """Tell the starter, if there is one, whether the rooms are ready."""
    if ready_fd is not None:
        with contextlib.suppress(BrokenPipeError):  # it did not wait
            os.write(ready_fd, READY if is_ready else NOT_READY)
        os.close(ready_fd)


def _take(file: IO[bytes]) -> bool:
    """Take the lock, unless another process has it."""
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


@contextlib.contextmanager
def _ended_with_us(process: subprocess.Popen[bytes]) -> Iterator[None]:
    """End the process if the starter is interrupted before the rooms are ready."""
    try:
        yield
    except BaseException:
        process.terminate()
        process.wait()
        raise


def _pass_on(shown: IO[bytes], on_line: Callable[[str], None]) -> None:
    """The lines for people that are new in the log; log records, which are JSON objects, stay there."""
    for line in shown.read().decode("utf-8", "replace").splitlines():
        if line and not line.startswith("{"):
            on_line(line)
