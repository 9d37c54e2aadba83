"""Why a broker cannot be used: one sentence with the cause and the remedy, and the exit code.

Both client libraries hide why a first contact failed: they say that they cannot bootstrap.  So `why_unreachable`
contacts each address once, and Trouble says what its error means.  `needing` names the right that an action needs.
"""

from __future__ import annotations

import asyncio
import logging
import socket
import ssl
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any

from aiokafka import errors as aiokafka_errors
from aiokafka.conn import AIOKafkaConnection, create_conn
from aiokafka.protocol.metadata import MetadataRequest
from kafka.errors import AuthorizationError

from pipeline.connection import Connection
from pipeline.runtime import certificate_faults
from pipeline.runtime.exit_codes import EXIT_REFUSED, EXIT_UNREACHABLE
from pipeline.runtime.kafka.troubles import Trouble
from pipeline.runtime.progress import waiting

CONTACT_SECONDS = 3.0  # one address; a broker that works answers within 0.1
LISTEN_SECONDS = 1.0  # for what a server says of itself after a handshake
AGAIN_SECONDS = 0.5  # from a trouble that looks final to the second look
RIGHTS = "docs/operations.md#security lists the rights of each principal"


class Refusal(Exception):
    """The broker cannot be used: cause and remedy, one sentence together, and the exit code."""

    def __init__(self, cause: str, remedy: str, code: int) -> None:
        super().__init__(f"{cause}: {remedy}")
        self.cause, self.remedy, self.code = cause, remedy, code

    @property
    def is_final(self) -> bool:
        """Whether trying again cannot help until a setting or a right has changed."""
        return self.code != EXIT_UNREACHABLE


class Forbidden(Refusal):
    """The user lacks a right."""

    def __init__(self, connection: Connection, action: str, right: str) -> None:
        user = f"the user {connection.user!r}" if connection.protocol.authenticates else "this client"
        cause = f"the broker does not let {user} {action}"
        super().__init__(cause, f"give it {right} ({RIGHTS})", EXIT_REFUSED)


class Unreachable(Refusal):
    """The broker cannot be reached, and it is known why."""

    def __init__(self, trouble: Trouble, cause: str, remedy: str) -> None:
        super().__init__(cause, remedy, trouble.exit_code)
        self.trouble = trouble


ORDER = list(Trouble)
API_VERSIONS = bytes.fromhex("0000000a 0012 0000 00000001 ffff")  # a request that every broker answers


@dataclass(frozen=True, slots=True)
class FailedContact:
    """What went wrong at one address; `via` is the address of the broker that named it."""

    trouble: Trouble
    address: str
    via: str | None = None

    def refusal(self, connection: Connection) -> Unreachable:
        """The trouble as an error with its sentence."""
        protocol = connection.protocol
        cause, remedy = (
            text.format(
                address=self.address,
                host=self.address.rpartition(":")[0],
                user=connection.user,
                mechanism=connection.mechanism,
                protocol=protocol,
                with_tls=protocol.changed(encrypts=True),
                without_tls=protocol.changed(encrypts=False),
                with_login=protocol.changed(authenticates=True),
                without_login=protocol.changed(authenticates=False),
            )
            for text in (self.trouble.cause, self.trouble.remedy)
        )
        if self.via:
            way = f"the broker at {self.via} sends its clients on to {self.address} (its advertised.listeners)"
            cause = f"{way}: {cause}"
        return Unreachable(self.trouble, cause, remedy)


def why_unreachable(connection: Connection) -> Unreachable | None:
    """What is wrong with the way to the broker; None if it answers now.

    Takes CONTACT_SECONDS an address, and some seconds more where what answers has to be found out.  A trouble that
    looks final must be seen twice, because a broker that is stopping hangs up too.
    """
    with _quiet(), waiting(f"waiting for an answer from {connection.bootstrap}"):
        refusal = asyncio.run(contact(connection))
        if refusal is None or not refusal.is_final:
            return refusal
        time.sleep(AGAIN_SECONDS)
        return asyncio.run(contact(connection))


async def contact(connection: Connection) -> Unreachable | None:
    """Contact the addresses, then the brokers that they name.

    Returns None if one of them answers, else the trouble that is last in the order of Trouble.
    """
    found: list[FailedContact] = []
    for address in connection.addresses:
        brokers = await _ask(connection, address)
        if isinstance(brokers, Trouble):
            found.append(FailedContact(brokers, address))
            continue
        further = [(other, await _ask(connection, other)) for other in brokers if other not in connection.addresses]
        troubles = [
            FailedContact(answer, other, address) for other, answer in further if isinstance(answer, Trouble)
        ]
        if not troubles or len(troubles) < len(brokers):
            return None
        found += troubles
    return max(found, key=lambda one: ORDER.index(one.trouble)).refusal(connection)


async def _ask(connection: Connection, address: str) -> list[str] | Trouble:
    """The addresses of the cluster's brokers, as the broker at this address names them; or what is wrong."""
    host, _, port = address.rpartition(":")
    host = host.strip("[]")
    security = {name: value for name, value in connection.arguments().items() if name != "bootstrap_servers"}
    opened: AIOKafkaConnection | None = None
    try:
        async with asyncio.timeout(CONTACT_SECONDS):
            opened = await create_conn(host, int(port), **security)
            metadata = await opened.send(MetadataRequest([]))
            return [f"[{name}]:{at}" if ":" in name else f"{name}:{at}" for _, name, at, *_ in metadata.brokers]
    except (OSError, aiokafka_errors.KafkaError, ValueError) as error:
        return _trouble(error, connection, host, int(port), is_connected=opened is not None)
    finally:
        if opened:
            opened.close()


def _trouble(error: BaseException, connection: Connection, host: str, port: int, is_connected: bool) -> Trouble:
    """What an error of a contact means."""
    encrypts, authenticates = connection.protocol.encrypts, connection.protocol.authenticates
    match error.__cause__ if isinstance(error.__cause__, ssl.SSLError) else error:
        case ssl.SSLCertVerificationError(verify_code=code):
            by_name = Trouble.OTHER_NAME if code in certificate_faults.OF_NAME else Trouble.UNTRUSTED
            return Trouble.EXPIRED if code in certificate_faults.OF_TIME else by_name
        case ssl.SSLError() as refused if _refuses_certificate(refused):
            return Trouble.CLIENT_CERTIFICATE
        case socket.gaierror():
            return Trouble.UNKNOWN_HOST
        case ConnectionRefusedError():
            return Trouble.NOTHING_LISTENS
        case aiokafka_errors.SaslAuthenticationFailed() | aiokafka_errors.AuthenticationFailedError():
            return Trouble.LOGIN
        case aiokafka_errors.UnsupportedSaslMechanismError():
            return Trouble.MECHANISM
        case aiokafka_errors.IllegalSaslStateError():
            return Trouble.NO_LOGIN
        case TimeoutError():
            return Trouble.HANGS if is_connected or _takes_connections(host, port) else Trouble.SILENT
    if is_connected:  # it said which API versions it has, and hung up on the first request
        return Trouble.NOT_KAFKA if authenticates else Trouble.LOGIN_NEEDED
    if encrypts:
        return _trouble_of_tls(connection, host, port)
    if _speaks_tls(host, port):
        return Trouble.ENCRYPTED
    return Trouble.HANGS_UP if _hangs_up(host, port) else Trouble.NOT_KAFKA


def _refuses_certificate(error: ssl.SSLError) -> bool:
    """Whether the server said that it does not accept the client's certificate."""
    return "ALERT" in (error.reason or "") and "CERT" in (error.reason or "")


def _trouble_of_tls(connection: Connection, host: str, port: int) -> Trouble:
    """Why a connection with TLS ended without an answer.

    In TLS 1.3 a client's certificate is refused after the handshake.  Who has sent something by then may get a
    reset, and never the reason, so this only listens.
    """
    context = connection.ssl_context()
    assert context
    is_encrypted = False
    try:
        with (
            socket.create_connection((host, port), CONTACT_SECONDS) as plain,
            context.wrap_socket(plain, server_hostname=host) as encrypted,
        ):
            is_encrypted = True
            encrypted.settimeout(LISTEN_SECONDS)
            encrypted.recv(1)
    except ssl.SSLError as error:
        if _refuses_certificate(error):
            return Trouble.CLIENT_CERTIFICATE
    except OSError:
        pass  # whether it was before or after the handshake says all that is known
    return Trouble.HANGS_UP if is_encrypted else Trouble.NOT_ENCRYPTED


def _speaks_tls(host: str, port: int) -> bool:
    """Whether a server there starts TLS.  Nothing is sent over it, so its certificate does not matter."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    with (
        suppress(OSError),
        socket.create_connection((host, port), CONTACT_SECONDS) as plain,
        context.wrap_socket(plain),
    ):
        return True
    return False


def _takes_connections(host: str, port: int) -> bool:
    """Whether somebody is there: what a firewall drops is never taken."""
    with suppress(OSError), socket.create_connection((host, port), LISTEN_SECONDS):
        return True
    return False


def _hangs_up(host: str, port: int) -> bool:
    """Whether a request gets no byte of an answer: so does a proxy whose broker is away, or one that starts."""
    try:
        with socket.create_connection((host, port), CONTACT_SECONDS) as plain:
            plain.sendall(API_VERSIONS)
            return not plain.recv(1)
    except TimeoutError:
        return False
    except OSError:
        return True


@contextmanager
def _quiet() -> Iterator[None]:
    """aiokafka logs what it raises as well."""
    log = logging.getLogger("aiokafka")
    level = log.level
    log.setLevel(logging.CRITICAL + 1)
    try:
        yield
    finally:
        log.setLevel(level)


@contextmanager
def needing(connection: Connection, action: str, right: str) -> Iterator[None]:
    """Raises Forbidden if the broker refuses what is done inside for lack of a right."""
    try:
        yield
    except AuthorizationError as error:
        raise Forbidden(connection, action, right) from error


ROOM_RIGHTS = {  # Kafka's error code, in both libraries `errno` -> what a room may not do, and the right it needs
    29: ("use a topic of this room", "Read, Write and Describe on its topics"),
    30: ("join the group of this room", "Read and Describe on the group"),
    31: ("begin transactions", "Write and Describe on the transactional ids of this room"),
    53: ("use the transactional ids of this room", "Write and Describe on them, as a prefix"),
}


def missing_right(
    connection: Connection, error: BaseException, rights: Mapping[int, tuple[str, str]] = ROOM_RIGHTS
) -> Forbidden | None:
    """The right that a process lacks, if that is what an error of either library says; else None.

    `rights`: by Kafka's error code, what it may not do, and the right it needs.
    """
    errno: Any = getattr(error, "errno", None)
    if isinstance(error, OSError) or errno not in rights:
        return None
    return Forbidden(connection, *rights[errno])
