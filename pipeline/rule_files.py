"""Files that editors write: YAML, checked as a whole before a room opens.

Every problem is named with its line and place, so that one reading is enough to mend the file.
"""

from __future__ import annotations

import hashlib
import math
import re
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError
from pydantic_core import ErrorDetails

FILE_BYTES_MAX = 1_000_000
VALUES_MAX = 100_000  # keys included; a few aliases can make millions of a few lines
SENTENCE_CHARACTERS_MAX = 1_000  # of one of them
PROBLEMS_MAX = 10  # that are named at a time
HASH_DIGITS = 16  # of a SHA-256, in hex


class StrictModel(BaseModel):
    """Frozen; an unknown member is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Misplaced(ValueError):
    """A problem of a place further inside than the model that found it: `loc` is the way there."""

    def __init__(self, loc: tuple[int | str, ...], problem: str) -> None:
        super().__init__(problem)
        self.loc = loc


# What pydantic says in Python's words, for who writes YAML.
MEMBERS = "write its members, each as `name: value`"
SAID = {
    "bool_parsing": "write true or false",
    "dict_type": MEMBERS,
    "enum": "write {expected}",
    "extra_forbidden": "no member has this name; look at its spelling, and where it belongs",
    "greater_than_equal": "write {ge} or more",
    "int_from_float": "write a whole number",
    "int_parsing": "write a whole number",
    "less_than_equal": "write {le} or less",
    "literal_error": "write {expected}",
    "missing": "it is missing; write it",
    "model_type": MEMBERS,
    "string_unicode": "it has a character that is none in UTF-8; write the text itself",
    "too_short": "write at least {min_length} of them",
    "tuple_type": "write a list, as [one, two], or a line for each with `- ` before it",
}
UNITS_MS = {"d": 86_400_000, "h": 3_600_000, "m": 60_000, "s": 1_000}  # of durations, the longest first
DURATION = re.compile(rf"(\d{{1,5}})([{''.join(UNITS_MS)}])")

# What YAML means by these is not what is written, so they are refused: null, a merge, a tag.
NULLS = ("", "~", "null", "Null", "NULL")
MERGE = "<<"
TAGS = {f"tag:yaml.org,2002:{name}" for name in ("str", "seq", "map")}  # of what has none

M = TypeVar("M", bound=StrictModel)


def content_hash(model: StrictModel) -> str:
    """What identifies the content of a file: the same for files that differ in comments and layout only.

    What is left at its default does not count, so that a new option changes no hash.
    """
    meant = model.model_dump_json(exclude_defaults=True)
    return hashlib.sha256(meant.encode()).hexdigest()[:HASH_DIGITS]


def read_rules(model: type[M], path: Path) -> M:
    """The content of a file.  Raises ValueError naming every wrong place, OSError if it cannot be read."""
    with path.open("rb") as file:
        data = file.read(FILE_BYTES_MAX + 1)
    if len(data) > FILE_BYTES_MAX:
        raise ValueError(f"{path.name}: larger than {FILE_BYTES_MAX} bytes")
    return parse_rules(model, data, path.name)


def parse_rules(model: type[M], data: bytes | str, name: str) -> M:
    """The content of a file, as the model has it.  Raises ValueError naming every wrong place."""
    try:
        data = data if isinstance(data, str) else data.decode()
        root = yaml.compose(data, Loader=yaml.BaseLoader)
        if _values(root) > VALUES_MAX:
            raise ValueError(f"{name}: its aliases make more than {VALUES_MAX:,} values; write it without them")
        if misread := list(islice(_misread(root), PROBLEMS_MAX)):
            raise ValueError(_told(name, misread))
        # BaseLoader makes strings of everything, which pydantic reads: Norwegian (`no`) is not a boolean here.
        content = yaml.load(data, Loader=yaml.BaseLoader)  # noqa: S506 - builds nothing but str, list and dict
        return model.model_validate(content)
    except UnicodeDecodeError:
        raise ValueError(f"{name}: not UTF-8; save it as UTF-8") from None
    except RecursionError:
        raise ValueError(f"{name}: nested too deeply; write it flatter") from None
    except yaml.YAMLError as error:
        raise ValueError(f"{name}: {_not_yaml(error)}") from None
    except ValidationError as error:
        wrong = [_sentence(root, content, problem) for problem in error.errors()]
        more = [f"and {len(wrong) - PROBLEMS_MAX} more"] if len(wrong) > PROBLEMS_MAX else []
        raise ValueError(_told(name, wrong[:PROBLEMS_MAX] + more)) from None


def _told(name: str, problems: list[str]) -> str:
    """The one problem in a line with the name of the file; several below it, a line each."""
    return f"{name}: {problems[0]}" if len(problems) == 1 else "\n  ".join([f"{name}:", *problems])


def _sentence(root: yaml.Node | None, content: Any, problem: ErrorDetails) -> str:
    cause = problem.get("ctx", {}).get("error")
    loc = (*problem["loc"], *(cause.loc if isinstance(cause, Misplaced) else ()))
    said = SAID.get(problem["type"]) or problem["msg"].removeprefix("Value error, ")
    said = said.format_map(_limits(content, problem)) if problem["type"] in SAID else said
    if len(said) > SENTENCE_CHARACTERS_MAX:  # it repeats what was written; the remedy is at its end
        said = f"{said[: SENTENCE_CHARACTERS_MAX // 2]} … {said[-SENTENCE_CHARACTERS_MAX // 2 :]}"
    return f"{_place(root, content, loc)}: {said}"


def _limits(content: Any, problem: ErrorDetails) -> dict[str, Any]:
    """What a sentence names of the problem; limits of a duration as it is written."""
    limits = problem.get("ctx", {})
    for step in problem["loc"]:
        content = _inside(content, step)
    if not (isinstance(content, str) and DURATION.fullmatch(content)):
        return limits
    return {name: _duration(value) if name in ("ge", "le") else value for name, value in limits.items()}


def _duration(ms: int) -> str:
    unit = next((unit for unit, size in UNITS_MS.items() if ms % size == 0), "s")
    return f"{ms / UNITS_MS[unit]:g}{unit}"


def _not_yaml(error: yaml.YAMLError) -> str:
    """Where it cannot be read, and what is usually the matter."""
    mark = getattr(error, "problem_mark", None)
    where = f"line {mark.line + 1}, column {mark.column + 1}: " if mark else ""
    why = getattr(error, "problem", None) or " ".join(str(error).split())
    remedy = "indent with blanks, not with tabs, and put a value with signs such as : # ? { in quotes"
    return f"{where}not YAML: {why}; {remedy}"


def _values(node: yaml.Node | None, known: dict[int, float] | None = None) -> float:
    """How many values a file has with its aliases written out; endless if one contains itself."""
    known = {} if known is None else known
    if id(node) not in known:
        known[id(node)] = math.inf  # until its own values are counted
        children = node.value if isinstance(node, yaml.CollectionNode) else ()
        flat = (one for child in children for one in (child if isinstance(child, tuple) else (child,)))
        known[id(node)] = 1 + sum(_values(child, known) for child in flat)
    return known[id(node)]


def _misread(node: yaml.Node | None, looked_at: set[int] | None = None) -> Iterator[str]:
    """A sentence for each member of which YAML would make something else without a word."""
    looked_at = set() if looked_at is None else looked_at
    if not isinstance(node, yaml.CollectionNode) or id(node) in looked_at:
        return
    looked_at.add(id(node))
    first: dict[str, yaml.Node] = {}
    for child in node.value:
        key, value = child if isinstance(child, tuple) else (None, child)
        name = repr(key.value) if isinstance(key, yaml.ScalarNode) else "an entry of the list"
        if isinstance(key, yaml.ScalarNode):
            before = first.setdefault(key.value, key)
            if before is not key:  # YAML would drop all but the last
                line = before.start_mark.line + 1
                yield f"{_line_of(key)}: {name} is there already, in line {line}; keep one, or rename it"
            if key.value == MERGE and key.style is None:
                yield f"{_line_of(key)}: members are not merged; write them out instead of {name}"
        if value.tag not in TAGS:
            # Not repeated: a password may begin with `!`.
            yield f"{_line_of(value)}: {name} begins with a tag (!); leave the tag out, or put the value in quotes"
        elif isinstance(value, yaml.ScalarNode) and value.style is None and value.value in NULLS:
            quoted = f", in quotes if it is {value.value!r}" if value.value else ""
            yield f"{_line_of(value)}: {name} has no value; write one{quoted}, or leave it out"
        yield from _misread(value, looked_at)


def _line_of(node: yaml.Node) -> str:
    return f"line {node.start_mark.line + 1}"


def _place(root: yaml.Node | None, content: Any, loc: tuple[int | str, ...]) -> str:
    """Where an error is, in terms of the file: `line 12, rule 'flash', field when.urgency_at_most`."""
    named, rest = _named(content, loc)
    words = ", ".join([*named, *([f"field {'.'.join(map(str, rest))}"] if rest else [])])
    line = _line(root, loc)
    return f"line {line}, {words or 'the file'}" if line and loc else words or "the file"


def _named(content: Any, loc: tuple[int | str, ...]) -> tuple[list[str], list[int | str]]:
    """The named entries of lists and maps on the way (`rule 'flash'`), and the path after the last of them."""
    named: list[str] = []
    rest: list[int | str] = []
    singular = ""
    for step in loc:
        content = _inside(content, step)
        if isinstance(step, int) and isinstance(content, dict) and isinstance(content.get("name"), str):
            named.append(f"{singular} {content['name']!r}")
            rest = []
        elif isinstance(step, int) and singular:
            named.append(f"{singular} number {step + 1}")
            rest = []
        else:
            rest.append(step)
        singular = SINGULAR.get(str(step), "") if isinstance(step, str) else ""
    return named, rest


SINGULAR = {"rules": "rule", "routes": "route"}  # lists whose entries have names


def _inside(content: Any, step: int | str) -> Any:
    if isinstance(content, dict):
        return content.get(step)
    return content[step] if isinstance(content, list) and isinstance(step, int) and step < len(content) else None


def _line(node: yaml.Node | None, loc: tuple[int | str, ...]) -> int | None:
    """The line of the innermost place on the way that is in the file."""
    line = None
    for step in loc:
        node = next(_children(node, step), None)
        if node is None:
            break
        line = node.start_mark.line + 1
    return line


def _children(node: yaml.Node | None, step: int | str) -> Iterator[yaml.Node]:
    if isinstance(node, yaml.MappingNode):
        yield from (value for key, value in node.value if key.value == step)
    elif isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
        yield node.value[step]
