"""Notes that a line break cuts: `NOT FOR`, and in the next line `PUBLICATION: call Ana Ruiz`."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import takewhile

from pipeline.notes.addressed import addressed_acts
from pipeline.notes.phrase_matches import Text, may_begin, phrase_after_lead
from pipeline.notes.scopes import COPY
from pipeline.notes.tag_words import act_of_tag

FIRST_LENGTH_MAX = 40  # of a line that breaks off
MORE_LINES_MAX = 2  # of a note, behind its first
WHOLE_LENGTH_MAX = 80  # of a note that is both lines; behind a phrase anything may follow
PHRASE_WITHIN = 200  # characters
_ENDS = frozenset(".!?:;…")


def without_cuts(lines: Sequence[str]) -> list[str]:
    """As many plain lines; a note that is cut is in the last of its lines, and the others are empty."""
    whole = list(lines)
    for number in [number for number, line in enumerate(lines) if len(line) <= FIRST_LENGTH_MAX]:  # few are
        last, joined, first = number, whole[number], lines[number]
        while joined and _breaks_off(first) and last - number < MORE_LINES_MAX and last + 1 < len(lines):
            last, first = last + 1, lines[last + 1]
            if first and _is_cut(joined, first):
                whole[number : last + 1] = [*[""] * (last - number), f"{joined} {first}"]
                break
            joined = f"{joined} {first}"
    return whole


def unfinished(lines: Sequence[str]) -> list[str]:
    """The last lines, as far as they may be the beginning of a note that the next line goes on with."""
    return [*takewhile(_breaks_off, reversed(lines[-MORE_LINES_MAX:]))][::-1]


def _breaks_off(line: str) -> bool:
    """Whether a line is so short that it may go on in the next one."""
    return 0 < len(line) <= FIRST_LENGTH_MAX and line[-1] not in _ENDS


def _is_cut(first: str, second: str) -> bool:
    """Whether two lines are a note together, and neither is one alone."""
    whole = f"{first} {second}"
    if may_begin(whole, 0, COPY):
        match = phrase_after_lead(Text(whole[:PHRASE_WITHIN]), 0, COPY)
        if match and match.start < len(first) < match.end:
            return True
    return len(whole) <= WHOLE_LENGTH_MAX and _is_note(whole) and not _is_note(first) and not _is_note(second)


def _is_note(line: str) -> bool:
    return act_of_tag(line) is not None or bool(addressed_acts(line, at_edge=False))
