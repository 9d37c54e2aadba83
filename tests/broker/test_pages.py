"""The commands of README and docs, typed in order on one broker: each works and shows what tests/pages.py says."""

from __future__ import annotations

import dataclasses
import json
import os
import re
import select
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from pipeline.runtime.embedded.node import free_ports
from tests.pages import ROOT, SESSION, Shown
from tests.waiting import PROCESS_SECONDS, eventually, until

pytestmark = pytest.mark.broker

NOTHING = Shown()
# What a shell of a newcomer does not have: this checkout is installed already, and another broker may be on 9092.
PRELUDE = """
make() { [ "$1" = install ] || .venv/bin/wiredesk "$1"; }
wiredesk() {
  case " $* " in *" --embedded "*) set -- "$@" --port "$PORT";; esac
  command wiredesk "$@"
}
"""
BEFORE = {"wiredesk reset": 'command wiredesk broker start --port "$PORT"'}  # `down` ended it with the rooms


@dataclass(frozen=True)
class Typed:
    """What a command has shown, what it has not, and how it ended."""

    text: str
    missing: list[str]
    code: int
    is_right: bool


@dataclass
class Shell:
    """A shell in a fresh clone: what one command exports the next one has."""

    folder: Path
    environment: dict[str, str]
    exports: str = "exports"  # the file for what is exported

    def start(self, command: str) -> subprocess.Popen[bytes]:
        """The command, with stdin and one pipe for all that it shows."""
        state = self.folder / self.exports
        script = f"{PRELUDE}\ncd wiredesk\n[ ! -e {state} ] || . {state}\n{command}\n"
        script += f"code=$?; export -p > {state}; exit $code"
        return subprocess.Popen(
            ["bash", "-c", script],
            cwd=self.folder,
            env=self.environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )

    def run(self, command: str, shown: Shown = NOTHING) -> str:
        """What the command shows; it shows what it must, and ends as it must."""
        found = self.typed(command, shown)
        if shown.soon and not found.is_right:
            found = until(lambda: one if (one := self.typed(command, shown)).is_right else None) or found
        assert found.is_right, f"$ {command}\n{found.text}\nnot shown: {found.missing}\n{found.code}"
        return found.text

    def typed(self, command: str, shown: Shown) -> Typed:
        """What comes of the command, once."""
        with self.start(command) as process:
            assert process.stdin is not None
            process.stdin.write(shown.stdin.encode())
            process.stdin.close()
            text = read(process, shown if shown.follows else None)
            if shown.follows:
                os.killpg(process.pid, signal.SIGINT)
                process.wait(PROCESS_SECONDS)
        missing = [pattern for pattern in shown.patterns if not re.search(pattern, text)]
        is_right = not missing and (shown.follows or process.returncode == shown.code)
        return Typed(text, missing, process.returncode, is_right)

    def rows(self, command: str) -> list[dict[str, object]]:
        """The JSON lines that it prints, once there are any."""
        return eventually(
            lambda: [json.loads(one) for one in self.run(command).splitlines() if one.startswith("{")]
        )


def read(process: subprocess.Popen[bytes], wanted: Shown | None) -> str:
    """What the process shows until its end, or until all that is waited for was shown."""
    assert process.stdout is not None
    out, text, deadline = process.stdout.fileno(), b"", time.monotonic() + PROCESS_SECONDS
    while time.monotonic() < deadline:
        if wanted and all(re.search(pattern, text.decode("utf-8", "replace")) for pattern in wanted.patterns):
            break
        if select.select([out], [], [], 0.1)[0]:
            if not (more := os.read(out, 65_536)):
                break
            text += more
    else:
        os.killpg(process.pid, signal.SIGKILL)
    return text.decode("utf-8", "replace")


PLACEHOLDERS: dict[str, Callable[[Shell], object]] = {  # what the pages leave to the reader
    "2@1412": lambda shell: shell.rows("wiredesk dead list --json")[0]["letter"],
    "DISPATCH": lambda shell: shell.rows("wiredesk held --json")[-1]["dispatch"],
    "STORY": lambda shell: json.loads(
        str(shell.rows("wiredesk tail wire.stories --json -n 1 --no-follow")[0]["payload"])
    )["id"],
    "NOTIFICATION": lambda shell: shell.rows("wiredesk alerts list --json")[0]["notification"],
    "ITEM": lambda shell: json.loads(
        str(shell.rows("wiredesk tail wire.enriched --json -n 1 --no-follow")[0]["payload"])
    )["dispatch"]["item"],
    "LABEL": lambda shell: "'Security talks'",
}


def filled(command: str, known: dict[str, str], shell: Shell) -> str:
    """The command with what the page leaves to the reader; `known` remembers it for later commands."""
    for name, find in PLACEHOLDERS.items():
        if re.search(rf"\b{name}\b", command):
            known.setdefault(name, str(find(shell)))
            command = re.sub(rf"\b{name}\b", known[name], command)
    return command


def stories_form(shell: Shell) -> None:
    """Published at their own time, the sample wires make stories of several items, with labels of their words."""

    def snapshots() -> dict[str, dict[str, Any]]:
        lines = shell.rows("wiredesk tail wire.stories --json -n 1000 --no-follow")
        return {story["id"]: story for story in (json.loads(str(line["payload"])) for line in lines)}

    def formed() -> set[str]:
        return {story["label"] for story in snapshots().values() if story["items"] >= 4}

    eventually(lambda: len(formed()) >= 6)
    assert "NATO-Russia security talks" in formed()


AFTER = {"wiredesk tail wire.stories": stories_form}


@pytest.fixture
def shell(tmp_path: Path) -> Iterator[Shell]:
    """A shell in a folder that looks like a fresh clone; what was started in it is stopped at the end."""
    clone = tmp_path / "wiredesk"
    clone.mkdir()
    for part in ("seeds", "pipeline"):
        (clone / part).symlink_to(ROOT / part)
    (clone / ".venv").symlink_to(sys.prefix)
    port = str(next(free_ports("127.0.0.1")))
    made = Shell(
        tmp_path,
        {
            **os.environ,
            "PYTHONPATH": str(ROOT),
            "PORT": port,
            "WIREDESK_BOOTSTRAP": f"127.0.0.1:{port}",
            "WIREDESK_STATE_DIR": str(tmp_path / "state"),
            "WIREDESK_SESSION_SECONDS": "6",
        },
    )
    try:
        yield made
    finally:
        made.run("wiredesk down")
        made.run("wiredesk broker stop")


def test_the_pages_as_they_are_typed(shell: Shell) -> None:
    """From a fresh clone to a fresh start: every command of the pages works, on what the ones before it left."""
    known: dict[str, str] = {}
    with ThreadPoolExecutor() as pool:
        beside = [
            pool.submit(dataclasses.replace(shell, exports=f"exports-{number}").run, command, shown)
            for number, (command, shown) in enumerate(SESSION.items())
            if shown.beside
        ]
        for command, shown in SESSION.items():
            if shown.beside:
                continue
            if command in BEFORE:
                shell.run(BEFORE[command])
            shell.run(filled(command, known, shell), shown)
            if command in AFTER:
                AFTER[command](shell)
        assert [future.result() for future in beside]
