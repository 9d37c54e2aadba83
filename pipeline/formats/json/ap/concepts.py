"""AP: concepts, sources and bylines in the form that JsonFields reads."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any


def with_uniform_concepts(document: Mapping[str, Any]) -> dict[str, Any]:
    """The item with each concept, source and byline as a name, a code and its relation to the item."""
    item = {**document, **{name: list(map(form, _elements(document, name))) for name, form in FORMS.items()}}
    if isinstance(where := document.get("datelinelocation"), dict):
        item["datelinelocation"] = {"city": {"name": where.get("city"), "rel": "dateline"}}
    return item


def _elements(document: Mapping[str, Any], name: str) -> list[Any]:
    found = document.get(name)
    return found if isinstance(found, list) else [] if found is None else [found]


def _concept(found: Any, rel: str | None = None) -> Any:
    """A concept of AP's: scheme and code make its URI, `rels` is its relation to the item."""
    if not isinstance(found, dict):
        return found
    scheme, code, rels = found.get("scheme"), found.get("code"), found.get("rels")
    uri = f"{scheme}{code}" if isinstance(scheme, str) and isinstance(code, str) else None
    first = rels[0] if isinstance(rels, list) and rels and isinstance(rels[0], str) else None
    return {"name": found.get("name"), "code": code, "uri": uri, "rel": rel or first}


def _keyword(found: Any) -> Any:
    return {"name": found, "rel": "keyword"}


def _source(found: Any) -> Any:
    return {**found, "role": found.get("type")} if isinstance(found, dict) else found


def _named_source(found: Any, role: str) -> Any:
    return {"name": found, "role": role}


def _byline(found: Any) -> Any:
    return found.get("by") or found.get("name") if isinstance(found, dict) else found


FORMS: dict[str, Callable[[Any], Any]] = {  # a list of the item -> the form of each of its elements
    "subject": _concept,
    "place": _concept,
    **{name: partial(_concept, rel=name) for name in ("person", "organisation", "company", "event", "fixture")},
    "keywords": _keyword,
    "infosource": _source,
    "provider": partial(_named_source, role="provider"),
    "description_creditline": partial(_named_source, role="creditline"),
    "bylines": _byline,
    "photographer": _byline,
}
