"""The published item: what the format says, completed by what the copy says."""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from dataclasses import dataclass, fields
from datetime import timedelta

from pipeline import features
from pipeline.copy import CleanCopy
from pipeline.formats.ids import NAMES_MAX, names_of
from pipeline.formats.parsed import Parsed
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
    item_id,
)
from pipeline.language import Language
from pipeline.normalise import credits, declared
from pipeline.normalise.detection import find_language
from pipeline.normalise.fingerprints import fingerprint, paragraph_terms
from pipeline.normalise.heeding import signals_with
from pipeline.normalise.markup import body_html
from pipeline.normalise.phrases import find_phrases
from pipeline.records import Position
from pipeline.values.agencies import agency_of_code
from pipeline.values.dates import ASSUMED, as_version
from pipeline.values.embargo import strictest

PARAGRAPH = "\n\n"
CLOCK_SKEW = timedelta(minutes=10)  # an agency's clock may run ahead by this much without a warning
# Members of the item that are made out of the parsed field of that name; any other field is taken as it is.
COMPLETED = frozenset({
    "version", "version_created", "first_created", "urgency", "language", "descriptions", "by", "slugline",
    "located", "info_sources", "places", "alt_ids", "copyright_notice",
})  # fmt: skip
AS_PARSED = tuple(
    field.name for field in fields(Parsed) if field.name in NinjsItem.model_fields and field.name not in COMPLETED
)
CORRECTING = frozenset({Signal.CORRECTION, Signal.KILL, Signal.HOLD, Signal.EMBARGO, Signal.RELEASE})
NEED_NO_WORDS = frozenset({Signal.KILL, Signal.HOLD, Signal.RELEASE})


@dataclass(frozen=True, slots=True)
class Origin:
    """The payload that an item is part of."""

    feed: str
    received: Instant
    format: str
    sha256: str  # of the payload, hex
    position: Position  # of its record in wire.raw
    arrived: Instant  # that record, by the clock of the log
    declared: declared.Declared = declared.NOTHING  # what is known of the feed


def build_item(origin: Origin, part: int, parsed: Parsed, copy: CleanCopy) -> Item:
    """The ninjs item of part number `part` of the payload."""
    body = PARAGRAPH.join(copy.paragraphs)
    created, warnings = _created(parsed, origin.received)
    claimed = _claimed(parsed.version_created, origin.received)
    embargo = strictest((parsed.embargo, copy.embargo))
    signals = {*signals_with(parsed.signals, copy.signals), *((Signal.EMBARGO,) if embargo else ())}
    city = copy.furniture.dateline.city if copy.furniture.dateline else None
    agency = credits.agency(parsed, copy) or origin.declared.agency
    body_hash = hashlib.blake2b("\0".join((copy.headline, body)).encode(), digest_size=16).digest()
    native = parsed.native_id or body_hash.hex()
    version = parsed.version or as_version(parsed.version_created) or "1"
    dispatch = dispatch_id(origin.feed, native)
    home = agency_of_code(agency or "")
    found = find_language(Language.of(parsed.language), copy.headline, body, home.country_code if home else "")
    return Item(
        **{name: getattr(parsed, name) for name in AS_PARSED},
        uri=dispatch_uri(dispatch),
        version=version,
        version_created=created,
        first_created=parsed.first_created and min(parsed.first_created, created),
        embargoed_until=embargo.until if embargo else None,
        urgency=parsed.urgency or copy.urgency,
        language=found.language,
        headlines=_headlines(copy.headline, parsed.further_headlines),
        descriptions=tuple(text for value in parsed.descriptions for text in _texts(None, value)),
        bodies=_bodies(body, body_html(parsed.html, copy.paragraphs)),
        by=credits.by(parsed, copy),
        slugline=parsed.slugline or copy.slug,
        located=parsed.located or city,
        info_sources=parsed.info_sources or _agency_sources(agency),
        places=parsed.places or ((Concept(name=city, rel="dateline"),) if city else ()),
        alt_ids=(*((AltId(role="native", value=native),) if parsed.native_id else ()), *parsed.alt_ids),
        copyright_notice=parsed.copyright_notice or copy.furniture.copyright,
        wire=Wire(
            feed=origin.feed,
            agency=agency,
            format=origin.format,
            topic=origin.position.topic,
            partition=origin.position.partition,
            offset=origin.position.offset,
            part=part,
            sha256=origin.sha256,
            received=origin.received,
            warnings=(*parsed.warnings, *warnings, *found.warnings),
        ),
        furniture=copy.furniture,
        dispatch=Dispatch(
            id=dispatch,
            # A date is not a version: where a format has none, the same text with another date is the same item.
            item=item_id(origin.feed, native, parsed.version or "", body_hash),
            signals=tuple(sorted(signals)),
            number=_number(parsed.version),
            created=claimed,
            revision_undated=(parsed.revision_undated and claimed is not None) or None,
            planned=(embargo is not None and embargo.planned) or None,
            names=_names(parsed, signals),
        ),
    )


def build_features(origin: Origin, part: int, parsed: Parsed, copy: CleanCopy, item: Item) -> features.Features:
    """What dedupe and tag compute with."""
    payload_part = bytes.fromhex(origin.sha256) + b"/%d" % part
    fingerprints = fingerprint(payload_part, copy.headline, PARAGRAPH.join(parsed.paragraphs), item.body)
    phrases = find_phrases(copy.headline, item.body, item.language)
    stories = copy.paragraphs[: features.PARTS_MAX] if Signal.ROUND_UP in item.dispatch.signals else ()
    return features.Features(**fingerprints._asdict(), **phrases._asdict(), parts=paragraph_terms(stories))


def _names(parsed: Parsed, signals: Collection[Signal]) -> tuple[str, ...]:
    """The ids by which the dispatch is known, its own first; those that a correction names only if it is one."""
    own = names_of([parsed.native_id])
    corrected = () if CORRECTING.isdisjoint(signals) else parsed.corrected_names
    return tuple(dict.fromkeys((*own, *parsed.names, *corrected)))[:NAMES_MAX]


def is_wordless(item: Item) -> bool:
    """Whether it has no words and needs some."""
    if item.headlines or item.bodies or item.descriptions:
        return False
    return item.pub_status is PubStatus.USABLE and NEED_NO_WORDS.isdisjoint(item.dispatch.signals)


def _created(parsed: Parsed, received: Instant) -> tuple[Instant, tuple[str, ...]]:
    """The item's own time; where it has none, that of its first version if that names its zone; else its arrival.

    Only the reader is shown it: revisions are in the order of their own times, else in that of their arrival.
    """
    first = parsed.first_created
    if parsed.version_created or first is None or first.tzinfo is ASSUMED:
        return _clamped(parsed.version_created, received)
    created, warnings = _clamped(first, received)
    return created, ("no versionCreated: firstCreated counts", *warnings)


def _clamped(created: Instant | None, received: Instant) -> tuple[Instant, tuple[str, ...]]:
    """The item's own time, never after its arrival, and the warning if it claimed to be."""
    if created is None or created <= received:
        return created or received, ()
    far = created > received + CLOCK_SKEW
    return received, ((f"versionCreated {created.isoformat()} lies after its arrival",) if far else ())


def _claimed(created: Instant | None, received: Instant) -> Instant | None:
    """The agency's own time, unclamped; None if it lies so far ahead that the clock that wrote it is wrong."""
    return None if created is None or created > received + CLOCK_SKEW else created


def _number(version: str | None) -> int | None:
    """The version, if it is a number; else None."""
    is_number = version is not None and version.isascii() and version.isdigit() and len(version) < 19
    return int(version) if version is not None and is_number else None


def _headlines(main: str, further: tuple[Text, ...]) -> tuple[Text, ...]:
    """The main headline first, and once; without one there is none: a kicker alone is not a headline."""
    return (*_texts("main", main), *(one for one in further if one.value.strip() != main)) if main else ()


def _texts(role: str | None, value: str) -> tuple[Text, ...]:
    """A ninjs headline or description, or nothing."""
    return (Text(value=value, role=role, content_type="text/plain"),) if value else ()


def _bodies(value: str, html: str) -> tuple[Text, ...]:
    """The ninjs body with its counts, and its HTML where there is any; or nothing."""
    if not value:
        return ()
    count = len(value.split())
    plain = Text(value=value, role="main", content_type="text/plain", char_count=len(value), word_count=count)
    return (plain, Text(value=html, role="main", content_type="text/html")) if html else (plain,)


def _agency_sources(agency: str | None) -> tuple[InfoSource, ...]:
    """The agency that the copy names."""
    return (InfoSource(name=agency, role="origin"),) if agency else ()
