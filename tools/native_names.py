"""Writes exonyms.tsv and countries_native.tsv of pipeline/copy/places: `python -m tools.native_names`.

By hand, not in production; it needs Babel.  Source: Unicode CLDR by Babel (BSD licence): what each language of the
wire calls each country, and the cities that zones of time are named after.  Datelines have them: `Bryssel (TT)`,
`Lomsk (Norvège) (AFP) - `.  A name that means two places in two languages is left out.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

import babel
from babel.core import get_global

from pipeline.copy.places import gazetteer
from pipeline.values.accents import place_key

LANGUAGES = (
    "ar", "bg", "bs", "ca", "cs", "da", "de", "el", "es", "et", "eu", "fa", "fi", "fr", "gl", "he", "hi",
    "hr", "hu", "id", "it", "ja", "ko", "lt", "lv", "mk", "ms", "nb", "nl", "pl", "pt", "pt_PT", "ro", "ru",
    "sk", "sl", "sq", "sr", "sr_Latn", "sv", "sw", "th", "tr", "uk", "ur", "vi", "zh", "zh_Hant",
)  # fmt: skip
PLACES = Path(gazetteer.__file__).parent
SOURCE = "# Source: Unicode CLDR, https://cldr.unicode.org, Unicode License v3; built by tools/native_names.py.\n"
EXONYMS_HEAD = "name\tcountry\tin Latin letters\tin other scripts"
LATIN_END = "\u0250"
Named = tuple[str, ...]  # the code of a country, or a city by its name in gazetteer.tsv and its country


def main() -> None:
    """Write the tables."""
    _write("exonyms.tsv", EXONYMS_HEAD, [])  # or the gazetteer would have these names already
    countries = _distinct(_countries())
    rows = [(*code, "|".join(names)) for code, names in countries.items()]
    _write("countries_native.tsv", "code\tnames in other languages", rows)
    cities = _distinct(_cities(countries))
    _write("exonyms.tsv", EXONYMS_HEAD, [(*city, *_by_script(names)) for city, names in cities.items()])


def _countries() -> Iterator[tuple[Named, str]]:
    """Each country's code with each of its names that the other tables have not."""
    for language in LANGUAGES:
        for code, name in babel.Locale.parse(language).territories.items():
            if code in gazetteer.country_names() and not gazetteer.areas(name):
                yield (code,), name


def _cities(countries: Mapping[Named, list[str]]) -> Iterator[tuple[Named, str]]:
    """Each city with each of its names that no city or area of the other tables has."""
    english = babel.Locale.parse("en").time_zones
    for zone, code in get_global("zone_territories").items():
        name = english.get(zone, {}).get("city") or zone.rpartition("/")[2].replace("_", " ")
        country = gazetteer.country_names().get(code, "")
        named = (*gazetteer.cities(name), *gazetteer.cities(country))
        city = next((one for one in named if one.country_code == code), None)
        if city is None:
            continue
        zones = (babel.Locale.parse(language).time_zones.get(zone, {}) for language in LANGUAGES)
        names = [one["city"] for one in zones if "city" in one]
        if city.name == country:  # Singapore, Vatican City
            names += countries[code,]
        for other in names:
            if not gazetteer.cities(other) and not gazetteer.areas(other):
                yield (city.name, code), other


def _distinct(found: Iterable[tuple[Named, str]]) -> dict[Named, list[str]]:
    """The names of each place, each once, that no other place has."""
    places: dict[str, set[Named]] = defaultdict(set)
    names: dict[Named, dict[str, str]] = defaultdict(dict)  # by place: each name by its key
    for place, name in found:
        if key := place_key(name):
            places[key].add(place)
            names[place].setdefault(key, name)
    kept = {
        place: sorted(name for key, name in own.items() if places[key] == {place}) for place, own in names.items()
    }
    return {place: own for place, own in sorted(kept.items()) if own}


def _by_script(names: list[str]) -> tuple[str, str]:
    latin = [name for name in names if name[0] < LATIN_END]
    return "|".join(latin), "|".join(name for name in names if name[0] >= LATIN_END)


def _write(table: str, head: str, rows: Iterable[tuple[str, ...]]) -> None:
    lines = ["\t".join(row) + "\n" for row in rows]
    (PLACES / table).write_text(f"{SOURCE}# {head}\n{''.join(lines)}", encoding="utf-8")


if __name__ == "__main__":
    main()
