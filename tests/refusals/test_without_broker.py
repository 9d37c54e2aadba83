"""Wrong invocations that need no broker: each is refused with cause, remedy and the right exit code."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.refusals import test_with_broker
from tests.refusals.invocations import NOWHERE, check, read, refused

NAMES = [
    "wiredesk tial",
    "wiredesk dead lst",
    "wiredesk topics delete",
    "wiredesk tail wire.enrichd",
    "wiredesk tail news",
    "wiredesk tail --jsno",
    "wiredesk capture wire.raws",
    "wiredesk worker normalize",
    "wiredesk worker kitchen",
    "wiredesk publish --format ninj item.json",
    "wiredesk publish --format bogus item.json",
    "wiredesk dead list --reason malformd",
    "wiredesk dead list --reason nonsense",
    "wiredesk dead list --room tagg",
    "wiredesk dead show 2-1412",
    "wiredesk publish http://wire.example/feed.xml",
    "wiredesk health nonsense",
    "wiredesk stop",
    "wiredesk start",
    "wiredesk help",
    "wiredesk --quite tail",
    "wiredesk publish --fromat ninjs item.json",
    "wiredesk up --embeded",
    "wiredesk explan",
    "wiredesk stories --actve",
]
LEFT_OUT = [
    "wiredesk worker",
    "wiredesk publish",
    "wiredesk replay item.json",
    "wiredesk feeds resum norden",
    "wiredesk feeds resume norden",
    "wiredesk feeds --jsno",
    "wiredesk dead replay",
    "wiredesk hold 4f0c",
    "wiredesk dead list --reason",
    "wiredesk story",
    "wiredesk explain",
]
CONTRADICTIONS = [
    "wiredesk up --port 9093",
    "wiredesk dead replay --all --reason empty",
    "wiredesk dead replay 2@1412 --all",
    "wiredesk -q -v tail",
]
VALUES = [
    "wiredesk tail -n -1",
    "wiredesk tail -n ten",
    "wiredesk up --embedded --port 70000",
    "wiredesk broker start --port 0",
    "wiredesk demo --rate 0",
    "wiredesk demo --rate nan",
    "wiredesk publish --rate 0 item.json",
    "wiredesk publish --rate inf item.json",
    "wiredesk publish --patience -1 item.json",
    "wiredesk publish --feed '' item.json",
    "wiredesk hold 4f0c --why ''",
    "wiredesk hold '' --why legal",
    "wiredesk pin 4f0c '' --why 'house style'",
    "wiredesk pin 4f0c ' ' --why 'house style'",
    "wiredesk dead show '١@٢'",
    "wiredesk story ''",
    "wiredesk explain ' '",
]
PATHS = [
    "wiredesk capture wire.raw --out nowhere/day.jsonl",
    "wiredesk capture wire.raw --out folder",
    "wiredesk capture wire.raw --out ''",
    "wiredesk replay nowhere.jsonl --out out",
    "wiredesk replay item.json --out notes.txt",
    "wiredesk replay item.json --out out --rules nowhere.yaml",
    "wiredesk replay item.json --out out --rules folder",
    "wiredesk replay item.json --out out --rules empty",
    "wiredesk replay item.json --out out --rules latin.yaml",
    "wiredesk replay item.json --out out --rules bomb.yaml",
    "wiredesk replay item.json --out out --rules endless.yaml",
    "wiredesk replay item.json --out out --rules no-rules.yaml",
    "wiredesk schema check nowhere",
    "wiredesk schema check folder",
    "wiredesk schema export item.json",
    "wiredesk demo --seeds nowhere",
    "wiredesk demo --seeds folder",
    "wiredesk demo --seeds samples",
    "wiredesk demo --seeds loop",
    "wiredesk replay loop --out out",
    "wiredesk replay pipe --out out",
    "wiredesk replay item.json --out loop",
    "wiredesk replay packed.json.gz --out out",
    "wiredesk capture wire.raw --out loop",
]
SETTINGS = [
    "WIREDESK_BOOTSTRAP=localhost wiredesk tail",
    "WIREDESK_BOOTSTRAP=http://localhost:9092/ wiredesk tail",
    "WIREDESK_BOOTSTRAP=localhost:99999 wiredesk tail",
    "WIREDESK_BOOTSTRAP= wiredesk tail",
    "WIREDESK_BOOTSTRAP=host..name:9092 wiredesk tail",
    "WIREDESK_BOOTSTRAP=::1:9092 wiredesk tail",
    "WIREDESK_BOOTSTRAP=[::zz]:9092 wiredesk tail",
    "WIREDESK_BOOTSTRAP=localhost:٩٠٩٢ wiredesk tail",
    "WIREDESK_BOOTSRAP=kafka:9092 wiredesk tail",
    "WIREDESK_SECURITY_PROTCOL=SASL_SSL wiredesk tail",
    "WIREDESK_SECURITY_PROTOCOL=TLS wiredesk tail",
    "WIREDESK_SECURITY_PROTOCOL=SASL_SSL wiredesk tail",
    "WIREDESK_SECURITY_PROTOCOL=SASL_SSL WIREDESK_USER=desk wiredesk tail",
    "WIREDESK_USER=desk WIREDESK_PASSWORD=secret wiredesk tail",
    "WIREDESK_SECURITY_PROTOCOL=SSL WIREDESK_PASSWORD_FILE=notes.txt wiredesk tail",
    "echo 'WIREDESK_USER=desk' > .env; wiredesk up --embedded",
    "WIREDESK_CA_FILE=item.json wiredesk tail",
    "WIREDESK_SECURITY_PROTOCOL=SSL WIREDESK_CA_FILE=nowhere.pem wiredesk tail",
    "WIREDESK_SECURITY_PROTOCOL=SSL WIREDESK_CA_FILE=folder wiredesk tail",
    "WIREDESK_SECURITY_PROTOCOL=SSL WIREDESK_CA_FILE=empty wiredesk tail",
    "WIREDESK_SECURITY_PROTOCOL=SSL WIREDESK_CA_FILE=notes.txt wiredesk tail",
    "WIREDESK_SECURITY_PROTOCOL=SSL WIREDESK_CERT_FILE=notes.txt wiredesk tail",
    "WIREDESK_SECURITY_PROTOCOL=SSL WIREDESK_KEY_FILE=notes.txt wiredesk tail",
    "WIREDESK_PACE_MS=soon wiredesk tail",
    "WIREDESK_PACE_MS=-1 wiredesk tail",
    "WIREDESK_APP_ID='two words' wiredesk tail",
    "WIREDESK_ALERT_RULES=nowhere.yaml wiredesk worker alert",
    "WIREDESK_ALERT_RULES=latin.yaml wiredesk worker alert",
    "WIREDESK_ALERT_RULES=bomb.yaml wiredesk worker alert",
    "WIREDESK_STATE_DIR=item.json wiredesk broker start",
    "WIREDESK_STATE_DIR=item.json wiredesk broker status",
    "WIREDESK_STATE_DIR=item.json wiredesk down",
    "WIREDESK_STATE_DIR=loop wiredesk worker tag",
    "WIREDESK_STATE_DIR='~nobody-here/state' wiredesk down",
    "WIREDESK_CACHE_DIR=item.json wiredesk up --embedded",
    "WIREDESK_SECURITY_PROTOCOL=SSL WIREDESK_CA_FILE=pipe wiredesk tail",
    "WIREDESK_CACHE_DIR=item.json wiredesk broker start",
    "echo 'SECURITY_PROTCOL=SASL_SSL' > .env; wiredesk tail",
    "echo 'WIREDESK_SECURITY_PROTCOL=SASL_SSL' > .env; wiredesk tail",
    "echo 'BROKER=kafka:9092' > .env; wiredesk tail",
    "echo 'WIREDESK_PACE_MS' > .env; wiredesk tail",
    "echo 'WIREDESK_PACE_MS 20' > .env; wiredesk tail",
]
NOBODY_THERE = [
    "WIREDESK_BOOTSTRAP=127.0.0.1:1 wiredesk tail",
    "WIREDESK_BOOTSTRAP=127.0.0.1:1 wiredesk topics check",
    "WIREDESK_BOOTSTRAP=127.0.0.1:1 wiredesk held",
    "WIREDESK_BOOTSTRAP=127.0.0.1:1 wiredesk stories",
    "WIREDESK_BOOTSTRAP=127.0.0.1:1 wiredesk explain 4f0c",
    "WIREDESK_BOOTSTRAP=127.0.0.1:1 wiredesk up",
    "WIREDESK_BOOTSTRAP=127.0.0.1:1 wiredesk publish --patience 0 item.json",
    "WIREDESK_BOOTSTRAP=127.0.0.1:1 wiredesk reset --yes",
    "WIREDESK_BOOTSTRAP=nowhere.invalid:9092 wiredesk tail",
    "wiredesk broker status",
    "wiredesk health",
    "wiredesk health http://127.0.0.1:1/health",
    "wiredesk health http://127.0.0.1:port/health",
]
COMMANDS = [*NAMES, *LEFT_OUT, *CONTRADICTIONS, *VALUES, *PATHS, *SETTINGS, *NOBODY_THERE]


@pytest.fixture(scope="module")
def nowhere() -> Iterator[dict[str, str]]:
    """What NOWHERE is in this run: a port that is taken and not listened at, so nobody else can listen there."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        yield {NOWHERE: f"127.0.0.1:{taken.getsockname()[1]}"}


@pytest.mark.parametrize("command", COMMANDS)
def test_refused(
    command: str,
    nowhere: dict[str, str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    request: pytest.FixtureRequest,
) -> None:
    """The golden file has the command, its exit code and its message."""
    shown = refused(command, tmp_path, monkeypatch, nowhere)
    assert not shown.startswith("exit 0")
    assert "Traceback" not in shown
    check([command], {command: shown}, request.config.getoption("--update-golden"))


def test_the_golden_file_has_these_commands_and_those_of_a_broker() -> None:
    """Nothing is left over in it, and there is enough to be read as a sample of what people type."""
    assert set(read()) == {*COMMANDS, *test_with_broker.COMMANDS}
    assert len(read()) > 60
