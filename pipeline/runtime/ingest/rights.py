"""Which right is missing, where Kafka refuses what ingest does."""

from __future__ import annotations

from pipeline.runtime.kafka import refusals
from pipeline.settings import Settings

# Kafka's error code, in both libraries `errno` -> what it may not do, and the right it needs; {} is APP_ID.ingest-
MISSING = {
    29: ("use wire.raw or wire.feeds", "Write on both topics, and Read on wire.feeds"),
    31: ("begin transactions", "Write on the transactional ids that begin with {}"),
    53: ("use the transactional ids that begin with {}", "Write on them, as a prefix"),
}


def missing_right(settings: Settings, error: BaseException) -> refusals.Forbidden | None:
    """The right that it lacks, if that is what the error says; else None."""
    ids = f"{settings.app_id}.ingest-"
    rights = {code: (action.format(ids), right.format(ids)) for code, (action, right) in MISSING.items()}
    return refusals.missing_right(settings.connection, error, rights)
