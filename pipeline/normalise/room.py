"""NORMALISE: wire.raw -> wire.normalised.

Guarantee: every item of a payload leaves as exactly one record, or as exactly one dead letter with its part number;
a payload that yields nothing dies whole.  What is published depends on the payload, its headers and its position,
and on nothing else.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, fields
from datetime import timedelta

import msgspec

from pipeline import dead, envelope, features, formats
from pipeline.copy import CleanCopy, nonpublic, read_copy
from pipeline.envelope import FEATURES, FORMAT, SOURCE, RecordType, forward, source_of
from pipeline.formats.parsed import Broken, Parsed, Payload
from pipeline.items import (
    AltId,
    Concept,
    Dispatch,
    InfoSource,
    Instant,
    Item,
    NinjsItem,
    PubStatus,
    Signal,
    Text,
    Wire,
    dispatch_id,
    dispatch_uri,
    dump,
    instant,
    item_id,
)
from pipeline.language import Language
from pipeline.normalise import credits, hanta
from pipeline.normalise.fingerprints import fingerprint
from pipeline.normalise.language import language_of
from pipeline.normalise.markup import shown
from pipeline.normalise.phrases import phrases
from pipeline.records import Decision, Out, Reason, Record, Rejected, Room
from pipeline.values.embargo import strictest

TARGET = "wire.normalised"
FEED_BYTES_MAX = 200
PARAGRAPH = "\n\n"
CLOCK_SKEW = timedelta(minutes=10)  # an agency's clock may run ahead by this much without a warning
# Members of the item that normalise makes out of the field of that name; any other field is taken as it is.
COMPLETED = frozenset({
    "version", "version_created", "first_created", "urgency", "language", "descriptions", "by", "slugline",
    "located", "info_sources", "places", "alt_ids", "ed_note", "copyright_notice",
})  # fmt: skip
AS_PARSED = tuple(
    field.name for field in fields(Parsed) if field.name in NinjsItem.model_fields and field.name not in COMPLETED
)
WORDLESS = frozenset({Signal.KILL, Signal.HOLD, Signal.RELEASE})  # signals that need no words beside them


class Change(msgspec.Struct, frozen=True, array_like=True):
    """Nothing: normalise remembers no item.  The journal keeps its position."""


class NormaliseRoom(Room[None, Change]):
    """Which words?"""

    name = "normalise"
    foreign = RecordType.ITEM  # wire.raw takes any type that is not reserved as a payload
    change_type = Change

    def __init__(self) -> None:
        hanta.verify_all()  # a wrong model ends the worker at its start; no item dies of it

    def open(self) -> None:
        return None

    def on_item(self, state: None, record: Record) -> Decision[Change]:
        feed = feed_of(record)
        received_ms = min(record.time_ms, record.timestamp_ms)  # a publisher's clock may not run ahead of the log's
        payload = Payload(
            data=record.value,
            feed=feed,
            received=instant(received_ms),
            format=text_of(record, FORMAT),
        )
        format_name, parse = formats.parse(payload)
        source = Source(record, payload, received_ms, format_name, hashlib.sha256(record.value).hexdigest())
        return Decision(Change(), tuple(source.out(part, parsed) for part, parsed in enumerate(parse.items)))

    def apply(self, state: None, change: Change, offset: int) -> None:
        """Nothing to remember."""


@dataclass(frozen=True, slots=True)
class Source:
    """The raw record that items are made of."""

    record: Record
    payload: Payload
    received_ms: int
    format: str
    sha256: str

    def out(self, part: int, parsed: Parsed | Broken) -> Out:
        """The record of one item of the payload, or its dead letter."""
        if isinstance(parsed, Broken):
            return self.letter(part, Rejected(Reason(parsed.reason), parsed.detail))
        copy = read_copy(
            parsed.headline,
            parsed.paragraphs,
            Language.of(parsed.language),
            note=parsed.ed_note or "",
            dateline=parsed.dateline or "",
            byline=parsed.by or "",
            sign_off=parsed.sign_off or "",
        )
        item = self.item(part, parsed, copy)
        if is_wordless(item):
            return self.letter(part, Rejected(Reason.NO_ITEM, "no story: nothing but what is stripped from one"))
        feed = self.payload.feed
        headers = forward(self.record.headers, RecordType.ITEM, self.received_ms, source_of(feed))
        encoded = features.encode(self.features(part, parsed, copy, item))
        return Out(TARGET, feed.encode(), dump(item), (*headers, (FEATURES, encoded)))

    def letter(self, part: int, rejected: Rejected) -> Out:
        """The dead letter of one item of the payload."""
        return dead.letter(NormaliseRoom.name, self.record, rejected, part)

    def item(self, part: int, parsed: Parsed, copy: CleanCopy) -> Item:
        """The ninjs item: what the format says, completed by what the copy says."""
        body = PARAGRAPH.join(copy.paragraphs)
        created, late = self.clamped(parsed.version_created)
        embargo = strictest((parsed.embargo, copy.embargo))
        signals = {*parsed.signals, *copy.signals, *((Signal.EMBARGO,) if embargo else ())}
        dateline = copy.copy.dateline
        city = dateline.city if dateline else None
        agency = credits.agency(parsed, copy)
        body_hash = hashlib.blake2b("\0".join((copy.headline, body)).encode(), digest_size=16).digest()
        native = parsed.native_id or body_hash.hex()
        version = parsed.version or "1"
        dispatch = dispatch_id(self.payload.feed, native)
        return Item(
            **{name: getattr(parsed, name) for name in AS_PARSED},
            uri=dispatch_uri(dispatch),
            version=version,
            version_created=created,
            first_created=parsed.first_created and min(parsed.first_created, created),
            embargoed_until=embargo.until if embargo else None,
            urgency=parsed.urgency or copy.urgency,
            language=language_of(Language.of(parsed.language), f"{copy.headline}\n{body}"),
            headlines=headlines(copy.headline, parsed.further_headlines),
            descriptions=tuple(text for value in parsed.descriptions for text in texts(None, value)),
            bodies=bodies(body, shown(parsed.html, copy.paragraphs)),
            by=credits.by(parsed, copy),
            slugline=parsed.slugline or copy.slug,
            located=parsed.located or city,
            info_sources=parsed.info_sources or agency_sources(agency),
            places=parsed.places or ((Concept(name=city, rel="dateline"),) if city else ()),
            alt_ids=(*((AltId(role="native", value=native),) if parsed.native_id else ()), *parsed.alt_ids),
            ed_note=public(parsed.ed_note),
            copyright_notice=parsed.copyright_notice or copy.copy.copyright,
            wire=Wire(
                feed=self.payload.feed,
                agency=agency,
                format=self.format,
                topic=self.record.position.topic,
                partition=self.record.position.partition,
                offset=self.record.position.offset,
                part=part,
                sha256=self.sha256,
                received=self.payload.received,
                warnings=(*parsed.warnings, *late),
            ),
            furniture=copy.copy,
            dispatch=Dispatch(
                id=dispatch,
                item=item_id(self.payload.feed, native, version, body_hash),
                signals=tuple(sorted(signals)),
            ),
        )

    def clamped(self, created: Instant | None) -> tuple[Instant, tuple[str, ...]]:
        """The item's own time, never after its arrival, and the warning if it claimed to be."""
        received = self.payload.received
        if created is None or created <= received:
            return created or received, ()
        far = created > received + CLOCK_SKEW
        return received, ((f"versionCreated {created.isoformat()} lies after its arrival",) if far else ())

    def features(self, part: int, parsed: Parsed, copy: CleanCopy, item: Item) -> features.Features:
        """What dedupe and tag compute with."""
        prints = fingerprint(
            bytes.fromhex(self.sha256) + b"/%d" % part, copy.headline, PARAGRAPH.join(parsed.paragraphs), item.body
        )
        found = phrases(copy.headline, item.body, item.language)
        return features.Features(
            **prints._asdict(), phrases=found.phrases, label_terms=found.label_terms, heads=found.heads
        )


def is_wordless(item: Item) -> bool:
    """Whether it says nothing, and nothing about its dispatch either."""
    if item.headlines or item.bodies or item.descriptions:
        return False
    return item.pub_status is PubStatus.USABLE and WORDLESS.isdisjoint(item.dispatch.signals)


def feed_of(record: Record) -> str:
    """The feed: the record's key, or the header that names it.  Raises Rejected(NO_FEED)."""
    name = record.key or envelope.feed_of(record.header(SOURCE) or b"")
    try:
        feed = name.decode()
    except UnicodeDecodeError:
        raise Rejected(Reason.NO_FEED, f"the key {name[:40]!r} is not UTF-8") from None
    if not feed.strip() or len(name) > FEED_BYTES_MAX:
        raise Rejected(Reason.NO_FEED, f"neither the key nor {SOURCE} names a feed (1 to {FEED_BYTES_MAX} bytes)")
    return feed


def text_of(record: Record, name: str) -> str | None:
    """A header as text."""
    value = record.header(name)
    return None if value is None else value.decode("utf-8", "replace")


def headlines(main: str, further: tuple[Text, ...]) -> tuple[Text, ...]:
    """The main headline first, and once; without one there is none: a kicker alone is no headline."""
    return (*texts("main", main), *(one for one in further if one.value.strip() != main)) if main else ()


def texts(role: str | None, value: str) -> tuple[Text, ...]:
    """A ninjs headline or description, or nothing."""
    return (Text(value=value, role=role, content_type="text/plain"),) if value else ()


def bodies(value: str, marked_up: str) -> tuple[Text, ...]:
    """The ninjs body with its counts, and the same as HTML where that says more; or nothing."""
    if not value:
        return ()
    count = len(value.split())
    plain = Text(value=value, role="main", content_type="text/plain", char_count=len(value), word_count=count)
    return (plain, Text(value=marked_up, role="main", content_type="text/html")) if marked_up else (plain,)


def agency_sources(agency: str | None) -> tuple[InfoSource, ...]:
    """The agency that the copy names."""
    return (InfoSource(name=agency, role="origin"),) if agency else ()


def public(note: str | None) -> str | None:
    """A note up to where it says that the rest is not for publication; nothing, if that is all of it."""
    return nonpublic.public(note)[0] or None if note else None
