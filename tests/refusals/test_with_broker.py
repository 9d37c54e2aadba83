"""Wrong invocations that a broker refuses: the way to it, the login, rights, and topics that are not there."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline.runtime.kafka import topics
from pipeline.runtime.kafka.rights import Operation, Resource, Right
from pipeline.topology import TOPICS
from tests.acls import grant
from tests.needs import Need, needs
from tests.refusals.invocations import check, refused
from tests.refusals.secured import secured_broker

pytestmark = [pytest.mark.broker, pytest.mark.slow]

LOGIN = (
    "WIREDESK_BOOTSTRAP=broker:9093 WIREDESK_SECURITY_PROTOCOL=SASL_PLAINTEXT "
    "WIREDESK_USER={0} WIREDESK_PASSWORD={1}"
)
NOBODY, DESCRIBER, READER = (LOGIN.format(name, name) for name in ("nobody", "describer", "reader"))
WAYS = [
    f"{LOGIN.format('nobody', 'wrong')} wiredesk tail",
    f"{LOGIN.format('nobody', 'wrong')} wiredesk publish item.json",
    f"{NOBODY} WIREDESK_SASL_MECHANISM=SCRAM-SHA-256 wiredesk tail",
    f"{NOBODY.replace('9093', '9092')} wiredesk tail",
    f"{NOBODY.replace('9093', '9095')} wiredesk tail",
    "WIREDESK_BOOTSTRAP=broker:9093 wiredesk tail",
    "WIREDESK_BOOTSTRAP=broker:9094 wiredesk tail",
    "WIREDESK_BOOTSTRAP=broker:9092 WIREDESK_SECURITY_PROTOCOL=SSL wiredesk tail",
    "WIREDESK_BOOTSTRAP=broker:9094 WIREDESK_SECURITY_PROTOCOL=SSL wiredesk tail",
    "WIREDESK_BOOTSTRAP=other:9094 WIREDESK_SECURITY_PROTOCOL=SSL WIREDESK_CA_FILE=ca.pem wiredesk tail",
    "WIREDESK_BOOTSTRAP=broker:9095 WIREDESK_SECURITY_PROTOCOL=SSL WIREDESK_CA_FILE=ca.pem wiredesk tail",
    "WIREDESK_BOOTSTRAP=broker:9096 WIREDESK_SECURITY_PROTOCOL=SSL WIREDESK_CA_FILE=ca.pem wiredesk tail",
]
NO_TOPICS = [
    "WIREDESK_BOOTSTRAP=broker:9092 wiredesk tail",
    "WIREDESK_BOOTSTRAP=broker:9092 wiredesk publish item.json",
    "WIREDESK_BOOTSTRAP=broker:9092 wiredesk dead list",
    "WIREDESK_BOOTSTRAP=broker:9092 wiredesk stories",
    "WIREDESK_BOOTSTRAP=broker:9092 WIREDESK_REPLICATION=3 wiredesk topics create",
    f"{NOBODY} wiredesk topics create",
]
RIGHTS = [
    f"{NOBODY} wiredesk tail",
    f"{NOBODY} wiredesk capture wire.raw --out day.jsonl",
    f"{NOBODY} wiredesk publish item.json",
    f"{NOBODY} wiredesk dead list",
    f"{NOBODY} wiredesk held",
    f"{NOBODY} wiredesk stories",
    f"{DESCRIBER} wiredesk explain 4f0c",
    f"{DESCRIBER} wiredesk tail",
    f"{DESCRIBER} wiredesk publish item.json",
    f"{READER} wiredesk kill 4f0c --why legal",
]
NOTHING_THERE = [
    "WIREDESK_BOOTSTRAP=broker:9092 wiredesk publish nowhere.xml",
    "WIREDESK_BOOTSTRAP=broker:9092 wiredesk dead show 9@9",
    "WIREDESK_BOOTSTRAP=broker:9092 wiredesk story 4f0c",
    "WIREDESK_BOOTSTRAP=broker:9092 wiredesk explain 4f0c",
    "WIREDESK_BOOTSTRAP=broker:9092 wiredesk dead replay 9@9",
    "WIREDESK_BOOTSTRAP=broker:9092 wiredesk hold 4f0c --why legal",
    "WIREDESK_BOOTSTRAP=broker:9092 wiredesk pin 4f0c Floods --why 'house style'",
]
COMMANDS = [*WAYS, *NO_TOPICS, *RIGHTS, *NOTHING_THERE]


@pytest.fixture(scope="module")
def names(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """What addresses and the certificate are called in commands -> what they are; a broker without topics."""
    needs(Need.OPENSSL, shutil.which("openssl"))
    with secured_broker(tmp_path_factory.mktemp("secured")) as (_broker, names):
        yield names


@pytest.fixture(scope="module")
def names_with_topics(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """The same with our topics; `describer` may see them, `reader` may read them."""
    needs(Need.OPENSSL, shutil.which("openssl"))
    with secured_broker(tmp_path_factory.mktemp("secured-topics")) as (broker, names):
        topics.create(broker.connection)
        for user, operation in (("describer", Operation.DESCRIBE), ("reader", Operation.READ)):
            rights = [Right(operation, Resource.TOPIC, topic) for topic in TOPICS]
            grant(broker.connection, f"User:{user}", rights)
        yield names


@pytest.mark.parametrize("command", [*WAYS, *NO_TOPICS])
def test_refused(
    command: str,
    names: dict[str, str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    request: pytest.FixtureRequest,
) -> None:
    """The golden file has the command, its exit code and its message."""
    _check(command, refused(command, tmp_path, monkeypatch, names), request)


@pytest.mark.parametrize("command", [*RIGHTS, *NOTHING_THERE])
def test_refused_with_topics(
    command: str,
    names_with_topics: dict[str, str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    request: pytest.FixtureRequest,
) -> None:
    """Likewise."""
    _check(command, refused(command, tmp_path, monkeypatch, names_with_topics), request)


def _check(command: str, shown: str, request: pytest.FixtureRequest) -> None:
    assert not shown.startswith("exit 0")
    check([command], {command: shown}, request.config.getoption("--update-golden"))
