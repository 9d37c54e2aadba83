"""JSON payloads: checked for depth before they are parsed, repaired where vendors break them in known ways.

Repaired, with a warning: a backslash before a character that JSON does not escape (curly quotes), raw tabs and
newlines inside strings, half a surrogate pair.  Every other violation of the grammar is rejected, so that a
truncated document is never read in part.  So is an object that gives two values for one name: a parser keeps one of
them, and the other may be the embargo; and a document in UTF-7, whose escapes would be letters of its words.
"""

from __future__ import annotations

import json
import re
from functools import lru_cache
from itertools import chain
from typing import Any, NoReturn

import orjson

from pipeline.formats.text.encoding import decode
from pipeline.records import Reason, Rejected

DEPTH_MAX = 64  # ninjs with associations needs 8, AP JSON 12
REPAIRED = "broken JSON, repaired"

STRING_OR_BRACKET = re.compile(r'"[^"\\]*+(?:\\.[^"\\]*+)*+"?|[\[{]|[\]}]', re.DOTALL)
ESCAPED_COLON = re.compile(r"\\u003[aA]")
UTF7_BACKSLASH = "+AFw-"
CONTAINERS = frozenset({dict, list})
HALF = r"\\u[dD][89a-fA-F][0-9a-fA-F]{2}"
ESCAPE = re.compile(
    r"((?:\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}"  # a surrogate pair is kept
    rf"|(?!{HALF})\\u[0-9a-fA-F]{{4}}|\\[\"\\/bfnrt])++)"  # valid escapes are kept, a run at a time
    rf"|({HALF})"  # half a pair becomes U+FFFD
    r"|\\"  # a backslash that escapes nothing is dropped
)


@lru_cache(maxsize=1)  # the current payload: it is loaded to recognise the format, then by its parser
def load_json(data: bytes) -> tuple[Any, tuple[str, ...]]:
    """The document, which is cached and must not be changed, and warnings.

    Raises Rejected(ENCODING, TOO_DEEP, MALFORMED).
    """
    text, warnings = decode(data)
    if UTF7_BACKSLASH in text:
        raise Rejected(Reason.ENCODING, f"UTF-7, at character {text.index(UTF7_BACKSLASH)}")
    try:
        document = orjson.loads(text)
    except orjson.JSONDecodeError as error:
        check_depth(text)
        return _repaired(text, error), (*warnings, REPAIRED)
    if _is_flat(document) and not ESCAPED_COLON.search(text) and _has_all_of(document, data):
        return document, warnings
    check_depth(text)
    try:
        json.loads(text, object_pairs_hook=_each_once)  # orjson keeps the last value of a name, unseen
    except ValueError as error:
        raise Rejected(Reason.MALFORMED, f"JSON: {error}") from None
    return document, warnings


def _has_all_of(document: Any, data: bytes) -> bool:
    """Whether no member was lost for another of its name; False if that is not certain.

    A lost member has a colon at least, and each colon of the document is one of the payload, or was escaped there.
    """
    return orjson.dumps(document).count(b":") == data.count(b":")


def _is_flat(document: Any) -> bool:
    """Whether a document is nested within the limit, and each name in it is what it looks like."""
    level: list[Any] = [[document]]
    for _ in range(DEPTH_MAX + 1):
        if not all(map(str.isprintable, chain.from_iterable(each for each in level if isinstance(each, dict)))):
            return False
        inner = chain.from_iterable(each.values() if isinstance(each, dict) else each for each in level)
        level = [each for each in inner if type(each) in CONTAINERS]
        if not level:
            return True
    return False


def check_depth(text: str) -> None:
    """Raises Rejected(TOO_DEEP) at the first bracket beyond the limit; brackets inside strings do not count."""
    if text.count("[") + text.count("{") <= DEPTH_MAX:
        return
    depth = 0
    for token in STRING_OR_BRACKET.finditer(text):
        mark = text[token.start()]
        depth += 1 if mark in "[{" else -1 if mark in "]}" else 0
        if depth > DEPTH_MAX:
            raise Rejected(Reason.TOO_DEEP, f"JSON nested deeper than {DEPTH_MAX}, at character {token.start()}")


def _repaired(text: str, error: orjson.JSONDecodeError) -> Any:
    try:
        repaired = ESCAPE.sub(_escape, text) if "\\" in text else text
        return json.loads(repaired, strict=False, parse_constant=_refuse, object_pairs_hook=_each_once)
    except ValueError:  # also for a number of more digits than Python reads
        raise Rejected(Reason.MALFORMED, f"JSON: {error}") from None


def _escape(match: re.Match[str]) -> str:
    return match[1] or (match[2] and r"\ufffd") or ""


def _each_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """The object.  Raises ValueError if it gives two values for one name.

    A line break or a character without a width within a name would hide the member: `embar\\ngoed`.
    """
    members = dict(pairs)
    if broken := next((name for name in members if not name.isprintable()), None):
        raise ValueError(f"the name {broken[:40]!r} is broken")
    if len(members) < len(pairs):
        for name, value in pairs:
            if members[name] != value:
                raise ValueError(f"two values for the name {name[:40]!r}")
    return members


def _refuse(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is not JSON")
