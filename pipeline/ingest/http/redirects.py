"""Redirects: which are followed, and which are remembered.

301 and 308 say for ever, but are often a mistake of an hour; so the new address is taken for the feed's own once it
has stood for a day.  302, 303 and 307 are followed and never remembered.
"""

from __future__ import annotations

from urllib.parse import urldefrag, urljoin

from msgspec.structs import replace

from pipeline.ingest.contract import Health
from pipeline.ingest.http.addresses import names_inside, origin, shown, split
from pipeline.ingest.http.cursor import FeedCursor
from pipeline.ingest.http.exchange import Fetched, Get, NoAnswer, Trouble
from pipeline.ingest.http.polling import DAY_MS, Polling

FOLLOWED = frozenset({301, 302, 303, 307, 308})
FOR_EVER = frozenset({301, 308})
HOPS_MAX = 5
STABLE_MOVES, STABLE_MS = 3, DAY_MS  # that a permanent redirect has to stand, by answers and by time
LOST_AFTER = 3  # failures in a row at a remembered address, until the one of feeds.yaml is asked again


def next_hop(polling: Polling, question: Get, answer: Fetched) -> Get | NoAnswer:
    """Where a redirect leads, or why it is not followed."""
    url = _joined(question.url, answer.headers.get("location", "").strip())
    passed = (*question.passed, question.url)
    if why := _refusal(polling, question, answer, url, passed):
        return NoAnswer(Health.BROKEN, why, trouble=Trouble.REDIRECT)
    settles = answer.status in FOR_EVER and question.settled == question.url
    return Get(
        url=url,
        headers={},  # validators belong to the address that gave them: the connector knows whether it is this one
        own=question.own and origin(url) == origin(polling.url),
        passed=passed,
        settled=url if settles else question.settled,
    )


def _joined(url: str, location: str) -> str:
    try:
        return urldefrag(urljoin(url, location)).url
    except ValueError:
        return location


def _refusal(polling: Polling, question: Get, answer: Fetched, url: str, passed: tuple[str, ...]) -> str:
    if not answer.headers.get("location"):
        return f"status {answer.status} without a new address"
    if (parts := split(url)) is None:
        return f"it redirects to what is no address of http or https: {url.partition(':')[0][:20]}"
    rules = (
        (url in passed, "it redirects in a circle"),
        (len(passed) > HOPS_MAX, f"more than {HOPS_MAX} redirects, one after the other"),
        (
            parts.scheme == "http" and not question.url.startswith("http:") and not polling.allow_http,
            f"it redirects from https to {shown(url)}: allow_http: true permits it",
        ),
        (
            names_inside(url) and not polling.allow_private,
            f"it redirects into the network, to {shown(url)}: allow_private: true permits it",
        ),
    )
    return next((why for applies, why in rules if applies), "")


def moved(cursor: FeedCursor, question: Get, now_ms: int) -> FeedCursor:
    """The cursor behind an answer that could be used: a permanent redirect is counted, then remembered."""
    start = question.passed[0] if question.passed else question.url
    if question.settled in ("", start):
        return replace(cursor, moved="", moved_ms=0, moves=0)
    if question.settled != cursor.moved:
        return replace(cursor, moved=question.settled, moved_ms=now_ms, moves=1)
    counted = replace(cursor, moves=min(cursor.moves + 1, STABLE_MOVES))
    if counted.moves < STABLE_MOVES or now_ms - counted.moved_ms < STABLE_MS:
        return counted
    return replace(counted, address=counted.moved, moved="", moved_ms=0, moves=0)


def is_lost(cursor: FeedCursor) -> bool:
    """Whether a remembered address has failed for long enough to be forgotten."""
    return bool(cursor.address) and (cursor.failures >= LOST_AFTER or cursor.is_gone)
