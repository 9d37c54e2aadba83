"""Boilerplate: paragraphs that outlets and agencies put into copy, known word for word (boilerplate.yaml)."""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

from pipeline.data_files import load_table

BOILERPLATE_LENGTH_MAX = 300


class Boilerplate(NamedTuple):
    """A row of boilerplate.yaml."""

    pattern: str
    before: str  # folded text on either side of the `*`; `after` None: the paragraph is `before`
    after: str | None
    agency: str | None


@cache
def _boilerplate() -> tuple[dict[str, Boilerplate], tuple[str, ...], tuple[Boilerplate, ...]]:
    """Whole lines; what the patterns begin with; the patterns."""
    rows = load_table(__file__, "boilerplate.yaml")
    lines, patterns = {}, []
    for row in rows:
        before, star, after = _fold(row["pattern"]).partition("*")
        rule = Boilerplate(row["pattern"], before, after if star else None, row.get("agency"))
        if star:
            patterns.append(rule)
        else:
            lines[before] = rule
    return lines, tuple(rule.before for rule in patterns), tuple(patterns)


def _fold(text: str) -> str:
    return text.casefold().replace("’", "'")


def boilerplate(text: str) -> Boilerplate | None:
    """The rule that covers the paragraph."""
    if len(text) > BOILERPLATE_LENGTH_MAX:
        return None
    lines, beginnings, patterns = _boilerplate()
    folded = _fold(text)
    if not folded.startswith(beginnings):
        return lines.get(folded)
    return next((rule for rule in patterns if _covers(rule, folded)), lines.get(folded))


def _covers(rule: Boilerplate, folded: str) -> bool:
    """`before*after`; a further `*` in `after` allows any ending."""
    middle, star, _ = (rule.after or "").partition("*")
    if not folded.startswith(rule.before):
        return False
    rest = folded[len(rule.before) :]
    return middle in rest if star else rest.endswith(middle)
