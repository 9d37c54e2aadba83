"""What the forms of datelines share: the place that they name, a sentence behind them, what they make."""

from __future__ import annotations

import re
from typing import NamedTuple

from pipeline.copy.datelines.surroundings import Surroundings
from pipeline.copy.places import gazetteer
from pipeline.copy.places.locations import Location, locate, titled
from pipeline.copy.places.towns import country_of_town
from pipeline.copy.trade.labels import is_label
from pipeline.copy.trade.words import has_word, is_of_trade
from pipeline.items import Dateline
from pipeline.language.letters import SMALL
from pipeline.values.agencies import Agency

OPENS_SENTENCE = re.compile(r"[\"“„«‘'`¿¡(]{0,2}[^\W_" + SMALL + "]")


class FoundDateline(NamedTuple):
    """A dateline and where the copy goes on."""

    dateline: Dateline
    end: int
    names: tuple[str, ...] = ()  # who filed it, where it says so


def make_dateline(text: str, place: Location | None, date: str | None, agency: str | None) -> Dateline:
    """The dateline of these, with the name of its country."""
    place = place or Location()
    country = gazetteer.country_names().get(place.country_code or "")
    return Dateline(
        text=text,
        city=place.city,
        region=place.region,
        country=country,
        country_code=place.country_code,
        date=date,
        agency=agency,
    )


def place_named(where: str, source: Agency | None, around: Surroundings) -> Location | None:
    """The place that it names, which no table need have; a word of the trade is a label: `Rettelse (NTB) - `.

    It is known, too, if it is an exonym before an agency, a town of its country, or if the item names it again.
    """
    place = locate(where, source.country_code if source else None)
    if place is None or place.stated or (place.known and place.city):
        return place
    if not place.known and is_label_above(where):
        return None
    if source and place.city and place.country_code:
        return place._replace(known=True)  # an exonym: `Bryssel (TT)`
    city = _city_of(where)
    name = place if place.city else Location(titled(city))  # `Alta (NTB)` is not in Alberta
    if source and (country := country_of_town(city, source.country_code)):
        return name._replace(country_code=country, known=True)
    return place._replace(known=True) if not place.known and around.names(city) else place


def is_label_above(where: str) -> bool:
    """Whether it is a word of the trade, or another that is no place: `Rettelse`."""
    city = _city_of(where)
    return (is_of_trade(city) and is_label(city)) or has_word("labels", city.casefold())


def _city_of(where: str) -> str:
    return where.partition(",")[0].partition("/")[0]


def opens_sentence(match: re.Match[str], head: str) -> bool:
    """Whether what follows it begins a sentence."""
    return OPENS_SENTENCE.match(head, match.end()) is not None
