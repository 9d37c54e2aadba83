"""Slack's incoming webhooks: Block Kit (docs.slack.dev, Sending messages using incoming webhooks; Blocks).

Slack has no idempotency key: a request that is repeated after a crash is shown twice, with the same id in its last
line.
"""

from __future__ import annotations

from collections.abc import Iterator

from pipeline.deliver.connectors.addresses import check_address
from pipeline.deliver.receivers import Slack
from pipeline.deliver.requests import (
    HttpRequest,
    Outgoing,
    Response,
    Result,
    Secret,
    json_request,
    result_of_status,
)
from pipeline.deliver.words import about, title_of
from pipeline.items import Verdict

HEADER_CHARACTERS_MAX = 150
TEXT_CHARACTERS_MAX = 3_000  # of a section
SECTIONS_MAX = 10  # a message may have 50 blocks
CONTEXT_CHARACTERS_MAX = 2_000
# Words of a 400 about this payload, which is never taken.  Others (`no_service`) are about the webhook.
REFUSED = frozenset({"invalid_payload", "invalid_blocks", "invalid_blocks_format", "no_text"})


def check(settings: Slack, secret: Secret) -> None:
    """Raises ValueError for an address that cannot be right."""
    check_address(secret(settings.url))


def request(outgoing: Outgoing, settings: Slack, secret: Secret) -> HttpRequest:
    """A header, the sentences in sections, and a line about the notification."""
    notification = outgoing.notification
    title = title_of(notification, HEADER_CHARACTERS_MAX)
    sections = list(_portions(notification.text))[:SECTIONS_MAX]
    blocks = [
        {"type": "header", "text": {"type": "plain_text", "text": title, "emoji": False}},
        *({"type": "section", "text": _text(portion)} for portion in sections),
        {"type": "context", "elements": [_text(escaped(about(notification), CONTEXT_CHARACTERS_MAX))]},
    ]
    # `text` is what a notification on a telephone shows; links and names in it are not made into anything.
    return json_request(
        secret(settings.url),
        {"text": escaped(title, TEXT_CHARACTERS_MAX), "mrkdwn": False, "link_names": False, "blocks": blocks},
    )


def result(response: Response, now_seconds: int) -> Result:
    """200 `ok`; 410 if the channel is archived; 429 with Retry-After; and words for what is wrong."""
    found = result_of_status(response, now_seconds)
    word = response.body[:100].decode("ascii", "replace").strip()
    if response.status == 400 and word in REFUSED:
        return found._replace(verdict=Verdict.REFUSED)
    return found


def escaped(text: str, most: int) -> str:
    """The text with the three characters escaped that mean something to Slack, within this length."""
    return next(_portions(text, most), "")


def _text(text: str) -> dict[str, object]:
    return {"type": "mrkdwn", "text": text, "verbatim": True}


def _portions(text: str, most: int = TEXT_CHARACTERS_MAX) -> Iterator[str]:
    """The escaped text in portions of at most so many characters; none is empty, and no escape is cut."""
    portion = ""
    for character in text:
        one = ESCAPES.get(character, character)
        if len(portion) + len(one) > most:
            yield portion
            portion = ""
        portion += one
    if portion.strip():
        yield portion


ESCAPES = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}
