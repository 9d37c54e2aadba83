"""One step of a feed: what is known, what was asked, and what follows from an answer that brings no document."""

from __future__ import annotations

from dataclasses import dataclass

from msgspec.structs import replace

from pipeline.ingest.contract import Failed, Health, Known, Taken
from pipeline.ingest.http import redirects, rhythm
from pipeline.ingest.http.addresses import shown, split
from pipeline.ingest.http.caching import fresh_ms, retry_after_ms
from pipeline.ingest.http.cursor import FeedCursor
from pipeline.ingest.http.exchange import Fetched, Get, Question
from pipeline.ingest.http.failures import FAILURES_MAX, Patience, patience_of, told
from pipeline.ingest.http.polling import Polling

PAUSE_MS_MIN = 1_000  # whatever a server asks for
FeedTaken = Taken[FeedCursor, Question, None]
FeedKnown = Known[FeedCursor]


@dataclass(frozen=True, slots=True)
class Step:
    """What a step begins with."""

    polling: Polling
    known: FeedKnown
    cursor: FeedCursor  # of what feeds.yaml says now
    get: Get
    now_ms: int

    def changed(self, cursor: FeedCursor) -> FeedCursor | None:
        """The cursor, if it has to be written."""
        return None if cursor == self.known.cursor else cursor

    def well(self) -> FeedCursor:
        """The cursor behind an answer that could be used.

        A redirect of an address that is secret is not remembered: the new one may be as secret.
        """
        is_secret = split(self.polling.url) is None
        moved = self.cursor if is_secret else redirects.moved(self.cursor, self.get, self.now_ms)
        return replace(moved, failures=0, patience_ms=0, health=Health.OK)

    def nothing(self, cursor: FeedCursor, answer: Fetched, detail: str) -> FeedTaken:
        """Nothing new."""
        return Taken(cursor=self.changed(cursor), again_ms=self.again_ms(cursor, answer), detail=detail)

    def again_ms(self, cursor: FeedCursor, answer: Fetched) -> int:
        """When to ask again behind an answer that could be used."""
        return rhythm.again_ms(self.polling, cursor, fresh_ms(answer.headers, self.now_ms), self.now_ms)

    def refused(self, answer: Fetched) -> FeedTaken:
        """A status that says no."""
        detail = told(answer.status, shown(self.get.url))
        if answer.status == 410 and not self.cursor.address:
            gone = replace(self.cursor, is_gone=True, failures=0, patience_ms=0, health=Health.GONE)
            detail += ": it is not asked again until feeds.yaml says something else of it"
            return Taken(cursor=gone, health=Health.GONE, detail=detail)
        pause = retry_after_ms(answer.headers, self.now_ms)
        patience = patience_of(answer.status, pause is not None)
        # 410 at an address that was remembered: the one of feeds.yaml may know better.
        cursor = replace(self.cursor, address="") if answer.status == 410 else self.cursor
        return self.failed(patience, Failed(patience.health, detail, pause), cursor)

    def failed(self, patience: Patience, failed: Failed, cursor: FeedCursor | None = None) -> FeedTaken:
        """No answer, or none that can be used: it is asked again when it is time."""
        cursor = cursor or self.cursor
        failures, asked = min(cursor.failures + 1, FAILURES_MAX), failed.retry_after_ms
        pause = patience.pause_ms(failures) if asked is None else max(asked, PAUSE_MS_MIN)
        again = rhythm.spread(self.polling, pause, self.now_ms)
        behind = replace(
            cursor, failures=failures, patience_ms=again, health=patience.health, moved="", moved_ms=0, moves=0
        )
        behind = replace(behind, address="") if redirects.is_lost(behind) else behind
        return Taken(cursor=behind, again_ms=again, health=patience.health, detail=failed.detail)
