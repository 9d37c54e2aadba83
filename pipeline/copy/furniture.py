"""Furniture: what stands in the copy and is not the story.

Each function looks at one paragraph and says what it is, or None.  In doubt a paragraph is story: a line that stays
costs a little tidiness, a line that goes is lost to every reader.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import NamedTuple

import yaml

from pipeline.items import Signal

BOILERPLATE_LENGTH_MAX = 300
COPYRIGHT_LENGTH_MAX = 400
CREDIT_LENGTH_MAX = 160
NOTE_LENGTH_MAX = 700


class Boilerplate(NamedTuple):
    """A row of boilerplate.yaml."""

    pattern: str
    before: str  # folded text on either side of the `*`; `after` None: the paragraph is `before`
    after: str | None
    agency: str | None


class Note(NamedTuple):
    """A change note that a paragraph begins with: `(Adds details)`."""

    text: str
    end: int  # where the copy goes on
    signals: tuple[Signal, ...]


@cache
def _boilerplate() -> tuple[dict[str, Boilerplate], tuple[str, ...], tuple[Boilerplate, ...]]:
    """Whole lines; what the patterns begin with; the patterns."""
    rows = yaml.safe_load((Path(__file__).parent / "boilerplate.yaml").read_text(encoding="utf-8"))
    lines, patterns = {}, []
    for row in rows:
        before, star, after = _fold(row["pattern"]).partition("*")
        rule = Boilerplate(row["pattern"], before, after if star else None, row.get("agency"))
        if star:
            patterns.append(rule)
        else:
            lines[before] = rule
    return lines, tuple(rule.before for rule in patterns), tuple(patterns)


def _fold(text: str) -> str:
    return text.casefold().replace("’", "'")


def boilerplate(text: str) -> Boilerplate | None:
    """The rule that the paragraph falls under."""
    if len(text) > BOILERPLATE_LENGTH_MAX:
        return None
    lines, beginnings, patterns = _boilerplate()
    folded = _fold(text)
    if not folded.startswith(beginnings):
        return lines.get(folded)
    return next((rule for rule in patterns if _covers(rule, folded)), lines.get(folded))


def _covers(rule: Boilerplate, folded: str) -> bool:
    """`before*after`; a further `*` in `after` allows any ending."""
    middle, star, _ = (rule.after or "").partition("*")
    if not folded.startswith(rule.before):
        return False
    rest = folded[len(rule.before) :]
    return middle in rest if star else rest.endswith(middle)


_COPYRIGHT = re.compile(
    r"© ?\S|(?:\(c\)|&copy;) ?(?:copyright\b|\d{4}\b)|\(c\) ?(?:(?-i:[A-Z])[\w.-]{0,20} ?){1,4}(?:\d{4})?$"
    r"|copyright (?:©|\(c\)|\d{4}\b|by (?-i:[A-Z]))|copyright: ?\S"
    r"|(?:all rights reserved|alle rechte vorbehalten|tous droits réservés|todos los derechos reservados)"
    r"(?:[.!]| |$)",
    re.IGNORECASE,
)
_HOLDER = re.compile(r"^(?:(?:©|\(c\)|copyright|by|\d{4}(?:[-–]\d{2,4})?)[\s,:.]*){1,6}", re.IGNORECASE)
_CREDIT = re.compile(
    r"(?:(?:cover|title|header|lead|file|main|titel|symbol|archiv)[ -]?)?"
    r"(?:photo|photograph|image|picture|foto|bild|illustration|graphic|grafik|infographic)"
    r"(?: ?credits?| by| courtesy(?: of)?|nachweis| ©)? ?(?::|©) ?(?P<holder>.+)"
    r"|(?:crédit photo|credits?|bildquelle|fotocredit) ?: ?(?P<of>.+)"
    # A name, as below a table or a press release; `Source: The FBI knew of it` is story.
    r"|source ?: {0,2}(?P<source>(?-i:[A-Z0-9])\S*"
    r"(?: (?:(?-i:[A-Z0-9&])\S*|of|the|and|for|de|da|do|la|der|für)){0,7})$"
    r"|photos? (?:by|courtesy of) (?P<by>(?-i:[A-Z]).+)",
    re.IGNORECASE,
)
_HOUSES = ("Getty Images", "AFP", "AP", "AP Photo", "Reuters", "EPA", "Bloomberg", "imago")
_PICTURE_HOUSE = re.compile(rf"[^.!?:;]{{2,70}}(?:/| via | — )(?:{'|'.join(_HOUSES)})$")
_FULL_STOP = re.compile(r"(?<!\bInc)(?<!\bLtd)(?<!\bCo)[.!?]$")

_INSIDE = r"(?:[^()]|\([^()]{0,80}\)){0,600}"  # the two alternatives begin differently: nothing to backtrack into
_STORY_OF = r"(?:This|The) (?:[A-Z][a-z]{2,8}\.? \d{1,2} )?(?:story|version|item)"
_CHANGES = (
    # signal, how a bracketed note of it begins (Reuters, AP, dpa, AFP, EFE)
    (
        Signal.UPDATE,
        r"Adds?|Updates?|Updating|Updated|Upd|Recasts?|Rewrites?|Releads?|Rephrases|New throughout"
        r"|Writes? (?:through|thru)"
        r"|Inserts|Trims|Changes|Removes|Deletes|Drops|[Nn]eu|Ergänzt|Aktualisiert|Actualise|Ajoute|Añade|Amplía"
        r"|Actualiza|Agrega",
    ),
    (
        Signal.CORRECTION,
        r"Corrects?|Corrected|Correcting|Clarifies|Berichtigt|Berichtigung|Korrigiert"
        r"|Korrektur|Corrige|Corregido|Rectifie"
        r"|In (?:the )?[^()]{3,60}(?:story|item|report|lead|brief|analysis),? (?:please )?"
        r"(?:corrects?|fixes|clarifies)"
        rf"|{_STORY_OF}[^()]{{0,40}} correct(?:s|ed)?",
    ),
    (Signal.REFILE, rf"Refiles?|Refiling|Fixes|Fixing|Reformats|Restores|{_STORY_OF} (?:was|has been) refiled"),
    (Signal.REPEAT, r"Repeats?|Repeating|Repeated|Wiederholt|Wiederholung|Répète|Repite"),
)
_CHANGE_NOTES = tuple((re.compile(rf"\((?:{words})\b{_INSIDE}\)\s*"), signal) for signal, words in _CHANGES)
_STORY_NOTE = re.compile(
    r"\*{0,3} ?(?:This|An earlier|A previous|The) (?:story|article|report|version|post|item)"
    r"(?: of this (?:story|article|report))?(?: has been| was| is)? ?"
    r"(?P<how>(?:CORRECT|correct)(?:s|S|ed|ED)|updated?s?)"
    r"(?=[ .]*$|:|,? (?:to|with|at|on|in|because|after|throughout|since|that|the|an?) )"
)
_REPLACES = re.compile(r"(?:Nieuw|N i e u w) bericht, vervangt: \S")  # ANP: the headline of what it replaces
_EDITORS = re.compile(
    r"\(?(?:eds|editors|attention editors|notes? to editors|achtung redaktionen|hinweis an die redaktion(?:en)?)"
    r"[.:] ?\S",
    re.IGNORECASE,
)


def copyright_line(text: str) -> str | None:
    """The holder of the rights that the paragraph states, empty if it names none."""
    if len(text) > COPYRIGHT_LENGTH_MAX or text[0] not in "©(&cCaAtT" or not _COPYRIGHT.match(text):
        return None
    return _HOLDER.sub("", text, count=1).strip(" .")


def credit(text: str) -> str | None:
    """Whose picture: `Cover photo: IMAGO/SNA`, `Jane Doe/Getty Images`."""
    if len(text) > CREDIT_LENGTH_MAX or _FULL_STOP.search(text, max(0, len(text) - 1)):
        return None
    if match := _CREDIT.match(text):
        return next(group for group in match.groups() if group).strip()
    return text if text.endswith(_HOUSES) and _PICTURE_HOUSE.match(text) else None


def change_note(text: str) -> Note | None:
    """The bracketed change note that the paragraph begins with, its signals, and where the copy goes on."""
    if not text.startswith("("):
        return None
    for pattern, signal in _CHANGE_NOTES:
        if match := pattern.match(text[:NOTE_LENGTH_MAX]):
            return Note(match[0].strip(), match.end(), (signal,))
    return None


def story_note(text: str) -> Note | None:
    """`This story has been corrected to …`: a paragraph about the story."""
    if len(text) <= NOTE_LENGTH_MAX and _REPLACES.match(text):
        return Note(text, len(text), (Signal.UPDATE,))
    if len(text) > NOTE_LENGTH_MAX or not (match := _STORY_NOTE.match(text)):
        return None
    signal = Signal.CORRECTION if match["how"].lower().startswith("correct") else Signal.UPDATE
    return Note(text, len(text), (signal,))


def editors_note(text: str) -> bool:
    """A word to editors: `Eds: …`."""
    return len(text) <= NOTE_LENGTH_MAX and _EDITORS.match(text) is not None


def rule_off(text: str) -> bool:
    """A line without a letter or digit: `___`, `* * *`."""
    return len(text) <= 80 and not any(c.isalnum() for c in text)
