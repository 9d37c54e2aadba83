"""Settings: one frozen object, read once from WIREDESK_… variables and .env.

A wrong value, or a variable that nothing reads, stops the start with its name and what would be right.
"""

from __future__ import annotations

import io
import os
import re
import socket
from collections.abc import Callable, Iterable, Iterator
from functools import cached_property
from pathlib import Path
from typing import Annotated

from dotenv.parser import parse_stream
from pydantic import AfterValidator, Field, SecretStr, ValidationError
from pydantic_core import ErrorDetails
from pydantic_settings import BaseSettings, SettingsConfigDict

from pipeline.connection import Connection, ImpossibleConnection, Mechanism, Protocol
from pipeline.paths import expanded, folder, made_folder, plain_file, readable_file, writable_folder
from pipeline.suggestions import nearest

PREFIX = "WIREDESK_"
ENV_FILE = Path(".env")
PROBLEMS = {  # by pydantic's name
    "string_pattern_mismatch": "use letters, digits, dots, underscores and hyphens only, {most} at most",
    "enum": "give {expected}",
    "greater_than_equal": "give {ge} or more",
    "int_parsing": "give a whole number",
    "less_than_equal": "give {le} or less",
}
OTHERS_IN_ENV_FILE = ("COMPOSE_", "DOCKER_")  # docker compose reads its own settings out of the same file
STATE_HOME = Path(os.environ.get("XDG_STATE_HOME") or "~/.local/state") / "wiredesk"  # a user may have no home
CACHE_HOME = Path(os.environ.get("XDG_CACHE_HOME") or "~/.cache") / "wiredesk"


class Misconfigured(Exception):
    """The settings cannot be used; the message names each variable and what would be right."""


def _that(check: Callable[[Path], Path]) -> AfterValidator:
    """A validator of a path, which may begin with ~."""

    def checked(path: Path) -> Path:
        try:
            return check(expanded(path))
        except OSError as error:
            raise ValueError(f"{error.strerror}; name another path") from None

    return AfterValidator(checked)


ReadableFile = Annotated[Path, _that(readable_file)]
Folder = Annotated[Path, _that(folder)]


class Settings(BaseSettings):
    """All settings.  Every field is a variable: `pace_ms` is WIREDESK_PACE_MS."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, env_file=ENV_FILE, env_file_encoding="utf-8", frozen=True, extra="ignore"
    )

    bootstrap: str = Field("localhost:9092", description="Kafka's address: host:port[,host:port…]")
    security_protocol: Protocol = Field(Protocol.PLAINTEXT, description="how to talk to the broker")
    sasl_mechanism: Mechanism = Field(Mechanism.PLAIN, description="how to log in, with a SASL protocol")
    user: str | None = Field(None, description="SASL user")
    password: SecretStr | None = Field(None, description="SASL password")
    password_file: ReadableFile | None = Field(
        None, description="file that holds it: instead, so that no environment shows it"
    )
    ca_file: ReadableFile | None = Field(None, description="PEM file of the certificate authority")
    cert_file: ReadableFile | None = Field(None, description="PEM file of the client's certificate")
    key_file: ReadableFile | None = Field(None, description="PEM file of its key")

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
    replication: int | None = Field(
        None,
        ge=1,
        le=7,
        description="replication factor of the topics; without it, of new ones: 3 on three brokers, otherwise 1",
    )
    batch_records: int = Field(500, ge=1, le=5000, description="most records of one transaction")
    pace_ms: int = Field(
        20,
        ge=0,
        le=5000,
        description="least time between two transactions of a partition, and between two fetches of a worker",
    )
    transaction_seconds: int = Field(
        20, ge=5, le=120, description="a transaction that takes longer is given up and done again"
    )
    session_seconds: int = Field(10, ge=6, le=120, description="a worker silent for so long loses its partitions")
    health_port: int = Field(0, ge=0, le=65535, description="port of the health page; 0: none")
    health_host: str = Field("127.0.0.1", description="address of the health page")
    alert_rules: ReadableFile | None = Field(
        None, description="YAML file of alert rules; the packaged ones without it"
    )
    routes: ReadableFile | None = Field(
        None, description="YAML file that says which desk gets which alerts; the packaged one without it"
    )
    receivers: ReadableFile | None = Field(
        None, description="YAML file that says who gets the notifications of which desks; nobody does without it"
    )
    feeds: ReadableFile | None = Field(
        None, description="YAML file of the feeds that `wiredesk ingest` takes; its argument goes before it"
    )
    state_dir: Folder = Field(STATE_HOME, description="the embedded broker's data and the workers' scratch files")
    cache_dir: Folder = Field(CACHE_HOME, description="the embedded broker's jars")

    @cached_property
    def connection(self) -> Connection:
        """How to reach Kafka.  Raises Misconfigured."""
        try:
            connection = Connection(
                bootstrap=self.bootstrap,
                protocol=self.security_protocol,
                mechanism=self.sasl_mechanism,
                user=self.user,
                password=self._password(),
                ca_file=self.ca_file,
                cert_file=self.cert_file,
                key_file=self.key_file,
            )
            connection.ssl_context()
        except ImpossibleConnection as error:
            raise Misconfigured(f"{self._variable(error.field)}: {error.problem}") from None
        return connection

    def _variable(self, member: str) -> str:
        """The variable that a member of Connection came out of."""
        if member == "password" and self.password_file:
            return variable("password_file")
        return variable("security_protocol" if member == "protocol" else member)

    def _password(self) -> str | None:
        """The password, out of its variable or its file, of which a line break at the end is no part."""
        if not self.password_file:
            return self.password.get_secret_value() if self.password else None
        name = variable("password_file")
        if self.password:
            raise Misconfigured(f"{variable('password')} and {name} are both set; remove one")
        try:
            password = self.password_file.read_text(encoding="utf-8").rstrip("\r\n")
        except (OSError, UnicodeDecodeError) as error:
            raise Misconfigured(f"{name}: {_why_unreadable(error)}; name a file that holds the password") from None
        if not password:
            raise Misconfigured(f"{name} is '{self.password_file}', which is empty; write the password into it")
        return password

    def made(self, *folders: str) -> Settings:
        """These settings, once these folders of theirs are there and can be written.  Raises Misconfigured."""
        return self._each(made_folder, folders)

    def writable(self, *folders: str) -> Settings:
        """These settings, if these folders of theirs can be written, or made.  Raises Misconfigured."""
        return self._each(writable_folder, folders)

    def _each(self, check: Callable[[Path], object], folders: Iterable[str]) -> Settings:
        for name in folders:
            try:
                check(getattr(self, name))
            except ValueError as error:
                raise Misconfigured(f"{variable(name)} is '{getattr(self, name)}': {error}") from None
        return self


def variable(field: str) -> str:
    """The variable of a field."""
    return PREFIX + field.upper()


def load(**overrides: object) -> Settings:
    """The settings out of the environment, .env and, before both, `overrides`.  Raises Misconfigured."""
    problems = [*_problems(os.environ.items(), ""), *_env_file_problems()]
    if problems:
        raise Misconfigured("\n".join(problems))
    try:
        settings = Settings(**{name: value for name, value in overrides.items() if value is not None})  # type: ignore[arg-type]  # checked by pydantic, field by field
    except ValidationError as error:
        raise Misconfigured("\n".join(map(_sentence, error.errors()))) from None
    _ = settings.connection
    return settings


def _problems(variables: Iterable[tuple[str, str | None]], where: str) -> Iterator[str]:
    """Unknown names and empty values among our variables; Settings checks all other values."""
    for name, value in sorted(variables):
        field = name.upper().removeprefix(PREFIX)
        if field == name.upper():
            continue  # of another program
        if field.lower() not in Settings.model_fields:
            yield f"{where}{name} is not a setting; {_meant(field)}"
        elif not (value or "").strip():
            yield f"{where}{name} is empty; give it a value, or remove it"


def _env_file_problems() -> Iterator[str]:
    """What is wrong with .env: lines that cannot be read, names that nothing reads, empty values."""
    if not (ENV_FILE.exists() or ENV_FILE.is_symlink()):
        return
    try:
        plain_file(ENV_FILE)
        bindings = list(parse_stream(io.StringIO(ENV_FILE.read_text(encoding="utf-8"))))
    except (OSError, ValueError) as error:
        why = _why_unreadable(error)
        yield f"{ENV_FILE} cannot be read ({why}): correct it, remove it, or start in another folder"
        return
    for one in bindings:
        if one.error or (one.key and one.value is None):
            line = one.original.line
            yield f"{ENV_FILE}, line {line} is not NAME=value; correct or remove it"
        elif one.key and not one.key.upper().startswith((PREFIX, *OTHERS_IN_ENV_FILE)):
            yield f"{ENV_FILE}: {one.key} is not a setting of Wiredesk; {_meant(one.key)}"
    ours = [(one.key, one.value) for one in bindings if one.key and one.value is not None]
    yield from _problems(ours, f"{ENV_FILE}: ")


def _why_unreadable(error: OSError | ValueError) -> object:
    """Why a file could not be read; never its content, as Python's error about bytes that are no text has it."""
    if isinstance(error, UnicodeDecodeError):
        return "it is not UTF-8"
    return getattr(error, "strerror", None) or error


def _meant(field: str) -> str:
    """The setting that was probably meant by this name, written with its prefix or without."""
    near = nearest(field, Settings.model_fields)
    return f"did you mean {variable(near)}?" if near else "docs/operations.md#settings lists the names"


def _sentence(error: ErrorDetails) -> str:
    """What pydantic found wrong with a value."""
    facts = error.get("ctx", {})
    most = re.search(r"\{1,(\d+)\}", str(facts.get("pattern")))  # each pattern here has a length
    known = {"error": error["msg"], "most": most and most[1]} | facts
    said = PROBLEMS.get(error["type"], "{error}").format(**known)
    return f"{variable(str(error['loc'][0]))} is {str(error['input'])!r}: {said}"
