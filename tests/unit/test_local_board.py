"""The board beside the rooms of one machine: it serves, and ends with its starter, however that ends."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
import threading
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPException
from pathlib import Path

import pytest

from pipeline.runtime.local.board import BOARD, LocalBoard, local_board
from pipeline.runtime.local.supervisor import Supervisor
from tests.waiting import eventually

pytestmark = pytest.mark.slow
ROOT = Path(__file__).parents[2]
STARTER = """
import os, sys, threading
from pathlib import Path
from pipeline.runtime.local.board import BOARD, local_board
from pipeline.runtime.local.supervisor import Supervisor
board = local_board(os.environ, Path(sys.argv[1]), 0)
with Supervisor({BOARD: board}):
    print(board.address(threading.Event()), flush=True)
    sys.stdin.read()
"""


@dataclass
class Started:
    """A board without rooms and without a broker, and what was told of it."""

    board: LocalBoard
    supervisor: Supervisor
    told: list[str]

    @property
    def address(self) -> str:
        return self.board.address(threading.Event())

    def ended(self) -> str:
        """What is told of its end."""
        eventually(lambda: not self.board.is_running)
        self.supervisor.restart_ended()
        return self.told.pop()


@contextmanager
def started(folder: Path, port: int = 0) -> Iterator[Started]:
    told: list[str] = []
    board = local_board(environment(folder), folder, port)
    with Supervisor({BOARD: board}, on_event=lambda name, what: told.append(f"{name} {what}")) as supervisor:
        yield Started(board, supervisor, told)


def environment(folder: Path) -> dict[str, str]:
    return {**os.environ, "WIREDESK_BOOTSTRAP": "127.0.0.1:1", "WIREDESK_STATE_DIR": str(folder)}


def serves(address: str) -> bool:
    try:
        with urllib.request.urlopen(address) as answer:
            return b"Log in" in answer.read()
    except (OSError, HTTPException):  # one that ends may reset a connection, or break off within its answer
        return False


def test_it_serves_and_ends(tmp_path: Path) -> None:
    """Its address has the token; behind the `with` nothing listens there."""
    with started(tmp_path) as one:
        address = one.address
        assert re.fullmatch(r"http://127\.0\.0\.1:\d+/login\?token=\S+", address)
        assert serves(address)
    assert not serves(address)


def test_it_is_started_again(tmp_path: Path) -> None:
    """Killed, that is said once, and soon it serves at its new address."""
    with started(tmp_path) as one:
        before = one.address
        one.supervisor.restart_ended()
        assert one.told == []
        assert one.board.process
        one.board.process.kill()
        assert one.ended() == "board killed by signal 9: started again in 0.1 s"

        def is_back() -> bool:
            one.supervisor.restart_ended()
            return one.board.is_running

        eventually(is_back)
        assert one.address != before
        assert serves(one.address)
        assert one.told == []


def test_a_port_that_is_taken(tmp_path: Path) -> None:
    """The reason names the port, and a remedy that its starter has: no option of it.  It is tried again seldom."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port: int = taken.getsockname()[1]
        with started(tmp_path, port) as one:
            assert one.address == ""
            why = f"127.0.0.1:{port}: Address already in use; free it"
            assert one.ended() == f"board ended ({why}): started again in 30 s"
            assert one.board.last_words == why


def test_a_starter_that_is_killed(tmp_path: Path) -> None:
    """kill -9 of the starter ends the board too."""
    command = [sys.executable, "-c", STARTER, str(tmp_path)]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment(tmp_path), text=True
    ) as starter:
        assert starter.stdout
        address = starter.stdout.readline().strip()
        assert serves(address)
        starter.kill()
    eventually(lambda: not serves(address))


def test_without_the_extra(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """There is no address, the reason names what to install, and the rooms are not given up with it."""
    (tmp_path / "uvicorn.py").write_text("raise ModuleNotFoundError('no uvicorn', name='uvicorn')")
    monkeypatch.setenv("PYTHONPATH", f"{tmp_path}:{ROOT}")
    with started(tmp_path) as one:
        assert one.address == ""
        assert one.board.said == ""
        assert "pip install 'wiredesk[board]'" in one.ended()
        assert one.supervisor.given_up == []


def test_a_starter_that_is_stopped_while_it_waits(tmp_path: Path) -> None:
    """Ctrl-C before the board serves: no address, and nothing is left."""
    stop = threading.Event()
    stop.set()
    with started(tmp_path) as one:
        assert one.board.address(stop) == ""
