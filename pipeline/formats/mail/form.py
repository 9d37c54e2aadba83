"""A form sent as a mail: JSON in the body, with a list of answers for each question (AAP's Google Form)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from pipeline.formats.json.places import passages_in
from pipeline.formats.json.text import load_json
from pipeline.formats.parsed import Parsed
from pipeline.formats.places import UNREAD, Places, checked
from pipeline.formats.text import plain
from pipeline.items import Concept
from pipeline.notes import Addressee
from pipeline.records import Rejected
from pipeline.values import codes
from pipeline.values.blanks import one_line

SOURCES = {  # field of Parsed -> the question; all other answers are for editors (who sent it, legal flags)
    "headline": ("Headline",),
    "paragraphs": ("Body",),
    "descriptions": ("Abstract",),
    "slugline": ("Slugline",),
    "by": ("Byline",),
    "located": ("Dateline",),
    "urgency": ("Urgency",),
    "places": ("Place",),
    "subjects": ("Category", "Genre"),
}
PLACES = Places(
    {
        "Headline": Addressee.HEADLINE,
        "Slugline": Addressee.SLUG,
        "Category": Addressee.SLUG,
        "Genre": Addressee.SLUG,
        "Body": UNREAD,
        **dict.fromkeys(("Abstract", "Byline", "Dateline", "Place"), Addressee.PUBLIC),
    }
)
FORM = re.compile(r'\s*\{\s*"')


def read_form(text: str) -> Parsed | None:
    """The item that the form describes; None if the text is not such a form."""
    if not FORM.match(text):
        return None
    try:
        document, _ = load_json(text.encode("utf-8", "surrogatepass"))
    except Rejected:
        return None
    if not isinstance(document, dict) or not {"Headline", "Body"} <= document.keys():
        return None
    return Parsed(
        passages=checked(passages_in(document, PLACES)),
        paragraphs=tuple(part for answer in _answers(document, "paragraphs") for part in plain.paragraphs(answer)),
        headline=_first(document, "headline") or "",
        slugline=_first(document, "slugline"),
        urgency=codes.read_urgency(_first(document, "urgency"), []),
        by=_first(document, "by"),
        located=_first(document, "located"),
        descriptions=tuple(map(one_line, _answers(document, "descriptions"))),
        places=tuple(Concept(name=one_line(place)) for place in _answers(document, "places")),
        subjects=tuple(
            Concept(name=one_line(answer), rel=question.lower())
            for question in SOURCES["subjects"]
            for answer in _texts(document.get(question))
        ),
    )


def _answers(document: Mapping[str, Any], field: str) -> list[str]:
    return [text for question in SOURCES[field] for text in _texts(document.get(question))]


def _first(document: Mapping[str, Any], field: str) -> str | None:
    return next(map(one_line, _answers(document, field)), None)


def _texts(answer: Any) -> list[str]:
    return [
        text
        for text in (answer if isinstance(answer, list) else [answer])
        if isinstance(text, str) and text.strip()
    ]
