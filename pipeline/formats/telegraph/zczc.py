"""The telegraph's envelope (CCITT F.1): `ZCZC`, a channel and its number, a header, the copy, `NNNN`.

The form of the header is up to the sender.  AAP and its suppliers begin each header line with a mark, whose meaning
depends on the other marks:

    ZCZC AAP                         ZCZC                             ZCZC AAP
    $T           category            #Warragul Greyhound   slug       #AM headlines      slug
    :AFL Preview slug                :TAB divs             headline   $Round-up at 1200  headline
    =Round 23    its second half     the copy                         :1200
    ^AFL: …      headline                                             *07000000          IPTC subject
    *X  &A  +15084000                                                 ~AM Service  @NSW  genre, place

Others begin with lines of codes (coded_head).

News Bites writes codes of two letters: `AN#` id, `PD#` date, `KN#` slug, `TI#` headline, `AB#` abstract, `TX#`.

An envelope around another telegraph format is only removed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from itertools import chain, islice
from typing import NamedTuple

from pipeline.formats import ids
from pipeline.formats.format import ITEMS_MAX, Format, Parts, begins_with
from pipeline.formats.parsed import Parsed, Payload
from pipeline.formats.places import Places, checked
from pipeline.formats.telegraph.anpa.message import ANPA_HEADER, AnpaMessage, read_anpa
from pipeline.formats.telegraph.around import envelope_passages, messages_in
from pipeline.formats.telegraph.category import category_concept
from pipeline.formats.telegraph.coded_head import HEADER_LINES_MAX, coded_head, coded_passages
from pipeline.formats.telegraph.iptc7901.message import IPTC7901_HEADER, Iptc7901Message, read_iptc7901
from pipeline.formats.text import plain
from pipeline.formats.text.encoding import decode
from pipeline.items import AltId, Concept
from pipeline.notes import Addressee, Passage
from pipeline.records import Reason, Rejected
from pipeline.values.blanks import one_line, telegraph_lines
from pipeline.values.dates import iso_day, read_instant, read_parts

SOURCES = {
    "alt_ids": ("channel and number behind ZCZC",),
    "native_id": ("AN#",),
    "version_created": ("PD#", "the stamp before NNNN"),
    "descriptions": ("AB#",),
    "slugline": ("#", ": and =", "KN#", "a line of one word in capitals behind lines of codes"),
    "headline": (
        "lines up to =",
        "TI#",
        "^",
        "$ beside #, if it is not a category",
        ": beside #",
        ":SPORT, :RACING",
    ),
    "subjects": ("+, * with eight digits", "$, one to three letters", "~"),
    "places": ("@",),
    "paragraphs": ("what follows the header, up to NNNN",),
}

PLACES = Places(
    {
        "channel, number and codes behind ZCZC": Addressee.EDITORS,
        "%, &, +, *": Addressee.EDITORS,
        "^, $, :, =": Addressee.HEADLINE,
        "#, ~": Addressee.SLUG,
        "@": Addressee.PUBLIC,
        "TI#": Addressee.HEADLINE,
        "KN#": Addressee.SLUG,
        "AB#": Addressee.PUBLIC,
        "AN#, PD#, other codes": Addressee.EDITORS,
        "text before ZCZC": Addressee.PUBLIC,
        "what follows the header": Addressee.PUBLIC,
        "text after NNNN": Addressee.PUBLIC,
    }
)
ENVELOPE_CHARACTERS_MAX = 500  # before the header of a format inside
OPENS = r"(?:ZCZC|zczc)(?=\d|\b)"
BEGIN = re.compile(rf"^[ \t]*{OPENS}[ \t]*(?P<channel>[^\n]{{0,60}})$", re.MULTILINE)
STAMP = r"(?P<day>\d{1,2})-(?P<month>[A-Z]{3})-(?P<year>\d\d) (?P<clock>\d\d:\d\d)"  # of Italian agencies
END = re.compile(rf"^[ \t]*(?:{STAMP}\s{{1,9}})?NNNN[ \t]*$", re.MULTILINE)
CHANNEL = re.compile(r"([A-Z]{2,4}) ?(\d{2,5})")
MARK = re.compile(r"[$%:=^*&+#@~]")
MARKED_FOR = {  # the class of a header line by its mark; others are for editors
    "^": Addressee.HEADLINE,
    "$": Addressee.HEADLINE,
    ":": Addressee.HEADLINE,
    "=": Addressee.HEADLINE,
    "#": Addressee.SLUG,
    "~": Addressee.SLUG,
    "@": Addressee.PUBLIC,
}
CODED = re.compile(r"\s*([A-Z]{2})#[ \t]*(.*?)\s*")
CODED_FOR = {"TI": Addressee.HEADLINE, "KN": Addressee.SLUG, "AB": Addressee.PUBLIC}  # other codes are for editors
ROUTING = re.compile(r"YY(?: [A-Z]{2,4}){1,6}")
RACING = "FMG"  # AAP's racing desk, whose first line says where to: `YY RFG INTERNET (3RR) NC(ATD)`, `HH TDCom`
RACING_ROUTING = re.compile(r"[A-Z]{2}(?: (?:[A-Za-z]{2,12}|\([A-Z\d]{2,4}\)|[A-Z]{2,8}\([A-Z\d]{2,4}\))){1,8}")
DESK = re.compile(r"(?:POTTED|SPORT|RACING|PREMIERSHIP)\s{0,2}[:-]\s{0,2}")
SUBJECT = re.compile(r"\d{8}")
CATEGORY = re.compile(r"[A-Za-z]{1,3}")
CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")


class ZczcMessage(NamedTuple):
    """The content of one envelope."""

    channel: str
    text: str
    received: datetime
    before: str = ""  # text between the envelope before it and this one


def split_zczc(payload: Payload) -> Parts:
    """The messages.  Raises Rejected: ENCODING, MALFORMED (no `ZCZC`)."""
    text, warnings = decode(payload.data.strip(b"\0"))
    text = telegraph_lines(text)
    begins = list(islice(BEGIN.finditer(text), ITEMS_MAX + 1))  # one too many is rejected like thousands
    if not begins:
        raise Rejected(Reason.MALFORMED, "no line that begins with ZCZC")
    starts = [begin.start() for begin in begins]
    messages = (
        ZczcMessage(begin["channel"].strip(), one[begin.end() - begin.start() :], payload.received, before)
        for begin, (one, before) in zip(begins, messages_in(text, starts, _end), strict=True)
    )
    return Parts(tuple(messages), warnings)


def _end(text: str) -> int | None:
    """Where an envelope ends, behind NNNN."""
    end = END.search(text)
    return end.end() if end else None


def read_zczc(message: ZczcMessage) -> Parsed:
    """One message.  Raises Rejected: NO_ITEM, TOO_LARGE, and what the format inside raises."""
    end = END.search(message.text)
    text = message.text[: end.start()] if end else message.text
    after = message.text[end.end() :] if end else ""
    around = tuple(envelope_passages(message.before, message.channel, after))
    if found := IPTC7901_HEADER.search(text[:ENVELOPE_CHARACTERS_MAX]):
        item = read_iptc7901(Iptc7901Message(text[found.start() :], message.received, text[: found.start()]))
        return replace(item, passages=checked((*item.passages, *around)))
    if found := ANPA_HEADER.search(text[:ENVELOPE_CHARACTERS_MAX]):
        item = read_anpa(AnpaMessage(text[found.start() :], message.received, text[: found.start()]))
        return replace(item, passages=checked((*item.passages, *around)))
    if "\x01" in text and "\x02" in text:
        raise Rejected(Reason.UNKNOWN_FORMAT, "zczc around another telegram, whose header is damaged")
    plain.check_size(text)
    text = CONTROLS.sub("", text)
    if CODED.match(text):
        return _read_coded(text, around)
    marks, routing, body = _header(text, is_racing=message.channel.startswith(RACING))
    headline, slug = _names(marks)
    if not marks:
        codes, slug, headline, body = coded_head(body)
        routing = (*routing, *codes)
    channel = CHANNEL.fullmatch(message.channel)
    warnings = ["no id: its revisions cannot be linked"]
    return Parsed(
        paragraphs=plain.paragraphs(body),
        headline=headline,
        slugline=slug or None,
        alt_ids=(AltId(role="channel", value="".join(channel.groups())),) if channel else (),
        subjects=_subjects(marks),
        places=tuple(Concept(name=place) for place in marks.get("@", ())),
        version_created=_stamped(end, warnings),
        passages=checked((*around, *_mark_passages(marks), *coded_passages(routing, slug))),
        warnings=tuple(warnings),
    )


def _stamped(end: re.Match[str] | None, warnings: list[str]) -> datetime | None:
    """When it was sent, by the stamp before NNNN."""
    if end is None or not end["day"]:
        return None
    return read_parts(
        iso_day(end["year"], end["month"], end["day"].zfill(2)), end["clock"], None, "stamp", warnings
    )


def _read_coded(text: str, around: tuple[Passage, ...]) -> Parsed:
    """A message of News Bites: lines of two letters and `#`, and the copy behind `TX#`."""
    fields: dict[str, str] = {}
    lines = text.strip().split("\n")
    at = 0
    while at < min(len(lines), HEADER_LINES_MAX) and "TX" not in fields:
        line = CODED.fullmatch(lines[at])
        if line:
            fields.setdefault(line[1], line[2])
        elif lines[at].strip():
            break
        at += 1
    body = "\n".join((fields.pop("TX", ""), *lines[at:]))
    warnings = [] if fields.get("AN") else ["no id: its revisions cannot be linked"]
    native_id = fields.get("AN") or None
    return Parsed(
        paragraphs=plain.paragraphs(body),
        headline=one_line(fields.get("TI", "")),
        slugline=one_line(fields.get("KN", "")) or None,
        native_id=native_id,
        names=ids.names_of([native_id]),
        descriptions=(one_line(fields["AB"]),) if fields.get("AB") else (),
        version_created=read_instant(fields["PD"], "PD", warnings) if fields.get("PD") else None,
        passages=checked(
            (
                *around,
                *(
                    Passage(CODED_FOR.get(code, Addressee.EDITORS), said, f"{code}#")
                    for code, said in fields.items()
                    if said
                ),
            )
        ),
        warnings=tuple(warnings),
    )


def _mark_passages(marks: dict[str, list[str]]) -> Iterator[Passage]:
    """The header lines: for readers by their marks, else for editors."""
    for mark, values in marks.items():
        yield from (Passage(MARKED_FOR.get(mark, Addressee.EDITORS), value, f"mark {mark}") for value in values)


def _header(text: str, *, is_racing: bool) -> tuple[dict[str, list[str]], tuple[str, ...], str]:
    """The values of each mark, the lines that say where it goes, and the copy."""
    marks: dict[str, list[str]] = {}
    routing: list[str] = []
    lines = text.split("\n", HEADER_LINES_MAX)
    for number, line in enumerate(lines[:HEADER_LINES_MAX]):
        bare = line.strip()
        if MARK.match(bare):
            marks.setdefault(bare[0], []).extend([value] if (value := one_line(bare[1:])) else [])
        elif ROUTING.fullmatch(bare) or (is_racing and not routing and RACING_ROUTING.fullmatch(bare)):
            routing.append(bare)
        elif bare:
            return marks, tuple(routing), "\n".join(lines[number:])
    return marks, tuple(routing), lines[HEADER_LINES_MAX] if len(lines) > HEADER_LINES_MAX else ""


def _names(marks: dict[str, list[str]]) -> tuple[str, str]:
    """Headline and slug."""
    first = {mark: values[0] for mark, values in marks.items() if values}
    named, colon = first.get("#", ""), first.get(":", "")
    long = first.get("$", "") if not CATEGORY.fullmatch(first.get("$", "")) else ""
    headline = first.get("^") or (long or colon if named else long)
    if not headline and DESK.match(colon):
        headline = DESK.sub("", colon)
    if headline and not any(map(str.isalpha, headline)):  # only a date: the slug names its subject
        headline = f"{named} {headline}"
    slug = named or " ".join(filter(None, (DESK.sub("", colon), first.get("=", ""))))
    return headline, slug


def _subjects(marks: dict[str, list[str]]) -> tuple[Concept, ...]:
    coded = [value for mark in "+*" for value in marks.get(mark, ()) if SUBJECT.fullmatch(value)]
    categories = [value for value in marks.get("$", ()) if CATEGORY.fullmatch(value)]
    return (
        *(Concept(rel="subject", literal=f"subj:{code}") for code in dict.fromkeys(coded)),
        *chain.from_iterable(map(category_concept, categories)),
        *(Concept(rel="genre", name=genre) for genre in marks.get("~", ())),
    )


ZCZC = Format(
    name="zczc",
    description="telegraph envelope ZCZC … NNNN",
    recognisers=(begins_with(rf"[\s\x7f\0]*{OPENS}"),),
    split=split_zczc,
    read=read_zczc,
    sources=SOURCES,
    places=PLACES,
)
