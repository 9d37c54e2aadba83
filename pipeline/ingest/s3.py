"""A bucket into which an agency, or an archive, puts its files: Amazon S3, or a service that speaks like it.

What tells an object is its name and its ETag, which follows from its content: the same name with new content is a
new payload, and the same content written again is not.  Where names sort by time, the last one is all that is
remembered.
"""

from __future__ import annotations

from collections.abc import Iterator

from pipeline.envelope import CONTENT_TYPE
from pipeline.ingest.contract import (
    Connector,
    Failed,
    Health,
    Incoming,
    Known,
    Taken,
    fitting,
    key_of,
    named,
)
from pipeline.ingest.folder_feed import After
from pipeline.ingest.s3_feed import Answer, Get, Got, List, Page, Put, S3Cursor, S3Feed, Thing, Things, Trouble
from pipeline.rule_values import HOUR_MS

MET_AGAIN_MS = 24 * HOUR_MS  # an object that stays is noted again, so that it is not forgotten
FORGET_MS = 7 * 24 * HOUR_MS  # after which one that is not listed any more is
FORGOTTEN_MAX = 5_000  # of a step; the rest follows
LASTING = frozenset({Trouble.TOO_LARGE, Trouble.DAMAGED})  # until the object changes
BLOCKING = frozenset({Trouble.CHANGED, Trouble.REFUSED})  # what is behind them waits, where names are in order
QUIET = frozenset({Trouble.CHANGED, Trouble.GONE})  # what happens to objects, and is no fault
SAME_PAGE = "the service gives the same page of names again and again; look at `endpoint`"

Step = Taken[S3Cursor, List | Get, Put]


class S3Connector(Connector[S3Cursor, List | Get, Answer, Put]):
    """Takes each object once, whatever dies in between."""

    kind = "s3"
    guarantee = (
        "each object exactly once, by name and ETag; one that was away for more than seven days comes again. With "
        "`in_order`, each name once, and none that sorts before one that was taken"
    )
    cursor_type = S3Cursor

    def __init__(self, feed: S3Feed) -> None:
        self.feed = feed

    def open(self) -> S3Cursor:
        return S3Cursor()

    def ask(self, known: Known[S3Cursor], now_ms: int) -> List:
        return List(behind=known.cursor.last)

    def take(self, known: Known[S3Cursor], question: List | Get, answer: Answer | Failed, now_ms: int) -> Step:
        match answer:
            case Failed():
                later = now_ms + max(self.feed.every, answer.retry_after_ms or 0)
                return Taken(health=answer.health, detail=answer.detail, again_ms=later)
            case Page():
                assert isinstance(question, List)
                return self._listed(known, question, answer, now_ms)
            case Things():
                assert isinstance(question, Get)
                return self._got(known, question, answer, now_ms)

    def _listed(self, known: Known[S3Cursor], question: List, page: Page, now_ms: int) -> Step:
        """What to get of a page; what of it was taken before, and is noted again or put away."""
        if page.token and page.token == question.token:
            return Taken(health=Health.BROKEN, detail=SAME_PAGE, again_ms=now_ms + self.feed.every)
        new: list[Thing] = []
        left: list[Put] = []
        met: list[bytes] = []
        for thing in page.things:
            found = next((key for key in (_key(thing), _key(thing, "skipped")) if key in known.seen), None)
            if found is None:
                new.append(thing)
            elif self.feed.after is not After.KEEP and found == _key(thing):
                left.append(Put(thing))
            elif now_ms - known.seen[found] >= MET_AGAIN_MS:
                met.append(found)
        begins = not question.token and not self.feed.in_order
        round_ms = now_ms if begins else known.cursor.round_ms
        ends = not page.token and not new and not self.feed.in_order
        return Taken(
            cursor=S3Cursor(known.cursor.last, now_ms) if begins and known.seen else None,
            seen=tuple(met),
            forget=tuple(_gone(known, frozenset(met), round_ms)) if ends else (),
            after=tuple(left),
            then=_next(tuple(new), page.token),
            again_ms=now_ms + self.feed.every,
        )

    def _got(self, known: Known[S3Cursor], question: Get, answer: Things, now_ms: int) -> Step:
        """The payloads of what was got; the others are got next, or found again by a later look."""
        all_got = self._unblocked(answer.got) if self.feed.in_order else answer.got
        whole = [got for got in all_got if got.trouble is None]
        lasting = [got.thing for got in all_got if got.trouble in LASTING]
        keys = [_key(got.thing) for got in whole] + [_key(thing, "skipped") for thing in lasting]
        cursor = None
        if self.feed.in_order and all_got:
            keys, cursor = [], S3Cursor(all_got[-1].thing.key, known.cursor.round_ms)
        problems = tuple(_problems([got for got in answer.got if got.trouble and got.trouble not in QUIET]))
        rest = question.things[len(answer.got) :] + question.rest
        goes_on = len(all_got) == len(answer.got) > 0
        return Taken(
            payloads=tuple(map(_payload, whole)),
            cursor=cursor,
            seen=tuple(keys),
            after=() if self.feed.after is After.KEEP else tuple(Put(got.thing) for got in whole),
            then=_next(rest, question.token) if goes_on else None,
            again_ms=now_ms + self.feed.every,
            health=Health.BROKEN if problems else Health.OK,
            detail=problems[0] if problems else "",
            warnings=problems,
        )

    def _unblocked(self, all_got: tuple[Got, ...]) -> tuple[Got, ...]:
        """Those before the first that may be got later: where only the last name is known, nothing is left out."""
        blocked = (number for number, got in enumerate(all_got) if got.trouble in BLOCKING)
        return all_got[: next(blocked, len(all_got))]


def _next(things: tuple[Thing, ...], token: str) -> List | Get | None:
    """The objects, as many as fit into a step, and then the next page."""
    if not things:
        return List(token=token) if token else None
    count = fitting(thing.size for thing in things)
    return Get(things[:count], things[count:], token)


def _gone(known: Known[S3Cursor], met: frozenset[bytes], round_ms: int) -> Iterator[bytes]:
    """What may be forgotten: each object that is there was noted again in this round, if it was long ago."""
    old = (key for key, met_ms in known.seen.items() if met_ms < round_ms - FORGET_MS and key not in met)
    return (key for _, key in zip(range(FORGOTTEN_MAX), old, strict=False))


def _key(thing: Thing, what: str = "object") -> bytes:
    return key_of(what, thing.key, thing.etag)


def _payload(got: Got) -> Incoming:
    headers = ((CONTENT_TYPE, got.content_type),) if got.content_type else ()
    return Incoming(got.thing.key, got.value, headers)


def _problems(those: list[Got]) -> Iterator[str]:
    """A sentence for each kind of trouble, with the first of its objects."""
    for trouble in Trouble:
        names = [got.thing.key for got in those if got.trouble is trouble]
        if names:
            yield f"{trouble}: {named(names)}"
