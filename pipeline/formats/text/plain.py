"""Plain wire copy: bytes to paragraphs, and not a word interpreted (headline, dateline, sign-off: see copy).

Three habits of the wires, told apart by the lines themselves: paragraphs parted by blank lines; a line a paragraph;
hard-wrapped lines with each paragraph's first one indented.  Rows of lists and tables stay apart.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterable, Sequence
from itertools import pairwise

from pipeline.formats.format import Parts
from pipeline.formats.limits import BODY_BYTES_MAX, PARAGRAPHS_MAX
from pipeline.formats.parsed import Parsed, Payload
from pipeline.formats.text.encoding import decode
from pipeline.records import Reason, Rejected
from pipeline.values.blanks import line_ends, one_line

SOURCES = {"paragraphs": ("the text",)}  # the rest of the item is what the copy says (pipeline.copy)
WRAP_MAX = 100  # columns; wires wrap at 65 to 80, so a text with a longer line is not wrapped at all
FULL = 0.85  # of a block's width: a line that ends before it though the next word would fit was meant to end there
CHARACTERS_MAX, LINES_MAX = 2 * BODY_BYTES_MAX, 4 * PARAGRAPHS_MAX  # blanks and line breaks come off
CONTROLS_MAX = 0.02  # of the characters; seen 0.7 % in racing results, a binary has more

CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
DROPPED = "control characters dropped"
BLANK_LINE = re.compile(r"\n[^\S\n]*\n\s*")
INDENTED = re.compile(r"\t| {3}")
COLUMNS = re.compile(r"\S(?: {3}|\t)\s*\S")
ROW = re.compile(r"\s*(?:[|*•+-]|\d[\d.,:]*[.)]?)\s")  # begins a row of a table or an element of a list


def split(payload: Payload) -> Parts:
    """The text.  Raises Rejected(ENCODING): no text encoding, or too many control characters."""
    text, warnings = decode(payload.data)
    if controls := CONTROL.findall(text):
        if len(controls) > CONTROLS_MAX * len(text):
            raise Rejected(
                Reason.ENCODING, f"control characters, {controls[0]!r} first, {len(controls)}: no plain text"
            )
        text, warnings = CONTROL.sub(" ", text), (*warnings, DROPPED)
    return Parts((text,), warnings)


def read(text: str) -> Parsed:
    """The item: paragraphs and nothing else.  Raises Rejected(TOO_LARGE)."""
    return Parsed(paragraphs=paragraphs(text))


def paragraphs(text: str) -> tuple[str, ...]:
    """The paragraphs of plain text, none empty, each in one line.  Raises Rejected(TOO_LARGE)."""
    blocks = _blocks(text)
    alone = len(blocks) == 1 and not any(map(INDENTED.match, blocks[0]))
    if alone or any(map(_is_wide, blocks)):
        return _joined((line,) for lines in blocks for line in lines)
    return _joined(piece for lines in blocks for piece in _of_block(lines))


def unwrapped(text: str) -> tuple[str, ...]:
    """The same, of a text whose format wraps its lines: one that nothing parts is one paragraph."""
    blocks = _blocks(text)
    return _joined(piece for lines in blocks for piece in (zip(lines) if _is_wide(lines) else _of_block(lines)))


def check_size(text: str) -> None:
    """Raises Rejected(TOO_LARGE) for a text that cannot make a body within the limits, before it is taken apart."""
    if len(text) > CHARACTERS_MAX or text.count("\n") > LINES_MAX:
        raise Rejected(Reason.TOO_LARGE, f"text of {len(text):,} characters in {text.count(chr(10)) + 1:,} lines")


def _blocks(text: str) -> list[list[str]]:
    """The lines, blank lines parting the blocks."""
    check_size(text)
    lines = "\n".join(line_ends(text).splitlines())
    blocks = (_dedented(block.rstrip()) for block in BLANK_LINE.split(_dedented(lines)))
    return [block.split("\n") for block in blocks if block]


def _is_wide(lines: list[str]) -> bool:
    return max(map(len, lines)) > WRAP_MAX


def _of_block(lines: list[str]) -> list[list[str]]:
    """The lines of each paragraph of a block."""
    width = max(map(len, lines))
    if len(lines) == 1:
        return [lines]
    marked = [ROW.match(line) is not None for line in lines]
    rows = marked[0] or (sum(marked) > 2 and 2 * sum(marked) > len(lines))
    starts = [n for n, (line, after) in enumerate(pairwise(lines), 1) if _ends(line, after, width, rows)]
    return [lines[begin:stop] for begin, stop in pairwise([0, *starts, len(lines)])]


def _ends(line: str, after: str, width: int, rows: bool) -> bool:
    """Whether the line break between these two is meant.  `rows`: the block is a list or a table."""
    assert after, "blank lines part blocks"
    if after[0] in " \t" and INDENTED.match(after):
        return True
    if (rows and ROW.match(after)) or _has_columns(line) or _has_columns(after):
        return True
    if len(line) > FULL * width or after[0].islower():  # most lines of copy
        return False
    return len(line.rstrip()) + 1 + len(after.split(None, 1)[0]) <= FULL * width


def _has_columns(line: str) -> bool:
    return ("   " in line or "\t" in line) and COLUMNS.search(line) is not None


def _joined(pieces: Iterable[Sequence[str]]) -> tuple[str, ...]:
    return tuple(joined for lines in pieces if (joined := one_line(" ".join(lines))))


def _dedented(text: str) -> str:
    """Without the margin all lines share; the first one often shows that there is none, which saves the search."""
    return text if text[:1].strip() else textwrap.dedent(text)
