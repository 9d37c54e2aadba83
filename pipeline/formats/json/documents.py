"""The documents of a JSON payload: one, an array of them, or an object around such an array."""

from __future__ import annotations

from typing import Any

WRAPPERS = ("items", "_items", "entries")  # `_items`: Superdesk's content API; `entries`: dpa's


def documents_of(document: Any, item_names: frozenset[str] = frozenset()) -> tuple[Any, ...]:
    """The documents, of whatever type.  An object with one of `item_names` is an item, even if it has `items`."""
    if isinstance(document, dict):
        wrapped = next((document[name] for name in WRAPPERS if isinstance(document.get(name), list)), None)
        if wrapped is None or not item_names.isdisjoint(document):
            return (document,) if document else ()
        document = wrapped
    return tuple(document) if isinstance(document, list) else (document,)
