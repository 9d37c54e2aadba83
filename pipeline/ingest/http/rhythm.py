"""When to ask a feed again.

Twice in the time in which it usually has one new entry; less often the longer it is silent.  What it says itself
(ttl, sy:updatePeriod) counts until its own rhythm is known, as most say what their software came with.  An answer
that may be kept for a time is not asked for before it is over.
"""

from __future__ import annotations

from msgspec.structs import replace

from pipeline.ingest.contract import key_of
from pipeline.ingest.http.cursor import FeedCursor
from pipeline.ingest.http.polling import DAY_MS, HOUR_MS, MINUTE_MS, Polling

GAP_MS = 30 * MINUTE_MS  # between two entries, while nothing is known
GAP_MS_MIN, GAP_MS_MAX = MINUTE_MS, 7 * DAY_MS
LEARNT = 0.3  # of what was known, so much gives way to what was seen last
SILENCE = 4  # a feed that is silent for so many gaps is slower than it was
SPREAD = 0.1  # of the interval, so that feeds that began together do not stay together
FULL_GAPS, FULL_MS_MIN, FULL_MS_MAX = 8, HOUR_MS, 12 * HOUR_MS  # a 304 is believed for so long


def learnt(cursor: FeedCursor, new: int, now_ms: int) -> FeedCursor:
    """The cursor behind an answer with new entries.  All of a first answer are new, which says nothing."""
    if not new:
        return cursor
    if not cursor.news_ms:
        return replace(cursor, news_ms=now_ms)
    seen = min(max((now_ms - cursor.news_ms) // new, GAP_MS_MIN), GAP_MS_MAX)
    gap = round(cursor.gap_ms + LEARNT * (seen - cursor.gap_ms)) if cursor.gap_ms else seen
    return replace(cursor, news_ms=now_ms, gap_ms=gap)


def again_ms(polling: Polling, cursor: FeedCursor, fresh_ms: int, now_ms: int) -> int:
    """When to ask again behind an answer that could be used."""
    if polling.every_ms is not None:
        return spread(polling, polling.every_ms, now_ms)
    wanted = max(_gap_ms(cursor, now_ms) // 2, fresh_ms)
    return spread(polling, min(max(wanted, polling.every_ms_min), polling.every_ms_max), now_ms)


def _gap_ms(cursor: FeedCursor, now_ms: int) -> int:
    silence = (now_ms - cursor.news_ms) // SILENCE if cursor.news_ms else 0
    return max(cursor.gap_ms or cursor.hint_ms or GAP_MS, silence)


def spread(polling: Polling, pause_ms: int, now_ms: int) -> int:
    """The end of a pause, later by up to a tenth of it: by a hash, so that the same arguments give the same."""
    drawn = int.from_bytes(key_of(polling.url, str(now_ms))[:4], "big") / 2**32
    return now_ms + pause_ms + int(pause_ms * SPREAD * drawn)


def is_full_due(cursor: FeedCursor, now_ms: int) -> bool:
    """Whether the whole document is to be fetched, whatever a 304 says: some servers never stop saying it."""
    if now_ms < cursor.distrust_ms:
        return True
    believed = min(max(FULL_GAPS * (cursor.gap_ms or GAP_MS), FULL_MS_MIN), FULL_MS_MAX)
    return now_ms - cursor.full_ms >= believed
