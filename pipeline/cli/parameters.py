"""Types of options and arguments: each refuses a value that cannot be meant, and says what would be right."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable
from datetime import timedelta
from pathlib import Path
from typing import Any, TypeVar

import click
from click.core import ParameterSource

from pipeline import paths
from pipeline.envelope import FEED_BYTES_MAX
from pipeline.outside import clean_line
from pipeline.suggestions import did_you_mean

T = TypeVar("T")
DEAD_LETTER = re.compile(r"[0-9]+@[0-9]+")
_AGO = re.compile(r"([0-9]{1,4})([mhd])")
_UNITS = {"m": timedelta(minutes=1), "h": timedelta(hours=1), "d": timedelta(days=1)}


def loaded(load: Callable[[Path], T], path: Path, option: str = "", page: str = "docs/alerts.md") -> T:
    """The content of a file that people write; exit code 2 if it is wrong.  `option`: what begins the sentence."""
    try:
        return load(path)
    except (OSError, ValueError) as error:
        raise click.UsageError(f"{option}{error}; {page} shows what a file may hold") from None


class OneOf(click.Choice[str]):
    """One of some names; a misspelt one is refused with the nearest."""

    def get_invalid_choice_message(self, value: Any, ctx: click.Context | None) -> str:
        near = did_you_mean(str(value), self.choices) or f"; choose one of {', '.join(self.choices)}"
        return f"there is no {value!r}{near}"

    def get_missing_message(self, param: click.Parameter, ctx: click.Context | None) -> str:
        return f"Choose one of {', '.join(self.choices)}."


class OneOfLater(click.ParamType):
    """One of some names that are costly to import: they are asked for when a value is given."""

    name = "name"

    def __init__(self, choices: Callable[[], Iterable[str]]) -> None:
        self._choices = choices

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        return OneOf(list(self._choices())).convert(value, param, ctx)


class PathThat(click.ParamType):
    """A path that passes a check of pipeline/paths.py."""

    name = "path"

    def __init__(self, check: Callable[[Path], Path]) -> None:
        self._check = check

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Path:
        if not str(value):
            self.fail("the path is empty; name one", param, ctx)
        try:
            return self._check(Path(value))
        except OSError as error:
            self.fail(f"{str(value)!r}: {error.strerror}; name another path", param, ctx)
        except ValueError as error:
            self.fail(f"{str(value)!r}: {error}", param, ctx)


class Source(click.ParamType):
    """What can be published: a path, or - for stdin.  It is not read here, but when its turn comes."""

    name = "path"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        if "://" in value:
            remedy = f"fetch it: curl --silent {value} | wiredesk publish --feed NAME -"
            self.fail(f"{value} is an address, and nothing is fetched from the web; {remedy}", param, ctx)
        if not value.strip():
            self.fail("the path is empty; name a file or folder, or - for stdin", param, ctx)
        return str(value)


class Text(click.ParamType):
    """A text that can be shown, matches `pattern`, and has at most `most` characters and `bytes_most` bytes.

    `example` shows in the refusal what matches.
    """

    name = "text"

    def __init__(
        self,
        most: int = 200,
        pattern: re.Pattern[str] | None = None,
        example: str = "",
        bytes_most: int | None = None,
    ) -> None:
        self._most, self._pattern, self._example, self._bytes_most = most, pattern, example, bytes_most

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        text = str(value)
        if any("\ud800" <= one <= "\udfff" for one in text):
            self.fail("it is not UTF-8; write it in your terminal's encoding, and set LANG to that", param, ctx)
        if not text.strip():
            self.fail("it is blank; give a value, or leave the option out", param, ctx)
        if not clean_line(text):
            self.fail("nothing in it can be shown; write a value", param, ctx)
        if len(text) > self._most:
            self.fail(f"it has {len(text)} characters; at most {self._most} are allowed", param, ctx)
        if self._bytes_most and (count := len(text.encode())) > self._bytes_most:
            self.fail(f"it has {count} bytes in UTF-8; at most {self._bytes_most} are allowed", param, ctx)
        if self._pattern and not self._pattern.fullmatch(text):
            self.fail(f"{text!r} does not look like {self._example}", param, ctx)
        return text


class Number(click.FloatRange):
    """A finite number: nan and inf are refused."""

    name = "number"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        number = super().convert(value, param, ctx)
        if not math.isfinite(number):
            self.fail(f"{value!r} is not a finite number; write digits", param, ctx)
        return number


class Whole(click.IntRange):
    """A whole number."""

    name = "whole number"


class Address(click.ParamType):
    """A web address."""

    name = "url"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        if not re.match(r"https?://[^/]", value):
            self.fail(f"{value!r} is not a web address; write it with http://", param, ctx)
        return str(value)


class Ago(click.ParamType):
    """How long ago, as a timedelta: 90m, 24h or 7d."""

    name = "time"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> timedelta:
        if isinstance(value, timedelta):
            return value
        if not (found := _AGO.fullmatch(str(value))):
            self.fail(f"{value!r} is not a time; write it as 90m, 24h or 7d", param, ctx)
        return int(found[1]) * _UNITS[found[2]]


FEED = Text(bytes_most=FEED_BYTES_MAX)


def is_given(name: str) -> bool:
    """Whether the parameter of this name was given, not left at its default."""
    return click.get_current_context().get_parameter_source(name) is not ParameterSource.DEFAULT


READABLE_FILE = PathThat(paths.readable_file)
READABLE_FOLDER = PathThat(paths.readable_folder)
WRITABLE_FILE = PathThat(paths.writable_file)
WRITABLE_FOLDER = PathThat(paths.writable_folder)


def _readable(path: Path) -> Path:
    return paths.readable_folder(path) if path.is_dir() else paths.readable_file(path)


READABLE = PathThat(_readable)
