"""Plain wire copy: bytes to paragraphs.  Headline, dateline and sign-off are left to `copy`.

The wires have three habits, which are recognised by the lines themselves: blank lines between paragraphs, one line
a paragraph, or hard-wrapped lines with an indented first line for each paragraph.  Rows of lists and tables stay
separate.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterable, Sequence
from itertools import pairwise

from pipeline.formats.format import Format, Parts, PayloadKind, Recogniser
from pipeline.formats.limits import BODY_BYTES_MAX, PARAGRAPHS_MAX
from pipeline.formats.parsed import Parsed, Payload
from pipeline.formats.places import Places
from pipeline.formats.text.encoding import decode
from pipeline.formats.text.prose import check_prose
from pipeline.notes import Addressee, is_note_alone
from pipeline.records import Reason, Rejected
from pipeline.values.blanks import line_ends, one_line

SOURCES = {"paragraphs": ("the text",)}  # everything else is read from the text by pipeline.copy
PLACES = Places({"the text": Addressee.PUBLIC})
WRAP_MAX = 100  # columns; wires wrap at 65 to 80, so a text with a longer line is not hard-wrapped
FULL = 0.85  # of a block's width: a line that ends before it although the next word would fit ends on purpose
CHARACTERS_MAX, LINES_MAX = 2 * BODY_BYTES_MAX, 4 * PARAGRAPHS_MAX  # blanks and line breaks are removed
CONTROLS_MAX = 0.02  # share of the characters; racing results have up to 0.7 %, binary data has more

CUT_OFF, CUT_WORDS_MIN = "may be cut off: it ends within a sentence", 8  # shorter lines are names and credits

CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
CONTROLS = bytes(each for each in range(128) if CONTROL.match(chr(each)))
DROPPED = "control characters dropped"
BLANK_LINE = re.compile(r"\n[^\S\n]*\n\s*")
INDENTED = re.compile(r"\t| {3}")
KEPT_INDENT, KEPT_INDENTS_MIN, GOES_ON = re.compile(r"\n(?:\t| {3,8})(?=\S)"), 2, re.compile(r"\n\S")
BLANK_OR_INDENT = re.compile(r"\n[^\S\n]*\n\s*|\n(?=\t| {3})")
COLUMNS = re.compile(r"\S(?: {3}|\t)\s*\S")
ROW = re.compile(r"\s*(?:[|*•+-]|\d[\d.,:]*[.)]?)\s")  # the beginning of a table row or a list element


def split_plain(payload: Payload) -> Parts:
    """One document, the text.

    Raises Rejected: ENCODING (no text encoding, or too many control characters), UNKNOWN_FORMAT (it is not prose),
    TOO_LARGE.
    """
    text, warnings = decode(payload.data)
    check_size(text)
    if controls := CONTROL.findall(text) if _has_controls(text) else []:
        if len(controls) > CONTROLS_MAX * len(text):
            raise Rejected(
                Reason.ENCODING,
                f"control characters, {controls[0]!r} first, {len(controls)} of them: not plain text",
            )
        check_prose(text)  # controls of a telegram are signs of one
        text, warnings = CONTROL.sub(" ", text), (*warnings, DROPPED)
    check_prose(text)
    return Parts((text,), warnings)


def _has_controls(text: str) -> bool:
    data = text.encode("utf-8", "replace")  # a twentieth of the time of the pattern
    return len(data.translate(None, CONTROLS)) < len(data)


def read_plain(text: str) -> Parsed:
    """The item, which has nothing but paragraphs.  Raises Rejected(TOO_LARGE)."""
    found = paragraphs(text)
    return Parsed(paragraphs=found, warnings=(CUT_OFF,) if found and _looks_cut(found[-1]) else ())


def _looks_cut(last: str) -> bool:
    """Whether the last paragraph ends within a sentence.  So do 1 to 4 % of whole texts."""
    return last.count(" ") >= CUT_WORDS_MIN and (last[-1].islower() or last[-1] in ",;:–-(")


def paragraphs(text: str) -> tuple[str, ...]:
    """The paragraphs of plain text, none empty, each in one line.  Raises Rejected(TOO_LARGE)."""
    blocks = _blocks(text)
    alone = len(blocks) == 1 and not any(map(INDENTED.match, blocks[0]))
    if alone or any(map(_is_wide, blocks)):
        return _joined((line,) for lines in blocks for line in lines)
    return _joined(piece for lines in blocks for piece in _of_block(lines))


def of_wire_copy(text: str) -> tuple[str, ...]:
    """The paragraphs of wire copy in one element: some lines are indented, others go on; none of other text.

    No line need go on if blank lines are among them: a tool that indents XML makes none.
    """
    body = text.strip()
    if len(KEPT_INDENT.findall(text)) < KEPT_INDENTS_MIN or not (GOES_ON.search(body) or BLANK_LINE.search(body)):
        return ()
    return tuple(joined for piece in BLANK_OR_INDENT.split(text) if (joined := one_line(piece)))


def unwrapped(text: str) -> tuple[str, ...]:
    """The same for a format that hard-wraps its lines: without blank lines or indents the text is one paragraph."""
    blocks = _blocks(text)
    return _joined(piece for lines in blocks for piece in (zip(lines) if _is_wide(lines) else _of_block(lines)))


def check_size(text: str) -> None:
    """Raises Rejected(TOO_LARGE) for a text that cannot fit the limits of a body, before it is split."""
    if len(text) > CHARACTERS_MAX or text.count("\n") > LINES_MAX:
        raise Rejected(Reason.TOO_LARGE, f"text of {len(text):,} characters in {text.count(chr(10)) + 1:,} lines")


def _blocks(text: str) -> list[list[str]]:
    """The blocks between blank lines, each as its lines."""
    check_size(text)
    lines = "\n".join(line_ends(text).splitlines())
    blocks = (_dedented(block.rstrip()) for block in BLANK_LINE.split(_dedented(lines)))
    return [block.split("\n") for block in blocks if block]


def _is_wide(lines: list[str]) -> bool:
    return max(map(len, lines)) > WRAP_MAX


def _of_block(lines: list[str]) -> list[list[str]]:
    """The lines of a block, by paragraph."""
    width = max(map(len, lines))
    if len(lines) == 1:
        return [lines]
    marked = [ROW.match(line) is not None for line in lines]
    rows = marked[0] or (sum(marked) > 2 and 2 * sum(marked) > len(lines))
    starts = [n for n, (line, after) in enumerate(pairwise(lines), 1) if _ends_paragraph(line, after, width, rows)]
    return [lines[begin:stop] for begin, stop in pairwise([0, *starts, len(lines)])]


def _ends_paragraph(line: str, after: str, width: int, rows: bool) -> bool:
    """Whether the paragraph ends between these two lines.  `rows`: the block is a list or a table."""
    assert after, "no block holds a blank line"
    if after[0] in " \t" and INDENTED.match(after):
        return True
    if (rows and ROW.match(after)) or _has_columns(line) or _has_columns(after):
        return True
    if after[0].islower():
        return False
    if is_note_alone(line) or is_note_alone(after):
        return True
    if len(line) > FULL * width:  # most lines of copy
        return False
    return len(line.rstrip()) + 1 + len(after.split(None, 1)[0]) <= FULL * width


def _has_columns(line: str) -> bool:
    return ("   " in line or "\t" in line) and COLUMNS.search(line) is not None


def _joined(pieces: Iterable[Sequence[str]]) -> tuple[str, ...]:
    return tuple(joined for lines in pieces if (joined := one_line(" ".join(lines))))


def _dedented(text: str) -> str:
    """Without the margin that all lines share.  Often the first line shows that there is none."""
    return text if text[:1].strip() else textwrap.dedent(text)


PLAIN = Format(
    name="plain",
    description="plain wire copy",
    recognisers=(Recogniser(PayloadKind.TEXT, lambda _: True),),
    split=split_plain,
    read=read_plain,
    sources=SOURCES,
    places=PLACES,
)
