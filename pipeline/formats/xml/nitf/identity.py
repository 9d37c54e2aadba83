"""NITF: which dispatch, which version of it, and from when on it may be known.

What links the documents of one dispatch, the surest first: an id that ends in its revision; the du-key, "unique to
a story during a period fixed by the provider", whose generation tells one use from the next, or for want of it the
day; the document that this one corrects, cancels or updates; its own id.
"""

from __future__ import annotations

import re
from datetime import datetime
from typing import NamedTuple

from pipeline.formats.xml.paths import Paths
from pipeline.items import AltId
from pipeline.values.codes import parted_id
from pipeline.values.dates import parse_moment

# NTB: NTB0123abcd-…_02, the story and its revision.  In other ids the last number is the story's own.
REVISED = re.compile(r"(.*[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})_(\d{1,4})")
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
RELEASE = "head/docdata/date.release"


class Identity(NamedTuple):
    """The dispatch and its version; the ids that did not become the dispatch's."""

    native_id: str | None
    version: str | None
    alt_ids: tuple[AltId, ...]
    is_take: bool  # a later part of a story that came in several


def identity(paths: Paths, received: datetime, warnings: list[str]) -> Identity:
    """Of a document that arrived then: "date.issue: if not provided, it is assumed to be on receipt"."""
    own, link, key = (paths.text(*places) for places in (OWN_ID, LINK, KEY))
    version, generation, part = (paths.text(path) for path in KEY_PARTS)
    is_take = (part or "").lstrip("0") not in ("", "1")
    revised = next((found for id_ in (link, own) if id_ and (found := _parted(id_))[1]), None)
    native_id: str | None
    if revised:
        native_id, version = revised[0], _parted(own)[1] if own else version
    elif key:
        use = None if own and own.startswith(key) else generation or _day(paths, received)
        take = f"part {part}" if is_take else None
        native_id = "/".join(filter(None, (key, use, take)))
    else:
        native_id = link or own
    if native_id is None:
        warnings.append("no doc-id: revisions of it cannot be told")
    ids = {"doc-id": own, "du-key": key, "link": link}
    others = tuple(AltId(role=role, value=id_) for role, id_ in ids.items() if id_ and id_ != native_id)
    return Identity(native_id, version, others, is_take)


def _parted(id_: str) -> tuple[str, str | None]:
    found = REVISED.fullmatch(id_)
    return (found[1], found[2]) if found else parted_id(id_)


def _day(paths: Paths, received: datetime) -> str:
    """The day of issue where it was issued: the provider's day, not ours."""
    found = DAY.match(paths.text(*ISSUED) or "")
    return found[0].replace("-", "") if found else f"{received:%Y%m%d}"


def releases(paths: Paths, *, embargoed: bool) -> list[str]:
    """When it may be known, as written.  Without an embargo a date.release up to the date of issue says nothing."""
    issued = paths.text(ISSUED[0]) or ""
    written = [element.get("norm") or "" for element in paths.every(RELEASE)]
    return [each for each in written if embargoed or not _is_past(each, issued)]


def _is_past(release: str, issued: str) -> bool:
    first, then = parse_moment(release), parse_moment(issued)
    if first is None or then is None or (first.tzinfo is None) != (then.tzinfo is None):
        return False
    return first <= then
