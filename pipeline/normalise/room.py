"""NORMALISE: wire.raw -> wire.normalised.

Guarantee: every item of a payload leaves as exactly one record, or as exactly one dead letter with its part number;
a payload that yields nothing dies whole.  What is published depends on the payload, its headers and its position,
and on nothing else.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from pipeline import dead, envelope, features, formats, notes
from pipeline.copy import damage, read_copy
from pipeline.envelope import (
    CUT_OFF,
    FEATURES,
    FEED_BYTES_MAX,
    FORMAT,
    SOURCE,
    Headers,
    RecordType,
    forward,
    output_id,
    source_of,
)
from pipeline.formats.parsed import Broken, Parsed, Payload
from pipeline.items import Action, Item, PubStatus, Signal, dump, instant, read_control
from pipeline.language import Language
from pipeline.normalise import credits, detection, hanta
from pipeline.normalise.building import Origin, build_features, build_item, is_wordless
from pipeline.normalise.deaths import (
    FeedDeaths,
    NormaliseChange,
    NormaliseState,
    change_of,
    notice,
    passed_on,
)
from pipeline.normalise.declared import declared_in
from pipeline.normalise.heeding import heed_notes
from pipeline.outside import clean_line
from pipeline.records import (
    RECORD_BYTES_MAX,
    Counted,
    Decision,
    Fault,
    Out,
    Reason,
    Record,
    Rejected,
    Room,
    size_of,
)
from pipeline.values.references import without_references

TARGET = "wire.normalised"
ITEM_BYTES_MAX = RECORD_BYTES_MAX - 1_024  # its id and Kafka's framing come to it
# Of the record of a kill or a hold, so that all rooms behind it can pass it on; a larger one loses its words.
KILL_BYTES_MAX = RECORD_BYTES_MAX // 4
ID_CHARACTERS_MAX = 1_000  # of its further ids
LEFT_OUT_TEXTS = (
    "slugline", "by", "located", "dateline", "sign_off", "ed_note", "copyright_notice", "usage_terms",
)  # fmt: skip
LEFT_OUT_LISTS = (
    "paragraphs", "further_headlines", "descriptions", "info_sources", "places", "subjects", "passages",
)  # fmt: skip
TAKING_BACK = frozenset({Signal.KILL, Signal.HOLD})  # signals of items that lose their words instead of dying


class NormaliseRoom(Room[NormaliseState, NormaliseChange]):
    """Which words?  It remembers no item, but the feeds whose payloads die (deaths)."""

    name = "normalise"
    accepts = (RecordType.ITEM, RecordType.CONTROL)
    foreign_type = RecordType.ITEM  # wire.raw takes any type that is not reserved as a payload
    change_type = NormaliseChange

    def __init__(self) -> None:
        hanta.verify_all()  # a wrong model, or a full disk, ends the worker at its start; no item dies of it
        notes.load()
        detection.load()

    def open(self) -> NormaliseState:
        return NormaliseState()

    def on_item(self, state: NormaliseState, record: Record) -> Decision[NormaliseChange]:
        """The items of a payload, each for itself; a letter if its feed is set aside."""
        feed = feed_name(record)
        known = state.feeds.get(feed)
        if known and known.is_aside:
            aside = Rejected(Reason.SET_ASIDE, "its feed is set aside: wiredesk feeds resume")
            return Decision(NormaliseChange(aside=True), (dead.letter(self.name, record, aside),))
        outputs = self.read(record, feed)
        died = all(out.topic == dead.TOPIC for out in outputs)
        change = change_of(known, feed, record, died=died)
        if change.feed and change.feed.is_aside:
            reason = Reason(dict(outputs[-1].headers)[f"{dead.PREFIX}reason"].decode())
            outputs = (*outputs, notice(record, change.feed, reason))
        return Decision(change, outputs)

    def on_control(self, state: NormaliseState, record: Record) -> Decision[NormaliseChange]:
        """An operator resumes a feed, or has it forgotten.  Other actions are not for normalise."""
        control = read_control(record.value)
        if control.action not in (Action.RESUME, Action.FORGET):
            return Decision(NormaliseChange())
        if not control.feed:
            raise Rejected(Reason.BAD_CONTROL, f"{control.action} names no feed")
        known = state.feeds.get(control.feed)
        is_aside = known is not None and known.is_aside
        if control.action is Action.RESUME and not is_aside:
            return Decision(NormaliseChange())
        clean = FeedDeaths(control.feed, record.position.offset)
        return Decision(NormaliseChange(clean, resumed=is_aside), (passed_on(record, control),))

    def on_death(
        self, state: NormaliseState, record: Record, rejected: Rejected
    ) -> Decision[NormaliseChange] | None:
        """The feed of a payload that died whole; the one too many sets it aside."""
        if record.type == RecordType.CONTROL:
            return None
        try:
            feed = feed_name(record)
        except Rejected:
            return None
        known = state.feeds.get(feed)
        if known and known.is_aside:
            return None
        change = change_of(known, feed, record, died=True)
        is_aside = change.feed and change.feed.is_aside
        return Decision(change, (notice(record, change.feed, rejected.reason),) if change.feed and is_aside else ())

    def read(self, record: Record, feed: str) -> tuple[Out, ...]:
        """A record of each item of the payload, or its letter.  It depends on the record alone."""
        received = instant(record.time_ms)
        declared = declared_in(record.headers)
        payload = Payload(record.value, feed, received, _text(record, FORMAT), declared.identity)
        format_name, parse = formats.parse(payload)
        sha256 = hashlib.sha256(record.value).hexdigest()
        arrived = instant(record.timestamp_ms)
        cut_off = _text(record, CUT_OFF)
        origin = Origin(feed, received, format_name, sha256, record.position, arrived, declared)
        headers = forward(record.headers, RecordType.ITEM, record.time_ms, source_of(feed)) + declared.forwarded

        kept_in: bytes | None = None  # the first letter has the payload, for all of them
        outputs: list[Out] = []
        for part, parsed in enumerate(parse.items):
            try:
                outputs.append(_out(origin, part, parsed, headers, cut_off))
            except Rejected as rejected:
                if len(parse.items) == 1:
                    raise  # the payload dies whole
                outputs.append(dead.letter(self.name, record, rejected, part, kept_in))
                kept_in = kept_in or output_id(self.name, record.position.partition, record.position.offset, part)
        return tuple(outputs)

    def apply(self, state: NormaliseState, change: NormaliseChange, offset: int) -> None:
        state.apply(change, offset)

    def is_tried(self, change: NormaliseChange) -> bool:
        return not change.aside

    def is_clean(self, change: NormaliseChange) -> bool:
        return change.resumed

    def counts(self, state: NormaliseState) -> Mapping[Counted, int]:
        return state.counts()

    def carry(self, state: NormaliseState, before: int) -> Iterator[NormaliseChange]:
        return state.before(before)

    def digest(self, state: NormaliseState) -> bytes:
        return state.digest()


def _out(origin: Origin, part: int, parsed: Parsed | Broken, headers: Headers, cut_off: str | None) -> Out:
    """The record of one item of the payload.  Raises Rejected, for this item alone.

    A kill or a hold takes effect whatever is wrong with its words: it goes out without them, if it says of what.
    """
    if isinstance(parsed, Broken):
        raise Rejected(parsed.reason, parsed.detail)
    parsed = heed_notes(origin.declared.complete(parsed), origin.arrived)
    item, out = _record(origin, part, parsed, headers)
    takes_back = item.pub_status is not PubStatus.USABLE or not TAKING_BACK.isdisjoint(item.dispatch.signals)
    fault = parsed.unfit or _fault_of(out, cut_off, KILL_BYTES_MAX if takes_back else ITEM_BYTES_MAX)
    if fault is None and is_wordless(item):
        fault = Fault(Reason.NO_ITEM, "no story: nothing but what is stripped from one")
    if fault is None:
        return out
    if not (takes_back and (parsed.native_id or parsed.names or parsed.corrected_names)):
        raise Rejected(fault.reason, fault)
    return _record(origin, part, wordless(parsed, item.dispatch.signals, fault), headers)[1]


def _fault_of(out: Out, cut_off: str | None, bytes_max: int) -> Fault | None:
    """What is wrong with a record, whatever its words are."""
    if cut_off:
        return Fault(Reason.MALFORMED, f"only a part was received: {cut_off}")
    size = size_of(out)
    return Fault(Reason.TOO_LARGE, f"a record of {size:,} bytes") if size > bytes_max else None


def _record(origin: Origin, part: int, parsed: Parsed, headers: Headers) -> tuple[Item, Out]:
    """The item, and its record."""
    written, parsed = parsed, origin.declared.without_boilerplate(parsed)
    copy = read_copy(
        parsed.headline,
        parsed.paragraphs,
        Language.of(parsed.language),
        dateline=parsed.dateline or "",
        byline=parsed.by or "",
        sign_off=parsed.sign_off or "",
        slugline=parsed.slugline or "",
        issued=origin.arrived,
        places=[name for name in (parsed.located, *(place.name for place in parsed.places)) if name],
        agency=credits.sender(parsed) or origin.declared.agency,
    )
    if (headline := without_references(copy.headline)) != copy.headline:  # it was found in the copy
        copy = replace(copy, headline=damage.repair(headline))
    copy = replace(copy, furniture=origin.declared.with_boilerplate(copy.furniture, written))
    item = build_item(origin, part, parsed, copy)
    encoded = features.encode(build_features(origin, part, parsed, copy, item))
    return item, Out(TARGET, origin.feed.encode(), dump(item), (*headers, (FEATURES, encoded)))


def wordless(parsed: Parsed, signals: tuple[Signal, ...], fault: Fault) -> Parsed:
    """The kill or hold without its words: its ids, dates, status and signals, and its headline."""
    left_out: dict[str, Any] = dict.fromkeys(LEFT_OUT_TEXTS) | dict.fromkeys(LEFT_OUT_LISTS, ())
    return replace(
        parsed,
        **left_out,
        html="",
        alt_ids=tuple(each for each in parsed.alt_ids if len(each.value) <= ID_CHARACTERS_MAX),
        names=tuple(name for name in parsed.names if len(name) <= ID_CHARACTERS_MAX),
        corrected_names=tuple(name for name in parsed.corrected_names if len(name) <= ID_CHARACTERS_MAX),
        signals=tuple(dict.fromkeys((*parsed.signals, *(each for each in signals if each in TAKING_BACK)))),
        warnings=(f"its words are left out: {fault}", *parsed.warnings),
    )


def feed_name(record: Record) -> str:
    """The feed: the record's key, or the header that names it.  Raises Rejected(NO_FEED)."""
    name = record.key or envelope.feed_of(record.header(SOURCE) or b"")
    try:
        feed = name.decode()
    except UnicodeDecodeError:
        raise Rejected(Reason.NO_FEED, f"the key {name[:40]!r} is not UTF-8") from None
    if not feed.isprintable() or "<" in feed:
        feed = clean_line(feed)
    if not feed.strip() or len(name) > FEED_BYTES_MAX:
        raise Rejected(Reason.NO_FEED, f"neither the key nor {SOURCE} names a feed (1 to {FEED_BYTES_MAX} bytes)")
    return feed


def _text(record: Record, name: str) -> str | None:
    """A header as text."""
    value = record.header(name)
    return None if value is None else value.decode("utf-8", "replace")
