"""AP: concepts, sources and bylines in the form that Fields reads."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def opened(document: Mapping[str, Any]) -> dict[str, Any]:
    """The item, its concepts, sources and bylines as names, codes, and what they are to it."""
    opened = dict(document)
    if isinstance(where := document.get("datelinelocation"), dict):
        opened["datelinelocation"] = {"city": {"name": where.get("city"), "rel": "dateline"}}
    for name in ("subject", "place"):
        opened[name] = [_concept(found, None) for found in _elements(document, name)]
    for name in ("person", "organisation", "company", "event", "fixture"):
        opened[name] = [_concept(found, name) for found in _elements(document, name)]
    opened["keywords"] = [{"name": found, "rel": "keyword"} for found in _elements(document, "keywords")]
    opened["infosource"] = [
        {**found, "role": found.get("type")} if isinstance(found, dict) else found
        for found in _elements(document, "infosource")
    ]
    for name, role in (("provider", "provider"), ("description_creditline", "creditline")):
        opened[name] = [{"name": found, "role": role} for found in _elements(document, name)]
    for name in ("bylines", "photographer"):
        opened[name] = [
            found.get("by") or found.get("name") if isinstance(found, dict) else found
            for found in _elements(document, name)
        ]
    return opened


def _elements(document: Mapping[str, Any], name: str) -> list[Any]:
    found = document.get(name)
    return found if isinstance(found, list) else [] if found is None else [found]


def _concept(found: Any, rel: str | None) -> Any:
    """A concept of AP's: its URI is scheme and code; `rels` says what it is to the item."""
    if not isinstance(found, dict):
        return found
    scheme, code, rels = found.get("scheme"), found.get("code"), found.get("rels")
    uri = f"{scheme}{code}" if isinstance(scheme, str) and isinstance(code, str) else None
    first = rels[0] if isinstance(rels, list) and rels and isinstance(rels[0], str) else None
    return {"name": found.get("name"), "code": code, "uri": uri, "rel": rel or first}
