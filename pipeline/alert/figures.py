"""The figures of a text, as an editor compares them: `1,200` is `1200`; years and times of day are none."""

from __future__ import annotations

import re
from collections.abc import Iterator

FIGURES_MAX = 8  # of a text; more are not compared
FIGURE_CHARACTERS_MAX = 20  # of a figure; what is longer is an id
_RUN = re.compile(r"[0-9][0-9.,:]*")
_THOUSANDS = re.compile(r"[0-9]{1,3}(?:[.,][0-9]{3})+")
_YEAR = re.compile(r"(?:19|20)[0-9]{2}")


def figures_in(text: str) -> tuple[str, ...]:
    """Each figure once, in the order of the text, at most FIGURES_MAX."""
    return tuple(dict.fromkeys(_figures(text)))[:FIGURES_MAX]


def _figures(text: str) -> Iterator[str]:
    for run in _RUN.findall(text):
        figure = run.rstrip(".,:")
        if ":" not in figure and len(figure) <= FIGURE_CHARACTERS_MAX and not _YEAR.fullmatch(figure):
            yield _plain(figure)


def _plain(figure: str) -> str:
    if figure.isdigit():
        return figure.lstrip("0") or "0"
    if _THOUSANDS.fullmatch(figure):
        return figure.replace(",", "").replace(".", "")
    return figure.replace(",", ".")
