"""Cities, regions and countries by their names, from the tables beside this file.

gazetteer.tsv and countries.tsv come from GeoNames (https://www.geonames.org, CC BY 4.0) by tools/gazetteer.py;
regions.tsv is written by hand: what datelines name between city and country, with the abbreviations of AP style.
So is cities_native.tsv: the names of cities in Russian, Chinese, Japanese, Korean and Arabic.  exonyms.tsv and
countries_native.tsv come from Unicode CLDR (https://cldr.unicode.org, Unicode License v3) by tools/native_names.py.
"""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

from pipeline.data_files import load_rows
from pipeline.values.accents import place_key

NAME_LENGTH_MAX = 60  # the longest name in the tables has 45 characters
WELL_KNOWN_PEOPLE_MIN_THOUSANDS = 1000


class City(NamedTuple):
    """A row of gazetteer.tsv."""

    name: str
    state: str  # postal code of a US state, else empty
    country_code: str
    thousands: int
    capital: bool

    @property
    def well_known(self) -> bool:
        """A capital, or a million people: its name alone, in mixed case, is taken for the place."""
        return self.capital or self.thousands >= WELL_KNOWN_PEOPLE_MIN_THOUSANDS


class Area(NamedTuple):
    """A region with its country, or a country alone."""

    region: str | None
    code: str | None  # postal code of a US state
    country_code: str


@cache
def _rows(table: str) -> list[list[str]]:
    return load_rows(__file__, table)


@cache
def _cities() -> dict[str, tuple[City, ...]]:
    found: dict[str, tuple[City, ...]] = {}
    for name, state, country, thousands, capital, others in _rows("gazetteer.tsv"):
        city = City(name, state, country, int(thousands), capital == "c")
        for key in dict.fromkeys(place_key(n) for n in (name, *others.split("|")) if n):
            found[key] = (*found.get(key, ()), city)
    for name, country, others in _rows("cities_native.tsv"):
        city = _city(found, name, country)
        for key in dict.fromkeys(place_key(n) for n in others.split("|")):
            found[key] = (*found.get(key, ()), city)
    for name, country, _, others in _rows("exonyms.tsv"):
        for key in {place_key(n) for n in others.split("|") if n} - found.keys():
            found[key] = (_city(found, name, country),)
    return found


def _city(found: dict[str, tuple[City, ...]], name: str, country: str) -> City:
    return next(city for city in found[place_key(name)] if city.country_code == country)


@cache
def _exonyms() -> dict[str, City]:
    known = _cities()
    return {
        place_key(name): _city(known, city, country)
        for city, country, names, _ in _rows("exonyms.tsv")
        for name in names.split("|")
        if name
    }


@cache
def country_names() -> dict[str, str]:
    """The English name by ISO 3166-1 alpha-2 code."""
    return {code: name for code, name, _ in _rows("countries.tsv")}


@cache
def _areas() -> dict[str, tuple[Area, ...]]:
    found: dict[str, tuple[Area, ...]] = {}
    rows = [(Area(None, None, code), name, others) for code, name, others in _rows("countries.tsv")]
    rows += [
        (Area(name, code or None, country), name, others) for name, code, country, others in _rows("regions.tsv")
    ]
    for area, name, others in rows:
        for key in dict.fromkeys(place_key(n) for n in (name, area.code or "", *others.split("|")) if n):
            found[key] = (*found.get(key, ()), area)
    return found


@cache
def _native_countries() -> dict[str, Area]:
    rows = _rows("countries_native.tsv")
    return {place_key(name): Area(None, None, code) for code, names in rows for name in names.split("|")}


@cache
def state_names() -> dict[str, str]:
    """The names of US states by postal code."""
    return {code: name for name, code, country, _ in _rows("regions.tsv") if country == "US"}


def areas(name: str) -> tuple[Area, ...]:
    """The regions and countries of that name: `Georgia` is two."""
    return _areas().get(place_key(name), ()) if len(name) <= NAME_LENGTH_MAX else ()


def areas_beside_city(name: str) -> tuple[Area, ...]:
    """The same of a name that stands beside a city, which may then be in any language: `Lomsk (Norvège)`.

    Alone such a name may be a word: `ISLAND` is Iceland in German.
    """
    found = areas(name)
    native = None if found or len(name) > NAME_LENGTH_MAX else _native_countries().get(place_key(name))
    return (native,) if native else found


def cities(name: str) -> tuple[City, ...]:
    """The cities of that name, the most populous first; before them those with its accents: `San José`."""
    found = _cities().get(place_key(name), ()) if len(name) <= NAME_LENGTH_MAX else ()
    return found if name.isascii() else tuple(sorted(found, key=lambda city: city.name.lower() != name.lower()))


def exonyms(name: str) -> tuple[City, ...]:
    """The city that another language calls so in Latin letters: `Bryssel`.  Alone such a name may be a word."""
    found = _exonyms().get(place_key(name)) if len(name) <= NAME_LENGTH_MAX else None
    return (found,) if found else ()
