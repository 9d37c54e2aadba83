"""The rules of dedupe, as a verdict names them: one definition each, with a version."""

from __future__ import annotations

from enum import StrEnum


class DedupeRule(StrEnum):
    """What decided.  The values are published; a rule that decides otherwise gets the next version."""

    EXACT = "exact/2"  # the same payload, body or bare body
    TWO_ZONE = "two-zone/7"  # a near-duplicate, or nothing like it
    ROUND_UP = "round-up/2"
    REPEAT = "repeat/1"  # resolve recognised the revision
    RECALL = "recall/1"
