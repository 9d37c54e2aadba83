"""Standard Webhooks (specification 1.0.0): the whole notification, signed.

The body is `{"type":"wire.notification","timestamp":…,"data":…}`; `data` is the record of wire.notifications, byte
for byte.  `webhook-id` is the id of the notification, the same for every attempt: the receiver's idempotency key.
"""

from __future__ import annotations

from pipeline.deliver import signatures
from pipeline.deliver.connectors.addresses import check_address
from pipeline.deliver.receivers import Webhook
from pipeline.deliver.requests import AGENT, HttpRequest, Outgoing, Response, Result, Secret, result_of_status
from pipeline.envelope import RecordType, instant_text
from pipeline.items import milliseconds


def check(settings: Webhook, secret: Secret) -> None:
    """Raises ValueError for an address or a secret that cannot be right."""
    check_address(secret(settings.url), plain_http=settings.plain_http)
    for one in settings.secrets:
        try:
            signatures.key_of(secret(one))
        except ValueError as error:
            raise ValueError(f"{one} {error}") from None


def request(outgoing: Outgoing, settings: Webhook, secret: Secret) -> HttpRequest:
    """The signed request."""
    time = instant_text(milliseconds(outgoing.notification.time))
    body = b'{"type":"%s","timestamp":"%s","data":%s}' % (RecordType.NOTIFICATION.encode(), time, outgoing.value)
    keys = [signatures.key_of(secret(one)) for one in settings.secrets]
    headers = {"content-type": "application/json", "user-agent": AGENT}
    headers |= signatures.signed(keys, outgoing.notification.id, outgoing.now_seconds, body)
    return HttpRequest(secret(settings.url), headers, body)


def result(response: Response, now_seconds: int) -> Result:
    """2xx is a success, 410 the end, 429 and 503 may ask for a pause, and anything else a failure."""
    return result_of_status(response, now_seconds)
