"""The text of an IPTC 7901 message: keywords, header lines, copy, notes.

`copy` can read tags, so they are passed on as text, before the title.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from pipeline.formats.places import lines_of
from pipeline.formats.telegraph.iptc7901.header_lines import (
    AROUND,
    DATELINE,
    REPLACING,
    HeaderLines,
    read_header_lines,
    split_header_lines,
    whole_lines,
)
from pipeline.formats.text import plain
from pipeline.items import Concept, PubStatus
from pipeline.notes import NOTES_NOT_KEPT, Addressee, Passage
from pipeline.records import Reason, Rejected
from pipeline.values.blanks import one_line

CONTROLS = re.compile(r"\f[^\n\v]{0,80}\v|[\x00-\x08\x0b-\x1e]")  # FF … VT: an instruction to the typesetter
COLUMN = "\x1f"

MARKED = re.compile(r"^\^?([^^<\n]*)<$|^\^", re.MULTILINE)  # AP: `^Title<`, and `<` alone for a blank line
TITLE_MARKED = re.compile(r"\s*\^[^^<\n]+<(?=\n)")

KILL = re.compile(
    r"(?:KILL\b[ ,!-]*){2,3}|(?:MANDATORY )?KILL|STORY WITHDRAWN|WITHDRAWN|ANNULLIERUNG|ANNULATION|"
    r"ELIMINAR(?: - ELIMINAR)?|ANULACI[ÓO]N|АННУЛИРОВАНИЕ|ANULOWANE|(?:حظر ?){1,3}"
)
HOLD = re.compile(r"(?:HOLD\b[ ,!-]*){2,3}|MANDATORY HOLD")
ORDERS: tuple[tuple[re.Pattern[str], PubStatus], ...] = (  # the beginning of the copy of a kill
    (re.compile(r"please kill\b", re.IGNORECASE), PubStatus.CANCELED),
    (re.compile(r"please hold\b", re.IGNORECASE), PubStatus.WITHHELD),
    (
        re.compile(r"bitte [^.]{0,80}(?:streichen|nicht (?:mehr )?(?:verwenden|veröffentlichen))", re.IGNORECASE),
        PubStatus.CANCELED,
    ),
)
ATTENTION = re.compile(r"\((?:Achtung|ACHTUNG)\) ?")

NOTES = re.compile(r"\n[^\S\n]{0,20}(?:#{1,2} \S|(?:\* ){3}\*)")  # dpa: the headings of its notepad, and the rule
_DESK = r"[^\W\d_A-ZÄÖÜ]{2,4}"
SIGN_OFF = re.compile(rf"[a-z]{{2,8}}(?:[-/][A-Za-z]{{2,8}})?(?: {_DESK}(?:/{_DESK}){{0,2}}| [a-z]\d){{0,6}}")
TEASER_PARAGRAPHS_MAX = 2


class MessageText(NamedTuple):
    """The text of a message, read."""

    slugline: str | None
    headline: str  # with its tags
    subtitle: str
    by: str | None
    note: str | None  # what a correction or an update changes
    subjects: tuple[Concept, ...]
    teaser: tuple[str, ...]
    paragraphs: tuple[str, ...]
    passages: tuple[Passage, ...]  # the header lines, and the notes to editors behind the copy
    status: PubStatus
    replaces: bool  # a correction, a refile, an update
    about: str  # the text in which a kill or a correction names its dispatch; not all of it is public
    words: int  # of the copy


def read_message_text(text: str, warnings: list[str]) -> MessageText:
    """The text between header line and trailer.  Raises Rejected(TOO_LARGE, UNKNOWN_FORMAT)."""
    plain.check_size(text)
    keywords, rest = _split_keywords(text.replace(COLUMN, " "))
    lines, body = split_header_lines(_without_marks(rest))
    head = read_header_lines(lines)
    published, notes, sign_off = _without_notes(body, warnings)
    paragraphs = tuple(map(_row, plain.unwrapped(published)))
    lead = _lead_length(paragraphs)
    status = _status(head, paragraphs[lead:])
    terms = [term for term in map(one_line, keywords.replace("\n", "/").split("/")) if term]
    return MessageText(
        slugline="/".join(terms) or None,
        headline=_headline(head),
        subtitle=" ".join(head.subtitle),
        by=" ".join(head.by) or None,
        note="\n".join(head.notes) or None,
        subjects=(
            *(Concept(name=term, rel="keyword") for term in terms),
            *(Concept(name=genre, rel="genre") for genre in head.genres),
        ),
        teaser=paragraphs[:lead],
        paragraphs=(*paragraphs[lead:], *sign_off),
        passages=tuple(_passages(lines, notes)),
        status=status,
        replaces=any(map(REPLACING.match, head.tags)),
        about="\n".join([*head.notes, notes] if status is PubStatus.USABLE else [*head.title, *paragraphs, notes]),
        words=sum(len(paragraph.split()) for paragraph in paragraphs),
    )


def _split_keywords(text: str) -> tuple[str, str]:
    """The keywords and the rest.  Without STX the keywords are a first line that begins or ends with a slash.

    Raises Rejected(UNKNOWN_FORMAT) for one telegram within another.
    """
    keywords, stx, rest = text.partition("\x02")
    if "\x02" in rest:
        raise Rejected(Reason.UNKNOWN_FORMAT, "iptc7901 around another telegram")
    if not stx:
        first, _, after = text.lstrip("\n ").partition("\n")
        slashed = first.rstrip().endswith("/") or first.startswith("/")
        keywords, rest = (first, after) if slashed else ("", text)
    return _without_controls(keywords), _without_controls(rest).strip("\n")


def _without_marks(text: str) -> str:
    """The text without AP's marks; the first line with them is the title, which ` =` ends elsewhere."""
    title = TITLE_MARKED.match(text)
    if title is None:
        return text
    name, rest = MARKED.sub(r"\1", title[0].strip()), MARKED.sub(r"\1", text[title.end() :])
    return f"{name} =\n{rest}"


def _without_controls(text: str) -> str:
    return text if text.replace("\n", "").isprintable() else CONTROLS.sub("", text)


def _headline(head: HeaderLines) -> str:
    tags = [f"({tag}) " if tag.upper() == "ACHTUNG" else f"{tag}: " for tag in head.tags]
    return "".join([*tags, " ".join(head.title)]).rstrip(" :")


def _passages(lines: list[str], notes: str) -> Iterator[Passage]:
    """The header lines, those in brackets for editors; and the notes."""
    for line in whole_lines(lines):
        if bare := line.strip(AROUND):
            yield Passage(Addressee.EDITORS if bare[0] == "(" else Addressee.HEADLINE, bare, "header lines")
    if found := lines_of(notes):
        yield Passage(Addressee.EDITORS, "\n".join(found), "notes to editors")


def _status(head: HeaderLines, paragraphs: tuple[str, ...]) -> PubStatus:
    lines = [line.strip(AROUND) for line in head.title]
    if any(map(KILL.fullmatch, lines)):
        return PubStatus.CANCELED
    if any(map(HOLD.fullmatch, lines)):
        return PubStatus.WITHHELD
    beginnings = [ATTENTION.sub("", text) for text in (" ".join(head.title), *paragraphs[:1])]
    return next((status for pattern, status in ORDERS if any(map(pattern.match, beginnings))), PubStatus.USABLE)


def _without_notes(body: str, warnings: list[str]) -> tuple[str, str, tuple[str, ...]]:
    """The copy, the notes to editors after it, and the sign-off after those."""
    body = f"\n{body}"
    found = NOTES.search(body)
    if found is None:
        return body, "", ()
    warnings.append(NOTES_NOT_KEPT)
    notes = body[found.start() :]
    last = one_line(notes.rstrip().rpartition("\n")[2])
    return body[: found.start()], notes, (last,) if SIGN_OFF.fullmatch(last) else ()


def _row(paragraph: str) -> str:
    """A row of a table without its frame."""
    if len(paragraph) > 1 and paragraph[0] == paragraph[-1] == "|":
        return one_line(paragraph.replace("|", " "))
    return paragraph


def _lead_length(paragraphs: tuple[str, ...]) -> int:
    """The number of paragraphs before the one with the dateline: dpa's lead-in."""
    found = [bool(DATELINE.match(text)) for text in paragraphs[: TEASER_PARAGRAPHS_MAX + 1]]
    return found.index(True) if True in found else 0
