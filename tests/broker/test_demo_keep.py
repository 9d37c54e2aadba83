"""`wiredesk demo --keep` as a user has it: the board is open with the stories in it, and Ctrl-C leaves nothing."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import threading
from pathlib import Path

import httpx2
import pytest

from tests.waiting import SECONDS, eventually

pytestmark = [pytest.mark.broker, pytest.mark.slow]
SHOWN = "Live", "NATO-Russia security talks"
WORDS = ("-m", "pipeline.cli", "demo", "--keep", "--rate", "1000")


def of_it(folder: Path) -> list[str]:
    """The processes that were started with this folder for what is temporary: broker, rooms, board."""
    shown = subprocess.run(["ps", "axwwe", "-o", "args"], capture_output=True, check=True, text=True).stdout
    return [line for line in shown.splitlines() if str(folder) in line]


def test_it_is_left_open_and_ends_whole(tmp_path: Path) -> None:
    """All stories are on the page; Ctrl-C ends the demo with 0; folder and processes are gone."""
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
        found = re.search(r"In a browser:\n  (http://127\.0\.0\.1:\d+)/login\?token=(\S+)\n", text)
        assert found, text
        assert of_it(tmp_path)
        with httpx2.Client(base_url=found[1], timeout=SECONDS) as browser:
            login = browser.post("/login", data={"token": found[2], "name": "Ada"}, headers={"origin": found[1]})
            assert login.status_code == 303
            eventually(lambda: all(words in browser.get("/").text for words in SHOWN))
        demo.send_signal(signal.SIGINT)
        assert demo.wait(SECONDS) == 0
    finally:
        watchdog.cancel()
        demo.kill()
        demo.wait()
    eventually(lambda: not of_it(tmp_path))  # and with them their ports
    assert not list(tmp_path.glob("wiredesk-demo-*"))
