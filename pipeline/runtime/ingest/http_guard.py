"""Connections to the outside only: where a name leads is looked at when it is connected to, also behind a redirect.

A name that leads outside at first and inside a moment later (DNS rebinding) gains nothing: the address that is
checked is the one that is connected to.
"""

from __future__ import annotations

import socket
from typing import Any

from aiohttp.abc import ResolveResult
from aiohttp.resolver import ThreadedResolver

from pipeline.ingest.http.addresses import is_inside

AddressInfo = tuple[int | socket.AddressFamily, int | socket.SocketKind, int, str, tuple[Any, ...]]


class InsideError(OSError):
    """The address is inside the network."""


class OutsideResolver(ThreadedResolver):
    """The addresses of a name that are outside."""

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        """Raises InsideError if there are none but inside."""
        found = await super().resolve(host, port, family)
        outside = [one for one in found if not is_inside(one["host"])]
        if found and not outside:
            raise InsideError("it leads into the network")
        return outside


def outside_socket(info: AddressInfo) -> socket.socket:
    """A socket for an address that is outside.  Raises InsideError."""
    family, kind, protocol, _, address = info
    if is_inside(str(address[0])):
        raise InsideError("it leads into the network")
    return socket.socket(family, kind, protocol)
