"""A command whose standard streams are closed does its work, and writes no message into another file."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = """
import sys
from pathlib import Path
from pipeline.cli.standard_streams import open_closed_streams
open_closed_streams()
with Path(sys.argv[1]).open("w") as file:
    assert file.fileno() > 2
    print("for nobody")
    print("for nobody", file=sys.stderr)
    file.write("mine")
"""


@pytest.mark.parametrize("closed", ["2>&-", ">&-", ">&- 2>&-", "<&- >&- 2>&-"])
def test_no_message_reaches_another_file(closed: str, tmp_path: Path) -> None:
    """A file that is opened afterwards has its own content alone."""
    target = tmp_path / "file"
    command = ["sh", "-c", f'"$0" -c "$1" "$2" {closed}', sys.executable, SCRIPT, str(target)]
    assert subprocess.run(command, check=False).returncode == 0
    assert target.read_text() == "mine"


def test_a_command_without_stderr_keeps_its_exit_code() -> None:
    """It once ended with 1, whatever it had done."""
    command = ["sh", "-c", '"$0" -m pipeline.cli tial 2>&-', sys.executable]
    assert subprocess.run(command, check=False).returncode == 2


def test_what_the_encoding_lacks_is_escaped() -> None:
    """A headline in another script ends no command."""
    script = "from pipeline.cli.standard_streams import write_any_text as do; do(); print('\u2192 caf\u00e9')"
    environment = {**os.environ, "PYTHONIOENCODING": "latin-1"}
    done = subprocess.run([sys.executable, "-c", script], env=environment, check=True, capture_output=True)
    assert done.stdout.splitlines() == [b"\\u2192 caf\xe9"]


FULL = """
import errno, os, sys
from pipeline.cli import standard_streams
standard_streams.outlive_full_disk()
from pipeline.cli.bar import console
error = int(sys.argv[1])
for line in ("before", "lost", "after"):
    if line == "lost":
        file, mode = ("/dev/full", os.O_WRONLY) if error == errno.ENOSPC else ("/dev/null", os.O_RDONLY)
        os.dup2(os.open(file, mode), 2)
    elif line == "after":
        os.dup2(1, 2)
    console.print(line)
"""


@pytest.mark.parametrize(("error", "goes_on"), [(errno.ENOSPC, True), (errno.EBADF, False)])
def test_a_log_on_a_full_disk_ends_nothing(error: int, goes_on: bool) -> None:
    """What there is no room for is lost, and what comes later is there; any other error is told as ever."""
    command = [sys.executable, "-c", FULL, str(error)]
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    assert (done.returncode == 0) == goes_on
    assert (done.stderr, done.stdout.strip()) == ("before\n", "after" if goes_on else "")
