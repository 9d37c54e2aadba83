"""Wrong invocations, each in a folder of its own, and the golden file of what they show.

`golden/refusals.txt` is there to be read as a stranger would: each message has to name its cause and its remedy.
"""

from __future__ import annotations

import gc
import os
import re
import shlex
import warnings
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest
from click.testing import CliRunner

from pipeline.cli import main
from pipeline.runtime.exit_codes import EXIT_UNREACHABLE
from pipeline.settings import PREFIX

GOLDEN = Path(__file__).parent / "golden" / "refusals.txt"
NOWHERE = "127.0.0.1:1"  # in commands: where nobody listens; of a command that names no broker too
DEFAULTS = {"WIREDESK_STATE_DIR": "state", "WIREDESK_INSTANCE": "a"}
PROMPT = "$ "  # begins a command
ENV_FILE = re.compile(r"echo '(.*?)' > \.env; ")  # before a command

FILES = {  # in the folder of every invocation
    "item.json": b'{"uri": "tag:1", "headline": "Quay opens"}',
    "notes.txt": b"Not a certificate.\n",
    "empty": b"",
    "packed.json.gz": b"not gzip",
    "latin.yaml": "rules: [{name: Unglück}]\n".encode("latin-1"),
    "no-rules.yaml": b"throttle: {minutes: 30}\n",
    "bomb.yaml": b"a0: &a0 [x]\n"
    + b"".join(b"a%d: &a%d [%s]\n" % (n, n, b", ".join([b"*a%d" % (n - 1)] * 9)) for n in range(1, 9))
    + b"rules: *a8\n",
    "endless.yaml": b"rules: &rules [*rules]\n",
    "folder/item.txt": b"Quay opens.\n",
    "samples/manifest.yaml": b"payloads: [{file: item.txt}]\n",
}


def refused(command: str, folder: Path, monkeypatch: pytest.MonkeyPatch, replaced: Mapping[str, str] = {}) -> str:
    """What the command shows, below its exit code.  Variables and a .env stand before it, as in a shell.

    `replaced`: the names that commands and golden file have for what differs from run to run.
    """
    env_file = ENV_FILE.match(command)
    words = shlex.split(_renamed(command[env_file.end() if env_file else 0 :], replaced))
    variables = dict(word.split("=", 1) for word in words[: words.index("wiredesk")])
    for name, content in {**FILES, **({".env": env_file[1].encode()} if env_file else {})}.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_bytes(content)
    (folder / "loop").symlink_to("loop")
    os.mkfifo(folder / "pipe")
    with monkeypatch.context() as patch:
        patch.chdir(folder)
        for name in [name for name in os.environ if name.startswith(PREFIX)]:
            patch.delenv(name)
        for name, value in {**DEFAULTS, "WIREDESK_BOOTSTRAP": replaced.get(NOWHERE, NOWHERE), **variables}.items():
            patch.setenv(name, value)
        result = CliRunner().invoke(main, words[len(variables) + 1 :], input="", prog_name="wiredesk")
    if NOWHERE not in replaced or result.exit_code == EXIT_UNREACHABLE:
        _forget_sockets()
    assert result.exception is None or isinstance(result.exception, SystemExit), (command, result.exception)
    names = {value: name for name, value in replaced.items()}
    lines = [line for line in result.output.splitlines() if not line.endswith(" …")]  # of a progress bar
    return f"exit {result.exit_code}: {_renamed(chr(10).join(lines), names)}\n"


def check(commands: Sequence[str], shown: Mapping[str, str], update: bool) -> None:
    """Fail unless the golden file has these commands with what they show; or write it, if `update`."""
    known = read()
    if update:
        GOLDEN.parent.mkdir(exist_ok=True)
        GOLDEN.write_text("\n".join(f"{PROMPT}{command}\n{text}" for command, text in {**known, **shown}.items()))
        return
    for command in commands:
        assert shown[command] == known.get(command), f"{command}: if it is right, make golden"


def _forget_sockets() -> None:
    """Collect what kafka-python leaves behind after a first contact that failed."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)
        gc.collect()


def _renamed(text: str, names: Mapping[str, str]) -> str:
    for old, new in names.items():
        text = text.replace(old, new)
    return text


def read() -> dict[str, str]:
    """The golden file: command -> exit code and message."""
    blocks = GOLDEN.read_text().removeprefix(PROMPT).split(f"\n{PROMPT}") if GOLDEN.exists() else ()
    pairs = (block.split("\n", 1) for block in blocks)
    return {command: shown.rstrip("\n") + "\n" for command, shown in pairs}
