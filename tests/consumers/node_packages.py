"""The Node packages of the consumers' tests."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

from tests.needs import Need, needs

NODE = Path(__file__).parent / "node"
UNREACHABLE = re.compile(
    r"ENOTFOUND|ECONNREFUSED|ECONNRESET|EAI_AGAIN|ETIMEDOUT|ERR_SOCKET_TIMEOUT|ENETUNREACH|EHOSTUNREACH|E(429|50[234])"
)


def install(folder: Path) -> Path:
    """Install what the lock names into a copy of the folder; its node_modules.

    Skips the test, with the reason, without Node or without a way to the registry; any other failure fails it.
    """
    needs(Need.NODE, shutil.which("node") and shutil.which("npm"))
    shutil.copytree(NODE, folder, dirs_exist_ok=True)
    done = subprocess.run(["npm", "ci", "--silent"], cwd=folder, capture_output=True, text=True, check=False)
    needs(Need.NPM, not UNREACHABLE.search(done.stderr + done.stdout))
    assert done.returncode == 0, done.stderr
    return folder / "node_modules"
