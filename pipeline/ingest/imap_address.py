"""Where a mailbox is, and how its folders are called."""

from __future__ import annotations

import base64
import re
from typing import NamedTuple

from pipeline.rule_values import is_loopback

_ADDRESS = re.compile(r"(?P<scheme>imaps?)://(?P<host>\[[0-9a-fA-F:.]+\]|[A-Za-z0-9._-]+)(?::(?P<port>\d{1,5}))?/?")
PORTS = {"imaps": 993, "imap": 143}
FOLDER_CHARACTERS_MAX = 200
_UNSAFE = re.compile(r"[^\x20-\x7e]+")


class Server(NamedTuple):
    """Where a mailbox is."""

    host: str
    port: int
    is_encrypted: bool  # from the first byte on

    @property
    def is_here(self) -> bool:
        """Whether it is this machine."""
        return is_loopback(f"{self.host}:0")


def server_address(text: str) -> str:
    """The address, if it is one.  Raises ValueError."""
    found = _ADDRESS.fullmatch(text)
    if not found or not 0 < int(found["port"] or 1) <= 65_535:
        raise ValueError("it is no address of a mailbox; write imaps://host or imaps://host:port, without a user")
    return text


def server_of(address: str) -> Server:
    """Where it leads."""
    found = _ADDRESS.fullmatch(address)
    assert found, "checked when feeds.yaml was read"
    port = int(found["port"] or PORTS[found["scheme"]])
    return Server(found["host"].strip("[]"), port, found["scheme"] == "imaps")


def mail_folder(name: str) -> str:
    """The name of a folder, if it can be one.  Raises ValueError."""
    if not name.strip() or not name.isprintable() or len(name) > FOLDER_CHARACTERS_MAX:
        raise ValueError(f"{name!r} is no name of a folder; write it as the mail program shows it, as INBOX/Wire")
    return name


def quoted(text: str) -> str:
    """A quoted string (RFC 3501, 4.3)."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def encoded_folder(name: str) -> str:
    """The name of a folder on the line: modified UTF-7 (RFC 3501, 5.1.3), quoted."""

    def shifted(match: re.Match[str]) -> str:
        packed = base64.b64encode(match[0].encode("utf-16-be")).rstrip(b"=").replace(b"/", b",")
        return f"&{packed.decode()}-"

    return quoted(_UNSAFE.sub(shifted, name.replace("&", "&-")))
