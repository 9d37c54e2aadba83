"""The text of an IPTC 7901 message: keywords, header lines, copy, notes.

    (Eil BEL BEL)                         what the message is to its dispatch: a tag; dpa's six languages
    (Berichtigung: im zweiten Absatz …)   and what it changes
    (KORR-Bericht)                        a genre, or what pictures there are
    1ST LEAD                              the same without brackets, a line each
    Title, in several lines
    By A and B, dpa =                     the `=` ends the header lines

What copy can read of this it gets as copy: tags before the title, an embargo as the first paragraph.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from pipeline.formats.text import plain
from pipeline.items import Concept
from pipeline.values import editors_notes
from pipeline.values.blanks import one_line
from pipeline.values.codes import Status
from pipeline.values.embargo import Embargo, Where, from_embargo, names_embargo

HEADER_LINES_MAX = 16
TITLE_CHARACTERS_MAX = 300  # a first block without `=` that is longer is copy
GENRE_CHARACTERS_MAX = 80
CONTROLS = re.compile(r"\f[^\n\v]{0,80}\v|[\x00-\x08\x0b-\x1e]")  # FF … VT: an instruction to the typesetter
COLUMN = "\x1f"
BLANK = re.compile(r"\n[ \t]*\n")
TAKE = re.compile(r"[ \t]={1,2}\d{1,2}")

KILL = re.compile(
    r"(?:KILL\b[ ,!-]*){2,3}|(?:MANDATORY )?KILL|STORY WITHDRAWN|WITHDRAWN|ANNULLIERUNG|ANNULATION|"
    r"ELIMINAR(?: - ELIMINAR)?|ANULACI[ÓO]N|АННУЛИРОВАНИЕ|ANULOWANE|(?:حظر ?){1,3}"
)
HOLD = re.compile(r"(?:HOLD\b[ ,!-]*){2,3}|MANDATORY HOLD")
ORDERS: tuple[tuple[re.Pattern[str], Status], ...] = (  # how the copy of a kill begins
    (re.compile(r"please kill\b", re.IGNORECASE), "canceled"),
    (re.compile(r"please hold\b", re.IGNORECASE), "withheld"),
    (
        re.compile(r"bitte [^.]{0,80}(?:streichen|nicht (?:mehr )?(?:verwenden|veröffentlichen))", re.IGNORECASE),
        "canceled",
    ),
)
ATTENTION = re.compile(r"\((?:Achtung|ACHTUNG)\) ?")
# A message that takes the place of an earlier one, in dpa's six languages (the table of its own converter).
REPLACES = (
    r"Berichtigung|Korrektur|CORRECTION|Correction|Corrected|VERSIÓN CORREGIDA|Korekta|[Кк]оррекция|تصحيح|"
    r"REFILE|Refile|Wiederholung|RPT RPT|Remettre|Powtarzanie|[Пп]овтор|إعادة|"
    r"Aktualisierung|UPDATE|Update|ACTUALIZACIÓN|Aktualizacja|Mettre à jour|Обновить|تحديث|Neu|NEU|"
    r"\d(?:\.|ST|ND|RD|TH|st|nd|rd|th) (?:LEAD|Lead|NET|UPDATE)"
)
REPLACING = re.compile(REPLACES)
TAG = re.compile(
    rf"(?P<tag>(?P<replaces>{REPLACES})|\d(?:ST|ND|RD|TH) ROUNDUP|ROUNDUP|EXTRA|ADVISORY|Zusammenfassung"
    r"|Eil(?:meldung)?|EIL|Blitz|BLITZ|Achtung|ACHTUNG|URGENT|FLASH|BULLETIN|ALERT)\b(?P<rest>.*)"
)
AROUND = " '!*¤:–—-"  # what stands around a tag, bells once
PICTURES = re.compile(r"(?:mit )?(?:Foto|Bild|Grafik|Video|Archiv|Photo|Picture|Pix|Infografik)", re.IGNORECASE)
BYLINE = re.compile(r"(?:By|Von|Par|Por|Door|Di|Av) [^\W\d_]")

NOTES = re.compile(r"\n(?:#{1,2} \S|(?:\* ){3}\*)")  # dpa: its notepad's headings, and the rule
_DESK = r"[^\W\d_A-ZÄÖÜ]{2,4}"
SIGN_OFF = re.compile(rf"[a-z]{{2,8}}(?:[-/][A-Za-z]{{2,8}})?(?: {_DESK}(?:/{_DESK}){{0,2}}| [a-z]\d){{0,6}}")
DATELINE = re.compile(r"[^\W\d_][^()]{1,60} \([\w /.-]{2,30}\) ?[-–—=] ")
TEASER_PARAGRAPHS_MAX = 2


class Copy(NamedTuple):
    """What the text says."""

    slugline: str | None
    headline: str  # its tags before it
    by: str | None
    note: str | None  # what a correction or an update changes
    subjects: tuple[Concept, ...]
    teaser: tuple[str, ...]
    paragraphs: tuple[str, ...]
    embargo: Embargo | None
    heard: tuple[str, ...]  # what the notes to editors say of it
    status: Status
    replaces: bool  # a correction, a refile, an update
    about: str  # where a kill or a correction names its dispatch; not all of it is public
    words: int  # of the copy


class Head(NamedTuple):
    """The header lines, read."""

    tags: list[str]
    title: list[str]
    by: list[str]
    notes: list[str]
    genres: list[str]
    embargoes: list[str]
    releases: list[str]


def read_copy(text: str, warnings: list[str]) -> Copy:
    """The text between header line and trailer.  Raises Rejected(TOO_LARGE)."""
    plain.check_size(text)
    keywords, rest = _parted(text.replace(COLUMN, " "))
    lines, body = _head_lines(rest)
    head = _head(lines)
    published, notes, sign_off = _without_notes(body, warnings)
    paragraphs = tuple(map(_row, plain.unwrapped(published)))
    lead = _lead_length(paragraphs)
    status = _status(head, paragraphs[lead:])
    terms = [term for term in map(one_line, keywords.replace("\n", "/").split("/")) if term]
    return Copy(
        slugline="/".join(terms) or None,
        headline=_headline(head),
        by=" ".join(head.by) or None,
        note="\n".join(head.notes) or None,
        subjects=(
            *(Concept(name=term, rel="keyword") for term in terms),
            *(Concept(name=genre, rel="genre") for genre in head.genres),
        ),
        teaser=paragraphs[:lead],
        paragraphs=(*head.embargoes, *paragraphs[lead:], *sign_off),
        embargo=_embargo(head, notes),
        heard=editors_notes.signals([notes]),
        status=status,
        replaces=any(map(REPLACING.match, head.tags)),
        about="\n".join([*head.notes, notes] if status == "usable" else [*head.title, *paragraphs, notes]),
        words=sum(len(paragraph.split()) for paragraph in paragraphs),
    )


def _parted(text: str) -> tuple[str, str]:
    """Keywords, and what follows them.  Without STX the keywords are the first line that has slashes at an end."""
    keywords, stx, rest = text.partition("\x02")
    if not stx:
        first, _, after = text.lstrip("\n ").partition("\n")
        slashed = first.rstrip().endswith("/") or first.startswith("/")
        keywords, rest = (first, after) if slashed else ("", text)
    return _without_controls(keywords), _without_controls(rest).strip("\n")


def _without_controls(text: str) -> str:
    return text if text.replace("\n", "").isprintable() else CONTROLS.sub("", text)


def _head_lines(rest: str) -> tuple[list[str], str]:
    """The header lines, and the text after them: up to `=` in the first block, else the block if it is no copy."""
    blank = BLANK.search(rest)
    block = rest[: blank.start()] if blank else rest
    lines = block.split("\n", HEADER_LINES_MAX)
    for number, line in enumerate(lines[:HEADER_LINES_MAX], 1):
        if _ends_head(line.rstrip(" \t")):
            after = block.split("\n", number)[number:]
            return lines[:number], "\n".join(after) + rest[len(block) :]
    short = len(block) <= TITLE_CHARACTERS_MAX and not block.rstrip().endswith((".", "!", "?", "“", '"'))
    if blank and short and not DATELINE.match(block.lstrip()):
        return lines, rest[len(block) :]
    return [], rest


def _ends_head(line: str) -> bool:
    return line.endswith("=") or (line[-1:].isdecimal() and TAKE.search(line, len(line) - 5) is not None)


def _head(lines: list[str]) -> Head:
    head = Head([], [], [], [], [], [], [])
    for line in _whole(lines):
        bare = line.strip(AROUND)
        if bare[:1] == "(" and bare[-1:] == ")":
            _note(bare[1:-1], head)
        elif (tag := TAG.fullmatch(bare)) and not tag["rest"].strip(AROUND) and not head.title:
            head.tags.append(tag["tag"])
        elif names_embargo(bare, Where.HEADER):
            head.embargoes.append(line)
        elif head.by or (head.title and BYLINE.match(line)):
            head.by.append(line)
        else:
            head.title.append(line)
    return head


def _whole(lines: list[str]) -> Iterator[str]:
    """The header lines without their `=`, one in brackets in one piece."""
    opened: list[str] = []
    for line in lines:
        text = one_line(line.rstrip(" \t="))
        if not text:
            continue
        if opened or (text[0] == "(" and ")" not in text):
            opened.append(text)
            if text[-1] != ")":
                continue
            text = " ".join(opened)
            opened.clear()
        yield text
    if opened:
        yield " ".join(opened)


def _note(note: str, head: Head) -> None:
    """A header line in brackets: a tag and what it says of the message; else a genre, or a note about pictures."""
    tag = TAG.match(note)
    rest = (tag["rest"] if tag else note).strip(AROUND)
    if tag:
        head.tags.append(f"{tag['tag']} {rest}" if rest.isdecimal() else tag["tag"])
    if embargo := from_embargo(rest, Where.HEADER):
        head.embargoes.append(embargo)
    elif from_embargo(rest, Where.PAPERS):
        head.releases.append(rest)
    elif tag and tag["replaces"] and rest:
        head.notes.append(f"{tag['tag']}: {rest}")
    elif rest and not rest.isdecimal() and not head.title and not PICTURES.match(rest):
        head.genres.append(rest[:GENRE_CHARACTERS_MAX])


def _headline(head: Head) -> str:
    tags = [f"({tag}) " if tag.upper() == "ACHTUNG" else f"{tag}: " for tag in head.tags]
    return "".join([*tags, " ".join(head.title)]).rstrip(" :")


def _embargo(head: Head, notes: str) -> Embargo | None:
    """One without end: for the papers of a day, or told in the notes alone."""
    if head.releases:
        return Embargo(None, head.releases[0][:200])
    return None if head.embargoes else editors_notes.embargo([notes])


def _status(head: Head, paragraphs: tuple[str, ...]) -> Status:
    lines = [line.strip(AROUND) for line in head.title]
    if any(map(KILL.fullmatch, lines)):
        return "canceled"
    if any(map(HOLD.fullmatch, lines)):
        return "withheld"
    beginnings = [ATTENTION.sub("", text) for text in (" ".join(head.title), *paragraphs[:1])]
    return next((status for pattern, status in ORDERS if any(map(pattern.match, beginnings))), "usable")


def _without_notes(body: str, warnings: list[str]) -> tuple[str, str, tuple[str, ...]]:
    """The copy, the notes to editors behind it, and the sign-off that stands behind those."""
    body = f"\n{body}"
    found = NOTES.search(body)
    if found is None:
        return body, "", ()
    warnings.append(editors_notes.NOT_KEPT)
    notes = body[found.start() :]
    last = one_line(notes.rstrip().rpartition("\n")[2])
    return body[: found.start()], notes, (last,) if SIGN_OFF.fullmatch(last) else ()


def _row(paragraph: str) -> str:
    """A row of a table without its frame."""
    if len(paragraph) > 1 and paragraph[0] == paragraph[-1] == "|":
        return one_line(paragraph.replace("|", " "))
    return paragraph


def _lead_length(paragraphs: tuple[str, ...]) -> int:
    """How many paragraphs stand before the one with the dateline: dpa's lead-in."""
    found = [bool(DATELINE.match(text)) for text in paragraphs[: TEASER_PARAGRAPHS_MAX + 1]]
    return found.index(True) if True in found else 0
