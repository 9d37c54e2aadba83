"""Which addresses are inside the network, and which servers are the same."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from urllib.parse import SplitResult, urlsplit

from pipeline.rule_values import is_reference

PORTS = {"http": 80, "https": 443}
URL_CHARACTERS_MAX = 2_000
NAT64 = IPv6Network("64:ff9b::/96")


def is_inside(text: str) -> bool:
    """Whether an IP address is anything but one of the public network.  Raises ValueError if it is none."""
    address = ip_address(text.partition("%")[0])
    inner = _carried(address) if isinstance(address, IPv6Address) else None
    if inner is not None:
        return is_inside(str(inner))
    return not address.is_global or address.is_multicast or address.is_reserved


def _carried(address: IPv6Address) -> IPv4Address | None:
    """The IPv4 address that an IPv6 address leads to."""
    if address in NAT64:
        return IPv4Address(int(address) & 0xFFFF_FFFF)
    return address.ipv4_mapped or address.sixtofour or (address.teredo[1] if address.teredo else None)


def split(url: str) -> SplitResult | None:
    """The parts of an address of http or https with a host; None if it is none."""
    try:
        parts = urlsplit(url)
        usable = parts.scheme in PORTS and parts.hostname and parts.port != 0
    except ValueError:
        return None
    return parts if usable and len(url) <= URL_CHARACTERS_MAX else None


def origin(url: str) -> tuple[str, str, int] | None:
    """Scheme, host and port."""
    parts = split(url)
    return (parts.scheme, parts.hostname or "", parts.port or PORTS[parts.scheme]) if parts else None


def names_inside(url: str) -> bool:
    """Whether the host of an address is an IP address inside the network, or this machine by name."""
    parts = split(url)
    host = (parts.hostname if parts else None) or ""
    try:
        return is_inside(host)
    except ValueError:
        return host.rstrip(".").endswith("localhost")


def shown(url: str) -> str:
    """An address for an operator: without user, password and query, which may be secret."""
    parts = split(url)
    if parts is None:
        return url if is_reference(url) else "an address that is none"
    host = f"[{parts.hostname}]" if ":" in (parts.hostname or "") else parts.hostname
    port = f":{parts.port}" if parts.port else ""
    return f"{parts.scheme}://{host}{port}{parts.path}"
