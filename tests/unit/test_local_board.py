"""The board beside the rooms of one machine: it serves, and ends with its starter, however that ends."""

from __future__ import annotations

import re
import socket
import subprocess
import sys
import threading
import urllib.request
from http.client import HTTPException
from pathlib import Path

import pytest

from pipeline import settings
from pipeline.runtime.local.board import LocalBoard
from pipeline.settings import Settings
from tests.waiting import eventually

pytestmark = pytest.mark.slow
STARTER = """
import sys, threading
from pathlib import Path
from pipeline import settings
from pipeline.runtime.local.board import LocalBoard
with LocalBoard(settings.load(bootstrap="127.0.0.1:1"), Path(sys.argv[1])) as board:
    print(board.address(threading.Event()), flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def found() -> Settings:
    return settings.load(bootstrap="127.0.0.1:1")


def serves(address: str) -> bool:
    try:
        with urllib.request.urlopen(address) as answer:
            return b"Log in" in answer.read()
    except (OSError, HTTPException):  # one that ends may reset a connection, or break off within its answer
        return False


def test_it_serves_and_ends(tmp_path: Path, found: Settings) -> None:
    """Its address has the token; behind the `with` nothing listens there."""
    with LocalBoard(found, tmp_path) as board:
        address = board.address(threading.Event())
        assert re.fullmatch(r"http://127\.0\.0\.1:\d+/login\?token=\S+", address)
        assert serves(address)
    assert not serves(address)


def test_it_is_started_again(tmp_path: Path, found: Settings) -> None:
    """When it has ended by itself: that is said once, and then it serves at its new address."""
    told: list[str] = []
    with LocalBoard(found, tmp_path, again_seconds=0.0) as board:
        before = board.address(threading.Event())
        board.restart_ended(lambda name, what: told.append(what))
        assert told == []
        assert board._process
        board._process.kill()
        board._process.wait()
        for _ in range(2):
            board.restart_ended(lambda name, what: told.append(f"{name} {what}"))
        assert told == ["board ended: killed by signal 9; started again in 0 s"]
        again = board.address(threading.Event())
        assert again != before
        assert serves(again)


def test_a_port_that_is_taken(tmp_path: Path, found: Settings) -> None:
    """The reason names the port, and a remedy that its starter has: no option of it."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port: int = taken.getsockname()[1]
        with LocalBoard(found, tmp_path, port) as board:
            assert board.address(threading.Event()) == ""
            assert board.why() == f"127.0.0.1:{port}: Address already in use; free it"


def test_a_starter_that_is_killed(tmp_path: Path) -> None:
    """kill -9 of the starter ends the board too."""
    command = [sys.executable, "-c", STARTER, str(tmp_path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as starter:
        assert starter.stdout
        address = starter.stdout.readline().strip()
        assert serves(address)
        starter.kill()
    eventually(lambda: not serves(address))


def test_without_the_extra(tmp_path: Path, found: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """There is no address, and the reason names what to install."""
    (tmp_path / "uvicorn.py").write_text("raise ModuleNotFoundError('no uvicorn', name='uvicorn')")
    monkeypatch.setenv("PYTHONPATH", f"{tmp_path}:{Path(__file__).parents[2]}")
    with LocalBoard(found, tmp_path) as board:
        assert board.address(threading.Event()) == ""
        assert board.said == ""
        assert "pip install 'wiredesk[board]'" in board.why()


def test_a_starter_that_is_stopped_while_it_waits(tmp_path: Path, found: Settings) -> None:
    """Ctrl-C before the board serves: no address, and nothing is left."""
    stop = threading.Event()
    stop.set()
    with LocalBoard(found, tmp_path) as board:
        assert board.address(stop) == ""
