"""A checkout of Wiredesk, run by its commands."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Version:
    """A checkout, run with this Python and its dependencies."""

    name: str
    checkout: Path
    environment: Mapping[str, str]

    def run(self, *words: str) -> subprocess.CompletedProcess[str]:
        """`wiredesk` with these words."""
        command = [sys.executable, "-m", "pipeline.cli", *words]
        environment = {**os.environ, **self.environment, "PYTHONPATH": str(self.checkout)}
        folder = self.environment["WIREDESK_STATE_DIR"]
        return subprocess.run(command, env=environment, cwd=folder, capture_output=True, text=True, check=False)
