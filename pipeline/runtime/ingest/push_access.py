"""Who may send: by a bearer token, or by a signature of Standard Webhooks."""

from __future__ import annotations

import hmac
from collections.abc import Mapping

from pipeline.deliver import signatures
from pipeline.deliver.signatures import Checked, checked

TOKEN_CHARACTERS_MIN = 16
BEARER = "bearer "


class Access:
    """The secrets of a feed.  Raises ValueError for one that cannot be right; no text shows any."""

    def __init__(self, secrets: tuple[str, ...]) -> None:
        self._keys = [signatures.key_of(one) for one in secrets if one.startswith(signatures.PREFIX)]
        self._tokens = [one.encode() for one in secrets if not one.startswith(signatures.PREFIX)]
        if any(len(token) < TOKEN_CHARACTERS_MIN for token in self._tokens):
            raise ValueError(
                f"has a token of less than {TOKEN_CHARACTERS_MIN} characters; make one with `openssl rand -hex 32`"
            )

    @property
    def is_open(self) -> bool:
        """Whether anybody may send who reaches it."""
        return not self._keys and not self._tokens

    def may_send(self, headers: Mapping[str, str]) -> bool:
        """Whether a request with these headers may be read: it has a token, or a signature to be checked."""
        return self.is_open or self._has_token(headers) or bool(self._keys and headers.get(signatures.SIGNATURE))

    def is_good(self, headers: Mapping[str, str], body: bytes, now_seconds: float) -> bool:
        """Whether the request may be taken.  `headers`: by their names in small letters."""
        if self.is_open or self._has_token(headers):
            return True
        return bool(self._keys) and checked(self._keys, headers, body, now_seconds) is Checked.GOOD

    def _has_token(self, headers: Mapping[str, str]) -> bool:
        given = headers.get("authorization", "")
        if not given.lower().startswith(BEARER):
            return False
        token = given[len(BEARER) :].strip().encode("utf-8", "replace")
        matches = [hmac.compare_digest(token, one) for one in self._tokens]  # all: the time says nothing
        return any(matches)
