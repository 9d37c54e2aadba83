"""The ledger: what `wire.feeds` has of each feed, in a partition of its own.

    key             value
    FEED/cursor     {"kind": "folder", "cursor": {…}}    what the connector remembers beside what it has seen
    FEED/seen/HEX   {"met": 1764449999000}               a hash of what was taken, and when it was last met
    (empty)         {"barrier": …}                a new owner (docs/adr/0021-one-ledger-in-one-transaction.md)

A record without a value forgets its key; of a cursor, the whole feed.  A cursor of the kind `forgetting` forgets it
too, and keeps it from beginning anew until the last of its keys is gone.  Beside how each feed is, in the other
partition, stands `FEED/way` ({"way": "folder"}), for who reads no ledger.  Others may have records of other names
in both.  No record has a name of a file, an address or a word of copy: only hashes and what a connector's cursor
has.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

import msgspec

from pipeline.envelope import CLOUDEVENTS, ID, SOURCE, SPEC_VERSION, TIME, TYPE, RecordType, instant_text, source_of
from pipeline.ingest.contract import KEY_BYTES, Connector, Known, Taken
from pipeline.records import LEDGER_PARTITION, STATUS_PARTITION, Out
from pipeline.runtime.log.port import TopicPartition

PLACE = TopicPartition("wire.feeds", LEDGER_PARTITION)
WAYS_PLACE = TopicPartition("wire.feeds", STATUS_PARTITION)
SEEN_MAX = 2_000_000  # of a feed; the one met longest ago is forgotten first, and would be taken again
CURSOR, SEEN, WAY = "cursor", "seen", "way"
FORGETTING = "forgetting"  # in place of a way in
BARRIER_KEY = b""
_HEX = re.compile(rf"[0-9a-f]{{{2 * KEY_BYTES}}}")


class UnreadableLedger(Exception):
    """A record of the ledger cannot be read: by another version, or somebody else wrote it."""


class BeingForgotten(Exception):
    """The keys of a feed are being deleted: it may begin anew when that has ended."""


class _Cursor(msgspec.Struct, frozen=True):
    kind: str
    cursor: msgspec.Raw


class _Seen(msgspec.Struct, frozen=True):
    met: int


class _Way(msgspec.Struct, frozen=True):
    way: str = ""


class Barrier(msgspec.Struct, frozen=True):
    """Who became the owner."""

    instance: str
    run: str  # tells two processes of one instance apart
    pid: int = 0  # for people, as `ps` names it; 0: an older version wrote it

    @property
    def owner(self) -> str:
        """The owner as people find it: two processes of one machine have one instance."""
        return f"{self.instance} (process {self.pid})" if self.pid else self.instance


class _BarrierRecord(msgspec.Struct, frozen=True):
    barrier: Barrier


_decode_cursor = msgspec.json.Decoder(_Cursor).decode
_decode_seen = msgspec.json.Decoder(_Seen).decode
_decode_barrier = msgspec.json.Decoder(_BarrierRecord).decode


@dataclass(slots=True)
class FeedLedger:
    """What is known of one feed."""

    cursor: _Cursor | None = None
    seen: dict[bytes, int] = field(default_factory=dict)  # in the order in which they were last met
    decoded: msgspec.Struct | None = None  # the cursor, as its connector has it
    way: str = ""  # how it comes in, as far as this process has written it


@dataclass
class Ledger:
    """All of it, in memory: a fold of the records of the topic."""

    feeds: dict[str, FeedLedger] = field(default_factory=dict)
    changes: int = 0  # of what is known; to forget what is not known is none
    _met: int = 0  # the last one read: many records have the same, and share it

    def apply(self, key: bytes, value: bytes) -> None:
        """Remember or forget what a record says.  Raises UnreadableLedger."""
        name, kind, digits = _parts(key)
        if not kind:
            return
        try:
            cursor = _decode_cursor(value) if kind == CURSOR and value else None
            if kind == CURSOR and (cursor is None or cursor.kind == FORGETTING):
                self.feeds.pop(name, None)
            feed = self.feeds.setdefault(name, FeedLedger())
            if kind == SEEN:
                self._see(feed, bytes.fromhex(digits), value)
            else:
                feed.cursor, feed.decoded = cursor, None
                self.changes += 1
        except ValueError as error:  # msgspec's errors too
            raise UnreadableLedger(f"{PLACE}: the record {key!r} cannot be read: {error}") from None

    def remembered(self) -> set[str]:
        """The feeds of which it has anything."""
        return {name for name, feed in self.feeds.items() if feed.seen or feed.cursor is not None}

    def _see(self, feed: FeedLedger, key: bytes, value: bytes) -> None:
        was = feed.seen.pop(key, None)  # forgotten, or from now on the one met last
        self.changes += bool(value) or was is not None
        if value:
            met = _decode_seen(value).met
            self._met = self._met if self._met == met else met
            feed.seen[key] = self._met

    def known(self, name: str, connector: Connector[Any, Any, Any, Any]) -> Known[Any]:
        """What is known of a feed; one that had another way in begins anew.

        Raises UnreadableLedger and BeingForgotten.
        """
        feed = self._feed(name)
        if not isinstance(feed.decoded, connector.cursor_type):
            feed.decoded = self._decoded(name, feed, connector)
        return Known(feed.decoded, feed.seen)

    def seen(self, name: str) -> Mapping[bytes, int]:
        """The marks of a feed: the same object until it is forgotten.  Raises BeingForgotten."""
        return self._feed(name).seen

    def _feed(self, name: str) -> FeedLedger:
        feed = self.feeds.setdefault(name, FeedLedger())
        if feed.cursor and feed.cursor.kind == FORGETTING:
            raise BeingForgotten
        return feed

    def _decoded(self, name: str, feed: FeedLedger, connector: Connector[Any, Any, Any, Any]) -> msgspec.Struct:
        if feed.cursor is None or feed.cursor.kind != connector.kind:
            made: msgspec.Struct = connector.open()
            return made
        try:
            found: msgspec.Struct = msgspec.json.decode(feed.cursor.cursor, type=connector.cursor_type)
        except ValueError as error:
            raise UnreadableLedger(f"the cursor of feed {name!r} cannot be read: {error}") from None
        return found

    def entries(self, name: str, kind: str, taken: Taken[Any, Any, Any], now_ms: int) -> list[Out]:
        """The records for what a step has to remember and to forget.

        A step with payloads has at least one: without any other, its cursor once more.  It must have been decided
        with what `known` last returned for the feed; without that call, or behind its forgetting, this is a bug.
        """
        feed = self.feeds[name]
        assert feed.decoded is not None
        met = msgspec.json.encode(_Seen(now_ms))
        found = [record(f"{name}/{SEEN}/{key.hex()}", met, name, now_ms) for key in taken.seen]
        new = set(taken.seen)
        beyond = max(0, len(feed.seen) + sum(key not in feed.seen for key in new) - SEEN_MAX)
        forgotten = [*taken.forget, *islice((key for key in feed.seen if key not in new), beyond)]
        found += [record(f"{name}/{SEEN}/{key.hex()}", b"", name, now_ms) for key in forgotten]
        cursor = feed.decoded if taken.cursor is None else taken.cursor
        if cursor != feed.decoded or (taken.payloads and not found):
            found.append(_cursor_record(name, _Cursor(kind, msgspec.Raw(msgspec.json.encode(cursor))), now_ms))
        return found


def _parts(key: bytes) -> tuple[str, str, str]:
    """Feed, kind and hash of a record of ours; without a kind for any other's.

    The room watch has FEED/status, and its feeds may have any name, `x/cursor` too.
    """
    name, *rest = key.decode("utf-8", "replace").split("/")
    if rest == [CURSOR]:
        return name, CURSOR, ""
    if len(rest) == 2 and rest[0] == SEEN and _HEX.fullmatch(rest[1]):
        return name, SEEN, rest[1]
    return name, "", ""


def record(key: str, value: bytes, name: str, now_ms: int) -> Out:
    """A record of the topic; without a value it deletes its key."""
    headers = (
        (SPEC_VERSION, CLOUDEVENTS),
        (TYPE, RecordType.LEDGER.encode()),
        (SOURCE, source_of(name)),
        (ID, f"{key}@{now_ms}".encode()),
        (TIME, instant_text(now_ms)),
    )
    return Out(PLACE.topic, key.encode(), value, headers, PLACE.partition, is_tombstone=not value)


def _cursor_record(name: str, cursor: _Cursor, now_ms: int) -> Out:
    return record(f"{name}/{CURSOR}", msgspec.json.encode(cursor), name, now_ms)


def forgetting_record(name: str, now_ms: int) -> Out:
    """What begins to forget a feed: nothing is known of it any more."""
    return _cursor_record(name, _Cursor(FORGETTING, msgspec.Raw(b"{}")), now_ms)


def forgotten_record(name: str, now_ms: int) -> Out:
    """What ends it."""
    return record(f"{name}/{CURSOR}", b"", name, now_ms)


def way_record(name: str, kind: str | None, now_ms: int) -> Out:
    """How a feed comes in; without a kind, what deletes that."""
    made = record(f"{name}/{WAY}", msgspec.json.encode(_Way(kind)) if kind else b"", name, now_ms)
    return msgspec.structs.replace(made, partition=WAYS_PLACE.partition)


def feed_of_key(key: bytes) -> str:
    """The feed about which ingest has written a record of this key, in either partition; empty for any other's."""
    name, kind, _ = _parts(key)
    if kind:
        return name
    name, _, what = key.decode("utf-8", "replace").rpartition("/")
    return name if what == WAY else ""


def way_in(key: str, value: bytes) -> tuple[str, str] | None:
    """The feed and how it comes in, if that is what a record says.  Raises MsgspecError."""
    name, _, what = key.rpartition("/")
    return (name, msgspec.json.decode(value, type=_Way).way) if what == WAY and value else None


def barrier_record(barrier: Barrier, now_ms: int) -> Out:
    """The first record of an owner."""
    made = record("", msgspec.json.encode(_BarrierRecord(barrier)), "wiredesk/ingest", now_ms)
    id_ = f"barrier/{barrier.instance}/{barrier.run}@{now_ms}".encode()
    return msgspec.structs.replace(made, headers=tuple((n, id_ if n == ID else v) for n, v in made.headers))


def barriers_in(records: Sequence[tuple[bytes, bytes]]) -> list[Barrier]:
    """Who became owner, in these keys and values."""
    return [_decode_barrier(value).barrier for key, value in records if key == BARRIER_KEY and value]
