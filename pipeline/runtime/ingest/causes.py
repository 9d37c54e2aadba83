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

from pipeline.runtime import certificate_faults

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
    (ConnectionError, HUNG_UP),  # without a number: http.client's
    (TimeoutError, TIMED_OUT),
    (http.client.HTTPException, "what answers there speaks no HTTP; look at the port"),
)
CERTIFICATE_REMEDIES = {
    certificate_faults.NOT_YET_VALID: "look at the clock of this machine",
    certificate_faults.EXPIRED: "its owner has to renew it",
    certificate_faults.OTHER_HOST: "write the name that the certificate has",
    certificate_faults.OTHER_ADDRESS: "write the name that the certificate has",
}
NONE_SAFE = "the other side speaks none, or none that is safe"
NO_TLS = {
    "WRONG_VERSION_NUMBER",
    "HTTP_REQUEST",
    "UNSUPPORTED_PROTOCOL",
    "RECORD_LAYER_FAILURE",
    "PACKET_LENGTH_TOO_LONG",
}
# Of a name with several addresses, these say that this machine cannot use one of them: seldom the cause.
SAYS_LITTLE = {errno.ENETUNREACH, errno.EHOSTUNREACH, errno.ENETDOWN, errno.EADDRNOTAVAIL, errno.EAFNOSUPPORT}
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
    in_words = map(int, _NUMBER.findall(str(error)))  # alone, where several addresses were tried
    numbers = [own] if (own := getattr(error, "errno", None)) else sorted(in_words, key=SAYS_LITTLE.__contains__)
    if found := next((BY_NUMBER[one] for one in numbers if one in BY_NUMBER), ""):
        return found
    if _is_of_a_name(error):
        return UNKNOWN
    return next((sentence for kind, sentence in BY_KIND if isinstance(error, kind)), "")


def _is_of_a_name(error: BaseException) -> bool:
    """Whether it is about a name that no resolver takes; what another codec cannot read is no name."""
    is_other = isinstance(error, UnicodeEncodeError | UnicodeDecodeError) and error.encoding != "idna"
    return isinstance(error, UnicodeError) and not is_other


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
