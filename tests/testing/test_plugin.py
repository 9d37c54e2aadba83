"""The plugin in projects of others: with a folder `pipeline` of their own, and without use of ours."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

import pipeline

ROOT = Path(__file__).parents[2]
OURS = "def test_ours(golden): golden('words.jsonl', ['one'])\n"
THEIRS = "def test_theirs():\n    from pipeline import WHO\n    assert WHO == 'theirs'\n"
# Three ways to have something of our package's name beside one's tests.
PACKAGE, FOLDER, MODULE = (f"{pipeline.__name__}{end}" for end in ("/__init__.py", "/data.txt", ".py"))
PROJECTS = (
    # what the project has beside its test, its test, what pytest says
    (PACKAGE, THEIRS, "1 passed"),
    (PACKAGE, OURS, "1 passed"),
    (FOLDER, OURS, "1 passed"),
    (MODULE, THEIRS, "1 passed"),
    (MODULE, OURS, "1 passed"),
    (PACKAGE, THEIRS + OURS, "run the tests that use Wiredesk's fixtures in a pytest of their own"),
)


@pytest.mark.slow
@pytest.mark.parametrize(("beside", "test", "said"), PROJECTS)
def test_a_project_with_a_pipeline_of_its_own(beside: str, test: str, said: str, tmp_path: Path) -> None:
    """Its tests run, and so do those with our fixtures; of both in one process it hears what to do."""
    for name, text in ((beside, "WHO = 'theirs'\n"), ("test_it.py", test), ("golden/words.jsonl", '"one"\n')):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    environment = os.environ | {"PYTHONPATH": str(ROOT), "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    command = [sys.executable, "-m", "pytest", "-q", "-p", "wiredesk_pytest", "-p", "no:cacheprovider"]
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
    assert said in done.stdout, done.stdout + done.stderr
