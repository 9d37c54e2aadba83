"""NORMALISE: wire.raw -> wire.normalised.

Guarantee: every item of a payload leaves as exactly one record, or as exactly one dead letter with its part number;
a payload that yields nothing dies whole.  What is published depends on the payload, its headers and its position,
and on nothing else.
"""

from __future__ import annotations

import hashlib

import msgspec

from pipeline import dead, envelope, features, formats
from pipeline.copy import read_copy
from pipeline.envelope import FEATURES, FEED_BYTES_MAX, FORMAT, SOURCE, Headers, RecordType, forward, source_of
from pipeline.formats.parsed import Broken, Parsed, Payload
from pipeline.items import dump, instant
from pipeline.language import Language
from pipeline.normalise import hanta
from pipeline.normalise.building import Origin, build_features, build_item, is_wordless
from pipeline.records import Decision, Out, Reason, Record, Rejected, Room

TARGET = "wire.normalised"


class NormaliseChange(msgspec.Struct, frozen=True, array_like=True):
    """Nothing: normalise remembers no item.  The journal keeps its position."""


class NormaliseRoom(Room[None, NormaliseChange]):
    """Which words?"""

    name = "normalise"
    foreign_type = RecordType.ITEM  # wire.raw takes any type that is not reserved as a payload
    change_type = NormaliseChange

    def __init__(self) -> None:
        hanta.verify_all()  # a wrong model ends the worker at its start; no item dies of it

    def open(self) -> None:
        return None

    def on_item(self, state: None, record: Record) -> Decision[NormaliseChange]:
        feed = feed_name(record)
        received = instant(record.time_ms)
        payload = Payload(data=record.value, feed=feed, received=received, format=_text(record, FORMAT))
        format_name, parse = formats.parse(payload)
        sha256 = hashlib.sha256(record.value).hexdigest()
        origin = Origin(feed, received, format_name, sha256, record.position)
        headers = forward(record.headers, RecordType.ITEM, record.time_ms, source_of(feed))

        def out(part: int, parsed: Parsed | Broken) -> Out:
            try:
                return _out(origin, part, parsed, headers)
            except Rejected as rejected:
                return dead.letter(self.name, record, rejected, part)

        return Decision(NormaliseChange(), tuple(out(part, parsed) for part, parsed in enumerate(parse.items)))

    def apply(self, state: None, change: NormaliseChange, offset: int) -> None:
        """Nothing to remember."""


def _out(origin: Origin, part: int, parsed: Parsed | Broken, headers: Headers) -> Out:
    """The record of one item of the payload.  Raises Rejected, for this item alone."""
    if isinstance(parsed, Broken):
        raise Rejected(parsed.reason, parsed.detail)
    copy = read_copy(
        parsed.headline,
        parsed.paragraphs,
        Language.of(parsed.language),
        note=parsed.ed_note or "",
        dateline=parsed.dateline or "",
        byline=parsed.by or "",
        sign_off=parsed.sign_off or "",
    )
    item = build_item(origin, part, parsed, copy)
    if is_wordless(item):
        raise Rejected(Reason.NO_ITEM, "no story: nothing but what is stripped from one")
    encoded = features.encode(build_features(origin, part, parsed, copy, item))
    return Out(TARGET, origin.feed.encode(), dump(item), (*headers, (FEATURES, encoded)))


def feed_name(record: Record) -> str:
    """The feed: the record's key, or the header that names it.  Raises Rejected(NO_FEED)."""
    name = record.key or envelope.feed_of(record.header(SOURCE) or b"")
    try:
        feed = name.decode()
    except UnicodeDecodeError:
        raise Rejected(Reason.NO_FEED, f"the key {name[:40]!r} is not UTF-8") from None
    if not feed.strip() or len(name) > FEED_BYTES_MAX:
        raise Rejected(Reason.NO_FEED, f"neither the key nor {SOURCE} names a feed (1 to {FEED_BYTES_MAX} bytes)")
    return feed


def _text(record: Record, name: str) -> str | None:
    """A header as text."""
    value = record.header(name)
    return None if value is None else value.decode("utf-8", "replace")
