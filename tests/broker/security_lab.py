"""A broker with TLS, SCRAM and rights, and a user for each role, with the rights that `wiredesk acls` prints."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import trustme
from click.testing import CliRunner, Result
from cryptography.hazmat.primitives import serialization
from kafka.admin import UserScramCredentialDeletion, UserScramCredentialUpsertion
from worker_driver import WorkerDriver

from pipeline.cli import main
from pipeline.runtime.embedded import node
from pipeline.runtime.embedded.broker import Broker
from pipeline.runtime.kafka.admin import Admin
from pipeline.runtime.kafka.rights import Operation, Resource, Right
from pipeline.runtime.kafka.roles import roles
from pipeline.settings import PREFIX
from tests.acls import grant
from tests.waiting import eventually

HOST, APP, MECHANISM = "localhost", "wiredesk", "SCRAM-SHA-512"
SESSION_SECONDS = "6"
AUDIT = """\
appender.audit.type = File
appender.audit.name = audit
appender.audit.fileName = {home}/audit.log
appender.audit.layout.type = PatternLayout
appender.audit.layout.pattern = %m%n
logger.audit.name = kafka.authorizer.logger
logger.audit.level = debug
logger.audit.additivity = false
logger.audit.appenderRef.audit.ref = audit
"""
ALLOWED = re.compile(
    r"Principal = User:wiredesk-(\w+) is Allowed operation = (\w+) .* on resource = (\w+):LITERAL:(\S+)"
)
RESOURCES = {"Topic": Resource.TOPIC, "Group": Resource.GROUP, "TransactionalId": Resource.TRANSACTIONAL_ID}
Used = tuple[str, str, str]  # operation, resource, its name: of a transactional id without its end


@dataclass
class SecureLab:
    """The broker, and how each role reaches it.  Whoever comes by the first listener may do everything."""

    broker: Broker
    folder: Path
    address: str  # of the listener with TLS and login
    passwords: dict[str, str] = field(default_factory=dict)

    def settings(self, role: str, **more: str) -> dict[str, str]:
        """The settings of a role's user, by name; the password is in a file."""
        return {
            "BOOTSTRAP": self.address,
            "SECURITY_PROTOCOL": "SASL_SSL",
            "SASL_MECHANISM": MECHANISM,
            "USER": f"{APP}-{role}",
            "PASSWORD_FILE": str(self.folder / f"{role}.password"),
            "CA_FILE": str(self.folder / "ca.pem"),
            "SESSION_SECONDS": SESSION_SECONDS,
            "STATE_DIR": str(self.folder / "state"),
            **more,
        }

    def run(self, role: str, *words: str, stdin: bytes | None = None, **more: str) -> Result:
        """A command, in this process, as the user of a role."""
        environment = {PREFIX + name: value for name, value in self.settings(role, **more).items()}
        return CliRunner().invoke(main, words, input=stdin, env=environment)

    def set_password(self, role: str, password: str) -> None:
        """Give the user of a role a new password: at the broker, and in the file."""
        with Admin(self.broker.connection) as admin:
            credential = UserScramCredentialUpsertion(f"{APP}-{role}", MECHANISM, password)
            admin.alter_user_scram_credentials([credential])
        (self.folder / f"{role}.password").write_text(password + "\n")
        self.passwords[role] = password

    def withdraw(self, role: str) -> None:
        """Delete the user of a role."""
        with Admin(self.broker.connection) as admin:
            admin.alter_user_scram_credentials([UserScramCredentialDeletion(f"{APP}-{role}", MECHANISM)])

    def grant(self) -> None:
        """Give every role what `wiredesk acls --format json` says, and nothing else."""
        printed = CliRunner().invoke(main, ["acls", "--format", "json"]).stdout
        rights: dict[str, list[Right]] = defaultdict(list)
        for row in map(json.loads, printed.splitlines()):
            rights[row["principal"]].append(_right(row))
        for principal, mine in rights.items():
            grant(self.broker.connection, principal, mine)

    def driver(self, role: str) -> WorkerDriver:
        """A worker that is the user of this role."""
        return WorkerDriver(self.address, self.folder, self.settings(role))

    def used(self, role: str) -> set[Used]:
        """The rights that the broker has been asked for by this role, and had."""
        found = ALLOWED.findall((self.broker.data_dir / "audit.log").read_text())
        return {
            (operation.replace("_", "").lower(), RESOURCES[kind].value, _without_its_end(kind, name))
            for who, operation, kind, name in found
            if who == role and kind in RESOURCES
        }

    def secrets_in(self, text: str) -> list[str]:
        """The roles whose passwords are in a text."""
        return [role for role, password in self.passwords.items() if password in text]


def granted(role: str) -> set[Used]:
    """The rights of a role, as `used` has them."""
    return {
        (right.operation.lower(), right.resource.value, right.name)
        for right in roles()[role].rights(APP)
        if right.resource is not Resource.CLUSTER
    }


def _without_its_end(kind: str, name: str) -> str:
    """A transactional id ends with its partition; a right is about what all of a room begin with."""
    return name[: name.index("-") + 1] if kind == "TransactionalId" else name


def _right(row: Mapping[str, str]) -> Right:
    """A right as `wiredesk acls --format json` prints it."""
    is_prefix = {"literal": False, "prefixed": True}[row["pattern"]]
    return Right(Operation(row["operation"]), Resource(row["resource"]), row["name"], is_prefix)


def _key_store(made: trustme.LeafCert) -> bytes:
    """Key and certificates in one file, the key as Java reads it: PKCS 8."""
    key = serialization.load_pem_private_key(made.private_key_pem.bytes(), None)
    options = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    chain = b"".join(each.bytes() for each in made.cert_chain_pems)
    return key.private_bytes(serialization.Encoding.PEM, *options) + chain


@contextmanager
def secured(folder: Path) -> Iterator[SecureLab]:
    """The broker, with a certificate of an authority of its own; users, rights, and topics that their role made."""
    authority = trustme.CA(organization_name="The lab's certificates")
    authority.cert_pem.write_to_path(folder / "ca.pem")
    (folder / "broker.pem").write_bytes(_key_store(authority.issue_cert(HOST, key_type=trustme.KeyType.RSA)))
    ports = node.free_ports("127.0.0.1")
    port, login, controller = (next(ports) for _ in range(3))
    advertised = f"PLAINTEXT://127.0.0.1:{port},LOGIN://{HOST}:{login}"
    settings = {
        "listeners": f"{advertised},CONTROLLER://127.0.0.1:{controller}",
        "advertised.listeners": advertised,
        "listener.security.protocol.map": "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT,LOGIN:SASL_SSL",
        "controller.quorum.voters": f"1@127.0.0.1:{controller}",
        "ssl.keystore.type": "PEM",
        "ssl.keystore.location": str(folder / "broker.pem"),
        "sasl.enabled.mechanisms": MECHANISM,
        "listener.name.login.scram-sha-512.sasl.jaas.config": "org.apache.kafka.common.security.scram"
        ".ScramLoginModule required;",
        "authorizer.class.name": "org.apache.kafka.metadata.authorizer.StandardAuthorizer",
        "super.users": "User:ANONYMOUS",
    }
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(node, "LOGGING", node.LOGGING + AUDIT)
        with Broker(folder / "broker", port=port, settings=settings) as broker:
            lab = SecureLab(broker, folder, f"{HOST}:{login}")
            lab.grant()
            for role in roles():
                lab.set_password(role, f"{role}-s3cret-{len(role)}")
            eventually(lambda: lab.run("creator", "topics", "check").exit_code == 1)  # the login is known by now
            made = lab.run("creator", "topics", "create")
            assert made.exit_code == 0, made.output
            yield lab
