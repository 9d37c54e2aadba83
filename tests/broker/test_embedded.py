"""The embedded broker's life: who starts, stops, kills and outlives it, and who may come in."""

from __future__ import annotations

import base64
import os
import shutil
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from kafka.admin import UserScramCredentialUpsertion
from kafka.errors import KafkaError

from pipeline.connection import Connection, Mechanism, Protocol
from pipeline.runtime.embedded import node
from pipeline.runtime.embedded.broker import Broker
from pipeline.runtime.embedded.jars import BrokerError
from pipeline.runtime.kafka import topics
from pipeline.runtime.kafka.admin import Admin
from pipeline.runtime.local.deployment import ask
from pipeline.settings import PREFIX
from pipeline.topology import Topic
from tests.needs import Need, needs
from tests.waiting import SECONDS, eventually, until

pytestmark = pytest.mark.broker

ROOT = Path(__file__).parents[2]
TOPIC = Topic("embedded.example", "an example", 1_000_000)


def starter(data_dir: Path, detached: bool) -> subprocess.Popen[str]:
    """Another process that starts a broker, says so, and then waits for its own end."""
    script = (
        "import signal; from pathlib import Path; from pipeline.runtime.embedded.broker import Broker;"
        f"broker = Broker(Path({str(data_dir)!r}), detached={detached}).start();"
        "signal.alarm(600); print('up', flush=True); signal.pause()"
    )
    process = subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True, cwd=ROOT)
    assert process.stdout is not None
    assert process.stdout.readline() == "up\n"
    return process


@pytest.mark.parametrize("end", ["stop", "kill"])
def test_data_and_port_survive_a_restart(tmp_path: Path, end: str) -> None:
    """After a stop, and after a crash, the same broker is there again under the same address."""
    with Broker(tmp_path) as broker:
        topics.create(broker.connection, [TOPIC])
        address = broker.bootstrap
        getattr(broker, end)()
        assert not broker.is_running
        broker.start()
        assert broker.bootstrap == address
        assert topics.check(broker.connection, [TOPIC]) == []
    assert not broker.is_running


def test_a_directory_is_formatted_as_by_kafkas_own_tool(tmp_path: Path) -> None:
    """The tool formats the first directory of a cache; the next is formatted without it, and serves as well."""
    cache = tmp_path / "cache"
    cache.mkdir()
    for path in Broker(tmp_path).cache.iterdir():
        if path.suffix != ".checkpoint":
            (cache / path.name).symlink_to(path)
    found = []
    for name in ("by the tool", "without"):
        with Broker(tmp_path / name, cache=cache, jvm_flags=()) as broker:  # its archive would be another
            logs = tmp_path / name / "logs"
            lines = (logs / "meta.properties").read_text().splitlines()
            known = dict(line.split("=") for line in lines if not line.startswith("#"))
            assert len(base64.urlsafe_b64decode(known.pop("directory.id") + "==")) == 16
            assert known.pop("cluster.id") == broker.cluster_id
            found.append((known, (logs / "bootstrap.checkpoint").read_bytes()))
    assert found[0] == found[1]


def test_a_guarded_broker_ends_with_its_starter(tmp_path: Path) -> None:
    """kill -9 of the starter leaves nothing running."""
    process = starter(tmp_path, detached=False)
    broker = Broker(tmp_path)
    assert broker.is_running
    with process:
        process.kill()
    eventually(lambda: not broker.is_running)


def test_a_detached_broker_stays_and_anybody_can_stop_it(tmp_path: Path) -> None:
    """A broker started by one process is seen, found started and stopped by another."""
    process = starter(tmp_path, detached=True)
    with process:
        process.kill()
    broker = Broker(tmp_path)
    assert broker.is_running
    pid = broker.pid
    assert broker.start().pid == pid
    with Admin(broker.connection) as admin:
        assert admin.describe_cluster()["brokers"]
    broker.stop()
    assert not broker.is_running


def test_a_stopped_process_is_killed_in_the_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A broker that does not react to SIGTERM is killed."""
    monkeypatch.setattr("pipeline.runtime.embedded.broker.STOP_SECONDS_MAX", 0.5)
    broker = Broker(tmp_path).start()
    os.kill(broker.pid, signal.SIGSTOP)
    broker.stop()
    assert not broker.is_running


def test_a_broker_that_cannot_start_says_why(tmp_path: Path) -> None:
    """The error carries the end of Kafka's own log, and nothing is left running."""
    broker = Broker(tmp_path, settings={"log.retention.bytes": "much"})
    with pytest.raises(BrokerError, match=r"log\.retention\.bytes"):
        broker.start()
    assert not broker.is_running


def test_a_broker_never_started_is_an_error() -> None:
    """Asking for the address of nothing is an error with a reason."""
    with pytest.raises(BrokerError, match="no broker was ever started"):
        _ = Broker(Path("/nowhere")).bootstrap


REQUEST = "req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=127.0.0.1 -addext subjectAltName=IP:127.0.0.1"


def certificate(folder: Path) -> Path:
    """A certificate of 127.0.0.1 that signs itself, with its key, PEM."""
    needs(Need.OPENSSL, shutil.which("openssl"))
    key, cert = folder / "key.pem", folder / "cert.pem"
    subprocess.run(
        ["openssl", *REQUEST.split(), "-keyout", key, "-out", cert],
        check=True,
        capture_output=True,
    )
    (folder / "both.pem").write_text(key.read_text() + cert.read_text())
    return cert


def test_every_way_in(tmp_path: Path) -> None:
    """TLS, user and password, and both: the right ones come in, a wrong password and a stranger do not."""
    cert = certificate(tmp_path)
    ports = node.free_ports("127.0.0.1")
    port, tls, sasl, both = (next(ports) for _ in range(4))
    plain_login = 'org.apache.kafka.common.security.plain.PlainLoginModule required user_desk="secret";'
    scram_login = "org.apache.kafka.common.security.scram.ScramLoginModule required;"
    settings = {
        "listeners": f"PLAINTEXT://127.0.0.1:{port},TLS://127.0.0.1:{tls},SASL://127.0.0.1:{sasl},"
        f"BOTH://127.0.0.1:{both},CONTROLLER://127.0.0.1:{next(ports)}",
        "listener.security.protocol.map": "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT,TLS:SSL,SASL:SASL_PLAINTEXT,"
        "BOTH:SASL_SSL",
        "ssl.keystore.type": "PEM",
        "ssl.keystore.location": str(tmp_path / "both.pem"),
        "sasl.enabled.mechanisms": "PLAIN,SCRAM-SHA-512",
    }
    for listener in ("sasl", "both"):
        settings[f"listener.name.{listener}.plain.sasl.jaas.config"] = plain_login
        settings[f"listener.name.{listener}.scram-sha-512.sasl.jaas.config"] = scram_login
    settings["advertised.listeners"] = settings["listeners"].rsplit(",", 1)[0]
    settings["controller.quorum.voters"] = "1@" + settings["listeners"].rsplit("//", 1)[1]
    with Broker(tmp_path / "data", port=port, settings=settings) as broker:
        with Admin(broker.connection) as admin:
            admin.alter_user_scram_credentials([UserScramCredentialUpsertion("desk", "SCRAM-SHA-512", "scrammed")])
        ways = {
            Connection(f"127.0.0.1:{tls}", Protocol.SSL, ca_file=cert): True,
            Connection(f"127.0.0.1:{tls}", Protocol.SSL): False,
            Connection(f"127.0.0.1:{sasl}", Protocol.SASL_PLAINTEXT, user="desk", password="secret"): True,
            Connection(f"127.0.0.1:{sasl}", Protocol.SASL_PLAINTEXT, user="desk", password="wrong"): False,
            Connection(
                f"127.0.0.1:{sasl}",
                Protocol.SASL_PLAINTEXT,
                Mechanism.SCRAM_SHA_512,
                user="desk",
                password="scrammed",
            ): True,
            Connection(f"127.0.0.1:{both}", Protocol.SASL_SSL, user="desk", password="secret", ca_file=cert): True,
        }
        topics.create(broker.connection)
        right = [way for way, is_right in ways.items() if is_right and way.user]
        states = [tmp_path / f"state-{number}" for number in range(len(right))]
        with ThreadPoolExecutor() as pool:
            working = pool.map(works, right, states)
            assert dict(zip(ways, pool.map(comes_in, ways, ways.values()), strict=True)) == ways
            assert list(working) == [True] * len(right)


def works(connection: Connection, state: Path) -> bool:
    """Whether a room gets its partitions: Faust's consumer, transactional producers and the journals' reader."""
    health = next(node.free_ports("127.0.0.1"))
    variables = {
        "BOOTSTRAP": connection.bootstrap,
        "SECURITY_PROTOCOL": connection.protocol,
        "SASL_MECHANISM": connection.mechanism,
        "USER": connection.user or "",
        "PASSWORD": connection.password or "",
        "STATE_DIR": str(state),
        "APP_ID": state.name,
        "HEALTH_PORT": str(health),
        **({"CA_FILE": str(connection.ca_file)} if connection.ca_file else {}),
    }
    environment = {**os.environ, **{PREFIX + name: str(value) for name, value in variables.items()}}
    worker = subprocess.Popen([sys.executable, "-m", "pipeline.cli", "-q", "worker", "resolve"], env=environment)
    try:
        return until(lambda: (ask(f"http://127.0.0.1:{health}/health") or {}).get("partitions") == [0, 1, 2, 3])
    finally:
        worker.terminate()
        worker.wait(SECONDS)


def comes_in(connection: Connection, expected: bool) -> bool:
    """Whether a client gets an answer; one that should has all the time that a loaded machine may need."""
    try:
        with Admin(connection, seconds=SECONDS if expected else 4) as admin:
            return bool(admin.describe_cluster()["brokers"])
    except KafkaError:
        return False
