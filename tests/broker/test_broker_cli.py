"""The command `broker`, and the messages of other commands without a broker."""

from __future__ import annotations

from pathlib import Path

import pytest
from worker_driver import run

from pipeline.runtime.embedded.node import free_ports

pytestmark = pytest.mark.broker


def test_the_broker_command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Started in the background, found, found started, stopped, found stopped."""
    monkeypatch.setenv("WIREDESK_STATE_DIR", str(tmp_path))
    port = str(next(free_ports("127.0.0.1")))
    assert "wiredesk broker start" in run("broker", "status", code=1).stderr
    try:
        for _ in range(2):
            assert run("broker", "start", "--port", port).stdout.strip() == f"127.0.0.1:{port}"
        assert run("broker", "status").stdout.strip() == f"127.0.0.1:{port}"
    finally:
        assert "stopped" in run("broker", "stop").stderr
    assert "not running" in run("broker", "status", code=1).stderr
    assert "it was not running" in run("broker", "stop").stderr


@pytest.mark.parametrize(
    ("command", "code", "message"),
    [
        (("publish", "--patience", "0", __file__), 69, "nothing listens at 127.0.0.1:1"),
        (("topics", "check"), 69, "wiredesk broker start"),
        (("doctor",), 1, "wiredesk broker start"),
    ],
)
def test_no_broker(command: tuple[str, ...], code: int, message: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a broker a command ends with the way to find out why."""
    monkeypatch.setenv("WIREDESK_BOOTSTRAP", "127.0.0.1:1")
    assert message in run(*command, code=code).output
