"""Ids: the names by which a dispatch is known, and ids that identify nothing.

An id of the last kind would make one dispatch of separate reports, each of which replaces the one before.  It is
recognised by its kind: zeros, a constant, a word without a number, who sent it, the address of a page that lists
others, and what several reports of one payload share.  The dispatch id is then made of the content, with a warning.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from enum import StrEnum
from itertools import combinations

from pipeline.formats.parsed import Broken, Parsed
from pipeline.items import AltId, PubStatus
from pipeline.notes import Addressee
from pipeline.values.alike import share_words, words_of

NAMES_MAX = 20
NAMED_MAX = 5  # ids in the notes of an item
WRITTEN = re.compile(r"(?:urn|tag):[!-~]{3,200}")
NAME_CHARACTERS_MAX = 1_000
MAYBE = "maybe:"  # before the kind of a name that several dispatches may have
DISTINCTIVE_DIGITS = 7  # with fewer, other dispatches may have the id
COUNTER_DIGITS = 4  # with no more, it is a counter that begins again each day
COMPARED_MAX = 100  # items with one id in a payload; more are not one dispatch


class NameKind(StrEnum):
    """What kind of identifier a name is, whichever field it was in: a reference equals the id that it refers to."""

    ID = "id"  # guid, uri, doc-id, urn, number of a message
    LINK = "link"  # the address of the item's page
    DU_KEY = "du-key"  # NITF: the key of a story with its generation or day
    MESSAGE_ID = "message-id"


# Relations of an item to another one that make both one dispatch (IPTC itemrelation and vendors' names).  Others
# (derivedFrom, seeAlso) lead to other dispatches: an online version, another edit, a picture.
CORRECTIONS = frozenset({"corrects", "correctionof", "iscorrectionof"})
SAME = CORRECTIONS | {
    "previousversion", "prevversion", "replaces", "supersedes", "updates", "updateof", "isupdateof"
}  # fmt: skip
# Relations whose target is a name of the dispatch, but not its id: versions of the two are counted apart.
NAMING = SAME | {"evolvedfrom", "kills", "cancels", "withdraws", "retracts"}
# What is said to come after it: of that the other item, which may be there already, knows nothing.
LATER = frozenset({"isreplacedby", "replacedby", "issupersededby", "supersededby", "nextversion"})

# What systems write if they have no id.
NOTHING = re.compile(
    r"(?:urn:[\w-]{1,40}(?::|\Z)|tag:)?"
    r"(?:[\W_0]*|-1|0?123(?:4(?:5(?:6(?:7(?:8(?:90?)?)?)?)?)?)?|(?P<digit>\d)(?P=digit){2,}|nu?ll?|none|nil"
    r"|nan|n/?a|undefined|unknown|empty|default|test|true|false|\W*(?:gu|uu)?id\W*)",
    re.IGNORECASE,
)
# One word of letters, a topic or a product, such as `alert`; or the domain of a sender: `ntb.no`.
WORD = re.compile(
    r"[^\W\d_]{2,}|(?:www\.)?[a-z-]{2,40}(?:\.[a-z-]{2,40}){0,2}\.(?:[a-z]{2,3}|info|news|press|media)"
)
# A number that a counter in a namespace of its own comes to: the first record of `urn:quay:` is `urn:quay:0`.
COUNTED = re.compile(
    r"urn:(?!(?:newsml|[gu]uid|oid|id|nu?ll?|none|unknown):)[\w-]{1,40}:(?:0|[1-9]\d*)", re.IGNORECASE
)
# An urn or tag without an item in it: `urn:newsml:www.belga.be`.
PROVIDER_ONLY = re.compile(r"(?:urn:newsml|tag):[\w-]+\.[\w.,-]*(?::[0\W_]*)?", re.IGNORECASE)
PROVIDED = ("urn:", "tag:", "URN:", "TAG:")
PAGE = re.compile(r"(?P<site>https?://[^/?#]*)(?P<path>/[^?#]*)?(?:\?(?P<query>[^#]*))?(?:#.*)?", re.IGNORECASE)
# CNN: `/2022/01/03/asia/quay/index.html`, `/travel/article/ferry-late-at-quay/index.html`.
OF_ONE = re.compile(
    r"/\d{4}/\d{1,2}/\d{1,2}/(?:[^/]{1,60}/){0,3}[^/-]+-[^/]+/index\.\w{3,4}$|/[^/-]+(?:-[^/-]+){3,}/index\.\w{3,4}$"
)
# The last part of the address of a page that lists others.
SECTIONS = frozenset(
    ["", "index", "index.html", "index.htm", "index.php", "default.aspx", "home", "homepage", "start", "startseite",
     "accueil", "inicio", "feed", "feeds", "rss", "rss.xml", "atom.xml", "latest", "live", "all", "archive",
     "category", "news", "nachrichten", "nyheter", "actualites", "actualidad", "noticias", "notizie", "nieuws",
     "world", "welt", "monde", "mundo", "international", "national", "politics", "politik", "politique", "politica",
     "business", "wirtschaft", "economie", "economia", "sport", "sports", "deportes", "culture", "kultur", "local",
     "lokales"]
)  # fmt: skip


def identifies(written: str | None, constants: Iterable[str | None] = ()) -> bool:
    """Whether an id can identify a dispatch.

    `constants`: what is the same for all items of its sender (provider, channel, product), so no id of one.
    """
    text = (written or "").strip()
    if (NOTHING.fullmatch(text) and not COUNTED.fullmatch(text)) or WORD.fullmatch(text):
        return False
    if text.startswith(PROVIDED) and PROVIDER_ONLY.fullmatch(text):
        return False
    folded = _comparable(text)
    return not any(one and _comparable(one) == folded for one in constants) and not lists_others(text)


def lists_others(address: str) -> bool:
    """Whether it is the address of a site, or of a page that lists several items."""
    page = PAGE.fullmatch(address) if address[:4].lower() == "http" else None
    if page is None or re.search(r"\d", page["query"] or ""):
        return False
    path = (page["path"] or "/").rstrip("/")
    return path.rpartition("/")[2].lower() in SECTIONS and not OF_ONE.search(path)


def names_of(
    ids: Iterable[str | None] = (),
    links: Iterable[str | None] = (),
    *,
    keys: Iterable[str | None] = (),
    mails: Iterable[str | None] = (),
    constants: Iterable[str | None] = (),
) -> tuple[str, ...]:
    """The names that identify something, each with its kind before it, and once.

    `keys` are du-keys of NITF, `mails` are Message-IDs; `constants` as in `identifies`.
    """
    fixed = tuple(constants)
    rows = ((NameKind.ID, ids), (NameKind.LINK, links), (NameKind.DU_KEY, keys), (NameKind.MESSAGE_ID, mails))
    found = (f"{kind}:{one.strip()}" for kind, group in rows for one in group if one and identifies(one, fixed))
    return tuple(dict.fromkeys(name for name in found if len(name) <= NAME_CHARACTERS_MAX))[:NAMES_MAX]


def maybe_names(
    ids: Iterable[str | None] = (), *, keys: Iterable[str | None] = (), mails: Iterable[str | None] = ()
) -> tuple[str, ...]:
    """The names that identify something and that other dispatches may have too, the most certain one first."""
    return tuple(f"{MAYBE}{name}" for name in names_of(ids, keys=keys, mails=mails))


def named_in_notes(item: Parsed) -> tuple[str, ...]:
    """The ids that its notes to editors write out, the first one first: `Please kill urn:quay:7`."""
    marked = (one for one in item.passages if "urn:" in one.text or "tag:" in one.text)
    notes = (one.text for one in marked if one.addressee is Addressee.EDITORS)
    written = dict.fromkeys(one.rstrip(".,;)") for text in notes for one in WRITTEN.findall(text))
    return maybe_names(written)[:NAMED_MAX]


def is_distinctive(written: str, digits: int = DISTINCTIVE_DIGITS) -> bool:
    """Whether an id of an unknown kind is one of its own, by the number of its digits: a counter has fewer."""
    return written.startswith(PROVIDED) or sum(map(str.isdecimal, written)) >= digits


def identified(item: Parsed, constants: Iterable[str | None] = ()) -> Parsed:
    """The item without a native id that identifies nothing; its sources and its language are constants too."""
    fixed = (*constants, item.language, *(one.name for one in item.info_sources))
    if item.native_id is None or identifies(item.native_id, fixed):
        return item
    return _without_id(item, "identifies nothing")


def without_shared_ids(items: Sequence[Parsed | Broken]) -> tuple[Parsed | Broken, ...]:
    """The items of one payload, without the ids and names that several unlike reports among them share.

    Versions of one dispatch keep its id: they have two versions, or words in common.
    """
    parsed = [item for item in items if isinstance(item, Parsed) and item.unfit is None]
    shared = _shared(parsed)
    if not shared:
        return tuple(items)
    return tuple(_without_shared(item, shared) if isinstance(item, Parsed) else item for item in items)


def _without_shared(item: Parsed, shared: frozenset[str]) -> Parsed:
    names = tuple(name for name in item.names if name not in shared)
    if item.pub_status is PubStatus.USABLE and item.native_id and f"{NameKind.ID}:{item.native_id}" in shared:
        item = _without_id(item, "is that of several reports in its payload")
    return item if names == item.names else replace(item, names=names)


def _without_id(item: Parsed, why: str) -> Parsed:
    """The item, identified by its content; the id that was written is only shown."""
    written = item.native_id or ""
    return replace(
        item,
        native_id=None,
        alt_ids=(*item.alt_ids, AltId(role="weak", value=written)) if written.strip() else item.alt_ids,
        warnings=(*item.warnings, f"id {written[:80]!r} {why}: the text identifies it"),
    )


def _shared(items: Iterable[Parsed]) -> frozenset[str]:
    """The names, native ids among them, that unlike reports have in common."""
    holders: defaultdict[str, list[Parsed]] = defaultdict(list)
    for item in items:
        own = (f"{NameKind.ID}:{item.native_id}",) if item.native_id else ()
        for name in dict.fromkeys((*own, *item.names)):
            holders[name].append(item)
    return frozenset(name for name, group in holders.items() if len(group) > 1 and _are_unlike(group))


def _are_unlike(group: Sequence[Parsed]) -> bool:
    # A kill or a hold has other words than the report that it withdraws.
    usable = [item for item in group if item.pub_status is PubStatus.USABLE]
    if len(usable) > COMPARED_MAX:
        return True
    compared = [(item.version, _words(item)) for item in usable]
    return any(
        not _are_versions(one, other) and not share_words(words, others)
        for (one, words), (other, others) in combinations(compared, 2)
    )


def _are_versions(one: str | None, other: str | None) -> bool:
    """Whether they say that they are two versions of one dispatch."""
    return one is not None and other is not None and one != other


def _words(item: Parsed) -> frozenset[str]:
    return words_of((item.headline, *item.descriptions[:1], *item.paragraphs[:2]))


def _comparable(text: str) -> str:
    return text.strip().rstrip("/").casefold()
