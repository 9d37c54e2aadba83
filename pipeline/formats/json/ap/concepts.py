"""AP: concepts, sources and bylines in the form that JsonFields reads."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def with_uniform_concepts(document: Mapping[str, Any]) -> dict[str, Any]:
    """The item with each concept, source and byline as a name, a code and its relation to the item."""
    item = dict(document)
    if isinstance(where := document.get("datelinelocation"), dict):
        item["datelinelocation"] = {"city": {"name": where.get("city"), "rel": "dateline"}}
    for name in ("subject", "place"):
        item[name] = [_concept(found, None) for found in _elements(document, name)]
    for name in ("person", "organisation", "company", "event", "fixture"):
        item[name] = [_concept(found, name) for found in _elements(document, name)]
    item["keywords"] = [{"name": found, "rel": "keyword"} for found in _elements(document, "keywords")]
    item["infosource"] = [
        {**found, "role": found.get("type")} if isinstance(found, dict) else found
        for found in _elements(document, "infosource")
    ]
    for name, role in (("provider", "provider"), ("description_creditline", "creditline")):
        item[name] = [{"name": found, "role": role} for found in _elements(document, name)]
    for name in ("bylines", "photographer"):
        item[name] = [
            found.get("by") or found.get("name") if isinstance(found, dict) else found
            for found in _elements(document, name)
        ]
    return item


def _elements(document: Mapping[str, Any], name: str) -> list[Any]:
    found = document.get(name)
    return found if isinstance(found, list) else [] if found is None else [found]


def _concept(found: Any, rel: str | None) -> Any:
    """A concept of AP's: scheme and code make its URI, `rels` is its relation to the item."""
    if not isinstance(found, dict):
        return found
    scheme, code, rels = found.get("scheme"), found.get("code"), found.get("rels")
    uri = f"{scheme}{code}" if isinstance(scheme, str) and isinstance(code, str) else None
    first = rels[0] if isinstance(rels, list) and rels and isinstance(rels[0], str) else None
    return {"name": found.get("name"), "code": code, "uri": uri, "rel": rel or first}
