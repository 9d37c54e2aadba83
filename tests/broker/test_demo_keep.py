"""`wiredesk demo --keep` as a user has it: the board is open with the stories in it, and Ctrl-C leaves nothing."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import threading
from pathlib import Path

import httpx2
import pytest

from tests.waiting import eventually

pytestmark = [pytest.mark.broker, pytest.mark.slow]
SECONDS = 300.0  # it tells what works from what hangs; a minute is usual
WORDS = ("-m", "pipeline.cli", "demo", "--keep", "--rate", "1000")


def listens(port: int) -> bool:
    with socket.socket() as tried:
        return tried.connect_ex(("127.0.0.1", port)) == 0


def test_it_is_left_open_and_ends_whole(tmp_path: Path) -> None:
    """All stories are on the page; Ctrl-C ends the demo with 0; folder, ports and processes are gone."""
    shown = tmp_path / "shown"
    environment = os.environ | {"TMPDIR": str(tmp_path), "WIREDESK_HEALTH_PORT": "0"}
    with shown.open("wb") as out:
        demo = subprocess.Popen([sys.executable, *WORDS], stdout=out, stderr=subprocess.STDOUT, env=environment)
    watchdog = threading.Timer(SECONDS, demo.kill)
    watchdog.start()
    try:
        eventually(lambda: demo.poll() is not None or "dead list" in shown.read_text(), SECONDS)
        text = shown.read_text()
        assert "Still running, until Ctrl-C: the broker, the rooms and the board." in text, text
        found = re.search(r"In a browser:\n  (http://127\.0\.0\.1:(\d+))/login\?token=(\S+)\n", text)
        broker = re.search(r"Apache Kafka at 127\.0\.0\.1:(\d+)", text)
        assert found, text
        assert broker, text
        with httpx2.Client(base_url=found[1]) as browser:
            login = browser.post("/login", data={"token": found[3], "name": "Ada"}, headers={"origin": found[1]})
            assert login.status_code == 303
            page = eventually(lambda: page if "Live" in (page := browser.get("/").text) else "")
        assert "NATO-Russia security talks" in page
        demo.send_signal(signal.SIGINT)
        assert demo.wait(SECONDS) == 0
    finally:
        watchdog.cancel()
        demo.kill()
        demo.wait()
    assert not listens(int(found[2]))
    assert not listens(int(broker[1]))
    assert not list(tmp_path.glob("wiredesk-demo-*"))
