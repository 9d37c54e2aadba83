"""Image, compose file and the operators' page: no engine runs here, so what they call is held against the code."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any

import click
import pytest
import yaml

from pipeline import cli, settings
from pipeline.runtime.worker import process
from pipeline.topology import ROOMS, TOPICS, journal_topic

ROOT = Path(__file__).parents[2]
DOCKERFILE = (ROOT / "deploy" / "Dockerfile").read_text()
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
SERVICES: dict[str, Any] = COMPOSE["services"]
OURS = {name: service for name, service in SERVICES.items() if name != "kafka"}
OPERATIONS = (ROOT / "docs" / "operations.md").read_text()
STAGES = ["FROM" + stage for stage in re.split(r"(?m)^FROM", DOCKERFILE)[1:]]
PLACEHOLDERS = re.compile(r"^[A-Z@…]+$")  # ROOM, DISPATCH, LETTER…: for the reader to fill in


def invocation(words: list[str]) -> click.Context:
    """The words after `wiredesk`, parsed as the command line does it, not run; UsageError if they are wrong."""
    command: click.Command = cli.main
    context = command.make_context("wiredesk", [*words], ignore_unknown_options=False)
    rest = words
    while isinstance(command, click.Group):
        name, found, rest = command.resolve_command(context, rest)
        assert found, f"wiredesk {shlex.join(words)}: no such command"
        command = found
        if isinstance(command, click.Group):
            context = command.make_context(name, [*rest], parent=context)
    return command.make_context(name, [*rest], parent=context)


def instruction(stage: str, name: str) -> list[str]:
    """The arguments of an instruction in a stage, its continued lines joined."""
    joined = stage.replace("\\\n", " ")
    return [line.split(maxsplit=1)[1] for line in joined.splitlines() if line.startswith(name + " ")]


def environment(stage: str) -> dict[str, str]:
    return dict(word.split("=", 1) for text in instruction(stage, "ENV") for word in shlex.split(text))


def load_settings(monkeypatch: pytest.MonkeyPatch, variables: dict[str, str]) -> settings.Settings:
    """The settings out of these variables alone."""
    monkeypatch.chdir("/")
    for name, value in variables.items():
        if name.startswith(settings.PREFIX):
            monkeypatch.setenv(name, str(value))
    return settings.load()


def test_the_image_is_pinned_small_and_not_root() -> None:
    """Every stage has an exact version; the last one is slim, has no compiler, and a fixed user, not root."""
    version = instruction(DOCKERFILE, "ARG")[0]
    assert re.fullmatch(r"PYTHON=3\.\d+\.\d+", version)
    assert [instruction(stage, "FROM")[0] for stage in STAGES] == [
        "python:${PYTHON}-trixie AS build",
        "python:${PYTHON}-slim-trixie",
    ]
    last = STAGES[-1]
    assert instruction(last, "USER") == ["10001:10001"]
    assert not re.search(r"\b(apt|apt-get|pip|gcc|embedded)\b", last)
    assert "--require-hashes" in DOCKERFILE
    assert "[embedded]" not in DOCKERFILE


def test_the_image_reads_the_kernels_that_it_compiled() -> None:
    """Numba's cache is found again only under the same path, for the same kind of processor."""
    built, final = (environment(stage) for stage in STAGES)
    for name in ("NUMBA_CACHE_DIR", "NUMBA_CPU_NAME"):
        assert built[name] == final[name]
    assert f"--chown=10001:10001 {final['NUMBA_CACHE_DIR']}" in STAGES[-1], "numba cannot read what it cannot write"


def test_the_image_starts_the_command_line(monkeypatch: pytest.MonkeyPatch) -> None:
    """Entry point, health check and variables are ones that this version knows."""
    last = STAGES[-1]
    assert instruction(last, "ENTRYPOINT") == ['["wiredesk"]']
    (check,) = instruction(last, "HEALTHCHECK")
    words = yaml.safe_load(check.partition("CMD ")[2])
    assert invocation(words[1:]).command is cli.main.get_command(click.Context(cli.main), "health")
    found = load_settings(monkeypatch, environment(last))
    assert instruction(last, "EXPOSE") == [str(found.health_port)]
    assert found.health_host == "0.0.0.0"
    assert str(found.state_dir) == instruction(last, "WORKDIR")[0]


def test_the_context_has_what_the_image_copies_and_no_more() -> None:
    """.dockerignore lets in exactly what a COPY wants from outside."""
    lines = (ROOT / ".dockerignore").read_text().splitlines()
    copied = [
        word
        for stage in STAGES
        for text in instruction(stage, "COPY")
        if "--from" not in text
        for word in text.split()[:-1]
    ]
    assert lines[1] == "*"
    assert sorted(line[1:] for line in lines if line.startswith("!")) == sorted(copied)


@pytest.mark.parametrize("name", [name for name, service in OURS.items()])
def test_every_service_runs_a_command_that_exists(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """What a service calls parses, and what it sets is a setting."""
    service = OURS[name]
    invocation(service["command"])
    load_settings(monkeypatch, {**environment(STAGES[-1]), **service["environment"]})
    assert service["image"] == COMPOSE["x-wiredesk"]["image"]
    if "test" in service["healthcheck"]:
        assert service["healthcheck"]["test"][:2] == ["CMD", "wiredesk"]
        invocation(service["healthcheck"]["test"][2:])


def test_every_room_has_its_service() -> None:
    """Five rooms, each with a stable name, started once broker and topics are there, and again if it ends."""
    rooms = {name: service for name, service in OURS.items() if service["command"][0] == "worker"}
    assert [service["command"][1] for service in rooms.values()] == list(ROOMS)
    assert len({service["hostname"] for service in rooms.values()}) == len(ROOMS)
    for service in rooms.values():
        assert service["depends_on"] == {
            "kafka": {"condition": "service_healthy"},
            "topics": {"condition": "service_completed_successfully"},
        }
        assert service["restart"] == "unless-stopped"
        assert int(service["stop_grace_period"].removesuffix("s")) > process.STOP_SECONDS
        assert service["healthcheck"]["start_period"] == f"{process.OPEN_SECONDS}s"
        assert service["deploy"]["resources"]["limits"]["memory"]


def test_the_broker_keeps_its_data() -> None:
    """The journals are the state of all rooms: they stand in a named volume, on the release that we test with."""
    kafka = SERVICES["kafka"]
    assert kafka["image"] == "apache/kafka:4.3.1"
    assert kafka["volumes"] == [f"kafka-data:{kafka['environment']['KAFKA_LOG_DIRS']}"]
    assert "kafka-data" in COMPOSE["volumes"]
    assert kafka["environment"]["KAFKA_AUTO_CREATE_TOPICS_ENABLE"] == "false"


def test_publish_is_asked_for() -> None:
    """The sample wires go in only when somebody says so, and they are there."""
    publish = SERVICES["publish"]
    assert publish["profiles"] == ["publish"]
    ((folder, place, mode),) = (mount.split(":") for mount in publish["volumes"])
    assert mode == "ro"
    for path in publish["command"][1:]:
        assert (ROOT / folder / Path(path).relative_to(place)).is_dir()


@pytest.mark.parametrize(
    ("tool", "page", "old", "new"),
    [
        ("settings_table.py", "operations.md", "WIREDESK_PACE_MS", "WIREDESK_HASTE_MS"),
        ("formats_table.py", "formats.md", "`versionCreated` |", "`versionMade` |"),
    ],
)
def test_tables_are_current(tool: str, page: str, old: str, new: str, tmp_path: Path) -> None:
    """The pages list what Settings and FORMATS have today; the tools make it so."""
    text, stale = (ROOT / "docs" / page).read_text(), tmp_path / "stale.md"
    stale.write_text(text.replace(old, new))
    assert stale.read_text() != text
    command = [sys.executable, str(ROOT / "tools" / tool), "--check"]
    codes = [
        subprocess.run([*command, str(path)], env={"PYTHONPATH": str(ROOT)}, check=False).returncode
        for path in (ROOT / "docs" / page, stale)
    ]
    assert codes == [0, 1]


def test_the_page_names_commands_that_exist() -> None:
    """Every `wiredesk …` on the operators' page is a command of this version, with options that it has."""
    commands = [
        line.removeprefix("$ ").split("  #")[0]
        for line in re.findall(r"`(wiredesk [^`]+)`", OPERATIONS) + re.findall(r"(?m)^wiredesk .*$", OPERATIONS)
    ]
    assert len(commands) > 20
    for line in commands:
        words = [word for word in shlex.split(line)[1:] if not PLACEHOLDERS.match(word)]
        known(line, words)


def known(line: str, words: list[str]) -> None:
    """The command exists, and each option is one of its own; arguments are for the reader to fill in."""
    command: click.Command = cli.main
    while isinstance(command, click.Group) and words and not words[0].startswith("-"):
        found = command.get_command(click.Context(command), words.pop(0))
        assert found, line
        command = found
    options = {"--help", *(name for parameter in command.params for name in parameter.opts)}
    assert {word.split("=")[0] for word in words if word.startswith("-") and word != "-"} <= options, line


def test_the_page_has_every_exit_code_and_topic() -> None:
    """An operator finds each exit code, each topic and each room by name."""
    codes = {value for module in (process, cli) for name, value in vars(module).items() if name.startswith("EXIT_")}
    for said in (*(f"| {code} |" for code in sorted(codes)), *(f"`{name}`" for name in (*TOPICS, *ROOMS))):
        assert said in OPERATIONS, said


def test_the_page_gives_each_room_what_it_needs() -> None:
    """The table of rights is the topology: input, outputs, journal and dead letters of each room, and no more."""
    rows = dict(re.findall(r"(?m)^\| (\w+) \| (`.*)$", OPERATIONS))
    for name, spec in ROOMS.items():
        reads, writes, deletes, group = (re.findall(r"`([^`]+)`", cell) for cell in rows[name].split("|")[:4])
        journal = journal_topic(name)
        assert reads == [spec.source, journal]
        assert writes == [spec.source, *spec.writes, "wire.dead", journal]
        assert deletes == [journal]
        assert group == [f"wiredesk.{name}"]


def test_the_page_says_what_is_confidential() -> None:
    """Who sets up the broker's rights finds every topic that embargoed copy may stand in, and no other."""
    rows = re.findall(r"(?m)^\| (`wire\..*?) \| .* \| (.*?) ?\|$", OPERATIONS)
    told = {name: "yes" in mark for names, mark in rows for name in re.findall(r"`([^`]+)`", names)}
    assert told == {name: topic.confidential for name, topic in TOPICS.items()}
