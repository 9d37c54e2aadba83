"""What can be wrong on the way to a broker, each with the sentence and the exit code for it."""

from __future__ import annotations

from enum import Enum

from pipeline.runtime.exit_codes import EXIT_REFUSED, EXIT_SETTINGS, EXIT_UNREACHABLE


class Trouble(Enum):
    """What can be wrong with a contact: cause, remedy, exit code.  Of several the last one here is reported."""

    SILENT = (
        "no Kafka broker answers at {address}",
        "correct WIREDESK_BOOTSTRAP, or let this machine through a firewall",
        EXIT_UNREACHABLE,
    )
    HANGS = (
        "{address} takes connections and says nothing",
        "it hangs, or is overloaded: start it again if it does not go on (the embedded one by "
        "`wiredesk broker stop` and `start`); if it is no Kafka broker, correct WIREDESK_BOOTSTRAP",
        EXIT_UNREACHABLE,
    )
    UNKNOWN_HOST = (
        "this machine cannot resolve the host {host}",
        "correct WIREDESK_BOOTSTRAP ({address}), or the machine's DNS",
        EXIT_UNREACHABLE,
    )
    NOTHING_LISTENS = (
        "nothing listens at {address}",
        "start the broker (`wiredesk broker start` starts the embedded one), or set WIREDESK_BOOTSTRAP "
        "to where it is",
        EXIT_UNREACHABLE,
    )
    HANGS_UP = (
        "{address} takes connections and closes them without an answer",
        "wait for the broker to start, if this is a proxy before it; else correct WIREDESK_BOOTSTRAP",
        EXIT_UNREACHABLE,
    )
    NOT_KAFKA = (
        "what listens at {address} is not a Kafka broker's port for clients",
        "correct WIREDESK_BOOTSTRAP",
        EXIT_SETTINGS,
    )
    ENCRYPTED = (
        "{address} speaks TLS, but WIREDESK_SECURITY_PROTOCOL is {protocol}",
        "set it to {with_tls}",
        EXIT_SETTINGS,
    )
    NOT_ENCRYPTED = (
        "{address} does not speak TLS, but WIREDESK_SECURITY_PROTOCOL is {protocol}",
        "set it to {without_tls}, or WIREDESK_BOOTSTRAP to the broker's TLS port",
        EXIT_SETTINGS,
    )
    OTHER_NAME = (
        "the certificate at {address} is for another name than {host}",
        "write a name in WIREDESK_BOOTSTRAP that the certificate has",
        EXIT_SETTINGS,
    )
    EXPIRED = (
        "the certificate at {address} is not valid at this time",
        "renew it, or set this machine's clock",
        EXIT_SETTINGS,
    )
    UNTRUSTED = (
        "the certificate at {address} is from an authority that is not trusted here",
        "set WIREDESK_CA_FILE to the PEM file of the broker's certificate authority",
        EXIT_SETTINGS,
    )
    CLIENT_CERTIFICATE = (
        "{address} does not accept this client's certificate",
        "set WIREDESK_CERT_FILE and WIREDESK_KEY_FILE to one that the broker knows",
        EXIT_SETTINGS,
    )
    LOGIN_NEEDED = (
        "{address} wants a login, but WIREDESK_SECURITY_PROTOCOL is {protocol}",
        "set it to {with_login}, with WIREDESK_USER and WIREDESK_PASSWORD",
        EXIT_SETTINGS,
    )
    NO_LOGIN = (
        "{address} takes no login, but WIREDESK_SECURITY_PROTOCOL is {protocol}",
        "set it to {without_login} and remove user and password, or "
        "set WIREDESK_BOOTSTRAP to the port with the login",
        EXIT_SETTINGS,
    )
    MECHANISM = (
        "{address} does not take the mechanism {mechanism}",
        "set WIREDESK_SASL_MECHANISM to one of the broker's",
        EXIT_SETTINGS,
    )
    LOGIN = (
        "{address} refuses the login of the user {user!r}",
        "correct WIREDESK_USER or WIREDESK_PASSWORD (mechanism {mechanism})",
        EXIT_REFUSED,
    )

    def __init__(self, cause: str, remedy: str, exit_code: int) -> None:
        self.cause, self.remedy, self.exit_code = cause, remedy, exit_code
