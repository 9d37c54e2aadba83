"""Settings: a wrong value stops the start with the variable's name."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from pipeline import settings
from pipeline.connection import Mechanism, Protocol


@pytest.fixture(autouse=True)
def _empty_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No .env of the checkout."""
    monkeypatch.chdir(tmp_path)


@pytest.mark.parametrize(
    ("variable", "value", "message"),
    [
        ("WIREDESK_PACE_MS", "fast", "WIREDESK_PACE_MS is 'fast': give a whole number"),
        ("WIREDESK_PACE_MS", "-1", "WIREDESK_PACE_MS is '-1': give 0 or more"),
        ("WIREDESK_HEALTH_PORT", "65536", "WIREDESK_HEALTH_PORT is '65536': give 65535 or less"),
        (
            "WIREDESK_APP_ID",
            "a b",
            "WIREDESK_APP_ID is 'a b': use letters",
        ),
        ("WIREDESK_APP_ID", "a" * 61, "only, 60 at most"),
        ("WIREDESK_INSTANCE", "{error}", "WIREDESK_INSTANCE is '{error}': use letters"),
        ("WIREDESK_INSTANCE", "a" * 101, "only, 100 at most"),
        ("WIREDESK_SECURITY_PROTOCOL", "TLS", "'TLS': give 'PLAINTEXT', 'SSL', 'SASL_PLAINTEXT' or 'SASL_SSL'"),
        ("WIREDESK_SECURITY_PROTOCOL", "SASL_SSL", "WIREDESK_USER: SASL_SSL needs a user"),
        ("WIREDESK_USER", "desk", "WIREDESK_USER: PLAINTEXT has no login, so it would not be used"),
        ("WIREDESK_PASSWORD", "s3cret", "WIREDESK_PASSWORD: PLAINTEXT has no login"),
        ("WIREDESK_PASSWORD_FILE", __file__, "WIREDESK_PASSWORD_FILE: PLAINTEXT has no login"),
        ("WIREDESK_BOOTSRAP", "kafka:9092", "WIREDESK_BOOTSRAP is not a setting; did you mean WIREDESK_BOOTSTRAP?"),
        ("WIREDESK_BOOTSTRAP", " ", "WIREDESK_BOOTSTRAP is empty"),
    ],
)
def test_wrong_values(monkeypatch: pytest.MonkeyPatch, variable: str, value: str, message: str) -> None:
    """The message names the variable and what would be right."""
    monkeypatch.setenv(variable, value)
    with pytest.raises(settings.Misconfigured) as caught:
        settings.load()
    assert message in str(caught.value)
    assert "s3cret" not in str(caught.value)


def test_security_reaches_every_client(monkeypatch: pytest.MonkeyPatch) -> None:
    """SASL and TLS variables become every client's arguments, Faust's among them; the password is never shown."""
    from pipeline.runtime.worker.faust_app import security

    for name, value in (
        ("SECURITY_PROTOCOL", "SASL_SSL"),
        ("SASL_MECHANISM", "SCRAM-SHA-512"),
        ("USER", "desk"),
        ("PASSWORD", "s3cret"),
    ):
        monkeypatch.setenv(f"WIREDESK_{name}", value)
    found = settings.load()
    arguments = found.connection.arguments()
    assert (arguments["security_protocol"], arguments["sasl_mechanism"]) == ("SASL_SSL", "SCRAM-SHA-512")
    assert arguments["sasl_plain_password"] == "s3cret"
    credentials = security(found.connection)["broker_credentials"]
    assert (credentials.protocol.value, credentials.mechanism.value) == ("SASL_SSL", "SCRAM-SHA-512")
    assert "s3cret" not in repr(found) + repr(found.connection) + repr(credentials)
    assert found.connection.protocol is Protocol.SASL_SSL
    assert found.connection.mechanism is Mechanism.SCRAM_SHA_512


def test_overrides_win(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A command's own value wins over the environment, that over .env, that over the default."""
    (tmp_path / ".env").write_text("WIREDESK_PACE_MS=1\nWIREDESK_REPLICATION=2\n")
    monkeypatch.setenv("WIREDESK_PACE_MS", "2")
    found = settings.load(bootstrap="a:1")
    assert (found.bootstrap, found.pace_ms, found.replication, found.batch_records) == ("a:1", 2, 2, 500)


@pytest.mark.parametrize(
    ("make", "problem"),
    [
        (lambda path: path.mkdir(), "folder"),
        (lambda path: path.symlink_to("gone"), "link to gone"),
        (os.mkfifo, "pipe"),
        (lambda path: path.write_bytes(b"\xff"), "not UTF-8"),
    ],
)
def test_an_env_file_that_cannot_be_read_stops_the_start(
    make: Callable[[Path], object], problem: str, tmp_path: Path
) -> None:
    """What it was to say is not known; a pipe would be waited for without end."""
    make(tmp_path / ".env")
    with pytest.raises(settings.Misconfigured, match=problem):
        settings.load()


def test_a_path_may_begin_with_the_home_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A shell writes it out, but no shell reads .env."""
    monkeypatch.setenv("HOME", str(tmp_path))
    (tmp_path / ".env").write_text("WIREDESK_STATE_DIR=~/state\n")
    assert settings.load().state_dir == tmp_path / "state"
