"""Ctrl-C while a command is loaded shows no traceback."""

from __future__ import annotations

import signal
import subprocess
import sys

import pytest

PRESS = """
import os, signal, sys
signal.signal(signal.SIGINT, {before})
class Press:
    def find_spec(name, path=None, target=None):
        if name == {module!r}:
            os.kill(os.getpid(), signal.SIGINT)
sys.meta_path.insert(0, Press)
from pipeline.cli import main
sys.argv = ["wiredesk", "doctor", "--help"]
main()
"""
DEFAULT, IGNORED = "signal.default_int_handler", "signal.SIG_IGN"
CASES = {  # the module whose import Ctrl-C meets, SIGINT before, exit code, what stderr has
    "while the command line is loaded": ("click", DEFAULT, -signal.SIGINT, ""),
    "while the command is loaded": ("pipeline.cli.doctor", DEFAULT, 1, "Aborted!"),
    "where Ctrl-C is ignored": ("click", IGNORED, 0, ""),
}


@pytest.mark.parametrize("case", CASES)
def test_ctrl_c(case: str) -> None:
    """The process ends at once, by the signal or with click's word; whoever had it ignored is not interrupted."""
    module, before, code, word = CASES[case]
    script = PRESS.format(before=before, module=module)
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr.strip()) == (code, word)
