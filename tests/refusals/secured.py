"""A broker with five ways in: for everybody, with a login, encrypted, both, and for known certificates alone."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pipeline.runtime.embedded import node
from pipeline.runtime.embedded.broker import Broker

HOST = "127.0.0.1"
LISTENERS = {  # the name in commands -> listener, host, protocol
    "broker:9092": ("PLAINTEXT", HOST, "PLAINTEXT"),
    "broker:9093": ("LOGIN", HOST, "SASL_PLAINTEXT"),
    "broker:9094": ("TLS", "localhost", "SSL"),
    "broker:9095": ("BOTH", "localhost", "SASL_SSL"),
    "broker:9096": ("KNOWN", "localhost", "SSL"),
}
USERS = ("nobody", "describer", "reader")  # the password is the name
CERTIFICATE = "req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=localhost -addext subjectAltName=DNS:localhost"
PLAIN = "org.apache.kafka.common.security.plain.PlainLoginModule required"


@contextmanager
def secured_broker(folder: Path) -> Iterator[tuple[Broker, dict[str, str]]]:
    """The broker, and what its addresses and its certificate are called in commands -> what they are."""
    key, certificate = folder / "key.pem", folder / "ca.pem"
    command = ["openssl", *CERTIFICATE.split(), "-keyout", str(key), "-out", str(certificate)]
    subprocess.run(command, check=True, capture_output=True)
    both = folder / "both.pem"
    both.write_text(key.read_text() + certificate.read_text())
    ports = node.free_ports(HOST)
    addresses = {name: f"{host}:{next(ports)}" for name, (_, host, _) in LISTENERS.items()}
    advertised = ",".join(f"{LISTENERS[name][0]}://{address}" for name, address in addresses.items())
    controller = f"{HOST}:{next(ports)}"
    protocols = ",".join(f"{listener}:{protocol}" for listener, _, protocol in LISTENERS.values())
    login = f"{PLAIN} {' '.join(f'user_{name}={name!r}' for name in USERS)};".replace("'", '"')
    settings = {
        "listeners": f"{advertised},CONTROLLER://{controller}",
        "advertised.listeners": advertised,
        "listener.security.protocol.map": f"{protocols},CONTROLLER:PLAINTEXT",
        "controller.quorum.voters": f"1@{controller}",
        "ssl.keystore.type": "PEM",
        "ssl.keystore.location": str(both),
        "ssl.truststore.type": "PEM",
        "ssl.truststore.location": str(certificate),
        "listener.name.known.ssl.client.auth": "required",
        "sasl.enabled.mechanisms": "PLAIN",
        "listener.name.login.plain.sasl.jaas.config": login,
        "listener.name.both.plain.sasl.jaas.config": login,
        "authorizer.class.name": "org.apache.kafka.metadata.authorizer.StandardAuthorizer",
        "super.users": "User:ANONYMOUS",
    }
    port = int(addresses["broker:9092"].rpartition(":")[2])
    other_name = addresses["broker:9094"].replace("localhost", HOST)
    names = {**addresses, "other:9094": other_name, "ca.pem": str(certificate)}
    with Broker(folder / "broker", port=port, settings=settings) as broker:
        yield broker, names
