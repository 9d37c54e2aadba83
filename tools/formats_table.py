"""Where each field of a payload goes: a table for each row of FORMATS."""

from __future__ import annotations

import re

from pipeline.formats import FORMATS
from pipeline.formats.format import Format
from pipeline.formats.places import CODE, UNREAD, Unread
from pipeline.items import Item
from pipeline.notes import Addressee
from tools.markdown import code, table

HEAD = ("in the item", "in the payload, by preference")
MEMBERS = {  # what a parser reads -> what that fills, where it is not a member of the same name
    "earlier": "`dispatch.names`, `altIds`",
    "writers": "`by`",
    "state": "`pubStatus`, if it is a known one",
    "native_id": "`uri`, `altIds` (native)",
    "link": "`uri`, if it names an earlier document",
    "embargo": "`embargoedUntil`",
    "headline": "`headlines` (main)",
    "title": "`headlines`, if there is no other",
    "further_headlines": "`headlines`, each with its role",
    "paragraphs": "`bodies`",
    "dateline": "`copy.dateline`, if the copy has none",
    "sign_off": "`copy.signOff`, if the copy has none",
    "signals": "`dispatch.signals`",
    "replaced": "`dispatch.names`",
    "shared_ids": "`dispatch.names`, behind `maybe:`",
    "elsewhere": "named in a warning",
    "provider": "only tested: whose scale is the urgency?",
    "type": "only tested: is it text?",
}
ADDRESSED = ("read for notes, as addressed to", "in the payload")
CLASSES: dict[Addressee | Unread, str] = {  # a document's own class, editors, has a row only for exceptions
    Addressee.EDITORS: "editors, a phrase anywhere counts; so are all places that are not named here",
    Addressee.HEADLINE: "readers: a headline",
    Addressee.SLUG: "readers: a slugline or keyword",
    Addressee.NAME: "readers: a name; only notes of several words count",
    Addressee.TERMS: "readers: terms of use; marked lines count, and requests to wait",
    Addressee.PUBLIC: "readers: only marked lines count",
    CODE: "nobody, but several words count as for editors: ids, codes, dates, also what is in them",
    UNREAD: "nobody: what is handed over by itself, such as the copy, notes, other items",
}
ORDER = [field.alias or name for name, field in Item.model_fields.items()]


def sections() -> str:
    """A section for each format."""
    return "".join(_section(name) for name in FORMATS)


def _section(name: str) -> str:
    spec = FORMATS[name]
    rows = [(_member(field), _listed(sources)) for field, sources in spec.sources.items()]
    rows.sort(key=lambda row: _place(row[0]))
    classes = [(shown, _listed(places)) for own, shown in CLASSES.items() if (places := _places_of(spec, own))]
    return f"### `{name}`: {spec.description}\n\n{table(HEAD, *rows)}\n{table(ADDRESSED, *classes)}\n"


def _places_of(spec: Format, own: Addressee | Unread) -> tuple[str, ...]:
    """The places of a class; those that a table names at any depth without their mark."""
    return tuple(place.removeprefix("//") for place, one in spec.places.items() if one is own)


def _member(field: str) -> str:
    """The members that a field of Parsed fills.  Raises KeyError if neither MEMBERS nor the item knows it."""
    return MEMBERS[field] if field in MEMBERS else code(Item.model_fields[field].alias or field)


def _place(filled: str) -> int:
    """The place of a row: members in the order of the item, then what fills none."""
    name = re.match(r"`(\w+)", filled)
    return ORDER.index(name[1]) if name else len(ORDER)


def _listed(sources: tuple[str, ...]) -> str:
    return " · ".join(f"`{source}`" for source in sources)
