"""Microsoft Teams by a webhook of Workflows: an Adaptive Card in a message (learn.microsoft.com, Create incoming
webhooks with Workflows; Adaptive Cards, schema 1.4).

Text is in runs, which have no Markdown: no link can be written into a headline.
"""

from __future__ import annotations

from pipeline.deliver.connectors.addresses import check_address
from pipeline.deliver.receivers import Teams
from pipeline.deliver.requests import (
    HttpRequest,
    Outgoing,
    Response,
    Result,
    Secret,
    Undeliverable,
    json_request,
    result_of_status,
)
from pipeline.deliver.words import about, cut, title_of
from pipeline.items import Notification, Trouble, Verdict

MESSAGE_BYTES_MAX = 28 * 1024
TITLE_CHARACTERS_MAX = 500
TEXT_CHARACTERS = (20_000, 10_000, 4_000, 1_000)  # tried in turn: how many fit depends on the script and on escapes


def check(settings: Teams, secret: Secret) -> None:
    """Raises ValueError for an address that cannot be right."""
    check_address(secret(settings.url))


def request(outgoing: Outgoing, settings: Teams, secret: Secret) -> HttpRequest:
    """The card, its text shortened until the message is small enough."""
    for most in TEXT_CHARACTERS:
        made = json_request(secret(settings.url), _message(outgoing.notification, most))
        if len(made.body) <= MESSAGE_BYTES_MAX:
            return made
    raise Undeliverable(Trouble.TOO_LARGE)


def result(response: Response, now_seconds: int) -> Result:
    """202 when the flow was started; 413 for what is too large; what else is wrong is about the flow."""
    found = result_of_status(response, now_seconds)
    return found._replace(verdict=Verdict.REFUSED) if response.status == 413 else found


def _message(notification: Notification, most: int) -> dict[str, object]:
    lines = [line for line in cut(notification.text, most).split("\n") if line.strip()]
    body = [
        _runs(title_of(notification, TITLE_CHARACTERS_MAX), weight="Bolder", size="Medium"),
        *(_runs(line) for line in lines),
        _runs(cut(about(notification), most), size="Small", isSubtle=True),
    ]
    card = {
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "type": "AdaptiveCard",
        "version": "1.4",
        "msteams": {"width": "Full"},
        "body": body,
    }
    attachment = {"contentType": "application/vnd.microsoft.card.adaptive", "contentUrl": None, "content": card}
    return {"type": "message", "attachments": [attachment]}


def _runs(text: str, **style: object) -> dict[str, object]:
    return {"type": "RichTextBlock", "inlines": [{"type": "TextRun", "text": text, **style}]}
