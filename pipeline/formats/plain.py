"""Plain wire copy: bytes to paragraphs, and not a word interpreted (headline, dateline, sign-off: see copy).

Three habits of the wires, told apart by the lines themselves: paragraphs parted by blank lines; a line a paragraph;
hard-wrapped lines with each paragraph's first one indented.
"""

from __future__ import annotations

import re
import textwrap
from itertools import pairwise

from pipeline.formats.blanks import one_line
from pipeline.formats.encoding import decode
from pipeline.formats.format import Parts
from pipeline.formats.parsed import Parsed, Payload
from pipeline.records import Reason, Rejected

SOURCES = {"paragraphs": ("the text",)}  # the rest of the item is what the copy says (pipeline.copy)
WRAP_MAX = 100  # columns; wires wrap at 65 to 80, so a text with a longer line is not wrapped at all

CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
BLANK_LINE = re.compile(r"\n[^\S\n]*\n\s*")
INDENTED = re.compile(r"\t| {3}")


def split(payload: Payload) -> Parts:
    """The text.  Raises Rejected(ENCODING): no text encoding, or control characters beyond tab and newline."""
    text, warnings = decode(payload.data)
    if control := CONTROL.search(text):
        raise Rejected(Reason.ENCODING, f"control character {control[0]!r} at {control.start()}: no plain text")
    return Parts((text,), warnings)


def read(text: str) -> Parsed:
    """The item: paragraphs and nothing else."""
    return Parsed(paragraphs=paragraphs(text))


def paragraphs(text: str) -> tuple[str, ...]:
    """The paragraphs of plain text, none empty, each in one line."""
    lines_of = [block.splitlines() for block in BLANK_LINE.split(_dedented("\n".join(text.splitlines())))]
    wrapped = all(len(line) <= WRAP_MAX for lines in lines_of for line in lines)
    alone = len([lines for lines in lines_of if any(line.strip() for line in lines)]) == 1
    found = (piece for lines in lines_of for piece in _of_block(lines, wrapped, alone))
    return tuple(joined for piece in found if (joined := one_line(piece)))


def _of_block(lines: list[str], wrapped: bool, alone: bool) -> list[str]:
    """The paragraphs of one block; `alone`: no blank line parts this text."""
    lines = _dedented("\n".join(lines)).split("\n")
    starts = [number for number, line in enumerate(lines) if INDENTED.match(line)]
    if not wrapped or (alone and not starts):
        return lines
    edges = sorted({0, *starts, len(lines)})
    return ["\n".join(lines[begin:stop]) for begin, stop in pairwise(edges)]


def _dedented(text: str) -> str:
    """Without the margin all lines share; the first one often shows that there is none, which saves the search."""
    return text if text[:1].strip() else textwrap.dedent(text)
