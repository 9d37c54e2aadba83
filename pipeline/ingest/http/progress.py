"""What is remembered behind a document of which everything was taken."""

from __future__ import annotations

from msgspec.structs import replace

from pipeline.ingest.contract import key_of
from pipeline.ingest.http import rhythm
from pipeline.ingest.http.cursor import FeedCursor
from pipeline.ingest.http.entry import Cut
from pipeline.ingest.http.exchange import Fetched
from pipeline.ingest.http.polling import DAY_MS
from pipeline.ingest.http.step import Step
from pipeline.ingest.http.unseen import Sorted

VALIDATOR_CHARACTERS_MAX = 1_000  # of an ETag or a date; a longer one is not sent back
DISTRUST_MS = 7 * DAY_MS  # that a server is asked for the whole document, once its 304 was wrong


def behind_document(step: Step, answer: Fetched) -> FeedCursor:
    """The cursor with the validators of the answer."""
    etag, modified = (
        text if len(text := answer.headers.get(name, "")) <= VALIDATOR_CHARACTERS_MAX else ""
        for name in ("etag", "last-modified")
    )
    return replace(
        step.well(),
        etag=etag,
        modified=modified,
        validated=key_of(step.get.url) if etag or modified else b"",
        full_ms=step.now_ms if etag or modified else 0,
        identity=step.polling.identity,
    )


def learnt(step: Step, behind: FeedCursor, found: Sorted, cut: Cut) -> FeedCursor:
    """The cursor with what the entries say: how often they come, whether their ids and a 304 can be believed."""
    before, now_ms = step.cursor, step.now_ms
    is_churn = bool(found.churned) and before.identity is step.polling.identity
    is_caught = now_ms >= before.distrust_ms and _would_lie(step, behind, found)
    return replace(
        rhythm.learnt(behind, len(found.new), now_ms),
        hint_ms=cut.hint_ms,
        distrust_ms=now_ms + DISTRUST_MS if is_caught else before.distrust_ms,
        churns=before.churns + is_churn,
    )


def _would_lie(step: Step, behind: FeedCursor, found: Sorted) -> bool:
    """Whether a whole document has something new, and a conditional request would have been answered 304."""
    before = step.cursor
    is_same = (before.etag, before.modified, before.validated) == (behind.etag, behind.modified, behind.validated)
    return bool(found.new and not step.get.headers and before.validated and is_same)


def warnings_of(step: Step, behind: FeedCursor, found: Sorted, cut: Cut) -> tuple[str, ...]:
    """What an operator has to know of a document."""
    texts = (
        (cut.is_broken, f"not well-formed: {len(cut.entries)} entries were cut out one by one"),
        (
            behind.churns > step.cursor.churns,
            f"the ids of {len(found.churned)} of {len(cut.entries)} entries changed at once, with the same link "
            "and words: not published again; id: link tells entries apart without them",
        ),
        (
            behind.distrust_ms > step.cursor.distrust_ms,
            "it answers 304 although it has something new: for a week it is asked for the whole document",
        ),
    )
    return tuple(text for applies, text in texts if applies)
