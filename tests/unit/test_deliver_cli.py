"""`wiredesk deliver`: what a receivers file says is checked before anything starts, and no secret is shown."""

from __future__ import annotations

import re
import socket
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from pipeline.cli import main
from pipeline.deliver.connectors import CONNECTORS
from pipeline.deliver.receivers import KINDS, Receivers
from pipeline.rule_files import parse_rules
from pipeline.runtime.deliver.secrets import read_secrets
from pipeline.runtime.deliver.trying import WAYS
from pipeline.runtime.exit_codes import EXIT_SETTINGS, EXIT_WRONG
from pipeline.settings import Misconfigured
from tests.serving import answering

ROOT = Path(__file__).parents[2]
BLOCKS = re.findall(r"```yaml\n(receivers:.*?)```", (ROOT / "docs/delivering.md").read_text("utf-8"), re.DOTALL)
SECRET = "whsec_" + "c2VjcmV0IG9mIGEgaG9vaywgaW4gdGVzdHM="
FILE = (
    "receivers:\n  hook:\n    desks: [news, technical]\n    webhook: {url: 'URL', secrets: ['env:HOOK_SECRET']}\n"
)


def run(*arguments: str, **environment: str) -> Result:
    return CliRunner().invoke(main, ["deliver", *arguments], env=environment)


def written(folder: Path, url: str, more: str = "") -> str:
    (folder / "deliver.yaml").write_text(FILE.replace("URL", url) + more)
    return str(folder / "deliver.yaml")


@pytest.mark.parametrize("block", BLOCKS)
def test_the_file_of_the_page(block: str) -> None:
    """What docs/delivering.md shows can be copied into a file."""
    assert parse_rules(Receivers, block, "deliver.yaml").receivers


def test_every_kind_has_its_chapter() -> None:
    """Each kind of receiver has a connector, a way to try it, and a chapter of the page."""
    assert KINDS.keys() == CONNECTORS.keys() == WAYS.keys()
    page = (ROOT / "docs/delivering.md").read_text("utf-8")
    headings = {line.removeprefix("### ").lower() for line in page.splitlines() if line.startswith("### ")}
    assert KINDS.keys() <= headings


def test_check_connects_and_sends_nothing(tmp_path: Path) -> None:
    """Each receiver is named with its kind and its desks; the server sees a connection, and no request."""
    with answering(b"") as address:
        result = run("check", written(tmp_path, f"http://{address}/hook"), HOOK_SECRET=SECRET)
    assert (result.exit_code, result.output) == (0, "hook: webhook for news, technical: ok\n")


def test_check_says_what_is_wrong(tmp_path: Path) -> None:
    """Nobody answers, a desk that no route has, a desk without a receiver: each with a sentence."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    file = written(tmp_path, f"http://127.0.0.1:{port}/hook")
    Path(file).write_text(Path(file).read_text().replace("[news, ", "[newz, "))
    result = run("check", file, HOOK_SECRET=SECRET)
    assert result.exit_code == EXIT_WRONG
    assert "no desk is named newz in the routes; no connection (" in result.output
    assert "desk news has no receiver" in result.output
    assert "1 of 1 receivers need attention" in result.output
    assert "no connection" not in run("check", "--offline", file, HOOK_SECRET=SECRET).output


GOOD = "https://news.example/"
REFUSALS = [
    (GOOD, {}, "receiver 'hook': env:HOOK_SECRET is empty; set the variable"),
    (
        "https://news.example/",
        {"HOOK_SECRET": "hunter2 hunter2"},
        "receiver 'hook': env:HOOK_SECRET is no secret of Standard",
    ),
    (
        "http://news.example/",
        {"HOOK_SECRET": SECRET},
        "its address is http://, which everybody on the way can read",
    ),
    ("file:/no/such", {"HOOK_SECRET": SECRET}, "receiver 'hook': file:/no/such cannot be read: No such file"),
    (
        "ftp://hunter2",
        {"HOOK_SECRET": SECRET},
        "deliver.yaml: line 4, field receivers.hook.webhook.url: it is no web",
    ),
]


@pytest.mark.parametrize(("url", "environment", "why"), REFUSALS)
@pytest.mark.parametrize("command", [("check", "--offline"), ("run",), ()], ids=["check", "run", "file"])
def test_it_does_not_start(
    url: str, environment: dict[str, str], why: str, command: tuple[str, ...], tmp_path: Path
) -> None:
    """A file that cannot be used stops the start with one sentence, which has no secret."""
    result = run(*command, written(tmp_path, url), **{"HOOK_SECRET": "", **environment})
    assert result.exit_code in (EXIT_SETTINGS, 2)
    assert why in result.output
    assert "hunter2" not in result.output
    assert "Traceback" not in result.output


def test_secrets_are_read_once_and_not_shown(tmp_path: Path) -> None:
    """A file's blanks at the end are no part of it; the text of all secrets names them, and has none."""
    (tmp_path / "secret").write_text(f"{SECRET}\n")
    text = FILE.replace("URL", "https://news.example/").replace("env:HOOK_SECRET", f"file:{tmp_path}/secret")
    secrets = read_secrets(parse_rules(Receivers, text, "deliver.yaml"), {})
    assert secrets(f"file:{tmp_path}/secret") == SECRET
    assert SECRET not in repr(secrets) + str(vars(type(secrets)))


@pytest.mark.parametrize(
    ("content", "why"),
    [(b"", "is empty; write"), (b"\xff\xfe", "is not UTF-8"), (b"x" * 20_000, "more than 10000")],
)
def test_a_file_that_holds_no_secret(content: bytes, why: str, tmp_path: Path) -> None:
    """It is named, with the remedy."""
    (tmp_path / "secret").write_bytes(content)
    text = FILE.replace("URL", "https://news.example/").replace("env:HOOK_SECRET", f"file:{tmp_path}/secret")
    with pytest.raises(Misconfigured, match=why):
        read_secrets(parse_rules(Receivers, text, "deliver.yaml"), {})
