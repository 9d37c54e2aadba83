"""A JSON payload's documents: one, an array of them, or an object around such an array."""

from __future__ import annotations

from typing import Any

WRAPPERS = ("items", "_items", "entries")  # `_items`: Superdesk's content API; `entries`: dpa's


def documents_of(document: Any, telling: frozenset[str] = frozenset()) -> tuple[Any, ...]:
    """The documents, whatever they are.  One that bears a `telling` name is an item that has items."""
    if isinstance(document, dict):
        wrapped = next((document[name] for name in WRAPPERS if isinstance(document.get(name), list)), None)
        if wrapped is None or not telling.isdisjoint(document):
            return (document,) if document else ()
        document = wrapped
    return tuple(document) if isinstance(document, list) else (document,)
