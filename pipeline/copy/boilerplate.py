"""Boilerplate: paragraphs that outlets and agencies put into copy, known word for word (boilerplate.yaml)."""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

from pipeline.data_files import load_table

BOILERPLATE_LENGTH_MAX = 300
BEGINNING_LENGTH = 3  # characters by which nearly all paragraphs are seen to be no boilerplate

OPENS_LINKS = frozenset({"link list", "link to the whole text"})  # reasons in boilerplate.yaml


class Boilerplate(NamedTuple):
    """A row of boilerplate.yaml."""

    pattern: str
    before: str  # folded text on either side of the `*`; `after` None: the paragraph is `before`
    after: str | None
    open_ended: bool  # whether a further `*` in it allows any ending; it is left out of `after`
    titled: bool  # whether the `*` is a title
    agency: str | None
    opens_links: bool  # whether other headlines may follow


class _Table(NamedTuple):
    beginnings: frozenset[str]  # of lines and patterns
    lines: dict[str, Boilerplate]
    before: tuple[str, ...]  # what the patterns begin with
    patterns: tuple[Boilerplate, ...]


@cache
def _boilerplate() -> _Table:
    rows = load_table(__file__, "boilerplate.yaml")
    lines, patterns = {}, []
    for row in rows:
        before, star, rest = _fold(row["pattern"]).partition("*")
        middle, more, _ = rest.partition("*")
        after = middle if star else None
        opens = row["reason"] in OPENS_LINKS
        rule = Boilerplate(row["pattern"], before, after, bool(more), "titled" in row, row.get("agency"), opens)
        if star:
            patterns.append(rule)
        else:
            lines[before] = rule
    begun = tuple(rule.before for rule in patterns)
    assert all(len(each) >= BEGINNING_LENGTH for each in (*lines, *begun)), "a row of boilerplate.yaml is too short"
    return _Table(frozenset(each[:BEGINNING_LENGTH] for each in (*lines, *begun)), lines, begun, tuple(patterns))


def _fold(text: str) -> str:
    return text.casefold().replace("’", "'")


def boilerplate(text: str) -> Boilerplate | None:
    """The rule that covers the paragraph."""
    if len(text) > BOILERPLATE_LENGTH_MAX:
        return None
    beginnings, lines, before, patterns = _boilerplate()
    if _fold(text[:BEGINNING_LENGTH])[:BEGINNING_LENGTH] not in beginnings:
        return None  # folding makes no character of two
    folded = _fold(text)
    if not folded.startswith(before):
        return lines.get(folded)
    begun = (rule for rule in patterns if folded.startswith(rule.before))
    return next((rule for rule in begun if _covers(rule, folded, text)), lines.get(folded))


def _covers(rule: Boilerplate, folded: str, text: str) -> bool:
    """Whether the rule covers a paragraph that begins with its `before`."""
    if rule.titled and text[len(rule.before) : len(rule.before) + 1].islower():
        return False
    if rule.titled and not (rule.after or rule.open_ended) and text.endswith("."):
        return False  # `Read more: Below is a list of what was said.` is a sentence
    rest, after = folded[len(rule.before) :], rule.after or ""
    return after in rest if rule.open_ended else rest.endswith(after)
