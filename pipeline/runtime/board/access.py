"""Who may see and do what: one-time tokens, signed sessions, proxies that are trusted, and where a form comes from.

Sessions are signed and not stored: they outlive a restart, and a forged or an expired one is none.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import ipaddress
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from pipeline.outside import clean_line

COOKIE = "wiredesk_board"
SESSION_SECONDS = 12 * 3600
SECRET_BYTES = 32
NAME_CHARACTERS_MAX = 200
TOKEN_BYTES_MIN = 16  # of a token in a file
SAFE_SITES = frozenset({"same-origin", "none"})

Network = ipaddress.IPv4Network | ipaddress.IPv6Network


@dataclass
class Access:
    """The rules of one board."""

    secret: bytes
    token: str
    hosts: frozenset[str]  # names, with port, by which the board may be called
    is_token_reusable: bool = False  # of a file; a printed one serves once
    proxy_header: str = ""  # names the user; believed only from `proxies`
    proxies: tuple[Network, ...] = ()
    clock: Callable[[], float] = time.time
    _is_used: bool = field(default=False)

    def who(self, cookie: str, peer: str, proxied: str) -> str:
        """The user of a request; empty if nobody is logged in.  `proxied`: what the proxy's header says."""
        if self.proxy_header and proxied and self._is_proxy(peer):
            return clean_line(proxied)[:NAME_CHARACTERS_MAX]
        return self._who_of(cookie)

    def _is_proxy(self, peer: str) -> bool:
        try:
            address = ipaddress.ip_address(peer)
        except ValueError:
            return False
        return any(address in network for network in self.proxies)

    def log_in(self, token: str, name: str) -> str:
        """A session for who has the token; empty if it is wrong, or was used."""
        name = clean_line(name)[:NAME_CHARACTERS_MAX]
        right = hmac.compare_digest(token.encode(), self.token.encode())
        if not (right and name) or (self._is_used and not self.is_token_reusable):
            return ""
        self._is_used = True
        packed = base64.urlsafe_b64encode(name.encode()).decode()
        value = f"{packed}.{int(self.clock()) + SESSION_SECONDS}.{secrets.token_urlsafe(9)}"
        return f"{value}.{self._sign('session', value)}"

    def _who_of(self, cookie: str) -> str:
        value, _, signature = cookie.rpartition(".")
        if not value or not hmac.compare_digest(signature.encode(), self._sign("session", value).encode()):
            return ""
        packed, expires, _ = value.split(".")  # signed, so it is ours
        return base64.urlsafe_b64decode(packed).decode() if int(expires) > self.clock() else ""

    def form_token(self, cookie: str, who: str) -> str:
        """What a form of this session has to bring back."""
        return self._sign("form", cookie or f"proxy {who}")

    def may_post(self, form_token: str, cookie: str, who: str) -> bool:
        """Whether a form is one that this session was given."""
        return hmac.compare_digest(form_token.encode(), self.form_token(cookie, who).encode())

    def is_host(self, host: str) -> bool:
        """Whether the board may be called so: a page elsewhere whose name leads here by DNS is refused."""
        return host.lower() in self.hosts

    def is_same_origin(self, origin: str, site: str, host: str) -> bool:
        """Whether a form comes from a page of ours, by what the browser says of it; without a word it does not."""
        if site and site not in SAFE_SITES:
            return False
        if origin:
            return origin.lower() in (f"http://{host.lower()}", f"https://{host.lower()}")
        return site in SAFE_SITES

    def _sign(self, purpose: str, value: str) -> str:
        return hmac.new(self.secret, f"{purpose}\0{value}".encode(), hashlib.sha256).hexdigest()


def kept_secret(path: Path) -> bytes:
    """The secret in this file, which is made if it is not there.  Only its owner may read it."""
    try:
        found = path.read_bytes()
        if len(found) == SECRET_BYTES:
            return found
    except FileNotFoundError:
        pass
    made = secrets.token_bytes(SECRET_BYTES)
    path.unlink(missing_ok=True)
    path.touch(mode=0o600)
    path.write_bytes(made)
    return made


def token_of(path: Path) -> str:
    """The token in a file.  Raises ValueError for one that could be guessed."""
    token = path.read_text(encoding="utf-8").strip()
    if len(token.encode()) < TOKEN_BYTES_MIN:
        raise ValueError(f"{path} has a token of fewer than {TOKEN_BYTES_MIN} bytes; write a longer one into it")
    return token
