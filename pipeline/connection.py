"""Connection: how to reach Kafka, defined once for every client.

kafka-python and aiokafka name their security arguments alike, so one dictionary serves both.
"""

from __future__ import annotations

import re
import ssl
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any

ADDRESS = re.compile(r"[^\s:/]+:\d{1,5}|\[[0-9A-Fa-f:.]+\]:\d{1,5}")  # name or IPv4, or IPv6 in brackets


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


class Mechanism(StrEnum):
    """The SASL mechanisms that both client libraries support without another library."""

    PLAIN = "PLAIN"
    SCRAM_SHA_256 = "SCRAM-SHA-256"
    SCRAM_SHA_512 = "SCRAM-SHA-512"


@dataclass(frozen=True, slots=True)
class Connection:
    """A Kafka cluster and how to log in.  ValueError for a combination that no broker could accept."""

    bootstrap: str  # host:port[,host:port…]
    protocol: Protocol = Protocol.PLAINTEXT
    mechanism: Mechanism = Mechanism.PLAIN
    user: str | None = None
    password: str | None = field(default=None, repr=False)
    ca_file: Path | None = None  # PEM; the system's certificate authorities without it
    cert_file: Path | None = None  # PEM: the client's certificate, where the broker asks for one
    key_file: Path | None = None  # PEM: its key, if it is not in cert_file

    def __post_init__(self) -> None:
        for broken, problem in (
            (
                not self.addresses or not all(map(ADDRESS.fullmatch, self.addresses)),
                f"bootstrap {self.bootstrap!r} names no host:port (several are separated by commas)",
            ),
            (
                self.protocol.authenticates and not (self.user and self.password),
                f"{self.protocol} needs user and password",
            ),
            (
                not self.protocol.encrypts and bool(self.ca_file or self.cert_file or self.key_file),
                f"certificates are given, but {self.protocol} does not use TLS",
            ),
            (bool(self.key_file) and not self.cert_file, "a key file needs its certificate file"),
        ):
            if broken:
                raise ValueError(problem)

    @property
    def addresses(self) -> list[str]:
        """The bootstrap addresses, one ``host:port`` each."""
        return [part.strip() for part in self.bootstrap.split(",") if part.strip()]

    def ssl_context(self) -> ssl.SSLContext | None:
        """The TLS context (host names are verified); None without TLS.  OSError for an unreadable file."""
        if not self.protocol.encrypts:
            return None
        context = ssl.create_default_context(cafile=self.ca_file)
        if self.cert_file:
            context.load_cert_chain(self.cert_file, self.key_file)
        return context

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
