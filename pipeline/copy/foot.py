"""The last lines of copy while they are read, from the last one up: what is left, and what has left."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from pipeline.copy import sentences
from pipeline.copy.findings import Findings, StrippedKind
from pipeline.copy.signoffs.endings import split_ending
from pipeline.copy.signoffs.sign_off import SignOff
from pipeline.copy.signoffs.whole_lines import sign_off_line
from pipeline.copy.stamps import is_stamp
from pipeline.language import Language

SIGN_OFFS_ABOVE = 8  # lines above one about the writer, among which a sign-off may name her
BRACKET_LINES_MAX = 5  # over which a sign-off in brackets goes
# Below a sign-off: AFP's companies in capitals, times and numbers of the message.
_BELOW = re.compile(
    r"[A-Z0-9 &.'-]{2,60}|[^a-z]{0,20}\d\d:\d\d[^a-z]{0,20}|\d{3,8}|[a-z]{2,4}\.?|[ء-ي]{1,2}(?: [ء-ي]{1,2}){0,2}"
)


@dataclass(slots=True)
class Foot:
    """The last lines of copy while they are read, from the last one up."""

    paragraphs: list[str]
    language: Language
    findings: Findings
    agency: str | None  # by its code or as the dateline writes it
    own: frozenset[str]  # its names in the dateline, folded
    index: int = field(init=False)  # of the line that is read
    text: str = ""  # of it
    above: str = ""
    kept: list[str] = field(default_factory=list)  # below it, from the last one up
    left_signs: bool | None = None  # whether a sign-off had left before; None: not looked at yet
    signed: bool = False  # a line that signs the copy, or is about it, has left
    addressed: bool = False  # an address of the agency has left
    names: int = 0  # lines with a name alone that have left

    def __post_init__(self) -> None:
        self.index = len(self.paragraphs)

    def go_up(self) -> None:
        """Read the next line."""
        self.index -= 1
        self.text = self.paragraphs[self.index]
        self.above = self.paragraphs[self.index - 1] if self.index else ""

    def is_last(self) -> bool:
        """Whether no line is below it, nor was."""
        return self.index + 1 == len(self.paragraphs)

    def is_signed(self) -> bool:
        """Whether a sign-off has left, here or before."""
        if not self.signed and self.left_signs is None:
            pieces = (piece for piece in self.findings.stripped if piece.kind != StrippedKind.DATELINE)
            self.left_signs = any(sign_off_line(piece.text) for piece in pieces)
        return self.signed or bool(self.left_signs)

    def is_named(self) -> bool:
        """Whether the copy names its agency, or is signed."""
        return self.agency is not None or bool(self.own) or self.is_signed()

    def writers(self) -> tuple[str, ...]:
        """Who wrote it, by its byline, or by a sign-off that is further up."""
        last = self.paragraphs[max(0, self.index - SIGN_OFFS_ABOVE) : self.index]
        lines = (line for line in last if not sentences.ends(line))
        signs = (found for line in lines if (found := sign_off_line(line, self.agency, self.own)))
        names = (name for found in signs for name in (*found.reporting, *found.editing))
        return (*self.findings.bylines, *self.findings.reporting, *names)

    def sign(self, sign_off: SignOff) -> bool:
        """Take a sign-off out, and the lines below it that agencies send there, or that repeat who signed (PTI)."""
        self.findings.add_sign_off(sign_off)
        signed = sign_off.text.split()
        self.kept = [] if all(line in signed or _is_below(line) for line in self.kept) else self.kept
        self.signed = True
        return True

    def sign_bracket(self) -> bool:
        """Take a sign-off out whose bracket opens further up: `(Reporting by Ana Ruiz`, below it `… by Li Na)`."""
        if not self.text.endswith(")") or "(" in self.text:
            return False
        for start in range(self.index - 1, max(-1, self.index - BRACKET_LINES_MAX), -1):
            if "(" not in self.paragraphs[start]:
                continue
            found = split_ending(" ".join(self.paragraphs[start : self.index + 1]))
            if found is None or found[0]:
                return False
            self.index = start
            return self.sign(found[1])
        return False

    def strip(self, kind: StrippedKind, rule: str, text: str = "") -> bool:
        """Take a line out that is no sign-off."""
        self.findings.add_stripped(kind, text, rule)
        return True


def _is_below(text: str) -> bool:
    """Whether agencies send such a line below their sign-off."""
    return bool(_BELOW.fullmatch(text)) or is_stamp(text)
