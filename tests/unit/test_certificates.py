"""A certificate that has expired, of the broker or of the client, is a sentence with its remedy, not a time-out."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import trustme
from click.testing import CliRunner

from pipeline.cli import main
from pipeline.runtime.exit_codes import EXIT_SETTINGS
from pipeline.settings import PREFIX
from tests.serving import serving

LAST_YEAR = datetime.now(UTC) - timedelta(days=365)
HOST = "localhost"


@contextmanager
def tls_server(context: ssl.SSLContext) -> Iterator[str]:
    """The address of a server that makes TLS connections and closes them."""

    def handshake(plain: socket.socket) -> None:
        with context.wrap_socket(plain, server_side=True) as connection:
            connection.recv(1)

    with serving(handshake, HOST) as address:
        yield address


@pytest.mark.parametrize(
    ("broker_ends", "client_ends", "said"),
    [
        (LAST_YEAR, None, "is not valid at this time: renew it, or set this machine's clock"),
        (None, LAST_YEAR, "does not accept this client's certificate: set WIREDESK_CERT_FILE"),
    ],
    ids=["the broker's", "the client's"],
)
@pytest.mark.parametrize(
    "words", [("topics", "check"), ("tail", "--no-follow"), ("doctor",)], ids=lambda one: one[0]
)
def test_an_expired_certificate(
    words: tuple[str, ...], broker_ends: datetime | None, client_ends: datetime | None, said: str, tmp_path: Path
) -> None:
    """Every command names whose it is; a setting or the certificate has to change, so no code says: try again."""
    authority = trustme.CA()
    authority.cert_pem.write_to_path(tmp_path / "ca.pem")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(HOST, not_after=broker_ends).configure_cert(context)
    variables = {"SECURITY_PROTOCOL": "SSL", "CA_FILE": str(tmp_path / "ca.pem"), "STATE_DIR": str(tmp_path)}
    if client_ends:
        authority.configure_trust(context)
        context.verify_mode = ssl.CERT_REQUIRED
        client = authority.issue_cert("client.example", not_after=client_ends)
        client.private_key_and_cert_chain_pem.write_to_path(tmp_path / "client.pem")
        variables["CERT_FILE"] = str(tmp_path / "client.pem")
    with tls_server(context) as address:
        environment = {PREFIX + name: value for name, value in {**variables, "BOOTSTRAP": address}.items()}
        done = CliRunner().invoke(main, words, env=environment)
    shown = " ".join(done.output.split())
    if words == ("doctor",):
        assert said.split(":")[0] in shown, done.output
    else:
        assert (done.exit_code, said in shown) == (EXIT_SETTINGS, True), done.output
