"""CI gets a Chromium where it can, says in a line what it did, and goes on without one; what is longest begins."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.longest_files import LONGEST

SCRIPT = Path(__file__).parents[2] / ".ci" / "chromium"
INSTALLED, FAILED = "was installed by apt-get", "cannot be installed by apt-get"
CASES = [  # what the machine has, the user, CI, what is said
    pytest.param({"chromium": 0}, 0, "true", "", id="one is there"),
    pytest.param({"chromium-browser": 0}, 0, "true", "", id="one is there, by Ubuntu's name"),
    pytest.param({"apt-get": 0}, 0, "true", INSTALLED, id="it is installed"),
    pytest.param({"apt-get": 100}, 0, "true", FAILED, id="no index, or no network"),
    pytest.param({"apt-get": 0}, 0, "", "no Chromium here", id="a user's own machine"),
    pytest.param({"apt-get": 0}, 1000, "true", "no Chromium here", id="not root"),
    pytest.param({}, 0, "true", "no Chromium here", id="not Debian"),
]


@pytest.mark.parametrize(("commands", "user", "ci", "said"), CASES)
def test_a_browser_for_the_tests(commands: dict[str, int], user: int, ci: str, said: str, tmp_path: Path) -> None:
    """Whatever the machine has, the run goes on; a line says what was done, and what is skipped."""
    for name, code in commands.items():
        stub(tmp_path / name, f'echo "$@" >> {tmp_path}/calls; exit {code}')
    stub(tmp_path / "id", f"echo {user}")
    bash = shutil.which("bash")
    assert bash
    done = subprocess.run(
        [bash, SCRIPT], env={"PATH": str(tmp_path), "CI": ci}, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert len(done.stdout.splitlines()) == bool(said)
    assert said in done.stdout
    assert ("needs a browser" in done.stdout) is (said not in ("", INSTALLED))
    calls = (tmp_path / "calls").read_text() if (tmp_path / "calls").exists() else ""
    assert ("install" in calls) is (said == INSTALLED)


def stub(path: Path, script: str) -> None:
    path.write_text(f"#!/bin/sh\n{script}\n")
    os.chmod(path, 0o755)


def test_the_longest_files_are_there() -> None:
    """A file that was renamed would begin with the short ones, and nobody would be told."""
    names = {path.stem for path in Path(__file__).parents[1].rglob("test_*.py")}
    assert [name for name in LONGEST if name not in names] == []
