"""What is remembered of a feed that is polled, beside the entries that it had."""

from __future__ import annotations

import msgspec

from pipeline.ingest.contract import Health
from pipeline.ingest.http.polling import Identity


class FeedCursor(msgspec.Struct, frozen=True, omit_defaults=True):
    """Written with the payloads, in one transaction.  Times are milliseconds since 1970; 0: never."""

    row: bytes = b""  # a hash of what feeds.yaml says: with another row, addresses and failures count no more
    etag: str = ""
    modified: str = ""  # Last-Modified, as it was written
    validated: bytes = b""  # a hash of the address that gave both
    body: bytes = b""  # a hash of the last body
    full_ms: int = 0  # when the last whole answer came
    distrust_ms: int = 0  # until then no conditional request: its 304 was wrong
    news_ms: int = 0  # when the last new entry came
    gap_ms: int = 0  # the time between two entries, learnt
    hint_ms: int = 0  # what the document says: ttl, sy:updatePeriod
    failures: int = 0  # in a row
    patience_ms: int = 0  # nothing is asked before
    health: Health = Health.OK  # at the last answer
    is_gone: bool = False  # 410
    address: str = ""  # where permanent redirects have led for long enough
    moved: str = ""  # where they lead
    moved_ms: int = 0  # since when
    moves: int = 0  # how often in a row
    identity: Identity | None = None  # by which the entries were told apart
    churns: int = 0  # how often all guids had changed
