"""IPTC 7901 (revision 5, 1995), as dpa and other agencies of Europe send it.

    SOH bdt0042 4 pl 110  dpa 0157        service and number, priority, category, words; agency and its number
    Partei/Deutschland/                   keywords
    STX (Eil) Title =                     header lines up to `=`     (iptc7901_text)
    the copy, hard-wrapped
    # Notizblock … dpa abc yydd           notes to editors, of which nothing leaves here, and the sign-off
    ETX 121037 Jan 22                     day and time, month, year: local time where no zone is written
    EOT

Gateways lose the control characters: everything is found by its form too.  A number starts again every day, so the
date belongs to the identity.  A kill names its dispatch in words, `Please kill item dpa 157`: that is its link.
"""

from __future__ import annotations

import re
from datetime import datetime
from typing import NamedTuple

from pipeline.formats.format import Parts
from pipeline.formats.parsed import Parsed, Payload
from pipeline.formats.telegraph.iptc7901_text import Copy, read_copy
from pipeline.formats.text.bodies import check_words
from pipeline.formats.text.encoding import decode
from pipeline.items import AltId, Concept
from pipeline.records import Reason, Rejected
from pipeline.values import codes
from pipeline.values.blanks import line_ends
from pipeline.values.dates import as_version, read_parts, written_day

SOURCES = {
    "native_id": ("header: agency and its number; trailer: date", "header: service and number; trailer: date"),
    "alt_ids": ("header: service and number", "header of a kill or correction: its own agency and number"),
    "version": ("header: number behind #", "trailer"),
    "version_created": ("trailer",),
    "pub_status": ("header lines: KILL KILL KILL, HOLD HOLD HOLD",),
    "embargo": ("header lines: Frei für …", "notes to editors"),
    "signals": ("header lines: kill, hold", "header: priority 1 and 2", "notes to editors"),
    "language": ("header: Belga's letter",),
    "urgency": ("header: priority",),
    "slugline": ("keywords line",),
    "subjects": ("keywords line", "header: category", "header lines: genre in brackets"),
    "headline": ("header lines: tags and title",),
    "by": ("header lines: By …, Von …",),
    "ed_note": ("header lines: what a correction or an update changes",),
    "descriptions": ("paragraphs before the dateline",),
    "paragraphs": ("header lines: embargo", "the copy", "sign-off"),
}

URGENT = {"1": ("flash",), "2": ("bulletin",)}  # dpa: Blitz, Eil
LANGUAGES = {"F": "fr", "N": "nl", "E": "en", "D": "de"}  # of Belga
SHORT = 0.5  # of the words that the header counts: less is a cut copy

HEADER = re.compile(
    r"^[ \t]*(?:(?P<soh>\x01)[ \t]*(?P<service>[^\W\d_][\w-]{0,30}?)|(?P<bare>[A-Za-z]{2,4}))(?P<number>\d{3,5}) +"
    r"(?P<priority>[1-6]) +(?:(?P<category>[A-Za-z]{1,12}) +)?(?P<words>\d{1,5})(?: (?P<optional>[^\n]{0,100}))?$",
    re.MULTILINE,
)
REFERENCES = (  # the optional field (4.10) is free: a row an agency
    re.compile(r"(?P<who>[A-Z][A-Za-z]{1,9}) (?P<id>\d{6}-\d{1,3}-\d{1,6})(?:#(?P<version>\d{1,4}))?"),  # KNA
    re.compile(r"(?P<who>[A-Za-z][A-Za-z-]{1,15})[ -](?P<number>\d{1,5})\b"),
)
TIME = r"(\d\d)(\d{4}) ?(?:([A-Z]{1,4}) )?([^\W\d_]{3,4})\.? (\d{4}|\d\d)"
TRAILER = re.compile(rf"^[\x03\x04 \t]*{TIME}[ \t]*$", re.MULTILINE)
END = re.compile(rf"\n(?:\./\.|NNNN\b|[ \t]*{TIME}[ \t]*(?:\n|\Z))")  # without ETX; `./.`: Belga
ETX, EOT = "\x03", "\x04"
NAMED_WITHIN = 1_000  # characters of a kill's text
OTHER_DAY = re.compile(
    r"yesterday|gestern|\b(?:of|from|vom) (?:\w{3,9}\.? )?\d|\d\.\d{1,2}\.|\b\d{1,2} [A-Z][a-z]{2}", re.IGNORECASE
)


class Message(NamedTuple):
    """One message, and when its payload arrived."""

    text: str
    received: datetime


class Identity(NamedTuple):
    """By which service the dispatch went out, who numbered it (the service or its agency), the number, the day."""

    service: str
    who: str
    number: str  # without leading zeros
    day: str

    def __str__(self) -> str:
        return " ".join(dict.fromkeys(self))


def split(payload: Payload) -> Parts:
    """The messages.  Raises Rejected: ENCODING, MALFORMED (no header)."""
    text, warnings = decode(payload.data.strip(b"\0"))
    text = line_ends(text.replace("\x7f", ""))  # DEL: a rub-out
    headers = [found for number, found in enumerate(HEADER.finditer(text)) if number == 0 or _opens(text, found)]
    if not headers:
        raise Rejected(Reason.MALFORMED, "no header of service, number, priority, category and words")
    starts = [header.start() for header in headers]
    if text[: starts[0]].strip("\x01\x02\x03\x04\n\t "):
        warnings = (*warnings, "text before the header: not read")
    edges = zip(starts, [*starts[1:], len(text)], strict=True)
    return Parts(tuple(Message(text[start:stop], payload.received) for start, stop in edges), warnings)


def _opens(text: str, header: re.Match[str]) -> bool:
    """Whether a message begins here: a line of copy may look like a header."""
    before = text[max(0, header.start() - 80) : header.start()].rstrip("\n\t ")
    last = before.rpartition("\n")[2]
    return bool(header["soh"]) or last.endswith((ETX, EOT)) or END.match(f"\n{last}") is not None


def read(message: Message) -> Parsed:
    """One message.  Raises Rejected(BAD_DATE, NO_ITEM)."""
    header = HEADER.match(message.text)
    assert header, "split cuts at headers"
    warnings: list[str] = []
    stop = _stop(message.text, header.end())
    copy = read_copy(message.text[header.end() : stop], warnings)
    created, day = _trailer(message, stop, warnings)
    optional = header["optional"] or ""
    reference = next((found for row in REFERENCES if (found := row.search(optional))), None)
    service = header["service"] or header["bare"]
    sent = Identity(service, service, str(int(header["number"])), day)
    own = _identity(reference, sent, warnings)
    status = copy.status
    named = _named(copy, own, warnings) if own and (copy.replaces or status != "usable") else None
    _check_length(copy, int(header["words"]), warnings)
    item = Parsed(
        paragraphs=copy.paragraphs,
        headline=copy.headline,
        native_id=str(named or own) if own else None,
        version=_revision(reference) or as_version(created),
        version_created=created,
        pub_status=status,
        embargo=copy.embargo,
        language=_language(optional, reference),
        urgency=int(header["priority"]),
        slugline=copy.slugline,
        by=copy.by,
        descriptions=copy.teaser,
        subjects=(*copy.subjects, *_category(header["category"])),
        alt_ids=_alt_ids(sent, own, named),
        ed_note=copy.note,
        signals=(*codes.SIGNALS[status], *URGENT.get(header["priority"], ()), *copy.heard),
        warnings=tuple(warnings),
    )
    check_words(item)
    return item


def _stop(text: str, start: int) -> int:
    """Where the copy ends: at ETX; without one at EOT, or before a line that only an end has."""
    for mark in (ETX, EOT):
        if (at := text.find(mark, start)) >= 0:
            return at
    end = END.search(text, start)
    return end.start() if end else len(text)


def _trailer(message: Message, start: int, warnings: list[str]) -> tuple[datetime | None, str]:
    """The instant of the trailer and the day as written there; the day of arrival for want of both."""
    found = TRAILER.search(message.text, start)
    if found is None:
        warnings.append("no time in the trailer: dated by its arrival")
        return None, message.received.date().isoformat()
    day, clock, zone, month, year = found.groups()
    written = written_day(year, month, day)
    return read_parts(written, clock, zone, "trailer", warnings), written


def _identity(reference: re.Match[str] | None, sent: Identity, warnings: list[str]) -> Identity | None:
    """The agency's number before the service's: kills name it.  The service stays: an agency may count by it."""
    groups = reference.groupdict() if reference else {}
    number = groups.get("id") or str(int(groups.get("number") or 0))
    if number != "0":
        return sent._replace(who=groups["who"].lower(), number=number)
    if sent.number != "0":
        return sent
    warnings.append("no number: revisions of it cannot be told")
    return None


def _named(copy: Copy, own: Identity, warnings: list[str]) -> Identity | None:
    """The dispatch that a kill or a correction names: certain if it went out earlier on the same day."""
    found = re.search(rf"\b{re.escape(own.who)}[ -]?0*(\d{{1,5}})\b", copy.about[:NAMED_WITHIN], re.IGNORECASE)
    if found is None or not own.number.isdecimal():
        return None
    after = copy.about[found.end() : found.end() + 60]
    if int(found[1]) < int(own.number) and not OTHER_DAY.search(after):
        return own._replace(number=found[1])
    warnings.append(f"names {own.who} {found[1]}, perhaps of another day: not linked")
    return None


def _alt_ids(sent: Identity, own: Identity | None, named: Identity | None) -> tuple[AltId, ...]:
    by_service = (AltId(role="service", value=str(sent)),) if sent.number != "0" and own != sent else ()
    return (*by_service, *((AltId(role="message", value=str(own)),) if named else ()))


def _revision(reference: re.Match[str] | None) -> str | None:
    return reference.groupdict().get("version") if reference else None


def _language(optional: str, reference: re.Match[str] | None) -> str | None:
    if reference is None or reference["who"] != "BELGA":
        return None
    return LANGUAGES.get(optional[: reference.start()].strip())


def _category(code: str | None) -> tuple[Concept, ...]:
    return (Concept(rel="category", literal=code.lower()),) if code else ()


def _check_length(copy: Copy, words: int, warnings: list[str]) -> None:
    if words > 20 and copy.words < SHORT * words:
        warnings.append("less than half of the words that its header counts")
