"""The envelope of a record: its types, its header names, and what it takes over from the record that caused it.

Every record of every topic is a CloudEvents 1.0 event in the binary mode of the Kafka binding: `ce_specversion`,
`ce_id`, `ce_source`, `ce_type` and `ce_time` are headers, the value is the data.  Each header name is
defined here and nowhere else.
"""

from __future__ import annotations

import hashlib
import re
from datetime import date, timedelta
from enum import StrEnum
from functools import lru_cache
from urllib.parse import quote, unquote_to_bytes

Headers = tuple[tuple[str, bytes], ...]

SPEC_VERSION = "ce_specversion"
ID = "ce_id"
SOURCE = "ce_source"
TYPE = "ce_type"
TIME = "ce_time"  # a room's only time
ROOM = "ce_room"  # an extension of ours
QUIET = "ce_quiet"  # likewise
TRACE = "traceparent"
CONTENT_TYPE = "content-type"
FORMAT = "format"
CUT_OFF = "cut-off"
FEATURES = "features"
# What is known of a feed (feeds.yaml) travels with each of its payloads, so that a replay needs no file.
FEED_ZONE = "feed-zone"
FEED_LANGUAGE = "feed-language"
FEED_AGENCY = "feed-agency"
FEED_ID = "feed-id"
FEED_BOILERPLATE = "feed-boilerplate"
FEED_RATE = "feed-rate"
# What feeds.yaml refuses and normalise ignores is beyond these.
BOILERPLATE_BYTES_MAX, BOILERPLATE_LINES_MAX, BOILERPLATE_LINE_CHARACTERS_MAX = 32_768, 100, 300
RATE_MAX = 100_000  # payloads a minute

CLOUDEVENTS = b"1.0"
IS_QUIET = (QUIET, b"true")
UNKNOWN = b"unknown"  # the source of a record whose cause names none
FEED_BYTES_MAX = 200
SOURCE_BYTES_MAX = 3 * FEED_BYTES_MAX  # each byte of a feed percent-encoded
TRACE_BYTES_MAX = 256  # version 00 of W3C Trace Context has 55
RESERVED = "wire."  # types that begin so are ours: one that a room does not accept goes to wire.dead
URI_CHARACTERS = "/:@!$&'()*+,;=?"  # beside letters and digits, what RFC 3986 allows in a reference
_NO_URI_CHARACTER = re.compile(rb"%(?![0-9A-Fa-f]{2})|[^A-Za-z0-9._~%#\[\]/:@!$&'()*+,;=?-]")
_TRACE = re.compile(rb"[!-~]{1,%d}" % TRACE_BYTES_MAX)


class RecordType(StrEnum):
    """`ce_type`: what a record is.  Consumers skip types that they do not know."""

    ITEM = "wire.item"  # a news item; in wire.raw, a payload as it was received
    TICK = "wire.tick"  # something may be due in a room; no value, no disposition
    CONTROL = "wire.control"  # a request of an operator or editor: items.Control
    STORY = "wire.story"
    ALERT = "wire.alert"
    NOTIFICATION = "wire.notification"
    ANSWER = "wire.answer"  # what an attempt to deliver came to, for the room deliver
    DELIVERY = "wire.delivery"
    LEDGER = "wire.ledger"  # what `wiredesk ingest` remembers of a feed
    FEED = "wire.feed"  # how a feed is
    DEAD = "wire.dead"


ADDRESSED = frozenset(
    {RecordType.TICK, RecordType.CONTROL, RecordType.ANSWER}
)  # they name the room that they are for

HEADERS = {  # what each header holds, for docs/consumers.md
    SPEC_VERSION: "`1.0`",
    ID: "unique among the records of the topic; the same when a record is written again after a crash, or a "
    "payload is published again",
    SOURCE: "the feed, percent-encoded where a URI reference asks for it; `wiredesk/…` for ticks and controls",
    TYPE: ", ".join(f"`{each}`" for each in RecordType if each not in ADDRESSED)
    + f"; between the rooms also {', '.join(f'`{each}`' for each in RecordType if each in ADDRESSED)}",
    TIME: "when the payload was received, or what it caused was due: RFC 3339, UTC, with milliseconds and `Z`",
    ROOM: "of a tick, a control or an answer: the room that it is for; the other rooms of the topic ignore it",
    QUIET: "`true`: published with `--quiet`, as an archive is; neither it nor what it causes is alerted",
    TRACE: "W3C Trace Context, where the publisher gave one",
    CONTENT_TYPE: "the media type of a payload in `wire.raw`, where the publisher knows it",
    FORMAT: "the format of a payload in `wire.raw`, where the publisher knows it",
    CUT_OFF: "why a payload in `wire.raw` is only a part of what was sent; only its kills and holds are used",
    FEED_ZONE: "of a payload in `wire.raw`: the time zone of dates that name none, as `Europe/Oslo`",
    FEED_LANGUAGE: "likewise: the language of items that name none, as `nb`",
    FEED_AGENCY: "likewise: the agency whose copy the feed is, where its items name none",
    FEED_ID: "likewise: what identifies an item, `link` or `guid`; the format decides without it",
    FEED_BOILERPLATE: "likewise: a JSON list of lines that are no part of any text",
    FEED_RATE: "likewise: payloads a minute that the feed sends at the most",
    FEATURES: "between normalise and tag: what the rooms compute with, compact and versioned",
}


def only(headers: Headers, *names: str) -> Headers:
    """The headers with these names."""
    return tuple(header for header in headers if header[0] in names)


def without(headers: Headers, name: str) -> Headers:
    """The headers with other names."""
    return tuple(header for header in headers if header[0] != name)


def forward(cause: Headers, type_: RecordType, time_ms: int, source: bytes | None = None) -> Headers:
    """The headers of a record that another one caused.  Source (unless given), trace and quiet are the cause's.

    Anybody may write the headers of a payload: of a name that occurs twice the first counts, as in `Record.header`,
    and an invalid trace ends here.
    `ce_id` is missing: only the Shard knows which of the outputs of a record this is.
    """
    known = dict(reversed(cause))
    trace = known.get(TRACE, b"")
    return (
        (SPEC_VERSION, CLOUDEVENTS),
        (TYPE, type_.encode()),
        (SOURCE, source or reference(known.get(SOURCE, b""))),
        (TIME, instant_text(time_ms)),
        *((IS_QUIET,) if known.get(QUIET) == IS_QUIET[1] else ()),
        *(((TRACE, trace),) if trace and _TRACE.fullmatch(trace) else ()),
    )


def payload_headers(feed: str, value: bytes, time_ms: int) -> Headers:
    """The headers of a payload in wire.raw."""
    return (
        (SPEC_VERSION, CLOUDEVENTS),
        (TYPE, RecordType.ITEM.encode()),
        (SOURCE, source_of(feed)),
        (ID, payload_id(feed, value).encode()),
        (TIME, instant_text(time_ms)),
    )


def payload_id(feed: str, value: bytes) -> str:
    """`ce_id` of a payload: the same for the same bytes of the same feed."""
    return hashlib.sha256(feed.encode() + b"\0" + value).hexdigest()[:32]


def output_id(room: str, partition: int, offset: int, number: int) -> bytes:
    """`ce_id` of an output: which one of which record, whenever it is made."""
    return f"{room}/{partition}/{offset}/{number}".encode()


def addressed_headers(type_: RecordType, room: str, sender: str, id_: str, time_ms: int) -> Headers:
    """The headers of a tick or a control for a room."""
    return (
        (SPEC_VERSION, CLOUDEVENTS),
        (TYPE, type_.encode()),
        (SOURCE, f"wiredesk/{sender}".encode()),
        (ID, id_.encode()),
        (TIME, instant_text(time_ms)),
        (ROOM, room.encode()),
    )


def joined(headers: Headers, more: Headers) -> Headers:
    """The headers, and those of `more` whose names are not among them."""
    said = {name for name, _ in headers}
    return (*headers, *(pair for pair in more if pair[0] not in said))


@lru_cache(maxsize=4096)
def source_of(feed: str) -> bytes:
    """The feed as a URI reference."""
    return quote(feed, safe=URI_CHARACTERS).encode()


def reference(source: bytes) -> bytes:
    """Any source as the URI reference that `ce_source` has to be; `unknown` for none, and for what is too long."""
    if not 0 < len(source) <= SOURCE_BYTES_MAX:
        return UNKNOWN
    return _reference(source)


@lru_cache(maxsize=4096)
def _reference(source: bytes) -> bytes:
    return _NO_URI_CHARACTER.sub(lambda found: b"%%%02X" % found[0][0], source)


def feed_of(source: bytes) -> bytes:
    """The feed that a `ce_source` names: the inverse of `source_of`."""
    return unquote_to_bytes(source)


def instant_text(ms: int) -> bytes:
    """RFC 3339, UTC, milliseconds, `Z`: the one spelling of an instant in a header."""
    seconds, rest = divmod(ms, 1000)
    day, second = divmod(seconds, 86_400)
    return b"%sT%02d:%02d:%02d.%03dZ" % (_day_text(day), second // 3600, second // 60 % 60, second % 60, rest)


@lru_cache(maxsize=4096)  # a day is spelt once: 0.8 us an instant instead of 3
def _day_text(day: int) -> bytes:
    return (date(1970, 1, 1) + timedelta(day)).isoformat().encode()
