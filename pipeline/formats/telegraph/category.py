"""The category of a telegraph message."""

from __future__ import annotations

from pipeline.items import Concept


def category_concept(code: str | None) -> tuple[Concept, ...]:
    """The category of a header as a subject; none without a code."""
    return (Concept(rel="category", literal=code.lower()),) if code else ()
