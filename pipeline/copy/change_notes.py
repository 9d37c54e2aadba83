"""Change notes: what an agency writes about its own revision: `(Adds details)`, `This story was corrected …`."""

from __future__ import annotations

import re
from typing import NamedTuple

from pipeline.items import Signal

NOTE_LENGTH_MAX = 700
LABEL_LENGTH_MAX = 50  # `Clarification:`, and the longest of other languages, with a date and a time


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
    r"(?:\*{0,3}|\() ?(?:This|An earlier|A previous|The) (?:story|article|report|version|post|item)"
    r"(?: of this (?:story|article|report))?"
    r"(?: was first published on [A-Z][a-z]{2,8}\.? \d{1,2}, \d{4}\. It)?(?: has been| was| is)? ?"
    r"(?P<how>(?:CORRECT|correct)(?:s|S|ed|ED)|updated?s?)"
    r"(?=[ .]*$|:|,? (?:to|with|at|on|in|because|after|throughout|since|that|the|an?) )"
)
_CORRECTED_STORY = re.compile(
    r"Note to (?:readers|editors): This is (?:a corrected|an updated) (?:story|version)\b"
    r"|Note (?:aux lecteurs|à la rédaction) ?: .{0,40}corrigée?\b"
)  # CP
_THIS_CORRECTS = re.compile(  # AP, below the copy
    r"\(?This (?:version )?(?P<how>corrects|updates|adds|fixes|clarifies|restores|removes|deletes|rewords)"
    r" (?:the |a |an |that )?(?:spelling|names?|dates?|day|year|age|title|numbers?|figures?|attribution|headline"
    r"|byline|dateline|typo|quote|reference|paragraphs?|grafs?|first|second|third|fourth|fifth|sixth|last|style|summary"
    r"|location|photos?|credit)\b"
)
_CORRECTION_BELOW = re.compile(  # in any language: a label, and that it is of an earlier version
    r"[*•-]{0,3} ?(?i:"
    r"Corrections?|Clarification|Editor[’']s note|Berichtigung|Korrektur|Hinweis|Rectificatif|Précision"
    r"|Corrección|Fe de erratas|Aclaración|Correção|Errata|Rettifica|Correzione|Correctie|Rectificatie"
    r"|Rättelse|Rettelse|Rettet|Oikaisu|Korjaus|Sprostowanie|Korekta|Oprava|Helyesbítés|Ispravak|Popravek"
    r"|Corectare|Erată|Поправка|Исправление|Уточнение|Виправлення|Διόρθωση|Düzeltme|تصحيح|اصلاحیه|Ralat"
    r"|Koreksi"
    r")(?:, [^.]{0,20}\d{4}[^:]{0,20}(?::\d\d[^:]{0,8})?)? ?: .{0,200}?(?:"
    r"(?:earlier|previous|prior|original) version"
    r"|\b[Tt]his (?:story|article|report|post|piece|column)"
    r" (?:has been|was|originally|incorrectly|initially|misstated)"
    r"|(?:früheren?|vorherigen?|ursprünglichen?) (?:Version|Fassung|Meldung)"
    r"|version (?:précédente|antérieure|initiale)|versión (?:anterior|previa|original)|versão anterior"
    r"|versione precedente|eerdere versie|tidigare version|tidligere (?:versjon|version|utgave|udgave)"
    r"|aiemma[sn]|(?:poprzedniej|wcześniejszej) wersji|předchozí verz|korábbi változat|prethodnoj verziji"
    r"|(?:предыдущей|ранней) версии|попередній версії|önceki"
    r")"
)
_REPLACES = re.compile(r"(?:Nieuw|N i e u w) bericht, vervangt: \S")  # ANP: the headline of what it replaces
# Business Wire, in its languages, by the first word; the verbs and nouns are its own, their order may differ.
_REPLACES_RELEASE = {
    first: re.compile(rest)
    for first, rest in {
        "Please": r"replace the (?:press )?release\b.{0,200}\bcorrected version\b",
        "The": r"following (?:press )?release (?:corrects and )?replaces\b",
        "Veuillez": r"remplacer le communiqué\b.{0,200}\bversion corrigée\b",
        "Le": r"communiqué (?:de presse )?(?:suivant|ci-dessous|qui suit) (?:corrige|annule)(?: et remplace)?\b",
        "Bitte": r"ersetzen Sie die (?:Presse)?[Mm]itteilung\b.{0,200}\bkorrigierte",
        "Die": r"(?:folgende|nachfolgende) (?:Presse)?[Mm]itteilung (?:korrigiert|berichtigt)\b",
        "El": r"siguiente comunicado (?:de prensa )?(?:corrige|rectifica)\b",
        "Il": r"(?:seguente|presente) comunicato (?:stampa )?(?:corregge|rettifica)\b",
        "O": r"(?:seguinte comunicado|comunicado a seguir) (?:corrige|retifica)\b",
        "Het": r"volgende (?:pers)?bericht (?:corrigeert|verbetert|rectificeert)\b",
    }.items()
}


def change_note(text: str) -> ChangeNote | None:
    """The bracketed change note that the paragraph begins with: `(Adds details)`."""
    if not text.startswith("("):
        return None
    for pattern, signal in _CHANGE_NOTES:
        if match := pattern.match(text[:NOTE_LENGTH_MAX]):
            return ChangeNote(match[0].strip(), match.end(), signal)
    return None


def numbers_versions(note: str | None) -> bool:
    """Whether it is ANP's, which numbers its headlines: `… acties bij PostNL (2)` replaces another."""
    return note is not None and _REPLACES.match(note) is not None


def story_note(text: str) -> ChangeNote | None:
    """The change note that the whole paragraph is: `This story has been corrected to …`."""
    if len(text) > NOTE_LENGTH_MAX:
        return None
    signal = _signal_of_note(text)
    return ChangeNote(text, len(text), signal) if signal else None


def _signal_of_note(text: str) -> Signal | None:
    first, _, rest = text.partition(" ")
    if first.startswith("N") and _REPLACES.match(text):
        return Signal.UPDATE
    if first in _REPLACES_RELEASE and _REPLACES_RELEASE[first].match(rest):
        return Signal.CORRECTION
    if text.startswith("Note ") and (match := _CORRECTED_STORY.match(text)):
        return Signal.CORRECTION if "corr" in match[0] else Signal.UPDATE
    if text.startswith(("This ", "(This ")) and (match := _THIS_CORRECTS.match(text)):
        return Signal.CORRECTION if match["how"] in ("corrects", "clarifies") else Signal.UPDATE
    if ":" in text[:LABEL_LENGTH_MAX] and _CORRECTION_BELOW.match(text):
        return Signal.CORRECTION
    if match := _STORY_NOTE.match(text):
        corrects = match["how"].lower().startswith("correct") or " to correct " in text
        return Signal.CORRECTION if corrects else Signal.UPDATE
    return None
