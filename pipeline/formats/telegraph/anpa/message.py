"""ANPA 1312 (revised as 89-3), the wire of North America until 2023; The Canadian Press and Kyodo write it too.

    SYN SYN SOH W2870 US asian                                service letter and number, selector
    u i DC3 DC1 BC-LT--Ferry 1stLd-Writethru   01-12 0344     priority, category, keyword, version, date, words
    STX ^BC-LT--Ferry, 1st Ld-Writethru,344< …                the same in full, and the text        (text)
    ETX AP-WF-01-12-22 1037GMT<                               the only place that has the year

Every lead of a story has the same keyword, on any service: keyword and date identify the dispatch, so a kill or a
correction under that keyword belongs to it.  Alerts share one keyword and are identified by their numbers.  A part
of a story (`2nd Add`) is a dispatch of its own.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from typing import NamedTuple

from pipeline.formats import ids
from pipeline.formats.format import Format, Parts, begins_with
from pipeline.formats.parsed import Parsed, Payload
from pipeline.formats.places import Places, checked
from pipeline.formats.telegraph.anpa.identity import IN_KEYWORD, PART, day_of, dispatch_of, read_trailer
from pipeline.formats.telegraph.anpa.text import AnpaText, read_anpa_text
from pipeline.formats.telegraph.around import envelope_passages, messages_in
from pipeline.formats.telegraph.category import category_concept
from pipeline.formats.text.encoding import decode
from pipeline.items import AltId, PubStatus, Signal
from pipeline.notes import NOTES_NOT_KEPT, Addressee, Passage
from pipeline.records import Reason, Rejected
from pipeline.values import codes
from pipeline.values.blanks import telegraph_lines
from pipeline.values.embargo import Embargo

SOURCES = {
    "native_id": ("keyword and date of the second line; the trailer's year", "service letter, number and date"),
    "alt_ids": ("service letter, number and date",),
    "version_created": ("trailer",),
    "pub_status": ("version: Kill, Withhold",),
    "embargo": ("priority a and s",),
    "urgency": ("priority",),
    "slugline": ("first ^ line", "keyword of the second line"),
    "subjects": ("category",),
    "headline": ("second ^ line",),
    "by": ("^By …, with the line below",),
    "ed_note": ("^EDITOR'S NOTE",),
    "descriptions": ("further ^ lines that < ends",),
    "paragraphs": ("further ^ lines that = ends", "lines with TAB, rows with BS"),
    "signals": ("version", "priority", "Eds:"),
}

PLACES = Places(
    {
        "header: service, number, selector": Addressee.EDITORS,
        "version": Addressee.EDITORS,
        "Eds:": Addressee.EDITORS,
        "keyword": Addressee.SLUG,
        "^ lines before the copy": Addressee.HEADLINE,
        "lines with TAB, rows with BS": Addressee.PUBLIC,
        "text before SOH": Addressee.PUBLIC,
        "text after ETX": Addressee.PUBLIC,
    }
)
URGENT = {"f": (Signal.FLASH,), "b": (Signal.BULLETIN,), "u": (Signal.URGENT,)}
ADVANCE = frozenset("as")  # for use more than twelve hours later, on a weekday or on Sunday (AP, Filing the Wire)
ADVISORY = "v"  # the category of digests and advisories

KILL = re.compile(r"\b(?:kill|elimination)\b", re.IGNORECASE)
HOLD = re.compile(r"\b(?:with)?hold\b(?!.for.release)", re.IGNORECASE)
VERSIONS = (  # words of the version section, and what they say about the dispatch
    (re.compile(r"correct|clarif", re.IGNORECASE), Signal.CORRECTION),
    (re.compile(r"\b(?:\d{1,2}(?:st|nd|rd|th))? ?(?:ld|lead)\b|writethru|\bupdate", re.IGNORECASE), Signal.UPDATE),
    (re.compile(r"\b(?:rpt|repeat)", re.IGNORECASE), Signal.REPEAT),
    (re.compile(r"advisory|digest|budget", re.IGNORECASE), Signal.ADVISORY),
)

ANPA_HEADER = re.compile(
    r"\x01 ?(?P<service>[A-Za-z])?(?P<number>\d{3,4})[^\x1f\n]{0,20}\x1f[^\n]{0,20}\n\s{0,20}"
    r"(?P<line>[^\n\x02]{0,200})"
)
STX = re.compile(r"[\s\x10-\x1f]{0,40}\x02[\x02\n]{0,20}")  # with blanks and fill before it
SECOND_LINE = re.compile(
    r"(?P<priority>[A-Za-z]) (?P<category>[A-Za-z]) ?[\x11-\x14]{0,2} ?(?P<keyword>[^\s\x11-\x14]\S*)"
    r"(?P<version>.*?)(?: +(?P<first>\d{1,2})-(?P<second>\d{1,2})(?: +\d{1,5})?)?"
)


class AnpaMessage(NamedTuple):
    """One message, and when its payload arrived."""

    text: str
    received: datetime
    before: str = ""  # text before its header


def split_anpa(payload: Payload) -> Parts:
    """The messages.  Raises Rejected: ENCODING, MALFORMED (no header)."""
    text, warnings = decode(payload.data.strip(b"\0"))
    text = telegraph_lines(text.replace("\x16", "").replace("\x7f", ""))  # SYN, DEL: fill
    starts = [match.start() for match in ANPA_HEADER.finditer(text)]
    if not starts:
        raise Rejected(Reason.MALFORMED, "no header: SOH, service and number, US, selector")
    if text[: starts[0]].strip():
        warnings = (*warnings, "text before the header: not read")
    messages = (AnpaMessage(one, payload.received, before) for one, before in messages_in(text, starts, _end))
    return Parts(tuple(messages), warnings)


def _end(text: str) -> int | None:
    """Where the copy ends, at ETX."""
    at = text.find("\x03")
    return at if at >= 0 else None


def read_anpa(message: AnpaMessage) -> Parsed:
    """One message.  Raises Rejected(BAD_DATE, NO_ITEM, UNKNOWN_FORMAT)."""
    header = ANPA_HEADER.match(message.text)
    assert header, "split_anpa cuts at headers"
    warnings: list[str] = []
    line = SECOND_LINE.fullmatch(header["line"].rstrip())
    if line is None:
        warnings.append("second header line unreadable")
    written = line.groupdict() if line else {}
    priority, keyword = (written.get("priority") or "").lower(), written.get("keyword") or ""
    body, _, after = message.text[header.end() :].partition("\x03")
    text = read_anpa_text(_behind_stx(body).partition("\x04")[0], keyword)
    trailer = read_trailer(after, warnings)
    day = day_of(written, trailer, message.received)
    version = " ".join((*IN_KEYWORD.findall(keyword), written.get("version") or "", text.version))
    status = _status(version)
    sent = f"{header['service'] or ''}{header['number']} {day}"
    return Parsed(
        paragraphs=tuple(text.paragraphs),
        headline=text.headline,
        native_id=dispatch_of(keyword, version, day) or sent,
        version_created=trailer.created,
        pub_status=status,
        embargo=_embargo(priority),
        urgency=_urgency(priority, warnings),
        slugline=text.slugline or keyword or None,
        by=text.by,
        descriptions=tuple(text.abstracts),
        subjects=category_concept(written.get("category")),
        alt_ids=(AltId(role="service", value=sent),),
        names=ids.names_of([dispatch_of(keyword, version, day), sent]),
        ed_note=text.note,
        passages=checked(_passages(message, header[0], keyword, version, text, after)),
        signals=tuple(dict.fromkeys(_signals(status, priority, version, written.get("category"), text))),
        warnings=(*warnings, *((NOTES_NOT_KEPT,) if text.eds else ())),
    )


def _behind_stx(body: str) -> str:
    """The text behind the header: behind STX, before which there may be blanks; all of it if a gateway lost STX.

    Raises Rejected(UNKNOWN_FORMAT) for one telegram within another.
    """
    body = body.removeprefix(start[0]) if (start := STX.match(body)) else body.strip("\n")
    if "\x02" in body:
        raise Rejected(Reason.UNKNOWN_FORMAT, "anpa around another telegram, or around a damaged header")
    return body


def _status(version: str) -> PubStatus:
    if KILL.search(version):
        return PubStatus.CANCELED
    return PubStatus.WITHHELD if HOLD.search(version) else PubStatus.USABLE


def _embargo(priority: str) -> Embargo | None:
    """The embargo of an advance.  It has no end: a day is not an hour (docs/design/laws.md#law-5)."""
    return Embargo(None, f"priority {priority}") if priority in ADVANCE else None


def _urgency(priority: str, warnings: list[str]) -> int | None:
    if priority and priority not in codes.ANPA_URGENCY:
        warnings.append(f"priority {priority!r} unknown")
    return codes.ANPA_URGENCY.get(priority)


def _signals(status: PubStatus, priority: str, version: str, category: str | None, text: AnpaText) -> list[Signal]:
    of_version = [signal for pattern, signal in VERSIONS if pattern.search(version)]
    part = [Signal.TAKE] if PART.search(version) else []
    advisory = [Signal.ADVISORY] if category == ADVISORY else []
    urgent = URGENT.get(priority, ())
    return [*codes.STATUS_SIGNALS[status], *urgent, *of_version, *part, *advisory]


def _passages(
    message: AnpaMessage, header: str, keyword: str, version: str, text: AnpaText, after: str
) -> Iterator[Passage]:
    """What is around the copy: the envelope, the version, lines before the copy, notes to editors."""
    yield from envelope_passages(message.before, header, after)
    yield from (Passage(Addressee.SLUG, one, "keyword") for one in (keyword, text.slugline) if one)
    yield from (Passage(Addressee.EDITORS, one, "version") for one in (version,) if one)
    yield from (Passage(Addressee.HEADLINE, line, "^ lines") for line in text.head)
    yield from (Passage(Addressee.EDITORS, line, "Eds:") for line in text.eds)


ANPA = Format(
    name="anpa",
    description="ANPA 1312",
    recognisers=(  # SYN SYN SOH, service letter and number, US before the selector
        begins_with(r"[\s\x7f\0\x16]*\x01 ?[A-Za-z]?\d{3,4}[^\n\x1f]{0,20}\x1f"),
    ),
    split=split_anpa,
    read=read_anpa,
    sources=SOURCES,
    places=PLACES,
)
