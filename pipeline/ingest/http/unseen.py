"""Which entries of a document are new.

An entry has two keys: what it is (its id and its words) and its twin (its link and its words).  It is published
once for each wording.  Where most entries of a document have new ids and known twins, their ids have changed and
nothing else; after three times ids are believed no more.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from pipeline.ingest.contract import key_of
from pipeline.ingest.http.entry import Entry
from pipeline.ingest.http.polling import DAY_MS, Identity
from pipeline.records import Rejected
from pipeline.values.dates import WEST, parse_moment

CHURNED_MIN = 3  # entries whose ids have changed at once; of fewer each is believed
CHURNS_MAX = 3  # then ids are believed no more
KEPT_MS = 90 * DAY_MS  # that a key is remembered after it was last met
REFRESHED_MS = KEPT_MS // 8  # a key that was met is written again only after this, so that a poll writes little
KEYS_MAX = 60_000  # of a feed; of more the longest unmet are forgotten, but none of the document at hand

IDS: dict[Identity, Callable[[Entry], str]] = {
    Identity.AUTO: lambda entry: entry.guid or entry.link,
    Identity.GUID: lambda entry: entry.guid or entry.link,
    Identity.LINK: lambda entry: entry.link or entry.guid,
}


class Keys(NamedTuple):
    """What an entry is known by."""

    own: bytes
    twin: bytes
    others: tuple[bytes, ...]  # keys that it may have been published under


class Sorted(NamedTuple):
    """The entries of a document."""

    new: tuple[Entry, ...]
    keys: Mapping[Entry, Keys]
    met: tuple[bytes, ...]  # keys that are known and were met
    churned: tuple[Entry, ...]  # known, with new ids


class Trust(NamedTuple):
    """How far ids are believed."""

    identity: Identity
    churns: int
    is_other: bool  # the entries were told apart by something else before


def sort_entries(entries: Sequence[Entry], seen: Mapping[bytes, int], trust: Trust, now_ms: int) -> Sorted:
    """What is new.  Of entries that are the same in all but their bytes the first counts."""
    is_trusted = trust.churns < CHURNS_MAX or trust.identity is not Identity.AUTO
    keys = {entry: _keys(entry, trust.identity, is_trusted, now_ms) for entry in entries}
    new: dict[bytes, Entry] = {}
    met: set[bytes] = set()
    for entry, known in keys.items():
        found = [key for key in (known.own, *known.others) if key in seen]
        met |= {*found, *((known.twin,) if known.twin in seen else ())}
        if not found:
            new.setdefault(known.own, entry)
    twins = [entry for entry in new.values() if keys[entry].twin in seen]
    is_churn = trust.is_other or (
        trust.identity is Identity.AUTO and len(twins) >= CHURNED_MIN and 2 * len(twins) > len(keys)
    )
    churned = tuple(twins) if is_churn else ()
    kept = frozenset(churned)
    return Sorted(tuple(one for one in new.values() if one not in kept), keys, tuple(met), churned)


def _keys(entry: Entry, identity: Identity, is_trusted: bool, now_ms: int) -> Keys:
    """A date that lies ahead holds an entry, so it counts as one of its words until it has come."""
    dated = key_of(entry.content, entry.date)
    parts = ("entry", IDS[identity](entry)) if is_trusted else ("twin", entry.link)
    if entry.date and is_ahead(entry.date, now_ms):
        return Keys(key_of(*parts, dated), key_of("twin", entry.link, dated), ())
    others = (key_of(*parts, dated),) if entry.date else ()
    return Keys(key_of(*parts, entry.content), key_of("twin", entry.link, entry.content), others)


def is_ahead(date: str, now_ms: int) -> bool:
    """Whether an entry of this date is held until then: by more than a wrong zone makes it.

    So is one of a year that no item may have: it is refused until its date is another one.
    """
    try:
        moment = parse_moment(date)
    except Rejected:
        return True
    if moment is None:
        return False
    now = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=now_ms)
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)) - now > WEST


def keys_to_write(keys: Iterable[bytes], seen: Mapping[bytes, int], now_ms: int) -> tuple[bytes, ...]:
    """Those that are new, or were last written long ago."""
    return tuple(dict.fromkeys(key for key in keys if now_ms - seen.get(key, 0) >= REFRESHED_MS))


def keys_to_forget(seen: Mapping[bytes, int], met: Iterable[bytes], added: int, now_ms: int) -> tuple[bytes, ...]:
    """Those that were not met for KEPT_MS, and of more than KEYS_MAX the longest unmet."""
    present = frozenset(met)
    old = [key for key, at in seen.items() if now_ms - at >= KEPT_MS and key not in present]
    if (over := len(seen) + added - len(old) - KEYS_MAX) <= 0:
        return tuple(old)
    gone = present.union(old)
    rest = sorted((at, key) for key, at in seen.items() if key not in gone)
    return (*old, *(key for _, key in rest[:over]))
