"""A document of a payload, with what is said around it."""

from __future__ import annotations

from typing import Any, NamedTuple

from pipeline.notes import Passage


class Enveloped(NamedTuple):
    """A document, and what the envelope around it says to editors."""

    document: Any
    said: tuple[Passage, ...]
