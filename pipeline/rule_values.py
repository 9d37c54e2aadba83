"""Values of the files that operators write: durations, addresses, and where a secret is.

No secret is in such a file: only the name of a variable of the environment, or of a file, that has it.
"""

from __future__ import annotations

import ipaddress
import re
import shlex
from collections.abc import Iterator
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, ConfigDict

from pipeline.rule_files import DURATION, UNITS_MS, StrictModel

SECOND_MS, MINUTE_MS, HOUR_MS = (UNITS_MS[unit] for unit in "smh")

_REFERENCE = re.compile(r"env:[A-Za-z_][A-Za-z0-9_]{0,99}|file:\S.{0,999}")
_COMMAND = re.compile(r"command:/[ -~]{1,999}")
_PLAIN_ADDRESS = re.compile(r"https?://(?P<host>\[[0-9a-fA-F:.]+\]|[A-Za-z0-9._-]+)(:\d{1,5})?(/[^\s?#@]*)?")
_LISTEN = re.compile(r"(?P<host>\[[0-9a-fA-F:.]+\]|[A-Za-z0-9._-]+):(?P<port>\d{1,5})")
_MAIL_ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9-]{1,63}(\.[A-Za-z0-9-]{1,63}){0,10}")


def is_reference(text: object) -> bool:
    """Whether it says where a secret is."""
    return isinstance(text, str) and _REFERENCE.fullmatch(text) is not None


def is_loopback(listen: str) -> bool:
    """Whether `host:port` can be reached from this machine only."""
    host = listen.rpartition(":")[0].strip("[]")
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _reference(text: Any) -> str:
    """Where a secret is.  The text is never repeated: it may be the secret itself."""
    if not is_reference(text):
        raise ValueError("it may be a secret, which does not belong here; write env:VARIABLE or file:/path")
    return str(text)


def _token_place(text: Any) -> str:
    """Where a token is, which somebody else renews; likewise never repeated."""
    if not (is_reference(text) or (isinstance(text, str) and _COMMAND.fullmatch(text))):
        raise ValueError(
            "it may be a token, which does not belong here; write env:VARIABLE, file:/path or command:/path"
        )
    shlex.split(text)  # a quotation that is not closed is a ValueError
    return str(text)


def _milliseconds(text: Any) -> int:
    """`90s`, `10m`, `2h`, `3d` in milliseconds."""
    if not isinstance(text, str) or not (found := DURATION.fullmatch(text)):
        raise ValueError(f"{text!r} is no duration; write it as 20s, 10m, 2h or 3d")
    return int(found[1]) * UNITS_MS[found[2]]


def _address(text: Any) -> str:
    """A web address without user, query or fragment, which may hold a token; or where it is."""
    if isinstance(text, str) and (is_reference(text) or _PLAIN_ADDRESS.fullmatch(text)):
        return text
    raise ValueError(
        "it is no web address, or has a part (user, ?query) that may be a secret; write https://host/path, "
        "or env:VARIABLE or file:/path that has the address"
    )


def _listen(text: str) -> str:
    found = _LISTEN.fullmatch(text)
    if not found or not 0 < int(found["port"]) <= 65_535:
        raise ValueError(f"{text!r} is no address; write host:port, as 127.0.0.1:8095")
    return text


def _mail_address(text: str) -> str:
    if not _MAIL_ADDRESS.fullmatch(text):
        raise ValueError(f"{text!r} is no e-mail address; write it as desk@paper.example, without a name")
    return text


Reference = Annotated[str, BeforeValidator(_reference)]
TokenPlace = Annotated[str, BeforeValidator(_token_place)]
WebAddress = Annotated[str, BeforeValidator(_address)]
Duration = Annotated[int, BeforeValidator(_milliseconds)]
MailAddress = Annotated[str, AfterValidator(_mail_address)]
Listen = Annotated[str, AfterValidator(_listen)]


class SecretiveModel(StrictModel):
    """Frozen, strict, and an error never repeats what was written."""

    model_config = ConfigDict(hide_input_in_errors=True)

    @property
    def references(self) -> Iterator[str]:
        """Where its secrets are."""
        for name in type(self).model_fields:
            value = getattr(self, name)
            for one in value if isinstance(value, tuple) else (value,):
                if is_reference(one):
                    yield one
