"""NITF: which dispatch, and which version of it.

What links the documents of one dispatch, the most reliable first: an id that ends in its revision; the du-key,
"unique to a story during a period fixed by the provider", with its generation or else the day, which separate one
use from the next; the id of the document that this one corrects, cancels or updates; its own id.  All of them are
names of the dispatch.  A du-key of capitals alone (`NU-FLASH-K`) names a product: it is the id of a document only
without another one, and else a name that several may have.  So are the key of the day beside a generation, that of
the day before, and the key alone: agencies number versions by generations too, and go on after midnight.
"""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from typing import NamedTuple

from pipeline.formats import ids
from pipeline.formats.xml.paths import Paths
from pipeline.items import AltId
from pipeline.values.codes import without_revision

# NTB: NTB0123abcd-…_02, the story and its revision.  In other ids the last number belongs to the story.
REVISED = re.compile(r"(.*[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})_(\d{1,4})")
PRODUCT = re.compile(r"[^\Wa-z\d_]+(?:[\W_]+[^\Wa-z\d_]+)*")  # no digit, no small letter
DAY = re.compile(r"\d{4}-?\d\d-?\d\d")

OWN_ID = ("head/docdata/doc-id/@id-string", "@uno")
LINK = ("head/docdata/@management-doc-idref", "head/docdata/correction/@id-string")
KEY = ("head/docdata/du-key/@key",)
KEY_PARTS = tuple(f"head/docdata/du-key/@{part}" for part in ("version", "generation", "part"))
ISSUED = (
    "head/docdata/date.issue/@norm",
    "head/pubdata/@date.publication",
    "head/docdata/pubdata/@date.publication",
)


class NitfIdentity(NamedTuple):
    """The dispatch and its version, the ids that do not identify the dispatch, and all names of it."""

    native_id: str | None
    version: str | None
    alt_ids: tuple[AltId, ...]
    names: tuple[str, ...]
    is_take: bool  # a later part of a story in several takes


def identify_nitf(paths: Paths, received: datetime, warnings: list[str]) -> NitfIdentity:
    """The identity.  `received` is the date of issue if none is written ("it is assumed to be on receipt")."""
    own, link, key = (paths.text(*places) for places in (OWN_ID, LINK, KEY))
    version, generation, part = (paths.text(path) for path in KEY_PARTS)
    is_take = (part or "").lstrip("0") not in ("", "1")
    day = _day(paths, received)
    use = None if own and key and own.startswith(key) else generation or day
    story = "/".join(filter(None, (key, use, f"part {part}" if is_take else None))) if key else None
    native_id = _revised_id(link, own)
    if native_id is None and key and not generation and (own or link) and len(key) > 2 and PRODUCT.fullmatch(key):
        warnings.append(f"du-key {key[:40]} names a product: it identifies no story")
        story = None
    if native_id:
        version = _without_revision(own)[1] if own else version
    else:
        native_id = story or link or own
    if native_id is None:
        warnings.append("no doc-id: its revisions cannot be linked")
    written = {"doc-id": own, "du-key": key, "link": link}
    others = tuple(AltId(role=role, value=id_) for role, id_ in written.items() if id_ and id_ != native_id)
    linked = () if is_take else tuple(paths.text(place) for place in LINK)
    owns = (id_ for place in OWN_ID for id_ in paths.values(place))  # a document may have several
    numbered = [id_ for id_ in (*owns, *linked) if id_]
    names = ids.names_of([*numbered, *(_without_revision(id_)[0] for id_ in numbered)], keys=[story])
    is_named = is_take or link not in (None, own)  # better than by a name that others may have
    shared = [] if is_named or not key else [f"{key}/{day}", f"{key}/{_day_before(day)}", key]
    maybe = ids.maybe_names(keys=[one for one in shared if one != story])
    return NitfIdentity(native_id, version, others, (*names, *maybe), is_take)


def _revised_id(*ids: str | None) -> str | None:
    """The first of the ids that ends in a revision, without it."""
    found = (_without_revision(id_) for id_ in ids if id_)
    return next((native_id for native_id, revision in found if revision), None)


def _without_revision(id_: str) -> tuple[str, str | None]:
    found = REVISED.fullmatch(id_)
    return (found[1], found[2]) if found else without_revision(id_)


def _day(paths: Paths, received: datetime) -> str:
    """The day of issue in the provider's zone; the day of receipt if none is written."""
    found = DAY.match(paths.text(*ISSUED) or "")
    return found[0].replace("-", "") if found else f"{received:%Y%m%d}"


def _day_before(day: str) -> str | None:
    """The day before one that is in the calendar."""
    try:
        return f"{date.fromisoformat(day) - timedelta(days=1):%Y%m%d}"
    except (ValueError, OverflowError):
        return None
