"""The connector of a feed that is polled."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import ClassVar

from pipeline.ingest.contract import Connector, Failed, Taken, key_of
from pipeline.ingest.http import redirects, rhythm
from pipeline.ingest.http.cursor import FeedCursor
from pipeline.ingest.http.exchange import Already, Answer, Busy, Early, Fetched, Get, NoAnswer, Question, Trouble
from pipeline.ingest.http.failures import TROUBLES
from pipeline.ingest.http.polling import Polling
from pipeline.ingest.http.step import FeedKnown, FeedTaken, Step
from pipeline.ingest.http.taking import take_document

DOCUMENTS = frozenset({200, 203})


@dataclass(frozen=True, slots=True)
class FeedPolling(Connector[FeedCursor, Question, Answer, None]):
    """RSS, Atom and JSON Feed: the entries that are new, as documents of the feed's format."""

    polling: Polling

    kind: ClassVar[str] = "rss"
    guarantee: ClassVar[str] = (
        "each entry exactly once for each wording that it has; one that comes and goes between two requests is not "
        "seen. An entry that was away for more than 90 days comes again"
    )
    cursor_type = FeedCursor

    def open(self) -> FeedCursor:
        """A feed that was never asked."""
        return FeedCursor(row=self._row())

    def ask(self, known: FeedKnown, now_ms: int) -> Question:
        """The document, if it has changed; whole now and then."""
        cursor = self._cursor(known)
        url = cursor.address or self.polling.url
        get = Get(url, _validators(cursor, url, now_ms), settled=url)
        if cursor.is_gone or now_ms < cursor.patience_ms:
            return Already(get, Early(None if cursor.is_gone else cursor.patience_ms))
        return get

    def take(self, known: FeedKnown, question: Question, answer: Answer | Failed, now_ms: int) -> FeedTaken:
        """What is new, and when to ask again."""
        get = question.question if isinstance(question, Already) else question
        step = Step(self.polling, known, self._cursor(known), get, now_ms)
        if isinstance(answer, Fetched):
            return _take_answer(step, answer)
        if isinstance(answer, Early):
            return Taken(again_ms=answer.until_ms, health=step.cursor.health, detail="it is not asked yet")
        if isinstance(answer, Busy):
            detail = "its server answers other feeds of ours"
            return Taken(then=question, health=step.cursor.health, detail=detail)
        trouble = answer.trouble if isinstance(answer, NoAnswer) else Trouble.CONNECTION
        return step.failed(TROUBLES[trouble]._replace(health=answer.health), answer)

    def _row(self) -> bytes:
        return key_of(repr(self.polling))

    def _cursor(self, known: FeedKnown) -> FeedCursor:
        """What is remembered.  What feeds.yaml says anew ends what was remembered of addresses and failures."""
        cursor = known.cursor
        if cursor.row == self._row():
            return cursor
        return FeedCursor(
            row=self._row(),
            news_ms=cursor.news_ms,
            gap_ms=cursor.gap_ms,
            hint_ms=cursor.hint_ms,
            identity=cursor.identity,
        )


def _validators(cursor: FeedCursor, url: str, now_ms: int) -> dict[str, str]:
    """Headers of a conditional request: the ETag, else the date; none where the whole document is wanted."""
    if cursor.validated != key_of(url) or rhythm.is_full_due(cursor, now_ms):
        return {}
    if cursor.etag:
        return {"If-None-Match": cursor.etag}
    return {"If-Modified-Since": cursor.modified}


def _take_answer(step: Step, answer: Fetched) -> FeedTaken:
    if answer.status in DOCUMENTS:
        return take_document(step, answer)
    if answer.status == 204 or (answer.status == 304 and step.get.headers):
        return step.nothing(step.well(), answer, "not modified")
    if answer.status in redirects.FOLLOWED:
        hop = redirects.next_hop(step.polling, step.get, answer)
        if not isinstance(hop, Get):
            return step.failed(TROUBLES[Trouble.REDIRECT], hop)
        return Taken(then=replace(hop, headers=_validators(step.cursor, hop.url, step.now_ms)))
    return step.refused(answer)
