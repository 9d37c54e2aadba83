"""The head of a mail that another one forwards within its text, and a word above it to who receives it: no copy."""

from __future__ import annotations

import re
from typing import NamedTuple

# A mark, and at least two header fields.
FORWARD = re.compile(
    r"-{2,} ?[^\W\d_][^-]{4,40}? ?-{2,}|(?:Begin forwarded message|Anfang der weitergeleiteten Nachricht"
    r"|Début du message (?:réexpédié|transféré)|Inicio del mensaje reenviado|Inizio messaggio inoltrato) ?:"
)
FIELDS_MIN = 2
COVER_PARAGRAPHS_MAX = 4  # above the mark; more may be the copy, and the other mail an old one
COVER_LENGTH_MAX = 240
NAMES_OF_SUBJECT = "Subject|Betreff|Objet|Asunto|Oggetto|Onderwerp|Assunto|Emne|Ämne|Тема"
FIELD = re.compile(
    r"\*?(?:(?P<sender>From|Von|De|Da|Van|Fra|Från|Od|От)"
    r"|(?P<date>Date|Sent|Datum|Gesendet|Envoyé|Fecha|Enviado|Data|Inviato|Verzonden|Dato|Sendt|Skickat|Дата)"
    rf"|(?P<subject>{NAMES_OF_SUBJECT})"
    r"|(?P<receiver>To|An|À|Para|A|Aan|Til|Till|Кому)|(?P<copy>Cc|Kopie)|(?P<answer>Reply-To))\*? ?:\*? "
)


class Forwarded(NamedTuple):
    """The paragraphs without the head of a mail that they forward, and what was above it."""

    paragraphs: tuple[str, ...]
    cover: tuple[str, ...] = ()


def without_forward(paragraphs: tuple[str, ...]) -> Forwarded:
    """The copy of a mail that forwards another one; of any other all paragraphs.

    No field comes twice in a head: copy below it may begin like one, `To: all desks`.
    """
    beginning = paragraphs[: COVER_PARAGRAPHS_MAX + 1]
    above = next((number for number, text in enumerate(beginning) if FORWARD.match(text)), 0)
    mark = FORWARD.match(paragraphs[above]) if paragraphs else None
    if mark is None or sum(map(len, paragraphs[:above])) > COVER_LENGTH_MAX:
        return Forwarded(paragraphs)
    fields: set[str | None] = set()
    rest = [paragraphs[above][mark.end() :].strip(), *paragraphs[above + 1 :]]
    at = 0 if rest[0] else 1
    while at < len(rest) and (first := FIELD.match(rest[at])) and first.lastgroup not in fields:
        fields.update(found.lastgroup for found in FIELD.finditer(rest[at]))
        at += 1
    if not at or len(fields) < FIELDS_MIN or at == len(rest):
        return Forwarded(paragraphs)
    return Forwarded(tuple(rest[at:]), paragraphs[:above])
