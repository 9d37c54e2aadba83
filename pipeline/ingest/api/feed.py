"""The connector of an agency's own interface."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import ClassVar
from urllib.parse import quote, urljoin

from msgspec.structs import replace

from pipeline.formats import PAYLOAD_BYTES_MAX
from pipeline.ingest.api.exchange import Acknowledge, ApiQuestion, Rest, Text
from pipeline.ingest.api.page import Item, NoPage, Page, read_page
from pipeline.ingest.api.polling import ApiCursor, ApiSettings
from pipeline.ingest.contract import (
    TAKEN_BYTES_MAX,
    TAKEN_PAYLOADS_MAX,
    Connector,
    Failed,
    Incoming,
    Known,
    Taken,
    key_of,
)
from pipeline.ingest.http import redirects, rhythm
from pipeline.ingest.http.addresses import origin, shown, split
from pipeline.ingest.http.caching import retry_after_ms
from pipeline.ingest.http.exchange import Already, Answer, Busy, Early, Fetched, Get, NoAnswer, Trouble
from pipeline.ingest.http.failures import FAILURES_MAX, TROUBLES, Patience, patience_of, told
from pipeline.ingest.http.unseen import keys_to_forget, keys_to_write

PAUSE_MS_MIN = 1_000  # whatever a server asks for
RECEIPT_SAFE = "/+=:@!$&'()*,;%"  # as dpa's own clients send a receipt: as it came
TEXT_FAILURES_MAX = 5  # in a row; then an item is published without its text
NO_TEXT = frozenset({404, 410})  # of a text: there is none, and the item is published without
ApiTaken = Taken[ApiCursor, ApiQuestion, Acknowledge]
ApiKnown = Known[ApiCursor]


@dataclass(frozen=True, slots=True)
class ApiPolling(Connector[ApiCursor, ApiQuestion, Answer, Acknowledge]):
    """Items of an agency's interface, each a payload of its own; a queue is acknowledged behind the commit."""

    settings: ApiSettings

    kind: ClassVar[str] = "api"
    guarantee: ClassVar[str] = (
        "each item exactly once for each revision. What was taken from a queue is acknowledged when Kafka has it; "
        "an acknowledgement that a crash has cost is made up for when the item comes again"
    )
    cursor_type = ApiCursor

    def open(self) -> ApiCursor:
        """An interface that was never asked."""
        return ApiCursor(row=self._row())

    def ask(self, known: ApiKnown, now_ms: int) -> ApiQuestion:
        """The next page."""
        cursor = self._cursor(known)
        get = Get(cursor.page or self.settings.polling.url, {"If-None-Match": cursor.etag} if cursor.etag else {})
        return Already(get, Early(cursor.patience_ms)) if now_ms < cursor.patience_ms else get

    def take(self, known: ApiKnown, question: ApiQuestion, answer: Answer | Failed, now_ms: int) -> ApiTaken:
        """The items that are new, and what to ask then."""
        cursor = self._cursor(known)
        if isinstance(answer, Early):
            return Taken(again_ms=answer.until_ms, health=cursor.health, detail="it is not asked yet")
        if isinstance(answer, Busy):
            return Taken(then=question, health=cursor.health, detail="its server answers other feeds of ours")
        get = question.question if isinstance(question, Already) else question
        if isinstance(get, Rest):
            return self._page(known, get.page, get.of, None, now_ms)
        if isinstance(get, Text):
            return self._text(known, cursor, get, answer, now_ms)
        if isinstance(answer, Failed):
            return self._unanswered(cursor, answer, now_ms)
        if answer.status == 304 and get.headers:
            pause = rhythm.spread(self.settings.polling, self._pause_ms(answer, now_ms), now_ms)
            return Taken(cursor=_changed(known, _well(cursor)), again_ms=pause, detail="not modified")
        if answer.status == 200 and answer.is_whole:
            return self._answer(known, cursor, get, answer, now_ms)
        hop = self._hop(get, answer)
        return Taken(then=hop) if isinstance(hop, Get) else self._refused(cursor, get, hop or answer, now_ms)

    def _hop(self, get: Get, answer: Fetched) -> Get | NoAnswer | None:
        """Where a redirect leads; None if it is none."""
        is_redirect = answer.status in redirects.FOLLOWED
        return redirects.next_hop(self.settings.polling, get, answer) if is_redirect else None

    def _text(
        self, known: ApiKnown, cursor: ApiCursor, text: Text, answer: Fetched | Failed, now_ms: int
    ) -> ApiTaken:
        """The item with its text.  One that nobody can get does not hold up all that follow it for ever."""
        if isinstance(answer, Fetched):
            if answer.status == 200 and answer.is_whole:
                return self._page(known, text.page, text.of, answer.body, now_ms)
            hop = self._hop(text.get, answer)
            if isinstance(hop, Get):
                return Taken(then=dataclasses.replace(text, get=hop))
            if answer.status in NO_TEXT:
                return self._page(known, text.page, text.of, b"", now_ms)
            failed = self._refused(cursor, text.get, hop or answer, now_ms)
        else:
            failed = self._unanswered(cursor, answer, now_ms)
        if cursor.failures < TEXT_FAILURES_MAX:
            return failed
        taken = self._page(known, text.page, text.of, b"", now_ms)
        return dataclasses.replace(
            taken, warnings=(*taken.warnings, f"an item is published without its text: {failed.detail}")
        )

    def _answer(self, known: ApiKnown, cursor: ApiCursor, get: Get, answer: Fetched, now_ms: int) -> ApiTaken:
        patience = TROUBLES[Trouble.NO_FEED]
        try:
            page = read_page(answer.body, self.settings.style)
        except NoPage as error:
            failed = Failed(patience.health, f"{error}, from {shown(get.url)}; look at the address")
            return self._failed(cursor, patience, failed, now_ms)
        if page.next and origin(page.next) != origin(self.settings.polling.url):
            failed = Failed(patience.health, f"its next page is on another server, {shown(page.next)}")
            return self._failed(cursor, patience, failed, now_ms)
        known_now = dataclasses.replace(known, cursor=cursor)
        taken = self._page(known_now, page, get, None, now_ms)
        if taken.then is not None or taken.cursor is None:
            return taken
        pause = self._pause_ms(answer, now_ms)
        etag = answer.headers.get("etag", "")[:1_000] if taken.cursor.page == cursor.page else ""
        return dataclasses.replace(
            taken,
            cursor=_changed(known, replace(taken.cursor, etag=etag)),
            again_ms=rhythm.spread(self.settings.polling, pause, now_ms) if taken.again_ms is not None else None,
        )

    # A page: the items that are not known, and what has to follow.

    def _page(self, known: ApiKnown, page: Page, of: Get, text: bytes | None, now_ms: int) -> ApiTaken:
        """All items up to the first whose text has to be fetched.  `text`: of the first one; empty: it has none."""
        new = list({one.key: one for one in page.items if one.key not in known.seen}.values())
        payloads, taken, warnings, size = list[Incoming](), list[Item](), list[str](), 0
        then: ApiQuestion | None = None
        for item in new:
            needs = bool(item.link) and self.settings.with_texts
            if needs and text is None:
                then = Text(self._get(item.link), page, of)
                break
            value = page.with_only(item, text or None if needs else None)
            if payloads and (size + len(value) > TAKEN_BYTES_MAX or len(payloads) == TAKEN_PAYLOADS_MAX):
                then = Rest(page, of)
                break
            text = None if needs else text
            taken.append(item)
            if len(value) > PAYLOAD_BYTES_MAX:
                warnings.append(f"an item of {len(value):,} bytes is left out: more than {PAYLOAD_BYTES_MAX:,}")
                continue
            payloads.append(Incoming(shown(of.url), value))
            size += len(value)
        done = {one.key for one in taken}
        after = self._acknowledged([one for one in page.items if one.key in known.seen or one.key in done])
        seen = keys_to_write(done, known.seen, now_ms)
        result: ApiTaken = Taken(
            tuple(payloads),
            seen=seen,
            after=after,
            then=then,
            warnings=tuple(warnings),
            detail=f"{len(taken)} new items",
        )
        return result if then is not None else self._last(known, page, of, bool(new), result, now_ms)

    def _last(self, known: ApiKnown, page: Page, of: Get, had_news: bool, taken: ApiTaken, now_ms: int) -> ApiTaken:
        """Behind the last item of a page: the next page at once if it had something new, else after a while."""
        cursor = _well(self._cursor(known))
        is_next = bool(page.next) and page.next != of.url and split(self.settings.polling.url) is not None
        cursor = replace(cursor, page=page.next, etag="") if is_next else cursor
        met = [one.key for one in page.items]
        again = rhythm.spread(self.settings.polling, self._every_ms, now_ms)
        return dataclasses.replace(
            taken,
            cursor=cursor,
            seen=keys_to_write(met, known.seen, now_ms),
            forget=keys_to_forget(known.seen, met, len(taken.seen), now_ms),
            then=Get(page.next) if is_next and had_news else None,
            again_ms=None if is_next and had_news else again,
        )

    def _get(self, url: str) -> Get:
        return Get(url, own=origin(url) == origin(self.settings.polling.url))

    def _acknowledged(self, items: list[Item]) -> tuple[Acknowledge, ...]:
        if not self.settings.style.receipt:
            return ()
        base = self.settings.polling.url
        return tuple(
            Acknowledge(urljoin(base, f"entry/{quote(one.receipt, safe=RECEIPT_SAFE)}"))
            for one in items
            if one.receipt
        )

    # Answers that bring nothing.

    @property
    def _every_ms(self) -> int:
        return self.settings.polling.every_ms or self.settings.style.every_ms

    def _pause_ms(self, answer: Fetched, now_ms: int) -> int:
        """A queue says with each answer when to ask again."""
        asked = retry_after_ms(answer.headers, now_ms)
        return self._every_ms if asked is None else max(asked, PAUSE_MS_MIN)

    def _unanswered(self, cursor: ApiCursor, failed: Failed, now_ms: int) -> ApiTaken:
        trouble = failed.trouble if isinstance(failed, NoAnswer) else Trouble.CONNECTION
        return self._failed(cursor, TROUBLES[trouble]._replace(health=failed.health), failed, now_ms)

    def _refused(self, cursor: ApiCursor, get: Get, answer: Fetched | NoAnswer, now_ms: int) -> ApiTaken:
        if isinstance(answer, NoAnswer):
            return self._unanswered(cursor, answer, now_ms)
        if answer.status == 200:
            patience = TROUBLES[Trouble.PROTOCOL]
            failed = Failed(patience.health, f"the answer broke off, from {shown(get.url)}")
            return self._failed(cursor, patience, failed, now_ms)
        pause = retry_after_ms(answer.headers, now_ms)
        patience = patience_of(answer.status, pause is not None)
        failed = Failed(patience.health, told(answer.status, shown(get.url)), pause)
        if answer.status in NO_TEXT:  # a page that is too old is gone: begin with what there is
            cursor = replace(cursor, page="", etag="")
        return self._failed(cursor, patience, failed, now_ms)

    def _failed(self, cursor: ApiCursor, patience: Patience, failed: Failed, now_ms: int) -> ApiTaken:
        failures = min(cursor.failures + 1, FAILURES_MAX)
        asked = failed.retry_after_ms
        pause = patience.pause_ms(failures) if asked is None else max(asked, PAUSE_MS_MIN)
        again = rhythm.spread(self.settings.polling, pause, now_ms)
        behind = replace(cursor, failures=failures, patience_ms=again, health=patience.health)
        return Taken(cursor=behind, again_ms=again, health=patience.health, detail=failed.detail)

    # What is remembered.

    def _row(self) -> bytes:
        return key_of(repr(self.settings))

    def _cursor(self, known: ApiKnown) -> ApiCursor:
        """What is remembered.  What feeds.yaml says anew begins anew: items that are known are not repeated."""
        return known.cursor if known.cursor.row == self._row() else ApiCursor(row=self._row())


def _well(cursor: ApiCursor) -> ApiCursor:
    """The cursor behind an answer that could be used."""
    return ApiCursor(row=cursor.row, page=cursor.page, etag=cursor.etag)


def _changed(known: ApiKnown, cursor: ApiCursor) -> ApiCursor | None:
    return None if cursor == known.cursor else cursor
