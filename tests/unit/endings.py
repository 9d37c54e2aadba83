"""Endings of agency copy, and copy that resembles them, out of `tests/data/endings`."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import yaml

from pipeline.copy import read_copy
from pipeline.data_files import LOADER
from pipeline.language import Language

FOLDER = Path(__file__).parents[1] / "data" / "endings"
BODIES = "bodies.yaml"
SAME_LINE = "+"  # an ending that begins with it stands on the last line of copy


class Ending(NamedTuple):
    """One ending below copy of its language."""

    name: str
    language: str
    dateline: str  # and what is above it, a line each
    text: str
    body: str = "copy.yaml"  # or bodies.yaml: longer
    told: str = ""  # its agency, as the body names it

    @property
    def copy(self) -> list[str]:
        """The paragraphs that are copy."""
        paragraphs = list(_table(self.body)[self.language])
        if self.body == BODIES:
            telling = paragraphs.pop()
            paragraphs[1:1] = [telling.format(self.told)] if self.told else []
        return paragraphs

    @property
    def paragraphs(self) -> list[str]:
        """The copy with its dateline and its ending, a line a paragraph as every format gives it."""
        first, *middle, last = self.copy
        if self.text.startswith(SAME_LINE):
            last, *below = f"{last} {self.text.removeprefix(SAME_LINE)}".split("\n")
        else:
            below = self.text.split("\n")
        *above, dateline = self.dateline.split("\n")
        return [*above, dateline + first, *middle, last, *(line for line in below if line)]


@cache
def _table(name: str) -> Any:
    return yaml.load((FOLDER / name).read_bytes(), Loader=LOADER)  # the safe one, in C


def endings(file: str) -> list[Ending]:
    """Those of a file, in its order."""
    rows = _table(file)["endings"]
    return [Ending(f"{index}-{row[0]}", *row[:3]) for index, row in enumerate(rows)]


def resembling(file: str) -> list[Ending]:
    """Below the same dateline as each ending of the file, copy that resembles it."""
    rows = _table(file)["endings"]
    return [Ending(f"{index}-{row[0]}", row[0], row[1], row[3]) for index, row in enumerate(rows)]


def news_below(file: str) -> list[Ending]:
    """Last lines that are news, below a dateline."""
    return [Ending(f"{index}-{row[0]}", *row) for index, row in enumerate(_table(file)["twins"])]


def below_bodies(file: str, rows: str) -> list[Ending]:
    """The endings or the twins of a file, below the longer bodies."""
    found = []
    for index, (language, dateline, text, *told) in enumerate(_table(f"{file}.yaml")[rows]):
        found.append(Ending(f"{file}-{index}-{language}", language, dateline, text, BODIES, "".join(told)))
    return found


def twins(file: str) -> list[tuple[str, str]]:
    """Language and last paragraph of copy that only resembles an ending."""
    return [(row[0], row[1]) for row in _table(file)["twins"]]


def left_over(ending: Ending) -> list[str]:
    """The paragraphs behind the first of what is read; only the last of the copy where the ending is out."""
    read = read_copy("Quay closed", ending.paragraphs, Language.of(ending.language))
    return list(read.paragraphs[1:])
