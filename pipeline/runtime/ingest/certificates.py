"""The files of certificates that feeds.yaml names."""

from __future__ import annotations

import ssl


class UnusableCertificate(Exception):
    """A certificate, a key or an authority of the feed cannot be used.  The text says which and why."""


def trusting(ca: str | None, purpose: ssl.Purpose = ssl.Purpose.SERVER_AUTH) -> ssl.SSLContext:
    """TLS that trusts the authority in this file, or those of the system.  Raises UnusableCertificate."""
    try:
        return ssl.create_default_context(purpose, cafile=ca)
    except OSError as error:  # ssl.SSLError is one
        raise UnusableCertificate(f"ca {ca} cannot be used: {why_unusable(error)}") from None


def why_unusable(error: OSError | ValueError) -> str:
    """What the system or OpenSSL says of a file."""
    reason = getattr(error, "reason", None)
    return str(reason).lower().replace("_", " ") if reason else getattr(error, "strerror", None) or str(error)
