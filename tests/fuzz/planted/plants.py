"""What is planted: an embargo, a status or a secret, in every place of every format, each with its twin."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, NamedTuple

from planting import AP, ATOM, DIGITALWIRES, G2, NEWSML1, NINJS, NITF, PLANTERS, RSS, in_json, places
from private_places import private_payloads

from pipeline.formats import FORMATS
from pipeline.formats.format import PayloadKind
from pipeline.notes import Addressee

SECRET = "Zanzibarword"


class Promise(StrEnum):
    """What may not get out."""

    EMBARGO = "embargo"  # the words, before it ends
    STATUS = "status"  # the words, as usable
    SECRET = "secret"  # SECRET, ever


class Plant(NamedTuple):
    """A payload with something planted, and its twin without it."""

    format: str
    place: str
    promise: Promise
    data: bytes
    twin: bytes
    says: bytes  # what of the data is planted
    until: datetime | None = None  # the end of the embargo, if it has one; it may end later, never earlier

    @property
    def kind(self) -> PayloadKind:
        return FORMATS[self.format].recognisers[0].kind

    @property
    def is_for_editors(self) -> bool:
        """Whether its words count in any place that nobody knows."""
        return self.says.decode() in (*PHRASES[Addressee.EDITORS], *ORDERS)

    @property
    def name(self) -> str:
        return f"{self.promise} {self.format} {self.place}"


PHRASES = {  # to whom a place is addressed -> texts that hold an item, and one of the same kind that does not
    Addressee.EDITORS: (
        "With a map. The text is embargoed until Tuesday.", "Hold for release.", "Sperrfrist: Dienstag, 18 Uhr",
        "Text and map.\nNot for publication before 6 p.m. Tuesday.", "With a map. The text is final.",
    ),
    Addressee.HEADLINE: ("EMBARGOED UNTIL 6 P.M. TUESDAY", "(EMBARGO) Ferry late", "Council lifts its embargo"),
    Addressee.SLUG: ("EMBARGOED", "HARBOUR"),
    Addressee.NAME: ("EMBARGOED UNTIL 6 P.M. TUESDAY", "Embargo"),
    Addressee.PUBLIC: (
        "EMBARGOED UNTIL 6 P.M. TUESDAY", "(Embargoed until 6 p.m. Tuesday)",
        "The council lifted its embargo on Tuesday, it said.",
    ),
    Addressee.ASIDE: ("With a map. The text is embargoed until Tuesday.", "With a map. The text is final."),
    Addressee.TERMS: (
        "EMBARGOED UNTIL 6 P.M. TUESDAY", "Please withhold until Tuesday.", "No use of the picture after 2030.",
    ),
}  # fmt: skip
SHORT = {("anpa", "header: service, number, selector"): ("Embargoed", "Map")}  # a place of a few characters
TIMES = {
    "2099-01-01T00:00:00Z": datetime(2099, 1, 1, tzinfo=UTC),
    "2099-01-01T06:00:00+01:00": datetime(2099, 1, 1, 5, tzinfo=UTC),
    "2099-01-01T06:00:00-05:00": datetime(2099, 1, 1, 11, tzinfo=UTC),
    "2099-01-01": datetime(2099, 1, 1, tzinfo=UTC),
    "": None,
}
# The member, element or attribute of an embargo's time.
ENDS: dict[str, tuple[str, ...]] = {
    "newsml-g2": ("itemMeta/embargoed", "contentMeta/embargoed"),
    "nitf": ("head/docdata/date.release@norm",),
    "newsml-1.2": ("NewsManagement/StatusWillChange/DateAndTime",),
    "rss": ("embargoed", "embargo"),
    "atom": ("embargoed", "embargo"),
    "ninjs": ("embargoed", "embargoedUntil"),
    "ap-json": ("embargoed",),
    "digitalwires": ("embargoed",),
}
# The usable status of the document, and others in its place.
STATUSES = {
    "newsml-g2": (G2, '"stat:usable"', ('"stat:withheld"', '"stat:canceled"')),
    "nitf": (NITF, '"usable"', ('"withheld"', '"canceled"', '"embargoed"')),
    "newsml-1.2": (NEWSML1, '"Usable"', ('"Withheld"', '"Canceled"', '"Embargoed"')),
    "rss": (
        RSS.replace("<rss>", '<rss xmlns:m="http://search.yahoo.com/mrss/">').replace(
            "</guid>", '</guid><m:status state="active"/>'
        ),
        '"active"',
        ('"blocked"', '"deleted"'),
    ),
    "atom": (
        ATOM.replace('Atom">', 'Atom" xmlns:m="http://search.yahoo.com/mrss/">').replace(
            "</id>", '</id><m:status state="active"/>'
        ),
        '"active"',
        ('"blocked"', '"deleted"'),
    ),
}
JSON_STATUSES: dict[str, dict[str, Any]] = {
    "ninjs": NINJS | {"pubstatus": "usable"},
    "ap-json": AP,
    "digitalwires": DIGITALWIRES,
}


def plants() -> tuple[Plant, ...]:
    """All of them."""
    return (*_phrases(), *_orders(), *_ends(), *_statuses(), *_feed_statuses(), *_secrets())


def _phrases() -> Iterator[Plant]:
    for name, place, addressee in places():
        *texts, other = SHORT.get((name, place), PHRASES[addressee])
        for text in texts:
            if "\n" in text and FORMATS[name].recognisers[0].kind is PayloadKind.TEXT:
                continue  # a place of a text is a line
            make = PLANTERS[name]
            yield Plant(
                name, f"{place}: {text}", Promise.EMBARGO, make(place, text), make(place, other), text.encode()
            )


ORDERS = ("Mandatory kill. The text is wrong.", "Hold the text. Do not use it until further notice.")


def _orders() -> Iterator[Plant]:
    """Kills and holds in words, in the places for editors."""
    for name, place, addressee in places():
        if addressee is Addressee.EDITORS and (name, place) not in SHORT:
            make = PLANTERS[name]
            twin = make(place, PHRASES[addressee][-1])
            for text in ORDERS:
                yield Plant(name, f"{place}: {text}", Promise.STATUS, make(place, text), twin, text.encode())


FEED_STATUSES = {  # an element of an entry, its namespace, values that are not for publication, one that is
    "status": ("http://wordpress.org/export/1.2/", ("draft", "private", "pending"), "publish"),
    "draft": ("http://www.w3.org/2007/app", ("yes",), "no"),
    "PublishingStatus": ("http://ap.org/schemas/03/2005/apnm", ("Withheld", "Canceled", "Embargoed"), "Usable"),
}


def _feed_statuses() -> Iterator[Plant]:
    for name, document, before in (("rss", RSS, "</guid>"), ("atom", ATOM, "</id>")):
        for element, (space, values, usable) in FEED_STATUSES.items():
            made = [
                document.replace(before, f'{before}<s:{element} xmlns:s="{space}">{value}</s:{element}>').encode()
                for value in (*values, usable)
            ]
            for value, data in zip(values, made, strict=False):
                yield Plant(name, f"{element} {value}", Promise.STATUS, data, made[-1], value.encode())


def _ends() -> Iterator[Plant]:
    for name, all_ in ENDS.items():
        for place in all_:
            plain = PLANTERS[name]("somethingNew", "With a map.")
            for text, until in TIMES.items():
                yield Plant(
                    name,
                    f"{place}={text}",
                    Promise.EMBARGO,
                    PLANTERS[name](place, text),
                    plain,
                    text.encode(),
                    until,
                )


def _statuses() -> Iterator[Plant]:
    for name, (document, usable, others) in STATUSES.items():
        for other in others:
            yield Plant(
                name,
                f"status {other}",
                Promise.STATUS,
                document.replace(usable, other).encode(),
                document.encode(),
                other.encode(),
            )
    for name, members in JSON_STATUSES.items():
        make: Callable[[str, str], bytes] = in_json(members)
        for other in ("withheld", "canceled"):
            yield Plant(
                name,
                f"status {other}",
                Promise.STATUS,
                make("pubstatus", other),
                make("pubstatus", "usable"),
                other.encode(),
            )


def _secrets() -> Iterator[Plant]:
    there, elsewhere = (private_payloads(f"Ask {word} about the map.") for word in (SECRET, "Ada"))
    for place, (name, data) in there.items():
        yield Plant(
            name, place.removeprefix(name).strip(), Promise.SECRET, data, elsewhere[place][1], SECRET.encode()
        )


PLANTS = plants()
