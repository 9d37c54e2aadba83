"""Web addresses of receivers."""

from __future__ import annotations

import re

_ADDRESS = re.compile(r"(?P<scheme>https?)://(?P<host>\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9._-]+)(:\d{1,5})?([/?][^\s#]*)?")
_LOOPBACK = re.compile(r"localhost|127(\.\d{1,3}){3}|\[::1\]")


def is_loopback(host: str) -> bool:
    """Whether it is this machine."""
    return bool(_LOOPBACK.fullmatch(host))


def check_address(url: str, *, plain_http: bool = False) -> None:
    """Raises ValueError, which never repeats the address, unless it is https, or http to this machine."""
    found = _ADDRESS.fullmatch(url)
    if not found:
        raise ValueError("its address is no web address; write https://host/path")
    if found["scheme"] == "http" and not plain_http and not is_loopback(found["host"]):
        raise ValueError("its address is http://, which everybody on the way can read; write https://")
