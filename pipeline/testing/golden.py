"""Golden files: an outcome as JSON lines, compared with a file, member by member."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from pathlib import Path
from typing import Any

import msgspec
import pytest
from pydantic import BaseModel

from pipeline.captures import to_line
from pipeline.records import Record

SHOWN_LINES_MAX = 60  # of a difference; the rest is counted
SHOWN_CHARS_MAX = 100  # of a value, around the first difference
CONTEXT_CHARS = 30  # before it
IDENTIFYING = ("topic", "key", "uri", "id", "version", "kind", "time")  # members that say which record it is
ABSENT = object()


@dataclass(frozen=True)
class Golden:
    """The golden files of a folder."""

    folder: Path
    update: bool  # write instead of compare

    def __call__(self, name: str, outcome: Iterable[object]) -> None:
        """Fail the test unless the outcome is what the file `name` holds, line by line.

        One line a record: a Record as a capture has it, a pydantic model under its aliases, anything else
        (dataclass, Struct, dictionary, text …) as JSON; sets are sorted.  TypeError for what JSON cannot hold.
        """
        path, lines = self.folder / name, [as_line(one) for one in outcome]
        if self.update:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(b"".join(line + b"\n" for line in lines))
        elif not path.is_file():
            pytest.fail(f"no golden file {path}; pytest --update-golden writes it", pytrace=False)
        elif shown := list(differences(path.read_bytes().splitlines(), lines)):
            left = len(shown) - SHOWN_LINES_MAX
            shown[SHOWN_LINES_MAX:] = [f"… and {left} more lines"] if left > 0 else []
            pytest.fail("\n  ".join([f"{path} differs:", *shown, UPDATE]), pytrace=False)


UPDATE = "Read it as behaviour; if it is right: pytest --update-golden"


def as_line(value: object) -> bytes:
    """The value as one line of JSON, without its newline; the same bytes every time."""
    if isinstance(value, Record):
        return to_line(value).rstrip(b"\n")
    return msgspec.json.encode(value, enc_hook=_foreign, order="deterministic")


def differences(old: Sequence[bytes], new: Sequence[bytes]) -> Iterator[str]:
    """What differs, for a person: missing records, new records, and changed members."""
    before, after = [_parsed(line) for line in old], [_parsed(line) for line in new]
    matcher = SequenceMatcher(None, list(map(_identity, before)), list(map(_identity, after)), autojunk=False)
    for _, start, end, start_new, end_new in matcher.get_opcodes():
        pairs = min(end - start, end_new - start_new)  # the same record, or one in another's place
        for at in range(pairs):
            if old[start + at] != new[start_new + at]:
                yield f"line {start_new + at + 1}: {_name(after[start_new + at])}"
                yield from (f"    {text}" for text in _changes(before[start + at], after[start_new + at]))
        yield from (f"line {at + 1} of the file is gone: {_name(before[at])}" for at in range(start + pairs, end))
        yield from (f"line {at + 1} is new: {_name(after[at])}" for at in range(start_new + pairs, end_new))


def _foreign(value: object) -> object:
    if isinstance(value, BaseModel):
        return msgspec.Raw(value.model_dump_json(by_alias=True, exclude_none=True).encode())
    raise TypeError(f"{type(value).__name__} cannot be written as JSON")


def _parsed(line: bytes) -> Any:
    """The line's value; of a capture line with its payload and headers opened."""
    try:
        value = json.loads(line)
    except ValueError:
        return line.decode("utf-8", "replace")
    if isinstance(value, dict) and isinstance(value.get("headers"), list):
        names = value["headers"][::2]
        value["headers"] = dict(zip(names, value["headers"][1::2], strict=False))
        try:
            value["payload"] = json.loads(value["payload"])
        except (KeyError, TypeError, ValueError):
            return value
    return value


def _identity(value: Any) -> str:
    """What identifies a record, whatever else changed in it; all of it if nothing does."""
    if not isinstance(value, dict):
        return repr(value)
    found = [(name, value[name]) for name in IDENTIFYING if name in value]
    payload = value.get("payload")  # of a capture line
    return repr([*found, _identity(payload) if isinstance(payload, dict) else payload] if found else value)


def _name(value: Any) -> str:
    """The record in a few words."""
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    if isinstance(value, dict) and isinstance(value.get("payload"), dict):
        text = f"{value.get('topic')} {value.get('key')} {_name(value['payload'])}"
    return text if len(text) <= SHOWN_CHARS_MAX else text[: SHOWN_CHARS_MAX - 1] + "…"


def _changes(old: Any, new: Any) -> Iterator[str]:
    before, after = dict(_members(old)), dict(_members(new))
    changed = False
    for path in [*before, *(path for path in after if path not in before)]:
        was, now = before.get(path, ABSENT), after.get(path, ABSENT)
        if was != now:
            changed = True
            yield f"{path or 'value'}: {_shown(was, now)} → {_shown(now, was)}"
    if not changed:
        yield "the same members, written otherwise (order, spaces or escapes)"


def _members(value: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Every leaf with its path: `payload.headlines[0].value`."""
    if isinstance(value, dict) and value:
        for name, inner in value.items():
            yield from _members(inner, f"{path}.{name}" if path else name)
    elif isinstance(value, list) and value:
        for number, inner in enumerate(value):
            yield from _members(inner, f"{path}[{number}]")
    else:
        yield path, value


def _shown(value: Any, other: Any) -> str:
    """The value, cut to what is about its first difference from the other."""
    if value is ABSENT:
        return "absent"
    text = json.dumps(value, ensure_ascii=False)
    if len(text) <= SHOWN_CHARS_MAX:
        return text
    against = "" if other is ABSENT else json.dumps(other, ensure_ascii=False)
    same = next((at for at, pair in enumerate(zip(text, against, strict=False)) if pair[0] != pair[1]), 0)
    start = max(0, same - CONTEXT_CHARS)
    cut = text[start : start + SHOWN_CHARS_MAX]
    return ("…" if start else "") + cut + ("…" if start + SHOWN_CHARS_MAX < len(text) else "")
