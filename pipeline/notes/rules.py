"""The rules of notes in families of words: `kill` and `object` near each other withdraw a text."""

from __future__ import annotations

from typing import NamedTuple

from pipeline.notes.family_lists import bits
from pipeline.notes.phrases import Act


class Rule(NamedTuple):
    """A note has one family of each group within `width` words, in any order, and none of `without` at all."""

    act: Act
    groups: tuple[int, ...]
    without: int
    width: int


class Rules(tuple[Rule, ...]):
    """Rules that are looked for together."""

    __slots__ = ()
    __eq__, __hash__ = object.__eq__, object.__hash__  # there are few, and what is remembered is looked up by them


def _rule(act: Act, groups: str, without: str = "", width: int = 8) -> Rule:
    """A rule of groups with blanks between them: `kill object|please`."""
    return Rule(act, tuple(bits(group.replace("|", " ")) for group in groups.split()), bits(without), width)


IN_PUBLIC = Rules(
    (
        _rule(Act.KILL, "kill object", "tells", 10),
        _rule(Act.KILL, "kill please this|error", "tells picture", 8),
        _rule(Act.HOLD, "kill please picture", "tells", 8),
        _rule(Act.HOLD, "hold object please|duty|clear", "tells states"),
        _rule(Act.HOLD, "hold publish please|object|clear", "tells states", 6),
        _rule(Act.HOLD, "hold publish until event|clear|time", "tells states"),
        _rule(Act.HOLD, "not publish object|please", "tells states private rights"),
        _rule(Act.EMBARGO, "not publish until time|event", "tells states private"),
        _rule(Act.EMBARGO, "publish after only time|event", "tells states private"),
        _rule(Act.EMBARGO, "publish after please|object time", "tells states private"),
        _rule(Act.EMBARGO, "embargo please|object", "tells states"),
        _rule(Act.PRIVATE, "private", "tells"),
    )
)
BETWEEN_MARKS = Rules(
    (
        *IN_PUBLIC,
        _rule(Act.KILL, "kill please|error", "tells picture", 6),
        _rule(Act.HOLD, "hold object|please|publish|clear", "tells states", 6),
        _rule(Act.HOLD, "not publish this|duty|clear|error|until", "tells states private rights"),
        _rule(Act.EMBARGO, "embargo until|publish", "tells states"),
        _rule(Act.EMBARGO, "closed object until|publish", "tells states"),
        _rule(Act.EMBARGO, "publish after time please|object|only|not|duty", "tells states private"),
        _rule(Act.EMBARGO, "publish only time", "tells states private limit"),
        _rule(Act.EMBARGO, "edition time only|not|until", "tells states"),
    )
)
AMONG_EDITORS = Rules(
    (  # where nobody writes prose
        _rule(Act.KILL, "kill object"),
        _rule(Act.KILL, "kill this|please|duty|error|sent", "picture"),
        _rule(Act.HOLD, "kill picture"),
        _rule(Act.KILL, "error sent object|this"),
        _rule(Act.HOLD, "hold object|this|please|duty|publish|clear"),
        _rule(Act.HOLD, "not clear object|this|please", width=5),
        _rule(Act.HOLD, "until clear object|this|please|publish", "rights"),
        _rule(Act.HOLD, "not publish", "private rights"),
        _rule(Act.HOLD, "hold private"),
        _rule(Act.EMBARGO, "publish after", "tells private rights"),
        _rule(Act.EMBARGO, "hold until", "tells private"),
        _rule(Act.EMBARGO, "publish time please|duty|only", "private limit"),
        _rule(Act.EMBARGO, "not until time|event", "private contact"),
        _rule(Act.EMBARGO, "edition time not|after"),
        _rule(Act.EMBARGO, "edition time only", "limit"),
        _rule(Act.EMBARGO, "embargo|closed time|event|number|until|object|this|publish|please", "private"),
        _rule(Act.CORRECTION, "correct object"),
        _rule(Act.CORRECTION, "correct|change part"),
        _rule(Act.PRIVATE, "private|contact"),
    )
)
ALL_KNOWN = Rules(
    (
        *AMONG_EDITORS,
        _rule(Act.KILL, "kill", "tells correct event picture"),
        _rule(Act.HOLD, "kill", "tells correct"),  # `Withdrawal talks in paragraph 3`
        _rule(Act.KILL, "error sent", "tells correct"),
    )
)  # of a note for editors without other words

IN_TERMS = Rules(
    (  # terms of use forbid all kinds of use for good; these ask to wait
        _rule(Act.HOLD, "hold please", "rights"),
        _rule(Act.HOLD, "hold until", "rights tells"),
        _rule(Act.EMBARGO, "not publish|object limit", "rights", 8),
        _rule(Act.EMBARGO, "embargo|closed time|event|until", "rights tells"),
        _rule(Act.EMBARGO, "publish time", "not rights private limit tells", 4),
        _rule(Act.EMBARGO, "publish after time", "not rights private tells"),
    )
)


class Reading(NamedTuple):
    """How a line is read: by which rules, and how many of its words may be unknown.

    At most one in `unknown_every`, and at most `unknown_max`.
    """

    rules: Rules
    unknown_every: int
    unknown_max: int

    def unknown_of(self, count: int) -> int:
        """How many words may be unknown, of so many."""
        return min(self.unknown_max, (1 + count) // self.unknown_every) if self.unknown_every else 0


PLAIN = Reading(
    Rules(
        (
            *IN_PUBLIC,
            _rule(Act.HOLD, "hold object|publish", "tells states", 4),
            _rule(Act.EMBARGO, "closed please|object", "tells states"),
        )
    ),
    0,
    0,
)  # a line anywhere in public text
EDGE = Reading(IN_PUBLIC, 4, 6)  # one of its first and last lines
MARKED = Reading(BETWEEN_MARKS, 2, 10)  # in brackets, behind a label
TAGGED = Reading(BETWEEN_MARKS, 0, 0)  # a tag: no word besides
FOR_EDITORS = Reading(ALL_KNOWN, 0, 0)
STRICTEST = (Act.KILL, Act.HOLD, Act.EMBARGO)  # a note has only the first of these
# Each rule needs one of these.
DECISIVE = bits("kill hold not publish embargo closed private correct edition error")
