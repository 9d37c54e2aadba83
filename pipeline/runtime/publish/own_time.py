"""Payloads placed by their own dates: what `wiredesk publish --at-their-time` sends, and in which order.

The date of a payload becomes its `ce_time`, the only time that the rooms know.  So an archive is read in its own
time: its gaps are kept, its stories form, its embargoes end as they did.  Sent with the present time, last year's
copy is older than every window, and each item gets a story of its own (docs/operations.md#an-archive).
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from dataclasses import replace
from datetime import datetime

import msgspec

from pipeline import formats
from pipeline.envelope import FORMAT
from pipeline.formats.parsed import Broken, Payload
from pipeline.items import instant, milliseconds
from pipeline.records import Rejected
from pipeline.runtime.publish.sources import RawPayload, Skipped

DAY_MS = 86_400_000
UNDATED_MS = 2**62  # after every date
TABLE = "CREATE TABLE spool (place INTEGER PRIMARY KEY, ms INTEGER, feed TEXT, payload BLOB)"

Found = RawPayload | Skipped


def own_time_ms(payload: RawPayload, now_ms: int) -> int | None:
    """When the payload was received, milliseconds since 1970; None if nothing in it shows when.

    A captured record has its time.  Any other payload has the latest date of its items: a poll of a feed is as old
    as its newest entry.  A date after `now_ms` is ignored: a wrong year must not move what follows.
    """
    if payload.received_ms is not None:
        return payload.received_ms
    declared = dict(payload.headers).get(FORMAT, b"").decode("utf-8", "replace") or None
    try:
        _, parse = formats.parse(Payload(payload.value, payload.feed, instant(now_ms), declared))
    except Rejected:  # normalise will say why
        return None
    dates = (item.version_created or item.first_created for item in parse.items if not isinstance(item, Broken))
    times = (milliseconds(date) for date in dates if date is not None)
    return max((ms for ms in times if ms <= now_ms), default=None)


def at_their_time(
    found: Iterable[Found], now_ms: int, on_read: Callable[[int], None] = lambda count: None
) -> Iterator[Found]:
    """First what is skipped; then all payloads in the order of their own times, each with its time.

    A payload without a date follows the one before it of its feed, or the first of its feed that has one; a feed
    without any date comes at the end, at the time of the last payload.  Payloads of one time keep the order of the
    sources.  Without any date at all the payloads have no time: they are sent as of now.
    All is read before the first is sent.  It waits in a temporary file, so that memory does not grow with it;
    sqlite3.Error if that file cannot be written.
    """
    with closing(sqlite3.connect("")) as spool:  # without a name: a file that nobody sees, gone when it is closed
        spool.execute(TABLE)
        first: dict[str, int] = {}
        latest: dict[str, int] = {}
        for count, one in enumerate(found, 1):
            on_read(count)
            if isinstance(one, Skipped):
                yield one
                continue
            if (own_ms := own_time_ms(one, now_ms)) is not None:
                first.setdefault(one.feed, own_ms)
                latest[one.feed] = own_ms
            row = latest.get(one.feed, UNDATED_MS), one.feed, msgspec.msgpack.encode(one)
            spool.execute("INSERT INTO spool VALUES (NULL, ?, ?, ?)", row)
        spool.execute("CREATE INDEX by_time ON spool (ms, feed)")
        begin = [(ms, UNDATED_MS, feed) for feed, ms in first.items()]
        spool.executemany("UPDATE spool SET ms = ? WHERE ms = ? AND feed = ?", begin)
        (last_ms,) = spool.execute("SELECT max(ms) FROM spool WHERE ms < ?", (UNDATED_MS,)).fetchone()
        for ms, payload in spool.execute("SELECT ms, payload FROM spool ORDER BY ms, place"):
            received_ms = last_ms if ms == UNDATED_MS else ms
            yield replace(msgspec.msgpack.decode(payload, type=RawPayload), received_ms=received_ms)


def with_hint(found: Iterable[Found], on_old: Callable[[str, datetime], None]) -> Iterator[Found]:
    """The same, after a look at the first payload: `on_old` gets its name and date if it is more than a day old.

    A captured record keeps its time in any case, and gives no hint.
    """
    is_first = True
    for one in found:
        if is_first and isinstance(one, RawPayload):
            is_first, now_ms = False, time.time_ns() // 1_000_000
            own_ms = own_time_ms(one, now_ms) if one.received_ms is None else None
            if own_ms is not None and own_ms < now_ms - DAY_MS:
                on_old(one.name, instant(own_ms))
        yield one
