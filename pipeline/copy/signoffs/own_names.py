"""How the copy itself writes the name of its agency, folded: no table need have it.

    Lomsk (SAnews) -        LOMSK, May 12, ABCD.        Vientiane (KPL) The quay …, and below it `KPL`

The surest comes first: a dateline that was read.
"""

from __future__ import annotations

import re

from pipeline.copy.stamps import is_stamp
from pipeline.items import Dateline
from pipeline.language import letters
from pipeline.values.agencies import agency_named

HEAD_LENGTH = 60  # of the first line, in which an agency may be named
REPEATING_LINES = 3  # last ones, of which one may repeat that name
_IN_BRACKETS = re.compile(r"[(/]([^()/\d]{2,40})[)/]")
_AT_HEAD = re.compile(
    r"[^()/]{0,40}"
    r"(?:[(/](?P<framed>[^()/\d]{2,24})[)/]|(?<=, )(?P<capitals>[^\W\d_a-z]{4,16})(?=[։:.]))(?P<mark> ?[-–—:։])?"
    r"|[^()/]{0,40}\d,? (?P<dashed>[A-Z]{2,12}) ?(?:[-–—]|--) "
)
_DATE_BEFORE = re.compile(r"\d{1,4}\.?(?: [^\W\d_]{3,12})?[ .,-]{1,3}[(/]$")
_ANYWHERE_AT_HEAD = re.compile(
    r"[(/](?P<framed>[^()/\d]{2,24})(?=[)/])|[,.] ?(?P<last>[^\W\d_][^()/\d,.:։]{2,23})(?=[.:։])"
    rf"|(?<=[,.] )(?P<capitals>[{letters.CAPITAL}]{{4,16}})(?= )"
)
_PARTS_OF_NAME = re.compile(r"[-–/,=]")
_AROUND = '-–—=*/()[] ."“”„«»'


def own_names(dateline: Dateline | None, paragraphs: list[str]) -> frozenset[str]:
    """What the dateline has, else what is where a dateline would have it."""
    return _in_dateline(dateline) or _at_head(paragraphs) or _repeated(paragraphs)


def agency_of_names(names: frozenset[str]) -> str | None:
    """The code of the agency that one of them is."""
    known = (agency_named(name.upper()) or agency_named(name) for name in names)
    return next((agency.code for agency in known if agency), None)


def _in_dateline(dateline: Dateline | None) -> frozenset[str]:
    """`(SAnews) -`, `(NPK-NTB):`, `(Agence Ecofin)`, `/Agerpres/`."""
    found = _IN_BRACKETS.search(dateline.text) if dateline else None
    names = found.group(1) if found else (dateline.agency or "" if dateline else "")
    initials = "".join(word[0] for word in names.split() if word[0].isupper())  # Prensa Latina: `PL`
    parts = (part.strip() for part in (names, initials, *_PARTS_OF_NAME.split(names)))
    return frozenset(part.casefold() for part in parts if len(part) > 1 and not is_stamp(part))


def _at_head(paragraphs: list[str]) -> frozenset[str]:
    """What the first line has as datelines have it: `… (STT) – …`, `…, ABCD: …`, with a date `…, ABCD. …`."""
    found = _AT_HEAD.match(paragraphs[0]) if paragraphs else None
    if found is None:
        return frozenset()
    name = found["framed"] or found["capitals"] or found["dashed"]
    before = found[0][: found.start("framed")] if found["framed"] else found[0]
    dated = found["dashed"] or (_DATE_BEFORE.search(before) if found["framed"] else any(map(str.isdigit, before)))
    return frozenset({name.casefold()} if found["mark"] or dated or agency_named(name) else ())


def _repeated(paragraphs: list[str]) -> frozenset[str]:
    """What one of the last lines repeats of the first, and nothing else or before a slash."""
    if len(paragraphs) < 2:
        return frozenset()
    head = paragraphs[0][:HEAD_LENGTH]
    names = {
        (found["framed"] or found["last"] or found["capitals"]).casefold(): found.start()
        for found in _ANYWHERE_AT_HEAD.finditer(head)
    }
    last = [
        line.strip(_AROUND).casefold() for line in paragraphs[1:][-REPEATING_LINES:] if len(line) <= HEAD_LENGTH
    ]
    ends = {end for line in last for end in (line, line.partition("/")[0])}
    return frozenset(name for name, start in names.items() if name in ends and _may_be_place(head[:start]))


def _may_be_place(where: str) -> bool:
    """Whether a place may be before the name of an agency, or a place and a date."""
    return any(map(str.isdigit, where)) or not any(word[0].islower() for word in where.split())
