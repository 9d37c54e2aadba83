"""PagerDuty's Events API v2 (developer.pagerduty.com, Events API v2): an event for each notification.

`dedup_key` is the thread, so what comes later in a story joins its alert, and a repeat changes nothing.  A release
resolves, and so does a feed that is as always again; nothing else does: who has dealt with it resolves it there.
"""

from __future__ import annotations

from pipeline.deliver.connectors.addresses import check_address
from pipeline.deliver.receivers import PagerDuty
from pipeline.deliver.requests import (
    HttpRequest,
    Outgoing,
    Response,
    Result,
    Secret,
    json_request,
    result_of_status,
)
from pipeline.deliver.words import cut, thread_of, title_of
from pipeline.items import AlertEvent, Level, Notification, NotificationKind, Verdict

SUMMARY_CHARACTERS_MAX = 1_024
KEY_CHARACTERS_MAX = 255
DETAILS_CHARACTERS_MAX = 100_000  # an event may have 512 kB
SEVERITIES = {Level.FLASH: "critical", Level.URGENT: "error", Level.NOTICE: "warning"}
OF_KINDS = {NotificationKind.DIGEST: "info", NotificationKind.TEST: "info"}
CRITICAL = frozenset({AlertEvent.KILL, AlertEvent.HOLD})  # something that was published must be taken down
ENDS = frozenset({AlertEvent.RELEASE, AlertEvent.FEED_RECOVERED})  # what was told of its thread is over


def check(settings: PagerDuty, secret: Secret) -> None:
    """Raises ValueError for a key or an address that cannot be right."""
    check_address(settings.url)
    key = secret(settings.routing_key)
    if not (len(key) == 32 and key.isascii() and key.isalnum()):
        raise ValueError(f"{settings.routing_key} is no integration key: it has 32 letters and digits")


def request(outgoing: Outgoing, settings: PagerDuty, secret: Secret) -> HttpRequest:
    """The event."""
    notification = outgoing.notification
    details = {
        "text": cut(notification.text, DETAILS_CHARACTERS_MAX),
        "desk": notification.desk,
        "reasons": list(notification.reasons),
        "notification": notification.id,
    }
    payload = {
        "summary": title_of(notification, SUMMARY_CHARACTERS_MAX),
        "source": "wiredesk",
        "severity": severity_of(notification),
        "timestamp": notification.time.isoformat(),
        "component": notification.desk,
        "class": notification.kind.value,
        "custom_details": details,
    }
    event = {
        "routing_key": secret(settings.routing_key),
        "event_action": "resolve" if _is_release(notification) else "trigger",
        "dedup_key": thread_of(notification)[:KEY_CHARACTERS_MAX],
        "client": "Wiredesk",
        "payload": payload,
    }
    return json_request(settings.url, event)


def result(response: Response, now_seconds: int) -> Result:
    """202; 400 for an event that will never be taken; 429."""
    found = result_of_status(response, now_seconds)
    return found._replace(verdict=Verdict.REFUSED) if response.status in (400, 413) else found


def severity_of(notification: Notification) -> str:
    """critical, error, warning or info."""
    if any(alert.event in CRITICAL for alert in notification.alerts):
        return "critical"
    return OF_KINDS.get(notification.kind) or SEVERITIES[notification.level]


def _is_release(notification: Notification) -> bool:
    return bool(notification.alerts) and all(alert.event in ENDS for alert in notification.alerts)
