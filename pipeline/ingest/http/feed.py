"""The connector of a feed that is polled."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import ClassVar

from msgspec.structs import replace

from pipeline.envelope import CONTENT_TYPE
from pipeline.formats import PAYLOAD_BYTES_MAX
from pipeline.ingest.contract import (
    TAKEN_BYTES_MAX,
    TAKEN_PAYLOADS_MAX,
    Connector,
    Failed,
    Health,
    Incoming,
    Known,
    Taken,
    key_of,
)
from pipeline.ingest.http import redirects, rhythm
from pipeline.ingest.http.addresses import shown, split
from pipeline.ingest.http.caching import fresh_ms, retry_after_ms
from pipeline.ingest.http.cursor import FeedCursor
from pipeline.ingest.http.documents import in_documents
from pipeline.ingest.http.entry import Cut, Entry
from pipeline.ingest.http.exchange import Already, Answer, Busy, Early, Fetched, Get, NoAnswer, Question, Trouble
from pipeline.ingest.http.failures import FAILURES_MAX, TROUBLES, Patience, patience_of
from pipeline.ingest.http.polling import DAY_MS, Polling
from pipeline.ingest.http.reading import NoFeed, read_document
from pipeline.ingest.http.unseen import Sorted, Trust, keys_to_forget, keys_to_write, sort_entries

VALIDATOR_CHARACTERS_MAX = 1_000  # of an ETag or a date; a longer one is not sent back
BUSY_MS = 10_000  # until a feed is asked again whose server was busy with others
PAUSE_MS_MIN = 1_000  # whatever a server asks for
DISTRUST_MS = 7 * DAY_MS  # that a server is asked for the whole document, once its 304 was wrong
DOCUMENTS = frozenset({200, 203})
FeedTaken = Taken[FeedCursor, Question, None]
FeedKnown = Known[FeedCursor]


@dataclass(frozen=True, slots=True)
class FeedPolling(Connector[FeedCursor, Question, Answer, None]):
    """RSS, Atom and JSON Feed: the entries that are new, as documents of the feed's format."""

    polling: Polling

    kind: ClassVar[str] = "rss"
    guarantee: ClassVar[str] = (
        "Each entry once for each wording that it has, whatever crashes. An entry that comes and goes between two "
        "requests is not seen."
    )
    cursor_type = FeedCursor

    def open(self) -> FeedCursor:
        """A feed that was never asked."""
        return FeedCursor(row=self._row())

    def ask(self, known: FeedKnown, now_ms: int) -> Question:
        """The document, if it has changed; whole now and then."""
        cursor = self._cursor(known)
        url = cursor.address or self.polling.url
        get = Get(url, self._validators(cursor, url, now_ms), settled=url)
        if cursor.is_gone or now_ms < cursor.patience_ms:
            return Already(get, Early(None if cursor.is_gone else cursor.patience_ms))
        return get

    def take(self, known: FeedKnown, question: Question, answer: Answer | Failed, now_ms: int) -> FeedTaken:
        """What is new, and when to ask again."""
        get = question.question if isinstance(question, Already) else question
        cursor = self._cursor(known)
        if isinstance(answer, Early):
            return Taken(again_ms=answer.until_ms, health=cursor.health, detail="it is not asked yet")
        if isinstance(answer, Busy):
            again = rhythm.spread(self.polling, BUSY_MS, now_ms)
            return Taken(again_ms=again, health=cursor.health, detail="its server answers other feeds of ours")
        if isinstance(answer, Failed):
            trouble = answer.trouble if isinstance(answer, NoAnswer) else Trouble.CONNECTION
            return self._failed(cursor, TROUBLES[trouble]._replace(health=answer.health), answer, now_ms)
        if answer.status in redirects.FOLLOWED:
            hop = redirects.next_hop(self.polling, get, answer)
            if isinstance(hop, Get):
                return Taken(then=hop)
            return self._failed(cursor, TROUBLES[Trouble.REDIRECT], hop, now_ms)
        if answer.status in DOCUMENTS:
            return self._document(known, cursor, get, answer, now_ms)
        if answer.status == 204 or (answer.status == 304 and get.headers):
            kept = replace(self._moved(cursor, get, now_ms), failures=0, patience_ms=0, health=Health.OK)
            return self._nothing(known, kept, answer, now_ms, "not modified")
        return self._refused(cursor, get, answer, now_ms)

    # Answers that bring no document.

    def _nothing(
        self, known: FeedKnown, cursor: FeedCursor, answer: Fetched, now_ms: int, detail: str
    ) -> FeedTaken:
        return Taken(
            cursor=_changed(known, cursor),
            again_ms=rhythm.again_ms(self.polling, cursor, fresh_ms(answer.headers, now_ms), now_ms),
            detail=detail,
        )

    def _refused(self, cursor: FeedCursor, get: Get, answer: Fetched, now_ms: int) -> FeedTaken:
        pause = retry_after_ms(answer.headers, now_ms)
        detail = f"status {answer.status} from {shown(get.url)}"
        if answer.status == 410 and not cursor.address:
            gone = replace(cursor, is_gone=True, failures=0, patience_ms=0, health=Health.GONE)
            detail += ": it is not asked again until feeds.yaml says something else of it"
            return Taken(cursor=gone, health=Health.GONE, detail=detail)
        patience = patience_of(answer.status, pause is not None)
        if answer.status == 410:  # at an address that was remembered: the one of feeds.yaml may know better
            cursor = replace(cursor, address="")
        return self._failed(cursor, patience, Failed(patience.health, detail, pause), now_ms)

    def _failed(self, cursor: FeedCursor, patience: Patience, failed: Failed, now_ms: int) -> FeedTaken:
        failures = min(cursor.failures + 1, FAILURES_MAX)
        asked = failed.retry_after_ms
        pause = patience.pause_ms(failures) if asked is None else max(asked, PAUSE_MS_MIN)
        again = rhythm.spread(self.polling, pause, now_ms)
        behind = replace(
            cursor, failures=failures, patience_ms=again, health=patience.health, moved="", moved_ms=0, moves=0
        )
        if redirects.is_lost(behind):
            behind = replace(behind, address="")
        return Taken(cursor=behind, again_ms=again, health=patience.health, detail=failed.detail)

    # A document.

    def _document(self, known: FeedKnown, cursor: FeedCursor, get: Get, answer: Fetched, now_ms: int) -> FeedTaken:
        digest = key_of(answer.body)
        behind = self._behind(cursor, get, answer, now_ms)
        if digest == cursor.body and answer.is_whole and cursor.identity is self.polling.identity:
            return self._nothing(known, behind, answer, now_ms, "the same document")
        try:
            cut = read_document(answer.body)
        except NoFeed as error:
            patience = TROUBLES[Trouble.NO_FEED]
            return self._failed(
                cursor, patience, Failed(patience.health, f"{error}, from {shown(get.url)}"), now_ms
            )
        if cut.is_broken and not cut.entries:
            return self._whole(known, cursor, get, answer, now_ms)
        trust = Trust(self.polling.identity, cursor.churns, cursor.identity not in (None, self.polling.identity))
        found = sort_entries(cut.entries, known.seen, trust, now_ms)
        payloads, taken, warnings = self._payloads(cut, found.new, get, answer)
        keys = {key for one in taken for key in found.keys[one][:2]}
        if len(taken) < len(found.new):
            seen = keys_to_write(keys, known.seen, now_ms)
            return Taken(payloads, seen=seen, then=Already(get, answer), warnings=warnings)
        keys |= {*found.met, *(found.keys[one].own for one in found.churned)}
        seen = keys_to_write(keys, known.seen, now_ms)
        behind = self._learnt(behind, cursor, get, found, cut, now_ms)
        is_whole = answer.is_whole and not cut.is_cut_off
        behind = replace(behind, body=digest if is_whole else b"")
        result: FeedTaken = Taken(
            payloads,
            cursor=_changed(known, behind),
            seen=seen,
            forget=keys_to_forget(known.seen, keys, len(seen), now_ms),
            again_ms=rhythm.again_ms(self.polling, behind, fresh_ms(answer.headers, now_ms), now_ms),
            detail=f"{len(found.new)} new of {len(cut.entries)} entries",
            warnings=(*warnings, *_warnings(cut, found, behind, cursor)),
        )
        return result if is_whole else self._short(known, cursor, result, get)

    def _behind(self, cursor: FeedCursor, get: Get, answer: Fetched, now_ms: int) -> FeedCursor:
        """The cursor behind a document of which everything was taken."""
        etag, modified = (
            text if len(text := answer.headers.get(name, "")) <= VALIDATOR_CHARACTERS_MAX else ""
            for name in ("etag", "last-modified")
        )
        return replace(
            self._moved(cursor, get, now_ms),
            etag=etag,
            modified=modified,
            validated=key_of(get.url) if etag or modified else b"",
            full_ms=now_ms if etag or modified else 0,
            failures=0,
            patience_ms=0,
            health=Health.OK,
            identity=self.polling.identity,
        )

    def _learnt(
        self, behind: FeedCursor, before: FeedCursor, get: Get, found: Sorted, cut: Cut, now_ms: int
    ) -> FeedCursor:
        is_same = (behind.etag, behind.modified, behind.validated) == (
            before.etag,
            before.modified,
            before.validated,
        )
        would_lie = bool(found.new and not get.headers and before.validated and is_same)
        learnt = rhythm.learnt(behind, len(found.new), now_ms)
        is_churn = bool(found.churned) and before.identity is self.polling.identity
        return replace(
            learnt,
            hint_ms=cut.hint_ms,
            distrust_ms=now_ms + DISTRUST_MS if would_lie and now_ms >= before.distrust_ms else before.distrust_ms,
            churns=before.churns + is_churn,
        )

    def _short(self, known: FeedKnown, cursor: FeedCursor, taken: FeedTaken, get: Get) -> FeedTaken:
        """What a document that broke off had.  It is not taken for what the server has: the next one is whole."""
        behind = taken.cursor or cursor
        return dataclasses.replace(
            taken,
            cursor=_changed(
                known, replace(behind, etag="", modified="", validated=b"", full_ms=0, health=Health.BROKEN)
            ),
            health=Health.BROKEN,
            detail=f"the document broke off, from {shown(get.url)}; {taken.detail}",
        )

    def _whole(self, known: FeedKnown, cursor: FeedCursor, get: Get, answer: Fetched, now_ms: int) -> FeedTaken:
        """A feed in which no entry can be found: it is published as it is, once, and dies with its reason."""
        patience = TROUBLES[Trouble.NO_FEED]
        failed = self._failed(
            cursor, patience, Failed(patience.health, f"no entry can be cut out, from {shown(get.url)}"), now_ms
        )
        key = key_of("whole", answer.body)
        if key in known.seen or not answer.is_whole or len(answer.body) > PAYLOAD_BYTES_MAX:
            return failed
        payload = _incoming(answer.body, get, answer)
        return Taken(
            (payload,), failed.cursor, (key,), again_ms=failed.again_ms, health=failed.health, detail=failed.detail
        )

    def _payloads(
        self, cut: Cut, new: tuple[Entry, ...], get: Get, answer: Fetched
    ) -> tuple[tuple[Incoming, ...], list[Entry], tuple[str, ...]]:
        """The payloads of one step, the entries that they settle, and warnings."""
        payloads, taken, warnings, size = list[Incoming](), list[Entry](), list[str](), 0
        for value, entries in in_documents(cut, new):
            if payloads and (size + len(value) > TAKEN_BYTES_MAX or len(payloads) == TAKEN_PAYLOADS_MAX):
                break
            taken += entries
            if len(value) > PAYLOAD_BYTES_MAX:
                warnings.append(
                    f"{len(entries)} entries left out: {len(value):,} bytes are more than {PAYLOAD_BYTES_MAX:,}"
                )
                continue
            payloads.append(_incoming(value, get, answer))
            size += len(value)
        return tuple(payloads), taken, tuple(warnings)

    # What is remembered.

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

    def _moved(self, cursor: FeedCursor, get: Get, now_ms: int) -> FeedCursor:
        """A redirect of an address that is secret is not remembered: the new one may be as secret."""
        return cursor if split(self.polling.url) is None else redirects.moved(cursor, get, now_ms)

    def _validators(self, cursor: FeedCursor, url: str, now_ms: int) -> dict[str, str]:
        if cursor.validated != key_of(url) or rhythm.is_full_due(cursor, now_ms):
            return {}
        if cursor.etag:
            return {"If-None-Match": cursor.etag}
        return {"If-Modified-Since": cursor.modified}


def _changed(known: FeedKnown, cursor: FeedCursor) -> FeedCursor | None:
    """The cursor, if it has to be written."""
    return None if cursor == known.cursor else cursor


def _incoming(value: bytes, get: Get, answer: Fetched) -> Incoming:
    kind = answer.headers.get("content-type", "")[:200].encode("ascii", "replace")
    return Incoming(shown(get.url), value, ((CONTENT_TYPE, kind),) if kind else ())


def _warnings(cut: Cut, found: Sorted, behind: FeedCursor, before: FeedCursor) -> tuple[str, ...]:
    is_churn = behind.churns > before.churns
    texts = (
        (cut.is_broken, f"not well-formed: {len(cut.entries)} entries were cut out one by one"),
        (
            is_churn,
            f"the ids of {len(found.churned)} of {len(cut.entries)} entries changed at once, with the same link "
            "and words: not published again; id: link tells entries apart without them",
        ),
        (
            behind.distrust_ms > before.distrust_ms,
            "it answers 304 although it has something new: for a week it is asked for the whole document",
        ),
    )
    return tuple(text for applies, text in texts if applies)
