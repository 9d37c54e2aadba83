"""NITF as a text within another format: whether its head says that the item may not be published."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

from pipeline.formats import ids
from pipeline.formats.xml.nitf.identity import LINK, OWN_ID
from pipeline.formats.xml.nitf.places import nitf_passages
from pipeline.formats.xml.nitf.status import read_nitf_status
from pipeline.formats.xml.paths import Paths
from pipeline.formats.xml.text import parse_tree
from pipeline.items import PubStatus
from pipeline.notes import Passage
from pipeline.records import Rejected
from pipeline.values.codes import strictest_status
from pipeline.values.embargo import Embargo, strictest

# Without one of these it is a body alone, or a page of HTML, which has a head too.
HEADED = re.compile(r"<(?:nitf|docdata)\b|<head>(?=.{0,2000}<docdata\b)", re.DOTALL)
ROOT = re.compile(r"(?:\s++|<\?xml[^>]*+>|<!DOCTYPE[^>]*+>)*+<nitf\b")


class NitfUsage(NamedTuple):
    """Whether and from when on the item may be published, and what its NITF says to editors."""

    status: PubStatus = PubStatus.USABLE
    embargo: Embargo | None = None
    passages: tuple[Passage, ...] = ()
    names: tuple[str, ...] = ()  # its doc-id, and those of the documents that it follows


def usage_in(texts: Iterable[str], warnings: list[str]) -> NitfUsage:
    """The strictest usage of the NITF documents among the texts.

    One that cannot be read fails closed: its embargo has no end.  Raises Rejected(BAD_DATE).
    """
    found = [_usage(text, warnings) for text in texts if HEADED.search(text)]
    return NitfUsage(
        strictest_status(one.status for one in found),
        strictest(one.embargo for one in found),
        tuple(passage for one in found for passage in one.passages),
        tuple(name for one in found for name in one.names),
    )


def _usage(text: str, warnings: list[str]) -> NitfUsage:
    document = text if ROOT.match(text) else f"<nitf>{text}</nitf>"
    try:
        root, _ = parse_tree(document.encode("utf-8", "replace"))
    except Rejected:
        warnings.append("NITF in the item cannot be read: held")
        return NitfUsage(embargo=Embargo(None, "unreadable NITF"))
    paths = Paths((root,))
    status, embargo = read_nitf_status(paths, warnings)
    names = ids.names_of(name for place in (*OWN_ID, *LINK) for name in paths.values(place))
    return NitfUsage(status, embargo, tuple(nitf_passages(root)), names)
