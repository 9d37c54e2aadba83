"""A JSON text around a list, with the place of each element: what is cut out of it stays as it was written."""

from __future__ import annotations

import json
from collections.abc import Mapping
from json import JSONDecodeError
from typing import Any, NamedTuple

BLANKS = " \t\r\n"
# Numbers stay texts: nothing is computed with them, and a long one would take its time.
DECODER = json.JSONDecoder(strict=False, parse_int=str, parse_float=str, parse_constant=str)
# What reading raises for a text that is no JSON; IndexError: it ends too early; RecursionError: it is too deep.
NO_JSON = (JSONDecodeError, StopIteration, RecursionError, IndexError)


class Place(NamedTuple):
    """An element, and its place in characters."""

    begin: int
    end: int
    value: Any


class JsonList(NamedTuple):
    """A list within objects."""

    begin: int  # within its brackets
    end: int
    elements: list[Place]


class JsonObject(NamedTuple):
    """An object, all of it but the list."""

    members: Mapping[str, Any]
    list: JsonList | None
    end: int


def find_list(text: str, path: tuple[str, ...]) -> JsonObject | None:
    """The object that the text is, and the list at the path in it; None if it is no object, or has two of them.

    Raises one of NO_JSON.
    """
    at = _skip(text, 0)
    found = _object(text, at, path) if text[at] == "{" else None
    return found if found and not text[found.end :].strip(BLANKS) else None


def _object(text: str, at: int, path: tuple[str, ...]) -> JsonObject | None:
    members: dict[str, Any] = {}
    listed: JsonList | None = None
    at = _skip(text, at + 1)
    while text[at] != "}":
        if text[at] != '"':
            return None
        name, at = DECODER.raw_decode(text, at)
        at = _skip(text, at)
        if text[at] != ":":
            return None
        at = _skip(text, at + 1)
        if path and name == path[0] and name in members:
            return None  # which of the two counts, readers do not agree on
        if path == (name,) and text[at] == "[":
            members[name], listed = None, _list(text, at + 1)
            at = listed.end + 1
        elif path[1:] and name == path[0] and text[at] == "{":
            inner = _object(text, at, path[1:])
            if inner is None:
                return None
            members[name], listed, at = inner.members, inner.list, inner.end
        else:
            members[name], at = DECODER.raw_decode(text, at)
        at = _skip(text, at)
        if text[at] == ",":
            at = _skip(text, at + 1)
    return JsonObject(members, listed, at + 1)


def _list(text: str, begin: int) -> JsonList:
    elements: list[Place] = []
    at = _skip(text, begin)
    while text[at] != "]":
        value, end = DECODER.raw_decode(text, at)
        elements.append(Place(at, end, value))
        at = _skip(text, end)
        if text[at] == ",":
            at = _skip(text, at + 1)
    return JsonList(begin, at, elements)


def _skip(text: str, at: int) -> int:
    while text[at] in BLANKS:
        at += 1
    return at
