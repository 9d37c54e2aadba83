"""The head of a mail that another one forwards within its text: it is no copy."""

from __future__ import annotations

import re

# A mark, and at least two header fields.
FORWARD = re.compile(
    r"-{2,} ?[^\W\d_][^-]{4,40}? ?-{2,}|(?:Begin forwarded message|Anfang der weitergeleiteten Nachricht"
    r"|Début du message (?:réexpédié|transféré)|Inicio del mensaje reenviado|Inizio messaggio inoltrato) ?:"
)
FIELDS_MIN = 2
FIELD = re.compile(
    r"\*?(?:(?P<sender>From|Von|De|Da|Van|Fra|Från|Od|От)"
    r"|(?P<date>Date|Sent|Datum|Gesendet|Envoyé|Fecha|Enviado|Data|Inviato|Verzonden|Dato|Sendt|Skickat|Дата)"
    r"|(?P<subject>Subject|Betreff|Objet|Asunto|Oggetto|Onderwerp|Assunto|Emne|Ämne|Тема)"
    r"|(?P<receiver>To|An|À|Para|A|Aan|Til|Till|Кому)|(?P<copy>Cc|Kopie)|(?P<answer>Reply-To))\*? ?:\*? "
)


def without_forward(paragraphs: tuple[str, ...]) -> tuple[str, ...]:
    """The paragraphs without the head of a mail that they forward.

    No field comes twice in a head: copy below it may begin like one, `To: all desks`.
    """
    mark = FORWARD.match(paragraphs[0]) if paragraphs else None
    if mark is None:
        return paragraphs
    fields: set[str | None] = set()
    rest = [paragraphs[0][mark.end() :].strip(), *paragraphs[1:]]
    at = 0 if rest[0] else 1
    while at < len(rest) and (first := FIELD.match(rest[at])) and first.lastgroup not in fields:
        fields.update(found.lastgroup for found in FIELD.finditer(rest[at]))
        at += 1
    return paragraphs[at:] if at and len(fields) >= FIELDS_MIN else paragraphs
