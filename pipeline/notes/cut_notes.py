"""Notes that a line break cuts: `NOT FOR`, and in the next line `PUBLICATION: call Ana Ruiz`."""

from __future__ import annotations

from collections.abc import Sequence

from pipeline.notes.addressed import addressed_acts
from pipeline.notes.marks import Text, mark_behind_lead, may_begin
from pipeline.notes.scopes import COPY
from pipeline.notes.short_tags import act_of_tag

FIRST_LENGTH_MAX = 40  # of the line that breaks off
WHOLE_LENGTH_MAX = 80  # of a note that is both lines; behind a phrase anything may follow
PHRASE_WITHIN = 200  # characters
_ENDS = frozenset(".!?:;…")


def without_cuts(lines: Sequence[str]) -> list[str]:
    """As many plain lines; a note that is cut stands in the last of its lines, and the others are empty."""
    whole = list(lines)
    for number in range(len(lines) - 1):
        first, second = whole[number], whole[number + 1]
        if (
            first
            and second
            and len(first) <= FIRST_LENGTH_MAX
            and first[-1] not in _ENDS
            and _is_cut(first, second)
        ):
            whole[number], whole[number + 1] = "", f"{first} {second}"
    return whole


def _is_cut(first: str, second: str) -> bool:
    """Whether two lines are a note together, and neither is one alone."""
    whole = f"{first} {second}"
    if may_begin(whole, 0, COPY):
        mark = mark_behind_lead(Text(whole[:PHRASE_WITHIN]), 0, COPY)
        if mark and mark.start < len(first) < mark.end:
            return True
    return len(whole) <= WHOLE_LENGTH_MAX and _is_note(whole) and not _is_note(first) and not _is_note(second)


def _is_note(line: str) -> bool:
    return act_of_tag(line) is not None or bool(addressed_acts(line, at_edge=False))
