"""The driver of feeds that are polled."""

from __future__ import annotations

import dataclasses
from urllib.parse import urljoin

from pipeline.ingest.http.addresses import shown
from pipeline.ingest.http.exchange import Already, Answer, Fetched, Get, Question
from pipeline.ingest.http.rss import RssFeed
from pipeline.runtime.ingest.driver import Driver, Surroundings
from pipeline.runtime.ingest.http_client import PRODUCT, Access, HttpFeeds


class RssDriver(Driver[Question, Answer, None]):
    """Asks the server of one feed."""

    def __init__(self, feed: RssFeed, around: Surroundings) -> None:
        self._client = around.shared.get(HttpFeeds)
        self._secrets = around.secrets
        agent = feed.user_agent or PRODUCT
        self._access = Access(
            headers={name: around.secrets(text) for name, text in feed.headers_of_request.items()},
            user_agent=f"{agent} (+{feed.contact})" if feed.contact else agent,
            allow_private=feed.allow_private,
        )

    async def answer(self, question: Question) -> Answer:
        """What the server says."""
        if isinstance(question, Already):
            return question.answer
        url = self._secrets(question.url)
        answer = await self._client.get(dataclasses.replace(question, url=url), self._access, shown(question.url))
        return answer if url == question.url else _without_secret(question, url, answer)


def _without_secret(question: Get, url: str, answer: Answer) -> Answer:
    """The answer of an address that only the driver knows, as if that of the question had given it."""
    if isinstance(answer, Fetched) and (location := answer.headers.get("location")):
        return dataclasses.replace(answer, headers={**answer.headers, "location": urljoin(url, location)})
    return answer
