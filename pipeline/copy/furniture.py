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
    signals: tuple[str, ...]


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
    r"(?:(?:©|\(c\)|&copy;) ?(?:copyright\b|\d{4}\b|(?:[A-Z][\w.-]{0,20} ?){1,4}(?:\d{4})?$)|copyright (?:©|\(c\)|\d{4}\b|by [A-Z])"
    r"|copyright: ?\S|(?:all rights reserved|alle rechte vorbehalten|tous droits réservés|todos los derechos reservados)"
    r"[.!]?(?: |$))",
    re.IGNORECASE,
)
_HOLDER = re.compile(r"^(?:(?:©|\(c\)|copyright|by|\d{4}(?:[-–]\d{2,4})?)[\s,:.]*){1,6}", re.IGNORECASE)
_CREDIT = re.compile(
    r"(?:(?:cover|title|header|lead|file|main|titel|symbol|archiv)[ -]?)?"
    r"(?:photos?|photograph|image|picture|pictures|foto|fotos|bild|titelbild|illustration|graphic|grafik|infographic)"
    r"(?: ?credits?| by| courtesy(?: of)?|nachweis| ©)? ?(?::|©) ?(?P<holder>.+)"
    r"|(?:crédit photo|credit|credits|photo by|photos by|bildquelle|fotocredit|foto:) ?:? ?(?P<by>[A-Z].+)",
    re.IGNORECASE,
)
_PICTURE_HOUSE = re.compile(
    r"[^.!?:;]{2,70}(?:/| via | — )(?:Getty Images|AFP|AP|AP Photo|Reuters|EPA|Bloomberg|imago)$"
)
_FULL_STOP = re.compile(r"[a-z]{3}[.!?]$")

_INSIDE = r"(?:[^()]|\([^()]{0,80}\)){0,600}"  # the two alternatives begin differently: nothing to backtrack into
_CHANGES = (
    (r"(?:Adds?|Updates?|Updating|Recasts?|Rewrites?|Releads?|Rephrases|New throughout|Writes? (?:through|thru)|Inserts|Trims|Changes|"
     r"Removes|Deletes|Drops|Neu|neu|Ergänzt|Aktualisiert|Actualise|Ajoute|Añade|Amplía|Actualiza|Agrega|Updated|Upd)", "update"),
    (r"(?:Corrects?|Corrected|Correcting|Clarifies|Berichtigt|Berichtigung|Korrigiert|Korrektur|Corrige|Corregido|Rectifie|"
     r"(?:In|In the) [^()]{3,60}(?:story|item|report|lead|brief|analysis),? (?:please )?(?:corrects?|fixes|clarifies)|"
     r"(?:This|The) (?:[A-Z][a-z]{2,8}\.? \d{1,2} )?(?:story|version|item)[^()]{0,40} (?:corrects?|corrected|was corrected))", "correction"),
    (r"(?:Refiles?|Refiling|Fixes|Fixing|Reformats|Restores|(?:This|The) (?:[A-Z][a-z]{2,8}\.? \d{1,2} )?story (?:was|has been) refiled)",
     "refile"),
    (r"(?:Repeats?|Repeating|Repeated|Wiederholt|Wiederholung|Répète|Repite)", "repeat"),
)  # fmt: skip
_CHANGE_NOTES = tuple((re.compile(rf"\({words}\b{_INSIDE}\)\s*"), signal) for words, signal in _CHANGES)
_STORY_NOTE = re.compile(
    r"(?:\*{0,3} ?)(?:This|An earlier|A previous|The) (?:story|article|report|version|post|item)(?: of this (?:story|article|report))?"
    r"(?: has been| was| is)? ?(?P<how>corrects?|corrected|CORRECTS|updated|updates)\b"
)
_EDITORS = re.compile(
    r"\(?(?:EDS|Eds|Editors|EDITORS|Note to editors|Achtung Redaktionen|Hinweis an die Redaktionen?)[.:] ?\S",
    re.IGNORECASE,
)

# Everything from such a marker on is for the newsroom's eyes alone (DESIGN law 5): a missed one leaks.
_NON_PUBLIC = (
    ("not-for-publication", r"the\s+following\s+(?:\w+\s+){1,3}(?:is|are)\s+not\s+(?:intended\s+|meant\s+|destined\s+)?for\s+publication"),
    ("nicht-zur-veröffentlichung",
     r"(?:die|der|das)?\s*(?:folgenden?|nachfolgenden?|nachstehenden?)\s+(?:\w+\s+){1,2}(?:sind|ist)\s+nicht\s+"
     r"(?:zur\s+ver(?:ö|oe|o\u0308|o)ffentlichung|für\s+die\s+ver(?:ö|oe|o\u0308|o)ffentlichung)"),
    ("pas-pour-publication", r"(?:les|l['’])\s*\w+\s+(?:suivantes?|ci-dessous)\s+(?:ne\s+sont|n['’]est)\s+pas\s+destinée?s?\s+à\s+(?:la\s+|être\s+)?publi"),
    ("no-para-publicación", r"la(?:s)?\s+siguientes?\s+informaci[oó]n(?:es)?\s+no\s+(?:está|son|es)n?\s+(?:destinadas?\s+)?(?:a|para)\s+(?:su\s+)?publicaci"),
    ("niet-voor-publicatie", r"de\s+(?:onderstaande|volgende)\s+informatie\s+is\s+niet\s+(?:bestemd\s+|bedoeld\s+)?voor\s+publicatie"),
    ("not-for-publication-head", r"(?m:^[\W_]{0,6}(?-i:NOT FOR PUBLICATION|Not for publication)[\W_]{0,4}$)"),
    ("not-for-publication-head", r"(?m:^[\W_]{0,6}(?-i:NOT FOR PUBLICATION|Not for publication):)"),
    ("nicht-zur-veröffentlichung-head", r"(?m:^[\W_]{0,6}nicht\s+zur\s+veröffentlichung(?:\s+bestimmt)?[\W_]{0,4}$)"),
    ("notepad", r"(?m:^[#* ]{0,5}notizblock ?:?$|^#{1,3} ?notebook ?:?$)"),
)  # fmt: skip
_MARKERS = tuple((rule, re.compile(pattern, re.IGNORECASE)) for rule, pattern in _NON_PUBLIC)
_MARKER_TRACES = ("publi", "ffentlichung", "notizblock", "notebook")


def copyright_line(text: str) -> str | None:
    """The holder of the rights that the paragraph states, empty if it names none."""
    if len(text) > COPYRIGHT_LENGTH_MAX or text[0] not in "©(&cCaAtT" or not _COPYRIGHT.match(text):
        return None
    return _HOLDER.sub("", text, count=1).strip(" .")


def credit(text: str) -> str | None:
    """Whose picture: `Cover photo: IMAGO/SNA`, `Jane Doe/Getty Images`."""
    if len(text) > CREDIT_LENGTH_MAX or _FULL_STOP.search(text):
        return None
    if match := _CREDIT.match(text):
        return (match["holder"] or match["by"]).strip()
    return text if _PICTURE_HOUSE.match(text) else None


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
    if len(text) > NOTE_LENGTH_MAX or not (match := _STORY_NOTE.match(text)):
        return None
    return Note(text, len(text), ("correction" if match["how"].lower().startswith("correct") else "update",))


def editors_note(text: str) -> bool:
    """A word to editors: `Eds: …`."""
    return len(text) <= NOTE_LENGTH_MAX and _EDITORS.match(text) is not None


def rule_off(text: str) -> bool:
    """A line without a letter or digit: `___`, `* * *`."""
    return len(text) <= 80 and not any(c.isalnum() for c in text)


def non_public(text: str) -> tuple[int, str] | None:
    """Where what is not for publication begins, and the rule; `text` has its paragraphs on lines of their own."""
    folded = text.lower()
    if not any(trace in folded for trace in _MARKER_TRACES):
        return None
    found = [(match.start(), rule) for rule, pattern in _MARKERS if (match := pattern.search(text))]
    return min(found, default=None)
