"""NewsML 1.2: which dispatch a NewsItem belongs to, and which version of it."""

from __future__ import annotations

import re
from typing import NamedTuple

from pipeline.formats.xml.newsml1.metadata import GUID, IDS, ITEM_ID, PUBLIC_ID, REVISION
from pipeline.formats.xml.paths import Paths
from pipeline.values.codes import without_revision

REVISED = re.compile(r"(?::\w{1,20})?")


class NewsItemIdentity(NamedTuple):
    """The dispatch and its version."""

    native_id: str | None
    version: str | None


def identify_news_item(paths: Paths, warnings: list[str]) -> NewsItemIdentity:
    """The PublicIdentifier without its revision; else the parts that it is made of; else the guid of TASS.

    Some vendors write a PublicIdentifier that does not identify an item (`urn:newsml:www.belga.be`), so it must end
    in the revision or hold the NewsItemId.
    """
    public, revision, item = (paths.text(path) for path in (PUBLIC_ID, REVISION, ITEM_ID))
    native_id = (
        _without_revision(public, revision, item, paths.text(f"{REVISION}/@Update") or "N") if public else None
    )
    if native_id:
        return NewsItemIdentity(native_id, revision)
    if public and (parted := without_revision(public))[1]:
        return NewsItemIdentity(parted[0], revision or parted[1])
    if item:
        provider, day = (paths.text(f"{IDS}/{name}") for name in ("ProviderId", "DateId"))
        # Belga: the time in a DateId is that of the revision.
        parts = ("urn:newsml", provider, day and day[:8], item)
        return NewsItemIdentity(":".join(filter(None, parts)), revision)
    native_id = paths.text(GUID)
    if native_id is None:
        warnings.append("no NewsItemId: its revisions cannot be linked")
    return NewsItemIdentity(native_id, revision)


def _without_revision(public: str, revision: str | None, item: str | None, update: str) -> str | None:
    """The identifier up to its NewsItemId, else up to its revision (ANP)."""
    if item:
        before, found, after = public.rpartition(f":{item}")
        if found and REVISED.fullmatch(after):
            return before + found
    endings = (f":{revision}{update}", f":{revision}") if revision else ()
    return next((public.removesuffix(ending) for ending in endings if public.endswith(ending)), None)
