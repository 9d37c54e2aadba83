"""Change notes: what an agency writes about its own revision: `(Adds details)`, `This story was corrected …`."""

from __future__ import annotations

import re
from typing import NamedTuple

from pipeline.items import Signal

NOTE_LENGTH_MAX = 700


class ChangeNote(NamedTuple):
    """A change note that a paragraph begins with."""

    text: str
    end: int  # where the copy goes on
    signal: Signal


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
    r"(?: of this (?:story|article|report))?"
    r"(?: was first published on [A-Z][a-z]{2,8}\.? \d{1,2}, \d{4}\. It)?(?: has been| was| is)? ?"
    r"(?P<how>(?:CORRECT|correct)(?:s|S|ed|ED)|updated?s?)"
    r"(?=[ .]*$|:|,? (?:to|with|at|on|in|because|after|throughout|since|that|the|an?) )"
)
_REPLACES = re.compile(r"(?:Nieuw|N i e u w) bericht, vervangt: \S")  # ANP: the headline of what it replaces
# Business Wire, in its languages; the verbs and nouns are its own, their order may differ.
_CORRECTS_AND_REPLACES = re.compile(
    r"Please replace the (?:press )?release\b.{0,200}\bcorrected version\b"
    r"|The following (?:press )?release (?:corrects and )?replaces\b"
    r"|Veuillez remplacer le communiqué\b.{0,200}\bversion corrigée\b"
    r"|Le communiqué (?:de presse )?(?:suivant|ci-dessous|qui suit) (?:corrige|annule)(?: et remplace)?\b"
    r"|Bitte ersetzen Sie die (?:Presse)?[Mm]itteilung\b.{0,200}\bkorrigierte"
    r"|Die (?:folgende|nachfolgende) (?:Presse)?[Mm]itteilung (?:korrigiert|berichtigt)\b"
    r"|El siguiente comunicado (?:de prensa )?(?:corrige|rectifica)\b"
    r"|Il (?:seguente|presente) comunicato (?:stampa )?(?:corregge|rettifica)\b"
    r"|O (?:seguinte comunicado|comunicado a seguir) (?:corrige|retifica)\b"
    r"|Het volgende (?:pers)?bericht (?:corrigeert|verbetert|rectificeert)\b"
)


def change_note(text: str) -> ChangeNote | None:
    """The bracketed change note that the paragraph begins with: `(Adds details)`."""
    if not text.startswith("("):
        return None
    for pattern, signal in _CHANGE_NOTES:
        if match := pattern.match(text[:NOTE_LENGTH_MAX]):
            return ChangeNote(match[0].strip(), match.end(), signal)
    return None


def story_note(text: str) -> ChangeNote | None:
    """The change note that the whole paragraph is: `This story has been corrected to …`."""
    if len(text) > NOTE_LENGTH_MAX:
        return None
    if _REPLACES.match(text):
        return ChangeNote(text, len(text), Signal.UPDATE)
    if _CORRECTS_AND_REPLACES.match(text):
        return ChangeNote(text, len(text), Signal.CORRECTION)
    if not (match := _STORY_NOTE.match(text)):
        return None
    corrects = match["how"].lower().startswith("correct") or " to correct " in text
    signal = Signal.CORRECTION if corrects else Signal.UPDATE
    return ChangeNote(text, len(text), signal)
