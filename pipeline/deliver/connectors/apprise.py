"""Apprise: the services that nobody here has a connector for, by their addresses (appriseit.com).

Apprise says whether a service took it, and not why: what fails is tried again by the schedule.  It has no key for
repeats; the id is in the last line.
"""

from __future__ import annotations

import re

from pipeline.deliver.receivers import Apprise
from pipeline.deliver.requests import AppriseRequest, Outgoing, Response, Result, Secret
from pipeline.deliver.words import about, cut, title_of
from pipeline.items import Level, Notification, Trouble, Verdict

TITLE_CHARACTERS_MAX = 200
TEXT_CHARACTERS_MAX = 30_000  # Apprise cuts it to what each service takes
TYPES = {Level.FLASH: "failure", Level.URGENT: "warning", Level.NOTICE: "info"}  # of Apprise: they choose a colour
DONE = 200

_SCHEMA = re.compile(r"[a-z][a-z0-9+.-]{0,40}://\S+", re.IGNORECASE)


def check(settings: Apprise, secret: Secret) -> None:
    """Raises ValueError for what is no address."""
    if not _SCHEMA.fullmatch(secret(settings.url)):
        raise ValueError("its address is none of Apprise's; write it as service://…")


def request(outgoing: Outgoing, settings: Apprise, secret: Secret) -> AppriseRequest:
    """Title and text."""
    notification: Notification = outgoing.notification
    body = f"{cut(notification.text, TEXT_CHARACTERS_MAX)}\n\n{about(notification)}"
    title = title_of(notification, TITLE_CHARACTERS_MAX)
    return AppriseRequest(secret(settings.url), title, body, TYPES[notification.level])


def result(response: Response, now_seconds: int) -> Result:
    """The service took it, or not."""
    if response.status == DONE:
        return Result(Verdict.DELIVERED)
    return Result(Verdict.FAILED, Trouble.ANSWER)
