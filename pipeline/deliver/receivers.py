"""The receivers file (deliver.yaml): who gets the notifications of which desks.  It is checked as a whole.

No secret is in it: only the name of a variable of the environment or of a file that has it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from enum import StrEnum
from functools import cached_property
from pathlib import Path
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, ConfigDict, Field, model_validator

from pipeline.deliver.schedule import HOUR_MS, MINUTE_MS, SECOND_MS
from pipeline.rule_files import StrictModel, content_hash, read_rules

RECEIVERS_MAX = 50
SECRETS_MAX = 5  # of one receiver, while they are rotated
TIMEOUT_SECONDS_MIN, TIMEOUT_SECONDS_MAX = 15, 30  # what Standard Webhooks recommends
GIVE_UP_MS_MAX = 7 * 24 * HOUR_MS

_REFERENCE = re.compile(r"env:[A-Za-z_][A-Za-z0-9_]{0,99}|file:\S.{0,999}")
_WAIT = re.compile(r"(\d{1,5})(s|m|h|d)")
_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,59}")
_PLAIN_ADDRESS = re.compile(r"https?://(?P<host>\[[0-9a-fA-F:.]+\]|[A-Za-z0-9._-]+)(:\d{1,5})?(/[^\s?#@]*)?")
_WEB_ADDRESS = re.compile(r"https?://[^\s/?#@]+(/[^\s#]*)?")
_LISTEN = re.compile(r"(?P<host>\[[0-9a-fA-F:.]+\]|[A-Za-z0-9._-]+):(?P<port>\d{1,5})")
_MAIL_ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9-]{1,63}(\.[A-Za-z0-9-]{1,63}){0,10}")
UNITS_MS = {"s": SECOND_MS, "m": MINUTE_MS, "h": HOUR_MS, "d": 24 * HOUR_MS}


def _reference(text: Any) -> str:
    """Where a secret is.  The text is never repeated: it may be the secret itself."""
    if not isinstance(text, str) or not _REFERENCE.fullmatch(text):
        raise ValueError("it may be a secret, which does not belong here; write env:VARIABLE or file:/path")
    return text


def _milliseconds(text: Any) -> int:
    """`90s`, `10m`, `2h`, `3d` in milliseconds."""
    if not isinstance(text, str) or not (found := _WAIT.fullmatch(text)):
        raise ValueError(f"{text!r} is no duration; write it as 20s, 10m, 2h or 3d")
    return int(found[1]) * UNITS_MS[found[2]]


def _address(text: Any) -> str:
    """A web address without user, query or fragment, which may hold a token; or where it is."""
    if isinstance(text, str) and (_REFERENCE.fullmatch(text) or _PLAIN_ADDRESS.fullmatch(text)):
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


def _receiver_names(names: dict[str, Any]) -> dict[str, Any]:
    for name in names:
        if not _NAME.fullmatch(name):
            raise ValueError(f"{name!r} is no name of a receiver; use a-z 0-9 . _ - (60 at most)")
    return names


Reference = Annotated[str, BeforeValidator(_reference)]
WebAddress = Annotated[str, BeforeValidator(_address)]
Wait = Annotated[int, BeforeValidator(_milliseconds)]
MailAddress = Annotated[str, AfterValidator(_mail_address)]
DeskName = Annotated[str, Field(min_length=1, max_length=60)]


class ReceiverModel(StrictModel):
    """Frozen, strict, and an error never repeats what was written."""

    model_config = ConfigDict(hide_input_in_errors=True)

    @property
    def references(self) -> Iterator[str]:
        """Where its secrets are."""
        for name in type(self).model_fields:
            value = getattr(self, name)
            for one in value if isinstance(value, tuple) else (value,):
                if isinstance(one, str) and _REFERENCE.fullmatch(one):
                    yield one


class Webhook(ReceiverModel):
    """A server of ours or of others that takes Standard Webhooks."""

    url: WebAddress = Field(description="its address, without user or query; or where the address is")
    secrets: Annotated[tuple[Reference, ...], Field(min_length=1, max_length=SECRETS_MAX)] = Field(
        description="where its secrets are (`whsec_…`); with several, one signature each, for a rotation"
    )
    plain_http: bool = Field(False, description="allow http:// beyond this machine: all on the way can read it")


class Slack(ReceiverModel):
    """A channel of Slack, by an incoming webhook."""

    url: Reference = Field(description="where its address is, which has a token in it")


class Teams(ReceiverModel):
    """A channel or chat of Microsoft Teams, by a webhook of Workflows."""

    url: Reference = Field(description="where its address is, which has a signature in it")


class PagerDuty(ReceiverModel):
    """A service of PagerDuty, by its Events API v2."""

    routing_key: Reference = Field(description="where the integration key is")
    url: WebAddress = Field(
        "https://events.pagerduty.com/v2/enqueue", description="another one for the service region of the EU"
    )


class MailSecurity(StrEnum):
    """How mail gets to its server."""

    STARTTLS = "starttls"  # usually port 587
    TLS = "tls"  # usually port 465
    NONE = "none"  # to this machine only


class Email(ReceiverModel):
    """Mailboxes, by an SMTP server."""

    server: Annotated[str, AfterValidator(_listen)] = Field(description="host:port")
    security: MailSecurity = Field(
        MailSecurity.STARTTLS, description="`starttls`, `tls`, or `none` on this machine"
    )
    user: Annotated[str, Field(min_length=1, max_length=200)] | None = Field(None, description="for the login")
    password: Reference | None = Field(None, description="where the password is")
    sender: MailAddress = Field(alias="from", description="the address that it is from")
    to: Annotated[tuple[MailAddress, ...], Field(min_length=1, max_length=50)] = Field(description="who gets it")


class Apprise(ReceiverModel):
    """Any other service, through Apprise."""

    url: Reference = Field(description="where its address is, in Apprise's spelling")


KINDS: dict[str, type[ReceiverModel]] = {
    "webhook": Webhook,
    "slack": Slack,
    "teams": Teams,
    "pagerduty": PagerDuty,
    "email": Email,
    "apprise": Apprise,
}


class Receiver(ReceiverModel):
    """Who gets the notifications of some desks, and how."""

    desks: Annotated[tuple[DeskName, ...], Field(min_length=1, max_length=50)] = Field(
        description="whose notifications it gets: desks of the routes"
    )
    timeout: Wait = Field(
        20 * SECOND_MS,
        ge=TIMEOUT_SECONDS_MIN * SECOND_MS,
        le=TIMEOUT_SECONDS_MAX * SECOND_MS,
        description="how long an attempt may take: 15s to 30s",
    )
    give_up_after: Wait = Field(
        72 * HOUR_MS, ge=MINUTE_MS, le=GIVE_UP_MS_MAX, description="how old a notification may get while it waits"
    )
    webhook: Webhook | None = Field(None, description="a server that takes Standard Webhooks")
    slack: Slack | None = Field(None, description="a channel of Slack")
    teams: Teams | None = Field(None, description="a channel or chat of Microsoft Teams")
    pagerduty: PagerDuty | None = Field(None, description="a service of PagerDuty")
    email: Email | None = Field(None, description="mailboxes")
    apprise: Apprise | None = Field(None, description="any other service, through Apprise")

    @model_validator(mode="after")
    def _is_of_one_kind(self) -> Receiver:
        found = [kind for kind in KINDS if getattr(self, kind)]
        if len(found) != 1:
            raise ValueError(f"it is of {' and '.join(found) or 'no'} kind; give one of {', '.join(KINDS)}")
        return self

    @property
    def kind(self) -> str:
        """Of which kind it is: a key of KINDS."""
        return next(kind for kind in KINDS if getattr(self, kind))

    @property
    def settings(self) -> ReceiverModel:
        """What is said of it for its kind."""
        found: ReceiverModel = getattr(self, self.kind)
        return found


class Acknowledgements(ReceiverModel):
    """Where acknowledgements are taken, as signed requests."""

    listen: Annotated[str, AfterValidator(_listen)] = Field(
        "127.0.0.1:8095", description="host:port of `POST /ack`"
    )
    secrets: Annotated[tuple[Reference, ...], Field(min_length=1, max_length=SECRETS_MAX)] = Field(
        description="where the secrets are with which a request may be signed"
    )


class Receivers(StrictModel):
    """The whole file."""

    model_config = ConfigDict(hide_input_in_errors=True)

    receivers: Annotated[dict[str, Receiver], Field(max_length=RECEIVERS_MAX), AfterValidator(_receiver_names)] = (
        Field({}, description="by name")
    )
    acknowledgements: Acknowledgements | None = Field(
        None, description="where acknowledgements are taken; nowhere without it"
    )

    @cached_property
    def hash(self) -> str:
        """What identifies the content."""
        return content_hash(self)

    def of_desk(self, desk: str) -> tuple[str, ...]:
        """The receivers of a desk, in the order of the file."""
        return tuple(name for name, receiver in self.receivers.items() if desk in receiver.desks)


def load_receivers(path: Path) -> Receivers:
    """The receivers of a file.  Raises ValueError naming every wrong place, OSError if it cannot be read."""
    return read_rules(Receivers, path)
