"""`wiredesk up --detach` and `wiredesk down`, as far as they need no broker."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from click.testing import CliRunner

from pipeline.cli import main, up
from pipeline.runtime.local import background, board
from tests.waiting import SECONDS

HOLDER = (
    "import fcntl, signal, sys; f = open(sys.argv[1], 'a+b'); fcntl.flock(f, 2)\n{}\n"
    "print(flush=True); signal.alarm(600); signal.pause()"
)
DEAF = "import signal; signal.signal(15, signal.SIG_IGN)"


def holder(folder: Path, first: str = "pass") -> subprocess.Popen[bytes]:
    """A process that has the lock of the folder, as rooms in the background have."""
    command = [sys.executable, "-c", HOLDER.format(first), str(folder / background.PID_FILE)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE)
    assert process.stdout is not None
    process.stdout.readline()
    (folder / background.PID_FILE).write_text(f"{process.pid}\n")
    process.stdout.close()
    return process


def test_a_start_that_fails_says_why(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The reason is passed on, the exit code is the process' own, and nothing runs afterwards."""
    monkeypatch.setenv("WIREDESK_PACE_MS", "soon")
    lines: list[str] = []
    assert background.start(tmp_path, ["up"], lines.append) == 78
    assert "WIREDESK_PACE_MS" in "\n".join(lines)
    assert not background.stop(tmp_path)


def test_it_is_started_once_and_stopped(tmp_path: Path) -> None:
    """While a process has the lock there is no second start; stop ends that process and waits for its end."""
    process = holder(tmp_path)
    with pytest.raises(background.AlreadyRunning):
        background.start(tmp_path, ["up"], pytest.fail)
    assert background.stop(tmp_path)
    assert process.wait(SECONDS) == -15


def test_a_starter_that_was_killed_before_it_wrote_the_id(tmp_path: Path) -> None:
    """The rooms run and nobody knows where: that is said, and no other process is stopped instead."""
    process = holder(tmp_path)
    (tmp_path / background.PID_FILE).write_bytes(b"")
    with pytest.raises(background.NoProcessId):
        background.stop(tmp_path)
    assert process.poll() is None
    process.kill()
    process.wait()


def test_a_start_that_is_killed_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """kill -9 of the process in the background while its rooms start: one sentence, and `start it again`."""
    monkeypatch.setattr(background, "start", lambda *_: -9)
    monkeypatch.setenv("WIREDESK_STATE_DIR", str(tmp_path))
    found = CliRunner().invoke(main, ["up", "--embedded", "--detach"])
    assert (found.exit_code, "was ended by SIGKILL" in found.output) == (70, True)


def test_a_board_without_its_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    """`up --board` starts nothing, and names what to install."""
    monkeypatch.setattr(board, "is_installed", lambda: False)
    found = CliRunner().invoke(main, ["up", "--embedded", "--board", "--detach"])
    assert (found.exit_code, "pip install 'wiredesk[board]'" in found.output) == (78, True)


@pytest.mark.parametrize(
    ("are_ready", "board", "answer", "said"),
    [
        pytest.param(True, None, background.READY, "rooms are ready", id="without a board"),
        pytest.param(True, "http://x", background.READY, "the board is at http://x", id="with a board"),
        pytest.param(True, "", background.NOT_READY, "the board does not start: port taken", id="no board"),
        pytest.param(False, "http://x", background.NOT_READY, "not all ready yet", id="a slow room"),
    ],
)
def test_the_start_is_told_as_it_is(
    capsys: pytest.CaptureFixture[str], are_ready: bool, board: str | None, answer: bytes, said: str
) -> None:
    """`up --board --detach` ends with 0 only if the rooms are ready and the board serves."""
    served: Any = SimpleNamespace(address=lambda stop: board, last_words="port taken")
    rooms: Any = SimpleNamespace(wait_ready=lambda *_: are_ready, board=None if board is None else served)
    read, write = os.pipe()
    address = up._await_ready(rooms, time.monotonic(), threading.Event(), write)
    with os.fdopen(read, "rb") as pipe:
        assert (pipe.read(), address) == (answer, board or "")
    assert said in capsys.readouterr().err


@pytest.mark.parametrize("left", [None, b"1\n", b""])
def test_what_is_left_behind_names_nobody(tmp_path: Path, left: bytes | None) -> None:
    """Without the lock the id in the file, which another process may have by now, is not believed."""
    if left is not None:
        (tmp_path / background.PID_FILE).write_bytes(left)
    assert not background.stop(tmp_path)


def test_what_does_not_stop_is_reported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A process that ignores SIGTERM is not killed: TimeoutError, and it is for the operator to decide."""
    monkeypatch.setattr(background, "STOP_SECONDS", 0.3)
    process = holder(tmp_path, DEAF)
    with pytest.raises(TimeoutError):
        background.stop(tmp_path)
    assert process.poll() is None
    process.kill()
    process.wait()


def test_log_records_are_not_shown(tmp_path: Path) -> None:
    """Of the log, lines for people are passed on; records, which are JSON objects, are not."""
    log = tmp_path / "log"
    log.write_text('{"event": "open"}\nall rooms are ready\n\n{"event"')
    lines: list[str] = []
    with log.open("rb") as shown:
        background._pass_on(shown, lines.append)
    assert lines == ["all rooms are ready"]
