"""IPTC 7901 (revision 5, 1995), as dpa and other agencies of Europe send it.

    SOH bdt0042 4 pl 110  dpa 0157        service and number, priority, category, words; agency and its number
    Partei/Deutschland/                   keywords
    STX (Eil) Title =                     header lines up to `=`     (header_lines, text)
    the copy, hard-wrapped
    # Notizblock … dpa abc yydd           notes to editors, which are not published, and the sign-off
    ETX 121037 Jan 22                     day and time, month, year: local time where no zone is written
    EOT

AP has the marks of ANPA around its header lines (`^Title<`), of which the first is the title, and its zone behind
the year.

Gateways lose the control characters, so each part can be found without them.  Numbers start again every day, so the
date belongs to the id.  A kill names its dispatch in words: `Please kill item dpa 157`.
"""

from __future__ import annotations

import re
from datetime import datetime
from typing import NamedTuple

from pipeline.formats import ids
from pipeline.formats.format import Format, Parts, begins_with
from pipeline.formats.parsed import Parsed, Payload
from pipeline.formats.places import Places, checked
from pipeline.formats.telegraph.around import envelope_passages, messages_in
from pipeline.formats.telegraph.category import category_concept
from pipeline.formats.telegraph.iptc7901.number import REFERENCES, MessageNumber, alt_ids, named_number, own_number
from pipeline.formats.telegraph.iptc7901.text import MessageText, read_message_text
from pipeline.formats.text.encoding import decode
from pipeline.items import PubStatus, Signal, Text
from pipeline.notes import Addressee
from pipeline.records import Reason, Rejected
from pipeline.values import codes
from pipeline.values.blanks import telegraph_lines
from pipeline.values.dates import iso_day, read_parts

SOURCES = {
    "native_id": ("header: agency and its number; trailer: date", "header: service and number; trailer: date"),
    "alt_ids": ("header: service and number", "header of a kill or correction: its own agency and number"),
    "version": ("header: number behind #",),
    "version_created": ("trailer",),
    "pub_status": ("header lines: KILL KILL KILL, HOLD HOLD HOLD",),
    "signals": ("header lines: kill, hold", "header: priority 1 and 2"),
    "language": ("header: Belga's letter",),
    "urgency": ("header: priority",),
    "slugline": ("keywords line",),
    "subjects": ("keywords line", "header: category", "header lines: genre in brackets"),
    "headline": ("header lines: tags and title",),
    "further_headlines": ("header lines: Utl.: …",),
    "by": ("header lines: By …, Von …",),
    "ed_note": ("header lines: what a correction or an update changes",),
    "descriptions": ("paragraphs before the dateline",),
    "paragraphs": ("the copy", "sign-off"),
}

PLACES = Places(
    {
        "header: optional field": Addressee.EDITORS,
        "header lines in brackets": Addressee.EDITORS,
        "notes to editors": Addressee.EDITORS,
        "keywords line": Addressee.SLUG,
        "header lines": Addressee.HEADLINE,
        "the copy": Addressee.PUBLIC,
        "text before SOH": Addressee.PUBLIC,
        "text after ETX": Addressee.PUBLIC,
    }
)
LANGUAGES = {"F": "fr", "N": "nl", "E": "en", "D": "de"}  # of Belga
SHORT = 0.5  # of the words that the header counts: with less the copy is incomplete

IPTC7901_HEADER = re.compile(
    r"^[ \t]*(?:(?P<soh>\x01)[ \t]*(?P<service>[^\W\d_][\w-]{0,30}?)|(?P<bare>[A-Za-z]{2,4}))(?P<number>\d{3,5}) +"
    r"(?P<priority>[1-6]) +(?:(?P<category>[A-Za-z]{1,12}) +)?(?P<words>\d{1,5})(?: (?P<optional>[^\n]{0,100}))?$",
    re.MULTILINE,
)
TIME = r"(\d\d)(\d{4}) ?(?:([A-Z]{1,4}) )?([^\W\d_]{3,4})\.? (\d{4}|\d\d)([A-Z]{3,4})?"  # AP: `050932 sep 14EDT`
TRAILER = re.compile(rf"^[\x03\x04 \t]*{TIME}[ \t]*$", re.MULTILINE)
END = re.compile(rf"\n(?:\./\.|NNNN\b|[ \t]*{TIME}[ \t]*(?:\n|\Z))")  # without ETX; `./.`: Belga
ETX, EOT = "\x03", "\x04"


class Iptc7901Message(NamedTuple):
    """One message, and when its payload arrived."""

    text: str
    received: datetime
    before: str = ""  # text before its header


def split_iptc7901(payload: Payload) -> Parts:
    """The messages.  Raises Rejected: ENCODING, MALFORMED (no header)."""
    text, warnings = decode(payload.data.strip(b"\0"))
    text = telegraph_lines(text.replace("\x7f", ""))  # DEL: a rub-out
    found = enumerate(IPTC7901_HEADER.finditer(text))
    headers = [header for number, header in found if number == 0 or _opens(text, header)]
    if not headers:
        raise Rejected(Reason.MALFORMED, "no header of service, number, priority, category and words")
    starts = [header.start() for header in headers]
    if text[: starts[0]].strip("\x01\x02\x03\x04\n\t "):
        warnings = (*warnings, "text before the header: not read")
    messages = (Iptc7901Message(one, payload.received, before) for one, before in messages_in(text, starts, _end))
    return Parts(tuple(messages), warnings)


def _opens(text: str, header: re.Match[str]) -> bool:
    """Whether a message begins here: a line of copy may look like a header."""
    before = text[max(0, header.start() - 80) : header.start()].rstrip("\n\t ")
    last = before.rpartition("\n")[2]
    return bool(header["soh"]) or last.endswith((ETX, EOT)) or END.match(f"\n{last}") is not None


def read_iptc7901(message: Iptc7901Message) -> Parsed:
    """One message.  Raises Rejected(BAD_DATE, NO_ITEM)."""
    header = IPTC7901_HEADER.match(message.text)
    assert header, "split_iptc7901 cuts at headers"
    warnings: list[str] = []
    stop = len(message.text) if (end := _end(message.text, header.end())) is None else end
    copy = read_message_text(message.text[header.end() : stop], warnings)
    created, day = _trailer(message, stop, warnings)
    optional = header["optional"] or ""
    reference = next((found for row in REFERENCES if (found := row.search(optional))), None)
    service = header["service"] or header["bare"]
    sent = MessageNumber(service, service, str(int(header["number"])), day)
    own = own_number(reference, sent, warnings)
    status, priority = copy.status, int(header["priority"])
    named = named_number(copy, own, warnings) if own and (copy.replaces or status is not PubStatus.USABLE) else None
    _check_length(copy, int(header["words"]), warnings)
    return Parsed(
        paragraphs=copy.paragraphs,
        headline=copy.headline,
        further_headlines=(Text(value=copy.subtitle, role="sub", content_type="text/plain"),)
        if copy.subtitle
        else (),
        native_id=str(named or own) if own else None,
        version=_revision(reference),
        version_created=created,
        pub_status=status,
        language=_language(optional, reference),
        urgency=priority,
        slugline=copy.slugline,
        by=copy.by,
        descriptions=copy.teaser,
        subjects=(*copy.subjects, *category_concept(header["category"])),
        alt_ids=alt_ids(sent, own, named),
        names=ids.names_of(str(one) for one in (named, own) if one),
        ed_note=copy.note,
        signals=(*codes.STATUS_SIGNALS[status], *_urgent(priority)),
        passages=checked((*envelope_passages(message.before, optional, message.text[stop:]), *copy.passages)),
        warnings=tuple(warnings),
    )


def _end(text: str, start: int = 0) -> int | None:
    """Where the copy ends: at ETX, else at EOT, else before a line that marks the end of a message."""
    for mark in (ETX, EOT):
        if (at := text.find(mark, start)) >= 0:
            return at
    end = END.search(text, start)
    return end.start() if end else None


def _trailer(message: Iptc7901Message, start: int, warnings: list[str]) -> tuple[datetime | None, str]:
    """The instant of the trailer and its day as written; without one that can be read the day of arrival."""
    found = TRAILER.search(message.text, message.text.rfind("\n", 0, start) + 1)  # blanks may be before the ETX
    if found is None:
        warnings.append("no time in the trailer: its arrival counts")
        return None, message.received.date().isoformat()
    day, clock, zone, month, year, behind = found.groups()
    written = iso_day(year, month, day)
    created = read_parts(written, clock, zone or behind, "trailer", warnings)
    return created, written if created else message.received.date().isoformat()


def _revision(reference: re.Match[str] | None) -> str | None:
    return reference.groupdict().get("version") if reference else None


def _language(optional: str, reference: re.Match[str] | None) -> str | None:
    if reference is None or reference["who"] != "BELGA":
        return None
    return LANGUAGES.get(optional[: reference.start()].strip())


def _urgent(priority: int) -> tuple[Signal, ...]:
    return (codes.DPA_URGENCY_SIGNALS[priority],) if priority in codes.DPA_URGENCY_SIGNALS else ()


def _check_length(copy: MessageText, words: int, warnings: list[str]) -> None:
    if words > 20 and copy.words < SHORT * words:
        warnings.append("less than half of the words that its header counts")


IPTC7901 = Format(
    name="iptc7901",
    description="IPTC 7901",
    recognisers=(  # 4: SOH, service and number, priority 1 to 6, category, words; gateways strip the SOH
        begins_with(
            r"[\s\x7f\0]*(?:\x01\s*[^\W\d_][\w-]{0,30}?|[A-Za-z]{2,4})\d{3,5} +[1-6] +(?:[A-Za-z]{1,12} +)?\d{1,5}"
            r"(?:[ \r\n]|\Z)"
        ),
    ),
    split=split_iptc7901,
    read=read_iptc7901,
    sources=SOURCES,
    places=PLACES,
)
