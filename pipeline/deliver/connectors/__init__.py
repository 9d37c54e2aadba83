"""CONNECTORS: how each kind of receiver is asked, and what its answers mean.  Pure: nothing is sent here."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from pipeline.deliver.connectors import apprise, email, pagerduty, slack, teams, webhook
from pipeline.deliver.requests import Outgoing, Request, Response, Result, Secret


@dataclass(frozen=True, slots=True)
class Connector:
    """One kind of receiver.  The settings are those of its kind in the receivers file."""

    check: Callable[[Any, Secret], None]  # raises ValueError if what a secret holds cannot be right
    request: Callable[[Outgoing, Any, Secret], Request]  # raises Undeliverable
    result: Callable[[Response, int], Result]  # `int`: now, in seconds since 1970


CONNECTORS: dict[str, Connector] = {
    "webhook": Connector(webhook.check, webhook.request, webhook.result),
    "slack": Connector(slack.check, slack.request, slack.result),
    "teams": Connector(teams.check, teams.request, teams.result),
    "pagerduty": Connector(pagerduty.check, pagerduty.request, pagerduty.result),
    "email": Connector(email.check, email.request, email.result),
    "apprise": Connector(apprise.check, apprise.request, apprise.result),
}
