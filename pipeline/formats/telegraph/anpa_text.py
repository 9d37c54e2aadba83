"""The text of an ANPA 1312 message: the lines with `^`, then paragraphs and rows.

    ^BC-LT--Ferry, 1st Ld-Writethru,344<      keyword, version, words; `<` ends a line set left, `=` a centred one
    ^Ferry late<                              headline, where there is one; an alert has none
    ^Eds: Adds quay.<                         to editors: never published, but heard
    ^EDITOR'S NOTE _ First of two parts.<     to readers
    ^By ADA QUAY=  ^Associated Press=         byline
    TAB   a paragraph, which may go on in lines without a mark
    BS    a row of a table, cells parted by `;`, US or RS; `^` lines between the rows are its headings

Kyodo marks nothing: keyword, headline up to `+`, hard-wrapped paragraphs.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from pipeline.formats.text import plain
from pipeline.values.blanks import one_line
from pipeline.values.embargo import Where, names_embargo

HEADLINE_LINES_MAX = 6
PARAGRAPH, ROW, LINE = "\t", "\b", "^"
MARKED = re.compile(r"^[ ]?[\t\b^]", re.MULTILINE)
INDENT = "   "  # what a gateway makes of a tab
NEXT_LINE = re.compile(r"<[ \t]*(?=\^)")
ENDS = ("<", "=")  # of a line set left, of a centred one; The Canadian Press writes `@<`

# What the typesetter's characters mean (ANPA 1312, appendix): quotes, dash, the half of a table's games behind.
CHARACTERS = str.maketrans(
    {"{": "½", "\x10": " ", "\x1e": " ", "\x1f": " ", **dict.fromkeys("\0\1\2\3\4\5\6\a\b\v\f\x0e\x0f", "")}
    | {chr(code): "" for code in (*range(0x11, 0x1E), 0x7F)}
)
QUOTES = (("``", "“"), ("''", "”"), ("`", "‘"))
DASH = re.compile(r"(?<=[\s;])_(?=[\s;])")

CYCLE = re.compile(r"(?:BC|AM|PM|AP)-")
NUMBER = re.compile(r"\*?\d{4}")
EDS = re.compile(r"\(?(?:eds|editors|attention|update|code)\b ?[:.,]", re.IGNORECASE)
EDITORS_NOTE = re.compile(r"EDITOR'?S NOTE\b[ :_—-]*")
MEDIA = re.compile(  # what there is beside the words, by its numbers: AP Photo XNP101, XNP102
    r"(?:[Ww]ith )?(?:[A-Z]{2,4} )?(?i:photos?|graphics?|video|interactives?|audio)"
    r"(?:,? [A-Z]{0,5}\d{1,8}){0,40}[.,]?$"
)
BYLINE = re.compile(r"(?:By|BY) [^\W\d_]")
AFFILIATION = re.compile(
    r"press|writers?\b|news\b|service|correspondent|reporter|editor\b|times\b|post\b", re.IGNORECASE
)
LABEL = re.compile(r"(?P<label>HL|HEADLINE|INDEX|SYMBOL|SUBJECT|SLUG|EMBARGO)\s{0,3}:\s{0,3}", re.IGNORECASE)


class Piece(NamedTuple):
    """A line or a paragraph, its mark, and what ended it."""

    mark: str
    text: str
    end: str


@dataclass(slots=True)
class Text:
    """What the text says."""

    slugline: str | None = None
    version: str = ""  # what the keyword line says of the version
    headline: str = ""
    by: str | None = None
    note: str | None = None  # EDITOR'S NOTE: for readers
    embargo: str | None = None
    eds: list[str] = field(default_factory=list)  # for editors: heard, never published
    abstracts: list[str] = field(default_factory=list)
    paragraphs: list[str] = field(default_factory=list)


def read_text(text: str, keyword: str) -> Text:
    """The text between STX and ETX.  Raises Rejected(TOO_LARGE)."""
    text = NEXT_LINE.sub("<\n", text)
    plain.check_size(text)
    if not MARKED.search(text):
        return _unmarked(text, keyword)
    pieces = [piece for piece in _pieces(text) if piece.text]
    start = next((at for at, piece in enumerate(pieces) if piece.mark in (PARAGRAPH, ROW)), len(pieces))
    read = Text()
    _lines(pieces[:start], keyword, read)
    read.paragraphs += [piece.text for piece in pieces[start:] if piece.text != "END"]
    return read


def _pieces(text: str) -> Iterator[Piece]:
    mark, lines = "", [""]
    for line in text.split("\n"):
        line = line.lstrip(" ") if line.lstrip(" ")[:1] in (PARAGRAPH, ROW, LINE) else line
        begins = line[:1] if line[:1] in (PARAGRAPH, ROW, LINE) else PARAGRAPH if line.startswith(INDENT) else ""
        if begins or not line.strip() or lines[-1].rstrip().endswith(ENDS):
            yield _piece(mark, lines)
            mark, lines = begins, [""]
        lines.append(line[1:] if line[:1] == begins else line)
    yield _piece(mark, lines)


def _piece(mark: str, lines: list[str]) -> Piece:
    text = " ".join(lines).rstrip()
    end = text[-1:] if text.endswith(ENDS) else ""
    text = text[:-1].rstrip().removesuffix("@") if end else text
    if mark == ROW:
        text = text.replace(LINE, " ")  # a centred cell
    if mark == ROW or (text.count(";") > 1 and "; " not in text.strip()):
        text = text.replace(";", " ")
    return Piece(mark, typeset(text), end)


def typeset(text: str) -> str:
    """The text in one line, with the characters that it means."""
    if "{" in text or not text.isprintable():  # of what CHARACTERS lists all but the brace is unprintable
        text = text.translate(CHARACTERS)
    for written, meant in QUOTES:
        text = text.replace(written, meant)
    return one_line(DASH.sub("—", f" {text} ") if "_" in text else text)


def _lines(pieces: list[Piece], keyword: str, read: Text) -> None:
    """The lines before the copy.  Headings and bylines are centred; a second line set left is an abstract."""
    signed = False
    for piece in pieces:
        text, by = piece.text, signed
        signed = False
        label = LABEL.match(text)
        if read.slugline is None and not read.headline and _is_slug(text, keyword):
            read.slugline, read.version = _slug(text)
        elif NUMBER.fullmatch(text):
            continue
        elif names_embargo(text, Where.ADVANCE) or (label and label["label"].upper() == "EMBARGO"):
            read.embargo = text
        elif EDITORS_NOTE.match(text):
            read.note = EDITORS_NOTE.sub("", text)
        elif EDS.match(text):
            read.eds.append(text)
        elif label:
            read.headline = text[label.end() :] if label["label"].upper()[0] == "H" else read.headline
        elif BYLINE.match(text):
            read.by, signed = f"{read.by} {text}" if read.by else text, True
        elif by and piece.end == "=" and AFFILIATION.search(text):
            read.by = f"{read.by}, {text}"
        elif not MEDIA.match(text):
            _words(piece, read)


def _words(piece: Piece, read: Text) -> None:
    if not read.headline:
        read.headline = piece.text
    elif piece.end == "<":
        read.abstracts.append(piece.text)
    else:
        read.paragraphs.append(piece.text)


def _is_slug(text: str, keyword: str) -> bool:
    return bool(CYCLE.match(text)) or (len(keyword) > 3 and text.lower().startswith(keyword.lower()[:8]))


def _slug(text: str) -> tuple[str, str]:
    """Keyword and version out of `BC-LT--Ferry, 1st Ld-Writethru,344`."""
    first, *others = (part.strip() for part in text.split(","))
    return first, ", ".join(part for part in others if part and not part.isdecimal())


def _unmarked(text: str, keyword: str) -> Text:
    read = Text()
    lines = text.strip("\n ").split("\n")
    if _is_slug(lines[0], keyword):
        read.slugline, read.version = _slug(typeset(lines.pop(0)))
    ends = [line.rstrip().endswith("+") for line in lines[:HEADLINE_LINES_MAX]]
    if True in ends:
        after = ends.index(True) + 1
        read.headline = typeset(" ".join(lines[:after]).rstrip("+ "))
        lines = lines[after:]
    copy = "\n".join(lines).replace("\n==", "\n\n==")  # ==Kyodo
    read.paragraphs = list(map(typeset, plain.unwrapped(copy)))
    return read
