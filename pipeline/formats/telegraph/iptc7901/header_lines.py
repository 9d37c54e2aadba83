"""The header lines of an IPTC 7901 message: tags, title, byline, notes.

(Eil BEL BEL)                         a tag: what the message does to its dispatch, in dpa's six languages
(Berichtigung: im zweiten Absatz …)   a tag, and what changes
(KORR-Bericht)                        a genre, or a note about pictures
1ST LEAD                              a tag without brackets, on a line of its own
Title, in several lines
Utl.: Another headline                 APA: behind the title
By A and B, dpa =                     the `=` ends the header lines
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from pipeline.notes import is_line_of_embargo, says_embargo
from pipeline.values.blanks import one_line

HEADER_LINES_MAX = 16
TITLE_CHARACTERS_MAX = 300  # a first block without `=` that is longer is copy
GENRE = re.compile(r"(?:[^\W\d]|-){2,30}(?: (?:[^\W\d]|-){2,30}){0,2}")  # what is longer is a note to editors
BLANK = re.compile(r"\n[ \t]*\n")
TAKE = re.compile(r"[ \t]={1,2}\d{1,2}")
# Tags of a message that replaces an earlier one, in dpa's six languages (from its own converter).
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
AROUND = " '!*¤:–—-"  # characters around a tag; some were bells
PICTURES = re.compile(r"(?:mit )?(?:Foto|Bild|Grafik|Video|Archiv|Photo|Picture|Pix|Infografik)", re.IGNORECASE)
BYLINE = re.compile(r"(?:By|Von|Par|Por|Door|Di|Av) [^\W\d_]")
SUBTITLE = re.compile(r"(?:Utl|Untertitel)\.?:\s*(?P<text>\S.*)")
DATELINE = re.compile(r"[^\W\d_][^()]{1,60} \([\w /.-]{2,30}\) ?[-–—=] ")


class HeaderLines(NamedTuple):
    """The header lines, read."""

    tags: list[str]
    title: list[str]
    subtitle: list[str]
    by: list[str]
    notes: list[str]
    genres: list[str]


def split_header_lines(rest: str) -> tuple[list[str], str]:
    """The header lines and the rest.  They end with `=`, else they are the first block unless it is copy."""
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


def read_header_lines(lines: list[str]) -> HeaderLines:
    """Sorts the header lines by what they are."""
    head = HeaderLines([], [], [], [], [], [])
    for line in whole_lines(lines):
        bare = line.strip(AROUND)
        if bare[:1] == "(" and bare[-1:] == ")":
            _read_bracketed(bare[1:-1], head)
        elif (tag := TAG.fullmatch(bare)) and not tag["rest"].strip(AROUND) and not head.title:
            head.tags.append(tag["tag"])
        elif is_line_of_embargo(bare):
            continue  # for editors: the reader of notes has every header line
        elif head.by or (head.title and BYLINE.match(line)):
            head.by.append(line)
        elif head.title and (subtitle := SUBTITLE.fullmatch(bare)):
            head.subtitle.append(subtitle["text"])
        elif head.subtitle:
            head.subtitle.append(bare)
        else:
            head.title.append(line)
    return head


def whole_lines(lines: list[str]) -> Iterator[str]:
    """The header lines without `=`; several lines within one pair of brackets are joined."""
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


def _read_bracketed(note: str, head: HeaderLines) -> None:
    """Reads a header line in brackets: a tag with or without a note, a genre, or a note about pictures."""
    tag = TAG.match(note)
    rest = (tag["rest"] if tag else note).strip(AROUND)
    if tag:
        head.tags.append(f"{tag['tag']} {rest}" if rest.isdecimal() else tag["tag"])
    if says_embargo(rest):
        return  # for editors, likewise
    if tag and tag["replaces"] and rest:
        head.notes.append(f"{tag['tag']}: {rest}")
    elif GENRE.fullmatch(rest) and not rest.isdecimal() and not head.title and not PICTURES.match(rest):
        head.genres.append(rest)
