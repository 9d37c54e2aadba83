"""Connection: how to reach Kafka, defined once for every client.

kafka-python and aiokafka name their security arguments alike, so one dictionary serves both.
"""

from __future__ import annotations

import ipaddress
import re
import ssl
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any

ADDRESS = re.compile(r"(?P<host>[^\s:/;@]+|\[[0-9A-Fa-f:.]+\]):(?P<port>[0-9]+)")  # name or IPv4, IPv6 in brackets
PORT_MAX, PORT_DIGITS_MAX = 65_535, 5
# Of every producer of ours: a record counts as written when all replicas in sync have it, and is written once.
DURABLE: dict[str, Any] = {"acks": "all", "enable_idempotence": True}


class Protocol(StrEnum):
    """Kafka's ``security.protocol``."""

    PLAINTEXT = "PLAINTEXT"
    SSL = "SSL"
    SASL_PLAINTEXT = "SASL_PLAINTEXT"
    SASL_SSL = "SASL_SSL"

    @property
    def encrypts(self) -> bool:
        """Whether the connection is TLS."""
        return self in (Protocol.SSL, Protocol.SASL_SSL)

    @property
    def authenticates(self) -> bool:
        """Whether the client names itself by user and password."""
        return self in (Protocol.SASL_PLAINTEXT, Protocol.SASL_SSL)

    def changed(self, *, encrypts: bool | None = None, authenticates: bool | None = None) -> Protocol:
        """The protocol that differs in this."""
        encrypts = self.encrypts if encrypts is None else encrypts
        authenticates = self.authenticates if authenticates is None else authenticates
        return next(one for one in Protocol if (one.encrypts, one.authenticates) == (encrypts, authenticates))


class Mechanism(StrEnum):
    """The SASL mechanisms that both client libraries support without another library."""

    PLAIN = "PLAIN"
    SCRAM_SHA_256 = "SCRAM-SHA-256"
    SCRAM_SHA_512 = "SCRAM-SHA-512"


class ImpossibleConnection(ValueError):
    """No broker could accept this; `field` is the member of Connection that has to change."""

    def __init__(self, field: str, problem: str) -> None:
        super().__init__(f"{field}: {problem}")
        self.field, self.problem = field, problem


@dataclass(frozen=True, slots=True)
class Connection:
    """A Kafka cluster and how to log in.  ImpossibleConnection for what no broker could accept."""

    bootstrap: str  # host:port[,host:port…]
    protocol: Protocol = Protocol.PLAINTEXT
    mechanism: Mechanism = Mechanism.PLAIN
    user: str | None = None
    password: str | None = field(default=None, repr=False)
    ca_file: Path | None = None  # PEM; the system's certificate authorities without it
    cert_file: Path | None = None  # PEM: the client's certificate, where the broker asks for one
    key_file: Path | None = None  # PEM: its key, if it is not in cert_file

    def __post_init__(self) -> None:
        has_tls_files = bool(self.ca_file or self.cert_file or self.key_file)
        unused = (  # Kafka's own clients log in as nobody and say so in a line that nobody reads
            f"{self.protocol} has no login, so it would not be used; set WIREDESK_SECURITY_PROTOCOL to "
            f"{self.protocol.changed(authenticates=True)}, or remove user and password"
        )
        for field_name, broken, problem in (
            ("bootstrap", not self.addresses, "names no broker; write host:port, for example localhost:9092"),
            *(("bootstrap", not _is_address(one), f"{one!r} {_address_remedy(one)}") for one in self.addresses),
            ("user", self.protocol.authenticates and not self.user, f"{self.protocol} needs a user; set one"),
            (
                "password",
                self.protocol.authenticates and not self.password,
                f"{self.protocol} needs a password; set one",
            ),
            ("user", bool(self.user) and not self.protocol.authenticates, unused),
            ("password", bool(self.password) and not self.protocol.authenticates, unused),
            (
                "protocol",
                has_tls_files and not self.protocol.encrypts,
                f"certificates are given, but {self.protocol} does not use TLS; set it to "
                f"{self.protocol.changed(encrypts=True)}, or give no certificates",
            ),
            (
                "cert_file",
                bool(self.key_file) and not self.cert_file,
                "a key file is given and no certificate file; name the certificate of that key",
            ),
        ):
            if broken:
                raise ImpossibleConnection(field_name, problem)

    @property
    def addresses(self) -> list[str]:
        """The bootstrap addresses, one ``host:port`` each."""
        return [part.strip() for part in self.bootstrap.split(",") if part.strip()]

    def ssl_context(self) -> ssl.SSLContext | None:
        """The TLS context (host names are verified); None without TLS.

        ImpossibleConnection for a file that does not hold what it must; OSError for one that cannot be read.
        """
        if not self.protocol.encrypts:
            return None
        try:
            context = ssl.create_default_context(cafile=self.ca_file)
        except ssl.SSLError:
            problem = f"{self.ca_file} holds no certificate; name a PEM file with `BEGIN CERTIFICATE`"
            raise ImpossibleConnection("ca_file", problem) from None
        if self.cert_file:
            self._load_certificate(context, self.cert_file)
        return context

    def _load_certificate(self, context: ssl.SSLContext, cert_file: Path) -> None:
        try:
            context.load_cert_chain(cert_file, self.key_file, password=lambda: "")  # never ask on the terminal
        except ssl.SSLError as error:
            blamed = "key_file" if self.key_file else "cert_file"
            remedy = (
                "the key does not belong to the certificate; name the one that does"
                if error.reason == "KEY_VALUES_MISMATCH"
                else "name PEM files of a certificate and of its key, the key without a passphrase"
            )
            files = " and ".join(str(one) for one in (cert_file, self.key_file) if one)
            raise ImpossibleConnection(blamed, f"{files} cannot be used: {remedy}") from None

    def arguments(self) -> dict[str, Any]:
        """Keyword arguments for any client of kafka-python or aiokafka."""
        arguments: dict[str, Any] = {
            "bootstrap_servers": self.addresses,
            "security_protocol": self.protocol.value,
            "ssl_context": self.ssl_context(),
        }
        if self.protocol.authenticates:
            arguments |= {
                "sasl_mechanism": self.mechanism.value,
                "sasl_plain_username": self.user,
                "sasl_plain_password": self.password,
            }
        return arguments


def _is_address(text: str) -> bool:
    found = ADDRESS.fullmatch(text)
    return found is not None and _is_port(found["port"]) and _is_host(found["host"])


def _is_port(digits: str) -> bool:
    return len(digits) <= PORT_DIGITS_MAX and 0 < int(digits) <= PORT_MAX


def _is_host(text: str) -> bool:
    """Whether a resolver could be asked for it."""
    try:
        return bool(ipaddress.IPv6Address(text.strip("[]")) if text.startswith("[") else text.encode("idna"))
    except ValueError:  # a UnicodeError too: an empty label, one of more than 63 bytes, what no name may hold
        return False


def _address_remedy(text: str) -> str:
    """What is wrong with an address, and an example of a right one."""
    if "://" in text:
        return f"is a web address; write host:port, for example {text.split('://')[1].split('/')[0]}"
    if re.fullmatch(r"[\w.-]+", text):
        return f"has no port; write host:port, for example {text}:9092"
    if (found := re.fullmatch(r"[^\s:/;@]+:([0-9]+)", text)) and not _is_port(found[1]):
        return f"has no such port; a port is 1 to {PORT_MAX}"
    return "is not an address; write host:port (IPv6: [::1]:9092), several with commas between them"
