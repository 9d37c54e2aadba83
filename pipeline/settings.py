"""Settings: one frozen object, read once from WIREDESK_… variables and .env.

A wrong value, or a variable that nothing reads, stops the start with its name and what would be right.
"""

from __future__ import annotations

import difflib
import os
import socket
from functools import cached_property
from pathlib import Path

from pydantic import Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from pipeline.connection import Connection, Mechanism, Protocol

PREFIX = "WIREDESK_"
STATE_HOME = Path(os.environ.get("XDG_STATE_HOME") or Path.home() / ".local" / "state") / "wiredesk"
CACHE_HOME = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "wiredesk"


class Misconfigured(Exception):
    """The settings cannot be used; the message names each variable and what would be right."""


class Settings(BaseSettings):
    """All settings.  Every field is a variable: `pace_ms` is WIREDESK_PACE_MS."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, env_file=".env", frozen=True, extra="ignore")

    bootstrap: str = Field("localhost:9092", description="Kafka's address: host:port[,host:port…]")
    security_protocol: Protocol = Field(Protocol.PLAINTEXT, description="how to talk to the broker")
    sasl_mechanism: Mechanism = Field(Mechanism.PLAIN, description="how to log in, with a SASL protocol")
    user: str | None = Field(None, description="SASL user")
    password: SecretStr | None = Field(None, description="SASL password")
    ca_file: Path | None = Field(None, description="PEM file of the certificate authority")
    cert_file: Path | None = Field(None, description="PEM file of the client's certificate")
    key_file: Path | None = Field(None, description="PEM file of its key")

    app_id: str = Field(
        "wiredesk",
        pattern=r"^[A-Za-z0-9._-]{1,60}$",
        description="names this deployment: consumer groups and transactional ids begin with it; two deployments "
        "on one cluster must differ",
    )
    instance: str = Field(
        default_factory=socket.gethostname,
        pattern=r"^[A-Za-z0-9._-]{1,100}$",
        description="this worker's stable name (static membership); unique among the workers of a room",
    )
    replication: int = Field(1, ge=1, le=7, description="replication factor of the topics that are created")
    batch_records: int = Field(500, ge=1, le=5000, description="most records of one transaction")
    pace_ms: int = Field(20, ge=0, le=5000, description="least time between two transactions of a partition")
    transaction_seconds: int = Field(
        20, ge=5, le=120, description="a transaction that takes longer ends the worker"
    )
    session_seconds: int = Field(10, ge=6, le=120, description="a worker silent for so long loses its partitions")
    health_port: int = Field(0, ge=0, le=65535, description="port of the health page; 0: none")
    health_host: str = Field("127.0.0.1", description="address of the health page")
    alert_rules: Path | None = Field(None, description="YAML file of alert rules; the packaged ones without it")
    state_dir: Path = Field(STATE_HOME, description="the embedded broker's data and the workers' scratch files")
    cache_dir: Path = Field(CACHE_HOME, description="the embedded broker's jars")

    @cached_property
    def connection(self) -> Connection:
        """How to reach Kafka.  Raises Misconfigured."""
        try:
            return Connection(
                bootstrap=self.bootstrap,
                protocol=self.security_protocol,
                mechanism=self.sasl_mechanism,
                user=self.user,
                password=self.password.get_secret_value() if self.password else None,
                ca_file=self.ca_file,
                cert_file=self.cert_file,
                key_file=self.key_file,
            )
        except ValueError as error:
            raise Misconfigured(f"{PREFIX}SECURITY_PROTOCOL and its companions: {error}") from None


def load(**overrides: object) -> Settings:
    """The settings out of the environment, .env and, before both, `overrides`.  Raises Misconfigured."""
    known = {PREFIX + name.upper() for name in Settings.model_fields}
    problems = [
        f"{name} is no setting"
        + "".join(f"; did you mean {near}?" for near in difflib.get_close_matches(name, known, 1))
        for name in sorted(os.environ)
        if name.startswith(PREFIX) and name not in known
    ]
    try:
        settings = Settings(**{name: value for name, value in overrides.items() if value is not None})  # type: ignore[arg-type]  # checked by pydantic, field by field
        _ = settings.connection
    except ValidationError as error:
        problems += [
            f"{PREFIX}{str(problem['loc'][0]).upper()} is {problem['input']!r}: {problem['msg']}"
            for problem in error.errors()
        ]
    if problems:
        raise Misconfigured("\n".join(problems))
    return settings
