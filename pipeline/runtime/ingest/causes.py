"""Why the other side is not reached, in words for an operator: the cause, and what to look at.

A library's own error says little (`HTTPClientError`).  Behind it, in one place or another, is that of the system or
of OpenSSL, which has a row here.
"""

from __future__ import annotations

import errno
import http.client
import re
import socket
import ssl
from collections.abc import Iterator

OF_SYSTEM = "the system has to trust its authority (SSL_CERT_FILE)"
OF_CA = "name its authority in `ca`"
SHOWN_CHARACTERS_MAX = 200
ERRORS_MAX = 50  # that are looked at

HUNG_UP = "it hung up; look at the port, and whether this machine may connect"
TIMED_OUT = "no answer in time; look at the address and the port, and at firewalls in between"
UNKNOWN = "its name is not known; look at the address"
NO_WAY = "no way leads there; look at the address and at the network"
BY_NUMBER = {
    socket.EAI_AGAIN: "its name cannot be looked up now; look at the network and its name servers",
    errno.ECONNREFUSED: "nothing listens there; look at the address and the port",
    errno.ECONNRESET: HUNG_UP,
    errno.ECONNABORTED: HUNG_UP,
    errno.EPIPE: HUNG_UP,
    errno.ETIMEDOUT: TIMED_OUT,
    errno.ENETUNREACH: NO_WAY,
    errno.EHOSTUNREACH: NO_WAY,
    errno.ENETDOWN: NO_WAY,
    errno.EADDRNOTAVAIL: "it is no address that this machine can use; look at it",
    errno.EADDRINUSE: "another program listens there; free the port",
    errno.EACCES: "this user may not; look at its rights, and take a port beyond 1023 to listen at",
    errno.EMFILE: "too many files are open; raise their limit (ulimit -n)",
}
BY_KIND = (
    (socket.gaierror, UNKNOWN),
    (UnicodeError, UNKNOWN),  # of a name that no resolver takes
    (ConnectionError, HUNG_UP),  # without a number: http.client's
    (TimeoutError, TIMED_OUT),
    (http.client.HTTPException, "what answers there speaks no HTTP; look at the port"),
)
# By what OpenSSL answers when it is asked for a certificate's fault (X509_V_ERR_…).
CERTIFICATE_REMEDIES = {
    9: "look at the clock of this machine",  # not valid yet
    10: "its owner has to renew it",  # expired
    62: "write the name that the certificate has",  # of another host
    64: "write the name that the certificate has",  # of another address
}
NONE_SAFE = "the other side speaks none, or none that is safe"
NO_TLS = {
    "WRONG_VERSION_NUMBER",
    "HTTP_REQUEST",
    "UNSUPPORTED_PROTOCOL",
    "RECORD_LAYER_FAILURE",
    "PACKET_LENGTH_TOO_LONG",
}
_NUMBER = re.compile(r"\[Errno (-?\d+)\]")


def why_not(error: BaseException, authority: str = OF_SYSTEM) -> str:
    """The cause and its remedy: of the error or, behind it, the first that has a row; else what the last one says.

    `authority`: what to do about one that is not known.
    """
    behind = list(_chain(error))
    for one in behind:
        if found := _of_tls(one, authority) or _of_system(one):
            return found
    texts = (text for one in reversed(behind) if (text := getattr(one, "strerror", None) or str(one)))
    return _shown(next(texts, type(error).__name__))


def _of_tls(error: BaseException, authority: str) -> str:
    if fault := getattr(error, "verify_message", ""):
        remedy = CERTIFICATE_REMEDIES.get(getattr(error, "verify_code", 0), authority)
        return f"its certificate is not accepted: {fault.rstrip('.')}; {remedy}"
    if isinstance(error, ssl.SSLEOFError | ssl.SSLZeroReturnError):
        return HUNG_UP
    reason = getattr(error, "reason", None)
    if not isinstance(error, ssl.SSLError) or not reason:
        return ""
    said = NONE_SAFE if reason in NO_TLS else reason.lower().replace("_", " ")
    return f"no agreement on TLS: {said}; look at the port, and at what is set on both sides"


def _of_system(error: BaseException) -> str:
    number = _NUMBER.search(str(error))  # in words alone, where several addresses were tried
    found = BY_NUMBER.get(getattr(error, "errno", None) or (int(number[1]) if number else 0))
    return found or next((sentence for kind, sentence in BY_KIND if isinstance(error, kind)), "")


def _chain(error: BaseException) -> Iterator[BaseException]:
    """The error and all behind it, those that are near first."""
    waiting, seen = [error], set[int]()
    while waiting and len(seen) < ERRORS_MAX:
        one = waiting.pop(0)
        if id(one) in seen:
            continue
        seen.add(id(one))
        yield one
        named = (getattr(one, name, None) for name in ("os_error", "certificate_error", "reason"))
        own = (*named, *one.args, *getattr(one, "kwargs", {}).values())  # of aiohttp, urllib3, botocore
        before = (one.__cause__, None if one.__suppress_context__ else one.__context__)
        waiting += [each for each in (*own, *before) if isinstance(each, BaseException)]


def _shown(text: str) -> str:
    return "".join(one if one.isprintable() else " " for one in text)[:SHOWN_CHARACTERS_MAX]
