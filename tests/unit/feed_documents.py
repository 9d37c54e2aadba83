"""Feeds of our own invention in four formats, and a reader of them that is not ours."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import Literal
from xml.sax.saxutils import escape

import feedparser
import pytest

from pipeline.ingest.contract import Incoming, Known, Taken
from pipeline.ingest.http.cursor import FeedCursor
from pipeline.ingest.http.exchange import Answer, Fetched, Question
from pipeline.ingest.http.feed import FeedPolling
from pipeline.ingest.http.polling import Polling

Format = Literal["rss", "atom", "rdf", "json"]
FORMATS: tuple[Format, ...] = ("rss", "atom", "rdf", "json")
every_format = pytest.mark.parametrize("form", FORMATS)
URL = "https://wire.example/feed"
NOW_MS = 1_790_000_000_000


@dataclass(frozen=True)
class Story:
    """An entry, as a server has it."""

    id: str
    title: str = "Ferry runs aground"
    text: str = "The ferry <b>Alma</b> ran aground & was towed."
    link: str = ""
    date: str = ""

    @property
    def url(self) -> str:
        return self.link or f"https://wire.example/{self.id.partition('#')[0]}"


def document(stories: Sequence[Story], form: Format = "rss", *, more: str = "") -> bytes:
    """The feed, with `more` of the channel behind its title."""
    if form == "json":
        items = [
            {"id": one.id, "url": one.url, "title": one.title, "content_html": one.text}
            | ({"date_published": one.date} if one.date else {})
            for one in stories
        ]
        version = "https://jsonfeed.org/version/1.1"
        return json.dumps({"version": version, "title": "Wire", "items": items}, indent=1).encode()
    return XML[form].format(more=more, items="\n".join(ITEMS[form](one) for one in stories)).encode()


def _rss(one: Story) -> str:
    date = f"<pubDate>{one.date}</pubDate>" if one.date else ""
    return (
        f'  <item><guid isPermaLink="false">{escape(one.id)}</guid><link>{one.url}</link>'
        f"<title>{escape(one.title)}</title>{date}<description>{escape(one.text)}</description></item>"
    )


def _atom(one: Story) -> str:
    date = f"<published>{one.date}</published>" if one.date else ""
    return (
        f'  <a:entry><a:id>{escape(one.id)}</a:id><a:link href="{one.url}"/>{date.replace("publ", "a:publ")}'
        f'<a:title>{escape(one.title)}</a:title><a:content type="html"><![CDATA[{one.text}]]></a:content></a:entry>'
    ).replace("</a:a:", "</a:")


def _rdf(one: Story) -> str:
    return (
        f'<item rdf:about="{one.url}"><guid>{escape(one.id)}</guid><title>{escape(one.title)}</title>'
        f"<link>{one.url}</link><description>{escape(one.text)}</description></item>"
    )


ITEMS = {"rss": _rss, "atom": _atom, "rdf": _rdf}
XML = {
    "rss": '<?xml version="1.0" encoding="utf-8"?>\n<rss version="2.0" xmlns:media="http://search.yahoo.com/mrss/">'
    "<channel><title>Wire</title><link>https://wire.example/</link>{more}\n{items}\n</channel></rss>",
    "atom": '<?xml version="1.0"?>\n<!-- made today --><a:feed xmlns:a="http://www.w3.org/2005/Atom" xml:lang="en">'
    "<a:title>Wire</a:title><a:id>urn:wire</a:id>{more}\n{items}\n</a:feed>\n",
    "rdf": '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/">'
    "<channel rdf:about='https://wire.example/'><title>Wire</title>{more}</channel>\n{items}\n</rdf:RDF>",
}


def read(payload: bytes) -> list[tuple[str, str]]:
    """The id and the title of each entry of a well-formed document."""
    if payload.lstrip().startswith(b"{"):
        return [(one["id"], one["title"]) for one in json.loads(payload)["items"]]
    found = feedparser.parse(payload)
    assert not found.bozo, found.bozo_exception
    return [(one.get("id", ""), one.get("title", "")) for one in found.entries]


def ids(payloads: Sequence[Incoming]) -> list[str]:
    return [id_ for payload in payloads for id_, _ in read(payload.value)]


class Ledger:
    """What is committed of one feed, and the feed's connector."""

    def __init__(self, polling: Polling | None = None) -> None:
        self.connector = FeedPolling(polling or Polling(URL))
        self.cursor = self.connector.open()
        self.seen: dict[bytes, int] = {}
        self.now_ms = NOW_MS

    @property
    def known(self) -> Known[FeedCursor]:
        return Known(self.cursor, self.seen)

    def ask(self) -> Question:
        return self.connector.ask(self.known, self.now_ms)

    def commit(self, taken: Taken[FeedCursor, Question, None]) -> None:
        self.cursor = taken.cursor or self.cursor
        for key in taken.seen:
            self.seen.pop(key, None)
            self.seen[key] = self.now_ms
        for key in taken.forget:
            self.seen.pop(key, None)

    def take(self, answer: Answer, question: Question | None = None) -> Taken[FeedCursor, Question, None]:
        """One step, committed."""
        taken = self.connector.take(self.known, question or self.ask(), answer, self.now_ms)
        self.commit(taken)
        return taken

    def poll(self, body: bytes, later_ms: int = 600_000, **headers: str) -> list[Incoming]:
        """A document of the server: the payloads of all steps."""
        self.now_ms += later_ms
        answer: Answer = fetched(body, 200, True, **headers)
        taken = self.take(answer)
        payloads = list(taken.payloads)
        while taken.then is not None:
            taken = self.take(answer, taken.then)
            payloads += taken.payloads
        self.last = taken
        return payloads


def fetched(body: bytes = b"", status: int = 200, is_whole: bool = True, **headers: str) -> Fetched:
    return Fetched(status, {name.replace("_", "-"): text for name, text in headers.items()}, body, is_whole)


def at(ms: int) -> str:
    """A time as RSS writes it."""
    return format_datetime(datetime.fromtimestamp(ms / 1000, UTC))
