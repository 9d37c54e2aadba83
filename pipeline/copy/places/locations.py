"""Locations: the city, region and country that a dateline names."""

from __future__ import annotations

import re
from typing import NamedTuple

from pipeline.copy.names import is_capital
from pipeline.copy.places import gazetteer

PLACE_WORDS_MAX = 7
CASELESS_WORDS_MAX = 4  # of a place in a script without capitals, where any word could begin a name
PIECES_MAX = 3  # city, region, country
HOME_SHARE = 5  # times as many people as the agency's own town the most populous of its name may have
CITIES_MAX = 4  # WASHINGTON/BRUSSELS/KYIV

_SMALL = (
    "of the de del della di do da dos du des la le les el los las am an im in der den dem bei ob sur sous upon on "
    "under aan den op over near off aboard e y and und et al ash es i nad pod pri vor na v. d. a. i. "
    "область край район округ"
)
_SMALL_WORDS = frozenset(_SMALL.split())
_CITY = " CITY"  # PNA: `ILOILO CITY`
_TURKISH = frozenset("İĞ")
_SMALL_I = str.maketrans("İI", "iı")
_COMMAS = re.compile("[,،]")
_JOINED = re.compile(r"\s(?:and|AND|und|et|y|e|en|og|och|&)\s")


class Location(NamedTuple):
    """A place, as far as the tables know it."""

    city: str | None = None
    region: str | None = None
    country_code: str | None = None
    known: bool = False  # in the gazetteer by that name; an exonym has a country, and may be a word too
    stated: bool = False  # the dateline names its region or country too
    well_known: bool = False  # a capital or a million people


def locate(where: str, home: str | None = None) -> Location | None:
    """The place of a dateline; None if it does not look like a place.

    A region or country beside the city decides between cities of one name.  Without it that of `home` is meant, the
    country of the agency (EFE names the country of any other Toledo), else the most populous; first a capital.
    """
    pieces = [piece.strip() for piece in _COMMAS.split(where) if piece.strip()]
    if not pieces or len(pieces) > PIECES_MAX or not all(_looks_like_place(piece) for piece in pieces):
        return None
    if len(pieces) > 1 and _JOINED.search(pieces[-1]) and not gazetteer.areas(pieces[-1]):
        pieces = pieces[:1]  # `NEW YORK, LONDON and BEIJING`: other cities, no region
    options = pieces[0].split("/")[:CITIES_MAX]
    places = [_resolve(option.strip(), pieces[1:], home) for option in options]
    return next((place for place in places if place.known), places[0])


def _looks_like_place(piece: str) -> bool:
    words = piece.replace("/", " ").split()
    return (
        0 < len(words) <= PLACE_WORDS_MAX
        and words[0].lower() not in {"the", "a", "an", "by"}
        and all(word in _SMALL_WORDS or is_capital(word[0]) or word[0] in "'’‘" for word in words)
        and (len(words) <= CASELESS_WORDS_MAX or any(word[0].isupper() for word in words))
        and not any(c.isdigit() for c in piece)
    )


def _resolve(name: str, within: list[str], home: str | None) -> Location:
    areas = [area for piece in within[::-1] for area in gazetteer.areas_beside_city(piece)]
    cities = gazetteer.cities(name) or _philippine(name)
    foreign = () if cities else gazetteer.exonyms(name)
    for area in areas:
        for city in cities or foreign:
            if city.country_code == area.country_code and area.code in (None, city.state or None):
                return _place(city, area.region, stated=True)
    if areas:
        return Location(titled(name), areas[0].region, areas[0].country_code, stated=True)
    if within:  # a region that no table has: the city's own country would be a guess
        return Location(titled(name), titled(within[0]))
    if cities:
        return _place(_at_home(cities, home) or cities[0], None, stated=False)
    if own := gazetteer.areas(name):  # GIBRALTAR, SINGAPORE; WEST BANK
        return Location(None, own[0].region, own[0].country_code, known=True)
    if foreign:
        return _place(foreign[0], None, stated=False)._replace(known=False, well_known=False)
    return Location(titled(name))


def _at_home(cities: tuple[gazetteer.City, ...], home: str | None) -> gazetteer.City | None:
    """The city of that country, if it can be meant before the most populous: Boston in England cannot."""
    first = cities[0]
    own = next((city for city in cities if city.country_code == home), None)
    return own if own and not first.capital and HOME_SHARE * own.thousands >= first.thousands else None


def _philippine(name: str) -> tuple[gazetteer.City, ...]:
    """`ILOILO CITY`, as the Philippines call their cities; Lincoln City is not in Nebraska."""
    found = gazetteer.cities(name[: -len(_CITY)]) if name.upper().endswith(_CITY) else ()
    return tuple(city for city in found if city.country_code == "PH")


def _place(city: gazetteer.City, region: str | None, *, stated: bool) -> Location:
    state = gazetteer.state_names().get(city.state)
    return Location(city.name, region or state, city.country_code, True, stated, city.well_known)


def titled(name: str) -> str:
    """A name in capitals with one capital a word; any other as it is.  Turkish has two letters I."""
    if not name.isupper():
        return name
    if _TURKISH.isdisjoint(name):
        return name.title()
    return " ".join(word[:1] + word[1:].translate(_SMALL_I).lower() for word in name.split(" "))
