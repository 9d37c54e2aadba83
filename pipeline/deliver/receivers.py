"""The receivers file (deliver.yaml): who gets the notifications of which desks.  It is checked as a whole.

No secret is in it: only the name of a variable of the environment or of a file that has it.
"""

from __future__ import annotations

import re
from enum import StrEnum
from functools import cached_property
from pathlib import Path
from typing import Annotated, Any

from pydantic import AfterValidator, ConfigDict, Field, model_validator

from pipeline.rule_files import StrictModel, content_hash, read_rules
from pipeline.rule_values import (
    HOUR_MS,
    MINUTE_MS,
    SECOND_MS,
    Duration,
    Listen,
    MailAddress,
    Reference,
    SecretiveModel,
    WebAddress,
)

RECEIVERS_MAX = 50
SECRETS_MAX = 5  # of one receiver, while they are rotated
TIMEOUT_SECONDS_MIN, TIMEOUT_SECONDS_MAX = 15, 30  # what Standard Webhooks recommends
GIVE_UP_MS_MAX = 7 * 24 * HOUR_MS

_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,59}")


def _receiver_names(names: dict[str, Any]) -> dict[str, Any]:
    for name in names:
        if not _NAME.fullmatch(name):
            raise ValueError(f"{name!r} is no name of a receiver; use a-z 0-9 . _ - (60 at most)")
    return names


DeskName = Annotated[str, Field(min_length=1, max_length=60)]


class ReceiverModel(SecretiveModel):
    """What is said of a receiver."""


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

    server: Listen = Field(description="host:port")
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
    timeout: Duration = Field(
        20 * SECOND_MS,
        ge=TIMEOUT_SECONDS_MIN * SECOND_MS,
        le=TIMEOUT_SECONDS_MAX * SECOND_MS,
        description="how long an attempt may take: 15s to 30s",
    )
    give_up_after: Duration = Field(
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

    listen: Listen = Field("127.0.0.1:8095", description="host:port of `POST /ack`")
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
