"""The figures of a text, as an editor compares them: `1,200` is `1200`; years and times of day are none."""

from __future__ import annotations

import re

FIGURES_MAX = 8  # of a text; more are not compared
_FIGURE = re.compile(r"(?<![\d:.,])\d{1,12}(?:[.,]\d{1,6}){0,4}(?![\d:])")
_THOUSANDS = re.compile(r"\d{1,3}(?:[.,]\d{3})+")
_YEAR = re.compile(r"(?:19|20)\d\d")


def figures_in(text: str) -> tuple[str, ...]:
    """Each figure once, in the order of the text, at most FIGURES_MAX."""
    found = (_plain(each) for each in _FIGURE.findall(text) if not _YEAR.fullmatch(each))
    return tuple(dict.fromkeys(found))[:FIGURES_MAX]


def _plain(figure: str) -> str:
    if _THOUSANDS.fullmatch(figure):
        return figure.replace(",", "").replace(".", "")
    return figure.replace(",", ".") if "," in figure or "." in figure else figure.lstrip("0") or "0"
