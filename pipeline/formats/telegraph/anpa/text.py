"""The text of an ANPA 1312 message: the lines with `^`, then paragraphs and rows.

    ^BC-LT--Ferry, 1st Ld-Writethru,344<      keyword, version, words; `<` ends a line set left, `=` a centred one
    ^Ferry late<                              headline, where there is one; an alert has none
    ^Eds: Adds quay.<                         to editors, never published
    ^EDITOR'S NOTE _ First of two parts.<     to readers
    ^By ADA QUAY=  ^Associated Press=         byline
    TAB   a paragraph, which may continue in lines without a mark
    BS    a row of a table, cells separated by `;`, US or RS; `^` lines between the rows are its headings

Kyodo has no marks: keyword, headline up to `+`, hard-wrapped paragraphs.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from pipeline.formats.text import plain
from pipeline.notes import is_line_of_embargo
from pipeline.values.blanks import one_line

HEADLINE_LINES_MAX = 6
PARAGRAPH, ROW, LINE = "\t", "\b", "^"
MARKED = re.compile(r"^[ ]?[\t\b^]", re.MULTILINE)
INDENT = "   "  # what a gateway makes of a tab
NEXT_LINE = re.compile(r"<[ \t]*(?=\^)")
ENDS = ("<", "=")  # the end of a left-aligned line, of a centred one; The Canadian Press writes `@<`

# The typesetter's characters (ANPA 1312, appendix): quotes, dash, the half in a table of games behind.
CHARACTERS = str.maketrans(
    {"{": "½", "\x10": " ", "\x1e": " ", "\x1f": " ", **dict.fromkeys("\0\1\2\3\4\5\6\a\b\v\f\x0e\x0f", "")}
    | {chr(code): "" for code in (*range(0x11, 0x1E), 0x7F)}
)
QUOTES = (("``", "“"), ("''", "”"), ("`", "‘"))
DASH = re.compile(r"(?<=[\s;])_(?=[\s;])")

CYCLE = re.compile(r"(?:BC|AM|PM|AP)-")
NUMBER = re.compile(r"\*?\d{4}")
EDS = re.compile(r"\(?(?:eds|editors|attention|update|code)\b ?[:.,：]", re.IGNORECASE)
EDITORS_NOTE = re.compile(r"EDITOR'?S NOTE\b[ :_—-]*")
MEDIA = re.compile(  # pictures and the like by their numbers: AP Photo XNP101, XNP102
    r"(?:[Ww]ith )?(?:[A-Z]{2,4} )?(?i:photos?|graphics?|video|interactives?|audio)"
    r"(?:,? [A-Z]{0,5}\d{1,8}){0,40}[.,]?$"
)
BYLINE = re.compile(r"(?:By|BY) [^\W\d_]")
AFFILIATION = re.compile(
    r"press|writers?\b|news\b|service|correspondent|reporter|editor\b|times\b|post\b", re.IGNORECASE
)
LABEL = re.compile(r"(?P<label>HL|HEADLINE|INDEX|SYMBOL|SUBJECT|SLUG|EMBARGO)\s{0,3}[:：]\s{0,3}", re.IGNORECASE)


class MarkedLine(NamedTuple):
    """A line or a paragraph, its mark, and the character that ended it."""

    mark: str
    text: str
    end: str


@dataclass(slots=True)
class AnpaText:
    """The text of a message, read."""

    slugline: str | None = None
    version: str = ""  # the version section of the keyword line
    headline: str = ""
    by: str | None = None
    note: str | None = None  # EDITOR'S NOTE: for readers
    eds: list[str] = field(default_factory=list)  # for editors, never published
    head: list[str] = field(default_factory=list)  # all other lines before the copy, read or not
    abstracts: list[str] = field(default_factory=list)
    paragraphs: list[str] = field(default_factory=list)


def read_anpa_text(text: str, keyword: str) -> AnpaText:
    """The text between STX and ETX.  Raises Rejected(TOO_LARGE)."""
    text = NEXT_LINE.sub("<\n", text)
    plain.check_size(text)
    if not MARKED.search(text):
        return _read_unmarked(text, keyword)
    lines = [line for line in _marked_lines(text) if line.text]
    start = next((at for at, line in enumerate(lines) if line.mark in (PARAGRAPH, ROW)), len(lines))
    read = AnpaText()
    _read_head(lines[:start], keyword, read)
    read.paragraphs += [line.text for line in lines[start:] if line.text != "END"]
    return read


def _marked_lines(text: str) -> Iterator[MarkedLine]:
    mark, lines = "", [""]
    for line in text.split("\n"):
        line = line.lstrip(" ") if line.lstrip(" ")[:1] in (PARAGRAPH, ROW, LINE) else line
        begins = line[:1] if line[:1] in (PARAGRAPH, ROW, LINE) else PARAGRAPH if line.startswith(INDENT) else ""
        if begins or not line.strip() or lines[-1].rstrip().endswith(ENDS):
            yield _marked_line(mark, lines)
            mark, lines = begins, [""]
        lines.append(line[1:] if line[:1] == begins else line)
    yield _marked_line(mark, lines)


def _marked_line(mark: str, lines: list[str]) -> MarkedLine:
    text = " ".join(lines).rstrip()
    end = text[-1:] if text.endswith(ENDS) else ""
    text = text[:-1].rstrip().removesuffix("@") if end else text
    if mark == ROW:
        text = text.replace(LINE, " ")  # a centred cell
    if mark == ROW or (text.count(";") > 1 and "; " not in text.strip()):
        text = text.replace(";", " ")
    return MarkedLine(mark, typeset(text), end)


def typeset(text: str) -> str:
    """The text in one line, with the typesetter's characters replaced."""
    if "{" in text or not text.isprintable():  # all of CHARACTERS but the brace is unprintable
        text = text.translate(CHARACTERS)
    for written, quote in QUOTES:
        text = text.replace(written, quote)
    return one_line(DASH.sub("—", f" {text} ") if "_" in text else text)


def _read_head(lines: list[MarkedLine], keyword: str, read: AnpaText) -> None:
    """Reads the lines before the copy.

    Headings and bylines are centred; a second left-aligned line is an abstract.
    """
    signed = False
    for line in lines:
        text, after_byline = line.text, signed
        signed = False
        if not EDS.match(text):
            read.head.append(text)
        label = LABEL.match(text)
        if read.slugline is None and not read.headline and _is_slug(text, keyword):
            read.slugline, read.version = _slug(text)
        elif NUMBER.fullmatch(text):
            continue
        elif is_line_of_embargo(text) or (label and label["label"].upper() == "EMBARGO"):
            read.eds.append(text)
        elif EDITORS_NOTE.match(text):
            read.note = EDITORS_NOTE.sub("", text)
        elif EDS.match(text):
            read.eds.append(text)
        elif label:
            read.headline = text[label.end() :] if label["label"].upper()[0] == "H" else read.headline
        elif BYLINE.match(text):
            read.by, signed = f"{read.by} {text}" if read.by else text, True
        elif after_byline and line.end == "=" and AFFILIATION.search(text):
            read.by = f"{read.by}, {text}"
        elif not MEDIA.match(text):
            _read_words(line, read)


def _read_words(line: MarkedLine, read: AnpaText) -> None:
    if not read.headline:
        read.headline = line.text
    elif line.end == "<":
        read.abstracts.append(line.text)
    else:
        read.paragraphs.append(line.text)


def _is_slug(text: str, keyword: str) -> bool:
    return bool(CYCLE.match(text)) or (len(keyword) > 3 and text.lower().startswith(keyword.lower()[:8]))


def _slug(text: str) -> tuple[str, str]:
    """Keyword and version from `BC-LT--Ferry, 1st Ld-Writethru,344`."""
    first, *others = (part.strip() for part in text.split(","))
    return first, ", ".join(part for part in others if part and not part.isdecimal())


def _read_unmarked(text: str, keyword: str) -> AnpaText:
    read = AnpaText()
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
