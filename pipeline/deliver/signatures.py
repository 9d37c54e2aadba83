"""Signatures of Standard Webhooks: HMAC-SHA256 over id, timestamp and body, version `v1`."""

from __future__ import annotations

import base64
import binascii
import hmac
from collections.abc import Iterable, Mapping
from enum import StrEnum

ID, TIMESTAMP, SIGNATURE = "webhook-id", "webhook-timestamp", "webhook-signature"
PREFIX = "whsec_"
KEY_BYTES_MIN, KEY_BYTES_MAX = 24, 64
TOLERANCE_SECONDS = 300  # of a timestamp, before and after now
SIGNATURES_MAX = 20  # of a request that are looked at


def key_of(secret: str) -> bytes:
    """The key of a secret as Standard Webhooks writes it.  Raises ValueError, which never repeats the secret."""
    text = secret.strip().removeprefix(PREFIX)
    try:
        key = base64.b64decode(text + "=" * (-len(text) % 4), validate=True)
    except (binascii.Error, ValueError):
        raise ValueError(
            f"is no secret of Standard Webhooks: write {PREFIX} and Base64, as of `openssl rand -base64 32`"
        ) from None
    if not KEY_BYTES_MIN <= len(key) <= KEY_BYTES_MAX:
        raise ValueError(
            f"has {len(key)} bytes behind its Base64; a secret has {KEY_BYTES_MIN} to {KEY_BYTES_MAX}: "
            f"write {PREFIX} and the output of `openssl rand -base64 32`"
        )
    return key


def signed(keys: Iterable[bytes], id_: str, seconds: int, body: bytes) -> dict[str, str]:
    """The headers of a request: one signature for each key."""
    signatures = " ".join(_signature(key, id_, str(seconds), body) for key in keys)
    return {ID: id_, TIMESTAMP: str(seconds), SIGNATURE: signatures}


class Checked(StrEnum):
    """What is true of the signature of a request."""

    GOOD = "good"
    UNSIGNED = "unsigned"  # a header is missing, or unreadable
    UNTIMELY = "untimely"  # its timestamp is not of now
    FORGED = "forged"  # no key of ours made it


def checked(keys: Iterable[bytes], headers: Mapping[str, str], body: bytes, now_seconds: float) -> Checked:
    """Whether the request is signed with one of the keys, now.  `headers`: by their names in small letters."""
    id_, stamp, signatures = (headers.get(name, "") for name in (ID, TIMESTAMP, SIGNATURE))
    if not (id_ and signatures and stamp.isascii() and stamp.isdigit() and len(stamp) <= 12):
        return Checked.UNSIGNED
    given = [one.encode() for one in signatures.split(" ")[:SIGNATURES_MAX]]
    wanted = [_signature(key, id_, stamp, body).encode() for key in keys]
    # All are compared, so that the time says nothing about which one matched.
    matches = [hmac.compare_digest(one, other) for one in given for other in wanted]
    if not any(matches):
        return Checked.FORGED
    return Checked.GOOD if abs(now_seconds - int(stamp)) <= TOLERANCE_SECONDS else Checked.UNTIMELY


def _signature(key: bytes, id_: str, seconds: str, body: bytes) -> str:
    digest = hmac.digest(key, b".".join((id_.encode("utf-8", "replace"), seconds.encode(), body)), "sha256")
    return f"v1,{base64.b64encode(digest).decode()}"
