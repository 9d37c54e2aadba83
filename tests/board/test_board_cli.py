"""`wiredesk board`: a process that serves, is killed, and serves again; and what it refuses."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
from pathlib import Path

import httpx2
import pytest
from click.testing import CliRunner

from pipeline.cli import EXIT_SETTINGS, EXIT_WRONG, main
from pipeline.cli.board import _hosts, called
from pipeline.runtime.board.access import Access
from tests.waiting import SECONDS, eventually


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    return os.environ | {"WIREDESK_STATE_DIR": str(tmp_path / "state"), "WIREDESK_BOOTSTRAP": "127.0.0.1:1"}


def started(environment: dict[str, str], *arguments: str) -> tuple[subprocess.Popen[str], str, str]:
    """A board, its address, and its token."""
    command = [sys.executable, "-m", "pipeline.cli", "board", "--port", "0", *arguments]
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, env=environment
    )
    assert process.stdout is not None
    line = process.stdout.readline()
    found = re.fullmatch(r"(http://127\.0\.0\.1:\d+)/login\?token=(\S+)\n", line)
    if not found:
        ended(process)
    assert found, line
    return process, found[1], found[2]


def ended(process: subprocess.Popen[str]) -> None:
    """Kill it, as with kill -9."""
    process.kill()
    process.communicate(timeout=SECONDS)


def test_a_board_without_a_broker(environment: dict[str, str]) -> None:
    """It serves and says that it is disconnected; a session outlives kill -9; SIGTERM ends it, streams and all."""
    process, address, token = started(environment)
    try:
        with httpx2.Client(base_url=address, timeout=SECONDS) as browser:
            form = {"token": token, "name": "Ada"}
            answer = browser.post("/login", data=form, headers={"origin": address})
            assert answer.status_code == 303
            eventually(lambda: "Disconnected" in browser.get("/").text)
            assert "127.0.0.1:1" in browser.get("/").text
            cookies = browser.cookies
        ended(process)
        process, address, _ = started(environment)
        with (
            httpx2.Client(base_url=address, cookies=cookies, timeout=SECONDS) as browser,
            browser.stream("GET", "/events", timeout=SECONDS) as events,
        ):
            assert browser.get("/").status_code == 200
            assert next(events.iter_bytes()).startswith(b"retry: ")
            process.send_signal(signal.SIGTERM)
            assert process.wait(SECONDS) == 0
    finally:
        ended(process)


NAMES = [
    # (--host, --name, what a Host header may say, what it may not)
    ("127.0.0.1", (), {"localhost:8750", "127.0.0.1:8750", "[::1]:8750"}, {"localhost", "localhost:8751"}),
    ("0.0.0.0", ("board.example.org",), {"board.example.org", "board.example.org:8750"}, {"0.0.0.0:8750"}),
    (
        "0.0.0.0",
        ("board.example.org:8443",),
        {"board.example.org:8443"},
        {"board.example.org", "board.example.org:8750"},
    ),
    (
        "0.0.0.0",
        ("Board.Example.org:443",),
        {"board.example.org", "board.example.org:443"},
        {"board.example.org:80"},
    ),
    ("::1", ("[fd00::1]:9000",), {"[fd00::1]:9000", "[::1]:8750"}, {"[fd00::1]", "fd00::1"}),
]


@pytest.mark.parametrize(("host", "names", "known", "unknown"), NAMES)
def test_names(host: str, names: tuple[str, ...], known: set[str], unknown: set[str]) -> None:
    """A name with a port is known with that port alone; one without has that of the server or of the scheme."""
    hosts = _hosts(host, 8750, names)
    access = Access(b"s" * 32, "token", hosts)
    assert [one for one in known if not access.is_host(one)] == []
    assert [one for one in unknown if access.is_host(one)] == []
    for one in known:
        assert access.is_same_origin(f"https://{one}", "", one)
        assert not access.is_same_origin(f"https://{one}0", "", one)


REFUSED = [
    (("--name", "http://board.example.org"), 2, "as board.example.org:8443"),
    (("--name", "board.example.org/x"), 2, "as board.example.org:8443"),
    (("--host", "0.0.0.0"), 2, "needs --name"),
    (("--proxy-header", "X-User"), 2, "belong together"),
    (("--proxy-header", "X-User", "--proxy-from", "nowhere"), 2, "--proxy-from"),
    (("--token-file", "{folder}/short"), 2, "fewer than 16 bytes"),
    (("--file", "{folder}/short"), EXIT_SETTINGS, "is not the file of a board"),
    (("--host", "192.0.2.1"), EXIT_WRONG, "name another --port or --host"),
]


@pytest.mark.parametrize(("arguments", "code", "sentence"), REFUSED)
def test_what_is_refused(
    tmp_path: Path, environment: dict[str, str], arguments: tuple[str, ...], code: int, sentence: str
) -> None:
    """Each with its cause and the remedy, before anything is served."""
    (tmp_path / "short").write_text("short")
    made = [one.format(folder=tmp_path) for one in arguments]
    result = CliRunner().invoke(main, ["board", "--port", "0", *made], env=environment)
    assert (result.exit_code, sentence in result.stderr) == (code, True), result.stderr


@pytest.mark.parametrize(
    ("host", "names", "address"),
    [
        ("127.0.0.1", (), "http://127.0.0.1:8750"),
        ("::1", (), "http://[::1]:8750"),
        ("0.0.0.0", ("localhost:8750", "127.0.0.1:8750"), "http://localhost:8750"),
        ("0.0.0.0", ("board.example.org",), "https://board.example.org"),
    ],
)
def test_the_address_that_is_printed(host: str, names: tuple[str, ...], address: str) -> None:
    """It can be opened: the first name where there is one; a name without a port has a server with TLS in front."""
    assert called(host, 8750, names) == address


def test_a_port_that_is_taken(environment: dict[str, str]) -> None:
    """The sentence names it."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        result = CliRunner().invoke(main, ["board", "--port", port], env=environment)
    assert result.exit_code == EXIT_WRONG
    assert f"127.0.0.1:{port}" in result.stderr


def test_without_the_extra(environment: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    """The sentence names what to install."""
    for name in [name for name in sys.modules if name.startswith("pipeline.runtime.board.serve")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "uvicorn", None)
    result = CliRunner().invoke(main, ["board", "--port", "0"], env=environment)
    assert result.exit_code == EXIT_SETTINGS
    assert "pip install 'wiredesk[board]'" in result.stderr
