"""Who may do what: the rights of each role in each way of writing them, and the password that stands in a file."""

from __future__ import annotations

import asyncio
import json
import socket
from itertools import pairwise
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner

from pipeline import settings
from pipeline.cli import main
from pipeline.connection import Connection
from pipeline.runtime.kafka import refusals
from pipeline.runtime.kafka.refusals import why_unreachable
from pipeline.runtime.kafka.roles import AclFormat, roles
from pipeline.runtime.kafka.troubles import Trouble
from pipeline.services import SERVICES
from pipeline.topology import ROOMS
from tests.serving import answering


def written(kind: AclFormat, *names: str) -> str:
    result = CliRunner().invoke(main, ["acls", *names, "--format", kind.value])
    assert result.exit_code == 0, result.output
    return result.stdout


def test_every_room_has_a_role() -> None:
    """A row in ROOMS is enough; nobody writes to what rooms write but a room, or a service whose row says so."""
    assert {*ROOMS} < {*roles()}
    outputs = {topic for spec in ROOMS.values() for topic in (*spec.writes, spec.journal)}
    inputs = {spec.source for spec in ROOMS.values()}
    for name in roles().keys() - ROOMS.keys():
        writes = {right.name for right in roles()[name].rights("wiredesk") if right.operation == "Write"}
        own = {*SERVICES[name].writes} if name in SERVICES else set()
        assert writes & (outputs - inputs - own) == set(), name


def test_the_three_ways_say_the_same() -> None:
    """Commands, KafkaUsers and JSON name the same operations on the same resources, of the same users."""
    rows = [json.loads(line) for line in written(AclFormat.JSON).splitlines()]
    as_json = {(one["principal"], one["operation"], one["name"]) for one in rows}
    users = yaml.safe_load_all(written(AclFormat.STRIMZI))
    as_users = {
        (f"User:{user['metadata']['name']}", operation, acl["resource"].get("name", "kafka-cluster"))
        for user in users
        for acl in user["spec"]["authorization"]["acls"]
        for operation in acl["operations"]
    }
    as_commands = {
        (words[words.index("--allow-principal") + 1], operation, name_in(words))
        for words in (line.split() for line in written(AclFormat.COMMANDS).splitlines() if line[:1] == "k")
        for flag, operation in pairwise(words)
        if flag == "--operation"
    }
    assert as_json == as_users == as_commands
    assert len(rows) == len(as_json)


def name_in(words: list[str]) -> str:
    flags = ("--topic", "--group", "--transactional-id")
    return next((words[words.index(flag) + 1] for flag in flags if flag in words), "kafka-cluster")


def test_one_role() -> None:
    """A role that is named is the only one; a deployment's name is in its users, groups and transactional ids."""
    names = {json.loads(line)["principal"] for line in written(AclFormat.JSON, "tag").splitlines()}
    assert names == {"User:wiredesk-tag"}
    for right in roles()["tag"].rights("other"):
        assert right.name.startswith("wire.") or right.name.startswith("other.tag"), right


LOGIN = {"SECURITY_PROTOCOL": "SASL_SSL", "USER": "tag"}


def connected(monkeypatch: pytest.MonkeyPatch, **variables: str) -> Connection:
    for name, value in (LOGIN | variables).items():
        monkeypatch.setenv(settings.PREFIX + name, value)
    return settings.load().connection


def test_a_password_in_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A line break at its end is no part of it; blanks are.  Nothing that shows the settings shows it."""
    file = tmp_path / "password"
    file.write_bytes(b" s3cret \r\n")
    connection = connected(monkeypatch, PASSWORD_FILE=str(file))
    assert connection.password == " s3cret "
    assert "s3cret" not in repr(connection) + repr(settings.load()) + settings.load().model_dump_json()


@pytest.mark.parametrize(
    ("content", "more", "said"),
    [
        (b"", {}, "empty"),
        (b"\n", {}, "which is empty; write the password into it"),
        (b"s3cret\xff", {}, "it is not UTF-8; name a file that holds the password"),
        (b"s3cret", {"PASSWORD": "s3cret"}, "are both set; remove one"),
        (None, {}, "WIREDESK_PASSWORD_FILE"),
    ],
)
def test_no_password_in_the_file(
    content: bytes | None, more: dict[str, str], said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is wrong is said with the variable's name, and never with what the file holds."""
    file = tmp_path / "password"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(settings.Misconfigured) as raised:
        connected(monkeypatch, PASSWORD_FILE=str(file), **more)
    assert said in str(raised.value)
    assert "s3cret" not in str(raised.value)


@pytest.mark.parametrize(
    ("answer", "trouble", "is_final"),
    [
        (b"", Trouble.HANGS_UP, False),
        (b"HTTP/1.1 400 Bad Request\r\n\r\n", Trouble.NOT_KAFKA, True),
        (b"SSH-2.0-OpenSSH_9.2\r\n", Trouble.NOT_KAFKA, True),
    ],
)
def test_a_proxy_whose_broker_is_away(answer: bytes, trouble: Trouble, is_final: bool) -> None:
    """It takes connections and closes them: whoever waits for a broker goes on waiting."""
    with answering(answer) as address:
        refusal = why_unreachable(Connection(address))
    assert refusal
    assert (refusal.trouble, refusal.is_final) == (trouble, is_final)


@pytest.mark.parametrize(("is_there", "trouble"), [(True, Trouble.HANGS), (False, Trouble.SILENT)])
def test_who_says_nothing(is_there: bool, trouble: Trouble, monkeypatch: pytest.MonkeyPatch) -> None:
    """A broker that hangs takes connections; only where none is taken a firewall may be in between."""

    async def no_answer(*_: object, **__: object) -> None:
        await asyncio.sleep(60)

    monkeypatch.setattr(refusals, "CONTACT_SECONDS", 0.2)
    monkeypatch.setattr(refusals, "create_conn", no_answer)
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        if not is_there:
            server.close()
        refusal = why_unreachable(Connection(f"127.0.0.1:{port}"))
    assert refusal
    assert (refusal.trouble, refusal.is_final) == (trouble, False)
    assert ("firewall" in refusal.remedy) != is_there
