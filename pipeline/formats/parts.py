"""A document of a payload, with what is said around it."""

from __future__ import annotations

from typing import Any, NamedTuple

from pipeline.notes import Passage
from pipeline.records import Reason


class Unreadable(NamedTuple):
    """A part of a payload that is no document: a dead letter with this reason."""

    reason: Reason
    detail: str


class Enveloped(NamedTuple):
    """A document, and what the envelope around it says to editors."""

    document: Any
    said: tuple[Passage, ...]
