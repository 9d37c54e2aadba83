"""The driver of feeds that are polled."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from urllib.parse import urljoin

from pipeline.ingest.api.exchange import Acknowledge, ApiQuestion, Rest, Text
from pipeline.ingest.api.settings import ApiFeed
from pipeline.ingest.api.styles import STYLES
from pipeline.ingest.contract import Failed
from pipeline.ingest.http.addresses import shown
from pipeline.ingest.http.exchange import Already, Answer, Busy, Fetched, Get, Question
from pipeline.ingest.http.rss import PolledFeed, RssFeed
from pipeline.runtime.ingest.driver import Driver, Surroundings
from pipeline.runtime.ingest.http_client import ACCEPT, PRODUCT, Access, HttpFeeds


class HttpAsking:
    """Asks the server of one feed."""

    def __init__(self, feed: PolledFeed, around: Surroundings, accept: str) -> None:
        self._client = around.shared.get(HttpFeeds)
        self._secrets = around.secrets
        agent = feed.user_agent or PRODUCT
        self._access = Access(
            headers={name: around.secrets(text) for name, text in feed.headers_of_request.items()},
            user_agent=f"{agent} (+{feed.contact})" if feed.contact else agent,
            accept=accept,
            allow_private=feed.allow_private,
        )

    async def get(self, question: Get, method: str = "GET") -> Answer:
        """What the server says."""
        url = self._secrets(question.url)
        get = dataclasses.replace(question, url=url)
        answer = await self._client.get(get, self._access, shown(question.url), method)
        return answer if url == question.url else _without_secret(url, answer)


class RssDriver(Driver[Question, Answer, None]):
    """RSS, Atom and JSON Feed."""

    def __init__(self, feed: RssFeed, around: Surroundings) -> None:
        self._asking = HttpAsking(feed, around, ACCEPT)

    async def answer(self, question: Question) -> Answer:
        """What the server says."""
        return question.answer if isinstance(question, Already) else await self._asking.get(question)


class ApiDriver(Driver[ApiQuestion, Answer, Acknowledge]):
    """Pages, texts and queues."""

    def __init__(self, feed: ApiFeed, around: Surroundings) -> None:
        self._asking = HttpAsking(feed, around, STYLES[feed.style].accept)
        self._text = HttpAsking(feed, around, "*/*")

    async def answer(self, question: ApiQuestion) -> Answer:
        """What the server says."""
        if isinstance(question, Already):
            return question.answer
        if isinstance(question, Rest):
            return Fetched(200, {})
        if isinstance(question, Text):
            return await self._text.get(question.get)
        return await self._asking.get(question)

    async def done(self, effects: Sequence[Acknowledge]) -> Sequence[str]:
        """Delete from the queue what Kafka has; what is not there any more is deleted."""
        problems = []
        for effect in effects:
            answer = await self._asking.get(Get(effect.url), "DELETE")
            while isinstance(answer, Busy):
                answer = await self._asking.get(Get(effect.url), "DELETE")
            if isinstance(answer, Fetched) and (answer.status // 100 == 2 or answer.status in (404, 410)):
                continue
            why = answer.detail if isinstance(answer, Failed) else "it is not deleted"
            problems.append(f"an item could not be acknowledged, and comes again: {why}")
        return list(dict.fromkeys(problems))


def _without_secret(url: str, answer: Answer) -> Answer:
    """The answer of an address that only the driver knows, as if that of the question had given it."""
    if isinstance(answer, Fetched) and (location := answer.headers.get("location")):
        return dataclasses.replace(answer, headers={**answer.headers, "location": urljoin(url, location)})
    return answer
