"""NewsML 1.2: which dispatch a NewsItem belongs to, and which version of it."""

from __future__ import annotations

import re
from typing import NamedTuple

from pipeline.formats import ids
from pipeline.formats.xml.newsml1.metadata import GUID, IDS, ITEM_ID, OTHERS, PUBLIC_ID, REVISION
from pipeline.formats.xml.paths import Paths
from pipeline.values.codes import without_revision

REVISED = re.compile(r"(?::\w{1,20})?")


class NewsItemIdentity(NamedTuple):
    """The dispatch, its version, and its names."""

    native_id: str | None
    version: str | None
    names: tuple[str, ...]
    corrected_names: tuple[str, ...]  # what it was derived from, or is associated with


def identify_news_item(paths: Paths, warnings: list[str]) -> NewsItemIdentity:
    """The PublicIdentifier without its revision; else the parts that it is made of; else the guid of TASS.

    Some vendors write a PublicIdentifier that does not identify an item (`urn:newsml:www.belga.be`), so it must end
    in the revision or hold the NewsItemId.  A NewsItemId of 0 (Belga) is not part of an id.
    """
    public, revision, item = (paths.text(path) for path in (PUBLIC_ID, REVISION, ITEM_ID))
    if item and not ids.identifies(item):
        warnings.append(f"NewsItemId {item[:40]} identifies nothing")
        item = public = None
    whole = _without_revision(public, revision, item, paths.text(f"{REVISION}/@Update") or "N") if public else None
    made = _made_of_parts(paths, item)
    native_id = whole or made or paths.text(GUID)
    if not whole and public and (parted := without_revision(public))[1]:
        native_id, revision = parted[0], revision or parted[1]
    if native_id is None:
        warnings.append("no NewsItemId: its revisions cannot be linked")
    names = ids.names_of([native_id, made, paths.text(GUID)])
    others = ids.maybe_names(without_revision(id_)[0] for path in OTHERS for id_ in paths.values(path))
    return NewsItemIdentity(native_id, revision, names, others)


def _made_of_parts(paths: Paths, item: str | None) -> str | None:
    """The URN of provider, day and item (RFC 3085).  With Belga the time in a DateId is that of the revision."""
    provider, day = (paths.text(f"{IDS}/{name}") for name in ("ProviderId", "DateId"))
    return ":".join(filter(None, ("urn:newsml", provider, day and day[:8], item))) if item else None


def _without_revision(public: str, revision: str | None, item: str | None, update: str) -> str | None:
    """The identifier up to its NewsItemId, else up to its revision (ANP)."""
    if item:
        before, found, after = public.rpartition(f":{item}")
        if found and REVISED.fullmatch(after):
            return before + found
    endings = (f":{revision}{update}", f":{revision}") if revision else ()
    return next((public.removesuffix(ending) for ending in endings if public.endswith(ending)), None)
