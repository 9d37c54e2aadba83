"""`wiredesk ingest` on a broker with TLS, SCRAM and rights: it uses each that it has, names each that it lacks."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from security_lab import APP, SecureLab, granted, secured

from pipeline.runtime.exit_codes import EXIT_REFUSED
from pipeline.runtime.kafka.rights import Operation, Resource, Right
from pipeline.runtime.kafka.roles import roles
from pipeline.settings import PREFIX
from tests.acls import grant
from tests.ingest_lab import payloads

pytestmark = [pytest.mark.broker, pytest.mark.slow]

USER = f"User:{APP}-ingest"


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SecureLab]:
    """One broker for all tests here."""
    with secured(tmp_path_factory.mktemp("rights")) as found:
        yield found


def ingest(lab: SecureLab, folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """A command of ingest as its user, with a feed whose folder has a file."""
    wires = folder / "wires"
    wires.mkdir(exist_ok=True)
    (wires / "a.xml").write_bytes(b"<nitf>a</nitf>")
    (folder / "feeds.yaml").write_text(f"feeds:\n  meridian: {{folder: {wires}, settle: 0s, after: move}}\n")
    environment = os.environ | {PREFIX + name: value for name, value in lab.settings("ingest").items()}
    environment[f"{PREFIX}FEEDS"] = str(folder / "feeds.yaml")
    command = [sys.executable, "-m", "pipeline.cli", "ingest", *words]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)


def test_each_right_is_used(lab: SecureLab, tmp_path: Path) -> None:
    """It takes a payload and forgets a feed with exactly its rights, by the broker's own record."""
    done = ingest(lab, tmp_path, "--once")
    assert done.returncode == 0, done.stdout + done.stderr
    assert payloads(lab.broker.connection)["meridian", b"<nitf>a</nitf>"] == 1
    other = tmp_path / "other"
    other.mkdir()
    (other / "feeds.yaml").write_text(f"feeds:\n  quay: {{folder: {other}}}\n")
    done = ingest(lab, tmp_path, "forget", "--file", str(other / "feeds.yaml"), "meridian", "--yes")
    assert done.stdout.endswith("forgotten: meridian\n"), done.stdout + done.stderr
    unused = {right for right in granted("ingest") - lab.used("ingest") if right[0] != "describe"}
    assert (unused, lab.used("ingest") - granted("ingest")) == (set(), set())


def test_forgetting_without_its_right(lab: SecureLab, tmp_path: Path) -> None:
    """The right is named, and nothing is forgotten; with it all is."""
    rights, (right,) = roles()["ingest"].rights(APP), [one for one, _ in MISSING if one.is_prefix]
    assert ingest(lab, tmp_path, "--once").returncode == 0
    (tmp_path / "other.yaml").write_text(f"feeds:\n  quay: {{folder: {tmp_path}}}\n")
    words = ("forget", "--file", str(tmp_path / "other.yaml"), "meridian", "--yes")
    grant(lab.broker.connection, USER, rights - {right})
    refused = ingest(lab, tmp_path, *words)
    assert refused.returncode == EXIT_REFUSED
    assert "give it Write on them, as a prefix" in " ".join(refused.stderr.split())
    assert len(refused.stderr.splitlines()) < 10
    grant(lab.broker.connection, USER, rights)
    done = ingest(lab, tmp_path, *words)
    assert done.stdout.endswith("forgotten: meridian\n"), done.stdout + done.stderr


MISSING = [  # a right that is taken away, what is said without it
    (Right(Operation.WRITE, Resource.TOPIC, "wire.raw"), "write to wire.raw: give it Write on the topic"),
    (Right(Operation.WRITE, Resource.TOPIC, "wire.feeds"), "write to wire.feeds: give it Write on the topic"),
    (Right(Operation.READ, Resource.TOPIC, "wire.feeds"), "read wire.feeds: give it Read on the topic"),
    (
        Right(Operation.WRITE, Resource.TRANSACTIONAL_ID, f"{APP}.ingest-", is_prefix=True),
        f"use the transactional ids that begin with {APP}.ingest-: give it Write on them, as a prefix",
    ),
]


def test_every_right_is_tried() -> None:
    """All rights of the role but Describe, which follows from the others, are in the table."""
    needed = {right for right in roles()["ingest"].rights(APP) if right.operation is not Operation.DESCRIBE}
    assert {right for right, _ in MISSING} == {right for right in needed if right.resource is not Resource.CLUSTER}


@pytest.mark.parametrize(("right", "said"), MISSING, ids=lambda value: str(value)[:40])
def test_a_right_that_is_missing(lab: SecureLab, tmp_path: Path, right: Right, said: str) -> None:
    """It ends with 77 and the name of the right, nothing is taken, and with the right it works again."""
    rights = roles()["ingest"].rights(APP)
    grant(lab.broker.connection, USER, rights - {right})
    refused = ingest(lab, tmp_path, "--once")
    sentence = " ".join((refused.stdout + refused.stderr).split())
    assert f"the broker does not let the user '{APP}-ingest'" in sentence, sentence
    assert said.partition(":")[0] in sentence, sentence
    assert said.partition(": ")[2] in sentence, sentence
    assert refused.returncode == EXIT_REFUSED
    assert (tmp_path / "wires/a.xml").exists()
    grant(lab.broker.connection, USER, rights)
    again = ingest(lab, tmp_path, "--once")
    assert again.returncode == 0, again.stdout + again.stderr
