"""No regular expression of the parsers and the copy rules can run away: each is tried on texts made against it."""

from __future__ import annotations

import ast
import importlib
import pkgutil
import re
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from functools import cache
from pathlib import Path
from types import BuiltinMethodType, ModuleType
from typing import Any, NamedTuple

import pytest
from attacks import UNITS, attacks, runs_away

import pipeline.copy
import pipeline.formats
import pipeline.ingest
import pipeline.language
import pipeline.normalise
import pipeline.notes
import pipeline.values

PACKAGES = (
    pipeline.formats,
    pipeline.ingest,
    pipeline.copy,
    pipeline.language,
    pipeline.normalise,
    pipeline.notes,
    pipeline.values,
)
SCANS = frozenset({"search", "sub", "subn", "split", "findall", "finditer"})  # try again at every character
MATCHES = frozenset({"match", "fullmatch"})
PATTERNS_MIN = 100


class Found(NamedTuple):
    """A pattern and how it is used: `match` where no search is ever made with it."""

    module: str
    name: str
    pattern: re.Pattern[Any]
    method: str


NAMES = [  # of the modules; found without a look into them, which takes seconds
    module.name
    for package in PACKAGES
    for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}.")
]


def modules() -> Iterator[ModuleType]:
    return map(importlib.import_module, NAMES)


def patterns(value: Any, seen: set[int]) -> Iterator[tuple[re.Pattern[Any], str | None]]:
    """Every pattern in a value of a module, however deep; the method where one is bound to it."""
    if id(value) in seen:
        return
    seen.add(id(value))
    if isinstance(value, re.Pattern):
        yield value, None
    elif isinstance(value, BuiltinMethodType) and isinstance(value.__self__, re.Pattern):
        yield value.__self__, value.__name__
    elif isinstance(value, tuple | list | set | frozenset):
        for inner in value:
            yield from patterns(inner, seen)
    elif isinstance(value, dict):
        yield from patterns([*value.values()], seen)
    elif is_dataclass(value) and not isinstance(value, type):
        yield from patterns([getattr(value, field.name) for field in fields(value)], seen)


def uses(module: ModuleType) -> Iterator[tuple[str, str]]:
    """(name, method) of every call `NAME.method` in the module's source."""
    assert module.__file__
    for node in ast.walk(ast.parse(Path(module.__file__).read_text())):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name | ast.Attribute):
            yield node.value.id if isinstance(node.value, ast.Name) else node.value.attr, node.attr


@cache
def found() -> tuple[Found, ...]:
    gathered: dict[tuple[str | bytes, int], Found] = {}
    everywhere = [*modules()]
    used = {use for module in everywhere for use in uses(module)}
    for module in everywhere:
        # A pattern that nobody calls by its name is used through a variable of its module: `pattern.match`.
        variables = {method for name, method in uses(module) if not isinstance(vars(module).get(name), re.Pattern)}
        through = variables - {"split"}  # a method of texts
        for name, value in vars(module).items():
            for pattern, bound in patterns(value, set()):
                methods = {bound} if bound else {method for known, method in used if known == name} or through
                method = "match" if methods & MATCHES and not methods & SCANS else "search"
                where = f"{module.__name__.removeprefix('pipeline.')}.{name}"
                gathered.setdefault(
                    (pattern.pattern, pattern.flags), Found(module.__name__, where, pattern, method)
                )
    return tuple(gathered.values())


def test_all_are_found() -> None:
    """The collection sees constants, tables and bound methods, and knows which patterns are searched with."""
    methods = {each.name: each.method for each in found()}
    assert len(found()) >= PATTERNS_MIN
    assert methods["formats.text.html.TOKEN"] == methods["copy.headline_tags.PREFIXES"] == "search"
    assert methods["formats.feeds.document.RSS"] == methods["formats.json.fields.URI"] == "match"


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.slow
def test_no_pattern_runs_away(name: str) -> None:
    """The time grows with the text alone, whatever the text repeats."""
    for each in found():
        if each.module == name:
            search, encode = getattr(each.pattern, each.method), isinstance(each.pattern.pattern, bytes)
            assert not [attack for attack in attacks(each.pattern) if runs_away(search, attack, encode)], each.name


@pytest.mark.parametrize("pattern", [r"\s*x", r"(?:a|aa)*b", r"<[^>]*>", r"\w+@\w+", r"(\d+ ?)+!", r"By .*?:.*?;"])
@pytest.mark.slow
def test_one_that_runs_away_is_seen(pattern: str) -> None:
    """The net has no hole that these would slip through."""
    compiled = re.compile(pattern)
    assert any(runs_away(compiled.search, attack, encode=False) for attack in attacks(compiled))


def test_the_units_are_beginnings() -> None:
    """None is empty, none twice."""
    assert len(set(UNITS)) == len(UNITS)
    assert all(UNITS)
